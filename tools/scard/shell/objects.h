/* Data objects of a card (BER-TLV) and parameters of its files, in words. Used by the shell's commands. */
#ifndef SCARD_SHELL_OBJECTS_H
#define SCARD_SHELL_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/tags.h"

/*
 * Prints the objects, a line each, those in others further to the right: tag, meaning, value. false, and
 * nothing is printed: they are none.
 */
bool objects_print(const uint8_t *bytes, size_t size, enum objects_kind kind, unsigned indent);

/* Whether the bytes are objects whose outermost tags all have a meaning of that kind. */
bool objects_are_known(const uint8_t *bytes, size_t size, enum objects_kind kind);

#endif

/*
 * Commands to a card as the tool shows them: without what is secret. Used by `scard apdu` and the guided
 * tour.
 */
#ifndef SCARD_SHOW_H
#define SCARD_SHOW_H

#include <stddef.h>
#include <stdint.h>

/*
 * Prints a command of `size` bytes to stdout as a line, "> 00 20 00 01 04 ** ** ** **", after `indent`
 * blanks. What is not to be shown, scardssp_apdu_secret() says, as it does for the trace.
 */
void show_apdu(const uint8_t *command, size_t size, int indent);

#endif

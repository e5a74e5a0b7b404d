/*
 * Commands and answers as a trace shows them: bytes in hexadecimal, secrets left out (apdu/secret.h). Called
 * by tracer.c.
 */
#ifndef SCARDSSP_BACKENDS_TRACER_APDU_H
#define SCARDSSP_BACKENDS_TRACER_APDU_H

#include <stddef.h>
#include <stdint.h>

#include "backends/tracer/page.h"

/* Writes the command as one line: prefix, bytes ("**" for what is secret), newline. */
void trace_apdu_command(struct trace_page *page, const char *prefix, const uint8_t *command, size_t size);

/*
 * Writes the bytes of the answer to a command as one line, and what its status word says; no bytes, no words.
 */
void trace_apdu_answer(struct trace_page *page, const char *prefix, const uint8_t *command,
                       size_t command_size, const uint8_t *answer, size_t size);

#endif

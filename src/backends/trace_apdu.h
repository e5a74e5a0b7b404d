/*
 * Commands and answers as a trace shows them: bytes in hexadecimal, secrets left out. Called by tracer.c.
 */
#ifndef SCARDSSP_TRACE_APDU_H
#define SCARDSSP_TRACE_APDU_H

#include <stddef.h>
#include <stdint.h>

#include "backends/trace_page.h"

/*
 * How many bytes of a command may be shown from its front, and how many (the Le field) from its end; what lies
 * between is a secret: the data of an instruction that carries one (iso7816_carries_secret()), whatever the
 * class, and of ENVELOPE, which may hold such a command. Of a command that is no well-formed APDU only the
 * header is shown then. Everything else is shown whole: *front is the size, *back 0.
 */
void trace_apdu_split(const uint8_t *command, size_t size, size_t *front, size_t *back);

/* Writes the command as one line: prefix, bytes ("**" for what is secret), newline. */
void trace_apdu_command(struct trace_page *page, const char *prefix, const uint8_t *command, size_t size);

/* Writes the bytes of an answer as one line. */
void trace_apdu_answer(struct trace_page *page, const char *prefix, const uint8_t *answer, size_t size);

#endif

/*
 * Whether a trace shows a PIN or a key: every command in it is judged by the library's one rule
 * (scardssp_apdu_secret()), whatever form the trace has. Called by `scard trace check`.
 */
#ifndef SCARD_TRACE_SECRETS_H
#define SCARD_TRACE_SECRETS_H

#include <stddef.h>
#include <stdint.h>

#include "trace/recordfile.h"

/* What was found. */
struct secrets_found {
    enum trace_form form;
    size_t commands; /* with their bytes */
    size_t secrets;  /* those that carry a secret */
    size_t shown;    /* those of them of which a secret byte stands there */
};

/*
 * Gets a command that shows a secret: the line of the file, or the command's place in a pcapng file, from 1.
 */
typedef void (*secrets_visitor)(void *user, size_t place, const uint8_t *command, size_t size);

/*
 * Judges every command of a file: records, packets, the lines of a text ("> 00 20 ...", also as
 * SCARDSSP_TRACE=2 writes them), the rows of a page. An exit code, after a message: it cannot be read to its
 * end, or nothing of a trace is in it.
 */
int secrets_check(const char *path, secrets_visitor visit, void *user, struct secrets_found *out);

#endif

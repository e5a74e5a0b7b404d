/*
 * The tracer: a backend that passes every call to another and writes what happened. module/backends.c puts it
 * around the backend in use when SCARDSSP_TRACE or SCARDSSP_TRACE_RECORD asks for it.
 */
#ifndef SCARDSSP_BACKENDS_TRACER_TRACER_H
#define SCARDSSP_BACKENDS_TRACER_TRACER_H

#include <stdio.h>

#include "rm/rm.h"

/*
 * Wraps `inner`. Level 1: one line for each call of the port: name, on what, code, duration. Level 2 and
 * above: the bytes of commands and answers too, secrets left out (apdu.h); never those of control calls and
 * attributes. Lines go whole to `out`, which belongs to the caller, from any thread, as long as its
 * descriptor leads to the file that it leads to now. Level 0: no lines; `out` may be NULL then.
 *
 * `records` (NULL: none): the file behind whose end each call is recorded for programs, at any level, bytes
 * included and secrets left out (record.h).
 *
 * The tracer owns `inner` from now on and ends it in rm_service_release(). NULL: out of memory, or the file
 * cannot be opened (errno); inner is still the caller's.
 */
struct rm_service *tracer_wrap(struct rm_service *inner, int level, FILE *out, const char *records);

#endif

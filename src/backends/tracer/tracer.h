/*
 * The tracer: a backend that passes every call to another and writes what happened. module/backends.c puts it
 * around the backend in use when SCARDSSP_TRACE asks for it.
 */
#ifndef SCARDSSP_BACKENDS_TRACER_TRACER_H
#define SCARDSSP_BACKENDS_TRACER_TRACER_H

#include <stdio.h>

#include "rm/rm.h"

/*
 * Wraps `inner`. Level 1: one line for each call of the port: name, on what, code, duration. Level 2 and
 * above: the bytes of commands and answers too, secrets left out (apdu.h); never those of control calls and
 * attributes. Lines go whole to `out`, which belongs to the caller, from any thread, as long as its
 * descriptor leads to the file that it leads to now. The tracer owns `inner` from now on and ends it in
 * rm_service_release(). NULL: out of memory, inner is still the caller's.
 */
struct rm_service *tracer_wrap(struct rm_service *inner, int level, FILE *out);

#endif

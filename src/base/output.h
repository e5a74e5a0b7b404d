/*
 * Lines for people, on a stream that may be shared with other threads and other programs: traces and
 * complaints.
 */
#ifndef SCARDSSP_BASE_OUTPUT_H
#define SCARDSSP_BASE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes `size` bytes of UTF-8, whole lines, in one piece, so that nothing of others comes in between, and at
 * once. On Windows they go behind the end of a file, whoever else writes to it, and to a console as the
 * characters they are, whatever its code page; lines end there as the stream's mode wants it. A stream that
 * takes nothing is no error, and neither is one whose reader has gone: no signal comes from it.
 */
void output_lines(FILE *stream, const char *text, size_t size);

/* A stream, and the file behind it at the time. Windows does not look at the file. */
struct output_place {
    FILE *stream;
    bool bare; /* it has no descriptor: it stays what it is */
    bool open; /* there is a file behind it */
    uint64_t device, file;
};

/*
 * Remembers what a stream leads to. Where its descriptor is closed, or has become a connection to the PC/SC
 * service, the place takes nothing, now or later: the number goes to whatever is opened next.
 */
void output_place_take(FILE *stream, struct output_place *out);

/*
 * output_lines(), unless the stream's descriptor leads to something else by now, which belongs to somebody:
 * false then.
 */
bool output_place_lines(const struct output_place *place, const char *text, size_t size);

/* The same on standard error, as it was at the first of these calls. From any thread. */
void output_errors(const char *text, size_t size);

#endif

/* Lines for people, on a stream that may be shared with other threads and other programs: traces and complaints. */
#ifndef SCARDSSP_BASE_OUTPUT_H
#define SCARDSSP_BASE_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes `size` bytes of UTF-8, whole lines, in one piece, so that nothing of others comes in between, and at once. On
 * Windows they go behind the end of a file, whoever else writes to it, and to a console as the characters they are,
 * whatever its code page; lines end there as the stream's mode wants it. A stream that takes nothing is no error.
 */
void output_lines(FILE *stream, const char *text, size_t size);

#endif

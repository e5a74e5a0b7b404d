/*
 * How far a long copy has come: a line on standard error that is written over, from the first second on, and
 * only where it is a terminal. Used by transfer/.
 */
#ifndef SCARD_PROGRESS_H
#define SCARD_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts with progress_begin(). */
struct progress {
    const char *what; /* what is copied: a path */
    const char *unit; /* "bytes", "records" */
    uint64_t start, shown;
    bool terminal, line; /* there is a line on the screen */
};

/*
 * what, unit: kept by the caller. start: of clock_ms(), when the user began to wait. Nothing is shown yet.
 */
void progress_begin(struct progress *progress, const char *what, const char *unit, uint64_t start);

/* So much is done, of so much; total 0: nobody knows of how much. */
void progress_show(struct progress *progress, size_t done, size_t total);

/* Takes the line away, for other text; it comes back with the next progress_show(). */
void progress_hide(struct progress *progress);

#endif

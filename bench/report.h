/* What came out of a run of the benchmark: a table for the eye, JSON for scripts, a plot for documents. */
#ifndef SCARDSSP_BENCH_REPORT_H
#define SCARDSSP_BENCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "rows.h"

/* Does the row have a value that misses its target? */
bool report_is_missed(const struct row *row);

/* The line with the titles, and one row below it. */
void report_titles(FILE *out);
void report_row(FILE *out, const struct row *row);

/* All rows as one JSON object. */
void report_json(FILE *out, const struct row *rows, size_t count);

/*
 * All rows that have a value as an SVG picture: how far each is from its target, on a scale of powers of two.
 */
void report_plot(FILE *out, const struct row *rows, size_t count);

#endif

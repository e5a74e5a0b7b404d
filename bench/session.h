/* P16: a whole session with a card, from making the object to letting go of it. Over the service. */
#ifndef SCARDSSP_BENCH_SESSION_H
#define SCARDSSP_BENCH_SESSION_H

#include "rows.h"

/*
 * Measures with the card in this reader, over T=1. Nobody else may hold it. In a program of its own, by
 * sessions(): those that make short sessions have one thread and have never had another, and the one that
 * calls this serves the card as well. effort: as everywhere.
 */
void session_measure(struct row *row, const char *reader, double effort);

/* What that program does, bench --sessions READER EFFORT: prints a line for the other. An exit status. */
int sessions(const char *reader, double effort);

#endif

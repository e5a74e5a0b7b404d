/* P16: a whole session with a card, from making the object to letting go of it. Over the service. */
#ifndef SCARDSSP_BENCH_SESSION_H
#define SCARDSSP_BENCH_SESSION_H

#include "rows.h"

/*
 * Measures with the card in this reader, over T=1. Nobody else may hold it. In a process of its own: the
 * programs that make short sessions have one thread, and the one that calls this serves the card as well.
 * `row` lies in memory that children share. effort: as everywhere.
 */
void session_measure(struct row *row, const char *reader, double effort);

#endif

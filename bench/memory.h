/* P19: the memory of one attached card. */
#ifndef SCARDSSP_BENCH_MEMORY_H
#define SCARDSSP_BENCH_MEMORY_H

#include "rows.h"

/*
 * Attaches `count` cards to this reader (SHARED, any protocol), at most MEMORY_CARDS, and fills in what one
 * of them takes, in KiB.
 */
#define MEMORY_CARDS 100
void memory_measure(struct row *row, const char *reader, size_t count);

#endif

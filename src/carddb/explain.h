/*
 * The sentence about the last failure of a database in this thread: carddb_ops.explain. Called by the files
 * of the databases; a database is known here by its number, for addresses are used again.
 */
#ifndef SCARDSSP_CARDDB_EXPLAIN_H
#define SCARDSSP_CARDDB_EXPLAIN_H

#include <stdint.h>

/* Bytes of a sentence at most, the NUL included; what is longer is cut. */
#define EXPLAIN_SIZE 1024

/* A number that no other database of this process has. */
uint64_t explain_register(void);

/* Says it, for the calling thread, about the database with this number; printf's format and arguments. */
__attribute__((format(__printf__, 2, 3))) void explain_set(uint64_t number, const char *format, ...);

/*
 * What was said last in this thread about this database, "" for nothing. Valid until the thread's next
 * failure.
 */
const char *explain_get(uint64_t number);

#endif

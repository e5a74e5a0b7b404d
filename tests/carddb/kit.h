/* What the tests of the card database share: a directory of their own, types to introduce, lists to compare. */
#ifndef TESTS_CARDDB_KIT_H
#define TESTS_CARDDB_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "carddb/carddb.h"

#define KIT_PATH 256

/* Makes an empty directory for this executable and keeps its path. As a cmocka group set-up. */
int kit_setup(void **state);

/* Removes it with all that is in it. As a cmocka group tear-down. */
int kit_teardown(void **state);

/* Empties it. As a cmocka test set-up. */
int kit_empty(void **state);

/* The path of a file in that directory, in one of a few static buffers. */
const char *kit_path(const char *name);

/* Writes a file in that directory; returns its path. */
const char *kit_write(const char *name, const void *bytes, size_t size);

/* Reads a file whole; the caller frees it. */
char *kit_read(const char *path, size_t *size_out);

/* Runs SQL on a file with SQLite itself; fails the test when SQLite complains. */
void kit_sql(const char *path, const char *sql);

/* The first column of the first row, as a number. */
int kit_sql_number(const char *path, const char *sql);

/* A type with a name, an ATR in hexadecimal digits, all mask bits set, and nothing else. */
struct carddb_type kit_type(const char *name, const char *atr_hex);

/* Fails the test unless the list holds these names, separated by '|', in this order. Frees the list. */
void kit_expect_names(struct carddb_names *names, const char *expected);

#endif

/*
 * What the tests of the card database share: a directory of their own, types to introduce, lists to compare.
 */
#ifndef TESTS_CARDDB_KIT_H
#define TESTS_CARDDB_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "carddb/carddb.h"
#include "rm/names.h"

#define KIT_PATH 256

/* A database as the first version made it: interfaces without an order. 1396925538 is "SCdb". */
#define KIT_VERSION_1                                                                                        \
    "PRAGMA application_id = 1396925538; PRAGMA user_version = 1;"                                           \
    "CREATE TABLE types (name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, atr BLOB NOT NULL, mask BLOB NOT "   \
    "NULL,"                                                                                                  \
    " provider BLOB);"                                                                                       \
    "CREATE TABLE interfaces (type TEXT NOT NULL COLLATE NOCASE, guid BLOB NOT NULL, PRIMARY KEY (type, "    \
    "guid));"                                                                                                \
    "CREATE TABLE members (grp TEXT NOT NULL COLLATE NOCASE, reader TEXT NOT NULL, PRIMARY KEY (grp, "       \
    "reader))"                                                                                               \
    " WITHOUT ROWID;"                                                                                        \
    "INSERT INTO types VALUES ('Old card', x'3B021450', x'FFFFFFF0', x'112233445566778899AABBCCDDEEFF01');"  \
    "INSERT INTO types VALUES ('Plain', x'3B00', x'FFFF', NULL);"                                            \
    "INSERT INTO interfaces VALUES ('old CARD', x'B0000000000000000000000000000000');"                       \
    "INSERT INTO interfaces VALUES ('Old card', x'A0000000000000000000000000000000');"                       \
    "INSERT INTO interfaces VALUES ('Plain', x'C0000000000000000000000000000000');"                          \
    "INSERT INTO members VALUES ('Desk', 'Reader 0');"

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
void kit_expect_names(struct names *names, const char *expected);

/* The user's database in that directory: its path, and a database over it alone. */
const char *kit_user_file(void);
struct carddb *kit_user_db(void);

/* Introduces a type with this name for the user. */
rm_status kit_introduce(struct carddb *db, const char *name);

/* Fails the test unless these are all introduced types, as in kit_expect_names(). */
void kit_expect_list(struct carddb *db, const char *expected);

#endif

/* What the tests of the card database share. */
#include "carddb/kit.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "carddb/sqlite/sqlite.h"

static char directory[KIT_PATH / 2];

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
    (void)about;
    (void)kind;
    return walk->level == 0 ? 0 : remove(path);
}

int kit_setup(void **state) {
    const char *const place = getenv("TMPDIR");

    (void)state;
    snprintf(directory, sizeof directory, "%s/scardssp-carddb-XXXXXX",
             place && *place == '/' ? place : "/tmp");
    return mkdtemp(directory) ? 0 : -1;
}

int kit_empty(void **state) {
    (void)state;
    return nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int kit_teardown(void **state) {
    return kit_empty(state) == 0 ? rmdir(directory) : -1;
}

const char *kit_path(const char *name) {
    static char paths[8][KIT_PATH];
    static unsigned next;
    char *const path = paths[next++ % 8];

    snprintf(path, KIT_PATH, "%s/%s", directory, name);
    return path;
}

const char *kit_write(const char *name, const void *bytes, size_t size) {
    const char *const path = kit_path(name);
    FILE *const file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

char *kit_read(const char *path, size_t *size_out) {
    FILE *const file = fopen(path, "r");
    struct stat about;

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &about), 0);
    char *const bytes = malloc((size_t)about.st_size + 1);
    assert_non_null(bytes);
    *size_out = fread(bytes, 1, (size_t)about.st_size, file);
    assert_int_equal(*size_out, about.st_size);
    fclose(file);
    return bytes;
}

void kit_sql(const char *path, const char *sql) {
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int kit_sql_number(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

struct carddb_type kit_type(const char *name, const char *atr_hex) {
    struct carddb_type type = {.name = name, .atr_size = strlen(atr_hex) / 2};

    for (size_t i = 0; i < type.atr_size && i < CARDDB_ATR_MAX; i++) {
        unsigned byte;
        assert_int_equal(sscanf(atr_hex + 2 * i, "%2x", &byte), 1);
        type.atr[i] = (uint8_t)byte;
        type.mask[i] = 0xFF;
    }
    return type;
}

void kit_expect_names(struct names *names, const char *expected) {
    char joined[4096] = "";

    for (const char *name = NULL; (name = names_next(names, name)) != NULL;) {
        if (*joined)
            strcat(joined, "|");
        assert_true(strlen(joined) + strlen(name) + 2 < sizeof joined);
        strcat(joined, name);
    }
    assert_string_equal(joined, expected);
    free(names->list);
    *names = (struct names){0};
}

const char *kit_user_file(void) {
    return kit_path("cards.db");
}

struct carddb *kit_user_db(void) {
    struct carddb *db = NULL;
    assert_int_equal(carddb_sqlite_open(NULL, kit_user_file(), &db), RM_OK);
    return db;
}

rm_status kit_introduce(struct carddb *db, const char *name) {
    const struct carddb_type type = kit_type(name, "3B99");
    return db->ops->introduce(db, CARDDB_USER, &type);
}

void kit_expect_list(struct carddb *db, const char *expected) {
    struct names names = {0};
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_OK);
    kit_expect_names(&names, expected);
}

/*
 * Database files that cannot be used just now or not by everybody: read-only, left half done, locked by
 * others.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "carddb/kit.h"
#include "carddb/sqlite/sqlite.h"
#include "rm/names.h"

#define NOBODY 65534

/* Runs `work` in a child without rights and hands out what it returns. */
static int as_nobody(int (*work)(void)) {
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(setgid(NOBODY) == 0 && setuid(NOBODY) == 0 ? work() : 99);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Bit 1: the list is wrong, 2: writing is not refused as it should be, 4: no reason given. */
static int use_read_only(void) {
    struct carddb *db = NULL;
    struct names names = {0};
    const struct carddb_type type = {.name = "n", .atr_size = 1};
    int faults = 0;

    if (carddb_sqlite_open(kit_user_file(), NULL, &db) != RM_OK)
        return 98;
    if (db->ops->list(db, NULL, 0, NULL, 0, &names) != RM_OK || names.size != sizeof "Old card\0Plain\0")
        faults |= 1;
    if (db->ops->introduce(db, CARDDB_SYSTEM, &type) != RM_E_NO_ACCESS)
        faults |= 2;
    if (!strstr(db->ops->explain(db), "rights"))
        faults |= 4;
    free(names.list);
    db->ops->close(db);
    return faults;
}

static int use_unreadable(void) {
    struct carddb *db = NULL;
    struct names names = {0};

    if (carddb_sqlite_open(kit_user_file(), NULL, &db) != RM_OK)
        return 98;
    const rm_status status = db->ops->list(db, NULL, 0, NULL, 0, &names);
    const bool explained = strstr(db->ops->explain(db), "rights") != NULL;
    db->ops->close(db);
    return status == RM_E_NO_ACCESS && explained ? 0 : 1;
}

static void test_read_only__older_files_are_read_all_the_same(void **state) {
    char folder[KIT_PATH];

    (void)state;
    if (geteuid() != 0)
        skip(); /* only root may become somebody without rights */
    kit_sql(kit_user_file(), KIT_VERSION_1);
    snprintf(folder, sizeof folder, "%s", kit_user_file());
    *strrchr(folder, '/') = '\0';
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(kit_user_file(), 0644), 0);
    assert_int_equal(as_nobody(use_read_only), 0);
    assert_int_equal(kit_sql_number(kit_user_file(), "PRAGMA user_version"), 1);
    assert_int_equal(chmod(kit_user_file(), 0600), 0);
    assert_int_equal(as_nobody(use_unreadable), 0);
    assert_int_equal(chmod(kit_user_file(), 0644), 0);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(as_nobody(use_unreadable), 0);
}

static int use_half_done(void) {
    struct carddb *db = NULL;
    struct names names = {0};

    if (carddb_sqlite_open(kit_user_file(), NULL, &db) != RM_OK)
        return 98;
    const rm_status status = db->ops->list(db, NULL, 0, NULL, 0, &names);
    const bool explained = strstr(db->ops->explain(db), "killed") != NULL;
    db->ops->close(db);
    return status == RM_E_NO_ACCESS && explained ? 0 : 1;
}

/* Ends in the midst of a change that is half in the file, as a kill would. */
static void leave_half_done(void) {
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        sqlite3 *db = NULL;
        /* With room for so few pages in memory the change goes to the file before it is committed. */
        if (sqlite3_open(kit_user_file(), &db) == SQLITE_OK)
            sqlite3_exec(db,
                         "PRAGMA cache_size = 2; PRAGMA cache_spill = 2; BEGIN IMMEDIATE;"
                         "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                         " INSERT INTO types SELECT 'half ' || i, x'3B', x'FF', NULL FROM n;",
                         NULL, NULL, NULL);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void test_killed__half_a_change_is_taken_back(void **state) {
    struct carddb *const db = kit_user_db();
    struct stat about;
    char file[KIT_PATH], journal[KIT_PATH + 16], folder[KIT_PATH];

    (void)state;
    assert_int_equal(kit_introduce(db, "before"), RM_OK);
    snprintf(file, sizeof file, "%s", kit_user_file());
    snprintf(journal, sizeof journal, "%s-journal", file);
    snprintf(folder, sizeof folder, "%s", file);
    *strrchr(folder, '/') = '\0';
    leave_half_done();
    assert_int_equal(stat(journal, &about), 0);
    assert_true(about.st_size > 512);
    if (geteuid() == 0) {
        assert_int_equal(chmod(folder, 0755), 0);
        assert_int_equal(as_nobody(use_half_done), 0);
        assert_int_equal(chmod(folder, 0700), 0);
    }
    kit_expect_list(db, "before");
    assert_int_not_equal(access(journal, F_OK), 0);
    leave_half_done();
    assert_int_equal(kit_introduce(db, "after"), RM_OK);
    kit_expect_list(db, "after|before");
    db->ops->close(db);
}

static void *hold_lock(void *path) {
    sqlite3 *db = NULL;

    if (sqlite3_open(path, &db) == SQLITE_OK &&
        sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK) {
        const struct timespec pause = {.tv_nsec = 300000000};
        nanosleep(&pause, NULL);
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    sqlite3_close(db);
    return NULL;
}

static void test_locked__waits_for_the_other(void **state) {
    struct carddb *const db = kit_user_db();
    char path[KIT_PATH];
    pthread_t holder;

    (void)state;
    assert_int_equal(kit_introduce(db, "x"), RM_OK);
    snprintf(path, sizeof path, "%s", kit_user_file());
    for (int round = 0; round < 2; round++) {
        assert_int_equal(pthread_create(&holder, NULL, hold_lock, path), 0);
        const struct timespec pause = {.tv_nsec = 50000000};
        nanosleep(&pause, NULL);
        if (round)
            assert_int_equal(kit_introduce(db, "y"), RM_OK);
        else
            kit_expect_list(db, "x");
        assert_int_equal(pthread_join(holder, NULL), 0);
    }
    kit_expect_list(db, "x|y");
    db->ops->close(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_read_only__older_files_are_read_all_the_same, kit_empty),
        cmocka_unit_test_setup(test_killed__half_a_change_is_taken_back, kit_empty),
        cmocka_unit_test_setup(test_locked__waits_for_the_other, kit_empty),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}

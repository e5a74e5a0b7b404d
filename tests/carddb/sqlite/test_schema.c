/*
 * Database files that are not as this library writes them: older, newer, foreign, damaged, crafted.
 * Each gives its answer or a clear error, and none is overwritten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "carddb/kit.h"
#include "carddb/sqlite/schema.h"
#include "carddb/sqlite/sqlite.h"
#include "carddb/sqlite/store.h"
#include "rm/names.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void expect_old_contents(struct carddb *db) {
    struct carddb_type *got = NULL;
    struct names names = {0};

    assert_int_equal(db->ops->get(db, "old card", &got), RM_OK);
    assert_string_equal(got->name, "Old card");
    assert_int_equal(got->atr_size, 4);
    assert_int_equal(got->mask[3], 0xF0);
    assert_true(got->has_provider);
    assert_int_equal(got->provider.data1, 0x11223344);
    assert_int_equal(got->interface_count, 2);
    assert_int_equal(got->interfaces[0].data1, 0xB0000000);
    assert_int_equal(got->interfaces[1].data1, 0xA0000000);
    free(got);
    assert_int_equal(db->ops->get(db, "Plain", &got), RM_OK);
    assert_int_equal(got->interface_count, 1);
    assert_false(got->has_provider);
    free(got);
    assert_int_equal(db->ops->group_readers(db, "desk", &names), RM_OK);
    kit_expect_names(&names, "Reader 0");
}

static void test_older__is_read_as_it_is_and_migrated_by_the_first_change(void **state) {
    struct carddb *const db = kit_user_db();

    (void)state;
    kit_sql(kit_user_file(), KIT_VERSION_1);
    kit_expect_list(db, "Old card|Plain");
    expect_old_contents(db);
    assert_int_equal(kit_sql_number(kit_user_file(), "PRAGMA user_version"), 1);
    /* A change that comes to nothing migrates nothing. */
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "unknown"), RM_E_UNKNOWN_CARD);
    assert_int_equal(kit_sql_number(kit_user_file(), "PRAGMA user_version"), 1);

    assert_int_equal(kit_introduce(db, "New"), RM_OK);
    assert_int_equal(kit_sql_number(kit_user_file(), "PRAGMA user_version"), SCHEMA_VERSION);
    assert_int_equal(kit_sql_number(kit_user_file(), "PRAGMA application_id"), SCHEMA_MARK);
    assert_int_equal(
        kit_sql_number(kit_user_file(), "SELECT count(*) FROM sqlite_master WHERE name = 'interfaces'"), 0);
    kit_expect_list(db, "New|Old card|Plain");
    expect_old_contents(db);
    db->ops->close(db);
}

static void test_older__a_migration_that_fails_changes_nothing(void **state) {
    struct carddb *const db = kit_user_db();
    struct names names = {0};
    size_t size, size_after;

    (void)state;
    /* The table that the step would make is there already. */
    kit_sql(kit_user_file(), KIT_VERSION_1 "CREATE TABLE type_interfaces (x);");
    char *const before = kit_read(kit_user_file(), &size);
    assert_int_equal(kit_introduce(db, "New"), RM_F_INTERNAL_ERROR);
    assert_non_null(strstr(db->ops->explain(db), kit_user_file()));
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_F_INTERNAL_ERROR);
    char *const after = kit_read(kit_user_file(), &size_after);
    assert_int_equal(size_after, size);
    assert_memory_equal(after, before, size);
    free(before);
    free(after);
    db->ops->close(db);
}

static void test_new__one_schema_however_it_came_about(void **state) {
    struct carddb *db = kit_user_db();
    static const char tables[] =
        "SELECT sum(length(sql)) + 1000 * count(*) FROM sqlite_master WHERE sql IS NOT NULL";

    (void)state;
    kit_sql(kit_user_file(), KIT_VERSION_1);
    assert_int_equal(kit_introduce(db, "x"), RM_OK);
    const int migrated = kit_sql_number(kit_user_file(), tables);
    assert_int_equal(unlink(kit_user_file()), 0);
    assert_int_equal(kit_introduce(db, "x"), RM_OK);
    assert_int_equal(
        kit_sql_number(kit_user_file(), "SELECT count(*) FROM sqlite_master WHERE type = 'table'"), 3);
    assert_true(abs(kit_sql_number(kit_user_file(), tables) - migrated) < 1000);
    db->ops->close(db);
}

static void test_empty__a_file_of_no_bytes_is_a_new_database(void **state) {
    struct carddb *const db = kit_user_db();
    struct stat about;

    (void)state;
    kit_write("cards.db", "", 0);
    kit_expect_list(db, "");
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "x"), RM_E_UNKNOWN_CARD);
    assert_int_equal(stat(kit_user_file(), &about), 0);
    assert_int_equal(about.st_size, 0);
    assert_int_equal(kit_introduce(db, "x"), RM_OK);
    kit_expect_list(db, "x");
    db->ops->close(db);
}

/* Every call says RM_F_INTERNAL_ERROR and why, and the file keeps its bytes. */
static void expect_refused(const char *why) {
    struct carddb *const db = kit_user_db();
    struct names names = {0};
    struct carddb_type *got = NULL;
    size_t size, size_after;
    char *const before = kit_read(kit_user_file(), &size);

    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_F_INTERNAL_ERROR);
    assert_null(names.list);
    assert_non_null(strstr(db->ops->explain(db), why));
    assert_non_null(strstr(db->ops->explain(db), kit_user_file()));
    assert_int_equal(db->ops->get(db, "Old card", &got), RM_F_INTERNAL_ERROR);
    assert_null(got);
    assert_int_equal(kit_introduce(db, "New"), RM_F_INTERNAL_ERROR);
    assert_non_null(strstr(db->ops->explain(db), why));
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "Old card"), RM_F_INTERNAL_ERROR);
    assert_int_equal(db->ops->group_list(db, &names), RM_F_INTERNAL_ERROR);
    assert_int_equal(db->ops->group_readers(db, "Desk", &names), RM_F_INTERNAL_ERROR);
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "Desk", "r"), RM_F_INTERNAL_ERROR);
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "Desk", "r"), RM_F_INTERNAL_ERROR);
    assert_int_equal(db->ops->group_forget(db, CARDDB_USER, "Desk"), RM_F_INTERNAL_ERROR);
    char *const after = kit_read(kit_user_file(), &size_after);
    assert_int_equal(size_after, size);
    assert_memory_equal(after, before, size);
    free(before);
    free(after);
    db->ops->close(db);
}

static void test_foreign__left_alone(void **state) {
    static const char *const foreign[] = {
        "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine');",
        "PRAGMA application_id = 252006675; CREATE TABLE types (name);",
        "PRAGMA user_version = 2; CREATE TABLE types (name, atr, mask, provider);",
        "PRAGMA user_version = 1;",
        "PRAGMA application_id = 1396925538; CREATE TABLE types (name);",
        "PRAGMA application_id = 1396925538; PRAGMA user_version = -1; CREATE TABLE types (name);",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(foreign); i++) {
        assert_int_equal(kit_empty(NULL), 0);
        kit_sql(kit_user_file(), foreign[i]);
        expect_refused("another program");
    }
}

static void test_newer__left_alone(void **state) {
    (void)state;
    kit_sql(kit_user_file(), KIT_VERSION_1 "PRAGMA user_version = 3;");
    expect_refused("newer");
}

static void test_damaged__left_alone(void **state) {
    static const char text[] =
        "This is a list of shopping, not a database. It is long enough to have a header in it, "
        "were it one: bread, milk, butter.";

    (void)state;
    kit_write("cards.db", text, sizeof text);
    expect_refused("is damaged");

    /* Our mark and version, but none of the tables. */
    assert_int_equal(kit_empty(NULL), 0);
    kit_sql(kit_user_file(),
            "PRAGMA application_id = 1396925538; PRAGMA user_version = 2; CREATE TABLE x (y);");
    struct carddb *const db = kit_user_db();
    struct names names = {0};
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_F_INTERNAL_ERROR);
    assert_non_null(strstr(db->ops->explain(db), "no such table"));
    assert_int_equal(kit_introduce(db, "x"), RM_F_INTERNAL_ERROR);
    db->ops->close(db);
}

/* A database of some size, with bytes overwritten page by page, or cut off at each page. */
static void test_damaged__every_page(void **state) {
    struct carddb *const db = kit_user_db();
    size_t size, size_after;
    char name[32];
    unsigned refused = 0;

    (void)state;
    kit_sql(kit_user_file(), KIT_VERSION_1);
    for (int i = 0; i < 150; i++) {
        snprintf(name, sizeof name, "card number %d", i);
        assert_int_equal(kit_introduce(db, name), RM_OK);
    }
    char *const good = kit_read(kit_user_file(), &size);
    char *const bad = malloc(size);
    assert_non_null(bad);
    assert_true(size >= 5 * 4096);
    for (size_t page = 0; page < size / 4096; page++)
        for (int kind = 0; kind < 3; kind++) {
            memcpy(bad, good, size);
            if (kind == 0)
                memset(bad + page * 4096 + (page ? 0 : 100), 0xA5, 64);
            else if (kind == 1)
                for (size_t i = page ? 0 : 100; i < 4096; i++)
                    bad[page * 4096 + i] = (char)(i * 2654435761u >> 13);
            kit_write("cards.db", bad, kind == 2 ? page * 4096 + 2048 : size);
            char *const before = kit_read(kit_user_file(), &size_after);
            struct names names = {0};
            (void)db->ops->list(db, NULL, 0, NULL, 0, &names);
            free(names.list);
            struct carddb_type *got = NULL;
            (void)db->ops->get(db, "card number 77", &got);
            free(got);
            /* Never written to while damaged. */
            assert_int_equal(kit_introduce(db, "New"), RM_F_INTERNAL_ERROR);
            assert_true(*db->ops->explain(db) != '\0');
            size_t now;
            char *const after = kit_read(kit_user_file(), &now);
            assert_int_equal(now, size_after);
            assert_memory_equal(after, before, now);
            free(before);
            free(after);
            refused++;
        }
    assert_int_equal(refused, 3 * (size / 4096));
    free(good);
    free(bad);
    db->ops->close(db);
}

static void test_crafted__values_out_of_range(void **state) {
    static const char *const crafted[] = {
        "UPDATE types SET atr = x'' WHERE name = 'Old card'",
        "UPDATE types SET atr = zeroblob(37), mask = zeroblob(37) WHERE name = 'Old card'",
        "UPDATE types SET mask = x'FF' WHERE name = 'Old card'",
        "UPDATE types SET atr = 'text' WHERE name = 'Old card'",
        "UPDATE types SET name = '' WHERE name = 'Plain'",
        "UPDATE types SET name = char(10) || 'x' WHERE name = 'Plain'",
        "UPDATE types SET name = CAST(x'410042' AS TEXT) WHERE name = 'Plain'",
        "UPDATE types SET name = printf('%.*c', 256, 'x') WHERE name = 'Plain'",
    };
    static const char *const only_get[] = {
        "UPDATE types SET provider = x'00' WHERE name = 'Old card'",
        "UPDATE types SET provider = 'sixteen letters.' WHERE name = 'Old card'",
        "UPDATE interfaces SET guid = x'00' WHERE type = 'Old card' AND guid = "
        "x'A0000000000000000000000000000000'",
        "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
        " INSERT INTO interfaces SELECT 'Old card', CAST(printf('%016d', i) AS BLOB) FROM n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(crafted) + COUNT(only_get); i++) {
        const bool listed = i < COUNT(crafted);
        struct names names = {0};
        struct carddb_type *got = NULL;
        assert_int_equal(kit_empty(NULL), 0);
        kit_sql(kit_user_file(), KIT_VERSION_1);
        kit_sql(kit_user_file(), listed ? crafted[i] : only_get[i - COUNT(crafted)]);
        struct carddb *const db = kit_user_db();
        assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), listed ? RM_F_INTERNAL_ERROR : RM_OK);
        free(names.list);
        if (!listed || i < 4) {
            assert_int_equal(db->ops->get(db, "Old card", &got), RM_F_INTERNAL_ERROR);
            assert_non_null(strstr(db->ops->explain(db), "is damaged"));
        }
        db->ops->close(db);
    }
    assert_int_equal(kit_empty(NULL), 0);
    kit_sql(kit_user_file(), KIT_VERSION_1 "UPDATE members SET grp = char(27) || '[2J'");
    struct carddb *const db = kit_user_db();
    struct names names = {0};
    assert_int_equal(db->ops->group_list(db, &names), RM_F_INTERNAL_ERROR);
    assert_null(names.list);
    db->ops->close(db);
}

static void test_crafted__no_view_no_trigger_runs(void **state) {
    struct carddb *const db = kit_user_db();
    struct names names = {0};

    (void)state;
    assert_int_equal(kit_introduce(db, "x"), RM_OK);
    kit_sql(kit_user_file(), "CREATE TRIGGER t AFTER INSERT ON types BEGIN DELETE FROM types; END");
    assert_int_equal(kit_introduce(db, "y"), RM_OK);
    kit_expect_list(db, "x|y");
    /* A view that never ends, in the place of a table. */
    kit_sql(kit_user_file(),
            "DROP TRIGGER t; ALTER TABLE types RENAME TO former;"
            "CREATE VIEW types AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)"
            " SELECT 'a' AS name, x'3B' AS atr, x'FF' AS mask, NULL AS provider FROM n");
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_F_INTERNAL_ERROR);
    db->ops->close(db);
}

static void test_too_big__is_no_card_database(void **state) {
    (void)state;
    kit_write("cards.db", "", 0);
    assert_int_equal(truncate(kit_user_file(), (off_t)STORE_FILE_MAX + 1), 0);
    struct carddb *const db = kit_user_db();
    assert_int_equal(kit_introduce(db, "x"), RM_F_INTERNAL_ERROR);
    assert_non_null(strstr(db->ops->explain(db), "not a card database"));
    db->ops->close(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_older__is_read_as_it_is_and_migrated_by_the_first_change, kit_empty),
        cmocka_unit_test_setup(test_older__a_migration_that_fails_changes_nothing, kit_empty),
        cmocka_unit_test_setup(test_new__one_schema_however_it_came_about, kit_empty),
        cmocka_unit_test_setup(test_empty__a_file_of_no_bytes_is_a_new_database, kit_empty),
        cmocka_unit_test_setup(test_foreign__left_alone, kit_empty),
        cmocka_unit_test_setup(test_newer__left_alone, kit_empty),
        cmocka_unit_test_setup(test_damaged__left_alone, kit_empty),
        cmocka_unit_test_setup(test_damaged__every_page, kit_empty),
        cmocka_unit_test_setup(test_crafted__values_out_of_range, kit_empty),
        cmocka_unit_test_setup(test_crafted__no_view_no_trigger_runs, kit_empty),
        cmocka_unit_test_setup(test_too_big__is_no_card_database, kit_empty),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}

/* The card database over SQLite files: types, groups, two scopes, arguments, rights, threads. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "carddb/kit.h"
#include "carddb/sqlite/api.h"
#include "carddb/sqlite/sqlite.h"
#include "rm/mstring.h"
#include "rm/names.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct carddb_guid guid_a = {
    0x11223344, 0x5566, 0x7788, {0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0x01}};
static const struct carddb_guid guid_b = {0xF0000001, 0xF002, 0x8003, {1, 2, 3, 4, 5, 6, 7, 8}};
static const struct carddb_guid guid_c = {3, 2, 1, {0}};

static struct carddb *open_db(void) {
    struct carddb *db = NULL;

    assert_int_equal(
        carddb_sqlite_open(kit_path("system/deep/cards.db"), kit_path("user/deep/cards.db"), &db), RM_OK);
    return db;
}

static void introduce(struct carddb *db, enum carddb_scope scope, const char *name, const char *atr) {
    const struct carddb_type type = kit_type(name, atr);
    assert_int_equal(db->ops->introduce(db, scope, &type), RM_OK);
}

static void expect_list(struct carddb *db, const char *expected) {
    struct names names = {0};
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_OK);
    kit_expect_names(&names, expected);
}

static void test_read__missing_files_are_empty_and_stay_missing(void **state) {
    struct carddb *const db = open_db();
    struct carddb_type *type = NULL;
    struct names names = {0};

    (void)state;
    expect_list(db, "");
    assert_int_equal(db->ops->get(db, "x", &type), RM_E_UNKNOWN_CARD);
    assert_null(type);
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "x"), RM_E_UNKNOWN_CARD);
    assert_int_equal(db->ops->group_list(db, &names), RM_OK);
    kit_expect_names(&names, "");
    assert_int_equal(db->ops->group_readers(db, "g", &names), RM_OK);
    kit_expect_names(&names, "");
    assert_int_equal(db->ops->group_remove(db, CARDDB_SYSTEM, "g", "r"), RM_E_UNKNOWN_READER);
    assert_int_equal(db->ops->group_forget(db, CARDDB_SYSTEM, "g"), RM_E_UNKNOWN_READER);
    assert_string_equal(db->ops->explain(db), "");
    assert_int_not_equal(access(kit_path("user"), F_OK), 0);
    assert_int_not_equal(access(kit_path("system"), F_OK), 0);
    db->ops->close(db);
}

static void test_introduce__everything_comes_back(void **state) {
    const struct carddb_guid interfaces[] = {guid_c, guid_a, guid_b, guid_a};
    struct carddb *const db = open_db();
    struct carddb_type type = kit_type("Gemplus \xC3\xA9t\xC3\xA9", "3B021450"), *got = NULL;

    (void)state;
    type.mask[3] = 0xF0;
    type.has_provider = true;
    type.provider = guid_a;
    type.interfaces = interfaces;
    type.interface_count = COUNT(interfaces);
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_OK);
    assert_int_equal(db->ops->get(db, type.name, &got), RM_OK);
    assert_string_equal(got->name, type.name);
    assert_int_equal(got->atr_size, 4);
    assert_memory_equal(got->atr, type.atr, CARDDB_ATR_MAX);
    assert_memory_equal(got->mask, type.mask, CARDDB_ATR_MAX);
    assert_true(got->has_provider);
    assert_memory_equal(&got->provider, &guid_a, sizeof guid_a);
    assert_int_equal(got->interface_count, COUNT(interfaces));
    assert_memory_equal(got->interfaces, interfaces, sizeof interfaces);
    free(got);
    db->ops->close(db);

    /* Another handle, another process: the bytes in the file are what counts. */
    assert_int_equal(kit_sql_number(kit_path("user/deep/cards.db"),
                                    "SELECT hex(provider) = '112233445566778899AABBCCDDEEFF01' FROM types"),
                     1);
}

static void test_introduce__replaces_all_of_the_former(void **state) {
    const struct carddb_guid interfaces[] = {guid_a, guid_b};
    struct carddb *const db = open_db();
    struct carddb_type type = kit_type("Card", "3B00"), *got = NULL;

    (void)state;
    type.has_provider = true;
    type.interfaces = interfaces;
    type.interface_count = 2;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_OK);
    introduce(db, CARDDB_USER, "cARD", "3B0102");
    expect_list(db, "cARD");
    assert_int_equal(db->ops->get(db, "CARD", &got), RM_OK);
    assert_int_equal(got->atr_size, 3);
    assert_false(got->has_provider);
    assert_int_equal(got->interface_count, 0);
    assert_null(got->interfaces);
    free(got);
    db->ops->close(db);
}

/* A successor that does not get in, the disk being full: the former one is there, whole. */
static void test_introduce__refused_over_a_former(void **state) {
    static struct carddb_guid interfaces[CARDDB_INTERFACES_MAX];
    struct carddb *const db = open_db();
    struct carddb_type type = kit_type("Card", "3B00"), *got = NULL;
    struct rlimit before, full;
    struct stat about;

    (void)state;
    type.interfaces = &guid_a;
    type.interface_count = 1;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_OK);
    assert_int_equal(stat(kit_path("user/deep/cards.db"), &about), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = before;
    full.rlim_cur = (rlim_t)about.st_size / 2;
    type = kit_type("Card", "3B0102");
    type.interfaces = interfaces;
    type.interface_count = COUNT(interfaces);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    const rm_status status = db->ops->introduce(db, CARDDB_USER, &type);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, RM_F_INTERNAL_ERROR);
    assert_int_equal(db->ops->get(db, "Card", &got), RM_OK);
    assert_int_equal(got->atr_size, 2);
    assert_int_equal(got->interface_count, 1);
    assert_memory_equal(got->interfaces, &guid_a, sizeof guid_a);
    free(got);
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_OK);
    db->ops->close(db);
}

static void test_forget__only_in_its_scope(void **state) {
    struct carddb *const db = open_db();

    (void)state;
    introduce(db, CARDDB_SYSTEM, "one", "3B00");
    introduce(db, CARDDB_USER, "two", "3B00");
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "one"), RM_E_UNKNOWN_CARD);
    assert_int_equal(db->ops->forget(db, CARDDB_SYSTEM, "two"), RM_E_UNKNOWN_CARD);
    expect_list(db, "one|two");
    assert_int_equal(db->ops->forget(db, CARDDB_SYSTEM, "ONE"), RM_OK);
    expect_list(db, "two");
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "two"), RM_OK);
    expect_list(db, "");
    db->ops->close(db);
}

static void test_list__by_atr_under_the_mask(void **state) {
    static const struct {
        uint8_t atr[5];
        size_t size;
        const char *expected;
    } cases[] = {
        {{0x3B, 0x02, 0x14, 0x50}, 4, "exact|nibble"},
        {{0x3B, 0x02, 0x14, 0x5F}, 4, "nibble"},
        {{0x3B, 0x02, 0x14, 0x60}, 4, ""},
        {{0x3B, 0x02, 0x14}, 3, ""},
        {{0x3B, 0x02, 0x14, 0x50, 0}, 5, ""},
        {{0x3F, 0x01}, 2, "any of two"},
    };
    struct carddb *const db = open_db();
    struct carddb_type nibble = kit_type("nibble", "3B021450"), any = kit_type("any of two", "0000");

    (void)state;
    introduce(db, CARDDB_SYSTEM, "exact", "3B021450");
    nibble.mask[3] = 0xF0;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &nibble), RM_OK);
    memset(any.mask, 0, sizeof any.mask);
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &any), RM_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct names names = {0};
        assert_int_equal(db->ops->list(db, cases[i].atr, cases[i].size, NULL, 0, &names), RM_OK);
        kit_expect_names(&names, cases[i].expected);
    }
    db->ops->close(db);
}

static void test_list__by_interfaces(void **state) {
    const struct carddb_guid both[] = {guid_a, guid_b}, twice[] = {guid_b, guid_b};
    struct carddb *const db = open_db();
    struct carddb_type ab = kit_type("ab", "3B00"), a = kit_type("a", "3B00");
    struct names names = {0};

    (void)state;
    ab.interfaces = both;
    ab.interface_count = 2;
    a.interfaces = both;
    a.interface_count = 1;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &ab), RM_OK);
    assert_int_equal(db->ops->introduce(db, CARDDB_SYSTEM, &a), RM_OK);
    introduce(db, CARDDB_USER, "none", "3B00");
    assert_int_equal(db->ops->list(db, NULL, 0, &guid_a, 1, &names), RM_OK);
    kit_expect_names(&names, "a|ab");
    assert_int_equal(db->ops->list(db, NULL, 0, both, 2, &names), RM_OK);
    kit_expect_names(&names, "ab");
    assert_int_equal(db->ops->list(db, NULL, 0, twice, 2, &names), RM_OK);
    kit_expect_names(&names, "ab");
    assert_int_equal(db->ops->list(db, NULL, 0, &guid_c, 1, &names), RM_OK);
    kit_expect_names(&names, "");
    assert_int_equal(db->ops->list(db, ab.atr, 2, both, 2, &names), RM_OK);
    kit_expect_names(&names, "ab");
    db->ops->close(db);
}

static void test_list__user_hides_system_and_order(void **state) {
    static const uint8_t old_atr[] = {0x3B, 0x00};
    struct carddb *const db = open_db();
    struct carddb_type *got = NULL;
    struct names names = {0};

    (void)state;
    introduce(db, CARDDB_SYSTEM, "beta", "3B00");
    introduce(db, CARDDB_SYSTEM, "Zeta", "3B00");
    introduce(db, CARDDB_SYSTEM, "alpha", "3B00");
    introduce(db, CARDDB_USER, "BETA", "3B01");
    introduce(db, CARDDB_USER, "gamma", "3B00");
    expect_list(db, "alpha|BETA|gamma|Zeta");
    /* The system's beta would match, but it is hidden. */
    assert_int_equal(db->ops->list(db, old_atr, 2, NULL, 0, &names), RM_OK);
    kit_expect_names(&names, "alpha|gamma|Zeta");
    assert_int_equal(db->ops->get(db, "beta", &got), RM_OK);
    assert_int_equal(got->atr[1], 1);
    free(got);
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "Beta"), RM_OK);
    assert_int_equal(db->ops->get(db, "beta", &got), RM_OK);
    assert_string_equal(got->name, "beta");
    free(got);
    db->ops->close(db);
}

static void test_groups__members(void **state) {
    struct carddb *const db = open_db();
    struct names names = {0};

    (void)state;
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "Desk", "Reader b"), RM_OK);
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "desk", "Reader b"), RM_E_DUPLICATE_READER);
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "Desk", "reader B"), RM_OK);
    assert_int_equal(db->ops->group_add(db, CARDDB_SYSTEM, "DESK", "Reader b"), RM_OK);
    assert_int_equal(db->ops->group_add(db, CARDDB_SYSTEM, "DESK", "Reader a"), RM_OK);
    assert_int_equal(db->ops->group_add(db, CARDDB_SYSTEM, "Bank", "Reader a"), RM_OK);
    assert_int_equal(db->ops->group_list(db, &names), RM_OK);
    kit_expect_names(&names, "Bank|Desk");
    assert_int_equal(db->ops->group_readers(db, "desk", &names), RM_OK);
    kit_expect_names(&names, "Reader a|Reader b|reader B");
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "desk", "READER B"), RM_E_UNKNOWN_READER);
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "desk", "Reader a"), RM_E_UNKNOWN_READER);
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "desk", "Reader b"), RM_OK);
    assert_int_equal(db->ops->group_readers(db, "desk", &names), RM_OK);
    kit_expect_names(&names, "Reader a|Reader b|reader B");
    assert_int_equal(db->ops->group_forget(db, CARDDB_SYSTEM, "desk"), RM_OK);
    assert_int_equal(db->ops->group_forget(db, CARDDB_SYSTEM, "desk"), RM_E_UNKNOWN_READER);
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "desk", "reader B"), RM_OK);
    assert_int_equal(db->ops->group_list(db, &names), RM_OK);
    kit_expect_names(&names, "Bank");
    db->ops->close(db);
}

static void test_arguments__out_of_range(void **state) {
    char long_name[CARDDB_NAME_MAX + 2];
    const char *const bad_names[] = {NULL, "", "a\nb", "a\x7F", long_name};
    struct carddb *const db = open_db();
    struct names names = {0};
    struct carddb_type *got = NULL;
    struct carddb_type type;

    (void)state;
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    for (size_t i = 0; i < COUNT(bad_names); i++) {
        type = kit_type(bad_names[i], "3B00");
        assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->forget(db, CARDDB_USER, bad_names[i]), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->get(db, bad_names[i], &got), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->group_readers(db, bad_names[i], &names), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->group_add(db, CARDDB_USER, bad_names[i], "r"), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->group_add(db, CARDDB_USER, "g", bad_names[i]), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->group_remove(db, CARDDB_USER, bad_names[i], "r"), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "g", bad_names[i]), RM_E_INVALID_VALUE);
        assert_int_equal(db->ops->group_forget(db, CARDDB_USER, bad_names[i]), RM_E_INVALID_VALUE);
    }
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, NULL), RM_E_INVALID_VALUE);
    type = kit_type("t", "");
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    type = kit_type("t", "3B00");
    assert_int_equal(db->ops->introduce(db, (enum carddb_scope)2, &type), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->forget(db, (enum carddb_scope)7, "t"), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_add(db, (enum carddb_scope)7, "g", "r"), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_remove(db, (enum carddb_scope)7, "g", "r"), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_forget(db, (enum carddb_scope)7, "g"), RM_E_INVALID_VALUE);
    type.atr_size = CARDDB_ATR_MAX + 1;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    type.atr_size = 2;
    type.interface_count = 1;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    type.interfaces = &guid_a;
    type.interface_count = CARDDB_INTERFACES_MAX + 1;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, type.atr, 0, NULL, 0, &names), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, type.atr, 37, NULL, 0, &names), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 1, &names), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, NULL), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->get(db, "t", NULL), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_list(db, NULL), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_readers(db, "g", NULL), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "sCARD$Mine", "r"), RM_E_INVALID_VALUE);
    /* Nothing of this has made a file. */
    assert_int_not_equal(access(kit_path("user"), F_OK), 0);
    db->ops->close(db);
}

static void test_limits__the_greatest_of_everything(void **state) {
    static struct carddb_guid interfaces[CARDDB_INTERFACES_MAX];
    char name[CARDDB_NAME_MAX + 1], atr[2 * CARDDB_ATR_MAX + 1];
    struct carddb *const db = open_db();
    struct carddb_type *got = NULL;

    (void)state;
    memset(name, '%', CARDDB_NAME_MAX);
    name[CARDDB_NAME_MAX] = '\0';
    memset(atr, 'A', sizeof atr - 1);
    atr[sizeof atr - 1] = '\0';
    for (size_t i = 0; i < COUNT(interfaces); i++)
        interfaces[i].data1 = (uint32_t)(COUNT(interfaces) - i);
    struct carddb_type type = kit_type(name, atr);
    type.interfaces = interfaces;
    type.interface_count = COUNT(interfaces);
    assert_int_equal(db->ops->introduce(db, CARDDB_SYSTEM, &type), RM_OK);
    introduce(db, CARDDB_SYSTEM, "'; DROP TABLE types; --", "3B");
    assert_int_equal(db->ops->get(db, name, &got), RM_OK);
    assert_string_equal(got->name, name);
    assert_int_equal(got->atr_size, CARDDB_ATR_MAX);
    assert_memory_equal(got->atr, type.atr, CARDDB_ATR_MAX);
    assert_int_equal(got->interface_count, COUNT(interfaces));
    assert_memory_equal(got->interfaces, interfaces, sizeof interfaces);
    free(got);
    assert_int_equal(db->ops->get(db, "'; drop table types; --", &got), RM_OK);
    free(got);
    db->ops->close(db);
}

static void test_files__modes(void **state) {
    struct carddb *const db = open_db();
    const mode_t former = umask(077);
    struct stat about;

    (void)state;
    introduce(db, CARDDB_SYSTEM, "s", "3B00");
    umask(0);
    introduce(db, CARDDB_USER, "u", "3B00");
    umask(former);
    const char *const directories[] = {"system", "system/deep", "user", "user/deep"};
    for (size_t i = 0; i < COUNT(directories); i++) {
        assert_int_equal(stat(kit_path(directories[i]), &about), 0);
        assert_int_equal(about.st_mode & 07777, i < 2 ? 0755 : 0700);
    }
    assert_int_equal(stat(kit_path("system/deep/cards.db"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0644);
    db->ops->close(db);
}

static void test_files__removed_or_replaced_meanwhile(void **state) {
    struct carddb *const db = open_db();

    (void)state;
    introduce(db, CARDDB_USER, "first", "3B00");
    assert_int_equal(rename(kit_path("user/deep/cards.db"), kit_path("user/deep/other.db")), 0);
    expect_list(db, "");
    introduce(db, CARDDB_USER, "second", "3B00");
    expect_list(db, "second");
    assert_int_equal(rename(kit_path("user/deep/other.db"), kit_path("user/deep/cards.db")), 0);
    expect_list(db, "first");
    db->ops->close(db);
}

static void test_paths__none_relative_and_impossible(void **state) {
    const struct carddb_type type = kit_type("t", "3B00");
    struct carddb *db = NULL;
    struct names names = {0};

    (void)state;
    assert_int_equal(carddb_sqlite_open(NULL, NULL, &db), RM_OK);
    expect_list(db, "");
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_NO_ACCESS);
    assert_non_null(strstr(db->ops->explain(db), "SCARDSSP_DATABASE_USER"));
    db->ops->close(db);

    assert_int_equal(carddb_sqlite_open("cards.db", "/proc/none/cards.db", &db), RM_OK);
    assert_string_equal(db->ops->explain(db), ""); /* what was said about another database is not repeated */
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_F_INTERNAL_ERROR);
    assert_non_null(strstr(db->ops->explain(db), "absolute"));
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_NO_ACCESS);
    assert_non_null(strstr(db->ops->explain(db), "/proc/none/cards.db"));
    db->ops->close(db);

    /* A directory in the place of the file, a file in the place of a directory. */
    assert_int_equal(mkdir(kit_path("folder"), 0700), 0);
    const char *const file = kit_write("file", "", 0);
    char below[KIT_PATH];
    snprintf(below, sizeof below, "%s/cards.db", file);
    assert_int_equal(carddb_sqlite_open(kit_path("folder"), below, &db), RM_OK);
    assert_int_equal(db->ops->introduce(db, CARDDB_SYSTEM, &type), RM_F_INTERNAL_ERROR);
    assert_int_not_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_OK);
    db->ops->close(db);
}

static void *introduce_many(void *context) {
    struct carddb *const db = context;
    char name[32];

    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "%lu-%d", (unsigned long)pthread_self(), i);
        introduce(db, i % 2 ? CARDDB_USER : CARDDB_SYSTEM, name, "3B00");
        struct carddb_type *got = NULL;
        assert_int_equal(db->ops->get(db, name, &got), RM_OK);
        free(got);
        assert_int_equal(db->ops->forget(db, CARDDB_USER, "nobody's"), RM_E_UNKNOWN_CARD);
    }
    return NULL;
}

static void test_threads__one_handle(void **state) {
    struct carddb *const db = open_db();
    struct names names = {0};
    pthread_t threads[4];

    (void)state;
    introduce(db, CARDDB_USER, "first", "3B00");
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, introduce_many, db), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_OK);
    assert_int_equal(mstring_count(names.list, names.size), 81);
    free(names.list);
    db->ops->close(db);
}

static void test_api__missing_library(void **state) {
    struct sqlite_api api;

    (void)state;
    assert_false(sqlite_api_open("libno-such-thing.so.0", &api));
    assert_false(sqlite_api_open("libm.so.6", &api)); /* a library, another one */
    assert_true(sqlite_api_open("libsqlite3.so.0", &api));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_read__missing_files_are_empty_and_stay_missing, kit_empty),
        cmocka_unit_test_setup(test_introduce__everything_comes_back, kit_empty),
        cmocka_unit_test_setup(test_introduce__replaces_all_of_the_former, kit_empty),
        cmocka_unit_test_setup(test_introduce__refused_over_a_former, kit_empty),
        cmocka_unit_test_setup(test_forget__only_in_its_scope, kit_empty),
        cmocka_unit_test_setup(test_list__by_atr_under_the_mask, kit_empty),
        cmocka_unit_test_setup(test_list__by_interfaces, kit_empty),
        cmocka_unit_test_setup(test_list__user_hides_system_and_order, kit_empty),
        cmocka_unit_test_setup(test_groups__members, kit_empty),
        cmocka_unit_test_setup(test_arguments__out_of_range, kit_empty),
        cmocka_unit_test_setup(test_limits__the_greatest_of_everything, kit_empty),
        cmocka_unit_test_setup(test_files__modes, kit_empty),
        cmocka_unit_test_setup(test_files__removed_or_replaced_meanwhile, kit_empty),
        cmocka_unit_test_setup(test_paths__none_relative_and_impossible, kit_empty),
        cmocka_unit_test_setup(test_threads__one_handle, kit_empty),
        cmocka_unit_test(test_api__missing_library),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}

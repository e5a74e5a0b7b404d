/*
 * scardssp_db.h: the card database as programs see it, with files of their own. What the database does:
 * tests/carddb.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit.h"
#include "scardssp.h"
#include "scardssp_db.h"
#include "scardssp_rm.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PROVIDER "{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}"
#define INTERFACE "{1461AACC-6810-11D0-918F-00AA00C18068}"

static const uint8_t atr[] = {0x3B, 0x02, 0x14, 0x50};
static char folder[64];

static void path_set(const char *variable, const char *name) {
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(setenv(variable, path, 1), 0);
}

static int set_up(void **state) {
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/scardssp-db-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    path_set("SCARDSSP_DATABASE_USER", "user.db");
    path_set("SCARDSSP_DATABASE_SYSTEM", "system.db");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* What visitors collect: names, one after the other, each followed by ';'. */
struct seen {
    char text[1024];
    unsigned most; /* how many it wants */
    unsigned count;
};

static int see_name(void *user, const char *name) {
    struct seen *seen = user;
    (void)strncat(seen->text, name, sizeof seen->text - strlen(seen->text) - 2);
    (void)strcat(seen->text, ";");
    return ++seen->count == seen->most;
}

static int see_type(void *user, const struct scardssp_card_type *type) {
    return see_name(user, type->name);
}

static void check_cards(const uint8_t *wanted, size_t size, const char *names) {
    struct seen seen = {.count = 0};
    char message[256] = "old";
    assert_int_equal(scardssp_db_cards(wanted, size, see_type, &seen, message, sizeof message), S_OK);
    assert_string_equal(seen.text, names);
    assert_string_equal(message, "");
}

static int check_full(void *user, const struct scardssp_card_type *type) {
    *(int *)user += 1;
    assert_string_equal(type->name, "Full");
    assert_int_equal(type->atr_size, sizeof atr);
    assert_memory_equal(type->atr, atr, sizeof atr);
    assert_memory_equal(type->mask, ((const uint8_t[]){0xFF, 0xFF, 0xFF, 0x00}), 4);
    assert_string_equal(type->provider, PROVIDER);
    assert_int_equal(type->interface_count, 2);
    assert_string_equal(type->interfaces[0], INTERFACE);
    assert_string_equal(type->interfaces[1], PROVIDER);
    /* The database may be asked from within. */
    struct seen seen = {.count = 0};
    assert_int_equal(scardssp_db_cards(NULL, 0, see_type, &seen, NULL, 0), S_OK);
    return 0;
}

static void test_cards__introduced_seen_and_forgotten(void **state) {
    (void)state;
    static const char *const interfaces[] = {"{1461aacc-6810-11d0-918f-00aa00c18068}", PROVIDER};
    const uint8_t pattern[] = {0x3B, 0x02, 0x14, 0x50}, mask[] = {0xFF, 0xFF, 0xFF, 0x00};
    struct scardssp_card_type type = {.name = "Full",
                                      .atr = pattern,
                                      .mask = mask,
                                      .atr_size = sizeof pattern,
                                      .provider = PROVIDER,
                                      .interfaces = interfaces,
                                      .interface_count = 2};
    check_cards(NULL, 0, "");
    assert_int_equal(scardssp_db_introduce(SCARDSSP_DB_USER, &type, NULL, 0), S_OK);
    int shown = 0;
    assert_int_equal(scardssp_db_card("full", check_full, &shown, NULL, 0), S_OK);
    assert_int_equal(shown, 1);
    type = (struct scardssp_card_type){.name = "Bare", .atr = atr, .atr_size = sizeof atr};
    assert_int_equal(scardssp_db_introduce(SCARDSSP_DB_SYSTEM, &type, NULL, 0), S_OK);
    check_cards(NULL, 0, "Bare;Full;");
    check_cards(atr, sizeof atr, "Bare;Full;");
    check_cards((const uint8_t[]){0x3B, 0x02, 0x14, 0x51}, 4, "Full;");
    check_cards(atr, sizeof atr - 1, "");
    struct seen one = {.most = 1};
    assert_int_equal(scardssp_db_cards(NULL, 0, see_type, &one, NULL, 0), S_OK);
    assert_string_equal(one.text, "Bare;");

    assert_int_equal(scardssp_db_forget(SCARDSSP_DB_USER, "Bare", NULL, 0), (HRESULT)SCARD_E_UNKNOWN_CARD);
    assert_int_equal(scardssp_db_forget(SCARDSSP_DB_SYSTEM, "Bare", NULL, 0), S_OK);
    assert_int_equal(scardssp_db_forget(SCARDSSP_DB_USER, "Full", NULL, 0), S_OK);
    assert_int_equal(scardssp_db_card("Full", check_full, &shown, NULL, 0), (HRESULT)SCARD_E_UNKNOWN_CARD);
    check_cards(NULL, 0, "");
}

static void test_cards__refused(void **state) {
    (void)state;
    static const char *const bad[] = {"nonsense"}, *const none[] = {NULL};
    static const uint8_t bytes[40] = {0x3B};
    const struct scardssp_card_type rows[] = {
        {.name = NULL, .atr = bytes, .atr_size = 2},
        {.name = "", .atr = bytes, .atr_size = 2},
        {.name = "a\nb", .atr = bytes, .atr_size = 2},
        {.name = "x", .atr = NULL, .atr_size = 2},
        {.name = "x", .atr = bytes, .atr_size = 0},
        {.name = "x", .atr = bytes, .atr_size = 37},
        {.name = "x", .atr = bytes, .atr_size = 2, .provider = ""},
        {.name = "x", .atr = bytes, .atr_size = 2, .provider = PROVIDER "x"},
        {.name = "x", .atr = bytes, .atr_size = 2, .provider = "{G126F8FE-A7AF-11D0-B88A-00C04FD424B9}"},
        {.name = "x", .atr = bytes, .atr_size = 2, .provider = "(E126F8FE-A7AF-11D0-B88A-00C04FD424B9)"},
        {.name = "x", .atr = bytes, .atr_size = 2, .interfaces = bad, .interface_count = 1},
        {.name = "x", .atr = bytes, .atr_size = 2, .interfaces = none, .interface_count = 1},
        {.name = "x", .atr = bytes, .atr_size = 2, .interfaces = NULL, .interface_count = 1},
        {.name = "x", .atr = bytes, .atr_size = 2, .interfaces = bad, .interface_count = 257},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        char message[256] = "";
        assert_int_equal(scardssp_db_introduce(SCARDSSP_DB_USER, &rows[i], message, sizeof message),
                         E_INVALIDARG);
        assert_true(strlen(message) > 10);
    }
    const struct scardssp_card_type good = {.name = "x", .atr = bytes, .atr_size = 2};
    char cut[5] = "";
    assert_int_equal(scardssp_db_introduce(2, &good, cut, sizeof cut), E_INVALIDARG);
    assert_string_equal(cut, "the ");
    assert_int_equal(scardssp_db_introduce(SCARDSSP_DB_USER, NULL, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_forget(2, "x", NULL, 0), E_INVALIDARG);
    assert_int_equal(scardssp_db_forget(SCARDSSP_DB_USER, NULL, NULL, 0), E_POINTER);
    struct seen seen = {.count = 0};
    assert_int_equal(scardssp_db_cards(bytes, 0, see_type, &seen, NULL, 0), E_INVALIDARG);
    assert_int_equal(scardssp_db_cards(bytes, 37, see_type, &seen, NULL, 0), E_INVALIDARG);
    assert_int_equal(scardssp_db_cards(NULL, 0, NULL, &seen, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_card(NULL, see_type, &seen, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_card("x", NULL, &seen, NULL, 0), E_POINTER);
    check_cards(NULL, 0, "");
}

static void check_readers(const char *group, const char *names) {
    struct seen seen = {.count = 0};
    assert_int_equal(scardssp_db_group_readers(group, see_name, &seen, NULL, 0), S_OK);
    assert_string_equal(seen.text, names);
}

static void test_groups__changed_and_seen(void **state) {
    (void)state;
    struct seen seen = {.count = 0};
    assert_int_equal(scardssp_db_group_add(SCARDSSP_DB_USER, "Two", "B", NULL, 0), S_OK);
    assert_int_equal(scardssp_db_group_add(SCARDSSP_DB_SYSTEM, "Two", "A", NULL, 0), S_OK);
    assert_int_equal(scardssp_db_group_add(SCARDSSP_DB_USER, "One", "A", NULL, 0), S_OK);
    assert_int_equal(scardssp_db_group_add(SCARDSSP_DB_USER, "One", "A", NULL, 0),
                     (HRESULT)SCARD_E_DUPLICATE_READER);
    assert_int_equal(scardssp_db_groups(see_name, &seen, NULL, 0), S_OK);
    assert_string_equal(seen.text, "One;Two;");
    check_readers("Two", "A;B;");
    check_readers("Three", "");
    assert_int_equal(scardssp_db_group_remove(SCARDSSP_DB_USER, "Two", "A", NULL, 0),
                     (HRESULT)SCARD_E_UNKNOWN_READER);
    assert_int_equal(scardssp_db_group_remove(SCARDSSP_DB_SYSTEM, "Two", "A", NULL, 0), S_OK);
    check_readers("Two", "B;");
    assert_int_equal(scardssp_db_group_forget(SCARDSSP_DB_USER, "Two", NULL, 0), S_OK);
    assert_int_equal(scardssp_db_group_forget(SCARDSSP_DB_USER, "Two", NULL, 0),
                     (HRESULT)SCARD_E_UNKNOWN_READER);
    check_readers("Two", "");
    check_readers("One", "A;");
    assert_int_equal(scardssp_db_group_forget(SCARDSSP_DB_USER, "One", NULL, 0), S_OK);

    char message[256] = "";
    assert_int_equal(
        scardssp_db_group_add(SCARDSSP_DB_USER, "SCard$AllReaders", "A", message, sizeof message),
        E_INVALIDARG);
    assert_non_null(strstr(message, "SCard$"));
    assert_int_equal(scardssp_db_group_add(2, "One", "A", message, sizeof message), E_INVALIDARG);
    assert_int_equal(scardssp_db_group_add(SCARDSSP_DB_USER, NULL, "A", NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_group_add(SCARDSSP_DB_USER, "One", NULL, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_group_remove(SCARDSSP_DB_USER, "One", NULL, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_group_forget(SCARDSSP_DB_USER, NULL, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_groups(NULL, &seen, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_group_readers(NULL, see_name, &seen, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_db_group_readers("One", NULL, &seen, NULL, 0), E_POINTER);
}

/* A file that is no database is named, and left as it is. */
static void test_files__foreign(void **state) {
    (void)state;
    char path[128], message[512] = "", left[64] = "";
    (void)snprintf(path, sizeof path, "%s/user.db", folder);
    (void)unlink(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs("not a database at all", file);
    assert_int_equal(fclose(file), 0);
    struct seen seen = {.count = 0};
    assert_int_equal(scardssp_db_cards(NULL, 0, see_type, &seen, message, sizeof message),
                     (HRESULT)SCARD_F_INTERNAL_ERROR);
    assert_non_null(strstr(message, path));
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(left, sizeof left, file));
    assert_string_equal(left, "not a database at all");
    assert_int_equal(fclose(file), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards__introduced_seen_and_forgotten),
        cmocka_unit_test(test_cards__refused),
        cmocka_unit_test(test_groups__changed_and_seen),
        cmocka_unit_test(test_files__foreign),
    };
    return cmocka_run_group_tests_name("module_db_api", tests, set_up, tear_down);
}

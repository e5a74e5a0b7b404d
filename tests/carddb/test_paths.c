/* Default places of the databases and of the ATR list, as the environment moves them. And rules for names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "carddb/kit.h"
#include "carddb/names.h"
#include "carddb/paths.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void set(const char *name, const char *value) {
    assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void expect(bool (*find)(char **out), const char *expected) {
    char *path = (char *)&path;
    assert_true(find(&path));
    if (expected)
        assert_string_equal(path, expected);
    else
        assert_null(path);
    free(path);
}

static void test_databases__where_they_are(void **state) {
    static const struct {
        const char *set, *data, *home, *expected;
    } cases[] = {
        {NULL, NULL, "/users/u", "/users/u/.local/share/scardssp/cards.db"},
        {NULL, "/data", "/users/u", "/data/scardssp/cards.db"},
        {NULL, "relative", "/users/u", "/users/u/.local/share/scardssp/cards.db"},
        {NULL, "", "/users/u", "/users/u/.local/share/scardssp/cards.db"},
        {"/else/where.db", "/data", "/users/u", "/else/where.db"},
        {NULL, NULL, "relative", NULL},
        {NULL, NULL, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        set("SCARDSSP_DATABASE_USER", cases[i].set);
        set("XDG_DATA_HOME", cases[i].data);
        set("HOME", cases[i].home);
        expect(carddb_path_user, cases[i].expected);
    }
    set("SCARDSSP_DATABASE_SYSTEM", NULL);
    expect(carddb_path_system, "/var/lib/scardssp/cards.db");
    set("SCARDSSP_DATABASE_SYSTEM", "/s.db");
    expect(carddb_path_system, "/s.db");
}

static void test_atr_list__first_that_is_there(void **state) {
    (void)state;
    set("SCARDSSP_ATR_LIST", "/not/there");
    expect(carddb_path_atr_list, "/not/there"); /* set is set; whoever opens it says what is wrong */
    set("SCARDSSP_ATR_LIST", NULL);
    assert_int_equal(mkdir(kit_path("home"), 0700), 0);
    assert_int_equal(mkdir(kit_path("home/.cache"), 0700), 0);
    set("HOME", kit_path("home"));
    set("XDG_CACHE_HOME", NULL);
    kit_write("home/.smartcard_list.txt", "3B 00\n", 6);
    expect(carddb_path_atr_list, kit_path("home/.smartcard_list.txt"));
    /* An update that failed leaves an empty file, which hides no good one. */
    kit_write("home/.cache/smartcard_list.txt", "", 0);
    expect(carddb_path_atr_list, kit_path("home/.smartcard_list.txt"));
    kit_write("home/.cache/smartcard_list.txt", "#", 1);
    expect(carddb_path_atr_list, kit_path("home/.cache/smartcard_list.txt"));
    set("XDG_CACHE_HOME", kit_path("home"));
    expect(carddb_path_atr_list, kit_path("home/.smartcard_list.txt"));
    kit_write("home/smartcard_list.txt", "#", 1);
    expect(carddb_path_atr_list, kit_path("home/smartcard_list.txt"));
    set("HOME", "/nowhere");
    set("XDG_CACHE_HOME", "/nowhere");
    char *installed = NULL;
    assert_true(carddb_path_atr_list(&installed));
    assert_true(!installed || strncmp(installed, "/usr/", 5) == 0);
    free(installed);
}

static void test_own_list__where_users_put_it(void **state) {
    (void)state;
    set("SCARDSSP_ATR_LIST", "/anywhere");
    expect(carddb_path_own_list, "/anywhere");
    set("SCARDSSP_ATR_LIST", NULL);
    set("HOME", "/nowhere");
    set("XDG_CACHE_HOME", NULL);
    expect(carddb_path_own_list, "/nowhere/.cache/smartcard_list.txt");
    set("XDG_CACHE_HOME", "/cache");
    expect(carddb_path_own_list, "/cache/smartcard_list.txt");
    set("XDG_CACHE_HOME", NULL);
    set("HOME", NULL);
    char *none = NULL;
    assert_true(carddb_path_own_list(&none));
    assert_null(none);
}

static void test_names__which_are_valid(void **state) {
    static const char bytes[] = "a\0b";
    char longest[CARDDB_NAME_MAX + 1];

    (void)state;
    memset(longest, 'x', sizeof longest);
    assert_true(carddb_name_valid(longest, CARDDB_NAME_MAX));
    assert_false(carddb_name_valid(longest, CARDDB_NAME_MAX + 1));
    assert_false(carddb_name_valid("", 0));
    assert_false(carddb_name_valid(bytes, 3));
    assert_false(carddb_name_valid("\t", 1));
    assert_false(carddb_name_valid("\x7F", 1));
    assert_true(carddb_name_valid("\xC3\xA9 \xFF", 4));
    assert_true(carddb_group_reserved("SCard$AllReaders"));
    assert_true(carddb_group_reserved("scard$"));
    assert_false(carddb_group_reserved("SCard"));
    assert_false(carddb_group_reserved("My SCard$"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_databases__where_they_are),
        cmocka_unit_test_setup(test_atr_list__first_that_is_there, kit_empty),
        cmocka_unit_test(test_own_list__where_users_put_it),
        cmocka_unit_test(test_names__which_are_valid),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}

/* Where paths lead on a card: identifiers, names, applications; and what places are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "shell/place.h"

#define USIM "/\"A0000000871002FF49FF0589\""

/* The card has this USIM, and PIV by its shortest name. */
static bool find(void *user, const struct application *application, char out[PLACE_MAX]) {
    ++*(int *)user;
    if (application == &names_usim)
        strcpy(out, "A0000000871002FF49FF0589");
    else if (application == &names_piv)
        strcpy(out, "A00000030800001000");
    else
        return false;
    return true;
}

static void test_resolve__paths(void **state) {
    (void)state;
    static const struct {
        const char *from, *path, *expected; /* NULL: nowhere */
    } cases[] = {
        {"/", "2F00", "/2F00"},
        {"/", "df01/df11", "/DF01/DF11"},
        {"/DF01", "DF11", "/DF01/DF11"},
        {"/DF01", "/DF02", "/DF02"},
        {"/DF01/DF11", "..", "/DF01"},
        {"/DF01/DF11", "../..", "/"},
        {"/", "..", "/"},
        {"/DF01", ".", "/DF01"},
        {"/DF01", "", "/DF01"},
        {"/DF01", "/", "/"},
        {"/DF01", "3F00/2F00", "/2F00"},
        {"/DF01", "3F00\\2F00", "/2F00"},
        {"/", "EF.DIR", "/2F00"},
        {"/", "dir", "/2F00"},
        {"/DF01", "EF.DIR", "/2F00"},
        {"/", "DF.GSM/EF.IMSI", "/7F20/6F07"},
        {"/7F20", "imsi", "/7F20/6F07"},
        {"/7F20", "EF.MSISDN", "EF.MSISDN"}, /* not of that directory; the card's profile may know it */
        {"/7F20", "/EF.MSISDN", NULL},
        {"/", "USIM", USIM},
        {"/7F20", "usim/phonebook/EF.PBR", USIM "/5F3A/4F30"},
        {USIM "/5F3A", "..", USIM},
        {USIM, "..", "/"},
        {USIM, "6F07", USIM "/6F07"},
        {USIM, "EF.ICCID", "/2FE2"},
        {USIM, "PIV/CHUID", "/\"A00000030800001000\"/3000"},
        {"/", "a000000308", "/\"A000000308\""},
        {"/", "/\"A000000308\"/0101", "/\"A000000308\"/0101"},
        {"/", "A00000030", "A00000030"},
        {"/", "FIDO", "FIDO"},
        {"/", "/FIDO", NULL},
        {"/", "Balance", "Balance"},
        {"/", "Balance/0101", NULL},
        {"/", "77/77", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char out[PLACE_MAX] = "";
        int asked = 0;
        const bool found = place_resolve(cases[i].from, cases[i].path, find, &asked, out);
        assert_int_equal(found, cases[i].expected != NULL);
        if (found)
            assert_string_equal(out, cases[i].expected);
    }
}

static void test_resolve__too_deep(void **state) {
    (void)state;
    char path[256] = "", out[PLACE_MAX];
    for (size_t i = 0; i < 40; ++i)
        strcat(path, "/DF01");
    assert_false(place_resolve("/", path, NULL, NULL, out));
    memset(path, 'A', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_false(place_resolve("/", path, NULL, NULL, out));
}

static void test_text__names(void **state) {
    (void)state;
    static const struct {
        const char *place, *text, *parent, *last;
    } cases[] = {
        {"/", "/", "/", ""},
        {"/2F00", "/EF.DIR", "/", "2F00"},
        {"/7F20/6F07", "/DF.GSM/EF.IMSI", "/7F20", "6F07"},
        {"/DF01/DF11", "/DF01/DF11", "/DF01", "DF11"},
        {USIM, "/USIM", "/", ""},
        {USIM "/5F3A/4F3A", "/USIM/DF.PHONEBOOK/EF.ADN", USIM "/5F3A", "4F3A"},
        {"/\"F053434152\"/0001", "/\"F053434152\"/0001", "/\"F053434152\"", "0001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char out[PLACE_MAX];
        const char *last = NULL;
        place_text(cases[i].place, out);
        assert_string_equal(out, cases[i].text);
        place_parent(cases[i].place, out, &last);
        assert_string_equal(out, cases[i].parent);
        assert_string_equal(last, cases[i].last);
    }
}

/* A name means one file, and no name is an identifier, which it would hide. */
static void test_names__are_unambiguous(void **state) {
    (void)state;
    size_t count = 0;
    for (const struct application *const *at = names_applications; *at; ++at)
        for (size_t i = 0; i < (*at)->count; ++i, ++count) {
            const struct file_name *file = &(*at)->files[i];
            assert_ptr_equal(names_file(*at, file->parent, file->id), file);
            assert_ptr_equal(names_file_called(*at, file->parent, file->name), file);
            assert_false(place_is_id(file->name, strlen(file->name), NULL));
            assert_null(names_application_called(file->name));
        }
    assert_true(count > 150);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resolve__paths),
        cmocka_unit_test(test_resolve__too_deep),
        cmocka_unit_test(test_text__names),
        cmocka_unit_test(test_names__are_unambiguous),
    };
    return cmocka_run_group_tests_name("tool_place", tests, NULL, NULL);
}

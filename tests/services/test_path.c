/* How files are named: every form of text, where it leads, and how places are written again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/path.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct row {
    REFTYPE type;
    const char *text, *written; /* NULL: E_INVALIDARG */
};

/* Reads each text as in DF01 and writes it again. */
static void check_rows(const struct row *rows, size_t count) {
    static const struct path here = {.depth = 1, .ids = {0xDF01}};
    for (size_t i = 0; i < count; ++i) {
        struct path path;
        char text[PATH_TEXT_ROOM];
        const HRESULT hr = path_parse(rows[i].type, rows[i].text, &here, &path);
        if (hr != (rows[i].written ? S_OK : E_INVALIDARG))
            fail_msg("'%s' by %d: %08X", rows[i].text, (int)rows[i].type, (unsigned)hr);
        path_write(&path, text);
        assert_string_equal(text, rows[i].written ? rows[i].written : "/");
    }
}

static void test_parse__identifiers(void **state) {
    (void)state;
    static const struct row rows[] = {
        {SC_TYPE_BY_ID, "0101", "/DF01/0101"},
        {SC_TYPE_BY_ID, "df11/0111", "/DF01/DF11/0111"},
        {SC_TYPE_BY_ID, "DF11\\0111", "/DF01/DF11/0111"},
        {SC_TYPE_BY_ID, "/DF02/0201", "/DF02/0201"},
        {SC_TYPE_BY_ID, "\\DF02", "/DF02"},
        {SC_TYPE_BY_ID, "3F00/DF02", "/DF02"},
        {SC_TYPE_BY_ID, "/3F00/DF02", "/DF02"},
        {SC_TYPE_BY_ID, "3F00", "/"},
        {SC_TYPE_BY_ID, "/", "/"},
        {SC_TYPE_BY_ID, "..", "/"},
        {SC_TYPE_BY_ID, "../DF02/0201", "/DF02/0201"},
        {SC_TYPE_BY_ID, "DF11/../0101", "/DF01/0101"},
        {SC_TYPE_BY_ID, "../..", NULL},
        {SC_TYPE_BY_ID, "/..", NULL},
        {SC_TYPE_BY_ID, "", NULL},
        {SC_TYPE_BY_ID, "010", NULL},
        {SC_TYPE_BY_ID, "01011", NULL},
        {SC_TYPE_BY_ID, "01G1", NULL},
        {SC_TYPE_BY_ID, "DF01//0101", NULL},
        {SC_TYPE_BY_ID, "DF01/", NULL},
        {SC_TYPE_BY_ID, "DF01/3F00", NULL},
        {SC_TYPE_BY_ID, "//", NULL},
        {SC_TYPE_BY_ID, " 0101", NULL},
        {SC_TYPE_BY_ID, "/\"A000000003\"", "/\"A000000003\""},
        {SC_TYPE_BY_ID, "/\"A000000003\"/4F01", "/\"A000000003\"/4F01"},
        {SC_TYPE_BY_ID, "/\"A000000003\"/", NULL},
        {SC_TYPE_BY_ID, "/\"A000000003\"4F01", NULL},
        {SC_TYPE_BY_ID, "/\"A000000003", NULL},
        {SC_TYPE_BY_ID, "/\"\"", NULL},
    };
    check_rows(rows, COUNT(rows));
}

static void test_parse__names_and_anything(void **state) {
    (void)state;
    static const struct row rows[] = {
        {SC_TYPE_BY_NAME, "A000000003", "/\"A000000003\""},
        {SC_TYPE_BY_NAME, "a0", "/\"A0\""},
        {SC_TYPE_BY_NAME, "3F00", "/\"3F00\""},
        {SC_TYPE_BY_NAME, "000102030405060708090A0B0C0D0E0F", "/\"000102030405060708090A0B0C0D0E0F\""},
        {SC_TYPE_BY_NAME, "000102030405060708090A0B0C0D0E0F10", NULL},
        {SC_TYPE_BY_NAME, "\"1PAY.SYS.DDF01\"", "/\"315041592E5359532E4444463031\""},
        {SC_TYPE_BY_NAME, "\"AB\"", "/\"4142\""},
        {SC_TYPE_BY_NAME, "\"\"", NULL},
        {SC_TYPE_BY_NAME, "\"12345678901234567\"", NULL},
        {SC_TYPE_BY_NAME, "\"", NULL},
        {SC_TYPE_BY_NAME, "A00", NULL},
        {SC_TYPE_BY_NAME, "", NULL},
        {SC_TYPE_BY_NAME, "A0 0", NULL},
        {SC_TYPE_BY_ANY, "0101", "/DF01/0101"},
        {SC_TYPE_BY_ANY, "/DF02/0201", "/DF02/0201"},
        {SC_TYPE_BY_ANY, "..", "/"},
        {SC_TYPE_BY_ANY, "../..", NULL},
        {SC_TYPE_BY_ANY, "A000000003", "/\"A000000003\""},
        {SC_TYPE_BY_ANY, "\"AB\"", "/\"4142\""},
        {SC_TYPE_BY_ANY, "/\"A000000003\"/4F01", "/\"A000000003\"/4F01"},
        {SC_TYPE_BY_ANY, "DF01/0101/", NULL},
        {(REFTYPE)4, "0101", NULL},
        {(REFTYPE)-1, "0101", NULL},
    };
    check_rows(rows, COUNT(rows));
}

static void test_parse__short_identifiers(void **state) {
    (void)state;
    static const struct path here = {.depth = 1, .ids = {0xDF01}};
    static const struct {
        const char *text;
        uint8_t sfi; /* 0: E_INVALIDARG */
    } rows[] = {{"1", 1},  {"30", 30}, {"07", 7}, {"0", 0},   {"31", 0},
                {"-1", 0}, {"1A", 0},  {"", 0},   {"001", 0}, {"+1", 0}};
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct path path;
        const HRESULT hr = path_parse(SC_TYPE_BY_SHORT_ID, rows[i].text, &here, &path);
        assert_int_equal((uint32_t)hr, (uint32_t)(rows[i].sfi ? S_OK : E_INVALIDARG));
        assert_int_equal(path.sfi, rows[i].sfi);
        assert_int_equal(path.depth, rows[i].sfi ? 1 : 0);
    }
}

static void test_parse__depth(void **state) {
    (void)state;
    static const struct path root;
    char text[5 * (PATH_DEPTH_MAX + 1) + 1] = "";
    struct path path;
    for (unsigned i = 0; i < PATH_DEPTH_MAX; ++i)
        strcat(text, "/DF01");
    assert_int_equal(path_parse(SC_TYPE_BY_ID, text, &root, &path), S_OK);
    assert_int_equal(path.depth, PATH_DEPTH_MAX);
    char written[PATH_TEXT_ROOM];
    path_write(&path, written);
    assert_string_equal(written, text);
    strcat(text, "/DF01");
    assert_int_equal((uint32_t)path_parse(SC_TYPE_BY_ID, text, &root, &path), (uint32_t)E_INVALIDARG);
}

static void test_write__names_known_by_identifier(void **state) {
    (void)state;
    const struct path named = {
        .name_size = 1, .name = {0xA0}, .name_id = 0x7FFF, .depth = 1, .ids = {0x6F07}};
    char text[PATH_TEXT_ROOM];
    path_write(&named, text);
    assert_string_equal(text, "/7FFF/6F07");
}

static void test_parent__of_each_sort(void **state) {
    (void)state;
    static const struct path here = {.depth = 1, .ids = {0xDF01}};
    struct path path = {.depth = 1, .ids = {0xDF01}, .sfi = 3};
    struct path parent = path_parent(&path);
    assert_true(path_equal(&parent, &here));
    parent = path_parent(&here);
    assert_true(path_is_root(&parent));
    path = (struct path){.name_size = 1, .name = {0xA0}};
    parent = path_parent(&path);
    assert_true(path_is_root(&parent));
}

static void test_leads_to__same_root_and_prefix(void **state) {
    (void)state;
    static const struct path root, df = {.depth = 1, .ids = {0xDF01}},
                                   file = {.depth = 2, .ids = {0xDF01, 0x0101}},
                                   other = {.depth = 2, .ids = {0xDF02, 0x0101}},
                                   named = {.name_size = 1, .name = {0xA0}, .depth = 1, .ids = {0xDF01}},
                                   second = {.name_size = 1, .name = {0xA1}, .depth = 1, .ids = {0xDF01}};
    assert_true(path_leads_to(&root, &file));
    assert_true(path_leads_to(&df, &file));
    assert_true(path_leads_to(&file, &file));
    assert_false(path_leads_to(&file, &df));
    assert_false(path_leads_to(&df, &other));
    assert_false(path_leads_to(&root, &named));
    assert_false(path_leads_to(&named, &second));
    assert_false(path_equal(&df, &named));
    assert_false(path_equal(&file, &other));
    assert_true(path_equal(&named, &named));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__identifiers),
        cmocka_unit_test(test_parse__names_and_anything),
        cmocka_unit_test(test_parse__short_identifiers),
        cmocka_unit_test(test_parse__depth),
        cmocka_unit_test(test_write__names_known_by_identifier),
        cmocka_unit_test(test_parent__of_each_sort),
        cmocka_unit_test(test_leads_to__same_root_and_prefix),
    };
    return cmocka_run_group_tests_name("services_path", tests, NULL, NULL);
}

/* SELECT: which commands are sent, which are given up after a refusal, and what is known afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/selection.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MF_FCP "62 07 82 01 38 83 02 3F 00 90 00"
#define DF_FCP "62 07 82 01 38 83 02 DF 01 90 00"
#define EF_FCP "62 0C 80 02 00 80 82 02 01 41 83 02 01 01 90 00"

/* Begins a script and a file system over it. */
#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct selected selected
#define END() scripted_link_end(&card)

static HRESULT select_text(struct filesystem *files, REFTYPE type, const char *text,
                           struct selected *selected) {
    const struct path path = scriptedfiles_at(files, type, text);
    return selection_select(files, &path, SW_USE_OTHER, selected);
}

static void test_select__by_path(void **state) {
    BEGIN({"00 A4 08 04 04 DF 01 01 01 00", EF_FCP, 0}, {"00 A4 00 04 02 3F 00 00", MF_FCP, 0});
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/DF01/0101", &selected), S_OK);
    assert_true(selected.told);
    assert_false(selected.deactivated);
    assert_int_equal(selected.fcp.size, 128);
    assert_int_equal(selected.size, 14);
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/", &selected), S_OK);
    assert_int_equal(selected.fcp.kind, FCP_KIND_DF);
    END();
}

static void test_select__by_name(void **state) {
    BEGIN({"00 A4 04 04 02 A0 01 00", DF_FCP, 0}, {"00 A4 09 04 02 4F 01 00", EF_FCP, 0},
          {"00 A4 04 04 02 A0 01 00", DF_FCP, 0}, {"00 A4 09 04 04 DF 11 4F 02 00", EF_FCP, 0},
          {"00 A4 09 04 04 DF 12 4F 02 00", "6A 82", 0}, {"00 A4 04 04 02 A0 02 00", "6A 82", 0});
    assert_int_equal(select_text(&files, SC_TYPE_BY_NAME, "A001", &selected), S_OK);
    assert_int_equal(selected.fcp.id, 0xDF01);
    /* The directory is known to be current. */
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/\"A001\"/4F01", &selected), S_OK);
    selection_forget(&files);
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/\"A001\"/DF11/4F02", &selected), S_OK);
    files.current = (struct path){.name_size = 2, .name = {0xA0, 0x01}};
    files.current_kind = CURRENT_DIRECTORY;
    assert_int_equal((uint32_t)select_text(&files, SC_TYPE_BY_ID, "/\"A001\"/DF12/4F02", &selected),
                     (uint32_t)SCARD_E_FILE_NOT_FOUND);
    assert_int_equal((uint32_t)select_text(&files, SC_TYPE_BY_NAME, "A002", &selected),
                     (uint32_t)SCARD_E_FILE_NOT_FOUND);
    END();
}

/* A card without paths and FCP is asked in its own way from the second time on. */
static void test_select__forms_are_given_up_for_good(void **state) {
    BEGIN({"00 A4 08 04 04 DF 01 01 01 00", "6A 86", 0}, {"00 A4 08 00 04 DF 01 01 01 00", "6A 86", 0},
          {"00 A4 08 0C 04 DF 01 01 01", "6A 86", 0}, {"00 A4 00 04 02 3F 00 00", "6A 86", 0},
          {"00 A4 00 00 02 3F 00 00", "6F 02 84 00 90 00", 0}, {"00 A4 00 00 02 DF 01 00", DF_FCP, 0},
          {"00 A4 00 00 02 01 01 00", EF_FCP, 0},
          /* The next file of the same directory. */
          {"00 A4 00 00 02 01 02 00", EF_FCP, 0},
          /* One elsewhere. */
          {"00 A4 00 00 02 3F 00 00", MF_FCP, 0}, {"00 A4 00 00 02 2F 00 00", "6A 86", 0});
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/DF01/0101", &selected), S_OK);
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/DF01/0102", &selected), S_OK);
    assert_int_equal((uint32_t)select_text(&files, SC_TYPE_BY_ID, "/2F00", &selected),
                     (uint32_t)E_INVALIDARG);
    END();
}

static void test_select__no_answer_at_all(void **state) {
    BEGIN({"00 A4 08 04 02 01 01 00", "6A 86", 0}, {"00 A4 08 00 02 01 01 00", "6A 86", 0},
          {"00 A4 08 0C 02 01 01", "90 00", 0}, {"00 A4 08 0C 02 01 02", "90 00", 0});
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/0101", &selected), S_OK);
    assert_false(selected.told);
    assert_int_equal(selected.fcp.kind, FCP_KIND_UNKNOWN);
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/0102", &selected), S_OK);
    END();
}

static void test_select__status_words(void **state) {
    BEGIN({"00 A4 08 04 02 01 01 00", "62 83", 0}, {"00 A4 08 04 02 01 01 00", "6A 82", 0},
          {"00 A4 08 04 02 01 01 00", "69 82", 0}, {"00 A4 08 04 02 01 01 00", NULL, SCARD_W_REMOVED_CARD});
    assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/0101", &selected), S_OK);
    assert_true(selected.deactivated);
    assert_int_equal((uint32_t)select_text(&files, SC_TYPE_BY_ID, "/0101", &selected),
                     (uint32_t)SCARD_E_FILE_NOT_FOUND);
    assert_int_equal((uint32_t)select_text(&files, SC_TYPE_BY_ID, "/0101", &selected),
                     (uint32_t)SCARD_W_SECURITY_VIOLATION);
    assert_int_equal((uint32_t)select_text(&files, SC_TYPE_BY_ID, "/0101", &selected),
                     (uint32_t)SCARD_W_REMOVED_CARD);
    assert_false(files.selected);
    END();
}

/* File control parameters that are no such thing count as none. */
static void test_select__hostile_answers(void **state) {
    BEGIN({"00 A4 08 04 02 01 01 00", "62 7F 82 90 00", 0},
          {"00 A4 08 04 02 01 01 00", "62 84 FF FF FF FF 90 00", 0}, {"00 A4 08 04 02 01 01 00", "90 00", 0});
    for (unsigned i = 0; i < 3; ++i) {
        assert_int_equal(select_text(&files, SC_TYPE_BY_ID, "/0101", &selected), S_OK);
        assert_false(selected.told);
    }
    END();
}

static void test_is_current__until_somebody_else_may_have_selected(void **state) {
    BEGIN({"00 A4 08 04 02 01 01 00", EF_FCP, 0});
    struct path path, other;
    struct filesystem another = {0};
    assert_int_equal(path_parse(SC_TYPE_BY_ID, "/0101", &files.directory, &path), S_OK);
    assert_int_equal(path_parse(SC_TYPE_BY_ID, "/0102", &files.directory, &other), S_OK);
    assert_false(selection_is_current(&files, &path));
    assert_int_equal(selection_select(&files, &path, SW_USE_OTHER, &selected), S_OK);
    assert_true(selection_is_current(&files, &path));
    assert_false(selection_is_current(&files, &other));
    /* A second program object over the same link has another file. */
    filesystem_begin(&another, &card.link);
    selection_note_file(&another, &other);
    assert_true(selection_is_current(&another, &other));
    assert_false(selection_is_current(&files, &path));
    ++card.link.turn;
    filesystem_begin(&another, &card.link);
    assert_false(selection_is_current(&another, &other));
    END();
}

/* Another card: nothing that was learned of the former one holds. */
static void test_begin__another_card(void **state) {
    struct scripted_link card;
    struct filesystem files = {0};
    (void)state;
    scripted_link_init(&card, NULL, 0);
    filesystem_begin(&files, &card.link);
    files.no_path = true;
    files.chunk.read = 100;
    files.directory = (struct path){.depth = 1, .ids = {0xDF01}};
    filesystem_begin(&files, &card.link);
    assert_true(files.no_path);
    assert_int_equal(files.directory.depth, 1);
    ++card.link.card;
    filesystem_begin(&files, &card.link);
    assert_false(files.no_path);
    assert_int_equal(files.chunk.read, 0);
    assert_true(path_is_root(&files.directory));
    scripted_link_end(&card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_select__by_path),
        cmocka_unit_test(test_select__by_name),
        cmocka_unit_test(test_select__forms_are_given_up_for_good),
        cmocka_unit_test(test_select__no_answer_at_all),
        cmocka_unit_test(test_select__status_words),
        cmocka_unit_test(test_select__hostile_answers),
        cmocka_unit_test(test_is_current__until_somebody_else_may_have_selected),
        cmocka_unit_test(test_begin__another_card),
    };
    return cmocka_run_group_tests_name("services_selection", tests, NULL, NULL);
}

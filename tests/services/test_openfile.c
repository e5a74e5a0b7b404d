/* Open files: what Open learns, when a file is selected again, and that a changed one is not taken for it. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/openfile.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define EF_FCP "62 0C 80 02 00 80 82 02 01 41 83 02 01 01 90 00"
#define SELECT "00 A4 08 04 02 01 01 00"

#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct openfile file
#define END() scripted_link_end(&card)

static void test_open__what_the_card_says(void **state) {
    static const struct {
        const char *answer;
        HRESULT hr;
        enum openfile_shape shape;
        bool end_known;
        uint32_t end;
    } rows[] = {
        {"62 08 80 02 00 80 82 02 01 41 90 00", S_OK, OPENFILE_BINARY, true, 128},
        {"62 04 82 02 01 41 90 00", S_OK, OPENFILE_BINARY, false, 0},
        {"62 07 82 05 02 41 00 10 0A 90 00", S_OK, OPENFILE_RECORDS, true, 10},
        {"62 0A 80 02 00 40 82 04 06 41 00 10 90 00", S_OK, OPENFILE_RECORDS, true, 4},
        {"62 0A 80 02 00 40 82 04 04 41 00 10 90 00", S_OK, OPENFILE_RECORDS, false, 0},
        {"62 04 80 02 00 40 90 00", S_OK, OPENFILE_UNKNOWN, true, 64},
        {"90 00", S_OK, OPENFILE_UNKNOWN, false, 0},
        {"62 03 82 01 38 90 00", SCARD_E_NO_FILE, OPENFILE_UNKNOWN, false, 0},
        {"62 83", SCARD_E_NO_ACCESS, OPENFILE_UNKNOWN, false, 0},
        {"6A 82", SCARD_E_FILE_NOT_FOUND, OPENFILE_UNKNOWN, false, 0},
        {"69 85", SCARD_E_NO_ACCESS, OPENFILE_UNKNOWN, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct scripted_step step = {SELECT, rows[i].answer, 0};
        struct scripted_link card;
        struct filesystem files = {0};
        struct openfile file;
        scripted_link_init(&card, &step, 1);
        filesystem_begin(&files, &card.link);
        assert_int_equal((uint32_t)scriptedfiles_open(&files, SC_TYPE_BY_ID, "0101", &file),
                         (uint32_t)rows[i].hr);
        assert_int_equal(file.shape, rows[i].shape);
        assert_int_equal(file.end_known, rows[i].end_known);
        assert_int_equal(file.end, rows[i].end);
        assert_int_equal(file.position, 0);
        scripted_link_end(&card);
    }
}

static void test_open__directories_and_names(void **state) {
    BEGIN({"00 A4 00 04 02 3F 00 00", "90 00", 0});
    assert_int_equal((uint32_t)scriptedfiles_open(&files, SC_TYPE_BY_ID, "/", &file),
                     (uint32_t)SCARD_E_NO_FILE);
    assert_int_equal((uint32_t)scriptedfiles_open(&files, SC_TYPE_BY_NAME, "A000", &file),
                     (uint32_t)E_INVALIDARG);
    END();
}

static void test_select__only_when_another_is_current(void **state) {
    BEGIN({SELECT, EF_FCP, 0}, {SELECT, EF_FCP, 0});
    assert_int_equal(scriptedfiles_open(&files, SC_TYPE_BY_ID, "0101", &file), S_OK);
    assert_int_equal(openfile_select(&files, &file), S_OK);
    ++card.link.turn;
    assert_int_equal(openfile_select(&files, &file), S_OK);
    assert_int_equal(openfile_select(&files, &file), S_OK);
    END();
}

/* What answers under the path is no longer the file that was opened. */
static void test_select__another_file(void **state) {
    static const char *const answers[] = {
        "62 0C 80 02 00 80 82 02 01 41 83 02 01 02 90 00",    /* its identifier */
        "62 0C 80 02 00 80 82 02 02 41 83 02 01 01 90 00",    /* its kind */
        "62 0D 80 02 00 80 82 03 01 41 08 83 02 01 01 90 00", /* its record size */
        "62 08 80 02 00 80 82 02 01 41 90 00",                /* no identifier */
        "90 00",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(answers); ++i) {
        const struct scripted_step steps[] = {{SELECT, EF_FCP, 0}, {SELECT, answers[i], 0}};
        struct scripted_link card;
        struct filesystem files = {0};
        struct openfile file;
        scripted_link_init(&card, steps, COUNT(steps));
        filesystem_begin(&files, &card.link);
        assert_int_equal(scriptedfiles_open(&files, SC_TYPE_BY_ID, "0101", &file), S_OK);
        ++card.link.turn;
        assert_int_equal((uint32_t)openfile_select(&files, &file), (uint32_t)SCARD_W_REMOVED_CARD);
        scripted_link_end(&card);
    }
}

static void test_select__another_card(void **state) {
    BEGIN({SELECT, EF_FCP, 0});
    assert_int_equal(scriptedfiles_open(&files, SC_TYPE_BY_ID, "0101", &file), S_OK);
    ++card.link.card;
    filesystem_begin(&files, &card.link);
    assert_int_equal((uint32_t)openfile_select(&files, &file), (uint32_t)SCARD_W_REMOVED_CARD);
    END();
}

static void test_select__deactivated_meanwhile(void **state) {
    BEGIN({SELECT, EF_FCP, 0}, {SELECT, "62 0C 80 02 00 80 82 02 01 41 83 02 01 01 62 83", 0},
          {SELECT, "6A 82", 0});
    assert_int_equal(scriptedfiles_open(&files, SC_TYPE_BY_ID, "0101", &file), S_OK);
    ++card.link.turn;
    assert_int_equal((uint32_t)openfile_select(&files, &file), (uint32_t)SCARD_E_NO_ACCESS);
    ++card.link.turn;
    assert_int_equal((uint32_t)openfile_select(&files, &file), (uint32_t)SCARD_E_FILE_NOT_FOUND);
    END();
}

/* A short identifier: its directory is selected, then a byte read; records need the directory alone. */
static void test_select__short_identifiers(void **state) {
    BEGIN({"00 A4 00 04 02 3F 00 00", "62 03 82 01 38 90 00", 0}, {"00 B0 85 00 01", "11 90 00", 0},
          {"00 A4 00 04 02 3F 00 00", "62 03 82 01 38 90 00", 0}, {"00 B0 85 00 01", "69 81", 0},
          {"00 A4 00 04 02 3F 00 00", "62 03 82 01 38 90 00", 0}, {"00 B0 85 00 01", "6A 82", 0});
    struct openfile records, none;
    assert_int_equal(scriptedfiles_open(&files, SC_TYPE_BY_SHORT_ID, "5", &file), S_OK);
    assert_int_equal(openfile_select(&files, &file), S_OK);
    assert_int_equal(file.shape, OPENFILE_BINARY);
    assert_int_equal(openfile_select(&files, &file), S_OK);
    ++card.link.turn;
    assert_int_equal(scriptedfiles_open(&files, SC_TYPE_BY_SHORT_ID, "5", &records), S_OK);
    assert_int_equal(openfile_select(&files, &records), S_OK);
    assert_int_equal(records.shape, OPENFILE_RECORDS);
    assert_int_equal(openfile_select(&files, &records), S_OK);
    ++card.link.turn;
    assert_int_equal(scriptedfiles_open(&files, SC_TYPE_BY_SHORT_ID, "5", &none), S_OK);
    assert_int_equal((uint32_t)openfile_select(&files, &none), (uint32_t)SCARD_E_FILE_NOT_FOUND);
    END();
}

static void test_seek__table(void **state) {
    static const struct {
        uint32_t from;
        bool end_known;
        LONG offset;
        int type;
        HRESULT hr;
        uint32_t to;
    } rows[] = {
        {5, true, 0, SC_SEEK_FROM_BEGINNING, S_OK, 0},
        {5, true, 10, SC_SEEK_FROM_BEGINNING, S_OK, 10},
        {5, true, 11, SC_SEEK_FROM_BEGINNING, SCARD_E_BAD_SEEK, 5},
        {5, true, -1, SC_SEEK_FROM_BEGINNING, SCARD_E_BAD_SEEK, 5},
        {5, true, 0, SC_SEEK_FROM_END, S_OK, 10},
        {5, true, -10, SC_SEEK_FROM_END, S_OK, 0},
        {5, true, -11, SC_SEEK_FROM_END, SCARD_E_BAD_SEEK, 5},
        {5, true, 1, SC_SEEK_FROM_END, SCARD_E_BAD_SEEK, 5},
        {5, true, 3, SC_SEEK_RELATIVE, S_OK, 8},
        {5, true, -5, SC_SEEK_RELATIVE, S_OK, 0},
        {5, true, -6, SC_SEEK_RELATIVE, SCARD_E_BAD_SEEK, 5},
        {5, true, 6, SC_SEEK_RELATIVE, SCARD_E_BAD_SEEK, 5},
        {5, true, LONG_MIN, SC_SEEK_RELATIVE, SCARD_E_BAD_SEEK, 5},
        {5, true, LONG_MAX, SC_SEEK_FROM_END, SCARD_E_BAD_SEEK, 5},
        {5, false, 0, SC_SEEK_FROM_END, SCARD_E_BAD_SEEK, 5},
        {5, false, LONG_MAX, SC_SEEK_FROM_END, SCARD_E_BAD_SEEK, 5},
        {5, false, LONG_MIN, SC_SEEK_FROM_END, SCARD_E_BAD_SEEK, 5},
        {5, false, 1000, SC_SEEK_FROM_BEGINNING, S_OK, 1000},
        {5, true, 0, 3, E_INVALIDARG, 5},
        {5, true, 0, -1, E_INVALIDARG, 5},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct openfile file = {.position = rows[i].from, .end_known = rows[i].end_known, .end = 10};
        assert_int_equal((uint32_t)openfile_seek(&file, rows[i].offset, (SEEKTYPE)rows[i].type),
                         (uint32_t)rows[i].hr);
        assert_int_equal(file.position, rows[i].to);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open__what_the_card_says),
        cmocka_unit_test(test_open__directories_and_names),
        cmocka_unit_test(test_select__only_when_another_is_current),
        cmocka_unit_test(test_select__another_file),
        cmocka_unit_test(test_select__another_card),
        cmocka_unit_test(test_select__deactivated_meanwhile),
        cmocka_unit_test(test_select__short_identifiers),
        cmocka_unit_test(test_seek__table),
    };
    return cmocka_run_group_tests_name("services_openfile", tests, NULL, NULL);
}

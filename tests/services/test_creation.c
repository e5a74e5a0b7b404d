/* Files made, deleted, made unusable and usable again: the commands, and what the card may answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/creation.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MF "62 07 82 01 38 83 02 3F 00 90 00"
#define DF "62 07 82 01 38 83 02 DF 01 90 00"
#define EF "62 0C 80 02 00 08 82 02 01 41 83 02 01 01 90 00"

#define BEGIN(...) SCRIPTED_FILES(__VA_ARGS__)
#define END() scripted_link_end(&card)

static void check_create(struct filesystem *files, REFTYPE type, const char *text, const char *objects,
                         size_t size, HRESULT hr) {
    const struct path path = scriptedfiles_at(files, type, text);
    assert_int_equal((uint32_t)creation_create(files, &path, (const uint8_t *)objects, size), (uint32_t)hr);
}

static void check(struct filesystem *files, HRESULT (*call)(struct filesystem *, const struct path *),
                  const char *text, HRESULT hr) {
    const struct path path = scriptedfiles_at(files, SC_TYPE_BY_ANY, text);
    assert_int_equal((uint32_t)call(files, &path), (uint32_t)hr);
}

static void check_delete(struct filesystem *files, const char *text, bool recursive, HRESULT hr,
                         const char *directory) {
    const struct path path = scriptedfiles_at(files, SC_TYPE_BY_ANY, text);
    char written[PATH_TEXT_ROOM];
    assert_int_equal((uint32_t)creation_delete(files, &path, recursive), (uint32_t)hr);
    path_write(&files->directory, written);
    assert_string_equal(written, directory);
}

static void test_create__identifier_from_the_path(void **state) {
    BEGIN({"00 A4 08 04 02 DF 01 00", DF, 0},
          {"00 E0 00 00 0E 62 0C 80 02 00 08 82 02 01 41 83 02 01 01", "90 00", 0},
          {"00 A4 00 04 02 3F 00 00", MF, 0}, {"00 E0 00 00 06 62 04 83 02 00 01", "90 00", 0});
    check_create(&files, SC_TYPE_BY_ID, "DF01/0101", "\x80\x02\x00\x08\x82\x02\x01\x41", 8, S_OK);
    /* It is there already, and the same. */
    check_create(&files, SC_TYPE_BY_ID, "/0001", "\x83\x02\x00\x01", 4, S_OK);
    assert_false(files.selected);
    END();
}

static void test_create__directory_by_name(void **state) {
    BEGIN({"00 A4 08 04 02 DF 01 00", DF, 0},
          {"00 E0 00 00 0D 62 0B 82 01 38 83 02 DF 11 84 02 A0 01", "90 00", 0});
    files.directory = (struct path){.depth = 1, .ids = {0xDF01}};
    check_create(&files, SC_TYPE_BY_NAME, "A001", "\x82\x01\x38\x83\x02\xDF\x11", 7, S_OK);
    END();
}

static void test_create__bad_arguments(void **state) {
    static const char large[300] = {(char)0xA5, (char)0x82, 1, 40};
    BEGIN({"00 A4 00 04 02 3F 00 00", MF, 0});
    check_create(&files, SC_TYPE_BY_ID, "0101", "\x83\x02\x01\x02", 4, E_INVALIDARG);
    check_create(&files, SC_TYPE_BY_ID, "0101", "\x83\x01\x01", 3, E_INVALIDARG);
    check_create(&files, SC_TYPE_BY_ID, "0101", "\x83\x02\x01", 3, E_INVALIDARG);
    check_create(&files, SC_TYPE_BY_ID, "0101", "\x80\x02\x00\x08\x82", 5, E_INVALIDARG);
    check_create(&files, SC_TYPE_BY_NAME, "A001", "\x84\x02\xA0\x02", 4, E_INVALIDARG);
    check_create(&files, SC_TYPE_BY_ID, "/", "\x82\x01\x38", 3, E_INVALIDARG);
    check_create(&files, SC_TYPE_BY_SHORT_ID, "5", "\x82\x01\x01", 3, E_INVALIDARG);
    check_create(&files, SC_TYPE_BY_ID, "0101", large, sizeof large, E_INVALIDARG);
    /* Fits, but not with what is around it. */
    check_create(&files, SC_TYPE_BY_ID, "0101", "\xA5\x81\xF8", 3, E_INVALIDARG);
    static char almost[251] = {(char)0xA5, (char)0x81, (char)0xF8};
    check_create(&files, SC_TYPE_BY_ID, "0101", almost, sizeof almost, E_INVALIDARG);
    END();
}

static void test_create__refusals(void **state) {
    static const struct {
        const char *directory, *answer;
        HRESULT hr;
    } rows[] = {
        {"6A 82", NULL, SCARD_E_DIR_NOT_FOUND},     {EF, NULL, SCARD_E_NO_DIR},
        {"62 83", NULL, SCARD_E_NO_ACCESS},         {DF, "6A 89", (HRESULT)0x80070050},
        {DF, "6A 8A", (HRESULT)0x80070050},         {DF, "6A 84", SCARD_E_WRITE_TOO_MANY},
        {DF, "69 82", SCARD_W_SECURITY_VIOLATION},  {DF, "6A 80", E_INVALIDARG},
        {DF, "6D 00", SCARD_E_UNSUPPORTED_FEATURE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct scripted_step steps[] = {
            {"00 A4 08 04 02 DF 01 00", rows[i].directory, 0},
            {"00 E0 00 00 09 62 07 82 01 01 83 02 01 01", rows[i].answer, 0}};
        struct scripted_link card;
        struct filesystem files = {0};
        scripted_link_init(&card, steps, rows[i].answer ? 2 : 1);
        filesystem_begin(&files, &card.link);
        check_create(&files, SC_TYPE_BY_ID, "DF01/0101", "\x82\x01\x01", 3, rows[i].hr);
        scripted_link_end(&card);
    }
}

static void test_delete__files_and_directories(void **state) {
    BEGIN({"00 A4 08 04 02 01 01 00", EF, 0}, {"00 E4 00 00", "90 00", 0}, {"00 A4 08 04 02 DF 01 00", DF, 0},
          {"00 A4 08 04 02 DF 01 00", DF, 0}, {"00 E4 00 00", "90 00", 0});
    check_delete(&files, "/0101", false, S_OK, "/");
    assert_false(files.selected);
    files.directory = (struct path){.depth = 2, .ids = {0xDF01, 0xDF11}};
    check_delete(&files, "/DF01", false, E_INVALIDARG, "/DF01/DF11");
    check_delete(&files, "/DF01", true, S_OK, "/");
    END();
}

static void test_delete__refusals(void **state) {
    BEGIN({"00 A4 08 04 02 01 01 00", "6A 82", 0}, {"00 A4 08 04 02 01 01 00", "62 83", 0},
          {"00 A4 08 04 02 01 01 00", EF, 0}, {"00 E4 00 00", "6D 00", 0}, {"00 A4 08 04 02 01 01 00", EF, 0},
          {"00 E4 00 00", "69 82", 0}, {"00 A4 00 04 02 3F 00 00", "90 00", 0},
          {"00 A4 04 04 02 A0 01 00", "90 00", 0});
    check_delete(&files, "/0101", false, SCARD_E_FILE_NOT_FOUND, "/");
    check_delete(&files, "/0101", false, SCARD_E_NO_ACCESS, "/");
    check_delete(&files, "/0101", false, E_NOTIMPL, "/");
    check_delete(&files, "/0101", false, SCARD_W_SECURITY_VIOLATION, "/");
    /* Directories, though the card does not say so. */
    check_delete(&files, "/", false, E_INVALIDARG, "/");
    check_delete(&files, "\"\xA0\x01\"", false, E_INVALIDARG, "/");
    END();
}

static void test_states__commands(void **state) {
    BEGIN({"00 A4 08 04 02 01 01 00", EF, 0}, {"00 04 00 00", "90 00", 0},
          {"00 A4 08 04 02 01 01 00", "62 83", 0}, {"00 A4 08 04 02 01 01 00", "62 83", 0},
          {"00 44 00 00", "90 00", 0}, {"00 A4 08 04 02 01 01 00", EF, 0}, {"00 44 00 00", "69 82", 0},
          {"00 A4 08 04 02 01 01 00", "6A 82", 0});
    check(&files, creation_deactivate, "0101", S_OK);
    check(&files, creation_deactivate, "0101", SCARD_E_NO_ACCESS);
    check(&files, creation_activate, "0101", S_OK);
    check(&files, creation_activate, "0101", SCARD_W_SECURITY_VIOLATION);
    check(&files, creation_activate, "0101", SCARD_E_FILE_NOT_FOUND);
    END();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create__identifier_from_the_path),
        cmocka_unit_test(test_create__directory_by_name),
        cmocka_unit_test(test_create__bad_arguments),
        cmocka_unit_test(test_create__refusals),
        cmocka_unit_test(test_delete__files_and_directories),
        cmocka_unit_test(test_delete__refusals),
        cmocka_unit_test(test_states__commands),
    };
    return cmocka_run_group_tests_name("services_creation", tests, NULL, NULL);
}

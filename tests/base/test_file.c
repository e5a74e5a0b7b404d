/* Files by names in UTF-8, and what paths say of themselves. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/utf.h"

#define NAME                                                                                                 \
    "\xC5\xBD"                                                                                               \
    "eton-\xCE\xA9\xD0\xBA\xD0\xB0\xD1\x80\xD1\x82\xD0\xB0-\xF0\x9F\x92\xB3.txt" /* Žeton-Ωкарта-💳 */

/* Removes it by the name that the system itself knows. */
static void drop(const char *name) {
#ifdef _WIN32
    wchar_t *const wide = utf8_to_wide(name, NULL);
    assert_non_null(wide);
    assert_int_equal(_wunlink(wide), 0);
    free(wide);
#else
    assert_int_equal(unlink(name), 0);
#endif
}

static int remove_all(void **state) {
    (void)state;
    if (file_is_readable(NAME))
        drop(NAME);
    return 0;
}

static void test_open__name_beyond_ascii(void **state) {
    (void)state;
    char text[16] = "";
    assert_false(file_is_readable(NAME));
    FILE *file = file_open(NAME, "wb");
    assert_non_null(file);
    assert_true(fputs("a\nb", file) >= 0);
    fclose(file);
    assert_true(file_is_readable(NAME));
    file = file_open(NAME, "rb");
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), 3);
    fclose(file);
    assert_memory_equal(text, "a\nb", 3);
    const int descriptor = file_open_descriptor(NAME);
    assert_true(descriptor >= 0);
    assert_int_equal(read(descriptor, text, 1), 1);
    close(descriptor);
#ifdef _WIN32
    /* The very name, not what a code page makes of it. */
    assert_int_equal(_waccess(L"\u017deton-\u03a9\u043a\u0430\u0440\u0442\u0430-\U0001F4B3.txt", 0), 0);
#else
    assert_int_equal(access(NAME, F_OK), 0);
#endif
    drop(NAME);
}

/* From anywhere, as much as there is, and again: nothing depends on where the file was read last. */
static void test_read_at__offsets(void **state) {
    static const struct {
        size_t offset, size;
        const char *text;
    } rows[] = {
        {0, 7,
         "a\nb\r\n\x1A"
         "c"},
        {0, 3, "a\nb"},
        {5, 2,
         "\x1A"
         "c"},
        {5, 9,
         "\x1A"
         "c"},
        {2, 1, "b"},
        {2, 0, ""},
        {7, 4, ""},
        {900, 4, ""},
    };
    (void)state;
    FILE *file = file_open(NAME, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(rows[0].text, 1, 7, file), 7);
    fclose(file);
    const int descriptor = file_open_descriptor(NAME);
    assert_true(descriptor >= 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        char text[16] = "";
        size_t got = 99;
        assert_true(file_read_at(descriptor, text, rows[i].size, rows[i].offset, &got));
        assert_int_equal(got, strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
    close(descriptor);
    drop(NAME);
}

static void test_read_at__fails(void **state) {
    char text[16] = "";
    size_t got = 99;
    (void)state;
    FILE *file = file_open(NAME, "wb"); /* which only writes */
    assert_non_null(file);
    errno = 0;
    assert_false(file_read_at(fileno(file), text, sizeof text, 0, &got));
    assert_true(errno != 0);
    assert_int_equal(got, 99);
    fclose(file);
    drop(NAME);
}

static void test_open__not_there(void **state) {
    (void)state;
    errno = 0;
    assert_null(file_open(NAME, "rb"));
    assert_int_equal(errno, ENOENT);
    errno = 0;
    assert_int_equal(file_open_descriptor(NAME), -1);
    assert_int_equal(errno, ENOENT);
    assert_false(file_is_readable(NAME));
    assert_false(file_is_readable(""));
    /* No name at all in UTF-8: no file, and no other one either. */
    assert_null(file_open("\xC5.txt", "rb"));
}

static void test_path__parts(void **state) {
    (void)state;
    static const struct {
        const char *path;
        size_t folder;
        bool absolute;
    } rows[] = {
        {"", 0, false},
        {"a.json", 0, false},
        {"/", 1, true},
        {"/a", 1, true},
        {"/a/b", 3, true},
        {"./b", 2, false},
        {"\xC5\xBD/b", 3, false},
        {"a/b/", 4, false},
#ifdef _WIN32
        {"C:\\a\\b", 5, true},
        {"C:a", 0, true},
        {"c:/a/b", 5, true},
        {"a\\b", 2, false},
        {"\\\\host\\share\\b", 13, true},
        {"a/b\\c", 4, false},
#else
        {"C:\\a\\b", 0, false}, {"a\\b", 0, false},
#endif
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        assert_int_equal(file_folder_size(rows[i].path), rows[i].folder);
        assert_int_equal(file_is_absolute(rows[i].path), rows[i].absolute);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_open__name_beyond_ascii, remove_all, remove_all),
        cmocka_unit_test_setup(test_read_at__offsets, remove_all),
        cmocka_unit_test_setup(test_read_at__fails, remove_all),
        cmocka_unit_test_setup(test_open__not_there, remove_all),
        cmocka_unit_test(test_path__parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Folders above a file: src/base/folder.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder.h"
#include "support/kits/scratch.h"

static char scratch[SCRATCH_ROOM];

static int begin(void **state) {
    (void)state;
    return scratch_create(scratch) ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    return scratch_remove(scratch) ? 0 : -1;
}

static const char *path_of(char out[2 * SCRATCH_ROOM], const char *name) {
    snprintf(out, 2 * SCRATCH_ROOM, "%s/%s", scratch, name);
    return out;
}

static void test_make_above__all_of_them_with_these_rights(void **state) {
    char path[2 * SCRATCH_ROOM];
    struct stat about;
    (void)state;
    const mode_t before = umask(077);
    assert_true(folder_make_above(path_of(path, "a/b/file"), 0755));
    umask(before);
    assert_int_equal(stat(path_of(path, "a/b"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0755);
    assert_int_equal(stat(path_of(path, "a/b/file"), &about), -1);
    /* What is there keeps its rights. */
    assert_true(folder_make_above(path_of(path, "a/b/c/file"), 0700));
    assert_int_equal(stat(path_of(path, "a/b"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0755);
    assert_int_equal(rmdir(path_of(path, "a/b/c")), 0);
    assert_int_equal(rmdir(path_of(path, "a/b")), 0);
    assert_int_equal(rmdir(path_of(path, "a")), 0);
}

static void test_make_above__a_file_is_in_the_way(void **state) {
    char path[2 * SCRATCH_ROOM];
    (void)state;
    FILE *file = fopen(path_of(path, "way"), "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    errno = 0;
    assert_false(folder_make_above(path_of(path, "way/below/file"), 0700));
    assert_int_equal(errno, ENOTDIR);
    assert_int_equal(unlink(path_of(path, "way")), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_make_above__all_of_them_with_these_rights),
        cmocka_unit_test(test_make_above__a_file_is_in_the_way),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

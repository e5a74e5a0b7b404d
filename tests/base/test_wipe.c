/* Erasing secrets. The linker hands us the free() of wipe.c, to see what memory looks like when it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/wipe.h"

void __real_free(void *memory);
void __wrap_free(void *memory);

static unsigned char *watched;
static size_t watched_size;
static size_t freed, dirty;

void __wrap_free(void *memory) {
    if (memory && memory == watched) {
        ++freed;
        for (size_t i = 0; i < watched_size; ++i)
            dirty += watched[i] != 0;
    }
    __real_free(memory);
}

static void test_wipe__exactly_the_bytes_given(void **state) {
    unsigned char bytes[64];
    (void)state;
    memset(bytes, 0x31, sizeof bytes);
    wipe(bytes + 8, 40);
    for (size_t i = 0; i < sizeof bytes; ++i)
        assert_int_equal(bytes[i], i >= 8 && i < 48 ? 0 : 0x31);
}

static void test_wipe__nothing_to_do(void **state) {
    unsigned char byte = 0x31;
    (void)state;
    wipe(NULL, 0);
    wipe(NULL, 100);
    wipe(&byte, 0);
    assert_int_equal(byte, 0x31);
}

static void test_wipe_free__zeros_before_it_frees(void **state) {
    (void)state;
    watched_size = 100;
    watched = malloc(watched_size);
    assert_non_null(watched);
    memset(watched, 0x31, watched_size);
    freed = dirty = 0;
    wipe_free(watched, watched_size);
    watched = NULL;
    assert_int_equal(freed, 1);
    assert_int_equal(dirty, 0);
}

static void test_wipe_free__null(void **state) {
    (void)state;
    watched = NULL;
    freed = 0;
    wipe_free(NULL, 10);
    assert_int_equal(freed, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wipe__exactly_the_bytes_given),
        cmocka_unit_test(test_wipe__nothing_to_do),
        cmocka_unit_test(test_wipe_free__zeros_before_it_frees),
        cmocka_unit_test(test_wipe_free__null),
    };
    return cmocka_run_group_tests_name("wipe", tests, NULL, NULL);
}

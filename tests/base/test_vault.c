/*
 * Memory for secrets. The linker hands us the free() of vault.c, to see what memory looks like when it
 * goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/vault.h"

#define SIZE 5000u /* more than a page, and no whole number of them */

void __real_free(void *memory);
void __wrap_free(void *memory);

static const unsigned char *watched;
static size_t freed, dirty;

void __wrap_free(void *memory) {
    if (memory && memory == watched) {
        ++freed;
        for (size_t i = 0; i < SIZE; ++i)
            dirty += watched[i] != 0;
    }
    __real_free(memory);
}

static void test_vault__is_empty_and_wiped(void **state) {
    unsigned char *const memory = vault_alloc(SIZE);
    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; i < SIZE; ++i)
        assert_int_equal(memory[i], 0);
    memset(memory, 0x31, SIZE);
    watched = memory;
    freed = dirty = 0;
    vault_free(memory, SIZE);
    watched = NULL;
    assert_int_equal(freed, 1);
    assert_int_equal(dirty, 0);
}

static void test_vault__nothing(void **state) {
    void *const least = vault_alloc(0);
    (void)state;
    assert_non_null(least);
    vault_free(least, 0);
    vault_free(NULL, 100);
    assert_null(vault_alloc(SIZE_MAX));
    assert_null(vault_alloc(SIZE_MAX - 4095));
}

#ifdef __linux__
/* Whether the kernel leaves the page out of core dumps ("dd" among its flags). */
static int is_left_out(const void *memory) {
    char line[512];
    unsigned long long begin, end;
    int here = 0, left_out = -1;
    FILE *const maps = fopen("/proc/self/smaps", "r");
    assert_non_null(maps);
    while (left_out < 0 && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%llx-%llx ", &begin, &end) == 2)
            here = (uintptr_t)memory >= begin && (uintptr_t)memory < end;
        else if (here && strncmp(line, "VmFlags:", 8) == 0)
            left_out = strstr(line, " dd") != NULL;
    }
    fclose(maps);
    return left_out;
}

static void test_vault__no_dump_has_it(void **state) {
    unsigned char *const memory = vault_alloc(SIZE);
    (void)state;
    assert_non_null(memory);
    assert_int_equal(is_left_out(memory), 1);
    assert_int_equal(is_left_out(memory + SIZE - 1), 1);
    assert_int_equal(is_left_out(state), 0); /* as the stack is not */
    vault_free(memory, SIZE);
    assert_int_not_equal(is_left_out(memory), 1); /* who has the pages next is dumped again */
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vault__is_empty_and_wiped),
        cmocka_unit_test(test_vault__nothing),
#ifdef __linux__
        cmocka_unit_test(test_vault__no_dump_has_it),
#endif
    };
    return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}

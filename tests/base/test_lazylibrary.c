/* A library that is loaded when it is first needed, by whoever comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/lazylibrary.h"

#ifdef _WIN32
#define LIBRARY "kernel32.dll"
#define FUNCTION "GetCurrentProcessId"
#else
#define LIBRARY "libm.so.6"
#define FUNCTION "cos"
#endif

struct table {
    void (*function)(void);
};

static const struct library_symbol wanted[] = {{FUNCTION, offsetof(struct table, function)}};

static void test_load__fills_the_table_once(void **state) {
    (void)state;
    static struct table table;
    static struct lazylibrary library = {.name = LIBRARY, .symbols = wanted, .count = 1, .table = &table};
    assert_null(table.function);
    assert_true(lazylibrary_load(&library));
    assert_non_null(table.function);
    table.function = NULL;
    assert_true(lazylibrary_load(&library));
    assert_null(table.function);
}

static void test_load__tries_again(void **state) {
    (void)state;
    static struct table table;
    static struct lazylibrary library = {
        .name = "no-such-library", .symbols = wanted, .count = 1, .table = &table};
    assert_false(lazylibrary_load(&library));
    assert_false(lazylibrary_load(&library));
    library.name = LIBRARY;
    assert_true(lazylibrary_load(&library));
    assert_non_null(table.function);
}

static void test_load__lacks_a_function(void **state) {
    (void)state;
    static struct table table;
    static const struct library_symbol none[] = {{"scardssp_is_not_in_it", 0}};
    static struct lazylibrary library = {.name = LIBRARY, .symbols = none, .count = 1, .table = &table};
    assert_false(lazylibrary_load(&library));
}

#define THREADS 8

static struct table shared_table;
static struct lazylibrary shared_library = {
    .name = LIBRARY, .symbols = wanted, .count = 1, .table = &shared_table};

static void *load_shared(void *unused) {
    (void)unused;
    return lazylibrary_load(&shared_library) && shared_table.function ? &shared_table : NULL;
}

static void test_load__by_all_at_once(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, load_shared, NULL), 0);
    for (size_t i = 0; i < THREADS; ++i) {
        void *found = NULL;
        assert_int_equal(pthread_join(threads[i], &found), 0);
        assert_ptr_equal(found, &shared_table);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load__fills_the_table_once),
        cmocka_unit_test(test_load__tries_again),
        cmocka_unit_test(test_load__lacks_a_function),
        cmocka_unit_test(test_load__by_all_at_once),
    };
    return cmocka_run_group_tests_name("base/lazylibrary", tests, NULL, NULL);
}

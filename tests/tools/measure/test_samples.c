/* Times of measurements: their order, their percentiles, how they lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/samples.h"

static struct samples make(uint64_t first, size_t count) {
    struct samples samples = {0};
    for (size_t i = count; i-- > 0;)
        assert_true(samples_add(&samples, first + i));
    samples_sort(&samples);
    return samples;
}

static void test_samples__percentiles(void **state) {
    (void)state;
    struct samples samples = make(1, 100); /* 1..100, added from the last on */
    assert_int_equal(samples.count, 100);
    static const struct {
        unsigned percent;
        uint64_t ns;
    } rows[] = {{0, 1}, {1, 1}, {50, 50}, {95, 95}, {99, 99}, {100, 100}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        assert_int_equal(samples_percent(&samples, rows[i].percent), rows[i].ns);
    samples_free(&samples);
    assert_int_equal(samples.count, 0);
    assert_int_equal(samples_percent(&samples, 50), 0);
    samples = make(7, 1);
    assert_int_equal(samples_percent(&samples, 0), 7);
    assert_int_equal(samples_percent(&samples, 95), 7);
    samples_free(&samples);
    samples = make(10, 3);
    assert_int_equal(samples_percent(&samples, 50), 11);
    samples_free(&samples);
}

static void test_samples__spread(void **state) {
    (void)state;
    struct samples samples = make(100, 95);
    size_t counts[5];
    for (size_t i = 0; i < 5; ++i) /* far beyond the rest: they do not stretch the picture */
        assert_true(samples_add(&samples, 1000000 + i));
    samples_sort(&samples);
    samples_spread(&samples, counts, 5);
    static const size_t wanted[5] = {19, 19, 19, 19, 24};
    for (size_t i = 0; i < 5; ++i)
        assert_int_equal(counts[i], wanted[i]);
    samples_free(&samples);
    samples_spread(&samples, counts, 5);
    for (size_t i = 0; i < 5; ++i)
        assert_int_equal(counts[i], 0);
    samples = make(5, 1);
    assert_true(samples_add(&samples, 5)); /* all the same */
    samples_spread(&samples, counts, 2);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 0);
    samples_free(&samples);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples__percentiles),
                                       cmocka_unit_test(test_samples__spread)};
    return cmocka_run_group_tests_name("tools/samples", tests, NULL, NULL);
}

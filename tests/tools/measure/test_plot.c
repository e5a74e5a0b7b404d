/* Bars and heights in lines of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "measure/plot.h"

static char text[400];

/* What has been written to the file, which is emptied. */
static const char *written(FILE *file) {
    rewind(file);
    const size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}

static void test_plot__bars(void **state) {
    (void)state;
    static const struct {
        uint64_t value, most;
        const char *blocks, *plain;
    } rows[] = {
        {8, 8, "████", "####"}, {4, 8, "██", "##"},       {3, 8, "█▌", "##"}, {1, 32, "▏", ""},
        {0, 8, "", ""},         {31, 32, "███▉", "####"}, {0, 0, "", ""},     {5, 32, "▋", "#"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        FILE *file = tmpfile();
        assert_non_null(file);
        plot_bar(file, rows[i].value, rows[i].most, 4, true);
        assert_string_equal(written(file), rows[i].blocks);
        file = tmpfile();
        assert_non_null(file);
        plot_bar(file, rows[i].value, rows[i].most, 4, false);
        assert_string_equal(written(file), rows[i].plain);
    }
}

static void test_plot__heights(void **state) {
    (void)state;
    static const size_t numbers[] = {0, 1, 50, 100};
    static const size_t nothing[] = {0, 0};
    FILE *file = tmpfile();
    assert_non_null(file);
    plot_heights(file, numbers, 4, true);
    assert_string_equal(written(file), " ▁▄█");
    file = tmpfile();
    assert_non_null(file);
    plot_heights(file, numbers, 4, false);
    assert_string_equal(written(file), " .:#");
    file = tmpfile();
    assert_non_null(file);
    plot_heights(file, nothing, 2, true);
    assert_string_equal(written(file), "  ");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plot__bars),
                                       cmocka_unit_test(test_plot__heights)};
    return cmocka_run_group_tests_name("tools/plot", tests, NULL, NULL);
}

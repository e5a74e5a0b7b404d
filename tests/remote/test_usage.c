/* Who uses an agent, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "remote/usage.h"

static const struct usage one = {
    .since = 0x65, .idle_ms = 250, .who = "cat", .who_size = 3, .readers = "R", .readers_size = 1};

static const uint8_t one_bytes[] = {0x65, 0, 0, 0, 0, 0, 0, 0, 0xFA, 0, 0, 0, 3, 'c', 'a', 't', 1, 'R'};

static void test_usage__bytes(void **state) {
    uint8_t out[2 * sizeof one_bytes];
    struct usage back;
    const uint8_t *at = out;
    size_t left = sizeof out;
    (void)state;
    assert_int_equal(usage_encode(&one, out, sizeof out), sizeof one_bytes);
    assert_memory_equal(out, one_bytes, sizeof one_bytes);
    assert_int_equal(usage_encode(&one, out + sizeof one_bytes, sizeof one_bytes), sizeof one_bytes);
    assert_int_equal(usage_encode(&one, out, sizeof one_bytes - 1), 0);
    assert_int_equal(usage_encode(&one, out, sizeof out), sizeof one_bytes);
    for (int i = 0; i < 2; i++) {
        assert_true(usage_decode(&at, &left, &back));
        assert_true(back.since == 0x65 && back.idle_ms == 250);
        assert_int_equal(back.who_size, 3);
        assert_memory_equal(back.who, "cat", 3);
        assert_int_equal(back.readers_size, 1);
        assert_memory_equal(back.readers, "R", 1);
    }
    assert_false(usage_decode(&at, &left, &back));
}

static void test_usage__cut(void **state) {
    (void)state;
    for (size_t size = 0; size < sizeof one_bytes; size++) {
        struct usage back;
        const uint8_t *at = one_bytes;
        size_t left = size;
        assert_false(usage_decode(&at, &left, &back));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_usage__bytes),
                                       cmocka_unit_test(test_usage__cut)};
    return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}

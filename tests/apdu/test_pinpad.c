/*
 * A reader's PIN pad by PC/SC part 10: what it says of itself, the structures, and what a reader makes of
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/pinpad.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_parse__features(void **state) {
    static const struct {
        uint8_t bytes[24];
        size_t size;
        bool good;
        uint32_t verify, modify;
    } cases[] = {
        {{0}, 0, true, 0, 0},
        {{6, 4, 0x42, 0x33, 0, 6}, 6, true, 0x42330006, 0},
        {{0x12, 4, 1, 2, 3, 4, 7, 4, 0, 0x31, 0x20, 0x1C, 6, 4, 0x42, 0, 0x0D, 0x4D},
         18,
         true,
         0x42000D4D,
         0x0031201C},
        {{6, 4, 0x42, 0x33, 0}, 5, false, 0, 0},
        {{6, 3, 0x42, 0x33, 0, 6}, 6, false, 0, 0},
        {{6, 4, 0x42, 0x33, 0, 6, 7}, 7, false, 0, 0},
        {{6, 4, 0x42, 0x33, 0, 6, 7, 0, 0, 0, 0, 0}, 12, false, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); ++i) {
        struct pinpad pad;
        assert_int_equal(pinpad_parse(cases[i].bytes, cases[i].size, &pad), cases[i].good);
        assert_int_equal(pad.verify, cases[i].verify);
        assert_int_equal(pad.modify, cases[i].modify);
    }
}

static const struct pinpad_request plain = {
    .encoding = PINPAD_ASCII, .least = 4, .most = 16, .header = {0x00, 0x20, 0x00, 0x01}};
static const struct pinpad_request filled = {.encoding = PINPAD_ASCII,
                                             .size = 8,
                                             .pad = 0xFF,
                                             .least = 4,
                                             .most = 8,
                                             .header = {0xA0, 0x24, 0x00, 0x01}};
static const struct pinpad_request block = {.encoding = PINPAD_BLOCK,
                                            .size = 8,
                                            .pad = 0xFF,
                                            .least = 4,
                                            .most = 12,
                                            .header = {0x00, 0x20, 0x00, 0x81}};
static const struct pinpad_request halves = {.encoding = PINPAD_BCD,
                                             .size = 4,
                                             .pad = 0xFF,
                                             .least = 4,
                                             .most = 8,
                                             .header = {0x00, 0x20, 0x00, 0x02}};

#define WRITES(call, ...)                                                                                    \
    do {                                                                                                     \
        const uint8_t expected[] = {__VA_ARGS__};                                                            \
        uint8_t out[PINPAD_STRUCTURE_MAX];                                                                   \
        assert_int_equal(call, sizeof expected);                                                             \
        assert_memory_equal(out, expected, sizeof expected);                                                 \
    } while (0)

static void test_write__structures(void **state) {
    (void)state;
    WRITES(pinpad_write_verify(&plain, out), 30, 30, 0x82, 0x00, 0x00, 16, 4, 2, 1, 9, 4, 0, 0, 0, 0, 5, 0, 0,
           0, 0x00, 0x20, 0x00, 0x01, 0);
    WRITES(pinpad_write_verify(&block, out), 30, 30, 0x89, 0x47, 0x04, 12, 4, 2, 1, 9, 4, 0, 0, 0, 0, 13, 0,
           0, 0, 0x00, 0x20, 0x00, 0x81, 8, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
    WRITES(pinpad_write_modify(&filled, out), 30, 30, 0x82, 0x08, 0x00, 0, 8, 8, 4, 3, 2, 3, 9, 4, 0, 1, 2, 0,
           0, 0, 21, 0, 0, 0, 0xA0, 0x24, 0x00, 0x01, 16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
    uint8_t out[PINPAD_STRUCTURE_MAX];
    assert_int_equal(pinpad_write_modify(&plain, out), 0);
    struct pinpad_request odd = filled;
    odd.size = 16;
    assert_int_equal(pinpad_write_verify(&odd, out), 0);
    assert_int_equal(pinpad_write_modify(&odd, out), 0);
}

/* What the card gets when a code is typed. */
static void typed(const struct pinpad_request *request, const char *code, const char *expected, size_t size) {
    uint8_t structure[PINPAD_STRUCTURE_MAX], command[64];
    struct pinpad_order order;
    assert_true(pinpad_read(structure, pinpad_write_verify(request, structure), false, &order));
    size_t command_size = order.command_size;
    memcpy(command, order.command, command_size);
    assert_true(pinpad_insert(&order, 0, code, strlen(code), command, &command_size, sizeof command));
    assert_int_equal(command_size, size);
    assert_memory_equal(command, expected, size);
}

static void test_insert__codes(void **state) {
    (void)state;
    typed(&plain, "12345",
          "\x00\x20\x00\x01\x05"
          "12345",
          10);
    typed(&filled, "1234",
          "\xA0\x24\x00\x01\x08"
          "1234\xFF\xFF\xFF\xFF",
          13);
    typed(&block, "12345", "\x00\x20\x00\x81\x08\x25\x12\x34\x5F\xFF\xFF\xFF\xFF", 13);
    typed(&halves, "12345", "\x00\x20\x00\x02\x04\x12\x34\x5F\xFF", 9);
}

static void test_read__what_is_wrong(void **state) {
    uint8_t good[PINPAD_STRUCTURE_MAX], bad[PINPAD_STRUCTURE_MAX];
    struct pinpad_order order;
    (void)state;
    const size_t size = pinpad_write_verify(&filled, good);
    assert_true(pinpad_read(good, size, false, &order));
    for (size_t i = 0; i < size; ++i)
        assert_false(pinpad_read(good, i, false, &order)); /* cut off */
    static const struct {
        size_t at;
        uint8_t value;
    } changes[] = {{2, 0x02}, {5, 3}, {15, 12}, {15, 14}, {18, 1}, {23, 9}};
    for (size_t i = 0; i < COUNT(changes); ++i) {
        memcpy(bad, good, size);
        bad[changes[i].at] = changes[i].value;
        assert_false(pinpad_read(bad, size, false, &order));
    }
}

static void test_insert__outside(void **state) {
    uint8_t structure[PINPAD_STRUCTURE_MAX], command[64] = {0};
    struct pinpad_order order;
    (void)state;
    assert_true(pinpad_read(structure, pinpad_write_verify(&filled, structure), false, &order));
    size_t size = order.command_size;
    assert_false(
        pinpad_insert(&order, 1, "1234", 4, command, &size, sizeof command)); /* behind the command */
    assert_false(pinpad_insert(&order, 255, "1234", 4, command, &size, sizeof command));
    assert_false(pinpad_insert(&order, 0, "123", 3, command, &size, sizeof command)); /* too short */
    assert_false(pinpad_insert(&order, 0, "123456789", 9, command, &size, sizeof command));
    assert_true(pinpad_read(structure, pinpad_write_verify(&plain, structure), false, &order));
    size = order.command_size;
    assert_false(pinpad_insert(&order, 0, "1234", 4, command, &size, size)); /* no room */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__features), cmocka_unit_test(test_write__structures),
        cmocka_unit_test(test_insert__codes),   cmocka_unit_test(test_read__what_is_wrong),
        cmocka_unit_test(test_insert__outside),
    };
    return cmocka_run_group_tests_name("apdu_pinpad", tests, NULL, NULL);
}

/*
 * The command APDU codec: every case of ISO/IEC 7816-4 §5.1 there and back, and everything that is no APDU.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/apdu.h"

struct sample {
    const char *name;
    uint8_t bytes[16];
    size_t size;
    unsigned iso_case;
    bool extended;
    uint32_t nc, ne;
    size_t data_at;
};

static const struct sample samples[] = {
    {"1", {0x00, 0xA4, 0x03, 0x0C}, 4, 1, false, 0, 0, 0},
    {"2S one byte", {0x00, 0x84, 0, 0, 0x01}, 5, 2, false, 0, 1, 0},
    {"2S ff", {0x00, 0x84, 0, 0, 0xFF}, 5, 2, false, 0, 255, 0},
    {"2S 00", {0x00, 0xB0, 0, 0, 0x00}, 5, 2, false, 0, 256, 0},
    {"3S", {0x00, 0xA4, 0, 0x0C, 0x02, 0x3F, 0x00}, 7, 3, false, 2, 0, 5},
    {"3S of one byte", {0x80, 0x10, 1, 2, 0x01, 0xAA}, 6, 3, false, 1, 0, 5},
    {"4S", {0x00, 0xA4, 4, 0, 0x02, 0x3F, 0x00, 0x10}, 8, 4, false, 2, 16, 5},
    {"4S 00", {0x00, 0xA4, 4, 0, 0x02, 0x3F, 0x00, 0x00}, 8, 4, false, 2, 256, 5},
    {"2E", {0x00, 0xB0, 0, 0, 0x00, 0x12, 0x34}, 7, 2, true, 0, 0x1234, 0},
    {"2E small", {0x00, 0xB0, 0, 0, 0x00, 0x00, 0x01}, 7, 2, true, 0, 1, 0},
    {"2E 0000", {0x00, 0xB0, 0, 0, 0x00, 0x00, 0x00}, 7, 2, true, 0, 65536, 0},
    {"3E", {0x00, 0xD6, 0, 0, 0x00, 0x00, 0x02, 0xAB, 0xCD}, 9, 3, true, 2, 0, 7},
    {"4E", {0x00, 0x88, 0, 0, 0x00, 0x00, 0x01, 0xAB, 0x01, 0x00}, 10, 4, true, 1, 256, 7},
    {"4E 0000", {0x00, 0x88, 0, 0, 0x00, 0x00, 0x01, 0xAB, 0x00, 0x00}, 10, 4, true, 1, 65536, 7},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_parse__all_cases(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(samples); ++i) {
        const struct sample *s = &samples[i];
        struct apdu apdu;
        memset(&apdu, 0xEE, sizeof apdu);
        if (!apdu_parse(s->bytes, s->size, &apdu))
            fail_msg("%s: refused", s->name);
        assert_int_equal(apdu.cla, s->bytes[0]);
        assert_int_equal(apdu.ins, s->bytes[1]);
        assert_int_equal(apdu.p1, s->bytes[2]);
        assert_int_equal(apdu.p2, s->bytes[3]);
        assert_int_equal(apdu_case(&apdu), s->iso_case);
        assert_int_equal(apdu.extended, s->extended);
        assert_int_equal(apdu.nc, s->nc);
        assert_int_equal(apdu.ne, s->ne);
        assert_ptr_equal(apdu.data, s->data_at ? s->bytes + s->data_at : NULL);
    }
}

static void test_encode__gives_back_what_was_parsed(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(samples); ++i) {
        const struct sample *s = &samples[i];
        struct apdu apdu;
        uint8_t out[16];
        memset(out, 0xEE, sizeof out);
        assert_true(apdu_parse(s->bytes, s->size, &apdu));
        assert_int_equal(apdu_size(&apdu), s->size);
        assert_int_equal(apdu_encode(&apdu, out, s->size - 1), 0);
        assert_int_equal(out[0], 0xEE);
        assert_int_equal(apdu_encode(&apdu, out, s->size), s->size);
        assert_memory_equal(out, s->bytes, s->size);
        for (size_t k = s->size; k < sizeof out; ++k)
            assert_int_equal(out[k], 0xEE);
    }
}

static void test_parse__malformed(void **state) {
    static const struct {
        uint8_t bytes[16];
        size_t size;
    } bad[] = {
        {{0}, 0},
        {{0x00}, 1},
        {{0x00, 0xA4, 0x00}, 3},
        {{0x00, 0xA4, 0, 0, 0x00, 0x01}, 6},                   /* Lc 0, or half an extended length */
        {{0x00, 0xA4, 0, 0, 0x02, 0x3F}, 6},                   /* a byte short */
        {{0x00, 0xA4, 0, 0, 0x02, 0x3F, 0x00, 0x00, 0x00}, 9}, /* a byte too many */
        {{0x00, 0xA4, 0, 0, 0x00, 0x00, 0x00, 0x00}, 8},       /* extended Lc 0 */
        {{0x00, 0xA4, 0, 0, 0x00, 0x00, 0x00, 0x00, 0x00}, 9}, /* extended Lc 0 with Le */
        {{0x00, 0xA4, 0, 0, 0x00, 0x00, 0x02, 0xAA}, 8},       /* 3E, a byte short */
        {{0x00, 0xA4, 0, 0, 0x00, 0x00, 0x01, 0xAA, 0x10}, 9}, /* 4E with half an Le */
        {{0x00, 0xA4, 0, 0, 0x00, 0x00, 0x01, 0xAA, 0x01, 0x00, 0x00}, 11}, /* 4E, a byte too many */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); ++i) {
        struct apdu apdu, before;
        memset(&apdu, 0xEE, sizeof apdu);
        memcpy(&before, &apdu, sizeof apdu);
        if (apdu_parse(bad[i].bytes, bad[i].size, &apdu))
            fail_msg("row %zu was accepted", i);
        assert_memory_equal(&apdu, &before, sizeof apdu);
    }
    assert_false(apdu_parse(NULL, 0, NULL));
}

/*
 * A size decides between the forms whatever the bytes are: every size around the borders, first byte FF and
 * 00.
 */
static void test_parse__sizes_around_the_borders(void **state) {
    uint8_t *bytes = calloc(1, APDU_COMMAND_MAX + 1);
    struct apdu apdu;
    (void)state;
    assert_non_null(bytes);
    bytes[4] = 0xFF;
    assert_false(apdu_parse(bytes, 5 + 254, &apdu));
    assert_true(apdu_parse(bytes, 5 + 255, &apdu));
    assert_int_equal(apdu.nc, 255);
    assert_true(apdu_parse(bytes, 5 + 256, &apdu));
    assert_int_equal(apdu.ne, 256);
    assert_false(apdu_parse(bytes, 5 + 257, &apdu));
    bytes[4] = 0x00;
    bytes[5] = bytes[6] = 0xFF;
    assert_false(apdu_parse(bytes, 7 + 65534, &apdu));
    assert_true(apdu_parse(bytes, 7 + 65535, &apdu));
    assert_int_equal(apdu_case(&apdu), 3);
    assert_int_equal(apdu.nc, 65535);
    assert_false(apdu_parse(bytes, 7 + 65536, &apdu));
    assert_true(apdu_parse(bytes, 7 + 65537, &apdu));
    assert_int_equal(apdu_case(&apdu), 4);
    assert_int_equal(apdu.ne, 65536);
    assert_false(apdu_parse(bytes, 7 + 65538, &apdu));
    free(bytes);
}

static void test_size__numbers_out_of_range(void **state) {
    static const uint8_t data[1] = {0};
    struct apdu apdu = {.nc = 1, .data = NULL};
    uint8_t out[16];
    (void)state;
    assert_int_equal(apdu_size(&apdu), 0);
    assert_int_equal(apdu_encode(&apdu, out, sizeof out), 0);
    apdu = (struct apdu){.nc = 65536, .data = data};
    assert_int_equal(apdu_size(&apdu), 0);
    apdu = (struct apdu){.ne = 65537};
    assert_int_equal(apdu_size(&apdu), 0);
    apdu = (struct apdu){.nc = UINT32_MAX, .ne = UINT32_MAX, .data = data};
    assert_int_equal(apdu_size(&apdu), 0);
}

static void test_encode__long_lengths_become_extended(void **state) {
    static const uint8_t long_le[] = {0x00, 0xB0, 0, 0, 0x00, 0x01, 0x01};
    static const uint8_t data[256] = {0x5A};
    struct apdu apdu = {.ins = 0xB0, .ne = 257};
    uint8_t out[300];
    (void)state;
    assert_int_equal(apdu_encode(&apdu, out, sizeof out), sizeof long_le);
    assert_memory_equal(out, long_le, sizeof long_le);
    apdu = (struct apdu){.ins = 0xD6, .nc = 256, .data = data, .ne = 1};
    assert_int_equal(apdu_encode(&apdu, out, sizeof out), 4 + 3 + 256 + 2);
    assert_memory_equal(out + 4, ((uint8_t[]){0x00, 0x01, 0x00, 0x5A}), 4);
    assert_memory_equal(out + 263, ((uint8_t[]){0x00, 0x01}), 2);
}

static void test_encode__extended_without_lengths_is_case_1(void **state) {
    const struct apdu apdu = {.cla = 0x80, .ins = 1, .p1 = 2, .p2 = 3, .extended = true};
    uint8_t out[8];
    (void)state;
    assert_int_equal(apdu_encode(&apdu, out, sizeof out), 4);
    assert_memory_equal(out, ((uint8_t[]){0x80, 1, 2, 3}), 4);
}

static void test_encode__data_inside_the_output(void **state) {
    (void)state;
    for (size_t at = 0; at < 12; ++at) {
        uint8_t out[24];
        for (size_t i = 0; i < sizeof out; ++i)
            out[i] = (uint8_t)(0x40 + i);
        const struct apdu apdu = {.ins = 0xD6, .data = out + at, .nc = 10, .ne = 7};
        assert_int_equal(apdu_encode(&apdu, out, sizeof out), 16);
        assert_memory_equal(out, ((uint8_t[]){0, 0xD6, 0, 0, 10}), 5);
        for (size_t i = 0; i < 10; ++i)
            assert_int_equal(out[5 + i], 0x40 + at + i);
        assert_int_equal(out[15], 7);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__all_cases),
        cmocka_unit_test(test_encode__gives_back_what_was_parsed),
        cmocka_unit_test(test_parse__malformed),
        cmocka_unit_test(test_parse__sizes_around_the_borders),
        cmocka_unit_test(test_size__numbers_out_of_range),
        cmocka_unit_test(test_encode__long_lengths_become_extended),
        cmocka_unit_test(test_encode__extended_without_lengths_is_case_1),
        cmocka_unit_test(test_encode__data_inside_the_output),
    };
    return cmocka_run_group_tests_name("apdu", tests, NULL, NULL);
}

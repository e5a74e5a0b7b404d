/* BER-TLV: tags and lengths of every size, what is malformed, padding, writing a head. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/tlv.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_tag_read__sizes(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[4];
        size_t size, used;
        uint32_t tag;
    } rows[] = {
        {{0}, 0, 0, 0},
        {{0x80}, 1, 1, 0x80},
        {{0x62, 0x80}, 2, 1, 0x62},
        {{0x7F, 0x49, 0x01}, 3, 2, 0x7F49},
        {{0x5F, 0xC1, 0x02}, 3, 3, 0x5FC102},
        {{0x00, 0x80}, 2, 0, 0},             /* padding is no tag */
        {{0xFF, 0x49}, 2, 0, 0},             /* nor is FF */
        {{0x7F}, 1, 0, 0},                   /* cut off */
        {{0x5F, 0xC1}, 2, 0, 0},             /* cut off */
        {{0x5F, 0xC1, 0x82, 0x01}, 4, 0, 0}, /* four bytes */
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        uint32_t tag = 0xAAAAAAAA;
        assert_int_equal(tlv_tag_read(rows[i].bytes, rows[i].size, &tag), rows[i].used);
        assert_int_equal(tag, rows[i].tag);
    }
}

static void test_next__lengths(void **state) {
    (void)state;
    static uint8_t bytes[8 + 70000];
    static const struct {
        uint8_t head[8];
        size_t head_size;
        size_t length;
    } rows[] = {
        {{0x80, 0x00}, 2, 0},
        {{0x80, 0x7F}, 2, 127},
        {{0x80, 0x81, 0x80}, 3, 128},
        {{0x80, 0x81, 0x05}, 3, 5}, /* longer than needed, and valid */
        {{0x80, 0x82, 0x01, 0x00}, 4, 256},
        {{0x80, 0x83, 0x01, 0x11, 0x70}, 5, 70000},
        {{0x5F, 0xC1, 0x02, 0x84, 0x00, 0x00, 0xFF, 0xFF}, 8, 65535},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        memset(bytes, 0x55, sizeof bytes);
        memcpy(bytes, rows[i].head, rows[i].head_size);
        const size_t size = rows[i].head_size + rows[i].length;
        struct tlv_reader reader = {bytes, size};
        struct tlv_object object;
        assert_true(tlv_next(&reader, &object));
        assert_ptr_equal(object.bytes, bytes);
        assert_int_equal(object.size, size);
        assert_ptr_equal(object.value, bytes + rows[i].head_size);
        assert_int_equal(object.length, rows[i].length);
        assert_int_equal(reader.left, 0);
        assert_ptr_equal(reader.at, bytes + size);
        if (rows[i].length) {
            reader = (struct tlv_reader){bytes, size - 1};
            assert_false(tlv_next(&reader, &object));
            assert_int_equal(reader.left, size - 1);
        }
    }
}

static void test_next__malformed(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[8];
        size_t size;
    } rows[] = {
        {{0x80}, 1},                                     /* no length */
        {{0x80, 0x80, 0x00, 0x00}, 4},                   /* the indefinite form */
        {{0x80, 0x82, 0x01}, 3},                         /* a length cut off */
        {{0x80, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, 6},       /* 4 GiB */
        {{0x80, 0x85, 0x00, 0x00, 0x00, 0x00, 0x00}, 7}, /* five bytes */
        {{0x80, 0xFF}, 2},
        {{0x80, 0x02, 0x01}, 3},
        {{0x7F, 0x81, 0x81, 0x01, 0x00}, 5},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct tlv_reader reader = {rows[i].bytes, rows[i].size};
        struct tlv_object object;
        memset(&object, 0xA5, sizeof object);
        assert_false(tlv_next(&reader, &object));
        assert_int_equal(reader.left, rows[i].size);
        assert_int_equal(object.tag, 0);
        assert_null(object.value);
        assert_int_equal(object.length, 0);
    }
}

/* §5.2.2.1: 00 and FF may stand before, between and behind objects. */
static void test_next__padding(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x00, 0xFF, 0x80, 0x01, 0x11, 0xFF, 0x00, 0x81, 0x00, 0x00};
    struct tlv_reader reader = {bytes, sizeof bytes};
    struct tlv_object object;
    assert_true(tlv_next(&reader, &object));
    assert_int_equal(object.tag, 0x80);
    assert_ptr_equal(object.bytes, bytes + 2);
    assert_int_equal(object.value[0], 0x11);
    assert_true(tlv_next(&reader, &object));
    assert_int_equal(object.tag, 0x81);
    assert_int_equal(object.length, 0);
    assert_false(tlv_next(&reader, &object));
    assert_int_equal(reader.left, 0);
    reader = (struct tlv_reader){NULL, 0};
    assert_false(tlv_next(&reader, &object));
}

static void test_find__first_of_a_tag(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x62, 0x03, 0x83, 0x01, 0x09, 0x83, 0x01,
                                    0x01, 0x83, 0x01, 0x02, 0x84, 0x05};
    struct tlv_object object;
    assert_true(tlv_find(bytes, sizeof bytes, 0x83, &object));
    assert_ptr_equal(object.bytes, bytes + 5);
    assert_true(tlv_find(bytes, sizeof bytes, 0x62, &object));
    assert_false(tlv_find(bytes, sizeof bytes, 0x84, &object));
    assert_false(tlv_find(bytes, sizeof bytes, 0x85, &object));
    assert_int_equal(object.tag, 0);
}

static void test_number__sizes(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[6];
        size_t size;
        bool good;
        uint32_t number;
    } rows[] = {
        {{0}, 0, false, 0},
        {{0x00}, 1, true, 0},
        {{0x7F}, 1, true, 0x7F},
        {{0x80, 0x00}, 2, true, 0x8000},
        {{0x00, 0x80, 0x00}, 3, true, 0x8000},
        {{0xFF, 0xFF, 0xFF, 0xFF}, 4, true, 0xFFFFFFFF},
        {{0x00, 0xFF, 0xFF, 0xFF, 0xFF}, 5, true, 0xFFFFFFFF},
        {{0x01, 0x00, 0x00, 0x00, 0x00}, 5, false, 0},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct tlv_object object = {.value = rows[i].bytes, .length = rows[i].size};
        uint32_t number = 0xAAAAAAAA;
        assert_int_equal(tlv_number(&object, &number), rows[i].good);
        assert_int_equal(number, rows[i].number);
    }
}

static void test_head_write__round_trip(void **state) {
    (void)state;
    static const struct {
        uint32_t tag, length;
        size_t size;
        uint8_t bytes[TLV_HEAD_MAX];
    } rows[] = {
        {0x54, 0, 2, {0x54, 0x00}},
        {0x54, 127, 2, {0x54, 0x7F}},
        {0x53, 128, 3, {0x53, 0x81, 0x80}},
        {0x7F49, 255, 4, {0x7F, 0x49, 0x81, 0xFF}},
        {0x5FC102, 65536, 7, {0x5F, 0xC1, 0x02, 0x83, 0x01, 0x00, 0x00}},
        {0x5FC102, 0x01000000, 8, {0x5F, 0xC1, 0x02, 0x84, 0x01, 0x00, 0x00, 0x00}},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        uint8_t out[TLV_HEAD_MAX];
        assert_int_equal(tlv_head_write(NULL, 0, rows[i].tag, rows[i].length), rows[i].size);
        assert_int_equal(tlv_head_write(out, rows[i].size - 1, rows[i].tag, rows[i].length), 0);
        assert_int_equal(tlv_head_write(out, rows[i].size, rows[i].tag, rows[i].length), rows[i].size);
        assert_memory_equal(out, rows[i].bytes, rows[i].size);
    }
}

static void test_head_write__no_tags(void **state) {
    (void)state;
    static const uint32_t tags[] = {0x00, 0xFF, 0x7F, 0x6262, 0x5FC1, 0x5FC182, 0x5FC18201, 0x00000100};
    for (size_t i = 0; i < COUNT(tags); ++i) {
        uint8_t out[TLV_HEAD_MAX];
        assert_int_equal(tlv_head_write(out, sizeof out, tags[i], 0), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tag_read__sizes),        cmocka_unit_test(test_next__lengths),
        cmocka_unit_test(test_next__malformed),        cmocka_unit_test(test_next__padding),
        cmocka_unit_test(test_find__first_of_a_tag),   cmocka_unit_test(test_number__sizes),
        cmocka_unit_test(test_head_write__round_trip), cmocka_unit_test(test_head_write__no_tags),
    };
    return cmocka_run_group_tests_name("apdu_tlv", tests, NULL, NULL);
}

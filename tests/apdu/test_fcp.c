/* File control parameters: every object of ISO/IEC 7816-4 table 12 that is read, templates, hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/fcp.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_parse__every_object(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x62, 0x24, 0x80, 0x02, 0x01, 0x40, 0x81, 0x02, 0x01, 0x50,
                                    0x82, 0x05, 0x42, 0x41, 0x00, 0x20, 0x0A, 0x83, 0x02, 0x2F,
                                    0x00, 0x84, 0x05, 0xA0, 0x01, 0x02, 0x03, 0x04, 0x88, 0x01,
                                    0xF0, 0x8A, 0x01, 0x05, 0xA5, 0x02, 0x01, 0x02};
    struct fcp fcp;
    assert_true(fcp_parse(bytes, sizeof bytes, &fcp));
    assert_int_equal(fcp.kind, FCP_KIND_LINEAR_FIXED);
    assert_true(fcp.has_size && fcp.has_total && fcp.has_descriptor && fcp.has_coding && fcp.has_id &&
                fcp.has_life_cycle);
    assert_int_equal(fcp.size, 0x140);
    assert_int_equal(fcp.total, 0x150);
    assert_int_equal(fcp.descriptor, 0x42);
    assert_int_equal(fcp.coding, 0x41);
    assert_int_equal(fcp.record_size, 32);
    assert_int_equal(fcp.record_count, 10);
    assert_int_equal(fcp.id, 0x2F00);
    assert_int_equal(fcp.name_size, 5);
    assert_memory_equal(fcp.name, "\xA0\x01\x02\x03\x04", 5);
    assert_int_equal(fcp.sfi, 30);
    assert_false(fcp.no_sfi);
    assert_int_equal(fcp.life_cycle, 5);
    assert_false(fcp.internal);
}

/* The same objects in any template, in one inside the other, and in none. */
static void test_parse__templates(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[16];
        size_t size;
    } rows[] = {
        {{0x62, 0x04, 0x83, 0x02, 0xDF, 0x01}, 6},
        {{0x6F, 0x04, 0x83, 0x02, 0xDF, 0x01}, 6},
        {{0x64, 0x04, 0x83, 0x02, 0xDF, 0x01}, 6},
        {{0x62, 0x81, 0x04, 0x83, 0x02, 0xDF, 0x01}, 7},
        {{0x83, 0x02, 0xDF, 0x01}, 4},
        {{0x6F, 0x06, 0x62, 0x04, 0x83, 0x02, 0xDF, 0x01}, 8},
        {{0x6F, 0x08, 0x50, 0x00, 0x62, 0x04, 0x83, 0x02, 0xDF, 0x01}, 10},
        {{0x62, 0x06, 0xFF, 0x83, 0x02, 0xDF, 0x01, 0x00}, 8},
        {{0x62, 0x04, 0x83, 0x02, 0xDF, 0x01, 0x99, 0x99}, 8}, /* what stands behind it does not count */
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct fcp fcp;
        assert_true(fcp_parse(rows[i].bytes, rows[i].size, &fcp));
        assert_true(fcp.has_id);
        assert_int_equal(fcp.id, 0xDF01);
    }
}

static void test_parse__descriptors(void **state) {
    (void)state;
    static const struct {
        uint8_t value[8];
        uint8_t size;
        uint8_t coding;
        uint16_t record_size, record_count;
    } rows[] = {
        {{0x38}, 1, 0, 0, 0},
        {{0x01, 0x21}, 2, 0x21, 0, 0},
        {{0x02, 0x21, 0x1C}, 3, 0x21, 0x1C, 0},
        {{0x02, 0x21, 0x01, 0x00}, 4, 0x21, 0x100, 0},
        {{0x02, 0x21, 0x00, 0x1C, 0x05}, 5, 0x21, 0x1C, 5},
        {{0x02, 0x21, 0x00, 0x1C, 0x01, 0x05}, 6, 0x21, 0x1C, 0x105},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        uint8_t bytes[12] = {0x62, (uint8_t)(rows[i].size + 2), 0x82, rows[i].size};
        struct fcp fcp;
        memcpy(bytes + 4, rows[i].value, rows[i].size);
        assert_true(fcp_parse(bytes, 4u + rows[i].size, &fcp));
        assert_true(fcp.has_descriptor);
        assert_int_equal(fcp.descriptor, rows[i].value[0]);
        assert_int_equal(fcp.has_coding, rows[i].size > 1);
        assert_int_equal(fcp.coding, rows[i].coding);
        assert_int_equal(fcp.record_size, rows[i].record_size);
        assert_int_equal(fcp.record_count, rows[i].record_count);
    }
}

static void test_kind__descriptor_bytes(void **state) {
    (void)state;
    static const struct {
        uint8_t byte;
        enum fcp_kind kind;
    } rows[] = {
        {0x00, FCP_KIND_UNKNOWN},
        {0x01, FCP_KIND_TRANSPARENT},
        {0x02, FCP_KIND_LINEAR_FIXED},
        {0x03, FCP_KIND_LINEAR_FIXED},
        {0x04, FCP_KIND_LINEAR_VARIABLE},
        {0x05, FCP_KIND_LINEAR_VARIABLE},
        {0x06, FCP_KIND_CYCLIC},
        {0x07, FCP_KIND_CYCLIC},
        {0x09, FCP_KIND_TRANSPARENT},
        {0x41, FCP_KIND_TRANSPARENT},
        {0x38, FCP_KIND_DF},
        {0x78, FCP_KIND_DF},
        {0x39, FCP_KIND_TLV},
        {0x7A, FCP_KIND_TLV},
        {0x3B, FCP_KIND_UNKNOWN},
        {0x81, FCP_KIND_UNKNOWN},
        {0xFF, FCP_KIND_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_int_equal(fcp_kind_of(rows[i].byte), rows[i].kind);
    static const bool records[] = {[FCP_KIND_LINEAR_FIXED] = true,
                                   [FCP_KIND_LINEAR_VARIABLE] = true,
                                   [FCP_KIND_CYCLIC] = true,
                                   [FCP_KIND_TLV] = false};
    for (size_t i = 0; i < COUNT(records); ++i)
        assert_int_equal(fcp_kind_has_records((enum fcp_kind)i), records[i]);
}

static void test_parse__internal_files(void **state) {
    (void)state;
    struct fcp fcp;
    assert_true(fcp_parse((const uint8_t *)"\x82\x01\x0A", 3, &fcp));
    assert_true(fcp.internal);
    assert_true(fcp_parse((const uint8_t *)"\x82\x01\x38", 3, &fcp));
    assert_false(fcp.internal);
}

static void test_parse__short_identifiers(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[4];
        size_t size;
        uint8_t sfi;
        bool none;
    } rows[] = {
        {{0x88, 0x00}, 2, 0, true},
        {{0x88, 0x01, 0x08}, 3, 1, false},
        {{0x88, 0x01, 0xF0}, 3, 30, false},
        {{0x88, 0x01, 0xF8}, 3, 0, false},
        {{0x88, 0x01, 0x00}, 3, 0, false},
        {{0x88, 0x01, 0x09}, 3, 0, false},
        {{0x88, 0x02, 0x08, 0x08}, 4, 0, false},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct fcp fcp;
        assert_true(fcp_parse(rows[i].bytes, rows[i].size, &fcp));
        assert_int_equal(fcp.sfi, rows[i].sfi);
        assert_int_equal(fcp.no_sfi, rows[i].none);
    }
}

/* Values that cannot be what their tag says are left out; the others stay. */
static void test_parse__values_of_wrong_size(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[24];
        size_t size;
    } rows[] = {
        {{0x80, 0x00}, 2},
        {{0x80, 0x05, 0x01, 0x00, 0x00, 0x00, 0x00}, 7},
        {{0x82, 0x00}, 2},
        {{0x82, 0x07, 1, 2, 3, 4, 5, 6, 7}, 9},
        {{0x83, 0x01, 0x3F}, 3},
        {{0x83, 0x03, 0x3F, 0x00, 0x00}, 5},
        {{0x84, 0x00}, 2},
        {{0x84, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}, 19},
        {{0x8A, 0x00}, 2},
        {{0x8A, 0x02, 0x05, 0x05}, 4},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct fcp fcp;
        static const struct fcp nothing;
        assert_true(fcp_parse(rows[i].bytes, rows[i].size, &fcp));
        assert_int_equal(fcp.kind, FCP_KIND_UNKNOWN);
        assert_false(fcp.has_size || fcp.has_descriptor || fcp.has_id || fcp.has_life_cycle);
        assert_int_equal(fcp.name_size, 0);
        assert_memory_equal(fcp.name, nothing.name, sizeof fcp.name);
        assert_int_equal(fcp.size, 0);
    }
}

static void test_parse__the_first_counts(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x83, 0x02, 0x01, 0x01, 0x83, 0x02, 0x02, 0x02, 0x80, 0x01,
                                    0x05, 0x80, 0x01, 0x09, 0x82, 0x01, 0x01, 0x82, 0x01, 0x38};
    struct fcp fcp;
    assert_true(fcp_parse(bytes, sizeof bytes, &fcp));
    assert_int_equal(fcp.id, 0x0101);
    assert_int_equal(fcp.size, 5);
    assert_int_equal(fcp.kind, FCP_KIND_TRANSPARENT);
}

static void test_parse__malformed(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[12];
        size_t size;
    } rows[] = {
        {{0}, 0},
        {{0x62, 0x00}, 2},
        {{0x00, 0x00}, 2},
        {{0x62, 0x05, 0x83, 0x02, 0xDF, 0x01}, 6},       /* longer than the answer */
        {{0x62, 0x04, 0x83, 0x03, 0xDF, 0x01}, 6},       /* longer than the template */
        {{0x62, 0x05, 0x83, 0x02, 0xDF, 0x01, 0x82}, 7}, /* an object cut off behind a good one */
        {{0x62, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x83, 0x02, 1, 1}, 10}, /* 4 GiB */
        {{0x62, 0x80, 0x83, 0x02, 0xDF, 0x01, 0x00, 0x00}, 8},        /* the indefinite form */
        {{0x83, 0x02, 0xDF}, 3},
        {{0x01}, 1},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct fcp fcp;
        static const struct fcp nothing;
        memset(&fcp, 0xA5, sizeof fcp);
        assert_false(fcp_parse(rows[i].bytes, rows[i].size, &fcp));
        assert_memory_equal(&fcp, &nothing, sizeof fcp);
    }
}

/* Templates in templates are not followed: 64 KiB of them cost one look. */
static void test_parse__nested_deeply(void **state) {
    (void)state;
    static uint8_t bytes[65536];
    for (size_t i = 0; i < sizeof bytes; i += 4) {
        const size_t left = sizeof bytes - i - 4;
        bytes[i] = 0x62;
        bytes[i + 1] = 0x82;
        bytes[i + 2] = (uint8_t)(left >> 8);
        bytes[i + 3] = (uint8_t)left;
    }
    struct fcp fcp;
    assert_true(fcp_parse(bytes, sizeof bytes, &fcp));
    assert_false(fcp.has_id);
}

static void test_content__objects_alone(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x6F, 0x06, 0x62, 0x04, 0x83, 0x02, 0xDF, 0x01};
    const uint8_t *content;
    size_t size;
    assert_true(fcp_content(bytes, sizeof bytes, &content, &size));
    assert_ptr_equal(content, bytes + 4);
    assert_int_equal(size, 4);
    assert_true(fcp_content(bytes + 4, 4, &content, &size));
    assert_ptr_equal(content, bytes + 4);
    assert_int_equal(size, 4);
    assert_false(fcp_content(bytes, 7, &content, &size));
    assert_null(content);
    assert_int_equal(size, 0);
}

static void test_life_cycle__states(void **state) {
    (void)state;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const uint8_t bytes[] = {0x8A, 0x01, (uint8_t)byte};
        struct fcp fcp;
        assert_true(fcp_parse(bytes, sizeof bytes, &fcp));
        assert_int_equal(fcp_is_deactivated(&fcp), byte == 4 || byte == 6);
        assert_int_equal(fcp_is_terminated(&fcp), byte >= 12 && byte <= 15);
    }
    const struct fcp unknown = {.life_cycle = 4};
    assert_false(fcp_is_deactivated(&unknown));
}

static void test_write__data_coding_byte(void **state) {
    (void)state;
    static const struct {
        uint8_t coding;
        enum fcp_write write;
    } rows[] = {
        {0x01, FCP_WRITE_ONCE}, {0x21, FCP_WRITE_PROPRIETARY}, {0x41, FCP_WRITE_OR}, {0x61, FCP_WRITE_AND}};
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct fcp fcp = {.has_coding = true, .coding = rows[i].coding};
        assert_int_equal(fcp_write_of(&fcp), rows[i].write);
    }
    const struct fcp silent = {.coding = 0x41};
    assert_int_equal(fcp_write_of(&silent), FCP_WRITE_PROPRIETARY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__every_object),
        cmocka_unit_test(test_parse__templates),
        cmocka_unit_test(test_parse__descriptors),
        cmocka_unit_test(test_kind__descriptor_bytes),
        cmocka_unit_test(test_parse__internal_files),
        cmocka_unit_test(test_parse__short_identifiers),
        cmocka_unit_test(test_parse__values_of_wrong_size),
        cmocka_unit_test(test_parse__the_first_counts),
        cmocka_unit_test(test_parse__malformed),
        cmocka_unit_test(test_parse__nested_deeply),
        cmocka_unit_test(test_content__objects_alone),
        cmocka_unit_test(test_life_cycle__states),
        cmocka_unit_test(test_write__data_coding_byte),
    };
    return cmocka_run_group_tests_name("apdu_fcp", tests, NULL, NULL);
}

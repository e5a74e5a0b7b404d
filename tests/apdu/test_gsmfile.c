/* What a SIM says of its files: directories, each structure, short answers, and the same as data objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/gsmfile.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* An answer, what is in it, and the same as data objects. */
static const struct {
    uint8_t bytes[15];
    size_t size;
    struct fcp expected;
    size_t objects_size;
    uint8_t objects[FCP_WRITE_MAX];
} rows[] = {
    {{0, 0, 0x12, 0x34, 0x3F, 0x00, 1},
     7,
     {.kind = FCP_KIND_DF, .has_descriptor = true, .descriptor = 0x38, .has_id = true, .id = 0x3F00},
     7,
     {0x82, 1, 0x38, 0x83, 2, 0x3F, 0x00}},
    {{0, 0, 0, 0, 0x7F, 0x20, 2, 0, 0, 0, 0, 0, 9},
     13,
     {.kind = FCP_KIND_DF, .has_descriptor = true, .descriptor = 0x38, .has_id = true, .id = 0x7F20},
     7,
     {0x82, 1, 0x38, 0x83, 2, 0x7F, 0x20}},
    {{0, 0, 0, 9, 0x6F, 0x07, 4, 0, 0, 0, 0, 1, 2, 0, 0},
     15,
     {.kind = FCP_KIND_TRANSPARENT,
      .has_size = true,
      .size = 9,
      .has_descriptor = true,
      .descriptor = 0x01,
      .has_id = true,
      .id = 0x6F07,
      .has_life_cycle = true,
      .life_cycle = 5},
     14,
     {0x80, 2, 0, 9, 0x82, 1, 0x01, 0x83, 2, 0x6F, 0x07, 0x8A, 1, 5}},
    {{0, 0, 0x01, 0x40, 0x6F, 0x3A, 4, 0, 0, 0, 0, 0, 2, 1, 32},
     15,
     {.kind = FCP_KIND_LINEAR_FIXED,
      .has_size = true,
      .size = 320,
      .has_descriptor = true,
      .descriptor = 0x02,
      .has_coding = true,
      .coding = 0x21,
      .record_size = 32,
      .record_count = 10,
      .has_id = true,
      .id = 0x6F3A,
      .has_life_cycle = true,
      .life_cycle = 4},
     18,
     {0x80, 2, 0x01, 0x40, 0x82, 5, 0x02, 0x21, 0, 32, 10, 0x83, 2, 0x6F, 0x3A, 0x8A, 1, 4}},
    {{0, 0, 0, 12, 0x6F, 0x39, 4, 0x40, 0, 0, 0, 1, 2, 3, 3},
     15,
     {.kind = FCP_KIND_CYCLIC,
      .has_size = true,
      .size = 12,
      .has_descriptor = true,
      .descriptor = 0x06,
      .has_coding = true,
      .coding = 0x21,
      .record_size = 3,
      .record_count = 4,
      .has_id = true,
      .id = 0x6F39,
      .has_life_cycle = true,
      .life_cycle = 5},
     18,
     {0x80, 2, 0, 12, 0x82, 5, 0x06, 0x21, 0, 3, 4, 0x83, 2, 0x6F, 0x39, 0x8A, 1, 5}},
};

static void test_parse__kinds(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct fcp *const expected = &rows[i].expected;
        uint8_t objects[FCP_WRITE_MAX];
        struct fcp fcp, back;
        assert_true(gsmfile_parse(rows[i].bytes, rows[i].size, &fcp));
        assert_int_equal(fcp.kind, expected->kind);
        assert_int_equal(fcp.size, expected->size);
        assert_int_equal(fcp.id, expected->id);
        assert_int_equal(fcp.record_size, expected->record_size);
        assert_int_equal(fcp.record_count, expected->record_count);
        assert_int_equal(fcp.has_life_cycle, expected->has_life_cycle);
        assert_int_equal(fcp.life_cycle, expected->life_cycle);
        assert_int_equal(fcp_write(&fcp, objects), rows[i].objects_size);
        assert_memory_equal(objects, rows[i].objects, rows[i].objects_size);
        assert_true(fcp_parse(objects, rows[i].objects_size, &back));
        assert_int_equal(back.kind, fcp.kind);
    }
}

static void test_parse__cut_and_unknown(void **state) {
    (void)state;
    static const uint8_t file[15] = {0, 0, 0x01, 0x40, 0x6F, 0x3A, 4, 0, 0, 0, 0, 1, 2, 1, 32};
    static const uint8_t odd[15] = {0, 0, 0, 9, 0x6F, 0x3A, 7};
    static const uint8_t structure[15] = {0, 0, 0, 9, 0x6F, 0x3A, 4, 0, 0, 0, 0, 1, 2, 2, 32};
    static const struct fcp nothing;
    struct fcp fcp;
    for (size_t size = 0; size < 14; ++size) {
        assert_false(gsmfile_parse(file, size, &fcp));
        assert_memory_equal(&fcp, &nothing, sizeof fcp);
    }
    /* Without the record size: records all the same. */
    assert_true(gsmfile_parse(file, 14, &fcp));
    assert_int_equal(fcp.kind, FCP_KIND_LINEAR_FIXED);
    assert_int_equal(fcp.record_size, 0);
    assert_int_equal(fcp.record_count, 0);
    assert_true(gsmfile_parse(odd, sizeof odd, &fcp));
    assert_int_equal(fcp.kind, FCP_KIND_UNKNOWN);
    assert_true(gsmfile_parse(structure, sizeof structure, &fcp));
    assert_int_equal(fcp.kind, FCP_KIND_UNKNOWN);
    assert_int_equal(fcp.size, 9);
}

static void test_code__of_a_directory(void **state) {
    (void)state;
    /* bytes 14: CHV1 enabled; 19 to 22: CHV1, its PUK, CHV2, its PUK */
    static const uint8_t both[22] = {0, 0, 0, 0, 0x3F, 0, 1, 0,    0,    0,    0,
                                     0, 9, 0, 2, 0,    4, 0, 0x83, 0x8A, 0x81, 0x80};
    static const uint8_t off[19] = {0, 0, 0, 0, 0x7F, 0x10, 2, 0, 0, 0, 0, 0, 9, 0x80, 0, 0, 4, 0, 0x80};
    static const uint8_t file[22] = {0, 0, 0, 9, 0x6F, 0x3A, 4, 0,    0, 0,    0,
                                     1, 2, 0, 0, 0,    0,    0, 0x83, 0, 0x83, 0};
    static const uint8_t none[22] = {0, 0, 0, 0, 0x3F, 0, 1, 0, 0, 0, 0, 0, 9, 0x80, 0, 0, 0, 0, 0x03};
    static const struct {
        const uint8_t *bytes;
        size_t size;
        unsigned number;
        bool said;
        struct gsmfile_code code;
    } cases[] = {
        {both, 22, 1, true, {true, false, 3}},
        {both, 22, 2, true, {true, false, 1}},
        {both, 22, 0, false, {0}},
        {both, 22, 3, false, {0}},
        {both, 22, 0x81, false, {0}},
        {both, 21, 2, true, {true, false, 1}},
        {both, 20, 2, false, {0}},
        {both, 19, 1, true, {true, false, 3}},
        {both, 18, 1, false, {0}},
        {both, 0, 1, false, {0}},
        {off, 19, 1, true, {true, true, 0}},
        {file, 22, 1, false, {0}},
        {none, 22, 1, true, {false, true, 3}},
        {none, 22, 2, true, {false, false, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct gsmfile_code code = {true, true, 9};
        assert_int_equal(gsmfile_code(cases[i].bytes, cases[i].size, cases[i].number, &code), cases[i].said);
        assert_int_equal(code.exists, cases[i].code.exists);
        assert_int_equal(code.disabled, cases[i].code.disabled);
        assert_int_equal(code.tries, cases[i].code.tries);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__kinds),
        cmocka_unit_test(test_parse__cut_and_unknown),
        cmocka_unit_test(test_code__of_a_directory),
    };
    return cmocka_run_group_tests_name("apdu_gsmfile", tests, NULL, NULL);
}

/* Properties: asked for, set one by one, and what a card says of itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/openfile.h"
#include "services/properties.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SELECT "00 A4 08 04 02 01 01 00"
#define EF "62 0C 80 02 00 08 82 02 01 41 83 02 01 01 90 00"

#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct content content = {0}
#define END()                                                                                                \
    content_clear(&content);                                                                                 \
    scripted_link_end(&card)

static const struct path ef = {.depth = 1, .ids = {0x0101}}, by_short_id = {.sfi = 3};

static void check_bytes(struct content *content, const char *bytes, size_t size) {
    assert_int_equal(content->size, size);
    if (size)
        assert_memory_equal(content->bytes, bytes, size);
    content_clear(content);
}

static void test_get__objects_without_their_template(void **state) {
    BEGIN({SELECT, EF, 0}, {SELECT, "62 03 8A 01 04 62 83", 0}, {SELECT, "90 00", 0},
          {SELECT, "62 7F 80 90 00", 0}, {SELECT, "6A 82", 0});
    assert_hr(properties_get(&files, &ef, &content), S_OK);
    check_bytes(&content, "\x80\x02\x00\x08\x82\x02\x01\x41\x83\x02\x01\x01", 12);
    /* Deactivated: it has them too. */
    assert_hr(properties_get(&files, &ef, &content), S_OK);
    check_bytes(&content, "\x8A\x01\x04", 3);
    /* The card says nothing, or nothing that could be read. */
    assert_hr(properties_get(&files, &ef, &content), S_OK);
    check_bytes(&content, "", 0);
    assert_hr(properties_get(&files, &ef, &content), S_OK);
    check_bytes(&content, "", 0);
    assert_hr(properties_get(&files, &ef, &content), SCARD_E_FILE_NOT_FOUND);
    assert_hr(properties_get(&files, &by_short_id, &content), E_INVALIDARG);
    END();
}

static HRESULT set(struct filesystem *files, const char *objects, size_t size) {
    return properties_set(files, &ef, (const uint8_t *)objects, size);
}

static void test_set__one_by_one(void **state) {
    BEGIN({SELECT, EF, 0}, {"00 DA 00 85 02 11 22", "90 00", 0}, {"00 DA 5F 50 01 33", "90 00", 0},
          {"00 04 00 00", "90 00", 0}, {SELECT, EF, 0}, {"00 44 00 00", "90 00", 0}, {SELECT, EF, 0},
          {"00 DA 00 85", "90 00", 0}, {SELECT, EF, 0});
    assert_hr(set(&files, "\x85\x02\x11\x22\x5F\x50\x01\x33\x8A\x01\x04", 11), S_OK);
    assert_hr(set(&files, "\x8A\x01\x07", 3), S_OK);
    assert_hr(set(&files, "\x85\x00", 2), S_OK);
    assert_hr(set(&files, "", 0), S_OK);
    END();
}

static void test_set__refusals(void **state) {
    BEGIN({SELECT, EF, 0}, {"00 DA 00 80 01 09", "6A 88", 0}, {SELECT, EF, 0},
          {"00 DA 00 80 01 09", "6D 00", 0}, {SELECT, EF, 0}, {"00 DA 00 80 01 09", "69 82", 0},
          {SELECT, "6A 82", 0}, {SELECT, "62 83", 0}, {SELECT, "62 83", 0}, {"00 44 00 00", "90 00", 0});
    assert_hr(set(&files, "\x80\x01\x09\x83\x02\x01\x02", 7), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(set(&files, "\x80\x01\x09", 3), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(set(&files, "\x80\x01\x09", 3), SCARD_W_SECURITY_VIOLATION);
    assert_hr(set(&files, "\x80\x01\x09", 3), SCARD_E_FILE_NOT_FOUND);
    /* Of a deactivated file the life cycle alone can be set. */
    assert_hr(set(&files, "\x80\x01\x09\x8A\x01\x05", 6), SCARD_E_NO_ACCESS);
    assert_hr(set(&files, "\x8A\x01\x05", 3), S_OK);
    END();
}

/* Nothing is sent when one of them can never be set. */
static void test_set__bad_objects(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {{"\x80\x02\x01", 3}, {"\x5F\xC1\x02\x00", 4}, {"\x8A\x01\x01", 3},
                {"\x8A\x00", 2},     {"\x8A\x01\x0C", 3},     {"\x80\x01\x09\x8A\x02\x05\x05", 7}};
    BEGIN({SELECT, EF, 0});
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_hr(set(&files, rows[i].bytes, rows[i].size), E_INVALIDARG);
    assert_hr(properties_set(&files, &by_short_id, (const uint8_t *)"\x8A\x01\x05", 3), E_INVALIDARG);
    assert_hr(set(&files, "", 0), S_OK);
    END();
}

static void test_capabilities__from_the_atr(void **state) {
    static const uint8_t atr[] = {0x3B, 0x05, 0x80, 0x73, 0xF7, 0x41, 0xC0};
    BEGIN({"00 A4 00 04 02 3F 00 00", "62 07 82 01 38 83 02 3F 00 90 00", 0}, {SELECT, EF, 0},
          {SELECT, EF, 0});
    struct openfile file;
    memcpy(card.link.atr, atr, sizeof atr);
    card.link.atr_size = sizeof atr;
    assert_hr(properties_capabilities(&files, &content), S_OK);
    check_bytes(&content, "\x82\x01\x38\x83\x02\x3F\x00\x47\x03\xF7\x41\xC0", 12);
    /* Now a file is current. */
    assert_hr(openfile_open(&files, &ef, &file), S_OK);
    assert_hr(properties_capabilities(&files, &content), S_OK);
    check_bytes(&content, "\x80\x02\x00\x08\x82\x02\x01\x41\x83\x02\x01\x01\x47\x03\xF7\x41\xC0", 17);
    END();
}

static void test_capabilities__from_ef_atr(void **state) {
    BEGIN({"00 A4 00 04 02 3F 00 00", "62 03 82 01 38 90 00", 0},
          {"00 A4 08 04 02 2F 01 00", "62 08 80 02 00 08 82 02 01 41 90 00", 0},
          {"00 B0 00 00 08", "43 01 B8 47 03 F7 41 C0 90 00", 0},
          {"00 A4 00 04 02 3F 00 00", "62 03 82 01 38 90 00", 0}, {"00 A4 08 04 02 2F 01 00", "6A 82", 0});
    assert_hr(properties_capabilities(&files, &content), S_OK);
    check_bytes(&content, "\x82\x01\x38\x47\x03\xF7\x41\xC0", 8);
    assert_true(path_is_root(&files.current));
    assert_hr(properties_capabilities(&files, &content), S_OK);
    check_bytes(&content, "\x82\x01\x38", 3);
    END();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get__objects_without_their_template),
        cmocka_unit_test(test_set__one_by_one),
        cmocka_unit_test(test_set__refusals),
        cmocka_unit_test(test_set__bad_objects),
        cmocka_unit_test(test_capabilities__from_the_atr),
        cmocka_unit_test(test_capabilities__from_ef_atr),
    };
    return cmocka_run_group_tests_name("services_properties", tests, NULL, NULL);
}

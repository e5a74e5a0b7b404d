/* Agents' descriptions byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "remote/description.h"

static const struct description rack = {
    .instance = 0x0102,
    .news = 7,
    .since = 0x65000000,
    .lease_ms = 6000,
    .settled = true,
    .name = "rack1",
    .name_size = 5,
    .who = "me",
    .who_size = 2,
};

static const uint8_t rack_bytes[] = {
    0x02, 0x01, 0,   0,    0,   0,   0, 0,   7,    0,    0,   0, 0,   0,   0, 0, /* instance, news */
    0x00, 0,    0,   0x65, 0,   0,   0, 0,   0x70, 0x17, 0,   0, 1,              /* since, lease, settled */
    5,    'r',  'a', 'c',  'k', '1', 2, 'm', 'e',  1,    'A', 2, 'B', '0',
};

static size_t encode(uint8_t *out, size_t room) {
    struct names readers = {0};
    assert_true(names_add(&readers, "A", 1) && names_add(&readers, "B0", 2));
    const size_t size = description_encode(&rack, &readers, out, room);
    names_clear(&readers);
    return size;
}

static void test_description__bytes(void **state) {
    uint8_t out[100];
    struct description back;
    const uint8_t *at = NULL;
    size_t size;
    (void)state;
    assert_int_equal(encode(out, sizeof out), sizeof rack_bytes);
    assert_memory_equal(out, rack_bytes, sizeof rack_bytes);
    assert_int_equal(encode(out, sizeof rack_bytes - 1), 0);
    assert_true(description_decode(rack_bytes, sizeof rack_bytes, &back));
    assert_true(back.instance == 0x0102 && back.news == 7 && back.since == 0x65000000 && back.settled);
    assert_int_equal(back.lease_ms, 6000);
    assert_int_equal(back.name_size, 5);
    assert_memory_equal(back.name, "rack1", 5);
    assert_int_equal(back.who_size, 2);
    assert_memory_equal(back.who, "me", 2);
    assert_memory_equal(description_reader(&back, &at, &size), "A", 1);
    assert_int_equal(size, 1);
    assert_memory_equal(description_reader(&back, &at, &size), "B0", 2);
    assert_int_equal(size, 2);
    assert_null(description_reader(&back, &at, &size));
}

/* Readers end where a name does. */
static void test_description__cut(void **state) {
    struct description back;
    (void)state;
    for (size_t size = 0; size < sizeof rack_bytes; size++) {
        const bool at_name = size == 38 || size == 40;
        assert_int_equal(description_decode(rack_bytes, size, &back), at_name);
    }
}

static void test_description__is_none(void **state) {
    static const struct {
        size_t at;
        uint8_t value;
    } rows[] = {{28, 2}, {29, 0}, {29, 200}, {31, 0}, {38, 0}, {39, 0}, {40, 3}};
    uint8_t bytes[sizeof rack_bytes];
    struct description back;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(bytes, rack_bytes, sizeof bytes);
        bytes[rows[i].at] = rows[i].value;
        assert_false(description_decode(bytes, sizeof bytes, &back));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_description__bytes),
        cmocka_unit_test(test_description__cut),
        cmocka_unit_test(test_description__is_none),
    };
    return cmocka_run_group_tests_name("description", tests, NULL, NULL);
}

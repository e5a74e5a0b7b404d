/* The parameters of CREATE FILE: what is taken in them, and everything that is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "icc/management/request.h"

/* A copy of just the bytes, so that the sanitizer sees every look beyond them. */
static bool parse(const char *bytes, size_t size, struct creation_request *out) {
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    const bool taken = sim_request_parse(copy, size, out);
    free(copy);
    return taken;
}

#define ROW(bytes)                                                                                           \
    { bytes, sizeof(bytes) - 1 }
#define EF_HEAD "\x82\x01\x01\x83\x02\x12\x34"
#define PARSE(bytes, out) parse(bytes, sizeof(bytes) - 1, out)

static void test_request__transparent(void **state) {
    struct creation_request request;
    (void)state;
    assert_true(PARSE("\x62\x0A\x80\x01\x01" EF_HEAD, &request)); /* what most of the refused begin with */
    assert_true(PARSE("\x62\x0E\x80\x02\x01\x00\x82\x01\x41\x83\x02\x12\x34\x8A\x01\x04", &request));
    assert_int_equal(request.kind, FILE_TRANSPARENT);
    assert_int_equal(request.id, 0x1234);
    assert_int_equal(request.size, 256);
    assert_int_equal(request.coding, FILE_CODING);
    assert_int_equal(request.capacity, 0);
    assert_true(request.deactivated);
    assert_false(request.has_sfi);
    assert_null(request.security);
    assert_int_equal(request.name_size, 0);
    /* A size of more bytes than it needs; total size beside it counts for nothing; no short identifier. */
    assert_true(
        PARSE("\x62\x15\x81\x02\xFF\xFF\x80\x06\x00\x00\x00\x01\x00\x00\x82\x01\x01\x83\x02\x12\x34\x88\x00",
              &request));
    assert_int_equal(request.size, 65536);
    assert_true(request.has_sfi);
    assert_int_equal(request.sfi, 0);
    /* The total size alone; proprietary objects are let pass; the template's length in two bytes. */
    assert_true(
        PARSE("\x62\x81\x14\x81\x01\x07\x85\x01\xAA\xA5\x02\x80\x00\x82\x01\x01\x83\x02\x12\x34\x88\x01\xF0",
              &request));
    assert_int_equal(request.size, 7);
    assert_int_equal(request.sfi, 30);
}

static void test_request__records(void **state) {
    struct creation_request request;
    (void)state;
    assert_true(PARSE("\x62\x0C\x82\x06\x42\x61\x04\x00\x00\xFE\x83\x02\x12\x34", &request));
    assert_int_equal(request.kind, FILE_LINEAR_FIXED);
    assert_int_equal(request.record_size, 1024);
    assert_int_equal(request.capacity, 254);
    assert_int_equal(request.coding, 0x61);
    assert_int_equal(request.size, 0);
    assert_true(PARSE("\x62\x0C\x80\x01\x09\x82\x03\x04\x41\x04\x83\x02\x12\x34", &request));
    assert_int_equal(request.kind, FILE_LINEAR_VARIABLE);
    assert_int_equal(request.record_size, 4);
    assert_int_equal(request.capacity, 2); /* what fits */
    assert_true(PARSE("\x62\x0F\x80\x02\x00\x08\x82\x05\x06\x41\x00\x04\x02\x83\x02\x12\x34", &request));
    assert_int_equal(request.kind, FILE_CYCLIC);
    assert_int_equal(request.capacity, 2);
}

static void test_request__directory(void **state) {
    static const uint8_t bytes[] = {0x62, 0x12, 0x82, 0x01, 0x78, 0x84, 0x05, 0xA0, 0x00, 0x00,
                                    0x00, 0x01, 0x81, 0x02, 0x10, 0x00, 0x8C, 0x02, 0x02, 0xFF};
    struct creation_request request;
    (void)state;
    assert_true(sim_request_parse(bytes, sizeof bytes, &request));
    assert_int_equal(request.kind, FILE_DF);
    assert_int_equal(request.id, 0);
    assert_int_equal(request.size, 0); /* nothing is set aside for it */
    assert_int_equal(request.name_size, 5);
    assert_ptr_equal(request.name, bytes + 7);
    assert_ptr_equal(request.security, bytes + 18);
    assert_int_equal(request.security_size, 2);
}

struct row {
    const char *bytes;
    size_t size;
};

static void refuse(const struct row *rows, size_t count) {
    struct creation_request request;
    for (size_t i = 0; i < count; i++)
        if (parse(rows[i].bytes, rows[i].size, &request))
            fail_msg("row %zu was taken", i);
}

/* What is no template, or not one alone, and lengths that lead out of it. */
static void test_request__the_template(void **state) {
    static const struct row rows[] = {
        /* no template, or not one alone */
        ROW(""),
        ROW("\x62"),
        ROW("\x62\x00"),
        ROW("\x6F\x00"),
        ROW("\x00\x00"),
        ROW("\x80\x01\x01" EF_HEAD),
        ROW("\x64\x0A\x80\x01\x01" EF_HEAD),
        ROW("\x62\x0A\x80\x01\x01" EF_HEAD "\x62\x00"),
        ROW("\x62\x0A\x80\x01\x01" EF_HEAD "\x85"),
        /* lengths beyond the data, indefinite, of four bytes and more */
        ROW("\x62\x0B\x80\x01\x01" EF_HEAD),
        ROW("\x62\x80\x80\x01\x01" EF_HEAD "\x00\x00"),
        ROW("\x62\x84\xFF\xFF\xFF\xFF\x80\x01\x01" EF_HEAD),
        ROW("\x62\x85\x00\x00\x00\x00\x0A\x80\x01\x01" EF_HEAD),
        ROW("\x62\x0A" EF_HEAD "\x80\x02\x01"),
        ROW("\x62\x0A" EF_HEAD "\x80\x84\xFF"),
        ROW("\x62\x0D" EF_HEAD "\x80\x84\xFF\xFF\xFF\xFF"),
        ROW("\x62\x08" EF_HEAD "\x80"),
        ROW("\x62\x09" EF_HEAD "\x80\x81"),
        ROW("\x62\x0B\x80\x01\x01" EF_HEAD "\x85"),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\xA5\x01"),
    };
    (void)state;
    refuse(rows, sizeof rows / sizeof *rows);
}

/* Objects that are too many, too few, or none that this card knows. */
static void test_request__the_objects(void **state) {
    static const struct row rows[] = {
        /* nested, unknown, and long tags */
        ROW("\x62\x0C\x62\x0A\x80\x01\x01" EF_HEAD),
        ROW("\x6F\x0C\x62\x0A\x80\x01\x01" EF_HEAD),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\x87\x00"),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\x50\x00"),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\xC6\x00"),
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x9F\x7F\x00"),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\x9F\x7F"),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\x1F\x00"),
        /* doubled */
        ROW("\x62\x0D\x80\x01\x01\x80\x01\x01" EF_HEAD),
        ROW("\x62\x0E\x80\x01\x01" EF_HEAD "\x83\x02\x12\x34"),
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x82\x01\x01"),
        ROW("\x62\x0E\x80\x01\x01" EF_HEAD "\x85\x00\x85\x00"),
        ROW("\x62\x0E\x80\x01\x01" EF_HEAD "\x88\x00\x88\x00"),
        /* missing */
        ROW("\x62\x07" EF_HEAD),
        ROW("\x62\x06\x80\x01\x01\x82\x01\x01"),
        ROW("\x62\x07\x80\x01\x01\x83\x02\x12\x34"),
        ROW("\x62\x03\x82\x01\x38"),
        ROW("\x62\x04\x83\x02\x12\x34"),
    };
    (void)state;
    refuse(rows, sizeof rows / sizeof *rows);
}

/* Sizes, descriptors and records that make no file. */
static void test_request__the_structure(void **state) {
    static const struct row rows[] = {
        /* sizes */
        ROW("\x62\x0A\x80\x01\x00" EF_HEAD),
        ROW("\x62\x09\x80\x00" EF_HEAD),
        ROW("\x62\x0E\x80\x05\x01\x00\x00\x00\x00" EF_HEAD),
        ROW("\x62\x0C\x80\x01\x01\x81\x00" EF_HEAD),
        /* descriptors: none, too long, of an unknown kind; records where there are none, and the other way */
        ROW("\x62\x09\x80\x01\x01\x82\x00\x83\x02\x12\x34"),
        ROW("\x62\x10\x80\x01\x01\x82\x07\x02\x41\x00\x01\x00\x01\x00\x83\x02\x12\x34"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x00\x83\x02\x12\x34"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x03\x83\x02\x12\x34"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x09\x83\x02\x12\x34"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x39\x83\x02\x12\x34"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x81\x83\x02\x12\x34"),
        ROW("\x62\x0C\x80\x01\x01\x82\x03\x01\x41\x01\x83\x02\x12\x34"),
        ROW("\x62\x09\x82\x03\x38\x41\x01\x83\x02\x12\x34"),
        ROW("\x62\x0B\x80\x01\x01\x82\x02\x02\x41\x83\x02\x12\x34"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x06\x83\x02\x12\x34"),
        /* records: of no size, too large, none, too many; sizes that do not agree */
        ROW("\x62\x0C\x80\x01\x04\x82\x03\x02\x41\x00\x83\x02\x12\x34"),
        ROW("\x62\x0B\x82\x05\x02\x41\x04\x01\x01\x83\x02\x12\x34"),
        ROW("\x62\x0B\x82\x05\x02\x41\x00\x04\x00\x83\x02\x12\x34"),
        ROW("\x62\x0C\x82\x06\x02\x41\x00\x04\x00\xFF\x83\x02\x12\x34"),
        ROW("\x62\x0C\x82\x06\x02\x41\x00\x04\xFF\xFF\x83\x02\x12\x34"),
        ROW("\x62\x09\x82\x03\x02\x41\x04\x83\x02\x12\x34"),
        ROW("\x62\x0C\x80\x01\x09\x82\x03\x02\x41\x04\x83\x02\x12\x34"),
        ROW("\x62\x0C\x80\x01\x03\x82\x03\x04\x41\x04\x83\x02\x12\x34"),
        ROW("\x62\x0E\x80\x01\x09\x82\x05\x04\x41\x00\x04\x02\x83\x02\x12\x34"),
        ROW("\x62\x0E\x80\x01\x07\x82\x05\x06\x41\x00\x04\x02\x83\x02\x12\x34"),
    };
    (void)state;
    refuse(rows, sizeof rows / sizeof *rows);
}

/* Identifiers, names, states and conditions that a file cannot have. */
static void test_request__the_names(void **state) {
    static const struct row rows[] = {
        /* identifiers: too short, too long, reserved */
        ROW("\x62\x09\x80\x01\x01\x82\x01\x01\x83\x01\x12"),
        ROW("\x62\x0B\x80\x01\x01\x82\x01\x01\x83\x03\x12\x34\x56"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x01\x83\x02\x00\x00"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x01\x83\x02\x3F\x00"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x01\x83\x02\x3F\xFF"),
        ROW("\x62\x0A\x80\x01\x01\x82\x01\x01\x83\x02\xFF\xFF"),
        /* names: of an EF, of no byte, of 17 */
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x84\x01\xA0"),
        ROW("\x62\x09\x82\x01\x38\x83\x02\x12\x34\x84\x00"),
        ROW("\x62\x16\x82\x01\x38\x84\x11"
            "12345678901234567"),
        /* short identifiers: reserved bits, 0, 31, two bytes, of a DF */
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x88\x01\x09"),
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x88\x01\x00"),
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x88\x01\xF8"),
        ROW("\x62\x0E\x80\x01\x01" EF_HEAD "\x88\x02\x08\x08"),
        ROW("\x62\x0A\x82\x01\x38\x83\x02\x12\x34\x88\x01\x08"),
        /* life cycle: two bytes, reserved, terminated */
        ROW("\x62\x0E\x80\x01\x01" EF_HEAD "\x8A\x02\x05\x05"),
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x8A\x01\x02"),
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x8A\x01\x0C"),
        ROW("\x62\x0D\x80\x01\x01" EF_HEAD "\x8A\x01\x10"),
        /* security attributes of other formats */
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\x86\x00"),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\x8B\x00"),
        ROW("\x62\x0C\x80\x01\x01" EF_HEAD "\xAB\x00"),
    };
    (void)state;
    refuse(rows, sizeof rows / sizeof *rows);
}

/* However the bytes are cut, no look goes beyond them, and no part is taken for the whole. */
static void test_request__cut(void **state) {
    static const char whole[] =
        "\x62\x1E\x80\x02\x00\x08\x82\x05\x06\x41\x00\x04\x02\x83\x02\x12\x34\x88\x01\x08\x8A"
        "\x01\x05\x8C\x04\x07\xFF\x11\x00\x85\x01\xAA";
    struct creation_request request;
    (void)state;
    for (size_t size = 0; size < sizeof whole - 1; size++)
        assert_false(parse(whole, size, &request));
    assert_true(parse(whole, sizeof whole - 1, &request));
    for (size_t at = 1; at < sizeof whole - 1; at++) {
        char broken[sizeof whole];
        memcpy(broken, whole, sizeof whole);
        broken[at] = (char)(broken[at] ^ 0x80); /* whatever comes of it, within the bytes */
        (void)parse(broken, sizeof whole - 1, &request);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request__transparent), cmocka_unit_test(test_request__records),
        cmocka_unit_test(test_request__directory),   cmocka_unit_test(test_request__the_template),
        cmocka_unit_test(test_request__the_objects), cmocka_unit_test(test_request__the_structure),
        cmocka_unit_test(test_request__the_names),   cmocka_unit_test(test_request__cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

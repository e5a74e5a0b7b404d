/*
 * Codes typed at the reader's PIN pad: what goes to the reader, and what its answers mean, hostile ones too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/container.h"
#include "com/hresult.h"
#include "services/padcode.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define VERIFY_CODE 0x42330006u
#define MODIFY_CODE 0x42330007u

/* A reader that answers as it is told. */
struct reader {
    struct service_link link;
    const char *features; /* NULL: it knows no such command */
    size_t features_size;
    const char *answer;
    size_t answer_size;
    rm_status status;
    uint32_t code; /* of the command that came */
    uint8_t sent[PINPAD_STRUCTURE_MAX];
    size_t sent_size;
};

static HRESULT reader_control(struct service_link *link, uint32_t code, const uint8_t *send, size_t send_size,
                              uint8_t *receive, size_t *receive_size) {
    struct reader *reader = CONTAINER_OF(link, struct reader, link);
    const bool asked = code == PINPAD_GET_FEATURES;
    const char *answer = asked ? reader->features : reader->answer;
    const size_t size = asked ? reader->features_size : reader->answer_size;
    if (!answer)
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    if (!asked) {
        reader->code = code;
        reader->sent_size = send_size;
        memcpy(reader->sent, send, send_size);
        if (reader->status != RM_OK)
            return hresult_from_rm(reader->status);
    }
    assert_true(size <= *receive_size);
    memcpy(receive, answer, size);
    *receive_size = size;
    return S_OK;
}

static const struct service_link_ops ops = {.control = reader_control};
static const struct service_link_ops no_reader = {.control = NULL};

#define FEATURES "\x06\x04\x42\x33\x00\x06\x07\x04\x42\x33\x00\x07"
#define READER(...)                                                                                          \
    { .link = {.ops = &ops}, .features = FEATURES, .features_size = sizeof FEATURES - 1, __VA_ARGS__ }

static const struct code plain = {.reference = 0x81};
static const struct code filled = {.cla = 0xA0, .reference = 1, .form = {.size = 8, .pad = 0xFF}};
static const struct code block = {.reference = 1,
                                  .form = {.encoding = SCARDSSP_PROFILE_CODE_BLOCK, .size = 8}};

static void test_run__what_the_reader_gets(void **state) {
    struct reader reader = READER(.answer = "\x90\x00", .answer_size = 2);
    (void)state;
    assert_int_equal(padcode_run(&reader.link, &plain, false), S_OK);
    assert_int_equal(reader.code, VERIFY_CODE);
    assert_int_equal(reader.sent_size, 24);
    assert_memory_equal(reader.sent + 5, "\x10\x04", 2);
    assert_memory_equal(reader.sent + 19, "\x00\x20\x00\x81\x00", 5);
    assert_int_equal(padcode_run(&reader.link, &filled, true), S_OK);
    assert_int_equal(reader.code, MODIFY_CODE);
    assert_int_equal(reader.sent_size, 24 + 21);
    assert_memory_equal(reader.sent + 7, "\x08\x04\x03", 3);
    assert_memory_equal(reader.sent + 24, "\xA0\x24\x00\x01\x10\xFF", 6);
    assert_int_equal(padcode_run(&reader.link, &block, false), S_OK);
    assert_memory_equal(reader.sent + 2, "\x89\x47\x04\x0C\x04", 5);
}

static void test_run__answers(void **state) {
    static const struct {
        const char *answer;
        size_t size;
        rm_status status;
        uint32_t expected;
    } cases[] = {
        {"\x90\x00", 2, RM_OK, 0},
        {"\x63\xC2", 2, RM_OK, RM_W_WRONG_CHV},
        {"\x69\x83", 2, RM_OK, RM_W_CHV_BLOCKED},
        {"\x64\x00", 2, RM_OK, RM_E_TIMEOUT},
        {"\x64\x01", 2, RM_OK, RM_W_CANCELLED_BY_USER},
        {"\x64\x02", 2, RM_OK, RM_E_INVALID_CHV},
        {"\x64\x03", 2, RM_OK, RM_E_INVALID_CHV},
        {"\x6B\x80", 2, RM_OK, RM_E_UNSUPPORTED_FEATURE},
        {"", 0, RM_OK, RM_F_COMM_ERROR},
        {"\x90", 1, RM_OK, RM_F_COMM_ERROR},
        {"\x90\x00", 2, RM_W_REMOVED_CARD, RM_W_REMOVED_CARD},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); ++i) {
        struct reader reader =
            READER(.answer = cases[i].answer, .answer_size = cases[i].size, .status = cases[i].status);
        assert_int_equal((uint32_t)padcode_run(&reader.link, &plain, false), cases[i].expected);
    }
}

static void test_run__no_pad_for_that(void **state) {
    static const struct {
        const char *features;
        size_t size;
        uint32_t found, verify, change;
    } cases[] = {
        {NULL, 0, 0, RM_E_UNSUPPORTED_FEATURE, RM_E_UNSUPPORTED_FEATURE},
        {"", 0, 0, RM_E_UNSUPPORTED_FEATURE, RM_E_UNSUPPORTED_FEATURE},
        {"\x06\x04\x42\x33\x00\x06", 6, 0, 0, RM_E_UNSUPPORTED_FEATURE},
        {"\x06\x04\x42", 3, RM_F_COMM_ERROR, RM_F_COMM_ERROR, RM_F_COMM_ERROR},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); ++i) {
        struct reader reader = {.link = {.ops = &ops},
                                .features = cases[i].features,
                                .features_size = cases[i].size,
                                .answer = "\x90\x00",
                                .answer_size = 2};
        struct pinpad pad;
        assert_int_equal((uint32_t)padcode_find(&reader.link, &pad), cases[i].found);
        assert_int_equal((uint32_t)padcode_run(&reader.link, &filled, false), cases[i].verify);
        assert_int_equal((uint32_t)padcode_run(&reader.link, &filled, true), cases[i].change);
    }
    struct reader reader = READER(.answer = "\x90\x00", .answer_size = 2);
    /* Codes as long as they are cannot be changed there: nobody knows where the new one begins. */
    assert_int_equal((uint32_t)padcode_run(&reader.link, &plain, true), RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(reader.code, 0);
    reader.link.ops = &no_reader;
    assert_int_equal((uint32_t)padcode_run(&reader.link, &plain, false), RM_E_UNSUPPORTED_FEATURE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run__what_the_reader_gets),
        cmocka_unit_test(test_run__answers),
        cmocka_unit_test(test_run__no_pad_for_that),
    };
    return cmocka_run_group_tests_name("services_padcode", tests, NULL, NULL);
}

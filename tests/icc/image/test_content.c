/* File content in a card image: for everything wrong the exact line, field and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"
#include "icc/image_faults.h"

static void test_image_content__faults(void **state) {
    (void)state;
#define CONTENT(content) EF "\"type\":\"transparent\",\"content\":" content FILES_END
    static const struct fault faults[] = {
        {CONTENT("\"\""), "3: mf.files[0].content: must have 1 to 1048576 bytes, has 0"},
        {CONTENT("\"0\""), "3: mf.files[0].content: must be pairs of hexadecimal digits"},
        {CONTENT("7"), "3: mf.files[0].content: must be an object"},
        {CONTENT("{}"), "3: mf.files[0].content: needs \"hex\", \"text\" or \"size\""},
        {CONTENT("{\"bytes\":\"00\"}"), "3: mf.files[0].content.bytes: unknown field"},
        {CONTENT("{\"hex\":\"00\",\"repeat\":2}"), "3: mf.files[0].content.repeat: unknown field"},
        {CONTENT("{\"hex\":\"00\",\"text\":\"a\"}"), "3: mf.files[0].content: has both \"hex\" and \"text\""},
        {CONTENT("{\"fill\":\"00\",\"counter\":1,\"size\":1}"),
         "3: mf.files[0].content: has both \"fill\" and \"counter\""},
        {CONTENT("{\"fill\":\"00\"}"), "3: mf.files[0].content.size: is missing"},
        {CONTENT("{\"counter\":2}"), "3: mf.files[0].content.size: is missing"},
        {CONTENT("{\"counter\":5,\"size\":1}"),
         "3: mf.files[0].content.counter: must be a whole number from 1 to 4"},
        {CONTENT("{\"fill\":\n\"\",\"size\":1}"), "4: mf.files[0].content.fill: is empty"},
        {CONTENT("{\"fill\":\"x\",\"size\":1}"),
         "3: mf.files[0].content.fill: must be pairs of hexadecimal digits"},
        {CONTENT("{\"hex\":1}"), "3: mf.files[0].content.hex: must be text of hexadecimal digits"},
        {CONTENT("{\"text\":1}"), "3: mf.files[0].content.text: must be text"},
        {CONTENT("{\"text\":\"\"}"), "3: mf.files[0].content: must have 1 to 1048576 bytes, has 0"},
        {CONTENT("{\"text\":\"abc\",\"size\":2}"),
         "3: mf.files[0].content: has 3 bytes, more than its size of 2"},
        {CONTENT("{\"fill\":\"00\",\"size\":1048577}"),
         "3: mf.files[0].content.size: must be a whole number from 1 to 1048576"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

/* Counters of each width, in files of each size up to a few numbers, against one byte after the other. */
static void test_image_content__counters(void **state) {
    (void)state;
    for (unsigned width = 1; width <= 4; width++)
        for (unsigned size = 1; size <= 21; size++) {
            char text[400], message[300] = "";
            (void)snprintf(
                text, sizeof text,
                "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"atr\":\"3B 00\",\"mf\":{"
                "\"files\":[{\"id\":\"0001\",\"type\":\"transparent\",\"sfi\":1,\"content\":{"
                "\"counter\":%u,\"size\":%u}}]}}",
                width, size);
            struct sim_card *card = faults_load(text, strlen(text), message, sizeof message);
            assert_string_equal(message, "");
            assert_non_null(card);
            uint8_t atr[64], answer[64], expected[64];
            const uint8_t command[] = {0x00, 0xB0, 0x81, 0x00, 0x00};
            assert_int_equal(sim_card_power_up(card, atr), 2);
            assert_int_equal(sim_card_exchange(card, SIM_T1, command, sizeof command, answer, sizeof answer),
                             size + 2);
            for (unsigned i = 0; i < size; i++)
                expected[i] = i % width == width - 1 ? (uint8_t)(i / width) : 0;
            assert_memory_equal(answer, expected, size);
            assert_memory_equal(answer + size, "\x90\x00", 2);
            sim_card_destroy(card);
        }
}

/* Past 255 a counter of one byte begins anew, and in a wider one the next byte counts. */
static void test_image_content__counter_carries(void **state) {
    (void)state;
    static const char text[] =
        "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"atr\":\"3B 82 80 01 55 66 30\",\"mf\":{"
        "\"files\":["
        "{\"id\":\"0001\",\"type\":\"transparent\",\"sfi\":1,\"content\":{\"counter\":1,\"size\":258}},"
        "{\"id\":\"0002\",\"type\":\"transparent\",\"sfi\":2,\"content\":{\"counter\":2,\"size\":516}}]}}";
    static const struct step steps[] = {
        {"power", "3B 82 80 01 55 66 30"},    {"00B08100 01", "00 9000"},
        {"00B000FE 04", "FEFF0001 9000"},     {"00B08200 01", "00 9000"},
        {"00B001FE 06", "00FF01000101 9000"},
    };
    char message[300] = "";
    struct sim_card *card = faults_load(text, sizeof text - 1, message, sizeof message);
    assert_string_equal(message, "");
    assert_non_null(card);
    script_run(card, SIM_T1, STEPS(steps));
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image_content__counters),
        cmocka_unit_test(test_image_content__counter_carries),
        cmocka_unit_test(test_image_content__faults),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}

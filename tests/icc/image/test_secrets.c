/* PINs, keys and data objects of a card image: for everything wrong the exact line, field and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/image_faults.h"

static const char *comma(int i) {
    return i ? "," : "";
}

static void test_image_secrets__faults(void **state) {
    (void)state;
#define PIN(fields) CARD "\"pins\":[{" fields "}]" END
#define KEY(fields) CARD "\"keys\":[{" fields "}]" END
#define OBJECT(fields) CARD "\"objects\":[{" fields "}]" END
#define K16 "\"value\":\"000102030405060708090A0B0C0D0E0F\""
    static const struct fault faults[] = {
        {CARD "\"pins\":{}" END, "2: mf.pins: must be an array"},
        {PIN("\"pin\":1"), "2: mf.pins[0].pin: unknown field"},
        {PIN("\"value\":\"1234\""), "2: mf.pins[0].reference: is missing"},
        {PIN("\"reference\":\"1\""), "2: mf.pins[0].reference: must be pairs of hexadecimal digits"},
        {PIN("\"reference\":\"0001\""), "2: mf.pins[0].reference: must have 2 hexadecimal digits"},
        {PIN("\"reference\":\"81\""), "2: mf.pins[0].reference: must be 01 to 1F here"},
        {PIN("\"reference\":\"00\""), "2: mf.pins[0].reference: must be 01 to 1F here"},
        {PIN("\"reference\":\"20\""), "2: mf.pins[0].reference: must be 01 to 1F here"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"pins\":[{\"reference\":\"01\"}]" FILES_END,
         "3: mf.files[0].pins[0].reference: must be 81 to 9F here"},
        {PIN("\"reference\":\"01\""), "2: mf.pins[0].value: is missing"},
        {PIN("\"reference\":\"01\",\"value\":\"123\""),
         "2: mf.pins[0].value: must have 4 to 16 characters, has 3"},
        {PIN("\"reference\":\"01\",\"padded\":8,\"value\":\"123456789\""),
         "2: mf.pins[0].value: must have 4 to 8 characters, has 9"},
        {PIN("\"reference\":\"01\",\"padded\":17"),
         "2: mf.pins[0].padded: must be a whole number from 1 to 16"},
        {PIN("\"reference\":\"01\",\"padded\":8,\"max\":8"),
         "2: mf.pins[0].max: cannot stand beside \"padded\", which tells it"},
        {PIN("\"reference\":\"01\",\"max\":3,\"min\":4"),
         "2: mf.pins[0].min: must be a whole number from 1 to 3"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"tries\":0"),
         "2: mf.pins[0].tries: must be a whole number from 1 to 15"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"tries\":16"),
         "2: mf.pins[0].tries: must be a whole number from 1 to 15"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"puk\":\"1234\""),
         "2: mf.pins[0].puk: must be an object"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"puk\":{\"value\":\"1\"}"),
         "2: mf.pins[0].puk.value: must have 4 to 16 characters, has 1"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\"},\n{\"reference\":\"01\",\"value\":\"1234\""),
         "3: mf.pins[1].reference: is used by another PIN"},
        {KEY(K16), "2: mf.keys[0].reference: is missing"},
        {KEY("\"reference\":\"01\",\"value\":\"00\""),
         "2: mf.keys[0].value: must have 16 to 32 bytes, has 1"},
        {KEY("\"reference\":\"01\",\"value\":\"000102030405060708090A0B0C0D0E0F10\""),
         "2: mf.keys[0].value: an AES key has 16, 24 or 32 bytes, not 17"},
        {KEY("\"reference\":\"01\"," K16 ",\"external\":\"yes\""),
         "2: mf.keys[0].external: must be true or false"},
        {KEY("\"reference\":\"01\"," K16 "},\n{\"reference\":\"01\"," K16),
         "3: mf.keys[1].reference: is used by another key"},
        {OBJECT("\"value\":\"00\""), "2: mf.objects[0].tag: is missing"},
        {OBJECT("\"tag\":\"0101\""), "2: mf.objects[0].value: is missing"},
        {OBJECT("\"tag\":\"0101\",\"value\":\"0011\",\"max\":1"),
         "2: mf.objects[0].max: must be a whole number from 2 to 65535"},
        {OBJECT("\"tag\":\"0101\",\"value\":\"00\",\"get\":\"pin 01\""),
         "2: mf.objects[0].get: there is no PIN 01 here or in the directories above"},
        {OBJECT("\"tag\":\"0101\",\"value\":\"00\"},\n{\"tag\":\"0101\",\"value\":\"00\""),
         "3: mf.objects[1].tag: is used by another data object"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

/* Who may reset a PIN is a condition like any other, and may speak of the PINs and keys beside it. */
static void test_image_secrets__rules_of_pins(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"reset\":true"),
         "2: mf.pins[0].reset: must be \"pin XX\" or \"key XX\" with a reference in hexadecimal"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\"},\n{\"reference\":\"02\",\"value\":\"1234\",\"reset\":\"key 01\""),
         "3: mf.pins[1].reset: there is no key 01 here or in the directories above"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

static void test_image_secrets__number_of_secrets(void **state) {
    (void)state;
    big_begin();
    big_add(CARD "\"pins\":[");
    for (int i = 0; i < 31; i++)
        big_add("%s\n{\"reference\":\"%02X\",\"value\":\"1234\"}", comma(i), (unsigned)i + 1);
    big_add(
        "],\"files\":[{\"id\":\"0001\",\"type\":\"df\",\"pins\":[{\"reference\":\"81\",\"value\":\"1234\"},"
        "\n{\"reference\":\"82\",\"value\":\"1234\"}]}]" END);
    faults_expect_one(big, big_size, "34: mf.files[0].pins[1]: a card has at most 32 PINs");

    big_begin();
    big_add(CARD "\"keys\":[");
    for (int i = 0; i < 31; i++)
        big_add("%s\n{\"reference\":\"%02X\"," K16 "}", comma(i), (unsigned)i + 1);
    big_add("],\"files\":[{\"id\":\"0001\",\"type\":\"df\",\"keys\":[{\"reference\":\"81\"," K16 "},"
            "\n{\"reference\":\"82\"," K16 "}]}]" END);
    faults_expect_one(big, big_size, "34: mf.files[0].keys[1]: a card has at most 32 keys");
}

/* What a data object may grow to counts, not what it holds. */
static void test_image_secrets__size_of_objects(void **state) {
    (void)state;
    char message[300];
    for (int count = 64; count <= 65; count++) {
        big_begin();
        big_add(CARD "\"objects\":[");
        for (int i = 0; i < count; i++)
            big_add("%s\n{\"tag\":\"%04X\",\"value\":\"00\",\"max\":65535}", comma(i), (unsigned)i);
        big_add("]" END);
        if (count == 64) {
            struct sim_card *card = faults_load(big, big_size, message, sizeof message);
            assert_non_null(card);
            sim_card_destroy(card);
        }
    }
    faults_expect_one(big, big_size, "67: mf.objects[64]: the card is larger than 4194304 bytes");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image_secrets__faults),
        cmocka_unit_test(test_image_secrets__rules_of_pins),
        cmocka_unit_test(test_image_secrets__number_of_secrets),
        cmocka_unit_test(test_image_secrets__size_of_objects),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}

/* The quirks of a card image: for everything wrong the exact line, field and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "icc/image_faults.h"

#define BEGIN                                                                                                \
    "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"protocols\":[\"T=0\",\"T=1\"],"            \
    "\n\"quirks\":"
#define FINISH "\n,\"mf\":{}}"
#define QUIRK(fields) BEGIN "[{" fields "}]" FINISH

static void test_image_quirks__faults(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {BEGIN "{}" FINISH, "2: quirks: must be an array"},
        {BEGIN "[1]" FINISH, "2: quirks[0]: must be an object"},
        {QUIRK("\"two\":\"00\""), "2: quirks[0].two: unknown field"},
        {QUIRK("\"sw\":\"9000\",\n\"sw\":\"9000\""), "3: quirks[0].sw: is there twice"},
        {QUIRK("\"to\":1"), "2: quirks[0].to: must be text of hexadecimal digits"},
        {QUIRK("\"to\":\"0\""), "2: quirks[0].to: must be pairs of hexadecimal digits"},
        {QUIRK("\"to\":\"00A4\",\"mask\":\"FF\""), "2: quirks[0].mask: must have 2 to 2 bytes, has 1"},
        {QUIRK("\"mask\":\"FF\""), "2: quirks[0].mask: must have 0 to 0 bytes, has 1"},
        {QUIRK("\"sw\":\"90\""), "2: quirks[0].sw: must have 4 hexadecimal digits"},
        {QUIRK("\"sw\":36864"), "2: quirks[0].sw: must be text of hexadecimal digits"},
        {QUIRK("\"state\":65536"), "2: quirks[0].state: must be a whole number from 0 to 65535"},
        {QUIRK("\"state\":-1"), "2: quirks[0].state: must be a whole number from 0 to 65535"},
        {QUIRK("\"next\":\"1\""), "2: quirks[0].next: must be a whole number from 0 to 65535"},
        {QUIRK("\"delay\":0"), "2: quirks[0].delay: must be a whole number from 1 to 60000"},
        {QUIRK("\"delay\":60001"), "2: quirks[0].delay: must be a whole number from 1 to 60000"},
        {QUIRK("\"silent\":1"), "2: quirks[0].silent: must be true or false"},
        {QUIRK("\"keep\":1"), "2: quirks[0].keep: must be true or false"},
        {QUIRK("\"sw\":\"9000\",\"give\":1"), "2: quirks[0].give: must be text"},
        {QUIRK("\"sw\":\"9000\",\"data\":\"00\",\"give\":\"some\""),
         "2: quirks[0].give: must be \"asked\", \"all\", \"announced\" or \"exact\""},
        {QUIRK("\"sw\":\"9000\",\"give\":\"all\""), "2: quirks[0].give: needs \"data\" beside it"},
        {QUIRK("\"data\":\"00\""), "2: quirks[0].data: needs \"sw\" beside it"},
        {QUIRK("\"keep\":true"), "2: quirks[0].keep: needs \"sw\" beside it"},
        {QUIRK("\"give\":\"all\""), "2: quirks[0].give: needs \"sw\" beside it"},
        {QUIRK("\"sw\":\"9000\",\"keep\":true,\"data\":\"00\""),
         "2: quirks[0].keep: cannot stand beside \"data\""},
        {QUIRK("\"silent\":true,\"sw\":\"9000\""), "2: quirks[0].sw: cannot stand beside \"silent\""},
        {QUIRK("\"silent\":true,\"delay\":5"), "2: quirks[0].delay: cannot stand beside \"silent\""},
        {QUIRK("\"sw\":\"9000\",\"data\":\"\""), "2: quirks[0].data: must have 1 to 65536 bytes, has 0"},
        {QUIRK("\"sw\":\"9000\",\"data\":{\"size\":65537}"),
         "2: quirks[0].data.size: must be a whole number from 1 to 65536"},
        {QUIRK("\"sw\":\"9000\",\"give\":\"exact\",\"data\":{\"size\":257}"),
         "2: quirks[0].data: 6Cxx can tell 1 to 256 bytes, not 257"},
        {QUIRK("\"sw\":\"9000\"},\n{\"sw\":\"\""), "3: quirks[1].sw: must have 4 hexadecimal digits"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

static void test_image_quirks__limits(void **state) {
    (void)state;
    for (int count = 65536; count <= 65537; count++) {
        char message[300] = "";
        big_begin();
        big_add("%s[", BEGIN);
        for (int i = 0; i < count; i++)
            big_add("%s{}", i ? "," : "");
        big_add("]%s", FINISH);
        struct sim_card *card = faults_load(big, big_size, message, sizeof message);
        assert_int_equal(card != NULL, count == 65536);
        sim_card_destroy(card);
    }
    faults_expect_one(big, big_size, "2: quirks: a card has at most 65536 quirks");
    /* 64 of 65536 bytes are the 4 MiB that a card may hold; one file more is too much. */
    big_begin();
    big_add("%s[", BEGIN);
    for (int i = 0; i < 64; i++)
        big_add("%s{\"sw\":\"9000\",\"data\":{\"size\":65536}}", i ? "," : "");
    big_add("],\"mf\":{\"objects\":[{\"tag\":\"0101\",\"value\":\"00\"}]}}");
    faults_expect_one(big, big_size, "2: mf.objects[0].value: the card is larger than 4194304 bytes");
    /* A pattern of 64 bytes. */
    for (int size = 64; size <= 65; size++) {
        big_begin();
        big_add("%s[{\"to\":\"", BEGIN);
        for (int i = 0; i < size; i++)
            big_add("00");
        big_add("\"}]%s", FINISH);
        if (size == 65)
            faults_expect_one(big, big_size, "2: quirks[0].to: must have 0 to 64 bytes, has 65");
        else
            sim_card_destroy(faults_load(big, big_size, NULL, 0));
    }
}

/* None, and one that says nothing, are cards like any other. */
static void test_image_quirks__none(void **state) {
    (void)state;
    static const char *const texts[] = {BEGIN "[]" FINISH, BEGIN "[{}]" FINISH,
                                        QUIRK("\"to\":\"\",\"mask\":\"\",\"silent\":false")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
        char message[300] = "";
        uint8_t atr[SIM_ATR_MAX], answer[10];
        struct sim_card *card = faults_load(texts[i], strlen(texts[i]), message, sizeof message);
        if (!card)
            fail_msg("%s", message);
        assert_true(sim_card_power_up(card, atr) > 1);
        assert_false(sim_card_delays(card));
        assert_int_equal(sim_card_exchange(card, SIM_T1, challenge, 5, answer, sizeof answer), 10);
        assert_memory_equal(answer + 8, "\x90\x00", 2);
        sim_card_destroy(card);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image_quirks__faults),
        cmocka_unit_test(test_image_quirks__limits),
        cmocka_unit_test(test_image_quirks__none),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}

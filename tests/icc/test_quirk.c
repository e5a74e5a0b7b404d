/*
 * Quirks of a card image: each way to answer, and the cards of tests/data/cards, which are cards that people
 * met: what they answer, command by command.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backends/sim/clients.h"
#include "base/clock.h"
#include "icc/card_script.h"
#include "icc/image_faults.h"

#define BYTES_00_0F "000102030405060708090A0B0C0D0E0F"

/* A card with these quirks, written to a file of its own. */
static struct sim_card *card_of(const char *quirks) {
    char text[4000], message[300] = "";
    uint8_t atr[SIM_ATR_MAX];
    const int size = snprintf(text, sizeof text,
                              "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\","
                              "\"protocols\":[\"T=0\",\"T=1\"],\"quirks\":[%s],\"mf\":{}}",
                              quirks);
    struct sim_card *card = faults_load(text, (size_t)size, message, sizeof message);
    if (!card)
        fail_msg("%s", message);
    assert_true(sim_card_power_up(card, atr) > 1);
    return card;
}

/* The same quirks by both protocols: a step's command is a TPDU in the one case and an APDU in the other. */
static void run(const char *quirks, enum sim_protocol protocol, const struct step *steps, size_t count) {
    struct sim_card *card = card_of(quirks);
    script_run(card, protocol, steps, count);
    sim_card_destroy(card);
}

#define SIXTEEN "\"data\":{\"counter\":1,\"size\":16}"

static void test_quirk__give_as_asked(void **state) {
    (void)state;
    static const struct step t1[] = {
        {"00010000", "6110"},
        {"00C00000 00", BYTES_00_0F "9105"}, /* the status word comes with the last byte */
        {"00010000 04", "00010203 610C"},
        {"00C00000 02", "0405 610A"},
        {"00C00000 00", "060708090A0B0C0D0E0F 9105"},
        {"00010000 00", BYTES_00_0F "9105"},
        {"00010000 20", BYTES_00_0F "9105"},
        {"00010000 01 FF", "6110"},
        {"00010000 01 FF 00", BYTES_00_0F "9105"},
        {"00010000 0000FF", BYTES_00_0F "9105"},
        {"00020000 00", "6D00"},
    };
    static const struct step t0[] = {
        {"00010000 04", "00010203 610C"},
        {"00C00000 0C", "0405060708090A0B0C0D0E0F 9105"},
        {"00010000 10", BYTES_00_0F "9105"},
        {"00010000 00", "6C10"},
        {"00010000 11", "6C10"},
        {"00010000 01 FF", "6110"},
        {"00C00000 10", BYTES_00_0F "9105"},
    };
    static const char quirks[] = "{\"to\":\"0001\",\"sw\":\"9105\"," SIXTEEN "}";
    run(quirks, SIM_T1, STEPS(t1));
    run(quirks, SIM_T0, STEPS(t0));
}

static void test_quirk__give_all(void **state) {
    (void)state;
    static const struct step both[] = {
        {"00010000 04", BYTES_00_0F "9000"},
        {"00010000 00", BYTES_00_0F "9000"},
        {"00010000", BYTES_00_0F "9000"},
        {"00010000 01 FF", BYTES_00_0F "9000"},
        {"0001", BYTES_00_0F "9000"}, /* no APDU at all */
        {"00C00000 00", "6985"},
    };
    static const char quirks[] = "{\"to\":\"0001\",\"sw\":\"9000\",\"give\":\"all\"," SIXTEEN "}";
    run(quirks, SIM_T1, STEPS(both));
    run(quirks, SIM_T0, STEPS(both));
}

static void test_quirk__give_announced(void **state) {
    (void)state;
    static const struct step both[] = {
        {"00010000 00", "6110"},
        {"00C00000 0A", "00010203040506070809 6106"},
        {"00C00000 06", "0A0B0C0D0E0F 6283"},
        {"00010000 10", "6110"},
        {"00840000 08", "...9000"},
        {"00C00000 10", "6985"}, /* any other command drops it */
        {"00010000 01 FF", "6110"},
        {"00C00000 10", BYTES_00_0F "6283"},
        {"00010000 00", "6110"},
        {"reset", NULL},
        {"00C00000 10", "6985"},
    };
    static const char quirks[] = "{\"to\":\"0001\",\"sw\":\"6283\",\"give\":\"announced\"," SIXTEEN "}";
    run(quirks, SIM_T1, STEPS(both));
    run(quirks, SIM_T0, STEPS(both));
}

static void test_quirk__give_exact(void **state) {
    (void)state;
    static const struct step t1[] = {
        {"00010000 10", BYTES_00_0F "9000"},
        {"00010000 0F", "6C10"},
        {"00010000 11", "6C10"},
        {"00010000 00", "6C10"},
        {"00010000", "6C10"},
        {"00010000 01 FF 00", "6C10"},
        {"00010000 01 FF 10", BYTES_00_0F "9000"},
        {"00010000 000010", BYTES_00_0F "9000"},
        {"00020000 FF", "6C00"},
        {"00020000 00", "...9000"},
    };
    static const struct step t0[] = {
        {"00010000 10", BYTES_00_0F "9000"},
        {"00010000 0F", "6C10"},
        {"00010000 11", "6C10"},
        {"00010000 00", "6C10"},
        {"00010000 01 FF", "6110"},
        {"00C00000 10", BYTES_00_0F "9000"},
        {"00020000 FF", "6C00"},
        {"00020000 00", "...9000"},
    };
    static const char quirks[] =
        "{\"to\":\"0001\",\"sw\":\"9000\",\"give\":\"exact\"," SIXTEEN "},"
        "{\"to\":\"0002\",\"sw\":\"9000\",\"give\":\"exact\",\"data\":{\"size\":256}}";
    run(quirks, SIM_T1, STEPS(t1));
    run(quirks, SIM_T0, STEPS(t0));
}

/* The first one that fits; bits outside the mask do not count; a short command has no byte to compare. */
static void test_quirk__pattern(void **state) {
    (void)state;
    static const struct step steps[] = {
        {"00A40400 02 A000", "9001"},
        {"00A40400 02 A001", "9002"},
        {"00A40400 01 A0", "9002"},
        {"00A40000 02 A000", "9003"},
        {"0CA40000", "9003"},
        {"10A40000", "9004"},
        {"40", "9005"},
        {"", "9005"},
    };
    run("{\"to\":\"00A4040002A000\",\"sw\":\"9001\"},"
        "{\"to\":\"00A404\",\"sw\":\"9002\"},"
        "{\"to\":\"00A4\",\"mask\":\"F0FF\",\"sw\":\"9003\"},"
        "{\"to\":\"10\",\"mask\":\"10\",\"sw\":\"9004\"},"
        "{\"sw\":\"9005\"}",
        SIM_T1, STEPS(steps));
}

/* One without a status word leaves the answer to the card, but moves on. */
static void test_quirk__states(void **state) {
    (void)state;
    static const struct step steps[] = {
        {"00A40000 02 3F00", "9000"}, /* the card's own */
        {"00200001 00", "9100"},
        {"00200001 00", "9101"},
        {"00200001 00", "91FF"},
        {"00200001 00", "91FF"},
        {"reset", NULL},
        {"00200001 00", "6A88"}, /* the card's own: it has no PIN */
        {"00A40000 02 3F00", "9000"},
        {"power", NULL},
        {"00200001 00", "6A88"},
    };
    run("{\"to\":\"00A4\",\"state\":0,\"next\":1},"
        "{\"to\":\"0020\",\"state\":1,\"sw\":\"9100\",\"next\":2},"
        "{\"to\":\"0020\",\"state\":2,\"sw\":\"9101\",\"next\":65535},"
        "{\"to\":\"0020\",\"state\":65535,\"sw\":\"91FF\"}",
        SIM_T1, STEPS(steps));
}

/* What waits is dropped by every other command, unless the image says that it is kept. */
static void test_quirk__keeps(void **state) {
    (void)state;
    static const struct step steps[] = {
        {"00010000 00", "6110"},    {"80C00000 10", "6E00"}, {"00C00000 10", BYTES_00_0F "9000"},
        {"00010000 00", "6110"},    {"00030000", "6F00"},    {"00C00000 10", "6985"},
        {"10D60000 01 00", "9000"}, {"80C00000 10", "6E00"}, {"00D60000 01 00", "6986"},
    };
    run("{\"to\":\"0001\",\"sw\":\"9000\",\"give\":\"announced\"," SIXTEEN "},"
        "{\"to\":\"80C0\",\"sw\":\"6E00\",\"keep\":true},"
        "{\"to\":\"0003\",\"sw\":\"6F00\"}",
        SIM_T1, STEPS(steps));
}

/* The command in an ENVELOPE meets the same quirks; so does ENVELOPE itself. */
static void test_quirk__envelope(void **state) {
    (void)state;
    static const struct step steps[] = {
        {"00C20000 07 00010000000000", "6110"},
        {"00C00000 10", BYTES_00_0F "9000"},
        {"80C20000 05 0001000000", "6F00"},
    };
    run("{\"to\":\"0001\",\"sw\":\"9000\"," SIXTEEN "},"
        "{\"to\":\"80C2\",\"sw\":\"6F00\"}",
        SIM_T0, STEPS(steps));
}

static void test_quirk__small_room(void **state) {
    (void)state;
    struct sim_card *card = card_of("{\"sw\":\"9000\",\"give\":\"all\"," SIXTEEN "}");
    uint8_t answer[18];
    assert_int_equal(sim_card_exchange(card, SIM_T1, (const uint8_t *)"", 0, answer, 17), 0);
    assert_int_equal(sim_card_exchange(card, SIM_T1, (const uint8_t *)"", 0, answer, 1), 0);
    assert_int_equal(sim_card_exchange(card, SIM_T1, (const uint8_t *)"", 0, answer, 18), 18);
    sim_card_power_down(card);
    assert_int_equal(sim_card_exchange(card, SIM_T1, (const uint8_t *)"", 0, answer, 18), 0);
    sim_card_destroy(card);
}

/* The cards. */

static const struct step piv[] = {
    {"00CB3FFF 05 5C035FC102 08", "53820B1B00010203 6100"},
    {"00C00000 04", "04050607 6100"},
    {"00CB3FFF 000005 5C035FC102 000A", "53820B1B000102030405 6100"},
    {"00CB3FFF 05 5C035FC102 0000", "6100"}, /* no APDU: answered as one without Le */
    {"00A40000", "6D00"},
};
SCRIPT(test_quirk__piv, "cards/piv", SIM_T1, piv)

static const struct step secured[] = {
    {"0CCB3FFF 18 870901F0F0F0F0F0F0F0F09701008E081122334455667788 00", "6100"},
    {"00C00000 FF", "...FE 6124"},
    {"00C00000 24", "...202122 9000"},
    {"00840000 08", "9000"},
    {"0CC00000 00", "6988"},
    {"00840000 08", "6988"},
    {"00C00000 00", "6988"},
    {"reset", NULL},
    {"00840000 08", "9000"},
};
SCRIPT(test_quirk__secured, "cards/secured", SIM_T1, secured)

static const struct step class00[] = {
    {"80500000 08 1122334455667788", "611C"}, {"80C00000 1C", "6D00"}, {"00C00000 1C", "...191A1B 9000"},
    {"00A40400 07 A0000000010203", "6122"},   {"00C00000 22", "6985"},
};
SCRIPT(test_quirk__class00, "cards/class00", SIM_T0, class00)

static const struct step chain[] = {
    {"10DB3FFF 04 5C035FC1", "9000"}, {"00DB3FFF 02 0170", "9000"}, {"00DB3FFF 02 0170", "6700"},
    {"10DB3FFF 04 5C035FC1", "9000"}, {"10C00000 00", "6883"},      {"00DB3FFF 02 0170", "6700"},
    {"10DB3FFF 04 5C035FC1", "9000"}, {"00C00000 00", "6985"},      {"00DB3FFF 02 0170", "6700"},
    {"10DB3FFF 04 5C035FC1", "9000"}, {"00840000 08", "9000"},      {"00DB3FFF 02 0170", "6700"},
};
SCRIPT(test_quirk__chain, "cards/chain", SIM_T0, chain)

static const struct step uicc[] = {
    {"80F20000 00", "6C2B"},
    {"80F20000 2B",
     "6229 0000000000000000000000000000000000000000000000000000000000000000000000000000000000 9000"},
    {"80C20000 05 0102030405", "6F00"},
    {"00A40000 02 3F00", "6D00"},
};
SCRIPT(test_quirk__uicc, "cards/uicc", SIM_T0, uicc)

static const struct step slow[] = {
    {"00A40400 07 F0000000010203", "6110"},
    {"00C00000 10", "6F0E840CF00000000102030405060708 9000"},
    {"00A40400 07 F0000000010203", "6110"},
    {"00840000 08", "0000000000000000 9000"},
    {"00C00000 10", "6985"},
};
SCRIPT(test_quirk__slow, "cards/slow", SIM_T0, slow)

static const struct step frames[] = {
    {"90AF0000 00", "911C"},
    {"90600000 00", "04010101001A05 91AF"},
    {"90AF0000 00", "04010101041A05 91AF"},
    {"90AF0000 00", "000102030405060708090A0B0C0D 9100"},
    {"90AF0000 00", "911C"},
    {"90600000 00", "...91AF"},
    {"905A0000 03 010203 00", "91A0"},
    {"90AF0000 00", "911C"},
    {"900A0000 01 00 00", "91AE"},
};
SCRIPT(test_quirk__frames, "cards/frames", SIM_T1, frames)

static const struct step endless[] = {
    {"00A40000 00", "AABB 6110"}, {"00C00000 10", "AABB 6110"}, {"00C00000 10", "AABB 6110"}};
SCRIPT(test_quirk__endless_t0, "cards/endless", SIM_T0, endless)
SCRIPT(test_quirk__endless_t1, "cards/endless", SIM_T1, endless)

static const struct step refused[] = {
    {"00CA0101 00", "6110"}, {"00C00000 10", "6985"},
    {"00CA0102 00", "6110"}, {"00C00000 10", "6D00"},
    {"00CA0103 00", "6110"}, {"00C00000 10", "6E00"},
    {"00CA0104 00", "6110"}, {"00C00000 10", "0001020304050607 6108"},
    {"00C00000 08", "6985"}, {"00CA0105 00", "6110"},
    {"00C00000 10", "6C08"}, {"00C00000 08", "0001020304050607 9000"},
    {"00CA0100 00", "9000"}, {"00C00000 10", "9000"},
};
SCRIPT(test_quirk__refused, "cards/refused", SIM_T0, refused)

/* 291 bytes to a command with Le 00. */
static void test_quirk__long(void **state) {
    (void)state;
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 0x00};
    struct sim_card *card = script_card("cards/long");
    const uint8_t *answer;
    assert_int_equal(script_exchange(card, SIM_T1, read, sizeof read, &answer), 293);
    for (size_t i = 0; i < 291; ++i)
        assert_int_equal(answer[i], i & 0xFF);
    assert_memory_equal(answer + 291, "\x90\x00", 2);
    sim_card_destroy(card);
}

/* Time: told by the card, spent by the reader. */

static void test_quirk__delay(void **state) {
    (void)state;
    struct sim_card *card = script_card("cards/silent");
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x00}, read[] = {0x00, 0xB0, 0x00, 0x00, 0x00},
                         challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    const uint8_t *answer;
    assert_true(sim_card_delays(card));
    assert_int_equal(sim_card_delay(card, select, sizeof select), 300);
    assert_int_equal(sim_card_delay(card, read, sizeof read), SIM_CARD_NEVER);
    assert_int_equal(sim_card_delay(card, challenge, sizeof challenge), 0);
    assert_int_equal(script_exchange(card, SIM_T1, read, sizeof read, &answer), 0);
    assert_int_equal(script_exchange(card, SIM_T1, challenge, sizeof challenge, &answer), 10);
    sim_card_destroy(card);
    card = script_card("cards/piv");
    assert_false(sim_card_delays(card));
    sim_card_destroy(card);
}

static rm_status ask(struct rm_card *card, uint8_t ins, size_t *size) {
    const uint8_t command[] = {0x00, ins, 0x00, 0x00, 0x00};
    uint8_t answer[300];
    *size = sizeof answer;
    return rm_transmit(card, 0, command, sizeof command, answer, size, RM_WITHIN(SOON));
}

static void test_quirk__slow_card_in_a_reader(void **state) {
    struct clients *clients = *state;
    size_t size = 0;
    assert_int_equal(sim_insert(clients->service, READER, TEST_DATA "/cards/silent.json", NULL, 0), RM_OK);
    struct rm_card *card = clients_connect(clients->a);
    uint64_t start = clock_ms();
    assert_int_equal(ask(card, 0xA4, &size), RM_OK);
    assert_int_in_range(clock_ms() - start, 300, SOON);
    start = clock_ms();
    assert_int_equal(ask(card, 0x84, &size), RM_OK);
    assert_int_in_range(clock_ms() - start, 0, 299);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
}

static void *pull_soon(void *argument) {
    usleep(50000);
    assert_int_equal(sim_remove(argument, READER), RM_OK);
    return NULL;
}

/* A card that never answers: the wait ends when it is pulled; the next card is none the slower. */
static void test_quirk__silent_card_in_a_reader(void **state) {
    struct clients *clients = *state;
    pthread_t hand;
    size_t size = 0;
    assert_int_equal(sim_insert(clients->service, READER, TEST_DATA "/cards/silent.json", NULL, 0), RM_OK);
    struct rm_card *card = clients_connect(clients->a);
    assert_int_equal(pthread_create(&hand, NULL, pull_soon, clients->service), 0);
    assert_int_equal(ask(card, 0xB0, &size), RM_W_REMOVED_CARD);
    assert_int_equal(size, 0);
    assert_int_equal(pthread_join(hand, NULL), 0);
    assert_int_equal(sim_insert(clients->service, READER, "demo", NULL, 0), RM_OK);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_OK);
    assert_int_equal(ask(card, 0xB0, &size), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quirk__give_as_asked),
        cmocka_unit_test(test_quirk__give_all),
        cmocka_unit_test(test_quirk__give_announced),
        cmocka_unit_test(test_quirk__give_exact),
        cmocka_unit_test(test_quirk__pattern),
        cmocka_unit_test(test_quirk__states),
        cmocka_unit_test(test_quirk__keeps),
        cmocka_unit_test(test_quirk__envelope),
        cmocka_unit_test(test_quirk__small_room),
        cmocka_unit_test(test_quirk__piv),
        cmocka_unit_test(test_quirk__secured),
        cmocka_unit_test(test_quirk__class00),
        cmocka_unit_test(test_quirk__chain),
        cmocka_unit_test(test_quirk__uicc),
        cmocka_unit_test(test_quirk__slow),
        cmocka_unit_test(test_quirk__frames),
        cmocka_unit_test(test_quirk__endless_t0),
        cmocka_unit_test(test_quirk__endless_t1),
        cmocka_unit_test(test_quirk__refused),
        cmocka_unit_test(test_quirk__long),
        cmocka_unit_test(test_quirk__delay),
        CLIENTS_CASE(test_quirk__slow_card_in_a_reader),
        CLIENTS_CASE(test_quirk__silent_card_in_a_reader),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}

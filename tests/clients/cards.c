/*
 * Cards of other classes than 00. Scenarios A7 (a SIM in class A0) and A8 (cards in classes 90 and 80, and
 * the demo card in both) of the specification (scenarios.h).
 */
#include <string.h>

#include "clients/scenarios.h"

/* A program's objects: a card, what builds commands in its class, and one command used again and again. */
struct play {
    ISCard *card;
    ISCardISO7816 *builder;
    ISCardCmd *cmd;
};

static struct play begin(enum stage_card card, SCARD_PROTOCOLS protocol, BYTE class_id) {
    struct play play = {NULL, NULL, NULL};
    SCARD_PROTOCOLS active = (SCARD_PROTOCOLS)0;
    play.card = kit_attached(stage_take(card), protocol);
    expect_hr(ISCard_get_Protocol(play.card, &active), S_OK);
    assert_int_equal(active, protocol);
    play.builder = kit_builder();
    expect_hr(ISCardISO7816_SetDefaultClassId(play.builder, class_id), S_OK);
    return play;
}

static void end(struct play *play) {
    assert_int_equal(ISCardCmd_Release(play->cmd), 0);
    assert_int_equal(ISCardISO7816_Release(play->builder), 0);
    kit_let_go(play->card);
}

static void verify(struct play *play, BYTE reference, const char *value, const char *sw) {
    IByteBuffer *code = kit_buffer(value);
    expect_hr(ISCardISO7816_Verify(play->builder, reference, code, &play->cmd), S_OK);
    assert_int_equal(IByteBuffer_Release(code), 0);
    expect_reply(play->card, play->cmd, sw);
}

/* A7: a SIM */

/*
 * SELECT by file identifier, then GET RESPONSE of as many bytes as 9Fxx says; the answer must begin with
 * `start`.
 */
static void sim_select(struct play *sim, const char *id, const char *sw, const char *start) {
    IByteBuffer *name = kit_buffer(id);
    BYTE waiting = 0;
    expect_hr(ISCardISO7816_SelectFile(sim->builder, 0, 0, name, 0, &sim->cmd), S_OK);
    assert_int_equal(IByteBuffer_Release(name), 0);
    expect_reply(sim->card, sim->cmd, sw); /* not fetched behind the caller's back */
    expect_hr(ISCardCmd_get_ReplyStatusSW2(sim->cmd, &waiting), S_OK);
    expect_hr(ISCardISO7816_GetResponse(sim->builder, 0, 0, waiting, &sim->cmd), S_OK);
    expect_hr(ISCard_Transaction(sim->card, &sim->cmd), S_OK);
    const char *reply = kit_reply(sim->cmd);
    assert_int_equal(strlen(reply), (waiting + 2u) * 3 - 1);
    assert_int_equal(strncmp(reply, start, strlen(start)), 0);
    assert_string_equal(reply + waiting * 3u, "90 00");
}

static void test_cards__A7_commands_in_class_A0(void **state) {
    (void)state;
    struct play sim = begin(STAGE_GSM, T0, 0xA0);
    IByteBuffer *id = kit_buffer("6F 3A");
    IByteBuffer *chv = kit_buffer("30 30 30 30 FF FF FF FF");
    expect_hr(ISCardISO7816_SelectFile(sim.builder, 0, 0, id, 0, &sim.cmd), S_OK);
    assert_string_equal(kit_apdu(sim.cmd), "A0 A4 00 00 02 6F 3A");
    expect_hr(ISCardISO7816_GetResponse(sim.builder, 0, 0, 15, &sim.cmd), S_OK);
    assert_string_equal(kit_apdu(sim.cmd), "A0 C0 00 00 0F");
    expect_hr(ISCardISO7816_Verify(sim.builder, 1, chv, &sim.cmd), S_OK);
    assert_string_equal(kit_apdu(sim.cmd), "A0 20 00 01 08 30 30 30 30 FF FF FF FF");
    expect_hr(ISCardISO7816_ReadRecord(sim.builder, 10, 4, 32, &sim.cmd), S_OK);
    assert_string_equal(kit_apdu(sim.cmd), "A0 B2 0A 04 20");
    assert_int_equal(IByteBuffer_Release(chv), 0);
    assert_int_equal(IByteBuffer_Release(id), 0);
    end(&sim);
}

static void test_cards__A7_select_answers_9Fxx(void **state) {
    (void)state;
    struct play sim = begin(STAGE_GSM, T0, 0xA0);
    sim_select(&sim, "3F 00", "9F 17", "00 00 00 00 3F 00 01");
    sim_select(&sim, "7F 10", "9F 17", "00 00 00 00 7F 10 02");
    sim_select(&sim, "6F 3A", "9F 0F", "00 00 01 40 6F 3A 04"); /* ten records of 32 bytes */
    IByteBuffer *missing = kit_buffer("6F FF");
    expect_hr(ISCardISO7816_SelectFile(sim.builder, 0, 0, missing, 0, &sim.cmd), S_OK);
    assert_int_equal(IByteBuffer_Release(missing), 0);
    expect_reply(sim.card, sim.cmd, "94 04");
    end(&sim);
}

/* The whole way of a phone-book reader: MF, TELECOM, ADN, CHV1, then the records by number. */
static void test_cards__A7_phone_book(void **state) {
    (void)state;
    static const char *const entries[] = {"41 6C 69 63 65 FF FF FF FF FF FF FF FF FF FF FF FF FF 06 91 94 71 "
                                          "32 54 76 FF FF FF FF FF FF FF 90 00",
                                          "42 6F 62 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 06 91 94 71 "
                                          "56 34 12 FF FF FF FF FF FF FF 90 00",
                                          "43 61 72 6F 6C FF FF FF FF FF FF FF FF FF FF FF FF FF 04 81 21 43 "
                                          "F5 FF FF FF FF FF FF FF FF FF 90 00",
                                          "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF "
                                          "FF FF FF FF FF FF FF FF FF FF 90 00"};
    struct play sim = begin(STAGE_GSM, T0, 0xA0);
    sim_select(&sim, "3F 00", "9F 17", "00 00");
    sim_select(&sim, "7F 10", "9F 17", "00 00");
    sim_select(&sim, "6F 3A", "9F 0F", "00 00 01 40");
    expect_hr(ISCardISO7816_ReadRecord(sim.builder, 1, 4, 32, &sim.cmd), S_OK);
    expect_reply(sim.card, sim.cmd, "98 04"); /* the PIN comes first */
    verify(&sim, 1, "30 30 30 30 FF FF FF FF", "90 00");
    for (BYTE number = 1; number <= 10; ++number) {
        expect_hr(ISCardISO7816_ReadRecord(sim.builder, number, 4, 32, &sim.cmd), S_OK);
        expect_reply(sim.card, sim.cmd, entries[number <= 3 ? number - 1 : 3]);
    }
    expect_hr(ISCardISO7816_ReadRecord(sim.builder, 11, 4, 32, &sim.cmd), S_OK);
    expect_reply(sim.card, sim.cmd, "94 02");
    end(&sim);
}

/* The wrong length: the card says the right one in 67xx, which stays the caller's as well. */
static void test_cards__A7_lengths(void **state) {
    (void)state;
    struct play sim = begin(STAGE_GSM, T0, 0xA0);
    sim_select(&sim, "3F 00", "9F 17", "00 00");
    sim_select(&sim, "7F 10", "9F 17", "00 00");
    sim_select(&sim, "6F 3A", "9F 0F", "00 00");
    verify(&sim, 1, "30 30 30 30 FF FF FF FF", "90 00");
    expect_hr(ISCardISO7816_ReadRecord(sim.builder, 1, 4, 20, &sim.cmd), S_OK);
    expect_reply(sim.card, sim.cmd, "67 20");
    end(&sim);
}

/* On a card of its own: at the end CHV1 is blocked. */
static void test_cards__A7_chv1(void **state) {
    (void)state;
    struct play sim = begin(STAGE_GSM_TO_BLOCK, T0, 0xA0);
    sim_select(&sim, "3F 00", "9F 17", "00 00");
    verify(&sim, 1, "31 32 33 34 FF FF FF FF", "98 04");
    verify(&sim, 1, "30 30 30 30 FF FF FF FF", "90 00");
    verify(&sim, 1, "31 32 33 34 FF FF FF FF", "98 04");
    verify(&sim, 1, "31 32 33 34 FF FF FF FF", "98 04");
    verify(&sim, 1, "31 32 33 34 FF FF FF FF", "98 40"); /* three in a row: blocked */
    verify(&sim, 1, "30 30 30 30 FF FF FF FF", "98 40");
    end(&sim);
}

/* A8: proprietary classes, and records one after the other */

/* BuildCmd, Transaction: what such programs have a function for. data NULL: none. */
static void exchange(struct play *play, BYTE cla, BYTE ins, BYTE p1, BYTE p2, const char *data, LONG le,
                     const char *reply) {
    IByteBuffer *buffer = data ? kit_buffer(data) : NULL;
    if (!play->cmd)
        play->cmd = kit_cmd();
    expect_hr(ISCardCmd_BuildCmd(play->cmd, cla, ins, p1, p2, buffer, &le), S_OK);
    if (buffer)
        assert_int_equal(IByteBuffer_Release(buffer), 0);
    expect_reply(play->card, play->cmd, reply);
}

static void test_cards__A8_demo_classes_90_and_80(void **state) {
    (void)state;
    ISCard *card = kit_attached(stage_take(STAGE_DEMO), T1);
    ISCardCmd *cmd = kit_cmd();
    IByteBuffer *id = kit_buffer("00 02");
    LONG none = 0;
    static const BYTE classes[] = {0x90, 0x80};
    for (size_t i = 0; i < 2; ++i) {
        LONG le = 5;
        expect_hr(ISCardCmd_BuildCmd(cmd, classes[i], 0xA4, 0x00, 0x0C, id, &none), S_OK);
        expect_reply(card, cmd, "90 00");
        expect_hr(ISCardCmd_BuildCmd(cmd, classes[i], 0xB0, 0x00, 0x00, NULL, &le), S_OK);
        expect_reply(card, cmd, "48 65 6C 6C 6F 90 00");
        le = 8;
        expect_hr(ISCardCmd_BuildCmd(cmd, classes[i], 0x84, 0x00, 0x00, NULL, &le), S_OK);
        expect_hr(ISCard_Transaction(card, &cmd), S_OK);
        assert_string_equal(kit_reply(cmd) + 8 * 3, "90 00");
        expect_hr(ISCardCmd_BuildCmd(cmd, classes[i], 0x60, 0x00, 0x00, NULL, NULL), S_OK);
        expect_reply(card, cmd, "6D 00"); /* whatever a card answers comes back */
    }
    expect_hr(ISCardCmd_BuildCmd(cmd, 0xB0, 0x60, 0x00, 0x00, NULL, NULL), S_OK);
    expect_reply(card, cmd, "6E 00");
    assert_int_equal(IByteBuffer_Release(id), 0);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    kit_let_go(card);
}

/* READ RECORD with P2 02 (next) to the end and 03 (previous) back, in class 80. */
static void test_cards__A8_demo_records_next_and_previous(void **state) {
    (void)state;
    static const char *const records[] = {"01 52 65 63 6F 72 64 20 6F 6E 65 00 00 00 00 00 90 00",
                                          "02 52 65 63 6F 72 64 20 74 77 6F 00 00 00 00 00 90 00",
                                          "03 52 65 63 6F 72 64 20 74 68 72 65 65 00 00 00 90 00",
                                          "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 90 00"};
    ISCard *card = kit_attached(stage_take(STAGE_DEMO), T1);
    ISCardISO7816 *builder = kit_builder();
    ISCardCmd *cmd = NULL;
    IByteBuffer *id = kit_buffer("00 03");
    expect_hr(ISCardISO7816_SetDefaultClassId(builder, 0x80), S_OK);
    expect_hr(ISCardISO7816_SelectFile(builder, 0x00, 0x0C, id, 0, &cmd), S_OK);
    expect_reply(card, cmd, "90 00");
    expect_hr(ISCardISO7816_ReadRecord(builder, 0, 0x02, 16, &cmd), S_OK);
    for (int i = 0; i < 6; ++i)
        expect_reply(card, cmd, records[i < 3 ? i : 3]);
    expect_reply(card, cmd, "6A 83"); /* behind the last */
    expect_hr(ISCardISO7816_ReadRecord(builder, 0, 0x03, 0, &cmd), S_OK);
    for (int i = 4; i >= 0; --i)
        expect_reply(card, cmd, records[i < 3 ? i : 3]);
    expect_reply(card, cmd, "6A 83"); /* before the first */
    assert_int_equal(IByteBuffer_Release(id), 0);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_int_equal(ISCardISO7816_Release(builder), 0);
    kit_let_go(card);
}

/*
 * As programs for DESFire do it: everything in class 90, native commands wrapped, their answers the caller's.
 */
static void test_cards__A8_class_90(void **state) {
    (void)state;
    struct play play = begin(STAGE_CLASS_90, T1, 0x90);
    exchange(&play, 0x90, 0x60, 0, 0, NULL, 256, "6D 00"); /* GetVersion: this card has no native commands */
    exchange(&play, 0x90, 0x5A, 0, 0, "F4 85 01", 256, "6D 00");
    exchange(
        &play, 0x90, 0xA4, 0x04, 0x00, "F0 54 52 41 4E 53 01", 256,
        "6F 21 82 01 38 83 02 DF 01 84 07 F0 54 52 41 4E 53 01 8A 01 05 8C 04 07 FF FF FF 50 06 54 69 63 6B 65 74 "
        "90 00");
    exchange(&play, 0x90, 0xB0, 0x81, 0x00, NULL, 8, "00 00 07 D0 00 00 00 00 90 00");
    exchange(&play, 0x90, 0xD6, 0x81, 0x00, "00 00 00 64", 0, "69 82");
    verify(&play, 1, "34 37 31 31", "90 00");
    exchange(&play, 0x90, 0xD6, 0x81, 0x00, "00 00 00 64", 0, "90 00");
    exchange(&play, 0x90, 0xB0, 0x81, 0x00, NULL, 8, "00 00 00 64 00 00 00 00 90 00");
    exchange(&play, 0x00, 0xA4, 0x00, 0x0C, "3F 00", 0, "6E 00"); /* the class is the card's business */
    end(&play);
}

/* READ RECORD with P2 02 (next) to the end and 03 (previous) back, in a cyclic file. */
static void test_cards__A8_class_90_next_and_previous(void **state) {
    (void)state;
    static const char *const records[] = {"03 00 00 33 90 00", "02 00 00 22 90 00", "01 00 00 11 90 00"};
    struct play play = begin(STAGE_CLASS_90, T1, 0x90);
    exchange(&play, 0x90, 0xA4, 0x04, 0x0C, "F0 54 52 41 4E 53 01", 0, "90 00");
    exchange(&play, 0x90, 0xA4, 0x02, 0x0C, "E1 02", 0, "90 00");
    expect_hr(ISCardISO7816_ReadRecord(play.builder, 0, 0x02, 4, &play.cmd), S_OK);
    assert_string_equal(kit_apdu(play.cmd), "90 B2 00 02 04");
    for (int i = 0; i < 3; ++i)
        expect_reply(play.card, play.cmd, records[i]);
    expect_reply(play.card, play.cmd, "6A 83"); /* behind the last */
    expect_hr(ISCardISO7816_ReadRecord(play.builder, 0, 0x03, 0, &play.cmd), S_OK);
    assert_string_equal(kit_apdu(play.cmd), "90 B2 00 03 00");
    for (int i = 1; i >= 0; --i)
        expect_reply(play.card, play.cmd, records[i]);
    expect_reply(play.card, play.cmd, "6A 83"); /* before the first */
    end(&play);
}

/*
 * As programs for ACOS do it: class 80 over T=0. The card refuses class 00, so that GET RESPONSE, too, has to
 * go in the class of the command.
 */
static void test_cards__A8_class_80(void **state) {
    (void)state;
    struct play play = begin(STAGE_CLASS_80, T0, 0x80);
    exchange(&play, 0x80, 0xA4, 0x00, 0x00, "FF 04", 256,
             "6F 1B 80 02 00 18 82 05 02 41 00 06 04 83 02 FF 04 88 01 20 8A 01 05 8C 04 07 FF 10 00 90 00");
    exchange(&play, 0x80, 0xDC, 0x02, 0x04, "F0 01 00 00 00 09", 0, "69 82");
    verify(&play, 6, "41 43 4F 53 54 45 53 55", "63 C2");
    verify(&play, 6, "41 43 4F 53 54 45 53 54", "90 00"); /* ACOSTEST */
    exchange(&play, 0x80, 0xDC, 0x02, 0x04, "F0 01 00 00 00 09", 0, "90 00");
    exchange(&play, 0x80, 0xB2, 0x02, 0x04, NULL, 6, "F0 01 00 00 00 09 90 00");
    exchange(&play, 0x80, 0xDC, 0x02, 0x04, "F0 01 00 00 00 02", 0, "90 00");
    /* AES of FIPS 197, appendix C.1. */
    exchange(&play, 0x80, 0x88, 0x00, 0x01, "00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF", 16,
             "69 C4 E0 D8 6A 7B 04 30 D8 CD B7 80 70 B4 C5 5A 90 00");
    exchange(&play, 0x00, 0xA4, 0x00, 0x0C, "FF 04", 0, "6E 00");
    end(&play);
}

static void test_cards__A8_class_80_next_and_previous(void **state) {
    (void)state;
    static const char *const records[] = {"F0 00 00 00 00 01 90 00", "F0 01 00 00 00 02 90 00",
                                          "F0 02 00 00 00 03 90 00"};
    struct play play = begin(STAGE_CLASS_80, T0, 0x80);
    exchange(&play, 0x80, 0xA4, 0x00, 0x0C, "FF 04", 0, "90 00");
    expect_hr(ISCardISO7816_ReadRecord(play.builder, 0, 0x02, 6, &play.cmd), S_OK);
    for (int i = 0; i < 3; ++i)
        expect_reply(play.card, play.cmd, records[i]);
    expect_reply(play.card, play.cmd, "6A 83"); /* behind the last */
    expect_hr(ISCardISO7816_ReadRecord(play.builder, 0, 0x03, 0, &play.cmd), S_OK);
    for (int i = 1; i >= 0; --i)
        expect_reply(play.card, play.cmd, records[i]); /* 6C06 and the second try are the library's */
    expect_reply(play.card, play.cmd, "6A 83");        /* before the first */
    end(&play);
}

const struct CMUnitTest scenarios[] = {
    SCENARIO(test_cards__A7_commands_in_class_A0),
    SCENARIO(test_cards__A7_select_answers_9Fxx),
    SCENARIO(test_cards__A7_phone_book),
    SCENARIO(test_cards__A7_lengths),
    SCENARIO(test_cards__A7_chv1),
    SCENARIO(test_cards__A8_demo_classes_90_and_80),
    SCENARIO(test_cards__A8_demo_records_next_and_previous),
    SCENARIO(test_cards__A8_class_90),
    SCENARIO(test_cards__A8_class_90_next_and_previous),
    SCENARIO(test_cards__A8_class_80),
    SCENARIO(test_cards__A8_class_80_next_and_previous),
};
const size_t scenarios_count = sizeof scenarios / sizeof scenarios[0];

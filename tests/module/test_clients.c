/*
 * How real programs call the library: the acceptance scenarios of the specification (A1 to A8, A10, A11), each as such
 * a program would write it. First argument: "sim" or "pcscd" (stage.h). The C++ part of A10 has a file of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "stage.h"

#define RAW_OF_WINSCARD 0x10000

static ISCard *attached(SCARD_PROTOCOLS protocol) {
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, protocol), S_OK);
    return card;
}

static SCARD_PROTOCOLS protocol_of(ISCard *card) {
    SCARD_PROTOCOLS protocol = (SCARD_PROTOCOLS)0;
    expect_hr(ISCard_get_Protocol(card, &protocol), S_OK);
    return protocol;
}

/* A1: Win32's numbers cast into the enumerations */

static void test_clients__A1_win32_numbers(void **state) {
    (void)state;
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), (SCARD_SHARE_MODES)2, (SCARD_PROTOCOLS)3),
              S_OK);
    assert_true(protocol_of(card) == T0 || protocol_of(card) == T1);
    expect_works(card);
    expect_hr(ISCard_Detach(card, RESET), S_OK); /* a protocol in use stays until the next reset */
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), (SCARD_SHARE_MODES)1, (SCARD_PROTOCOLS)2),
              S_OK);
    assert_int_equal(protocol_of(card), T1);
    expect_works(card);
    /* Exclusive it is: the number was not misread. */
    ISCard *other = kit_card();
    expect_hr(ISCard_AttachByReader(other, stage_reader_wide(), (SCARD_SHARE_MODES)2, (SCARD_PROTOCOLS)3),
              SCARD_E_SHARING_VIOLATION);
    ISCard_Release(other);
    ISCard_Release(card);
}

static void test_clients__A1_raw_and_direct(void **state) {
    (void)state;
    ISCard *card = kit_card();
    static const int raws[] = {RAW, RAW_OF_WINSCARD};
    for (size_t i = 0; i < 2; ++i) {
        expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, (SCARD_PROTOCOLS)raws[i]), S_OK);
        assert_int_equal(protocol_of(card), RAW);
        expect_works(card);
    }
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), (SCARD_SHARE_MODES)3, (SCARD_PROTOCOLS)3),
              E_INVALIDARG);
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, (SCARD_PROTOCOLS)0x10003),
              E_INVALIDARG);
    expect_works(card);
    ISCard_Release(card);
}

/* The reader's name in a BSTR, and in plain wide characters as C++ programs pass it. */
static void test_clients__A1_bstr_or_not(void **state) {
    (void)state;
    ISCard *card = kit_card();
    BSTR name = SysAllocString(stage_reader_wide());
    expect_hr(ISCard_AttachByReader(card, name, (SCARD_SHARE_MODES)2, (SCARD_PROTOCOLS)3), S_OK);
    SysFreeString(name);
    expect_works(card);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK); /* the name was copied */
    expect_works(card);
    expect_hr(ISCard_Detach(card, RESET), S_OK); /* whoever comes next may want another protocol */
    ISCard_Release(card);
}

/* A2: a buffer without Initialize */

static void test_clients__A2_setsize_then_write(void **state) {
    (void)state;
    static const LONG sizes[] = {0, 1, 5, 255, 70000};
    for (size_t i = 0; i < 5; ++i) {
        IByteBuffer *buffer = NULL;
        const LONG size = sizes[i];
        LONG done = -1;
        LONG at = -1;
        STATSTRUCT stat;
        BYTE *bytes = malloc((size_t)size + 1);
        BYTE *back = calloc((size_t)size + 1, 1);
        assert_true(bytes && back);
        memset(bytes, 0xA5, (size_t)size + 1);
        expect_hr(CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&buffer),
                  S_OK);
        expect_hr(IByteBuffer_SetSize(buffer, size), S_OK);
        expect_hr(IByteBuffer_Write(buffer, bytes, size, &done), S_OK);
        assert_int_equal(done, size);
        expect_hr(IByteBuffer_Stat(buffer, &stat, 1), S_OK);
        assert_int_equal(stat.cbSize, size);
        expect_hr(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_CUR, &at), S_OK);
        assert_int_equal(at, size);
        expect_hr(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, NULL), S_OK);
        expect_hr(IByteBuffer_Read(buffer, back, size + 1, &done), S_OK);
        assert_int_equal(done, size);
        assert_memory_equal(back, bytes, (size_t)size);
        assert_int_equal(IByteBuffer_Release(buffer), 0);
        free(bytes);
        free(back);
    }
}

/* A3: BuildCmd right after the write, the pointer at the end */

static void test_clients__A3_build_from_parts(void **state) {
    (void)state;
    static const struct {
        const char *data;
        LONG le;
        const char *apdu;
        ISO_APDU_TYPE type;
    } cases[] = {
        {"", 0, "00 A4 01 02", ISO_CASE_1},
        {"", 5, "00 A4 01 02 05", ISO_CASE_2},
        {"", 256, "00 A4 01 02 00", ISO_CASE_2},
        {"3F 00", 0, "00 A4 01 02 02 3F 00", ISO_CASE_3},
        {"3F 00", 7, "00 A4 01 02 02 3F 00 07", ISO_CASE_4},
        {"3F 00", 256, "00 A4 01 02 02 3F 00 00", ISO_CASE_4},
        {"3F 00", 257, "00 A4 01 02 00 00 02 3F 00 01 01", ISO_CASE_4},
    };
    ISCardCmd *cmd = kit_cmd();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        IByteBuffer *data = kit_buffer(cases[i].data);
        IByteBuffer *apdu = NULL;
        LONG le = cases[i].le;
        ISO_APDU_TYPE type = (ISO_APDU_TYPE)0;
        expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xA4, 0x01, 0x02, data, &le), S_OK);
        assert_int_equal(IByteBuffer_Release(data), 0); /* nobody keeps it */
        expect_hr(ISCardCmd_get_Apdu(cmd, &apdu), S_OK);
        expect_text(kit_hex(apdu), cases[i].apdu);
        IByteBuffer_Release(apdu);
        expect_hr(ISCardCmd_get_Type(cmd, &type), S_OK);
        assert_int_equal(type, cases[i].type);
    }
    ISCardCmd_Release(cmd);
}

/* A4: the same command object in and out, again at once */

static void test_clients__A4_same_object(void **state) {
    (void)state;
    ISCard *card = attached(T1);
    ISCardCmd *cmd = kit_cmd();
    IByteBuffer *id = kit_buffer("00 02");
    LONG none = 0;
    LONG five = 5;
    for (int i = 0; i < 3; ++i) {
        expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xA4, 0x00, 0x0C, id, &none), S_OK);
        expect_reply(card, cmd, "90 00");
        expect_reply(card, cmd, "90 00"); /* not built anew */
        expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x00, 0x00, NULL, &five), S_OK);
        expect_reply(card, cmd, "48 65 6C 6C 6F 90 00");
    }
    assert_int_equal(IByteBuffer_Release(id), 0);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    ISCard_Release(card);
}

/* A5: the reply */

static void test_clients__A5_reply(void **state) {
    (void)state;
    ISCard *card = attached(T1);
    ISCardCmd *cmd = kit_cmd();
    IByteBuffer *reply = NULL;
    LONG le = 5;
    LONG length = 0;
    BYTE bytes[7] = {0};
    WORD sw = 0;
    BYTE sw1 = 0;
    BYTE sw2 = 1;
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x83, 0x00, NULL, &le), S_OK);
    expect_hr(ISCard_Transaction(card, &cmd), S_OK);
    expect_hr(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_int_equal(length, 5 + 2);
    expect_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    expect_hr(IByteBuffer_Read(reply, bytes, length, &length), S_OK); /* no Seek */
    assert_int_equal(length, 7);
    assert_memory_equal(bytes, "Hello\x90\x00", 7);
    expect_hr(ISCardCmd_get_ReplyStatus(cmd, &sw), S_OK);
    expect_hr(ISCardCmd_get_ReplyStatusSW1(cmd, &sw1), S_OK);
    expect_hr(ISCardCmd_get_ReplyStatusSW2(cmd, &sw2), S_OK);
    assert_int_equal(sw, 0x9000);
    assert_int_equal(sw1, 0x90);
    assert_int_equal(sw2, 0x00);
    assert_int_equal(IByteBuffer_Release(reply), 0);
    ISCardCmd_Release(cmd);
    ISCard_Release(card);
}

/* A6: Detach(UNPOWER), and the object goes on with another attachment */

static void test_clients__A6_detach_and_use_again(void **state) {
    (void)state;
    ISCard *card = kit_card();
    for (int i = 0; i < 3; ++i) {
        expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, T1), S_OK);
        expect_apdu(card, "00 B0 00 00 05", "69 86"); /* powered anew: nothing is selected */
        expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
        expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
        expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
        expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_E_INVALID_HANDLE);
    }
    ISCard_Release(card);
}

/* A7: a SIM */

struct sim {
    ISCard *card;
    ISCardISO7816 *builder;
    ISCardCmd *cmd;
};

static struct sim sim_open(void) {
    struct sim sim = {NULL, NULL, NULL};
    assert_true(stage_insert("gsm"));
    sim.card = attached(T0);
    sim.builder = kit_builder();
    expect_hr(ISCardISO7816_SetDefaultClassId(sim.builder, 0xA0), S_OK);
    return sim;
}

static void sim_close(struct sim *sim) {
    assert_int_equal(ISCardCmd_Release(sim->cmd), 0);
    ISCardISO7816_Release(sim->builder);
    expect_hr(ISCard_Detach(sim->card, UNPOWER), S_OK);
    ISCard_Release(sim->card);
}

/* SELECT by file identifier, then GET RESPONSE of as many bytes as 9Fxx says; the answer must begin with `start`. */
static void sim_select(struct sim *sim, const char *id, const char *sw, const char *start) {
    IByteBuffer *name = kit_buffer(id);
    BYTE waiting = 0;
    expect_hr(ISCardISO7816_SelectFile(sim->builder, 0, 0, name, 0, &sim->cmd), S_OK);
    IByteBuffer_Release(name);
    expect_reply(sim->card, sim->cmd, sw); /* not fetched behind the caller's back */
    expect_hr(ISCardCmd_get_ReplyStatusSW2(sim->cmd, &waiting), S_OK);
    expect_hr(ISCardISO7816_GetResponse(sim->builder, 0, 0, waiting, &sim->cmd), S_OK);
    expect_hr(ISCard_Transaction(sim->card, &sim->cmd), S_OK);
    const char *reply = kit_reply(sim->cmd);
    assert_int_equal(strlen(reply), (waiting + 2u) * 3 - 1);
    assert_int_equal(strncmp(reply, start, strlen(start)), 0);
    assert_string_equal(reply + waiting * 3u, "90 00");
}

static void sim_verify(struct sim *sim, const char *chv, const char *sw) {
    IByteBuffer *code = kit_buffer(chv);
    expect_hr(ISCardISO7816_Verify(sim->builder, 1, code, &sim->cmd), S_OK);
    IByteBuffer_Release(code);
    expect_reply(sim->card, sim->cmd, sw);
}

static void test_clients__A7_select_answers_9Fxx(void **state) {
    (void)state;
    struct sim sim = sim_open();
    assert_int_equal(protocol_of(sim.card), T0);
    sim_select(&sim, "3F 00", "9F 17", "00 00 00 00 3F 00 01");
    sim_select(&sim, "7F 10", "9F 17", "00 00 00 00 7F 10 02");
    sim_select(&sim, "6F 3A", "9F 0F", "00 00 01 40 6F 3A 04"); /* ten records of 32 bytes */
    IByteBuffer *missing = kit_buffer("6F FF");
    expect_hr(ISCardISO7816_SelectFile(sim.builder, 0, 0, missing, 0, &sim.cmd), S_OK);
    IByteBuffer_Release(missing);
    expect_reply(sim.card, sim.cmd, "94 04");
    sim_close(&sim);
}

static void test_clients__A7_chv1(void **state) {
    (void)state;
    struct sim sim = sim_open();
    sim_select(&sim, "3F 00", "9F 17", "00 00");
    sim_verify(&sim, "31 32 33 34 FF FF FF FF", "98 04");
    sim_verify(&sim, "30 30 30 30 FF FF FF FF", "90 00");
    sim_verify(&sim, "31 32 33 34 FF FF FF FF", "98 04");
    sim_verify(&sim, "31 32 33 34 FF FF FF FF", "98 04");
    sim_verify(&sim, "31 32 33 34 FF FF FF FF", "98 40"); /* three in a row: blocked */
    sim_verify(&sim, "30 30 30 30 FF FF FF FF", "98 40");
    sim_close(&sim);
}

/* The whole way of a phone-book reader: MF, TELECOM, ADN, CHV1, then the records by number. */
static void test_clients__A7_phone_book(void **state) {
    (void)state;
    static const char *const entries[] = {"41 6C 69 63 65 FF FF FF FF FF FF FF FF FF FF FF FF FF 06 91 94 71 "
                                          "32 54 76 FF FF FF FF FF FF FF 90 00",
                                          "42 6F 62 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 06 91 94 71 "
                                          "56 34 12 FF FF FF FF FF FF FF 90 00",
                                          "43 61 72 6F 6C FF FF FF FF FF FF FF FF FF FF FF FF FF 04 81 21 43 "
                                          "F5 FF FF FF FF FF FF FF FF FF 90 00",
                                          "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF "
                                          "FF FF FF FF FF FF FF FF FF FF 90 00"};
    struct sim sim = sim_open();
    sim_select(&sim, "3F 00", "9F 17", "00 00");
    sim_select(&sim, "7F 10", "9F 17", "00 00");
    sim_select(&sim, "6F 3A", "9F 0F", "00 00 01 40");
    expect_hr(ISCardISO7816_ReadRecord(sim.builder, 1, 4, 32, &sim.cmd), S_OK);
    expect_reply(sim.card, sim.cmd, "98 04"); /* access: the PIN comes first */
    sim_verify(&sim, "30 30 30 30 FF FF FF FF", "90 00");
    for (BYTE number = 1; number <= 10; ++number) {
        expect_hr(ISCardISO7816_ReadRecord(sim.builder, number, 4, 32, &sim.cmd), S_OK);
        expect_reply(sim.card, sim.cmd, entries[number <= 3 ? number - 1 : 3]);
    }
    expect_hr(ISCardISO7816_ReadRecord(sim.builder, 11, 4, 32, &sim.cmd), S_OK);
    expect_reply(sim.card, sim.cmd, "94 02");
    sim_close(&sim);
}

/* The wrong length: the card says the right one in 67xx, which stays the caller's as well. */
static void test_clients__A7_lengths(void **state) {
    (void)state;
    struct sim sim = sim_open();
    sim_select(&sim, "3F 00", "9F 17", "00 00");
    sim_select(&sim, "7F 10", "9F 17", "00 00");
    sim_select(&sim, "6F 3A", "9F 0F", "00 00");
    sim_verify(&sim, "30 30 30 30 FF FF FF FF", "90 00");
    expect_hr(ISCardISO7816_ReadRecord(sim.builder, 1, 4, 20, &sim.cmd), S_OK);
    expect_reply(sim.card, sim.cmd, "67 20");
    sim_close(&sim);
}

/* A8: proprietary classes, and records one after the other */

static void test_clients__A8_classes_90_and_80(void **state) {
    (void)state;
    ISCard *card = attached(T1);
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
    IByteBuffer_Release(id);
    ISCardCmd_Release(cmd);
    ISCard_Release(card);
}

/* READ RECORD with P2 02 (next) to the end and 03 (previous) back, in class 80. */
static void test_clients__A8_records_next_and_previous(void **state) {
    (void)state;
    static const char *const records[] = {"01 52 65 63 6F 72 64 20 6F 6E 65 00 00 00 00 00 90 00",
                                          "02 52 65 63 6F 72 64 20 74 77 6F 00 00 00 00 00 90 00",
                                          "03 52 65 63 6F 72 64 20 74 68 72 65 65 00 00 00 90 00",
                                          "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 90 00"};
    ISCard *card = attached(T1);
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
    IByteBuffer_Release(id);
    ISCardCmd_Release(cmd);
    ISCardISO7816_Release(builder);
    ISCard_Release(card);
}

/* A10: the classes together, in a transaction */

static void test_clients__A10_lock_and_unlock(void **state) {
    (void)state;
    ISCard *card = attached(T1);
    ISCardISO7816 *builder = kit_builder();
    ISCardCmd *challenge = NULL;
    ISCardCmd *read = NULL;
    BYTE ins = 0;
    BYTE p3 = 0;
    expect_hr(ISCardISO7816_GetChallenge(builder, 8, &challenge), S_OK);
    expect_hr(ISCardCmd_get_InstructionId(challenge, &ins), S_OK);
    expect_hr(ISCardCmd_get_P3(challenge, &p3), S_OK);
    assert_int_equal(ins, 0x84);
    assert_int_equal(p3, 8);
    expect_hr(ISCardISO7816_ReadBinary(builder, 0x83, 0, 5, &read), S_OK);
    expect_hr(ISCard_LockSCard(card), S_OK);
    expect_hr(ISCard_Transaction(card, &challenge), S_OK);
    char first[40];
    (void)snprintf(first, sizeof first, "%s", kit_reply(challenge));
    expect_hr(ISCard_Transaction(card, &challenge), S_OK);
    assert_string_not_equal(first, kit_reply(challenge)); /* chance */
    expect_reply(card, read, "48 65 6C 6C 6F 90 00");
    expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_int_equal(ISCardCmd_Release(read), 0);
    assert_int_equal(ISCardCmd_Release(challenge), 0);
    assert_int_equal(ISCardISO7816_Release(builder), 0);
    assert_int_equal(ISCard_Release(card), 0);
}

/* A11: another program resets the card */

static void test_clients__A11_reattach_after_a_reset(void **state) {
    (void)state;
    ISCard *card = attached(T1);
    ISCard *other = attached(T1);
    SCARD_STATES status = ABSENT;
    expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    expect_hr(ISCard_Detach(other, RESET), S_OK);
    expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_W_RESET_CARD);
    expect_hr(ISCard_get_Status(card, &status), SCARD_W_RESET_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_hr(ISCard_get_Status(card, &status), S_OK);
    assert_int_equal(status, SPECIFICMODE);
    expect_apdu(card, "00 B0 00 00 05", "69 86"); /* it was reset, and ReAttach did not do it again */
    expect_works(card);
    ISCard_Release(other);
    ISCard_Release(card);
}

static void test_clients__A11_reattach_keeps_the_card(void **state) {
    (void)state;
    ISCard *card = attached(T1);
    expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
    expect_apdu(card, "00 B0 00 00 05", "69 86");
    ISCard_Release(card);
}

/* A fresh demo card; a service also keeps to the protocol that the first connection chose. */
static int tidy(void **state) {
    (void)state;
    return stage_insert("demo") ? 0 : -1;
}

int main(int argc, char **argv) {
    char why[300] = "";
    if (!stage_open(argc > 1 ? argv[1] : NULL, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        stage_close();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients__A1_win32_numbers),
        cmocka_unit_test_teardown(test_clients__A1_raw_and_direct, tidy),
        cmocka_unit_test(test_clients__A1_bstr_or_not),
        cmocka_unit_test(test_clients__A2_setsize_then_write),
        cmocka_unit_test(test_clients__A3_build_from_parts),
        cmocka_unit_test(test_clients__A4_same_object),
        cmocka_unit_test(test_clients__A5_reply),
        cmocka_unit_test_setup_teardown(test_clients__A6_detach_and_use_again, tidy, tidy),
        cmocka_unit_test_teardown(test_clients__A7_select_answers_9Fxx, tidy),
        cmocka_unit_test_teardown(test_clients__A7_chv1, tidy),
        cmocka_unit_test_teardown(test_clients__A7_phone_book, tidy),
        cmocka_unit_test_teardown(test_clients__A7_lengths, tidy),
        cmocka_unit_test(test_clients__A8_classes_90_and_80),
        cmocka_unit_test_teardown(test_clients__A8_records_next_and_previous, tidy),
        cmocka_unit_test(test_clients__A10_lock_and_unlock),
        cmocka_unit_test_teardown(test_clients__A11_reattach_after_a_reset, tidy),
        cmocka_unit_test(test_clients__A11_reattach_keeps_the_card),
    };
    const int failed = cmocka_run_group_tests_name(stage_kind(), tests, NULL, NULL);
    stage_close();
    return failed;
}

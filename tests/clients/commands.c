/*
 * Buffers, commands, replies, transactions. Scenarios A2, A3, A4, A5 and A10 of the specification
 * (scenarios.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/scenarios.h"

/* A2: a buffer without Initialize */

static void test_commands__A2_setsize_then_write(void **state) {
    (void)state;
    static const LONG sizes[] = {0, 1, 5, 255, 70000};
    for (size_t i = 0; i < 5; ++i) {
        const LONG size = sizes[i];
        LONG done = -1, at = -1;
        STATSTRUCT stat;
        BYTE *bytes = malloc((size_t)size + 1);
        BYTE *back = calloc((size_t)size + 1, 1);
        assert_true(bytes && back);
        memset(bytes, 0xA5, (size_t)size + 1);
        IByteBuffer *buffer = kit_make(&CLSID_CByteBuffer, &IID_IByteBuffer);
        expect_hr(IByteBuffer_SetSize(buffer, size), S_OK);
        expect_hr(IByteBuffer_Write(buffer, bytes, size, &done), S_OK);
        assert_int_equal(done, size);
        memset(&stat, 0xFF, sizeof stat);
        expect_hr(IByteBuffer_Stat(buffer, &stat, 1), S_OK);
        assert_int_equal(stat.type, STGTY_STREAM);
        assert_int_equal(stat.cbSize, size);
        assert_int_equal(stat.grfMode, STGM_READWRITE);
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

static void test_commands__A3_build_from_parts(void **state) {
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
        LONG le = cases[i].le;
        ISO_APDU_TYPE type = (ISO_APDU_TYPE)0;
        expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xA4, 0x01, 0x02, data, &le), S_OK);
        assert_int_equal(IByteBuffer_Release(data), 0); /* nobody keeps it */
        assert_string_equal(kit_apdu(cmd), cases[i].apdu);
        expect_hr(ISCardCmd_get_Type(cmd, &type), S_OK);
        assert_int_equal(type, cases[i].type);
    }
    LONG bad = 65537;
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xA4, 0x01, 0x02, NULL, &bad), E_INVALIDARG);
    assert_string_equal(kit_apdu(cmd), cases[6].apdu);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
}

/* A4: the same command object in and out, again at once */

static void test_commands__A4_same_object(void **state) {
    (void)state;
    ISCard *card = kit_attached(stage_take(STAGE_DEMO), T1);
    ISCardCmd *cmd = kit_cmd();
    IByteBuffer *id = kit_buffer("00 02");
    LONG none = 0, five = 5;
    for (int i = 0; i < 3; ++i) {
        expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xA4, 0x00, 0x0C, id, &none), S_OK);
        expect_reply(card, cmd, "90 00");
        expect_reply(card, cmd, "90 00"); /* not built anew */
        expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x00, 0x00, NULL, &five), S_OK);
        expect_reply(card, cmd, "48 65 6C 6C 6F 90 00");
    }
    assert_int_equal(IByteBuffer_Release(id), 0);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    kit_let_go(card);
}

static void test_commands__A4_no_command(void **state) {
    (void)state;
    ISCard *card = kit_attached(stage_take(STAGE_DEMO), T1);
    ISCardCmd *cmd = NULL;
    expect_hr(ISCard_Transaction(card, NULL), E_POINTER);
    expect_hr(ISCard_Transaction(card, &cmd), E_INVALIDARG);
    cmd = kit_cmd();
    expect_hr(ISCard_Transaction(card, &cmd), E_INVALIDARG); /* nothing was built */
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    kit_let_go(card);
}

/* A5: the reply */

static void test_commands__A5_reply(void **state) {
    (void)state;
    ISCard *card = kit_attached(stage_take(STAGE_DEMO), T1);
    ISCardCmd *cmd = kit_cmd();
    IByteBuffer *reply = NULL;
    LONG le = 5, length = 0;
    BYTE bytes[7] = {0};
    WORD sw = 0;
    BYTE sw1 = 0, sw2 = 1;
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
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    kit_let_go(card);
}

/* A reply longer than 256 bytes, and one that is a status word alone. */
static void test_commands__A5_long_and_short(void **state) {
    (void)state;
    ISCard *card = kit_attached(stage_take(STAGE_DEMO), T1);
    ISCardCmd *cmd = kit_cmd();
    IByteBuffer *reply = NULL;
    LONG le = 600, length = 0;
    BYTE bytes[602] = {0};
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x81, 0x00, NULL, &le), S_OK);
    expect_hr(ISCard_Transaction(card, &cmd), S_OK);
    expect_hr(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_int_equal(length, 602);
    expect_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    expect_hr(IByteBuffer_Read(reply, bytes, 602, &length), S_OK);
    assert_int_equal(length, 602);
    for (unsigned i = 0; i < 300; ++i) /* the file counts in two bytes each */
        assert_int_equal(bytes[2 * i] * 256 + bytes[2 * i + 1], i);
    assert_memory_equal(bytes + 600, "\x90\x00", 2);
    assert_int_equal(IByteBuffer_Release(reply), 0);
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x9E, 0x00, NULL, &le), S_OK);
    expect_reply(card, cmd, "69 81");
    expect_hr(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_int_equal(length, 2);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    kit_let_go(card);
}

/* A10: the classes together, in a transaction */

static void test_commands__A10_lock_and_unlock(void **state) {
    (void)state;
    ISCard *card = kit_attached(stage_take(STAGE_DEMO), T1);
    ISCardISO7816 *builder = kit_builder();
    ISCardCmd *challenge = NULL, *read = NULL;
    BYTE ins = 0, p3 = 0;
    char first[40];
    expect_hr(ISCardISO7816_GetChallenge(builder, 8, &challenge), S_OK);
    assert_non_null(challenge);
    assert_string_equal(kit_apdu(challenge), "00 84 00 00 08");
    expect_hr(ISCardCmd_get_InstructionId(challenge, &ins), S_OK);
    expect_hr(ISCardCmd_get_P3(challenge, &p3), S_OK);
    assert_int_equal(ins, 0x84);
    assert_int_equal(p3, 8);
    expect_hr(ISCardISO7816_ReadBinary(builder, 0x83, 0, 5, &read), S_OK);
    expect_hr(ISCard_LockSCard(card), S_OK);
    expect_hr(ISCard_Transaction(card, &challenge), S_OK);
    (void)snprintf(first, sizeof first, "%s", kit_reply(challenge));
    expect_hr(ISCard_Transaction(card, &challenge), S_OK);
    const char *second = kit_reply(challenge);
    assert_int_equal(strlen(first), 10 * 3 - 1);
    assert_int_equal(strlen(second), 10 * 3 - 1);
    assert_string_equal(first + 8 * 3, "90 00");
    assert_string_equal(second + 8 * 3, "90 00");
    assert_string_not_equal(first, second); /* chance */
    expect_reply(card, read, "48 65 6C 6C 6F 90 00");
    expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_int_equal(ISCardCmd_Release(read), 0);
    assert_int_equal(ISCardCmd_Release(challenge), 0);
    assert_int_equal(ISCardISO7816_Release(builder), 0);
    kit_let_go(card);
}

const struct CMUnitTest scenarios[] = {
    SCENARIO(test_commands__A2_setsize_then_write),
    SCENARIO(test_commands__A3_build_from_parts),
    SCENARIO(test_commands__A4_same_object),
    SCENARIO(test_commands__A4_no_command),
    SCENARIO(test_commands__A5_reply),
    SCENARIO(test_commands__A5_long_and_short),
    SCENARIO(test_commands__A10_lock_and_unlock),
};
const size_t scenarios_count = sizeof scenarios / sizeof scenarios[0];

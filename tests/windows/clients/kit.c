/* What a client program brings along: see kit.h. */
#include "kit.h"

#include <stdio.h>
#include <string.h>

#define BYTES_ROOM 700
#define TEXT_ROOM (3 * BYTES_ROOM + 1)
#define TEXTS 4

void expect_hr_at(HRESULT actual, HRESULT expected, const char *what, const char *file, int line) {
    if (actual == expected)
        return;
    print_error("%s is 0x%08lX, expected 0x%08lX\n", what, (unsigned long)actual, (unsigned long)expected);
    _fail(file, line);
}

static void expect_text_at(const char *actual, const char *expected, const char *file, int line) {
    _assert_string_equal(actual, expected, file, line);
}

void *kit_make(REFCLSID clsid, REFIID iid) {
    void *object = NULL;
    expect_hr(CoCreateInstance(clsid, NULL, CLSCTX_ALL, iid, &object), S_OK);
    assert_non_null(object);
    return object;
}

ISCard *kit_attached(const wchar_t *reader, SCARD_PROTOCOLS protocol) {
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    BSTR name = SysAllocString(reader);
    expect_hr(ISCard_AttachByReader(card, name, SHARED, protocol), S_OK);
    SysFreeString(name);
    return card;
}

void kit_let_go(ISCard *card) {
    expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
    assert_int_equal(ISCard_Release(card), 0);
}

/* Reads "00 A4 ..." into bytes; returns their count. */
static LONG bytes_of(const char *hex, BYTE out[BYTES_ROOM]) {
    LONG count = 0;
    while (*hex) {
        unsigned byte = 0;
        int used = 0;
        assert_true(count < BYTES_ROOM && sscanf(hex, "%2x%n", &byte, &used) == 1 && used == 2);
        out[count++] = (BYTE)byte;
        hex += hex[2] ? 3 : 2;
    }
    return count;
}

IByteBuffer *kit_buffer(const char *hex) {
    BYTE bytes[BYTES_ROOM];
    const LONG size = bytes_of(hex, bytes);
    LONG written = -1;
    IByteBuffer *buffer = kit_make(&CLSID_CByteBuffer, &IID_IByteBuffer);
    expect_hr(IByteBuffer_SetSize(buffer, size), S_OK);
    expect_hr(IByteBuffer_Write(buffer, bytes, size, &written), S_OK);
    assert_int_equal(written, size);
    return buffer;
}

const char *kit_hex(IByteBuffer *buffer) {
    static char texts[TEXTS][TEXT_ROOM];
    static unsigned next;
    char *text = texts[next++ % TEXTS];
    BYTE bytes[BYTES_ROOM];
    LONG size = -1;
    *text = '\0';
    expect_hr(IByteBuffer_Read(buffer, bytes, BYTES_ROOM, &size), S_OK);
    assert_int_in_range(size, 0, BYTES_ROOM - 1);
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(text + i * 3, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
    return text;
}

const char *kit_apdu(ISCardCmd *cmd) {
    IByteBuffer *apdu = NULL;
    expect_hr(ISCardCmd_get_Apdu(cmd, &apdu), S_OK);
    return kit_hex(apdu);
}

const char *kit_reply(ISCardCmd *cmd) {
    IByteBuffer *reply = NULL;
    expect_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    return reply ? kit_hex(reply) : "";
}

HRESULT kit_send(ISCard *card, const char *apdu, const char **reply) {
    ISCardCmd *cmd = kit_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    IByteBuffer *buffer = kit_buffer(apdu);
    expect_hr(ISCardCmd_put_Apdu(cmd, buffer), S_OK);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
    const HRESULT hr = ISCard_Transaction(card, &cmd);
    if (reply)
        *reply = kit_reply(cmd);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    return hr;
}

void expect_reply_at(ISCard *card, ISCardCmd *cmd, const char *reply, const char *file, int line) {
    ISCardCmd *const same = cmd;
    expect_hr_at(ISCard_Transaction(card, &cmd), S_OK, "ISCard::Transaction", file, line);
    _assert_true(cmd == same, "the command object is the same", file, line);
    ISCardCmd_AddRef(cmd);
    _assert_true(ISCardCmd_Release(cmd) == 1, "its references are balanced", file, line);
    expect_text_at(kit_reply(cmd), reply, file, line);
}

void expect_apdu_at(ISCard *card, const char *apdu, const char *reply, const char *file, int line) {
    const char *text = NULL;
    expect_hr_at(kit_send(card, apdu, &text), S_OK, apdu, file, line);
    expect_text_at(text, reply, file, line);
}

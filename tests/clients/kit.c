/* What a client program brings along: see kit.h. */
#include "clients/kit.h"

#include <stdio.h>
#include <string.h>

#include "clients/verdict.h"

#define BYTES_ROOM 2000
#define TEXT_ROOM (3 * BYTES_ROOM + 1)
#define TEXTS 4

void expect_hr_at(HRESULT actual, HRESULT expected, const char *what, const char *file, int line) {
    if (actual == expected)
        return;
    fprintf(stderr, "%s is %s (0x%08X), expected %s (0x%08X)\n", what, verdict_name(actual), (unsigned)actual,
            verdict_name(expected), (unsigned)expected);
    verdict_fail(file, line);
}

void expect_at(bool holds, const char *what, const char *file, int line) {
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    verdict_fail(file, line);
}

void expect_text_at(const char *actual, const char *expected, const char *file, int line) {
    if (strcmp(actual, expected) == 0)
        return;
    fprintf(stderr, "got      \"%s\"\nexpected \"%s\"\n", actual, expected);
    verdict_fail(file, line);
}

void *kit_make(REFCLSID clsid, REFIID iid) {
    void *object = NULL;
    expect_hr(CoCreateInstance(clsid, NULL, CLSCTX_ALL, iid, &object), S_OK);
    expect(object != NULL);
    return object;
}

ISCard *kit_card(void) {
    return kit_make(&CLSID_CSCard, &IID_ISCard);
}

ISCardCmd *kit_cmd(void) {
    return kit_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
}

ISCardISO7816 *kit_builder(void) {
    return kit_make(&CLSID_CSCardISO7816, &IID_ISCardISO7816);
}

ISCard *kit_attached(const wchar_t *reader, SCARD_PROTOCOLS protocol) {
    ISCard *card = kit_card();
    BSTR name = SysAllocString(reader);
    expect_hr(ISCard_AttachByReader(card, name, SHARED, protocol), S_OK);
    SysFreeString(name);
    return card;
}

void kit_let_go(ISCard *card) {
    expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
    expect(ISCard_Release(card) == 0);
}

size_t kit_bytes(const char *hex, uint8_t *out, size_t room) {
    size_t count = 0;
    for (const char *p = hex; *p; ++p) {
        if (*p == ' ')
            continue;
        unsigned byte = 0;
        int used = 0;
        expect(count < room && sscanf(p, "%2x%n", &byte, &used) == 1 && used == 2);
        out[count++] = (uint8_t)byte;
        ++p;
    }
    return count;
}

IByteBuffer *kit_buffer(const char *hex) {
    uint8_t bytes[BYTES_ROOM];
    const LONG size = (LONG)kit_bytes(hex, bytes, sizeof bytes);
    LONG written = -1;
    IByteBuffer *buffer = kit_make(&CLSID_CByteBuffer, &IID_IByteBuffer);
    expect_hr(IByteBuffer_SetSize(buffer, size), S_OK);
    expect_hr(IByteBuffer_Write(buffer, bytes, size, &written), S_OK);
    expect(written == size);
    return buffer;
}

const char *kit_hex(IByteBuffer *buffer) {
    static char texts[TEXTS][TEXT_ROOM];
    static unsigned next;
    char *text = texts[next++ % TEXTS];
    uint8_t bytes[BYTES_ROOM];
    LONG size = -1;
    *text = '\0';
    expect_hr(IByteBuffer_Read(buffer, bytes, sizeof bytes, &size), S_OK);
    expect(size >= 0 && size < BYTES_ROOM);
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(text + i * 3, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    return text;
}

const char *kit_hex_of_last(IByteBuffer *buffer) {
    const char *text = kit_hex(buffer);
    expect(IByteBuffer_Release(buffer) == 0);
    return text;
}

const char *kit_apdu(ISCardCmd *cmd) {
    IByteBuffer *apdu = NULL;
    expect_hr(ISCardCmd_get_Apdu(cmd, &apdu), S_OK);
    return kit_hex_of_last(apdu);
}

const char *kit_reply(ISCardCmd *cmd) {
    IByteBuffer *reply = NULL;
    expect_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    return reply ? kit_hex_of_last(reply) : "";
}

HRESULT kit_send(ISCard *card, const char *apdu, const char **reply) {
    ISCardCmd *cmd = kit_cmd();
    IByteBuffer *buffer = kit_buffer(apdu);
    expect_hr(ISCardCmd_put_Apdu(cmd, buffer), S_OK);
    expect(IByteBuffer_Release(buffer) == 0);
    const HRESULT hr = ISCard_Transaction(card, &cmd);
    if (reply)
        *reply = kit_reply(cmd);
    expect(ISCardCmd_Release(cmd) == 0);
    return hr;
}

void expect_reply_at(ISCard *card, ISCardCmd *cmd, const char *reply, const char *file, int line) {
    ISCardCmd *const same = cmd;
    expect_hr_at(ISCard_Transaction(card, &cmd), S_OK, "ISCard::Transaction", file, line);
    expect_at(cmd == same, "the command object is the same", file, line);
    ISCardCmd_AddRef(cmd);
    expect_at(ISCardCmd_Release(cmd) == 1, "its references are balanced", file, line);
    expect_text_at(kit_reply(cmd), reply, file, line);
}

void expect_apdu_at(ISCard *card, const char *apdu, const char *reply, const char *file, int line) {
    const char *text = NULL;
    expect_hr_at(kit_send(card, apdu, &text), S_OK, apdu, file, line);
    expect_text_at(text, reply, file, line);
}

void expect_works_at(ISCard *card, const char *file, int line) {
    const char *text = NULL;
    expect_hr_at(kit_send(card, "00 84 00 00 08", &text), S_OK, "GET CHALLENGE", file, line);
    expect_at(strlen(text) == 10 * 3 - 1, "eight bytes and a status word", file, line);
    expect_text_at(text + 8 * 3, "90 00", file, line);
}

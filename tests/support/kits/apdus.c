/* Commands through ISCard for tests: see apdus.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/cmd.h"
#include "support/kits/apdus.h"
#include "support/kits/buffers.h"

#define CHALLENGE "00 84 00 00 08"

ISCardCmd *cmd_from_hex(const char *hex) {
    ISCardCmd *cmd = NULL;
    IByteBuffer *apdu = buffer_from_hex(hex);
    assert_hr(cmd_create(&cmd), S_OK);
    assert_hr(ISCardCmd_put_Apdu(cmd, apdu), S_OK);
    IByteBuffer_Release(apdu);
    return cmd;
}

const char *cmd_reply_hex(ISCardCmd *cmd) {
    /* Of the thread's own: a job's replies must not come over those that the test compares. */
    static _Thread_local char texts[4][2000];
    static _Thread_local unsigned next;
    char *text = texts[next++ % 4];
    *text = '\0';
    IByteBuffer *reply = NULL;
    assert_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    if (!reply)
        return text;
    uint8_t bytes[600];
    LONG size = 0;
    assert_hr(IByteBuffer_Read(reply, bytes, sizeof bytes, &size), S_OK);
    IByteBuffer_Release(reply);
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(text + i * 3, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    return text;
}

HRESULT send_hex(ISCard *card, const char *apdu, const char **reply) {
    ISCardCmd *cmd = cmd_from_hex(apdu);
    ISCardCmd *same = cmd;
    HRESULT hr = ISCard_Transaction(card, &cmd);
    assert_ptr_equal(cmd, same);
    const char *text = cmd_reply_hex(cmd);
    if (reply)
        *reply = text;
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    return hr;
}

void assert_hr_at(HRESULT actual, HRESULT expected, const char *what, const char *file, int line) {
    if (actual == expected)
        return;
    print_error("%s is %s (0x%08X), expected %s (0x%08X)\n", what, hresult_name(actual), (unsigned)actual,
                hresult_name(expected), (unsigned)expected);
    _fail(file, line);
}

void assert_apdu_at(ISCard *card, const char *apdu, const char *reply, const char *file, int line) {
    const char *text = NULL;
    assert_hr_at(send_hex(card, apdu, &text), S_OK, apdu, file, line);
    _assert_string_equal(text, reply, file, line);
}

void assert_works_at(ISCard *card, const char *file, int line) {
    const char *text = NULL;
    assert_hr_at(send_hex(card, CHALLENGE, &text), S_OK, "GET CHALLENGE", file, line);
    _assert_true(strlen(text) == 10 * 3 - 1, text, file, line);
    _assert_string_equal(text + 8 * 3, "90 00", file, line);
}

void assert_fails_at(ISCard *card, HRESULT hr, const char *file, int line) {
    const char *text = NULL;
    assert_hr_at(send_hex(card, CHALLENGE, &text), hr, "GET CHALLENGE", file, line);
    _assert_string_equal(text, "", file, line);
}

void select_greeting(ISCard *card) {
    assert_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    assert_true(greeting_is_selected(card));
}

bool greeting_is_selected(ISCard *card) {
    const char *text = NULL;
    assert_hr(send_hex(card, "00 B0 00 00 05", &text), S_OK);
    if (strcmp(text, "48 65 6C 6C 6F 90 00") == 0)
        return true;
    assert_string_equal(text, "69 86");
    return false;
}

/*
 * What a client program in C brings along in these tests: objects, commands and replies in hex, codes
 * compared. It uses nothing but <scardssp.h>: this project's, or the one that the build names in
 * CLIENT_HEADER. What differs between programs is in verdict.h.
 */
#ifndef SCARDSSP_TESTS_CLIENTS_KIT_H
#define SCARDSSP_TESTS_CLIENTS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifdef CLIENT_HEADER
#include CLIENT_HEADER
#else
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <scardssp.h>
#endif

/*
 * Compares codes; when they differ, says what was called and both codes, and fails. Likewise for the others.
 */
#define expect_hr(actual, expected) expect_hr_at((actual), (HRESULT)(expected), #actual, __FILE__, __LINE__)
void expect_hr_at(HRESULT actual, HRESULT expected, const char *what, const char *file, int line);

/* Fails unless the condition holds. */
#define expect(condition) expect_at((condition), #condition, __FILE__, __LINE__)
void expect_at(bool holds, const char *what, const char *file, int line);

/* Fails unless the texts are the same. */
#define expect_text(actual, expected) expect_text_at((actual), (expected), __FILE__, __LINE__)
void expect_text_at(const char *actual, const char *expected, const char *file, int line);

/* A new object of the class; the others are of the class that their type is the main interface of. */
void *kit_make(REFCLSID clsid, REFIID iid);
ISCard *kit_card(void);
ISCardCmd *kit_cmd(void);
ISCardISO7816 *kit_builder(void);

/* A card object attached to the reader in shared mode, the name passed as a BSTR. */
ISCard *kit_attached(const wchar_t *reader, SCARD_PROTOCOLS protocol);

/* Detaches with UNPOWER, so that the next program finds the card as new, and releases. */
void kit_let_go(ISCard *card);

/* Reads "00 A4 ..." into `out` of `room` bytes; returns their count. */
size_t kit_bytes(const char *hex, uint8_t *out, size_t room);

/*
 * A buffer with the bytes of "00 A4 ...", its pointer at the end, filled as programs do it: SetSize, then
 * Write.
 */
IByteBuffer *kit_buffer(const char *hex);

/* The buffer's bytes from its pointer on as "00 A4"; the last four texts stay valid. */
const char *kit_hex(IByteBuffer *buffer);

/* The same of a buffer whose last reference it is; releases it. */
const char *kit_hex_of_last(IByteBuffer *buffer);

/* The command's APDU and its reply in hex, as above; "" for no reply. */
const char *kit_apdu(ISCardCmd *cmd);
const char *kit_reply(ISCardCmd *cmd);

/*
 * Sends an APDU in hex; *reply is the reply. Returns what Transaction returned; with reply NULL that was the
 * last call, so that what it has told the thread of a failure is still there.
 */
HRESULT kit_send(ISCard *card, const char *apdu, const char **reply);

/*
 * Sends the command that was built; fails unless exactly `reply` comes back in the same object, not counted
 * anew.
 */
#define expect_reply(card, cmd, reply) expect_reply_at((card), (cmd), (reply), __FILE__, __LINE__)
void expect_reply_at(ISCard *card, ISCardCmd *cmd, const char *reply, const char *file, int line);

/* Sends an APDU in hex; fails unless exactly `reply` comes back. */
#define expect_apdu(card, apdu, reply) expect_apdu_at((card), (apdu), (reply), __FILE__, __LINE__)
void expect_apdu_at(ISCard *card, const char *apdu, const char *reply, const char *file, int line);

/* Sends GET CHALLENGE of 8 bytes; fails unless 8 bytes and 9000 come back. */
#define expect_works(card) expect_works_at((card), __FILE__, __LINE__)
void expect_works_at(ISCard *card, const char *file, int line);

#endif

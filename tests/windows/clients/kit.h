/* What a client program in C brings along in these tests: objects, commands and replies in hex, codes compared. */
#ifndef SCARDSSP_TESTS_WINDOWS_CLIENTS_KIT_H
#define SCARDSSP_TESTS_WINDOWS_CLIENTS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mingw.h"

/* The readers of cards/readers.json, which SCARDSSP_RM names for these programs. */
#define DEMO_READER L"Demo reader"
#define SIM_READER L"SIM reader"
#define OTHER_SIM_READER L"Other SIM reader"
#define CLASS_90_READER L"Class 90 reader"
#define CLASS_80_READER L"Class 80 reader"
#define READERS 5

/* Compares codes; prints what was called and both codes when they differ. */
#define expect_hr(actual, expected) expect_hr_at((actual), (HRESULT)(expected), #actual, __FILE__, __LINE__)
void expect_hr_at(HRESULT actual, HRESULT expected, const char *what, const char *file, int line);

/* A new object of the class. */
void *kit_make(REFCLSID clsid, REFIID iid);

/* A card object attached to the reader in shared mode, the name passed as a BSTR. */
ISCard *kit_attached(const wchar_t *reader, SCARD_PROTOCOLS protocol);

/* Detaches with UNPOWER, so that the next program finds the card as new, and releases. */
void kit_let_go(ISCard *card);

/* A buffer with the bytes of "00 A4 ...", its pointer at the end, filled as programs do it: SetSize, then Write. */
IByteBuffer *kit_buffer(const char *hex);

/* The buffer's bytes from its pointer on as "00 A4", and releases the buffer; the last four texts stay valid. */
const char *kit_hex(IByteBuffer *buffer);

/* The command's APDU and its reply in hex. */
const char *kit_apdu(ISCardCmd *cmd);
const char *kit_reply(ISCardCmd *cmd);

/* Sends an APDU in hex; *reply (may be NULL) is the reply. Returns what Transaction returned. */
HRESULT kit_send(ISCard *card, const char *apdu, const char **reply);

/* Sends the command that was built; fails unless exactly `reply` comes back in the same object, not counted anew. */
#define expect_reply(card, cmd, reply) expect_reply_at((card), (cmd), (reply), __FILE__, __LINE__)
void expect_reply_at(ISCard *card, ISCardCmd *cmd, const char *reply, const char *file, int line);

/* Sends an APDU in hex; fails unless exactly `reply` comes back. */
#define expect_apdu(card, apdu, reply) expect_apdu_at((card), (apdu), (reply), __FILE__, __LINE__)
void expect_apdu_at(ISCard *card, const char *apdu, const char *reply, const char *file, int line);

#endif

/*
 * Commands to the demo card, sent through ISCard, with the reply checked byte by byte. For tests of the
 * objects.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_APDUS_H
#define SCARDSSP_TESTS_SUPPORT_KITS_APDUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "com/win.h"
#include "support/kits/buffers.h"

/* A command object with this APDU; it fails the test when that is refused. */
ISCardCmd *cmd_from_hex(const char *hex);

/* The reply of a command as "48 65 90 00" in a buffer of the function's own (the last four stay valid). */
const char *cmd_reply_hex(ISCardCmd *cmd);

/*
 * Sends `apdu` and returns what Transaction returned; *reply (may be NULL) is the reply in hex, "" when there
 * is none.
 */
HRESULT send_hex(ISCard *card, const char *apdu, const char **reply);

/* Sends `apdu`; the test fails unless it succeeds with exactly `reply`. */
#define assert_apdu(card, apdu, reply) assert_apdu_at((card), (apdu), (reply), __FILE__, __LINE__)
void assert_apdu_at(ISCard *card, const char *apdu, const char *reply, const char *file, int line);

/* Sends GET CHALLENGE of 8 bytes; the test fails unless 8 bytes and 9000 come back. */
#define assert_works(card) assert_works_at((card), __FILE__, __LINE__)
void assert_works_at(ISCard *card, const char *file, int line);

/* Sends GET CHALLENGE; the test fails unless Transaction returns `hr` and the reply is empty. */
#define assert_fails(card, hr) assert_fails_at((card), (HRESULT)(hr), __FILE__, __LINE__)
void assert_fails_at(ISCard *card, HRESULT hr, const char *file, int line);

/* Compares codes and prints them by name when they differ. */
#define assert_hr(actual, expected) assert_hr_at((actual), (HRESULT)(expected), #actual, __FILE__, __LINE__)
void assert_hr_at(HRESULT actual, HRESULT expected, const char *what, const char *file, int line);

/* Selects EF 0002 of the demo card, which is volatile state: */
void select_greeting(ISCard *card);
/* ... true while it is still selected, false after a reset. */
bool greeting_is_selected(ISCard *card);

#endif

/*
 * What a program that uses the library brings along in these tests: commands and replies in hex, codes compared by
 * name, and a child process for everything that can be chosen only once per process. Uses the public headers only.
 */
#ifndef SCARDSSP_TESTS_MODULE_KIT_H
#define SCARDSSP_TESTS_MODULE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <scardssp.h>
#include <scardssp_rm.h>
#include <scardssp_sim.h>

/* The first reader of the simulator. */
#define SIM_READER "Simulated Reader 00"
#define SIM_READER_WIDE L"Simulated Reader 00"

/*
 * Compares codes and prints them by name when they differ. In a child the process ends with status 1, elsewhere the
 * test fails. Likewise for the others.
 */
#define expect_hr(actual, expected) expect_hr_at((actual), (HRESULT)(expected), #actual, __FILE__, __LINE__)
void expect_hr_at(HRESULT actual, HRESULT expected, const char *what, const char *file, int line);

/* Fails unless the condition holds. */
#define expect(condition) expect_at((condition), #condition, __FILE__, __LINE__)
void expect_at(bool holds, const char *what, const char *file, int line);

/* Fails unless the texts are the same. */
#define expect_text(actual, expected) expect_text_at((actual), (expected), __FILE__, __LINE__)
void expect_text_at(const char *actual, const char *expected, const char *file, int line);

/* Milliseconds since some moment, for measuring. */
int64_t kit_ms(void);

/* An object of the class as CoCreateInstance makes it. */
ISCard *kit_card(void);
ISCardCmd *kit_cmd(void);
ISCardISO7816 *kit_builder(void);

/* A buffer with the bytes of "00 A4 ...", its pointer at the end, filled as programs do it: SetSize, then Write. */
IByteBuffer *kit_buffer(const char *hex);

/* Reads "00 A4 ..." into bytes; returns their count. */
size_t kit_bytes(const char *hex, uint8_t *out, size_t room);

/* The buffer's bytes from its pointer on as "00 A4"; of the function's own, the last four stay valid. */
const char *kit_hex(IByteBuffer *buffer);

/* The command's reply in hex, "" for none. As above. */
const char *kit_reply(ISCardCmd *cmd);

/* Builds the APDU, sends it; *reply (may be NULL) is the reply in hex. Returns what Transaction returned. */
HRESULT kit_send(ISCard *card, const char *apdu, const char **reply);

/* Sends the command that was built; fails unless exactly `reply` comes back in the same object, not counted anew. */
#define expect_reply(card, cmd, reply) expect_reply_at((card), (cmd), (reply), __FILE__, __LINE__)
void expect_reply_at(ISCard *card, ISCardCmd *cmd, const char *reply, const char *file, int line);

/* Sends an APDU in hex; fails unless exactly `reply` comes back. */
#define expect_apdu(card, apdu, reply) expect_apdu_at((card), (apdu), (reply), __FILE__, __LINE__)
void expect_apdu_at(ISCard *card, const char *apdu, const char *reply, const char *file, int line);

/* Sends GET CHALLENGE of 8 bytes; fails unless 8 bytes and 9000 come back. */
#define expect_works(card) expect_works_at((card), __FILE__, __LINE__)
void expect_works_at(ISCard *card, const char *file, int line);

/*
 * Runs `program` in a child process with these variables ("NAME=value", a NULL at the end; all SCARDSSP_* of our own
 * are unset first). Returns what it wrote to standard error, which the caller frees. The test fails when an
 * expectation failed in the child or it did not end by itself.
 */
char *kit_child(void (*program)(void), const char *const *variables);

/* The same where the child must say nothing. */
void kit_quiet_child(void (*program)(void), const char *const *variables);

#endif

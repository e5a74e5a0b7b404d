/*
 * What the test programs of this folder share: the group that registers the library, the card in its reader,
 * and replies.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_PCSC_PLAY_H
#define SCARDSSP_TESTS_WINDOWS_PCSC_PLAY_H

#include "clients/kit.h"

#include "hand.h"

/*
 * How long calls wait for other programs here, which stage.py sets (SCARDSSP_TIMEOUT), and the measure of "at
 * once".
 */
#define TIMEOUT_MS 2000
#define AT_ONCE_MS 1000

#define SELECT_HELLO "00 A4 00 0C 02 00 02"
#define READ_HELLO "00 B0 00 00 05"
#define HELLO "48 65 6C 6C 6F 90 00"
#define DONE "90 00"
#define NOTHING_SELECTED "69 86"

/* Case set-up: a fresh demo card in the reader, and nobody connected to it. */
int play_fresh(void **state);

#define PLAY(name) cmocka_unit_test_setup(name, play_fresh)

/* An object attached to the first reader, shared; the file with "Hello" is selected. */
ISCard *play_attached(void);

/* The file can be read, because it is still selected: nothing happened to the card. */
void play_expect_selected(ISCard *card);

/* The card works and has forgotten what was selected: it was reset. Selects the file again. */
void play_expect_reset(ISCard *card);

/* The code of a command that is sent now. */
HRESULT play_ask(ISCard *card);

/* The answer to reset in hex, the state. */
const char *play_atr(ISCard *card);
SCARD_STATES play_state(ISCard *card);

/* The object can tell that this happened, in get_Status as in Transaction. */
void play_expect_event(ISCard *card, HRESULT event);

/* The last reference goes. */
void play_end(ISCard *card);

#endif

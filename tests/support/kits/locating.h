/*
 * What the tests of ISCardLocate share: a world with the demo card in it, which has been introduced as "Demo
 * card", and what becomes of connections that were found.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_LOCATING_H
#define SCARDSSP_TESTS_SUPPORT_KITS_LOCATING_H

#include "objects/locate.h"
#include "support/kits/cardtypes.h"
#include "support/worlds/world.h"

/* Interfaces: one that the demo card supports, and one that no card does. */
#define LOCATING_FILES L"{4029DD8A-5902-11D0-B84C-00C04FD424B9}"
#define LOCATING_OTHER L"{00000000-0000-0000-0000-00000000000F}"
/* Room for an ATR in hex. */
#define LOCATING_ATR 120
/* How long searches wait that are meant to find something, in ms. */
#define LOCATING_LIMIT_MS 8000u

/* What a test plays in: the world is its main function's, the rest is made anew for each case. */
struct locating {
    struct world *world;
    struct cardtypes types;
    char demo_atr[LOCATING_ATR]; /* of the card in the first reader */
};
extern struct locating locating;

/* Before and after each case; cmocka's way. */
int locating_set_up(void **state);
int locating_tear_down(void **state);

/* A new locate object that looks for nothing yet and waits this long for the user. */
ISCardLocate *locating_new(uint32_t limit_ms);

/* Configures a search by names and groups given as "a|b" (groups NULL: none). */
HRESULT locating_by_name(ISCardLocate *locate, const wchar_t *names, const wchar_t *groups, LONG flags);

/* A locate object that looks for the demo card, without user interface unless FindCard is told otherwise. */
ISCardLocate *locating_demo(uint32_t limit_ms);

/* The ATR of a card in hex, LOCATING_ATR characters. */
void locating_atr(ISCard *card, char *hex);

/* Takes over a connection that was found; the test fails unless it works. Frees info. */
ISCard *locating_take_over(SCARDINFO *info);

/* Takes over a connection and ends it. */
void locating_finish(SCARDINFO *info);

/* The same for a connection that shares with nobody; the test fails unless it is in this reader. */
void locating_expect_reader(SCARDINFO *info, wchar_t *reader);

/* Fails unless nobody is connected to the card in a reader. */
void locating_expect_free(wchar_t *reader);

#endif

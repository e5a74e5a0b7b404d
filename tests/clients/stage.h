/*
 * Where a client's scenario plays: readers with cards in them, behind the resource manager of the program.
 * Whoever runs scenarios has a stage: tests/module/ on the simulator in the process and on the real service,
 * tests/windows/clients/ on the simulator behind the registered library.
 */
#ifndef SCARDSSP_TESTS_CLIENTS_STAGE_H
#define SCARDSSP_TESTS_CLIENTS_STAGE_H

#include <stddef.h>
#include <wchar.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The cards. The demo card has a reader of its own; which readers the others have is the stage's to say. */
enum stage_card {
    STAGE_DEMO,
    STAGE_GSM,
    STAGE_GSM_TO_BLOCK, /* another SIM, for whoever spoils it */
    STAGE_CLASS_90,     /* cards/class-90.json */
    STAGE_CLASS_80,     /* cards/class-80.json */
    STAGE_CARDS
};

/* What the card answers to a reset in a reader that leaves the protocol to it, in hex. */
const char *stage_atr(enum stage_card card);

/*
 * The name of the reader that the card is in, powered anew if the scenarios before have let go of it
 * (kit_let_go). A stage with hands puts a fresh card in, unless it is the demo card. Fails the test where
 * that is not possible.
 */
const wchar_t *stage_take(enum stage_card card);

/* The readers there are, in the order of the service's list. */
struct stage_reader {
    const wchar_t *name;
    const char *atr; /* of the card in it; NULL: it is empty */
};
size_t stage_readers(const struct stage_reader **readers_out);

/*
 * After each scenario (cmocka's teardown): fails unless what has answered is the library that the stage is
 * for.
 */
int stage_leave(void **state);

#ifdef __cplusplus
}
#endif

#endif

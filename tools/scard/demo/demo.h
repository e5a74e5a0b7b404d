/*
 * The guided tour: its steps, and how a step shows a call and checks what it returned. cmd_demo.c walks the
 * table of steps that demo/steps.c holds.
 */
#ifndef SCARD_DEMO_H
#define SCARD_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "talk/card.h"

/* What the demo card is known by, among the historical bytes of its ATR. */
#define DEMO_MARK_SIZE 5
extern const uint8_t demo_mark[DEMO_MARK_SIZE];

/* What the steps share. */
struct demo {
    const char *reader;
    int protocol;
    ISCard *card;       /* "this program" */
    ISCard *other;      /* "the other program" */
    ISCardISO7816 *iso; /* builds the commands */
    uint8_t atr[CARD_ATR_MAX];
    size_t atr_size;
};

struct demo_step {
    const char *title;
    const char *words; /* what happens and why, folded when printed */
    /* Calls, shows and checks; false when something is not as it must be. */
    bool (*run)(struct demo *demo);
};

extern const struct demo_step demo_steps[]; /* ends with a row without a title */

/* Shows a call with what it returned; false, and says so, where that is not what it must return. */
bool demo_expect(const char *call, HRESULT got, HRESULT wanted);

/* Shows a condition that must hold: "the same bytes as before". */
bool demo_check(const char *what, bool holds);

/* The answer to a command, without the status word. */
struct demo_answer {
    uint8_t data[256];
    size_t size;
};

/*
 * Sends *command with card->Transaction, shows command and answer, and checks both codes. Releases *command
 * and makes it NULL. wanted_sw counts only where wanted is S_OK.
 */
bool demo_send(ISCard *card, ISCardCmd **command, HRESULT wanted, uint16_t wanted_sw,
               struct demo_answer *out);

#endif

/* Scripts for the simulated card: commands and the answers they must get, in hexadecimal. */
#ifndef TESTS_BACKENDS_SIM_CARD_SCRIPT_H
#define TESTS_BACKENDS_SIM_CARD_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "icc/card.h"

/*
 * `send`: hexadecimal (blanks allowed), or "reset" or "power" (then expect is the ATR or NULL).
 * `expect`: hexadecimal; ?? is any byte; a leading "..." lets anything stand before the rest.
 */
struct step {
    const char *send;
    const char *expect;
};

/* A test case that is a script: a fresh card, then the steps. */
#define SCRIPT(name, image, protocol, steps)                                                                 \
    static void name(void **state) {                                                                         \
        (void)state;                                                                                         \
        script_once(image, protocol, STEPS(steps));                                                          \
    }

#define STEPS(steps) steps, sizeof(steps) / sizeof((steps)[0])

/*
 * A powered card from an image that comes with the library, or from a file of tests/icc/data, with "cards/"
 * of tests/data/cards (name without .json).
 */
struct sim_card *script_card(const char *image);

/* Runs the steps; fails the test at the first answer that differs, naming the step. */
void script_run(struct sim_card *card, enum sim_protocol protocol, const struct step *steps, size_t count);

/* script_card(), script_run(), sim_card_destroy(). */
void script_once(const char *image, enum sim_protocol protocol, const struct step *steps, size_t count);

/* One exchange with bytes; returns the size of the answer (in a static buffer, *answer). */
size_t script_exchange(struct sim_card *card, enum sim_protocol protocol, const uint8_t *send, size_t size,
                       const uint8_t **answer);

#endif

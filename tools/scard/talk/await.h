/* Waiting for a card in any reader. For `scard list` and `scard status`. */
#ifndef SCARD_AWAIT_H
#define SCARD_AWAIT_H

#include <stdint.h>

#include "terminal/table.h"

/* Waits without an end. */
#define AWAIT_FOR_EVER UINT32_MAX

/* The row of --timeout, which goes with --wait, for settings with a member `seconds`. */
#define TIMEOUT_OPTION(settings)                                                                             \
    {                                                                                                        \
        .name = "timeout", .letter = 't', .argument = "SECONDS",                                             \
        .help = "how long to wait; for ever by default", .needs = "wait", VALUE_AT(settings, seconds)        \
    }

/* Seconds as milliseconds, for the calls of the library; very many: UINT32_MAX. */
uint32_t await_ms(uint32_t seconds);

/*
 * Waits until there is a card in a reader, whichever; one that is in already is enough. *reader (may be
 * NULL): the first such reader's name, new memory. Returns an exit code, after a message unless it is
 * EXIT_GOOD.
 */
int await_card(uint32_t seconds, char **reader);

#endif

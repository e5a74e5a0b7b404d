/*
 * What the processes of the stress test keep in common memory: how often the card has done each command, what
 * its client was told, and what must not have happened. Beside it the card that writes it down, and chance.
 */
#ifndef SCARDSSP_TESTS_BACKENDS_NATS_STRESS_LEDGER_H
#define SCARDSSP_TESTS_BACKENDS_NATS_STRESS_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slots/slot.h"

#define LEDGER_AGENTS 2u
#define LEDGER_READERS 2u /* of each agent */
#define LEDGER_CLIENTS 4u /* processes */
#define LEDGER_THREADS 2u /* of each, with a card object each */
#define LEDGER_PLACES (LEDGER_CLIENTS * LEDGER_THREADS)
#define LEDGER_COMMANDS 200000u
#define LEDGER_CODES 32u

/* The card's instructions (class 80): P1 says which place, P2 which life of its process, data the number. */
#define LEDGER_COUNT 0x10u
#define LEDGER_TAKE                                                                                          \
    0x12u /* and the card is this client's, as after a PIN, until its next reset or LEDGER_DROP */
#define LEDGER_DROP 0x14u

struct ledger {
    uint64_t seed;
    uint32_t lease_ms;
    _Atomic bool stop;
    _Atomic uint32_t passed;  /* commands of one client on a card that was another's: has to stay 0 */
    _Atomic uint32_t strange; /* calls with a code that says nothing true; has to stay 0 */
    _Atomic uint32_t recovered, slow, taken;
    _Atomic uint32_t codes[LEDGER_CODES], counts[LEDGER_CODES]; /* what calls came to */
    struct ledger_agent {
        _Atomic uint32_t sessions, threads, files, files_at_first; /* at its end */
        _Atomic bool ended;
    } agents[LEDGER_AGENTS];
    struct ledger_place {
        _Atomic uint32_t next;  /* number of the next command */
        _Atomic uint64_t heard; /* clock_ms() of its last result */
    } places[LEDGER_PLACES];
    _Atomic uint8_t done[LEDGER_PLACES][LEDGER_COMMANDS]; /* by the card */
    _Atomic uint8_t told[LEDGER_PLACES][LEDGER_COMMANDS]; /* 1: S_OK, 2: a failure */
};

/* A new one, by a descriptor that programs inherit; the one behind such a descriptor. NULL: there is none. */
struct ledger *ledger_create(int *descriptor);
struct ledger *ledger_open(int descriptor);

/* Notes what a call came to. */
void ledger_note(struct ledger *ledger, uint32_t code);

/* The card, with one reference. NULL: no memory. */
struct slot *ledger_card(struct ledger *ledger);

/* The next number by chance, below `limit`. */
uint32_t ledger_chance(uint64_t *state, uint32_t limit);

#endif

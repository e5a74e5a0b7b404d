/*
 * The measurements of `scard bench`: commands that do a card no harm, timed one by one, and resets where
 * nobody else is there to be disturbed.
 */
#ifndef SCARD_COURSE_H
#define SCARD_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/samples.h"
#include "talk/card.h"

enum trial_kind { TRIAL_ROUND_TRIP, TRIAL_THROUGHPUT, TRIAL_RESET };

#define TRIAL_LABEL_MAX 48

/* One thing that was measured. */
struct trial {
    enum trial_kind kind;
    char label[TRIAL_LABEL_MAX];
    size_t asked, got; /* of throughput: bytes in one command, as asked for and as they came */
    uint16_t sw;       /* of commands: the status word */
    struct samples samples;
};

#define TRIALS_MAX 16

/* What is to be measured, and on what. */
struct course {
    ISCard *card;
    bool alone;       /* it is attached exclusively: resets disturb nobody */
    uint32_t times;   /* of each command; of resets a tenth */
    uint32_t seconds; /* that each trial takes at most */
    const char
        *file; /* what READ BINARY reads: "/2F02", identifiers from the master file; NULL: GET CHALLENGE */
    int interrupt; /* of interrupt_open(); -1: none */
    struct trial trials[TRIALS_MAX];
    size_t count;
    bool stopped; /* Ctrl-C came: the rest was left out */
};

/*
 * Measures. Round trips first, then throughput, chunk by chunk until the card gives no more, then resets,
 * warm and cold. S_OK, also when Ctrl-C has ended it; the code of what failed, with all that was measured
 * until then. SCARD_E_FILE_NOT_FOUND: the card does not select the file; E_INVALIDARG: it is not written so;
 * E_OUTOFMEMORY.
 */
HRESULT course_run(struct course *course);

/* Frees what was measured. */
void course_clear(struct course *course);

#endif

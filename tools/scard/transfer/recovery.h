/*
 * A connection that outlives resets and removals, as long as a copy takes: attached, locked, and mended by
 * ISCardManage::Reconnect (ISCard::ReAttach) when something happens to it. Used by what copies files.
 */
#ifndef SCARD_RECOVERY_H
#define SCARD_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "talk/manager.h"
#include "terminal/progress.h"

/* How long the user has, unless he says otherwise, to put a card back. */
#define RECOVERY_WAIT_SECONDS 60u

struct recovery {
    ISCardManage *manage;
    const char *reader;
    struct progress *progress;    /* whose line is in the way of messages; may be NULL */
    uint64_t start;               /* of clock_ms(), when it was opened or resumed */
    int interrupt;                /* of interrupt_open() */
    uint32_t wait_ms;             /* how long a fault may last */
    uint32_t times;               /* mended so far */
    uint64_t deadline;            /* of the fault that lasts; 0: there is none */
    HRESULT told;                 /* the code that was told last */
    bool open;                    /* Ctrl-C is waited for */
    HRESULT (*again)(void *user); /* done after each reconnection; may be NULL */
    void *user;
};

/*
 * Attaches to the card in a reader, makes Ctrl-C something to wait for, and locks the card. Failures are
 * told. On EXIT_GOOD ended by recovery_close(); otherwise there is nothing to end.
 */
int recovery_open(const char *reader, uint32_t wait_seconds, struct recovery *out);

/*
 * Gives the card free for others, attached as it is, and lets Ctrl-C act as before: for who has to wait for
 * the user. Goes on with recovery_resume().
 */
void recovery_pause(struct recovery *recovery);

/*
 * Goes on: Ctrl-C is waited for again. false with errno: that cannot be had, and the recovery stays paused.
 * The card is locked with recovery_lock().
 */
bool recovery_resume(struct recovery *recovery);

/*
 * Locks the card, once, through what happened to it meanwhile. SCARD_E_CANCELLED: Ctrl-C; the codes of
 * ISCardManage::SCardLock and Reconnect.
 */
HRESULT recovery_lock(struct recovery *recovery);

/* Gives the card free for others, attached as it is. */
void recovery_unlock(struct recovery *recovery);

/* Unlocks, detaches, leaves the card as it is. Ctrl-C still only waits. */
void recovery_leave(struct recovery *recovery);

/* The same, and Ctrl-C acts as it did before; a zeroed one is fine. */
void recovery_close(struct recovery *recovery);

/*
 * Whether the user wants an end (Ctrl-C): SCARD_E_CANCELLED, else S_OK. Says as well that the connection
 * works.
 */
HRESULT recovery_check(struct recovery *recovery);

/*
 * After a call has failed with `trouble`: waits until the card is there again, tells what it waits for, and
 * locks it. S_OK: try again. SCARD_E_CANCELLED: Ctrl-C. Otherwise `trouble`: it does not pass, or time is up.
 */
HRESULT recovery_mend(struct recovery *recovery, HRESULT trouble);

#endif

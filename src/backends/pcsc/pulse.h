/*
 * Does the daemon still answer? One that was stopped (SIGSTOP, a debugger) keeps its sockets open and lets
 * newcomers in: the kernel does that. Only what nobody answers tells it from one that works, or that waits
 * for a card. So it is asked for its version through a connection of our own; that is what the library's own
 * begin with. Used by watch.c, under its lock.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_PULSE_H
#define SCARDSSP_BACKENDS_PCSC_PULSE_H

#include <stdbool.h>
#include <stdint.h>

/* How long a daemon may take to answer that, in ms: it does nothing for it. */
#define PCSC_PULSE_MS 300u

/* For how long an answer counts: it is not asked again meanwhile. */
#define PCSC_PULSE_FRESH_MS 100u

struct pcsc_pulse {
    int fd;         /* where the answer is waited for; -1: nowhere */
    uint64_t asked; /* since when; 0: nothing was asked */
    uint64_t heard; /* when it answered last */
};

/* Makes one that has asked nothing. */
void pcsc_pulse_init(struct pcsc_pulse *pulse);

/* Closes what it has open. It can be used again. */
void pcsc_pulse_close(struct pcsc_pulse *pulse);

/*
 * For how many ms the daemon has owed an answer; asks where that has not been done. now: clock_ms(). socket:
 * a connection to the daemon that is meant, -1: the one at its usual place. 0: it answers, or it cannot be
 * asked. One question is under way at a time, so that nothing piles up before a daemon that sleeps.
 */
uint32_t pcsc_pulse_silence(struct pcsc_pulse *pulse, int socket, uint64_t now);

/* Has the answer come that was asked for last? Then what was opened for it is closed. */
bool pcsc_pulse_hear(struct pcsc_pulse *pulse, uint64_t now);

#endif

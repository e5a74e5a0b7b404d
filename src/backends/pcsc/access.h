/*
 * Waiting for one's turn at a shared card without getting caught in the library: the service refuses a
 * question about an attribute at once while another client holds a transaction, and the question does no
 * harm. Unlike ending a caught call (watch.h) this keeps the connection. It costs a round trip, so calls that
 * are made often and seldom meet a transaction do it only when they must not get caught
 * (pcsc_access_asks_first).
 */
#ifndef SCARDSSP_BACKENDS_PCSC_ACCESS_H
#define SCARDSSP_BACKENDS_PCSC_ACCESS_H

#include "backends/pcsc/connection.h"

/* What a call has waited for its turn, across all its tries. */
struct pcsc_access {
    struct rm_bound *bound;
    uint32_t limit_ms; /* what the next try may take */
    bool waited;       /* another client was in the way */
};

/* Limits below this are kept by asking first, since the library takes its time to come back. */
#define PCSC_ACCESS_SHORT_MS 1000u

/* The same for what is done in several steps. */
#define PCSC_ACCESS_STEPS_MS 3000u

/*
 * What a call may take at least after one has asked: another client may have been quicker, and the library's
 * own next try, 200 ms later, is better than a broken connection.
 */
#define PCSC_ACCESS_GRACE_MS 300u

/* Before the first try of a call that starts the bound's clock. */
static inline struct pcsc_access pcsc_access_of(struct rm_bound *bound) {
    (void)rm_bound_deadline(bound);
    return (struct pcsc_access){.bound = bound, .limit_ms = rm_bound_left(bound)};
}

/* What is left of a call's time, at most `most` of it. */
static inline uint32_t pcsc_access_left(const struct rm_bound *bound, uint32_t most) {
    const uint32_t left = rm_bound_left(bound);
    return left < most ? left : most;
}

/*
 * Does another client hold a transaction? One round trip to the daemon; one that does not answer costs the
 * connection.
 */
bool pcsc_access_is_taken(struct pcsc_card *card);

/*
 * Waits until no other client holds a transaction. RM_OK: it is free, or nobody can tell (the call to come
 * will find out). RM_E_TIMEOUT, RM_E_CANCELLED; where the daemon did not answer, the connection is lost with
 * it.
 */
rm_status pcsc_access_await(struct pcsc_card *card, struct pcsc_access *access);

/*
 * After a call has come back with `code`: was another client in the way, the library told not to wait
 * (PCSCLITE_NO_BLOCKING), and is it our turn now? Then the call is to be made again. Otherwise *status, RM_OK
 * before, is RM_E_TIMEOUT or RM_E_CANCELLED where waiting has come to that.
 */
bool pcsc_access_again(struct pcsc_card *card, LONG code, struct pcsc_access *access, rm_status *status);

/*
 * Should a call that may last so long ask first? short_ms: PCSC_ACCESS_SHORT_MS, PCSC_ACCESS_STEPS_MS. In a
 * crowd it pays, since the library looks for its turn a few times in a second only, and where calls are
 * cancelled, which the library is told not before it looks. Else it is a round trip for nothing.
 */
static inline bool pcsc_access_asks_first(const struct pcsc_card *card, const struct pcsc_access *access,
                                          uint32_t short_ms) {
    return !pcsc_card_owned(card) && (access->limit_ms < short_ms || card->adopted || card->crowded ||
                                      atomic_load(&card->context->cancels));
}

#endif

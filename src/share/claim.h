/* An agent's name is its alone. Used by share.c. */
#ifndef SCARDSSP_SHARE_CLAIM_H
#define SCARDSSP_SHARE_CLAIM_H

#include "share/state.h"

/* What a claim needs while it lasts; all zero, with the agent set. */
struct claim {
    struct share *share;
    struct lock lock;
    struct lock_bell bell;
    bool taken, denied;
    char owner[300]; /* who has it; denied: the subject that the server does not let us have */
};

/* Gets answers to claim_make(): a transport_taker with the claim, on INBOX.claim. */
void claim_take(void *claim, struct transport_message *message);

/* The server refuses this subject, which an agent needs. */
void claim_deny(struct claim *claim, const char *subject);

/*
 * Asks whether another agent has the name. RM_OK: none does; RM_E_DUPLICATE_READER: claim->owner says which;
 * RM_W_SECURITY_VIOLATION: the server does not let us be an agent of the name.
 */
rm_status claim_make(struct claim *claim);

#endif

/*
 * What a card object does to have its connection again (client/attachment.c), for tests of the backends below
 * it: those say that a connection is lost, and make none by themselves.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_RECOVERY_H
#define SCARDSSP_TESTS_SUPPORT_KITS_RECOVERY_H

#include "rm/rm.h"

/* A connection as its user remembers it. */
struct recovery {
    struct rm_service *service;
    struct rm_context **context; /* may be replaced */
    struct rm_card **card;       /* may be replaced, or NULL afterwards */
    const char *reader;          /* NULL: the connection's */
    unsigned depth;              /* of the transaction that is held */
    rm_status loss;              /* out: what calls answer; RM_OK: they work */
};

/* Reattaches in this share mode, over T=0 or T=1, in ten seconds. The codes of attachment_reattach(). */
rm_status recover(struct recovery *recovery, uint32_t share, uint32_t init);

#endif

/*
 * Why a card could not be served, in words: what is wrong and what to do about it. Called by serve.c with
 * what it has seen of the driver and of the PC/SC service.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_DIAGNOSIS_H
#define SCARDSSP_BACKENDS_VPCD_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/vpcd/keeper.h"
#include "backends/vpcd/link.h"
#include "rm/status.h"

/* How the last attempt ended. */
enum diagnosis_end {
    DIAGNOSIS_UNREACHED,   /* nobody was connected to: diagnosis.problem */
    DIAGNOSIS_TAKEN,       /* the driver has another card */
    DIAGNOSIS_NO_QUESTION, /* the connection stood, and nobody asked for the card */
    DIAGNOSIS_NONSENSE,    /* what came was no message of a driver */
    DIAGNOSIS_REFUSED,     /* the other end hung up without asking for the card */
    DIAGNOSIS_HUNG_UP      /* the driver had the card, hung up and is not back */
};

struct diagnosis {
    const char *host;
    uint16_t port;
    enum diagnosis_end end;
    enum link_problem problem;
    bool local; /* the host is this machine */
    /* of the client that was to wake the service; `done` is false where there was none, or no answer */
    struct keeper_report service;
    bool asked; /* there was such a client */
};

/*
 * Writes "host:port: what is wrong; what to do" into message (may be NULL) of message_size bytes. Returns the
 * code for it: RM_E_NO_SERVICE, RM_W_SECURITY_VIOLATION, RM_E_SERVICE_STOPPED, RM_E_TIMEOUT and other codes
 * of the service where nobody listens because of that, RM_E_SHARING_VIOLATION where another card is in the
 * slot, else RM_E_READER_UNAVAILABLE.
 */
rm_status diagnosis_tell(const struct diagnosis *diagnosis, char *message, size_t message_size);

#endif

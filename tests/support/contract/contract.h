/*
 * The contract test of the resource-manager port: one table of cases that every backend must pass, run over
 * a reader with a card that answers GET CHALLENGE (00 84 00 00 08). It asserts only what PC/SC services
 * have in common; what one backend does beyond that is tested beside that backend.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_CONTRACT_CONTRACT_H
#define SCARDSSP_TESTS_SUPPORT_CONTRACT_CONTRACT_H

#include <stdbool.h>
#include <stdint.h>

#include "rm/rm.h"

/* What a backend cannot do: cases that need it report themselves as skipped. Bits of `lacks`. */
enum rm_contract_lack {
    RM_CONTRACT_NO_REMOVAL = 1, /* no hooks: the card cannot be taken out and put in */
    RM_CONTRACT_NO_CANCEL = 2,  /* rm_cancel() does not reach rm_begin() and rm_transmit() */
    RM_CONTRACT_NO_ATTRIB =
        4, /* rm_get_attrib(, RM_WITHIN(RM_INFINITE)) knows neither the vendor's name nor the ATR */
    RM_CONTRACT_NO_ADOPT = 8, /* a connection of one context cannot be adopted by another */
    RM_CONTRACT_NO_LOSS = 16  /* nothing breaks connections to the reader but the end of the process */
};

/* A backend under test. Everything belongs to the caller and lives until rm_contract_run() returns. */
struct rm_contract {
    const char *name;           /* of the group of cases, "sim" for example */
    struct rm_service *service; /* at least two contexts are opened on it at a time: two clients */
    const char *reader;         /* its reader; holds a card at the start */
    unsigned lacks;             /* enum rm_contract_lack */
    uint32_t settle_ms;         /* how long an insertion, removal or power-off may take to be seen */

    /*
     * Hands at the reader; return false when they fail. May be NULL with RM_CONTRACT_NO_REMOVAL. They return
     * when done; the cases then wait up to settle_ms for the service to see it.
     */
    bool (*remove)(void *user);   /* takes the card out */
    bool (*put_back)(void *user); /* puts the card back that was taken out */
    /*
     * Breaks every connection to the reader, which is there again with its card afterwards: the cable is
     * pulled, or the service restarted. NULL: cases of lost connections are skipped.
     */
    bool (*cut)(void *user);
    void *user;
};

/*
 * Runs all cases as one cmocka group and returns the number of failures: the body of main(). Every case
 * begins with the card in the reader, powered, and no client; what a case leaves behind is cleaned up after
 * it.
 */
int rm_contract_run(const struct rm_contract *contract);

#endif

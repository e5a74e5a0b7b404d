/*
 * A resource manager whose every answer comes from an input: codes, names, states, bytes of cards. It keeps
 * the promises of the port and no other. Made by the targets of the stack and of the tracer.
 */
#ifndef SCARDSSP_FUZZ_FEDSERVICE_H
#define SCARDSSP_FUZZ_FEDSERVICE_H

#include "fuzz.h"
#include "rm/rm.h"

#define FED_READER "Reader"

struct fedservice {
    struct rm_service rm; /* first */
    struct feed *feed;    /* shared with whoever calls */
    bool honest;          /* an answer is never said to be larger than the room for it */
    long contexts;        /* open */
    long cards;           /* connected */
    /* Of transmit(), since whoever calls set it to 0; and the last answer. */
    size_t transmits;
    rm_status status;
    uint8_t answer[512];
    size_t answer_size;
};

/* Makes one over the feed; it lies in the caller's memory and need not be ended. */
void fedservice_init(struct fedservice *service, struct feed *feed);

#endif

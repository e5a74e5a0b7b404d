/*
 * A second exchange engine, written from the text of apdu/exchange.h alone, in the plainest way: no care for
 * speed, nothing shared with the first one. fuzz_plainexchange.c holds the two against each other.
 */
#ifndef SCARDSSP_FUZZ_PLAINEXCHANGE_H
#define SCARDSSP_FUZZ_PLAINEXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/exchange.h"

#define PLAIN_REPLY_MAX (65536u + 65548u) /* pieces up to 65536 bytes, and the largest answer as it came */

struct plain {
    enum exchange_protocol protocol;
    struct exchange_options options;
    size_t receive_max;
    exchange_transmit transmit;
    void *link;
    uint8_t reply[PLAIN_REPLY_MAX];
    size_t size; /* bytes of the reply */
};

/* The codes of exchange_run(). */
uint32_t plain_run(struct plain *plain, const uint8_t *command, size_t size);

#endif

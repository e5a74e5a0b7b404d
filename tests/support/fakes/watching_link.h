/*
 * A link that has the memory watched in which a command's data lies (fakes/allocator.h): whether what is
 * built on commands leaves secrets behind. For tests of services/ that are linked with the allocator.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_WATCHING_LINK_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_WATCHING_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "services/link.h"

/* Short lengths only. */
struct watching_link {
    struct service_link link;
    HRESULT outcome; /* what sending returns */
    uint16_t sw;     /* what the card says to each command, without data */
    size_t sent;     /* bytes of data in the latest one */
};

/* Begins: everything is sent, and answered with the status word 0. */
void watching_link_init(struct watching_link *watching);

#endif

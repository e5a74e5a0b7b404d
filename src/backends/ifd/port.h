/*
 * A slot of a driver's reader as a reader of slots/, from the inside: what it does with a card is
 * ifdslot.c's, who watches it watch.c's. ports.c makes it.
 */
#ifndef SCARDSSP_BACKENDS_IFD_PORT_H
#define SCARDSSP_BACKENDS_IFD_PORT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "backends/ifd/channel.h"
#include "base/lock.h"
#include "slots/reader.h"
#include "slots/service.h"

struct ifd_port {
    struct ifd_channel *channel; /* referred to */
    unsigned slot;               /* which of it */
    const struct ifd_way *way;   /* the channel's */
    const struct ifd_polling *polling;
    struct slots_service *service;
    struct slots_reader *reader; /* whose owner this is */
    struct slot *card;           /* what is put into the reader for a card; referred to */
    uint32_t mark;               /* fork_mark() of the process that watches */
    pthread_t watcher;
    bool watched;      /* there is a watcher that nobody has waited for */
    bool lost;         /* the watcher has not come back from the driver, and may look at this */
    _Atomic bool stop; /* the watcher is to end */
    struct lock mutex; /* with the bell: the watcher sleeps so */
    struct lock_bell look;
};

#endif

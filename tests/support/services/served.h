/*
 * A simulated card at a virtual reader of ours, served on a thread by what `scard sim serve` calls. For tests
 * of the backend that listens for cards, and of what stands on it.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_SERVED_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_SERVED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "icc/card.h"
#include "rm/rm.h"
#include "support/kits/sockets.h"

struct served {
    struct sim_card *card; /* whose owner the test is */
    uint16_t port;
    struct stopper stop;
    pthread_t thread;
    bool running;
    atomic_bool taken; /* the reader has had its ATR */
    atomic_bool over;  /* the server has returned */
};

/* All zero is ready for use. Serves the card at the port; returns when the reader has taken it. */
bool served_start(struct served *served, struct sim_card *card, uint16_t port);

/* Takes the card out, if it is in; it may be served again. */
void served_stop(struct served *served);

/*
 * Waits until the service knows the reader with a card that has an ATR (present), or without one. false: not
 * within ten seconds.
 */
bool served_is_seen(struct rm_service *service, const char *reader, bool present);

#endif

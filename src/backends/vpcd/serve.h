/*
 * A simulated card in a virtual reader: serves one over TCP to a vpcd driver, pcscd's for example. Called by
 * module/api/sim.c and by tests that want a card behind the real service. Connecting is the insertion,
 * stopping the removal.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_SERVE_H
#define SCARDSSP_BACKENDS_VPCD_SERVE_H

#include <stddef.h>
#include <stdint.h>

#include "backends/vpcd/keeper.h"
#include "icc/card.h"
#include "rm/status.h"

#define VPCD_PORT 35963u /* vpcd's first slot */

/* How to serve; the fields of struct scardssp_sim_serve_options, which says more about them. */
struct vpcd_serve {
    const char *host;  /* NULL: 127.0.0.1 */
    uint16_t port;     /* 0: VPCD_PORT */
    const char *image; /* NULL: "demo" */
    /*
     * 0: the card's own choice, T=1 when it offers both (the driver does not say which one the reader
     * settled); 1: offer only T=0; 2: offer only T=1.
     */
    uint32_t protocol;
    uint32_t wait_ms; /* how long to keep trying to connect, at the start and after a hang-up */
    /*
     * Where the host is this machine: the service that the driver belongs to, which is woken and kept up by a
     * client of ours, and when it ends all the same is waited for, for return_ms, and woken anew. NULL: it is
     * left alone.
     */
    keeper_maker service;
    uint32_t return_ms;
    void (*connected)(void *user); /* called when the driver has taken the ATR; may be NULL */
    void *user;
};

/*
 * Serves until stop_fd (-1: none) becomes readable or its other end closes (Windows: the handle of an event
 * or the like, which is signalled): RM_OK. A command to a card without power breaks the connection, which is
 * made anew at once: so the driver sees a failed transmission, and no removal. RM_E_READER_UNAVAILABLE and
 * the other codes of diagnosis.h: nobody answers at host:port within wait_ms, or nobody there asks for the
 * card, or the driver hung up and (after wait_ms, if that is not 0) is not back. RM_E_INVALID_PARAMETER: bad
 * image, or a protocol that the card has not. RM_E_NO_MEMORY. message (may be NULL) of message_size bytes
 * says what is wrong and what to do about it.
 */
rm_status vpcd_serve(const struct vpcd_serve *options, int stop_fd, char *message, size_t message_size);

/*
 * The same with a card of the caller's, whose image and protocol are not looked at and who keeps it, without
 * power: served again, it is the same card put back.
 */
rm_status vpcd_serve_card(struct sim_card *card, const struct vpcd_serve *options, int stop_fd, char *message,
                          size_t message_size);

#endif

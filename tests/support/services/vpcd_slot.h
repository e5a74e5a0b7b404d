/*
 * Cards in vsmartcard's virtual readers, whoever has loaded the driver: free ports for it, and a thread that
 * plays a card in a slot. Used by pcscd.h, and by the tests of drivers in the process.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_VPCD_SLOT_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_VPCD_SLOT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Plays a card in a slot: connects to the driver at 127.0.0.1:port, calls connected(user) once the driver has
 * accepted it, and serves until stop_fd becomes readable. Returns 0, or an errno-like number when it could
 * not. `card` is what was given to vpcd_slot_plug(). Runs on a thread of its own.
 */
typedef int (*vpcd_serve_card_fn)(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user),
                                  void *user);

/* A slot; starts zeroed. */
struct vpcd_slot {
    bool occupied;
    pthread_t thread;
    int stop[2]; /* pipe: closing the writing end stops the card */
    vpcd_serve_card_fn serve;
    const void *card;
    uint16_t port;
};

/* The path of the driver, or NULL: it is not installed. */
const char *vpcd_driver(void);

/*
 * Two neighbouring free ports, of which it returns the first: slot n listens at it plus n. 0: there are none.
 */
uint16_t vpcd_free_ports(void);

/*
 * Has the card connect to the port, and returns without waiting for that; one that is in the slot is taken
 * out first. `card` must live until it is taken out. false: no thread.
 */
bool vpcd_slot_plug(struct vpcd_slot *slot, uint16_t port, vpcd_serve_card_fn serve, const void *card);

/* Takes the card out; the driver may not have noticed yet. */
void vpcd_slot_pull(struct vpcd_slot *slot);

#endif

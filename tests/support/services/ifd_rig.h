/*
 * vsmartcard's driver loaded into the test's own process, without any pcscd: a service of the backend ifd
 * with two virtual readers on private ports, and the hand that puts cards into them. Used by the contract
 * test of the backend, the world "ifd" and the backend's own tests.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_IFD_RIG_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_IFD_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/rm.h"
#include "support/services/vpcd_slot.h"

#define IFD_RIG_SLOTS 2

struct ifd_rig {
    struct rm_service *service; /* belongs to the rig */
    uint16_t port;              /* of the first slot's card */
    struct vpcd_slot slots[IFD_RIG_SLOTS];
};

/* Makes the service. false: `why` (why_size bytes) says what is missing; a test then skips. */
bool ifd_rig_open(struct ifd_rig *rig, char *why, size_t why_size);

/* Takes the cards out and ends the service. */
void ifd_rig_close(struct ifd_rig *rig);

/* The name of a slot's reader. Static text. */
const char *ifd_rig_reader(unsigned slot);

/* Puts a card into a slot and waits until it is powered; false: it is not within ten seconds. */
bool ifd_rig_insert(struct ifd_rig *rig, unsigned slot, vpcd_serve_card_fn serve, const void *card);

/* Takes it out and waits until that is seen. */
bool ifd_rig_remove(struct ifd_rig *rig, unsigned slot);

/*
 * Pulls the reader's cable: its channel is closed, whoever is connected / plugs it in on the same ports.
 * Cards are out afterwards.
 */
bool ifd_rig_unplug(struct ifd_rig *rig);
bool ifd_rig_replug(struct ifd_rig *rig);

/*
 * Pulls the reader's cable and plugs it in again at once.
 */
bool ifd_rig_cut(struct ifd_rig *rig);

#endif

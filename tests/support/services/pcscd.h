/*
 * A private PC/SC service for tests: a real pcscd with the virtual reader driver (two slots), in a mount
 * namespace of its own, so that it can run beside the system's and beside other tests. Used by the tests
 * on the real service.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_PCSCD_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_PCSCD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/services/vpcd_slot.h"

#define PCSCD_SLOTS 2

struct pcscd;

/* What plays a card in a slot. */
typedef vpcd_serve_card_fn pcscd_serve;

/*
 * Moves the process into its own mount namespace and starts a pcscd there. To be called by the main thread
 * before there are others, since a namespace belongs to a thread and its children. Returns when the service
 * lists both readers. NULL: why (why_size bytes) says what is missing; a test then skips.
 */
struct pcscd *pcscd_start(char *why, size_t why_size);

/* Takes the cards out, ends the daemon and frees all. NULL: does nothing. */
void pcscd_stop(struct pcscd *pcscd);

/* Kills the daemon and leaves nothing listening; cards are taken out. */
void pcscd_halt(struct pcscd *pcscd);

/* Starts it again on the same ports; false when it does not come up within ten seconds. */
bool pcscd_resume(struct pcscd *pcscd);

/* Stops its process as it is, and lets it go on: it neither answers nor closes anything meanwhile. */
void pcscd_freeze(const struct pcscd *pcscd);
void pcscd_thaw(const struct pcscd *pcscd);

/* Name the service gives to a slot (0 or 1). Static text. */
const char *pcscd_reader(unsigned slot);

/* TCP port at which the driver waits for the card of a slot. */
uint16_t pcscd_port(const struct pcscd *pcscd, unsigned slot);

/*
 * Puts a card into a slot and waits until the service has powered it. `card` is handed to serve and must
 * live until the card is taken out. false when the service did not, in three insertions
 * of ten seconds each.
 */
bool pcscd_insert(struct pcscd *pcscd, unsigned slot, pcscd_serve serve, const void *card);

/* Takes it out and waits until the service has noticed. */
bool pcscd_remove(struct pcscd *pcscd, unsigned slot);

/* Takes it out without waiting: the service still believes it is there for some hundred milliseconds. */
void pcscd_pull(struct pcscd *pcscd, unsigned slot);

#endif

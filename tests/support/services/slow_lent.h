/*
 * A reader with a card that counts what is done to it, lent through a NATS server: for tests of what comes of
 * faults. Not on Windows.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_SLOW_LENT_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_SLOW_LENT_H

#include "slots/plug.h"
#include "support/fakes/slow_slot.h"
#include "support/services/lent.h"

#define SLOW_LENT_READER "Slow Reader"
#define SLOW_LENT_FAR SLOW_LENT_READER LENT_BEHIND
#define SLOW_LENT_LEASE_MS 1500u

struct slow_lent {
    struct slots_service *service;
    struct slots_reader *reader;
    struct slow_slot *slow; /* the card: its calls take 1 ms */
    uint32_t lease_ms;
    struct lent lent;
};

/* Starts it all, with this lease; false: why says what is missing. SCARDSSP_NATS_LEASE is set for it. */
bool slow_lent_start(struct slow_lent *slow, uint32_t lease_ms, char *why, size_t why_size);

/* Ends it all. */
void slow_lent_stop(struct slow_lent *slow);

/* A connection to the reader in a new context of the client's; *context: that. The test fails without. */
struct rm_card *slow_lent_connect(struct slow_lent *slow, struct rm_context **context);

/* Sends GET CHALLENGE; RM_OK only when 8 bytes and 9000 came back. */
rm_status slow_lent_ask(struct rm_card *card, uint32_t timeout_ms);

#endif

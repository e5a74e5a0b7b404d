/*
 * Card objects on the reader of support/services/slow_lent.h, whose card counts: for tests of what becomes of
 * them.
 */
#ifndef SCARDSSP_TESTS_BACKENDS_NATS_RACK_H
#define SCARDSSP_TESTS_BACKENDS_NATS_RACK_H

#include <stdbool.h>
#include <stdint.h>

#include "com/win.h"
#include "support/services/slow_lent.h"

#define RACK_LONG_MS 20000u

/* Attaches to the reader (T=1); the codes of AttachByReader. */
HRESULT rack_attach(ISCard *card, SCARD_SHARE_MODES share);

/* A card object of this client's, attached SHARED, which works; its calls wait so long for others. */
ISCard *rack_attached(struct rm_service *client, uint32_t timeout_ms);

/* Sends GET CHALLENGE; the codes of Transaction. The test fails where a failure brings an answer. */
HRESULT rack_ask(ISCard *card);

/* Whether the code says that there is no way to the reader: SERVICE_STOPPED or NO_SERVICE. */
bool rack_says_lost(HRESULT hr);

/*
 * Reattaches until it works: until then there is no way to the reader, or nobody knows of it yet. Then the
 * next command reaches the card, once. The test fails with any other code, or after twenty seconds.
 */
void rack_recovers(const struct slow_lent *slow, ISCard *card);

void rack_nap(uint32_t ms);

#endif

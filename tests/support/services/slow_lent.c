/* A card that counts, lent through a NATS server: see slow_lent.h. */
#include "support/services/slow_lent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

bool slow_lent_start(struct slow_lent *slow, uint32_t lease_ms, char *why, size_t why_size) {
    char lease[12];
    (void)snprintf(lease, sizeof lease, "%u", (unsigned)lease_ms);
    (void)setenv("SCARDSSP_NATS_LEASE", lease, 1);
    *slow = (struct slow_lent){.service = slots_service_new("slots"), .lease_ms = lease_ms};
    assert_non_null(slow->service);
    slow->reader = slots_reader_create(SLOW_LENT_READER, 0, &slow->service->events);
    assert_non_null(slow->reader);
    assert_int_equal(slots_plug(slow->service, slots_reader_hold(slow->reader)), RM_OK);
    slow->slow = slow_slot_create(1);
    slots_insert(slow->reader, &slow->slow->slot);
    return lent_start(&slow->lent, &slow->service->base, why, why_size);
}

void slow_lent_stop(struct slow_lent *slow) {
    lent_stop(&slow->lent);
    slot_drop(&slow->slow->slot);
    slots_reader_drop(slow->reader);
    rm_service_release(&slow->service->base);
}

struct rm_card *slow_lent_connect(struct slow_lent *slow, struct rm_context **context) {
    struct rm_card *card = NULL;
    assert_int_equal(rm_context_open(slow->lent.client, RM_WITHIN(RM_INFINITE), context), RM_OK);
    assert_int_equal(rm_connect(*context, SLOW_LENT_FAR, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
                                RM_WITHIN(10000), &card),
                     RM_OK);
    return card;
}

rm_status slow_lent_ask(struct rm_card *card, uint32_t timeout_ms) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status =
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(timeout_ms));
    if (status == RM_OK && (size != 10 || answer[8] != 0x90 || answer[9] != 0x00))
        return RM_E_UNEXPECTED;
    return status;
}

/*
 * What the tests of slots that are not instant work on: a reader with a slow card, and two clients. Included
 * by them, behind cmocka.
 */
#ifndef SCARDSSP_TESTS_SLOTS_RIG_H
#define SCARDSSP_TESTS_SLOTS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "slots/plug.h"
#include "support/fakes/slow_slot.h"

#define READER "Slow Reader"
#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define SOON 20000u /* ms that nothing here takes */

/* A reader with a slow card, and two clients. */
struct rig {
    struct slots_service *service;
    struct slots_reader *reader;
    struct slow_slot *slow;
    struct rm_context *a, *b;
};

/* *state: one, made anew for each case. */
static inline int rig_setup(void **state) {
    struct rig *rig = calloc(1, sizeof *rig);
    assert_non_null(rig);
    *state = rig;
    rig->service = slots_service_new("slots");
    assert_non_null(rig->service);
    rig->reader = slots_reader_create(READER, 0, &rig->service->events);
    assert_non_null(rig->reader);
    assert_int_equal(slots_plug(rig->service, slots_reader_hold(rig->reader)), RM_OK);
    rig->slow = slow_slot_create(1);
    slots_insert(rig->reader, &rig->slow->slot);
    assert_int_equal(rm_context_open(&rig->service->base, RM_WITHIN(RM_INFINITE), &rig->a), RM_OK);
    assert_int_equal(rm_context_open(&rig->service->base, RM_WITHIN(RM_INFINITE), &rig->b), RM_OK);
    return 0;
}

/* Fails the case where calls overlapped in the slot, it was used wrongly, or somebody still holds it. */
static inline int rig_teardown(void **state) {
    struct rig *rig = *state;
    bool well = !rig->slow || (!rig->slow->overlaps && !rig->slow->mistakes);
    rm_context_close(rig->a);
    rm_context_close(rig->b);
    slots_reader_drop(rig->reader);
    rm_service_release(&rig->service->base);
    if (rig->slow) {
        well = well && atomic_load(&rig->slow->slot.refs.count) == 1;
        slot_drop(&rig->slow->slot);
    }
    free(rig);
    return well ? 0 : -1;
}

/* The client's connection to the card, SHARED. */
static inline struct rm_card *connect(struct rm_context *client) {
    struct rm_card *card = NULL;
    assert_int_equal(rm_connect(client, READER, RM_SHARE_SHARED, ANY, RM_WITHIN(SOON), &card), RM_OK);
    return card;
}

#endif

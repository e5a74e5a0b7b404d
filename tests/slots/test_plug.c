/*
 * The hand at readers, and what belongs to a backend: cards taken out one by one, slots with nothing to tell.
 */
#include "slots/plug.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rig.h"

static uint32_t look(struct rm_context *client) {
    struct rm_reader_state state = {.reader = READER};
    assert_int_equal(rm_wait(client, &state, 1, RM_WITHIN(0)), RM_OK);
    return state.event & 0xFFFFu & ~(uint32_t)RM_STATE_CHANGED;
}

/* A slot that has nothing to tell is not waited for to say so. */
static void test_attrib__of_a_plain_slot(void **state) {
    struct rig *rig = *state;
    uint8_t value[40];
    size_t size = sizeof value;
    struct rm_card *card = connect(rig->a), *other = connect(rig->b);
    rig->slow->slot.plain = true;
    assert_int_equal(rm_begin(card, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_get_attrib(other, RM_ATTR_VENDOR_NAME, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, sizeof "scardssp");
    assert_memory_equal(value, "scardssp", size);
    size = sizeof value;
    assert_int_equal(rm_control(other, SLOW_SLOT_CODE, value, 2, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/* Who took note of a card's end late does not take out the next one. */
static void test_remove__this_card_alone(void **state) {
    struct rig *rig = *state;
    struct slow_slot *next = slow_slot_create(1);
    assert_false(slots_remove_card(rig->reader, &next->slot));
    assert_int_equal(look(rig->b), RM_STATE_PRESENT);
    slots_insert(rig->reader, &next->slot);
    assert_false(slots_remove_card(rig->reader, &rig->slow->slot));
    assert_int_equal(look(rig->b), RM_STATE_PRESENT);
    assert_true(slots_remove_card(rig->reader, &next->slot));
    assert_false(slots_remove_card(rig->reader, &next->slot));
    assert_int_equal(look(rig->b), RM_STATE_EMPTY);
    slot_drop(&next->slot);
}

/* A card that is put in. */
struct entry {
    struct rig *rig;
    struct slow_slot *card;
};

static void *entry_run(void *argument) {
    const struct entry *entry = argument;
    slots_insert(entry->rig->reader, &entry->card->slot);
    return NULL;
}

/* The card before has gone when the next one gets power, not when that has answered. */
static void test_insert__the_former_card_goes_first(void **state) {
    struct rig *rig = *state;
    struct entry entry = {rig, slow_slot_create(1)};
    struct rm_card *card = connect(rig->a);
    const uint64_t end = clock_deadline(SOON);
    pthread_t thread;
    entry.card->held = true;
    assert_int_equal(pthread_create(&thread, NULL, entry_run, &entry), 0);
    while (!entry.card->inside && clock_left(end)) {
        const struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
    }
    assert_int_equal(entry.card->inside, 1);
    assert_int_equal(look(rig->b), RM_STATE_EMPTY);
    assert_int_equal(rm_begin(card, RM_WITHIN(0)), RM_W_REMOVED_CARD);
    entry.card->held = false;
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(look(rig->b), RM_STATE_PRESENT | RM_STATE_INUSE);
    assert_ptr_equal(rig->reader->slot, &entry.card->slot);
    slot_drop(&entry.card->slot);
}

static void end_owner(void *owner) {
    struct names names = {0};
    const struct rig *rig = owner;
    assert_int_equal(rm_list_readers(rig->a, RM_WITHIN(RM_INFINITE), &names),
                     RM_OK); /* all are still there */
    assert_int_equal(names_count(&names), 1);
    names_clear(&names);
    rm_context_close(rig->a);
}

static void test_service__ends_its_owner_first(void **state) {
    (void)state;
    struct rig rig = {.service = slots_service_new("slots")};
    assert_non_null(rig.service);
    struct slots_reader *reader = slots_reader_create(READER, 0, &rig.service->events);
    assert_non_null(reader);
    assert_int_equal(slots_plug(rig.service, reader), RM_OK);
    assert_int_equal(rm_context_open(&rig.service->base, RM_WITHIN(RM_INFINITE), &rig.a), RM_OK);
    rig.service->owner = &rig;
    rig.service->release_owner = end_owner;
    rm_service_release(&rig.service->base);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_attrib__of_a_plain_slot),
        CASE(test_remove__this_card_alone),
        CASE(test_insert__the_former_card_goes_first),
        cmocka_unit_test(test_service__ends_its_owner_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The contract of the port, kept over a slot whose every call takes 50 ms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "slots/plug.h"
#include "support/contract/contract.h"
#include "support/fakes/slow_slot.h"

#define READER "Slow Reader"
#define CALL_MS 50u

struct slow {
    struct slots_service *service;
    struct slots_reader *reader;
    struct slow_slot *slot;
};

static bool take_out(void *user) {
    const struct slow *slow = user;
    return slots_remove(slow->reader);
}

static bool put_back(void *user) {
    const struct slow *slow = user;
    slots_insert(slow->reader, &slow->slot->slot);
    return true;
}

static bool plug(struct slow *slow) {
    slow->reader = slots_reader_create(READER, 0, &slow->service->events);
    return slow->reader && slots_plug(slow->service, slow->reader) == RM_OK && put_back(slow);
}

static bool pull_cable(void *user) {
    struct slow *slow = user;
    return slots_unplug(slow->service, READER) == RM_OK && plug(slow);
}

int main(void) {
    struct slots_service *service = slots_service_new("slots");
    struct slow slow = {.service = service, .slot = slow_slot_create(CALL_MS)};
    if (!service || !slow.slot || !plug(&slow))
        return 1;
    const struct rm_contract contract = {.name = "slow slot",
                                         .service = &service->base,
                                         .reader = READER,
                                         .remove = take_out,
                                         .put_back = put_back,
                                         .cut = pull_cable,
                                         .user = &slow};
    int failures = rm_contract_run(&contract);
    failures += slow.slot->overlaps || slow.slot->mistakes;
    rm_service_release(&service->base);
    slot_drop(&slow.slot->slot);
    return failures;
}

/*
 * A reader's PIN pad: whatever it says of itself, and whatever a program sends to one, codes lie in the
 * command that came, and a failure leaves nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/pinpad.h"
#include "fuzz.h"

static void check_features(const uint8_t *bytes, size_t size) {
    static const struct pinpad nothing;
    struct pinpad pad;
    memset(&pad, 0xA5, sizeof pad);
    if (!pinpad_parse(bytes, size, &pad))
        FUZZ_CHECK(memcmp(&pad, &nothing, sizeof pad) == 0);
}

/* A code goes into a copy that has no byte more than it may. */
static void check_insertion(const struct pinpad_order *order, size_t at, size_t room) {
    if (room < order->command_size)
        return;
    uint8_t *const command = fuzz_copy(order->command, order->command_size, room - order->command_size);
    size_t size = order->command_size;
    if (pinpad_insert(order, at, "1234567", 7, command, &size, room))
        FUZZ_CHECK(size >= order->command_size && size <= room);
    else
        FUZZ_CHECK(size == order->command_size);
    free(command);
}

static void check_structure(const uint8_t *bytes, size_t size, bool modify) {
    struct pinpad_order order;
    if (!pinpad_read(bytes, size, modify, &order))
        return;
    FUZZ_CHECK(order.command >= bytes && order.command + order.command_size == bytes + size);
    check_insertion(&order, order.old_at, order.command_size);
    check_insertion(&order, order.new_at, order.command_size + 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *const bytes = fuzz_copy(data, size, 0);
    check_features(bytes, size);
    check_structure(bytes, size, false);
    check_structure(bytes, size, true);
    free(bytes);
    return 0;
}

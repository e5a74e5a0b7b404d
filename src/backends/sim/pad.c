/* A PIN pad in a simulated reader: see pad.h. */
#include "backends/sim/pad.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/pinpad.h"
#include "base/container.h"
#include "base/wipe.h"

/* The control codes, as libccid has them. */
#define VERIFY_CODE 0x42330006u
#define MODIFY_CODE 0x42330007u
#define COMMAND_ROOM 300u
#define SW_SIZE 2u

struct pad_slot {
    struct slot slot;
    const struct sim_pad *pad;
    uint32_t protocol; /* the one that was agreed */
};

static struct pad_slot *impl_from_slot(struct slot *slot) {
    return CONTAINER_OF(slot, struct pad_slot, slot);
}

static size_t pad_power(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]) {
    return slot->inner->ops->power(slot->inner, cold, atr);
}

static void pad_off(struct slot *slot) {
    slot->inner->ops->off(slot->inner);
}

static uint32_t pad_protocols(const struct slot *slot, uint32_t *first) {
    return slot->inner->ops->protocols(slot->inner, first);
}

static rm_status pad_settle(struct slot *slot, uint32_t protocol) {
    impl_from_slot(slot)->protocol = protocol;
    return slot->inner->ops->settle(slot->inner, protocol);
}

static rm_status pad_exchange(struct slot *slot, uint32_t protocol, const uint8_t *send, size_t send_size,
                              uint8_t *receive, size_t *receive_size) {
    return slot->inner->ops->exchange(slot->inner, protocol, send, send_size, receive, receive_size);
}

static rm_status answer(const uint8_t *bytes, size_t size, uint8_t *receive, size_t *receive_size) {
    const size_t room = *receive_size;
    *receive_size = 0;
    if (size > room)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(receive, bytes, size);
    *receive_size = size;
    return RM_OK;
}

static rm_status answer_sw(unsigned sw, uint8_t *receive, size_t *receive_size) {
    const uint8_t bytes[SW_SIZE] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    return answer(bytes, sizeof bytes, receive, receive_size);
}

static rm_status answer_features(uint8_t *receive, size_t *receive_size) {
    static const uint8_t features[] = {PINPAD_VERIFY_DIRECT, 4, 0x42, 0x33, 0x00, 0x06,
                                       PINPAD_MODIFY_DIRECT, 4, 0x42, 0x33, 0x00, 0x07};
    return answer(features, sizeof features, receive, receive_size);
}

/* Puts what is typed into the command; 0, or the status word that the reader gives instead. */
static unsigned type(const struct sim_pad *pad, const struct pinpad_order *order, uint8_t *command,
                     size_t *size) {
    if (pad->pin[0] == '\0' || (order->modify && pad->next[0] == '\0'))
        return PINPAD_SW_CANCELLED;
    const bool typed =
        pinpad_insert(order, order->old_at, pad->pin, strlen(pad->pin), command, size, COMMAND_ROOM) &&
        (!order->modify ||
         pinpad_insert(order, order->new_at, pad->next, strlen(pad->next), command, size, COMMAND_ROOM));
    return typed ? 0 : PINPAD_SW_LENGTH;
}

static rm_status run(struct slot *slot, bool modify, const uint8_t *send, size_t send_size, uint8_t *receive,
                     size_t *receive_size) {
    struct pad_slot *impl = impl_from_slot(slot);
    uint8_t command[COMMAND_ROOM];
    struct pinpad_order order;
    if (!pinpad_read(send, send_size, modify, &order) || order.command_size > sizeof command)
        return answer_sw(PINPAD_SW_PARAMETER, receive, receive_size);
    size_t size = order.command_size;
    memcpy(command, order.command, size);
    const unsigned refusal = type(impl->pad, &order, command, &size);
    const rm_status status = refusal
                                 ? answer_sw(refusal, receive, receive_size)
                                 : pad_exchange(slot, impl->protocol, command, size, receive, receive_size);
    wipe(command, sizeof command);
    return status;
}

static rm_status pad_control(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                             uint8_t *receive, size_t *receive_size) {
    if (code == PINPAD_GET_FEATURES)
        return answer_features(receive, receive_size);
    if (code == VERIFY_CODE || code == MODIFY_CODE)
        return run(slot, code == MODIFY_CODE, send, send_size, receive, receive_size);
    return slot->inner->ops->control(slot->inner, code, send, send_size, receive, receive_size);
}

static rm_status pad_get_attrib(struct slot *slot, uint32_t id, uint8_t *value, size_t *size) {
    return slot->inner->ops->get_attrib(slot->inner, id, value, size);
}

/* It does not sleep. */
static void pad_call_off(struct slot *slot) {
    (void)slot;
}

static void pad_release(struct slot *slot) {
    free(slot);
}

static const struct slot_ops pad_slot_ops = {
    .power = pad_power,
    .off = pad_off,
    .protocols = pad_protocols,
    .settle = pad_settle,
    .exchange = pad_exchange,
    .control = pad_control,
    .get_attrib = pad_get_attrib,
    .call_off = pad_call_off,
    .release = pad_release,
};

struct slot *pad_slot_create(const struct sim_pad *pad, struct slot *inner) {
    struct pad_slot *impl = calloc(1, sizeof *impl);
    if (!impl) {
        slot_drop(inner);
        return NULL;
    }
    slot_init(&impl->slot, &pad_slot_ops, inner);
    impl->pad = pad;
    impl->slot.instant = inner->instant;
    return &impl->slot;
}

/* A slot that takes its time: see slow_slot.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "support/fakes/slow_slot.h"

static struct slow_slot *impl_from_slot(struct slot *slot) {
    return (struct slow_slot *)(void *)slot;
}

static void nap(uint32_t ms) {
    const struct timespec pause = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

/* The time of a call. false: called off. */
static bool spend(struct slow_slot *slow) {
    bool slept = true;
    if (atomic_fetch_add(&slow->inside, 1) != 0)
        ++slow->overlaps;
    if (slow->deaf)
        nap(slow->ms);
    else
        slept = slot_sleep(&slow->slot, slow->ms);
    while (slow->held)
        nap(1);
    --slow->inside;
    return slept;
}

static size_t slow_power(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]) {
    static const uint8_t answer[] = {0x3B, 0x80, 0x80, 0x01, 0x01}; /* T=0 and T=1 */
    struct slow_slot *slow = impl_from_slot(slot);
    if (!cold && !slow->on)
        ++slow->mistakes;
    ++slow->powers;
    slow->on = spend(slow);
    slow->agreed = RM_PROTOCOL_UNDEFINED;
    memcpy(atr, answer, sizeof answer);
    return slow->on ? sizeof answer : 0;
}

static void slow_off(struct slot *slot) {
    struct slow_slot *slow = impl_from_slot(slot);
    (void)spend(slow);
    slow->on = false;
}

static uint32_t slow_protocols(const struct slot *slot, uint32_t *first) {
    (void)slot;
    *first = RM_PROTOCOL_T0;
    return RM_PROTOCOL_T0 | RM_PROTOCOL_T1;
}

static rm_status slow_settle(struct slot *slot, uint32_t protocol) {
    struct slow_slot *slow = impl_from_slot(slot);
    ++slow->settles;
    (void)spend(slow);
    if (!slow->on || slow->agreed || slow->stubborn)
        return RM_E_PROTO_MISMATCH;
    slow->agreed = protocol;
    return RM_OK;
}

static rm_status answer(const uint8_t *send, size_t send_size, uint8_t *receive, size_t *receive_size) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    const bool known = send_size == sizeof challenge && memcmp(send, challenge, sizeof challenge) == 0;
    const size_t size = known ? 10 : 2;
    const size_t room = *receive_size;
    *receive_size = 0;
    if (room < size)
        return RM_E_INSUFFICIENT_BUFFER;
    memset(receive, 0x5A, size);
    receive[size - 2] = known ? 0x90 : 0x6D;
    receive[size - 1] = 0x00;
    *receive_size = size;
    return RM_OK;
}

static rm_status slow_exchange(struct slot *slot, uint32_t protocol, const uint8_t *send, size_t send_size,
                               uint8_t *receive, size_t *receive_size) {
    struct slow_slot *slow = impl_from_slot(slot);
    if (!slow->on || (protocol != RM_PROTOCOL_RAW && protocol != slow->agreed))
        ++slow->mistakes;
    ++slow->exchanges;
    const bool slept = spend(slow);
    if (slept && !slow->pulled)
        return answer(send, send_size, receive, receive_size);
    *receive_size = 0;
    return slept ? RM_W_REMOVED_CARD : RM_E_CANCELLED;
}

static rm_status slow_control(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                              uint8_t *receive, size_t *receive_size) {
    const size_t room = *receive_size;
    *receive_size = 0;
    if (!spend(impl_from_slot(slot)))
        return RM_E_CANCELLED;
    if (code != SLOW_SLOT_CODE)
        return RM_E_UNSUPPORTED_FEATURE;
    if (room < send_size)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(receive, send, send_size);
    *receive_size = send_size;
    return RM_OK;
}

static rm_status slow_get_attrib(struct slot *slot, uint32_t id, uint8_t *value, size_t *size) {
    const size_t room = *size;
    (void)spend(impl_from_slot(slot));
    if (id != RM_ATTR_VENDOR_NAME)
        return RM_E_UNSUPPORTED_FEATURE;
    *size = sizeof SLOW_SLOT_VENDOR;
    if (value && room < sizeof SLOW_SLOT_VENDOR)
        return RM_E_INSUFFICIENT_BUFFER;
    if (value)
        memcpy(value, SLOW_SLOT_VENDOR, sizeof SLOW_SLOT_VENDOR);
    return RM_OK;
}

static void slow_call_off(struct slot *slot) {
    (void)slot;
}

static void slow_release(struct slot *slot) {
    struct slow_slot *slow = impl_from_slot(slot);
    if (slow->released)
        *slow->released = true;
    free(slow);
}

static const struct slot_ops slow_ops = {
    .power = slow_power,
    .off = slow_off,
    .protocols = slow_protocols,
    .settle = slow_settle,
    .exchange = slow_exchange,
    .control = slow_control,
    .get_attrib = slow_get_attrib,
    .call_off = slow_call_off,
    .release = slow_release,
};

struct slow_slot *slow_slot_create(uint32_t ms) {
    struct slow_slot *slow = calloc(1, sizeof *slow);
    assert_non_null(slow);
    slot_init(&slow->slot, &slow_ops, NULL);
    slow->ms = ms;
    return slow;
}

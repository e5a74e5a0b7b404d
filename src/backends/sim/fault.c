/*
 * The order in which armed faults strike: mute before bad contact before removal. And the slot in which they
 * do.
 */
#include "backends/sim/fault.h"

#include <stdlib.h>

#include "base/container.h"

static void fault_refresh(struct sim_fault *fault) {
    fault->any = fault->mute || fault->transport || fault->removal || fault->slow_ms;
}

static bool arm(struct sim_fault *fault, uint32_t kind, uint32_t value) {
    switch (kind) {
    case SIM_FAULT_MUTE:
        fault->mute = value;
        return true;
    case SIM_FAULT_TRANSPORT:
        fault->transport = value;
        return true;
    case SIM_FAULT_REMOVE_AFTER:
        fault->removal = true;
        fault->removal_in = value;
        return true;
    case SIM_FAULT_SLOW:
        fault->slow_ms = value;
        return true;
    default:
        return false;
    }
}

bool sim_fault_arm(struct sim_fault *fault, uint32_t kind, uint32_t value) {
    lock_take(&fault->mutex);
    const bool armed = arm(fault, kind, value);
    fault_refresh(fault);
    lock_give(&fault->mutex);
    return armed;
}

bool sim_fault_cold_reset(struct sim_fault *fault) {
    lock_take(&fault->mutex);
    if (fault->mute)
        --fault->mute;
    const bool answers = !fault->mute;
    fault_refresh(fault);
    lock_give(&fault->mutex);
    return answers;
}

bool sim_fault_is_mute(struct sim_fault *fault) {
    lock_take(&fault->mutex);
    const bool mute = fault->mute;
    lock_give(&fault->mutex);
    return mute;
}

enum sim_verdict sim_fault_exchange(struct sim_fault *fault) {
    enum sim_verdict verdict = SIM_FINE;
    lock_take(&fault->mutex);
    if (fault->mute) {
        verdict = SIM_NO_ANSWER;
    } else if (fault->transport) {
        --fault->transport;
        verdict = SIM_BAD_CONTACT;
    } else if (fault->removal && fault->removal_in-- == 0) {
        fault->removal = false;
        verdict = SIM_PULLED;
    }
    fault_refresh(fault);
    lock_give(&fault->mutex);
    return verdict;
}

/* The slot */

struct fault_slot {
    struct slot slot;
    struct sim_fault *fault;
};

static struct sim_fault *fault_of(const struct slot *slot) {
    return CONTAINER_OF_CONST(slot, struct fault_slot, slot)->fault;
}

static size_t fault_power(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]) {
    struct sim_fault *fault = fault_of(slot);
    struct slot *inner = slot->inner;
    if (cold ? sim_fault_cold_reset(fault) : !sim_fault_is_mute(fault))
        return inner->ops->power(inner, cold, atr);
    if (cold)
        inner->ops->off(inner);
    return 0;
}

static void fault_off(struct slot *slot) {
    slot->inner->ops->off(slot->inner);
}

static uint32_t fault_protocols(const struct slot *slot, uint32_t *first) {
    return slot->inner->ops->protocols(slot->inner, first);
}

static rm_status fault_settle(struct slot *slot, uint32_t protocol) {
    return slot->inner->ops->settle(slot->inner, protocol);
}

static uint32_t slowness(struct sim_fault *fault) {
    lock_take(&fault->mutex);
    const uint32_t slow_ms = fault->slow_ms;
    lock_give(&fault->mutex);
    return slow_ms;
}

/*
 * What keeps an exchange from the card; RM_OK: nothing does. Not inlined, so that an exchange stays short
 * while nothing is armed.
 */
static __attribute__((noinline)) rm_status strike(struct slot *slot) {
    struct sim_fault *fault = fault_of(slot);
    const uint32_t slow_ms = slowness(fault);
    if (slow_ms && !slot_sleep(slot, slow_ms))
        return RM_E_CANCELLED;
    switch (sim_fault_exchange(fault)) {
    case SIM_NO_ANSWER:
        return RM_W_UNRESPONSIVE_CARD;
    case SIM_BAD_CONTACT:
        return RM_E_NOT_TRANSACTED;
    case SIM_PULLED:
        return RM_W_REMOVED_CARD;
    default:
        return RM_OK;
    }
}

/* Every command comes this way: each instruction counts. */
static rm_status fault_exchange(struct slot *slot, uint32_t protocol, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size) {
    struct slot *inner = slot->inner;
    if (!slot->instant) {
        const rm_status status = strike(slot);
        if (status != RM_OK) {
            *receive_size = 0;
            return status;
        }
    }
    return inner->ops->exchange(inner, protocol, send, send_size, receive, receive_size);
}

static rm_status fault_control(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                               uint8_t *receive, size_t *receive_size) {
    return slot->inner->ops->control(slot->inner, code, send, send_size, receive, receive_size);
}

static rm_status fault_get_attrib(struct slot *slot, uint32_t id, uint8_t *value, size_t *size) {
    return slot->inner->ops->get_attrib(slot->inner, id, value, size);
}

/* It sleeps in slot_sleep() only. */
static void fault_call_off(struct slot *slot) {
    (void)slot;
}

static void fault_release(struct slot *slot) {
    free(slot);
}

static const struct slot_ops fault_slot_ops = {
    .power = fault_power,
    .off = fault_off,
    .protocols = fault_protocols,
    .settle = fault_settle,
    .exchange = fault_exchange,
    .control = fault_control,
    .get_attrib = fault_get_attrib,
    .call_off = fault_call_off,
    .release = fault_release,
};

struct slot *fault_slot_create(struct sim_fault *fault, struct slot *inner) {
    struct fault_slot *impl = calloc(1, sizeof *impl);
    if (!impl) {
        slot_drop(inner);
        return NULL;
    }
    slot_init(&impl->slot, &fault_slot_ops, inner);
    impl->fault = fault;
    impl->slot.instant = inner->instant;
    lock_take(&fault->mutex);
    const bool armed = fault->any;
    lock_give(&fault->mutex);
    if (armed)
        slot_make_slow(&impl->slot);
    return &impl->slot;
}

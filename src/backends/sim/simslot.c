/* The simulated card as a slot: the port's terms into the card's, and the time that a slow card takes. */
#include "backends/sim/simslot.h"

#include <stdlib.h>

#include "base/container.h"

struct simslot {
    struct slot slot;
    struct sim_card *card;
    bool is_slow; /* with some commands */
};

static struct simslot *impl_from_slot(struct slot *slot) {
    return CONTAINER_OF(slot, struct simslot, slot);
}

static size_t simslot_power(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]) {
    struct simslot *impl = impl_from_slot(slot);
    lock_take(&slot->mutex);
    const size_t size = cold ? sim_card_power_up(impl->card, atr) : sim_card_reset(impl->card, atr);
    lock_give(&slot->mutex);
    return size;
}

static void simslot_off(struct slot *slot) {
    lock_take(&slot->mutex);
    sim_card_power_down(impl_from_slot(slot)->card);
    lock_give(&slot->mutex);
}

static uint32_t simslot_protocols(const struct slot *slot, uint32_t *first) {
    enum sim_protocol first_of_card;
    const unsigned offer =
        sim_card_protocols(((const struct simslot *)(const void *)slot)->card, &first_of_card);
    *first = first_of_card == SIM_T1 ? RM_PROTOCOL_T1 : RM_PROTOCOL_T0;
    return offer; /* the same bits */
}

/* The card goes by what it is sent. */
static rm_status simslot_settle(struct slot *slot, uint32_t protocol) {
    (void)slot, (void)protocol;
    return RM_OK;
}

static inline enum sim_protocol card_protocol(uint32_t protocol) {
    return protocol == RM_PROTOCOL_RAW ? SIM_RAW : (enum sim_protocol)protocol;
}

/* Why a card that is on gave no answer: it answers everything, only what has no room is lost. */
static rm_status silence(size_t room) {
    return room < SIM_ANSWER_MAX ? RM_E_INSUFFICIENT_BUFFER : RM_E_NOT_TRANSACTED;
}

/* Outside the reader's mutex, and after the card's own time. */
static __attribute__((noinline)) rm_status exchange_slowly(struct simslot *impl, enum sim_protocol protocol,
                                                           const uint8_t *send, size_t send_size,
                                                           uint8_t *receive, size_t *receive_size) {
    const size_t room = *receive_size;
    const uint32_t delay_ms = impl->is_slow ? sim_card_delay(impl->card, send, send_size) : 0;
    *receive_size = 0;
    if (delay_ms && !slot_sleep(&impl->slot, delay_ms))
        return RM_E_CANCELLED;
    lock_take(&impl->slot.mutex);
    *receive_size = sim_card_exchange(impl->card, protocol, send, send_size, receive, room);
    lock_give(&impl->slot.mutex);
    return *receive_size ? RM_OK : silence(room);
}

/* Every instruction here is paid with every command. */
static rm_status simslot_exchange(struct slot *slot, uint32_t protocol, const uint8_t *send, size_t send_size,
                                  uint8_t *receive, size_t *receive_size) {
    struct simslot *impl = impl_from_slot(slot);
    if (!slot->instant)
        return exchange_slowly(impl, card_protocol(protocol), send, send_size, receive, receive_size);
    const size_t room = *receive_size;
    const size_t size =
        sim_card_exchange(impl->card, card_protocol(protocol), send, send_size, receive, room);
    *receive_size = size;
    return size ? RM_OK : silence(room);
}

/* A simulated reader has no commands of its own. */
static rm_status simslot_control(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size) {
    (void)slot, (void)code, (void)send, (void)send_size, (void)receive;
    *receive_size = 0;
    return RM_E_UNSUPPORTED_FEATURE;
}

static rm_status simslot_get_attrib(struct slot *slot, uint32_t id, uint8_t *value, size_t *size) {
    (void)slot, (void)id, (void)value, (void)size;
    return RM_E_UNSUPPORTED_FEATURE;
}

/* It sleeps in slot_sleep() only. */
static void simslot_call_off(struct slot *slot) {
    (void)slot;
}

static void simslot_release(struct slot *slot) {
    struct simslot *impl = impl_from_slot(slot);
    sim_card_destroy(impl->card);
    free(impl);
}

static const struct slot_ops simslot_ops = {
    .power = simslot_power,
    .off = simslot_off,
    .protocols = simslot_protocols,
    .settle = simslot_settle,
    .exchange = simslot_exchange,
    .control = simslot_control,
    .get_attrib = simslot_get_attrib,
    .call_off = simslot_call_off,
    .release = simslot_release,
};

struct slot *simslot_create(struct sim_card *card) {
    struct simslot *impl = calloc(1, sizeof *impl);
    if (!impl) {
        sim_card_destroy(card);
        return NULL;
    }
    slot_init(&impl->slot, &simslot_ops, NULL);
    impl->card = card;
    impl->is_slow = sim_card_delays(card);
    impl->slot.instant = impl->is_slow ? NULL : &impl->slot;
    return &impl->slot;
}

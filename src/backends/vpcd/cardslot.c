/* The reader's calls as messages to a card that has connected: see cardslot.h. */
#include "backends/vpcd/cardslot.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/atr.h"
#include "backends/vpcd/dialog.h"
#include "backends/vpcd/peer.h"
#include "base/clock.h"
#include "base/container.h"

#define START_MS 5000u /* that a card may take for its ATR */
#define COMMAND_MIN 2u /* bytes; one is the reader's own word to the card (dialog.h) */
#define ANSWER_MIN 2u  /* SW1 SW2 */

struct cardslot {
    struct slot slot;
    struct dialog dialog;
    bool fresh; /* the ATR is of a start that no reader has asked for yet */
    uint8_t atr[RM_ATR_MAX];
    size_t atr_size;
    uint32_t offered, first; /* protocols */
};

static struct cardslot *impl_from_slot(struct slot *slot) {
    return CONTAINER_OF(slot, struct cardslot, slot);
}

bool cardslot_is_atr(const uint8_t *bytes, size_t size) {
    return size == 0 || (size >= 2 && size <= ATR_MAX && (bytes[0] == 0x3B || bytes[0] == 0x3F));
}

/* Cards of others are not always exact about what comes behind the protocols: such a one is believed. */
static void keep_atr(struct cardslot *impl, const uint8_t *bytes, size_t size) {
    struct atr atr;
    impl->atr_size = size;
    impl->offered = RM_PROTOCOL_T0 | RM_PROTOCOL_T1;
    impl->first = RM_PROTOCOL_T1;
    if (size)
        memcpy(impl->atr, bytes, size);
    if (atr_parse(bytes, size, &atr) != ATR_OK)
        return;
    impl->offered = (atr_offers(&atr, 0) ? RM_PROTOCOL_T0 : 0u) | (atr_offers(&atr, 1) ? RM_PROTOCOL_T1 : 0u);
    impl->first = atr.protocols[0] == 1 ? RM_PROTOCOL_T1 : RM_PROTOCOL_T0;
}

/* Asks the card to start anew; *size: bytes of what it takes for its ATR. */
static enum dialog_end ask_to_start(struct dialog *dialog, bool cold, uint8_t atr[ATR_MAX], size_t *size) {
    static const uint8_t pulse[] = {DIALOG_RESET, DIALOG_ATR}, cycle[] = {DIALOG_OFF, DIALOG_ON, DIALOG_ATR};
    if (dialog_is_over(dialog))
        return DIALOG_BROKEN;
    const enum dialog_end end =
        cold ? dialog_control(dialog, cycle, sizeof cycle) : dialog_control(dialog, pulse, sizeof pulse);
    return end == DIALOG_DONE ? dialog_hear(dialog, atr, ATR_MAX, clock_deadline(START_MS), size) : end;
}

/* Starts the card anew. false: it gave no ATR, and loses its connection. */
static bool restart(struct cardslot *impl, bool cold) {
    uint8_t atr[ATR_MAX];
    size_t size = 0;
    const enum dialog_end end = ask_to_start(&impl->dialog, cold, atr, &size);
    const bool started = end == DIALOG_DONE && cardslot_is_atr(atr, size);
    if (started)
        keep_atr(impl, atr, size);
    else if (end != DIALOG_CALLED_OFF)
        dialog_break(&impl->dialog);
    return started;
}

static size_t cardslot_power(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]) {
    struct cardslot *impl = impl_from_slot(slot);
    const bool started = impl->fresh || restart(impl, cold);
    impl->fresh = false;
    if (!started)
        return 0;
    memcpy(atr, impl->atr, impl->atr_size);
    return impl->atr_size;
}

static void cardslot_off(struct slot *slot) {
    static const uint8_t off[] = {DIALOG_OFF};
    (void)dialog_control(&impl_from_slot(slot)->dialog, off, sizeof off);
}

static uint32_t cardslot_protocols(const struct slot *slot, uint32_t *first) {
    const struct cardslot *impl = CONTAINER_OF_CONST(slot, struct cardslot, slot);
    *first = impl->first;
    return impl->offered;
}

/* The card is not told: there is no message for it. */
static rm_status cardslot_settle(struct slot *slot, uint32_t protocol) {
    (void)slot, (void)protocol;
    return RM_OK;
}

/* What a whole answer is worth. */
static rm_status judge(size_t size, size_t room) {
    if (size < ANSWER_MIN)
        return RM_E_NOT_TRANSACTED;
    return size > room ? RM_E_INSUFFICIENT_BUFFER : RM_OK;
}

static rm_status cardslot_exchange(struct slot *slot, uint32_t protocol, const uint8_t *send,
                                   size_t send_size, uint8_t *receive, size_t *receive_size) {
    struct dialog *dialog = &impl_from_slot(slot)->dialog;
    const size_t room = *receive_size;
    size_t size = 0;
    (void)protocol; /* the card takes what comes */
    *receive_size = 0;
    if (send_size < COMMAND_MIN || send_size > DIALOG_MESSAGE_MAX)
        return RM_E_INVALID_PARAMETER;
    enum dialog_end end = dialog_say(dialog, send, send_size);
    if (end == DIALOG_DONE)
        end = dialog_hear(dialog, receive, room, CLOCK_NEVER, &size);
    if (end != DIALOG_DONE)
        return end == DIALOG_BROKEN ? RM_W_REMOVED_CARD : RM_E_CANCELLED;
    const rm_status status = judge(size, room);
    if (status == RM_OK)
        *receive_size = size;
    return status;
}

/* The reader is made of nothing: it has no commands of its own. */
static rm_status cardslot_control(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                                  uint8_t *receive, size_t *receive_size) {
    (void)slot, (void)code, (void)send, (void)send_size, (void)receive;
    *receive_size = 0;
    return RM_E_UNSUPPORTED_FEATURE;
}

static rm_status cardslot_get_attrib(struct slot *slot, uint32_t id, uint8_t *value, size_t *size) {
    (void)slot, (void)id, (void)value, (void)size;
    return RM_E_UNSUPPORTED_FEATURE;
}

/* Whoever waits for the card looks up every PEER_TICK_MS. */
static void cardslot_call_off(struct slot *slot) {
    (void)slot;
}

static void cardslot_release(struct slot *slot) {
    struct cardslot *impl = impl_from_slot(slot);
    peer_close(impl->dialog.peer);
    free(impl);
}

static const struct slot_ops cardslot_ops = {
    .power = cardslot_power,
    .off = cardslot_off,
    .protocols = cardslot_protocols,
    .settle = cardslot_settle,
    .exchange = cardslot_exchange,
    .control = cardslot_control,
    .get_attrib = cardslot_get_attrib,
    .call_off = cardslot_call_off,
    .release = cardslot_release,
};

struct slot *cardslot_create(int peer, const uint8_t *atr, size_t size) {
    struct cardslot *impl = calloc(1, sizeof *impl);
    if (!impl)
        return NULL;
    slot_init(&impl->slot, &cardslot_ops, NULL);
    impl->slot.plain = true;
    impl->dialog = (struct dialog){.peer = peer, .slot = &impl->slot};
    impl->fresh = true;
    keep_atr(impl, atr, size);
    return &impl->slot;
}

bool cardslot_is_over(const struct slot *slot) {
    return !slot->busy && dialog_is_over(&CONTAINER_OF_CONST(slot, struct cardslot, slot)->dialog);
}

int cardslot_peer(const struct slot *slot) {
    return CONTAINER_OF_CONST(slot, struct cardslot, slot)->dialog.peer;
}

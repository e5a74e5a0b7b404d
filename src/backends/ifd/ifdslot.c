/*
 * The driver's calls as those of a slot: the port's terms into the handler's, and its codes into the port's.
 */
#include "backends/ifd/ifdslot.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/atr.h"
#include "backends/ifd/watch.h"
#include "base/container.h"
#include "pcsclite/map.h"

struct ifdslot {
    struct slot slot;
    struct ifd_port *port;
    bool powered;
    uint32_t protocols, first; /* of the last ATR; under the reader's mutex, or while the slot is busy */
};

static struct ifdslot *impl_from_slot(struct slot *slot) {
    return CONTAINER_OF(slot, struct ifdslot, slot);
}

/*
 * What the ATR offers. Where it says nothing that can be used, drivers take T=0 (ISO/IEC 7816-3 §8.2.3). What
 * a card has that gave none, its next start tells: nobody is kept from asking for that.
 */
static void read_atr(struct ifdslot *impl, const uint8_t *bytes, size_t size) {
    struct atr atr;
    impl->protocols = size ? RM_PROTOCOL_T0 : RM_PROTOCOL_T0 | RM_PROTOCOL_T1;
    impl->first = RM_PROTOCOL_T0;
    if (atr_parse(bytes, size, &atr) != ATR_OK)
        return;
    if (atr.specific) {
        impl->protocols = impl->first = atr.specific_protocol == 1 ? RM_PROTOCOL_T1 : RM_PROTOCOL_T0;
        return;
    }
    const uint32_t offered =
        (atr_offers(&atr, 0) ? RM_PROTOCOL_T0 : 0u) | (atr_offers(&atr, 1) ? RM_PROTOCOL_T1 : 0u);
    if (!offered)
        return;
    impl->protocols = offered;
    impl->first = atr.protocols[0] == 1 || !(offered & RM_PROTOCOL_T0) ? RM_PROTOCOL_T1 : RM_PROTOCOL_T0;
}

/* One power call; the bytes of the ATR, 0 without one. */
static size_t start(struct ifdslot *impl, DWORD action, uint8_t atr[RM_ATR_MAX], RESPONSECODE *code) {
    const struct ifd_caller caller = {.slot = &impl->slot};
    size_t size = 0;
    if (ifd_call_power(impl->port->way, &caller, action, atr, &size, code) != RM_OK)
        *code = IFD_COMMUNICATION_ERROR;
    return *code == IFD_SUCCESS ? size : 0;
}

static void stop(struct ifdslot *impl) {
    uint8_t none[RM_ATR_MAX];
    RESPONSECODE code;
    (void)start(impl, IFD_POWER_DOWN, none, &code);
    impl->powered = false;
}

static size_t ifdslot_power(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]) {
    struct ifdslot *impl = impl_from_slot(slot);
    RESPONSECODE code = IFD_NOT_SUPPORTED;
    size_t size = 0;
    if (!cold)
        size = start(impl, IFD_RESET, atr, &code);
    if (code == IFD_NOT_SUPPORTED || code == IFD_ERROR_NOT_SUPPORTED) {
        if (impl->powered)
            stop(impl);
        size = start(impl, IFD_POWER_UP, atr, &code);
    }
    impl->powered = size > 0;
    read_atr(impl, atr, size);
    if (!size)
        ifd_watch_look(impl->port);
    return size;
}

static void ifdslot_off(struct slot *slot) {
    stop(impl_from_slot(slot));
}

static uint32_t ifdslot_protocols(const struct slot *slot, uint32_t *first) {
    const struct ifdslot *impl = CONTAINER_OF_CONST(slot, struct ifdslot, slot);
    *first = impl->first;
    return impl->protocols;
}

/* What a driver cannot agree on, the card goes by all the same where it is its first offer. */
static rm_status ifdslot_settle(struct slot *slot, uint32_t protocol) {
    struct ifdslot *impl = impl_from_slot(slot);
    const struct ifd_caller caller = {.slot = slot};
    RESPONSECODE code = IFD_SUCCESS;
    const rm_status status = ifd_call_protocol(impl->port->way, &caller, pcsc_protocols_to(protocol), &code);
    if (status != RM_OK)
        return status == RM_E_TIMEOUT ? RM_W_UNRESPONSIVE_CARD : status;
    switch (code) {
    case IFD_SUCCESS:
        return RM_OK;
    case IFD_NOT_SUPPORTED:
    case IFD_ERROR_NOT_SUPPORTED:
    case IFD_PROTOCOL_NOT_SUPPORTED:
        return protocol == impl->first ? RM_OK : RM_E_PROTO_MISMATCH;
    case IFD_ERROR_PTS_FAILURE:
        return RM_E_PROTO_MISMATCH;
    case IFD_NO_SUCH_DEVICE:
        ifd_watch_look(impl->port);
        return RM_E_READER_UNAVAILABLE;
    default:
        ifd_watch_look(impl->port);
        return RM_W_UNRESPONSIVE_CARD;
    }
}

/* Whether an exchange has failed because the card has gone. */
static bool is_gone(struct ifdslot *impl) {
    const struct ifd_caller caller = {.slot = &impl->slot};
    RESPONSECODE code = IFD_SUCCESS;
    return ifd_call_presence(impl->port->way, &caller, &code) == RM_OK && code == IFD_ICC_NOT_PRESENT;
}

/* Why there is no answer. */
static rm_status exchange_failed(struct ifdslot *impl, RESPONSECODE code) {
    ifd_watch_look(impl->port);
    switch (code) {
    case IFD_NO_SUCH_DEVICE:
        return RM_E_READER_UNAVAILABLE;
    case IFD_ICC_NOT_PRESENT:
        return RM_W_REMOVED_CARD;
    case IFD_RESPONSE_TIMEOUT:
        return is_gone(impl) ? RM_W_REMOVED_CARD : RM_W_UNRESPONSIVE_CARD;
    default:
        return is_gone(impl) ? RM_W_REMOVED_CARD : RM_E_NOT_TRANSACTED;
    }
}

/* The number of a protocol as SCARD_IO_HEADER has it: T, and pcsc-lite's for none. */
static DWORD header_of(uint32_t protocol) {
    return protocol == RM_PROTOCOL_T0 ? 0 : protocol == RM_PROTOCOL_T1 ? 1 : SCARD_PROTOCOL_RAW;
}

static rm_status ifdslot_exchange(struct slot *slot, uint32_t protocol, const uint8_t *send, size_t send_size,
                                  uint8_t *receive, size_t *receive_size) {
    struct ifdslot *impl = impl_from_slot(slot);
    const struct ifd_caller caller = {.slot = slot};
    struct ifd_bytes bytes = {send, send_size, receive, *receive_size};
    RESPONSECODE code = IFD_SUCCESS;
    const size_t room = *receive_size;
    *receive_size = 0;
    const rm_status status = ifd_call_transmit(impl->port->way, &caller, header_of(protocol), &bytes, &code);
    if (status != RM_OK)
        return status == RM_E_TIMEOUT ? RM_W_UNRESPONSIVE_CARD : status;
    if (code != IFD_SUCCESS || bytes.receive_size < 2)
        return exchange_failed(impl, code == IFD_SUCCESS ? IFD_COMMUNICATION_ERROR : code);
    if (bytes.receive_size > room)
        return RM_E_INSUFFICIENT_BUFFER;
    *receive_size = bytes.receive_size;
    return RM_OK;
}

static rm_status control_failed(struct ifdslot *impl, RESPONSECODE code) {
    switch (code) {
    case IFD_NOT_SUPPORTED:
    case IFD_ERROR_NOT_SUPPORTED:
    case IFD_ERROR_TAG:
        return RM_E_UNSUPPORTED_FEATURE;
    case IFD_ERROR_INSUFFICIENT_BUFFER:
        return RM_E_INSUFFICIENT_BUFFER;
    case IFD_NO_SUCH_DEVICE:
        ifd_watch_look(impl->port);
        return RM_E_READER_UNAVAILABLE;
    default:
        return RM_E_NOT_TRANSACTED;
    }
}

static rm_status ifdslot_control(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size) {
    struct ifdslot *impl = impl_from_slot(slot);
    const struct ifd_caller caller = {.slot = slot};
    struct ifd_bytes bytes = {send, send_size, receive, *receive_size};
    RESPONSECODE answer = IFD_SUCCESS;
    const size_t room = *receive_size;
    *receive_size = 0;
    const rm_status status =
        ifd_call_control(impl->port->way, &caller, pcsc_control_to(code), &bytes, &answer);
    if (status != RM_OK)
        return status == RM_E_TIMEOUT ? RM_E_NOT_READY : status;
    if (answer != IFD_SUCCESS)
        return control_failed(impl, answer);
    if (bytes.receive_size > room)
        return RM_E_INSUFFICIENT_BUFFER;
    *receive_size = bytes.receive_size;
    return RM_OK;
}

static rm_status ifdslot_get_attrib(struct slot *slot, uint32_t id, uint8_t *value, size_t *size) {
    struct ifdslot *impl = impl_from_slot(slot);
    const struct ifd_caller caller = {.slot = slot};
    RESPONSECODE code = IFD_SUCCESS;
    const size_t room = *size;
    const rm_status status = ifd_call_get(impl->port->way, &caller, id, value, size, &code);
    if (status != RM_OK)
        return status == RM_E_TIMEOUT ? RM_E_NOT_READY : status;
    if (code != IFD_SUCCESS || !*size) { /* many drivers have no better word for what they do not know */
        *size = room;
        return code == IFD_NO_SUCH_DEVICE ? RM_E_READER_UNAVAILABLE : RM_E_UNSUPPORTED_FEATURE;
    }
    return value && *size > room ? RM_E_INSUFFICIENT_BUFFER : RM_OK;
}

static void ifdslot_call_off(struct slot *slot) {
    ifd_line_look(impl_from_slot(slot)->port->way->line);
}

static void ifdslot_release(struct slot *slot) {
    free(impl_from_slot(slot));
}

static const struct slot_ops ifdslot_ops = {
    .power = ifdslot_power,
    .off = ifdslot_off,
    .protocols = ifdslot_protocols,
    .settle = ifdslot_settle,
    .exchange = ifdslot_exchange,
    .control = ifdslot_control,
    .get_attrib = ifdslot_get_attrib,
    .call_off = ifdslot_call_off,
    .release = ifdslot_release,
};

struct slot *ifdslot_create(struct ifd_port *port) {
    struct ifdslot *impl = calloc(1, sizeof *impl);
    if (!impl)
        return NULL;
    slot_init(&impl->slot, &ifdslot_ops, NULL);
    impl->port = port;
    read_atr(impl, NULL, 0);
    return &impl->slot;
}

/* Attributes of readers: text, little-endian numbers, and the ATR. */
#include "slots/attrib.h"

#include <string.h>

#include "slots/exchange.h"

#define ATTR_VENDOR_IFD_VERSION 0x00010102u
#define ATTR_CURRENT_PROTOCOL 0x00080201u
#define ATTR_ICC_PRESENCE 0x00090300u
#define ATTR_ICC_INTERFACE 0x00090301u

#define VENDOR_NAME "scardssp"
#define IFD_VERSION 0x01000000u /* MMmmbbbb: 1.0, build 0 */
#define PRESENCE_INSIDE 2u      /* in the reader, not swallowed */

struct attrib {
    uint8_t bytes[SLOTS_READER_NAME_MAX + 1];
    size_t size;
};

static void put_number(struct attrib *attrib, uint32_t number) {
    for (size_t i = 0; i < sizeof number; ++i)
        attrib->bytes[i] = (uint8_t)(number >> 8 * i);
    attrib->size = sizeof number;
}

static void put_byte(struct attrib *attrib, unsigned byte) {
    attrib->bytes[0] = (uint8_t)byte;
    attrib->size = 1;
}

/* Text goes with its NUL, as services hand it out. */
static void put_text(struct attrib *attrib, const char *text) {
    attrib->size = strlen(text) + 1;
    memcpy(attrib->bytes, text, attrib->size);
}

/* A serial number that tells readers of one process apart and is the same in every run. */
static void put_serial(struct attrib *attrib, const char *name) {
    static const char digits[] = "0123456789ABCDEF";
    uint32_t hash = 2166136261u; /* FNV-1a */
    char serial[9];
    for (const char *at = name; *at; ++at)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    for (size_t i = 0; i < 8; ++i)
        serial[i] = digits[(hash >> (28 - 4 * i)) & 0xFu];
    serial[8] = '\0';
    put_text(attrib, serial);
}

static rm_status card_attrib(const struct slots_connection *connection, uint32_t id, struct attrib *attrib) {
    const struct slots_reader *reader = connection->reader;
    if (connection->notice != RM_OK)
        return connection->notice;
    if (!reader->slot)
        return RM_W_REMOVED_CARD;
    if (id == ATTR_CURRENT_PROTOCOL) {
        put_number(attrib, connection->protocol);
    } else {
        memcpy(attrib->bytes, reader->atr, reader->atr_size);
        attrib->size = reader->atr_size;
    }
    return RM_OK;
}

static rm_status find(const struct slots_connection *connection, uint32_t id, struct attrib *attrib) {
    const struct slots_reader *reader = connection->reader;
    if (connection->notice == RM_E_INVALID_HANDLE || connection->notice == RM_E_READER_UNAVAILABLE)
        return connection->notice;
    switch (id) {
    case RM_ATTR_VENDOR_NAME:
        put_text(attrib, VENDOR_NAME);
        return RM_OK;
    case ATTR_VENDOR_IFD_VERSION:
        put_number(attrib, IFD_VERSION);
        return RM_OK;
    case RM_ATTR_SERIAL_NUMBER:
        put_serial(attrib, reader->name);
        return RM_OK;
    case RM_ATTR_CHARACTERISTICS:
        put_number(attrib, (reader->flags & SLOTS_READER_EJECTOR) ? RM_CHARACTERISTIC_EJECTS : 0);
        return RM_OK;
    case ATTR_ICC_PRESENCE:
        put_byte(attrib, reader->slot ? PRESENCE_INSIDE : 0);
        return RM_OK;
    case ATTR_ICC_INTERFACE:
        put_byte(attrib, reader->power == SLOTS_ON);
        return RM_OK;
    case RM_ATTR_FRIENDLY_NAME:
    case RM_ATTR_SYSTEM_NAME:
        put_text(attrib, reader->name);
        return RM_OK;
    case RM_ATTR_ATR_STRING:
    case ATTR_CURRENT_PROTOCOL:
        return card_attrib(connection, id, attrib);
    default:
        return RM_E_UNSUPPORTED_FEATURE;
    }
}

/* What the reader says is about itself and its state; anything else the slot is asked for first. */
static bool is_slots(uint32_t id) {
    switch (id) {
    case ATTR_ICC_PRESENCE:
    case ATTR_ICC_INTERFACE:
    case RM_ATTR_FRIENDLY_NAME:
    case RM_ATTR_SYSTEM_NAME:
    case RM_ATTR_ATR_STRING:
    case ATTR_CURRENT_PROTOCOL:
        return false;
    default:
        return true;
    }
}

rm_status slots_attrib_get(struct slots_connection *connection, const void *context, uint32_t id,
                           uint8_t *value, size_t *size, struct rm_bound *bound) {
    struct attrib attrib = {.size = 0};
    if (is_slots(id)) {
        size_t told = *size;
        const rm_status status = slots_exchange_attrib(connection, context, id, value, &told, bound);
        if (status == RM_OK || status == RM_E_INSUFFICIENT_BUFFER)
            *size = told;
        if (status != RM_E_UNSUPPORTED_FEATURE)
            return status;
    }
    lock_take(&connection->reader->mutex);
    rm_status status = find(connection, id, &attrib);
    lock_give(&connection->reader->mutex);
    if (status != RM_OK)
        return status;
    const size_t room = *size;
    *size = attrib.size;
    if (!value)
        return RM_OK;
    if (room < attrib.size)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(value, attrib.bytes, attrib.size);
    return RM_OK;
}

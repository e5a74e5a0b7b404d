/*
 * The exchange engine: maps a command APDU onto the units of the protocol and puts the reply together. The
 * card object runs it for every command, so the plain case (T=1, SW 9000) must stay a handful of
 * instructions.
 */
#include "apdu/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "apdu/iso7816.h"
#include "base/wipe.h"

/* Out of line, so that the plain case pays neither for their registers nor for their stack. */
#define SLOW_PATH __attribute__((noinline, cold))

#define SW_SIZE 2u
#define TPDU_HEADER 5u
#define TPDU_MAX (TPDU_HEADER + APDU_SHORT_NC_MAX)
/* Least room for an answer: cards answer with data to commands that asked for none. */
#define RECEIVE_LEAST (APDU_SHORT_NE_MAX + SW_SIZE)

SLOW_PATH bool exchange_reply_reserve(struct exchange_reply *reply, size_t room) {
    if (room <= reply->room)
        return true;
    /* Doubling keeps a reply of many pieces linear; no realloc(), which would leave the old bytes unwiped. */
    size_t grown = reply->room * 2;
    if (grown < room)
        grown = room;
    uint8_t *bytes = malloc(grown);
    if (!bytes)
        return false;
    if (reply->room)
        memcpy(bytes, reply->bytes, reply->room);
    wipe_free(reply->bytes, reply->room);
    reply->bytes = bytes;
    reply->room = grown;
    return true;
}

void exchange_reply_clear(struct exchange_reply *reply) {
    wipe_free(reply->bytes, reply->room);
    reply->bytes = NULL;
    reply->size = 0;
    reply->room = 0;
}

static uint8_t reply_sw1(const struct exchange_reply *reply) {
    return reply->bytes[reply->size - 2];
}

static uint8_t reply_sw2(const struct exchange_reply *reply) {
    return reply->bytes[reply->size - 1];
}

static bool reply_is_9000(const struct exchange_reply *reply) {
    return reply_sw1(reply) == 0x90 && reply_sw2(reply) == 0x00;
}

/*
 * Sends one unit; its answer replaces what the reply holds after its first `keep` bytes. `ne`: data expected.
 * The reply is empty after a failure.
 */
static inline uint32_t unit_send(const struct exchange *exchange, const uint8_t *unit, size_t unit_size,
                                 size_t ne, size_t keep, struct exchange_reply *reply) {
    size_t room = ne + SW_SIZE > RECEIVE_LEAST ? ne + SW_SIZE : RECEIVE_LEAST;
    if (room > exchange->receive_max)
        room = exchange->receive_max;
    reply->size = 0;
    if (keep + room > reply->room && !exchange_reply_reserve(reply, keep + room))
        return EXCHANGE_NO_MEMORY;
    size_t received = room;
    const uint32_t code = exchange->transmit(exchange->link, unit, unit_size, reply->bytes + keep, &received);
    if (code)
        return code;
    if (received < SW_SIZE || received > room)
        return EXCHANGE_BAD_REPLY;
    reply->size = keep + received;
    return EXCHANGE_OK;
}

/* Asks for `length` bytes (0: 256) of the answer, keeping the first `keep` bytes of the reply. */
static uint32_t get_response(const struct exchange *exchange, uint8_t cla, uint8_t length, size_t keep,
                             struct exchange_reply *reply) {
    uint8_t unit[TPDU_HEADER] = {cla, ISO7816_INS_GET_RESPONSE, 0, 0, length};
    if (exchange->alternate_class_set)
        unit[0] = exchange->alternate_class;
    uint32_t code = unit_send(exchange, unit, sizeof unit, APDU_SHORT_NE_MAX, keep, reply);
    if (code == EXCHANGE_OK && reply_sw1(reply) == 0x6C) {
        unit[TPDU_HEADER - 1] = reply_sw2(reply);
        code = unit_send(exchange, unit, sizeof unit, APDU_SHORT_NE_MAX, keep, reply);
    }
    return code;
}

/* While the reply ends in 61xx: fetches the next piece and joins it (7816-4 §5.3.4). */
static uint32_t collect(const struct exchange *exchange, uint8_t cla, struct exchange_reply *reply) {
    while (reply_sw1(reply) == 0x61) {
        const size_t data = reply->size - SW_SIZE;
        const uint32_t code = get_response(exchange, cla, reply_sw2(reply), data, reply);
        if (code)
            return code;
        /* A card that announces data for ever, or sends more than a reply can hold, must not keep us here. */
        const size_t now = reply->size - SW_SIZE;
        if (now > APDU_NE_MAX || (now == data && reply_sw1(reply) == 0x61)) {
            reply->size = 0;
            return EXCHANGE_BAD_REPLY;
        }
    }
    return EXCHANGE_OK;
}

/*
 * Gets the data of a case 4 command that a T=0 card has accepted: announced by 61xx, or to be asked for after
 * 9000 or a warning. An answer that the card has given is never lost to a GET RESPONSE that it refuses.
 */
static uint32_t collect_expected(const struct exchange *exchange, const struct apdu *apdu,
                                 struct exchange_reply *reply) {
    const uint8_t sw1 = reply_sw1(reply);
    const uint8_t sw2 = reply_sw2(reply);
    const bool warning = sw1 == 0x62 || sw1 == 0x63;
    if (apdu->ne == 0 || reply->size != SW_SIZE || !(warning || reply_is_9000(reply)))
        return collect(exchange, apdu->cla, reply);

    const uint8_t length = apdu->ne < APDU_SHORT_NE_MAX ? (uint8_t)apdu->ne : 0;
    uint32_t code = get_response(exchange, apdu->cla, length, 0, reply);
    if (code == EXCHANGE_OK)
        code = collect(exchange, apdu->cla, reply);
    if (code)
        return code;
    if (reply->size == SW_SIZE || (warning && reply_is_9000(reply))) {
        reply->bytes[reply->size - 2] = sw1;
        reply->bytes[reply->size - 1] = sw2;
    }
    return EXCHANGE_OK;
}

/* One TPDU of header, P3 and data, to the end of its reply. */
static uint32_t tpdu_run(const struct exchange *exchange, const struct apdu *apdu, const uint8_t *tpdu,
                         size_t size, struct exchange_reply *reply) {
    uint32_t code = unit_send(exchange, tpdu, size, APDU_SHORT_NE_MAX, 0, reply);
    if (code)
        return code;
    if (apdu->nc)
        return collect_expected(exchange, apdu, reply);
    if (apdu->ne && reply_sw1(reply) == 0x6C) {
        const uint8_t again[TPDU_HEADER] = {apdu->cla, apdu->ins, apdu->p1, apdu->p2, reply_sw2(reply)};
        code = unit_send(exchange, again, sizeof again, APDU_SHORT_NE_MAX, 0, reply);
        if (code)
            return code;
    }
    return collect(exchange, apdu->cla, reply);
}

/* An extended command, or one of case 1, with Nc <= 255 as a TPDU: P3 is Lc or, without data, Le. */
static uint32_t tpdu_build_and_run(const struct exchange *exchange, const struct apdu *apdu,
                                   struct exchange_reply *reply) {
    uint8_t tpdu[TPDU_MAX] = {apdu->cla, apdu->ins, apdu->p1, apdu->p2};
    if (apdu->nc) {
        tpdu[TPDU_HEADER - 1] = (uint8_t)apdu->nc;
        memcpy(tpdu + TPDU_HEADER, apdu->data, apdu->nc);
    } else {
        tpdu[TPDU_HEADER - 1] = apdu->ne < APDU_SHORT_NE_MAX ? (uint8_t)apdu->ne : 0;
    }
    const uint32_t code = tpdu_run(exchange, apdu, tpdu, TPDU_HEADER + apdu->nc, reply);
    wipe(tpdu, sizeof tpdu);
    return code;
}

/* An extended command in ENVELOPEs: see the header for how its end is marked. */
static uint32_t envelope_run(const struct exchange *exchange, const struct apdu *apdu, const uint8_t *command,
                             size_t size, struct exchange_reply *reply) {
    uint8_t tpdu[TPDU_MAX] = {apdu->cla, ISO7816_INS_ENVELOPE};
    size_t sent = 0, block;
    uint32_t code;
    do {
        block = size - sent < APDU_SHORT_NC_MAX ? size - sent : APDU_SHORT_NC_MAX;
        tpdu[TPDU_HEADER - 1] = (uint8_t)block;
        memcpy(tpdu + TPDU_HEADER, command + sent, block);
        code = unit_send(exchange, tpdu, TPDU_HEADER + block, APDU_SHORT_NE_MAX, 0, reply);
        sent += block;
    } while (code == EXCHANGE_OK && reply_is_9000(reply) && block == APDU_SHORT_NC_MAX);
    wipe(tpdu, sizeof tpdu);
    if (code)
        return code;

    const bool unknown = reply_sw1(reply) == 0x6D || reply_sw1(reply) == 0x6E;
    if (unknown && sent == block && apdu->nc <= APDU_SHORT_NC_MAX)
        return tpdu_build_and_run(exchange, apdu, reply);
    return sent == size ? collect_expected(exchange, apdu, reply) : collect(exchange, apdu->cla, reply);
}

static SLOW_PATH uint32_t t0_run(const struct exchange *exchange, const struct apdu *apdu,
                                 const uint8_t *command, size_t size, struct exchange_reply *reply) {
    if (apdu->nc > APDU_SHORT_NC_MAX || apdu->ne > APDU_SHORT_NE_MAX)
        return envelope_run(exchange, apdu, command, size, reply);
    if (apdu->extended || size == APDU_HEADER)
        return tpdu_build_and_run(exchange, apdu, reply);
    /* The caller's bytes are the TPDU; only the Le of case 4 stays behind. */
    return tpdu_run(exchange, apdu, command, TPDU_HEADER + apdu->nc, reply);
}

/* Completes a T=1 or RAW exchange whose answer is 61xx or 6Cxx. */
static SLOW_PATH uint32_t t1_complete(const struct exchange *exchange, const struct apdu *apdu,
                                      const uint8_t *command, size_t size, struct exchange_reply *reply) {
    if (reply_sw1(reply) == 0x6C && apdu->ne) {
        uint8_t *again = malloc(size);
        if (!again) {
            reply->size = 0;
            return EXCHANGE_NO_MEMORY;
        }
        memcpy(again, command, size);
        /* Le is the last field in every form; 6C00 means 256, which the short form codes as 00. */
        again[size - 1] = reply_sw2(reply);
        if (apdu->extended)
            again[size - 2] = reply_sw2(reply) ? 0 : 1;
        const uint32_t code = unit_send(exchange, again, size, APDU_SHORT_NE_MAX, 0, reply);
        wipe_free(again, size);
        if (code)
            return code;
    }
    return collect(exchange, apdu->cla, reply);
}

uint32_t exchange_run(const struct exchange *exchange, const uint8_t *command, size_t command_size,
                      struct exchange_reply *reply) {
    struct apdu apdu;
    reply->size = 0;
    if (!apdu_parse(command, command_size, &apdu))
        return EXCHANGE_MALFORMED;
    if (exchange->protocol == EXCHANGE_T0)
        return t0_run(exchange, &apdu, command, command_size, reply);
    const uint32_t code = unit_send(exchange, command, command_size, apdu.ne, 0, reply);
    if (code || exchange->raw)
        return code;
    const uint8_t sw1 = reply_sw1(reply);
    if (sw1 != 0x61 && sw1 != 0x6C)
        return EXCHANGE_OK;
    return t1_complete(exchange, &apdu, command, command_size, reply);
}

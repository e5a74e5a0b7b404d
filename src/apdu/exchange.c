/*
 * The exchange engine: maps a command APDU onto the units of the protocol and puts the reply together. The
 * card object runs it for every command, so the plain case (T=1, one unit) must stay a handful of
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
/* Least memory of a reply, so that commands in short form need no more. */
#define REPLY_LEAST EXCHANGE_RECEIVE_MIN
/* Answers up to this size are moved by a few instructions, without asking how long they are. */
#define ANSWER_SMALL 32u

/* One command on its way. */
struct run {
    const struct exchange *exchange;
    struct apdu apdu;
    struct exchange_reply *reply;
    size_t limit; /* data wanted at most */
    uint8_t cla;  /* of GET RESPONSE */
    bool chained; /* a link of a chain that is not the last one */
};

SLOW_PATH bool exchange_reply_reserve(struct exchange_reply *reply, size_t room) {
    if (room <= reply->room)
        return true;
    /* Doubling keeps a reply of many pieces linear; no realloc(), which would leave the old bytes unwiped. */
    size_t grown = reply->room ? reply->room * 2 : REPLY_LEAST;
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

static bool sw_is_warning(uint8_t sw1) {
    return sw1 == 0x62 || sw1 == 0x63;
}

static bool reply_is_9000(const struct exchange_reply *reply) {
    return reply_sw1(reply) == 0x90 && reply_sw2(reply) == 0x00;
}

/* Interindustry classes, whose bits ISO/IEC 7816-4 §5.1.1 defines. */
static bool class_is_interindustry(uint8_t cla) {
    return cla < 0x80;
}

static bool class_is_chained(uint8_t cla) {
    return class_is_interindustry(cla) && (cla & 0xE0) != 0x20 && (cla & 0x10);
}

/*
 * The class of what is sent on a command's behalf: on the same logical channel, but neither protected nor a
 * link of a chain. Of the classes of one's own 8X and 9X are read in the same way (7816-4:2005 §5.1.1,
 * GlobalPlatform).
 */
static uint8_t class_plain(uint8_t cla) {
    switch (cla & 0xE0) {
    case 0x00:
        return cla & 0x03;
    case 0x80:
        return cla & 0x83;
    case 0x40:
    case 0x60:
        return cla & 0x4F;
    default:
        return cla;
    }
}

static bool sw_announces(uint8_t sw1) {
    return sw1 == 0x61 || sw1 == 0x6C;
}

/* Ends an exchange that has failed: no reply, and nothing left where it might have come. */
static SLOW_PATH uint32_t fail(const struct exchange *exchange, struct exchange_reply *reply, uint32_t code) {
    wipe(exchange->receive, exchange->receive_max);
    reply->size = 0;
    return code;
}

/*
 * Puts what has been received behind the first `keep` bytes of the reply: at most `most` bytes of data, and
 * SW1 SW2.
 */
static SLOW_PATH uint32_t join(const struct exchange *exchange, size_t received, size_t keep, size_t most,
                               struct exchange_reply *reply) {
    const size_t data = received - SW_SIZE < most ? received - SW_SIZE : most;
    if (!exchange_reply_reserve(reply, keep + data + SW_SIZE))
        return fail(exchange, reply, EXCHANGE_NO_MEMORY);
    memcpy(reply->bytes + keep, exchange->receive, data);
    memcpy(reply->bytes + keep + data, exchange->receive + received - SW_SIZE, SW_SIZE);
    reply->size = keep + data + SW_SIZE;
    wipe(exchange->receive, received);
    return EXCHANGE_OK;
}

/* Makes what has been received the whole reply, whatever its size. */
static inline uint32_t take(const struct exchange *exchange, size_t received, struct exchange_reply *reply) {
    if (received <= ANSWER_SMALL && reply->room >= ANSWER_SMALL) {
        memcpy(reply->bytes, exchange->receive, ANSWER_SMALL);
        memset(exchange->receive, 0, ANSWER_SMALL);
    } else {
        if (!exchange_reply_reserve(reply, received))
            return fail(exchange, reply, EXCHANGE_NO_MEMORY);
        memcpy(reply->bytes, exchange->receive, received);
        wipe(exchange->receive, received);
    }
    reply->size = received;
    return EXCHANGE_OK;
}

/* Sends the first unit. The answer lies where it was received; then it has two bytes at least. */
static inline uint32_t unit_first(const struct exchange *exchange, const uint8_t *unit, size_t size,
                                  struct exchange_reply *reply, size_t *received) {
    *received = exchange->receive_max;
    const uint32_t code = exchange->transmit(exchange->link, unit, size, exchange->receive, received);
    if (code)
        return fail(exchange, reply, code);
    if (*received < SW_SIZE || *received > exchange->receive_max)
        return fail(exchange, reply, EXCHANGE_BAD_REPLY);
    return EXCHANGE_OK;
}

/* Sends a further unit, where the link wants to go on. */
static uint32_t unit_next(const struct run *run, const uint8_t *unit, size_t size, size_t *received) {
    const uint32_t code = run->exchange->go_on(run->exchange->link);
    if (code)
        return fail(run->exchange, run->reply, code);
    return unit_first(run->exchange, unit, size, run->reply, received);
}

/*
 * Sends the command's unit again with the length that the card has asked for; more than is wanted is left
 * out.
 */
static uint32_t unit_again(const struct run *run, const uint8_t *unit, size_t size) {
    size_t received = 0;
    const uint32_t code = unit_next(run, unit, size, &received);
    return code ? code : join(run->exchange, received, 0, run->limit, run->reply);
}

/*
 * Sends GET RESPONSE for `length` bytes (256 at most) until it is answered in earnest: in a class the card
 * knows, and with the length it wants. *received: what came then; *exact: the card's length.
 */
static uint32_t get_response(struct run *run, size_t length, size_t *received, bool *exact) {
    uint8_t unit[TPDU_HEADER] = {run->cla, ISO7816_INS_GET_RESPONSE, 0, 0, (uint8_t)length};
    const uint8_t *answer = run->exchange->receive;
    *exact = false;
    uint32_t code = unit_next(run, unit, sizeof unit, received);
    if (code == EXCHANGE_OK && *received == SW_SIZE && (answer[0] == 0x6D || answer[0] == 0x6E) &&
        !class_is_interindustry(run->cla)) {
        unit[0] = run->cla = 0x00;
        code = unit_next(run, unit, sizeof unit, received);
    }
    if (code == EXCHANGE_OK && answer[*received - 2] == 0x6C) {
        unit[TPDU_HEADER - 1] = answer[*received - 1];
        *exact = true;
        code = unit_next(run, unit, sizeof unit, received);
    }
    return code;
}

/*
 * Fetches up to `length` bytes and joins them to the data that the reply has; *more: it has got any. A
 * refusal changes nothing.
 */
static uint32_t fetch(struct run *run, size_t length, bool *more) {
    const size_t data = run->reply->size - SW_SIZE;
    size_t received = 0;
    bool exact = false;
    *more = false;
    const uint32_t code = get_response(run, length, &received, &exact);
    if (code)
        return code;
    const uint8_t *sw = run->exchange->receive + received - SW_SIZE;
    *more = received > SW_SIZE;
    if (!*more && sw[0] != 0x61 && !sw_is_warning(sw[0]) && !(sw[0] == 0x90 && sw[1] == 0x00))
        return EXCHANGE_OK;
    return join(run->exchange, received, data, (exact ? run->limit : APDU_NE_MAX) - data, run->reply);
}

/* While the reply ends in 61xx and more is wanted: fetches the next piece (7816-4 §5.3.4). */
static uint32_t collect(struct run *run) {
    const struct exchange_reply *reply = run->reply;
    bool more = !run->chained;
    while (more && reply_sw1(reply) == 0x61 && reply->size - SW_SIZE < run->limit) {
        const size_t wanted = run->limit - (reply->size - SW_SIZE);
        const size_t waiting = reply_sw2(reply) ? reply_sw2(reply) : APDU_SHORT_NE_MAX;
        const uint32_t code = fetch(run, wanted < waiting ? wanted : waiting, &more);
        if (code)
            return code;
    }
    return EXCHANGE_OK;
}

/* Gets the data of a case 4 command that a T=0 card has accepted: announced by 61xx, or to be asked for. */
static uint32_t collect_expected(struct run *run) {
    struct exchange_reply *reply = run->reply;
    const uint8_t sw1 = reply_sw1(reply);
    const uint8_t sw2 = reply_sw2(reply);
    if (run->chained || run->apdu.ne == 0 || reply->size != SW_SIZE ||
        !(sw_is_warning(sw1) || reply_is_9000(reply)))
        return collect(run);
    bool more = false;
    uint32_t code = fetch(run, run->apdu.ne < APDU_SHORT_NE_MAX ? run->apdu.ne : APDU_SHORT_NE_MAX, &more);
    if (code == EXCHANGE_OK)
        code = collect(run);
    if (code)
        return code;
    if (reply->size == SW_SIZE || (sw_is_warning(sw1) && reply_is_9000(reply))) {
        reply->bytes[reply->size - 2] = sw1;
        reply->bytes[reply->size - 1] = sw2;
    }
    return EXCHANGE_OK;
}

/* One TPDU of header, P3 and data, to the end of its reply. */
static uint32_t tpdu_run(struct run *run, const uint8_t *tpdu, size_t size) {
    const struct apdu *apdu = &run->apdu;
    size_t received = 0;
    uint32_t code = unit_first(run->exchange, tpdu, size, run->reply, &received);
    if (code == EXCHANGE_OK)
        code = take(run->exchange, received, run->reply);
    if (code)
        return code;
    if (apdu->nc)
        return collect_expected(run);
    if (apdu->ne && reply_sw1(run->reply) == 0x6C) {
        const uint8_t again[TPDU_HEADER] = {apdu->cla, apdu->ins, apdu->p1, apdu->p2, reply_sw2(run->reply)};
        code = unit_again(run, again, sizeof again);
        if (code)
            return code;
    }
    return collect(run);
}

/* An extended command, or one of case 1, as a TPDU: P3 is Lc or, without data, Le. */
static uint32_t tpdu_build_and_run(struct run *run) {
    const struct apdu *apdu = &run->apdu;
    uint8_t tpdu[TPDU_MAX] = {apdu->cla, apdu->ins, apdu->p1, apdu->p2};
    if (apdu->nc) {
        tpdu[TPDU_HEADER - 1] = (uint8_t)apdu->nc;
        memcpy(tpdu + TPDU_HEADER, apdu->data, apdu->nc);
    } else {
        tpdu[TPDU_HEADER - 1] = apdu->ne < APDU_SHORT_NE_MAX ? (uint8_t)apdu->ne : 0;
    }
    const uint32_t code = tpdu_run(run, tpdu, TPDU_HEADER + apdu->nc);
    wipe(tpdu, sizeof tpdu);
    return code;
}

/* An extended command in ENVELOPEs: see the header for how its end is marked. */
static uint32_t envelope_run(struct run *run, const uint8_t *command, size_t size) {
    uint8_t tpdu[TPDU_MAX] = {class_plain(run->apdu.cla), ISO7816_INS_ENVELOPE};
    size_t sent = 0, block = 0, received = 0;
    uint32_t code;
    do {
        block = size - sent < APDU_SHORT_NC_MAX ? size - sent : APDU_SHORT_NC_MAX;
        tpdu[TPDU_HEADER - 1] = (uint8_t)block;
        memcpy(tpdu + TPDU_HEADER, command + sent, block);
        code = sent ? unit_next(run, tpdu, TPDU_HEADER + block, &received)
                    : unit_first(run->exchange, tpdu, TPDU_HEADER + block, run->reply, &received);
        if (code == EXCHANGE_OK)
            code = take(run->exchange, received, run->reply);
        sent += block;
    } while (code == EXCHANGE_OK && reply_is_9000(run->reply) && block == APDU_SHORT_NC_MAX);
    wipe(tpdu, sizeof tpdu);
    if (code)
        return code;
    return sent == size ? collect_expected(run) : collect(run);
}

/* A command that has been taken apart; everything that completes it is known from here on. */
static struct run run_of(const struct exchange *exchange, const struct apdu *apdu,
                         struct exchange_reply *reply) {
    const bool everything = apdu->ne == 0 || (apdu->ne == APDU_SHORT_NE_MAX && !apdu->extended);
    return (struct run){
        .exchange = exchange,
        .apdu = *apdu,
        .reply = reply,
        .limit = everything ? APDU_NE_MAX : apdu->ne,
        .cla = exchange->options.alternate_class_set ? exchange->options.alternate_class
                                                     : class_plain(apdu->cla),
        .chained = class_is_chained(apdu->cla),
    };
}

static SLOW_PATH uint32_t t0_run(const struct exchange *exchange, const struct apdu *apdu,
                                 const uint8_t *command, size_t size, struct exchange_reply *reply) {
    struct run run = run_of(exchange, apdu, reply);
    if (apdu->nc > APDU_SHORT_NC_MAX)
        return class_is_interindustry(apdu->cla) ? envelope_run(&run, command, size) : EXCHANGE_UNSUPPORTED;
    if (apdu->extended || size == APDU_HEADER)
        return tpdu_build_and_run(&run);
    /* The caller's bytes are the TPDU; only the Le of case 4 stays behind. */
    return tpdu_run(&run, command, TPDU_HEADER + apdu->nc);
}

/* One unit as it is, and its answer as it came. */
static SLOW_PATH uint32_t raw_run(const struct exchange *exchange, const uint8_t *unit, size_t size,
                                  struct exchange_reply *reply) {
    if (size == 0 || size > EXCHANGE_UNIT_MAX)
        return EXCHANGE_MALFORMED;
    size_t received = exchange->receive_max;
    const uint32_t code = exchange->transmit(exchange->link, unit, size, exchange->receive, &received);
    if (code)
        return fail(exchange, reply, code);
    if (received > exchange->receive_max)
        return fail(exchange, reply, EXCHANGE_BAD_REPLY);
    if (received >= SW_SIZE && sw_announces(exchange->receive[received - 2]))
        *exchange->announced = true;
    return received ? take(exchange, received, reply) : EXCHANGE_OK;
}

/* Completes a T=1 or RAW exchange whose answer, of so many bytes, is 61xx or 6Cxx. */
static SLOW_PATH uint32_t t1_complete(const struct exchange *exchange, const uint8_t *command, size_t size,
                                      size_t received, struct exchange_reply *reply) {
    struct apdu apdu = {0};
    *exchange->announced = true;
    uint32_t code = take(exchange, received, reply);
    if (code)
        return code;
    (void)apdu_parse(command, size, &apdu); /* it has been looked at before it was sent */
    struct run run = run_of(exchange, &apdu, reply);
    if (reply_sw1(reply) == 0x6C && apdu.ne) {
        uint8_t *again = malloc(size);
        if (!again)
            return fail(exchange, reply, EXCHANGE_NO_MEMORY);
        memcpy(again, command, size);
        /* Le is the last field in every form; 6C00 means 256, which the short form codes as 00. */
        again[size - 1] = reply_sw2(reply);
        if (apdu.extended)
            again[size - 2] = reply_sw2(reply) ? 0 : 1;
        code = unit_again(&run, again, size);
        wipe_free(again, size);
    }
    return code ? code : collect(&run);
}

/* The units of T=1 and RAW are APDUs: the command goes as it is. */
static inline uint32_t t1_run(const struct exchange *exchange, const uint8_t *command, size_t size,
                              struct exchange_reply *reply) {
    size_t received;
    const uint32_t code = unit_first(exchange, command, size, reply, &received);
    if (code)
        return code;
    if (sw_announces(exchange->receive[received - 2]))
        return t1_complete(exchange, command, size, received, reply);
    return take(exchange, received, reply);
}

uint32_t exchange_run_parsed(const struct exchange *exchange, const struct apdu *apdu, const uint8_t *command,
                             size_t command_size, struct exchange_reply *reply) {
    reply->size = 0;
    if (exchange->protocol == EXCHANGE_T0)
        return t0_run(exchange, apdu, command, command_size, reply);
    return t1_run(exchange, command, command_size, reply);
}

uint32_t exchange_run(const struct exchange *exchange, const uint8_t *command, size_t command_size,
                      struct exchange_reply *reply) {
    struct apdu apdu;
    reply->size = 0;
    if (exchange->options.raw)
        return raw_run(exchange, command, command_size, reply);
    /* Five bytes are a command of case 2, whatever they are. */
    if (exchange->protocol != EXCHANGE_T0 && command_size == APDU_HEADER + 1)
        return t1_run(exchange, command, command_size, reply);
    if (!apdu_parse(command, command_size, &apdu))
        return EXCHANGE_MALFORMED;
    return exchange_run_parsed(exchange, &apdu, command, command_size, reply);
}

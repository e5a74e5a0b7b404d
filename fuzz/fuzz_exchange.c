/*
 * The exchange engine over a link whose every answer comes from the input: whatever a card sends, it comes to
 * an end.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "apdu/exchange.h"
#include "fuzz.h"

#define LINK_FAILED 0x80100069u
/*
 * Two steps for each byte of the longest answer, where each GET RESPONSE is answered by 6Cxx first, and some
 * more.
 */
#define STEPS_MAX 132000u

struct wire {
    struct feed feed;
    const struct exchange *exchange;
    const uint8_t *command;
    size_t command_size;
    size_t steps, asked;
    size_t asked_for; /* data that the last unit asked for */
    bool overgave;    /* the card has given more than that */
    bool lied;        /* claimed more bytes than there was room for */
    bool failed;
};

/* A unit made by the engine on the command's behalf has a class of its own making. */
static void check_class(const struct wire *wire, const uint8_t *unit) {
    const uint8_t cla = unit[0];
    if (wire->exchange->options.alternate_class_set)
        FUZZ_CHECK(cla == wire->exchange->options.alternate_class || cla == 0 || cla == wire->command[0]);
    else if (cla != wire->command[0])
        FUZZ_CHECK(cla == 0 || (cla & 0x9C) == 0x80 || (cla & 0xFC) == 0 || (cla & 0xF0) == 0x40);
}

static void check_unit(struct wire *wire, const uint8_t *unit, size_t size) {
    struct apdu apdu;
    if (wire->exchange->options.raw) {
        FUZZ_CHECK(wire->steps == 1 && size == wire->command_size && memcmp(unit, wire->command, size) == 0);
        wire->asked_for = SIZE_MAX;
        return;
    }
    check_class(wire, unit);
    if (wire->exchange->protocol == EXCHANGE_T0) {
        FUZZ_CHECK(size == APDU_HEADER + 1 || size == APDU_HEADER + 1u + unit[APDU_HEADER]);
        wire->asked_for = size > APDU_HEADER + 1 ? 0 : unit[APDU_HEADER] ? unit[APDU_HEADER] : 256;
        return;
    }
    FUZZ_CHECK(apdu_parse(unit, size, &apdu));
    wire->asked_for = apdu.ne;
}

static uint32_t go_on(void *link) {
    struct wire *const wire = link;
    FUZZ_CHECK(++wire->asked == wire->steps && !wire->failed && !wire->lied);
    return 0;
}

/*
 * Answers with SW1 SW2 and as many bytes of data as the input says. FF in front: the link fails, FE: it
 * claims more than there was room for. The end of the input is 9000.
 */
static uint32_t transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                         size_t *receive_size) {
    struct wire *const wire = link;
    const size_t room = *receive_size;
    FUZZ_CHECK(++wire->steps <= STEPS_MAX);
    FUZZ_CHECK(room >= 2 && room <= wire->exchange->receive_max);
    check_unit(wire, send, send_size);
    FUZZ_CHECK(!wire->failed && !wire->lied);
    const uint8_t kind = feed_byte(&wire->feed);
    if (kind == 0xFF) {
        wire->failed = true;
        return LINK_FAILED;
    }
    if (kind == 0xFE) {
        wire->lied = true;
        *receive_size = room + 1 + feed_byte(&wire->feed);
        return 0;
    }
    if (!wire->feed.left) {
        receive[0] = 0x90;
        receive[1] = 0x00;
        *receive_size = 2;
        return 0;
    }
    /* Data by the page, so that a short input can make a long answer. */
    const size_t wanted = kind < 0xF0 ? kind : (size_t)(kind & 0x0F) * 0x1000;
    size_t got = 0;
    const uint8_t *const bytes = feed_bytes(&wire->feed, kind < 0xF0 ? wanted : 2, &got);
    size_t size = kind < 0xF0 ? got : wanted;
    size = size < room ? size : room;
    memset(receive, 0x5A, size);
    memcpy(receive, bytes, got < size ? got : size);
    if (kind >= 0xF0 && size >= 2)
        memcpy(receive + size - 2, bytes, got < 2 ? got : 2);
    wire->overgave |= size >= 2 && size - 2 > wire->asked_for;
    *receive_size = size;
    return 0;
}

/* What must hold of a reply, and of what led to it. */
static void check_reply(const struct wire *wire, const struct apdu *apdu,
                        const struct exchange_reply *reply) {
    const bool everything = !apdu->ne || (apdu->ne == 256 && !apdu->extended);
    const size_t most =
        wire->exchange->receive_max < APDU_REPLY_MAX ? APDU_REPLY_MAX : wire->exchange->receive_max;
    FUZZ_CHECK(reply->size <= most && reply->size <= reply->room);
    if (wire->exchange->options.raw)
        return;
    FUZZ_CHECK(reply->size >= 2);
    if (!everything && !wire->overgave)
        FUZZ_CHECK(reply->size - 2 <= apdu->ne);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct wire wire = {.feed = {data, size}};
    const uint8_t options = feed_byte(&wire.feed);
    static const enum exchange_protocol protocols[] = {EXCHANGE_T0, EXCHANGE_T1, EXCHANGE_RAW};
    static uint8_t receive[65548];
    bool announced = false;
    struct exchange exchange = {.transmit = transmit,
                                .go_on = go_on,
                                .link = &wire,
                                .announced = &announced,
                                .receive = receive,
                                .protocol = protocols[options % 3],
                                .options.raw = options & 0x10,
                                .options.alternate_class_set = options & 0x20,
                                .options.alternate_class = 0x80,
                                .receive_max = options & 0x40 ? 258 : 65548};
    struct exchange_reply reply = {0};
    wire.exchange = &exchange;
    for (int commands = 0; commands < 4 && (!commands || wire.feed.left); ++commands) {
        size_t command_size = 0;
        const size_t wanted = options & 0x80 ? feed_word(&wire.feed) : feed_byte(&wire.feed);
        const uint8_t *const bytes = feed_bytes(&wire.feed, wanted, &command_size);
        uint8_t *const command = fuzz_copy(bytes, command_size, 0);
        struct apdu apdu = {0};
        wire.steps = wire.asked = 0;
        wire.lied = wire.failed = wire.overgave = false;
        wire.command = command;
        wire.command_size = command_size;
        const bool parsed = apdu_parse(command, command_size, &apdu);
        const bool sound =
            exchange.options.raw ? command_size > 0 && command_size <= EXCHANGE_UNIT_MAX : parsed;
        const bool carried = sound && (exchange.options.raw || exchange.protocol != EXCHANGE_T0 ||
                                       apdu.nc < 256 || apdu.cla < 0x80);
        const uint32_t code = exchange_run(&exchange, command, command_size, &reply);
        FUZZ_CHECK((code == EXCHANGE_MALFORMED) == !sound);
        FUZZ_CHECK((code == EXCHANGE_UNSUPPORTED) == (sound && !carried));
        FUZZ_CHECK((wire.steps != 0) == carried && wire.asked + carried == wire.steps);
        FUZZ_CHECK((code == LINK_FAILED) == wire.failed);
        FUZZ_CHECK(!wire.lied || code == EXCHANGE_BAD_REPLY);
        FUZZ_CHECK(code <= EXCHANGE_UNSUPPORTED || code == LINK_FAILED);
        if (code == EXCHANGE_OK)
            check_reply(&wire, &apdu, &reply);
        else
            FUZZ_CHECK(reply.size == 0);
        free(command);
    }
    exchange_reply_clear(&reply);
    FUZZ_CHECK(!reply.bytes && !reply.size && !reply.room);
    return 0;
}

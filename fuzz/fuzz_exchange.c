/* The exchange engine over a link whose every answer comes from the input: whatever a card sends, it comes to an end. */
#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "apdu/exchange.h"
#include "fuzz.h"

#define LINK_FAILED 0x80100069u
/* One step for each byte of the longest answer is more than any exchange needs. */
#define STEPS_MAX 70000u

struct wire {
    struct feed feed;
    const struct exchange *exchange;
    size_t steps;
    bool lied; /* claimed more bytes than there was room for */
    bool failed;
};

static void check_unit(const struct wire *wire, const uint8_t *unit, size_t size) {
    struct apdu apdu;
    if (wire->exchange->protocol != EXCHANGE_T0) {
        FUZZ_CHECK(apdu_parse(unit, size, &apdu));
        return;
    }
    FUZZ_CHECK(size == APDU_HEADER + 1 || size == APDU_HEADER + 1u + unit[APDU_HEADER]);
}

/*
 * Answers with SW1 SW2 and as many bytes of data as the input says. FF in front: the link fails, FE: it claims more than
 * there was room for. The end of the input is 9000.
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
    *receive_size = size;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct wire wire = {.feed = {data, size}};
    const uint8_t options = feed_byte(&wire.feed);
    struct exchange exchange = {.transmit = transmit,
                                .link = &wire,
                                .protocol = (enum exchange_protocol)(1 + options % 3),
                                .raw = options & 0x10,
                                .alternate_class_set = options & 0x20,
                                .alternate_class = 0x80,
                                .receive_max = options & 0x40 ? 258 : 65548};
    struct exchange_reply reply = {0};
    wire.exchange = &exchange;
    for (int commands = 0; commands < 4 && (!commands || wire.feed.left); ++commands) {
        size_t command_size = 0;
        const size_t wanted = options & 0x80 ? feed_word(&wire.feed) : feed_byte(&wire.feed);
        const uint8_t *const bytes = feed_bytes(&wire.feed, wanted, &command_size);
        uint8_t *const command = fuzz_copy(bytes, command_size, 0);
        struct apdu apdu;
        wire.steps = 0;
        wire.lied = wire.failed = false;
        const bool sound = apdu_parse(command, command_size, &apdu);
        const uint32_t code = exchange_run(&exchange, command, command_size, &reply);
        FUZZ_CHECK((code == EXCHANGE_MALFORMED) == !sound);
        FUZZ_CHECK((wire.steps != 0) == sound);
        FUZZ_CHECK((code == LINK_FAILED) == wire.failed);
        FUZZ_CHECK(!wire.lied || code == EXCHANGE_BAD_REPLY);
        FUZZ_CHECK(code <= EXCHANGE_BAD_REPLY || code == LINK_FAILED);
        if (code == EXCHANGE_OK)
            FUZZ_CHECK(reply.size >= 2 && reply.size <= APDU_REPLY_MAX && reply.size <= reply.room);
        else
            FUZZ_CHECK(reply.size == 0);
        free(command);
    }
    exchange_reply_clear(&reply);
    FUZZ_CHECK(!reply.bytes && !reply.size && !reply.room);
    return 0;
}

/*
 * The exchange engine beside a second, plain one (plainexchange.h): the same commands, the same card's
 * answers. Both send the same units, and come to the same code and the same reply.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "plainexchange.h"

#define LINK_FAILED 0x80100069u
#define COMMANDS_MAX 8

/* One side's card: answers come from the input, the same on both. */
struct card {
    struct feed feed;
    uint64_t *units; /* a number for each unit that was sent */
    size_t count, room;
};

static void note(struct card *card, const uint8_t *unit, size_t size) {
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < size; ++i)
        sum = (sum ^ unit[i]) * 1099511628211u;
    if (card->count == card->room) {
        card->room = card->room ? card->room * 2 : 64;
        card->units = realloc(card->units, card->room * sizeof *card->units);
        if (!card->units)
            abort();
    }
    card->units[card->count++] = sum;
}

/* Status words that lead somewhere, and any other one. The end of the input is 9000. */
static void answer_sw(struct feed *feed, uint8_t sw[2]) {
    static const uint8_t kinds[] = {0x90, 0x61, 0x6C, 0x6D, 0x6E, 0x62, 0x63};
    const uint8_t kind = feed_byte(feed) % 8;
    sw[0] = kind < sizeof kinds ? kinds[kind] : feed_byte(feed);
    sw[1] = kind == 0 ? 0 : feed_byte(feed);
}

/* Bytes of data by one byte: few, up to 256, or thousands. */
static size_t answer_length(struct feed *feed) {
    const uint8_t byte = feed_byte(feed);
    return byte < 0x80 ? byte % 0x20 : byte < 0xF8 ? (size_t)(byte & 0x7F) * 3 : (size_t)(byte & 7) * 0x2001;
}

static uint32_t transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                         size_t *receive_size) {
    struct card *const card = link;
    const size_t room = *receive_size;
    note(card, send, send_size);
    const uint8_t fate = feed_byte(&card->feed);
    if (fate == 0xFF)
        return LINK_FAILED;
    if (fate >= 0xFC) { /* too little, or more than there is room for */
        *receive_size = fate == 0xFE ? room + 1 : fate & 1;
        if (*receive_size == 1)
            receive[0] = 0x90;
        return 0;
    }
    const size_t wanted = answer_length(&card->feed);
    const size_t data = wanted < room - 2 ? wanted : room - 2;
    memset(receive, feed_byte(&card->feed), data);
    answer_sw(&card->feed, receive + data);
    *receive_size = data + 2;
    return 0;
}

static uint32_t go_on(void *link) {
    (void)link;
    return 0;
}

/* A command with a class, lengths and forms that matter, or any bytes; the caller frees it. */
static uint8_t *command_from(struct feed *feed, size_t *size) {
    const uint8_t form = feed_byte(feed);
    size_t at = 4, nc = form & 1 ? feed_byte(feed) : 0, got = 0;
    const bool extended = form & 2;
    if (form & 8) {
        const uint8_t *const bytes = feed_bytes(feed, feed_byte(feed), size);
        return fuzz_copy(bytes, *size, 0);
    }
    if (nc && extended && form & 16)
        nc *= 257;
    uint8_t *const command = fuzz_alloc(4 + 3 + nc + 3);
    memcpy(command, (const uint8_t[]){0, 0xCA, 1, 0}, 4);
    command[0] = feed_byte(feed);
    if (extended && (nc || form & 4))
        command[at++] = 0;
    if (nc) {
        if (extended)
            command[at++] = (uint8_t)(nc >> 8);
        command[at++] = (uint8_t)nc;
        memset(command + at, 0xDA, nc);
        const uint8_t *const bytes = feed_bytes(feed, nc < 4 ? nc : 4, &got);
        memcpy(command + at, bytes, got);
        at += nc;
    }
    if (form & 4) {
        if (extended)
            command[at++] = form & 32 ? feed_byte(feed) : 0;
        command[at++] = feed_byte(feed);
    }
    *size = at;
    return command;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const enum exchange_protocol protocols[] = {EXCHANGE_T0, EXCHANGE_T1, EXCHANGE_RAW};
    static struct plain plain;
    static uint8_t receive[EXCHANGE_UNIT_MAX];
    struct feed feed = {data, size};
    const uint8_t options = feed_byte(&feed);
    struct card one = {0}, other = {0};
    struct exchange_reply reply = {0};
    bool announced = false;
    struct exchange exchange = {.transmit = transmit,
                                .go_on = go_on,
                                .link = &one,
                                .announced = &announced,
                                .receive = receive,
                                .protocol = protocols[options % 3],
                                .options.raw = (options & 0x1C) == 0x1C,
                                .options.alternate_class_set = options & 0x20,
                                .options.alternate_class = options & 0x40 ? 0x80 : 0x00,
                                .receive_max = options & 0x80 ? 258 : sizeof receive};
    plain.protocol = exchange.protocol;
    plain.options = exchange.options;
    plain.receive_max = exchange.receive_max;
    plain.transmit = transmit;
    plain.link = &other;
    one.feed = feed;
    for (int i = 0; i < COMMANDS_MAX && (!i || one.feed.left); ++i) {
        size_t length = 0;
        uint8_t *const command = command_from(&one.feed, &length);
        other.feed = one.feed;
        one.count = other.count = 0;
        const uint32_t code = exchange_run(&exchange, command, length, &reply);
        const uint32_t second = plain_run(&plain, command, length);
        free(command);
        FUZZ_CHECK(one.count == other.count);
        FUZZ_CHECK(!one.count || memcmp(one.units, other.units, one.count * sizeof *one.units) == 0);
        FUZZ_CHECK(code == second && reply.size == plain.size);
        FUZZ_CHECK(!reply.size || memcmp(reply.bytes, plain.reply, reply.size) == 0);
    }
    exchange_reply_clear(&reply);
    free(one.units);
    free(other.units);
    return 0;
}

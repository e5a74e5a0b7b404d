/* Messages as bytes: see message.h. */
#include "remote/message.h"

#include <string.h>

#include "remote/octets.h"

#define MAGIC_REQUEST 0x51u /* "Q", "A", "N" behind an "S" */
#define MAGIC_ANSWER 0x41u
#define MAGIC_NEWS 0x4Eu
#define MAGIC 0x53u

/* What the requests of a kind have behind their head. */
struct shape {
    uint8_t kind;
    uint8_t words;
    size_t body_min, body_max;
};

static const struct shape shapes[] = {
    {MESSAGE_WHO, 0, 0, 8},
    {MESSAGE_ASK, 0, 0, 0},
    {MESSAGE_SESSIONS, 1, 0, 0},
    {MESSAGE_OPEN, 1, 0, MESSAGE_NAME_MAX},
    {MESSAGE_BEAT, 0, 0, 0},
    {MESSAGE_CLOSE, 0, 0, 0},
    {MESSAGE_CANCEL, 0, 0, 0},
    {MESSAGE_GONE, 0, 0, 0},
    {MESSAGE_CONNECT, 2, 0, 0},
    {MESSAGE_RECONNECT, 3, 0, 0},
    {MESSAGE_DISCONNECT, 1, 0, 0},
    {MESSAGE_BEGIN, 0, 0, 0},
    {MESSAGE_END, 1, 0, 0},
    {MESSAGE_STATUS, 0, 0, 0},
    {MESSAGE_TRANSMIT, 2, 0, MESSAGE_BODY_MAX},
    {MESSAGE_CONTROL, 2, 0, MESSAGE_BODY_MAX},
    {MESSAGE_GET_ATTRIB, 2, 0, 0},
    {MESSAGE_SET_ATTRIB, 1, 0, MESSAGE_BODY_MAX},
};

static const struct shape *shape_of(uint8_t kind) {
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (shapes[i].kind == kind)
            return &shapes[i];
    return NULL;
}

bool message_is_of_reader(uint8_t kind) {
    return kind >= MESSAGE_CONNECT;
}

static bool body_fits(const struct shape *shape, size_t size) {
    return size >= shape->body_min && size <= shape->body_max;
}

static void put_magic(struct octets_out *out, uint8_t second, uint8_t kind) {
    const uint8_t magic[] = {MAGIC, second, MESSAGE_VERSION, kind};
    octets_put(out, magic, sizeof magic);
}

/* The kind, behind the magic and the version; 0: it is no such message. */
static uint8_t take_magic(struct octets_in *in, uint8_t second) {
    const uint8_t *magic = octets_take(in, 4);
    return magic && magic[0] == MAGIC && magic[1] == second && magic[2] == MESSAGE_VERSION ? magic[3] : 0;
}

/* Requests */

size_t message_encode_request(const struct message_request *request, uint8_t *out, size_t room) {
    const struct shape *shape = shape_of(request->kind);
    struct octets_out to = {.at = out, .room = room};
    if (!shape || !body_fits(shape, request->body_size))
        return 0;
    put_magic(&to, MAGIC_REQUEST, request->kind);
    octets_put(&to, request->session, sizeof request->session);
    octets_put_number(&to, request->tag, 4);
    octets_put_number(&to, request->channel, 4);
    octets_put_number(&to, request->number, 4);
    octets_put_number(&to, request->timeout_ms, 4);
    for (size_t i = 0; i < shape->words; i++)
        octets_put_number(&to, request->words[i], 4);
    octets_put(&to, request->body, request->body_size);
    return to.full ? 0 : (size_t)(to.at - out);
}

bool message_is_padding(const uint8_t *bytes, size_t size) {
    return size && !bytes[0];
}

bool message_decode_request(const uint8_t *bytes, size_t size, struct message_request *out) {
    struct octets_in in = {.at = bytes, .left = size};
    *out = (struct message_request){.kind = take_magic(&in, MAGIC_REQUEST)};
    const struct shape *shape = shape_of(out->kind);
    const uint8_t *session = octets_take(&in, sizeof out->session);
    if (!shape || !session)
        return false;
    memcpy(out->session, session, sizeof out->session);
    out->tag = octets_take_word(&in);
    out->channel = octets_take_word(&in);
    out->number = octets_take_word(&in);
    out->timeout_ms = octets_take_word(&in);
    for (size_t i = 0; i < shape->words; i++)
        out->words[i] = octets_take_word(&in);
    out->body_size = in.left;
    out->body = in.left ? in.at : NULL;
    return !in.short_of && body_fits(shape, in.left);
}

/* Answers */

static size_t answer_body_max(uint8_t kind) {
    return kind == MESSAGE_WHO || kind == MESSAGE_SESSIONS ? MESSAGE_DESCRIPTION_MAX : MESSAGE_BODY_MAX;
}

static bool is_answer(const struct message_answer *answer) {
    return shape_of(answer->kind) && answer->refusal <= MESSAGE_BUSY &&
           answer->flags <= (MESSAGE_LOCKED | MESSAGE_LOST) &&
           answer->body_size <= answer_body_max(answer->kind);
}

size_t message_encode_answer(const struct message_answer *answer, uint8_t *out, size_t room) {
    struct octets_out to = {.at = out, .room = room};
    if (!is_answer(answer))
        return 0;
    put_magic(&to, MAGIC_ANSWER, answer->kind);
    octets_put_number(&to, answer->refusal, 1);
    octets_put_number(&to, answer->flags, 1);
    octets_put_number(&to, 0, 2);
    octets_put_number(&to, answer->tag, 4);
    octets_put_number(&to, answer->channel, 4);
    octets_put_number(&to, answer->number, 4);
    octets_put_number(&to, answer->status, 4);
    octets_put_number(&to, answer->protocol, 4);
    octets_put_number(&to, answer->word, 4);
    octets_put_number(&to, answer->instance, 8);
    octets_put_number(&to, answer->news, 8);
    octets_put(&to, answer->body, answer->body_size);
    return to.full ? 0 : (size_t)(to.at - out);
}

bool message_decode_answer(const uint8_t *bytes, size_t size, struct message_answer *out) {
    struct octets_in in = {.at = bytes, .left = size};
    *out = (struct message_answer){.kind = take_magic(&in, MAGIC_ANSWER)};
    out->refusal = (uint8_t)octets_take_number(&in, 1);
    out->flags = (uint8_t)octets_take_number(&in, 1);
    const uint64_t reserved = octets_take_number(&in, 2);
    out->tag = octets_take_word(&in);
    out->channel = octets_take_word(&in);
    out->number = octets_take_word(&in);
    out->status = octets_take_word(&in);
    out->protocol = octets_take_word(&in);
    out->word = octets_take_word(&in);
    out->instance = octets_take_number(&in, 8);
    out->news = octets_take_number(&in, 8);
    out->body_size = in.left;
    out->body = in.left ? in.at : NULL;
    return !in.short_of && !reserved && is_answer(out);
}

/* News */

size_t message_encode_news(const struct message_news *news, uint8_t *out, size_t room) {
    struct octets_out to = {.at = out, .room = room};
    if (news->atr_size > sizeof news->atr || news->name_size > MESSAGE_NAME_MAX)
        return 0;
    put_magic(&to, MAGIC_NEWS, 1);
    octets_put_number(&to, news->instance, 8);
    octets_put_number(&to, news->number, 8);
    octets_put_number(&to, news->state, 4);
    octets_put_number(&to, news->lease_ms, 4);
    octets_put_number(&to, news->atr_size, 1);
    octets_put(&to, news->atr, news->atr_size);
    octets_put(&to, news->name, news->name_size);
    return to.full ? 0 : (size_t)(to.at - out);
}

bool message_decode_news(const uint8_t *bytes, size_t size, struct message_news *out) {
    struct octets_in in = {.at = bytes, .left = size};
    *out = (struct message_news){.atr_size = 0};
    if (take_magic(&in, MAGIC_NEWS) != 1)
        return false;
    out->instance = octets_take_number(&in, 8);
    out->number = octets_take_number(&in, 8);
    out->state = octets_take_word(&in);
    out->lease_ms = octets_take_word(&in);
    out->atr_size = (size_t)octets_take_number(&in, 1);
    const uint8_t *atr = out->atr_size <= sizeof out->atr ? octets_take(&in, out->atr_size) : NULL;
    if (!atr)
        return false;
    memcpy(out->atr, atr, out->atr_size);
    out->name_size = in.left;
    out->name = (const char *)in.at;
    return in.left <= MESSAGE_NAME_MAX && !memchr(out->name, 0, in.left);
}

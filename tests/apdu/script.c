/* The scripted card of the exchange tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

size_t unhex(const char *text, uint8_t *out, size_t room) {
    size_t size = 0;
    for (; *text; ++text) {
        if (*text == ' ')
            continue;
        const char pair[3] = {text[0], text[1], 0};
        assert_true(size < room);
        out[size++] = (uint8_t)strtoul(pair, NULL, 16);
        ++text;
    }
    return size;
}

uint32_t script_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                         size_t *receive_size) {
    struct script *script = link;
    uint8_t bytes[600];
    if (script->at == script->count)
        fail_msg("unit %zu was not expected", script->at);
    const struct step *step = &script->steps[script->at++];
    assert_int_equal(send_size, unhex(step->send, bytes, sizeof bytes));
    assert_memory_equal(send, bytes, send_size);
    script->sent = send;
    script->room = *receive_size;
    if (!step->answer)
        return step->code;
    *receive_size = unhex(step->answer, receive, *receive_size);
    return 0;
}

uint32_t script_go_on(void *link) {
    struct script *script = link;
    assert_int_equal(++script->asked, script->at);
    return script->stop && script->asked == script->stop ? LINK_ENOUGH : 0;
}

uint32_t always_on(void *link) {
    (void)link;
    return 0;
}

const struct setting t0 = {EXCHANGE_T0, false, -1};
const struct setting t1 = {EXCHANGE_T1, false, -1};
const struct setting raw_protocol = {EXCHANGE_RAW, false, -1};

static bool announced;

struct exchange exchange_begin(const struct setting *setting, exchange_transmit transmit,
                               exchange_go_on go_on, void *link) {
    uint8_t *const receive = calloc(1, RECEIVE_MAX);
    assert_non_null(receive);
    announced = false;
    return (struct exchange){.transmit = transmit,
                             .go_on = go_on,
                             .link = link,
                             .announced = &announced,
                             .receive = receive,
                             .receive_max = RECEIVE_MAX,
                             .protocol = setting->protocol,
                             .options.raw = setting->raw,
                             .options.alternate_class_set = setting->alternate >= 0,
                             .options.alternate_class = (uint8_t)setting->alternate};
}

bool exchange_end(struct exchange *exchange) {
    /* The status word of a refusal may stay. */
    for (size_t i = 2; i < RECEIVE_MAX; ++i)
        if (exchange->receive[i])
            fail_msg("byte %zu of an answer was left behind", i);
    free(exchange->receive);
    exchange->receive = NULL;
    return announced;
}

static void run(const struct setting *setting, const char *command, struct script *script,
                const char *reply_hex, uint32_t code) {
    struct exchange exchange = exchange_begin(setting, script_transmit, script_go_on, script);
    struct exchange_reply reply = {0};
    uint8_t bytes[600], expected[600];
    const size_t size = unhex(command, bytes, sizeof bytes);
    const size_t units = script->stop ? script->stop : script->count;
    /* A reply of a former exchange must not show through. */
    assert_true(exchange_reply_reserve(&reply, 16));
    memset(reply.bytes, 0xEE, 16);
    reply.size = 16;
    assert_int_equal(exchange_run(&exchange, bytes, size, &reply), code);
    assert_int_equal(script->at, units);
    const size_t expected_size = reply_hex ? unhex(reply_hex, expected, sizeof expected) : 0;
    assert_int_equal(reply.size, expected_size);
    assert_memory_equal(reply.bytes, expected, expected_size);
    const bool noted = exchange_end(&exchange);
    if (setting->protocol != EXCHANGE_T0)
        assert_true(noted || units < 2);
    exchange_reply_clear(&reply);
    assert_null(reply.bytes);
    assert_int_equal(reply.size, 0);
    assert_int_equal(reply.room, 0);
}

void check(const struct setting *setting, const char *command, const struct step *steps, size_t count,
           const char *reply_hex, uint32_t code) {
    struct script script = {.steps = steps, .count = count};
    run(setting, command, &script, reply_hex, code);
}

void check_stop(const struct setting *setting, const char *command, const struct step *steps, size_t count,
                size_t stop) {
    struct script script = {.steps = steps, .count = count, .stop = stop};
    run(setting, command, &script, NULL, LINK_ENOUGH);
}

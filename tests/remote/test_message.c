/* Messages byte by byte: what is written, what is read back, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "remote/message.h"

#define NAME                                                                                                 \
    { 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF }

static const uint8_t select_bytes[] = {0x00, 0xA4, 0x04, 0x00, 0x02, 0x3F, 0x00};

static const struct message_request transmit = {
    .kind = MESSAGE_TRANSMIT,
    .session = NAME,
    .tag = 0x01020304,
    .channel = 5,
    .number = 0x00000106,
    .timeout_ms = 30000,
    .words = {2, 258},
    .body = select_bytes,
    .body_size = sizeof select_bytes,
};

static const uint8_t transmit_bytes[] = {
    'S',  'Q',  1,    22,                                                                           /* */
    0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, /* */
    0x04, 0x03, 0x02, 0x01,                                                                         /* tag */
    0x05, 0x00, 0x00, 0x00,                         /* channel */
    0x06, 0x01, 0x00, 0x00,                         /* number */
    0x30, 0x75, 0x00, 0x00,                         /* timeout */
    0x02, 0x00, 0x00, 0x00, 0x02, 0x01, 0x00, 0x00, /* nad, room */
    0x00, 0xA4, 0x04, 0x00, 0x02, 0x3F, 0x00,
};

static void test_request__bytes(void **state) {
    uint8_t out[100];
    struct message_request back;
    (void)state;
    assert_int_equal(message_encode_request(&transmit, out, sizeof out), sizeof transmit_bytes);
    assert_memory_equal(out, transmit_bytes, sizeof transmit_bytes);
    assert_true(message_decode_request(transmit_bytes, sizeof transmit_bytes, &back));
    assert_int_equal(back.kind, MESSAGE_TRANSMIT);
    assert_memory_equal(back.session, transmit.session, sizeof back.session);
    assert_int_equal(back.tag, 0x01020304);
    assert_int_equal(back.channel, 5);
    assert_int_equal(back.number, 0x106);
    assert_int_equal(back.timeout_ms, 30000);
    assert_int_equal(back.words[0], 2);
    assert_int_equal(back.words[1], 258);
    assert_int_equal(back.body_size, sizeof select_bytes);
    assert_ptr_equal(back.body, transmit_bytes + sizeof transmit_bytes - sizeof select_bytes);
}

static void test_request__needs_room(void **state) {
    uint8_t out[sizeof transmit_bytes];
    (void)state;
    for (size_t room = 0; room < sizeof transmit_bytes; room++)
        assert_int_equal(message_encode_request(&transmit, out, room), 0);
    assert_int_equal(message_encode_request(&transmit, out, sizeof out), sizeof out);
}

/* Every kind, with what it has and what it cannot have. */
static void test_request__shapes(void **state) {
    static const struct {
        uint8_t kind, words;
        bool body;
    } rows[] = {
        {MESSAGE_WHO, 0, true},         {MESSAGE_ASK, 0, false},       {MESSAGE_SESSIONS, 1, false},
        {MESSAGE_OPEN, 1, true},        {MESSAGE_BEAT, 0, false},      {MESSAGE_CLOSE, 0, false},
        {MESSAGE_CANCEL, 0, false},     {MESSAGE_CONNECT, 2, false},   {MESSAGE_RECONNECT, 3, false},
        {MESSAGE_DISCONNECT, 1, false}, {MESSAGE_BEGIN, 0, false},     {MESSAGE_END, 1, false},
        {MESSAGE_STATUS, 0, false},     {MESSAGE_TRANSMIT, 2, true},   {MESSAGE_CONTROL, 2, true},
        {MESSAGE_GET_ATTRIB, 2, false}, {MESSAGE_SET_ATTRIB, 1, true},
    };
    uint8_t out[100];
    struct message_request back;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct message_request request = {.kind = rows[i].kind, .words = {7, 8, 9}};
        const size_t size = message_encode_request(&request, out, sizeof out);
        assert_int_equal(size, 36 + 4 * rows[i].words);
        assert_true(message_decode_request(out, size, &back));
        for (size_t word = 0; word < MESSAGE_WORDS; word++)
            assert_int_equal(back.words[word], word < rows[i].words ? 7 + word : 0);
        assert_null(back.body);
        request.body = (const uint8_t *)"x";
        request.body_size = 1;
        assert_int_equal(message_encode_request(&request, out, sizeof out), rows[i].body ? size + 1 : 0);
        out[size] = 'x';
        assert_int_equal(message_decode_request(out, size + 1, &back), rows[i].body);
    }
}

static void test_request__kinds_of_readers(void **state) {
    (void)state;
    assert_false(message_is_of_reader(MESSAGE_OPEN));
    assert_false(message_is_of_reader(MESSAGE_CANCEL));
    assert_true(message_is_of_reader(MESSAGE_CONNECT));
    assert_true(message_is_of_reader(MESSAGE_SET_ATTRIB));
}

/* Cut anywhere in its head, of another magic, version or kind. A cut body is another body. */
static void test_request__is_none(void **state) {
    uint8_t bytes[sizeof transmit_bytes];
    struct message_request back;
    (void)state;
    for (size_t size = 0; size < 44; size++)
        assert_false(message_decode_request(transmit_bytes, size, &back));
    assert_true(message_decode_request(transmit_bytes, 44, &back));
    for (size_t i = 0; i < 3; i++) {
        memcpy(bytes, transmit_bytes, sizeof bytes);
        bytes[i] ^= 0x10;
        assert_false(message_decode_request(bytes, sizeof bytes, &back));
    }
    static const uint8_t kinds[] = {0, 8, 15, 26, 255};
    for (size_t i = 0; i < sizeof kinds; i++) {
        memcpy(bytes, transmit_bytes, sizeof bytes);
        bytes[3] = kinds[i];
        assert_false(message_decode_request(bytes, sizeof bytes, &back));
    }
}

static void test_request__largest(void **state) {
    const size_t room = MESSAGE_MAX + 1;
    uint8_t *body = calloc(1, room), *out = malloc(room);
    struct message_request request = transmit, back;
    (void)state;
    assert_true(body && out);
    request.body = body;
    request.body_size = MESSAGE_BODY_MAX;
    const size_t size = message_encode_request(&request, out, room);
    assert_int_equal(size, 44 + MESSAGE_BODY_MAX);
    assert_true(size <= MESSAGE_MAX);
    assert_true(message_decode_request(out, size, &back));
    assert_false(message_decode_request(out, size + 1, &back));
    request.body_size++;
    assert_int_equal(message_encode_request(&request, out, room), 0);
    free(body);
    free(out);
}

static const uint8_t success[] = {0x90, 0x00};

static const struct message_answer answer = {
    .kind = MESSAGE_TRANSMIT,
    .flags = MESSAGE_LOCKED,
    .tag = 0x01020304,
    .channel = 5,
    .number = 0x106,
    .status = RM_W_RESET_CARD,
    .protocol = RM_PROTOCOL_T1,
    .word = 6,
    .instance = 0x1122334455667788u,
    .news = 0x99,
    .body = success,
    .body_size = sizeof success,
};

static const uint8_t answer_bytes[] = {
    'S',  'A',  1,    22,   0,    1,    0,    0,    /* refusal, flags, nothing */
    0x04, 0x03, 0x02, 0x01, 0x05, 0x00, 0x00, 0x00, /* tag, channel */
    0x06, 0x01, 0x00, 0x00, 0x68, 0x00, 0x10, 0x80, /* number, status */
    0x02, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, /* protocol, word */
    0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, /* instance */
    0x99, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* news */
    0x90, 0x00,
};

/* What begins with a zero says nothing, and so is no request either. */
static void test_padding__zeros_alone(void **state) {
    const uint8_t zeros[200] = {0}, request[] = {'S', 'Q', 1, 1};
    struct message_request read;
    (void)state;
    assert_true(message_is_padding(zeros, sizeof zeros));
    assert_true(message_is_padding(zeros, 1));
    assert_false(message_is_padding(zeros, 0));
    assert_false(message_is_padding(request, sizeof request));
    assert_false(message_decode_request(zeros, sizeof zeros, &read));
}

static void test_answer__bytes(void **state) {
    uint8_t out[100];
    struct message_answer back;
    (void)state;
    assert_int_equal(message_encode_answer(&answer, out, sizeof out), sizeof answer_bytes);
    assert_memory_equal(out, answer_bytes, sizeof answer_bytes);
    assert_true(message_decode_answer(answer_bytes, sizeof answer_bytes, &back));
    assert_int_equal(back.kind, MESSAGE_TRANSMIT);
    assert_int_equal(back.refusal, MESSAGE_TAKEN);
    assert_int_equal(back.flags, MESSAGE_LOCKED);
    assert_int_equal(back.tag, 0x01020304);
    assert_int_equal(back.channel, 5);
    assert_int_equal(back.number, 0x106);
    assert_int_equal(back.status, RM_W_RESET_CARD);
    assert_int_equal(back.protocol, RM_PROTOCOL_T1);
    assert_int_equal(back.word, 6);
    assert_true(back.instance == 0x1122334455667788u);
    assert_int_equal(back.news, 0x99);
    assert_int_equal(back.body_size, 2);
    assert_memory_equal(back.body, success, 2);
}

/* What was received may lie in its place already. */
static void test_answer__body_in_place(void **state) {
    uint8_t out[sizeof answer_bytes];
    struct message_answer in_place = answer;
    (void)state;
    memcpy(out + MESSAGE_ANSWER_HEAD, success, sizeof success);
    in_place.body = out + MESSAGE_ANSWER_HEAD;
    assert_int_equal(message_encode_answer(&in_place, out, sizeof out), sizeof answer_bytes);
    assert_memory_equal(out, answer_bytes, sizeof answer_bytes);
    assert_int_equal(message_encode_answer(&in_place, out, sizeof out - 1), 0);
}

static void test_answer__is_none(void **state) {
    static const struct {
        size_t at;
        uint8_t value;
    } rows[] = {{0, 'T'}, {1, 'Q'}, {2, 2}, {3, 0}, {3, 30}, {4, 6}, {5, 4}, {6, 1}, {7, 1}};
    uint8_t bytes[sizeof answer_bytes];
    struct message_answer back;
    (void)state;
    for (size_t size = 0; size < MESSAGE_ANSWER_HEAD; size++)
        assert_false(message_decode_answer(answer_bytes, size, &back));
    assert_true(message_decode_answer(answer_bytes, MESSAGE_ANSWER_HEAD, &back));
    assert_null(back.body);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(bytes, answer_bytes, sizeof bytes);
        bytes[rows[i].at] = rows[i].value;
        assert_false(message_decode_answer(bytes, sizeof bytes, &back));
    }
}

static const struct message_news news = {
    .instance = 0x1122334455667788u,
    .number = 3,
    .state = 0x00050022,
    .lease_ms = 6000,
    .atr = {0x3B, 0x80, 0x01, 0x81},
    .atr_size = 4,
    .name = "R 0",
    .name_size = 3,
};

static const uint8_t news_bytes[] = {
    'S',  'N',  1,    1,    0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, /* instance */
    0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,                         /* number */
    0x22, 0x00, 0x05, 0x00, 0x70, 0x17, 0x00, 0x00,                         /* state, lease */
    0x04, 0x3B, 0x80, 0x01, 0x81, 'R',  ' ',  '0',
};

static void test_news__bytes(void **state) {
    uint8_t out[100];
    struct message_news back;
    (void)state;
    assert_int_equal(message_encode_news(&news, out, sizeof out), sizeof news_bytes);
    assert_memory_equal(out, news_bytes, sizeof news_bytes);
    assert_true(message_decode_news(news_bytes, sizeof news_bytes, &back));
    assert_true(back.instance == news.instance && back.number == 3 && back.state == 0x00050022);
    assert_int_equal(back.lease_ms, 6000);
    assert_int_equal(back.atr_size, 4);
    assert_memory_equal(back.atr, news.atr, 4);
    assert_int_equal(back.name_size, 3);
    assert_memory_equal(back.name, "R 0", 3);
}

static void test_news__is_none(void **state) {
    uint8_t bytes[sizeof news_bytes + MESSAGE_NAME_MAX];
    struct message_news back;
    (void)state;
    for (size_t size = 0; size < 33; size++)
        assert_false(message_decode_news(news_bytes, size, &back));
    assert_true(message_decode_news(news_bytes, 33, &back)); /* without a name */
    assert_int_equal(back.name_size, 0);
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, news_bytes, sizeof news_bytes);
    assert_true(message_decode_news(bytes, 33 + MESSAGE_NAME_MAX, &back));
    assert_false(message_decode_news(bytes, 34 + MESSAGE_NAME_MAX, &back));
    bytes[34] = 0;
    assert_false(message_decode_news(bytes, sizeof news_bytes, &back));
    memcpy(bytes, news_bytes, sizeof news_bytes);
    bytes[28] = RM_ATR_MAX + 1;
    assert_false(message_decode_news(bytes, sizeof bytes, &back));
    struct message_news long_atr = news;
    long_atr.atr_size = RM_ATR_MAX + 1;
    assert_int_equal(message_encode_news(&long_atr, bytes, sizeof bytes), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request__bytes),        cmocka_unit_test(test_request__needs_room),
        cmocka_unit_test(test_request__shapes),       cmocka_unit_test(test_request__kinds_of_readers),
        cmocka_unit_test(test_request__is_none),      cmocka_unit_test(test_request__largest),
        cmocka_unit_test(test_padding__zeros_alone),  cmocka_unit_test(test_answer__bytes),
        cmocka_unit_test(test_answer__body_in_place), cmocka_unit_test(test_answer__is_none),
        cmocka_unit_test(test_news__bytes),           cmocka_unit_test(test_news__is_none),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}

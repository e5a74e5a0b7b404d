/*
 * The messages between agents and clients: what is read is written again as the same bytes, whatever is none
 * stays none, and nothing is read beyond its end.
 */
#include <string.h>

#include "fuzz.h"
#include "remote/description.h"
#include "remote/message.h"
#include "remote/subject.h"
#include "remote/usage.h"

#define ROOM (MESSAGE_HEAD_MAX + 4096u)

static uint8_t again[ROOM];

static void try_request(const uint8_t *data, size_t size) {
    struct message_request request;
    if (!message_decode_request(data, size, &request) || size > sizeof again)
        return;
    FUZZ_CHECK(message_encode_request(&request, again, sizeof again) == size &&
               memcmp(again, data, size) == 0);
    FUZZ_CHECK(message_encode_request(&request, again, size - 1) == 0);
}

static void try_answer(const uint8_t *data, size_t size) {
    struct message_answer answer;
    struct description description;
    const uint8_t *at = NULL;
    size_t length, readers = 0;
    if (!message_decode_answer(data, size, &answer) || size > sizeof again)
        return;
    FUZZ_CHECK(message_encode_answer(&answer, again, sizeof again) == size && memcmp(again, data, size) == 0);
    if (!answer.body || !description_decode(answer.body, answer.body_size, &description))
        return;
    for (const char *name; (name = description_reader(&description, &at, &length)) != NULL; readers++)
        FUZZ_CHECK(length > 0 && length <= MESSAGE_NAME_MAX && !memchr(name, 0, length));
    FUZZ_CHECK(readers <= answer.body_size);
}

static void try_news(const uint8_t *data, size_t size) {
    struct message_news news;
    if (!message_decode_news(data, size, &news))
        return;
    FUZZ_CHECK(message_encode_news(&news, again, sizeof again) == size && memcmp(again, data, size) == 0);
}

static void try_usage(const uint8_t *data, size_t size) {
    struct usage usage;
    uint8_t one[600];
    for (const uint8_t *at = data; usage_decode(&at, &size, &usage);) {
        const size_t length = usage_encode(&usage, one, sizeof one);
        FUZZ_CHECK(length > 0 && memcmp(one, at - length, length) == 0);
    }
}

/* Each name has one token, and each token one name. */
static void try_subject(const uint8_t *data, size_t size) {
    char name[MESSAGE_NAME_MAX + 1], token[3 * MESSAGE_NAME_MAX + 1];
    if (subject_name((const char *)data, size, name, sizeof name)) {
        FUZZ_CHECK(subject_token(name, strlen(name), token, sizeof token));
        FUZZ_CHECK(strlen(token) == size && memcmp(token, data, size) == 0);
    }
    if (!memchr(data, 0, size) && subject_token((const char *)data, size, token, sizeof token)) {
        FUZZ_CHECK(subject_name(token, strlen(token), name, sizeof name));
        FUZZ_CHECK(strlen(name) == size && memcmp(name, data, size) == 0);
        FUZZ_CHECK(!strpbrk(token, ". *>\t\r\n"));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t empty[1];
    data = size ? data : empty;
    try_request(data, size);
    try_answer(data, size);
    try_news(data, size);
    try_usage(data, size);
    try_subject(data, size);
    return 0;
}

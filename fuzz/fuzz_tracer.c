/*
 * The tracer: changes nothing on the way, writes whole lines, and of commands that carry a secret shows
 * nothing that depends on it.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "apdu/secret.h"
#include "backends/tracer/apdu.h"
#include "backends/tracer/tracer.h"
#include "fedservice.h"
#include "support/kits/recording.h"

#define PREFIX "scardssp: "

/* The line about a command, for the caller to free. */
static char *traced(const uint8_t *command, size_t size) {
    struct trace_page line = {0};
    trace_apdu_command(&line, PREFIX, command, size);
    FUZZ_CHECK(line.text && line.size == strlen(line.text));
    FUZZ_CHECK(line.size && line.text[line.size - 1] == '\n' &&
               strchr(line.text, '\n') == line.text + line.size - 1);
    char *const text = fuzz_copy(line.text, line.size, 1);
    free(line.text);
    return text;
}

/*
 * Written down once more, from the standard: which instructions have a PIN in their data, whatever the class.
 */
static bool holds_pin(uint8_t ins) {
    const uint8_t even = ins & 0xFE;
    return even == 0x20 || even == 0x24 || even == 0x26 || even == 0x28 || even == 0x2C;
}

static void check_secret(const uint8_t *data, size_t size, uint8_t mask) {
    uint8_t *const command = fuzz_copy(data, size, 0);
    size_t front = 0, back = 0;
    struct apdu apdu;
    const enum secret found = secret_find(command, size, &front, &back);
    FUZZ_CHECK(front + back <= size);
    char *const text = traced(command, size);
    const bool hides = found != SECRET_NONE;
    const bool sound = apdu_parse(command, size, &apdu);
    if (size > APDU_HEADER && holds_pin(command[1]) && !(sound && !apdu.nc))
        FUZZ_CHECK(found == SECRET_CERTAIN);
    if (!hides) {
        FUZZ_CHECK(front == size && back == 0 && !strchr(text, '*'));
        FUZZ_CHECK(strlen(text) == strlen(PREFIX) + 3 * size + 1);
    } else if (!sound) {
        FUZZ_CHECK(front == APDU_HEADER && back == 0);
        FUZZ_CHECK(strlen(text) == strlen(PREFIX) + 3 * APDU_HEADER + strlen(" **\n"));
    } else {
        FUZZ_CHECK(front == (size_t)(apdu.data - command) && front + apdu.nc + back == size);
        for (size_t i = 0; i < apdu.nc; ++i)
            command[front + i] ^= mask;
        char *const other = traced(command, size);
        /* Where the data tells what the command is, other data may be none. */
        FUZZ_CHECK(strcmp(text, other) == 0 || !holds_pin(command[1]));
        FUZZ_CHECK(strstr(text, " **") != NULL);
        free(other);
    }
    free(text);
    free(command);
}

/* The same calls with and without the tracer in between: the same codes and bytes. */
struct outcome {
    rm_status codes[64];
    size_t count;
    uint8_t bytes[4096];
    size_t size;
};

static rm_status note(struct outcome *outcome, rm_status status) {
    if (outcome->count < sizeof outcome->codes / sizeof outcome->codes[0])
        outcome->codes[outcome->count++] = status;
    return status;
}

static void note_bytes(struct outcome *outcome, const void *bytes, size_t size) {
    const size_t room = sizeof outcome->bytes - outcome->size;
    size = size < room ? size : room;
    memcpy(outcome->bytes + outcome->size, bytes, size);
    outcome->size += size;
}

static void use_card(struct rm_card *card, struct feed *feed, struct outcome *outcome) {
    uint8_t room[300];
    struct rm_card_status status = {0};
    for (int i = 0; i < 16 && feed->left; ++i) {
        size_t size = sizeof room, sent = 0;
        const uint8_t code = feed_byte(feed);
        const uint8_t *const bytes = feed_bytes(feed, 1u + code / 8, &sent);
        switch (code % 8) {
        case 0:
            note(outcome, rm_begin(card, RM_WITHIN(0)));
            break;
        case 1:
            note(outcome, rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)));
            break;
        case 2:
            if (note(outcome, rm_status_of(card, &status, RM_WITHIN(0))) == RM_OK)
                note_bytes(outcome, status.atr, status.atr_size);
            break;
        case 3:
            if (note(outcome, rm_control(card, 0x310000, bytes, sent, room, &size, RM_WITHIN(RM_INFINITE))) ==
                RM_OK)
                note_bytes(outcome, room, size);
            break;
        case 4:
            if (note(outcome,
                     rm_get_attrib(card, RM_ATTR_VENDOR_NAME, room, &size, RM_WITHIN(RM_INFINITE))) == RM_OK)
                note_bytes(outcome, room, size);
            break;
        case 5:
            note(outcome, rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_RESET, RM_WITHIN(0)));
            break;
        default:
            if (sent && note(outcome, rm_transmit(card, 0, bytes, sent, room, &size, RM_WITHIN(0))) == RM_OK)
                note_bytes(outcome, room, size);
        }
        note_bytes(outcome, &card->protocol, sizeof card->protocol);
    }
}

static void use(struct rm_service *service, struct feed *feed, struct outcome *outcome) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    if (note(outcome, rm_context_open(service, RM_WITHIN(RM_INFINITE), &context)) != RM_OK)
        return;
    if (note(outcome, rm_connect(context, FED_READER, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(0),
                                 &card)) == RM_OK) {
        use_card(card, feed, outcome);
        note(outcome, rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)));
    }
    rm_context_close(context);
}

static void check_passing(const uint8_t *data, size_t size) {
    static struct outcome plain, through;
    struct fedservice service;
    struct feed feed = {data, size};
    struct recording lines;
    memset(&plain, 0, sizeof plain);
    memset(&through, 0, sizeof through);
    fedservice_init(&service, &feed);
    service.honest = true;
    use(&service.rm, &feed, &plain);
    FUZZ_CHECK(service.cards == 0 && service.contexts == 0);

    feed = (struct feed){data, size};
    FUZZ_CHECK(recording_open(&lines));
    struct rm_service *const tracer = tracer_wrap(&service.rm, 2, lines.out, NULL);
    FUZZ_CHECK(tracer);
    use(tracer, &feed, &through);
    rm_service_release(tracer);
    FUZZ_CHECK(recording_read(&lines) && memcmp(&plain, &through, sizeof plain) == 0);
    for (const char *line = lines.text; *line; line = strchr(line, '\n') + 1)
        FUZZ_CHECK(strncmp(line, PREFIX, strlen(PREFIX)) == 0 && strchr(line, '\n'));
    recording_close(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size)
        check_secret(data + 1, size - 1, data[0]);
    check_passing(data, size);
    return 0;
}

/* The record of calls: one whole line of JSON each, secrets left out, whatever the traced program does. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/tracer/record.h"
#include "backends/tracer/tracer.h"
#include "base/text/json.h"
#include "support/kits/scratch.h"

#define READER "Simulated Reader 00"
#define FILE_MAX (1u << 20)

/* A simulator that is recorded, and the records. */
struct recorded {
    struct rm_service *service;
    struct rm_context *context;
    char folder[SCRATCH_ROOM];
    char path[SCRATCH_ROOM + 16];
    char *text;
};

static int recorded_setup(void **state) {
    struct recorded *recorded = calloc(1, sizeof *recorded);
    struct rm_service *sim = NULL;
    *state = recorded;
    if (!recorded || !scratch_create(recorded->folder) || sim_service_create("demo", &sim, NULL, 0) != RM_OK)
        return -1;
    (void)snprintf(recorded->path, sizeof recorded->path, "%s/records", recorded->folder);
    recorded->text = malloc(FILE_MAX);
    recorded->service = tracer_wrap(sim, 0, NULL, recorded->path);
    return recorded->text && recorded->service &&
                   rm_context_open(recorded->service, RM_WITHIN(RM_INFINITE), &recorded->context) == RM_OK
               ? 0
               : -1;
}

static int recorded_teardown(void **state) {
    struct recorded *recorded = *state;
    rm_context_close(recorded->context);
    rm_service_release(recorded->service);
    (void)scratch_remove(recorded->folder);
    free(recorded->text);
    free(recorded);
    return 0;
}

/* All that stands in the file. */
static const char *records(struct recorded *recorded) {
    FILE *file = fopen(recorded->path, "rb");
    assert_non_null(file);
    const size_t size = fread(recorded->text, 1, FILE_MAX - 1, file);
    (void)fclose(file);
    recorded->text[size] = '\0';
    return recorded->text;
}

/* The tree of a line; ends it with a NUL. */
static struct json *parse_line(char *line) {
    struct json *root = NULL;
    const char *at = NULL;
    char *end = strchr(line, '\n');
    assert_non_null(end);
    *end = '\0';
    assert_int_equal(json_parse(line, (size_t)(end - line), &root, &at), JSON_OK);
    return root;
}

static const char *text_of(const struct json *root, const char *key) {
    const struct json *member = json_member(root, key);
    return json_is(member, JSON_STRING) ? member->text : NULL;
}

static double number_of(const struct json *root, const char *key) {
    const struct json *member = json_member(root, key);
    assert_true(json_is(member, JSON_NUMBER));
    return member->number;
}

/* The last record but `back` of them. */
static struct json *record_before_end(struct recorded *recorded, unsigned back) {
    (void)records(recorded);
    char *line = recorded->text + strlen(recorded->text);
    for (unsigned lines = 0; line > recorded->text; --line)
        if (line[-1] == '\n' && lines++ == back + 1)
            break;
    return parse_line(line);
}

static struct rm_card *connect_card(struct recorded *recorded) {
    struct rm_card *card = NULL;
    assert_int_equal(
        rm_connect(recorded->context, READER, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(1000), &card),
        RM_OK);
    return card;
}

static void send_bytes(struct rm_card *card, const uint8_t *command, size_t size) {
    uint8_t answer[258];
    size_t got = sizeof answer;
    assert_int_equal(rm_transmit(card, 0, command, size, answer, &got, RM_WITHIN(0)), RM_OK);
}

static void test_record__begun_and_ended(void **state) {
    struct recorded *recorded = *state;
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00};
    struct rm_card *card = connect_card(recorded);
    send_bytes(card, select, sizeof select);
    struct json *ended = record_before_end(recorded, 0), *begun = record_before_end(recorded, 1);
    assert_true(json_is(json_member(begun, "ended"), JSON_FALSE));
    assert_true(json_is(json_member(ended, "ended"), JSON_TRUE));
    assert_true(number_of(begun, "number") == number_of(ended, "number"));
    assert_true(number_of(begun, "time") == number_of(ended, "time"));
    assert_true(number_of(ended, "time") > 1.7e15);
    assert_true(number_of(ended, "trace") == 1);
    assert_string_equal(text_of(begun, "command"), "00A4000C023F00");
    assert_null(text_of(begun, "answer"));
    assert_null(text_of(begun, "status"));
    assert_string_equal(text_of(ended, "call"), "transmit");
    assert_string_equal(text_of(ended, "on"), READER);
    assert_string_equal(text_of(ended, "status"), "SCARD_S_SUCCESS");
    assert_string_equal(text_of(ended, "detail"), "7 bytes, answer 2");
    assert_string_equal(text_of(ended, "command"), "00A4000C023F00");
    assert_string_equal(text_of(ended, "answer"), "9000");
    assert_true(number_of(ended, "took") < 5e6);
    json_free(ended);
    json_free(begun);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_record__masks_secrets(void **state) {
    struct recorded *recorded = *state;
    static const uint8_t verify[] = {0x00, 0x20, 0x00, 0x81, 0x04, 0xDE, 0xAD, 0xBE, 0xEF};
    struct rm_card *card = connect_card(recorded);
    send_bytes(card, verify, sizeof verify);
    for (unsigned back = 0; back < 2; ++back) {
        struct json *record = record_before_end(recorded, back);
        assert_string_equal(text_of(record, "command"), "0020008104********");
        json_free(record);
    }
    assert_null(strstr(records(recorded), "DEAD"));
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_record__atr(void **state) {
    struct recorded *recorded = *state;
    struct rm_card *card = connect_card(recorded);
    struct rm_card_status status;
    char wanted[2 * RM_ATR_MAX + 1] = "";
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(0)), RM_OK);
    for (size_t i = 0; i < status.atr_size; ++i)
        (void)snprintf(wanted + 2 * i, 3, "%02X", status.atr[i]);
    struct json *record = record_before_end(recorded, 0);
    assert_string_equal(text_of(record, "atr"), wanted);
    json_free(record);
    uint8_t value[RM_ATR_MAX];
    size_t size = sizeof value;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_ATR_STRING, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    record = record_before_end(recorded, 0);
    assert_string_equal(text_of(record, "atr"), wanted);
    json_free(record);
    struct rm_reader_state seen = {.reader = READER};
    assert_int_equal(rm_wait(recorded->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    record = record_before_end(recorded, 0);
    assert_string_equal(text_of(record, "atr"), wanted);
    json_free(record);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* Of several readers those with a card are named. */
static void test_record__several_readers(void **state) {
    struct recorded *recorded = *state;
    struct rm_reader_state seen[] = {{.reader = READER}, {.reader = "None \"such\""}};
    (void)rm_wait(recorded->context, seen, 2, RM_WITHIN(0));
    struct json *record = record_before_end(recorded, 0);
    const struct json *readers = json_member(record, "readers");
    assert_int_equal(json_count(readers), 1);
    assert_string_equal(text_of(readers->child, "name"), READER);
    assert_int_equal(strlen(text_of(readers->child, "atr")), 2 * seen[0].atr_size);
    json_free(record);
}

static void test_record__hostile_names(void **state) {
    struct recorded *recorded = *state;
    struct rm_card *card = NULL;
    static const struct {
        const char *name, *read;
    } names[] = {
        {"a\n\"b\\\x1B[2J", "a\n\"b\\\x1B[2J"},
        {"caf\xC3\xA9 \xF0\x9F\x92\xB3", "caf\xC3\xA9 \xF0\x9F\x92\xB3"},
        {"\xFF|\xC3", "\xEF\xBF\xBD|\xEF\xBF\xBD"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        assert_int_equal(rm_connect(recorded->context, names[i].name, 2, RM_PROTOCOL_T1, RM_WITHIN(0), &card),
                         RM_E_UNKNOWN_READER);
        struct json *record = record_before_end(recorded, 0);
        assert_string_equal(text_of(record, "on"), names[i].read);
        assert_string_equal(text_of(record, "status"), "SCARD_E_UNKNOWN_READER");
        json_free(record);
    }
}

#define THREADS 4
#define ROUNDS 50

static void *chatter(void *argument) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    struct rm_card *card = connect_card(argument);
    for (int i = 0; i < ROUNDS; ++i)
        send_bytes(card, challenge, sizeof challenge);
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000));
    return NULL;
}

static void test_record__threads(void **state) {
    struct recorded *recorded = *state;
    pthread_t threads[THREADS];
    unsigned answers = 0;
    for (int i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, chatter, recorded), 0);
    for (int i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    (void)records(recorded);
    char *next;
    for (char *line = recorded->text; *line; line = next) {
        next = strchr(line, '\n') + 1;
        struct json *record = parse_line(line);
        answers += text_of(record, "answer") != NULL;
        json_free(record);
    }
    assert_int_equal(answers, THREADS * ROUNDS);
}

/* A program that is to run in the background closes all its files, those of others, too. */
static void test_record__goes_on_after_its_file_was_closed(void **state) {
    struct recorded *recorded = *state;
    struct trace_page page = {0};
    struct trace_record_file file;
    struct traced_call call = {.name = "begin", .on = "R", .detail = "", .number = 7};
    assert_true(trace_record_open(&file, recorded->path));
#ifndef _WIN32
    FILE *const stream = file.file;
    const int descriptor = fileno(stream);
    assert_int_equal(fclose(stream), 0);
    FILE *const theirs = tmpfile();
    assert_int_equal(fileno(theirs), descriptor);
    file.file = theirs; /* its number is somebody else's now */
#endif
    trace_record_write(&file, &page, &call);
    struct json *record = record_before_end(recorded, 0);
    assert_true(number_of(record, "number") == 7);
    json_free(record);
#ifndef _WIN32
    assert_int_equal(fseek(theirs, 0, SEEK_END), 0);
    assert_int_equal(ftell(theirs), 0);
    (void)fclose(theirs);
#endif
    trace_record_close(&file);
    trace_record_write(&file, &page, &call); /* there is none any more */
    free(page.text);
}

static void test_record__no_such_folder(void **state) {
    struct recorded *recorded = *state;
    struct trace_record_file file = {.path = NULL};
    char path[sizeof recorded->path + 16];
    (void)snprintf(path, sizeof path, "%s/no/such", recorded->folder);
    assert_false(trace_record_open(&file, path));
    assert_null(file.path);
    assert_null(tracer_wrap(recorded->service, 0, NULL, path));
}

int main(void) {
#define RECORDED(test) cmocka_unit_test_setup_teardown(test, recorded_setup, recorded_teardown)
    const struct CMUnitTest tests[] = {
        RECORDED(test_record__begun_and_ended),
        RECORDED(test_record__masks_secrets),
        RECORDED(test_record__atr),
        RECORDED(test_record__several_readers),
        RECORDED(test_record__hostile_names),
        RECORDED(test_record__threads),
        RECORDED(test_record__goes_on_after_its_file_was_closed),
        RECORDED(test_record__no_such_folder),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}

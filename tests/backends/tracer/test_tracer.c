/* The tracer: it changes nothing, writes one whole line a call, and keeps secrets. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/tracer/tracer.h"
#include "support/kits/recording.h"

#define READER "Simulated Reader 00"
#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)

/* A traced simulator and what it writes. */
struct trace {
    struct rm_service *sim;
    struct rm_service *service;
    struct recording recording;
    struct rm_context *context;
};

static int open_trace(struct trace *trace, int level) {
    if (!recording_open(&trace->recording) || sim_service_create("demo", &trace->sim, NULL, 0) != RM_OK)
        return -1;
    trace->service = tracer_wrap(trace->sim, level, trace->recording.out, NULL);
    return trace->service && rm_context_open(trace->service, RM_WITHIN(RM_INFINITE), &trace->context) == RM_OK
               ? 0
               : -1;
}

static int trace_setup(void **state) {
    *state = calloc(1, sizeof(struct trace));
    return *state ? open_trace(*state, 2) : -1;
}

static int trace_teardown(void **state) {
    struct trace *trace = *state;
    rm_context_close(trace->context);
    rm_service_release(trace->service);
    recording_close(&trace->recording);
    free(trace);
    return 0;
}

static struct rm_card *trace_connect(struct trace *trace) {
    struct rm_card *card = NULL;
    assert_int_equal(rm_connect(trace->context, READER, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(0), &card),
                     RM_OK);
    return card;
}

/* The last line of the trace that holds `wanted`, from there on; NULL: none. */
static const char *find_line(struct trace *trace, const char *wanted) {
    assert_true(recording_read(&trace->recording));
    const char *found = NULL;
    for (const char *at = trace->recording.text; (at = strstr(at, wanted)) != NULL; ++at)
        found = at;
    return found;
}

#define assert_traced(trace, wanted) assert_non_null(find_line((trace), (wanted)))
#define assert_untraced(trace, wanted) assert_null(find_line((trace), (wanted)))

static void test_transmit__bytes_without_secrets(void **state) {
    struct trace *trace = *state;
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    static const uint8_t verify[] = {0x00, 0x20, 0x00, 0x81, 0x04, 0xDE, 0xAD, 0xBE, 0xEF};
    struct rm_card *card = trace_connect(trace);
    uint8_t answer[258];
    char shown[96] = "scardssp:   <";
    size_t size = sizeof answer;
    assert_int_equal(rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(0)), RM_OK);
    assert_traced(trace, "scardssp: transmit(" READER ") 5 bytes, answer 10 = SCARD_S_SUCCESS, ");
    assert_traced(trace, "scardssp:   > 00 84 00 00 08\n");
    for (size_t i = 0; i < size; ++i)
        (void)snprintf(shown + strlen(shown), 4, " %02X", answer[i]);
    assert_non_null(strcat(shown, " [9000: success]\n"));
    assert_traced(trace, shown);

    size = sizeof answer;
    assert_int_equal(rm_transmit(card, 0, verify, sizeof verify, answer, &size, RM_WITHIN(0)), RM_OK);
    assert_traced(trace, "scardssp:   > 00 20 00 81 04 **\n");
    assert_untraced(trace, "DE AD");
    assert_untraced(trace, "BE EF");

    static const uint8_t load_keys[] = {0xFF, 0x82, 0x00, 0x00, 0x06, 0xCA, 0xFE, 0xF0, 0x0D, 0xAB, 0xAC};
    size = sizeof answer;
    assert_int_equal(rm_transmit(card, 0, load_keys, sizeof load_keys, answer, &size, RM_WITHIN(0)), RM_OK);
    assert_traced(trace, "scardssp:   > FF 82 00 00 06 **\n");
    assert_untraced(trace, "CA FE");
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_level_1__no_bytes(void **state) {
    struct trace *trace = *state;
    struct trace quiet = {.sim = NULL};
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    (void)trace;
    assert_int_equal(open_trace(&quiet, 1), 0);
    struct rm_card *card = trace_connect(&quiet);
    assert_int_equal(rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(0)), RM_OK);
    assert_traced(&quiet, "scardssp: transmit(" READER ") 5 bytes, answer 10 = SCARD_S_SUCCESS, ");
    assert_untraced(&quiet, "84 00 00");
    assert_untraced(&quiet, ">");
    rm_context_close(quiet.context);
    rm_service_release(quiet.service);
    recording_close(&quiet.recording);
}

static void test_calls__one_line_each(void **state) {
    struct trace *trace = *state;
    struct rm_card *card = trace_connect(trace), *adopted = NULL;
    struct rm_card_status status;
    struct rm_reader_state seen = {.reader = READER};
    struct names names = {0};
    uint8_t value[64];
    size_t size = 0;
    assert_int_equal(rm_list_readers(trace->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_traced(trace, "scardssp: list_readers() 1 readers = SCARD_S_SUCCESS, ");
    assert_int_equal(rm_list_groups(trace->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_traced(trace, "scardssp: list_groups() 2 groups = SCARD_S_SUCCESS, ");
    assert_int_equal(names_count(&names), 3);
    names_clear(&names);
    assert_int_equal(rm_wait(trace->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_traced(trace, "scardssp: wait(" READER ") 1 readers, event 00010122 = SCARD_S_SUCCESS, ");
    assert_int_equal(rm_begin(card, RM_WITHIN(0)), RM_OK);
    assert_traced(trace, "scardssp: begin(" READER ") = SCARD_S_SUCCESS, ");
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_traced(trace, "scardssp: end(" READER ") disposition 0 = SCARD_E_NOT_TRANSACTED, ");
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(0)), RM_OK);
    assert_traced(trace, "scardssp: status(" READER ") = SCARD_S_SUCCESS, ");
    assert_int_equal(rm_reconnect(card, RM_SHARE_EXCLUSIVE, ANY, RM_UNPOWER, RM_WITHIN(0)), RM_OK);
    assert_traced(trace,
                  "scardssp: reconnect(" READER ") share 1, protocols 3, init 2, got 1 = SCARD_S_SUCCESS, ");
    assert_int_equal(card->protocol, RM_PROTOCOL_T0);
    size = sizeof value;
    assert_int_equal(rm_control(card, 0x42000D48, value, 0, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_traced(trace,
                  "scardssp: control(" READER ") code 42000D48, 0 bytes, answer 0 = SCARD_E_UNSUPPORTED");
    size = sizeof value;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_traced(trace, "scardssp: get_attrib(" READER ") id 00010100, 9 bytes = SCARD_S_SUCCESS, ");
    assert_int_equal(rm_set_attrib(card, 7, value, 1, RM_WITHIN(RM_INFINITE)), RM_E_UNSUPPORTED_FEATURE);
    assert_traced(trace,
                  "scardssp: set_attrib(" READER ") id 00000007, 1 bytes = SCARD_E_UNSUPPORTED_FEATURE, ");
    assert_int_equal(rm_adopt(trace->context, 0x7A5A5A5A, RM_WITHIN(5000), &adopted), RM_E_INVALID_HANDLE);
    assert_traced(trace, "scardssp: adopt() handle 7A5A5A5A = SCARD_E_INVALID_HANDLE, ");
    assert_int_equal(rm_adopt(trace->context, rm_card_handle(card), RM_WITHIN(5000), &adopted), RM_OK);
    rm_abandon(adopted);
    assert_traced(trace, "scardssp: abandon(" READER ") = SCARD_S_SUCCESS, ");
    rm_cancel(trace->context);
    assert_traced(trace, "scardssp: cancel() = SCARD_S_SUCCESS, ");
    assert_int_equal(rm_disconnect(card, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_traced(trace, "scardssp: disconnect(" READER ") disposition 1 = SCARD_S_SUCCESS, ");
    assert_true(rm_context_handle(trace->context) != 0);
}

static void test_text__forges_no_lines(void **state) {
    struct trace *trace = *state;
    struct rm_card *card = NULL;
    assert_int_equal(
        rm_connect(trace->context, "a\nscardssp: forged(\x7F\x1B[2J)", 2, ANY, RM_WITHIN(0), &card),
        RM_E_UNKNOWN_READER);
    assert_traced(trace, "connect(a?scardssp: forged(??[2J)) share 2");
    assert_untraced(trace, "\nscardssp: forged");
}

static void test_close__frees_what_is_still_connected(void **state) {
    struct trace *trace = *state;
    struct rm_context *other = NULL;
    struct rm_card *card = NULL;
    assert_int_equal(rm_context_open(trace->service, RM_WITHIN(RM_INFINITE), &other), RM_OK);
    assert_int_equal(rm_connect(other, READER, RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T1, RM_WITHIN(0), &card),
                     RM_OK);
    rm_context_close(other);
    card = trace_connect(trace);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_wrap__keeps_name_and_sizes(void **state) {
    struct trace *trace = *state;
    assert_string_equal(trace->service->name, trace->sim->name);
    assert_int_equal(trace->service->receive_max, trace->sim->receive_max);
}

#define THREADS 4
#define ROUNDS 100

static void *chatter(void *argument) {
    struct trace *trace = argument;
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    struct rm_card *card = NULL;
    uint8_t answer[16];
    if (rm_connect(trace->context, READER, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(1000), &card) != RM_OK)
        return NULL;
    for (int i = 0; i < ROUNDS; ++i) {
        size_t size = sizeof answer;
        (void)rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(1000));
    }
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000));
    return NULL;
}

static void test_lines__stay_whole(void **state) {
    struct trace *trace = *state;
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, chatter, trace), 0);
    for (size_t i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(recording_read(&trace->recording));
    unsigned commands = 0, answers = 0;
    for (const char *line = trace->recording.text; *line;) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        const size_t length = (size_t)(end - line);
        assert_memory_equal(line, "scardssp: ", 10);
        if (memcmp(line, "scardssp: transmit(", 19) == 0) {
            /* What belongs together stands together. */
            assert_memory_equal(end + 1, "scardssp:   > 00 84 00 00 08\nscardssp:   < ", 43);
        } else if (memcmp(line, "scardssp:   > ", 14) == 0) {
            assert_int_equal(length, strlen("scardssp:   > 00 84 00 00 08"));
            ++commands;
        } else if (memcmp(line, "scardssp:   < ", 14) == 0) {
            assert_int_equal(length, strlen("scardssp:   <") + 30 + strlen(" [9000: success]"));
            assert_memory_equal(end - 22, " 90 00 [9000: success]", 22);
            ++answers;
        }
        line = end + 1;
    }
    assert_int_equal(commands, THREADS * ROUNDS);
    assert_int_equal(answers, THREADS * ROUNDS);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, trace_setup, trace_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_transmit__bytes_without_secrets),
        CASE(test_level_1__no_bytes),
        CASE(test_calls__one_line_each),
        CASE(test_text__forges_no_lines),
        CASE(test_close__frees_what_is_still_connected),
        CASE(test_wrap__keeps_name_and_sizes),
        CASE(test_lines__stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

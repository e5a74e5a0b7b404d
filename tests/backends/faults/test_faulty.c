/*
 * Faults over the simulator: what the call that meets each one returns, what a reconnection makes of it, and
 * that the same connection works afterwards.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/faults/faulty.h"
#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "rm/names.h"

#define FIRST "Simulated Reader 00"
#define SECOND "Simulated Reader 01"
#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define LONG_MS 10000u

struct scene {
    struct rm_service *service;
    struct rm_context *context;
    struct rm_card *card;
};

static void play(struct scene *scene, const char *script) {
    char message[200] = "";
    assert_int_equal(faulty_play(scene->service, script, strlen(script), message, sizeof message), RM_OK);
}

static int setup(void **state) {
    struct scene *scene = calloc(1, sizeof *scene);
    struct rm_service *sim = NULL;
    *state = scene;
    if (!scene || sim_service_create("", &sim, NULL, 0) != RM_OK ||
        sim_plug(sim, FIRST, "demo", 0, NULL, 0) != RM_OK ||
        sim_plug(sim, SECOND, "gsm", 0, NULL, 0) != RM_OK ||
        faulty_wrap(sim, "", 0, &scene->service, NULL, 0) != RM_OK ||
        rm_context_open(scene->service, RM_WITHIN(RM_INFINITE), &scene->context) != RM_OK)
        return -1;
    return rm_connect(scene->context, FIRST, RM_SHARE_SHARED, ANY, RM_WITHIN(LONG_MS), &scene->card) == RM_OK
               ? 0
               : -1;
}

static int teardown(void **state) {
    struct scene *scene = *state;
    if (scene->card)
        (void)rm_disconnect(scene->card, RM_LEAVE, RM_WITHIN(LONG_MS));
    rm_context_close(scene->context);
    rm_service_release(scene->service);
    free(scene);
    return 0;
}

static rm_status send(struct scene *scene, const uint8_t *command, size_t size, uint8_t *answer,
                      size_t *got) {
    *got = 300;
    return rm_transmit(scene->card, 0, command, size, answer, got, RM_WITHIN(LONG_MS));
}

/* GET CHALLENGE: the code; RM_E_UNEXPECTED where there is another answer. */
static rm_status ask(struct scene *scene) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[300];
    size_t size;
    const rm_status status = send(scene, challenge, sizeof challenge, answer, &size);
    if (status != RM_OK)
        return size == 0 ? status : RM_F_INTERNAL_ERROR;
    return size == 10 && answer[8] == 0x90 ? RM_OK : RM_E_UNEXPECTED;
}

static rm_status reconnect(struct scene *scene, uint32_t init) {
    return rm_reconnect(scene->card, RM_SHARE_SHARED, ANY, init, RM_WITHIN(LONG_MS));
}

/* The demo card's volatile state: a file that is selected. */
static void select_file(struct scene *scene) {
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x02};
    uint8_t answer[300];
    size_t size;
    assert_int_equal(send(scene, select, sizeof select, answer, &size), RM_OK);
    assert_int_equal(answer[0], 0x90);
}

static bool file_is_selected(struct scene *scene) {
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 0x05};
    uint8_t answer[300];
    size_t size;
    assert_int_equal(send(scene, read, sizeof read, answer, &size), RM_OK);
    return size == 7 && memcmp(answer, "Hello", 5) == 0;
}

/* What ends by a reconnection, and has started the card anew or not. */
static void test_faults__and_back(void **state) {
    static const struct {
        const char *script;
        rm_status meets, stays, leave; /* the command, the next one, a reconnection that leaves the card */
        bool restarted;
    } rows[] = {
        {"ins 84: reset", RM_W_RESET_CARD, RM_W_RESET_CARD, RM_OK, true},
        {"ins 84: remove; ins 00: drop", RM_W_REMOVED_CARD, RM_W_REMOVED_CARD, RM_E_NO_SMARTCARD, true},
        {"ins 84: drop", RM_E_NOT_TRANSACTED, RM_OK, RM_OK, false},
        {"ins 84: cut 1", RM_E_NOT_TRANSACTED, RM_OK, RM_OK, false},
        {"ins 84: cut 4", RM_E_UNEXPECTED, RM_OK, RM_OK, false},
        {"ins 84: sw 6F00", RM_E_UNEXPECTED, RM_OK, RM_OK, false},
        {"ins 84: storm 61 2", RM_E_UNEXPECTED, RM_E_UNEXPECTED, RM_OK, false},
        {"ins 84: mute", RM_W_UNRESPONSIVE_CARD, RM_W_UNRESPONSIVE_CARD, RM_W_UNRESPONSIVE_CARD, true},
        {"ins 84: delay 1 ms", RM_OK, RM_OK, RM_OK, false},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        select_file(scene);
        play(scene, rows[i].script);
        assert_int_equal(ask(scene), rows[i].meets);
        assert_int_equal(faulty_struck(scene->service), 1);
        assert_int_equal(ask(scene), rows[i].stays);
        assert_int_equal(reconnect(scene, RM_LEAVE), rows[i].leave);
        if (rows[i].leave != RM_OK) {
            if (rows[i].leave == RM_E_NO_SMARTCARD)
                play(scene, "at 0 ms: insert");
            assert_int_equal(reconnect(scene, RM_UNPOWER), RM_OK);
        }
        assert_int_equal(file_is_selected(scene), !rows[i].restarted);
        assert_int_equal(ask(scene), RM_OK);
    }
}

static void test_remove__for_a_time(void **state) {
    struct scene *scene = *state;
    struct rm_reader_state seen = {.reader = FIRST};
    assert_int_equal(rm_wait(scene->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_true(seen.event & RM_STATE_PRESENT);
    play(scene, "at 30 ms: remove for 60 ms");
    seen.current = seen.event & ~(uint32_t)RM_STATE_CHANGED;
    assert_int_equal(rm_wait(scene->context, &seen, 1, RM_WITHIN(LONG_MS)), RM_OK);
    assert_true(seen.event & RM_STATE_EMPTY && seen.event & RM_STATE_CHANGED);
    assert_int_equal(seen.atr_size, 0);
    seen.current = seen.event & ~(uint32_t)RM_STATE_CHANGED;
    assert_int_equal(rm_wait(scene->context, &seen, 1, RM_WITHIN(LONG_MS)), RM_OK);
    assert_true(seen.event & RM_STATE_PRESENT);
    assert_true(seen.atr_size > 2);
    assert_int_equal(ask(scene), RM_W_REMOVED_CARD);
    assert_int_equal(reconnect(scene, RM_LEAVE), RM_OK);
    assert_int_equal(ask(scene), RM_OK);
}

/* A card that is mute keeps nobody in a transaction. */
static void test_mute__lets_go(void **state) {
    struct scene *scene = *state;
    assert_int_equal(rm_begin(scene->card, RM_WITHIN(LONG_MS)), RM_OK);
    play(scene, ": mute 2");
    assert_int_equal(ask(scene), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(rm_end(scene->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_false(scene->card->locked);
    assert_int_equal(reconnect(scene, RM_UNPOWER), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(reconnect(scene, RM_UNPOWER), RM_OK);
    assert_int_equal(ask(scene), RM_OK);
}

static void test_remove__ends_the_transaction(void **state) {
    struct scene *scene = *state;
    assert_int_equal(rm_begin(scene->card, RM_WITHIN(LONG_MS)), RM_OK);
    play(scene, ": remove");
    assert_int_equal(ask(scene), RM_W_REMOVED_CARD);
    assert_false(scene->card->locked);
    play(scene, "at 0 ms: insert");
    assert_int_equal(reconnect(scene, RM_LEAVE), RM_OK);
    assert_int_equal(rm_end(scene->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
}

/* The connection is lost, and made anew by name once what it stood on is there again. */
static void test_loss(void **state) {
    static const struct {
        const char *script, *mended, *name;
        rm_status meets, connect;
    } rows[] = {
        {": unplug", "at 0 ms: replug", FIRST, RM_E_READER_UNAVAILABLE, RM_E_UNKNOWN_READER},
        {": stop", "at 0 ms: start", FIRST, RM_E_SERVICE_STOPPED, RM_E_NO_SERVICE},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        struct rm_card *card = NULL;
        play(scene, rows[i].script);
        assert_int_equal(ask(scene), rows[i].meets);
        assert_true(rm_connection_is_lost(reconnect(scene, RM_LEAVE)));
        assert_int_equal(rm_connect(scene->context, FIRST, RM_SHARE_SHARED, ANY, RM_WITHIN(0), &card),
                         rows[i].connect);
        play(scene, rows[i].mended);
        (void)rm_disconnect(scene->card, RM_LEAVE, RM_WITHIN(0));
        scene->card = NULL;
        rm_context_close(scene->context); /* a service that was stopped knows no former context */
        assert_int_equal(rm_context_open(scene->service, RM_WITHIN(RM_INFINITE), &scene->context), RM_OK);
        assert_int_equal(
            rm_connect(scene->context, FIRST, RM_SHARE_SHARED, ANY, RM_WITHIN(LONG_MS), &scene->card), RM_OK);
        assert_int_equal(ask(scene), RM_OK);
    }
}

static bool is_listed(struct scene *scene, const char *name) {
    struct names names = {0};
    assert_int_equal(rm_list_readers(scene->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    const bool listed = names_has(&names, name);
    names_clear(&names);
    return listed;
}

static void test_renumber(void **state) {
    struct scene *scene = *state;
    struct rm_card *card = NULL;
    assert_true(is_listed(scene, FIRST));
    play(scene, "reader \"" FIRST "\": renumber");
    assert_int_equal(ask(scene), RM_E_READER_UNAVAILABLE);
    assert_false(is_listed(scene, FIRST));
    assert_int_equal(rm_connect(scene->context, FIRST, RM_SHARE_SHARED, ANY, RM_WITHIN(0), &card),
                     RM_E_UNKNOWN_READER);
}

/* The other reader's card is in this one, and the other way round. */
static void test_swap(void **state) {
    struct scene *scene = *state;
    struct rm_card_status before, after;
    assert_int_equal(rm_status_of(scene->card, &before, RM_WITHIN(LONG_MS)), RM_OK);
    assert_true(is_listed(scene, SECOND));
    play(scene, ": swap \"" SECOND "\"");
    assert_int_equal(ask(scene), RM_W_REMOVED_CARD);
    assert_int_equal(reconnect(scene, RM_LEAVE), RM_OK);
    assert_int_equal(rm_status_of(scene->card, &after, RM_WITHIN(LONG_MS)), RM_OK);
    assert_memory_not_equal(before.atr, after.atr, 8);
    assert_string_equal(rm_reader_name(scene->card), FIRST);
    play(scene, ": swap");
    assert_int_equal(ask(scene), RM_W_REMOVED_CARD);
    assert_int_equal(reconnect(scene, RM_LEAVE), RM_OK);
    assert_int_equal(ask(scene), RM_OK);
}

/* Windows' rule: a card in a transaction that says nothing for so long is reset, and the transaction ends. */
static void test_idle(void **state) {
    const struct timespec longer = {.tv_nsec = 60000000};
    struct scene *scene = *state;
    select_file(scene);
    play(scene, "at 0 ms: idle 20 ms");
    nanosleep(&longer, NULL);
    assert_int_equal(ask(scene), RM_OK); /* no transaction is held */
    assert_int_equal(rm_begin(scene->card, RM_WITHIN(LONG_MS)), RM_OK);
    nanosleep(&longer, NULL);
    assert_int_equal(ask(scene), RM_W_RESET_CARD);
    assert_false(scene->card->locked);
    play(scene, "");
    assert_int_equal(reconnect(scene, RM_LEAVE), RM_OK);
    play(scene, "at 0 ms: idle 100 s");
    assert_false(file_is_selected(scene));
}

static void test_garble__by_seed(void **state) {
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 0x05};
    struct scene *scene = *state;
    uint8_t answers[3][300] = {{0}};
    size_t size;
    select_file(scene);
    for (int i = 0; i < 3; ++i) {
        play(scene, i < 2 ? "seed 3; : garble 4" : "seed 4; : garble 4");
        assert_int_equal(send(scene, read, sizeof read, answers[i], &size), RM_OK);
        assert_int_equal(size, 7);
    }
    assert_memory_equal(answers[0], answers[1], 7);
    assert_memory_not_equal(answers[0], answers[2], 7);
    assert_memory_not_equal(answers[0], "Hello\x90\0", 7);
}

static void *cancel_it(void *argument) {
    const struct timespec moment = {.tv_nsec = 100000000};
    nanosleep(&moment, NULL);
    rm_cancel(((struct scene *)argument)->context);
    return NULL;
}

/* Calls that a script keeps waiting end by Cancel. */
static void test_cancel(void **state) {
    struct scene *scene = *state;
    struct rm_reader_state seen = {.reader = FIRST, .current = RM_STATE_PRESENT | RM_STATE_INUSE};
    pthread_t thread;
    play(scene, ": delay 600 s");
    assert_int_equal(pthread_create(&thread, NULL, cancel_it, scene), 0);
    assert_int_equal(ask(scene), RM_E_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_create(&thread, NULL, cancel_it, scene), 0);
    assert_int_equal(rm_wait(scene->context, &seen, 1, RM_WITHIN(RM_INFINITE)), RM_E_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void test_bad_script__changes_nothing(void **state) {
    struct scene *scene = *state;
    char message[200] = "";
    play(scene, ": drop");
    assert_int_equal(faulty_play(scene->service, ": x", 3, message, sizeof message), RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(message, "1:3: expected a fault"));
    assert_int_equal(ask(scene), RM_E_NOT_TRANSACTED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_faults__and_back),
        CASE(test_remove__for_a_time),
        CASE(test_remove__ends_the_transaction),
        CASE(test_mute__lets_go),
        CASE(test_loss),
        CASE(test_renumber),
        CASE(test_swap),
        CASE(test_idle),
        CASE(test_garble__by_seed),
        CASE(test_cancel),
        CASE(test_bad_script__changes_nothing),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}

/*
 * Many readers in one process: 256 simulated ones, behind two simulators at once, are listed, waited for and
 * transacted with from many threads, also where the process has more than a thousand descriptors open. What a
 * reader and its card take of memory is printed.
 */
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backends/composite/composite.h"
#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "base/clock.h"
#include "support/kits/jobs.h"

#define READERS 256u
#define EACH (READERS / 2)
#define THREADS 64u
#define COMMANDS 200u
#define NAME_ROOM 40
#define BYTES_MAX (192u * 1024u) /* a reader with its card: far more than it takes, to see what goes wrong */
#define DESCRIPTORS 1100

static struct rm_service *service, *sims[2];
static size_t bytes_before;

static void name_of(unsigned number, char name[NAME_ROOM]) {
    (void)snprintf(name, NAME_ROOM, "Scale Reader %03u", number);
}

/* Half of the readers, with the card of the demo. */
static rm_status make(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    const unsigned first = strcmp(spec, "first") == 0 ? 0 : EACH;
    rm_status status = sim_service_create("", out, message, message_size);
    for (unsigned i = first; i < first + EACH && status == RM_OK; i++) {
        char name[NAME_ROOM];
        name_of(i, name);
        status = sim_plug(*out, name, "demo", 0, message, message_size);
    }
    return status;
}

static int open_readers(void **state) {
    (void)state;
    bytes_before = mallinfo2().uordblks;
    service = composite_create();
    return !service || composite_add(service, "first", make, &sims[0]) != RM_OK ||
           composite_add(service, "second", make, &sims[1]) != RM_OK;
}

static int close_readers(void **state) {
    (void)state;
    rm_service_release(service);
    return 0;
}

static void test_scale__memory_of_a_reader(void **state) {
    const size_t bytes = (mallinfo2().uordblks - bytes_before) / READERS;
    (void)state;
    if (bytes)
        print_message("# %u readers, each with a card: %zu bytes of memory a reader\n", READERS, bytes);
    else
        print_message("# the allocator of a sanitizer does not say what a reader takes\n");
    assert_true(bytes < BYTES_MAX);
}

static void test_scale__list(void **state) {
    struct rm_context *context = NULL;
    struct names names = {0};
    const char *name = NULL;
    (void)state;
    assert_int_equal(rm_context_open(service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    assert_int_equal(rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), READERS);
    for (unsigned i = 0; i < READERS; i++) {
        char expected[NAME_ROOM];
        name_of(i, expected);
        name = names_next(&names, name);
        assert_string_equal(name, expected);
    }
    names_clear(&names);
    rm_context_close(context);
}

/* One wait for all readers, on a thread of its own. */
struct watcher {
    pthread_t thread;
    struct rm_context *context;
    struct rm_reader_state states[READERS];
    char names[READERS][NAME_ROOM];
    rm_status status;
};

static void *watch(void *argument) {
    struct watcher *watcher = argument;
    watcher->status = rm_wait(watcher->context, watcher->states, READERS, RM_WITHIN(20000));
    return NULL;
}

static struct watcher *begin_watching(void) {
    struct watcher *watcher = calloc(1, sizeof *watcher);
    assert_non_null(watcher);
    assert_int_equal(rm_context_open(service, RM_WITHIN(RM_INFINITE), &watcher->context), RM_OK);
    for (unsigned i = 0; i < READERS; i++) {
        name_of(i, watcher->names[i]);
        watcher->states[i].reader = watcher->names[i];
    }
    assert_int_equal(rm_wait(watcher->context, watcher->states, READERS, RM_WITHIN(0)), RM_OK);
    for (unsigned i = 0; i < READERS; i++)
        watcher->states[i].current = watcher->states[i].event & ~(uint32_t)RM_STATE_CHANGED;
    jobs_count(1);
    assert_int_equal(pthread_create(&watcher->thread, NULL, watch, watcher), 0);
    return watcher;
}

/* Ends what begin_watching() has begun: just this reader has changed. */
static void end_watching(struct watcher *watcher, unsigned changed) {
    assert_int_equal(pthread_join(watcher->thread, NULL), 0);
    jobs_count(-1);
    assert_int_equal(watcher->status, RM_OK);
    for (unsigned i = 0; i < READERS; i++)
        assert_int_equal((watcher->states[i].event & RM_STATE_CHANGED) != 0, i == changed);
    rm_context_close(watcher->context);
    free(watcher);
}

static void test_scale__wait_for_all(void **state) {
    struct watcher *watchers[16];
    (void)state;
    for (unsigned round = 0; round < 4; round++) {
        const unsigned reader = round % 2 ? READERS - 1 - round : round;
        char name[NAME_ROOM];
        name_of(reader, name);
        for (unsigned i = 0; i < 16; i++)
            watchers[i] = begin_watching();
        usleep(50000);
        assert_int_equal(sim_remove(sims[reader >= EACH], name), RM_OK);
        for (unsigned i = 0; i < 16; i++)
            end_watching(watchers[i], reader);
        assert_int_equal(sim_put_back(sims[reader >= EACH], name), RM_OK);
    }
}

/* Each thread has some readers to itself and one that all share. */
struct client {
    pthread_t thread;
    unsigned number;
    unsigned answers;
};

static unsigned ask(struct rm_card *card) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[16];
    size_t size = sizeof answer;
    return rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(20000)) == RM_OK &&
           size == 10 && answer[8] == 0x90;
}

static unsigned talk(struct rm_context *context, unsigned reader, unsigned commands) {
    struct rm_card *card = NULL;
    unsigned answers = 0;
    char name[NAME_ROOM];
    name_of(reader, name);
    if (rm_connect(context, name, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(20000), &card) != RM_OK)
        return 0;
    for (unsigned i = 0; i < commands && rm_begin(card, RM_WITHIN(20000)) == RM_OK; i++) {
        answers += ask(card);
        (void)rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE));
    }
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(20000));
    return answers;
}

static void *serve(void *argument) {
    struct client *client = argument;
    struct rm_context *context = NULL;
    if (rm_context_open(service, RM_WITHIN(RM_INFINITE), &context) != RM_OK)
        return NULL;
    for (unsigned reader = client->number; reader < READERS; reader += THREADS)
        client->answers += talk(context, reader, COMMANDS);
    client->answers += talk(context, READERS - 1, COMMANDS);
    rm_context_close(context);
    return NULL;
}

static void transact(void) {
    static struct client clients[THREADS];
    const uint64_t begun = clock_ms();
    jobs_count(THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        clients[i] = (struct client){.number = i};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, serve, &clients[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
    jobs_count(-(int)THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(clients[i].answers, COMMANDS * (READERS / THREADS + 1));
    print_message("# %u transactions by %u threads in %u ms\n", THREADS * COMMANDS * (READERS / THREADS + 1),
                  THREADS, (unsigned)(clock_ms() - begun));
}

static void test_scale__transact_from_many_threads(void **state) {
    (void)state;
    transact();
}

static void test_scale__with_a_thousand_descriptors_open(void **state) {
    static int open_ones[DESCRIPTORS];
    struct rlimit limit;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur < DESCRIPTORS + 100 && limit.rlim_max >= DESCRIPTORS + 100) {
        limit.rlim_cur = DESCRIPTORS + 100;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    for (unsigned i = 0; i < DESCRIPTORS; i++) {
        open_ones[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        assert_true(open_ones[i] >= 0);
    }
    assert_true(open_ones[DESCRIPTORS - 1] > 1023);
    struct watcher *watcher = begin_watching();
    usleep(50000);
    assert_int_equal(sim_remove(sims[1], "Scale Reader 200"), RM_OK);
    end_watching(watcher, 200);
    assert_int_equal(sim_put_back(sims[1], "Scale Reader 200"), RM_OK);
    transact();
    for (unsigned i = 0; i < DESCRIPTORS; i++)
        (void)close(open_ones[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scale__memory_of_a_reader),
        cmocka_unit_test(test_scale__list),
        cmocka_unit_test(test_scale__wait_for_all),
        cmocka_unit_test(test_scale__transact_from_many_threads),
        cmocka_unit_test(test_scale__with_a_thousand_descriptors_open),
    };
    return cmocka_run_group_tests(tests, open_readers, close_readers);
}

/*
 * The client that keeps the PC/SC service up, on a service played by the test: one that answers, one that
 * refuses, one that never answers. And who is at a port, on sockets of the test's own. With a real pcscd:
 * tests/tools/commands/test_serve_pcscd.sh.
 */
#include "backends/vpcd/keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/vpcd/link.h"
#include "backends/vpcd/ports.h"
#include "backends/vpcd/serve_rig.h"
#include "base/clock.h"

/* What the service does, and what was done to it. */
static struct {
    _Atomic rm_status made, opened;
    atomic_bool hangs;
    atomic_int contexts, services; /* there are */
    atomic_int opens;
    atomic_size_t name_length;
} played;

static void release(struct rm_service *service) {
    (void)service;
    atomic_fetch_sub(&played.services, 1);
}

static const struct rm_ops ops;

static rm_status open_context(struct rm_service *service, struct rm_bound *bound, struct rm_context **out) {
    static struct rm_context context = {.ops = &ops};
    (void)service, (void)bound;
    atomic_fetch_add(&played.opens, 1);
    while (atomic_load(&played.hangs))
        usleep(5000);
    if (played.opened == RM_OK) {
        *out = &context;
        atomic_fetch_add(&played.contexts, 1);
    }
    return played.opened;
}

static void close_context(struct rm_context *context) {
    (void)context;
    atomic_fetch_sub(&played.contexts, 1);
}

/* Two readers, and before them one whose name has the length asked for. */
static rm_status list_names(struct rm_context *context, struct rm_bound *bound, struct names *out) {
    static const char list[] = "ACME 00 00\0Virtual PCD 00 00\0";
    char *name = malloc(played.name_length + 1);
    (void)context, (void)bound;
    assert_non_null(name);
    memset(name, 'x', played.name_length + 1);
    assert_true(!played.name_length || names_add(out, name, played.name_length));
    assert_true(names_add_all(out, list, sizeof list));
    free(name);
    return RM_OK;
}

static const struct rm_ops ops = {.service_release = release,
                                  .context_open = open_context,
                                  .context_close = close_context,
                                  .list_readers = list_names};

static rm_status make(struct rm_service **out) {
    static struct rm_service service = {.ops = &ops, .name = "played"};
    *out = NULL;
    if (played.made != RM_OK)
        return played.made;
    *out = &service;
    atomic_fetch_add(&played.services, 1);
    return RM_OK;
}

static int clean(void **state) {
    (void)state;
    played.made = RM_OK;
    played.opened = RM_OK;
    played.hangs = false;
    played.contexts = 0;
    played.services = 0;
    played.opens = 0;
    played.name_length = 0;
    return 0;
}

static void await_done(struct keeper *keeper, struct keeper_report *report) {
    const uint64_t deadline = clock_deadline(5000);
    do {
        usleep(1000);
        keeper_look(keeper, report);
    } while (!report->done && clock_left(deadline) > 0);
    assert_true(report->done);
}

static void test_keeper__is_a_client_until_its_end(void **state) {
    struct keeper_report report;
    (void)state;
    struct keeper *keeper = keeper_start(make);
    assert_non_null(keeper);
    await_done(keeper, &report);
    assert_int_equal(report.status, RM_OK);
    assert_false(report.no_library);
    static const char names[] = "ACME 00 00\0Virtual PCD 00 00\0";
    assert_memory_equal(report.readers, names, sizeof names);
    usleep(50000);
    assert_int_equal(atomic_load(&played.contexts), 1);
    assert_int_equal(atomic_load(&played.services), 1);
    keeper_end(keeper);
    assert_int_equal(atomic_load(&played.contexts), 0);
    assert_int_equal(atomic_load(&played.services), 0);
}

static void test_keeper__more_readers_than_room(void **state) {
    struct keeper_report report;
    (void)state;
    static const char names[] = "ACME 00 00\0Virtual PCD 00 00\0";
    played.name_length = KEEPER_READERS_MAX - 1; /* and two NULs */
    struct keeper *keeper = keeper_start(make);
    await_done(keeper, &report);
    assert_int_equal(report.status, RM_OK);
    assert_memory_equal(report.readers, names, sizeof names);
    keeper_end(keeper);
    played.name_length = KEEPER_READERS_MAX - 2;
    keeper = keeper_start(make);
    await_done(keeper, &report);
    assert_int_equal(report.readers[0], 'x');
    assert_int_equal(strlen(report.readers), KEEPER_READERS_MAX - 2);
    assert_int_equal(report.readers[KEEPER_READERS_MAX - 1], 0);
    keeper_end(keeper);
}

static void test_keeper__refused(void **state) {
    struct keeper_report report;
    (void)state;
    played.opened = RM_W_SECURITY_VIOLATION;
    struct keeper *keeper = keeper_start(make);
    await_done(keeper, &report);
    assert_int_equal(report.status, RM_W_SECURITY_VIOLATION);
    assert_false(report.no_library);
    keeper_end(keeper);
    assert_int_equal(atomic_load(&played.services), 0);
    played.made = RM_E_NO_SERVICE;
    keeper = keeper_start(make);
    await_done(keeper, &report);
    assert_int_equal(report.status, RM_E_NO_SERVICE);
    assert_true(report.no_library);
    keeper_end(keeper);
}

/* A service that never answers holds up nobody but its own thread. */
static void test_keeper__no_answer(void **state) {
    struct keeper_report report;
    (void)state;
    atomic_store(&played.hangs, true);
    struct keeper *keeper = keeper_start(make);
    usleep(50000);
    keeper_look(keeper, &report);
    assert_false(report.done);
    const uint64_t start = clock_ms();
    keeper_end(keeper);
    assert_int_in_range(clock_ms() - start, 500, 5000);
    /* When it answers at last, it is left at once. */
    atomic_store(&played.hangs, false);
    for (int i = 0; i < 1000 && atomic_load(&played.services) > 0; ++i)
        usleep(5000);
    assert_int_equal(atomic_load(&played.services), 0);
    assert_int_equal(atomic_load(&played.contexts), 0);
}

static void test_keeper__nothing_to_do(void **state) {
    struct keeper_report report;
    (void)state;
    assert_null(keeper_start(NULL));
    keeper_look(NULL, &report);
    assert_false(report.done);
    keeper_end(NULL);
}

static void test_ports__who_is_there(void **state) {
    uint16_t port = 0;
    (void)state;
    const int listener = socket_listen(&port);
    assert_true(listener != -1);
    assert_true(ports_listened_at(port));
    assert_false(ports_has_guest(port, -1));
    static struct link first = {.stop_fd = -1}, second = {.stop_fd = -1};
    first.fd = second.fd = -1;
    assert_int_equal(link_open(&first, "127.0.0.1", port, 0), LINK_OK);
    assert_true(first.local);
    assert_false(ports_has_guest(port, first.fd)); /* that is us */
    assert_true(ports_has_guest(port, -1));
    const int guest = socket_accept(listener, 5000);
    assert_true(guest != -1);
    assert_int_equal(link_open(&second, "127.0.0.1", port, 0), LINK_OK);
    assert_true(ports_has_guest(port, second.fd)); /* which waits to be accepted */
    link_close(&first);
    link_close(&second);
    socket_close(guest);
    socket_close(listener);
    assert_false(ports_listened_at(port));
    assert_int_equal(link_open(&first, "127.0.0.1", port, 0), LINK_CLOSED);
    assert_int_equal(first.problem, LINK_NOBODY);
}

/* The queue of a driver that has a card has room for one; who comes then hears nothing at all. */
static void test_serve__the_queue_is_full(void **state) {
    struct rig *rig = *state;
    static struct link first = {.fd = -1, .stop_fd = -1};
    clean(NULL);
    rig->options.service = make;
    rig->options.wait_ms = 0;
    assert_int_equal(link_open(&first, "127.0.0.1", rig->port, 0), LINK_OK);
    rig_start(rig);
    rig_join(rig);
    assert_int_equal(rig->status, RM_E_SHARING_VIOLATION);
    assert_non_null(strstr(rig->message, "another card is in this slot"));
    link_close(&first);
}

/* Serves until the driver has the card, and serve.c is a client of the service. */
static void serve_one(struct rig *rig) {
    uint8_t atr[SIM_ATR_MAX];
    rig_start(rig);
    rig_accept(rig);
    assert_true(ask_atr(rig, atr) > 1);
    for (int i = 0; i < 1000 && atomic_load(&played.contexts) == 0; ++i)
        usleep(1000);
}

/*
 * serve.c is a client of the service while it serves a driver on this machine, and leaves it when it is
 * stopped.
 */
static void test_serve__keeps_the_service_up(void **state) {
    struct rig *rig = *state;
    clean(NULL);
    rig->options.service = make;
    serve_one(rig);
    assert_int_equal(atomic_load(&played.contexts), 1);
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
    assert_int_equal(atomic_load(&played.contexts), 0);
}

/*
 * The driver goes with its service: it is woken once more and waited for, also where serve was told not to
 * wait.
 */
static void test_serve__wakes_a_service_that_has_ended(void **state) {
    struct rig *rig = *state;
    uint8_t atr[SIM_ATR_MAX];
    clean(NULL);
    rig->options.service = make;
    rig->options.wait_ms = 0;
    rig->options.return_ms = 5000;
    serve_one(rig);
    const int opens = atomic_load(&played.opens);
    hang_up(&rig->listener);
    hang_up(&rig->driver);
    for (int i = 0; i < PATIENCE && atomic_load(&played.opens) == opens; ++i)
        usleep(1000);
    assert_true(atomic_load(&played.opens) > opens);
    rig->listener = socket_listen(&rig->port);
    rig_accept(rig);
    assert_true(ask_atr(rig, atr) > 1);
    assert_connected(rig, 2);
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
}

/* And given up when it does not come back, in the time for that. */
static void test_serve__gives_up_a_service_that_stays_away(void **state) {
    struct rig *rig = *state;
    clean(NULL);
    rig->options.service = make;
    rig->options.wait_ms = 0;
    rig->options.return_ms = 700;
    serve_one(rig);
    played.opened = RM_E_NO_SERVICE;
    hang_up(&rig->listener);
    hang_up(&rig->driver);
    rig_join(rig);
    assert_int_equal(rig->status, RM_E_READER_UNAVAILABLE);
    assert_int_in_range(rig->took_ms, 700, PATIENCE);
    assert_non_null(strstr(rig->message, "has ended (SCARD_E_NO_SERVICE)"));
    assert_true(atomic_load(&played.opens) > 2); /* tried again and again */
    assert_int_equal(atomic_load(&played.services), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_keeper__is_a_client_until_its_end, clean),
        cmocka_unit_test_setup(test_keeper__more_readers_than_room, clean),
        cmocka_unit_test_setup(test_keeper__refused, clean),
        cmocka_unit_test_setup(test_keeper__no_answer, clean),
        cmocka_unit_test_setup(test_keeper__nothing_to_do, clean),
        cmocka_unit_test(test_ports__who_is_there),
        CASE(test_serve__the_queue_is_full),
        CASE(test_serve__keeps_the_service_up),
        CASE(test_serve__wakes_a_service_that_has_ended),
        CASE(test_serve__gives_up_a_service_that_stays_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What connecting gives the card and others in time, over a library that answers what a test tells it to. */
#include "backends/pcsc/connect.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/patience.h"
#include "backends/pcsc/connection.h"
#include "backends/pcsc/socket.h"
#include "support/fakes/pcsc.h"

int __real_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);

static unsigned pauses; /* of the length of one before a protocol is tried again */

int __wrap_nanosleep(const struct timespec *time, struct timespec *left) {
    pauses += time->tv_nsec == PCSC_MISMATCH_PAUSE_MS * 1000000;
    return __real_nanosleep(time, left);
}

static struct {
    struct pcsc_api api;
    struct rm_service *service;
    struct rm_context *context;
    uint32_t limit; /* of the last call that connects */
    bool cancels;   /* the next one is cancelled while the library has it */
} client;

/* The library's own, which notes how long it may take. */
static LONG connect_card(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
                         LPSCARDHANDLE card, LPDWORD protocol) {
    for (const struct pcsc_watched *call = pcsc_context_from(client.context)->service->watch.calls; call;
         call = call->next)
        if (atomic_load(&call->ticket) & PCSC_CALL_BUSY)
            client.limit = atomic_load(&call->timeout_ms);
    if (client.cancels) {
        struct pollfd daemon = {.fd = -1};
        client.cancels = false;
        rm_cancel(client.context);
        (void)poll(&daemon, 1, 100); /* as if it waited for the daemon: not asleep */
    }
    return fake_api.connect(context, reader, share, protocols, card, protocol);
}

static int setup(void **state) {
    (void)state;
    fake_reset();
    pauses = 0;
    client.api = fake_api;
    client.api.connect = connect_card;
    return pcsc_service_create_with(&client.api, &client.service) != RM_OK ||
           rm_context_open(client.service, RM_WITHIN(RM_INFINITE), &client.context) != RM_OK;
}

static int teardown(void **state) {
    (void)state;
    rm_context_close(client.context);
    rm_service_release(client.service);
    return fake_count(FAKE_RELEASE) == fake_count(FAKE_ESTABLISH) ? 0 : -1;
}

static rm_status attempt(uint32_t within_ms, struct rm_card **out) {
    return rm_connect(client.context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(within_ms), out);
}

/* A card may take its time to start, whatever the bound; where others have started it, a moment. */
static void test_connect__takes_at_least(void **state) {
    static const struct {
        LONG code;
        DWORD reader;
        uint32_t within_ms, least, most;
    } rows[] = {
        {SCARD_S_SUCCESS, SCARD_STATE_PRESENT, 0, PATIENCE_START_MS, PATIENCE_START_MS},
        {SCARD_S_SUCCESS, SCARD_STATE_PRESENT | SCARD_STATE_INUSE, 0, PATIENCE_SHARED_MS, PATIENCE_SHARED_MS},
        {SCARD_S_SUCCESS, SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE, 0, PATIENCE_SHARED_MS,
         PATIENCE_SHARED_MS},
        {SCARD_E_UNKNOWN_READER, 0, 0, PATIENCE_SHARED_MS, PATIENCE_SHARED_MS},
        {SCARD_S_SUCCESS, SCARD_STATE_PRESENT, 60000, PATIENCE_START_MS, 60000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rm_card *card = NULL;
        const unsigned asked = fake_count(FAKE_STATUS_CHANGE);
        fake.reader_state = rows[i].reader;
        fake_next(FAKE_STATUS_CHANGE, rows[i].code, 0);
        client.limit = 1;
        assert_int_equal(attempt(rows[i].within_ms, &card), RM_OK);
        assert_int_in_range(client.limit, rows[i].least, rows[i].most);
        assert_int_equal(fake_count(FAKE_STATUS_CHANGE), asked + (rows[i].within_ms < PATIENCE_START_MS));
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    }
}

/* A protocol is refused while another client starts the card: tried again after a pause, a few times. */
static void test_connect__refused_protocol(void **state) {
    static const struct {
        DWORD reader;
        unsigned refused, tries;
        rm_status status;
    } rows[] = {
        {SCARD_STATE_PRESENT | SCARD_STATE_INUSE, 1, 2, RM_OK},
        {SCARD_STATE_PRESENT | SCARD_STATE_INUSE, 5, 6, RM_OK},
        {SCARD_STATE_PRESENT | SCARD_STATE_INUSE, 9, 6, RM_E_PROTO_MISMATCH},
        {SCARD_STATE_PRESENT, 1, 1, RM_E_PROTO_MISMATCH}, /* nobody is there */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rm_card *card = NULL;
        fake.reader_state = rows[i].reader;
        fake.used[FAKE_CONNECT] = 0;
        for (unsigned j = 0; j < FAKE_SCRIPT; j++)
            fake.script[FAKE_CONNECT][j] = j < rows[i].refused ? SCARD_E_PROTO_MISMATCH : SCARD_S_SUCCESS;
        pauses = 0;
        fake.timeout = 77;
        assert_int_equal(attempt(60000, &card), rows[i].status);
        assert_int_equal(fake_count(FAKE_CONNECT), rows[i].tries);
        assert_int_equal(pauses, rows[i].tries - 1);
        assert_int_equal(fake.timeout, 0); /* the reader's state was looked at, not waited for */
        if (card)
            assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    }
}

/*
 * Called off while the daemon keeps it waiting: the daemon is left to come to its end, and until then nobody
 * tries again.
 */
static void test_connect__called_off(void **state) {
    struct pcsc_service *service = pcsc_context_from(client.context)->service;
    struct pcsc_link *link = pcsc_context_from(client.context)->links;
    struct rm_card *card = NULL;
    int pair[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pcsc_watch_know(&service->watch, &link->call, pair[0], pcsc_sockets_number(pair[0]), dup(pair[0]));
    client.cancels = true;
    assert_int_equal(attempt(60000, &card), RM_E_CANCELLED);
    assert_null(card);
    assert_non_null(service->attempts.first);
    const unsigned connected = fake_count(FAKE_CONNECT);
    assert_int_equal(attempt(20, &card), RM_E_TIMEOUT);
    assert_int_equal(fake_count(FAKE_CONNECT), connected);
    close(pair[1]);
    assert_int_equal(attempt(60000, &card), RM_OK);
    assert_int_equal(fake_count(FAKE_CONNECT), connected + 1);
    assert_null(service->attempts.first);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    close(pair[0]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_connect__takes_at_least),
        CASE(test_connect__refused_protocol),
        CASE(test_connect__called_off),
    };
    return cmocka_run_group_tests_name("pcsc_connect", tests, NULL, NULL);
}

/*
 * Which calls the backend for Windows' smart card service makes on the caller's own thread, and which it
 * hands to the line's: those alone that another program can make wait. And what the handing over costs while
 * there is nothing to hand over.
 */
#include "support/kits/winscard_client.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define ROUNDS 400u
#define IDLE_MS 400u
/* what a process that does nothing may take of that, the clock's own steps included */
#define IDLE_CPU_MS 100u

/* Calls for the card, by who made them. */
static DWORD caller;
static struct {
    unsigned own, begins, others; /* by the caller; of another thread: to begin, whatever else */
} calls;

#define NOTE(is_begin)                                                                                       \
    (GetCurrentThreadId() == caller ? ++calls.own : (is_begin) ? ++calls.begins : ++calls.others)

static LONG WINAPI begin(SCARDHANDLE card) {
    NOTE(true);
    return fake_winscard_api.begin_transaction(card);
}

static LONG WINAPI end(SCARDHANDLE card, DWORD disposition) {
    NOTE(false);
    return fake_winscard_api.end_transaction(card, disposition);
}

static LONG WINAPI transmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE bytes, DWORD size,
                            SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD receive_size) {
    NOTE(false);
    return fake_winscard_api.transmit(card, send_pci, bytes, size, receive_pci, receive, receive_size);
}

static LONG WINAPI card_status(SCARDHANDLE card, LPWSTR names, LPDWORD names_size, LPDWORD state,
                               LPDWORD protocol, LPBYTE atr, LPDWORD atr_size) {
    NOTE(false);
    return fake_winscard_api.status(card, names, names_size, state, protocol, atr, atr_size);
}

static LONG WINAPI reconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD init, LPDWORD protocol) {
    NOTE(false);
    return fake_winscard_api.reconnect(card, share, protocols, init, protocol);
}

static int set_up(void **state) {
    static struct winscard_api api;
    static struct client client;

    api = fake_winscard_api;
    api.begin_transaction = begin;
    api.end_transaction = end;
    api.transmit = transmit;
    api.status = card_status;
    api.reconnect = reconnect;
    caller = GetCurrentThreadId();
    memset(&client, 0, sizeof client);
    *state = &client;
    if (!fake_winscard_open() || winscard_service_create_with(&api, &client.service) != RM_OK ||
        rm_context_open(client.service, RM_WITHIN(RM_INFINITE), &client.context) != RM_OK)
        return -1;
    return client_connect(&client, CLIENT_LONG, &client.card) == RM_OK ? 0 : -1;
}

/* Calls since the last question: our own, begun by the thread, others of the thread. */
static void assert_calls(unsigned own, unsigned begins, unsigned others) {
    assert_int_equal(calls.own, own);
    assert_int_equal(calls.begins, begins);
    assert_int_equal(calls.others, others);
    memset(&calls, 0, sizeof calls);
}

/*
 * A command beside others: it is begun by the thread, since nothing ends a begin that waits, and sent and
 * ended by us.
 */
static void test_handover__shared(void **state) {
    struct client *const client = *state;
    struct rm_card_status status;

    for (unsigned i = 0; i < ROUNDS; ++i) {
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
        assert_calls(2, 1, 0);
    }
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_calls(0, 0, 1);
    assert_int_equal(client_reattach(client), RM_OK); /* asks for the card's power, changes nothing */
    assert_calls(2, 1, 0);
}

/*
 * Within a transaction nobody can make a call wait: one hand-over for all of it, as over T=0 an exchange of
 * several units is.
 */
static void test_handover__held(void **state) {
    struct client *const client = *state;
    struct rm_card_status status;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_calls(0, 1, 0);
    for (int i = 0; i < 3; ++i)
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(client_reattach(client), RM_OK);
    assert_int_equal(rm_end(client->card, RM_RESET, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_calls(8, 0, 0);
}

/* Nor where the card is ours alone. */
static void test_handover__exclusive(void **state) {
    struct client *const client = *state;

    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(CLIENT_LONG)),
        RM_OK);
    memset(&calls, 0, sizeof calls);
    for (unsigned i = 0; i < ROUNDS; ++i)
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    assert_calls(ROUNDS, 0, 0);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_calls(3, 0, 0);
}

/* Processor time of the process, in ms. */
static uint64_t cpu_ms(void) {
    FILETIME made, ended, kernel, user;

    assert_true(GetProcessTimes(GetCurrentProcess(), &made, &ended, &kernel, &user));
    const uint64_t both = ((uint64_t)kernel.dwHighDateTime << 32 | kernel.dwLowDateTime) +
                          ((uint64_t)user.dwHighDateTime << 32 | user.dwLowDateTime);
    return both / 10000;
}

/* After traffic the thread sleeps; so does who waits for another program's transaction. */
static void test_handover__idle(void **state) {
    struct client *const client = *state;
    struct program program;

    for (unsigned i = 0; i < ROUNDS; ++i)
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    uint64_t before = cpu_ms();
    Sleep(IDLE_MS);
    assert_int_in_range(cpu_ms() - before, 0, IDLE_CPU_MS);

    program = program_start(SCARD_SHARE_SHARED);
    program_begin(&program);
    before = cpu_ms();
    assert_int_equal(client_ask(client->card, IDLE_MS), RM_E_TIMEOUT);
    assert_int_in_range(cpu_ms() - before, 0, IDLE_CPU_MS);
    program_end(&program, SCARD_LEAVE_CARD);
}

static double us(void) {
    LARGE_INTEGER frequency, now;

    (void)QueryPerformanceFrequency(&frequency);
    (void)QueryPerformanceCounter(&now);
    return (double)now.QuadPart * 1e6 / (double)frequency.QuadPart;
}

/* The shortest of several: what others take of the machine is not what is asked. */
static double fastest(struct client *client) {
    double best = 1e9;

    for (unsigned i = 0; i < ROUNDS; ++i) {
        const double start = us();
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
        const double took = us() - start;
        best = took < best ? took : best;
    }
    return best;
}

/* Not a test of speed, which is the machine's: what is told beside the numbers of calls. */
static void test_handover__is_told(void **state) {
    struct client *const client = *state;
    const double shared = fastest(client);

    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(CLIENT_LONG)),
        RM_OK);
    const double alone = fastest(client);
    (void)printf("# a command SHARED %.1f us, EXCLUSIVE %.1f us\n", shared, alone);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, client_teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_handover__shared), CASE(test_handover__held),    CASE(test_handover__exclusive),
        CASE(test_handover__idle),   CASE(test_handover__is_told),
    };
    return cmocka_run_group_tests_name("winscard_handover", tests, NULL, NULL);
}

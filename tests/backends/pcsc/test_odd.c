/*
 * The PC/SC backend where memory is short, where a call is broken off at the worst moment, and over answers
 * that no service gives twice: on the library of fakes/pcsc.h.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/pcsc/attempt.h"
#include "backends/pcsc/connection.h"
#include "backends/pcsc/find.h"
#include "backends/pcsc/socket.h"
#include "backends/pcsc/wait.h"
#include "backends/system.h"
#include "support/fakes/allocator.h"
#include "support/fakes/pcsc.h"

/* Memory */

static void test_memory__service(void **state) {
    struct rm_service *service = NULL;
    (void)state;
    allocator_allow(0);
    assert_int_equal(pcsc_service_create_with(&fake_api, &service), RM_E_NO_MEMORY);
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_null(service);
}

static void test_memory__context_and_card(void **state) {
    struct fake_client *const client = *state;
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    struct rm_reader_state seen = {.reader = "Fake"};
    struct names names = {0};
    allocator_allow(0);
    assert_int_equal(rm_context_open(client->service, RM_WITHIN(RM_INFINITE), &context), RM_E_NO_MEMORY);
    assert_int_equal(rm_connect(client->context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(1000), &card),
                     RM_E_NO_MEMORY);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(1000), &card), RM_E_NO_MEMORY);
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_E_NO_MEMORY);
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_MEMORY);
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_null(card);
    assert_int_equal(names.size, 0);
    assert_int_equal(fake_ask(client->card, 1000), RM_OK);
}

/* Which reader it is in cannot be found out: a handle with a notice is not taken over then. */
static void test_memory__adopt_with_a_notice(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;
    fake_next(FAKE_STATUS, SCARD_W_RESET_CARD, 0);
    fake_next(FAKE_LIST_READERS, SCARD_E_NO_MEMORY, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(1000), &card), RM_E_NO_MEMORY);
    assert_null(card);
}

/* An attempt that cannot be remembered: its socket is closed, and nobody waits for it. */
static void test_memory__attempt(void **state) {
    struct pcsc_attempts attempts = {.first = NULL};
    int pair[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    allocator_allow(0);
    pcsc_attempt_keep(&attempts, "Fake", pair[0]);
    pcsc_attempt_keep(&attempts, "Fake", -1);
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_null(attempts.first);
    assert_int_equal(fcntl(pair[0], F_GETFD), -1);
    close(pair[1]);
    /* Also in a program that has closed its standard streams. */
    const int saved = dup(STDIN_FILENO);
    close(STDIN_FILENO);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    allocator_allow(0);
    pcsc_attempt_keep(&attempts, "Fake", pair[0]);
    allocator_allow(ALLOCATOR_UNLIMITED);
    const bool is_open = fcntl(STDIN_FILENO, F_GETFD) != -1;
    dup2(saved, STDIN_FILENO);
    assert_int_equal(pair[0], STDIN_FILENO);
    assert_false(is_open);
    close(pair[1]);
    close(saved);
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
static unsigned refused; /* so many of the next are */

void *__wrap_realloc(void *memory, size_t size) {
    if (refused == 0)
        return __real_realloc(memory, size);
    refused--;
    return NULL;
}

/* A list of sockets that has not all of them is none: what is missing would be taken for new. */
static void test_memory__list_of_sockets(void **state) {
    struct pcsc_sockets sockets;
    int pairs[4][2];
    (void)state;
    for (size_t i = 0; i < 4; ++i)
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]), 0);
    refused = 1;
    pcsc_sockets_note(&sockets);
    assert_int_equal(refused, 0);
    assert_null(sockets.numbers);
    assert_int_equal(sockets.count, 0);
    pcsc_sockets_note(&sockets);
    assert_true(sockets.count >= 8);
    pcsc_sockets_free(&sockets);
    for (size_t i = 0; i < 4; ++i)
        close(pairs[i][0]), close(pairs[i][1]);
}

/* Answers */

/* A list that is always longer than the room for it. */
static void test_list__never_fits(void **state) {
    struct fake_client *const client = *state;
    struct names names = {0};
    for (size_t i = 0; i < FAKE_SCRIPT; ++i)
        fake.script[FAKE_LIST_READERS][i] = SCARD_E_INSUFFICIENT_BUFFER;
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(names.size, 0);
    assert_int_equal(fake_count(FAKE_LIST_READERS), 10); /* not for ever */
}

/* Why a command failed cannot be asked any more: that is why. */
static void test_transmit__service_goes_while_it_is_asked(void **state) {
    static const LONG codes[] = {SCARD_E_PROTO_MISMATCH, SCARD_E_NOT_TRANSACTED};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; ++i) {
        struct fake_client *client = *state;
        fake_next(FAKE_TRANSMIT, codes[i], 0);
        fake_next(FAKE_STATUS, SCARD_E_NO_SERVICE, 0);
        assert_int_equal(fake_ask(client->card, 1000), RM_E_NO_SERVICE);
        assert_int_equal(fake_ask(client->card, 1000), RM_E_NO_SERVICE);
        if (i == 0) {
            assert_int_equal(fake_teardown(state), 0);
            assert_int_equal(fake_setup(state), 0);
        }
    }
}

/* A command fails and the protocol is undone: another client has started the card. */
static void test_transmit__card_started_meanwhile(void **state) {
    struct fake_client *const client = *state;
    fake_next(FAKE_TRANSMIT, SCARD_E_NOT_TRANSACTED, 0);
    fake.protocol = SCARD_PROTOCOL_UNDEFINED;
    assert_int_equal(fake_ask(client->card, 1000), RM_W_RESET_CARD);
}

/* The library was told not to wait, and the card does not become free. */
static void test_turn__never_comes(void **state) {
    struct fake_client *const client = *state;
    struct rm_card_status status;
    for (size_t i = 1; i < FAKE_SCRIPT; ++i)
        fake.script[FAKE_GET_ATTRIB][i] = SCARD_E_SHARING_VIOLATION;
    fake_next(FAKE_RECONNECT, SCARD_E_SHARING_VIOLATION, 0);
    assert_int_equal(rm_reconnect(client->card, RM_SHARE_SHARED, FAKE_ANY, RM_RESET, RM_WITHIN(50)),
                     RM_E_TIMEOUT);
    fake.used[FAKE_GET_ATTRIB] = 0;
    fake_next(FAKE_STATUS, SCARD_E_SHARING_VIOLATION, 0);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(50)), RM_E_TIMEOUT);
    assert_int_equal(fake_ask(client->card, RM_INFINITE), RM_OK);
}

/* A reader that nobody has named has no name to tell, and its connection is nobody's to hand out. */
static void test_adopt__nameless(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;
    uint64_t context = 0;
    uint8_t value[64];
    size_t size = sizeof value;
    fake.names = "Fake\0Two\0";
    fake.names_size = 10;
    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE | SCARD_STATE_CHANGED;
    fake_next(FAKE_STATUS, SCARD_W_RESET_CARD, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(1000), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), "");
    fake_next(FAKE_GET_ATTRIB, SCARD_E_UNSUPPORTED_FEATURE, 0);
    assert_int_equal(rm_get_attrib(card, RM_ATTR_FRIENDLY_NAME, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(rm_hand_out(card, &context), RM_E_UNSUPPORTED_FEATURE);
    rm_abandon(card);
}

/* The count of readers is told also to who ignores it, without being news. */
static void test_wait__ignores_the_count(void **state) {
    struct fake_client *const client = *state;
    struct rm_reader_state seen[2] = {{.reader = RM_PNP_NOTIFICATION, .current = 7u << 16 | RM_STATE_IGNORE},
                                      {.reader = "Fake", .current = RM_STATE_PRESENT}};
    fake.reader_state = SCARD_STATE_PRESENT;
    fake_next(FAKE_STATUS_CHANGE, SCARD_E_TIMEOUT, SCARD_E_TIMEOUT);
    assert_int_equal(rm_wait(client->context, seen, 2, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(seen[0].event, 1u << 16);
}

/* A library that comes back though nothing has changed: its caller looks for himself, at once. */
static void test_wait__comes_back_for_nothing(void **state) {
    struct fake_client *const client = *state;
    struct rm_reader_state seen = {.reader = "Fake", .current = RM_STATE_PRESENT};
    fake.reader_state = SCARD_STATE_PRESENT;
    const unsigned asked = fake_count(FAKE_STATUS_CHANGE);
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(10000)), RM_OK);
    assert_int_equal(fake_count(FAKE_STATUS_CHANGE), asked + 1);
    assert_int_equal(seen.event, RM_STATE_PRESENT);
}

/* What a reader's state is counts, not whether it is news; where there is none, nothing is told. */
static void test_reader_state__news_or_not(void **state) {
    static const struct {
        LONG code;
        rm_status status;
        uint32_t told;
    } rows[] = {{SCARD_S_SUCCESS, RM_OK, SCARD_STATE_EMPTY},
                {SCARD_E_TIMEOUT, RM_OK, SCARD_STATE_EMPTY},
                {SCARD_E_NO_MEMORY, RM_E_NO_MEMORY, 0x1234}};
    const struct fake_client *const client = *state;
    fake.reader_state = SCARD_STATE_EMPTY;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        uint32_t told = 0x1234;
        fake_next(FAKE_STATUS_CHANGE, rows[i].code, 0);
        assert_int_equal(
            pcsc_reader_state(pcsc_context_from(client->context), "Fake", RM_STATE_UNAWARE, 7, &told),
            rows[i].status);
        assert_int_equal(told, rows[i].told);
        assert_int_equal(fake.timeout, 7);
    }
}

static void *cancel_soon(void *context) {
    pcsc_pause(100);
    rm_cancel(context);
    return NULL;
}

/* Where nothing is to be looked at nobody is asked, and the wait ends all the same. */
static void test_wait__for_nothing(void **state) {
    struct fake_client *const client = *state;
    struct rm_reader_state seen = {.reader = "Fake", .current = RM_STATE_IGNORE | RM_STATE_CHANGED};
    const unsigned asked = fake_count(FAKE_STATUS_CHANGE);
    pthread_t thread;
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(20)), RM_E_TIMEOUT);
    assert_int_equal(seen.event, RM_STATE_IGNORE);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, client->context), 0);
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(20000)), RM_E_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(fake_count(FAKE_STATUS_CHANGE), asked);
}

/* Code that lies in no file stands in nobody's place. */
static void test_find__for_nobody(void **state) {
    struct pcsc_api api = {0};
    void *nowhere = calloc(1, 1);
    (void)state;
    assert_true(pcsc_find(nowhere, &api));
    assert_non_null(api.transmit);
    free(nowhere);
}

static void test_explain__each_cause(void **state) {
    static const struct {
        bool made;
        rm_status status;
        const char *says;
    } rows[] = {{false, RM_E_NO_SERVICE, "cannot be loaded"},
                {true, RM_E_NO_SERVICE, "no PC/SC service is running"},
                {true, RM_W_SECURITY_VIOLATION, "does not let this program in"}};
    const char *cause = NULL, *remedy = NULL;
    (void)state;
    system_service_explain(true, RM_E_TIMEOUT, &cause, &remedy);
    assert_null(cause);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        system_service_explain(rows[i].made, rows[i].status, &cause, &remedy);
        assert_non_null(strstr(cause, rows[i].says));
        assert_true(strlen(remedy) > 20);
    }
}

/* Calls that are cancelled while they are made */

/* A client whose library has a socket, and of which one call is cancelled while the library has it. */
static struct {
    struct pcsc_api api;
    struct rm_service *service;
    struct rm_context *context;
    struct rm_card *card;
    int daemon;       /* the daemon's end */
    unsigned after;   /* so many calls of its kind before */
    uint32_t busy_ms; /* the library is in the call for so long */
} victim;

/* As if the daemon had it: not asleep. */
static void strike(void) {
    struct pollfd nothing = {.fd = -1};
    if (victim.after-- != 0)
        return;
    rm_cancel(victim.context);
    (void)poll(&nothing, 1, (int)victim.busy_ms);
}

static LONG get_attrib(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size) {
    strike();
    return fake_api.get_attrib(card, id, value, size);
}

static LONG get_status(SCARDHANDLE card, LPSTR reader, LPDWORD reader_size, LPDWORD state, LPDWORD protocol,
                       LPBYTE atr, LPDWORD atr_size) {
    strike();
    return fake_api.status(card, reader, reader_size, state, protocol, atr, atr_size);
}

static int begin(void) {
    int pair[2];
    fake_reset();
    victim.api = fake_api;
    victim.busy_ms = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
        pcsc_service_create_with(&victim.api, &victim.service) != RM_OK ||
        rm_context_open(victim.service, RM_WITHIN(RM_INFINITE), &victim.context) != RM_OK ||
        rm_connect(victim.context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(1000), &victim.card) != RM_OK)
        return -1;
    struct pcsc_card *card = pcsc_card_from(victim.card);
    pcsc_watch_know(pcsc_card_watch(card), &card->link->call, pair[0], pcsc_sockets_number(pair[0]),
                    dup(pair[0]));
    victim.daemon = pair[1];
    return pair[0];
}

static void end(int library) {
    rm_context_close(victim.context);
    rm_service_release(victim.service);
    close(library);
    close(victim.daemon);
    assert_int_equal(fake_count(FAKE_RELEASE), fake_count(FAKE_ESTABLISH));
}

static rm_status reconnect(void) {
    return rm_reconnect(victim.card, RM_SHARE_SHARED, FAKE_ANY, RM_LEAVE, RM_WITHIN(20000));
}

/* Whether the lock is still held is asked first; whether the card has power, last. */
static void test_cancel__while_reconnecting(void **state) {
    (void)state;
    for (int power = 0; power < 2; ++power) {
        const int library = begin();
        assert_true(library >= 0);
        if (!power)
            assert_int_equal(rm_begin(victim.card, RM_WITHIN(1000)), RM_OK);
        victim.after = 0;
        victim.api.get_attrib = power ? fake_api.get_attrib : get_attrib;
        victim.api.status = power ? get_status : fake_api.status;
        assert_int_equal(reconnect(), RM_E_CANCELLED);
        assert_int_equal(fake_count(FAKE_RECONNECT), power ? 1 : 0);
        assert_int_equal(rm_card_handle(victim.card), 0); /* what it said of the card is not known any more */
        assert_int_equal(fake_ask(victim.card, 1000), RM_W_RESET_CARD);
        end(library);
    }
}

/* A library that says it has filled in more than there was room for. */
static LONG boast(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size) {
    (void)context, (void)groups, (void)names;
    *size += 100;
    return SCARD_S_SUCCESS;
}

static void test_list__more_than_the_room(void **state) {
    (void)state;
    const int library = begin();
    struct names names = {0};
    assert_true(library >= 0);
    victim.api.list_readers = boast;
    assert_int_equal(rm_list_readers(victim.context, RM_WITHIN(RM_INFINITE), &names),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(names.size, 0);
    end(library);
}

static LONG list_readers(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size) {
    victim.after = 0;
    strike();
    return fake_api.list_readers(context, groups, names, size);
}

/* Cancelled when the daemon has it: what it says all the same is taken. */
static void test_cancel__list_that_comes(void **state) {
    (void)state;
    const int library = begin();
    struct names names = {0};
    assert_true(library >= 0);
    victim.api.list_readers = list_readers;
    victim.busy_ms = 1500;
    assert_int_equal(rm_list_readers(victim.context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_memory_equal(names.list, "Fake\0", 6);
    names_clear(&names);
    end(library);
}

static LONG connect_unpowered(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
                              LPSCARDHANDLE card, LPDWORD protocol) {
    const LONG code = fake_api.connect(context, reader, share, protocols, card, protocol);
    return share == SCARD_SHARE_DIRECT ? code : SCARD_W_UNPOWERED_CARD;
}

static LONG start_card(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization,
                       LPDWORD protocol) {
    strike();
    return fake_api.reconnect(card, share, protocols, initialization, protocol);
}

/* The card takes its time to start: what it is connected by to do so is given up. */
static void test_cancel__during_a_cold_start(void **state) {
    (void)state;
    const int library = begin();
    struct rm_card *card = NULL;
    assert_true(library >= 0);
    assert_int_equal(rm_disconnect(victim.card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    victim.after = 0;
    victim.busy_ms = 1500;
    victim.api.connect = connect_unpowered;
    victim.api.reconnect = start_card;
    assert_int_equal(rm_connect(victim.context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(20000), &card),
                     RM_E_CANCELLED);
    assert_null(card);
    assert_int_equal(fake.disposition, SCARD_UNPOWER_CARD);
    end(library);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__service),
        FAKE_CASE(test_memory__context_and_card),
        FAKE_CASE(test_memory__adopt_with_a_notice),
        cmocka_unit_test(test_memory__attempt),
        cmocka_unit_test(test_memory__list_of_sockets),
        FAKE_CASE(test_list__never_fits),
        FAKE_CASE(test_transmit__service_goes_while_it_is_asked),
        FAKE_CASE(test_transmit__card_started_meanwhile),
        FAKE_CASE(test_turn__never_comes),
        FAKE_CASE(test_adopt__nameless),
        FAKE_CASE(test_wait__for_nothing),
        FAKE_CASE(test_wait__ignores_the_count),
        FAKE_CASE(test_wait__comes_back_for_nothing),
        FAKE_CASE(test_reader_state__news_or_not),
        cmocka_unit_test(test_find__for_nobody),
        cmocka_unit_test(test_explain__each_cause),
        cmocka_unit_test(test_list__more_than_the_room),
        cmocka_unit_test(test_cancel__while_reconnecting),
        cmocka_unit_test(test_cancel__list_that_comes),
        cmocka_unit_test(test_cancel__during_a_cold_start),
    };
    return cmocka_run_group_tests_name("pcsc_odd", tests, NULL, NULL);
}

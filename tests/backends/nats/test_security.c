/*
 * Who may do what: a real nats-server with examples/remote/nats-server.conf as it is, and the certificates
 * that examples/remote/certificates.sh makes.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/nats/setup.h"
#include "base/clock.h"
#include "remote/transport.h"
#include "rm/names.h"
#include "share/share.h"
#include "slots/plug.h"
#include "support/fakes/slow_slot.h"
#include "support/kits/scratch.h"
#include "support/services/nats_server.h"

#define READERS 2u
#define AGENT "rack1"
#define SOON_MS 1000u /* less than a third of the lease: what comes sooner has come as news */
#define SPEC_ROOM 1600

static const char *const near[READERS] = {"ACS ACR38U 00 00", "ACS ACR38U 01 00"};
static const char *const far[READERS] = {"ACS ACR38U 00 00 @" AGENT, "ACS ACR38U 01 00 @" AGENT};
static const char *const arguments[] = {"-c", EXAMPLES "/remote/nats-server.conf", NULL};

/* What the tests share. */
static struct {
    char folder[SCRATCH_ROOM];
    struct nats_server server;
    struct slots_service *service;
    struct slots_reader *readers[READERS];
    struct slow_slot *slots[READERS];
    struct settings settings;
    struct share *agent;
} world;

static void nap(uint32_t ms) {
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* How somebody of this name finds the server, behind "tls:". */
static const char *spec_of(const char *user) {
    static char spec[SPEC_ROOM];
    const char *folder = world.folder;
    (void)snprintf(spec, sizeof spec,
                   "//localhost:%u?ca=%s/ca.pem&cert=%s/%s.pem&key=%s/%s.key&inbox=_INBOX.%s",
                   (unsigned)world.server.port, folder, folder, user, folder, user, user);
    return spec;
}

static struct rm_service *client_of(const char *user) {
    struct rm_service *client = NULL;
    char why[300] = "";
    if (tls_service_create(spec_of(user), &client, why, sizeof why) != RM_OK)
        fail_msg("%s", why);
    return client;
}

/* A client with a context. */
struct user {
    struct rm_service *service;
    struct rm_context *context;
};

static struct user enter(const char *name) {
    struct user user = {.service = client_of(name)};
    assert_int_equal(rm_context_open(user.service, RM_WITHIN(RM_INFINITE), &user.context), RM_OK);
    return user;
}

static void leave(struct user *user) {
    rm_context_close(user->context);
    rm_service_release(user->service);
}

/* The readers that are listed to the user: exactly these, a bit for each. */
static void assert_sees(const char *name, unsigned which) {
    struct user user = enter(name);
    struct names names = {0}, expected = {0};
    assert_int_equal(rm_list_readers(user.context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    for (unsigned i = 0; i < READERS; i++)
        if (which & (1u << i))
            assert_true(names_add(&expected, far[i], strlen(far[i])));
    assert_int_equal(names.size, expected.size);
    if (names.size)
        assert_memory_equal(names.list, expected.list, expected.size);
    names_clear(&names);
    names_clear(&expected);
    leave(&user);
}

static rm_status connect_to(const struct user *user, unsigned reader, struct rm_card **card) {
    return rm_connect(user->context, far[reader], RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
                      RM_WITHIN(10000), card);
}

static rm_status challenge(struct rm_card *card) {
    static const uint8_t command[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    return rm_transmit(card, 0, command, sizeof command, answer, &size, RM_WITHIN(10000));
}

static void test_list__what_each_may_use(void **state) {
    (void)state;
    assert_sees("alice", 3);
    assert_sees("bob", 1);
    assert_sees("carol", 0);
}

static void assert_uses(const char *name, unsigned reader) {
    struct user user = enter(name);
    struct rm_card *card = NULL;
    const uint32_t before = world.slots[reader]->exchanges;
    assert_int_equal(connect_to(&user, reader, &card), RM_OK);
    assert_int_equal(challenge(card), RM_OK);
    assert_int_equal(world.slots[reader]->exchanges, before + 1);
    leave(&user);
}

/* Nothing reaches the card, and the code says why. */
static void assert_uses_nothing(const char *name, unsigned reader) {
    struct user user = enter(name);
    struct rm_card *card = NULL;
    const uint32_t exchanges = world.slots[reader]->exchanges, powers = world.slots[reader]->powers;
    const uint64_t begun = clock_ms();
    assert_int_equal(connect_to(&user, reader, &card), RM_W_SECURITY_VIOLATION);
    assert_true(clock_ms() - begun < 2 * SOON_MS);
    assert_null(card);
    assert_int_equal(world.slots[reader]->exchanges, exchanges);
    assert_int_equal(world.slots[reader]->powers, powers);
    leave(&user);
}

static void test_use__what_each_may(void **state) {
    (void)state;
    assert_uses("alice", 0);
    assert_uses("alice", 1);
    assert_uses("bob", 0);
    assert_uses_nothing("bob", 1);
    assert_uses_nothing("carol", 0);
    assert_uses_nothing("carol", 1);
}

/* A wait for another state of the first reader than this. */
struct watcher {
    pthread_t thread;
    struct rm_context *context;
    struct rm_reader_state state;
    rm_status status;
    uint64_t ended;
};

static void *watch(void *argument) {
    struct watcher *watcher = argument;
    watcher->status = rm_wait(watcher->context, &watcher->state, 1, RM_WITHIN(20000));
    watcher->ended = clock_ms();
    return NULL;
}

static void assert_hears(const char *name) {
    struct user user = enter(name);
    struct watcher watcher = {.context = user.context, .state = {.reader = far[0]}};
    assert_int_equal(rm_wait(user.context, &watcher.state, 1, RM_WITHIN(0)), RM_OK);
    assert_true(watcher.state.event & RM_STATE_PRESENT);
    watcher.state.current = watcher.state.event & ~(uint32_t)RM_STATE_CHANGED;
    nap(300); /* until it is certain that it listens */
    assert_int_equal(pthread_create(&watcher.thread, NULL, watch, &watcher), 0);
    nap(100);
    const uint64_t begun = clock_ms();
    assert_true(slots_remove(world.readers[0]));
    assert_int_equal(pthread_join(watcher.thread, NULL), 0);
    assert_int_equal(watcher.status, RM_OK);
    assert_true(watcher.state.event & RM_STATE_EMPTY);
    assert_int_in_range(watcher.ended - begun, 0, SOON_MS);
    slots_insert(world.readers[0], &world.slots[0]->slot);
    leave(&user);
}

/* Who may not have all news at once gets those of each reader as soon. */
static void test_news__as_soon_for_one_reader(void **state) {
    (void)state;
    assert_hears("alice");
    assert_hears("bob");
}

/* Notes what the server has refused. */
struct denials {
    struct lock lock;
    struct lock_bell bell;
    char subject[200];
};

static void on_denied(void *user, const char *subject) {
    struct denials *denials = user;
    lock_take(&denials->lock);
    (void)snprintf(denials->subject, sizeof denials->subject, "%s", subject);
    lock_ring(&denials->bell);
    lock_give(&denials->lock);
}

static void assert_denied(struct denials *denials, const char *subject) {
    const uint64_t deadline = clock_deadline(10000);
    lock_take(&denials->lock);
    while (strcmp(denials->subject, subject) != 0 && lock_sleep(&denials->lock, &denials->bell, deadline))
        continue;
    const bool denied = strcmp(denials->subject, subject) == 0;
    lock_give(&denials->lock);
    if (!denied)
        fail_msg("%s is not refused; the last that was: %s", subject, denials->subject);
}

static void ignore(void *user, struct transport_message *message) {
    (void)user;
    transport_message_free(message);
}

/* Bob can neither read what others are answered nor speak for an agent. */
static void test_server__refuses_a_forger(void **state) {
    static const char *const heard[] = {"_INBOX.>", "_INBOX.alice.>", "scard.to.>", "scard.from.>"};
    static const char *const said[] = {"scard.from.rack1", "scard.from.rack1.ACS_ACR38U_00_00",
                                       "_INBOX.alice.x", "scard.to.rack1.reader.ACS_ACR38U_01_00"};
    struct denials denials = {0};
    const struct transport_hears hears = {.user = &denials, .denied = on_denied};
    struct settings settings;
    struct transport *transport;
    (void)state;
    assert_int_equal(settings_read(spec_of("bob"), true, &settings, NULL, 0), RM_OK);
    assert_int_equal(transport_open(&settings, "forger", &hears, &transport), RM_OK);
    assert_int_equal(transport_connect(transport, 0, NULL, 0), RM_OK);
    for (size_t i = 0; i < sizeof heard / sizeof heard[0]; i++) {
        assert_int_equal(transport_listen(transport, heard[i], ignore, NULL), RM_OK);
        assert_denied(&denials, heard[i]);
    }
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        assert_int_equal(transport_send(transport, said[i], NULL, "x", 1), RM_OK);
        assert_denied(&denials, said[i]);
    }
    transport_close(transport);
    settings_clear(&settings);
}

/* Who is no agent by the server's book is told so at the start. */
static void test_agent__not_permitted(void **state) {
    const struct share_options options = {.name = "rack2"};
    struct settings settings;
    struct share *agent = NULL;
    char why[300] = "";
    (void)state;
    assert_int_equal(settings_read(spec_of("alice"), true, &settings, NULL, 0), RM_OK);
    assert_int_equal(share_start(&world.service->base, &settings, &options, &agent, why, sizeof why),
                     RM_W_SECURITY_VIOLATION);
    assert_null(agent);
    assert_non_null(strstr(why, "rack2"));
    settings_clear(&settings);
}

/* Opens a context with this spec: the code. */
static rm_status try_to_enter(const char *spec, bool secure) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    rm_status status =
        secure ? tls_service_create(spec, &service, NULL, 0) : nats_service_create(spec, &service, NULL, 0);
    assert_int_equal(status, RM_OK);
    status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        rm_context_close(context);
    rm_service_release(service);
    return status;
}

/* No certificate, one of somebody that the server does not know, and no TLS. */
static void test_server__lets_no_stranger_in(void **state) {
    char spec[SPEC_ROOM];
    (void)state;
    (void)snprintf(spec, sizeof spec, "//localhost:%u?ca=%s/ca.pem", (unsigned)world.server.port,
                   world.folder);
    assert_int_not_equal(try_to_enter(spec, true), RM_OK);
    assert_int_equal(try_to_enter(spec_of("mallory"), true), RM_W_SECURITY_VIOLATION);
    (void)snprintf(spec, sizeof spec, "//127.0.0.1:%u", (unsigned)world.server.port);
    assert_int_equal(try_to_enter(spec, false), RM_W_SECURITY_VIOLATION);
}

/* A server whose certificate nobody vouches for gets nothing of ours. */
static void test_client__trusts_no_stranger(void **state) {
    char spec[SPEC_ROOM];
    (void)state;
    (void)snprintf(spec, sizeof spec, "//localhost:%u?cert=%s/alice.pem&key=%s/alice.key",
                   (unsigned)world.server.port, world.folder, world.folder);
    assert_int_equal(try_to_enter(spec, true), RM_W_SECURITY_VIOLATION);
}

/* Agent and client refuse to talk in the clear beyond this machine, before anything is sent. */
static void test_plain_text__refused_elsewhere(void **state) {
    const struct share_options options = {.name = AGENT};
    struct rm_service *service = NULL;
    struct settings settings;
    struct share *agent = NULL;
    char why[300] = "";
    (void)state;
    assert_int_equal(nats_service_create("//192.0.2.1:4222", &service, why, sizeof why),
                     RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(why, "in the clear"));
    assert_int_equal(settings_read("//192.0.2.1:4222", false, &settings, NULL, 0), RM_OK);
    why[0] = '\0';
    assert_int_equal(share_start(&world.service->base, &settings, &options, &agent, why, sizeof why),
                     RM_W_SECURITY_VIOLATION);
    assert_non_null(strstr(why, "in the clear"));
    settings_clear(&settings);
}

/* The world */

static void plug(unsigned i) {
    world.readers[i] = slots_reader_create(near[i], i, &world.service->events);
    assert_non_null(world.readers[i]);
    assert_int_equal(slots_plug(world.service, slots_reader_hold(world.readers[i])), RM_OK);
    world.slots[i] = slow_slot_create(1);
    slots_insert(world.readers[i], slot_hold(&world.slots[i]->slot));
}

static bool start_world(char *why, size_t why_size) {
    const struct share_options options = {.name = AGENT};
    char command[SCRATCH_ROOM + 200];
    world.service = slots_service_new("slots");
    assert_non_null(world.service);
    for (unsigned i = 0; i < READERS; i++)
        plug(i);
    assert_true(scratch_create(world.folder));
    (void)snprintf(command, sizeof command,
                   EXAMPLES "/remote/certificates.sh '%s' localhost rack1 alice bob carol mallory",
                   world.folder);
    if (system(command) != 0) {
        (void)snprintf(why, why_size, "no certificates can be made (Debian: openssl)");
        return false;
    }
    world.server = (struct nats_server){.arguments = arguments, .folder = world.folder};
    if (!nats_server_start(&world.server, why, why_size))
        return false;
    return settings_read(spec_of(AGENT), true, &world.settings, why, why_size) == RM_OK &&
           share_start(&world.service->base, &world.settings, &options, &world.agent, why, why_size) == RM_OK;
}

static void stop_world(void) {
    share_stop(world.agent);
    settings_clear(&world.settings);
    nats_server_stop(&world.server);
    for (unsigned i = 0; i < READERS; i++) {
        slot_drop(&world.slots[i]->slot);
        slots_reader_drop(world.readers[i]);
    }
    rm_service_release(&world.service->base);
    (void)scratch_remove(world.folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list__what_each_may_use),
        cmocka_unit_test(test_use__what_each_may),
        cmocka_unit_test(test_news__as_soon_for_one_reader),
        cmocka_unit_test(test_server__refuses_a_forger),
        cmocka_unit_test(test_agent__not_permitted),
        cmocka_unit_test(test_server__lets_no_stranger_in),
        cmocka_unit_test(test_client__trusts_no_stranger),
        cmocka_unit_test(test_plain_text__refused_elsewhere),
    };
    char why[300] = "";
    const bool started = start_world(why, sizeof why);
    if (!started)
        printf("1..0 # SKIP %s\n", why);
    const int failures = started ? cmocka_run_group_tests_name("security", tests, NULL, NULL) : 0;
    stop_world();
    return failures;
}

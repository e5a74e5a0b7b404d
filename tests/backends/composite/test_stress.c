/*
 * Everything at once: clients that list, wait, are cancelled, connect and leave, while readers come and go
 * and the service of one member fails and is back. Nothing may hang, and when it is over everything works.
 * What is asked is what ThreadSanitizer and AddressSanitizer have to say, too.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "backends/composite/rig.h"
#include "base/clock.h"
#include "support/kits/jobs.h"

#define CLIENTS 8u
#define TIME_MS 1500u

static struct rig rig;
static atomic_bool ended;

/* One client and what it has done. */
struct client {
    pthread_t thread;
    unsigned number;
    struct rm_context *context;
    unsigned long lists, waits, commands, others;
};

static const char *const readers[] = {"Left", "Both", "Both (2)", "Right", "Guest"};

static void list(struct client *client) {
    struct names names = {0};
    client->lists += rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names) == RM_OK;
    names_clear(&names);
}

static void wait_for_all(struct client *client) {
    struct rm_reader_state states[] = {
        {.reader = "Left"}, {.reader = "Right"}, {.reader = RM_PNP_NOTIFICATION, .current = 4u << 16}};
    (void)rm_wait(client->context, states, 3, RM_WITHIN(0));
    for (size_t i = 0; i < 3; i++)
        states[i].current = states[i].event & ~(uint32_t)RM_STATE_CHANGED;
    const rm_status status = rm_wait(client->context, states, 3, RM_WITHIN(5));
    client->waits += status == RM_OK || status == RM_E_TIMEOUT || status == RM_E_CANCELLED;
}

static void talk(struct client *client, const char *reader) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    struct rm_card *card = NULL;
    uint8_t answer[16];
    size_t size = sizeof answer;
    if (rm_connect(client->context, reader, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_WITHIN(20),
                   &card) != RM_OK)
        return;
    client->commands +=
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(20)) == RM_OK;
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(20));
}

static void begin_anew(struct client *client) {
    struct rm_context *another = NULL;
    if (rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &another) != RM_OK)
        return;
    rm_context_close(client->context);
    client->context = another;
    client->others++;
}

static void *run(void *argument) {
    struct client *client = argument;
    for (unsigned i = client->number; !atomic_load(&ended); i++) {
        list(client);
        wait_for_all(client);
        talk(client, readers[i % 5]);
        if (i % 7 == 0)
            begin_anew(client);
        rm_cancel(client->context);
        rm_cancel(rig.client);
    }
    return NULL;
}

/* The hand, and the service that comes and goes. */
static void disturb(void) {
    static const rm_status moods[] = {RM_OK, RM_E_NO_SERVICE, RM_OK, RM_E_SERVICE_STOPPED, RM_OK};
    const uint64_t end = clock_deadline(TIME_MS);
    for (unsigned i = 0; clock_left(end); i++) {
        moody_service_say(moods[i % 5]);
        (void)sim_plug(rig.left, "Guest", "demo", 0, NULL, 0);
        (void)sim_remove(rig.right, "Right");
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
        (void)sim_put_back(rig.right, "Right");
        (void)sim_unplug(rig.left, "Guest");
    }
    moody_service_say(RM_OK);
    atomic_store(&ended, true);
}

static void test_stress__everything_at_once(void **state) {
    static struct client clients[CLIENTS];
    (void)state;
    rig_open(&rig);
    jobs_count(CLIENTS);
    for (unsigned i = 0; i < CLIENTS; i++) {
        clients[i] = (struct client){.number = i};
        assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &clients[i].context), RM_OK);
        assert_int_equal(pthread_create(&clients[i].thread, NULL, run, &clients[i]), 0);
    }
    disturb();
    for (unsigned i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
    jobs_count(-(int)CLIENTS);
    for (unsigned i = 0; i < CLIENTS; i++) {
        assert_true(clients[i].lists && clients[i].waits && clients[i].commands && clients[i].others);
        rm_context_close(clients[i].context);
    }
    assert_string_equal(rig_readers(&rig), "Left|Both|Both (2)|Right");
    rig_close(&rig);
    assert_int_equal(moody_service_contexts(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stress__everything_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

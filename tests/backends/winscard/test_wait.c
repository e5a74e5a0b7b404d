/* Waiting for readers to change by the backend for Windows' smart card service. */
#include "support/kits/winscard_client.h"

#include <string.h>

#include "backends/sim/sim.h"

#define SLACK_MS 3000u

static rm_status call_wait(struct job *job) {
    return rm_wait(job->client->context, job->states, job->count, RM_WITHIN(job->timeout_ms));
}

/* What the reader shows now, as something to believe in. */
static uint32_t look(struct client *client) {
    struct rm_reader_state seen = {.reader = FAKE_READER};

    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    return seen.event & ~(uint32_t)RM_STATE_CHANGED;
}

/* Readers come and go; the state of the pseudo reader counts them. */
static void assert_counts(struct client *client) {
    struct job job = {.call = call_wait,
                      .client = client,
                      .count = 1,
                      .timeout_ms = RM_INFINITE,
                      .states = {{.reader = RM_PNP_NOTIFICATION}}};
    struct rm_reader_state *const seen = &job.states[0];

    assert_int_equal(rm_wait(client->context, seen, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(seen->event, 0x00010000u | RM_STATE_CHANGED);
    seen->current = 0x00010000u;
    assert_int_equal(rm_wait(client->context, seen, 1, RM_WITHIN(50)), RM_E_TIMEOUT);
    assert_int_equal(seen->event, 0x00010000u);
    job_start(&job);
    assert_int_equal(sim_plug(fake.sim, "Second", NULL, 0, NULL, 0), RM_OK);
    job_end(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(seen->event, 0x00020000u | RM_STATE_CHANGED);
    assert_int_in_range(job.took_ms, 100, SLACK_MS);
}

static void test_pnp__counts_readers(void **state) {
    assert_counts(*state);
}

/* A service that knows no pseudo reader is asked for the list instead. */
static void test_pnp__unknown_to_the_service(void **state) {
    struct client *const client = *state;
    struct rm_reader_state seen[2] = {{.reader = RM_PNP_NOTIFICATION, .current = 0x00020000u},
                                      {.reader = FAKE_READER}};

    fake.knows_no_pnp = true;
    assert_counts(client);
    seen[1].current = look(client);
    assert_int_equal(rm_wait(client->context, seen, 2, RM_WITHIN(200)), RM_E_TIMEOUT);
    assert_int_equal(seen[1].event, seen[1].current);
    seen[0].current = 0;
    assert_int_equal(rm_wait(client->context, seen, 2, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(seen[0].event, 0x00020000u | RM_STATE_CHANGED);
}

/* Windows 8 and later stop the service with the last reader. */
static void test_pnp__without_a_service(void **state) {
    struct client *const client = *state;
    struct job job = {.call = call_wait,
                      .client = client,
                      .count = 1,
                      .timeout_ms = RM_INFINITE,
                      .states = {{.reader = RM_PNP_NOTIFICATION}}};
    struct rm_reader_state *const seen = &job.states[0];

    seen->current = 0x00010000u;
    job_start(&job);
    fake_winscard_stop();
    job_end(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(seen->event, RM_STATE_CHANGED);
    seen->current = 0;
    assert_int_equal(rm_wait(client->context, seen, 1, RM_WITHIN(100)), RM_E_TIMEOUT);
    job_start(&job);
    fake_winscard_start();
    job_end(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(seen->event, 0x00010000u | RM_STATE_CHANGED);
}

/* Who waits for a reader is told that nobody serves it. */
static void test_wait__service_stops(void **state) {
    struct client *const client = *state;
    struct job job = {
        .call = call_wait,
        .client = client,
        .count = 1,
        .timeout_ms = RM_INFINITE,
        .states = {{.reader = FAKE_READER, .current = look(client) & ~(uint32_t)RM_STATE_INUSE}}};

    job_start(&job);
    fake_winscard_stop();
    job_end(&job);
    assert_true(job.status == RM_E_SERVICE_STOPPED || job.status == RM_E_NO_SERVICE);
    assert_int_equal(rm_wait(client->context, job.states, 1, RM_WITHIN(0)), RM_E_NO_SERVICE);
    fake_winscard_start();
    assert_int_equal(rm_wait(client->context, job.states, 1, RM_WITHIN(0)), RM_E_TIMEOUT);
}

/*
 * A name that is wrong from the start is an error, a reader that goes an event, in whichever way the service
 * says it.
 */
static void assert_unknown(struct client *client) {
    struct rm_reader_state seen[2] = {{.reader = FAKE_READER}, {.reader = "Gone"}};
    struct job job = {.call = call_wait,
                      .client = client,
                      .count = 1,
                      .timeout_ms = RM_INFINITE,
                      .states = {{.reader = FAKE_READER, .current = look(client)}}};

    assert_int_equal(rm_wait(client->context, seen, 2, RM_WITHIN(RM_INFINITE)), RM_E_UNKNOWN_READER);
    assert_true(seen[0].event & RM_STATE_PRESENT);
    assert_int_equal(seen[1].event, RM_STATE_UNKNOWN | RM_STATE_UNAVAILABLE | RM_STATE_CHANGED);
    job_start(&job);
    assert_int_equal(sim_unplug(fake.sim, FAKE_READER), RM_OK);
    job_end(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(job.states[0].event, RM_STATE_UNKNOWN | RM_STATE_UNAVAILABLE | RM_STATE_CHANGED);
    assert_int_equal(job.states[0].atr_size, 0);
}

static void test_wait__unknown_readers(void **state) {
    assert_unknown(*state);
}

static void test_wait__unknown_readers_by_state(void **state) {
    fake.tells_no_unknown = true;
    assert_unknown(*state);
}

/* Who uses a reader is no news to those who believe in nobody. */
static void test_wait__use_is_no_news(void **state) {
    struct client *const client = *state;
    struct job job = {
        .call = call_wait,
        .client = client,
        .count = 1,
        .timeout_ms = 700,
        .states = {{.reader = FAKE_READER, .current = look(client) & ~(uint32_t)RM_STATE_INUSE}}};

    job_start(&job);
    assert_int_equal(rm_disconnect(client->card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    job_end(&job);
    assert_int_equal(job.status, RM_E_TIMEOUT);
    assert_int_in_range(job.took_ms, 690, SLACK_MS);
    assert_false(job.states[0].event & RM_STATE_CHANGED);
}

/* A service that does not look at the count: it is looked at here. */
static void test_wait__counts_cards(void **state) {
    struct client *const client = *state;
    struct rm_reader_state seen = {.reader = FAKE_READER};

    fake.counts_nothing = true;
    assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
    assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
    seen.current = look(client);
    assert_true(seen.current >> 16);
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
    assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_true(seen.event & RM_STATE_CHANGED);
    assert_true(seen.event & RM_STATE_PRESENT);
}

static void test_wait__absurd_atr(void **state) {
    struct client *const client = *state;
    struct rm_reader_state seen = {.reader = FAKE_READER};

    fake.claim = 37;
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(seen.atr_size, 0);
    fake.claim = 0xFFFFFFFF;
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(seen.atr_size, 0);
    fake.claim = 0;
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_int_in_range(seen.atr_size, 2, 33);
}

static void test_wait__for_nothing(void **state) {
    struct client *const client = *state;
    struct job job = {.call = call_wait, .client = client, .count = 0, .timeout_ms = RM_INFINITE};

    assert_int_equal(rm_wait(client->context, NULL, 0, RM_WITHIN(100)), RM_E_TIMEOUT);
    job_start(&job);
    rm_cancel(client->context);
    job_end(&job);
    assert_int_equal(job.status, RM_E_CANCELLED);
    assert_int_in_range(job.took_ms, 100, SLACK_MS);
}

static void test_wait__other_trouble(void **state) {
    struct client *const client = *state;
    struct rm_reader_state seen = {.reader = FAKE_READER};

    fake_winscard_script(FAKE_STATUS_CHANGE, SCARD_E_SYSTEM_CANCELLED, ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_E_SYSTEM_CANCELLED);
    assert_int_equal(seen.event, 0);
    assert_int_equal(rm_wait(client->context, &seen, 1, RM_WITHIN(0)), RM_E_NO_MEMORY);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_pnp__counts_readers),    CLIENT_CASE(test_pnp__unknown_to_the_service),
        CLIENT_CASE(test_pnp__without_a_service), CLIENT_CASE(test_wait__service_stops),
        CLIENT_CASE(test_wait__unknown_readers),  CLIENT_CASE(test_wait__unknown_readers_by_state),
        CLIENT_CASE(test_wait__use_is_no_news),   CLIENT_CASE(test_wait__counts_cards),
        CLIENT_CASE(test_wait__absurd_atr),       CLIENT_CASE(test_wait__for_nothing),
        CLIENT_CASE(test_wait__other_trouble),
    };
    return cmocka_run_group_tests_name("winscard_wait", tests, NULL, NULL);
}

/*
 * Waits of the backend for Windows' smart card service, which itself knows no bounds: another program's
 * transaction (row 8 of the recovery specification), cancelling, and what becomes of calls that were given
 * up.
 */
#include "support/kits/winscard_client.h"

#include "backends/sim/sim.h"
#include "base/clock.h"

/* What a busy machine may add, in ms. */
#define SLACK_MS 3000u

static uint64_t start_ms;

static void begin_watch(void) {
    start_ms = clock_ms();
}

static void assert_took(uint32_t at_least, uint32_t at_most) {
    assert_int_in_range(clock_ms() - start_ms, at_least, at_most);
}

/* Row 8 */
static void test_wait__runs_out(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card_status status;
    struct rm_card *card = NULL;
    const uint64_t handle = rm_card_handle(client->card);

    program_begin(&program);
    begin_watch();
    assert_int_equal(client_ask(client->card, CLIENT_SHORT), RM_E_TIMEOUT);
    assert_took(CLIENT_SHORT - 1, CLIENT_SHORT + SLACK_MS);
    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_LEAVE, RM_WITHIN(CLIENT_SHORT)),
        RM_E_TIMEOUT);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(client_connect(client, CLIENT_SHORT, &card), RM_E_TIMEOUT);
    assert_null(card);
    assert_int_equal(program_ask(&program), 10);
    program_end(&program, SCARD_LEAVE_CARD);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    assert_int_equal(rm_card_handle(client->card), handle); /* it is the connection it was */
}

/* A command that was given up is never sent, and no lock stays behind. */
static void test_wait__given_up_is_given_up(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_begin(&program);
    assert_int_equal(client_ask(client->card, CLIENT_SHORT), RM_E_TIMEOUT);
    fake_winscard_script(FAKE_TRANSMIT, 0, 0);
    program_commit(&program);
    Sleep(300);
    assert_int_equal(fake_winscard_count(FAKE_TRANSMIT), 0);
    program_begin(&program); /* would wait for ever */
    program_end(&program, SCARD_LEAVE_CARD);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
}

/* Nor is the card reset after the other's transaction, when the reconnection was given up. */
static void test_wait__given_up_reset(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_begin(&program);
    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_RESET, RM_WITHIN(CLIENT_SHORT)),
        RM_E_TIMEOUT);
    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_EXCLUSIVE, CLIENT_ANY, RM_LEAVE, RM_WITHIN(CLIENT_SHORT)),
        RM_E_SHARING_VIOLATION);
    program_commit(&program);
    Sleep(300);
    assert_int_equal(program_ask(&program), 10); /* not told of a reset */
    program_end(&program, SCARD_LEAVE_CARD);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
}

/* A notice that nobody was told the end of stays, although the reconnection got through in the end. */
static void test_wait__given_up_after_a_reset(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct program other = program_start(SCARD_SHARE_SHARED);

    program_end(&other, SCARD_RESET_CARD);
    DWORD protocol = 0;
    assert_int_equal(fake_winscard_api.reconnect(program.card, SCARD_SHARE_SHARED, RM_PROTOCOL_T1,
                                                 SCARD_LEAVE_CARD, &protocol),
                     0);
    program_begin(&program);
    assert_int_equal(client_ask(client->card, CLIENT_SHORT), RM_W_RESET_CARD);
    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_LEAVE, RM_WITHIN(CLIENT_SHORT)),
        RM_E_TIMEOUT);
    program_end(&program, SCARD_LEAVE_CARD);
    Sleep(300);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_W_RESET_CARD);
    assert_int_equal(client_reattach(client), RM_OK);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
}

/* The bound is on waiting, not on work. */
static void test_work__is_not_cut_off(void **state) {
    struct client *const client = *state;

    assert_int_equal(sim_fault(fake.sim, FAKE_READER, CLIENT_FAULT_SLOW, 900), RM_OK);
    begin_watch();
    assert_int_equal(client_ask(client->card, 0), RM_OK);
    assert_took(890, 900 + SLACK_MS);
    assert_int_equal(sim_fault(fake.sim, FAKE_READER, CLIENT_FAULT_SLOW, 0), RM_OK);
}

/* Jobs */

static rm_status call_begin(struct job *job) {
    return rm_begin(job->client->card, RM_WITHIN(job->timeout_ms));
}

static rm_status call_ask(struct job *job) {
    return client_ask(job->client->card, job->timeout_ms);
}

static rm_status call_control(struct job *job) {
    uint8_t answer[8];
    size_t size = sizeof answer;

    return rm_control(job->client->card, FAKE_CONTROL_ECHO, NULL, 0, answer, &size, RM_WITHIN(RM_INFINITE));
}

static rm_status call_connect(struct job *job) {
    struct rm_card *card = NULL;
    const rm_status status = client_connect(job->client, job->timeout_ms, &card);

    return status == RM_OK ? rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)) : status;
}

/* A card's slow start where nobody else is in the way. */
static void test_work__of_connecting(void **state) {
    struct client *const client = *state;
    struct job job = {.call = call_connect, .client = client, .timeout_ms = 0};

    assert_int_equal(rm_disconnect(client->card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    fake_winscard_script(FAKE_CONNECT, FAKE_STALL, 0);
    job_start(&job);
    Sleep(800);
    fake_winscard_go();
    job_end(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_in_range(job.took_ms, 800, 5000);
}

/* Cancelling */

static void assert_cancelled(struct client *client, rm_status (*call)(struct job *job)) {
    struct job job = {.call = call, .client = client, .timeout_ms = RM_INFINITE};

    job_start(&job);
    rm_cancel(client->context);
    job_end(&job);
    assert_int_equal(job.status, RM_E_CANCELLED);
    assert_int_in_range(job.took_ms, 0, SLACK_MS);
}

static void test_cancel__waits_for_another(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_begin(&program);
    assert_cancelled(client, call_begin);
    assert_cancelled(client, call_ask);
    assert_cancelled(client, call_connect);
    program_end(&program, SCARD_LEAVE_CARD);
    rm_cancel(client->context); /* nothing waits: no effect on what comes */
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
}

/*
 * A card that never answers: SCardCancel ends requests that wait for the card or the user, says its page.
 * Nobody knows what has become of the command, which is told until the reconnection; a lock is held on.
 */
static void test_cancel__a_card_that_does_not_answer(void **state) {
    static const uint32_t shares[] = {RM_SHARE_SHARED, RM_SHARE_SHARED, RM_SHARE_EXCLUSIVE};
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        assert_int_equal(
            rm_reconnect(client->card, shares[i], RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(CLIENT_LONG)), RM_OK);
        if (i == 1)
            assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
        fake_winscard_script(FAKE_TRANSMIT, FAKE_MUTE, 0);
        assert_cancelled(client, call_ask);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_W_RESET_CARD);
        assert_int_equal(
            rm_reconnect(client->card, shares[i], RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(CLIENT_LONG)), RM_OK);
        assert_int_equal(client->card->locked, i == 1);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
        if (i == 1)
            assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    }
}

/* A command that the card answers in a moment is not cut off, nor is one that comes afterwards. */
static void test_cancel__of_a_command_that_ends(void **state) {
    struct client *const client = *state;
    struct job job = {.call = call_ask, .client = client, .timeout_ms = RM_INFINITE};

    fake_winscard_script(FAKE_CANCEL, 0, 0);
    assert_int_equal(sim_fault(fake.sim, FAKE_READER, CLIENT_FAULT_SLOW, 270), RM_OK);
    job_start(&job);
    rm_cancel(client->context);
    job_end(&job);
    assert_true(job.status == RM_OK ||
                job.status == RM_E_CANCELLED); /* the latter on a machine that was late */
    rm_cancel(client->context);
    if (job.status == RM_OK)
        for (int i = 0; i < 3; i++)
            assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    assert_int_equal(fake_winscard_count(FAKE_CANCEL), job.status != RM_OK);
}

/* A PIN that is waited for at the reader's own keys. */
static void test_cancel__control(void **state) {
    struct client *const client = *state;

    fake_winscard_script(FAKE_CONTROL, FAKE_STALL, 0);
    assert_cancelled(client, call_control);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_E_TIMEOUT); /* the reader is at it still */
    fake_winscard_go();
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
}

/* Attempts that were given up do not pile up: there is one, which the next waits for. */
static void test_attempts__do_not_pile_up(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card *card = NULL;

    program_begin(&program);
    fake_winscard_script(FAKE_CONNECT, FAKE_STALL, 0);
    const unsigned before = fake_winscard_contexts();
    for (int i = 0; i < 3; i++)
        assert_int_equal(client_connect(client, CLIENT_SHORT, &card), RM_E_TIMEOUT);
    assert_int_equal(fake_winscard_count(FAKE_CONNECT), 1);
    assert_int_in_range(fake_winscard_contexts(), before, before + 1);
    fake_winscard_go();
    program_end(&program, SCARD_LEAVE_CARD);
    assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_OK);
}

/* Ends */

static void test_disconnect__waits_a_little_for_its_disposition(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_begin(&program);
    begin_watch();
    assert_int_equal(rm_disconnect(client->card, RM_RESET, RM_WITHIN(2000)), RM_E_TIMEOUT);
    assert_took(1900, 2000 + SLACK_MS);
    assert_int_equal(program_ask(&program), 10); /* its card was left alone */
    program_end(&program, SCARD_LEAVE_CARD);
}

/*
 * A connection that the program made ends all the same: with LEAVE, and when the service is through with what
 * it was asked.
 */
static void test_disconnect__of_an_adopted_connection(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct program holder = program_start(SCARD_SHARE_SHARED);
    struct rm_card *card = NULL;
    const uint64_t end = clock_deadline(SLACK_MS);

    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(CLIENT_LONG), &card), RM_OK);
    program_begin(&holder);
    begin_watch();
    assert_int_equal(rm_disconnect(card, RM_RESET, RM_WITHIN(CLIENT_SHORT)), RM_E_TIMEOUT);
    assert_took(CLIENT_SHORT - 1, CLIENT_SHORT + SLACK_MS);
    assert_int_equal(program_ask(&holder), 10); /* its card was left alone */
    program_end(&holder, SCARD_LEAVE_CARD);
    while (program_ask(&program) && clock_left(end))
        Sleep(10);
    assert_int_equal(program_ask(&program), 0);
    assert_int_equal(fake_winscard_api.disconnect(program.card, SCARD_LEAVE_CARD), ERROR_INVALID_HANDLE);
    assert_int_equal(fake_winscard_api.release_context(program.context), 0);
}

static void test_disconnect__leaves_at_once(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_begin(&program);
    assert_int_equal(client_ask(client->card, 0), RM_E_TIMEOUT); /* which still waits for its turn */
    begin_watch();
    assert_int_equal(rm_disconnect(client->card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_took(0, SLACK_MS);
    program_end(&program, SCARD_LEAVE_CARD);
}

static void test_disconnect__of_a_card_that_is_gone(void **state) {
    struct client *const client = *state;

    assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
    fake_winscard_script(FAKE_DISCONNECT, SCARD_W_REMOVED_CARD, 0);
    assert_int_equal(rm_disconnect(client->card, RM_RESET, RM_WITHIN(2000)), RM_OK);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_wait__runs_out),
        CLIENT_CASE(test_wait__given_up_is_given_up),
        CLIENT_CASE(test_wait__given_up_reset),
        CLIENT_CASE(test_wait__given_up_after_a_reset),
        CLIENT_CASE(test_work__is_not_cut_off),
        CLIENT_CASE(test_work__of_connecting),
        CLIENT_CASE(test_cancel__waits_for_another),
        CLIENT_CASE(test_cancel__a_card_that_does_not_answer),
        CLIENT_CASE(test_cancel__of_a_command_that_ends),
        CLIENT_CASE(test_cancel__control),
        CLIENT_CASE(test_attempts__do_not_pile_up),
        CLIENT_CASE(test_disconnect__waits_a_little_for_its_disposition),
        CLIENT_CASE(test_disconnect__of_an_adopted_connection),
        CLIENT_CASE(test_disconnect__leaves_at_once),
        CLIENT_CASE(test_disconnect__of_a_card_that_is_gone),
    };
    return cmocka_run_group_tests_name("winscard_bounds", tests, NULL, NULL);
}

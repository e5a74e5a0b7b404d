/*
 * What becomes of cards when clients die and hands pull: a real nats-server and simulated cards with a PIN.
 * The numbers are those of docs/remote.md's faults.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/nats/setup.h"
#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "base/clock.h"
#include "support/services/lent.h"

#define READER "Simulated Reader 00"
#define FAR READER LENT_BEHIND
#define LEASE_MS 1500u
#define LONG_MS 20000u
#define VERIFIED 0x9000u
#define NOT_VERIFIED 0x63C3u

static struct lent lent;
static struct rm_service *sim;

/* Clients */

static rm_status enter(struct rm_service *service, struct rm_context **context, struct rm_card **card) {
    const rm_status status = rm_context_open(service, RM_WITHIN(RM_INFINITE), context);
    return status == RM_OK ? rm_connect(*context, FAR, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
                                        RM_WITHIN(LONG_MS), card)
                           : status;
}

/* Sends a command that gets a status word alone. */
static rm_status tell(struct rm_card *card, const uint8_t *command, size_t size, unsigned *word) {
    uint8_t answer[258];
    size_t length = sizeof answer;
    const rm_status status = rm_transmit(card, 0, command, size, answer, &length, RM_WITHIN(LONG_MS));
    *word = status == RM_OK && length >= 2 ? answer[length - 2] * 256u + answer[length - 1] : 0;
    return status;
}

static rm_status verify(struct rm_card *card, unsigned *word) {
    static const uint8_t command[] = {0x00, 0x20, 0x00, 0x01, 0x04, '1', '2', '3', '4'};
    return tell(card, command, sizeof command, word);
}

/* Asks the card itself whether the PIN is verified. */
static rm_status ask_pin(struct rm_card *card, unsigned *word) {
    static const uint8_t command[] = {0x00, 0x20, 0x00, 0x01};
    return tell(card, command, sizeof command, word);
}

/* A process of its own: takes the transaction, verifies, says so, and lives until it is killed. */
static int be_victim(const char *spec) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    unsigned word = 0;
    rm_status status = nats_service_create(spec, &service, NULL, 0);
    if (status == RM_OK)
        status = enter(service, &context, &card);
    if (status == RM_OK)
        status = rm_begin(card, RM_WITHIN(LONG_MS));
    if (status == RM_OK)
        status = verify(card, &word);
    if (status == RM_OK && word == VERIFIED)
        status = ask_pin(card, &word);
    if (status != RM_OK || word != VERIFIED || write(STDOUT_FILENO, "v", 1) != 1)
        return 1;
    for (;;)
        (void)pause();
}

/* Starts it by the program's own file, since libnats does not survive a fork(). Returns when it holds the
 * card. */
static pid_t start_victim(void) {
    int ends[2];
    char said = 0;
    assert_int_equal(pipe(ends), 0);
    const pid_t victim = fork();
    if (victim == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execl("/proc/self/exe", "victim", nats_server_spec(&lent.server), (char *)NULL);
        _exit(127);
    }
    assert_true(victim > 0);
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &said, 1), 1);
    (void)close(ends[0]);
    return victim;
}

static void kill_victim(pid_t victim) {
    assert_int_equal(kill(victim, SIGKILL), 0);
    assert_int_equal(waitpid(victim, NULL, 0), victim);
}

/* The next in turn waits at most the lease, and finds a card that knows nothing of the PIN. */
static void test_N6__client_killed_after_verify(void **state) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    unsigned word = 0;
    (void)state;
    assert_int_equal(enter(lent.client, &context, &card), RM_OK);
    const pid_t victim = start_victim();
    assert_int_equal(rm_begin(card, RM_WITHIN(2 * LEASE_MS)), RM_E_TIMEOUT); /* it is heard of */
    const uint64_t begun = clock_ms();
    kill_victim(victim);
    rm_status status = rm_begin(card, RM_WITHIN(LONG_MS));
    assert_int_in_range(clock_ms() - begun, LEASE_MS / 2, LEASE_MS + 1000);
    assert_int_equal(status, RM_W_RESET_CARD);
    assert_int_equal(
        rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(LONG_MS)),
        RM_OK);
    assert_int_equal(rm_begin(card, RM_WITHIN(LONG_MS)), RM_OK);
    assert_int_equal(ask_pin(card, &word), RM_OK);
    assert_int_equal(word, NOT_VERIFIED);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rm_context_close(context);
}

/* Who comes only then finds the same. */
static void test_N6__and_who_connects_later(void **state) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    unsigned word = 0;
    (void)state;
    kill_victim(start_victim());
    const uint64_t begun = clock_ms();
    assert_int_equal(enter(lent.client, &context, &card), RM_OK);
    rm_status status = rm_begin(card, RM_WITHIN(LONG_MS));
    assert_int_in_range(clock_ms() - begun, 0, LEASE_MS + 1000);
    if (status == RM_W_RESET_CARD) {
        assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_LEAVE,
                                      RM_WITHIN(LONG_MS)),
                         RM_OK);
        status = rm_begin(card, RM_WITHIN(LONG_MS));
    }
    assert_int_equal(status, RM_OK);
    assert_int_equal(ask_pin(card, &word), RM_OK);
    assert_int_equal(word, NOT_VERIFIED);
    rm_context_close(context);
}

/* Rows 3 and 5 of recovery. */
static void test_N8__card_pulled(void **state) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    unsigned word = 0;
    (void)state;
    assert_int_equal(enter(lent.client, &context, &card), RM_OK);
    assert_int_equal(verify(card, &word), RM_OK);
    assert_int_equal(word, VERIFIED);
    assert_int_equal(sim_remove(sim, READER), RM_OK);
    assert_int_equal(ask_pin(card, &word), RM_W_REMOVED_CARD);
    assert_int_equal(
        rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(LONG_MS)),
        RM_E_NO_SMARTCARD);
    assert_int_equal(sim_put_back(sim, READER), RM_OK);
    assert_int_equal(
        rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(LONG_MS)),
        RM_OK);
    assert_int_equal(ask_pin(card, &word), RM_OK);
    assert_int_equal(word, NOT_VERIFIED);
    rm_context_close(context);
}

/* Row 9. */
static void test_N8__reader_unplugged(void **state) {
    struct rm_context *context = NULL, *other = NULL;
    struct rm_card *card = NULL;
    unsigned word = 0;
    (void)state;
    assert_int_equal(enter(lent.client, &context, &card), RM_OK);
    assert_int_equal(ask_pin(card, &word), RM_OK);
    assert_int_equal(sim_unplug(sim, READER), RM_OK);
    assert_int_equal(ask_pin(card, &word), RM_E_READER_UNAVAILABLE);
    const rm_status status =
        rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(LONG_MS));
    assert_true(status == RM_E_READER_UNAVAILABLE || status == RM_E_UNKNOWN_READER);
    assert_int_equal(sim_plug(sim, READER, "demo", 0, NULL, 0), RM_OK);
    assert_true(lent_is_seen(&lent, sim, READER));
    rm_context_close(context);
    assert_int_equal(enter(lent.client, &other, &card), RM_OK);
    assert_int_equal(ask_pin(card, &word), RM_OK);
    assert_int_equal(word, NOT_VERIFIED);
    rm_context_close(other);
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_N6__client_killed_after_verify),
        cmocka_unit_test(test_N6__and_who_connects_later),
        cmocka_unit_test(test_N8__card_pulled),
        cmocka_unit_test(test_N8__reader_unplugged),
    };
    char why[300] = "";
    int failures = 0;
    (void)setenv("SCARDSSP_NATS_LEASE", "1500", 1);
    if (count > 1)
        return be_victim(arguments[1]);
    if (sim_service_create(NULL, &sim, NULL, 0) != RM_OK)
        return 1;
    if (lent_start(&lent, sim, why, sizeof why))
        failures = cmocka_run_group_tests_name("outages", tests, NULL, NULL);
    else
        printf("1..0 # SKIP %s\n", why);
    lent_stop(&lent);
    rm_service_release(sim);
    return failures;
}

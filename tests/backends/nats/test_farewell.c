/*
 * Processes that end with cards in their hands: the agent hears of it, resets the cards and lets others have
 * them. The lease is far longer than the test waits.
 */
#include <pthread.h>
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
#include "support/kits/child.h"
#include "support/services/lent.h"

#define READER "Simulated Reader 00"
#define FAR READER LENT_BEHIND
#define LEASE "600000"
#define LONG_MS 20000u
#define VERIFIED 0x9000u
#define NOT_VERIFIED 0x63C3u

static struct lent lent;
static struct rm_service *sim;

/* Clients */

static rm_status enter(struct rm_service *service, uint32_t share, struct rm_context **context,
                       struct rm_card **card) {
    const rm_status status = rm_context_open(service, RM_WITHIN(RM_INFINITE), context);
    return status == RM_OK
               ? rm_connect(*context, FAR, share, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_WITHIN(LONG_MS), card)
               : status;
}

/* Sends a VERIFY: with the PIN, or to ask whether it is verified (size 4). Its status word; 0: none came. */
static unsigned verify(struct rm_card *card, size_t size) {
    static const uint8_t command[] = {0x00, 0x20, 0x00, 0x01, 0x04, '1', '2', '3', '4'};
    uint8_t answer[258];
    size_t length = sizeof answer;
    const rm_status status = rm_transmit(card, 0, command, size, answer, &length, RM_WITHIN(LONG_MS));
    return status == RM_OK && length >= 2 ? answer[length - 2] * 256u + answer[length - 1] : 0;
}

/* Leavers: processes of their own, by the program's own file. */

static void *wait_for_ever(void *card) {
    (void)rm_begin(card, RM_WITHIN(RM_INFINITE));
    return NULL;
}

/* Says that it has the card, and waits until it is to end. */
static bool shows(void) {
    char byte = 0;
    return write(STDOUT_FILENO, "v", 1) == 1 && read(STDIN_FILENO, &byte, 1) == 1;
}

/* In what manner it ends: 'r' from main(), 'e' by exit(), 't' by exit() while other threads are in calls. */
static int be_leaver(const char *spec, char manner) {
    static struct rm_service *service;
    struct rm_context *context = NULL, *other = NULL;
    struct rm_card *card = NULL, *waiting = NULL;
    pthread_t thread;
    CHILD_CLAIM(nats_service_create(spec, &service, NULL, 0) == RM_OK);
    CHILD_CLAIM(enter(service, manner == 't' ? RM_SHARE_SHARED : RM_SHARE_EXCLUSIVE, &context, &card) ==
                RM_OK);
    if (manner == 't') {
        CHILD_CLAIM(enter(service, RM_SHARE_SHARED, &other, &waiting) == RM_OK);
        CHILD_CLAIM(rm_begin(card, RM_WITHIN(LONG_MS)) == RM_OK);
        CHILD_CLAIM(pthread_create(&thread, NULL, wait_for_ever, waiting) == 0 &&
                    pthread_detach(thread) == 0);
    }
    CHILD_CLAIM(verify(card, 9) == VERIFIED && verify(card, 4) == VERIFIED && shows());
    if (manner != 'r')
        exit(0);
    return 0;
}

struct leaver {
    pid_t process;
    int out, in; /* what it says, what it hears */
};

/* Returns when it has the card. */
static struct leaver start_leaver(const char *manner) {
    struct leaver leaver;
    int says[2], hears[2];
    char said = 0;
    assert_int_equal(pipe(says), 0);
    assert_int_equal(pipe(hears), 0);
    leaver.process = fork();
    if (leaver.process == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(says[1], STDOUT_FILENO);
        (void)dup2(hears[0], STDIN_FILENO);
        (void)close(hears[1]);
        (void)execl("/proc/self/exe", "leaver", nats_server_spec(&lent.server), manner, (char *)NULL);
        _exit(127);
    }
    assert_true(leaver.process > 0);
    (void)close(says[1]);
    (void)close(hears[0]);
    leaver.out = says[0];
    leaver.in = hears[1];
    assert_int_equal(read(leaver.out, &said, 1), 1);
    return leaver;
}

static void end_leaver(struct leaver *leaver) {
    int how = -1;
    assert_int_equal(write(leaver->in, "x", 1), 1);
    assert_int_equal(waitpid(leaver->process, &how, 0), leaver->process);
    assert_int_equal(how, 0);
    (void)close(leaver->out);
    (void)close(leaver->in);
}

/* The card can be had at once, alone, and knows nothing of the PIN. */
static void test_end__frees_and_resets(void **state) {
    static const char *const manners[] = {"r", "e", "t"};
    (void)state;
    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        struct rm_context *context = NULL, *held = NULL;
        struct rm_card *card = NULL;
        struct leaver leaver = start_leaver(manners[i]);
        assert_int_equal(enter(lent.client, RM_SHARE_EXCLUSIVE, &held, &card), RM_E_SHARING_VIOLATION);
        rm_context_close(held);
        end_leaver(&leaver);
        rm_status status = enter(lent.client, RM_SHARE_EXCLUSIVE, &context, &card);
        for (int tries = 0; status == RM_E_SHARING_VIOLATION && tries < 1000; tries++) {
            rm_context_close(context);
            (void)usleep(10000); /* the agent may be about to hear of it */
            status = enter(lent.client, RM_SHARE_EXCLUSIVE, &context, &card);
        }
        assert_int_equal(status, RM_OK);
        assert_int_equal(verify(card, 4), NOT_VERIFIED);
        rm_context_close(context);
    }
}

/* What the parent's other threads have in hand is lost to a child: that is no leak of ours. */
static bool is_child;
int __lsan_is_turned_off(void) __attribute__((visibility("default")));
int __lsan_is_turned_off(void) {
    return is_child;
}

static int end_as_child(void *unused) {
    (void)unused;
    is_child = true;
    exit(0);
}

/* A child made by fork() ends, and its parent's sessions do not. */
static void test_child__says_nothing(void **state) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    (void)state;
    assert_int_equal(enter(lent.client, RM_SHARE_EXCLUSIVE, &context, &card), RM_OK);
    assert_int_equal(verify(card, 9), VERIFIED);
    child_run(end_as_child, NULL);
    assert_int_equal(verify(card, 4), VERIFIED);
    rm_context_close(context);
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_end__frees_and_resets),
        cmocka_unit_test(test_child__says_nothing),
    };
    char why[300] = "";
    int failures = 0;
    (void)setenv("SCARDSSP_NATS_LEASE", LEASE, 1);
    if (count > 2)
        return be_leaver(arguments[1], arguments[2][0]);
    if (sim_service_create(NULL, &sim, NULL, 0) != RM_OK)
        return 1;
    if (lent_start(&lent, sim, why, sizeof why))
        failures = cmocka_run_group_tests_name("farewell", tests, NULL, NULL);
    else
        printf("1..0 # SKIP %s\n", why);
    lent_stop(&lent);
    rm_service_release(sim);
    return failures;
}

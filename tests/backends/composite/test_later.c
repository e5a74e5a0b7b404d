/*
 * A simulator and a real pcscd that is not there at first, comes, and goes again: the simulator's card is of
 * no concern to it, who waits for readers learns of them, and what has failed is told.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/composite/composite.h"
#include "backends/sim/setup.h"
#include "backends/system.h"
#include "base/clock.h"
#include "support/kits/jobs.h"
#include "support/services/pcscd.h"

#define SIM_READERS 3u

static struct pcscd *pcscd;
static struct rm_service *service;
static struct rm_context *client;

static rm_status make(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    return strcmp(spec, "system") == 0 ? system_service_create(out)
                                       : sim_service_create(NULL, out, message, message_size);
}

static int open_both(void **state) {
    (void)state;
    pcscd_halt(pcscd);
    service = composite_create();
    return !service || composite_add(service, "system", make, NULL) != RM_OK ||
           composite_add(service, "sim", make, NULL) != RM_OK ||
           rm_context_open(service, RM_WITHIN(RM_INFINITE), &client) != RM_OK;
}

static int close_both(void **state) {
    (void)state;
    rm_context_close(client);
    rm_service_release(service);
    return 0;
}

static size_t count_readers(void) {
    struct names names = {0};
    assert_int_equal(rm_list_readers(client, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    const size_t count = names_count(&names);
    names_clear(&names);
    return count;
}

static rm_status state_of_system(void) {
    struct composite_report report;
    assert_true(composite_report(service, 0, &report));
    assert_string_equal(report.spec, "system");
    return report.status;
}

static void expect_simulated_card(void) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    struct rm_card *card = NULL;
    uint8_t answer[16];
    size_t size = sizeof answer;
    assert_int_equal(
        rm_connect(client, "Simulated Reader 00", RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(1000), &card),
        RM_OK);
    assert_int_equal(rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(1000)),
                     RM_OK);
    assert_int_equal(size, 10);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
}

/* A wait for readers to come or go, on a thread of its own: pcscd ends with the one that started it. */
struct job {
    pthread_t thread;
    struct rm_reader_state list;
    rm_status status;
};

static void *wait_for_list(void *argument) {
    struct job *job = argument;
    job->status = rm_wait(client, &job->list, 1, RM_WITHIN(20000));
    return NULL;
}

/* The number of readers changes while the service comes or goes, and who waits for that is told. */
static void expect_change(bool comes) {
    struct job job = {.list = {.reader = RM_PNP_NOTIFICATION}};
    job.list.current = (uint32_t)count_readers() << 16;
    jobs_count(1);
    assert_int_equal(pthread_create(&job.thread, NULL, wait_for_list, &job), 0);
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    if (comes)
        assert_true(pcscd_resume(pcscd));
    else
        pcscd_halt(pcscd);
    assert_int_equal(pthread_join(job.thread, NULL), 0);
    jobs_count(-1);
    assert_int_equal(job.status, RM_OK);
    assert_true(job.list.event & RM_STATE_CHANGED);
}

/* pcscd tells of its readers one by one. */
static void expect_readers(size_t expected) {
    const uint64_t end = clock_deadline(10000);
    while (count_readers() != expected && clock_left(end))
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    assert_int_equal(count_readers(), expected);
}

static void test_service__comes_later_and_goes_again(void **state) {
    (void)state;
    assert_int_equal(count_readers(), SIM_READERS);
    assert_int_equal(state_of_system(), RM_E_NO_SERVICE);
    expect_simulated_card();
    expect_change(true);
    expect_readers(SIM_READERS + 2);
    assert_int_equal(state_of_system(), RM_OK);
    expect_simulated_card();
    expect_change(false);
    expect_readers(SIM_READERS);
    assert_true(rm_context_is_lost(state_of_system()));
    expect_simulated_card();
    assert_true(pcscd_resume(pcscd));
    expect_readers(SIM_READERS + 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_service__comes_later_and_goes_again, open_both, close_both),
    };
    char why[256] = "";
    pcscd = pcscd_start(why, sizeof why);
    if (!pcscd) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pcscd_stop(pcscd);
    return failed;
}

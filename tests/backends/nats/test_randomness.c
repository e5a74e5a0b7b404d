/*
 * Sessions when the system gives no randomness to name them: --wrap of getrandom() lets those of the test's
 * own thread fail; the agent in the process has threads of its own.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "support/services/lent.h"

#define READER "Simulated Reader 00" LENT_BEHIND
#define LONG_MS 20000u

static struct lent lent;
static struct rm_service *sim;

/* What the next calls of this thread end with, so many of them; 0: as ever. */
static _Thread_local int error, failures;

ssize_t __real_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags) {
    if (failures == 0)
        return __real_getrandom(bytes, size, flags);
    failures--;
    errno = error;
    return -1;
}

static rm_status enter_when(int with, int times) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    rm_status status = rm_context_open(lent.client, RM_WITHIN(RM_INFINITE), &context);
    assert_int_equal(status, RM_OK);
    error = with;
    failures = times;
    status = rm_connect(context, READER, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_WITHIN(LONG_MS),
                        &card);
    assert_int_equal(failures, 0);
    assert_true((status == RM_OK) == (card != NULL));
    rm_context_close(context);
    return status;
}

static void test_session__without_randomness(void **state) {
    (void)state;
    assert_int_equal(enter_when(ENOSYS, 1), RM_F_INTERNAL_ERROR);
    assert_int_equal(enter_when(0, 0), RM_OK);
}

static void test_session__signal_on_the_way(void **state) {
    (void)state;
    assert_int_equal(enter_when(EINTR, 3), RM_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_session__without_randomness),
        cmocka_unit_test(test_session__signal_on_the_way),
    };
    char why[300] = "";
    int failed = 1;
    if (sim_service_create(NULL, &sim, NULL, 0) != RM_OK)
        return 1;
    if (lent_start(&lent, sim, why, sizeof why)) {
        failed = cmocka_run_group_tests_name("randomness", tests, NULL, NULL);
    } else {
        printf("1..0 # SKIP %s\n", why);
        failed = lent.server.process != 0;
    }
    lent_stop(&lent);
    rm_service_release(sim);
    return failed;
}

/* An agent's beginning: its name, its readers, and what is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "base/clock.h"
#include "support/services/lent.h"

static struct lent lent;
static struct rm_service *sim;
static char why[300];

static bool lists(const char *reader) {
    struct rm_context *context = NULL;
    struct names names = {0};
    assert_int_equal(rm_context_open(lent.client, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    assert_int_equal(rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    const bool found = names_has(&names, reader);
    names_clear(&names);
    rm_context_close(context);
    return found;
}

/* Whether it does within ten seconds. */
static bool comes_to_list(const char *reader, bool wanted) {
    const uint64_t deadline = clock_deadline(10000);
    const struct timespec moment = {.tv_nsec = 2000000};
    while (lists(reader) != wanted && clock_left(deadline))
        nanosleep(&moment, NULL);
    return lists(reader) == wanted;
}

static void test_name__is_one_agents(void **state) {
    struct share *second = NULL;
    const struct share_options options = {.name = LENT_AGENT};
    (void)state;
    assert_int_equal(share_start(sim, &lent.settings, &options, &second, why, sizeof why),
                     RM_E_DUPLICATE_READER);
    assert_non_null(strstr(why, "process"));
    assert_non_null(strstr(why, LENT_AGENT));
    assert_null(second);
    assert_true(lists("Simulated Reader 00" LENT_BEHIND));
}

static void test_name__is_one(void **state) {
    static const char *const names[] = {"", "a b", "a@b", "\t", "\x7F"};
    struct share *agent = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct share_options options = {.name = names[i]};
        assert_int_equal(share_start(sim, &lent.settings, &options, &agent, why, sizeof why),
                         RM_E_INVALID_PARAMETER);
    }
}

/* Two agents, and each reader behind its own; one lends some alone. */
static void test_readers__by_pattern(void **state) {
    static const char *const patterns[] = {"*01", "nothing"};
    struct share *agent = NULL;
    const struct share_options options = {.name = "other.site", .readers = patterns, .reader_count = 2};
    (void)state;
    assert_int_equal(share_start(sim, &lent.settings, &options, &agent, why, sizeof why), RM_OK);
    assert_string_equal(share_name(agent), "other.site");
    assert_true(comes_to_list("Simulated Reader 01 @other.site", true));
    assert_false(lists("Simulated Reader 00 @other.site"));
    assert_true(lists("Simulated Reader 00" LENT_BEHIND));
    share_stop(agent);
    assert_true(comes_to_list("Simulated Reader 01 @other.site", false));
}

static void test_readers__come_and_go(void **state) {
    (void)state;
    assert_int_equal(sim_plug(sim, "New \xC3\xA9.*> 1", "demo", 0, NULL, 0), RM_OK);
    assert_true(comes_to_list("New \xC3\xA9.*> 1" LENT_BEHIND, true));
    assert_int_equal(sim_unplug(sim, "New \xC3\xA9.*> 1"), RM_OK);
    assert_true(comes_to_list("New \xC3\xA9.*> 1" LENT_BEHIND, false));
}

/* A server elsewhere is not talked to in the clear. */
static void test_plain__is_refused(void **state) {
    struct settings settings;
    struct share *agent = NULL;
    const struct share_options options = {.name = "plain"};
    (void)state;
    assert_int_equal(settings_read("//192.0.2.1:4222", false, &settings, NULL, 0), RM_OK);
    assert_int_equal(share_start(sim, &settings, &options, &agent, why, sizeof why), RM_W_SECURITY_VIOLATION);
    assert_non_null(strstr(why, "tls://"));
    settings_clear(&settings);
}

static void test_server__is_not_there(void **state) {
    struct settings settings;
    struct share *agent = NULL;
    const struct share_options options = {.name = "nobody"};
    (void)state;
    assert_int_equal(settings_read("//127.0.0.1:1", false, &settings, NULL, 0), RM_OK);
    assert_int_equal(share_start(sim, &settings, &options, &agent, why, sizeof why), RM_E_NO_SERVICE);
    assert_non_null(strstr(why, "127.0.0.1:1"));
    settings_clear(&settings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name__is_one_agents), cmocka_unit_test(test_name__is_one),
        cmocka_unit_test(test_readers__by_pattern), cmocka_unit_test(test_readers__come_and_go),
        cmocka_unit_test(test_plain__is_refused),   cmocka_unit_test(test_server__is_not_there),
    };
    if (sim_service_create(NULL, &sim, NULL, 0) != RM_OK)
        return 1;
    int failures = 0;
    if (lent_start(&lent, sim, why, sizeof why))
        failures = cmocka_run_group_tests_name("share", tests, NULL, NULL);
    else
        printf("1..0 # SKIP %s\n", why);
    lent_stop(&lent);
    rm_service_release(sim);
    return failures;
}

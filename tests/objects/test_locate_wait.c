/*
 * ISCardLocate waiting for the user: cards that come, others that let go, searches that end. Runs in each
 * world of support/worlds/world.h (first argument).
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/apdus.h"
#include "support/kits/environment.h"
#include "support/kits/locating.h"
#include "support/kits/stringarrays.h"

#ifdef _WIN32
#define AT_ONCE_MS 2000 /* the first window of a program takes its time */
#else
#define AT_ONCE_MS 150
#endif

/* Another thread that does something after a while */

static void pause_ms(long ms) {
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

struct later {
    pthread_t thread;
    void (*act)(void *context);
    void *context;
    long after_ms;
};

static void *run_later(void *argument) {
    const struct later *later = argument;
    pause_ms(later->after_ms);
    later->act(later->context);
    return NULL;
}

static void later_start(struct later *later, void (*act)(void *context), void *context, long after_ms) {
    *later = (struct later){.act = act, .context = context, .after_ms = after_ms};
    assert_int_equal(pthread_create(&later->thread, NULL, run_later, later), 0);
}

static void later_end(struct later *later) {
    assert_int_equal(pthread_join(later->thread, NULL), 0);
}

static void put_back(void *context) {
    (void)context;
    world_put_back(locating.world);
}

static void plug_second(void *context) {
    (void)context;
    world_second(locating.world, "demo");
}

static void release_card(void *context) {
    ISCard_Release((ISCard *)context);
}

static void cancel(void *context) {
    locate_cancel(context);
}

/* Waiting */

/* How long a search takes whose card is put in after 300 ms. */
static uint64_t time_insertion(ISCardLocate *a, LONG flags) {
    struct later later;
    SCARDINFO *info = NULL;
    world_remove(locating.world);
    const uint64_t start = clock_ms(); /* first: on a busy machine the other thread may be quicker */
    later_start(&later, put_back, NULL, 300);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, flags, &info), S_OK);
    const uint64_t took = clock_ms() - start;
    later_end(&later);
    assert_true(took >= 290);
    locating_finish(info);
    return took;
}

static void test_wait__inserted(void **state) {
    (void)state;
    static const LONG flags[] = {SC_DLG_MINIMAL_UI, SC_DLG_FORCE_UI};
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    for (size_t i = 0; i < 2; ++i) {
        uint64_t took = time_insertion(a, flags[i]);
        /* At once: not at the end of some interval. A busy machine gets another chance. */
        for (int tries = 0; tries < 4 && took >= 300 + AT_ONCE_MS; ++tries)
            took = time_insertion(a, flags[i]);
        assert_true(locating.world->is_service || took < 300 + AT_ONCE_MS);
    }
    ISCardLocate_Release(a);
}

/* A reader that is plugged in meanwhile is looked at, too. */
static void test_wait__in_another_reader(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    struct later later;
    SCARDINFO *info = NULL;
    world_insert(locating.world, "gsm");
    later_start(&later, plug_second, NULL, 300);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    later_end(&later);
    locating_expect_reader(info, locating.world->second);
    ISCardLocate_Release(a);
}

static void test_wait__others_let_go(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    static const SCARD_SHARE_MODES theirs[] = {EXCLUSIVE, SHARED};
    for (size_t i = 0; i < 2; ++i) {
        ISCard *holder = world_attached(locating.world, theirs[i]);
        struct later later;
        SCARDINFO *info = NULL;
        later_start(&later, release_card, holder, 300);
        assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
        later_end(&later);
        locating_finish(info);
    }
    ISCardLocate_Release(a);
}

/* The card is there, but another program is in a transaction with it. */
static void test_wait__others_end_a_transaction(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    ISCard *holder = world_attached(locating.world, SHARED);
    struct later later;
    SCARDINFO *info = NULL;
    assert_hr(ISCard_LockSCard(holder), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_NO_UI, &info), SCARD_E_TIMEOUT);
    later_start(&later, release_card, holder, 1500);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    later_end(&later);
    locating_finish(info);
    ISCardLocate_Release(a);
}

static void test_wait__timed_out(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(400);
    SCARDINFO *info = (SCARDINFO *)&info;
    world_remove(locating.world);
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_W_CANCELLED_BY_USER);
    const uint64_t took = clock_ms() - start;
    assert_null(info);
    assert_true(took >= 390 && took < 3000);
    world_put_back(locating.world);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    locating_finish(info);
    ISCardLocate_Release(a);
}

static void test_wait__cancelled(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(60000);
    struct later later;
    SCARDINFO *info = (SCARDINFO *)&info;
    world_remove(locating.world);
    locate_cancel(a); /* nothing waits: no effect */
    later_start(&later, cancel, a, 300);
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_E_CANCELLED);
    assert_null(info);
    assert_int_in_range(clock_ms() - start, 290, 5000);
    later_end(&later);
    ISCardLocate_Release(a);
}

static void reconfigure(void *context) {
    SAFEARRAY *names = array_from(L"Nothing like it", VT_BSTR);
    (void)ISCardLocate_ConfigureCardNameSearch((ISCardLocate *)context, names, NULL, NULL, SC_DLG_NO_UI);
    SafeArrayDestroy(names);
    world_put_back(locating.world);
}

/* A search goes on with what it was started with. */
static void test_wait__configured_anew(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    struct later later;
    SCARDINFO *info = NULL;
    world_remove(locating.world);
    later_start(&later, reconfigure, a, 300);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    later_end(&later);
    locating_finish(info);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    ISCardLocate_Release(a);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, locating_set_up, locating_tear_down)

int main(int argc, char **argv) {
    const char *why = NULL;
    /* No windows. */
    environment_set("DISPLAY", NULL);
    environment_set("WAYLAND_DISPLAY", NULL);
    locating.world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!locating.world) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        CASE(test_wait__inserted),        CASE(test_wait__in_another_reader),
        CASE(test_wait__others_let_go),   CASE(test_wait__others_end_a_transaction),
        CASE(test_wait__timed_out),       CASE(test_wait__cancelled),
        CASE(test_wait__configured_anew),
    };
    int failed = cmocka_run_group_tests_name(locating.world->kind, tests, NULL, NULL);
    world_close(locating.world);
    return failed;
}

/*
 * ISCardLocate waiting for the user: cards that come, others that let go, searches that end, and what is shown meanwhile.
 * Runs in each world of support/world.h (first argument).
 */
#include <pthread.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/apdus.h"
#include "support/locating.h"
#include "support/stringarrays.h"

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

static void test_wait__inserted(void **state) {
    (void)state;
    static const LONG flags[] = {SC_DLG_MINIMAL_UI, SC_DLG_FORCE_UI};
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    for (size_t i = 0; i < 2; ++i) {
        struct later later;
        SCARDINFO *info = NULL;
        world_remove(locating.world);
        later_start(&later, put_back, NULL, 300);
        const uint64_t start = clock_ms();
        assert_hr(ISCardLocate_FindCard(a, SHARED, T1, flags[i], &info), S_OK);
        const uint64_t took = clock_ms() - start;
        later_end(&later);
        assert_true(took >= 290);
        if (!locating.world->is_service) /* at once: not at the end of some interval */
            assert_true(took < 450);
        locating_finish(info);
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
    assert_in_range(clock_ms() - start, 290, 5000);
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

/* The user */

/*
 * Runs a search in a child on a terminal of its own; what was shown there is returned in `text`. expected: 0: the card
 * is found, 1: it is not in time, 2: not at all.
 */
static void show_on_terminal(LONG flags, int expected, char *text, size_t room) {
    int terminal = -1;
    int how = 0;
    const pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        ISCardLocate *a = locating_demo(300);
        SCARDINFO *info = NULL;
        const HRESULT hr = ISCardLocate_FindCard(a, SHARED, T1, flags, &info);
        _exit(hr == S_OK ? 0 : hr == (HRESULT)SCARD_W_CANCELLED_BY_USER ? 1 : 2);
    }
    size_t size = 0;
    for (ssize_t got; size + 1 < room && (got = read(terminal, text + size, room - 1 - size)) > 0;)
        size += (size_t)got;
    text[size] = '\0';
    close(terminal);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), expected);
}

/* FORCE_UI tells the user in any case, MINIMAL_UI where he has to do something, NO_UI never. */
static void test_user__is_told(void **state) {
    (void)state;
    static const char notice[] =
        "Till\xC3\xA9: Please insert a smart card (Some other card or DEMO card).\r\n";
    char text[400];
    show_on_terminal(SC_DLG_MINIMAL_UI, 0, text, sizeof text);
    assert_string_equal(text, "");
    show_on_terminal(SC_DLG_FORCE_UI, 0, text, sizeof text);
    assert_string_equal(text, notice);
    world_remove(locating.world);
    show_on_terminal(SC_DLG_NO_UI, 2, text, sizeof text);
    assert_string_equal(text, "");
    show_on_terminal(SC_DLG_MINIMAL_UI, 1, text, sizeof text);
    assert_string_equal(text, notice);
    show_on_terminal(SC_DLG_FORCE_UI, 1, text, sizeof text);
    assert_string_equal(text, notice); /* once */
}

/* Whoever closes the window does not want to. */
static void test_user__closes_the_window(void **state) {
    (void)state;
    char script[120];
    char *const path = strdup(getenv("PATH"));
    char longer[4200];
    (void)snprintf(script, sizeof script, "%s/zenity", locating.types.directory);
    (void)snprintf(longer, sizeof longer, "%s:%s", locating.types.directory, path);
    FILE *file = fopen(script, "w");
    assert_non_null(file);
    (void)fputs("#!/bin/sh\nsleep 1\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(script, 0755), 0);
    assert_int_equal(setenv("PATH", longer, 1), 0);
    assert_int_equal(setenv("DISPLAY", ":nowhere", 1), 0);
    world_remove(locating.world);
    ISCardLocate *a = locating_demo(60000);
    SCARDINFO *info = NULL;
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_W_CANCELLED_BY_USER);
    assert_in_range(clock_ms() - start, 900, 5000);
    ISCardLocate_Release(a);
    assert_int_equal(unsetenv("DISPLAY"), 0);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, locating_set_up, locating_tear_down)

int main(int argc, char **argv) {
    const char *why = NULL;
    /* Windows are for the cases that bring one along. */
    (void)unsetenv("DISPLAY");
    (void)unsetenv("WAYLAND_DISPLAY");
    locating.world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!locating.world) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        CASE(test_wait__inserted),          CASE(test_wait__in_another_reader),
        CASE(test_wait__others_let_go),     CASE(test_wait__others_end_a_transaction),
        CASE(test_wait__timed_out),         CASE(test_wait__cancelled),
        CASE(test_wait__configured_anew),   CASE(test_user__is_told),
        CASE(test_user__closes_the_window),
    };
    int failed = cmocka_run_group_tests_name(locating.world->kind, tests, NULL, NULL);
    world_close(locating.world);
    return failed;
}

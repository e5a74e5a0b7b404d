/*
 * What ISCardLocate shows while it waits for the user, on a terminal and in a window. Runs in each world of
 * support/worlds/world.h (first argument).
 */
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/apdus.h"
#include "support/kits/environment.h"
#include "support/kits/locating.h"

/*
 * Runs a search in a child on a terminal of its own; what was shown there is returned in `text`. expected: 0:
 * the card is found, 1: it is not in time, 2: not at all.
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
    char folder[] = "/tmp/scardssp-user-XXXXXX"; /* where programs may be run */
    char script[sizeof folder + 7];
    char *const path = strdup(getenv("PATH"));
    char longer[4200];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(script, sizeof script, "%s/zenity", folder);
    (void)snprintf(longer, sizeof longer, "%s:%s", folder, path);
    FILE *file = fopen(script, "w");
    assert_non_null(file);
    (void)fputs("#!/bin/sh\nsleep 1\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(script, 0755), 0);
    environment_set("PATH", longer);
    environment_set("DISPLAY", ":nowhere");
    world_remove(locating.world);
    ISCardLocate *a = locating_demo(60000);
    SCARDINFO *info = NULL;
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_W_CANCELLED_BY_USER);
    assert_int_in_range(clock_ms() - start, 900, 5000);
    ISCardLocate_Release(a);
    environment_set("DISPLAY", NULL);
    environment_set("PATH", path);
    free(path);
    assert_int_equal(remove(script), 0);
    assert_int_equal(rmdir(folder), 0);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, locating_set_up, locating_tear_down)

int main(int argc, char **argv) {
    const char *why = NULL;
    /* Windows are for the cases that bring one along. */
    environment_set("DISPLAY", NULL);
    environment_set("WAYLAND_DISPLAY", NULL);
    locating.world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!locating.world) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {CASE(test_user__is_told), CASE(test_user__closes_the_window)};
    int failed = cmocka_run_group_tests_name(locating.world->kind, tests, NULL, NULL);
    world_close(locating.world);
    return failed;
}

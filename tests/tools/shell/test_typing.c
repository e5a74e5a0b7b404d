/* What a word of the shell may become, on the simulated UICC; and which lines are not kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scardssp_rm.h"
#include "shell/shell.h"
#include "shell/typing.h"
#include "terminal/exitcode.h"

static struct session session;

static int set_up(void **state) {
    static const struct secret_source none = {.descriptor = SECRET_NO_DESCRIPTOR};
    (void)state;
    char message[256];
    if (scardssp_use_rm("sim:usim", message, sizeof message) != S_OK)
        return -1;
    const int code = session_attach("Simulated Reader 00", 1, &none, &session);
    session.commands = &shell_family;
    return code == EXIT_GOOD ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    session_detach(&session);
    return 0;
}

static void complete(const char *line, size_t *start, char *out) {
    struct completion completion = {.start = 0};
    typing_complete(&session, line, strlen(line), &completion);
    *out = '\0';
    for (size_t i = 0; i < completion.count; ++i)
        out += sprintf(out, "%s%s", i ? " " : "", completion.words[i]);
    *start = completion.start;
    completion_free(&completion);
}

static void test_complete__words(void **state) {
    (void)state;
    static const struct {
        const char *line;
        size_t start;
        const char *expected;
    } cases[] = {
        {"", 0, "ls cd tree cat get put select info apdu verify change find help quit"},
        {"c", 0, "cd cat change"},
        {"ls; ca", 4, "cat"},
        {"ls;", 3, "ls cd tree cat get put select info apdu verify change find help quit"},
        {"help se", 5, "select"},
        {"cat -", 4, "--form --help"},
        {"cat --form ", 11, "bytes hex dump"},
        {"cat -f d", 7, "dump"},
        {"cd ", 3, "DF.TELECOM/ DF.GSM/ USIM/"},
        {"cat EF.I", 4, "EF.ICCID"},
        {"cat 2F", 4, "2F00 2F05 2F06 2FE2"},
        {"cat DF.GSM/EF.IM", 4, "DF.GSM/EF.IMSI"},
        {"cat 2F00 EF.P", 9, "EF.PL"},
        {"cd USIM/", 3, "USIM/DF.PHONEBOOK/ USIM/DF.GSM-ACCESS/"},
        {"cat USIM/EF.IMSI", 4, "USIM/EF.IMSI"},
        {"cat NOWHERE/E", 4, ""},
        {"apdu ", 5, ""},
        {"nothing E", 8, ""},
        {"cat 'EF.DI", 4, "EF.DIR"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char seen[1024];
        size_t start = 0;
        complete(cases[i].line, &start, seen);
        assert_string_equal(seen, cases[i].expected);
        assert_int_equal(start, cases[i].start);
    }
}

/* The card is free for others while a line is typed, and the shell where it was. */
static void test_complete__leaves_all_as_it_is(void **state) {
    (void)state;
    assert_int_equal(shell_line(&session, "cd DF.GSM"), EXIT_GOOD);
    char seen[1024];
    size_t start = 0;
    complete("cat US", &start, seen);
    assert_string_equal(seen, "USIM/");
    complete("cat EF.IM", &start, seen);
    assert_string_equal(seen, "EF.IMSI");
    assert_string_equal(session.place, "/7F20");
    assert_int_equal((uint32_t)ISCardManage_SCardUnlock(session.recovery.manage, LEAVE),
                     (uint32_t)SCARD_E_NOT_TRANSACTED);
    assert_int_equal(shell_line(&session, "cd"), EXIT_GOOD);
}

static void test_secret__lines(void **state) {
    (void)state;
    static const struct {
        const char *line;
        bool secret;
    } cases[] = {
        {"ls", false},
        {"verify", false},
        {"verify 01", false},
        {"verify -l 01", false},
        {"verify 1234", true},
        {"change 01 1234", true},
        {"ls; verify 123456; ls", true},
        {"apdu 00A40000023F00", false},
        {"apdu 00 20 00 01 04 31 32 33 34", true},
        {"apdu -r 0020000104 31323334", true},
        {"cd USIM; apdu 0020000104 31323334", true},
        {"apdu 0020000104 31323334 => 9000", true},
        {"apdu 00A40000023F00 => 9000", false},
        {"apdu reset", false},
        {"apdu 002000010431323334 => 90XX0", true},
        {"apdu nothing", true},
        {"apdu", false},
        {"verify '1234", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i)
        assert_int_equal(typing_is_secret(&session, cases[i].line), cases[i].secret);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete__words),
        cmocka_unit_test(test_complete__leaves_all_as_it_is),
        cmocka_unit_test(test_secret__lines),
    };
    return cmocka_run_group_tests_name("tool_typing", tests, set_up, tear_down);
}

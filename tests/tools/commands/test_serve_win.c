/*
 * scard sim serve on Windows: a card for a virtual reader whose driver is this test, at the other end of a
 * connection over TCP; it ends with Ctrl-C, or when the driver goes. Argument: the path of scard.exe.
 */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "support/kits/sockets.h"

#define PATIENCE_MS 30000

static wchar_t tool[MAX_PATH];

/* The tool at work. */
struct served {
    HANDLE process, output;
    int driver;
    char text[2000]; /* what it said */
};

static void start(const wchar_t *arguments, struct served *served) {
    wchar_t line[200];
    HANDLE in = NULL;
    STARTUPINFOW how = {.cb = sizeof how, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION made;
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    memset(served, 0, sizeof *served);
    served->driver = -1;
    assert_true(CreatePipe(&served->output, &in, &inherited, 0));
    assert_true(SetHandleInformation(served->output, HANDLE_FLAG_INHERIT, 0));
    how.hStdOutput = how.hStdError = in;
    assert_true(swprintf(line, 200, L"scard sim serve %ls", arguments) > 0);
    assert_true(CreateProcessW(tool, line, NULL, NULL, TRUE, 0, NULL, NULL, &how, &made));
    CloseHandle(in);
    CloseHandle(made.hThread);
    served->process = made.hProcess;
}

/* Its code and all it said. */
static void finish(struct served *served, DWORD wanted) {
    DWORD have = 0, got = 0, code = 99;
    while (have < sizeof served->text - 1 &&
           ReadFile(served->output, served->text + have, (DWORD)sizeof served->text - 1 - have, &got, NULL) &&
           got)
        have += got;
    assert_int_equal(WaitForSingleObject(served->process, PATIENCE_MS), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(served->process, &code));
    CloseHandle(served->process);
    CloseHandle(served->output);
    if (code != wanted)
        fail_msg("%lu: %s", (unsigned long)code, served->text);
}

static void expect(const struct served *served, const char *part) {
    if (!strstr(served->text, part))
        fail_msg("'%s' is not in '%s'", part, served->text);
}

static size_t receive(int driver, uint8_t *bytes, size_t room) {
    uint8_t length[2];
    size_t have = 0;
    assert_int_equal(socket_receive(driver, length, 1), 1);
    assert_int_equal(socket_receive(driver, length + 1, 1), 1);
    const size_t size = (size_t)length[0] << 8 | length[1];
    assert_true(size <= room);
    while (have < size) {
        const long got = socket_receive(driver, bytes + have, size - have);
        assert_true(got > 0);
        have += (size_t)got;
    }
    return size;
}

/* The driver takes the card and uses it. */
static int take_card(int listener) {
    static const uint8_t ask_atr[] = {0, 1, 4}, power_on[] = {0, 1, 1},
                         challenge[] = {0, 5, 0, 0x84, 0, 0, 8};
    uint8_t answer[300];
    const int driver = socket_accept(listener, PATIENCE_MS);
    assert_true(driver != -1);
    assert_int_equal(socket_send(driver, power_on, sizeof power_on), sizeof power_on);
    assert_int_equal(socket_send(driver, ask_atr, sizeof ask_atr), sizeof ask_atr);
    assert_int_in_range(receive(driver, answer, sizeof answer), 2, 33);
    assert_int_equal(answer[0], 0x3B);
    assert_int_equal(socket_send(driver, challenge, sizeof challenge), sizeof challenge);
    assert_int_equal(receive(driver, answer, sizeof answer), 10);
    assert_memory_equal(answer + 8, "\x90\x00", 2);
    return driver;
}

static void test_serve__driver_goes(void **state) {
    (void)state;
    uint16_t port = 0;
    wchar_t arguments[60];
    struct served served;
    const int listener = socket_listen(&port);
    assert_true(listener != -1);
    (void)swprintf(arguments, 60, L"-i app -w 20 -P %u", port);
    start(arguments, &served);
    socket_close(take_card(listener));
    /* It comes again. */
    const int driver = take_card(listener);
    socket_close(listener);
    socket_close(driver);
    TerminateProcess(served.process, 7); /* or it would wait for the driver, as it was told to */
    finish(&served, 7);
    expect(&served, "The card 'app' is in the virtual reader at 127.0.0.1:");
}

static void test_serve__driver_goes_for_good(void **state) {
    (void)state;
    uint16_t port = 0;
    wchar_t arguments[60];
    struct served served;
    const int listener = socket_listen(&port);
    assert_true(listener != -1);
    (void)swprintf(arguments, 60, L"-P %u", port);
    start(arguments, &served);
    socket_close(take_card(listener));
    socket_close(listener);
    finish(&served, 1);
    expect(&served, "scard: cannot serve the card: SCARD_E_READER_UNAVAILABLE (0x80100017): 127.0.0.1:");
    expect(&served, ": the driver hung up and is not back: ");
}

static void test_serve__nobody_there(void **state) {
    (void)state;
    struct served served;
    start(L"-P 1", &served);
    finish(&served, 1);
    expect(
        &served,
        "scard: cannot serve the card: SCARD_E_READER_UNAVAILABLE (0x80100017): 127.0.0.1:1: nobody answers; "
        "the PC/SC service there must run with the driver vpcd");
}

/* It is meant for the tool; whoever has the same console hears it, too. */
static BOOL WINAPI ignore(DWORD control) {
    return control == CTRL_C_EVENT;
}

static void test_serve__stopped(void **state) {
    (void)state;
    uint16_t port = 0;
    wchar_t arguments[60];
    char byte;
    struct served served;
    const int listener = socket_listen(&port);
    assert_true(listener != -1);
    (void)swprintf(arguments, 60, L"-P %u", port);
    (void)FreeConsole();
    assert_true(AllocConsole());
    assert_true(SetConsoleCtrlHandler(ignore, TRUE));
    start(arguments, &served);
    const int driver = take_card(listener);
    assert_true(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    assert_int_equal(socket_receive(driver, &byte, 1), 0); /* the removal */
    finish(&served, 0);
    expect(&served, "The card is out of the reader.\r\n");
    assert_true(SetConsoleCtrlHandler(ignore, FALSE));
    socket_close(driver);
    socket_close(listener);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_serve__driver_goes),
        cmocka_unit_test(test_serve__driver_goes_for_good),
        cmocka_unit_test(test_serve__nobody_there),
        cmocka_unit_test(test_serve__stopped),
    };
    if (argc < 2 || swprintf(tool, MAX_PATH, L"%hs", argv[1]) < 0)
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

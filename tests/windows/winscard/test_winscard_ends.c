/*
 * Programs that keep a card object in a global variable, in the program or in a DLL of its: the program ends, and the DLL can be
 * unloaded, whatever the connection's thread is doing. Each program is this one again, with the way it ends as its argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "played.h"

#define PATIENCE_MS 20000u
#define FINE 42 /* the exit code of a program that came to its end as it wanted to */
#define LEFT 43 /* of one whose connection was still there after its DLL was unloaded */

/* The program */

static ISCard *in_the_program;

static void release_at_exit(void) {
    if (in_the_program)
        ISCard_Release(in_the_program);
}

static FARPROC function(HMODULE module, const char *name) {
    const FARPROC found = module ? GetProcAddress(module, name) : NULL;
    if (!found)
        exit(1);
    return found;
}

/* Unloads the DLL; what it had of the service is given back then, or by the thread when that has come to an end. */
static int unload(HMODULE keeper, HMODULE played, BOOL waits) {
    played_contexts *contexts;
    const FARPROC found = function(played, "played_contexts_open");

    memcpy(&contexts, &found, sizeof found);
    FreeLibrary(keeper);
    return contexts() <= (waits ? 2u : 0u) ? FINE : LEFT; /* the other program's, and that of the thread */
}

static int end_as(const char *way, BOOL waits) {
    const HMODULE played = LoadLibraryW(L"played.dll"), keeper = LoadLibraryW(L"keeper.dll");
    const FARPROC maker = function(played, "played_card_make"), keep = function(keeper, "keeper_keep_it");
    played_card *make;
    keeper_keep *keep_it;

    memcpy(&make, &maker, sizeof maker);
    memcpy(&keep_it, &keep, sizeof keep);
    ISCard *const card = make(waits);
    if (!card)
        return 2;
    if (strcmp(way, "global") == 0) {
        in_the_program = card;
        (void)atexit(release_at_exit);
        return FINE;
    }
    keep_it(card);
    if (strcmp(way, "unload") == 0)
        return unload(keeper, played, waits);
    if (strcmp(way, "process") == 0)
        ExitProcess(FINE);
    return FINE;
}

/* The test */

static DWORD outcome(const wchar_t *way, BOOL waits) {
    wchar_t program[MAX_PATH], line[MAX_PATH + 40];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    DWORD code = 0;

    assert_int_in_range(GetModuleFileNameW(NULL, program, MAX_PATH), 1, MAX_PATH - 1);
    (void)_snwprintf(line, sizeof line / sizeof *line, L"\"%ls\" %ls %ls", program, way,
                     waits ? L"waits" : L"idle");
    assert_true(CreateProcessW(program, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process));
    if (WaitForSingleObject(process.hProcess, PATIENCE_MS) != WAIT_OBJECT_0)
        TerminateProcess(process.hProcess, WAIT_TIMEOUT);
    (void)WaitForSingleObject(process.hProcess, PATIENCE_MS);
    assert_true(GetExitCodeProcess(process.hProcess, &code));
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    return code;
}

static void assert_ends(const wchar_t *way) {
    assert_int_equal(outcome(way, FALSE), FINE);
    assert_int_equal(outcome(way, TRUE), FINE);
}

static void test_dll__is_unloaded(void **state) {
    (void)state;
    assert_ends(L"unload");
}

static void test_dll__at_the_end_of_main(void **state) {
    (void)state;
    assert_ends(L"return");
}

static void test_dll__at_exit_process(void **state) {
    (void)state;
    assert_ends(L"process");
}

static void test_program__global(void **state) {
    (void)state;
    assert_ends(L"global");
}

int main(int argc, char **argv) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dll__is_unloaded),
        cmocka_unit_test(test_dll__at_the_end_of_main),
        cmocka_unit_test(test_dll__at_exit_process),
        cmocka_unit_test(test_program__global),
    };
    if (argc == 3)
        return end_as(argv[1], strcmp(argv[2], "waits") == 0);
    return cmocka_run_group_tests_name("winscard_ends", tests, NULL, NULL);
}

/*
 * Programs that keep a card object in a global variable, in the program or in a DLL of its: the program ends,
 * and the DLL can be unloaded, whatever the connection's thread is doing. Each program is this one again,
 * with the way it ends as its argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

/*
 * Unloads the DLL; what it had of the service is given back then, or by the thread when that has come to an
 * end. The other program's context stays, and what another thread of our own program still uses.
 */
static int unload(HMODULE keeper, HMODULE played, enum played_scene scene) {
    static const unsigned left[PLAYED_SCENES] = {0, 2, 3, 4, 3};
    played_contexts *contexts;
    const FARPROC found = function(played, "played_contexts_open");

    memcpy(&contexts, &found, sizeof found);
    FreeLibrary(keeper);
    return contexts() <= left[scene] ? FINE : LEFT;
}

static int end_as(const char *way, enum played_scene scene, BOOL tidies) {
    const char *const maker_dll = getenv("SCARDSSP_TEST_ENDS"); /* another DLL that makes the scenes */
    const HMODULE played = LoadLibraryA(maker_dll ? maker_dll : "played.dll");
    const HMODULE keeper = LoadLibraryW(L"keeper.dll");
    const FARPROC maker = function(played, "played_card_make"), keep = function(keeper, "keeper_keep_it");
    const bool global = strcmp(way, "global") == 0, unloads = strcmp(way, "unload") == 0;
    played_card *make;
    keeper_keep *keep_it;

    memcpy(&make, &maker, sizeof maker);
    memcpy(&keep_it, &keep, sizeof keep);
    ISCard *const card =
        make(scene, global || unloads); /* else the other thread is no more when it is released */
    if (!card)
        return 2;
    if (global) {
        in_the_program = card;
        (void)atexit(release_at_exit);
        return FINE;
    }
    keep_it(card, tidies);
    if (unloads)
        return unload(keeper, played, scene);
    if (strcmp(way, "process") == 0)
        ExitProcess(FINE);
    return FINE;
}

/* The test */

static DWORD outcome(const wchar_t *way, enum played_scene scene, BOOL tidies) {
    wchar_t program[MAX_PATH], line[MAX_PATH + 40];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    DWORD code = 0;

    assert_int_in_range(GetModuleFileNameW(NULL, program, MAX_PATH), 1, MAX_PATH - 1);
    (void)_snwprintf(line, sizeof line / sizeof *line, L"\"%ls\" %ls %d %d", program, way, (int)scene,
                     tidies);
    assert_true(CreateProcessW(program, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process));
    if (WaitForSingleObject(process.hProcess, PATIENCE_MS) != WAIT_OBJECT_0)
        TerminateProcess(process.hProcess, WAIT_TIMEOUT);
    (void)WaitForSingleObject(process.hProcess, PATIENCE_MS);
    assert_true(GetExitCodeProcess(process.hProcess, &code));
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    return code;
}

/* In every scene. */
static void assert_ends(const wchar_t *way, BOOL tidies) {
    for (int scene = PLAYED_NOTHING; scene < PLAYED_SCENES; ++scene) {
        const DWORD code = outcome(way, (enum played_scene)scene, tidies);
        if (code != FINE)
            print_error("%ls, scene %d%s: %lu\n", way, scene, tidies ? ", tidying" : "", code);
        assert_int_equal(code, FINE);
    }
}

static void test_dll__is_unloaded(void **state) {
    (void)state;
    assert_ends(L"unload", FALSE);
}

static void test_dll__at_the_end_of_main(void **state) {
    (void)state;
    assert_ends(L"return", FALSE);
}

static void test_dll__at_exit_process(void **state) {
    (void)state;
    assert_ends(L"process", FALSE);
}

/* The threads that could answer are no more by then, and nor is who had the object's lock. */
static void test_dll__tidies_up(void **state) {
    (void)state;
    assert_ends(L"return", TRUE);
    assert_ends(L"process", TRUE);
    assert_int_equal(outcome(L"unload", PLAYED_NOTHING, TRUE), FINE);
}

static void test_program__global(void **state) {
    (void)state;
    assert_ends(L"global", FALSE);
}

int main(int argc, char **argv) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dll__is_unloaded),     cmocka_unit_test(test_dll__at_the_end_of_main),
        cmocka_unit_test(test_dll__at_exit_process), cmocka_unit_test(test_dll__tidies_up),
        cmocka_unit_test(test_program__global),
    };
    if (argc == 4)
        return end_as(argv[1], (enum played_scene)atoi(argv[2]), atoi(argv[3]));
    return cmocka_run_group_tests_name("winscard_ends", tests, NULL, NULL);
}

/*
 * A child on Windows, which has no fork(): the test program started once more, which then runs that one
 * function instead of its tests. What the tests have set up in memory it does not have. See kit_child.h.
 */
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "kit.h"
#include "kit_child.h"

/*
 * What a child finds in its environment: where its function is in the program, and the variables, a line
 * each.
 */
#define PROGRAM "SCARDSSP_KIT_PROGRAM"
#define VARIABLES "SCARDSSP_KIT_VARIABLES"
#define ROOM 2000
#define COUNT_MAX 8

static bool in_child;

bool kit_child_is_this(void) {
    return in_child;
}

static uintptr_t base(void) {
    return (uintptr_t)GetModuleHandleW(NULL);
}

/* Before main(): the tests' own does not know of children. */
__attribute__((constructor)) static void run_child(void) {
    static char place[ROOM], text[ROOM];
    const char *variables[COUNT_MAX + 1] = {NULL};
    size_t count = 0;
    if (!GetEnvironmentVariableA(PROGRAM, place, ROOM))
        return;
    (void)GetEnvironmentVariableA(VARIABLES, text, ROOM);
    in_child = true;
    (void)_setmode(_fileno(stderr), _O_BINARY); /* what is said is compared byte by byte */
    for (char *line = strtok(text, "\n"); line && count < COUNT_MAX; line = strtok(NULL, "\n"))
        variables[count++] = line;
    kit_child_set(variables);
    void (*program)(void) = NULL;
    const uintptr_t address = base() + (uintptr_t)strtoull(place, NULL, 16);
    memcpy(&program, &address, sizeof program);
    program();
    exit(0);
}

/* For the children to come; NULL ends it. */
static void announce(void (*program)(void), const char *const *variables) {
    char place[ROOM] = "", text[ROOM] = "";
    if (program) {
        uintptr_t address = 0;
        memcpy(&address, &program, sizeof address);
        (void)snprintf(place, sizeof place, "%llx", (unsigned long long)(address - base()));
        for (; *variables; ++variables) {
            assert_true(strlen(text) + strlen(*variables) + 2 < sizeof text);
            strcat(strcat(text, *variables), "\n");
        }
    }
    assert_true(SetEnvironmentVariableA(PROGRAM, program ? place : NULL));
    assert_true(SetEnvironmentVariableA(VARIABLES, program ? text : NULL) || !program);
}

bool kit_child_run(void (*program)(void), const char *const *variables, FILE *errors, int *status) {
    wchar_t path[MAX_PATH];
    STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION child;
    DWORD code = 0;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = (HANDLE)_get_osfhandle(_fileno(errors));
    assert_true(SetHandleInformation(start.hStdError, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    assert_int_in_range(GetModuleFileNameW(NULL, path, MAX_PATH), 1, MAX_PATH - 1);
    announce(program, variables);
    const BOOL made = CreateProcessW(path, NULL, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child);
    announce(NULL, NULL);
    assert_true(made);
    assert_int_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(child.hProcess, &code));
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    *status = (int)code;
    return code == 0;
}

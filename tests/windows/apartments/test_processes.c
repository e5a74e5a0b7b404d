/*
 * One object handed to another process, which uses it by proxy and stub (and, ISCardEx, by the type library);
 * both ways of data, errors, references. Each case runs twice: out of a single-threaded apartment into a
 * multithreaded one, and the other way round. This program is the other process, too: see handing.h.
 */
#include <stdio.h>
#include <string.h>

#include "../clients/registering.h"
#include "handing.h"
#include "remote_cases.h"

#define CASES_MAX 32

static const struct remote_case *const lists[] = {remote_buffer_cases, remote_card_cases, remote_other_cases};
#define LISTS (sizeof lists / sizeof lists[0])

/* Makes the object, hands it over, and has it alone again in the end. */
static void serve(const struct remote_case *what, char other_apartment) {
    wchar_t file[MAX_PATH];
    IUnknown *object = kit_make(what->clsid, what->iid);
    handing_name(file);
    handing_put(object, what->iid, file);
    assert_int_equal(handing_run(what->name, file, other_apartment), 0);
    assert_int_equal(IUnknown_Release(object), 0);
}

static DWORD WINAPI serve_free_threaded(void *argument) {
    const struct remote_case *const what = argument;
    wchar_t file[MAX_PATH];
    IUnknown *object = NULL;
    DWORD code = 1;
    /* No assertions here: they are for the thread of the test. */
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return code;
    if (CoCreateInstance(what->clsid, NULL, CLSCTX_ALL, what->iid, (void **)&object) == S_OK) {
        handing_name(file);
        handing_put(object, what->iid, file);
        code = (DWORD)handing_run(what->name, file, 'S');
        const ULONG left = IUnknown_Release(object);
        if (left)
            print_error("%lu references are left\n", left);
        code = code ? code : left;
    }
    CoUninitialize();
    return code;
}

static void test_processes__single_threaded_server(void **state) {
    serve(*state, 'M');
}

static void test_processes__free_threaded_server(void **state) {
    DWORD code = 1;
    HANDLE thread = CreateThread(NULL, 0, serve_free_threaded, *state, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &code));
    CloseHandle(thread);
    assert_int_equal(code, 0);
}

/* The other process */

static const struct remote_case *wanted;
static wchar_t handed[MAX_PATH];

static void run_wanted(void **state) {
    (void)state;
    IUnknown *object = handing_take(wanted->iid, handed);
    wanted->run(object);
    assert_int_equal(IUnknown_Release(object), 0);
}

static int be_the_other(const char *name, const char *file, char apartment) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(run_wanted)};
    (void)MultiByteToWideChar(CP_ACP, 0, file, -1, handed, MAX_PATH);
    for (size_t i = 0; i < LISTS; ++i)
        for (const struct remote_case *what = lists[i]; what->name; ++what)
            wanted = strcmp(what->name, name) == 0 ? what : wanted;
    if (!wanted ||
        FAILED(CoInitializeEx(NULL, apartment == 'S' ? COINIT_APARTMENTTHREADED : COINIT_MULTITHREADED)))
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    CoUninitialize();
    return failed;
}

int main(int argc, char **argv) {
    static char names[CASES_MAX][2][80];
    static struct CMUnitTest tests[CASES_MAX][2];
    size_t count = 0;
    if (argc == 4)
        return be_the_other(argv[1], argv[2], argv[3][0]);
    for (size_t i = 0; i < LISTS; ++i) {
        for (const struct remote_case *what = lists[i]; what->name && count < CASES_MAX; ++what, ++count) {
            (void)sprintf(names[count][0], "test_processes__%s_single_threaded", what->name);
            (void)sprintf(names[count][1], "test_processes__%s_free_threaded", what->name);
            tests[count][0] = (struct CMUnitTest){names[count][0], test_processes__single_threaded_server,
                                                  NULL, NULL, NULL};
            tests[count][1] =
                (struct CMUnitTest){names[count][1], test_processes__free_threaded_server, NULL, NULL, NULL};
            memcpy(&tests[count][0].initial_state, &what, sizeof what);
            memcpy(&tests[count][1].initial_state, &what, sizeof what);
        }
    }
    return _cmocka_run_group_tests("processes", tests[0], count * 2, registering_begin, registering_end);
}

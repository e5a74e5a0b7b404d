/*
 * The system's own winscard.dll behind the backend, and a system without one (argument "missing"; the
 * environment then hides it from Wine's loader). Wine 8's is a stub that serves nobody.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backends/system.h"
#include "backends/winscard/api.h"
#include "base/library.h"

/* The stub's version of Wine, of which we know what it answers. */
static bool is_stub(void) {
    typedef const char *version(void);
    const FARPROC function = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version");
    version *get = NULL;

    memcpy(&get, &function, sizeof get);
    return get && strncmp(get(), "8.", 2) == 0;
}

/* Nothing of it is in the process before it is asked for. */
static void test_library__when_first_needed(void **state) {
    (void)state;
    assert_null(GetModuleHandleW(L"winscard.dll"));
    const struct winscard_api *const api = winscard_api_load();
    assert_non_null(api);
    assert_non_null(GetModuleHandleW(L"winscard.dll"));
    assert_ptr_equal(winscard_api_load(), api);
}

static void test_library__another(void **state) {
    struct winscard_api api;

    (void)state;
    assert_false(winscard_api_open("winscard-is-not-there.dll", &api));
    assert_false(winscard_api_open("kernel32.dll", &api)); /* there, but another */
}

/* No crash, no hang: a service, or the word that there is none. */
static void test_service__answers(void **state) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;

    (void)state;
    assert_int_equal(system_service_create(&service), RM_OK);
    assert_string_equal(service->name, "winscard");
    const rm_status status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (is_stub())
        assert_int_equal(status, RM_E_NO_SERVICE);
    else
        assert_true(status == RM_OK || status == RM_E_NO_SERVICE);
    if (status == RM_OK) {
        struct names names = {0};
        assert_int_equal(rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
        names_clear(&names);
        rm_context_close(context);
    } else {
        assert_null(context);
    }
    rm_service_release(service);
}

static void test_library__missing(void **state) {
    struct rm_service *service = (struct rm_service *)(void *)&service;

    (void)state;
    assert_null(winscard_api_load());
    assert_int_equal(system_service_create(&service), RM_E_NO_SERVICE);
    assert_null(service);
    /* What the user is told names the cause and what to do about it. */
    assert_string_equal(rm_status_name(RM_E_NO_SERVICE), "SCARD_E_NO_SERVICE");
    assert_non_null(strstr(rm_status_advice(RM_E_NO_SERVICE), "not running"));
    assert_non_null(strstr(rm_status_advice(RM_E_NO_SERVICE), "start it"));
}

int main(int argc, char **argv) {
    static const struct CMUnitTest there[] = {
        cmocka_unit_test(test_library__when_first_needed),
        cmocka_unit_test(test_library__another),
        cmocka_unit_test(test_service__answers),
    };
    static const struct CMUnitTest missing[] = {cmocka_unit_test(test_library__missing)};

    if (argc > 1 && strcmp(argv[1], "missing") == 0)
        return cmocka_run_group_tests_name("winscard_missing", missing, NULL, NULL);
    return cmocka_run_group_tests_name("winscard_system", there, NULL, NULL);
}

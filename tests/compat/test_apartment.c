/* Apartments: what CoInitialize and its family answer, thread by thread. */
#include "support/kits/com.h"

#include <pthread.h>

static void test_initialize__counts_calls(void **state) {
    (void)state;
    assert_hr(S_OK, CoInitialize(NULL));
    assert_hr(S_FALSE, CoInitialize(NULL));
    assert_hr(S_FALSE, CoInitializeEx(NULL, COINIT_APARTMENTTHREADED));
    CoUninitialize();
    CoUninitialize();
    assert_hr(S_FALSE, CoInitialize(NULL));
    CoUninitialize();
    CoUninitialize();
    assert_hr(S_OK, CoInitializeEx(NULL, COINIT_MULTITHREADED));
    CoUninitialize();
}

static void test_initialize__changed_mode(void **state) {
    (void)state;
    assert_hr(S_OK, CoInitializeEx(NULL, COINIT_MULTITHREADED));
    assert_hr(RPC_E_CHANGED_MODE, CoInitialize(NULL));
    assert_hr(S_FALSE, CoInitializeEx(NULL, COINIT_MULTITHREADED | 0x4 | 0x8));
    CoUninitialize();
    CoUninitialize();
    assert_hr(S_OK, CoInitialize(NULL));
    CoUninitialize();
}

static void test_uninitialize__without_initialize(void **state) {
    (void)state;
    CoUninitialize();
    CoUninitialize();
    assert_hr(S_OK, CoInitialize(NULL));
    CoUninitialize();
}

static void *other_thread(void *result) {
    *(HRESULT *)result = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    return NULL;
}

static void test_initialize__threads_are_apart(void **state) {
    (void)state;
    HRESULT other = E_FAIL;
    pthread_t thread;
    assert_hr(S_OK, CoInitialize(NULL));
    assert_int_equal(0, pthread_create(&thread, NULL, other_thread, &other));
    assert_int_equal(0, pthread_join(thread, NULL));
    assert_hr(S_OK, other);
    CoUninitialize();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_initialize__counts_calls),
        cmocka_unit_test(test_initialize__changed_mode),
        cmocka_unit_test(test_uninitialize__without_initialize),
        cmocka_unit_test(test_initialize__threads_are_apart),
    };
    return cmocka_run_group_tests_name("compat/apartment", tests, NULL, NULL);
}

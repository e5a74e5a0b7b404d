/* Contexts: their beginning and end, and what programs pass for one. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dropin/program.h"

static const SCARDCONTEXT foreign[] = {0, -1, 1, INT_MAX, LONG_MAX, LONG_MIN};
#define FOREIGN (sizeof foreign / sizeof *foreign)

static void test_establish__each_scope(void **state) {
    SCARDCONTEXT contexts[4];
    (void)state;
    for (DWORD scope = SCARD_SCOPE_USER; scope <= SCARD_SCOPE_GLOBAL; scope++) {
        assert_code(SCardEstablishContext(scope, NULL, NULL, &contexts[scope]), SCARD_S_SUCCESS);
        assert_true(contexts[scope] > 0);
        for (DWORD other = 0; other < scope; other++)
            assert_true(contexts[scope] != contexts[other]);
    }
    for (size_t i = 0; i < 4; i++)
        assert_code(SCardReleaseContext(contexts[i]), SCARD_S_SUCCESS);
}

static void test_establish__refused(void **state) {
    SCARDCONTEXT context = 5;
    (void)state;
    assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, NULL), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardEstablishContext(4, NULL, NULL, &context), SCARD_E_INVALID_VALUE);
    assert_int_equal(context, 0);
    assert_code(SCardEstablishContext((DWORD)-1, NULL, NULL, &context), SCARD_E_INVALID_VALUE);
}

static void test_release__once(void **state) {
    (void)state;
    assert_code(SCardIsValidContext(program_context), SCARD_S_SUCCESS);
    assert_code(SCardReleaseContext(program_context), SCARD_S_SUCCESS);
    assert_code(SCardIsValidContext(program_context), SCARD_E_INVALID_HANDLE);
    assert_code(SCardReleaseContext(program_context), SCARD_E_INVALID_HANDLE);
}

static void test_foreign_numbers(void **state) {
    (void)state;
    for (size_t i = 0; i < FOREIGN; i++) {
        assert_code(SCardReleaseContext(foreign[i]), SCARD_E_INVALID_HANDLE);
        assert_code(SCardIsValidContext(foreign[i]), SCARD_E_INVALID_HANDLE);
        assert_code(SCardCancel(foreign[i]), SCARD_E_INVALID_HANDLE);
        assert_code(SCardFreeMemory(foreign[i], NULL), SCARD_E_INVALID_HANDLE);
    }
    const SCARDHANDLE card = program_connect(program_context, READER);
    assert_code(SCardReleaseContext(card), SCARD_E_INVALID_HANDLE);
    assert_code(SCardDisconnect(program_context, SCARD_LEAVE_CARD), SCARD_E_INVALID_HANDLE);
}

static void test_release__ends_connections(void **state) {
    SCARDCONTEXT other = 0;
    SCARDHANDLE again = 0;
    DWORD protocol = 0;
    (void)state;
    const SCARDHANDLE first = program_connect(program_context, READER);
    const SCARDHANDLE second = program_connect(program_context, READER_T1);
    assert_code(SCardReleaseContext(program_context), SCARD_S_SUCCESS);
    assert_code(SCardDisconnect(first, SCARD_LEAVE_CARD), SCARD_E_INVALID_HANDLE);
    assert_code(SCardBeginTransaction(second), SCARD_E_INVALID_HANDLE);
    /* nobody is connected any more */
    assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other), SCARD_S_SUCCESS);
    assert_code(SCardConnect(other, READER, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY, &again, &protocol),
                SCARD_S_SUCCESS);
    assert_code(SCardReleaseContext(other), SCARD_S_SUCCESS);
}

/* What a program leaves in a transaction that it does not end is reset; else the card is left alone. */
static void test_release__resets_a_card_that_is_kept(void **state) {
    SCARDCONTEXT other = 0;
    (void)state;
    for (int kept = 0; kept < 2; kept++) {
        SCARDCONTEXT leaving = 0;
        assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &leaving), SCARD_S_SUCCESS);
        assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other), SCARD_S_SUCCESS);
        const SCARDHANDLE card = program_connect(leaving, READER);
        const SCARDHANDLE watching = program_connect(other, READER);
        if (kept)
            assert_code(SCardBeginTransaction(card), SCARD_S_SUCCESS);
        assert_code(SCardReleaseContext(leaving), SCARD_S_SUCCESS);
        assert_code(SCardBeginTransaction(watching), kept ? SCARD_W_RESET_CARD : SCARD_S_SUCCESS);
        assert_code(SCardReleaseContext(other), SCARD_S_SUCCESS);
    }
}

static void test_free_memory(void **state) {
    char *names = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    (void)state;
    assert_code(SCardListReaders(program_context, NULL, (LPSTR)&names, &size), SCARD_S_SUCCESS);
    assert_code(SCardFreeMemory(program_context, names), SCARD_S_SUCCESS);
    assert_code(SCardFreeMemory(program_context, NULL), SCARD_S_SUCCESS);
}

static void test_cancel__of_nothing_is_not_kept(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT};
    (void)state;
    assert_code(SCardCancel(program_context), SCARD_S_SUCCESS);
    assert_code(SCardGetStatusChange(program_context, 1, &reader, 1), SCARD_E_TIMEOUT);
}

/* The first case: the process's resource manager cannot be had, and later can. */
static void test_establish__without_a_resource_manager(void **state) {
    SCARDCONTEXT context = 0;
    (void)state;
    setenv("SCARDSSP_RM", "sim:/no/such/file", 1);
    assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context), SCARD_E_NO_SERVICE);
    assert_int_equal(context, 0);
    unsetenv("SCARDSSP_RM");
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_establish__without_a_resource_manager),
        CASE(test_establish__each_scope),
        CASE(test_establish__refused),
        CASE(test_release__once),
        CASE(test_foreign_numbers),
        CASE(test_release__ends_connections),
        CASE(test_release__resets_a_card_that_is_kept),
        CASE(test_free_memory),
        CASE(test_cancel__of_nothing_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

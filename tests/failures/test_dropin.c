/*
 * PC/SC's own calls over simulated readers, each failure point in turn: the library of dropin/ is linked into
 * the test. Arguments as in test_port.c, without a world.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dropin/program.h"
#include "failures/sweep.h"

static SCARDHANDLE card;

static uint32_t code_of(LONG code) {
    return (uint32_t)code;
}

static uint32_t establish(void) {
    SCARDCONTEXT context = 0;
    const LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (code == SCARD_S_SUCCESS)
        (void)SCardReleaseContext(context);
    return code_of(code);
}

static uint32_t list_readers(void) {
    char names[400] = "";
    DWORD size = sizeof names;
    const LONG code = SCardListReaders(program_context, NULL, names, &size);
    assert_true(code != SCARD_S_SUCCESS || strcmp(names, READER) == 0);
    return code_of(code);
}

/* The library's memory, which the program gives back. */
static uint32_t list_in_memory(void) {
    char *names = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    const LONG code = SCardListReaders(program_context, NULL, (LPSTR)&names, &size);
    assert_true((code == SCARD_S_SUCCESS) == (names != NULL));
    if (names)
        (void)SCardFreeMemory(program_context, names);
    return code_of(code);
}

static uint32_t list_groups(void) {
    char names[400] = "";
    DWORD size = sizeof names;
    return code_of(SCardListReaderGroups(program_context, names, &size));
}

static uint32_t look(void) {
    SCARD_READERSTATE states[] = {{.szReader = READER}, {.szReader = "\\\\?PnP?\\Notification"}};
    const LONG code = SCardGetStatusChange(program_context, 0, states, 2);
    return code == (LONG)SCARD_E_TIMEOUT ? 0 : code_of(code);
}

static uint32_t connect_and_leave(void) {
    SCARDHANDLE another = 0;
    DWORD protocol = 0;
    const LONG code =
        SCardConnect(program_context, READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &another, &protocol);
    return code_of(code == SCARD_S_SUCCESS ? SCardDisconnect(another, SCARD_LEAVE_CARD) : code);
}

static uint32_t reconnect(void) {
    DWORD protocol = 0;
    return code_of(SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, SCARD_RESET_CARD, &protocol));
}

static uint32_t begin_and_end(void) {
    const LONG code = SCardBeginTransaction(card);
    return code_of(code == SCARD_S_SUCCESS ? SCardEndTransaction(card, SCARD_LEAVE_CARD) : code);
}

static uint32_t ask_status(void) {
    char name[100] = "";
    uint8_t atr[MAX_ATR_SIZE];
    DWORD name_size = sizeof name, atr_size = sizeof atr, state = 0, protocol = 0;
    return code_of(SCardStatus(card, name, &name_size, &state, &protocol, atr, &atr_size));
}

static uint32_t transmit(void) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    DWORD size = sizeof answer;
    const LONG code = SCardTransmit(card, SCARD_PCI_T1, challenge, sizeof challenge, NULL, answer, &size);
    assert_true(code != SCARD_S_SUCCESS || size == 10);
    return code_of(code);
}

static uint32_t get_attrib(void) {
    uint8_t *value = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    const LONG code = SCardGetAttrib(card, RM_ATTR_ATR_STRING, (LPBYTE)&value, &size);
    assert_true((code == SCARD_S_SUCCESS) == (value != NULL));
    if (value)
        (void)SCardFreeMemory(program_context, value);
    return code_of(code);
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(establish),  SWEEP_ROW(list_readers), SWEEP_ROW(list_in_memory),    SWEEP_ROW(list_groups),
    SWEEP_ROW(look),       SWEEP_ROW(reconnect),    SWEEP_ROW(connect_and_leave), SWEEP_ROW(begin_and_end),
    SWEEP_ROW(ask_status), SWEEP_ROW(transmit),     SWEEP_ROW(get_attrib),
};

static const struct sweep_plan plan = {
    .no_memory = (uint32_t)SCARD_E_NO_MEMORY, .rows = rows, .count = sizeof rows / sizeof *rows};

static int set_up(void **state) {
    DWORD protocol = 0;
    if (program_open(state) != 0)
        return -1;
    return SCardConnect(program_context, READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol) ==
                   SCARD_S_SUCCESS
               ? 0
               : -1;
}

static int tear_down(void **state) {
    assert_code(SCardDisconnect(card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    return program_close(state);
}

static void test_failures__memory(void **state) {
    (void)state;
    sweep(&plan, POINTS_MEMORY);
}

static void test_failures__system_calls(void **state) {
    (void)state;
    sweep(&plan, POINTS_SYSTEM);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_failures__memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures__system_calls, set_up, tear_down),
    };
    (void)sweep_arguments(argc, argv);
    return cmocka_run_group_tests_name("dropin", tests, NULL, NULL);
}

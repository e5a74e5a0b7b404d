/* SCardStatus: state, protocol, names and ATRs, and the buffers they go into. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "dropin/program.h"

static const uint8_t atr_t0[] = {0x3B, 0x08, 0x47, 0x53, 0x4D, 0x31, 0x31, 0x2E, 0x31, 0x31};

static void test_status__all(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    char name[MAX_READERNAME];
    uint8_t atr[MAX_ATR_SIZE];
    DWORD name_size = sizeof name, atr_size = sizeof atr, bits = 0, protocol = 0;
    (void)state;
    assert_code(SCardStatus(card, name, &name_size, &bits, &protocol, atr, &atr_size), SCARD_S_SUCCESS);
    assert_string_equal(name, READER_T0);
    assert_int_equal(name_size, sizeof READER_T0);
    assert_int_equal(bits & 0xFFFF, SCARD_PRESENT | SCARD_POWERED | SCARD_NEGOTIABLE);
    assert_true(bits >> 16);
    assert_int_equal(protocol, SCARD_PROTOCOL_T0);
    assert_int_equal(atr_size, sizeof atr_t0);
    assert_memory_equal(atr, atr_t0, sizeof atr_t0);
}

static void test_status__count_is_that_of_the_reader(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER);
    SCARD_READERSTATE reader = {.szReader = READER};
    DWORD bits = 0;
    (void)state;
    assert_code(SCardGetStatusChange(program_context, 0, &reader, 1), SCARD_S_SUCCESS);
    assert_code(SCardStatus(card, NULL, NULL, &bits, NULL, NULL, NULL), SCARD_S_SUCCESS);
    assert_int_equal(bits >> 16, reader.dwEventState >> 16);
}

static void test_status__lengths_only(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    DWORD name_size = 0, atr_size = 0;
    (void)state;
    assert_code(SCardStatus(card, NULL, &name_size, NULL, NULL, NULL, &atr_size), SCARD_S_SUCCESS);
    assert_int_equal(name_size, sizeof READER_T0);
    assert_int_equal(atr_size, sizeof atr_t0);
    assert_code(SCardStatus(card, NULL, NULL, NULL, NULL, NULL, NULL), SCARD_S_SUCCESS);
}

static void test_status__too_little_room(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    char name[8] = "1234567";
    uint8_t atr[4] = {9, 9, 9, 9};
    DWORD name_size = 4, atr_size = 3;
    (void)state;
    assert_code(SCardStatus(card, name, &name_size, NULL, NULL, atr, &atr_size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(name_size, sizeof READER_T0);
    assert_int_equal(atr_size, sizeof atr_t0);
    assert_memory_equal(name, "Simu567", 8);
    assert_memory_equal(atr, ((uint8_t[]){0x3B, 0x08, 0x47, 9}), 4);
    name_size = sizeof name;
    assert_code(SCardStatus(card, name, &name_size, NULL, NULL, NULL, NULL), SCARD_E_INSUFFICIENT_BUFFER);
    atr_size = 0;
    assert_code(SCardStatus(card, NULL, NULL, NULL, NULL, atr, &atr_size), SCARD_E_INSUFFICIENT_BUFFER);
}

static void test_status__new_memory(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    char *name = NULL;
    uint8_t *atr = NULL;
    DWORD name_size = SCARD_AUTOALLOCATE, atr_size = SCARD_AUTOALLOCATE;
    (void)state;
    assert_code(SCardStatus(card, (LPSTR)&name, &name_size, NULL, NULL, (LPBYTE)&atr, &atr_size),
                SCARD_S_SUCCESS);
    assert_string_equal(name, READER_T0);
    assert_memory_equal(atr, atr_t0, sizeof atr_t0);
    assert_code(SCardFreeMemory(program_context, name), SCARD_S_SUCCESS);
    assert_code(SCardFreeMemory(program_context, atr), SCARD_S_SUCCESS);
    name_size = SCARD_AUTOALLOCATE;
    assert_code(SCardStatus(card, NULL, &name_size, NULL, NULL, NULL, NULL), SCARD_E_INVALID_PARAMETER);
    assert_int_equal(name_size, sizeof READER_T0);
}

static void test_status__nothing_of_a_foreign_card(void **state) {
    char name[4] = "abc";
    uint8_t atr[2] = {1, 2};
    DWORD name_size = 4, atr_size = 2, bits = 5, protocol = 6;
    (void)state;
    assert_code(SCardStatus(0x40000000, name, &name_size, &bits, &protocol, atr, &atr_size),
                SCARD_E_INVALID_HANDLE);
    assert_int_equal(name_size, 0);
    assert_int_equal(atr_size, 0);
    assert_int_equal(bits, 0);
    assert_int_equal(protocol, 0);
    assert_string_equal(name, "abc");
}

static void test_status__of_a_reader_without_a_card(void **state) {
    SCARDHANDLE card = 0;
    DWORD atr_size = 9, bits = 0, protocol = 9;
    (void)state;
    assert_int_equal(sim_remove(program_simulator(), READER), RM_OK);
    assert_code(SCardConnect(program_context, READER, SCARD_SHARE_DIRECT, 0, &card, &protocol),
                SCARD_S_SUCCESS);
    assert_code(SCardStatus(card, NULL, NULL, &bits, &protocol, NULL, &atr_size), SCARD_S_SUCCESS);
    assert_int_equal(bits & 0xFFFF, SCARD_ABSENT);
    assert_int_equal(protocol, SCARD_PROTOCOL_UNDEFINED);
    assert_int_equal(atr_size, 0);
}

static void test_status__of_a_mute_card(void **state) {
    SCARDHANDLE card = 0;
    DWORD atr_size = 9, bits = 0, protocol = 9;
    (void)state;
    assert_int_equal(sim_remove(program_simulator(), READER), RM_OK);
    assert_int_equal(sim_fault(program_simulator(), READER, 1, 100), RM_OK); /* answers no reset */
    assert_int_equal(sim_insert(program_simulator(), READER, "demo", NULL, 0), RM_OK);
    assert_code(SCardConnect(program_context, READER, SCARD_SHARE_DIRECT, 0, &card, &protocol),
                SCARD_S_SUCCESS);
    assert_code(SCardStatus(card, NULL, NULL, &bits, &protocol, NULL, &atr_size), SCARD_S_SUCCESS);
    assert_int_equal(bits & 0xFFFF, SCARD_PRESENT | SCARD_SWALLOWED);
    assert_int_equal(atr_size, 0);
    assert_int_equal(sim_fault(program_simulator(), READER, 1, 0), RM_OK);
}

static void test_status__notices(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER);
    const SCARDHANDLE other = program_connect(program_context, READER);
    DWORD bits = 5;
    (void)state;
    assert_code(SCardDisconnect(other, SCARD_RESET_CARD), SCARD_S_SUCCESS);
    assert_code(SCardStatus(card, NULL, NULL, &bits, NULL, NULL, NULL), SCARD_W_RESET_CARD);
    assert_int_equal(bits, 0);
    assert_int_equal(sim_remove(program_simulator(), READER), RM_OK);
    assert_code(SCardStatus(card, NULL, NULL, &bits, NULL, NULL, NULL), SCARD_W_REMOVED_CARD);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        CASE(test_status__all),
        CASE(test_status__count_is_that_of_the_reader),
        CASE(test_status__lengths_only),
        CASE(test_status__too_little_room),
        CASE(test_status__new_memory),
        CASE(test_status__nothing_of_a_foreign_card),
        CASE(test_status__of_a_reader_without_a_card),
        CASE(test_status__of_a_mute_card),
        CASE(test_status__notices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

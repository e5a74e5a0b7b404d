/* Bytes to the card and to the reader, and the reader's attributes. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "dropin/program.h"

#define CM_GET_FEATURES                                                                                      \
    0x42000D48u /* CM_IOCTL_GET_FEATURE_REQUEST of PC/SC part 10, in pcsc-lite's numbers */
#define ATTR_VENDOR_NAME 0x00010100u
#define ATTR_ATR_STRING 0x00090303u
#define ATTR_FRIENDLY_NAME 0x7FFF0003u

static const uint8_t select_mf[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00};
static const uint8_t get_challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

static void test_transmit(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    SCARD_IO_REQUEST header = {.dwProtocol = 77, .cbPciLength = 0};
    uint8_t answer[16];
    DWORD size = sizeof answer;
    (void)state;
    assert_code(
        SCardTransmit(card, SCARD_PCI_T1, get_challenge, sizeof get_challenge, &header, answer, &size),
        SCARD_S_SUCCESS);
    assert_int_equal(size, 10);
    assert_memory_equal(answer + 8, "\x90\x00", 2);
    assert_int_equal(header.dwProtocol, SCARD_PROTOCOL_T1);
    assert_int_equal(header.cbPciLength, sizeof header);
    size = sizeof answer;
    assert_code(SCardTransmit(card, SCARD_PCI_T1, select_mf, sizeof select_mf, NULL, answer, &size),
                SCARD_S_SUCCESS);
    assert_int_equal(size, 2);
}

static void test_transmit__in_place(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    uint8_t buffer[16];
    DWORD size = sizeof buffer;
    (void)state;
    memcpy(buffer, get_challenge, sizeof get_challenge);
    assert_code(SCardTransmit(card, SCARD_PCI_T1, buffer, sizeof get_challenge, NULL, buffer, &size),
                SCARD_S_SUCCESS);
    assert_int_equal(size, 10);
    assert_memory_equal(buffer + 8, "\x90\x00", 2);
}

static void test_transmit__parameters(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    uint8_t answer[4];
    DWORD size = sizeof answer;
    (void)state;
    assert_code(SCardTransmit(card, NULL, select_mf, 7, NULL, answer, &size), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardTransmit(card, SCARD_PCI_T1, NULL, 7, NULL, answer, &size), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardTransmit(card, SCARD_PCI_T1, select_mf, 7, NULL, NULL, &size),
                SCARD_E_INVALID_PARAMETER);
    assert_code(SCardTransmit(card, SCARD_PCI_T1, select_mf, 7, NULL, answer, NULL),
                SCARD_E_INVALID_PARAMETER);
    assert_int_equal(size, sizeof answer);
    assert_code(SCardTransmit(0, SCARD_PCI_T1, select_mf, 7, NULL, answer, &size), SCARD_E_INVALID_HANDLE);
    assert_int_equal(size, 0);
}

static void test_transmit__lengths(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    uint8_t answer[16];
    DWORD size = 1;
    (void)state;
    assert_code(SCardTransmit(card, SCARD_PCI_T1, select_mf, 7, NULL, answer, &size),
                SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 2);
    size = sizeof answer;
    assert_code(
        SCardTransmit(card, SCARD_PCI_T1, select_mf, MAX_BUFFER_SIZE_EXTENDED + 1, NULL, answer, &size),
        SCARD_E_INSUFFICIENT_BUFFER);
    size = sizeof answer;
    assert_code(SCardTransmit(card, SCARD_PCI_T1, select_mf, (DWORD)LONG_MAX, NULL, answer, &size),
                SCARD_E_INSUFFICIENT_BUFFER);
    size = 9;
    assert_code(SCardTransmit(card, SCARD_PCI_T1, get_challenge, 5, NULL, answer, &size),
                SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 10); /* the room that it takes */
}

/* More room than any answer takes is no error: pcscd refuses it. */
static void test_transmit__more_room_than_needed(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    uint8_t *answer = malloc(1 << 20);
    DWORD size = 1 << 20;
    (void)state;
    assert_non_null(answer);
    assert_code(SCardTransmit(card, SCARD_PCI_T1, get_challenge, 5, NULL, answer, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, 10);
    free(answer);
}

static void test_transmit__extended(void **state) {
    static const uint8_t read[] = {0x00, 0x84, 0x00, 0x00, 0x00, 0x01, 0x00};
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    uint8_t answer[300];
    DWORD size = sizeof answer;
    (void)state;
    assert_code(SCardTransmit(card, SCARD_PCI_T1, read, sizeof read, NULL, answer, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, 258);
    assert_memory_equal(answer + 256, "\x90\x00", 2);
}

static void test_transmit__protocols(void **state) {
    const SCARD_IO_REQUEST ancient = {.dwProtocol = 0x1000, .cbPciLength = sizeof ancient};
    const SCARD_IO_REQUEST none = {.dwProtocol = 0, .cbPciLength = sizeof none};
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    uint8_t answer[16];
    DWORD size = sizeof answer;
    (void)state;
    assert_code(SCardTransmit(card, SCARD_PCI_T0, select_mf, 7, NULL, answer, &size), SCARD_E_PROTO_MISMATCH);
    assert_int_equal(size, 0);
    size = sizeof answer;
    assert_code(SCardTransmit(card, &none, select_mf, 7, NULL, answer, &size), SCARD_E_PROTO_MISMATCH);
    size = sizeof answer;
    assert_code(SCardTransmit(card, &ancient, select_mf, 7, NULL, answer, &size), SCARD_S_SUCCESS);
    size = sizeof answer;
    assert_code(SCardTransmit(card, SCARD_PCI_RAW, select_mf, 7, NULL, answer, &size), SCARD_S_SUCCESS);
}

static void test_transmit__notices(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    const SCARDHANDLE other = program_connect(program_context, READER_T1);
    uint8_t answer[16];
    DWORD size = sizeof answer;
    (void)state;
    assert_code(SCardDisconnect(other, SCARD_RESET_CARD), SCARD_S_SUCCESS);
    assert_code(SCardTransmit(card, SCARD_PCI_T1, select_mf, 7, NULL, answer, &size), SCARD_W_RESET_CARD);
    assert_int_equal(size, 0);
    assert_int_equal(sim_remove(program_simulator(), READER_T1), RM_OK);
    size = sizeof answer;
    assert_code(SCardTransmit(card, SCARD_PCI_T1, select_mf, 7, NULL, answer, &size), SCARD_W_REMOVED_CARD);
}

static void test_control(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER);
    uint8_t answer[16];
    DWORD size = 9;
    (void)state;
    assert_code(SCardControl(card, CM_GET_FEATURES, NULL, 0, answer, sizeof answer, &size),
                SCARD_E_UNSUPPORTED_FEATURE);
    assert_int_equal(size, 0);
    assert_code(SCardControl(card, 0x42330001, NULL, 0, NULL, 0, NULL), SCARD_E_UNSUPPORTED_FEATURE);
    assert_code(SCardControl(card, CM_GET_FEATURES, NULL, 1, answer, 4, &size), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardControl(card, CM_GET_FEATURES, answer, 1, NULL, 4, &size), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardControl(card, CM_GET_FEATURES, answer, MAX_BUFFER_SIZE_EXTENDED + 1, answer, 4, &size),
                SCARD_E_INSUFFICIENT_BUFFER);
    size = 9;
    assert_code(SCardControl(0, CM_GET_FEATURES, NULL, 0, answer, sizeof answer, &size),
                SCARD_E_INVALID_HANDLE);
    assert_int_equal(size, 0);
}

/* A program of PC/SC finds the PIN pad, and lets a PIN be typed there. */
static void test_control__pin_pad(void **state) {
    uint8_t verify[] = {30, 30, 0x82, 0, 0, 16, 4, 2,    1,    9,    4,    0,
                        0,  0,  0,    5, 0, 0,  0, 0x00, 0x20, 0x00, 0x01, 0};
    static const uint8_t features[] = {6, 4, 0x42, 0x33, 0, 6, 7, 4, 0x42, 0x33, 0, 7};
    uint8_t answer[16];
    DWORD size = 0;
    (void)state;
    assert_int_equal(sim_plug(program_simulator(), "Pad", NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(sim_give_pad(program_simulator(), "Pad", "1234", ""), RM_OK);
    assert_int_equal(sim_insert(program_simulator(), "Pad", "demo", NULL, 0), RM_OK);
    const SCARDHANDLE card = program_connect(program_context, "Pad");
    assert_code(SCardControl(card, CM_GET_FEATURES, NULL, 0, answer, sizeof answer, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, sizeof features);
    assert_memory_equal(answer, features, sizeof features);
    assert_code(SCardControl(card, 0x42330006, verify, sizeof verify, answer, sizeof answer, &size),
                SCARD_S_SUCCESS);
    assert_int_equal(size, 2);
    assert_memory_equal(answer, "\x90\x00", 2);
    verify[5] = 3; /* fewer than 4 at most */
    assert_code(SCardControl(card, 0x42330006, verify, sizeof verify, answer, sizeof answer, &size),
                SCARD_S_SUCCESS);
    assert_memory_equal(answer, "\x6B\x80", 2);
    assert_code(SCardControl(card, 0x42330006, verify, sizeof verify, answer, 1, &size),
                SCARD_E_INSUFFICIENT_BUFFER);
    assert_code(SCardDisconnect(card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_int_equal(sim_unplug(program_simulator(), "Pad"), RM_OK);
}

static void test_get_attrib(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    uint8_t value[MAX_BUFFER_SIZE];
    uint8_t *memory = NULL;
    DWORD size = 0;
    (void)state;
    assert_code(SCardGetAttrib(card, ATTR_FRIENDLY_NAME, NULL, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, sizeof READER_T0);
    size = sizeof value;
    assert_code(SCardGetAttrib(card, ATTR_FRIENDLY_NAME, value, &size), SCARD_S_SUCCESS);
    assert_memory_equal(value, READER_T0, sizeof READER_T0);
    size = sizeof value;
    assert_code(SCardGetAttrib(card, ATTR_ATR_STRING, value, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, 10);
    size = SCARD_AUTOALLOCATE;
    assert_code(SCardGetAttrib(card, ATTR_VENDOR_NAME, (LPBYTE)&memory, &size), SCARD_S_SUCCESS);
    assert_memory_equal(memory, "scardssp", 9);
    assert_code(SCardFreeMemory(program_context, memory), SCARD_S_SUCCESS);
}

static void test_get_attrib__refused(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    uint8_t value[4] = {9, 9, 9, 9};
    DWORD size = 3;
    (void)state;
    assert_code(SCardGetAttrib(card, ATTR_VENDOR_NAME, value, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 9);
    assert_memory_equal(value, "sca\x09", 4);
    assert_code(SCardGetAttrib(card, ATTR_VENDOR_NAME, value, NULL), SCARD_E_INVALID_PARAMETER);
    size = SCARD_AUTOALLOCATE;
    assert_code(SCardGetAttrib(card, ATTR_VENDOR_NAME, NULL, &size), SCARD_E_INVALID_PARAMETER);
    size = sizeof value;
    assert_code(SCardGetAttrib(card, 0x00FFFFFF, value, &size), SCARD_E_UNSUPPORTED_FEATURE);
    assert_code(SCardGetAttrib(0, ATTR_VENDOR_NAME, value, &size), SCARD_E_INVALID_HANDLE);
}

static void test_set_attrib(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    static const uint8_t value[MAX_BUFFER_SIZE + 1] = {1};
    (void)state;
    assert_code(SCardSetAttrib(card, ATTR_VENDOR_NAME, NULL, 1), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardSetAttrib(card, ATTR_VENDOR_NAME, value, 0), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardSetAttrib(card, ATTR_VENDOR_NAME, value, sizeof value), SCARD_E_INSUFFICIENT_BUFFER);
    assert_code(SCardSetAttrib(card, ATTR_VENDOR_NAME, value, 1), SCARD_E_UNSUPPORTED_FEATURE);
    assert_code(SCardSetAttrib(0, ATTR_VENDOR_NAME, value, 1), SCARD_E_INVALID_HANDLE);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        CASE(test_transmit),
        CASE(test_transmit__in_place),
        CASE(test_transmit__parameters),
        CASE(test_transmit__lengths),
        CASE(test_transmit__more_room_than_needed),
        CASE(test_transmit__extended),
        CASE(test_transmit__protocols),
        CASE(test_transmit__notices),
        CASE(test_control),
        CASE(test_control__pin_pad),
        CASE(test_get_attrib),
        CASE(test_get_attrib__refused),
        CASE(test_set_attrib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

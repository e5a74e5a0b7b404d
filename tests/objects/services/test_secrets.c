/*
 * Codes leave nothing behind: whatever is given back to the allocator in a whole life of the objects, a trace
 * at its most talkative, and the memory that stays. On a simulated reader, with an allocator that looks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <malloc.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "backends/tracer/tracer.h"
#include "objects/bytebuffer.h"
#include "objects/services/manage.h"
#include "support/kits/apdus.h"
#include "support/kits/recording.h"

#ifdef _WIN32
#define memory_size(memory) _msize(memory)
#else
#define memory_size(memory) malloc_usable_size(memory)
#endif

#define READER "Simulated Reader 00"

/*
 * Codes that nothing else in the process looks like; in pieces, so that the program has none of them whole.
 */
#define CODES 2
#define CODE_SIZE 8
static uint8_t codes[CODES][CODE_SIZE];

static void write_codes(void) {
    for (size_t i = 0; i < CODE_SIZE; ++i) {
        codes[0][i] = (uint8_t)('1' + (i * 5 + 3) % 9);
        codes[1][i] = (uint8_t)('1' + (i * 7 + 1) % 9);
    }
}

/* What is given back with a code in it. */
static size_t dirty;

static bool has_code(const uint8_t *bytes, size_t size) {
    for (size_t code = 0; code < CODES; ++code)
        for (size_t i = 0; i + CODE_SIZE <= size; ++i)
            if (bytes[i] == codes[code][0] && memcmp(bytes + i, codes[code], CODE_SIZE) == 0)
                return true;
    return false;
}

void __real_free(void *memory);
void __wrap_free(void *memory);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void __wrap_free(void *memory) {
    if (memory && codes[0][0] && has_code(memory, memory_size(memory)))
        ++dirty;
    __real_free(memory);
}

/* It may move, and leave behind what was there. */
void *__wrap_realloc(void *memory, size_t size) {
    if (memory && codes[0][0] && has_code(memory, memory_size(memory)))
        ++dirty;
    return __real_realloc(memory, size);
}

/* A traced simulator with the demo card, and a manager attached to it. */
static struct stage {
    struct recording recording;
    struct rm_service *service;
    ISCardManage *manage;
} stage;

static int stage_open(void **state) {
    static wchar_t reader[] = L"" READER;
    struct rm_service *sim = NULL;
    (void)state;
    write_codes();
    dirty = 0;
    if (!recording_open(&stage.recording) || sim_service_create("", &sim, NULL, 0) != RM_OK)
        return -1;
    assert_int_equal(sim_plug(sim, READER, "demo", 0, NULL, 0), RM_OK);
    stage.service = tracer_wrap(sim, 3, stage.recording.out);
    assert_non_null(stage.service);
    assert_hr(manage_create(stage.service, 1000, &stage.manage), S_OK);
    assert_hr(ISCardManage_AttachByIFD(stage.manage, reader, SHARED), S_OK);
    return 0;
}

static int stage_close(void **state) {
    (void)state;
    recording_close(&stage.recording);
    return 0;
}

/*
 * Everything ends; then nothing of a code has been left anywhere, and what was sent is in the trace without.
 */
static void expect_nothing(const char *sent) {
    char shown[3 * CODE_SIZE + 1] = "";
    ISCardManage_Release(stage.manage);
    assert_true(recording_read(&stage.recording));
    assert_non_null(strstr(stage.recording.text, sent));
    for (size_t code = 0; code < CODES; ++code) {
        for (size_t i = 0; i < CODE_SIZE; ++i)
            (void)snprintf(shown + 3 * i, 4, " %02X", codes[code][i]);
        assert_null(strstr(stage.recording.text, shown));
    }
    rm_service_release(stage.service);
    assert_int_equal(dirty, 0);
}

static IByteBuffer *code_buffer(size_t code) {
    IByteBuffer *buffer = NULL;
    assert_hr(bytebuffer_create_with(codes[code], CODE_SIZE, &buffer), S_OK);
    return buffer;
}

/* The look itself sees what is left. */
static void test_look__sees_a_code(void **state) {
    (void)state;
    uint8_t *const memory = malloc(64);
    assert_non_null(memory);
    volatile uint8_t *const place = memory + 40; /* else the copy, which nobody reads, is left out */
    for (size_t i = 0; i < CODE_SIZE; ++i)
        place[i] = codes[1][i];
    free(memory);
    assert_int_equal(dirty, 1);
    dirty = 0;
    ISCardManage_Release(stage.manage);
    rm_service_release(stage.service);
}

static void test_verify__leaves_nothing(void **state) {
    IByteBuffer *code = code_buffer(0);
    ISCardVerify *verify = NULL;
    LONG reference = 1;
    (void)state;
    assert_hr(ISCardManage_CreateCHVerification(stage.manage, &verify), S_OK);
    assert_hr(ISCardVerify_Verify(verify, code, SC_FL_NO_FLAGS, &reference), SCARD_W_WRONG_CHV);
    reference = 256; /* refused before anything is sent */
    assert_hr(ISCardVerify_Verify(verify, code, SC_FL_NO_FLAGS, &reference), E_INVALIDARG);
    ISCardVerify_Release(verify);
    IByteBuffer_Release(code);
    expect_nothing("00 20 00 01 08 **");
}

static void test_change__leaves_nothing(void **state) {
    IByteBuffer *former = code_buffer(0), *wanted = code_buffer(1);
    ISCardVerify *verify = NULL;
    (void)state;
    assert_hr(ISCardManage_CreateCHVerification(stage.manage, &verify), S_OK);
    assert_true(FAILED(ISCardVerify_ChangeCode(verify, former, wanted, SC_FL_NO_FLAGS, 1)));
    assert_hr(ISCardVerify_ChangeCode(verify, former, NULL, SC_FL_IHV_DISABLE, 1), SCARD_W_WRONG_CHV);
    ISCardVerify_Release(verify);
    IByteBuffer_Release(wanted);
    IByteBuffer_Release(former);
    expect_nothing("00 24 00 01 10 **");
}

static void test_user_auth__leaves_nothing(void **state) {
    IByteBuffer *code = code_buffer(1);
    ISCardAuth *auth = NULL;
    LONG length = 0;
    (void)state;
    assert_hr(ISCardManage_CreateCardAuth(stage.manage, &auth), S_OK);
    assert_true(FAILED(ISCardAuth_User_Auth(auth, 0, NULL, &length, &code)));
    ISCardAuth_Release(auth);
    IByteBuffer_Release(code);
    expect_nothing("00 20 00 00 08 **");
}

static void test_fault__leaves_nothing(void **state) {
    IByteBuffer *code = code_buffer(0);
    ISCardVerify *verify = NULL;
    LONG reference = 1;
    (void)state;
    assert_hr(ISCardManage_CreateCHVerification(stage.manage, &verify), S_OK);
    assert_hr(ISCardManage_SCardLock(stage.manage), S_OK);
    assert_hr(ISCardVerify_Verify(verify, code, SC_FL_NO_FLAGS, &reference), SCARD_W_WRONG_CHV);
    assert_hr(ISCardManage_Detach(stage.manage), S_OK);
    assert_hr(ISCardVerify_Verify(verify, code, SC_FL_NO_FLAGS, &reference), SCARD_E_INVALID_HANDLE);
    ISCardVerify_Release(verify);
    IByteBuffer_Release(code);
    expect_nothing("00 20 00 01 08 **");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_look__sees_a_code),      CASE(test_verify__leaves_nothing),
        CASE(test_change__leaves_nothing), CASE(test_user_auth__leaves_nothing),
        CASE(test_fault__leaves_nothing),
    };
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}

/*
 * Codes leave nothing behind: whatever is given back to the allocator in a whole life of the objects, a trace
 * at its most talkative, and the memory that stays. With an allocator that looks, in each world of
 * support/worlds/world.h (first argument): the bytes that go to a real service are looked after, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <malloc.h>

#include <cmocka.h>

#include "backends/tracer/tracer.h"
#include "objects/bytebuffer.h"
#include "support/kits/apdus.h"
#include "support/kits/managing.h"
#include "support/kits/recording.h"
#include "support/worlds/world.h"

#ifdef _WIN32
#define memory_size(memory) _msize(memory)
#else
#define memory_size(memory) malloc_usable_size(memory)
#endif

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
static atomic_size_t dirty;

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

/* What is counted is wiped, so that it is not counted again of whoever gets the memory next. */
void __wrap_free(void *memory) {
    if (memory && codes[0][0] && has_code(memory, memory_size(memory))) {
        ++dirty;
        memset(memory, 0, memory_size(memory));
    }
    __real_free(memory);
}

/* It may move, and leave behind what was there. */
void *__wrap_realloc(void *memory, size_t size) {
    if (memory && codes[0][0] && has_code(memory, memory_size(memory)))
        ++dirty;
    return __real_realloc(memory, size);
}

static struct world *world;
static struct recording recording;
static ISCardManage *manage;

/* The world's service is traced from the first case on, to its end. */
static bool trace(void) {
    if (recording.out)
        return true;
    if (!recording_open(&recording))
        return false;
    struct rm_service *const traced = tracer_wrap(world->service, 3, recording.out, NULL);
    world->service = traced ? traced : world->service;
    return traced != NULL;
}

static int stage_open(void **state) {
    (void)state;
    if (!trace())
        return -1;
    world_insert(world, "demo");
    atomic_store(&dirty, 0);
    manage = managing_attached(world, SHARED);
    return 0;
}

/*
 * The objects end; then nothing of a code has been left anywhere, and what was sent is in the trace without.
 */
static void expect_nothing(const char *sent) {
    char shown[3 * CODE_SIZE + 1] = "";
    ISCardManage_Release(manage);
    assert_true(recording_read(&recording));
    assert_non_null(strstr(recording.text, sent));
    for (size_t code = 0; code < CODES; ++code) {
        for (size_t i = 0; i < CODE_SIZE; ++i)
            (void)snprintf(shown + 3 * i, 4, " %02X", codes[code][i]);
        assert_null(strstr(recording.text, shown));
    }
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
    ISCardManage_Release(manage);
}

static void test_verify__leaves_nothing(void **state) {
    IByteBuffer *code = code_buffer(0);
    ISCardVerify *verify = NULL;
    LONG reference = 1;
    (void)state;
    assert_hr(ISCardManage_CreateCHVerification(manage, &verify), S_OK);
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
    assert_hr(ISCardManage_CreateCHVerification(manage, &verify), S_OK);
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
    assert_hr(ISCardManage_CreateCardAuth(manage, &auth), S_OK);
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
    assert_hr(ISCardManage_CreateCHVerification(manage, &verify), S_OK);
    assert_hr(ISCardManage_SCardLock(manage), S_OK);
    assert_hr(ISCardVerify_Verify(verify, code, SC_FL_NO_FLAGS, &reference), SCARD_W_WRONG_CHV);
    assert_hr(ISCardManage_Detach(manage), S_OK);
    assert_hr(ISCardVerify_Verify(verify, code, SC_FL_NO_FLAGS, &reference), SCARD_E_INVALID_HANDLE);
    ISCardVerify_Release(verify);
    IByteBuffer_Release(code);
    expect_nothing("00 20 00 01 08 **");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, world_after)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_look__sees_a_code),      CASE(test_verify__leaves_nothing),
        CASE(test_change__leaves_nothing), CASE(test_user_auth__leaves_nothing),
        CASE(test_fault__leaves_nothing),
    };
    write_codes(); /* before there are other threads */
    const int failed = world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
    recording_close(&recording);
    /* the service and its card have ended, too */
    return failed + (atomic_load(&dirty) != 0);
}

/*
 * What another process may send: sizes that are not so, messages that end early. The proxy and the stub of
 * the DLL are put face to face, and messages are spoiled between them.
 */
#include <string.h>

#include "loopback.h"

#define PAGE 4096

static void expect_hr(HRESULT actual, HRESULT expected) {
    assert_int_equal((uint32_t)actual, (uint32_t)expected);
}

/* A buffer with "0123456789" behind proxy and stub. */
struct facing {
    struct loopback loop;
    IByteBuffer *object, *proxy;
};

static void facing_open(struct facing *facing) {
    BYTE digits[] = "0123456789";
    facing->object = loopback_make(&CLSID_CByteBuffer, &IID_IByteBuffer);
    facing->proxy = loopback_open(&facing->loop, &IID_IByteBuffer, facing->object);
    expect_hr(IByteBuffer_Initialize(facing->proxy, 10, digits), S_OK);
}

/* The buffer holds what it held; nobody keeps it. */
static void facing_close(struct facing *facing, const char *content) {
    BYTE found[64];
    LONG read = 0;
    expect_hr(IByteBuffer_Seek(facing->object, 0, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(IByteBuffer_Read(facing->object, found, sizeof found, &read), S_OK);
    assert_int_equal((size_t)read, strlen(content));
    assert_memory_equal(found, content, (size_t)read);
    loopback_close(&facing->loop, facing->proxy);
    assert_int_equal(IByteBuffer_Release(facing->object), 0);
}

/* Where bytes begin in a message, after a pointer: how many elements, the size, the bytes. */
#define COUNT_AT 8
#define SIZE_AT 12

static void put_number(unsigned char *bytes, size_t at, uint32_t number) {
    memcpy(bytes + at, &number, sizeof number);
}

static uint32_t number_at(const unsigned char *bytes, size_t at) {
    uint32_t number = 0;
    memcpy(&number, bytes + at, sizeof number);
    return number;
}

static void both_too_large(unsigned char *bytes, ULONG *size) {
    (void)size;
    assert_int_equal(number_at(bytes, COUNT_AT), 5);
    assert_int_equal(number_at(bytes, SIZE_AT), 5);
    put_number(bytes, COUNT_AT, PAGE);
    put_number(bytes, SIZE_AT, PAGE);
}

static void size_too_large(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, SIZE_AT, PAGE);
}

static void count_too_large(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, COUNT_AT, 0xFFFFFFFF);
}

static void both_absurd(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, COUNT_AT, 0xFFFFFFF8);
    put_number(bytes, SIZE_AT, 0xFFFFFFF8);
}

static void one_byte_short(unsigned char *bytes, ULONG *size) {
    (void)bytes;
    *size = SIZE_AT + 4 + 4;
}

static void no_size(unsigned char *bytes, ULONG *size) {
    (void)bytes;
    *size = SIZE_AT;
}

static void nothing(unsigned char *bytes, ULONG *size) {
    (void)bytes;
    *size = 0;
}

static loopback_spoiler *const spoilers[] = {both_too_large, size_too_large, count_too_large, both_absurd,
                                             one_byte_short, no_size,        nothing};

static void test_remote__write_with_wrong_sizes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof spoilers / sizeof spoilers[0]; ++i) {
        struct facing facing;
        BYTE bytes[] = "abcde";
        LONG written = 7;
        facing_open(&facing);
        facing.loop.spoil_call = spoilers[i];
        assert_true(FAILED(IByteBuffer_Write(facing.proxy, bytes, 5, &written)));
        assert_true(FAILED(facing.loop.stub_hr));
        assert_int_equal(written, 0);
        facing.loop.spoil_call = NULL;
        expect_hr(IByteBuffer_Write(facing.proxy, bytes, 2, &written), S_OK); /* usable afterwards */
        assert_int_equal(written, 2);
        facing_close(&facing, "ab23456789");
    }
}

/* In the answer of Read nothing stands before the bytes, either. */
static void test_remote__answer_with_wrong_sizes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof spoilers / sizeof spoilers[0]; ++i) {
        struct facing facing;
        BYTE bytes[16];
        LONG read = 7;
        facing_open(&facing);
        memset(bytes, 0xEE, sizeof bytes);
        facing.loop.spoil_answer = spoilers[i];
        assert_true(FAILED(IByteBuffer_Read(facing.proxy, bytes, 5, &read)));
        expect_hr(facing.loop.stub_hr, S_OK);
        assert_int_equal(read, 0);
        for (size_t k = 0; k < sizeof bytes; ++k)
            assert_int_equal(bytes[k], 0xEE);
        facing.loop.spoil_answer = NULL;
        facing_close(&facing, "0123456789");
    }
}

/* The call is made to ask for more than the caller has room for: what comes back too much goes nowhere. */
static void ask_for_ten(unsigned char *bytes, ULONG *size) {
    (void)size;
    assert_int_equal(number_at(bytes, 0), 4);
    put_number(bytes, 0, 10);
}

static void test_remote__answer_larger_than_asked(void **state) {
    struct facing facing;
    BYTE bytes[10];
    LONG read = 7;
    (void)state;
    facing_open(&facing);
    memset(bytes, 0xEE, sizeof bytes);
    facing.loop.spoil_call = ask_for_ten;
    expect_hr(IByteBuffer_Read(facing.proxy, bytes, 4, &read), E_UNEXPECTED);
    assert_int_equal(read, 0);
    for (size_t k = 0; k < sizeof bytes; ++k)
        assert_int_equal(bytes[k], 0xEE);
    facing_close(&facing, "0123456789");
}

/* Initialize says its size twice. */
static void other_size(unsigned char *bytes, ULONG *size) {
    (void)size;
    assert_int_equal(number_at(bytes, 0), 3);
    put_number(bytes, 0, PAGE);
}

static void negative_size(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, 0, 0x80000000);
}

static void test_remote__initialize_with_another_size(void **state) {
    static loopback_spoiler *const two[] = {other_size, negative_size};
    (void)state;
    for (size_t i = 0; i < 2; ++i) {
        struct facing facing;
        BYTE bytes[] = "abc";
        facing_open(&facing);
        facing.loop.spoil_call = two[i];
        expect_hr(IByteBuffer_Initialize(facing.proxy, 3, bytes), E_INVALIDARG);
        facing_close(&facing, "0123456789");
    }
}

/* Who asks for two gigabytes of ten bytes gets ten, and no message is larger than that. */
static void test_remote__read_absurdly_much(void **state) {
    struct facing facing;
    BYTE bytes[10];
    LONG read = 0;
    (void)state;
    facing_open(&facing);
    expect_hr(IByteBuffer_Read(facing.proxy, bytes, 0x7FFFFFFF, &read), S_OK);
    assert_int_equal(read, 10);
    assert_memory_equal(bytes, "0123456789", 10);
    assert_true(facing.loop.largest < PAGE);
    facing_close(&facing, "0123456789");
}

/* Handles have 64 bits on the way. */

static void handle_cut(unsigned char *bytes, ULONG *size) {
    (void)bytes;
    *size = 7;
}

static void handle_wide(unsigned char *bytes, ULONG *size) {
    assert_int_equal(*size, 8);
    put_number(bytes, 4, 1);
}

static void test_remote__handles(void **state) {
    struct loopback loop;
    ISCard *const card = loopback_make(&CLSID_CSCard, &IID_ISCard);
    ISCard *const proxy = loopback_open(&loop, &IID_ISCard, card);
    (void)state;
    expect_hr(ISCard_AttachByHandle(proxy, 0x1234), E_INVALIDARG);
    expect_hr(loop.stub_hr, S_OK); /* it arrived; the card knows no such handle */
    loop.spoil_call = handle_cut;
    assert_true(FAILED(ISCard_AttachByHandle(proxy, 0x1234)));
    assert_true(FAILED(loop.stub_hr));
    loop.spoil_call = handle_wide;
    const HRESULT hr = ISCard_AttachByHandle(proxy, 0x1234);
    expect_hr(hr, sizeof(void *) == 8 ? E_INVALIDARG : HRESULT_FROM_WIN32(ERROR_ARITHMETIC_OVERFLOW));
    loopback_close(&loop, proxy);
    assert_int_equal(ISCard_Release(card), 0);
}

static int begin(void **state) {
    (void)state;
    loopback_load(L"" DLL);
    return FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED)) ? -1 : 0;
}

static int end(void **state) {
    (void)state;
    CoUninitialize();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remote__write_with_wrong_sizes),
        cmocka_unit_test(test_remote__answer_with_wrong_sizes),
        cmocka_unit_test(test_remote__answer_larger_than_asked),
        cmocka_unit_test(test_remote__initialize_with_another_size),
        cmocka_unit_test(test_remote__read_absurdly_much),
        cmocka_unit_test(test_remote__handles),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

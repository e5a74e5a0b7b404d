/*
 * The OpenPGP card through the four interfaces: its data objects as files, its passwords, and a signature by
 * its key for authentication, verified against the certificate that is in one of the files. Runs in each
 * world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "icc/openpgp/signature.h"
#include "icc/piv/terminal.h"
#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/managing.h"
#include "support/kits/stringarrays.h"
#include "support/worlds/world.h"

#define NONE SC_FL_NO_FLAGS
#define HASH 32

static struct world *world;

static struct stage {
    ISCardManage *manage;
    ISCardFileAccess *files;
    ISCardVerify *verify;
    ISCardAuth *auth;
} stage;

static int stage_open(void **state) {
    BSTR name = SysAllocString(L"D27600012401");
    (void)state;
    world_insert(world, "openpgp");
    stage.manage = managing_attached(world, SHARED);
    stage.files = managing_files(stage.manage);
    stage.verify = managing_verify(stage.manage);
    stage.auth = managing_auth(stage.manage);
    assert_hr(ISCardFileAccess_ChangeDir(stage.files, SC_TYPE_BY_NAME, name), S_OK);
    SysFreeString(name);
    return 0;
}

static int stage_close(void **state) {
    ISCardAuth_Release(stage.auth);
    ISCardVerify_Release(stage.verify);
    ISCardFileAccess_Release(stage.files);
    ISCardManage_Release(stage.manage);
    return world_after(state);
}

static HRESULT show(const char *text, LONG reference) {
    IByteBuffer *code = buffer_of(text, strlen(text));
    LONG after = reference;
    const HRESULT hr = ISCardVerify_Verify(stage.verify, code, NONE, &after);
    assert_int_equal(after, reference);
    IByteBuffer_Release(code);
    return hr;
}

static HSCARD_FILE opened(const wchar_t *text) {
    BSTR path = SysAllocString(text);
    HSCARD_FILE file = 0;
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, path, &file), S_OK);
    SysFreeString(path);
    return file;
}

/* The whole of an object; returns its size. */
static size_t read_object(const wchar_t *text, uint8_t *out, size_t room) {
    const HSCARD_FILE file = opened(text);
    IByteBuffer *content = NULL;
    LONG size = 0, read = 0;
    assert_hr(ISCardFileAccess_Read(stage.files, file, &size, &content, NONE), S_OK);
    assert_true(size > 0 && (size_t)size <= room);
    assert_hr(IByteBuffer_Read(content, out, size, &read), S_OK);
    assert_int_equal(read, size);
    IByteBuffer_Release(content);
    assert_hr(ISCardFileAccess_Close(stage.files, file), S_OK);
    return (size_t)size;
}

static void expect_object(const wchar_t *text, const char *value, size_t size) {
    uint8_t bytes[256];
    assert_int_equal(read_object(text, bytes, sizeof bytes), size);
    assert_memory_equal(bytes, value, size);
}

static HRESULT write_object(const wchar_t *text, const char *value) {
    const HSCARD_FILE file = opened(text);
    IByteBuffer *bytes = buffer_of(value, strlen(value));
    const HRESULT hr = ISCardFileAccess_Write(stage.files, file, 0, bytes, NONE);
    IByteBuffer_Release(bytes);
    assert_hr(ISCardFileAccess_Close(stage.files, file), S_OK);
    return hr;
}

static void test_objects__listed_and_read(void **state) {
    SAFEARRAY *names = NULL;
    (void)state;
    assert_hr(ISCardFileAccess_Directory(stage.files, SC_TYPE_FILES, &names), S_OK);
    assert_array(names,
                 L"004F|005B|005E|0065|006E|007A|00C4|0101|0102|0103|0104|5F2D|5F35|5F50|5F52|7F21|7F66");
    expect_object(L"005E", "erika", 5);
    expect_object(L"0065",
                  "\x5B\x11Mustermann<<Erika\x5F\x2D\x04"
                  "deen\x5F\x35\x01"
                  "2",
                  30);
    expect_object(L"00C4", "\x00\x10\x10\x10\x03\x00\x03", 7);
    expect_object(L"007A", "\x93\x03\x00\x00\x00", 5);
}

static void test_objects__written_after_the_password(void **state) {
    (void)state;
    assert_hr(write_object(L"005E", "nobody"), SCARD_W_SECURITY_VIOLATION);
    assert_hr(show("123456", 0x82), S_OK);
    assert_hr(write_object(L"005E", "nobody"), SCARD_W_SECURITY_VIOLATION);
    assert_hr(write_object(L"0101", "mine"), S_OK);
    expect_object(L"0101", "mine", 4);
    assert_hr(show("12345678", 0x83), S_OK);
    assert_hr(write_object(L"005E", "erika.m"), S_OK);
    expect_object(L"005E", "erika.m", 7);
    expect_object(L"0104", "for private use, 4", 18);
    assert_hr(write_object(L"5F2D", "too many languages"), SCARD_E_WRITE_TOO_MANY);
}

static void test_passwords(void **state) {
    IByteBuffer *former = buffer_of("123456", 6), *wanted = buffer_of("6543210", 7);
    LONG tries = 0x81;
    (void)state;
    assert_hr(show("654321", 0x82), SCARD_W_WRONG_CHV);
    assert_hr(ISCardVerify_Verify(stage.verify, NULL, NONE, &tries), SCARD_W_CARD_NOT_AUTHENTICATED);
    assert_int_equal(tries, 2); /* both references are the one password */
    assert_hr(show("123456", 1 | 0x80), S_OK);
    assert_hr(ISCardVerify_ChangeCode(stage.verify, former, wanted, NONE, 0x81), S_OK);
    assert_hr(show("123456", 0x82), SCARD_W_WRONG_CHV);
    assert_hr(show("6543210", 0x82), S_OK);
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), S_OK);
    assert_hr(write_object(L"0101", "x"), SCARD_W_SECURITY_VIOLATION);
    assert_hr(ISCardVerify_Unblock(stage.verify, 12345678, NONE, 0x81), E_INVALIDARG); /* P1 01: 6A86 */
    IByteBuffer_Release(wanted);
    IByteBuffer_Release(former);
}

static void test_key__signs(void **state) {
    static uint8_t certificate[2048];
    uint8_t hash[HASH], numbers[2 * SIGNATURE_NUMBER], der[SIGNATURE_DER_MAX];
    LONG size = 0, read = 0;
    (void)state;
    for (uint8_t i = 0; i < HASH; ++i)
        hash[i] = (uint8_t)(7 * i);
    IByteBuffer *buffer = buffer_of(hash, HASH);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, &size, &buffer), SCARD_W_SECURITY_VIOLATION);
    assert_hr(show("123456", 0x82), S_OK);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, &size, &buffer), S_OK);
    assert_int_equal(size, sizeof numbers);
    assert_hr(IByteBuffer_Read(buffer, numbers, sizeof numbers, &read), S_OK);
    const size_t signed_size = signature_der(numbers, der);
    const size_t certified = read_object(L"7F21", certificate, sizeof certificate);
    assert_true(terminal_verify(certificate, certified, hash, HASH, der, signed_size));
    hash[0] ^= 1;
    assert_false(terminal_verify(certificate, certified, hash, HASH, der, signed_size));
    IByteBuffer_Release(buffer);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_objects__listed_and_read),
        CASE(test_objects__written_after_the_password),
        CASE(test_passwords),
        CASE(test_key__signs),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

/*
 * ISCardFileAccess on the demo card: every method, every code that a card can be brought to give, and what
 * becomes of open files when others reset, pull or exchange the card. Runs in each world of
 * support/worlds/world.h (first argument); each case begins with a fresh card.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NONE SC_FL_NO_FLAGS
#define FILE_EXISTS 0x80070050

static struct world *world;

static struct managing_stage stage;

static int stage_open(void **state) {
    (void)state;
    managing_begin(world, &stage);
    return 0;
}

static int stage_close(void **state) {
    managing_end(&stage);
    return world_after(state);
}

/* Wide text as a BSTR for one call. */
static HRESULT change_dir(REFTYPE type, const wchar_t *text) {
    BSTR name = SysAllocString(text);
    const HRESULT hr = ISCardFileAccess_ChangeDir(stage.files, type, name);
    SysFreeString(name);
    return hr;
}

static void assert_dir(const wchar_t *expected) {
    BSTR text = NULL;
    assert_hr(ISCardFileAccess_GetCurrentDir(stage.files, &text), S_OK);
    assert_int_equal(wcscmp(text, expected), 0);
    SysFreeString(text);
}

static HRESULT open_file(REFTYPE type, const wchar_t *text, HSCARD_FILE *file) {
    BSTR name = SysAllocString(text);
    *file = 77;
    const HRESULT hr = ISCardFileAccess_Open(stage.files, type, name, file);
    SysFreeString(name);
    assert_int_equal(*file != 0, SUCCEEDED(hr));
    return hr;
}

static HSCARD_FILE opened(const wchar_t *text) {
    HSCARD_FILE file = 0;
    assert_hr(open_file(SC_TYPE_BY_ANY, text, &file), S_OK);
    return file;
}

/* Reads `wanted` bytes, which must be these. */
static void assert_read(HSCARD_FILE file, LONG wanted, const char *bytes, size_t size) {
    IByteBuffer *buffer = NULL;
    LONG count = wanted;
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), S_OK);
    assert_int_equal(count, size);
    assert_int_equal(buffer_position(buffer), 0);
    assert_buffer_bytes(buffer, (const uint8_t *)bytes, size);
}

static void assert_not_read(HSCARD_FILE file, LONG wanted, HRESULT hr) {
    IByteBuffer *buffer = NULL;
    LONG count = wanted;
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), hr);
    assert_int_equal(count, 0);
    assert_null(buffer);
}

static HRESULT write_file(HSCARD_FILE file, LONG length, const char *text, SCARD_FLAGS flags) {
    IByteBuffer *buffer = text ? buffer_of(text, strlen(text)) : NULL;
    const HRESULT hr = ISCardFileAccess_Write(stage.files, file, length, buffer, flags);
    if (buffer)
        assert_int_equal(IByteBuffer_Release(buffer), 0);
    return hr;
}

static HRESULT seek(HSCARD_FILE file, LONG offset) {
    return ISCardFileAccess_Seek(stage.files, file, offset, SC_SEEK_FROM_BEGINNING);
}

static void test_directories__down_and_up(void **state) {
    (void)state;
    assert_dir(L"/");
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF01"), S_OK);
    assert_dir(L"/DF01");
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF11"), S_OK);
    assert_dir(L"/DF01/DF11");
    assert_hr(change_dir(SC_TYPE_BY_ID, L"..\\0101"), SCARD_E_NO_DIR);
    assert_dir(L"/DF01/DF11");
    assert_hr(change_dir(SC_TYPE_BY_NAME, L"F0534341524402"), S_OK);
    assert_dir(L"/DF02");
    assert_hr(change_dir(SC_TYPE_BY_ID, L"/DF09"), SCARD_E_DIR_NOT_FOUND);
    assert_hr(change_dir(SC_TYPE_BY_NAME, L"\"nobody\""), SCARD_E_DIR_NOT_FOUND);
    assert_dir(L"/DF02");
    assert_hr(change_dir(SC_TYPE_BY_ANY, L"/"), S_OK);
    assert_dir(L"/");
}

static void test_directories__arguments(void **state) {
    (void)state;
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF0"), E_INVALIDARG);
    assert_hr(change_dir(SC_TYPE_BY_ID, L".."), E_INVALIDARG);
    assert_hr(change_dir(SC_TYPE_BY_ID, L""), E_INVALIDARG);
    assert_hr(change_dir(SC_TYPE_BY_SHORT_ID, L"1"), E_INVALIDARG);
    assert_hr(change_dir((REFTYPE)4, L"DF01"), E_INVALIDARG);
    assert_hr(ISCardFileAccess_ChangeDir(stage.files, SC_TYPE_BY_ID, NULL), E_INVALIDARG);
    assert_hr(ISCardFileAccess_GetCurrentDir(stage.files, NULL), E_POINTER);
}

static void test_open__refusals(void **state) {
    HSCARD_FILE file;
    (void)state;
    assert_hr(open_file(SC_TYPE_BY_ID, L"0009", &file), SCARD_E_FILE_NOT_FOUND);
    assert_hr(open_file(SC_TYPE_BY_ID, L"DF01", &file), SCARD_E_NO_FILE);
    assert_hr(open_file(SC_TYPE_BY_ID, L"/", &file), SCARD_E_NO_FILE);
    assert_hr(open_file(SC_TYPE_BY_NAME, L"F0534341524401", &file), E_INVALIDARG);
    assert_hr(open_file(SC_TYPE_BY_SHORT_ID, L"31", &file), E_INVALIDARG);
    assert_hr(open_file(SC_TYPE_BY_ID, L"DF01/", &file), E_INVALIDARG);
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, NULL, &file), E_INVALIDARG);
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, NULL, NULL), E_POINTER);
}

static void test_close__handles(void **state) {
    (void)state;
    const HSCARD_FILE first = opened(L"0002"), second = opened(L"0002");
    assert_true(first != second);
    assert_hr(ISCardFileAccess_Close(stage.files, first), S_OK);
    assert_hr(ISCardFileAccess_Close(stage.files, first), E_INVALIDARG);
    assert_hr(ISCardFileAccess_Close(stage.files, 0), E_INVALIDARG);
    assert_not_read(first, 1, E_INVALIDARG);
    assert_hr(write_file(first, 0, "x", NONE), E_INVALIDARG);
    assert_hr(seek(first, 0), E_INVALIDARG);
    assert_read(second, 5, "Hello", 5);
    /* No number is given twice. */
    assert_true(opened(L"0002") > second);
}

static void test_read__transparent(void **state) {
    IByteBuffer *buffer = buffer_of("something that is longer", 24);
    LONG count = 5;
    (void)state;
    const HSCARD_FILE file = opened(L"0002");
    assert_read(file, 5, "Hello", 5);
    /* Into a buffer of the caller's. */
    IByteBuffer *const same = buffer;
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), S_OK);
    assert_ptr_equal(buffer, same);
    assert_int_equal(count, 5);
    assert_int_equal(buffer_position(buffer), 0);
    assert_buffer_bytes(buffer, (const uint8_t *)" from", 5);
    assert_hr(seek(file, 250), S_OK);
    assert_read(file, 100, "\0\0\0\0\0\0", 6);
    assert_not_read(file, 0, SCARD_W_EOF);
    assert_not_read(file, 1, SCARD_W_EOF);
}

static void test_read__arguments(void **state) {
    IByteBuffer *buffer = NULL;
    LONG count = -1;
    (void)state;
    const HSCARD_FILE file = opened(L"0002");
    assert_hr(ISCardFileAccess_Read(stage.files, file, NULL, &buffer, NONE), E_POINTER);
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, NULL, NONE), E_POINTER);
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), E_INVALIDARG);
    assert_int_equal(count, 0);
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, SC_FL_REPLACE), E_INVALIDARG);
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, SC_FL_SECURE_MESSAGING),
              SCARD_E_UNSUPPORTED_FEATURE);
    assert_null(buffer);
    IByteBuffer *fails = buffer_that_fails(E_FAIL);
    count = 5;
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &fails, NONE), E_FAIL);
    assert_int_equal(count, 0);
    IByteBuffer_Release(fails);
}

static void test_read__access_conditions(void **state) {
    ISCardVerify *verify = managing_verify(stage.manage);
    IByteBuffer *code = buffer_of("1234", 4);
    LONG reference = 1;
    (void)state;
    const HSCARD_FILE guarded = opened(L"0006"), never = opened(L"0008");
    assert_not_read(guarded, 0, SCARD_W_SECURITY_VIOLATION);
    assert_not_read(never, 0, SCARD_W_SECURITY_VIOLATION);
    assert_hr(ISCardVerify_Verify(verify, code, NONE, &reference), S_OK);
    assert_read(guarded, 22, "PIN 01 opens this file", 22);
    IByteBuffer_Release(code);
    ISCardVerify_Release(verify);
}

static void test_read__records(void **state) {
    (void)state;
    const HSCARD_FILE file = opened(L"0004");
    assert_read(file, 0, "short", 5);
    assert_read(file, 10, "a somewhat", 10);
    assert_not_read(file, 0, SCARD_W_EOF);
    assert_hr(seek(file, 1), S_OK);
    assert_read(file, 0, "a somewhat longer record", 24);
    assert_hr(ISCardFileAccess_Seek(stage.files, file, -2, SC_SEEK_RELATIVE), S_OK);
    assert_read(file, 0, "short", 5);
}

static void test_open__short_identifier(void **state) {
    HSCARD_FILE file;
    (void)state;
    assert_hr(open_file(SC_TYPE_BY_SHORT_ID, L"3", &file), S_OK);
    assert_read(file, 5, "Hello", 5);
    assert_hr(open_file(SC_TYPE_BY_SHORT_ID, L"5", &file), S_OK);
    assert_read(file, 0, "short", 5);
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF01"), S_OK);
    assert_read(file, 10, "a somewhat", 10);
    assert_hr(open_file(SC_TYPE_BY_SHORT_ID, L"1", &file), S_OK);
    assert_read(file, 6, "A file", 6);
    assert_hr(open_file(SC_TYPE_BY_SHORT_ID, L"29", &file), S_OK);
    assert_not_read(file, 0, SCARD_E_FILE_NOT_FOUND);
}

static void test_write__ways(void **state) {
    (void)state;
    const HSCARD_FILE file = opened(L"/DF01/0101");
    assert_hr(write_file(file, 0, "AAAA", NONE), S_OK);
    assert_hr(write_file(file, 2, "BBBB", SC_FL_REPLACE), S_OK);
    assert_hr(seek(file, 0), S_OK);
    assert_read(file, 8, "AAAABB i", 8);
    assert_hr(seek(file, 0), S_OK);
    assert_hr(write_file(file, 0, "\x02", SC_FL_OR), S_OK);
    assert_hr(write_file(file, 0, "\x02", SC_FL_AND), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(write_file(file, 2, NULL, SC_FL_ERASE), S_OK);
    assert_hr(seek(file, 0), S_OK);
    assert_read(file, 4, "C\0\0A", 4);
    assert_hr(ISCardFileAccess_Seek(stage.files, file, -2, SC_SEEK_FROM_END), S_OK);
    assert_hr(write_file(file, 0, "ABC", NONE), SCARD_E_WRITE_TOO_MANY);
    assert_hr(write_file(file, 2, "ABC", NONE), S_OK);
    assert_hr(write_file(file, 0, "A", NONE), SCARD_E_WRITE_TOO_MANY);
}

static void test_write__records(void **state) {
    (void)state;
    const HSCARD_FILE file = opened(L"0004");
    assert_hr(seek(file, 1), S_OK);
    assert_hr(write_file(file, 0, "second", NONE), S_OK);
    assert_hr(write_file(file, 0, "third", NONE), S_OK);
    assert_hr(seek(file, 1), S_OK);
    assert_read(file, 0, "second", 6);
    assert_read(file, 0, "third", 5);
    assert_hr(seek(file, 7), S_OK);
    assert_hr(write_file(file, 0, "far away", NONE), SCARD_E_WRITE_TOO_MANY);
    assert_hr(write_file(file, 0, NULL, SC_FL_ERASE), SCARD_E_UNSUPPORTED_FEATURE);
}

static void test_write__arguments(void **state) {
    (void)state;
    const HSCARD_FILE file = opened(L"0002");
    assert_hr(write_file(file, 4, "ABC", NONE), E_INVALIDARG);
    assert_hr(write_file(file, -1, "ABC", NONE), E_INVALIDARG);
    assert_hr(write_file(file, 0, "", NONE), E_INVALIDARG);
    assert_hr(write_file(file, 0, NULL, NONE), E_INVALIDARG);
    assert_hr(write_file(file, 1, "A", SC_FL_ERASE), E_INVALIDARG);
    assert_hr(write_file(file, 0, "A", (SCARD_FLAGS)(SC_FL_OR | SC_FL_AND)), E_INVALIDARG);
    assert_hr(write_file(file, 0, "A", SC_FL_RECURSIVE), E_INVALIDARG);
    assert_hr(write_file(file, 0, "A", SC_FL_SECURE_MESSAGING), SCARD_E_UNSUPPORTED_FEATURE);
    assert_read(file, 5, "Hello", 5);
    const HSCARD_FILE guarded = opened(L"0006");
    assert_hr(write_file(guarded, 0, "A", NONE), SCARD_W_SECURITY_VIOLATION);
}

static void test_seek__bounds(void **state) {
    (void)state;
    const HSCARD_FILE file = opened(L"0002");
    assert_hr(seek(file, 256), S_OK);
    assert_hr(seek(file, 257), SCARD_E_BAD_SEEK);
    assert_hr(seek(file, -1), SCARD_E_BAD_SEEK);
    assert_hr(ISCardFileAccess_Seek(stage.files, file, 0, (SEEKTYPE)3), E_INVALIDARG);
    assert_not_read(file, 0, SCARD_W_EOF);
}

static void test_large_file__read_and_written(void **state) {
    uint8_t *bytes = malloc(32768);
    IByteBuffer *buffer = NULL;
    LONG count = 0;
    (void)state;
    const HSCARD_FILE file = opened(L"0001");
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), S_OK);
    assert_int_equal(count, 32768);
    for (unsigned i = 0; i < 32768; ++i)
        bytes[i] = (uint8_t)(i % 2 ? i / 2 : i / 512);
    assert_buffer_bytes(buffer, bytes, 32768);
    for (unsigned i = 0; i < 32768; ++i)
        bytes[i] = (uint8_t)(i * 5 + i / 256);
    buffer = buffer_of(bytes, 32768);
    assert_hr(seek(file, 0), S_OK);
    assert_hr(ISCardFileAccess_Write(stage.files, file, 0, buffer, NONE), S_OK);
    IByteBuffer_Release(buffer);
    buffer = NULL;
    assert_hr(seek(file, 0), S_OK);
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), S_OK);
    assert_buffer_bytes(buffer, bytes, 32768);
    free(bytes);
}

static HRESULT change_state(const wchar_t *text, bool valid, SCARD_FLAGS flags) {
    BSTR name = SysAllocString(text);
    const HRESULT hr = valid ? ISCardFileAccess_Rehabilitate(stage.files, name, flags)
                             : ISCardFileAccess_Invalidate(stage.files, name, flags);
    SysFreeString(name);
    return hr;
}

static void test_states__invalidate_and_rehabilitate(void **state) {
    HSCARD_FILE none;
    (void)state;
    const HSCARD_FILE file = opened(L"0002");
    assert_hr(change_state(L"0002", false, NONE), S_OK);
    assert_not_read(file, 0, SCARD_E_NO_ACCESS);
    assert_hr(open_file(SC_TYPE_BY_ID, L"0002", &none), SCARD_E_NO_ACCESS);
    assert_hr(change_state(L"0002", false, NONE), SCARD_E_NO_ACCESS);
    assert_hr(change_state(L"0002", true, NONE), S_OK);
    assert_read(file, 5, "Hello", 5);
    assert_hr(change_state(L"0009", false, NONE), SCARD_E_FILE_NOT_FOUND);
    assert_hr(change_state(L"0006", false, NONE), SCARD_W_SECURITY_VIOLATION);
    assert_hr(change_state(L"0002", false, SC_FL_RECURSIVE), E_INVALIDARG);
    assert_hr(change_state(L"0002", true, SC_FL_SECURE_MESSAGING), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(change_state(L"000", true, NONE), E_INVALIDARG);
}

/* The names, with blanks between. */
static void assert_list(FILETYPE type, const wchar_t *expected) {
    SAFEARRAY *array = NULL;
    wchar_t text[512] = L"";
    LONG last = -1;
    assert_hr(ISCardFileAccess_Directory(stage.files, type, &array), S_OK);
    assert_hr(SafeArrayGetUBound(array, 1, &last), S_OK);
    for (LONG i = 0; i <= last; ++i) {
        BSTR name = NULL;
        assert_hr(SafeArrayGetElement(array, &i, &name), S_OK);
        wcscat(text, i ? L" " : L"");
        wcscat(text, name);
        SysFreeString(name);
    }
    assert_hr(SafeArrayDestroy(array), S_OK);
    if (wcscmp(text, expected) != 0)
        fail_msg("'%ls'", text);
}

static void test_directory__lists(void **state) {
    SAFEARRAY *array = NULL;
    (void)state;
    assert_list(SC_TYPE_DIRECTORIES, L"DF01 DF02");
    assert_list(SC_TYPE_FIXED_EF, L"0003");
    assert_list(SC_TYPE_ALL_FILES, L"0001 0002 0003 0004 0005 0006 0007 0008 2F00 2F02 DF01 DF02");
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF01/DF11"), S_OK);
    assert_list(SC_TYPE_FILES, L"0111");
    assert_list(SC_TYPE_CYCLIC_EF, L"");
    assert_dir(L"/DF01/DF11");
    assert_hr(ISCardFileAccess_Directory(stage.files, (FILETYPE)8, &array), E_INVALIDARG);
    assert_hr(ISCardFileAccess_Directory(stage.files, SC_TYPE_FILES, NULL), E_POINTER);
}

/* Another program resets the card and selects something else: files that are open stay open. */
static void test_open_files__survive_a_reset(void **state) {
    ISCard *other = managing_other(world, SHARED);
    (void)state;
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF01"), S_OK);
    const HSCARD_FILE one = opened(L"0101"), two = opened(L"/0002");
    assert_read(one, 6, "A file", 6);
    assert_apdu(other, "00 A4 00 0C 02 3F 00", "90 00");
    assert_read(one, 3, " in", 3);
    assert_read(two, 5, "Hello", 5);
    assert_hr(ISCard_ReAttach(other, SHARED, RESET), S_OK);
    IByteBuffer *buffer = NULL;
    LONG count = 4;
    HRESULT hr = ISCardFileAccess_Read(stage.files, one, &count, &buffer, NONE);
    if (hr == (HRESULT)SCARD_W_RESET_CARD) {
        assert_hr(ISCardManage_Reconnect(stage.manage), S_OK);
        count = 4;
        hr = ISCardFileAccess_Read(stage.files, one, &count, &buffer, NONE);
    }
    assert_hr(hr, S_OK);
    assert_buffer_bytes(buffer, (const uint8_t *)" the", 4);
    assert_dir(L"/DF01");
    assert_read(two, 5, " from", 5);
    /* and are written to, each to its own place, whatever the other one has selected meanwhile */
    assert_apdu(other, "00 A4 08 0C 04 DF 01 01 01", "90 00");
    assert_hr(write_file(two, 0, " us", NONE), S_OK);
    assert_apdu(other, "00 A4 08 0C 02 00 02", "90 00");
    assert_hr(write_file(one, 0, " it", NONE), S_OK);
    assert_apdu(other, "00 A4 08 0C 02 00 02", "90 00");
    assert_apdu(other, "00 B0 00 00 0D", "48 65 6C 6C 6F 20 66 72 6F 6D 20 75 73 90 00");
    assert_apdu(other, "00 A4 08 0C 04 DF 01 01 01", "90 00");
    assert_apdu(other, "00 B0 00 0D 03", "20 69 74 90 00");
    ISCard_Release(other);
}

/* The same card again: files stay open. Another one: never read or written by mistake. */
static void test_open_files__pulled_and_exchanged(void **state) {
    HSCARD_FILE file = opened(L"0002");
    (void)state;
    assert_read(file, 5, "Hello", 5);
    world_remove(world);
    assert_not_read(file, 5, SCARD_W_REMOVED_CARD);
    world_put_back(world);
    assert_hr(ISCardManage_Reconnect(stage.manage), S_OK);
    assert_read(file, 5, " from", 5);
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF01"), S_OK);
    world_insert(world, "app");
    (void)ISCardManage_Reconnect(stage.manage);
    assert_dir(L"/");
    assert_not_read(file, 5, SCARD_W_REMOVED_CARD);
    assert_hr(write_file(file, 0, "never", NONE), SCARD_W_REMOVED_CARD);
    assert_hr(write_file(file, 3, NULL, SC_FL_ERASE), SCARD_W_REMOVED_CARD);
    assert_hr(ISCardFileAccess_Close(stage.files, file), S_OK);
}

/* Under a lock the selection is known: two objects of one manager do not take each other's file. */
static void test_open_files__two_objects_under_a_lock(void **state) {
    (void)state;
    ISCardFileAccess *const mine = stage.files, *const other = managing_files(stage.manage);
    assert_hr(ISCardManage_SCardLock(stage.manage), S_OK);
    const HSCARD_FILE one = opened(L"0002");
    stage.files = other;
    const HSCARD_FILE two = opened(L"DF01/0101");
    assert_read(two, 6, "A file", 6);
    stage.files = mine;
    assert_read(one, 5, "Hello", 5);
    stage.files = other;
    assert_read(two, 3, " in", 3);
    assert_dir(L"/");
    stage.files = mine;
    assert_hr(ISCardManage_SCardUnlock(stage.manage, LEAVE), S_OK);
    assert_int_equal(ISCardFileAccess_Release(other), 0);
}

static void test_all__without_a_card(void **state) {
    HSCARD_FILE file;
    SAFEARRAY *array = NULL;
    BSTR text = NULL;
    (void)state;
    const HSCARD_FILE former = opened(L"0002");
    assert_hr(ISCardManage_Detach(stage.manage), S_OK);
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF01"), SCARD_E_INVALID_HANDLE);
    assert_hr(change_dir(SC_TYPE_BY_ID, L"DF0"), E_INVALIDARG);
    assert_hr(open_file(SC_TYPE_BY_ID, L"0002", &file), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardFileAccess_GetCurrentDir(stage.files, &text), SCARD_E_INVALID_HANDLE);
    assert_null(text);
    assert_hr(ISCardFileAccess_Directory(stage.files, SC_TYPE_FILES, &array), SCARD_E_INVALID_HANDLE);
    assert_null(array);
    assert_hr(change_state(L"0002", false, NONE), SCARD_E_INVALID_HANDLE);
    assert_not_read(former, 0, SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_AttachByIFD(stage.manage, world->reader, SHARED), S_OK);
    assert_not_read(former, 0, E_INVALIDARG);
    assert_read(opened(L"0002"), 5, "Hello", 5);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_directories__down_and_up),
        CASE(test_directories__arguments),
        CASE(test_open__refusals),
        CASE(test_close__handles),
        CASE(test_read__transparent),
        CASE(test_read__arguments),
        CASE(test_read__access_conditions),
        CASE(test_read__records),
        CASE(test_open__short_identifier),
        CASE(test_write__ways),
        CASE(test_write__records),
        CASE(test_write__arguments),
        CASE(test_seek__bounds),
        CASE(test_large_file__read_and_written),
        CASE(test_states__invalidate_and_rehabilitate),
        CASE(test_directory__lists),
        CASE(test_open_files__survive_a_reset),
        CASE(test_open_files__pulled_and_exchanged),
        CASE(test_open_files__two_objects_under_a_lock),
        CASE(test_all__without_a_card),
    };
    return world_run(argc, argv, &world, tests, COUNT(tests));
}

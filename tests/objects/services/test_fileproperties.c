/*
 * ISCardFileAccess: files made and deleted, their properties asked for and set, on the demo card. Runs in
 * each world of support/worlds/world.h (first argument); each case begins with a fresh card.
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

/* One entry over bytes that the test keeps. */
#define ENTRY(bytes)                                                                                         \
    { (LONG)sizeof(bytes), bytes }

static HRESULT create(REFTYPE type, const wchar_t *text, TLV_TABLE *table, LONG count, SCARD_FLAGS flags,
                      const char *data) {
    BSTR name = SysAllocString(text);
    IByteBuffer *buffer = data ? buffer_of(data, strlen(data)) : NULL;
    const HRESULT hr = ISCardFileAccess_Create(stage.files, type, name, table, &count, flags, buffer);
    if (buffer)
        IByteBuffer_Release(buffer);
    SysFreeString(name);
    return hr;
}

static HRESULT delete_file(const wchar_t *text, SCARD_FLAGS flags) {
    BSTR name = SysAllocString(text);
    const HRESULT hr = ISCardFileAccess_Delete(stage.files, SC_TYPE_BY_ANY, name, flags);
    SysFreeString(name);
    return hr;
}

static HRESULT get(const wchar_t *text, TLV_TABLE *table, LONG *count, SCARD_FLAGS flags) {
    BSTR name = SysAllocString(text);
    const HRESULT hr = ISCardFileAccess_GetProperties(stage.files, SC_TYPE_BY_ANY, name, table, count, flags);
    SysFreeString(name);
    return hr;
}

static HRESULT set(const wchar_t *text, TLV_TABLE *table, LONG count, SCARD_FLAGS flags) {
    BSTR name = SysAllocString(text);
    const HRESULT hr = ISCardFileAccess_SetProperties(stage.files, SC_TYPE_BY_ANY, name, table, count, flags);
    SysFreeString(name);
    return hr;
}

static void assert_entry(const TLV_TABLE *entry, const char *hex) {
    uint8_t expected[64];
    const size_t size = bytes_from_hex(hex, expected, sizeof expected);
    assert_int_equal(entry->cbSize, size);
    if (size)
        assert_memory_equal(entry->byData, expected, size);
}

static void test_create__files(void **state) {
    uint8_t size[] = {0x80, 0x02, 0x00, 0x10}, kind[] = {0x82, 0x02, 0x01, 0x41};
    TLV_TABLE table[] = {ENTRY(size), ENTRY(kind)}, found[1];
    uint8_t room[8] = {0x80};
    LONG count = 1;
    HSCARD_FILE file = 0;
    IByteBuffer *buffer = NULL;
    LONG bytes = 5;
    (void)state;
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", table, 2, NONE, NULL), S_OK);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", table, 2, NONE, NULL), FILE_EXISTS);
    assert_hr(create(SC_TYPE_BY_ID, L"/DF01/0A02", table, 2, SC_FL_PREALLOCATE, "first"), S_OK);
    found[0] = (TLV_TABLE){sizeof room, room};
    assert_hr(get(L"/DF01/0A02", found, &count, NONE), S_OK);
    assert_entry(&found[0], "80 02 00 10");
    BSTR name = SysAllocString(L"/DF01/0A02");
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, name, &file), S_OK);
    SysFreeString(name);
    assert_hr(ISCardFileAccess_Read(stage.files, file, &bytes, &buffer, NONE), S_OK);
    assert_buffer_bytes(buffer, (const uint8_t *)"first", 5);
    /* What does not fit: the file stays. */
    assert_hr(create(SC_TYPE_BY_ID, L"0A03", table, 2, SC_FL_PREALLOCATE, "seventeen letters"),
              SCARD_E_WRITE_TOO_MANY);
    assert_hr(delete_file(L"0A03", NONE), S_OK);
    assert_hr(create(SC_TYPE_BY_ID, L"DF09/0A01", table, 2, NONE, NULL), SCARD_E_DIR_NOT_FOUND);
    assert_hr(create(SC_TYPE_BY_ID, L"0002/0A01", table, 2, NONE, NULL), SCARD_E_NO_DIR);
}

static void test_create__arguments(void **state) {
    uint8_t kind[] = {0x82, 0x01, 0x01}, other[] = {0x83, 0x02, 0x0A, 0x02}, cut[] = {0x82, 0x02, 0x01},
            two[] = {0x82, 0x01, 0x01, 0x8A, 0x01, 0x05};
    TLV_TABLE good = ENTRY(kind), wrong = ENTRY(other), malformed = ENTRY(cut), pair = ENTRY(two),
              empty = {0, kind}, none = {3, NULL};
    BSTR name = SysAllocString(L"0A01");
    (void)state;
    assert_hr(ISCardFileAccess_Create(stage.files, SC_TYPE_BY_ID, name, &good, NULL, NONE, NULL), E_POINTER);
    SysFreeString(name);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", NULL, 1, NONE, NULL), E_POINTER);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &none, 1, NONE, NULL), E_POINTER);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &good, -1, NONE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &wrong, 1, NONE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &malformed, 1, NONE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &pair, 1, NONE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &empty, 1, NONE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"/", &good, 1, NONE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_SHORT_ID, L"1", &good, 1, NONE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &good, 1, SC_FL_PREALLOCATE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &good, 1, SC_FL_RECURSIVE, NULL), E_INVALIDARG);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &good, 1, SC_FL_SECURE_MESSAGING, NULL),
              SCARD_E_UNSUPPORTED_FEATURE);
}

static void test_delete__files_and_directories(void **state) {
    uint8_t kind[] = {0x82, 0x01, 0x38}, id[] = {0x83, 0x02, 0x0A, 0x10};
    TLV_TABLE table[] = {ENTRY(kind), ENTRY(id)};
    BSTR text = NULL;
    (void)state;
    assert_hr(create(SC_TYPE_BY_NAME, L"\"A new one\"", table, 2, NONE, NULL), S_OK);
    text = SysAllocString(L"\"A new one\"");
    assert_hr(ISCardFileAccess_ChangeDir(stage.files, SC_TYPE_BY_NAME, text), S_OK);
    SysFreeString(text);
    assert_hr(delete_file(L"/0A10", NONE), E_INVALIDARG);
    assert_hr(delete_file(L"\"A new one\"", SC_FL_RECURSIVE), S_OK);
    assert_hr(ISCardFileAccess_GetCurrentDir(stage.files, &text), S_OK);
    assert_int_equal(wcscmp(text, L"/"), 0);
    SysFreeString(text);
    assert_hr(delete_file(L"/0A10", SC_FL_RECURSIVE), SCARD_E_FILE_NOT_FOUND);
    assert_hr(delete_file(L"0002", (SCARD_FLAGS)(SC_FL_RECURSIVE | SC_FL_NON_RECURSIVE)), E_INVALIDARG);
    assert_hr(delete_file(L"0002", SC_FL_OR), E_INVALIDARG);
    assert_hr(delete_file(L"0002", SC_FL_SECURE_MESSAGING), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(delete_file(L"00", NONE), SCARD_E_FILE_NOT_FOUND); /* a name */
    assert_hr(delete_file(L"0", NONE), E_INVALIDARG);
}

static void test_get__named(void **state) {
    uint8_t size[8] = {0x80}, kind[8] = {0x82}, sfi[3] = {0x88}, proprietary[8] = {0xA5, 0x09},
            small[3] = {0x83};
    TLV_TABLE table[] = {{8, size}, {8, kind}, {3, sfi}, {8, proprietary}};
    TLV_TABLE narrow[] = {{3, small}, {8, kind}};
    LONG count = 4;
    (void)state;
    assert_hr(get(L"0003", table, &count, NONE), S_OK);
    assert_int_equal(count, 4);
    assert_entry(&table[0], "80 02 00 A0");
    assert_entry(&table[1], "82 05 02 41 00 10 0A");
    assert_entry(&table[2], "88 01 20");
    assert_entry(&table[3], ""); /* it has none */
    /* Too little room in one: the other is filled all the same. */
    count = 2;
    kind[0] = 0x82;
    assert_hr(get(L"0002", narrow, &count, NONE), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(narrow[0].cbSize, 4);
    assert_entry(&narrow[1], "82 02 01 41");
}

static void test_get__all_and_default(void **state) {
    TLV_TABLE table[12] = {{0, NULL}};
    LONG count = 0;
    (void)state;
    assert_hr(get(L"DF01", NULL, &count, SC_FL_GET_ALL_PROPERTIES), SCARD_E_INSUFFICIENT_BUFFER);
    assert_true(count >= 4 && count <= 12);
    assert_hr(get(L"DF01", table, &count, SC_FL_GET_ALL_PROPERTIES), S_OK);
    assert_entry(&table[0], "82 01 38");
    assert_entry(&table[1], "83 02 DF 01");
    assert_entry(&table[2], "84 07 F0 53 43 41 52 44 01");
    for (LONG i = 0; i < count; ++i)
        CoTaskMemFree(table[i].byData);
    memset(table, 0, sizeof table);
    count = 12;
    assert_hr(get(L"DF01/0101", table, &count, SC_FL_STAT_DEFAULT), S_OK);
    assert_int_equal(count, 4);
    assert_entry(&table[0], "80 02 00 80");
    assert_entry(&table[1], "82 02 01 41");
    assert_entry(&table[2], "83 02 01 01");
    assert_entry(&table[3], "8A 01 05");
    for (LONG i = 0; i < count; ++i)
        CoTaskMemFree(table[i].byData);
    count = 3;
    assert_hr(get(L"0002", table, &count, SC_FL_STAT_DEFAULT), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(count, 4);
}

static void test_get__arguments(void **state) {
    uint8_t tag[8] = {0x82}, padding[8] = {0x00};
    TLV_TABLE table[] = {{8, tag}}, none[] = {{8, NULL}}, no_tag[] = {{8, padding}}, no_room[] = {{0, tag}},
              negative[] = {{-1, tag}};
    LONG count = 1;
    (void)state;
    assert_hr(get(L"0002", table, NULL, NONE), E_POINTER);
    assert_hr(get(L"0002", NULL, &count, NONE), E_POINTER);
    assert_hr(get(L"0002", none, &count, NONE), E_INVALIDARG);
    assert_hr(get(L"0002", no_tag, &count, NONE), E_INVALIDARG);
    assert_hr(get(L"0002", no_room, &count, NONE), E_INVALIDARG);
    assert_hr(get(L"0002", negative, &count, SC_FL_GET_ALL_PROPERTIES), E_INVALIDARG);
    assert_hr(get(L"0002", table, &count, (SCARD_FLAGS)(SC_FL_GET_ALL_PROPERTIES | SC_FL_STAT_DEFAULT)),
              E_INVALIDARG);
    assert_hr(get(L"0002", table, &count, SC_FL_OR), E_INVALIDARG);
    assert_hr(get(L"0002", table, &count, SC_FL_SECURE_MESSAGING), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(get(L"000", table, &count, NONE), E_INVALIDARG);
    assert_hr(get(L"0009", table, &count, NONE), SCARD_E_FILE_NOT_FOUND);
    count = -1;
    assert_hr(get(L"0002", table, &count, NONE), E_INVALIDARG);
}

static void test_set__life_cycle(void **state) {
    uint8_t off[] = {0x8A, 0x01, 0x04}, on[] = {0x8A, 0x01, 0x05}, dead[] = {0x8A, 0x01, 0x0C},
            size[] = {0x80, 0x01, 0x09}, room[8] = {0x8A};
    TLV_TABLE deactivated = ENTRY(off), activated = ENTRY(on), terminated = ENTRY(dead), other = ENTRY(size);
    TLV_TABLE found = {8, room};
    LONG count = 1;
    (void)state;
    assert_hr(set(L"0002", &deactivated, 1, NONE), S_OK);
    assert_hr(get(L"0002", &found, &count, NONE), S_OK);
    assert_entry(&found, "8A 01 04");
    assert_hr(set(L"0002", &activated, 1, NONE), S_OK);
    assert_hr(get(L"0002", &found, &count, NONE), S_OK);
    assert_entry(&found, "8A 01 05");
    assert_hr(set(L"0002", &terminated, 1, NONE), E_INVALIDARG);
    assert_hr(set(L"0002", &other, 1, NONE), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(set(L"0002", NULL, 1, NONE), E_POINTER);
    assert_hr(set(L"0002", NULL, 0, NONE), S_OK);
    assert_hr(set(L"0002", &other, -1, NONE), E_INVALIDARG);
    assert_hr(set(L"0002", &other, 1, SC_FL_OR), E_INVALIDARG);
    assert_hr(set(L"0002", &other, 1, SC_FL_SECURE_MESSAGING), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(set(L"0009", &activated, 1, NONE), SCARD_E_FILE_NOT_FOUND);
}

static void test_capabilities__current_file_and_card(void **state) {
    uint8_t id[8] = {0x83}, card[8] = {0x47};
    TLV_TABLE table[] = {{8, id}, {8, card}};
    LONG count = 2;
    (void)state;
    assert_hr(ISCardFileAccess_GetFileCapabilities(stage.files, table, &count, NONE), S_OK);
    assert_entry(&table[0], "83 02 3F 00");
    assert_entry(&table[1], "47 03 F7 41 DB");
    BSTR name = SysAllocString(L"DF01");
    assert_hr(ISCardFileAccess_ChangeDir(stage.files, SC_TYPE_BY_ID, name), S_OK);
    SysFreeString(name);
    table[0] = (TLV_TABLE){8, id};
    table[1] = (TLV_TABLE){8, card};
    assert_hr(ISCardFileAccess_GetFileCapabilities(stage.files, table, &count, NONE), S_OK);
    assert_entry(&table[0], "83 02 DF 01");
    assert_hr(ISCardFileAccess_GetFileCapabilities(stage.files, table, NULL, NONE), E_POINTER);
    assert_hr(ISCardFileAccess_GetFileCapabilities(stage.files, NULL, &count, NONE), E_POINTER);
    assert_hr(ISCardFileAccess_GetFileCapabilities(stage.files, table, &count, SC_FL_OR), E_INVALIDARG);
    assert_hr(ISCardFileAccess_GetFileCapabilities(stage.files, table, &count, SC_FL_SECURE_MESSAGING),
              SCARD_E_UNSUPPORTED_FEATURE);
}

static void test_initialize__says_nothing(void **state) {
    LONG number = 5;
    (void)state;
    assert_hr(ISCardFileAccess_Initialize(stage.files, &number), S_OK);
    assert_hr(ISCardFileAccess_Initialize(stage.files, NULL), S_OK);
    assert_int_equal(number, 5);
}

static void test_all__without_a_card(void **state) {
    uint8_t on[] = {0x8A, 0x01, 0x05};
    TLV_TABLE table = ENTRY(on);
    LONG count = 1;
    (void)state;
    assert_hr(ISCardManage_Detach(stage.manage), S_OK);
    assert_hr(create(SC_TYPE_BY_ID, L"0A01", &table, 1, NONE, NULL), SCARD_E_INVALID_HANDLE);
    assert_hr(delete_file(L"0A01", NONE), SCARD_E_INVALID_HANDLE);
    assert_hr(get(L"0A01", &table, &count, NONE), SCARD_E_INVALID_HANDLE);
    assert_hr(set(L"0A01", &table, 1, NONE), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardFileAccess_GetFileCapabilities(stage.files, &table, &count, NONE),
              SCARD_E_INVALID_HANDLE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_create__files),
        CASE(test_create__arguments),
        CASE(test_delete__files_and_directories),
        CASE(test_get__named),
        CASE(test_get__all_and_default),
        CASE(test_get__arguments),
        CASE(test_set__life_cycle),
        CASE(test_capabilities__current_file_and_card),
        CASE(test_initialize__says_nothing),
        CASE(test_all__without_a_card),
    };
    return world_run(argc, argv, &world, tests, COUNT(tests));
}

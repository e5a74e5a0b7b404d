/*
 * Tables of properties on their way to a provider in another process and back, and what another process may
 * make of them. The proxy and the stub of the DLL are put face to face, and messages are spoiled between
 * them.
 */
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "loopback.h"

static void expect_hr(HRESULT actual, HRESULT expected) {
    assert_int_equal((uint32_t)actual, (uint32_t)expected);
}

static void put_number(unsigned char *bytes, size_t at, uint32_t number) {
    memcpy(bytes + at, &number, sizeof number);
}

/* A provider's object, to which tables of properties go. */

struct provider {
    ISCardFileAccess ISCardFileAccess_iface;
    LONG references;
    LONG entries; /* of the last table */
    LONG sizes[4];
    BYTE bytes[4][8];
    bool had_place[4];
    LONG said; /* how many entries GetProperties says there are */
};

static struct provider *impl_from_ISCardFileAccess(ISCardFileAccess *iface) {
    return CONTAINING_RECORD(iface, struct provider, ISCardFileAccess_iface);
}

static HRESULT STDMETHODCALLTYPE provider_QueryInterface(ISCardFileAccess *iface, REFIID iid, void **out) {
    const bool known = IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDispatch) ||
                       IsEqualIID(iid, &IID_ISCardFileAccess);
    *out = known ? iface : NULL;
    if (known)
        ++impl_from_ISCardFileAccess(iface)->references;
    return known ? S_OK : E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE provider_AddRef(ISCardFileAccess *iface) {
    return (ULONG)++impl_from_ISCardFileAccess(iface)->references;
}

static ULONG STDMETHODCALLTYPE provider_Release(ISCardFileAccess *iface) {
    return (ULONG)--impl_from_ISCardFileAccess(iface)->references;
}

static void remember(struct provider *provider, const TLV_TABLE *table, LONG count) {
    provider->entries = count;
    for (LONG i = 0; i < count && i < 4; ++i) {
        provider->sizes[i] = table[i].cbSize;
        provider->had_place[i] = table[i].byData != NULL;
        if (table[i].byData && table[i].cbSize <= 8)
            memcpy(provider->bytes[i], table[i].byData, (size_t)table[i].cbSize);
    }
}

static HRESULT STDMETHODCALLTYPE provider_Create(ISCardFileAccess *iface, REFTYPE type, BSTR path,
                                                 TLV_TABLE *table, LONG *count, SCARD_FLAGS flags,
                                                 LPBYTEBUFFER data) {
    (void)data;
    if (type != SC_TYPE_BY_ID || wcscmp(path, L"3F00") != 0 || flags != SC_FL_ERASE)
        return E_FAIL;
    remember(impl_from_ISCardFileAccess(iface), table, *count);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE provider_SetProperties(ISCardFileAccess *iface, REFTYPE type, BSTR path,
                                                        TLV_TABLE *table, LONG count, SCARD_FLAGS flags) {
    (void)type, (void)path, (void)flags;
    remember(impl_from_ISCardFileAccess(iface), table, count);
    return S_FALSE;
}

/* Fills the first entry in place, says a larger size for the second, allocates for the third. */
static HRESULT fill(struct provider *provider, TLV_TABLE *table, LONG *count) {
    remember(provider, table, *count);
    if (*count > 0 && table[0].byData)
        memcpy(table[0].byData, "filled", (size_t)(table[0].cbSize < 6 ? table[0].cbSize : 6));
    if (*count > 0)
        table[0].cbSize = 3;
    if (*count > 1)
        table[1].cbSize = 100;
    if (*count > 2 && !table[2].byData) {
        table[2].byData = CoTaskMemAlloc(4);
        memcpy(table[2].byData, "made", 4);
        table[2].cbSize = 4;
    }
    *count = provider->said;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE provider_GetProperties(ISCardFileAccess *iface, REFTYPE type, BSTR path,
                                                        TLV_TABLE *table, LONG *count, SCARD_FLAGS flags) {
    (void)type, (void)path, (void)flags;
    return fill(impl_from_ISCardFileAccess(iface), table, count);
}

static HRESULT STDMETHODCALLTYPE provider_GetFileCapabilities(ISCardFileAccess *iface, TLV_TABLE *table,
                                                              LONG *count, SCARD_FLAGS flags) {
    (void)flags;
    return fill(impl_from_ISCardFileAccess(iface), table, count);
}

static HRESULT STDMETHODCALLTYPE provider_Open(ISCardFileAccess *iface, REFTYPE type, BSTR path,
                                               HSCARD_FILE *out) {
    (void)iface, (void)type, (void)path;
    *out = UINTPTR_MAX - 1;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE provider_Close(ISCardFileAccess *iface, HSCARD_FILE file) {
    (void)iface;
    return file == UINTPTR_MAX - 1 ? S_OK : E_FAIL;
}

static ISCardFileAccessVtbl provider_vtbl = {
    .QueryInterface = provider_QueryInterface,
    .AddRef = provider_AddRef,
    .Release = provider_Release,
    .Create = provider_Create,
    .SetProperties = provider_SetProperties,
    .GetProperties = provider_GetProperties,
    .GetFileCapabilities = provider_GetFileCapabilities,
    .Open = provider_Open,
    .Close = provider_Close,
};

struct distant {
    struct loopback loop;
    struct provider provider;
    ISCardFileAccess *proxy;
};

static void distant_open(struct distant *distant) {
    distant->provider = (struct provider){.ISCardFileAccess_iface = {&provider_vtbl}, .references = 1};
    distant->proxy =
        loopback_open(&distant->loop, &IID_ISCardFileAccess, &distant->provider.ISCardFileAccess_iface);
}

static void distant_close(struct distant *distant) {
    loopback_close(&distant->loop, distant->proxy);
    assert_int_equal(distant->provider.references, 1);
}

static void test_remote_table__to_a_provider(void **state) {
    struct distant distant;
    BYTE one[] = "one", long_one[] = "longer";
    TLV_TABLE table[] = {{3, one}, {5, NULL}, {0, one}, {6, long_one}};
    LONG count = 4;
    BSTR path = SysAllocString(L"3F00");
    (void)state;
    distant_open(&distant);
    expect_hr(ISCardFileAccess_Create(distant.proxy, SC_TYPE_BY_ID, path, table, &count, SC_FL_ERASE, NULL),
              S_OK);
    assert_int_equal(distant.provider.entries, 4);
    for (LONG i = 0; i < 4; ++i)
        assert_int_equal(distant.provider.sizes[i], table[i].cbSize);
    assert_memory_equal(distant.provider.bytes[0], "one", 3);
    assert_false(distant.provider.had_place[1]);
    assert_true(distant.provider.had_place[2]);
    assert_memory_equal(distant.provider.bytes[3], "longer", 6);
    expect_hr(ISCardFileAccess_SetProperties(distant.proxy, SC_TYPE_BY_ID, path, table, 1, SC_FL_NO_FLAGS),
              S_FALSE);
    assert_int_equal(distant.provider.entries, 1);
    expect_hr(ISCardFileAccess_SetProperties(distant.proxy, SC_TYPE_BY_ID, path, NULL, 0, SC_FL_NO_FLAGS),
              S_FALSE);
    assert_int_equal(distant.provider.entries, 0);
    distant.provider.entries = 9;
    expect_hr(ISCardFileAccess_SetProperties(distant.proxy, SC_TYPE_BY_ID, path, NULL, 1, SC_FL_NO_FLAGS),
              E_INVALIDARG);
    expect_hr(ISCardFileAccess_SetProperties(distant.proxy, SC_TYPE_BY_ID, path, table, -1, SC_FL_NO_FLAGS),
              E_INVALIDARG);
    table[0].cbSize = -1;
    expect_hr(ISCardFileAccess_SetProperties(distant.proxy, SC_TYPE_BY_ID, path, table, 1, SC_FL_NO_FLAGS),
              E_INVALIDARG);
    assert_int_equal(distant.provider.entries, 9); /* nothing of that reached it */
    SysFreeString(path);
    distant_close(&distant);
}

/* Fills a table of four; what the provider does with it: see fill(). */
static void expect_filled(struct distant *distant, bool capabilities) {
    BYTE first[] = "......", second[] = "##", fourth[] = "4444";
    TLV_TABLE table[] = {{6, first}, {2, second}, {0, NULL}, {4, fourth}};
    LONG count = 4;
    distant->provider.said = 4;
    expect_hr(capabilities
                  ? ISCardFileAccess_GetFileCapabilities(distant->proxy, table, &count, SC_FL_NO_FLAGS)
                  : ISCardFileAccess_GetProperties(distant->proxy, SC_TYPE_BY_ID, NULL, table, &count,
                                                   SC_FL_NO_FLAGS),
              S_OK);
    assert_int_equal(count, 4);
    assert_int_equal(table[0].cbSize, 3);
    assert_ptr_equal(table[0].byData, first);
    assert_memory_equal(first, "fil...", 6); /* as many as it says */
    assert_int_equal(table[1].cbSize, 100);  /* what it would take; the room is as it was */
    assert_memory_equal(second, "##", 3);
    assert_int_equal(table[2].cbSize, 4);
    assert_memory_equal(table[2].byData, "made", 4);
    CoTaskMemFree(table[2].byData);
    assert_int_equal(table[3].cbSize, 4);
    assert_memory_equal(fourth, "4444", 4);
}

static void test_remote_table__filled(void **state) {
    struct distant distant;
    (void)state;
    distant_open(&distant);
    expect_filled(&distant, false);
    expect_filled(&distant, true);
    distant_close(&distant);
}

static void test_remote_table__too_small(void **state) {
    struct distant distant;
    BYTE only[] = "....";
    TLV_TABLE table[] = {{4, only}};
    LONG count = 1;
    (void)state;
    distant_open(&distant);
    distant.provider.said = 3;
    expect_hr(
        ISCardFileAccess_GetProperties(distant.proxy, SC_TYPE_BY_ID, NULL, table, &count, SC_FL_NO_FLAGS),
        S_OK);
    assert_int_equal(count, 3);
    assert_memory_equal(only, "fil.", 4);
    count = 0;
    expect_hr(
        ISCardFileAccess_GetProperties(distant.proxy, SC_TYPE_BY_ID, NULL, NULL, &count, SC_FL_NO_FLAGS),
        S_OK);
    assert_int_equal(count, 3);
    distant_close(&distant);
}

/*
 * Tables in the answer: the whole table's count, then each entry's size and number of bytes, behind the head
 * of bytes.
 */
#define TABLE_AT 16

static void fewer_said(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, TABLE_AT, 0);
}

static void negative_count(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, TABLE_AT, 0xFFFFFFFF);
}

static void entry_too_long(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, TABLE_AT + 8, 0x7FFFFFF0);
}

static void entry_too_short(unsigned char *bytes, ULONG *size) {
    (void)size;
    put_number(bytes, TABLE_AT + 8, 1);
}

static void test_remote_table__answered_with_nonsense(void **state) {
    static loopback_spoiler *const four[] = {fewer_said, negative_count, entry_too_long, entry_too_short};
    (void)state;
    for (size_t i = 0; i < sizeof four / sizeof four[0]; ++i) {
        struct distant distant;
        BYTE only[] = "....";
        TLV_TABLE table[] = {{4, only}};
        LONG count = 1;
        distant_open(&distant);
        distant.provider.said = 1;
        distant.loop.spoil_answer = four[i];
        expect_hr(ISCardFileAccess_GetFileCapabilities(distant.proxy, table, &count, SC_FL_NO_FLAGS),
                  E_UNEXPECTED);
        assert_int_equal(count, 1);
        assert_int_equal(table[0].cbSize, 4);
        assert_memory_equal(only, "....", 4);
        distant_close(&distant);
    }
}

static void test_remote_table__sent_with_nonsense(void **state) {
    static loopback_spoiler *const four[] = {fewer_said, negative_count, entry_too_long, entry_too_short};
    (void)state;
    for (size_t i = 0; i < sizeof four / sizeof four[0]; ++i) {
        struct distant distant;
        BYTE only[] = "....";
        TLV_TABLE table[] = {{4, only}};
        LONG count = 1;
        distant_open(&distant);
        distant.provider.entries = 9;
        distant.loop.spoil_call = four[i];
        expect_hr(ISCardFileAccess_GetFileCapabilities(distant.proxy, table, &count, SC_FL_NO_FLAGS),
                  E_INVALIDARG);
        assert_int_equal(distant.provider.entries, 9);
        distant_close(&distant);
    }
}

static void test_remote_table__file_handles(void **state) {
    struct distant distant;
    HSCARD_FILE file = 0;
    (void)state;
    distant_open(&distant);
    expect_hr(ISCardFileAccess_Open(distant.proxy, SC_TYPE_BY_ID, NULL, &file), S_OK);
    assert_true(file == UINTPTR_MAX - 1);
    expect_hr(ISCardFileAccess_Close(distant.proxy, file), S_OK);
    distant_close(&distant);
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
        cmocka_unit_test(test_remote_table__to_a_provider),
        cmocka_unit_test(test_remote_table__filled),
        cmocka_unit_test(test_remote_table__too_small),
        cmocka_unit_test(test_remote_table__answered_with_nonsense),
        cmocka_unit_test(test_remote_table__sent_with_nonsense),
        cmocka_unit_test(test_remote_table__file_handles),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

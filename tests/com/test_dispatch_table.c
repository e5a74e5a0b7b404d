/*
 * Tables of data objects by name: arrays of byte arrays on their way into TLV_TABLE and back, with an object
 * that notes what it gets and gives what the test says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "com/dispatch.h"
#include "com/tlvtable.h"
#include "objects/bytebuffer.h"
#include "support/fakes/liars.h"
#include "support/kits/automation.h"

#define FILES(name) &IID_ISCardFileAccess, L##name
#define ENTRIES 4

/* The object: ISCardFileAccess, of which some methods are there. */
static struct {
    ISCardFileAccess ISCardFileAccess_iface;
    unsigned called;
    bool no_table;
    LONG count; /* what it was told */
    LONG sizes[ENTRIES];
    uint8_t first[ENTRIES][4]; /* of each entry */
    /* What it gives: nothing where `gives` is NULL. */
    void (*gives)(TLV_TABLE *table, LONG *count);
    HRESULT hr;
} fake;

static void note(const TLV_TABLE *table, LONG count) {
    ++fake.called;
    fake.count = count;
    fake.no_table = !table;
    memset(fake.sizes, 0xEE, sizeof fake.sizes);
    memset(fake.first, 0, sizeof fake.first);
    for (LONG i = 0; table && i < count && i < ENTRIES; ++i) {
        fake.sizes[i] = table[i].cbSize;
        if (table[i].byData)
            memcpy(fake.first[i], table[i].byData, table[i].cbSize < 4 ? (size_t)table[i].cbSize : 4);
    }
}

static HRESULT STDMETHODCALLTYPE fake_GetProperties(ISCardFileAccess *iface, REFTYPE type, BSTR path,
                                                    TLV_TABLE *table, LONG *count, SCARD_FLAGS flags) {
    (void)iface, (void)type, (void)path, (void)flags;
    note(table, *count);
    if (fake.gives)
        fake.gives(table, count);
    return fake.hr;
}

static HRESULT STDMETHODCALLTYPE fake_SetProperties(ISCardFileAccess *iface, REFTYPE type, BSTR path,
                                                    TLV_TABLE *table, LONG count, SCARD_FLAGS flags) {
    (void)iface, (void)type, (void)path, (void)flags;
    note(table, count);
    return fake.hr;
}

static HRESULT STDMETHODCALLTYPE fake_Create(ISCardFileAccess *iface, REFTYPE type, BSTR path,
                                             TLV_TABLE *table, LONG *count, SCARD_FLAGS flags,
                                             LPBYTEBUFFER data) {
    (void)iface, (void)type, (void)path, (void)flags, (void)data;
    note(table, *count);
    return fake.hr;
}

static HRESULT STDMETHODCALLTYPE fake_GetIDsOfNames(ISCardFileAccess *iface, REFIID riid, LPOLESTR *names,
                                                    UINT count, LCID lcid, DISPID *ids) {
    (void)iface, (void)lcid;
    return dispatch_ids_of_names(&IID_ISCardFileAccess, riid, names, count, ids);
}

static HRESULT STDMETHODCALLTYPE fake_Invoke(ISCardFileAccess *iface, DISPID dispid, REFIID riid, LCID lcid,
                                             WORD flags, DISPPARAMS *params, VARIANT *result, EXCEPINFO *info,
                                             UINT *bad_argument) {
    const struct dispatch_target target = {(IDispatch *)iface, &IID_ISCardFileAccess, bytebuffer_create_with};
    (void)lcid;
    return dispatch_invoke(&target, dispid, riid, flags, params, result, info, bad_argument);
}

static HRESULT STDMETHODCALLTYPE fake_QueryInterface(ISCardFileAccess *iface, REFIID riid, void **out) {
    (void)riid;
    *out = iface;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE fake_count(ISCardFileAccess *iface) {
    (void)iface;
    return 1;
}

static ISCardFileAccess *fresh(void) {
    static const ISCardFileAccessVtbl vtbl = {.QueryInterface = fake_QueryInterface,
                                              .AddRef = fake_count,
                                              .Release = fake_count,
                                              .GetIDsOfNames = fake_GetIDsOfNames,
                                              .Invoke = fake_Invoke,
                                              .Create = fake_Create,
                                              .GetProperties = fake_GetProperties,
                                              .SetProperties = fake_SetProperties};
    memset(&fake, 0, sizeof fake);
    fake.ISCardFileAccess_iface.lpVtbl = &vtbl;
    return &fake.ISCardFileAccess_iface;
}

/* An array of VARIANTs, which it takes over. */
static VARIANT table_of(unsigned count, ...) {
    VARIANT table = {.vt = VT_ARRAY | VT_VARIANT};
    va_list list;
    table.parray = SafeArrayCreateVector(VT_VARIANT, 1, count);
    assert_non_null(table.parray);
    va_start(list, count);
    for (unsigned i = 0; i < count; ++i)
        ((VARIANT *)table.parray->pvData)[i] = va_arg(list, VARIANT);
    va_end(list);
    return table;
}

static HRESULT set(VARIANT table, int32_t count) {
    return by_name(&fake.ISCardFileAccess_iface, FILES("SetProperties"), NULL, 5, arg_number(1),
                   arg_text(L"0101"), table, arg_number(count), arg_number(0));
}

static void test_in__objects_as_they_are(void **state) {
    (void)state;
    ISCardFileAccess *files = fresh();
    assert_int_equal(
        set(table_of(2, arg_bytes("\x80\x01\x10", 3), arg_variants("\x8A\x01\x05\x00\x00", 5)), 2), S_OK);
    assert_int_equal(fake.called, 1);
    assert_int_equal(fake.count, 2);
    assert_int_equal(fake.sizes[0], 3);
    assert_int_equal(fake.sizes[1], 5);
    assert_memory_equal(fake.first[0], "\x80\x01\x10", 3);
    assert_memory_equal(fake.first[1], "\x8A\x01\x05\x00", 4);
    /* fewer than the array has; none; a negative count is the method's to refuse */
    assert_int_equal(set(table_of(2, arg_bytes("\x80", 1), arg_bytes("\x81", 1)), 1), S_OK);
    assert_int_equal(fake.count, 1);
    assert_int_equal(set(arg_empty(), 0), S_OK);
    assert_true(fake.no_table);
    assert_int_equal(set(table_of(0), 0), S_OK);
    assert_false(fake.no_table);
    assert_int_equal(set(table_of(1, arg_bytes("\x80", 1)), -1), S_OK);
    assert_int_equal(fake.count, -1);
    /* by reference, and the count too, where the method wants a pointer to it */
    VARIANT table = table_of(1, arg_bytes("\x83\x02\x01\x01", 4)), count = arg_number(1);
    assert_int_equal(by_name(files, FILES("Create"), NULL, 6, arg_number(1), arg_text(L"0101"),
                             arg_ref(&table), arg_ref(&count), arg_number(0), arg_empty()),
                     S_OK);
    assert_int_equal(fake.count, 1);
    assert_memory_equal(fake.first[0], "\x83\x02\x01\x01", 4);
    assert_int_equal(table.vt, VT_ARRAY | VT_VARIANT); /* it stays the caller's */
    VariantClear(&table);
}

static void test_in__refused(void **state) {
    static uint8_t large[TLVTABLE_ROOM + 1];
    const int32_t letters = 'x';
    VARIANT text = arg_text(L"80"), number = arg_number(letters);
    (void)state;
    fresh();
    assert_int_equal((uint32_t)set(table_of(1, arg_bytes("\x80", 1)), 2), (uint32_t)DISP_E_OVERFLOW);
    assert_int_equal((uint32_t)set(table_of(1, arg_bytes("\x80", 1)), 257), (uint32_t)DISP_E_OVERFLOW);
    assert_int_equal((uint32_t)set(table_of(1, arg_bytes(large, sizeof large)), 1),
                     (uint32_t)DISP_E_OVERFLOW);
    assert_int_equal((uint32_t)set(table_of(1, text), 1), (uint32_t)DISP_E_TYPEMISMATCH);
    assert_int_equal((uint32_t)set(table_of(1, number), 1), (uint32_t)DISP_E_TYPEMISMATCH);
    assert_int_equal((uint32_t)set(arg_bytes("\x80", 1), 1), (uint32_t)DISP_E_TYPEMISMATCH);
    assert_int_equal((uint32_t)set(arg_number(5), 1), (uint32_t)DISP_E_TYPEMISMATCH);
    assert_int_equal((uint32_t)set(arg_text(L"80"), 1), (uint32_t)DISP_E_TYPEMISMATCH);
    VARIANT many = {.vt = VT_ARRAY | VT_VARIANT};
    many.parray = SafeArrayCreateVector(VT_VARIANT, 0, 257);
    assert_int_equal((uint32_t)set(many, 1), (uint32_t)DISP_E_OVERFLOW);
    assert_int_equal(fake.called, 0);
}

/* An array that lies is not followed. */
static void with_liar(SAFEARRAY *array, const char *lie, void *context) {
    VARIANT content = {.vt = VT_ARRAY | VT_VARIANT};
    TLV_TABLE *table = NULL;
    size_t entries = 0;
    (void)context;
    content.parray = array;
    if (SUCCEEDED(tlvtable_take(&content, 1, true, &table, &entries)))
        fail_msg("%s", lie);
    assert_null(table);
}

static void test_in__liars(void **state) {
    (void)state;
    liars_try(VT_VARIANT, with_liar, NULL);
}

static HRESULT get(VARIANT *table, VARIANT *count) {
    return by_name(&fake.ISCardFileAccess_iface, FILES("GetProperties"), NULL, 5, arg_number(1),
                   arg_text(L"0101"), arg_ref(table), arg_ref(count), arg_number(0));
}

/* The bytes of an element of what came back. */
static void expect_element(const VARIANT *table, LONG index, const void *bytes, size_t size) {
    VARIANT element = {.vt = VT_EMPTY};
    uint8_t found[64];
    assert_int_equal(table->vt, VT_ARRAY | VT_VARIANT);
    assert_int_equal(SafeArrayGetElement(table->parray, &index, &element), S_OK);
    assert_int_equal(take_indexed_bytes(&element, found, sizeof found), size);
    if (size)
        assert_memory_equal(found, bytes, size);
}

/* The first object becomes longer than its tag, the second is not there. */
static void give_into_room(TLV_TABLE *table, LONG *count) {
    (void)count;
    memcpy(table[0].byData, "\x80\x02\x01\x00", 4);
    table[0].cbSize = 4;
    table[1].cbSize = 0;
}

static void test_out__into_the_room_of_tags(void **state) {
    VARIANT table = table_of(2, arg_bytes("\x80", 1), arg_bytes("\x8A", 1)), count = arg_number(2);
    (void)state;
    fresh();
    fake.gives = give_into_room;
    assert_int_equal(get(&table, &count), S_OK);
    assert_int_equal(fake.count, 2);
    assert_int_equal(fake.sizes[0], TLVTABLE_ROOM);
    assert_memory_equal(fake.first[0], "\x80\0\0\0", 4);
    assert_memory_equal(fake.first[1], "\x8A\0\0\0", 4);
    assert_int_equal(table.parray->rgsabound[0].cElements, 2);
    assert_int_equal(table.parray->rgsabound[0].lLbound, 0);
    expect_element(&table, 0, "\x80\x02\x01\x00", 4);
    expect_element(&table, 1, NULL, 0);
    VariantClear(&table);
}

/* All that there are, in memory of the method's. */
static void give_all(TLV_TABLE *table, LONG *count) {
    for (LONG i = 0; i < 2; ++i) {
        assert_null(table[i].byData);
        assert_int_equal(table[i].cbSize, 0);
        table[i].byData = CoTaskMemAlloc(3);
        table[i].cbSize = 3;
        memcpy(table[i].byData, i ? "\x82\x01\x01" : "\x83\x01\x02", 3);
    }
    *count = 2;
}

static void test_out__in_memory_of_the_method(void **state) {
    VARIANT table = {.vt = VT_EMPTY}, count = arg_number(4);
    (void)state;
    fresh();
    fake.gives = give_all;
    assert_int_equal(get(&table, &count), S_OK);
    assert_int_equal(fake.count, 4);
    assert_int_equal(take_number(&count), 2);
    assert_int_equal(table.parray->rgsabound[0].cElements, 2);
    expect_element(&table, 0, "\x83\x01\x02", 3);
    expect_element(&table, 1, "\x82\x01\x01", 3);
    VariantClear(&table);
    /* the same where a table of Empty elements is passed */
    count = arg_number(2);
    table = table_of(2, arg_empty(), arg_empty());
    assert_int_equal(get(&table, &count), S_OK);
    expect_element(&table, 1, "\x82\x01\x01", 3);
    VariantClear(&table);
}

static void give_too_many(TLV_TABLE *table, LONG *count) {
    (void)table;
    *count = 3;
}

static void give_a_negative_size(TLV_TABLE *table, LONG *count) {
    (void)count;
    table[0].cbSize = -1;
}

static void give_more_than_room(TLV_TABLE *table, LONG *count) {
    (void)count;
    table[0].cbSize = (LONG)TLVTABLE_ROOM + 1;
}

static void give_a_negative_count(TLV_TABLE *table, LONG *count) {
    (void)table;
    *count = -1;
}

/* What a method tells that cannot be is not believed. */
static void test_out__nonsense(void **state) {
    static void (*const nonsense[])(TLV_TABLE * table, LONG * count) = {
        give_too_many, give_a_negative_size, give_more_than_room, give_a_negative_count};
    (void)state;
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; ++i) {
        VARIANT table = table_of(1, arg_bytes("\x80", 1)), count = arg_number(1);
        fresh();
        fake.gives = nonsense[i];
        assert_int_equal((uint32_t)get(&table, &count), (uint32_t)E_UNEXPECTED);
        assert_int_equal(table.vt, VT_ARRAY | VT_VARIANT); /* as it was */
        VariantClear(&table);
    }
}

static void test_out__a_failure_leaves_the_variable(void **state) {
    VARIANT table = table_of(1, arg_bytes("\x80", 1)), count = arg_number(1);
    (void)state;
    fresh();
    fake.hr = SCARD_E_FILE_NOT_FOUND;
    assert_int_equal((uint32_t)get(&table, &count), (uint32_t)DISP_E_EXCEPTION);
    assert_int_equal((uint32_t)told.code, (uint32_t)SCARD_E_FILE_NOT_FOUND);
    assert_int_equal(take_number(&count), 1);
    VARIANT element = {.vt = VT_EMPTY};
    uint8_t tag[4];
    assert_int_equal(SafeArrayGetElement(table.parray, &(LONG){1}, &element), S_OK);
    assert_int_equal(take_bytes(&element, tag, sizeof tag), 1);
    assert_int_equal(tag[0], 0x80);
    VariantClear(&table);
    /* where nothing can be stored nothing is called */
    SAFEARRAY *strings = SafeArrayCreateVector(VT_BSTR, 0, 1);
    fresh();
    count = arg_number(1);
    assert_int_equal((uint32_t)by_name(&fake.ISCardFileAccess_iface, FILES("GetProperties"), NULL, 5,
                                       arg_number(1), arg_text(L"0101"),
                                       arg_typed_ref(VT_ARRAY | VT_BSTR, &strings), arg_ref(&count),
                                       arg_number(0)),
                     (uint32_t)DISP_E_TYPEMISMATCH);
    assert_int_equal(fake.called, 0);
    SafeArrayDestroy(strings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in__objects_as_they_are),
        cmocka_unit_test(test_in__refused),
        cmocka_unit_test(test_in__liars),
        cmocka_unit_test(test_out__into_the_room_of_tags),
        cmocka_unit_test(test_out__in_memory_of_the_method),
        cmocka_unit_test(test_out__nonsense),
        cmocka_unit_test(test_out__a_failure_leaves_the_variable),
    };
    return cmocka_run_group_tests_name("dispatch_table", tests, NULL, NULL);
}

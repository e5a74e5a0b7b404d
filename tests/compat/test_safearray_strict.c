/*
 * Safe arrays of ours, where the system's are lax or crash: hostile structures, NULLs, sizes beyond memory,
 * and none left.
 */
#include "support/kits/com.h"

#include "support/fakes/allocator.h"
#include "support/fakes/bigalloc.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_create__refuses(void **state) {
    (void)state;
    static const VARTYPE bad[] = {VT_EMPTY, VT_NULL,           VT_VOID,           VT_HRESULT,
                                  14,       VT_UI1 | VT_ARRAY, VT_UI1 | VT_BYREF, 99};
    SAFEARRAYBOUND bound = {2, 0};
    for (size_t i = 0; i < COUNT(bad); ++i)
        assert_null(SafeArrayCreate(bad[i], 1, &bound));
    assert_null(SafeArrayCreate(VT_UI1, 0, &bound));
    assert_null(SafeArrayCreate(VT_UI1, UINT16_MAX + 1u, &bound));
    assert_null(SafeArrayCreate(VT_UI1, 1, NULL));
    assert_null(SafeArrayCreateVector(VT_UI1, 1, INT32_MAX + 1ul));
    assert_null(SafeArrayCreateVector(VT_UI1, INT32_MAX, 2));
    if (sizeof(LONG) > sizeof(int32_t)) { /* what Windows' LONG and ULONG cannot hold, ours can */
        assert_null(SafeArrayCreateVector(VT_UI1, (LONG)(INT32_MAX + 1LL), 1));
        assert_null(SafeArrayCreateVector(VT_UI1, (LONG)(INT32_MIN - 1LL), 1));
        assert_null(SafeArrayCreateVector(VT_UI1, 0, (ULONG)(UINT32_MAX + 2ULL)));
    }
}

/* A product beyond memory must not wrap around, an empty dimension among them or not. */
static void test_create__sizes_do_not_overflow(void **state) {
    (void)state;
    SAFEARRAYBOUND bounds[4] = {{0x40000000, 0}, {0x40000000, 0}, {0x40000000, 0}, {0x40000000, 0}};
    assert_null(SafeArrayCreate(VT_UI1, 4, bounds));
    assert_null(SafeArrayCreate(VT_VARIANT, 2, bounds));
    bounds[3].cElements = 0;
    assert_null(SafeArrayCreate(VT_VARIANT, 4, bounds));
    bounds[0].cElements = 0;
    SAFEARRAY *array = SafeArrayCreate(VT_UI1, 2, bounds);
    assert_non_null(array);
    assert_hr(S_OK, SafeArrayDestroy(array));
}

static void test_vartype__of_other_makes(void **state) {
    (void)state;
    uint8_t bytes[4] = {0};
    VARTYPE type = VT_NULL;
    SAFEARRAY own = {1, FADF_AUTO, 1, 0, bytes, {{4, 0}}};
    static const struct {
        unsigned features;
        VARTYPE type;
    } rows[] = {{FADF_BSTR, VT_BSTR},
                {FADF_UNKNOWN, VT_UNKNOWN},
                {FADF_DISPATCH, VT_DISPATCH},
                {FADF_VARIANT, VT_VARIANT}};
    assert_hr(E_INVALIDARG, SafeArrayGetVartype(&own, &type));
    assert_int_equal(VT_NULL, type);
    for (size_t i = 0; i < COUNT(rows); ++i) {
        own.fFeatures = (uint16_t)(FADF_AUTO | rows[i].features);
        assert_hr(S_OK, SafeArrayGetVartype(&own, &type));
        assert_int_equal(rows[i].type, type);
    }
    assert_hr(E_INVALIDARG, SafeArrayGetVartype(&own, NULL));
    assert_hr(E_INVALIDARG, SafeArrayGetVartype(NULL, &type));
}

static void test_lock__null_and_too_often(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, 4);
    SAFEARRAY *copy = (SAFEARRAY *)&state;
    void *data = &data;
    LONG index = 0;
    uint8_t byte = 1;
    assert_hr(E_INVALIDARG, SafeArrayLock(NULL));
    assert_hr(E_INVALIDARG, SafeArrayUnlock(NULL));
    assert_hr(E_INVALIDARG, SafeArrayAccessData(NULL, &data));
    assert_null(data);
    assert_hr(E_INVALIDARG, SafeArrayUnaccessData(NULL));
    array->cLocks = UINT32_MAX;
    data = &data;
    assert_hr(E_UNEXPECTED, SafeArrayLock(array));
    assert_hr(E_UNEXPECTED, SafeArrayAccessData(array, &data));
    assert_null(data);
    assert_hr(E_UNEXPECTED, SafeArrayGetElement(array, &index, &byte));
    assert_hr(E_UNEXPECTED, SafeArrayPutElement(array, &index, &byte));
    assert_hr(E_UNEXPECTED, SafeArrayCopy(array, &copy));
    assert_null(copy);
    array->cLocks = 0;
    SafeArrayDestroy(array);
}

static void test_destroy__null_and_unsound(void **state) {
    (void)state;
    uint8_t bytes[16] = {0};
    const SAFEARRAY sound = {1, FADF_AUTO, 1, 0, bytes, {{4, 0}}};
    SAFEARRAY bad[6];
    SAFEARRAY *copy = NULL;
    LONG index = 0;
    SAFEARRAYBOUND more = {9, 0};
    assert_hr(S_OK, SafeArrayDestroy(NULL));
    for (size_t i = 0; i < COUNT(bad); ++i)
        bad[i] = sound;
    bad[0].cDims = 0;
    bad[1].cbElements = 0;
    bad[2].fFeatures |= FADF_BSTR;
    bad[3].pvData = NULL;
    bad[4].rgsabound[0].lLbound = INT32_MAX - 2;
    bad[5].fFeatures |= FADF_VARIANT;
    for (size_t i = 0; i < COUNT(bad); ++i) {
        void *place = NULL;
        assert_hr(E_INVALIDARG, SafeArrayDestroy(&bad[i]));
        assert_hr(E_INVALIDARG, SafeArrayCopy(&bad[i], &copy));
        assert_hr(E_INVALIDARG, SafeArrayRedim(&bad[i], &more));
        assert_hr(E_INVALIDARG, SafeArrayGetElement(&bad[i], &index, bytes));
        assert_hr(E_INVALIDARG, SafeArrayPutElement(&bad[i], &index, bytes));
        assert_hr(E_INVALIDARG, SafeArrayPtrOfIndex(&bad[i], &index, &place));
        assert_null(place);
        assert_int_equal(0, bad[i].cLocks);
    }
}

/* What the program set up itself stays; only what its elements own is freed. */
static void test_destroy__of_a_structure_on_the_stack(void **state) {
    (void)state;
    BSTR strings[2] = {SysAllocString(L"one"), NULL};
    static const unsigned features[] = {FADF_AUTO, FADF_STATIC, FADF_EMBEDDED};
    for (size_t i = 0; i < COUNT(features); ++i) {
        SAFEARRAY own = {1, (uint16_t)(features[i] | FADF_BSTR), sizeof(BSTR), 0, strings, {{2, 0}}};
        strings[1] = SysAllocString(L"two");
        assert_hr(S_OK, SafeArrayDestroy(&own));
        assert_null(strings[0]);
        assert_null(strings[1]);
        assert_ptr_equal(strings, own.pvData);
    }
}

static void test_destroy__erases(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, 64);
    memset(array->pvData, 0xA7, 64);
    allocator_watch(array->pvData, 64);
    assert_hr(S_OK, SafeArrayDestroy(array));
    assert_true(allocator_saw_zeros());
}

static void test_redim__longer_and_shorter(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, 4);
    SAFEARRAYBOUND bound = {6, 10};
    memcpy(array->pvData, "abcd", 4);
    allocator_watch(array->pvData, 4);
    assert_hr(S_OK, SafeArrayRedim(array, &bound));
    assert_true(allocator_saw_zeros());
    assert_memory_equal(array->pvData, "abcd\0\0", 6);
    assert_int_equal(10, array->rgsabound[0].lLbound);
    bound.cElements = 2;
    assert_hr(S_OK, SafeArrayRedim(array, &bound));
    assert_memory_equal(array->pvData, "ab", 2);
    bound.cElements = 0;
    assert_hr(S_OK, SafeArrayRedim(array, &bound));
    assert_non_null(array->pvData);
    bound.cElements = 3;
    assert_hr(S_OK, SafeArrayRedim(array, &bound));
    assert_memory_equal(array->pvData, "\0\0\0", 3);
    assert_hr(S_OK, SafeArrayDestroy(array));
}

static void test_redim__refuses(void **state) {
    (void)state;
    uint8_t bytes[4] = {0};
    SAFEARRAY own = {1, FADF_AUTO, 1, 0, bytes, {{4, 0}}};
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 2);
    SAFEARRAYBOUND bound = {1, 0}, beyond = {2, INT32_MAX};
    assert_hr(E_INVALIDARG, SafeArrayRedim(NULL, &bound));
    assert_hr(E_INVALIDARG, SafeArrayRedim(array, NULL));
    assert_hr(E_INVALIDARG, SafeArrayRedim(array, &beyond));
    assert_hr(E_INVALIDARG, SafeArrayRedim(&own, &bound));
    array->fFeatures |= FADF_FIXEDSIZE;
    assert_hr(E_INVALIDARG, SafeArrayRedim(array, &bound));
    array->fFeatures &= (uint16_t)~FADF_FIXEDSIZE;
    VARIANT *second = (VARIANT *)array->pvData + 1;
    V_VT(second) = VT_ARRAY | VT_UI1;
    V_ARRAY(second) = SafeArrayCreateVector(VT_UI1, 0, 1);
    SafeArrayLock(V_ARRAY(second));
    assert_hr(DISP_E_ARRAYISLOCKED, SafeArrayRedim(array, &bound));
    assert_hr(DISP_E_ARRAYISLOCKED, SafeArrayDestroy(array));
    assert_int_equal(2, array->rgsabound[0].cElements);
    SafeArrayUnlock(V_ARRAY(second));
    assert_hr(S_OK, SafeArrayDestroy(array));
}

static void test_redim__sizes_do_not_overflow(void **state) {
    (void)state;
    /* What a size_t holds, and with the third one no longer. */
    const ULONG wide = sizeof(size_t) > sizeof(uint32_t) ? 0x40000000 : 0x4000;
    SAFEARRAYBOUND bounds[3] = {{wide, 0}, {wide, 0}, {0, 0}}, more = {0x40000000, 0};
    SAFEARRAY *array = SafeArrayCreate(VT_UI1, 3, bounds);
    assert_non_null(array);
    assert_hr(E_OUTOFMEMORY, SafeArrayRedim(array, &more));
    assert_int_equal(0, array->rgsabound[0].cElements);
    assert_hr(S_OK, SafeArrayDestroy(array));
}

/* Memory that runs out at every step leaves nothing behind and everything as it was. */
static void test_no_memory__copy_and_create(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, 3);
    SAFEARRAY *copy = NULL;
    for (LONG i = 0; i < 3; ++i)
        ((BSTR *)array->pvData)[i] = SysAllocString(L"text");
    for (size_t at = 0; at < 5; ++at) {
        copy = array;
        allocator_allow(at);
        HRESULT hr = SafeArrayCopy(array, &copy);
        allocator_allow(ALLOCATOR_UNLIMITED);
        assert_hr(E_OUTOFMEMORY, hr);
        assert_null(copy);
        assert_int_equal(0, array->cLocks);
    }
    allocator_allow(5);
    assert_hr(S_OK, SafeArrayCopy(array, &copy));
    for (size_t at = 0; at < 2; ++at) {
        allocator_allow(at);
        assert_null(SafeArrayCreateVector(VT_UI1, 0, 8));
    }
    allocator_allow(0);
    SAFEARRAYBOUND bound = {1, 0};
    assert_hr(E_OUTOFMEMORY, SafeArrayRedim(array, &bound));
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_int_equal(3, array->rgsabound[0].cElements);
    SafeArrayDestroy(copy);
    SafeArrayDestroy(array);
}

static void test_index__nulls(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 1), *bytes = SafeArrayCreateVector(VT_UI1, 0, 1);
    LONG zero = 0;
    VARIANT value = {0};
    void *place = NULL;
    assert_hr(E_INVALIDARG, SafeArrayGetElement(NULL, &zero, &value));
    assert_hr(E_INVALIDARG, SafeArrayGetElement(array, NULL, &value));
    assert_hr(E_INVALIDARG, SafeArrayGetElement(array, &zero, NULL));
    assert_hr(E_INVALIDARG, SafeArrayPutElement(NULL, &zero, &value));
    assert_hr(E_INVALIDARG, SafeArrayPutElement(array, NULL, &value));
    assert_hr(E_INVALIDARG, SafeArrayPutElement(array, &zero, NULL));
    assert_hr(E_INVALIDARG, SafeArrayPutElement(bytes, &zero, NULL));
    assert_hr(E_INVALIDARG, SafeArrayPtrOfIndex(NULL, &zero, &place));
    assert_hr(E_INVALIDARG, SafeArrayPtrOfIndex(array, NULL, &place));
    assert_hr(E_INVALIDARG, SafeArrayPtrOfIndex(array, &zero, NULL));
    assert_int_equal(0, array->cLocks);
    SafeArrayDestroy(bytes);
    SafeArrayDestroy(array);
}

/* The system makes an empty one of it. */
static void test_string__none_stays_none(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, 2);
    BSTR text = SysAllocString(L"text"), back = text;
    LONG i = 1;
    assert_hr(S_OK, SafeArrayPutElement(array, &i, NULL));
    back = text;
    assert_hr(S_OK, SafeArrayGetElement(array, &i, &back));
    assert_null(back);
    assert_hr(S_OK, SafeArrayPutElement(array, &i, text));
    SysFreeString(text);
    SafeArrayDestroy(array);
}

/* A former element that cannot go stays, and so does the new one's owner. */
static void test_variant__former_is_locked_or_broken(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 1);
    VARIANT *place = array->pvData;
    VARIANT value = {0};
    LONG zero = 0;
    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(L"new");
    V_VT(place) = VT_ARRAY | VT_UI1;
    V_ARRAY(place) = SafeArrayCreateVector(VT_UI1, 0, 1);
    SafeArrayLock(V_ARRAY(place));
    assert_hr(DISP_E_ARRAYISLOCKED, SafeArrayPutElement(array, &zero, &value));
    SafeArrayUnlock(V_ARRAY(place));
    assert_hr(S_OK, SafeArrayPutElement(array, &zero, &value));
    V_VT(place) = 999;
    assert_hr(DISP_E_BADVARTYPE, SafeArrayPutElement(array, &zero, &value));
    assert_hr(DISP_E_BADVARTYPE, SafeArrayDestroy(array));
    V_VT(place) = VT_BSTR;
    assert_hr(S_OK, SafeArrayDestroy(array));
    VariantClear(&value);
}

static void test_no_memory__elements_stay(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, 1);
    BSTR old = SysAllocString(L"old"), other = SysAllocString(L"other"), back = other;
    LONG zero = 0;
    assert_hr(S_OK, SafeArrayPutElement(array, &zero, old));
    allocator_allow(0);
    assert_hr(E_OUTOFMEMORY, SafeArrayPutElement(array, &zero, other));
    assert_hr(E_OUTOFMEMORY, SafeArrayGetElement(array, &zero, &back));
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_null(back);
    assert_int_equal(0, wcscmp(L"old", ((BSTR *)array->pvData)[0]));
    assert_int_equal(0, array->cLocks);
    SysFreeString(old);
    SysFreeString(other);
    SafeArrayDestroy(array);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create__refuses),
        cmocka_unit_test(test_create__sizes_do_not_overflow),
        cmocka_unit_test(test_vartype__of_other_makes),
        cmocka_unit_test(test_lock__null_and_too_often),
        cmocka_unit_test(test_destroy__null_and_unsound),
        cmocka_unit_test(test_destroy__of_a_structure_on_the_stack),
        cmocka_unit_test(test_destroy__erases),
        cmocka_unit_test(test_redim__longer_and_shorter),
        cmocka_unit_test(test_redim__refuses),
        cmocka_unit_test(test_redim__sizes_do_not_overflow),
        cmocka_unit_test(test_no_memory__copy_and_create),
        cmocka_unit_test(test_index__nulls),
        cmocka_unit_test(test_string__none_stays_none),
        cmocka_unit_test(test_variant__former_is_locked_or_broken),
        cmocka_unit_test(test_no_memory__elements_stay),
    };
    return cmocka_run_group_tests_name("compat/safearray_strict", tests, NULL, NULL);
}

/* Safe arrays as structures: layout, creation, bounds, locks, other bounds, copies, ends, and when memory is out. */
#include "support/com.h"

#include <limits.h>

#include "support/allocator.h"
#include "support/bigalloc.h"
#include "support/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    VARTYPE type;
    UINT size;
    unsigned features;
} types[] = {
    {VT_I1, 1, FADF_HAVEVARTYPE},
    {VT_UI1, 1, FADF_HAVEVARTYPE},
    {VT_I2, 2, FADF_HAVEVARTYPE},
    {VT_UI2, 2, FADF_HAVEVARTYPE},
    {VT_BOOL, 2, FADF_HAVEVARTYPE},
    {VT_I4, 4, FADF_HAVEVARTYPE},
    {VT_UI4, 4, FADF_HAVEVARTYPE},
    {VT_INT, 4, FADF_HAVEVARTYPE},
    {VT_UINT, 4, FADF_HAVEVARTYPE},
    {VT_ERROR, 4, FADF_HAVEVARTYPE},
    {VT_R4, 4, FADF_HAVEVARTYPE},
    {VT_R8, 8, FADF_HAVEVARTYPE},
    {VT_I8, 8, FADF_HAVEVARTYPE},
    {VT_UI8, 8, FADF_HAVEVARTYPE},
    {VT_CY, 8, FADF_HAVEVARTYPE},
    {VT_DATE, 8, FADF_HAVEVARTYPE},
    {VT_BSTR, sizeof(void *), FADF_HAVEVARTYPE | FADF_BSTR},
    {VT_UNKNOWN, sizeof(void *), FADF_HAVEIID | FADF_UNKNOWN},
    {VT_DISPATCH, sizeof(void *), FADF_HAVEIID | FADF_DISPATCH},
    {VT_VARIANT, sizeof(VARIANT), FADF_HAVEVARTYPE | FADF_VARIANT},
};

/* Other languages read the structure: it has the layout of the Windows ABI. */
static void test_layout__of_the_structure(void **state) {
    (void)state;
    assert_int_equal(0, offsetof(SAFEARRAY, cDims));
    assert_int_equal(2, offsetof(SAFEARRAY, fFeatures));
    assert_int_equal(4, offsetof(SAFEARRAY, cbElements));
    assert_int_equal(8, offsetof(SAFEARRAY, cLocks));
    assert_int_equal(sizeof(void *) == 8 ? 16 : 12, offsetof(SAFEARRAY, pvData));
    assert_int_equal(sizeof(void *) == 8 ? 24 : 16, offsetof(SAFEARRAY, rgsabound));
    assert_int_equal(8, sizeof(SAFEARRAYBOUND));
    assert_int_equal(sizeof(void *) == 8 ? 24 : 16, sizeof(VARIANT));
}

static void test_create__each_type(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(types); ++i) {
        VARTYPE type = VT_NULL;
        SAFEARRAY *array = SafeArrayCreateVector(types[i].type, 5, 3);
        assert_non_null(array);
        assert_int_equal(1, SafeArrayGetDim(array));
        assert_int_equal(types[i].size, SafeArrayGetElemsize(array));
        assert_int_equal(types[i].features, array->fFeatures);
        assert_hr(S_OK, SafeArrayGetVartype(array, &type));
        assert_int_equal(types[i].type, type);
        for (size_t byte = 0; byte < 3u * types[i].size; ++byte)
            assert_int_equal(0, ((const uint8_t *)array->pvData)[byte]);
        if (types[i].features & FADF_HAVEVARTYPE) {
            uint32_t before;
            memcpy(&before, (const char *)array - 4, sizeof before);
            assert_int_equal(types[i].type, before);
        } else {
            assert_memory_equal((const char *)array - 16,
                                types[i].type == VT_UNKNOWN ? &IID_IUnknown : &IID_IDispatch, 16);
        }
        assert_hr(S_OK, SafeArrayDestroy(array));
    }
}

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
    assert_null(SafeArrayCreateVector(VT_UI1, (LONG)INT32_MAX + 1, 1));
    assert_null(SafeArrayCreateVector(VT_UI1, (LONG)INT32_MIN - 1, 1));
    assert_null(SafeArrayCreateVector(VT_UI1, 0, (ULONG)UINT32_MAX + 2));
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

static void test_bounds__of_each_dimension(void **state) {
    (void)state;
    SAFEARRAYBOUND bounds[3] = {{2, 0}, {5, -3}, {0, 7}};
    SAFEARRAY *array = SafeArrayCreate(VT_I2, 3, bounds);
    static const LONG lower[] = {0, -3, 7}, upper[] = {1, 1, 6};
    LONG value = 99;
    assert_int_equal(3, SafeArrayGetDim(array));
    for (UINT dim = 1; dim <= 3; ++dim) {
        assert_hr(S_OK, SafeArrayGetLBound(array, dim, &value));
        assert_int_equal(lower[dim - 1], value);
        assert_hr(S_OK, SafeArrayGetUBound(array, dim, &value));
        assert_int_equal(upper[dim - 1], value);
        assert_int_equal(bounds[dim - 1].cElements, array->rgsabound[3 - dim].cElements);
        assert_int_equal(bounds[dim - 1].lLbound, array->rgsabound[3 - dim].lLbound);
    }
    for (UINT dim = 0; dim <= 4; dim += 4) {
        assert_hr(DISP_E_BADINDEX, SafeArrayGetLBound(array, dim, &value));
        assert_hr(DISP_E_BADINDEX, SafeArrayGetUBound(array, dim, &value));
    }
    assert_hr(E_INVALIDARG, SafeArrayGetLBound(array, 1, NULL));
    assert_hr(E_INVALIDARG, SafeArrayGetUBound(array, 1, NULL));
    assert_hr(E_INVALIDARG, SafeArrayGetLBound(NULL, 1, &value));
    assert_hr(E_INVALIDARG, SafeArrayGetUBound(NULL, 1, &value));
    SafeArrayDestroy(array);
    assert_int_equal(0, SafeArrayGetDim(NULL));
    assert_int_equal(0, SafeArrayGetElemsize(NULL));
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

static void test_lock__counts(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, 4);
    SAFEARRAYBOUND more = {9, 0};
    void *data = NULL;
    assert_hr(E_UNEXPECTED, SafeArrayUnlock(array));
    assert_hr(S_OK, SafeArrayLock(array));
    assert_hr(S_OK, SafeArrayAccessData(array, &data));
    assert_ptr_equal(array->pvData, data);
    assert_int_equal(2, array->cLocks);
    assert_hr(DISP_E_ARRAYISLOCKED, SafeArrayDestroy(array));
    assert_hr(DISP_E_ARRAYISLOCKED, SafeArrayRedim(array, &more));
    assert_hr(S_OK, SafeArrayUnaccessData(array));
    assert_hr(DISP_E_ARRAYISLOCKED, SafeArrayDestroy(array));
    assert_hr(S_OK, SafeArrayUnlock(array));
    assert_hr(E_UNEXPECTED, SafeArrayUnaccessData(array));
    assert_hr(E_INVALIDARG, SafeArrayAccessData(array, NULL));
    assert_int_equal(0, array->cLocks);
    assert_hr(S_OK, SafeArrayDestroy(array));
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

/* Only the last dimension changes; the elements of the others keep their indices. */
static void test_redim__last_of_two_dimensions(void **state) {
    (void)state;
    SAFEARRAYBOUND bounds[2] = {{2, 0}, {2, 0}}, more = {3, 0};
    SAFEARRAY *array = SafeArrayCreate(VT_UI1, 2, bounds);
    LONG upper = 0;
    memcpy(array->pvData, "abcd", 4);
    assert_hr(S_OK, SafeArrayRedim(array, &more));
    assert_memory_equal(array->pvData, "abcd\0\0", 6);
    assert_hr(S_OK, SafeArrayGetUBound(array, 1, &upper));
    assert_int_equal(1, upper);
    assert_hr(S_OK, SafeArrayGetUBound(array, 2, &upper));
    assert_int_equal(2, upper);
    SafeArrayDestroy(array);
}

static void test_redim__frees_what_is_cut(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    SAFEARRAY *array = SafeArrayCreateVector(VT_UNKNOWN, 0, 3);
    SAFEARRAYBOUND one = {1, 0};
    for (LONG i = 0; i < 3; ++i)
        assert_hr(S_OK, SafeArrayPutElement(array, &i, &object.IDispatch_iface));
    assert_int_equal(4, object.refs);
    assert_hr(S_OK, SafeArrayRedim(array, &one));
    assert_int_equal(2, object.refs);
    assert_hr(S_OK, SafeArrayDestroy(array));
    assert_int_equal(1, object.refs);
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
    SAFEARRAYBOUND bounds[3] = {{0x40000000, 0}, {0x40000000, 0}, {0, 0}}, more = {0x40000000, 0};
    SAFEARRAY *array = SafeArrayCreate(VT_UI1, 3, bounds);
    assert_non_null(array);
    assert_hr(E_OUTOFMEMORY, SafeArrayRedim(array, &more));
    assert_int_equal(0, array->rgsabound[0].cElements);
    assert_hr(S_OK, SafeArrayDestroy(array));
}

static void test_copy__of_each_type_that_owns_nothing(void **state) {
    (void)state;
    for (size_t i = 0; i < 16; ++i) {
        SAFEARRAY *copy = NULL;
        VARTYPE type = VT_NULL;
        SAFEARRAY *array = SafeArrayCreateVector(types[i].type, 4, 3);
        memset(array->pvData, 0x5A, 3u * types[i].size);
        SafeArrayLock(array);
        assert_hr(S_OK, SafeArrayCopy(array, &copy));
        assert_int_equal(1, array->cLocks);
        assert_int_equal(0, copy->cLocks);
        assert_int_equal(array->fFeatures, copy->fFeatures);
        assert_int_equal(4, copy->rgsabound[0].lLbound);
        assert_ptr_not_equal(array->pvData, copy->pvData);
        assert_memory_equal(array->pvData, copy->pvData, 3u * types[i].size);
        assert_hr(S_OK, SafeArrayGetVartype(copy, &type));
        assert_int_equal(types[i].type, type);
        SafeArrayUnlock(array);
        SafeArrayDestroy(array);
        SafeArrayDestroy(copy);
    }
}

static void test_copy__null_empty_and_foreign(void **state) {
    (void)state;
    uint8_t bytes[4] = {1, 2, 3, 4};
    SAFEARRAY own = {1, FADF_AUTO | FADF_FIXEDSIZE, 1, 7, bytes, {{4, 0}}};
    SAFEARRAY *copy = &own;
    assert_hr(S_OK, SafeArrayCopy(NULL, &copy));
    assert_null(copy);
    assert_hr(E_INVALIDARG, SafeArrayCopy(&own, NULL));
    assert_hr(S_OK, SafeArrayCopy(&own, &copy));
    assert_int_equal(0, copy->fFeatures);
    assert_int_equal(7, own.cLocks);
    assert_memory_equal(bytes, copy->pvData, 4);
    assert_hr(S_OK, SafeArrayDestroy(copy));
    SAFEARRAY *empty = SafeArrayCreateVector(VT_BSTR, 0, 0);
    assert_hr(S_OK, SafeArrayCopy(empty, &copy));
    assert_int_equal(0, copy->rgsabound[0].cElements);
    SafeArrayDestroy(empty);
    SafeArrayDestroy(copy);
}

static void test_copy__strings_and_objects(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    SAFEARRAY *strings = SafeArrayCreateVector(VT_BSTR, 0, 2),
              *objects = SafeArrayCreateVector(VT_DISPATCH, 0, 2);
    SAFEARRAY *copy = NULL;
    LONG zero = 0;
    BSTR text = SysAllocString(L"reader");
    assert_hr(S_OK, SafeArrayPutElement(strings, &zero, text));
    assert_hr(S_OK, SafeArrayCopy(strings, &copy));
    BSTR *from = strings->pvData, *to = copy->pvData;
    assert_ptr_not_equal(from[0], to[0]);
    assert_int_equal(0, wcscmp(L"reader", to[0]));
    assert_null(to[1]);
    SafeArrayDestroy(copy);
    assert_hr(S_OK, SafeArrayPutElement(objects, &zero, &object.IDispatch_iface));
    assert_hr(S_OK, SafeArrayCopy(objects, &copy));
    assert_int_equal(3, object.refs);
    assert_memory_equal((const char *)copy - 16, &IID_IDispatch, 16);
    SafeArrayDestroy(copy);
    SafeArrayDestroy(objects);
    SafeArrayDestroy(strings);
    assert_int_equal(1, object.refs);
    SysFreeString(text);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout__of_the_structure),
        cmocka_unit_test(test_create__each_type),
        cmocka_unit_test(test_create__refuses),
        cmocka_unit_test(test_create__sizes_do_not_overflow),
        cmocka_unit_test(test_bounds__of_each_dimension),
        cmocka_unit_test(test_vartype__of_other_makes),
        cmocka_unit_test(test_lock__counts),
        cmocka_unit_test(test_lock__null_and_too_often),
        cmocka_unit_test(test_destroy__null_and_unsound),
        cmocka_unit_test(test_destroy__of_a_structure_on_the_stack),
        cmocka_unit_test(test_destroy__erases),
        cmocka_unit_test(test_redim__longer_and_shorter),
        cmocka_unit_test(test_redim__last_of_two_dimensions),
        cmocka_unit_test(test_redim__frees_what_is_cut),
        cmocka_unit_test(test_redim__refuses),
        cmocka_unit_test(test_redim__sizes_do_not_overflow),
        cmocka_unit_test(test_copy__of_each_type_that_owns_nothing),
        cmocka_unit_test(test_copy__null_empty_and_foreign),
        cmocka_unit_test(test_copy__strings_and_objects),
        cmocka_unit_test(test_no_memory__copy_and_create),
    };
    return cmocka_run_group_tests_name("compat/safearray", tests, NULL, NULL);
}

/* Safe arrays as structures: layout, creation, bounds, locks, other bounds, copies and ends. */
#include "support/kits/com.h"

#include "support/fakes/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#ifndef FADF_CREATEVECTOR
/* what only the system notes, of arrays that cannot be made longer in place */
#define FADF_CREATEVECTOR 0x2000
#endif

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
        assert_int_equal(types[i].features, array->fFeatures & ~FADF_CREATEVECTOR);
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
        assert_int_equal(types[i].features, copy->fFeatures & ~FADF_CREATEVECTOR);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout__of_the_structure),
        cmocka_unit_test(test_create__each_type),
        cmocka_unit_test(test_bounds__of_each_dimension),
        cmocka_unit_test(test_lock__counts),
        cmocka_unit_test(test_redim__last_of_two_dimensions),
        cmocka_unit_test(test_redim__frees_what_is_cut),
        cmocka_unit_test(test_copy__of_each_type_that_owns_nothing),
        cmocka_unit_test(test_copy__null_empty_and_foreign),
        cmocka_unit_test(test_copy__strings_and_objects),
    };
    return cmocka_run_group_tests_name("compat/safearray", tests, NULL, NULL);
}

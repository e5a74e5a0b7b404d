/* Elements of safe arrays: where they lie, how they are copied in and out, and who owns what. */
#include "support/kits/com.h"

#include <limits.h>

#include "support/fakes/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static SAFEARRAY *three_by_two(void) {
    SAFEARRAYBOUND bounds[2] = {{3, -1}, {2, 10}};
    SAFEARRAY *array = SafeArrayCreate(VT_UI1, 2, bounds);
    assert_non_null(array);
    return array;
}

/* The index of the first dimension runs fastest, as programs that walk pvData expect. */
static void test_order__first_index_runs_fastest(void **state) {
    (void)state;
    SAFEARRAY *array = three_by_two();
    uint8_t value = 'a';
    for (LONG second = 10; second <= 11; ++second)
        for (LONG first = -1; first <= 1; ++first, ++value) {
            LONG indices[2] = {first, second};
            uint8_t back = 0;
            void *place = NULL;
            assert_hr(S_OK, SafeArrayPutElement(array, indices, &value));
            assert_hr(S_OK, SafeArrayGetElement(array, indices, &back));
            assert_int_equal(value, back);
            assert_hr(S_OK, SafeArrayPtrOfIndex(array, indices, &place));
            assert_ptr_equal((uint8_t *)array->pvData + (value - 'a'), place);
        }
    assert_memory_equal("abcdef", array->pvData, 6);
    SafeArrayDestroy(array);
}

static void test_index__out_of_bounds(void **state) {
    (void)state;
    static const LONG rows[][2] = {{-2, 10},       {2, 10},        {0, 9},        {0, 12},
                                   {LONG_MIN, 10}, {LONG_MAX, 10}, {0, LONG_MIN}, {0, LONG_MAX}};
    SAFEARRAY *array = three_by_two();
    for (size_t i = 0; i < COUNT(rows); ++i) {
        LONG indices[2] = {rows[i][0], rows[i][1]};
        uint8_t byte = 7;
        void *place = NULL;
        assert_hr(DISP_E_BADINDEX, SafeArrayGetElement(array, indices, &byte));
        assert_hr(DISP_E_BADINDEX, SafeArrayPutElement(array, indices, &byte));
        assert_hr(DISP_E_BADINDEX, SafeArrayPtrOfIndex(array, indices, &place));
        assert_int_equal(7, byte);
        assert_null(place);
    }
    assert_int_equal(0, array->cLocks);
    SafeArrayDestroy(array);
    LONG zero = 0;
    uint8_t byte = 0;
    SAFEARRAY *empty = SafeArrayCreateVector(VT_UI1, 0, 0);
    assert_hr(DISP_E_BADINDEX, SafeArrayGetElement(empty, &zero, &byte));
    SafeArrayDestroy(empty);
}

static void test_plain__every_width(void **state) {
    (void)state;
    static const VARTYPE rows[] = {VT_I1, VT_UI2, VT_I4, VT_R4, VT_I8, VT_UI8, VT_R8, VT_BOOL, VT_CY};
    static const uint8_t pattern[8] = {0x80, 1, 2, 3, 4, 5, 6, 0xF7};
    for (size_t i = 0; i < COUNT(rows); ++i) {
        SAFEARRAY *array = SafeArrayCreateVector(rows[i], 1, 2);
        const UINT size = SafeArrayGetElemsize(array);
        uint8_t value[9], back[9];
        LONG index = 2;
        memcpy(value, pattern, 8);
        memset(back, 0xEE, sizeof back);
        SafeArrayLock(array);
        assert_hr(S_OK, SafeArrayPutElement(array, &index, value));
        assert_hr(S_OK, SafeArrayGetElement(array, &index, back));
        SafeArrayUnlock(array);
        assert_memory_equal(pattern, back, size);
        assert_int_equal(0xEE, back[size]);
        assert_memory_equal("\0\0\0\0\0\0\0\0", array->pvData, size);
        SafeArrayDestroy(array);
    }
}

static void test_string__is_copied_in_and_out(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, 2);
    BSTR text = SysAllocStringLen(L"a\0b", 3), back = NULL;
    LONG i = 1;
    assert_hr(S_OK, SafeArrayPutElement(array, &i, text));
    text[0] = L'x';
    assert_hr(S_OK, SafeArrayGetElement(array, &i, &back));
    assert_ptr_not_equal(back, ((BSTR *)array->pvData)[1]);
    assert_int_equal(3, SysStringLen(back));
    assert_memory_equal(L"a\0b", back, 4 * sizeof(OLECHAR));
    SysFreeString(back);
    assert_hr(S_OK, SafeArrayPutElement(array, &i, ((BSTR *)array->pvData)[1]));
    assert_memory_equal(L"a\0b", ((BSTR *)array->pvData)[1], 4 * sizeof(OLECHAR));
    SysFreeString(text);
    SafeArrayDestroy(array);
}

static void test_object__is_counted(void **state) {
    (void)state;
    static const VARTYPE kinds[] = {VT_UNKNOWN, VT_DISPATCH};
    for (size_t k = 0; k < COUNT(kinds); ++k) {
        struct foreign_object object;
        foreign_object_init(&object);
        SAFEARRAY *array = SafeArrayCreateVector(kinds[k], 0, 1);
        IUnknown *back = NULL;
        LONG zero = 0;
        assert_hr(S_OK, SafeArrayGetElement(array, &zero, &back));
        assert_null(back);
        assert_hr(S_OK, SafeArrayPutElement(array, &zero, &object.IDispatch_iface));
        assert_hr(S_OK, SafeArrayPutElement(array, &zero, &object.IDispatch_iface));
        assert_int_equal(2, object.refs);
        assert_hr(S_OK, SafeArrayGetElement(array, &zero, &back));
        assert_ptr_equal(&object, back);
        assert_int_equal(3, object.refs);
        IUnknown_Release(back);
        assert_hr(S_OK, SafeArrayPutElement(array, &zero, NULL));
        assert_int_equal(1, object.refs);
        assert_hr(S_OK, SafeArrayPutElement(array, &zero, &object.IDispatch_iface));
        SafeArrayDestroy(array);
        assert_int_equal(1, object.refs);
    }
}

static void test_variant__is_copied_whole(void **state) {
    (void)state;
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 2);
    VARIANT value, back;
    LONG zero = 0;
    memset(&back, 0xCC, sizeof back);
    VariantInit(&value);
    V_VT(&value) = VT_ARRAY | VT_UI1;
    V_ARRAY(&value) = SafeArrayCreateVector(VT_UI1, 0, 3);
    memcpy(V_ARRAY(&value)->pvData, "abc", 3);
    assert_hr(S_OK, SafeArrayPutElement(array, &zero, &value));
    memcpy(V_ARRAY(&value)->pvData, "xyz", 3);
    assert_hr(S_OK, SafeArrayGetElement(array, &zero, &back));
    assert_int_equal(VT_ARRAY | VT_UI1, V_VT(&back));
    assert_memory_equal("abc", V_ARRAY(&back)->pvData, 3);
    assert_ptr_not_equal(V_ARRAY(&back), V_ARRAY((VARIANT *)array->pvData));
    assert_hr(S_OK, VariantClear(&back));
    V_VT(&value) = 999;
    assert_hr(DISP_E_BADVARTYPE, SafeArrayPutElement(array, &zero, &value));
    V_VT(&value) = VT_ARRAY | VT_UI1;
    assert_hr(S_OK, SafeArrayGetElement(array, &zero, &back));
    assert_memory_equal("abc", V_ARRAY(&back)->pvData, 3);
    VariantClear(&back);
    VariantClear(&value);
    assert_hr(S_OK, SafeArrayDestroy(array));
}

static void test_variant__in_a_nest(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    SAFEARRAY *inner = SafeArrayCreateVector(VT_VARIANT, 0, 1),
              *outer = SafeArrayCreateVector(VT_VARIANT, 0, 1), *copy = NULL;
    VARIANT value = {0};
    LONG zero = 0;
    V_VT(&value) = VT_DISPATCH;
    V_DISPATCH(&value) = &object.IDispatch_iface;
    assert_hr(S_OK, SafeArrayPutElement(inner, &zero, &value));
    V_VT(&value) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&value) = inner;
    assert_hr(S_OK, SafeArrayPutElement(outer, &zero, &value));
    assert_hr(S_OK, SafeArrayCopy(outer, &copy));
    assert_int_equal(4, object.refs);
    SafeArrayDestroy(inner);
    SafeArrayDestroy(outer);
    assert_int_equal(2, object.refs);
    SafeArrayDestroy(copy);
    assert_int_equal(1, object.refs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order__first_index_runs_fastest),
        cmocka_unit_test(test_index__out_of_bounds),
        cmocka_unit_test(test_plain__every_width),
        cmocka_unit_test(test_string__is_copied_in_and_out),
        cmocka_unit_test(test_object__is_counted),
        cmocka_unit_test(test_variant__is_copied_whole),
        cmocka_unit_test(test_variant__in_a_nest),
    };
    return cmocka_run_group_tests_name("compat/safearray_elements", tests, NULL, NULL);
}

/*
 * Safe arrays that callers hand in: what they say is checked in one place, arrayview.c. behaviour.md: nothing
 * a caller sends may crash or read out of bounds; a bad value is E_INVALIDARG. The doors that arrays come in
 * by are tried here, and in test_database.c, test_locate.c and test_cardex_transmit.c.
 */
#include <stdint.h>
#include <string.h>

#include "support/kits/com.h"

#include "com/arrayview.h"
#include "objects/bytebuffer.h"
#include "objects/cmd.h"
#include "objects/typeconv.h"
#include "support/fakes/liars.h"
#include "support/kits/automation.h"
#include "support/kits/bytebuffers.h"

static const VARTYPE types[] = {VT_UI1, VT_BSTR, VT_VARIANT};
#define TYPES (sizeof types / sizeof types[0])

static void expect_refused(HRESULT hr, const char *lie) {
    if (hr != E_INVALIDARG)
        print_error("%s\n", lie);
    assert_hr(E_INVALIDARG, hr);
}

static void check_and_open(SAFEARRAY *array, const char *lie, void *context) {
    struct arrayview view;
    (void)context;
    expect_refused(arrayview_check(array), lie);
    expect_refused(arrayview_open(array, &view), lie);
}

static void test_open__refuses_every_lie(void **state) {
    (void)state;
    struct arrayview view;
    for (size_t i = 0; i < TYPES; ++i)
        liars_try(types[i], check_and_open, NULL);
    assert_hr(E_INVALIDARG, arrayview_check(NULL));
    assert_hr(E_INVALIDARG, arrayview_open(NULL, &view));
}

static void test_open__sees_what_is_there(void **state) {
    (void)state;
    for (size_t i = 0; i < TYPES; ++i) {
        for (ULONG count = 0; count < 4; ++count) {
            struct arrayview view;
            SAFEARRAY *array = SafeArrayCreateVector(types[i], -1, count);
            assert_hr(S_OK, arrayview_check(array));
            assert_hr(S_OK, arrayview_open(array, &view));
            assert_int_equal(types[i], view.type);
            assert_int_equal(SafeArrayGetElemsize(array), view.size);
            assert_int_equal(count, view.count);
            assert_true(count == 0 || view.data == array->pvData);
            assert_int_equal(1, array->cLocks);
            arrayview_close(&view);
            assert_int_equal(0, array->cLocks);
            assert_hr(S_OK, SafeArrayDestroy(array));
        }
    }
}

/* Set up by the program, which leaves the type out; and no memory where there are no elements. */
static void test_open__structures_on_the_stack(void **state) {
    (void)state;
    uint8_t bytes[4] = {1, 2, 3, 4};
    struct arrayview view;
    SAFEARRAY array = {
        .cDims = 1, .fFeatures = FADF_AUTO, .cbElements = 1, .pvData = bytes, .rgsabound = {{4, 7}}};
    assert_hr(S_OK, arrayview_open(&array, &view));
    assert_int_equal(VT_UI1, view.type);
    assert_int_equal(4, view.count);
    assert_ptr_equal(bytes, view.data);
    arrayview_close(&view);
    array.cbElements = 4;
    array.rgsabound[0].cElements = 1;
    assert_hr(S_OK, arrayview_open(&array, &view));
    assert_int_equal(VT_EMPTY, view.type);
    arrayview_close(&view);
    array.rgsabound[0].cElements = 0;
    array.pvData = NULL;
    assert_hr(S_OK, arrayview_open(&array, &view));
    assert_int_equal(0, view.count);
    arrayview_close(&view);
}

static void test_open__several_dimensions(void **state) {
    (void)state;
    struct arrayview view;
    SAFEARRAYBOUND bounds[2] = {{2, 0}, {3, 0}};
    SAFEARRAY *array = SafeArrayCreate(VT_UI1, 2, bounds);
    assert_hr(S_OK, arrayview_check(array));
    assert_hr(DISP_E_TYPEMISMATCH, arrayview_open(array, &view));
    assert_int_equal(0, array->cLocks);
    assert_hr(S_OK, SafeArrayDestroy(array));
}

/* Doors: the converter and arguments by name. */

static void convert(SAFEARRAY *array, const char *lie, void *context) {
    IByteBuffer *buffer = (IByteBuffer *)&array;
    expect_refused(ISCardTypeConv_ConvertSafeArrayToByteBuffer((ISCardTypeConv *)context, array, &buffer),
                   lie);
    assert_null(buffer);
}

static VARIANT lent(VARTYPE type, SAFEARRAY **array) {
    return arg_typed_ref((VARTYPE)(VT_ARRAY | type), array);
}

/* The call fails with the code of the argument, or with what the method says of it. */
static void expect_refused_by_name(HRESULT hr, const char *lie) {
    expect_refused(hr == DISP_E_EXCEPTION ? told.code : hr, lie);
}

static void convert_by_name(SAFEARRAY *array, const char *lie, void *context) {
    VARIANT buffer = {.vt = VT_EMPTY};
    expect_refused_by_name(by_name(context, &IID_ISCardTypeConv, L"ConvertSafeArrayToByteBuffer", NULL, 2,
                                   lent(VT_UI1, &array), arg_ref(&buffer)),
                           lie);
    assert_int_equal(VT_EMPTY, V_VT(&buffer));
}

static void convert_variants_by_name(SAFEARRAY *array, const char *lie, void *context) {
    VARIANT buffer = {.vt = VT_EMPTY};
    expect_refused_by_name(by_name(context, &IID_ISCardTypeConv, L"ConvertSafeArrayToByteBuffer", NULL, 2,
                                   lent(VT_VARIANT, &array), arg_ref(&buffer)),
                           lie);
    assert_int_equal(VT_EMPTY, V_VT(&buffer));
}

static void test_converter__refuses_every_lie(void **state) {
    (void)state;
    ISCardTypeConv *conv = NULL;
    assert_hr(S_OK, typeconv_create(&conv));
    for (size_t i = 0; i < TYPES; ++i)
        liars_try(types[i], convert, conv);
    liars_try(VT_UI1, convert_by_name, conv);
    liars_try(VT_VARIANT, convert_variants_by_name, conv);
    ISCardTypeConv_Release(conv);
}

/* As data of a command, and where bytes and their number are passed. */
static void data_by_name(SAFEARRAY *array, const char *lie, void *context) {
    expect_refused_by_name(put_by_name(context, &IID_ISCardCmd, L"Data", lent(VT_UI1, &array)), lie);
    IByteBuffer *buffer = buffer_with("ab", 2);
    expect_refused_by_name(
        by_name(buffer, &IID_IByteBuffer, L"Write", NULL, 2, lent(VT_UI1, &array), arg_number(1)), lie);
    expect_refused_by_name(
        by_name(buffer, &IID_IByteBuffer, L"Initialize", NULL, 2, arg_number(1), lent(VT_UI1, &array)), lie);
    assert_holds(buffer, "ab", 2);
    IByteBuffer_Release(buffer);
}

static void variants_by_name(SAFEARRAY *array, const char *lie, void *context) {
    expect_refused_by_name(put_by_name(context, &IID_ISCardCmd, L"Data", lent(VT_VARIANT, &array)), lie);
}

static void test_data__refuses_every_lie(void **state) {
    (void)state;
    ISCardCmd *cmd = NULL;
    LONG length = 0;
    assert_hr(S_OK, cmd_create(&cmd));
    assert_hr(S_OK, ISCardCmd_BuildCmd(cmd, 0, 0xA4, 0, 0, NULL, NULL));
    liars_try(VT_UI1, data_by_name, cmd);
    liars_try(VT_VARIANT, variants_by_name, cmd);
    assert_hr(S_OK, ISCardCmd_get_ApduLength(cmd, &length));
    assert_int_equal(4, length);
    ISCardCmd_Release(cmd);
}

/*
 * A byte array that has never been given a size, as Visual Basic passes it, is no bytes: by value and by
 * reference.
 */
static void test_data__no_array_is_no_data(void **state) {
    (void)state;
    ISCardCmd *cmd = NULL;
    ISCardTypeConv *conv = NULL;
    LONG length = 0;
    SAFEARRAY *none = NULL;
    VARIANT by_value = {.vt = VT_ARRAY | VT_UI1};
    VARIANT back = {.vt = VT_EMPTY};
    const VARIANT ways[] = {by_value, lent(VT_UI1, &none)};
    assert_hr(S_OK, cmd_create(&cmd));
    assert_hr(S_OK, typeconv_create(&conv));
    for (size_t i = 0; i < 2; ++i) {
        IByteBuffer *buffer = buffer_with("ab", 2);
        assert_hr(S_OK, by_name(cmd, &IID_ISCardCmd, L"BuildCmd", NULL, 5, arg_number(0), arg_number(0xA4),
                                arg_number(0), arg_number(0), ways[i]));
        assert_hr(S_OK, ISCardCmd_get_ApduLength(cmd, &length));
        assert_int_equal(4, length);
        assert_hr(S_OK, put_by_name(cmd, &IID_ISCardCmd, L"Data", ways[i]));
        assert_hr(S_OK, by_name(buffer, &IID_IByteBuffer, L"Write", NULL, 2, ways[i], arg_number(0)));
        assert_hr(S_OK, by_name(buffer, &IID_IByteBuffer, L"Initialize", NULL, 2, arg_number(3), ways[i]));
        assert_holds(buffer, "\0\0", 3);
        IByteBuffer_Release(buffer);
        assert_hr(S_OK, by_name(conv, &IID_ISCardTypeConv, L"ConvertSafeArrayToByteBuffer", NULL, 2, ways[i],
                                arg_ref(&back)));
        buffer = take_object(&back, &IID_IByteBuffer);
        assert_holds(buffer, "", 0);
        IByteBuffer_Release(buffer);
    }
    ISCardTypeConv_Release(conv);
    ISCardCmd_Release(cmd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open__refuses_every_lie),       cmocka_unit_test(test_open__sees_what_is_there),
        cmocka_unit_test(test_open__structures_on_the_stack), cmocka_unit_test(test_open__several_dimensions),
        cmocka_unit_test(test_converter__refuses_every_lie),  cmocka_unit_test(test_data__refuses_every_lie),
        cmocka_unit_test(test_data__no_array_is_no_data),
    };
    return cmocka_run_group_tests_name("objects/arrayview", tests, NULL, NULL);
}

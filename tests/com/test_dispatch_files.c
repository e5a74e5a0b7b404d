/*
 * ISCardFileAccess by name, as scripts use it: every member, tables of properties as arrays of byte arrays,
 * and what a script can index.
 * Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "com/com.h"
#include "support/kits/apdus.h"
#include "support/kits/automation.h"
#include "support/kits/managing.h"
#include "support/kits/stringarrays.h"
#include "support/worlds/world.h"

#define FILES(name) &IID_ISCardFileAccess, L##name
#define MANAGE(name) &IID_ISCardManage, L##name
#define BY_ID SC_TYPE_BY_ID

static struct world *world;

/* A fresh card and its files. */
static struct stage {
    ISCardManage *manage;
    ISCardFileAccess *files;
} stage;

static int stage_open(void **state) {
    VARIANT made = {.vt = VT_EMPTY};
    (void)state;
    world_insert(world, "demo");
    stage.manage = managing_attached(world, SHARED);
    assert_hr(by_name(stage.manage, MANAGE("CreateFileAccess"), NULL, 1, arg_ref(&made)), S_OK);
    stage.files = take_object(&made, &IID_ISCardFileAccess);
    return 0;
}

static int stage_close(void **state) {
    assert_int_equal(ISCardFileAccess_Release(stage.files), 0);
    ISCardManage_Release(stage.manage);
    return world_after(state);
}

static int64_t open_file(const wchar_t *path) {
    VARIANT file = {.vt = VT_EMPTY};
    assert_hr(by_name(stage.files, FILES("Open"), NULL, 3, arg_number(BY_ID), arg_text(path), arg_ref(&file)),
              S_OK);
    return take_number(&file);
}

/* Reads `size` bytes of a file from where its pointer stands. */
static void expect_content(int64_t file, int32_t size, const char *hex) {
    VARIANT count = arg_number(size), buffer = {.vt = VT_EMPTY};
    assert_hr(by_name(stage.files, FILES("Read"), NULL, 4, arg_long(file), arg_ref(&count), arg_ref(&buffer),
                      arg_number(0)),
              S_OK);
    assert_int_equal(take_number(&count), size);
    assert_buffer_hex(take_object(&buffer, &IID_IByteBuffer), hex);
}

static void expect_directory(const wchar_t *path) {
    VARIANT text = {.vt = VT_EMPTY};
    assert_hr(by_name(stage.files, FILES("GetCurrentDir"), NULL, 1, arg_ref(&text)), S_OK);
    assert_int_equal(text.vt, VT_BSTR);
    assert_true(wcscmp(text.bstrVal, path) == 0);
    VariantClear(&text);
}

static void test_files__read_and_written(void **state) {
    (void)state;
    const int64_t file = open_file(L"/0002");
    expect_content(file, 5, "48656C6C6F");
    assert_hr(by_name(stage.files, FILES("Seek"), NULL, 3, arg_long(file), arg_number(0),
                      arg_number(SC_SEEK_FROM_BEGINNING)),
              S_OK);
    assert_hr(by_name(stage.files, FILES("Write"), NULL, 4, arg_long(file), arg_number(0),
                      arg_bytes("HELLO", 5), arg_number(0)),
              S_OK);
    assert_hr(by_name(stage.files, FILES("Seek"), NULL, 3, arg_long(file), arg_number(-5),
                      arg_number(SC_SEEK_RELATIVE)),
              S_OK);
    expect_content(file, 5, "48454C4C4F");
    assert_hr(by_name(stage.files, FILES("Close"), NULL, 1, arg_long(file)), S_OK);
    assert_hr(by_name(stage.files, FILES("Close"), NULL, 1, arg_long(file)), DISP_E_EXCEPTION);
    assert_string_equal(told.source, "SCardSSP.SCardFileAccess");
    assert_int_equal((uint32_t)told.code, (uint32_t)E_INVALIDARG);
}

static void test_directories__changed_and_listed(void **state) {
    VARIANT list = {.vt = VT_EMPTY}, name = {.vt = VT_EMPTY};
    (void)state;
    expect_directory(L"/");
    assert_hr(by_name(stage.files, FILES("ChangeDir"), NULL, 2, arg_number(BY_ID), arg_text(L"DF01")), S_OK);
    expect_directory(L"/DF01");
    assert_hr(by_name(stage.files, FILES("ChangeDir"), NULL, 2, arg_number(BY_ID), arg_text(L"/")), S_OK);
    assert_hr(
        by_name(stage.files, FILES("Directory"), NULL, 2, arg_number(SC_TYPE_DIRECTORIES), arg_ref(&list)),
        S_OK);
    /* VBScript indexes arrays of VARIANTs alone */
    assert_int_equal(list.vt, VT_ARRAY | VT_VARIANT);
    assert_int_equal(list.parray->rgsabound[0].cElements, 2);
    assert_int_equal(list.parray->rgsabound[0].lLbound, 0);
    assert_hr(SafeArrayGetElement(list.parray, &(LONG){1}, &name), S_OK);
    assert_int_equal(name.vt, VT_BSTR);
    assert_true(wcscmp(name.bstrVal, L"DF02") == 0);
    VariantClear(&name);
    VariantClear(&list);
}

/* Visual Basic's "Dim names() As String", and what is empty. */
static void test_directories__in_a_variable_of_strings(void **state) {
    SAFEARRAY *strings = NULL;
    VARIANT list = {.vt = VT_EMPTY};
    (void)state;
    assert_hr(by_name(stage.files, FILES("Directory"), NULL, 2, arg_number(SC_TYPE_DIRECTORIES),
                      arg_typed_ref(VT_ARRAY | VT_BSTR, &strings)),
              S_OK);
    assert_array(strings, L"DF01|DF02");
    assert_hr(by_name(stage.files, FILES("ChangeDir"), NULL, 2, arg_number(BY_ID), arg_text(L"DF01")), S_OK);
    assert_hr(
        by_name(stage.files, FILES("Directory"), NULL, 2, arg_number(SC_TYPE_CYCLIC_EF), arg_ref(&list)),
        S_OK);
    assert_int_equal(list.vt, VT_ARRAY | VT_VARIANT);
    assert_int_equal(list.parray->rgsabound[0].cElements, 0);
    VariantClear(&list);
}

/* An array of byte arrays with one or two of them; an array of no bytes is left out. */
static VARIANT table_of(const char *first, size_t first_size, const char *second, size_t second_size) {
    VARIANT table = {.vt = VT_ARRAY | VT_VARIANT};
    table.parray = SafeArrayCreateVector(VT_VARIANT, 0, second_size ? 2 : 1);
    assert_non_null(table.parray);
    VARIANT *const elements = table.parray->pvData;
    elements[0] = arg_variants(first, first_size);
    if (second_size)
        elements[1] = arg_bytes(second, second_size);
    return table;
}

static void expect_element(const VARIANT *table, LONG index, const void *bytes, size_t size) {
    VARIANT element = {.vt = VT_EMPTY};
    uint8_t found[64];
    assert_int_equal(table->vt, VT_ARRAY | VT_VARIANT);
    assert_hr(SafeArrayGetElement(table->parray, &index, &element), S_OK);
    assert_int_equal(take_indexed_bytes(&element, found, sizeof found), size);
    assert_memory_equal(found, bytes, size);
}

static void test_properties__as_arrays(void **state) {
    VARIANT table = table_of("\x80", 1, "\x83", 1), count = arg_number(2);
    (void)state;
    assert_hr(by_name(stage.files, FILES("GetProperties"), NULL, 5, arg_number(BY_ID), arg_text(L"/0002"),
                      arg_ref(&table), arg_ref(&count), arg_number(0)),
              S_OK);
    expect_element(&table, 0, "\x80\x02\x01\x00", 4);
    expect_element(&table, 1, "\x83\x02\x00\x02", 4);
    VariantClear(&table);
    /* all that there are, into an array that the method fills */
    count = arg_number(20);
    assert_hr(by_name(stage.files, FILES("GetProperties"), NULL, 5, arg_number(BY_ID), arg_text(L"/0002"),
                      arg_ref(&table), arg_ref(&count), arg_number(SC_FL_GET_ALL_PROPERTIES)),
              S_OK);
    const int64_t all = take_number(&count);
    assert_true(all >= 3 && all <= 20);
    assert_int_equal(table.parray->rgsabound[0].cElements, all);
    VariantClear(&table);
    count = arg_number(1);
    table = table_of("\x80", 1, NULL, 0);
    assert_hr(by_name(stage.files, FILES("GetFileCapabilities"), NULL, 3, arg_ref(&table), arg_ref(&count),
                      arg_number(0)),
              S_OK);
    assert_int_equal(take_number(&count), 1);
    VariantClear(&table);
}

/* Deactivated, and active again, once by its own method and once as a property. */
static void test_life_cycle(void **state) {
    (void)state;
    assert_hr(by_name(stage.files, FILES("Invalidate"), NULL, 2, arg_text(L"/0002"), arg_number(0)), S_OK);
    VARIANT file = {.vt = VT_EMPTY};
    assert_hr(
        by_name(stage.files, FILES("Open"), NULL, 3, arg_number(BY_ID), arg_text(L"/0002"), arg_ref(&file)),
        DISP_E_EXCEPTION);
    assert_int_equal((uint32_t)told.code, (uint32_t)SCARD_E_NO_ACCESS);
    assert_hr(by_name(stage.files, FILES("Rehabilitate"), NULL, 2, arg_text(L"/0002"), arg_number(0)), S_OK);
    expect_content(open_file(L"/0002"), 5, "48656C6C6F");
    assert_hr(by_name(stage.files, FILES("SetProperties"), NULL, 5, arg_number(BY_ID), arg_text(L"/0002"),
                      table_of("\x8A\x01\x04", 3, NULL, 0), arg_number(1), arg_number(0)),
              S_OK);
    assert_hr(
        by_name(stage.files, FILES("Open"), NULL, 3, arg_number(BY_ID), arg_text(L"/0002"), arg_ref(&file)),
        DISP_E_EXCEPTION);
}

static void test_files__made_and_deleted(void **state) {
    (void)state;
    assert_hr(by_name(stage.files, FILES("Create"), NULL, 6, arg_number(BY_ID), arg_text(L"/DF01/0177"),
                      table_of("\x80\x02\x00\x10", 4, "\x82\x01\x01", 3), arg_number(2),
                      arg_number(SC_FL_PREALLOCATE), arg_bytes("made", 4)),
              S_OK);
    expect_content(open_file(L"/DF01/0177"), 4, "6D616465");
    assert_hr(by_name(stage.files, FILES("Delete"), NULL, 3, arg_number(BY_ID), arg_text(L"/DF01/0177"),
                      arg_number(0)),
              S_OK);
    assert_hr(by_name(stage.files, FILES("Initialize"), NULL, 1, arg_number(0)), S_OK);
}

static void test_members__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCardFileAccess);
    assert_int_equal(com_count(), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_files__read_and_written),
        CASE(test_directories__changed_and_listed),
        CASE(test_directories__in_a_variable_of_strings),
        CASE(test_properties__as_arrays),
        CASE(test_life_cycle),
        CASE(test_files__made_and_deleted),
        cmocka_unit_test(test_members__nothing_left_out),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

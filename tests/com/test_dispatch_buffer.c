/*
 * IByteBuffer and ISCardTypeConv by name: every member, its result beside that of the call through the
 * vtable.
 */
#include "support/kits/com.h"

#include "com/com.h"
#include "objects/bytebuffer.h"
#include "objects/typeconv.h"
#include "support/kits/automation.h"
#include "support/kits/bytebuffers.h"

#define BUF(name) &IID_IByteBuffer, L##name
#define CONV(name) &IID_ISCardTypeConv, L##name

static const uint8_t digits[] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};

/* A variable that holds a byte array with just these bytes; it is emptied. */
static void assert_variable(VARIANT *variable, const void *expected, size_t size) {
    uint8_t bytes[64];
    assert_int_equal(take_bytes(variable, bytes, sizeof bytes), size);
    if (size)
        assert_memory_equal(bytes, expected, size);
}

static void assert_number(VARIANT *variable, int64_t expected) {
    assert_int_equal(take_number(variable), expected);
}

static void test_buffer__initialize_and_write(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(NULL, 0);
    VARIANT count = {.vt = VT_EMPTY};
    assert_hr(S_OK, by_name(buffer, BUF("Initialize"), NULL, 2, arg_number(10), arg_bytes(digits, 10)));
    assert_holds(buffer, digits, 10);
    assert_hr(S_OK, by_name(buffer, BUF("Initialize"), NULL, 2, arg_number(4), arg_variants(digits, 10)));
    assert_holds(buffer, "0123", 4);
    assert_hr(S_OK, by_name(buffer, BUF("Initialize"), NULL, 0)); /* one byte is the default */
    assert_holds(buffer, "", 1);
    assert_hr(S_OK, by_name(buffer, BUF("Initialize"), NULL, 2, arg_number(3), arg_empty()));
    assert_holds(buffer, "\0\0", 3);
    assert_hr(S_OK,
              by_name(buffer, BUF("Write"), NULL, 3, arg_bytes(digits, 10), arg_number(5), arg_ref(&count)));
    assert_number(&count, 5);
    assert_int_equal(tell(buffer), 5);
    assert_holds(buffer, "01234", 5);
    /* The counter left out, said to be missing, and by value: the page lets it be NULL. */
    assert_hr(S_OK, by_name(buffer, BUF("Write"), NULL, 2, arg_bytes(digits, 10), arg_number(1)));
    assert_hr(S_OK,
              by_name(buffer, BUF("Write"), NULL, 3, arg_bytes(digits, 10), arg_number(1), arg_missing()));
    assert_hr(S_OK,
              by_name(buffer, BUF("Write"), NULL, 3, arg_bytes(digits, 10), arg_number(1), arg_number(0)));
    assert_holds(buffer, "01234000", 8);
    assert_hr(S_OK, by_name(buffer, BUF("SetSize"), NULL, 1, arg_number(2)));
    assert_holds(buffer, "01", 2);
    IByteBuffer_Release(buffer);
}

/* Sizes beyond the array would read what is not the caller's. */
static void test_buffer__sizes_beyond_the_array(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 2);
    VARIANT count = {.vt = VT_EMPTY};
    assert_hr(DISP_E_OVERFLOW,
              by_name(buffer, BUF("Initialize"), NULL, 2, arg_number(11), arg_bytes(digits, 10)));
    assert_int_equal(told.bad, 0);
    assert_hr(DISP_E_OVERFLOW, by_name(buffer, BUF("Write"), NULL, 3, arg_variants(digits, 4), arg_number(5),
                                       arg_ref(&count)));
    assert_int_equal(told.bad, 2);
    assert_hr(DISP_E_OVERFLOW,
              by_name(buffer, BUF("Initialize"), NULL, 2, arg_missing(), arg_bytes(NULL, 0)));
    assert_hr(DISP_E_EXCEPTION,
              by_name(buffer, BUF("Write"), NULL, 3, arg_bytes(digits, 4), arg_number(-1), arg_ref(&count)));
    assert_hr(E_INVALIDARG, told.code);
    assert_hr(DISP_E_EXCEPTION,
              by_name(buffer, BUF("Write"), NULL, 3, arg_empty(), arg_number(1), arg_ref(&count)));
    assert_number(&count, 0); /* bytes written */
    assert_holds(buffer, digits, 2);
    IByteBuffer_Release(buffer);
}

static void test_buffer__read(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    VARIANT bytes = {.vt = VT_EMPTY};
    VARIANT count = {.vt = VT_EMPTY};
    int16_t small = 0;
    LONG direct = 0;
    uint8_t room[10];
    assert_hr(S_OK, by_name(buffer, BUF("Read"), NULL, 3, arg_ref(&bytes), arg_number(4), arg_ref(&count)));
    go(buffer, 0);
    assert_hr(S_OK, IByteBuffer_Read(buffer, room, 4, &direct));
    assert_number(&count, direct);
    assert_variable(&bytes, room, 4);
    /* Without a place for the count, and beyond the end: the array is as long as what came. */
    bytes = arg_text(L"whatever it was");
    assert_hr(S_OK, by_name(buffer, BUF("Read"), NULL, 2, arg_ref(&bytes), arg_number(100)));
    assert_variable(&bytes, digits + 4, 6);
    assert_hr(S_OK, by_name(buffer, BUF("Read"), NULL, 3, arg_ref(&bytes), arg_number(100),
                            arg_typed_ref(VT_I2, &small)));
    assert_variable(&bytes, NULL, 0);
    go(buffer, 7);
    /* An array by reference is replaced. */
    VARIANT old = arg_bytes(digits, 2);
    assert_hr(S_OK, by_name(buffer, BUF("Read"), NULL, 3, arg_typed_ref(VT_ARRAY | VT_UI1, &old.parray),
                            arg_text(L"2"), arg_typed_ref(VT_I2, &small)));
    assert_int_equal(small, 2);
    assert_variable(&old, "78", 2);
    IByteBuffer_Release(buffer);
}

static void test_buffer__read_refused(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    VARIANT bytes = {.vt = VT_EMPTY};
    VARIANT strings = {.vt = VT_ARRAY | VT_BSTR, .parray = SafeArrayCreateVector(VT_BSTR, 0, 1)};
    assert_hr(DISP_E_TYPEMISMATCH,
              by_name(buffer, BUF("Read"), NULL, 2, arg_bytes(digits, 4), arg_number(4)));
    assert_int_equal(told.bad, 1);
    assert_hr(DISP_E_TYPEMISMATCH,
              by_name(buffer, BUF("Read"), NULL, 2, arg_typed_ref(VT_ARRAY | VT_BSTR, &strings.parray),
                      arg_number(4)));
    assert_hr(DISP_E_EXCEPTION, by_name(buffer, BUF("Read"), NULL, 2, arg_ref(&bytes), arg_number(-4)));
    /* More than there can be, and where a LONG is short more than it holds. */
    assert_hr(sizeof(LONG) == 8 ? E_OUTOFMEMORY : DISP_E_OVERFLOW,
              by_name(buffer, BUF("Read"), NULL, 2, arg_ref(&bytes), arg_long(INT64_MAX)));
    assert_int_equal(bytes.vt, VT_EMPTY);
    assert_int_equal(tell(buffer), 0);
    VARIANT locked = arg_bytes(digits, 2);
    assert_hr(S_OK, SafeArrayLock(locked.parray));
    assert_hr(DISP_E_ARRAYISLOCKED, by_name(buffer, BUF("Read"), NULL, 2, arg_ref(&locked), arg_number(4)));
    assert_int_equal(told.bad, 1);
    assert_hr(DISP_E_ARRAYISLOCKED, by_name(buffer, BUF("Read"), NULL, 2,
                                            arg_typed_ref(VT_ARRAY | VT_UI1, &locked.parray), arg_number(4)));
    assert_hr(S_OK, SafeArrayUnlock(locked.parray));
    assert_variable(&locked, digits, 2);
    VariantClear(&strings);
    IByteBuffer_Release(buffer);
}

static void test_buffer__seek_clone_copy(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IByteBuffer *target = buffer_with(NULL, 0);
    VARIANT position = {.vt = VT_EMPTY};
    VARIANT clone = {.vt = VT_EMPTY};
    VARIANT counts[2] = {{.vt = VT_EMPTY}, {.vt = VT_EMPTY}};
    LONG direct = 0;
    assert_hr(S_OK, by_name(buffer, BUF("Seek"), NULL, 3, arg_number(-3), arg_number(2), arg_ref(&position)));
    assert_hr(S_OK, IByteBuffer_Seek(buffer, -3, 2, &direct));
    assert_number(&position, direct);
    assert_int_equal(direct, 7);
    assert_hr(S_OK, by_name(buffer, BUF("Clone"), NULL, 1, arg_ref(&clone)));
    IByteBuffer *made = take_object(&clone, &IID_IByteBuffer);
    assert_int_equal(tell(made), 7);
    assert_holds(made, digits, 10);
    assert_int_equal(IByteBuffer_Release(made), 0);
    assert_hr(S_OK, by_name(buffer, BUF("CopyTo"), NULL, 4, arg_object(target), arg_number(2),
                            arg_ref(&counts[0]), arg_ref(&counts[1])));
    assert_number(&counts[0], 2);
    assert_number(&counts[1], 2);
    assert_hr(S_OK, by_name(buffer, BUF("CopyTo"), NULL, 2, arg_object(target), arg_number(9)));
    assert_holds(target, "789", 3);
    assert_hr(DISP_E_TYPEMISMATCH,
              by_name(buffer, BUF("CopyTo"), NULL, 2, arg_bytes(digits, 3), arg_number(9)));
    assert_int_equal(IByteBuffer_Release(target), 0);
    IByteBuffer_Release(buffer);
}

static void test_buffer__stream(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IByteBuffer *other = buffer_with(NULL, 0);
    IStream *direct = NULL;
    VARIANT result;
    assert_hr(S_OK, by_name(buffer, BUF("Stream"), &result, 0));
    assert_int_equal(result.vt, VT_UNKNOWN);
    assert_hr(S_OK, IByteBuffer_get_Stream(buffer, &direct));
    assert_ptr_equal(result.punkVal, direct);
    IStream_Release(direct);
    assert_hr(S_OK, put_by_name(other, BUF("Stream"), result));
    assert_holds(other, digits, 10);
    assert_hr(DISP_E_TYPEMISMATCH, put_by_name(other, BUF("Stream"), arg_object(buffer)));
    assert_hr(DISP_E_EXCEPTION, put_by_name(other, BUF("Stream"), arg_empty()));
    IByteBuffer_Release(buffer);
    assert_holds(other, digits, 10);
    IByteBuffer_Release(other);
}

static void test_buffer__stat_and_locks(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    VARIANT stat = {.vt = VT_EMPTY};
    STATSTRUCT direct = {0};
    assert_hr(S_OK, by_name(buffer, BUF("Stat"), NULL, 2, arg_ref(&stat), arg_number(1)));
    assert_hr(S_OK, IByteBuffer_Stat(buffer, &direct, 1));
    assert_int_equal(stat.vt, VT_ARRAY | VT_VARIANT);
    assert_int_equal(stat.parray->rgsabound[0].cElements, 5);
    const LONG fields[] = {direct.type, direct.cbSize, direct.grfMode, direct.grfLocksSupported,
                           direct.grfStateBits};
    for (LONG i = 0; i < 5; ++i) {
        VARIANT field;
        assert_hr(S_OK, SafeArrayGetElement(stat.parray, &i, &field));
        assert_number(&field, fields[i]);
    }
    assert_int_equal(direct.cbSize, 10);
    VariantClear(&stat);
    assert_hr(DISP_E_TYPEMISMATCH, by_name(buffer, BUF("Stat"), NULL, 2, arg_number(1), arg_number(1)));
    assert_hr(S_OK, by_name(buffer, BUF("LockRegion"), NULL, 3, arg_number(0), arg_number(4), arg_number(2)));
    assert_hr(S_OK, IByteBuffer_UnlockRegion(buffer, 0, 4, 2));
    assert_hr(S_OK, IByteBuffer_LockRegion(buffer, 0, 4, 2));
    assert_hr(S_OK,
              by_name(buffer, BUF("UnlockRegion"), NULL, 3, arg_number(0), arg_number(4), arg_number(2)));
    assert_hr(STG_E_LOCKVIOLATION, IByteBuffer_UnlockRegion(buffer, 0, 4, 2)); /* it was */
    assert_hr(DISP_E_EXCEPTION,
              by_name(buffer, BUF("UnlockRegion"), NULL, 3, arg_number(0), arg_number(4), arg_number(2)));
    assert_hr(STG_E_LOCKVIOLATION, told.code);
    assert_string_equal(told.source, "SCardSSP.ByteBuffer");
    assert_hr(S_OK, by_name(buffer, BUF("Commit"), NULL, 1, arg_number(0)));
    assert_hr(S_OK, by_name(buffer, BUF("Revert"), NULL, 0));
    assert_holds(buffer, digits, 10);
    IByteBuffer_Release(buffer);
}

static void test_buffer__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_IByteBuffer);
}

static ISCardTypeConv *converter(void) {
    ISCardTypeConv *conv = NULL;
    assert_hr(S_OK, typeconv_create(&conv));
    return conv;
}

static void assert_variable_buffer(VARIANT *variable, const void *expected, size_t size) {
    IByteBuffer *buffer = take_object(variable, &IID_IByteBuffer);
    assert_int_equal(tell(buffer), 0);
    assert_holds(buffer, expected, size);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
}

static void test_conv__to_buffers(void **state) {
    (void)state;
    ISCardTypeConv *conv = converter();
    VARIANT made = {.vt = VT_EMPTY};
    IByteBuffer *direct = NULL;
    BYTE bytes[] = {'0', '1', '2', '3'};
    assert_hr(S_OK, by_name(conv, CONV("ConvertByteArrayToByteBuffer"), NULL, 3, arg_bytes(digits, 10),
                            arg_number(4), arg_ref(&made)));
    assert_hr(S_OK, ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, bytes, 4, &direct));
    assert_holds(direct, digits, 4);
    assert_variable_buffer(&made, digits, 4);
    IByteBuffer_Release(direct);
    assert_hr(S_OK, by_name(conv, CONV("ConvertSafeArrayToByteBuffer"), NULL, 2, arg_bytes(digits, 7),
                            arg_ref(&made)));
    assert_variable_buffer(&made, digits, 7);
    assert_hr(S_OK, by_name(conv, CONV("ConvertSafeArrayToByteBuffer"), NULL, 2, arg_variants(digits, 7),
                            arg_ref(&made)));
    assert_variable_buffer(&made, digits, 7);
    /* An array that is only read stays the caller's. */
    VARIANT array = arg_bytes(digits, 6);
    assert_hr(S_OK,
              by_name(conv, CONV("ConvertSafeArrayToByteBuffer"), NULL, 2, arg_ref(&array), arg_ref(&made)));
    assert_variable_buffer(&made, digits, 6);
    assert_hr(S_OK, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, array.parray, &direct));
    assert_holds(direct, digits, 6);
    IByteBuffer_Release(direct);
    /* The array itself may be where the result goes. */
    assert_hr(S_OK,
              by_name(conv, CONV("ConvertSafeArrayToByteBuffer"), NULL, 2, arg_ref(&array), arg_ref(&array)));
    assert_variable_buffer(&array, digits, 6);
    assert_hr(S_OK, by_name(conv, CONV("CreateByteBuffer"), NULL, 2, arg_number(3), arg_ref(&made)));
    assert_hr(S_OK, ISCardTypeConv_CreateByteBuffer(conv, 3, &direct));
    assert_holds(direct, "\0\0", 3);
    IByteBuffer_Release(direct);
    assert_variable_buffer(&made, "\0\0", 3);
    ISCardTypeConv_Release(conv);
}

static void test_conv__to_arrays(void **state) {
    (void)state;
    ISCardTypeConv *conv = converter();
    IByteBuffer *buffer = buffer_with(digits, 10);
    VARIANT bytes = {.vt = VT_EMPTY};
    BYTEARRAY *direct = NULL;
    SAFEARRAY *array = NULL;
    BYTE *plain = NULL;
    assert_hr(S_OK, by_name(conv, CONV("ConvertByteBufferToByteArray"), NULL, 2, arg_object(buffer),
                            arg_ref(&bytes)));
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToByteArray(conv, buffer, &direct));
    assert_int_equal(direct->dwSize, 10);
    assert_variable(&bytes, direct->pbyData, 10);
    CoTaskMemFree(direct);
    assert_hr(S_OK, by_name(conv, CONV("ConvertByteBufferToSafeArray"), NULL, 2, arg_bytes(digits, 8),
                            arg_ref(&bytes)));
    assert_variable(&bytes, digits, 8);
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToSafeArray(conv, buffer, &array));
    assert_hr(S_OK, by_name(conv, CONV("ConvertByteBufferToSafeArray"), NULL, 2, arg_object(buffer),
                            arg_typed_ref(VT_ARRAY | VT_UI1, &array)));
    bytes = (VARIANT){.vt = VT_ARRAY | VT_UI1, .parray = array};
    assert_variable(&bytes, digits, 10);
    assert_hr(S_OK, by_name(conv, CONV("CreateByteArray"), NULL, 2, arg_number(5), arg_ref(&bytes)));
    assert_hr(S_OK, ISCardTypeConv_CreateByteArray(conv, 5, &plain));
    assert_variable(&bytes, plain, 5);
    CoTaskMemFree(plain);
    assert_hr(S_OK, by_name(conv, CONV("CreateSafeArray"), NULL, 2, arg_number(4), arg_ref(&bytes)));
    assert_hr(S_OK, ISCardTypeConv_CreateSafeArray(conv, 4, &array));
    assert_variable(&bytes, array->pvData, 4);
    SafeArrayDestroy(array);
    assert_hr(S_OK, by_name(conv, CONV("CreateSafeArray"), NULL, 2, arg_number(0), arg_ref(&bytes)));
    assert_variable(&bytes, NULL, 0);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
    ISCardTypeConv_Release(conv);
}

static void test_conv__streams(void **state) {
    (void)state;
    ISCardTypeConv *conv = converter();
    IByteBuffer *buffer = buffer_with(digits, 10);
    IStream *stream = NULL;
    VARIANT memory = {.vt = VT_EMPTY};
    VARIANT size = {.vt = VT_EMPTY};
    ULARGE_INTEGER direct_size = {.QuadPart = 0};
    BYTEARRAY *direct = NULL;
    VARIANT fields[3];
    assert_hr(S_OK, IByteBuffer_get_Stream(buffer, &stream));
    const ULONG before = references(stream);
    assert_hr(S_OK, by_name(conv, CONV("SizeOfIStream"), NULL, 2, arg_unknown(stream), arg_ref(&size)));
    assert_hr(S_OK, ISCardTypeConv_SizeOfIStream(conv, stream, &direct_size));
    assert_number(&size, (int64_t)direct_size.QuadPart);
    assert_hr(S_OK,
              by_name(conv, CONV("GetAtIStreamMemory"), NULL, 2, arg_unknown(stream), arg_ref(&memory)));
    assert_hr(S_OK, ISCardTypeConv_GetAtIStreamMemory(conv, stream, &direct));
    assert_int_equal(memory.vt, VT_ARRAY | VT_VARIANT);
    for (LONG i = 0; i < 3; ++i)
        assert_hr(S_OK, SafeArrayGetElement(memory.parray, &i, &fields[i]));
    VariantClear(&memory);
    assert_true(take_number(&fields[0]) == (int64_t)(uintptr_t)direct->hMem);
    assert_number(&fields[1], (int64_t)direct->dwSize);
    assert_int_equal(references(stream), before + 2);
    assert_hr(S_OK, by_name(conv, CONV("FreeIStreamMemoryPtr"), NULL, 2, arg_unknown(stream), fields[2]));
    assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, direct->pbyData));
    assert_hr(DISP_E_EXCEPTION,
              by_name(conv, CONV("FreeIStreamMemoryPtr"), NULL, 2, arg_unknown(stream), fields[2]));
    assert_hr(E_INVALIDARG, told.code);
    assert_int_equal(references(stream), before);
    CoTaskMemFree(direct);
    IByteBuffer_Release(buffer);
    IStream_Release(stream);
    ISCardTypeConv_Release(conv);
}

static void test_conv__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCardTypeConv);
}

static void test_objects__none_left(void **state) {
    (void)state;
    assert_int_equal(com_count(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer__initialize_and_write),
        cmocka_unit_test(test_buffer__sizes_beyond_the_array),
        cmocka_unit_test(test_buffer__read),
        cmocka_unit_test(test_buffer__read_refused),
        cmocka_unit_test(test_buffer__seek_clone_copy),
        cmocka_unit_test(test_buffer__stream),
        cmocka_unit_test(test_buffer__stat_and_locks),
        cmocka_unit_test(test_buffer__nothing_left_out),
        cmocka_unit_test(test_conv__to_buffers),
        cmocka_unit_test(test_conv__to_arrays),
        cmocka_unit_test(test_conv__streams),
        cmocka_unit_test(test_conv__nothing_left_out),
        cmocka_unit_test(test_objects__none_left),
    };
    return cmocka_run_group_tests_name("objects/dispatch_buffer", tests, NULL, NULL);
}

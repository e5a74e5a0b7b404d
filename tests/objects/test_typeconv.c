/* The converter object: conversions, checks, and when memory is out. */
#include "support/kits/bytebuffers.h"
#include "support/kits/typeinfo.h"

#include <limits.h>
#include <stdlib.h>

#include "com/com.h"
#include "compat/memstream.h"
#include "objects/typeconv.h"
#include "support/fakes/allocator.h"
#include "support/fakes/bigalloc.h"
#include "support/fakes/foreign_stream.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SIZE_LIMIT ((size_t)INT32_MAX)
#ifdef _WIN32
#define LOCKS_MAX UINT16_MAX /* of an array */
#else
#define LOCKS_MAX UINT32_MAX
#endif

static BYTE digits[] = "0123456789";

static int make(void **state) {
    ISCardTypeConv *conv = NULL;
    assert_hr(S_OK, typeconv_create(&conv));
    *state = conv;
    return 0;
}

/* Every object and stream that a case made is gone with it. */
static int drop(void **state) {
    return ISCardTypeConv_Release((ISCardTypeConv *)*state) == 0 && com_count() == 0 && memstream_count() == 0
               ? 0
               : -1;
}

static void test_query__interfaces(void **state) {
    ISCardTypeConv *conv = *state;
    static const IID *const known[] = {&IID_IDispatch, &IID_ISCardTypeConv};
    void *found = NULL;
    for (size_t i = 0; i < COUNT(known); ++i) {
        assert_hr(S_OK, ISCardTypeConv_QueryInterface(conv, known[i], &found));
        assert_ptr_equal(conv, found);
        assert_int_equal(1, ISCardTypeConv_Release(conv));
    }
    void *unknown = NULL;
    assert_hr(S_OK, ISCardTypeConv_QueryInterface(conv, &IID_IUnknown, &unknown));
    assert_hr(S_OK, IUnknown_QueryInterface((IUnknown *)unknown, &IID_ISCardTypeConv, &found));
    assert_ptr_equal(conv, found);
    assert_int_equal(2, ISCardTypeConv_Release(conv));
    assert_int_equal(1, IUnknown_Release((IUnknown *)unknown));
    assert_hr(E_NOINTERFACE, ISCardTypeConv_QueryInterface(conv, &IID_IByteBuffer, &found));
    assert_null(found);
    assert_int_equal(1, com_count());
}

static void test_dispatch__is_wired(void **state) {
    ISCardTypeConv *conv = *state;
    wchar_t text[] = L"SIZEOFISTREAM";
    LPOLESTR name = text;
    DISPID id = 0;
    DISPPARAMS none = {0};
    assert_typeinfo_of(conv, &IID_ISCardTypeConv);
    assert_hr(S_OK, ISCardTypeConv_GetIDsOfNames(conv, &IID_NULL, &name, 1, LOCALE_USER_DEFAULT, &id));
    assert_int_equal(9, id);
    assert_true(FAILED(ISCardTypeConv_Invoke(conv, 99, &IID_NULL, LOCALE_USER_DEFAULT, DISPATCH_METHOD, &none,
                                             NULL, NULL, NULL)));
}

static void test_nulls__are_refused_and_results_cleared(void **state) {
    ISCardTypeConv *conv = *state;
    IByteBuffer *buffer = (IByteBuffer *)&state;
    BYTEARRAY *array = (BYTEARRAY *)&state;
    SAFEARRAY *safe = (SAFEARRAY *)&state;
    ULARGE_INTEGER size = {.QuadPart = 9};
    assert_hr(E_POINTER, ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, digits, 1, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_ConvertByteBufferToByteArray(conv, NULL, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_ConvertByteBufferToSafeArray(conv, NULL, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, NULL, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_CreateByteArray(conv, 1, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_CreateByteBuffer(conv, 1, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_CreateSafeArray(conv, 1, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_GetAtIStreamMemory(conv, NULL, NULL));
    assert_hr(E_POINTER, ISCardTypeConv_SizeOfIStream(conv, NULL, NULL));
    assert_hr(E_INVALIDARG, ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, NULL, 1, &buffer));
    assert_null(buffer);
    assert_hr(E_INVALIDARG, ISCardTypeConv_ConvertByteBufferToByteArray(conv, NULL, &array));
    assert_null(array);
    assert_hr(E_INVALIDARG, ISCardTypeConv_ConvertByteBufferToSafeArray(conv, NULL, &safe));
    assert_null(safe);
    buffer = (IByteBuffer *)&state;
    assert_hr(E_INVALIDARG, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, NULL, &buffer));
    assert_null(buffer);
    array = (BYTEARRAY *)&state;
    assert_hr(E_INVALIDARG, ISCardTypeConv_GetAtIStreamMemory(conv, NULL, &array));
    assert_null(array);
    assert_hr(E_INVALIDARG, ISCardTypeConv_FreeIStreamMemoryPtr(conv, NULL, digits));
    assert_hr(E_INVALIDARG, ISCardTypeConv_SizeOfIStream(conv, NULL, &size));
    assert_int_equal(0, size.QuadPart);
}

static void test_array_to_buffer__copies(void **state) {
    ISCardTypeConv *conv = *state;
    BYTE bytes[] = {0x00, 0xA4, 0x00, 0x00};
    IByteBuffer *buffer = NULL;
    assert_hr(S_OK, ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, bytes, sizeof bytes, &buffer));
    bytes[1] = 0xFF;
    assert_holds(buffer, "\x00\xA4\x00\x00", 4);
    assert_int_equal(0, tell(buffer));
    IByteBuffer_Release(buffer);
    assert_hr(S_OK, ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, NULL, 0, &buffer));
    assert_holds(buffer, NULL, 0);
    IByteBuffer_Release(buffer);
    buffer = (IByteBuffer *)&state;
    assert_hr(E_OUTOFMEMORY,
              ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, bytes, SIZE_LIMIT + 1, &buffer));
    assert_null(buffer);
}

/* One piece of memory, read whole wherever the pointer stands. */
static void test_buffer_to_array__one_block(void **state) {
    ISCardTypeConv *conv = *state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    BYTEARRAY *array = NULL;
    go(buffer, 7);
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToByteArray(conv, buffer, &array));
    assert_null(array->hMem);
    assert_int_equal(10, array->dwSize);
    assert_ptr_equal(array + 1, array->pbyData);
    assert_memory_equal(digits, array->pbyData, 10);
    assert_int_equal(7, tell(buffer));
    CoTaskMemFree(array);
    IByteBuffer_Release(buffer);
    buffer = buffer_with(NULL, 0);
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToByteArray(conv, buffer, &array));
    assert_int_equal(0, array->dwSize);
    CoTaskMemFree(array);
    IByteBuffer_Release(buffer);
}

static void test_buffer_to_safe_array__copies(void **state) {
    ISCardTypeConv *conv = *state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    SAFEARRAY *array = NULL;
    VARTYPE type = VT_NULL;
    go(buffer, 3);
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToSafeArray(conv, buffer, &array));
    assert_hr(S_OK, SafeArrayGetVartype(array, &type));
    assert_int_equal(VT_UI1, type);
    assert_int_equal(1, array->cDims);
    assert_int_equal(0, array->cLocks);
    assert_int_equal(0, array->rgsabound[0].lLbound);
    assert_int_equal(10, array->rgsabound[0].cElements);
    assert_memory_equal(digits, array->pvData, 10);
    assert_int_equal(3, tell(buffer));
    assert_hr(S_OK, SafeArrayDestroy(array));
    IByteBuffer_Release(buffer);
    buffer = buffer_with(NULL, 0);
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToSafeArray(conv, buffer, &array));
    assert_int_equal(0, array->rgsabound[0].cElements);
    SafeArrayDestroy(array);
    IByteBuffer_Release(buffer);
}

static void test_safe_array_to_buffer__copies(void **state) {
    ISCardTypeConv *conv = *state;
    static const LONG lower[] = {0, 1, -4};
    for (size_t i = 0; i < COUNT(lower); ++i) {
        SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, lower[i], 10);
        IByteBuffer *buffer = NULL;
        memcpy(array->pvData, digits, 10);
        SafeArrayLock(array);
        assert_hr(S_OK, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, array, &buffer));
        assert_int_equal(1, array->cLocks);
        SafeArrayUnlock(array);
        ((BYTE *)array->pvData)[0] = 'x';
        assert_holds(buffer, digits, 10);
        assert_int_equal(0, tell(buffer));
        IByteBuffer_Release(buffer);
        SafeArrayDestroy(array);
    }
    SAFEARRAY *empty = SafeArrayCreateVector(VT_UI1, 0, 0);
    IByteBuffer *buffer = NULL;
    assert_hr(S_OK, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, empty, &buffer));
    assert_holds(buffer, NULL, 0);
    IByteBuffer_Release(buffer);
    SafeArrayDestroy(empty);
}

/* Programs set structures up themselves, without a type. */
static void test_safe_array_to_buffer__of_a_structure_on_the_stack(void **state) {
    ISCardTypeConv *conv = *state;
    SAFEARRAY own = {1, FADF_AUTO | FADF_FIXEDSIZE, 1, 0, digits, {{4, 0}}};
    IByteBuffer *buffer = NULL;
    assert_hr(S_OK, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, &own, &buffer));
    assert_holds(buffer, "0123", 4);
    IByteBuffer_Release(buffer);
    own.cbElements = 2;
    assert_hr(E_INVALIDARG, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, &own, &buffer));
    own.cbElements = 1;
    own.pvData = NULL;
    assert_hr(E_INVALIDARG, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, &own, &buffer));
    own.pvData = digits;
    own.rgsabound[0].cElements = UINT32_MAX;
    assert_hr(E_INVALIDARG,
              ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, &own, &buffer)); /* no such index */
    own.rgsabound[0].cElements = 4;
    own.cLocks = LOCKS_MAX;
    assert_hr(E_UNEXPECTED, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, &own, &buffer));
    assert_null(buffer);
}

static void test_safe_array_to_buffer__other_types_and_dimensions(void **state) {
    ISCardTypeConv *conv = *state;
    static const VARTYPE others[] = {VT_I1, VT_I2,   VT_UI2,     VT_I4,      VT_BOOL,
                                     VT_R8, VT_BSTR, VT_VARIANT, VT_DISPATCH};
    SAFEARRAYBOUND bounds[2] = {{2, 0}, {2, 0}};
    for (size_t i = 0; i < COUNT(others) + 1; ++i) {
        SAFEARRAY *array =
            i < COUNT(others) ? SafeArrayCreateVector(others[i], 0, 2) : SafeArrayCreate(VT_UI1, 2, bounds);
        IByteBuffer *buffer = (IByteBuffer *)&state;
        assert_hr(E_INVALIDARG, ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, array, &buffer));
        assert_null(buffer);
        assert_int_equal(0, array->cLocks);
        SafeArrayDestroy(array);
    }
}

static void test_create__zeros(void **state) {
    ISCardTypeConv *conv = *state;
    static const BYTE zeros[1000];
    static const UINT sizes[] = {0, 1, 1000};
    for (size_t i = 0; i < COUNT(sizes); ++i) {
        BYTE *bytes = NULL;
        IByteBuffer *buffer = NULL;
        SAFEARRAY *array = NULL;
        VARTYPE type = VT_NULL;
        assert_hr(S_OK, ISCardTypeConv_CreateByteArray(conv, sizes[i], &bytes));
        assert_non_null(bytes);
        assert_memory_equal(zeros, bytes, sizes[i]);
        CoTaskMemFree(bytes);
        assert_hr(S_OK, ISCardTypeConv_CreateByteBuffer(conv, sizes[i], &buffer));
        assert_holds(buffer, zeros, sizes[i]);
        assert_int_equal(0, tell(buffer));
        IByteBuffer_Release(buffer);
        assert_hr(S_OK, ISCardTypeConv_CreateSafeArray(conv, sizes[i], &array));
        assert_hr(S_OK, SafeArrayGetVartype(array, &type));
        assert_int_equal(VT_UI1, type);
        assert_int_equal(sizes[i], array->rgsabound[0].cElements);
        assert_memory_equal(zeros, array->pvData, sizes[i]);
        assert_hr(S_OK, SafeArrayDestroy(array));
    }
}

static void test_create__too_much(void **state) {
    ISCardTypeConv *conv = *state;
    static const DWORD sizes[] = {SIZE_LIMIT + 1, UINT32_MAX, (DWORD)LONG_MAX + 1, ULONG_MAX};
    for (size_t i = 0; i < COUNT(sizes); ++i) {
        BYTE *bytes = digits;
        IByteBuffer *buffer = (IByteBuffer *)&state;
        assert_hr(E_OUTOFMEMORY, ISCardTypeConv_CreateByteArray(conv, sizes[i], &bytes));
        assert_null(bytes);
        assert_hr(E_OUTOFMEMORY, ISCardTypeConv_CreateByteBuffer(conv, sizes[i], &buffer));
        assert_null(buffer);
    }
    SAFEARRAY *array = (SAFEARRAY *)&state;
    assert_hr(E_OUTOFMEMORY, ISCardTypeConv_CreateSafeArray(conv, (UINT)SIZE_LIMIT + 1, &array));
    assert_null(array);
}

/* A buffer over another's stream is read by its methods; what it refuses comes through. */
static void test_buffer__over_another_s_stream(void **state) {
    ISCardTypeConv *conv = *state;
    struct foreign_stream foreign;
    BYTEARRAY *array = NULL;
    SAFEARRAY *safe = NULL;
    foreign_stream_init(&foreign);
    memcpy(foreign.bytes, digits, 10);
    foreign.size = 10;
    foreign.position = 4;
    IByteBuffer *buffer = buffer_with(NULL, 0);
    assert_hr(S_OK, IByteBuffer_put_Stream(buffer, &foreign.IStream_iface));
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToByteArray(conv, buffer, &array));
    assert_int_equal(10, array->dwSize);
    assert_memory_equal(digits, array->pbyData, 10);
    CoTaskMemFree(array);
    assert_hr(S_OK, ISCardTypeConv_ConvertByteBufferToSafeArray(conv, buffer, &safe));
    assert_memory_equal(digits, safe->pvData, 10);
    SafeArrayDestroy(safe);
    assert_int_equal(4, foreign.position);
    foreign.result = STG_E_ACCESSDENIED;
    assert_hr(STG_E_ACCESSDENIED, ISCardTypeConv_ConvertByteBufferToByteArray(conv, buffer, &array));
    assert_null(array);
    assert_hr(STG_E_ACCESSDENIED, ISCardTypeConv_ConvertByteBufferToSafeArray(conv, buffer, &safe));
    assert_null(safe);
    IByteBuffer_Release(buffer);
    assert_int_equal(1, foreign.refs);
}

static IStream *stream_over(const void *bytes, size_t size) {
    IStream *stream = NULL;
    HGLOBAL block = GlobalAlloc(GMEM_MOVEABLE, size);
    if (size) {
        memcpy(GlobalLock(block), bytes, size);
        GlobalUnlock(block);
    }
    assert_hr(S_OK, CreateStreamOnHGlobal(block, TRUE, &stream));
    return stream;
}

static ULONG references(IStream *stream) {
    IStream_AddRef(stream);
    return IStream_Release(stream);
}

struct results {
    IByteBuffer *buffer;
    BYTEARRAY *array;
    SAFEARRAY *safe;
    BYTE *bytes;
};

struct sources {
    IByteBuffer *buffer;
    SAFEARRAY *safe;
    IStream *stream;
};

static HRESULT call(ISCardTypeConv *conv, unsigned method, const struct sources *from, struct results *out) {
    switch (method) {
    case 0:
        return ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, digits, 10, &out->buffer);
    case 1:
        return ISCardTypeConv_ConvertByteBufferToByteArray(conv, from->buffer, &out->array);
    case 2:
        return ISCardTypeConv_ConvertByteBufferToSafeArray(conv, from->buffer, &out->safe);
    case 3:
        return ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, from->safe, &out->buffer);
    case 4:
        return ISCardTypeConv_CreateByteArray(conv, 10, &out->bytes);
    case 5:
        return ISCardTypeConv_CreateByteBuffer(conv, 10, &out->buffer);
    case 6:
        return ISCardTypeConv_CreateSafeArray(conv, 10, &out->safe);
    default:
        return ISCardTypeConv_GetAtIStreamMemory(conv, from->stream, &out->array);
    }
}

/* Fails at the first allocation, the second, ... until the call succeeds; nothing may be left behind. */
static void test_no_memory__every_method(void **state) {
    ISCardTypeConv *conv = *state;
    struct sources from = {buffer_with(digits, 10), SafeArrayCreateVector(VT_UI1, 0, 4),
                           stream_over(digits, 10)};
#ifdef _WIN32 /* whose tasks' memory and arrays do not come from here */
    static const size_t least[] = {3, 0, 0, 3, 0, 3, 0, 1};
#else
    static const size_t least[] = {4, 2, 3, 4, 1, 4, 2, 2};
#endif
    const long alive = com_count(), streams = memstream_count();
    for (unsigned method = 0; method < COUNT(least); ++method) {
        HRESULT hr = E_OUTOFMEMORY;
        for (size_t at = 0; FAILED(hr); ++at) {
            struct results out = {NULL, NULL, NULL, NULL};
            assert_true(at < 16);
            allocator_allow(at);
            hr = call(conv, method, &from, &out);
            allocator_allow(ALLOCATOR_UNLIMITED);
            if (FAILED(hr)) {
                assert_hr(E_OUTOFMEMORY, hr);
                assert_true(!out.buffer && !out.array && !out.safe && !out.bytes);
                assert_int_equal(alive, com_count());
                assert_int_equal(streams, memstream_count());
                assert_int_equal(1, references(from.stream));
                continue;
            }
            assert_true(at >= least[method]);
            if (method == 7)
                assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, from.stream, out.array->pbyData));
            if (out.buffer)
                IByteBuffer_Release(out.buffer);
            CoTaskMemFree(out.array);
            CoTaskMemFree(out.bytes);
            SafeArrayDestroy(out.safe);
        }
    }
    ISCardTypeConv *none = conv;
    allocator_allow(0);
    assert_hr(E_OUTOFMEMORY, typeconv_create(&none));
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_null(none);
    IByteBuffer_Release(from.buffer);
    SafeArrayDestroy(from.safe);
    IStream_Release(from.stream);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_query__interfaces),
        CASE(test_dispatch__is_wired),
        CASE(test_nulls__are_refused_and_results_cleared),
        CASE(test_array_to_buffer__copies),
        CASE(test_buffer_to_array__one_block),
        CASE(test_buffer_to_safe_array__copies),
        CASE(test_safe_array_to_buffer__copies),
        CASE(test_safe_array_to_buffer__of_a_structure_on_the_stack),
        CASE(test_safe_array_to_buffer__other_types_and_dimensions),
        CASE(test_create__zeros),
        CASE(test_create__too_much),
        CASE(test_buffer__over_another_s_stream),
        CASE(test_no_memory__every_method),
    };
    return cmocka_run_group_tests_name("objects/typeconv", tests, NULL, NULL);
}

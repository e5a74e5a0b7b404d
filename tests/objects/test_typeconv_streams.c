/* The converter object and streams: the memory under them, lent and given back, and their size. */
#include "support/kits/bytebuffers.h"

#include "com/com.h"
#include "compat/memstream.h"
#include "objects/typeconv.h"
#include "support/fakes/foreign_stream.h"

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

static void test_memory__is_the_stream_s_own(void **state) {
    ISCardTypeConv *conv = *state;
    IStream *stream = stream_over(digits, 10);
    HGLOBAL block = NULL;
    BYTEARRAY *memory = NULL;
    BYTE byte = 0;
    assert_hr(S_OK, GetHGlobalFromStream(stream, &block));
    assert_hr(S_OK, ISCardTypeConv_GetAtIStreamMemory(conv, stream, &memory));
    assert_ptr_equal(block, memory->hMem);
    assert_int_equal(10, memory->dwSize);
    assert_memory_equal(digits, memory->pbyData, 10);
    assert_int_equal(2, references(stream));
    memory->pbyData[0] = 'x';
    assert_hr(S_OK, IStream_Read(stream, &byte, 1, NULL));
    assert_int_equal('x', byte);
    assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, memory->pbyData));
    assert_int_equal(1, references(stream));
    CoTaskMemFree(memory);
    IStream_Release(stream);
}

/* The reference keeps the memory when everybody else has let go of the stream. */
static void test_memory__outlives_its_buffer_and_the_converter(void **state) {
    ISCardTypeConv *conv = *state;
    ISCardTypeConv *other = NULL;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IStream *stream = NULL;
    BYTEARRAY *memory = NULL;
    assert_hr(S_OK, typeconv_create(&other));
    assert_hr(S_OK, IByteBuffer_get_Stream(buffer, &stream));
    assert_hr(S_OK, ISCardTypeConv_GetAtIStreamMemory(other, stream, &memory));
    assert_int_equal(0, ISCardTypeConv_Release(other));
    IStream_Release(stream);
    IByteBuffer_Release(buffer);
    assert_memory_equal(digits, memory->pbyData, 10);
    assert_int_equal(1, memstream_count());
    assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, memory->pbyData));
    assert_int_equal(0, memstream_count());
    CoTaskMemFree(memory);
}

static void test_memory__given_back_wrongly(void **state) {
    ISCardTypeConv *conv = *state;
    IStream *stream = stream_over(digits, 10), *other = stream_over(digits, 10);
    BYTEARRAY *memory = NULL, *again = NULL;
    assert_hr(E_INVALIDARG, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, digits));
    assert_hr(S_OK, ISCardTypeConv_GetAtIStreamMemory(conv, stream, &memory));
    assert_hr(S_OK, ISCardTypeConv_GetAtIStreamMemory(conv, stream, &again));
    assert_hr(E_INVALIDARG, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, NULL));
    assert_hr(E_INVALIDARG, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, memory->pbyData + 1));
    assert_hr(E_INVALIDARG, ISCardTypeConv_FreeIStreamMemoryPtr(conv, other, memory->pbyData));
    assert_int_equal(3, references(stream));
    assert_int_equal(1, references(other));
    assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, memory->pbyData));
    assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, memory->pbyData));
    assert_hr(E_INVALIDARG, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, memory->pbyData));
    assert_int_equal(1, references(stream));
    CoTaskMemFree(memory);
    CoTaskMemFree(again);
    IStream_Release(stream);
    IStream_Release(other);
}

/* An empty stream has no bytes; one that grew meanwhile is given back by the address that was told. */
static void test_memory__of_an_empty_stream_and_of_one_that_grows(void **state) {
    ISCardTypeConv *conv = *state;
    IStream *stream = stream_over(NULL, 0);
    BYTEARRAY *empty = NULL, *memory = NULL;
    ULARGE_INTEGER larger = {.QuadPart = 100000};
    assert_hr(S_OK, ISCardTypeConv_GetAtIStreamMemory(conv, stream, &empty));
    assert_int_equal(0, empty->dwSize);
    assert_null(empty->pbyData);
    assert_hr(S_OK, IStream_Write(stream, digits, 10, NULL));
    assert_hr(S_OK, ISCardTypeConv_GetAtIStreamMemory(conv, stream, &memory));
    assert_hr(S_OK, IStream_SetSize(stream, larger));
    assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, empty->pbyData));
    assert_hr(S_OK, ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, memory->pbyData));
    assert_int_equal(0, IStream_Release(stream));
    CoTaskMemFree(empty);
    CoTaskMemFree(memory);
}

static void test_memory__of_another_s_stream(void **state) {
    ISCardTypeConv *conv = *state;
    struct foreign_stream foreign;
    BYTEARRAY *memory = (BYTEARRAY *)&state;
    foreign_stream_init(&foreign);
    assert_hr(E_INVALIDARG, ISCardTypeConv_GetAtIStreamMemory(conv, &foreign.IStream_iface, &memory));
    assert_null(memory);
    assert_int_equal(1, foreign.refs);
    assert_int_equal(0, foreign.calls);
}

static void test_size__of_streams(void **state) {
    ISCardTypeConv *conv = *state;
    struct foreign_stream foreign;
    ULARGE_INTEGER size = {.QuadPart = 1};
    LARGE_INTEGER four = {.QuadPart = 4}, nowhere = {.QuadPart = 0};
    IStream *stream = stream_over(digits, 10);
    assert_hr(S_OK, IStream_Seek(stream, four, STREAM_SEEK_SET, NULL));
    assert_hr(S_OK, ISCardTypeConv_SizeOfIStream(conv, stream, &size));
    assert_int_equal(10, size.QuadPart);
    assert_hr(S_OK, IStream_Seek(stream, nowhere, STREAM_SEEK_CUR, &size));
    assert_int_equal(4, size.QuadPart);
    IStream_Release(stream);
    foreign_stream_init(&foreign);
    foreign.size = 0x123456789Au;
    foreign.position = 7;
    assert_hr(S_OK, ISCardTypeConv_SizeOfIStream(conv, &foreign.IStream_iface, &size));
    assert_true(size.QuadPart == 0x123456789Au);
    assert_int_equal(7, foreign.position);
    foreign.result = STG_E_ACCESSDENIED;
    assert_hr(STG_E_ACCESSDENIED, ISCardTypeConv_SizeOfIStream(conv, &foreign.IStream_iface, &size));
    assert_int_equal(0, size.QuadPart);
    assert_int_equal(1, foreign.refs);
}

static HRESULT STDMETHODCALLTYPE stat_refused(IStream *iface, STATSTG *stat, DWORD flags) {
    (void)iface, (void)stat, (void)flags;
    return E_NOTIMPL;
}

static HRESULT(STDMETHODCALLTYPE *honest_seek)(IStream *iface, LARGE_INTEGER move, DWORD origin,
                                               ULARGE_INTEGER *position);
static DWORD refused_origin;

static HRESULT STDMETHODCALLTYPE seek_partly(IStream *iface, LARGE_INTEGER move, DWORD origin,
                                             ULARGE_INTEGER *position) {
    return origin == refused_origin ? E_FAIL : honest_seek(iface, move, origin, position);
}

/* A stream that cannot tell about itself is asked by its pointer, which is put back whatever happens. */
static void test_size__by_seeking(void **state) {
    ISCardTypeConv *conv = *state;
    struct foreign_stream foreign;
    foreign_stream_init(&foreign);
    IStreamVtbl methods = *foreign.IStream_iface.lpVtbl;
    honest_seek = methods.Seek;
    methods.Stat = stat_refused;
    foreign.IStream_iface.lpVtbl = &methods;
    foreign.size = 0x1FFFFFFFFu;
    foreign.position = 7;
    ULARGE_INTEGER size = {.QuadPart = 1};
    assert_hr(S_OK, ISCardTypeConv_SizeOfIStream(conv, &foreign.IStream_iface, &size));
    assert_true(size.QuadPart == 0x1FFFFFFFFu);
    assert_int_equal(7, foreign.position);
    methods.Seek = seek_partly;
    for (refused_origin = STREAM_SEEK_SET; refused_origin <= STREAM_SEEK_END; ++refused_origin) {
        foreign.position = 7;
        size.QuadPart = 1;
        assert_hr(E_FAIL, ISCardTypeConv_SizeOfIStream(conv, &foreign.IStream_iface, &size));
        assert_int_equal(0, size.QuadPart);
        if (refused_origin != STREAM_SEEK_SET)
            assert_int_equal(7, foreign.position);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_memory__is_the_stream_s_own),
        CASE(test_memory__outlives_its_buffer_and_the_converter),
        CASE(test_memory__given_back_wrongly),
        CASE(test_memory__of_an_empty_stream_and_of_one_that_grows),
        CASE(test_memory__of_another_s_stream),
        CASE(test_size__of_streams),
        CASE(test_size__by_seeking),
    };
    return cmocka_run_group_tests_name("objects/typeconv_streams", tests, NULL, NULL);
}

/* The byte buffer over its own stream: every rule of IByteBuffer for one buffer, and the codes. */
#include "support/kits/bytebuffers.h"
#include "support/kits/typeinfo.h"

#include <limits.h>
#include <stdlib.h>

#include "com/com.h"
#include "objects/bytebuffer.h"
#include "support/fakes/bigalloc.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static BYTE digits[] = "0123456789";

static void test_create__empty_and_usable(void **state) {
    (void)state;
    long alive = com_count();
    IByteBuffer *buffer = NULL;
    LONG count = 9;
    assert_hr(S_OK, bytebuffer_create(&buffer));
    assert_int_equal(alive + 1, com_count());
    assert_holds(buffer, NULL, 0);
    assert_hr(S_OK, IByteBuffer_Read(buffer, digits, 1, &count));
    assert_int_equal(0, count);
    assert_hr(S_OK, IByteBuffer_Write(buffer, digits, 3, &count));
    assert_int_equal(3, count);
    assert_holds(buffer, "012", 3);
    assert_int_equal(2, IByteBuffer_AddRef(buffer));
    assert_int_equal(1, IByteBuffer_Release(buffer));
    assert_int_equal(0, IByteBuffer_Release(buffer));
    assert_int_equal(alive, com_count());
}

static void test_create_with__copies(void **state) {
    (void)state;
    uint8_t bytes[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
    IByteBuffer *buffer = buffer_with(bytes, sizeof bytes);
    bytes[1] = 0xFF;
    assert_holds(buffer, "\x00\xA4\x00\x00\x02\x3F\x00", 7);
    assert_int_equal(0, tell(buffer));
    IByteBuffer_Release(buffer);
    assert_hr(E_OUTOFMEMORY, bytebuffer_create_with(NULL, SIZE_MAX, &buffer));
}

static void test_query__interfaces(void **state) {
    (void)state;
    static const IID *const known[] = {&IID_IDispatch, &IID_IByteBuffer};
    IByteBuffer *buffer = buffer_with(NULL, 0);
    void *found = NULL;
    for (size_t i = 0; i < COUNT(known); ++i) {
        assert_hr(S_OK, IByteBuffer_QueryInterface(buffer, known[i], &found));
        assert_ptr_equal(buffer, found);
        assert_int_equal(1, IByteBuffer_Release(buffer));
    }
    void *unknown = NULL;
    assert_hr(S_OK, IByteBuffer_QueryInterface(buffer, &IID_IUnknown, &unknown));
    assert_hr(S_OK, IUnknown_QueryInterface((IUnknown *)unknown, &IID_IByteBuffer, &found));
    assert_ptr_equal(buffer, found);
    assert_int_equal(2, IByteBuffer_Release(buffer));
    assert_int_equal(1, IUnknown_Release((IUnknown *)unknown));
    assert_hr(E_NOINTERFACE, IByteBuffer_QueryInterface(buffer, &IID_IStream, &found));
    assert_null(found);
    assert_hr(E_POINTER, IByteBuffer_QueryInterface(buffer, &IID_IUnknown, NULL));
    IByteBuffer_Release(buffer);
}

static void test_dispatch__is_wired(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(NULL, 0);
    wchar_t text[] = L"setsize";
    LPOLESTR name = text;
    DISPID id = 0;
    assert_typeinfo_of(buffer, &IID_IByteBuffer);
    assert_hr(S_OK, IByteBuffer_GetIDsOfNames(buffer, &IID_NULL, &name, 1, LOCALE_USER_DEFAULT, &id));
    assert_int_equal(9, id);
    DISPPARAMS none = {0};
    assert_hr(S_OK, IByteBuffer_Invoke(buffer, 7, &IID_NULL, LOCALE_USER_DEFAULT, DISPATCH_METHOD, &none,
                                       NULL, NULL, NULL));
    IByteBuffer_Release(buffer);
}

/* Programs set the size first and then write, without Initialize; the size may be 0. */
static void test_scenario_a2__set_size_then_write(void **state) {
    (void)state;
    for (LONG size = 0; size <= 10; size += 5) {
        IByteBuffer *buffer = NULL;
        LONG written = -1;
        assert_hr(S_OK, bytebuffer_create(&buffer));
        assert_hr(S_OK, IByteBuffer_SetSize(buffer, size));
        assert_hr(S_OK, IByteBuffer_Write(buffer, size ? digits : NULL, size, &written));
        assert_int_equal(size, written);
        assert_int_equal(size, tell(buffer));
        assert_holds(buffer, digits, (size_t)size);
        IByteBuffer_Release(buffer);
    }
}

static void test_initialize__content_zeros_and_again(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IByteBuffer *clone = NULL;
    go(buffer, 7);
    assert_hr(S_OK, IByteBuffer_Clone(buffer, &clone));
    assert_hr(S_OK, IByteBuffer_Initialize(buffer, 4, NULL));
    assert_holds(buffer, "\0\0\0\0", 4);
    assert_int_equal(0, tell(buffer));
    assert_holds(clone, digits, 10);
    go(buffer, 3);
    assert_hr(S_OK, IByteBuffer_Initialize(buffer, 6, digits + 2));
    assert_holds(buffer, "234567", 6);
    assert_int_equal(0, tell(buffer));
    assert_hr(S_OK, IByteBuffer_Initialize(buffer, 0, digits));
    assert_holds(buffer, NULL, 0);
    IByteBuffer_Release(buffer);
    IByteBuffer_Release(clone);
}

static void test_initialize__refuses_and_stays(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    go(buffer, 2);
    assert_hr(E_INVALIDARG, IByteBuffer_Initialize(buffer, -1, NULL));
    assert_hr(E_INVALIDARG, IByteBuffer_Initialize(buffer, LONG_MIN, digits));
    if (sizeof(LONG) == 8) {
        assert_hr(E_OUTOFMEMORY, IByteBuffer_Initialize(buffer, LONG_MAX, NULL));
        assert_hr(E_OUTOFMEMORY, IByteBuffer_Initialize(buffer, LONG_MAX / 2, NULL));
        assert_hr(E_OUTOFMEMORY, IByteBuffer_Initialize(buffer, LONG_MAX, digits));
    }
    assert_holds(buffer, digits, 10);
    assert_int_equal(2, tell(buffer));
    IByteBuffer_Release(buffer);
}

static void test_read__rules(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with("a\0b\0c", 5);
    BYTE bytes[8];
    LONG read = -1;
    assert_hr(S_OK, IByteBuffer_Read(buffer, bytes, 3, &read));
    assert_int_equal(3, read);
    assert_memory_equal(bytes, "a\0b", 3);
    assert_hr(S_OK, IByteBuffer_Read(buffer, bytes, 8, &read));
    assert_int_equal(2, read);
    assert_memory_equal(bytes, "\0c", 2);
    assert_hr(S_OK, IByteBuffer_Read(buffer, bytes, 8, &read));
    assert_int_equal(0, read);
    go(buffer, 4);
    assert_hr(S_OK, IByteBuffer_Read(buffer, bytes, LONG_MAX, NULL));
    assert_int_equal('c', bytes[0]);
    read = 9;
    assert_hr(E_INVALIDARG, IByteBuffer_Read(buffer, bytes, -1, &read));
    assert_int_equal(0, read);
    read = 9;
    assert_hr(E_POINTER, IByteBuffer_Read(buffer, NULL, 1, &read));
    assert_int_equal(0, read);
    assert_hr(S_OK, IByteBuffer_Read(buffer, NULL, 0, &read));
    assert_int_equal(5, tell(buffer));
    IByteBuffer_Release(buffer);
}

static void test_write__rules(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with("abc", 3);
    LONG written = -1;
    go(buffer, 5);
    assert_hr(S_OK, IByteBuffer_Write(buffer, digits, 2, &written));
    assert_int_equal(2, written);
    assert_int_equal(7, tell(buffer));
    assert_holds(buffer,
                 "abc\0\0"
                 "01",
                 7);
    go(buffer, 1);
    assert_hr(S_OK, IByteBuffer_Write(buffer, digits, 1, &written));
    assert_holds(buffer,
                 "a0c\0\0"
                 "01",
                 7);
    written = 9;
    assert_hr(E_INVALIDARG, IByteBuffer_Write(buffer, digits, -1, &written));
    assert_int_equal(0, written);
    assert_hr(E_INVALIDARG, IByteBuffer_Write(buffer, NULL, 1, &written));
    assert_hr(E_INVALIDARG, IByteBuffer_Write(buffer, NULL, 1, NULL));
    assert_hr(E_INVALIDARG, IByteBuffer_Write(buffer, digits, -1, NULL));
    assert_int_equal(2, tell(buffer));
    if (sizeof(LONG) == 8) {
        assert_hr(E_OUTOFMEMORY, IByteBuffer_Write(buffer, digits, LONG_MAX, &written));
        go(buffer, LONG_MAX);
        written = 9;
        assert_hr(E_OUTOFMEMORY, IByteBuffer_Write(buffer, digits, 10, &written));
        assert_int_equal(0, written);
        assert_int_equal(LONG_MAX, tell(buffer));
    }
    assert_holds(buffer,
                 "a0c\0\0"
                 "01",
                 7);
    IByteBuffer_Release(buffer);
}

static const struct {
    LONG from, move, origin;
    HRESULT expected;
    LONG reached;
} seeks[] = {
    {4, 0, 0, S_OK, 0},
    {4, 12, 0, S_OK, 12},
    {4, -1, 0, STG_E_INVALIDFUNCTION, 4},
    {4, LONG_MIN, 0, STG_E_INVALIDFUNCTION, 4},
    {4, -4, 1, S_OK, 0},
    {4, -5, 1, STG_E_INVALIDFUNCTION, 4},
    {4, 3, 1, S_OK, 7},
    {4, LONG_MIN, 1, STG_E_INVALIDFUNCTION, 4},
    {4, 0, 2, S_OK, 10},
    {4, -10, 2, S_OK, 0},
    {4, -11, 2, STG_E_INVALIDFUNCTION, 4},
    {4, 6, 2, S_OK, 16},
    {4, 0, 3, STG_E_INVALIDFUNCTION, 4},
    {4, 0, -1, STG_E_INVALIDFUNCTION, 4},
    {4, 0, LONG_MAX, STG_E_INVALIDFUNCTION, 4},
};

/*
 * Optional counters may be NULL, as the pages say (behaviour.md, rules for every method): the work is done
 * all the same.
 */
static void test_counters__may_be_null(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 4);
    IByteBuffer *target = buffer_with(NULL, 0);
    uint8_t bytes[2] = {0};
    LONG count = 9;
    assert_hr(S_OK, IByteBuffer_Seek(buffer, 2, STREAM_SEEK_SET, NULL));
    assert_hr(S_OK, IByteBuffer_Write(buffer, (BYTE *)(uintptr_t) "xyz", 3, NULL));
    assert_holds(buffer, "01xyz", 5);
    assert_hr(S_OK, IByteBuffer_Write(buffer, NULL, 0, NULL));
    go(buffer, 0);
    assert_hr(S_OK, IByteBuffer_Read(buffer, bytes, 2, NULL));
    assert_memory_equal(bytes, "01", 2);
    assert_hr(S_OK, IByteBuffer_CopyTo(buffer, &target, 1, NULL, NULL));
    assert_hr(S_OK, IByteBuffer_CopyTo(buffer, &target, 1, &count, NULL));
    assert_int_equal(1, count);
    assert_hr(S_OK, IByteBuffer_CopyTo(buffer, &target, 9, NULL, &count));
    assert_int_equal(1, count);
    assert_holds(target, "xyz", 3);
    IByteBuffer_Release(target);
    IByteBuffer_Release(buffer);
}

static void test_seek__table(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    for (size_t i = 0; i < COUNT(seeks); ++i) {
        LONG reached = 99;
        go(buffer, seeks[i].from);
        assert_hr(seeks[i].expected, IByteBuffer_Seek(buffer, seeks[i].move, seeks[i].origin, &reached));
        assert_int_equal(seeks[i].expected == S_OK ? seeks[i].reached : 0, reached);
        assert_int_equal(seeks[i].reached, tell(buffer));
    }
    IByteBuffer_Release(buffer);
}

static void test_set_size__keeps_the_pointer(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    LONG count = 9;
    go(buffer, 8);
    assert_hr(S_OK, IByteBuffer_SetSize(buffer, 3));
    assert_int_equal(8, tell(buffer));
    assert_holds(buffer, "012", 3);
    assert_hr(S_OK, IByteBuffer_Read(buffer, digits, 1, &count));
    assert_int_equal(0, count);
    assert_hr(S_OK, IByteBuffer_SetSize(buffer, 5));
    assert_holds(buffer, "012\0\0", 5);
    assert_hr(E_INVALIDARG, IByteBuffer_SetSize(buffer, -1));
    if (sizeof(LONG) == 8)
        assert_hr(E_OUTOFMEMORY, IByteBuffer_SetSize(buffer, LONG_MAX));
    assert_holds(buffer, "012\0\0", 5);
    IByteBuffer_Release(buffer);
}

static void test_stat__tells(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    STATSTRUCT stat;
    for (LONG flag = STATFLAG_DEFAULT; flag <= STATFLAG_NONAME; ++flag) {
        memset(&stat, 0xFF, sizeof stat);
        assert_hr(S_OK, IByteBuffer_Stat(buffer, &stat, flag));
        assert_int_equal(STGTY_STREAM, stat.type);
        assert_int_equal(10, stat.cbSize);
        assert_int_equal(STGM_READWRITE, stat.grfMode);
        assert_int_equal(LOCK_WRITE | LOCK_EXCLUSIVE | LOCK_ONLYONCE, stat.grfLocksSupported);
        assert_int_equal(0, stat.grfStateBits);
    }
    assert_hr(E_INVALIDARG, IByteBuffer_Stat(buffer, &stat, 2));
    assert_int_equal(0, stat.cbSize);
    assert_hr(E_INVALIDARG, IByteBuffer_Stat(buffer, &stat, -1));
    assert_hr(E_POINTER, IByteBuffer_Stat(buffer, NULL, 0));
    assert_hr(S_OK, IByteBuffer_Commit(buffer, 0));
    assert_hr(S_OK, IByteBuffer_Commit(buffer, -1));
    assert_hr(S_OK, IByteBuffer_Revert(buffer));
    assert_holds(buffer, digits, 10);
    IByteBuffer_Release(buffer);
}

static void test_read_all__limit(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    uint8_t *bytes = NULL;
    size_t size = 9;
    go(buffer, 3);
    assert_hr(E_INVALIDARG, bytebuffer_read_all(buffer, 9, &bytes, &size));
    assert_null(bytes);
    assert_int_equal(0, size);
    assert_hr(S_OK, bytebuffer_read_all(buffer, 10, &bytes, &size));
    assert_int_equal(10, size);
    assert_memory_equal(bytes, digits, 10);
    assert_int_equal(3, tell(buffer));
    free(bytes);
    IByteBuffer_Release(buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create__empty_and_usable),
        cmocka_unit_test(test_create_with__copies),
        cmocka_unit_test(test_query__interfaces),
        cmocka_unit_test(test_dispatch__is_wired),
        cmocka_unit_test(test_scenario_a2__set_size_then_write),
        cmocka_unit_test(test_initialize__content_zeros_and_again),
        cmocka_unit_test(test_initialize__refuses_and_stays),
        cmocka_unit_test(test_read__rules),
        cmocka_unit_test(test_write__rules),
        cmocka_unit_test(test_counters__may_be_null),
        cmocka_unit_test(test_seek__table),
        cmocka_unit_test(test_set_size__keeps_the_pointer),
        cmocka_unit_test(test_stat__tells),
        cmocka_unit_test(test_read_all__limit),
    };
    return cmocka_run_group_tests_name("objects/bytebuffer", tests, NULL, NULL);
}

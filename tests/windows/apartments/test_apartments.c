/*
 * One object shared by threads in two apartments of a process: every kind of apartment gets the object
 * itself, not a proxy, and may use it at once while its maker's thread does something else. Registered by
 * regsvr32 for the time of this program.
 */
#include <stdio.h>

/* The system's headers want telling that vtables are constant. */
#define CONST_VTABLE
#include "../clients/readers.h"
#include "../clients/registering.h"
#include "../clients/whole.h"
#include "clients/kit.h"

#define THREADS 2
#define ROUNDS 50
#define FINISHED_MS 60000

static const struct {
    const CLSID *clsid;
    const IID *iid;
} classes[] = {
    {&CLSID_CByteBuffer, &IID_IByteBuffer},
    {&CLSID_CSCardTypeConv, &IID_ISCardTypeConv},
    {&CLSID_CSCardCmd, &IID_ISCardCmd},
    {&CLSID_CSCardISO7816, &IID_ISCardISO7816},
    {&CLSID_CSCard, &IID_ISCard},
    {&CLSID_CSCardDatabase, &IID_ISCardDatabase},
    {&CLSID_CSCardLocate, &IID_ISCardLocate},
};
#define CLASSES (sizeof classes / sizeof classes[0])

/* What a thread of another apartment gets and finds; it makes no assertions, the thread of the test does. */
struct visitor {
    DWORD apartment; /* COINIT_... */
    IStream *stream; /* NULL: by the table */
    IGlobalInterfaceTable *table;
    DWORD cookie;
    const IID *iid;
    void (*work)(struct visitor *visitor, IUnknown *object);
    IUnknown *got; /* with a reference for the thread of the test */
    HRESULT hr;
    unsigned failed;
};

static DWORD WINAPI visit(void *argument) {
    struct visitor *const visitor = argument;
    visitor->hr = CoInitializeEx(NULL, visitor->apartment);
    if (FAILED(visitor->hr))
        return 0;
    if (visitor->stream)
        visitor->hr = CoGetInterfaceAndReleaseStream(visitor->stream, visitor->iid, (void **)&visitor->got);
    else
        visitor->hr = IGlobalInterfaceTable_GetInterfaceFromGlobal(visitor->table, visitor->cookie,
                                                                   visitor->iid, (void **)&visitor->got);
    if (SUCCEEDED(visitor->hr) && visitor->work)
        visitor->work(visitor, visitor->got);
    CoUninitialize();
    return 0;
}

/* Runs the visitor while this thread, which made the object in its STA, does not look for messages. */
static void let_visit(struct visitor *visitors, size_t count) {
    HANDLE threads[THREADS];
    assert_int_in_range(count, 1, THREADS);
    for (size_t i = 0; i < count; ++i) {
        threads[i] = CreateThread(NULL, 0, visit, &visitors[i], 0, NULL);
        assert_non_null(threads[i]);
    }
    assert_int_equal(WaitForMultipleObjects((DWORD)count, threads, TRUE, FINISHED_MS), WAIT_OBJECT_0);
    for (size_t i = 0; i < count; ++i) {
        CloseHandle(threads[i]);
        expect_hr(visitors[i].hr, S_OK);
        assert_int_equal(visitors[i].failed, 0);
    }
}

/* The object is handed over for `visitor` by a stream. */
static void by_stream(IUnknown *object, struct visitor *visitor) {
    expect_hr(CoMarshalInterThreadInterfaceInStream(visitor->iid, object, &visitor->stream), S_OK);
}

static void pass_each(DWORD apartment) {
    for (size_t i = 0; i < CLASSES; ++i) {
        IUnknown *const object = kit_make(classes[i].clsid, classes[i].iid);
        struct visitor visitor = {.apartment = apartment, .iid = classes[i].iid};
        by_stream(object, &visitor);
        let_visit(&visitor, 1);
        assert_ptr_equal(visitor.got, object);
        assert_int_equal(IUnknown_Release(visitor.got), 1);
        assert_int_equal(IUnknown_Release(object), 0);
    }
}

static void test_apartments__stream_to_sta(void **state) {
    (void)state;
    pass_each(COINIT_APARTMENTTHREADED);
}

static void test_apartments__stream_to_mta(void **state) {
    (void)state;
    pass_each(COINIT_MULTITHREADED);
}

/* A stream that nobody takes the object from again gives it back when that is said. */
static void test_apartments__stream_not_taken(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        IUnknown *const object = kit_make(classes[i].clsid, classes[i].iid);
        struct visitor visitor = {.iid = classes[i].iid};
        by_stream(object, &visitor);
        expect_hr(IStream_Seek(visitor.stream, (LARGE_INTEGER){.QuadPart = 0}, STREAM_SEEK_SET, NULL), S_OK);
        expect_hr(CoReleaseMarshalData(visitor.stream), S_OK);
        IStream_Release(visitor.stream);
        assert_int_equal(IUnknown_Release(object), 0);
    }
}

static IGlobalInterfaceTable *global_table(void) {
    return kit_make(&CLSID_StdGlobalInterfaceTable, &IID_IGlobalInterfaceTable);
}

static void test_apartments__global_table(void **state) {
    static const DWORD apartments[] = {COINIT_APARTMENTTHREADED, COINIT_MULTITHREADED};
    IGlobalInterfaceTable *const table = global_table();
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        IUnknown *const object = kit_make(classes[i].clsid, classes[i].iid);
        struct visitor visitors[2];
        DWORD cookie = 0;
        expect_hr(IGlobalInterfaceTable_RegisterInterfaceInGlobal(table, object, classes[i].iid, &cookie),
                  S_OK);
        for (size_t k = 0; k < 2; ++k)
            visitors[k] = (struct visitor){
                .apartment = apartments[k], .table = table, .cookie = cookie, .iid = classes[i].iid};
        let_visit(visitors, 2);
        for (size_t k = 0; k < 2; ++k) {
            assert_ptr_equal(visitors[k].got, object);
            IUnknown_Release(visitors[k].got);
        }
        expect_hr(IGlobalInterfaceTable_RevokeInterfaceFromGlobal(table, cookie), S_OK);
        assert_int_equal(IUnknown_Release(object), 0);
    }
    IGlobalInterfaceTable_Release(table);
}

/* One round on the shared card: a command of the thread's own; whether the reply is the right one. */
static BOOL read_byte(ISCard *card, BYTE offset, BYTE wanted) {
    ISCardCmd *cmd = NULL;
    IByteBuffer *reply = NULL;
    BYTE bytes[3] = {0};
    LONG expected = 1, read = 0;
    BOOL right = FALSE;
    if (FAILED(CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, (void **)&cmd)))
        return FALSE;
    if (ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x83, offset, NULL, &expected) == S_OK &&
        ISCard_Transaction(card, &cmd) == S_OK && ISCardCmd_get_ApduReply(cmd, &reply) == S_OK && reply) {
        right = IByteBuffer_Read(reply, bytes, 3, &read) == S_OK && read == 3 && bytes[0] == wanted &&
                bytes[1] == 0x90 && bytes[2] == 0x00;
        IByteBuffer_Release(reply);
    }
    ISCardCmd_Release(cmd);
    return right;
}

static void read_greeting(struct visitor *visitor, IUnknown *object) {
    static const char greeting[] = "Hello from the demo card";
    for (unsigned i = 0; i < ROUNDS; ++i) {
        const BYTE offset = (BYTE)(i % (sizeof greeting - 1));
        if (!read_byte((ISCard *)object, offset, (BYTE)greeting[offset]))
            ++visitor->failed;
    }
}

/* Both use one connection at the same time; each gets its own replies. */
static void share_card(DWORD first, DWORD second) {
    ISCard *const card = kit_attached(DEMO_READER, T1);
    struct visitor visitors[2] = {{.apartment = first, .iid = &IID_ISCard, .work = read_greeting},
                                  {.apartment = second, .iid = &IID_ISCard, .work = read_greeting}};
    for (size_t i = 0; i < 2; ++i)
        by_stream((IUnknown *)card, &visitors[i]);
    let_visit(visitors, 2);
    for (size_t i = 0; i < 2; ++i)
        IUnknown_Release(visitors[i].got);
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    kit_let_go(card);
}

static void test_apartments__card_shared_by_two_stas(void **state) {
    (void)state;
    share_card(COINIT_APARTMENTTHREADED, COINIT_APARTMENTTHREADED);
}

static void test_apartments__card_shared_by_sta_and_mta(void **state) {
    (void)state;
    share_card(COINIT_APARTMENTTHREADED, COINIT_MULTITHREADED);
}

static void append(struct visitor *visitor, IUnknown *object) {
    BYTE bytes[4] = {1, 2, 3, 4};
    for (unsigned i = 0; i < ROUNDS; ++i) {
        LONG written = 0;
        if (IByteBuffer_Write((IByteBuffer *)object, bytes, 4, &written) != S_OK || written != 4)
            ++visitor->failed;
    }
}

/* Writes of two apartments at the same time: none is lost, none is torn. */
static void test_apartments__buffer_shared(void **state) {
    (void)state;
    IByteBuffer *const buffer = kit_make(&CLSID_CByteBuffer, &IID_IByteBuffer);
    BYTE bytes[THREADS * ROUNDS * 4 + 1];
    LONG read = -1;
    struct visitor visitors[2] = {
        {.apartment = COINIT_APARTMENTTHREADED, .iid = &IID_IByteBuffer, .work = append},
        {.apartment = COINIT_MULTITHREADED, .iid = &IID_IByteBuffer, .work = append}};
    for (size_t i = 0; i < 2; ++i)
        by_stream((IUnknown *)buffer, &visitors[i]);
    let_visit(visitors, 2);
    expect_hr(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(IByteBuffer_Read(buffer, bytes, sizeof bytes, &read), S_OK);
    assert_int_equal(read, THREADS * ROUNDS * 4);
    for (LONG i = 0; i < read; ++i)
        assert_int_equal(bytes[i], 1 + i % 4);
    for (size_t i = 0; i < 2; ++i)
        IUnknown_Release(visitors[i].got);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
}

/*
 * Parts, made by the system's activation (behaviour.md: every class can be aggregated; Windows: the
 * free-threaded marshaler). Another apartment gets the part's interface itself, which still is the whole: its
 * identity, its count.
 */
static void test_apartments__parts_of_another(void **state) {
    static const DWORD apartments[] = {COINIT_APARTMENTTHREADED, COINIT_MULTITHREADED};
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        struct whole whole = {.IUnknown_iface = {&whole_vtbl}, .refs = 1};
        IUnknown *object = NULL, *identity = NULL;
        void *other = &other;
        expect_hr(CoCreateInstance(classes[i].clsid, &whole.IUnknown_iface, CLSCTX_INPROC_SERVER,
                                   classes[i].iid, &other),
                  CLASS_E_NOAGGREGATION);
        assert_null(other);
        expect_hr(CoCreateInstance(classes[i].clsid, &whole.IUnknown_iface, CLSCTX_INPROC_SERVER,
                                   &IID_IUnknown, (void **)&whole.part),
                  S_OK);
        assert_int_equal(whole.refs, 1);
        expect_hr(IUnknown_QueryInterface(&whole.IUnknown_iface, classes[i].iid, (void **)&object), S_OK);
        for (size_t k = 0; k < 2; ++k) {
            struct visitor visitor = {.apartment = apartments[k], .iid = classes[i].iid};
            by_stream(object, &visitor);
            let_visit(&visitor, 1);
            assert_ptr_equal(visitor.got, object);
            expect_hr(IUnknown_QueryInterface(visitor.got, &IID_IUnknown, (void **)&identity), S_OK);
            assert_ptr_equal(identity, &whole.IUnknown_iface);
            IUnknown_Release(identity);
            IUnknown_Release(visitor.got);
        }
        /* The marshaler that was asked for on the way has given its reference to the whole back. */
        assert_int_equal(IUnknown_Release(object), 1);
        assert_int_equal(IUnknown_Release(whole.part), 0);
        assert_int_equal(whole.refs, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apartments__stream_to_sta),
        cmocka_unit_test(test_apartments__stream_to_mta),
        cmocka_unit_test(test_apartments__stream_not_taken),
        cmocka_unit_test(test_apartments__global_table),
        cmocka_unit_test(test_apartments__card_shared_by_two_stas),
        cmocka_unit_test(test_apartments__card_shared_by_sta_and_mta),
        cmocka_unit_test(test_apartments__buffer_shared),
        cmocka_unit_test(test_apartments__parts_of_another),
    };
    return cmocka_run_group_tests(tests, registering_begin, registering_end);
}

/* ISCardISO7816: the bytes of each command, and how command objects are made, reused and left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "com/com.h"
#include "objects/iso7816cmd.h"
#include "support/kits/buffers.h"
#include "support/kits/typeinfo.h"

static int setup(void **state) {
    ISCardISO7816 *iso;
    if (FAILED(iso7816cmd_create(&iso)))
        return -1;
    *state = iso;
    return 0;
}

static int teardown(void **state) {
    return ISCardISO7816_Release((ISCardISO7816 *)*state) == 0 && com_count() == 0 ? 0 : -1;
}

/* One call of one method with parameters one and two, data and length where the method has them. */
typedef HRESULT (*build_call)(ISCardISO7816 *iso, BYTE one, BYTE two, IByteBuffer *data, LONG length,
                              ISCardCmd **cmd);

#define CALL(name, ...)                                                                                      \
    static HRESULT call_##name(ISCardISO7816 *iso, BYTE one, BYTE two, IByteBuffer *data, LONG length,       \
                               ISCardCmd **cmd) {                                                            \
        (void)one, (void)two, (void)data, (void)length;                                                      \
        return ISCardISO7816_##name(iso, __VA_ARGS__, cmd);                                                  \
    }
CALL(AppendRecord, two, data)
CALL(EraseBinary, one, two, data)
CALL(ExternalAuthenticate, one, two, data)
CALL(GetChallenge, length)
CALL(GetData, one, two, length)
CALL(GetResponse, one, two, length)
CALL(InternalAuthenticate, one, two, data, length)
CALL(ManageChannel, one, two)
CALL(PutData, one, two, data)
CALL(ReadBinary, one, two, length)
CALL(ReadRecord, one, two, length)
CALL(SelectFile, one, two, data, length)
CALL(UpdateBinary, one, two, data)
CALL(UpdateRecord, one, two, data)
CALL(Verify, two, data)
CALL(WriteBinary, one, two, data)
CALL(WriteRecord, one, two, data)

enum takes { DATA_NEEDED = 1, DATA_OPTIONAL = 2, LENGTH = 4 };

static const struct method {
    const char *name;
    build_call call;
    unsigned takes;
} methods[] = {
    {"AppendRecord", call_AppendRecord, DATA_NEEDED},
    {"EraseBinary", call_EraseBinary, DATA_OPTIONAL},
    {"ExternalAuthenticate", call_ExternalAuthenticate, DATA_OPTIONAL},
    {"GetChallenge", call_GetChallenge, LENGTH},
    {"GetData", call_GetData, LENGTH},
    {"GetResponse", call_GetResponse, LENGTH},
    {"InternalAuthenticate", call_InternalAuthenticate, DATA_NEEDED | LENGTH},
    {"ManageChannel", call_ManageChannel, 0},
    {"PutData", call_PutData, DATA_NEEDED},
    {"ReadBinary", call_ReadBinary, LENGTH},
    {"ReadRecord", call_ReadRecord, LENGTH},
    {"SelectFile", call_SelectFile, DATA_OPTIONAL | LENGTH},
    {"UpdateBinary", call_UpdateBinary, DATA_NEEDED},
    {"UpdateRecord", call_UpdateRecord, DATA_NEEDED},
    {"Verify", call_Verify, DATA_OPTIONAL},
    {"WriteBinary", call_WriteBinary, DATA_NEEDED},
    {"WriteRecord", call_WriteRecord, DATA_NEEDED},
};
#define METHODS (sizeof methods / sizeof methods[0])

/* Rows of expected bytes. data NULL: no buffer. */
struct row {
    const char *method;
    BYTE one, two;
    const char *data;
    LONG length;
    const char *expected;
};

static const struct row rows[] = {
    {"AppendRecord", 0, 0x08, "AABB", 0, "00E20008 02 AABB"},
    {"EraseBinary", 0x01, 0x20, NULL, 0, "000E0120"},
    {"EraseBinary", 0x01, 0x20, "0180", 0, "000E0120 02 0180"},
    {"ExternalAuthenticate", 0x02, 0x81, "0102030405060708", 0, "00820281 08 0102030405060708"},
    {"ExternalAuthenticate", 0x02, 0x81, NULL, 0, "00820281"},
    {"GetChallenge", 0, 0, NULL, 8, "00840000 08"},
    {"GetChallenge", 0, 0, NULL, 0, "00840000 00"},
    {"GetData", 0x5F, 0x2D, NULL, 0, "00CA5F2D 00"},
    {"GetData", 0x00, 0x4F, NULL, 16, "00CA004F 10"},
    {"GetResponse", 0, 0, NULL, 0x1C, "00C00000 1C"},
    {"GetResponse", 1, 2, NULL, 0, "00C00102 00"},
    {"InternalAuthenticate", 0x01, 0x02, "1122334455667788", 0, "00880102 08 1122334455667788 00"},
    {"InternalAuthenticate", 0x01, 0x02, "1122", 4, "00880102 02 1122 04"},
    {"ManageChannel", 0x00, 0x00, NULL, 0, "00700000 01"},
    {"ManageChannel", 0x00, 0x02, NULL, 0, "00700002"},
    {"ManageChannel", 0x80, 0x02, NULL, 0, "00708002"},
    {"ManageChannel", 0x80, 0x00, NULL, 0, "00708000"},
    {"PutData", 0x01, 0x42, "AA", 0, "00DA0142 01 AA"},
    {"PutData", 0x01, 0x42, "", 0, "00DA0142"},
    {"ReadBinary", 0x00, 0x10, NULL, 0, "00B00010 00"},
    {"ReadBinary", 0x84, 0x10, NULL, 255, "00B08410 FF"},
    {"ReadBinary", 0, 0, NULL, 256, "00B00000 00"},
    {"ReadBinary", 0, 0, NULL, 257, "00B00000 000101"},
    {"ReadBinary", 0, 0, NULL, 65536, "00B00000 000000"},
    {"ReadRecord", 3, 0x04, NULL, 0, "00B20304 00"},
    {"ReadRecord", 0, 0x02, NULL, 30, "00B20002 1E"},
    {"SelectFile", 0x04, 0x00, "A000000001", 0, "00A40400 05 A000000001"},
    {"SelectFile", 0x04, 0x00, "A000000001", 256, "00A40400 05 A000000001 00"},
    {"SelectFile", 0x00, 0x00, NULL, 0, "00A40000"},
    {"SelectFile", 0x00, 0x0C, "3F00", 0, "00A4000C 02 3F00"},
    {"UpdateBinary", 0x00, 0x10, "0102", 0, "00D60010 02 0102"},
    {"UpdateRecord", 5, 0x04, "0102", 0, "00DC0504 02 0102"},
    {"Verify", 0, 0x81, "31323334FFFFFFFF", 0, "00200081 08 31323334FFFFFFFF"},
    {"Verify", 0, 0x81, NULL, 0, "00200081"},
    {"WriteBinary", 0x01, 0x02, "FF", 0, "00D00102 01 FF"},
    {"WriteRecord", 5, 0x04, "FF", 0, "00D20504 01 FF"},
};

static const struct method *method_named(const char *name) {
    for (size_t i = 0; i < METHODS; ++i) {
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    }
    fail_msg("no method %s", name);
    return NULL;
}

static void assert_apdu(ISCardCmd *cmd, const char *hex) {
    IByteBuffer *apdu = NULL;
    assert_int_equal(ISCardCmd_get_Apdu(cmd, &apdu), S_OK);
    assert_buffer_hex(apdu, hex);
}

static void build(ISCardISO7816 *iso, const struct row *row, ISCardCmd **cmd) {
    IByteBuffer *data = row->data ? buffer_from_hex(row->data) : NULL;
    assert_int_equal(method_named(row->method)->call(iso, row->one, row->two, data, row->length, cmd), S_OK);
    if (data)
        assert_int_equal(IByteBuffer_Release(data), 0);
}

/* The bytes of one method, in a new object each and then all in one. */
static void check_rows(ISCardISO7816 *iso, const char *name) {
    ISCardCmd *reused = NULL;
    size_t seen = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        if (strcmp(rows[i].method, name) != 0)
            continue;
        ISCardCmd *made = NULL, *const before = reused;
        build(iso, &rows[i], &made);
        assert_non_null(made);
        assert_apdu(made, rows[i].expected);
        assert_int_equal(ISCardCmd_Release(made), 0);
        build(iso, &rows[i], &reused);
        assert_true(!before || before == reused);
        assert_apdu(reused, rows[i].expected);
        ++seen;
    }
    assert_true(seen > 0);
    assert_int_equal(ISCardCmd_Release(reused), 0);
}

#define BYTES(name)                                                                                          \
    static void test_##name##__bytes(void **state) {                                                         \
        check_rows((ISCardISO7816 *)*state, #name);                                                          \
    }
BYTES(AppendRecord)
BYTES(EraseBinary)
BYTES(ExternalAuthenticate)
BYTES(GetChallenge)
BYTES(GetData)
BYTES(GetResponse)
BYTES(InternalAuthenticate)
BYTES(ManageChannel)
BYTES(PutData)
BYTES(ReadBinary)
BYTES(ReadRecord)
BYTES(SelectFile)
BYTES(UpdateBinary)
BYTES(UpdateRecord)
BYTES(Verify)
BYTES(WriteBinary)
BYTES(WriteRecord)

static void test_SetDefaultClassId__for_the_commands_to_come(void **state) {
    ISCardISO7816 *iso = *state;
    ISCardCmd *cmd = NULL;
    assert_int_equal(ISCardISO7816_ReadBinary(iso, 0, 0, 4, &cmd), S_OK);
    assert_int_equal(ISCardISO7816_SetDefaultClassId(iso, 0xA0), S_OK);
    assert_apdu(cmd, "00B0000004");
    assert_int_equal(ISCardISO7816_GetResponse(iso, 0, 0, 0x16, &cmd), S_OK);
    assert_apdu(cmd, "A0C0000016");
    assert_int_equal(ISCardCmd_Release(cmd), 0);
}

static void test_all__null_command_pointer(void **state) {
    ISCardISO7816 *iso = *state;
    for (size_t i = 0; i < METHODS; ++i) {
        assert_int_equal(methods[i].call(iso, 0, 0, NULL, 0, NULL), E_POINTER);
        assert_int_equal(methods[i].call(iso, 0, 0, NULL, -1, NULL), E_POINTER);
    }
}

static void test_all__lengths_out_of_range(void **state) {
    ISCardISO7816 *iso = *state;
    static const LONG bad[] = {-1, 65537, INT32_MIN, INT32_MAX};
    IByteBuffer *data = buffer_from_hex("AA");
    ISCardCmd *old = NULL;
    assert_int_equal(ISCardISO7816_ReadBinary(iso, 1, 2, 3, &old), S_OK);
    for (size_t i = 0; i < METHODS; ++i) {
        for (size_t k = 0; methods[i].takes & LENGTH && k < sizeof bad / sizeof bad[0]; ++k) {
            ISCardCmd *made = NULL;
            assert_int_equal(methods[i].call(iso, 0, 0, data, bad[k], &made), E_INVALIDARG);
            assert_null(made);
            assert_int_equal(methods[i].call(iso, 0, 0, data, bad[k], &old), E_INVALIDARG);
            assert_apdu(old, "00B0010203");
        }
    }
    IByteBuffer_Release(data);
    assert_int_equal(ISCardCmd_Release(old), 0);
}

static void test_all__data_missing(void **state) {
    ISCardISO7816 *iso = *state;
    for (size_t i = 0; i < METHODS; ++i) {
        ISCardCmd *made = NULL;
        const HRESULT hr = methods[i].call(iso, 0, 0, NULL, 0, &made);
        if (methods[i].takes & DATA_NEEDED) {
            assert_int_equal(hr, E_INVALIDARG);
            assert_null(made);
        } else {
            assert_int_equal(hr, S_OK);
            assert_int_equal(ISCardCmd_Release(made), 0);
        }
    }
}

static void test_all__data_that_cannot_be_read_or_sent(void **state) {
    ISCardISO7816 *iso = *state;
    IByteBuffer *huge = buffer_filled(65536), *failing = buffer_that_fails(STG_E_LOCKVIOLATION);
    for (size_t i = 0; i < METHODS; ++i) {
        ISCardCmd *made = NULL;
        if (!(methods[i].takes & (DATA_NEEDED | DATA_OPTIONAL)))
            continue;
        assert_int_equal(methods[i].call(iso, 0, 0, huge, 0, &made), E_INVALIDARG);
        assert_null(made);
        assert_int_equal(methods[i].call(iso, 0, 0, failing, 0, &made), STG_E_LOCKVIOLATION);
        assert_null(made);
    }
    IByteBuffer_Release(huge);
    IByteBuffer_Release(failing);
}

/* A command object of another make, which notes what it was asked to build. */
struct recorder {
    ISCardCmd ISCardCmd_iface;
    BYTE header[4];
    IByteBuffer *data;
    LONG le;
    HRESULT answer;
};

static HRESULT STDMETHODCALLTYPE recorder_BuildCmd(ISCardCmd *iface, BYTE cla, BYTE ins, BYTE p1, BYTE p2,
                                                   LPBYTEBUFFER data, LONG *le) {
    struct recorder *recorder = CONTAINER_OF(iface, struct recorder, ISCardCmd_iface);
    const BYTE header[] = {cla, ins, p1, p2};
    memcpy(recorder->header, header, sizeof header);
    recorder->data = data;
    recorder->le = *le;
    return recorder->answer;
}

static void test_foreign_command__built_through_its_interface(void **state) {
    ISCardISO7816 *iso = *state;
    static const ISCardCmdVtbl vtbl = {.BuildCmd = recorder_BuildCmd};
    struct recorder recorder = {.ISCardCmd_iface = {.lpVtbl = &vtbl}};
    ISCardCmd *cmd = &recorder.ISCardCmd_iface;
    IByteBuffer *data = buffer_from_hex("3F00");
    const BYTE select[] = {0x80, 0xA4, 0x01, 0x0C};
    assert_int_equal(ISCardISO7816_SetDefaultClassId(iso, 0x80), S_OK);
    assert_int_equal(ISCardISO7816_SelectFile(iso, 1, 0x0C, data, 300, &cmd), S_OK);
    assert_ptr_equal(cmd, &recorder.ISCardCmd_iface);
    assert_memory_equal(recorder.header, select, sizeof select);
    assert_ptr_equal(recorder.data, data);
    assert_int_equal(recorder.le, 300);
    recorder.answer = E_ACCESSDENIED;
    assert_int_equal(ISCardISO7816_GetChallenge(iso, 8, &cmd), E_ACCESSDENIED);
    assert_ptr_equal(cmd, &recorder.ISCardCmd_iface);
    IByteBuffer_Release(data);
}

static void test_query__each_interface_and_no_other(void **state) {
    ISCardISO7816 *iso = *state;
    void *unknown, *again, *dispatch, *same, *none = iso;
    assert_int_equal(ISCardISO7816_QueryInterface(iso, &IID_IUnknown, &unknown), S_OK);
    assert_int_equal(ISCardISO7816_QueryInterface(iso, &IID_IDispatch, &dispatch), S_OK);
    assert_int_equal(ISCardISO7816_QueryInterface(iso, &IID_ISCardISO7816, &same), S_OK);
    assert_int_equal(IUnknown_QueryInterface((IUnknown *)unknown, &IID_ISCardISO7816, &again), S_OK);
    assert_ptr_equal(again, iso);
    assert_ptr_equal(dispatch, iso);
    assert_ptr_equal(same, iso);
    assert_int_equal(ISCardISO7816_AddRef(iso), 6);
    for (ULONG left = 5; left > 0; --left)
        assert_int_equal(ISCardISO7816_Release(iso), left);
    assert_int_equal(ISCardISO7816_QueryInterface(iso, &IID_ISCardCmd, &none), E_NOINTERFACE);
    assert_null(none);
}

static void test_dispatch__names_of_this_interface(void **state) {
    ISCardISO7816 *iso = *state;
    wchar_t name[] = L"SETDEFAULTCLASSID";
    LPOLESTR names = name;
    DISPID id = 0;
    assert_typeinfo_of(iso, &IID_ISCardISO7816);
    assert_int_equal(ISCardISO7816_GetIDsOfNames(iso, &IID_NULL, &names, 1, 0, &id), S_OK);
    assert_int_equal(id, 12);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_AppendRecord__bytes),
        CASE(test_EraseBinary__bytes),
        CASE(test_ExternalAuthenticate__bytes),
        CASE(test_GetChallenge__bytes),
        CASE(test_GetData__bytes),
        CASE(test_GetResponse__bytes),
        CASE(test_InternalAuthenticate__bytes),
        CASE(test_ManageChannel__bytes),
        CASE(test_PutData__bytes),
        CASE(test_ReadBinary__bytes),
        CASE(test_ReadRecord__bytes),
        CASE(test_SelectFile__bytes),
        CASE(test_UpdateBinary__bytes),
        CASE(test_UpdateRecord__bytes),
        CASE(test_Verify__bytes),
        CASE(test_WriteBinary__bytes),
        CASE(test_WriteRecord__bytes),
        CASE(test_SetDefaultClassId__for_the_commands_to_come),
        CASE(test_all__null_command_pointer),
        CASE(test_all__lengths_out_of_range),
        CASE(test_all__data_missing),
        CASE(test_all__data_that_cannot_be_read_or_sent),
        CASE(test_foreign_command__built_through_its_interface),
        CASE(test_query__each_interface_and_no_other),
        CASE(test_dispatch__names_of_this_interface),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * ISCardCmd and ISCardISO7816 by name: every member, its result beside that of the call through the vtable.
 */
#include "support/kits/com.h"

#include "com/com.h"
#include "objects/cmd.h"
#include "objects/iso7816cmd.h"
#include "support/kits/automation.h"
#include "support/kits/buffers.h"

#define CMD(name) &IID_ISCardCmd, L##name
#define ISO(name) &IID_ISCardISO7816, L##name

static ISCardCmd *new_cmd(void) {
    ISCardCmd *cmd = NULL;
    assert_hr(S_OK, cmd_create(&cmd));
    return cmd;
}

/* The buffer that a property gives by name holds these bytes. */
static void assert_property_hex(ISCardCmd *cmd, const wchar_t *name, const char *hex) {
    VARIANT result;
    assert_hr(S_OK, by_name(cmd, &IID_ISCardCmd, name, &result, 0));
    assert_int_equal(result.vt, VT_DISPATCH);
    assert_buffer_hex(take_object(&result, &IID_IByteBuffer), hex);
}

static const uint8_t path[] = {0x3F, 0x00, 0x00, 0x02};

static void test_cmd__build_and_buffers(void **state) {
    (void)state;
    ISCardCmd *cmd = new_cmd();
    IByteBuffer *data = buffer_from_hex("3F 00 00 02");
    IByteBuffer *apdu = NULL;
    VARIANT result;
    assert_hr(S_OK, by_name(cmd, CMD("buildcmd"), &result, 6, arg_number(0), arg_number(0xA4), arg_number(8),
                            arg_number(4), arg_object(data), arg_number(256)));
    assert_int_equal(result.vt, VT_EMPTY);
    assert_property_hex(cmd, L"Apdu", "00 A4 08 04 04 3F 00 00 02 00");
    assert_hr(S_OK, ISCardCmd_get_Apdu(cmd, &apdu));
    assert_buffer_hex(apdu, "00 A4 08 04 04 3F 00 00 02 00");
    assert_property_hex(cmd, L"Data", "3F 00 00 02");
    assert_int_equal(references(data), 1);
    assert_hr(S_OK, put_by_name(cmd, CMD("Data"), arg_variants(path, 2)));
    assert_property_hex(cmd, L"Data", "3F 00");
    assert_hr(S_OK, put_by_name(cmd, CMD("Data"), arg_object(data)));
    assert_hr(S_OK, ISCardCmd_get_Apdu(cmd, &apdu));
    assert_buffer_hex(apdu, "00 A4 08 04 04 3F 00 00 02 00");
    assert_hr(S_OK, put_by_name(cmd, CMD("Apdu"), arg_bytes("\x00\x84\x00\x00\x08", 5)));
    assert_hr(S_OK, ISCardCmd_get_Apdu(cmd, &apdu));
    assert_buffer_hex(apdu, "00 84 00 00 08");
    assert_int_equal(references(data), 1);
    assert_hr(S_OK, by_name(cmd, CMD("CLEAR"), NULL, 0));
    assert_property_hex(cmd, L"Apdu", "");
    IByteBuffer_Release(data);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
}

/* Defaults, with arguments at the end left out and with missing ones in the middle. */
static void test_cmd__build_with_defaults(void **state) {
    (void)state;
    ISCardCmd *cmd = new_cmd();
    int32_t le = 5;
    assert_hr(S_OK, by_name(cmd, CMD("BuildCmd"), NULL, 2, arg_number(0), arg_number(0xB0)));
    assert_property_hex(cmd, L"Apdu", "00 B0 00 00");
    assert_hr(S_OK, by_name(cmd, CMD("BuildCmd"), NULL, 6, arg_number(0), arg_number(0xB0), arg_missing(),
                            arg_number(7), arg_missing(), arg_typed_ref(VT_I4, &le)));
    assert_property_hex(cmd, L"Apdu", "00 B0 00 07 05");
    assert_int_equal(le, 5);
    ISCardCmd_Release(cmd);
}

static void test_cmd__reply(void **state) {
    (void)state;
    ISCardCmd *cmd = new_cmd();
    VARIANT result;
    WORD status = 0;
    BYTE byte = 0;
    LONG length = 0;
    assert_hr(S_OK, by_name(cmd, CMD("ApduReply"), &result, 0));
    assert_int_equal(result.vt, VT_DISPATCH); /* Nothing */
    assert_null(result.pdispVal);
    assert_hr(S_OK, put_by_name(cmd, CMD("ApduReply"), arg_bytes("Hi\x90\x00", 4)));
    assert_property_hex(cmd, L"ApduReply", "48 69 90 00");
    assert_hr(S_OK, put_by_name(cmd, CMD("ReplyStatus"), arg_number(0xFA82)));
    assert_hr(S_OK, by_name(cmd, CMD("ReplyStatus"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_ReplyStatus(cmd, &status));
    assert_int_equal(result.vt, VT_I4);
    assert_int_equal(take_number(&result), status);
    assert_int_equal(status, 0xFA82);
    assert_hr(S_OK, by_name(cmd, CMD("ReplyStatusSW1"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_ReplyStatusSW1(cmd, &byte));
    assert_int_equal(result.vt, VT_UI1);
    assert_int_equal(take_number(&result), byte);
    assert_int_equal(byte, 0xFA);
    assert_hr(S_OK, by_name(cmd, CMD("ReplyStatusSW2"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_ReplyStatusSW2(cmd, &byte));
    assert_int_equal(take_number(&result), byte);
    assert_hr(S_OK, put_by_name(cmd, CMD("ApduReplyLength"), arg_text(L"3")));
    assert_hr(S_OK, by_name(cmd, CMD("ApduReplyLength"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_ApduReplyLength(cmd, &length));
    assert_int_equal(take_number(&result), length);
    assert_int_equal(length, 3);
    ISCardCmd_Release(cmd);
}

/* Each property of one byte: written by name and read through the vtable, and the other way round. */
#define BYTE_PROPERTY(name)                                                                                  \
    static HRESULT get_##name(ISCardCmd *cmd, BYTE *out) {                                                   \
        return ISCardCmd_get_##name(cmd, out);                                                               \
    }                                                                                                        \
    static HRESULT put_##name(ISCardCmd *cmd, BYTE value) {                                                  \
        return ISCardCmd_put_##name(cmd, value);                                                             \
    }
BYTE_PROPERTY(ClassId)
BYTE_PROPERTY(InstructionId)
BYTE_PROPERTY(P1)
BYTE_PROPERTY(P2)
BYTE_PROPERTY(Nad)
BYTE_PROPERTY(ReplyNad)
BYTE_PROPERTY(AlternateClassId)

static void test_cmd__bytes(void **state) {
    (void)state;
    static const struct {
        const wchar_t *name;
        HRESULT (*get)(ISCardCmd *cmd, BYTE *out);
        HRESULT (*put)(ISCardCmd *cmd, BYTE value);
    } rows[] = {
        {L"ClassId", get_ClassId, put_ClassId},
        {L"InstructionId", get_InstructionId, put_InstructionId},
        {L"P1", get_P1, put_P1},
        {L"P2", get_P2, put_P2},
        {L"Nad", get_Nad, put_Nad},
        {L"ReplyNad", get_ReplyNad, put_ReplyNad},
        {L"AlternateClassId", get_AlternateClassId, put_AlternateClassId},
    };
    ISCardCmd *cmd = new_cmd();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        BYTE byte = 0;
        VARIANT result;
        assert_hr(S_OK, put_by_name(cmd, &IID_ISCardCmd, rows[i].name, arg_number(0x21 + (int)i)));
        assert_hr(S_OK, rows[i].get(cmd, &byte));
        assert_int_equal(byte, 0x21 + i);
        assert_hr(S_OK, rows[i].put(cmd, 0x31));
        assert_hr(S_OK, by_name(cmd, &IID_ISCardCmd, rows[i].name, &result, 0));
        assert_int_equal(result.vt, VT_UI1);
        assert_int_equal(result.bVal, 0x31);
    }
    ISCardCmd_Release(cmd);
}

static void test_cmd__numbers_and_encapsulate(void **state) {
    (void)state;
    ISCardCmd *cmd = new_cmd();
    VARIANT result;
    LONG number = 0;
    BYTE p3 = 0;
    ISO_APDU_TYPE type = ISO_CASE_1;
    assert_hr(S_OK, by_name(cmd, CMD("Encapsulate"), NULL, 2, arg_bytes("\x00\x84\x00\x00\x08", 5),
                            arg_number(ISO_CASE_4)));
    assert_property_hex(cmd, L"Apdu", "00 C2 00 00 05 00 84 00 00 08 00");
    assert_hr(S_OK, by_name(cmd, CMD("ApduLength"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_ApduLength(cmd, &number));
    assert_int_equal(take_number(&result), number);
    assert_int_equal(number, 11);
    assert_hr(S_OK, by_name(cmd, CMD("LeField"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_LeField(cmd, &number));
    assert_int_equal(take_number(&result), number);
    assert_int_equal(number, 256);
    assert_hr(S_OK, by_name(cmd, CMD("P3"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_P3(cmd, &p3));
    assert_int_equal(take_number(&result), p3);
    assert_int_equal(p3, 5);
    assert_hr(S_OK, by_name(cmd, CMD("Type"), &result, 0));
    assert_hr(S_OK, ISCardCmd_get_Type(cmd, &type));
    assert_int_equal(take_number(&result), type);
    assert_int_equal(type, ISO_CASE_4);
    ISCardCmd_Release(cmd);
}

static void test_cmd__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCardCmd);
}

/* A new command by name holds what the one through the vtable holds; both are given up. */
static void assert_same_apdu(VARIANT *variable, ISCardCmd *direct, const char *hex) {
    IByteBuffer *apdu = NULL;
    ISCardCmd *cmd = take_object(variable, &IID_ISCardCmd);
    assert_property_hex(cmd, L"Apdu", hex);
    assert_int_equal(ISCardCmd_Release(cmd), 0); /* nobody else holds it */
    assert_hr(S_OK, ISCardCmd_get_Apdu(direct, &apdu));
    assert_buffer_hex(apdu, hex);
    assert_int_equal(ISCardCmd_Release(direct), 0);
}

#define READING(name)                                                                                        \
    static HRESULT iso_##name(ISCardISO7816 *iso, BYTE p1, BYTE p2, LONG length, ISCardCmd **cmd) {          \
        return ISCardISO7816_##name(iso, p1, p2, length, cmd);                                               \
    }
READING(GetData)
READING(GetResponse)
READING(ReadBinary)
READING(ReadRecord)

#define WRITING(name)                                                                                        \
    static HRESULT iso_##name(ISCardISO7816 *iso, BYTE p1, BYTE p2, IByteBuffer *data, ISCardCmd **cmd) {    \
        return ISCardISO7816_##name(iso, p1, p2, data, cmd);                                                 \
    }
WRITING(EraseBinary)
WRITING(ExternalAuthenticate)
WRITING(PutData)
WRITING(UpdateBinary)
WRITING(UpdateRecord)
WRITING(WriteBinary)
WRITING(WriteRecord)

static void test_iso__commands_without_data(void **state) {
    (void)state;
    static const struct {
        const wchar_t *name;
        HRESULT (*call)(ISCardISO7816 *iso, BYTE p1, BYTE p2, LONG length, ISCardCmd **cmd);
        const char *hex;
    } rows[] = {
        {L"GetData", iso_GetData, "00 CA 12 34 07"},
        {L"GetResponse", iso_GetResponse, "00 C0 12 34 07"},
        {L"ReadBinary", iso_ReadBinary, "00 B0 12 34 07"},
        {L"ReadRecord", iso_ReadRecord, "00 B2 12 34 07"},
    };
    ISCardISO7816 *iso = NULL;
    assert_hr(S_OK, iso7816cmd_create(&iso));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        VARIANT variable = {.vt = VT_EMPTY};
        ISCardCmd *direct = NULL;
        assert_hr(S_OK, by_name(iso, &IID_ISCardISO7816, rows[i].name, NULL, 4, arg_number(0x12),
                                arg_number(0x34), arg_number(7), arg_ref(&variable)));
        assert_hr(S_OK, rows[i].call(iso, 0x12, 0x34, 7, &direct));
        assert_same_apdu(&variable, direct, rows[i].hex);
    }
    ISCardISO7816_Release(iso);
}

static void test_iso__commands_with_data(void **state) {
    (void)state;
    static const struct {
        const wchar_t *name;
        HRESULT (*call)(ISCardISO7816 *iso, BYTE p1, BYTE p2, IByteBuffer *data, ISCardCmd **cmd);
        const char *hex;
    } rows[] = {
        {L"EraseBinary", iso_EraseBinary, "00 0E 12 34 02 3F 00"},
        {L"ExternalAuthenticate", iso_ExternalAuthenticate, "00 82 12 34 02 3F 00"},
        {L"PutData", iso_PutData, "00 DA 12 34 02 3F 00"},
        {L"UpdateBinary", iso_UpdateBinary, "00 D6 12 34 02 3F 00"},
        {L"UpdateRecord", iso_UpdateRecord, "00 DC 12 34 02 3F 00"},
        {L"WriteBinary", iso_WriteBinary, "00 D0 12 34 02 3F 00"},
        {L"WriteRecord", iso_WriteRecord, "00 D2 12 34 02 3F 00"},
    };
    ISCardISO7816 *iso = NULL;
    IByteBuffer *data = buffer_from_hex("3F 00");
    assert_hr(S_OK, iso7816cmd_create(&iso));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        VARIANT variable = {.vt = VT_EMPTY};
        ISCardCmd *direct = NULL;
        assert_hr(S_OK,
                  by_name(iso, &IID_ISCardISO7816, rows[i].name, NULL, 4, arg_number(0x12), arg_number(0x34),
                          i % 2 ? arg_object(data) : arg_bytes(path, 2), arg_ref(&variable)));
        assert_hr(S_OK, rows[i].call(iso, 0x12, 0x34, data, &direct));
        assert_same_apdu(&variable, direct, rows[i].hex);
    }
    assert_int_equal(IByteBuffer_Release(data), 0);
    ISCardISO7816_Release(iso);
}

static void test_iso__commands_of_their_own(void **state) {
    (void)state;
    ISCardISO7816 *iso = NULL;
    IByteBuffer *data = buffer_from_hex("3F 00");
    VARIANT made = {.vt = VT_EMPTY};
    ISCardCmd *direct = NULL;
    assert_hr(S_OK, iso7816cmd_create(&iso));
    assert_hr(S_OK, by_name(iso, ISO("SetDefaultClassId"), NULL, 1, arg_number(0x80)));
#define SAME(call, hex)                                                                                      \
    do {                                                                                                     \
        direct = NULL;                                                                                       \
        assert_hr(S_OK, (call));                                                                             \
        assert_same_apdu(&made, direct, (hex));                                                              \
    } while (0)
    assert_hr(S_OK,
              by_name(iso, ISO("AppendRecord"), NULL, 3, arg_number(9), arg_object(data), arg_ref(&made)));
    SAME(ISCardISO7816_AppendRecord(iso, 9, data, &direct), "80 E2 00 09 02 3F 00");
    assert_hr(S_OK, by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(8), arg_ref(&made)));
    SAME(ISCardISO7816_GetChallenge(iso, 8, &direct), "80 84 00 00 08");
    assert_hr(S_OK, by_name(iso, ISO("InternalAuthenticate"), NULL, 5, arg_number(1), arg_number(2),
                            arg_object(data), arg_number(16), arg_ref(&made)));
    SAME(ISCardISO7816_InternalAuthenticate(iso, 1, 2, data, 16, &direct), "80 88 01 02 02 3F 00 10");
    assert_hr(S_OK,
              by_name(iso, ISO("ManageChannel"), NULL, 3, arg_number(0), arg_number(0), arg_ref(&made)));
    SAME(ISCardISO7816_ManageChannel(iso, 0, 0, &direct), "80 70 00 00 01");
    assert_hr(S_OK, by_name(iso, ISO("SelectFile"), NULL, 5, arg_number(8), arg_number(4), arg_object(data),
                            arg_number(0), arg_ref(&made)));
    SAME(ISCardISO7816_SelectFile(iso, 8, 4, data, 0, &direct), "80 A4 08 04 02 3F 00");
    assert_hr(S_OK, by_name(iso, ISO("Verify"), NULL, 3, arg_number(1), arg_empty(), arg_ref(&made)));
    SAME(ISCardISO7816_Verify(iso, 1, NULL, &direct), "80 20 00 01");
#undef SAME
    assert_int_equal(IByteBuffer_Release(data), 0);
    assert_int_equal(ISCardISO7816_Release(iso), 0);
}

/* Everything that can stand for an object in and out: it stays the same one and its count balanced. */
static void test_iso__the_same_object(void **state) {
    (void)state;
    ISCardISO7816 *iso = NULL;
    ISCardCmd *cmd = new_cmd();
    IDispatch *typed = (IDispatch *)cmd;
    IUnknown *unknown = (IUnknown *)cmd;
    VARIANT variable = {.vt = VT_DISPATCH, .pdispVal = (IDispatch *)cmd};
    VARIANT inner = arg_typed_ref(VT_DISPATCH, &typed);
    assert_hr(S_OK, iso7816cmd_create(&iso));
    VARIANT rows[] = {arg_object(cmd),
                      arg_unknown(cmd),
                      arg_typed_ref(VT_DISPATCH, &typed),
                      arg_typed_ref(VT_UNKNOWN, &unknown),
                      arg_ref(&variable),
                      arg_ref(&inner)};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        char hex[] = "00 84 00 00 01";
        hex[13] = (char)('1' + i);
        assert_hr(S_OK, by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(1 + (int)i), rows[i]));
        assert_ptr_equal(typed, cmd);
        assert_ptr_equal(unknown, cmd);
        assert_ptr_equal(variable.pdispVal, cmd);
        assert_property_hex(cmd, L"Apdu", hex);
        assert_int_equal(references(cmd),
                         i == 0 ? 2 : 1); /* the second row holds its reference until its call */
    }
    ISCardISO7816_Release(iso);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
}

/* Where there is none a new one comes back, and by value it goes. */
static void test_iso__a_new_object(void **state) {
    (void)state;
    const long before = com_count();
    ISCardISO7816 *iso = NULL;
    IDispatch *typed = NULL;
    IUnknown *unknown = NULL;
    ISCardCmd *cmd = NULL;
    VARIANT null = {.vt = VT_NULL};
    VARIANT nothing = {.vt = VT_DISPATCH, .pdispVal = NULL};
    assert_hr(S_OK, iso7816cmd_create(&iso));
    assert_hr(S_OK,
              by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(8), arg_typed_ref(VT_DISPATCH, &typed)));
    assert_non_null(typed);
    assert_property_hex((ISCardCmd *)typed, L"Apdu", "00 84 00 00 08");
    assert_int_equal(IDispatch_Release(typed), 0);
    assert_hr(S_OK,
              by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(8), arg_typed_ref(VT_UNKNOWN, &unknown)));
    assert_int_equal(IUnknown_Release(unknown), 0);
    assert_hr(S_OK, by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(8), arg_ref(&null)));
    cmd = take_object(&null, &IID_ISCardCmd);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_hr(S_OK, by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(8), arg_ref(&nothing)));
    cmd = take_object(&nothing, &IID_ISCardCmd);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_hr(S_OK, by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(8), arg_object(NULL)));
    ISCardISO7816_Release(iso);
    assert_int_equal(com_count(), before);
}

static void test_iso__failures_change_nothing(void **state) {
    (void)state;
    ISCardISO7816 *iso = NULL;
    ISCardCmd *cmd = new_cmd();
    VARIANT variable = {.vt = VT_DISPATCH, .pdispVal = (IDispatch *)cmd};
    VARIANT empty = {.vt = VT_EMPTY};
    VARIANT text = arg_text(L"nonsense");
    assert_hr(S_OK, iso7816cmd_create(&iso));
    assert_hr(DISP_E_EXCEPTION,
              by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(-1), arg_ref(&variable)));
    assert_hr(E_INVALIDARG, told.code);
    assert_string_equal(told.source, "SCardSSP.SCardISO7816");
    assert_int_equal(told.bad, 99);
    assert_ptr_equal(variable.pdispVal, cmd);
    assert_int_equal(references(cmd), 1);
    assert_hr(DISP_E_EXCEPTION, by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(-1), arg_ref(&empty)));
    assert_int_equal(empty.vt, VT_EMPTY);
    assert_hr(DISP_E_TYPEMISMATCH, by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(1), arg_ref(&text)));
    assert_int_equal(told.bad, 0);
    assert_hr(DISP_E_TYPEMISMATCH,
              by_name(iso, ISO("GetChallenge"), NULL, 2, arg_number(1), arg_object(iso)));
    assert_int_equal(references(iso), 1);
    VariantClear(&text);
    ISCardISO7816_Release(iso);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
}

static void test_iso__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCardISO7816);
}

static void test_objects__none_left(void **state) {
    (void)state;
    assert_int_equal(com_count(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cmd__build_and_buffers),
        cmocka_unit_test(test_cmd__build_with_defaults),
        cmocka_unit_test(test_cmd__reply),
        cmocka_unit_test(test_cmd__bytes),
        cmocka_unit_test(test_cmd__numbers_and_encapsulate),
        cmocka_unit_test(test_cmd__nothing_left_out),
        cmocka_unit_test(test_iso__commands_without_data),
        cmocka_unit_test(test_iso__commands_with_data),
        cmocka_unit_test(test_iso__commands_of_their_own),
        cmocka_unit_test(test_iso__the_same_object),
        cmocka_unit_test(test_iso__a_new_object),
        cmocka_unit_test(test_iso__failures_change_nothing),
        cmocka_unit_test(test_iso__nothing_left_out),
        cmocka_unit_test(test_objects__none_left),
    };
    return cmocka_run_group_tests_name("objects/dispatch_cmd", tests, NULL, NULL);
}

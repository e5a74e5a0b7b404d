/*
 * The command half of ISCardCmd: building, taking apart, rewriting, wrapping; and what every COM object owes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "com/com.h"
#include "objects/cmd.h"
#include "support/kits/buffers.h"
#include "support/kits/typeinfo.h"

#define NO_BUFFER SIZE_MAX
#define NO_LE (-1)

static int setup(void **state) {
    ISCardCmd *cmd;
    if (FAILED(cmd_create(&cmd)))
        return -1;
    *state = cmd;
    return 0;
}

static int teardown(void **state) {
    return ISCardCmd_Release((ISCardCmd *)*state) == 0 && com_count() == 0 ? 0 : -1;
}

static void assert_apdu(ISCardCmd *cmd, const char *hex) {
    IByteBuffer *apdu = NULL;
    assert_int_equal(ISCardCmd_get_Apdu(cmd, &apdu), S_OK);
    assert_buffer_hex(apdu, hex);
}

static void assert_data(ISCardCmd *cmd, const char *hex) {
    IByteBuffer *data = NULL;
    assert_int_equal(ISCardCmd_get_Data(cmd, &data), S_OK);
    assert_buffer_hex(data, hex);
}

static void put_apdu(ISCardCmd *cmd, const char *hex, HRESULT expected) {
    IByteBuffer *apdu = buffer_from_hex(hex);
    const LONG position = buffer_position(apdu);
    assert_int_equal(ISCardCmd_put_Apdu(cmd, apdu), expected);
    assert_int_equal(buffer_position(apdu), position);
    assert_int_equal(IByteBuffer_Release(apdu), 0);
}

static void put_data(ISCardCmd *cmd, const char *hex) {
    IByteBuffer *data = buffer_from_hex(hex);
    assert_int_equal(ISCardCmd_put_Data(cmd, data), S_OK);
    assert_int_equal(IByteBuffer_Release(data), 0);
}

static void assert_parts(ISCardCmd *cmd, LONG length, BYTE p3, LONG le, ISO_APDU_TYPE type) {
    LONG got_length = -1, got_le = -1;
    BYTE got_p3 = 0xEE;
    ISO_APDU_TYPE got_type = (ISO_APDU_TYPE)0;
    assert_int_equal(ISCardCmd_get_ApduLength(cmd, &got_length), S_OK);
    assert_int_equal(ISCardCmd_get_P3(cmd, &got_p3), S_OK);
    assert_int_equal(ISCardCmd_get_LeField(cmd, &got_le), S_OK);
    assert_int_equal(ISCardCmd_get_Type(cmd, &got_type), S_OK);
    assert_int_equal(got_length, length);
    assert_int_equal(got_p3, p3);
    assert_int_equal(got_le, le);
    assert_int_equal(got_type, type);
}

/* COM */

static void test_query__each_interface_and_no_other(void **state) {
    ISCardCmd *cmd = *state;
    void *unknown, *again, *dispatch, *same, *none = cmd;
    assert_int_equal(ISCardCmd_QueryInterface(cmd, &IID_IUnknown, &unknown), S_OK);
    assert_int_equal(ISCardCmd_QueryInterface(cmd, &IID_IDispatch, &dispatch), S_OK);
    assert_int_equal(ISCardCmd_QueryInterface(cmd, &IID_ISCardCmd, &same), S_OK);
    assert_int_equal(IUnknown_QueryInterface((IUnknown *)unknown, &IID_ISCardCmd, &again), S_OK);
    assert_ptr_equal(again, cmd);
    assert_ptr_equal(dispatch, cmd);
    assert_ptr_equal(same, cmd);
    assert_int_equal(ISCardCmd_AddRef(cmd), 6);
    for (ULONG left = 5; left > 0; --left)
        assert_int_equal(ISCardCmd_Release(cmd), left);
    assert_int_equal(ISCardCmd_QueryInterface(cmd, &IID_ISCard, &none), E_NOINTERFACE);
    assert_null(none);
    assert_int_equal(ISCardCmd_QueryInterface(cmd, &IID_ISCardCmd, NULL), E_POINTER);
    assert_int_equal(com_count(), 1);
}

static void test_dispatch__names_of_this_interface(void **state) {
    ISCardCmd *cmd = *state;
    wchar_t name[] = L"encapsulate";
    LPOLESTR names = name;
    DISPID id = 0;
    assert_typeinfo_of(cmd, &IID_ISCardCmd);
    assert_int_equal(ISCardCmd_GetIDsOfNames(cmd, &IID_NULL, &names, 1, 0, &id), S_OK);
    assert_int_equal(id, 17);
}

static void test_getters__refuse_null(void **state) {
    ISCardCmd *cmd = *state;
    assert_int_equal(ISCardCmd_get_Apdu(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ApduLength(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ApduReply(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ApduReplyLength(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ClassId(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_Data(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_InstructionId(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_LeField(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_P1(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_P2(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_P3(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ReplyStatus(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ReplyStatusSW1(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ReplyStatusSW2(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_Type(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_Nad(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, NULL), E_POINTER);
    assert_int_equal(ISCardCmd_get_AlternateClassId(cmd, NULL), E_POINTER);
}

static void test_new__is_empty(void **state) {
    ISCardCmd *cmd = *state;
    BYTE value = 0xEE;
    assert_apdu(cmd, "");
    assert_data(cmd, "");
    assert_parts(cmd, 0, 0, 0, ISO_CASE_1);
    assert_int_equal(ISCardCmd_get_ClassId(cmd, &value), S_OK);
    assert_int_equal(value, 0);
    assert_int_equal(ISCardCmd_get_Nad(cmd, &value), S_OK);
    assert_int_equal(value, 0);
    value = 0xEE;
    assert_int_equal(ISCardCmd_get_AlternateClassId(cmd, &value), E_ACCESSDENIED);
    assert_int_equal(value, 0);
}

/* BuildCmd */

/* The command is `head`, `data` bytes 00 01 02 ..., `tail`. */
struct build_row {
    size_t data;
    LONG le;
    const char *head, *tail;
    BYTE p3;
    ISO_APDU_TYPE type;
};

static const struct build_row build_rows[] = {
    {NO_BUFFER, NO_LE, "80F20102", "", 0, ISO_CASE_1},
    {NO_BUFFER, 0, "80F20102", "", 0, ISO_CASE_1},
    {0, 0, "80F20102", "", 0, ISO_CASE_1},
    {NO_BUFFER, 1, "80F20102", "01", 1, ISO_CASE_2},
    {0, 255, "80F20102", "FF", 0xFF, ISO_CASE_2},
    {NO_BUFFER, 256, "80F20102", "00", 0, ISO_CASE_2},
    {NO_BUFFER, 257, "80F20102", "000101", 0, ISO_CASE_2},
    {NO_BUFFER, 65535, "80F20102", "00FFFF", 0, ISO_CASE_2},
    {NO_BUFFER, 65536, "80F20102", "000000", 0, ISO_CASE_2},
    {1, NO_LE, "80F2010201", "", 1, ISO_CASE_3},
    {255, 0, "80F20102FF", "", 0xFF, ISO_CASE_3},
    {256, NO_LE, "80F20102000100", "", 0, ISO_CASE_3},
    {65535, NO_LE, "80F2010200FFFF", "", 0, ISO_CASE_3},
    {1, 1, "80F2010201", "01", 1, ISO_CASE_4},
    {255, 256, "80F20102FF", "00", 0xFF, ISO_CASE_4},
    {1, 257, "80F20102000001", "0101", 0, ISO_CASE_4},
    {256, 1, "80F20102000100", "0001", 0, ISO_CASE_4},
    {255, 257, "80F201020000FF", "0101", 0, ISO_CASE_4},
    {65535, 65536, "80F2010200FFFF", "0000", 0, ISO_CASE_4},
    {0, 0, NULL, NULL, 0, ISO_CASE_1},
};

static void test_BuildCmd__every_case(void **state) {
    ISCardCmd *cmd = *state;
    static uint8_t expected[65536 + 16];
    for (const struct build_row *row = build_rows; row->head; ++row) {
        IByteBuffer *data = row->data == NO_BUFFER ? NULL : buffer_filled(row->data);
        LONG le = row->le;
        assert_int_equal(ISCardCmd_BuildCmd(cmd, 0x80, 0xF2, 1, 2, data, le == NO_LE ? NULL : &le), S_OK);
        assert_int_equal(le, row->le);
        const size_t nc = data ? row->data : 0;
        size_t size = bytes_from_hex(row->head, expected, 16);
        for (size_t k = 0; k < nc; ++k)
            expected[size++] = (uint8_t)k;
        size += bytes_from_hex(row->tail, expected + size, 16);
        IByteBuffer *got = NULL;
        assert_int_equal(ISCardCmd_get_Apdu(cmd, &got), S_OK);
        assert_buffer_bytes(got, expected, size);
        assert_parts(cmd, (LONG)size, row->p3, le == NO_LE ? 0 : le, row->type);
        assert_int_equal(ISCardCmd_get_Data(cmd, &got), S_OK);
        assert_buffer_bytes(got, expected + strlen(row->head) / 2, nc);
        if (data)
            assert_int_equal(buffer_position(data), (LONG)nc);
        if (data)
            assert_int_equal(IByteBuffer_Release(data), 0);
    }
}

static void test_BuildCmd__bad_values_change_nothing(void **state) {
    ISCardCmd *cmd = *state;
    static const LONG bad[] = {-1, 65537, INT32_MIN, INT32_MAX};
    WORD status = 0;
    put_apdu(cmd, "00A4040002 3F00", S_OK);
    assert_int_equal(ISCardCmd_put_ReplyStatus(cmd, 0x9000), S_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        LONG le = bad[i];
        assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, &le), E_INVALIDARG);
    }
    IByteBuffer *data = buffer_filled(65536);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, data, NULL), E_INVALIDARG);
    assert_int_equal(ISCardCmd_put_Data(cmd, data), E_INVALIDARG);
    IByteBuffer_Release(data);
    data = buffer_that_fails(STG_E_ACCESSDENIED);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, data, NULL), STG_E_ACCESSDENIED);
    assert_int_equal(ISCardCmd_put_Data(cmd, data), STG_E_ACCESSDENIED);
    assert_int_equal(ISCardCmd_put_Apdu(cmd, data), STG_E_ACCESSDENIED);
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, data), STG_E_ACCESSDENIED);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, data, ISO_CASE_1), STG_E_ACCESSDENIED);
    IByteBuffer_Release(data);
    assert_apdu(cmd, "00A4040002 3F00");
    assert_int_equal(ISCardCmd_get_ReplyStatus(cmd, &status), S_OK);
    assert_int_equal(status, 0x9000);
}

static void test_BuildCmd__as_programs_fill_buffers(void **state) {
    ISCardCmd *cmd = *state;
    IByteBuffer *buffer = buffer_from_hex("");
    LONG le = 0, written = 0;
    BYTE pin[4] = {0x31, 0x32, 0x33, 0x34};
    assert_int_equal(IByteBuffer_SetSize(buffer, 4), S_OK);
    assert_int_equal(IByteBuffer_Write(buffer, pin, 4, &written), S_OK);
    assert_int_equal(buffer_position(buffer), 4);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0x20, 0, 1, buffer, &le), S_OK);
    assert_apdu(cmd, "0020000104 31323334");
    /* The copy is independent of the buffer. */
    assert_int_equal(IByteBuffer_SetSize(buffer, 0), S_OK);
    assert_apdu(cmd, "0020000104 31323334");
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0x20, 0, 1, buffer, &le), S_OK);
    assert_apdu(cmd, "00200001");
    IByteBuffer_Release(buffer);
}

/* put_Apdu */

static void test_put_Apdu__every_case_comes_back(void **state) {
    ISCardCmd *cmd = *state;
    static const struct {
        const char *hex;
        LONG le;
        ISO_APDU_TYPE type;
    } rows[] = {
        {"00010203", 0, ISO_CASE_1},
        {"00010203 00", 256, ISO_CASE_2},
        {"00010203 05", 5, ISO_CASE_2},
        {"00010203 01AA", 0, ISO_CASE_3},
        {"00010203 02AABB 00", 256, ISO_CASE_4},
        {"00010203 000000", 65536, ISO_CASE_2},
        {"00010203 000005", 5, ISO_CASE_2},
        {"00010203 000002AABB", 0, ISO_CASE_3},
        {"00010203 000002AABB 0000", 65536, ISO_CASE_4},
        {"00010203 000001AA 0102", 258, ISO_CASE_4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        LONG le = -1;
        ISO_APDU_TYPE type = (ISO_APDU_TYPE)0;
        put_apdu(cmd, rows[i].hex, S_OK);
        assert_apdu(cmd, rows[i].hex);
        assert_int_equal(ISCardCmd_get_LeField(cmd, &le), S_OK);
        assert_int_equal(le, rows[i].le);
        assert_int_equal(ISCardCmd_get_Type(cmd, &type), S_OK);
        assert_int_equal(type, rows[i].type);
    }
}

static void test_put_Apdu__malformed_leaves_the_old(void **state) {
    ISCardCmd *cmd = *state;
    static const char *const rows[] = {
        "",
        "00",
        "000102",
        "00010203 02AA",
        "00010203 01AA0000",
        "00010203 00AA",
        "00010203 00000000",
        "00010203 000002AABB00",
        "00010203 000002AABB000000",
    };
    put_apdu(cmd, "00B0000010", S_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        put_apdu(cmd, rows[i], E_INVALIDARG);
        assert_apdu(cmd, "00B0000010");
    }
    assert_int_equal(ISCardCmd_put_Apdu(cmd, NULL), E_INVALIDARG);
    IByteBuffer *huge = buffer_filled(65545);
    assert_int_equal(ISCardCmd_put_Apdu(cmd, huge), E_INVALIDARG);
    IByteBuffer_Release(huge);
    assert_apdu(cmd, "00B0000010");
}

static void test_get_Apdu__is_a_copy_at_its_start(void **state) {
    ISCardCmd *cmd = *state;
    IByteBuffer *one = NULL, *two = NULL;
    BYTE patch = 0xFF;
    LONG written;
    put_apdu(cmd, "00B0000010", S_OK);
    assert_int_equal(ISCardCmd_get_Apdu(cmd, &one), S_OK);
    assert_int_equal(ISCardCmd_get_Apdu(cmd, &two), S_OK);
    assert_ptr_not_equal(one, two);
    assert_int_equal(buffer_position(one), 0);
    assert_int_equal(IByteBuffer_Write(one, &patch, 1, &written), S_OK);
    IByteBuffer_Release(one);
    assert_buffer_hex(two, "00B0000010");
    assert_apdu(cmd, "00B0000010");
}

/* Properties of the command */

static void test_header__first_property_starts_a_command(void **state) {
    ISCardCmd *cmd = *state;
    assert_int_equal(ISCardCmd_put_P1(cmd, 0x12), S_OK);
    assert_apdu(cmd, "00001200");
    assert_int_equal(ISCardCmd_put_P2(cmd, 0x34), S_OK);
    assert_int_equal(ISCardCmd_put_InstructionId(cmd, 0xA4), S_OK);
    assert_int_equal(ISCardCmd_put_ClassId(cmd, 0x80), S_OK);
    assert_apdu(cmd, "80A41234");
    assert_int_equal(ISCardCmd_Clear(cmd), S_OK);
    put_data(cmd, "AABB");
    assert_apdu(cmd, "0000000002 AABB");
}

static void test_header__rewritten_in_every_form(void **state) {
    ISCardCmd *cmd = *state;
    static const char *const tails[] = {"",       "05",         "02AABB",        "02AABB00",
                                        "000005", "000002AABB", "000002AABB0000"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; ++i) {
        char before[64] = "11223344", after[64] = "90B10102";
        BYTE cla = 0, ins = 0, p1 = 0, p2 = 0;
        strcat(before, tails[i]);
        strcat(after, tails[i]);
        put_apdu(cmd, before, S_OK);
        assert_int_equal(ISCardCmd_put_ClassId(cmd, 0x90), S_OK);
        assert_int_equal(ISCardCmd_put_InstructionId(cmd, 0xB1), S_OK);
        assert_int_equal(ISCardCmd_put_P1(cmd, 1), S_OK);
        assert_int_equal(ISCardCmd_put_P2(cmd, 2), S_OK);
        assert_apdu(cmd, after);
        assert_int_equal(ISCardCmd_get_ClassId(cmd, &cla), S_OK);
        assert_int_equal(ISCardCmd_get_InstructionId(cmd, &ins), S_OK);
        assert_int_equal(ISCardCmd_get_P1(cmd, &p1), S_OK);
        assert_int_equal(ISCardCmd_get_P2(cmd, &p2), S_OK);
        assert_int_equal(cla, 0x90);
        assert_int_equal(ins, 0xB1);
        assert_int_equal(p1, 1);
        assert_int_equal(p2, 2);
    }
}

/*
 * Coded anew as BuildCmd would: extended only where a length needs it (behaviour.md, BuildCmd and put_Data).
 */
static void test_put_Data__keeps_Le_and_takes_the_form_that_fits(void **state) {
    ISCardCmd *cmd = *state;
    static const struct {
        const char *before, *data, *after;
    } rows[] = {
        {"00A40400", "AA", "00A4040001AA"},
        {"00A4040010", "AABB", "00A4040002AABB10"},
        {"00A4040000", "AABB", "00A4040002AABB00"},
        {"00A4040002AABB", "CC", "00A4040001CC"},
        {"00A4040002AABB05", "", "00A4040005"},
        {"00A4040002AABB", "", "00A40400"},
        {"00A40400000002AABB", "CC", "00A4040001CC"},
        {"00A40400000002AABB0005", "", "00A4040005"},
        {"00A40400000002AABB0005", "CC", "00A4040001CC05"},
        {"00A40400000002AABB0100", "CC", "00A4040001CC00"},
        {"00A40400000100", "", "00A4040000"},
        {"00A40400000100", "CC", "00A4040001CC00"},
        {"00A40400000002AABB0101", "CC", "00A40400000001CC0101"},
        {"00A40400000002AABB0000", "CC", "00A40400000001CC0000"},
        {"00A40400000000", "", "00A40400000000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        put_apdu(cmd, rows[i].before, S_OK);
        put_data(cmd, rows[i].data);
        assert_apdu(cmd, rows[i].after);
        assert_data(cmd, rows[i].data);
    }
    put_apdu(cmd, "00A4040002AABB05", S_OK);
    assert_int_equal(ISCardCmd_put_Data(cmd, NULL), S_OK);
    assert_apdu(cmd, "00A4040005");
}

static void test_put_Data__grows_into_extended_form_and_back(void **state) {
    ISCardCmd *cmd = *state;
    put_apdu(cmd, "00D6000000", S_OK);
    IByteBuffer *data = buffer_filled(255);
    assert_int_equal(ISCardCmd_put_Data(cmd, data), S_OK);
    IByteBuffer_Release(data);
    assert_parts(cmd, 261, 255, 256, ISO_CASE_4);
    for (size_t size = 256; size <= 65535; size *= 3) {
        data = buffer_filled(size);
        assert_int_equal(ISCardCmd_put_Data(cmd, data), S_OK);
        IByteBuffer_Release(data);
        assert_parts(cmd, (LONG)size + 9, 0, 256, ISO_CASE_4);
    }
    put_data(cmd, "AA");
    assert_apdu(cmd, "00D60000 01AA 00");
}

/* Encapsulate */

static void test_Encapsulate__expects_as_told(void **state) {
    ISCardCmd *cmd = *state;
    static const struct {
        ISO_APDU_TYPE type;
        const char *expected;
    } rows[] = {
        {ISO_CASE_1, "84C20000 05 8484000008"},
        {ISO_CASE_2, "84C20000 05 8484000008 00"},
        {ISO_CASE_3, "84C20000 05 8484000008"},
        {ISO_CASE_4, "84C20000 05 8484000008 00"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        IByteBuffer *inner = buffer_from_hex("8484000008");
        assert_int_equal(ISCardCmd_put_ReplyStatus(cmd, 0x9000), S_OK);
        assert_int_equal(ISCardCmd_Encapsulate(cmd, inner, rows[i].type), S_OK);
        IByteBuffer_Release(inner);
        assert_apdu(cmd, rows[i].expected);
        WORD status = 1;
        assert_int_equal(ISCardCmd_get_ReplyStatus(cmd, &status), S_OK);
        assert_int_equal(status, 0);
    }
}

static void test_Encapsulate__its_own_long_command(void **state) {
    ISCardCmd *cmd = *state;
    IByteBuffer *data = buffer_filled(300), *inner = NULL;
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xD6, 0, 0, data, NULL), S_OK);
    IByteBuffer_Release(data);
    assert_int_equal(ISCardCmd_get_Apdu(cmd, &inner), S_OK);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, inner, ISO_CASE_4), S_OK);
    IByteBuffer_Release(inner);
    assert_parts(cmd, 7 + 307 + 2, 0, 256, ISO_CASE_4);
    assert_int_equal(ISCardCmd_get_Data(cmd, &inner), S_OK);
    /* Unwrapped, it is the command again. */
    assert_int_equal(ISCardCmd_put_Apdu(cmd, inner), S_OK);
    IByteBuffer_Release(inner);
    assert_parts(cmd, 307, 0, 0, ISO_CASE_3);
}

static void test_Encapsulate__bad_values_change_nothing(void **state) {
    ISCardCmd *cmd = *state;
    put_apdu(cmd, "00B0000010", S_OK);
    IByteBuffer *good = buffer_from_hex("8484000008"), *bad = buffer_from_hex("848400"),
                *huge = buffer_filled(65536);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, good, (ISO_APDU_TYPE)0), E_INVALIDARG);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, good, (ISO_APDU_TYPE)5), E_INVALIDARG);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, good, (ISO_APDU_TYPE)-1), E_INVALIDARG);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, bad, ISO_CASE_1), E_INVALIDARG);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, huge, ISO_CASE_3), E_INVALIDARG);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, NULL, ISO_CASE_3), E_INVALIDARG);
    IByteBuffer_Release(good);
    IByteBuffer_Release(bad);
    IByteBuffer_Release(huge);
    assert_apdu(cmd, "00B0000010");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_query__each_interface_and_no_other),
        CASE(test_dispatch__names_of_this_interface),
        CASE(test_getters__refuse_null),
        CASE(test_new__is_empty),
        CASE(test_BuildCmd__every_case),
        CASE(test_BuildCmd__bad_values_change_nothing),
        CASE(test_BuildCmd__as_programs_fill_buffers),
        CASE(test_put_Apdu__every_case_comes_back),
        CASE(test_put_Apdu__malformed_leaves_the_old),
        CASE(test_get_Apdu__is_a_copy_at_its_start),
        CASE(test_header__first_property_starts_a_command),
        CASE(test_header__rewritten_in_every_form),
        CASE(test_put_Data__keeps_Le_and_takes_the_form_that_fits),
        CASE(test_put_Data__grows_into_extended_form_and_back),
        CASE(test_Encapsulate__expects_as_told),
        CASE(test_Encapsulate__its_own_long_command),
        CASE(test_Encapsulate__bad_values_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

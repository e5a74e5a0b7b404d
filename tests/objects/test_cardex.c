/*
 * ISCardEx but for commands and for waiting, which have files of their own: identity, names, the reader's
 * properties, and every argument that must be refused. Runs in each world of support/worlds/world.h (first
 * argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "com/com.h"
#include "objects/card_object.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/typeinfo.h"
#include "support/worlds/world.h"

#define CHALLENGE "00 84 00 00 08"
/* Beyond 32 bits, where a LONG has more. */
#define WIDE(number) ((LONG)(sizeof(LONG) > 4 ? (int64_t)(number) : INT32_MIN))

static struct world *world;

/* Identity and names */

static void test_identity__one_object(void **state) {
    (void)state;
    const long before = com_count();
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a), *again = NULL;
    ISCard *back = NULL;
    IUnknown *one = NULL, *other = NULL;
    IDispatch *dispatch = NULL;
    assert_int_equal(com_count(), before + 1);
    assert_hr(ISCardEx_QueryInterface(ex, &IID_ISCard, (void **)&back), S_OK);
    assert_ptr_equal(back, a);
    assert_hr(ISCardEx_QueryInterface(ex, &IID_ISCardEx, (void **)&again), S_OK);
    assert_ptr_equal(again, ex);
    assert_hr(ISCard_QueryInterface(a, &IID_IUnknown, (void **)&one), S_OK);
    assert_hr(ISCardEx_QueryInterface(ex, &IID_IUnknown, (void **)&other), S_OK);
    assert_ptr_equal(one, other);
    assert_hr(ISCardEx_QueryInterface(ex, &IID_IDispatch, (void **)&dispatch), S_OK);
    assert_ptr_equal(dispatch, a);
    assert_hr(ISCardEx_QueryInterface(ex, &IID_ISCardCmd, (void **)&other), E_NOINTERFACE);
    assert_hr(ISCardEx_QueryInterface(ex, &IID_ISCardEx, NULL), E_POINTER);
    assert_int_equal(ISCardEx_AddRef(ex), 8);
    for (ULONG left = 8; left-- > 1;)
        assert_int_equal(left % 2 ? ISCard_Release(a) : ISCardEx_Release(ex), left);
    assert_int_equal(com_count(), before + 1);
    assert_int_equal(ISCardEx_Release(ex), 0); /* whichever interface comes last ends the object */
    assert_int_equal(com_count(), before);
}

static void test_names__of_both_interfaces(void **state) {
    (void)state;
    static const struct {
        const wchar_t *name;
        DISPID by_ex, by_card;
    } rows[] = {
        {L"timeOUT", 100, 100},
        {L"SetTimeout", 101, 101},
        {L"Cancel", 102, 102},
        {L"RawMode", 104, 104},
        {L"TransmitBytes", 111, 111},
        {L"ListReadersArray", 112, 112},
        {L"Atr", DISPID_UNKNOWN, 0},
        {L"Detach", DISPID_UNKNOWN, 7},
        {L"Nothing", DISPID_UNKNOWN, DISPID_UNKNOWN},
    };
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        wchar_t room[32];
        LPOLESTR name = wcscpy(room, rows[i].name);
        DISPID id = 99;
        assert_hr(ISCardEx_GetIDsOfNames(ex, &IID_NULL, &name, 1, 0, &id),
                  rows[i].by_ex == DISPID_UNKNOWN ? DISP_E_UNKNOWNNAME : S_OK);
        assert_int_equal(id, rows[i].by_ex);
        assert_hr(ISCard_GetIDsOfNames(a, &IID_NULL, &name, 1, 0, &id),
                  rows[i].by_card == DISPID_UNKNOWN ? DISP_E_UNKNOWNNAME : S_OK);
        assert_int_equal(id, rows[i].by_card);
    }
    assert_typeinfo_of(ex, &IID_ISCardEx);
    assert_typeinfo_of(a, &IID_ISCard);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* By name as a script does, through the object's IDispatch and through that of the interface. */
static void test_invoke__as_a_script(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    IDispatch *ways[2] = {(IDispatch *)a, (IDispatch *)ex};
    for (size_t i = 0; i < 2; ++i) {
        VARIANT argument = variants_from_hex("00 A4 00 0C 02 00 02"), result;
        DISPPARAMS params = {.rgvarg = &argument, .cArgs = 1};
        DISPID put = DISPID_PROPERTYPUT;
        VariantInit(&result);
        assert_hr(IDispatch_Invoke(ways[i], 111, &IID_NULL, 0, DISPATCH_METHOD, &params, &result, NULL, NULL),
                  S_OK);
        assert_string_equal(variant_take_hex(&result), "90 00");
        assert_hr(VariantClear(&argument), S_OK);
        V_VT(&argument) = VT_I4;
        V_I4(&argument) = 70 + (int32_t)i;
        params.rgdispidNamedArgs = &put;
        params.cNamedArgs = 1;
        assert_hr(
            IDispatch_Invoke(ways[i], 100, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &params, NULL, NULL, NULL),
            S_OK);
        params.cArgs = params.cNamedArgs = 0;
        assert_hr(
            IDispatch_Invoke(ways[i], 100, &IID_NULL, 0, DISPATCH_PROPERTYGET, &params, &result, NULL, NULL),
            S_OK);
        assert_int_equal(V_VT(&result), VT_I4);
        assert_int_equal(V_I4(&result), 70 + (int)i);
        assert_hr(IDispatch_Invoke(ways[i], 112, &IID_NULL, 0, DISPATCH_METHOD, &params, &result, NULL, NULL),
                  S_OK);
        assert_int_equal(V_VT(&result), VT_ARRAY | VT_VARIANT);
        assert_hr(VariantClear(&result), S_OK);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* Arguments and a missing connection */

static void test_arguments__null_results(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    VARIANT command = variant_from_hex(CHALLENGE);
    assert_hr(ISCardEx_get_Timeout(ex, NULL), E_POINTER);
    assert_hr(ISCardEx_WaitForChange(ex, 0, NULL, NULL), E_POINTER);
    assert_hr(ISCardEx_get_RawMode(ex, NULL), E_POINTER);
    assert_hr(ISCardEx_get_ReaderName(ex, NULL), E_POINTER);
    assert_hr(ISCardEx_get_VendorName(ex, NULL), E_POINTER);
    assert_hr(ISCardEx_get_SerialNumber(ex, NULL), E_POINTER);
    assert_hr(ISCardEx_get_Characteristics(ex, NULL), E_POINTER);
    assert_hr(ISCardEx_GetAttrib(ex, RM_ATTR_VENDOR_NAME, NULL), E_POINTER);
    assert_hr(ISCardEx_Control(ex, 0, NULL, NULL), E_POINTER);
    assert_hr(ISCardEx_TransmitBytes(ex, &command, NULL), E_POINTER);
    assert_hr(ISCardEx_ListReadersArray(ex, NULL), E_POINTER);
    VariantClear(&command);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* Every call that needs a connection fails with `expected` and leaves nothing behind. */
static void assert_no_connection(ISCardEx *ex, HRESULT expected) {
    VARIANT command = variant_from_hex(CHALLENGE), reply;
    BSTR text = world->reader;
    LONG bits = 9;
    memset(&reply, 0xA5, sizeof reply); /* what a result held before is not looked at */
    assert_hr(ISCardEx_TransmitBytes(ex, &command, &reply), expected);
    assert_int_equal(V_VT(&reply), VT_EMPTY);
    memset(&reply, 0xA5, sizeof reply);
    assert_hr(ISCardEx_GetAttrib(ex, RM_ATTR_ATR_STRING, &reply), expected);
    assert_int_equal(V_VT(&reply), VT_EMPTY);
    memset(&reply, 0xA5, sizeof reply);
    assert_hr(ISCardEx_Control(ex, 0x313520, &command, &reply), expected);
    assert_int_equal(V_VT(&reply), VT_EMPTY);
    assert_hr(ISCardEx_get_VendorName(ex, &text), expected);
    assert_null(text);
    assert_hr(ISCardEx_get_SerialNumber(ex, &text), expected);
    assert_hr(ISCardEx_get_Characteristics(ex, &bits), expected);
    assert_int_equal(bits, 0);
    VariantClear(&command);
}

static void assert_reader_name(ISCardEx *ex, const wchar_t *expected) {
    BSTR name = NULL;
    assert_hr(ISCardEx_get_ReaderName(ex, &name), S_OK);
    assert_non_null(name);
    assert_int_equal(wcscmp(name, expected), 0);
    assert_int_equal(SysStringLen(name), wcslen(expected));
    SysFreeString(name);
}

static void test_connection__none_and_lost(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    LONG events = 9;
    assert_no_connection(ex, (HRESULT)SCARD_E_INVALID_HANDLE);
    assert_reader_name(ex, L"");
    assert_hr(ISCardEx_WaitForChange(ex, 0, NULL, &events), SCARD_E_INVALID_HANDLE);
    assert_int_equal(events, 0);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_reader_name(ex, world->reader);
    world_remove(world);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_NO_SMARTCARD);
    assert_reader_name(ex, world->reader); /* remembered for ReAttach */
    assert_hr(ISCard_Detach(a, LEAVE), S_OK);
    assert_reader_name(ex, L"");
    assert_no_connection(ex, (HRESULT)SCARD_E_INVALID_HANDLE);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* The reader */

#define FRIENDLY_NAME 0x7FFF0003

static void test_attributes__as_bytes(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    VARIANT value;
    IByteBuffer *atr = NULL;
    LONG size = 0;
    BYTE bytes[RM_ATR_MAX];
    char expected[300] = "";
    assert_hr(ISCard_get_Atr(a, &atr), S_OK);
    assert_hr(IByteBuffer_Read(atr, bytes, sizeof bytes, &size), S_OK);
    IByteBuffer_Release(atr);
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(expected + 3 * i, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    assert_hr(ISCardEx_GetAttrib(ex, RM_ATTR_ATR_STRING, &value), S_OK);
    assert_string_equal(variant_take_hex(&value), expected);
    if (!world->is_service) { /* whose virtual driver keeps its daemon from telling */
        for (size_t i = 0; i <= strlen(world->reader_utf8); ++i)
            (void)sprintf(expected + 3 * i, i + 1 <= strlen(world->reader_utf8) ? "%02X " : "%02X",
                          (uint8_t)world->reader_utf8[i]);
        assert_hr(ISCardEx_GetAttrib(ex, FRIENDLY_NAME, &value), S_OK);
        assert_string_equal(variant_take_hex(&value), expected);
    }
    static const LONG unknown[] = {0, 0x00012345, -2};
    for (size_t i = 0; i < 3; ++i) {
        memset(&value, 0xA5, sizeof value);
        assert_hr(ISCardEx_GetAttrib(ex, unknown[i], &value), RM_E_UNSUPPORTED_FEATURE);
        assert_int_equal(V_VT(&value), VT_EMPTY);
    }
    if (sizeof(LONG) > 4)
        assert_hr(ISCardEx_GetAttrib(ex, WIDE(0x100000000), &value), E_INVALIDARG);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void assert_text(HRESULT hr, BSTR text, const wchar_t *expected) {
    assert_hr(hr, S_OK);
    assert_int_equal(wcscmp(text, expected), 0);
    assert_int_equal(SysStringLen(text), wcslen(expected)); /* without the NUL that readers send along */
    SysFreeString(text);
}

static void test_attributes__typed(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    BSTR text = world->reader;
    LONG bits = 9;
    if (world->is_service) { /* its virtual reader says nothing about itself */
        assert_hr(ISCardEx_get_VendorName(ex, &text), RM_E_UNSUPPORTED_FEATURE);
        assert_null(text);
        assert_hr(ISCardEx_get_SerialNumber(ex, &text), RM_E_UNSUPPORTED_FEATURE);
        assert_hr(ISCardEx_get_Characteristics(ex, &bits), RM_E_UNSUPPORTED_FEATURE);
        assert_int_equal(bits, 0);
    } else {
        HRESULT hr = ISCardEx_get_VendorName(ex, &text);
        assert_text(hr, text, L"scardssp");
        hr = ISCardEx_get_SerialNumber(ex, &text);
        assert_text(hr, text, world->sim ? L"356BE484" : text); /* made of the name */
        assert_hr(ISCardEx_get_Characteristics(ex, &bits), S_OK);
        assert_int_equal(bits, world->ejects ? 2 : 0);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* A reader that says what a test wants it to say: the connection's calls with two replaced. */
static struct {
    struct rm_ops ops;
    const char *value;
    size_t size;
    uint32_t asked;
} talker;

static rm_status tell_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                             struct rm_bound *bound) {
    (void)card, (void)bound;
    talker.asked = id;
    if (*size < talker.size)
        return RM_E_INSUFFICIENT_BUFFER;
    if (talker.size)
        memcpy(value, talker.value, talker.size);
    *size = talker.size;
    return RM_OK;
}

/* Answers with what it was sent, last byte first. */
static rm_status talker_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    (void)card, (void)bound;
    talker.asked = code;
    assert_true(send_size <= *receive_size);
    for (size_t i = 0; i < send_size; ++i)
        receive[i] = send[send_size - 1 - i];
    *receive_size = send_size;
    return RM_OK;
}

static void talk(ISCard *a) {
    struct card *card = CONTAINER_OF(a, struct card, ISCard_iface);
    talker.ops = *card->attachment.card->ops;
    talker.ops.get_attrib = tell_attrib, talker.ops.control = talker_control;
    card->attachment.card->ops = &talker.ops;
}

static void test_attributes__of_odd_readers(void **state) {
    (void)state;
    static const struct {
        const char *value;
        size_t size;
        const wchar_t *text;
        LONG bits;
    } rows[] = {
        {NULL, 0, L"", 0},
        {"\0", 1, L"", 0},
        {"ab", 2, L"ab", 0x6261},
        {"ab\0cd", 5, L"ab", 0x63006261},
        {"\xC3\xA9\xFF", 3, L"\u00e9\ufffd", 0xFFA9C3},
        {"\xFF\xFF\xFF\xFF", 4, L"\ufffd\ufffd\ufffd\ufffd", (LONG)0xFFFFFFFF},
    };
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    static const char large[5000];
    BSTR text = NULL;
    LONG bits = 9;
    talk(a);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        talker.value = rows[i].value;
        talker.size = rows[i].size;
        HRESULT hr = ISCardEx_get_VendorName(ex, &text);
        assert_int_equal(talker.asked, 0x00010100);
        assert_text(hr, text, rows[i].text);
        hr = ISCardEx_get_SerialNumber(ex, &text);
        assert_int_equal(talker.asked, 0x00010103);
        assert_text(hr, text, rows[i].text);
        assert_hr(ISCardEx_get_Characteristics(ex, &bits), S_OK);
        assert_int_equal(talker.asked, 0x00060150);
        assert_int_equal(bits, rows[i].bits);
    }
    talker.value = large;
    talker.size = sizeof large;
    assert_hr(ISCardEx_get_VendorName(ex, &text), SCARD_E_INSUFFICIENT_BUFFER);
    assert_null(text);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void test_control__of_a_reader(void **state) {
    (void)state;
    static const struct {
        LONG code;
        uint32_t asked;
    } rows[] = {{0x00313520, 0x00313520}, {-2, 0xFFFFFFFE}, {(LONG)0x80000000, 0x80000000}};
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    VARIANT data = variants_from_hex("01 02 FE"), reply;
    talk(a);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        assert_hr(ISCardEx_Control(ex, rows[i].code, &data, &reply), S_OK);
        assert_int_equal(talker.asked, rows[i].asked);
        assert_string_equal(variant_take_hex(&reply), "FE 02 01");
    }
    assert_hr(VariantClear(&data), S_OK);
    assert_hr(ISCardEx_Control(ex, 1, NULL, &reply), S_OK);
    assert_string_equal(variant_take_hex(&reply), "");
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/*
 * A byte array that has never been given a size, as Visual Basic passes it, is no bytes: in every form that a
 * VARIANT has for it.
 */
static void test_control__no_array_is_no_data(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    SAFEARRAY *none = NULL;
    VARIANT forms[4], reply;
    for (size_t i = 0; i < 4; ++i)
        VariantInit(&forms[i]);
    V_VT(&forms[0]) = VT_ARRAY | VT_UI1;
    V_ARRAY(&forms[0]) = NULL;
    V_VT(&forms[1]) = VT_BYREF | VT_ARRAY | VT_UI1;
    V_ARRAYREF(&forms[1]) = &none;
    V_VT(&forms[2]) = VT_BYREF | VT_ARRAY | VT_UI1;
    V_ARRAYREF(&forms[2]) = NULL;
    V_VT(&forms[3]) = VT_BYREF | VT_VARIANT;
    V_VARIANTREF(&forms[3]) = &forms[0];
    talk(a);
    for (size_t i = 0; i < 4; ++i) {
        talker.asked = 0;
        assert_hr(ISCardEx_Control(ex, 1, &forms[i], &reply), S_OK);
        assert_int_equal(talker.asked, 1);
        assert_string_equal(variant_take_hex(&reply), "");
    }
    /* Of another type it is nothing that is known. */
    V_VT(&forms[0]) = VT_ARRAY | VT_BSTR;
    assert_hr(ISCardEx_Control(ex, 1, &forms[0], &reply), E_INVALIDARG);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void test_control__refusals(void **state) {
    (void)state;
    static const VARTYPE types[] = {VT_EMPTY, VT_NULL, VT_ERROR};
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    VARIANT data = variant_from_hex("01 02 03"), nothing, reply;
    const LONG code = 0x00310004; /* no reader here knows it */
    for (size_t i = 0; i < 3; ++i) {
        VariantInit(&nothing);
        V_VT(&nothing) = types[i];
        V_ERROR(&nothing) = DISP_E_PARAMNOTFOUND;
        memset(&reply, 0xA5, sizeof reply);
        assert_hr(ISCardEx_Control(ex, code, &nothing, &reply), RM_E_UNSUPPORTED_FEATURE);
        assert_int_equal(V_VT(&reply), VT_EMPTY);
    }
    assert_hr(ISCardEx_Control(ex, code, &data, &reply), RM_E_UNSUPPORTED_FEATURE);
    V_ERROR(&nothing) = DISP_E_TYPEMISMATCH;
    assert_hr(ISCardEx_Control(ex, code, &nothing, &reply), E_INVALIDARG);
    if (sizeof(LONG) > 4)
        assert_hr(ISCardEx_Control(ex, WIDE(0x100000000), &data, &reply), E_INVALIDARG);
    assert_hr(VariantClear(&data), S_OK);
    V_VT(&data) = VT_ARRAY | VT_UI1;
    V_ARRAY(&data) = SafeArrayCreateVector(VT_UI1, 0, 65545);
    assert_non_null(V_ARRAY(&data));
    assert_hr(ISCardEx_Control(ex, code, &data, &reply), E_INVALIDARG);
    assert_hr(VariantClear(&data), S_OK);
    assert_works(a);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* The names, as an array of strings that is cleared. */
static size_t names_take(VARIANT *value, wchar_t names[4][130]) {
    LONG upper = 0;
    assert_int_equal(V_VT(value), VT_ARRAY | VT_VARIANT);
    assert_hr(SafeArrayGetUBound(V_ARRAY(value), 1, &upper), S_OK);
    assert_int_in_range(upper + 1, 0, 4);
    for (LONG i = 0; i <= upper; ++i) {
        VARIANT element;
        assert_hr(SafeArrayGetElement(V_ARRAY(value), &i, &element), S_OK);
        assert_int_equal(V_VT(&element), VT_BSTR);
        assert_int_in_range(SysStringLen(V_BSTR(&element)), 1, 129);
        wcscpy(names[i], V_BSTR(&element));
        assert_hr(VariantClear(&element), S_OK);
    }
    assert_hr(VariantClear(value), S_OK);
    return (size_t)(upper + 1);
}

static void test_list__readers(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    VARIANT value;
    wchar_t names[4][130];
    const size_t others = world->other != NULL;
    if (world->sim)
        assert_int_equal(sim_plug(world->sim, "Second \xC3\xA9", NULL, 0, NULL, 0), RM_OK);
    memset(&value, 0xA5, sizeof value);
    assert_hr(ISCardEx_ListReadersArray(ex, &value), S_OK);
    assert_int_equal(names_take(&value, names), 2 + others); /* there are two virtual readers, too */
    assert_int_equal(wcscmp(names[0], world->reader), 0);
    if (world->sim) {
        assert_int_equal(wcscmp(names[1], L"Second \u00e9"), 0);
        sim_clear(world->sim);
        assert_hr(ISCardEx_ListReadersArray(ex, &value), S_OK);
        assert_int_equal(names_take(&value, names), others);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_identity__one_object, world_after),
        cmocka_unit_test_teardown(test_names__of_both_interfaces, world_after),
        cmocka_unit_test_teardown(test_invoke__as_a_script, world_after),
        cmocka_unit_test_teardown(test_arguments__null_results, world_after),
        cmocka_unit_test_teardown(test_connection__none_and_lost, world_after),
        cmocka_unit_test_teardown(test_attributes__typed, world_after),
        cmocka_unit_test_teardown(test_attributes__as_bytes, world_after),
        cmocka_unit_test_teardown(test_attributes__of_odd_readers, world_after),
        cmocka_unit_test_teardown(test_control__of_a_reader, world_after),
        cmocka_unit_test_teardown(test_control__no_array_is_no_data, world_after),
        cmocka_unit_test_teardown(test_control__refusals, world_after),
        cmocka_unit_test_teardown(test_list__readers, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

/*
 * A14: late binding as scripts do it, from a program that knows nothing but IDispatch and the names: objects
 * by ProgID, properties and methods by name, errors with a readable description. Every lookup and every
 * VARIANT as a script engine makes them. First argument: "sim" or "pcscd" (stage.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "stage.h"

#define ARGUMENTS_MAX 6

/* CreateObject("..."). */
static IDispatch *create_object(const wchar_t *progid) {
    CLSID clsid;
    void *object = NULL;
    expect_hr(CLSIDFromProgID(progid, &clsid), S_OK);
    expect_hr(CoCreateInstance(&clsid, NULL, CLSCTX_INPROC_SERVER, &IID_IDispatch, &object), S_OK);
    return object;
}

/* What a script sees of an error: Err.Number, Err.Source, Err.Description. */
static struct {
    HRESULT number;
    char source[64], description[300];
} err;

static void narrow(char *out, size_t room, BSTR text) {
    size_t i = 0;
    for (; i + 1 < room && i < SysStringLen(text); ++i)
        out[i] = (char)text[i];
    out[i] = '\0';
}

static HRESULT invoke(IDispatch *object, const wchar_t *name, WORD flags, DISPPARAMS *params,
                      VARIANT *result) {
    wchar_t text[64];
    LPOLESTR names = wcscpy(text, name);
    DISPID id = DISPID_UNKNOWN;
    EXCEPINFO info;
    memset(&info, 0, sizeof info);
    memset(&err, 0, sizeof err);
    err.number = IDispatch_GetIDsOfNames(object, &IID_NULL, &names, 1, LOCALE_USER_DEFAULT, &id);
    if (SUCCEEDED(err.number))
        err.number =
            IDispatch_Invoke(object, id, &IID_NULL, LOCALE_USER_DEFAULT, flags, params, result, &info, NULL);
    if (err.number == DISP_E_EXCEPTION)
        err.number = info.scode;
    narrow(err.source, sizeof err.source, info.bstrSource);
    narrow(err.description, sizeof err.description, info.bstrDescription);
    SysFreeString(info.bstrSource);
    SysFreeString(info.bstrDescription);
    for (UINT i = 0; i < params->cArgs; ++i)
        VariantClear(&params->rgvarg[i]);
    return err.number;
}

/* object.Name(arguments...) */
static HRESULT call(IDispatch *object, const wchar_t *name, VARIANT *result, unsigned count, ...) {
    VARIANTARG arguments[ARGUMENTS_MAX];
    va_list list;
    va_start(list, count);
    for (unsigned i = 0; i < count; ++i)
        arguments[count - 1 - i] = va_arg(list, VARIANT);
    va_end(list);
    DISPPARAMS params = {.rgvarg = arguments, .cArgs = count};
    return invoke(object, name, DISPATCH_METHOD | DISPATCH_PROPERTYGET, &params, result);
}

/* object.Name = value */
static HRESULT set(IDispatch *object, const wchar_t *name, VARIANT value) {
    DISPID put = DISPID_PROPERTYPUT;
    DISPPARAMS params = {.rgvarg = &value, .rgdispidNamedArgs = &put, .cArgs = 1, .cNamedArgs = 1};
    return invoke(object, name, DISPATCH_PROPERTYPUT, &params, NULL);
}

static VARIANT number(int value) {
    return (VARIANT){.vt = VT_I2, .iVal = (int16_t)value};
}

static VARIANT text(const wchar_t *value) {
    return (VARIANT){.vt = VT_BSTR, .bstrVal = SysAllocString(value)};
}

static VARIANT object(IDispatch *value) {
    IDispatch_AddRef(value);
    return (VARIANT){.vt = VT_DISPATCH, .pdispVal = value};
}

/* A variable, passed as VBScript does. */
static VARIANT variable(VARIANT *value) {
    return (VARIANT){.vt = VT_BYREF | VT_VARIANT, .pvarVal = value};
}

static VARIANT missing(void) {
    return (VARIANT){.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND};
}

/* Array(1, 2, ...) of a script. */
static VARIANT array(const uint8_t *bytes, size_t size) {
    SAFEARRAY *made = SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)size);
    expect(made != NULL);
    for (LONG i = 0; i < (LONG)size; ++i) {
        VARIANT element = number(bytes[i]);
        expect_hr(SafeArrayPutElement(made, &i, &element), S_OK);
    }
    return (VARIANT){.vt = VT_ARRAY | VT_VARIANT, .parray = made};
}

/* The number of a property, as a script would get it: CLng(object.Name). */
static int32_t number_of(IDispatch *from, const wchar_t *name) {
    VARIANT value;
    expect_hr(call(from, name, &value, 0), S_OK);
    expect_hr(VariantChangeType(&value, &value, 0, VT_I4), S_OK);
    return value.lVal;
}

/* All bytes of a buffer object as hex, read by name. */
static const char *buffer_hex(IDispatch *buffer) {
    static char hex[200];
    VARIANT bytes = {.vt = VT_EMPTY};
    VARIANT count = {.vt = VT_EMPTY};
    *hex = '\0';
    expect_hr(call(buffer, L"Read", NULL, 3, variable(&bytes), number(60), variable(&count)), S_OK);
    expect(bytes.vt == (VT_ARRAY | VT_UI1));
    expect(count.vt == VT_I4);
    for (LONG i = 0; i < count.lVal; ++i) {
        BYTE byte = 0;
        expect_hr(SafeArrayGetElement(bytes.parray, &i, &byte), S_OK);
        (void)sprintf(hex + i * 3, i + 1 < count.lVal ? "%02X " : "%02X", byte);
    }
    VariantClear(&bytes);
    return hex;
}

/* object.Name of a property that is a buffer, as hex. */
static const char *property_hex(IDispatch *from, const wchar_t *name) {
    VARIANT value;
    expect_hr(call(from, name, &value, 0), S_OK);
    expect(value.vt == VT_DISPATCH && value.pdispVal);
    const char *hex = buffer_hex(value.pdispVal);
    VariantClear(&value);
    return hex;
}

static IDispatch *attached_card(void) {
    IDispatch *card = create_object(L"SCardSSP.SCard");
    expect_hr(call(card, L"AttachByReader", NULL, 3, text(stage_reader_wide()), number(2), number(2)), S_OK);
    return card;
}

/* A script from its first line to the last: build, send, look at the reply. */
static void test_automation__A14_transaction(void **state) {
    (void)state;
    static const uint8_t file[] = {0x00, 0x02};
    IDispatch *card = attached_card();
    IDispatch *cmd = create_object(L"scardssp.scardcmd.1");
    expect(number_of(card, L"protocol") == 2);
    expect(number_of(card, L"Status") == SPECIFICMODE);
    expect(strncmp(property_hex(card, L"Atr"), "3B", 2) == 0);
    expect_hr(
        call(cmd, L"BuildCmd", NULL, 5, number(0), number(0xA4), missing(), number(0x0C), array(file, 2)),
        S_OK);
    expect_text(property_hex(cmd, L"Apdu"), "00 A4 00 0C 02 00 02");
    expect_hr(call(card, L"Transaction", NULL, 1, object(cmd)), S_OK);
    expect(number_of(cmd, L"ReplyStatus") == 0x9000);
    expect_hr(
        call(cmd, L"BuildCmd", NULL, 6, number(0), number(0xB0), missing(), missing(), missing(), number(5)),
        S_OK);
    VARIANT held = object(cmd);
    expect_hr(call(card, L"Transaction", NULL, 1, variable(&held)), S_OK);
    expect(held.pdispVal == cmd); /* "Set" never happened: it is the same object */
    VariantClear(&held);
    expect_text(property_hex(cmd, L"ApduReply"), "48 65 6C 6C 6F 90 00");
    expect(number_of(cmd, L"ApduReplyLength") == 7);
    expect(number_of(cmd, L"ReplyStatusSW1") == 0x90);
    expect_hr(call(card, L"Detach", NULL, 0), S_OK);
    expect(IDispatch_Release(cmd) == 0);
    expect(IDispatch_Release(card) == 0);
}

/* The other classes: a builder that makes the command, a buffer with properties, conversions. */
static void test_automation__A14_other_classes(void **state) {
    (void)state;
    static const uint8_t name[] = {0x3F, 0x00};
    IDispatch *builder = create_object(L"SCardSSP.SCardISO7816");
    IDispatch *conv = create_object(L"SCardSSP.SCardTypeConv");
    IDispatch *buffer = create_object(L"SCardSSP.ByteBuffer");
    VARIANT cmd = {.vt = VT_EMPTY};
    VARIANT bytes = {.vt = VT_EMPTY};
    VARIANT written = {.vt = VT_EMPTY};
    expect_hr(call(buffer, L"Write", NULL, 3, array(name, 2), number(2), variable(&written)), S_OK);
    expect(written.lVal == 2);
    expect_hr(call(builder, L"SelectFile", NULL, 5, number(0), number(0), object(buffer), number(0),
                   variable(&cmd)),
              S_OK);
    expect(cmd.vt == VT_DISPATCH && cmd.pdispVal);
    expect_text(property_hex(cmd.pdispVal, L"Apdu"), "00 A4 00 00 02 3F 00");
    expect_hr(set(cmd.pdispVal, L"P2", number(0x0C)), S_OK);
    expect_hr(set(cmd.pdispVal, L"Data", array(name, 1)), S_OK);
    expect_text(property_hex(cmd.pdispVal, L"Apdu"), "00 A4 00 0C 01 3F");
    expect_hr(call(conv, L"ConvertByteBufferToSafeArray", NULL, 2, object(buffer), variable(&bytes)), S_OK);
    expect(bytes.vt == (VT_ARRAY | VT_UI1) && bytes.parray->rgsabound[0].cElements == 2);
    VariantClear(&bytes);
    VariantClear(&cmd);
    expect(IDispatch_Release(buffer) == 0);
    expect(IDispatch_Release(conv) == 0);
    expect(IDispatch_Release(builder) == 0);
}

/* What goes wrong says what it is and what to do: for whoever reads the message box. */
static void test_automation__A14_errors(void **state) {
    (void)state;
    IDispatch *card = create_object(L"SCardSSP.SCard");
    IDispatch *cmd = create_object(L"SCardSSP.SCardCmd");
    expect_hr(call(card, L"AttachByReader", NULL, 1, text(L"No such reader")), SCARD_E_UNKNOWN_READER);
    expect_text(err.source, "SCardSSP.SCard");
    expect_text(err.description,
                "SCARD_E_UNKNOWN_READER: No reader has this name; list the readers and use the exact name.");
    expect_hr(call(card, L"Transaction", NULL, 1, object(cmd)), E_INVALIDARG); /* nothing built */
    expect_hr(call(card, L"LockSCard", NULL, 0), SCARD_E_INVALID_HANDLE);
    expect_text(err.description,
                "SCARD_E_INVALID_HANDLE: There is no connection to a card; attach to a reader first.");
    expect_hr(set(cmd, L"Nad", number(256)), DISP_E_OVERFLOW);
    expect_hr(call(cmd, L"Nothing", NULL, 0), DISP_E_UNKNOWNNAME);
    expect_hr(call(cmd, L"BuildCmd", NULL, 1, number(0)), DISP_E_BADPARAMCOUNT);
    expect_hr(call(cmd, L"BuildCmd", NULL, 2, number(0), text(L"A4?")), DISP_E_TYPEMISMATCH);
    expect(IDispatch_Release(cmd) == 0);
    expect(IDispatch_Release(card) == 0);
}

/* Another program resets the card; the script reads the advice and follows it. */
static void test_automation__A14_reattach(void **state) {
    (void)state;
    IDispatch *card = attached_card();
    IDispatch *other = attached_card();
    IDispatch *cmd = create_object(L"SCardSSP.SCardCmd");
    expect_hr(
        call(cmd, L"BuildCmd", NULL, 6, number(0), number(0x84), number(0), number(0), missing(), number(8)),
        S_OK);
    expect_hr(call(other, L"Detach", NULL, 1, number(RESET)), S_OK);
    expect_hr(call(card, L"Transaction", NULL, 1, object(cmd)), SCARD_W_RESET_CARD);
    expect(strncmp(err.description, "SCARD_W_RESET_CARD: ", 20) == 0);
    expect_hr(call(card, L"ReAttach", NULL, 2, number(2), number(0)), S_OK);
    expect_hr(call(card, L"Transaction", NULL, 1, object(cmd)), S_OK);
    expect(number_of(cmd, L"ReplyStatus") == 0x9000);
    expect(IDispatch_Release(cmd) == 0);
    expect(IDispatch_Release(other) == 0);
    expect(IDispatch_Release(card) == 0);
}

int main(int argc, char **argv) {
    char why[300] = "";
    if (!stage_open(argc > 1 ? argv[1] : NULL, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        stage_close();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_automation__A14_transaction),
        cmocka_unit_test(test_automation__A14_other_classes),
        cmocka_unit_test(test_automation__A14_errors),
        cmocka_unit_test(test_automation__A14_reattach),
    };
    const int failed = cmocka_run_group_tests_name("module/automation", tests, NULL, NULL);
    stage_close();
    return failed;
}

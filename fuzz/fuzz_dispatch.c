/*
 * Calls by name (IDispatch) with whatever a script passes: members that are there and that are not,
 * arguments of every type, by value and by reference, too few and too many. What fails gives nothing back,
 * and nothing is lost. The input is a list of calls of CALL_SIZE bytes each: mutators/dispatch.c knows
 * that.
 */
#include <stdlib.h>
#include <string.h>

#include "com/com.h"
#include "fedservice.h"
#include "mutators/calls.h"
#include "objects/bytebuffer.h"
#include "objects/card.h"
#include "objects/cmd.h"
#include "objects/iso7816cmd.h"
#include "objects/typeconv.h"

#define OBJECTS 5u
#define CALLS_MAX 64

struct play {
    IDispatch *objects[OBJECTS];
    VARIANT variables[CALL_ARGUMENTS]; /* what arguments by reference refer to */
    int32_t numbers[CALL_ARGUMENTS];
};

static SAFEARRAY *array_of(VARTYPE type, const uint8_t *bytes, ULONG count) {
    SAFEARRAY *const array = SafeArrayCreateVector(type, 0, count);
    for (LONG i = 0; array && i < (LONG)count; ++i) {
        VARIANT element;
        VariantInit(&element);
        V_VT(&element) = VT_I2;
        uint8_t byte = bytes[i % 3];
        V_I2(&element) = byte;
        FUZZ_CHECK(SafeArrayPutElement(array, &i, type == VT_VARIANT ? (void *)&element : (void *)&byte) ==
                   S_OK);
    }
    return array;
}

static BSTR text_of(const uint8_t *bytes) {
    static const wchar_t *const texts[] = {L"", L"Reader", L"00 A4 04 00", L"/3F00/0002", L"12", L"x"};
    BSTR text = SysAllocString(texts[bytes[0] % 6]);
    if (text && bytes[1] & 0x80 && SysStringLen(text))
        text[0] = bytes[2]; /* any character */
    return text;
}

static void give_value(struct play *play, const uint8_t *bytes, VARIANT *out) {
    const uint32_t value = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
    switch (bytes[3] % 16) {
    case 0:
        break; /* VT_EMPTY */
    case 1:
        V_VT(out) = VT_I2;
        V_I2(out) = (SHORT)value;
        break;
    case 2:
        V_VT(out) = VT_I4;
        V_I4(out) = (int32_t)(value << 8 | value);
        break;
    case 3:
        V_VT(out) = VT_UI1;
        V_UI1(out) = bytes[0];
        break;
    case 4:
        V_VT(out) = VT_R8;
        V_R8(out) = (double)value * (bytes[2] & 1 ? 1e300 : 0.25);
        break;
    case 5:
    case 6:
        V_VT(out) = VT_BSTR;
        V_BSTR(out) = text_of(bytes);
        break;
    case 7:
    case 8:
        V_VT(out) = (VARTYPE)(VT_ARRAY | VT_UI1);
        V_ARRAY(out) = array_of(VT_UI1, bytes, bytes[0]);
        break;
    case 9:
        V_VT(out) = (VARTYPE)(VT_ARRAY | VT_VARIANT);
        V_ARRAY(out) = array_of(VT_VARIANT, bytes, bytes[0]);
        break;
    case 10:
    case 11:
        V_VT(out) = VT_DISPATCH;
        V_DISPATCH(out) = bytes[0] & 0x80 ? NULL : play->objects[bytes[0] % OBJECTS];
        if (V_DISPATCH(out))
            IDispatch_AddRef(V_DISPATCH(out));
        break;
    case 12:
        V_VT(out) = VT_ERROR;
        V_ERROR(out) = bytes[0] & 1 ? DISP_E_PARAMNOTFOUND : (SCODE)value;
        break;
    case 13:
        V_VT(out) = VT_BOOL;
        V_BOOL(out) = bytes[0] & 1 ? VARIANT_TRUE : VARIANT_FALSE;
        break;
    case 14:
        V_VT(out) = VT_NULL;
        break;
    default:
        V_VT(out) = VT_I8;
        V_I8(out) = (LONGLONG)value << (bytes[2] & 31);
    }
}

/* An argument: a value, or a reference to a variable that holds one. */
static void give(struct play *play, unsigned place, const uint8_t *bytes, VARIANT *out) {
    VariantInit(out);
    VariantInit(&play->variables[place]);
    if (bytes[3] & 0x40) {
        give_value(play, bytes, &play->variables[place]);
        V_VT(out) = (VARTYPE)(VT_BYREF | VT_VARIANT);
        V_VARIANTREF(out) = &play->variables[place];
    } else if (bytes[3] & 0x20) {
        play->numbers[place] = bytes[0];
        V_VT(out) = (VARTYPE)(VT_BYREF | VT_I4);
        V_I4REF(out) = &play->numbers[place];
    } else {
        give_value(play, bytes, out);
    }
}

static void call(struct play *play, const uint8_t bytes[CALL_SIZE]) {
    static const WORD flags[] = {DISPATCH_METHOD, DISPATCH_PROPERTYGET, DISPATCH_PROPERTYPUT,
                                 DISPATCH_METHOD | DISPATCH_PROPERTYGET, 0};
    VARIANT arguments[CALL_ARGUMENTS], result;
    DISPID put = DISPID_PROPERTYPUT;
    UINT bad = 99;
    IDispatch *const object = play->objects[bytes[0] % OBJECTS];
    const unsigned count = bytes[3] % (CALL_ARGUMENTS + 1);
    const WORD how = flags[bytes[2] % 5];
    for (unsigned i = 0; i < CALL_ARGUMENTS; ++i)
        give(play, i, bytes + 4 + (size_t)4 * i, &arguments[i]);
    VariantInit(&result);
    DISPPARAMS parameters = {arguments, how == DISPATCH_PROPERTYPUT ? &put : NULL, count,
                             how == DISPATCH_PROPERTYPUT ? 1 : 0};
    EXCEPINFO told = {0};
    const HRESULT hr = IDispatch_Invoke(object, (DISPID)(int8_t)bytes[1], &IID_NULL, 0, how, &parameters,
                                        bytes[3] & 0x80 ? NULL : &result, &told, &bad);
    if (FAILED(hr))
        FUZZ_CHECK(V_VT(&result) == VT_EMPTY);
    FUZZ_CHECK(bad == 99 || bad < CALL_ARGUMENTS);
    SysFreeString(told.bstrSource);
    SysFreeString(told.bstrDescription);
    SysFreeString(told.bstrHelpFile);
    FUZZ_CHECK(VariantClear(&result) == S_OK);
    for (unsigned i = 0; i < CALL_ARGUMENTS; ++i) {
        FUZZ_CHECK(VariantClear(&arguments[i]) == S_OK);
        FUZZ_CHECK(VariantClear(&play->variables[i]) == S_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct play play = {0};
    struct feed feed = {data, size};
    struct fedservice service;
    ISCard *card = NULL;
    ISCardCmd *cmd = NULL;
    IByteBuffer *buffer = NULL;
    ISCardISO7816 *iso = NULL;
    ISCardTypeConv *conv = NULL;
    fedservice_init(&service, &feed);
    FUZZ_CHECK(card_create(&service.rm, 0, &card) == S_OK || !card);
    FUZZ_CHECK(cmd_create(&cmd) == S_OK && bytebuffer_create(&buffer) == S_OK);
    FUZZ_CHECK(iso7816cmd_create(&iso) == S_OK && typeconv_create(&conv) == S_OK);
    play.objects[0] = (IDispatch *)cmd;
    play.objects[1] = (IDispatch *)buffer;
    play.objects[2] = (IDispatch *)iso;
    play.objects[3] = (IDispatch *)conv;
    play.objects[4] = card ? (IDispatch *)card : (IDispatch *)cmd;
    for (int i = 0; i < CALLS_MAX && feed.left >= CALL_SIZE; ++i) {
        size_t got = 0;
        call(&play, feed_bytes(&feed, CALL_SIZE, &got));
    }
    if (card)
        ISCard_Release(card);
    ISCardTypeConv_Release(conv);
    ISCardISO7816_Release(iso);
    ISCardCmd_Release(cmd);
    IByteBuffer_Release(buffer);
    FUZZ_CHECK(com_count() == 0 && service.cards == 0);
    return 0;
}

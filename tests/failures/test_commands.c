/*
 * Objects that need no card, each failure point in turn: commands and what builds them, byte buffers, the
 * converter, calls by name. Arguments as in test_port.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "failures/program.h"
#include "objects/bytebuffer.h"
#include "objects/cmd.h"
#include "objects/iso7816cmd.h"
#include "objects/typeconv.h"
#include "support/kits/apdus.h"

#define SIZE 600     /* bytes: beyond what fits in an object */
#define BUILD_CMD 15 /* ISCardCmd's BuildCmd by its number */

static struct world *world;

static struct {
    ISCardCmd *cmd;
    ISCardISO7816 *builder;
    ISCardTypeConv *conv;
    IByteBuffer *bytes;
    SAFEARRAY *array;
} at_hand;

static uint32_t make_cmd(void) {
    ISCardCmd *cmd = NULL;
    const HRESULT hr = cmd_create(&cmd);
    return program_release(hr, cmd);
}

static uint32_t make_builder(void) {
    ISCardISO7816 *builder = NULL;
    const HRESULT hr = iso7816cmd_create(&builder);
    return program_release(hr, builder);
}

static uint32_t make_buffer(void) {
    IByteBuffer *buffer = NULL;
    const HRESULT hr = bytebuffer_create(&buffer);
    return program_release(hr, buffer);
}

static uint32_t make_conv(void) {
    ISCardTypeConv *conv = NULL;
    const HRESULT hr = typeconv_create(&conv);
    return program_release(hr, conv);
}

static uint32_t put_apdu(void) {
    ISCardCmd *cmd = NULL;
    IByteBuffer *apdu = NULL;
    HRESULT hr = cmd_create(&cmd);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_BuildCmd(cmd, 0, 0xD6, 0, 0, at_hand.bytes, NULL);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_Apdu(cmd, &apdu);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_put_Apdu(cmd, apdu);
    if (apdu)
        IByteBuffer_Release(apdu);
    return program_release(hr, SUCCEEDED(hr) ? cmd : (cmd ? (ISCardCmd_Release(cmd), NULL) : NULL));
}

static uint32_t put_data(void) {
    return (uint32_t)ISCardCmd_put_Data(at_hand.cmd, at_hand.bytes);
}

static uint32_t put_reply(void) {
    return (uint32_t)ISCardCmd_put_ApduReply(at_hand.cmd, at_hand.bytes);
}

static uint32_t get_data(void) {
    IByteBuffer *data = NULL;
    const HRESULT hr = ISCardCmd_get_Data(at_hand.cmd, &data);
    return program_release(hr, data);
}

static uint32_t get_reply(void) {
    IByteBuffer *reply = NULL;
    const HRESULT hr = ISCardCmd_get_ApduReply(at_hand.cmd, &reply);
    return program_release(hr, reply);
}

static uint32_t encapsulate(void) {
    ISCardCmd *cmd = NULL;
    IByteBuffer *apdu = NULL;
    HRESULT hr = cmd_create(&cmd);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_Apdu(at_hand.cmd, &apdu);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_Encapsulate(cmd, apdu, ISO_CASE_3);
    if (apdu)
        IByteBuffer_Release(apdu);
    if (cmd)
        ISCardCmd_Release(cmd);
    return (uint32_t)hr;
}

static uint32_t build_challenge(void) {
    ISCardCmd *cmd = NULL;
    const HRESULT hr = ISCardISO7816_GetChallenge(at_hand.builder, 8, &cmd);
    return program_release(hr, cmd);
}

static uint32_t build_update(void) {
    ISCardCmd *cmd = NULL;
    const HRESULT hr = ISCardISO7816_UpdateBinary(at_hand.builder, 0, 0, at_hand.bytes, &cmd);
    return program_release(hr, cmd);
}

/* Bytes go in at the end, the size changes, and a clone has what the first has. */
static uint32_t use_buffer(void) {
    static BYTE bytes[SIZE];
    IByteBuffer *buffer = NULL, *clone = NULL;
    LONG written = 0;
    HRESULT hr = bytebuffer_create(&buffer);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Initialize(buffer, 20, bytes);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Write(buffer, bytes, SIZE, &written);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_SetSize(buffer, 2 * SIZE);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Clone(buffer, &clone);
    if (clone)
        IByteBuffer_Release(clone);
    if (buffer)
        IByteBuffer_Release(buffer);
    return (uint32_t)hr;
}

static uint32_t convert_from_array(void) {
    IByteBuffer *buffer = NULL;
    const HRESULT hr = ISCardTypeConv_ConvertSafeArrayToByteBuffer(at_hand.conv, at_hand.array, &buffer);
    return program_release(hr, buffer);
}

static uint32_t convert_to_array(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardTypeConv_ConvertByteBufferToSafeArray(at_hand.conv, at_hand.bytes, &array);
    assert_true(SUCCEEDED(hr) == (array != NULL));
    SafeArrayDestroy(array);
    return (uint32_t)hr;
}

static uint32_t convert_to_bytes(void) {
    LPBYTEARRAY bytes = NULL;
    const HRESULT hr = ISCardTypeConv_ConvertByteBufferToByteArray(at_hand.conv, at_hand.bytes, &bytes);
    assert_true(SUCCEEDED(hr) == (bytes != NULL));
    CoTaskMemFree(bytes); /* one block with what it tells of */
    return (uint32_t)hr;
}

/* BuildCmd, as a script calls it, with its bytes in an array. */
static uint32_t build_by_name(void) {
    VARIANT arguments[5];
    DISPPARAMS params = {arguments, NULL, 5, 0};
    EXCEPINFO info = {.scode = S_OK};
    for (int i = 0; i < 5; ++i) {
        V_VT(&arguments[i]) = VT_I4;
        V_I4(&arguments[i]) = 0;
    }
    V_VT(&arguments[0]) = VT_ARRAY | VT_UI1;
    V_ARRAY(&arguments[0]) = at_hand.array;
    HRESULT hr =
        ISCardCmd_Invoke(at_hand.cmd, BUILD_CMD, &IID_NULL, 0, DISPATCH_METHOD, &params, NULL, &info, NULL);
    if (hr == DISP_E_EXCEPTION)
        hr = info.scode;
    SysFreeString(info.bstrSource);
    SysFreeString(info.bstrDescription);
    return (uint32_t)hr;
}

static uint32_t get_by_name(void) {
    DISPPARAMS params = {NULL, NULL, 0, 0};
    EXCEPINFO info = {.scode = S_OK};
    OLECHAR text[] = L"Apdu";
    LPOLESTR name = text;
    DISPID id = 0;
    VARIANT value;
    VariantInit(&value);
    HRESULT hr = ISCardCmd_GetIDsOfNames(at_hand.cmd, &IID_NULL, &name, 1, 0, &id);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_Invoke(at_hand.cmd, id, &IID_NULL, 0, DISPATCH_PROPERTYGET, &params, &value, &info,
                              NULL);
    if (hr == DISP_E_EXCEPTION)
        hr = info.scode;
    assert_true(SUCCEEDED(hr) == (V_VT(&value) != VT_EMPTY));
    VariantClear(&value);
    SysFreeString(info.bstrSource);
    SysFreeString(info.bstrDescription);
    return (uint32_t)hr;
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(make_cmd),         SWEEP_ROW(make_builder),       SWEEP_ROW(make_buffer),
    SWEEP_ROW(make_conv),        SWEEP_ROW(put_apdu),           SWEEP_ROW(put_data),
    SWEEP_ROW(put_reply),        SWEEP_ROW(get_data),           SWEEP_ROW(get_reply),
    SWEEP_ROW(encapsulate),      SWEEP_ROW(build_challenge),    SWEEP_ROW(build_update),
    SWEEP_ROW(use_buffer),       SWEEP_ROW(convert_from_array), SWEEP_ROW(convert_to_array),
    SWEEP_ROW(convert_to_bytes), SWEEP_ROW(build_by_name),      SWEEP_ROW(get_by_name),
};

static const struct sweep_plan plan = {
    .no_memory = (uint32_t)E_OUTOFMEMORY, .rows = rows, .count = sizeof rows / sizeof *rows};

static int set_up(void **state) {
    (void)state;
    at_hand.bytes = buffer_filled(SIZE);
    assert_hr(cmd_create(&at_hand.cmd), S_OK);
    assert_hr(iso7816cmd_create(&at_hand.builder), S_OK);
    assert_hr(typeconv_create(&at_hand.conv), S_OK);
    at_hand.array = SafeArrayCreateVector(VT_UI1, 0, SIZE);
    assert_hr(ISCardCmd_BuildCmd(at_hand.cmd, 0, 0xD6, 0, 0, at_hand.bytes, NULL), S_OK);
    return at_hand.array ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    SafeArrayDestroy(at_hand.array);
    IByteBuffer_Release(at_hand.bytes);
    ISCardTypeConv_Release(at_hand.conv);
    ISCardISO7816_Release(at_hand.builder);
    return ISCardCmd_Release(at_hand.cmd) == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
    static const struct program program = {
        .plan = &plan, .world = &world, .set_up = set_up, .tear_down = tear_down};
    return program_run(&program, argc, argv);
}

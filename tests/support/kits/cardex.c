/* What the tests of ISCardEx share: see cardex.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"

#define TEXT_BYTES 1100

ISCardEx *cardex_of(ISCard *card) {
    ISCardEx *ex = NULL;
    assert_hr(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&ex), S_OK);
    return ex;
}

VARIANT variant_from_hex(const char *hex) {
    uint8_t bytes[TEXT_BYTES];
    const size_t size = bytes_from_hex(hex, bytes, sizeof bytes);
    VARIANT value;
    void *data = NULL;
    VariantInit(&value);
    V_VT(&value) = VT_ARRAY | VT_UI1;
    V_ARRAY(&value) = SafeArrayCreateVector(VT_UI1, 0, (ULONG)size);
    assert_non_null(V_ARRAY(&value));
    assert_hr(SafeArrayAccessData(V_ARRAY(&value), &data), S_OK);
    memcpy(data, bytes, size);
    assert_hr(SafeArrayUnaccessData(V_ARRAY(&value)), S_OK);
    return value;
}

/* Number `at` of an array that a script has filled from wherever. */
static void put_number(VARIANT *element, size_t at, uint8_t byte) {
    static const VARTYPE types[] = {VT_I2, VT_UI1, VT_I4, VT_R8, VT_UI2, VT_I8};
    VARIANT number;
    VariantInit(&number);
    V_VT(&number) = VT_UI1;
    V_UI1(&number) = byte;
    VariantInit(element);
    assert_hr(VariantChangeType(element, &number, 0, types[at % (sizeof types / sizeof types[0])]), S_OK);
}

VARIANT variants_from_hex(const char *hex) {
    uint8_t bytes[TEXT_BYTES];
    const size_t size = bytes_from_hex(hex, bytes, sizeof bytes);
    VARIANT value;
    VariantInit(&value);
    V_VT(&value) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&value) = SafeArrayCreateVector(VT_VARIANT, 5, (ULONG)size);
    assert_non_null(V_ARRAY(&value));
    for (size_t i = 0; i < size; ++i) {
        VARIANT element;
        LONG index = (LONG)i + 5;
        put_number(&element, i, bytes[i]);
        assert_hr(SafeArrayPutElement(V_ARRAY(&value), &index, &element), S_OK);
    }
    return value;
}

const char *variant_take_hex(VARIANT *value) {
    static _Thread_local char texts[2][TEXT_BYTES * 3 + 1];
    static _Thread_local unsigned next;
    char *text = texts[next++ % 2];
    void *data = NULL;
    LONG lower = 7, upper = 7;
    *text = '\0';
    assert_int_equal(V_VT(value), VT_ARRAY | VT_UI1);
    assert_int_equal(SafeArrayGetDim(V_ARRAY(value)), 1);
    assert_hr(SafeArrayGetLBound(V_ARRAY(value), 1, &lower), S_OK);
    assert_hr(SafeArrayGetUBound(V_ARRAY(value), 1, &upper), S_OK);
    assert_int_equal(lower, 0);
    assert_int_in_range(upper + 1, 0, TEXT_BYTES);
    assert_hr(SafeArrayAccessData(V_ARRAY(value), &data), S_OK);
    for (LONG i = 0; i <= upper; ++i)
        (void)sprintf(text + i * 3, i < upper ? "%02X " : "%02X", ((uint8_t *)data)[i]);
    assert_hr(SafeArrayUnaccessData(V_ARRAY(value)), S_OK);
    assert_hr(VariantClear(value), S_OK);
    return text;
}

void assert_bytes_at(ISCardEx *ex, const char *apdu, const char *reply, const char *file, int line) {
    VARIANT command = variant_from_hex(apdu), answer;
    assert_hr_at(ISCardEx_TransmitBytes(ex, &command, &answer), S_OK, apdu, file, line);
    assert_hr(VariantClear(&command), S_OK);
    _assert_string_equal(variant_take_hex(&answer), reply, file, line);
}

/*
 * Text read as numbers: what is read and fits comes back as the same number from its own text, in every type.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "scardssp.h"

static const VARTYPE types[] = {VT_I1,  VT_UI1, VT_I2,   VT_UI2, VT_I4, VT_UI4, VT_I8,
                                VT_UI8, VT_INT, VT_UINT, VT_R4,  VT_R8, VT_BOOL};
#define TYPES (sizeof types / sizeof types[0])

static bool allowed(HRESULT hr) {
    return hr == S_OK || hr == (HRESULT)DISP_E_TYPEMISMATCH || hr == (HRESULT)DISP_E_OVERFLOW;
}

static void read_as(VARIANT *text, VARTYPE type) {
    VARIANT number, written, again, kept;
    VariantInit(&number);
    V_VT(&number) = VT_I2;
    V_I2(&number) = 77;
    const HRESULT hr = VariantChangeType(&number, text, 0, type);
    FUZZ_CHECK(allowed(hr));
    if (hr != S_OK) {
        FUZZ_CHECK(V_VT(&number) == VT_I2 && V_I2(&number) == 77);
        return;
    }
    FUZZ_CHECK(V_VT(&number) == type);
    VariantInit(&written);
    VariantInit(&again);
    kept = number;
    const HRESULT said = VariantChangeType(&written, &number, 0, VT_BSTR);
    FUZZ_CHECK(said == S_OK && V_VT(&written) == VT_BSTR);
    FUZZ_CHECK(VariantChangeType(&again, &written, 0, type) == S_OK && V_VT(&again) == type);
    /* Text of fractions has 7 and 15 digits. */
    if (type == VT_R4)
        FUZZ_CHECK(fabs((double)V_R4(&again) - (double)V_R4(&kept)) <=
                   fabs((double)V_R4(&kept)) * 1e-6 + FLT_MIN);
    else if (type == VT_R8)
        FUZZ_CHECK(fabs(V_R8(&again) - V_R8(&kept)) <= fabs(V_R8(&kept)) * 1e-14 + DBL_MIN);
    else if (type == VT_BOOL)
        FUZZ_CHECK(V_BOOL(&again) == V_BOOL(&kept) && (V_BOOL(&kept) == 0 || V_BOOL(&kept) == -1));
    else if (type == VT_I1 || type == VT_UI1)
        FUZZ_CHECK(V_UI1(&again) == V_UI1(&kept));
    else if (type == VT_I2 || type == VT_UI2)
        FUZZ_CHECK(V_UI2(&again) == V_UI2(&kept));
    else if (type == VT_I8 || type == VT_UI8)
        FUZZ_CHECK(V_UI8(&again) == V_UI8(&kept));
    else
        FUZZ_CHECK(V_UI4(&again) == V_UI4(&kept));
    FUZZ_CHECK(VariantClear(&written) == S_OK);
}

/* Every value of 64 bits through its text, and into every other type. */
static void number(const uint8_t *bytes) {
    VARIANT from, to;
    for (size_t i = 0; i < TYPES; ++i) {
        VariantInit(&from);
        V_VT(&from) = types[i];
        memcpy(&V_UI8(&from), bytes, sizeof V_UI8(&from));
        for (size_t k = 0; k < TYPES; ++k) {
            VariantInit(&to);
            FUZZ_CHECK(allowed(VariantChangeType(&to, &from, 0, types[k])));
        }
        VariantInit(&to);
        FUZZ_CHECK(allowed(VariantChangeType(&to, &from, VARIANT_ALPHABOOL, VT_BSTR)));
        VariantClear(&to);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wchar_t *const wide = fuzz_alloc((size + 1) * sizeof *wide);
    VARIANT text;
    for (size_t i = 0; i < size; ++i)
        wide[i] = data[i];
    VariantInit(&text);
    V_VT(&text) = VT_BSTR;
    V_BSTR(&text) = SysAllocStringLen(wide, (UINT)size);
    free(wide);
    for (size_t i = 0; i < TYPES; ++i)
        read_as(&text, types[i]);
    FUZZ_CHECK(VariantClear(&text) == S_OK);
    if (size >= sizeof(uint64_t))
        number(data);
    return 0;
}

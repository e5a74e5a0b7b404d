/* Variants that the tests of their changes begin with: see variants.h. */
#include "variants.h"

const VARTYPE variants_plain[VARIANTS_PLAIN] = {VT_EMPTY, VT_NULL, VT_I1,  VT_UI1,  VT_I2,   VT_UI2,
                                                VT_I4,    VT_UI4,  VT_INT, VT_UINT, VT_I8,   VT_UI8,
                                                VT_R4,    VT_R8,   VT_CY,  VT_DATE, VT_BOOL, VT_ERROR};

VARIANT variants_whole(VARTYPE type, int64_t value) {
    VARIANT made = {0};
    V_VT(&made) = type;
    V_I8(&made) = value;
    return made;
}

VARIANT variants_real(VARTYPE type, double value) {
    VARIANT made = {0};
    V_VT(&made) = type;
    if (type == VT_R4)
        V_R4(&made) = (float)value;
    else
        V_R8(&made) = value;
    return made;
}

VARIANT variants_text(const wchar_t *text) {
    VARIANT made = {0};
    V_VT(&made) = VT_BSTR;
    V_BSTR(&made) = SysAllocString(text);
    return made;
}

VARIANT variants_bytes(const char *bytes, ULONG size) {
    VARIANT value = {0};
    V_VT(&value) = VT_ARRAY | VT_UI1;
    V_ARRAY(&value) = SafeArrayCreateVector(VT_UI1, 0, size);
    memcpy(V_ARRAY(&value)->pvData, bytes, size);
    return value;
}

VARIANT variants_reference(VARTYPE type, void *target) {
    VARIANT value = {0};
    V_VT(&value) = type | VT_BYREF;
    V_BYREF(&value) = target;
    return value;
}

uint64_t variants_stored(const VARIANT *value) {
    switch (V_VT(value)) {
    case VT_I1:
    case VT_UI1:
        return V_UI1(value);
    case VT_I2:
    case VT_UI2:
    case VT_BOOL:
        return V_UI2(value);
    case VT_I8:
    case VT_UI8:
        return V_UI8(value);
    default:
        return V_UI4(value);
    }
}

void variants_check(const struct change *rows, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        VARIANT target = variants_text(L"former");
        VARIANT from = rows[i].from, self = from;
        HRESULT hr = VariantChangeType(&target, &from, 0, rows[i].type);
        if (hr != rows[i].hr)
            print_error("row %zu\n", i);
        assert_hr(rows[i].hr, hr);
        if (FAILED(hr)) {
            assert_int_equal(VT_BSTR, V_VT(&target));
            assert_int_equal(0, wcscmp(L"former", V_BSTR(&target)));
        } else {
            assert_int_equal(rows[i].type, V_VT(&target));
            if (rows[i].expected != variants_stored(&target))
                print_error("row %zu\n", i);
            assert_int_equal(rows[i].expected, variants_stored(&target));
            assert_hr(S_OK, VariantChangeType(&self, &self, 0, rows[i].type));
            assert_int_equal(rows[i].expected, variants_stored(&self));
        }
        VariantClear(&target);
    }
}

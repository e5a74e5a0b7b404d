/*
 * Which types a VARIANT can have: every number there is, against the rule and, on Windows, against the
 * system's own mind.
 */
#include "support/kits/com.h"

#include "compat/variant.h"

/* [MS-OAUT] 2.2.7, those that programs meet: what arrays and references are of. */
static const VARTYPE elements[] = {VT_I1,   VT_UI1,  VT_I2,    VT_UI2,     VT_I4,      VT_UI4,     VT_I8,
                                   VT_UI8,  VT_INT,  VT_UINT,  VT_R4,      VT_R8,      VT_CY,      VT_DATE,
                                   VT_BSTR, VT_BOOL, VT_ERROR, VT_VARIANT, VT_UNKNOWN, VT_DISPATCH};

#ifdef _WIN32
#define HAS_DECIMAL true /* the system makes them; nobody does elsewhere */
#else
#define HAS_DECIMAL false
#endif
#define DECIMAL_TYPE 14u

static bool is_element(unsigned base) {
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; ++i)
        if (elements[i] == base)
            return true;
    return HAS_DECIMAL && base == DECIMAL_TYPE;
}

static void test_known__every_number(void **state) {
    (void)state;
    for (unsigned type = 0; type <= UINT16_MAX; ++type) {
        const unsigned base = type & VT_TYPEMASK, flags = type & ~(unsigned)VT_TYPEMASK;
        bool known;
        if (flags)
            known = (flags & ~(unsigned)(VT_ARRAY | VT_BYREF)) == 0 && is_element(base);
        else
            known = base == VT_EMPTY || base == VT_NULL || (base != VT_VARIANT && is_element(base));
        if (variant_type_known((VARTYPE)type) != known)
            fail_msg("0x%04X", type);
    }
}

/*
 * Whoever clears variants, the system on Windows, does so for the same types and for nothing that is no type
 * at all.
 */
static void test_known__as_clearing_sees_it(void **state) {
    (void)state;
    for (unsigned type = 0; type <= UINT16_MAX; ++type) {
        const bool is_odd = (type & ~(unsigned)(VT_TYPEMASK | VT_ARRAY | VT_BYREF)) != 0;
        VARIANT value = {0};
        V_VT(&value) = (VARTYPE)type;
        const HRESULT hr = VariantClear(&value);
        if (variant_type_known((VARTYPE)type) ? hr != S_OK : is_odd && hr != DISP_E_BADVARTYPE)
            fail_msg("0x%04X: 0x%08X", type, (unsigned)hr);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known__every_number),
        cmocka_unit_test(test_known__as_clearing_sees_it),
    };
    return cmocka_run_group_tests_name("compat/varianttype", tests, NULL, NULL);
}

/* Numbers between the types of VARIANT and as text (see variantnumber.h). Called by variantchange.c. */
#include "compat/variantnumber.h"

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/wipe.h"

#define DIGITS_R4 7
#define DIGITS_R8 15

/* From here on a double has no fraction, and the next bound is beyond 64 bits. */
#define WHOLE_FROM 9007199254740992.0
#define WHOLE_END 18446744073709551616.0

static struct variantnumber whole_from(int64_t value) {
    const uint64_t bits = (uint64_t)value;
    return (struct variantnumber){
        .whole = true, .negative = value < 0, .magnitude = value < 0 ? 0 - bits : bits};
}

static struct variantnumber unsigned_from(uint64_t value) {
    return (struct variantnumber){.whole = true, .magnitude = value};
}

static struct variantnumber real_from(double value, int digits) {
    return (struct variantnumber){.real = value, .digits = digits};
}

static struct variantnumber truth_from(VARIANT_BOOL value) {
    struct variantnumber number = whole_from(value ? -1 : 0);
    number.truth = true;
    return number;
}

bool variantnumber_read(const VARIANT *variant, struct variantnumber *out) {
    switch (variant->vt) {
    case VT_EMPTY:
        *out = whole_from(0);
        return true;
    case VT_BOOL:
        *out = truth_from(variant->boolVal);
        return true;
    case VT_I1:
        *out = whole_from(variant->cVal);
        return true;
    case VT_I2:
        *out = whole_from(variant->iVal);
        return true;
    case VT_I4:
    case VT_INT:
        *out = whole_from(variant->lVal);
        return true;
    case VT_I8:
        *out = whole_from(variant->llVal);
        return true;
    case VT_UI1:
        *out = unsigned_from(variant->bVal);
        return true;
    case VT_UI2:
        *out = unsigned_from(variant->uiVal);
        return true;
    case VT_UI4:
    case VT_UINT:
        *out = unsigned_from(variant->ulVal);
        return true;
    case VT_UI8:
        *out = unsigned_from(variant->ullVal);
        return true;
    case VT_R4:
        *out = real_from((double)variant->fltVal, DIGITS_R4);
        return true;
    case VT_R8:
    case VT_DATE:
        *out = real_from(variant->dblVal, DIGITS_R8);
        return true;
    default:
        return false;
    }
}

/* Text in the C locale: the point and nothing else, and no other thread's locale is touched. */

static double c_strtod(const char *text) {
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = uselocale(c);
    double value = strtod(text, NULL);
    uselocale(before);
    freelocale(c);
    return value;
}

static int c_print(char *text, size_t room, int digits, double value) {
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = uselocale(c);
    int length = snprintf(text, room, "%.*G", digits, value);
    uselocale(before);
    freelocale(c);
    return length;
}

static bool digit_at(const OLECHAR *text, size_t at, size_t end) {
    return at < end && text[at] >= L'0' && text[at] <= L'9';
}

static size_t skip_digits(const OLECHAR *text, size_t at, size_t end) {
    while (digit_at(text, at, end))
        ++at;
    return at;
}

static size_t skip_sign(const OLECHAR *text, size_t at, size_t end) {
    return at < end && (text[at] == L'+' || text[at] == L'-') ? at + 1 : at;
}

/* Whether text[from, end) is a number; *whole: sign and digits only. */
static bool number_spelled(const OLECHAR *text, size_t from, size_t end, bool *whole) {
    size_t start = skip_sign(text, from, end);
    size_t at = skip_digits(text, start, end);
    size_t digits = at - start;
    *whole = at == end;
    if (at < end && text[at] == L'.') {
        size_t fraction = at + 1;
        at = skip_digits(text, fraction, end);
        digits += at - fraction;
    }
    if (!digits)
        return false;
    if (at < end && (text[at] == L'e' || text[at] == L'E')) {
        size_t exponent = skip_sign(text, at + 1, end);
        at = skip_digits(text, exponent, end);
        if (at == exponent)
            return false;
    }
    return at == end;
}

/* Sign and digits. false: more than 64 bits. */
static bool whole_parse(const OLECHAR *text, size_t at, size_t end, struct variantnumber *out) {
    uint64_t value = 0;
    bool negative = text[at] == L'-';
    for (at = skip_sign(text, at, end); at < end; ++at) {
        uint64_t digit = (uint64_t)(text[at] - L'0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = unsigned_from(value);
    out->negative = negative && value;
    return true;
}

/* The characters are known to be ASCII. They may be a code that a cardholder typed. */
static HRESULT real_parse(const OLECHAR *text, size_t from, size_t end, struct variantnumber *out) {
    size_t length = end - from;
    char *ascii = malloc(length + 1);
    if (!ascii)
        return E_OUTOFMEMORY;
    for (size_t i = 0; i < length; ++i)
        ascii[i] = (char)text[from + i];
    ascii[length] = 0;
    double value = c_strtod(ascii);
    wipe_free(ascii, length);
    if (value > DBL_MAX || value < -DBL_MAX)
        return DISP_E_OVERFLOW;
    *out = real_from(value, DIGITS_R8);
    return S_OK;
}

static bool blank(OLECHAR c) {
    return c == L' ' || c == L'\t';
}

HRESULT variantnumber_parse(BSTR text, struct variantnumber *out) {
    size_t from = 0;
    size_t end = SysStringLen(text);
    bool whole = false;
    while (from < end && blank(text[from]))
        ++from;
    while (end > from && blank(text[end - 1]))
        --end;
    if (from == end || !number_spelled(text, from, end, &whole))
        return DISP_E_TYPEMISMATCH;
    if (whole && whole_parse(text, from, end, out))
        return S_OK;
    return real_parse(text, from, end, out);
}

/*
 * The nearest whole number, the even one of two. Comparisons are written so that what is no number fails
 * them.
 */
static bool real_round(double real, struct variantnumber *out) {
    double size = real < 0 ? -real : real;
    if (!(size < WHOLE_END))
        return false;
    uint64_t magnitude = (uint64_t)size;
    if (size < WHOLE_FROM) {
        double rest = size - (double)magnitude;
        if (rest > 0.5 || (rest == 0.5 && magnitude % 2))
            ++magnitude;
    }
    *out = unsigned_from(magnitude);
    out->negative = real < 0 && magnitude;
    return true;
}

/* Bits of an integer type, 0 for others. */
static unsigned integer_bits(VARTYPE type, bool *is_signed) {
    *is_signed = type == VT_I1 || type == VT_I2 || type == VT_I4 || type == VT_INT || type == VT_I8;
    switch (type) {
    case VT_I1:
    case VT_UI1:
        return 8;
    case VT_I2:
    case VT_UI2:
        return 16;
    case VT_I4:
    case VT_UI4:
    case VT_INT:
    case VT_UINT:
        return 32;
    case VT_I8:
    case VT_UI8:
        return 64;
    default:
        return 0;
    }
}

static bool integer_fits(const struct variantnumber *number, unsigned bits, bool is_signed) {
    const uint64_t all = UINT64_MAX >> (64 - bits);
    if (!is_signed)
        return (!number->negative || number->truth) && number->magnitude <= all;
    return number->magnitude <= all / 2 + (number->negative ? 1 : 0);
}

/* Stores the low bits: two's complement of a negative number. */
static void integer_store(const struct variantnumber *number, unsigned bits, VARIANT *out) {
    const uint64_t value = number->negative ? 0 - number->magnitude : number->magnitude;
    if (bits == 8)
        out->bVal = (uint8_t)value;
    else if (bits == 16)
        out->uiVal = (uint16_t)value;
    else if (bits == 32)
        out->ulVal = (uint32_t)value;
    else
        out->ullVal = value;
}

static double real_value(const struct variantnumber *number) {
    if (!number->whole)
        return number->real;
    return number->negative ? -(double)number->magnitude : (double)number->magnitude;
}

static HRESULT real_write(double value, VARTYPE type, VARIANT *out) {
    if (type != VT_R4)
        out->dblVal = value;
    else if (value <= (double)FLT_MAX && value >= -(double)FLT_MAX)
        out->fltVal = (float)value;
    else
        return DISP_E_OVERFLOW;
    return S_OK;
}

static HRESULT integer_write(const struct variantnumber *number, unsigned bits, bool is_signed,
                             VARIANT *out) {
    struct variantnumber whole = *number;
    if (!number->whole && !real_round(number->real, &whole))
        return DISP_E_OVERFLOW;
    if (!integer_fits(&whole, bits, is_signed))
        return DISP_E_OVERFLOW;
    integer_store(&whole, bits, out);
    return S_OK;
}

HRESULT variantnumber_write(const struct variantnumber *number, VARTYPE type, VARIANT *out) {
    VARIANT made = {.vt = type};
    bool is_signed = false;
    HRESULT hr = S_OK;
    unsigned bits = integer_bits(type, &is_signed);
    if (bits)
        hr = integer_write(number, bits, is_signed, &made);
    else if (type == VT_R4 || type == VT_R8 || type == VT_DATE)
        hr = real_write(real_value(number), type, &made);
    else if (type == VT_BOOL)
        made.boolVal = number->magnitude || number->real != 0 ? VARIANT_TRUE : VARIANT_FALSE;
    else
        hr = DISP_E_TYPEMISMATCH;
    if (SUCCEEDED(hr))
        *out = made;
    return hr;
}

HRESULT variantnumber_text(const struct variantnumber *number, BSTR *out) {
    char text[40];
    OLECHAR wide[40];
    int length = 0;
    if (number->whole)
        length = snprintf(text, sizeof text, "%s%" PRIu64, number->negative ? "-" : "", number->magnitude);
    else if (number->real <= DBL_MAX && number->real >= -DBL_MAX)
        length = c_print(text, sizeof text, number->digits, number->real == 0 ? 0.0 : number->real);
    else
        return DISP_E_OVERFLOW;
    for (int i = 0; i < length; ++i)
        wide[i] = (OLECHAR)text[i];
    *out = SysAllocStringLen(wide, (UINT)length);
    wipe(text, sizeof text);
    wipe(wide, sizeof wide);
    return *out ? S_OK : E_OUTOFMEMORY;
}

/* Safe arrays of strings: see stringarrays.h. */
#include "support/kits/stringarrays.h"

#include <setjmp.h>
#include <stdarg.h>
#include <wchar.h>

#include <cmocka.h>

#define TEXT_ROOM 4096

static LONG count_of(const wchar_t *texts) {
    LONG count = 1;
    if (!texts)
        return 0;
    for (; (texts = wcschr(texts, L'|')) != NULL; ++texts)
        ++count;
    return count;
}

SAFEARRAY *array_from(const wchar_t *texts, VARTYPE type) {
    const LONG count = count_of(texts);
    SAFEARRAY *array = SafeArrayCreateVector(type, 0, (ULONG)count);
    assert_non_null(array);
    for (LONG i = 0; i < count; ++i) {
        const size_t length = wcscspn(texts, L"|");
        BSTR string = SysAllocStringLen(texts, (UINT)length);
        VARIANT variant;
        assert_non_null(string);
        VariantInit(&variant);
        V_VT(&variant) = VT_BSTR;
        V_BSTR(&variant) = string;
        assert_int_equal(SafeArrayPutElement(array, &i, type == VT_BSTR ? (void *)string : (void *)&variant),
                         S_OK);
        SysFreeString(string);
        texts += length + 1;
    }
    return array;
}

void assert_array_at(SAFEARRAY *array, const wchar_t *texts, const char *file, int line) {
    static wchar_t all[TEXT_ROOM];
    LONG lower = -1;
    LONG upper = -2;
    VARTYPE type = VT_EMPTY;
    _assert_true(array != NULL, "there is an array", file, line);
    _assert_int_equal(SafeArrayGetDim(array), 1, file, line);
    _assert_true(SafeArrayGetVartype(array, &type) == S_OK && type == VT_BSTR, "of BSTR", file, line);
    _assert_true(SafeArrayGetLBound(array, 1, &lower) == S_OK && lower == 0, "counted from 0", file, line);
    _assert_true(SafeArrayGetUBound(array, 1, &upper) == S_OK, "with an upper bound", file, line);
    *all = 0;
    for (LONG i = 0; i <= upper; ++i) {
        BSTR string = NULL;
        _assert_true(SafeArrayGetElement(array, &i, &string) == S_OK, "an element", file, line);
        _assert_true(wcslen(all) + SysStringLen(string) + 2 < TEXT_ROOM, "room for all", file, line);
        if (i)
            wcscat(all, L"|");
        wcscat(all, string);
        SysFreeString(string);
    }
    if (wcscmp(all, texts ? texts : L"") != 0) {
        print_error("holds \"%ls\", expected \"%ls\"\n", all, texts ? texts : L"");
        _fail(file, line);
    }
    _assert_true(upper + 1 == count_of(texts), "as many elements", file, line);
    _assert_true(SafeArrayDestroy(array) == S_OK, "not locked", file, line);
}

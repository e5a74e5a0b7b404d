/* Identifiers as text: what is read is written the same, but for the case of its letters. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "compat/guidtext.h"
#include "fuzz.h"

static void check_text(const wchar_t *text, size_t length) {
    GUID guid, before;
    wchar_t back[GUID_TEXT_LENGTH + 1];
    memset(&before, 0xA5, sizeof before);
    guid = before;
    if (!guid_from_text(text, &guid)) {
        FUZZ_CHECK(memcmp(&guid, &before, sizeof guid) == 0);
        FUZZ_CHECK(IIDFromString(text, &guid) == (HRESULT)CO_E_IIDSTRING);
        return;
    }
    FUZZ_CHECK(length == GUID_TEXT_LENGTH);
    FUZZ_CHECK(StringFromGUID2(&guid, back, GUID_TEXT_LENGTH) == 0);
    FUZZ_CHECK(StringFromGUID2(&guid, back, GUID_TEXT_LENGTH + 1) == GUID_TEXT_LENGTH + 1);
    FUZZ_CHECK(wcscasecmp(back, text) == 0);
    FUZZ_CHECK(IIDFromString(text, &before) == S_OK && IsEqualGUID(&before, &guid));
}

static void check_guid(const uint8_t *bytes) {
    GUID guid, back;
    wchar_t *text = NULL;
    memcpy(&guid, bytes, sizeof guid);
    FUZZ_CHECK(StringFromCLSID(&guid, &text) == S_OK);
    FUZZ_CHECK(guid_from_text(text, &back) && IsEqualGUID(&guid, &back));
    CoTaskMemFree(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* The first byte says whether a character is a byte of the input or as wide as characters are. */
    const size_t width = size && (data[0] & 1) ? sizeof(wchar_t) : 1;
    const size_t count = size ? (size - 1) / width : 0;
    wchar_t *const text = fuzz_alloc((count + 1) * sizeof *text);
    for (size_t i = 0; i < count; ++i)
        if (width == 1)
            text[i] = data[1 + i];
        else
            memcpy(&text[i], data + 1 + i * width, width);
    text[count] = 0;
    check_text(text, wcslen(text));
    free(text);
    if (size >= sizeof(GUID))
        check_guid(data);
    return 0;
}

/* Text at the edges: what is text survives both ways; what is none never gets through as text. */
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "fuzz.h"

#define REPLACEMENT 0xFFFD

/*
 * How many wchar_t the character at the start takes, two for a pair of surrogates in UTF-16; 0: it is none.
 */
static size_t character(const wchar_t *wide, size_t left) {
    const bool utf16 = sizeof(wchar_t) == 2;
    const uint32_t c = utf16 ? (uint16_t)wide[0] : (uint32_t)wide[0];
    if (c < 0xD800 || c > 0xDFFF)
        return c && c <= 0x10FFFF;
    return utf16 && c < 0xDC00 && left > 1 && (uint32_t)wide[1] >= 0xDC00 && (uint32_t)wide[1] <= 0xDFFF ? 2
                                                                                                         : 0;
}

static bool is_text(const wchar_t *wide, size_t count) {
    for (size_t at = 0, taken; at < count; at += taken) {
        taken = character(wide + at, count - at);
        if (!taken)
            return false;
    }
    return true;
}

/* Names are bytes: whatever they are, they come back. */
static void name_from_bytes(const char *name) {
    size_t count = 0;
    int invalid = -1;
    wchar_t *const wide = utf8_name_to_wide(name, &count);
    FUZZ_CHECK(wide && count <= strlen(name) && wide[count] == 0);
    char *const back = utf8_name_from_wide(wide, count, &invalid);
    FUZZ_CHECK(back && invalid == 0 && (sizeof(wchar_t) == 2 || strcmp(back, name) == 0));
    free(back);
    free(wide);
}

static void from_bytes(const uint8_t *data, size_t size) {
    char *const text = fuzz_copy(data, size, 1);
    const size_t length = strlen(text);
    name_from_bytes(text);
    size_t count = 0, again = 0, replaced = 0;
    int invalid = -1;
    wchar_t *const wide = utf8_to_wide(text, &count);
    FUZZ_CHECK(wide && count <= length && wide[count] == 0);
    FUZZ_CHECK(is_text(wide, count));
    for (size_t i = 0; i < count; ++i)
        replaced += wide[i] == REPLACEMENT;
    char *const back = utf8_from_wide(wide, count, &invalid);
    FUZZ_CHECK(back && invalid == 0);
    if (!replaced)
        FUZZ_CHECK(strcmp(back, text) == 0);
    wchar_t *const stable = utf8_to_wide(back, &again);
    FUZZ_CHECK(stable && again == count && wmemcmp(stable, wide, count + 1) == 0);
    free(stable);
    free(back);
    free(wide);
    free(text);
}

static void from_wide(const uint8_t *data, size_t size) {
    const size_t count = size / sizeof(wchar_t);
    wchar_t *const wide = fuzz_copy(data, count * sizeof(wchar_t), 0);
    const bool sound = is_text(wide, count);
    int invalid = -1;
    char *const text = utf8_from_wide(wide, count, &invalid);
    FUZZ_CHECK((text != NULL) == sound && invalid == !sound);
    if (text) {
        size_t again = 0;
        wchar_t *const back = utf8_to_wide(text, &again);
        FUZZ_CHECK(back && again == count && wmemcmp(back, wide, count) == 0);
        free(back);
    }
    free(text);
    free(wide);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    from_bytes(data, size);
    from_wide(data, size);
    return 0;
}

/* Text at the edges: what is text survives both ways; what is none never gets through as text. */
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "fuzz.h"

#define REPLACEMENT 0xFFFD

static bool is_text(uint32_t c) {
    return c && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

static void from_bytes(const uint8_t *data, size_t size) {
    char *const text = fuzz_copy(data, size, 1);
    const size_t length = strlen(text);
    size_t count = 0, again = 0, replaced = 0;
    int invalid = -1;
    wchar_t *const wide = utf8_to_wide(text, &count);
    FUZZ_CHECK(wide && count <= length && wide[count] == 0);
    for (size_t i = 0; i < count; ++i) {
        FUZZ_CHECK(is_text((uint32_t)wide[i]));
        replaced += wide[i] == REPLACEMENT;
    }
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
    bool sound = true;
    int invalid = -1;
    for (size_t i = 0; i < count; ++i)
        sound = sound && is_text((uint32_t)wide[i]);
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

/*
 * Specifications of resource managers: the parts with commas between them are the text again; each but the
 * first begins with the name of a backend, and no comma within one has such a name behind it.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "module/specification.h"

static bool is_backend(const char *name, size_t length) {
    return (length == 3 && memcmp(name, "sim", 3) == 0) || (length == 6 && memcmp(name, "system", 6) == 0);
}

/* Whether a part of a list could begin here. */
static bool could_begin(const char *text) {
    return is_backend(text, strcspn(text, ":,"));
}

static void check_part(const struct specification_part *part) {
    const char *colon = memchr(part->text, ':', part->length);
    FUZZ_CHECK(part->has_argument == (colon != NULL));
    FUZZ_CHECK(part->name_length == (colon ? (size_t)(colon - part->text) : part->length));
    for (size_t i = 0; i < part->length; i++)
        FUZZ_CHECK(part->text[i] != ',' || !could_begin(part->text + i + 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *const text = fuzz_alloc(size + 1);
    struct specification_part part;
    memcpy(text, data, size);
    text[size] = '\0';
    const char *rest = text, *at = text;
    while (specification_next(&rest, is_backend, &part)) {
        FUZZ_CHECK(part.text == at);
        FUZZ_CHECK(at == text || could_begin(at));
        check_part(&part);
        at = part.text + part.length;
        FUZZ_CHECK(rest ? *at == ',' && rest == at + 1 : *at == '\0');
        at = rest;
    }
    FUZZ_CHECK(rest == NULL);
    free(text);
    return 0;
}

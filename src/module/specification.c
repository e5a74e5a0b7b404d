/* Specifications of resource managers, taken apart: see specification.h. */
#include "module/specification.h"

#include <string.h>

/* Whether a new part begins here: the name of a backend, and then what may stand behind one. */
static bool begins_part(const char *text, specification_names is_backend) {
    const size_t length = strcspn(text, ":,");
    return is_backend(text, length);
}

/* The comma that ends the part which begins here; NULL: it is the last one. */
static const char *find_end(const char *text, specification_names is_backend) {
    const char *comma = strchr(text, ',');
    while (comma && !begins_part(comma + 1, is_backend))
        comma = strchr(comma + 1, ',');
    return comma;
}

bool specification_next(const char **rest, specification_names is_backend, struct specification_part *out) {
    const char *text = *rest;
    if (!text)
        return false;
    const char *end = find_end(text, is_backend);
    out->text = text;
    out->length = end ? (size_t)(end - text) : strlen(text);
    const char *colon = memchr(text, ':', out->length);
    out->has_argument = colon != NULL;
    out->name_length = colon ? (size_t)(colon - text) : out->length;
    *rest = end ? end + 1 : NULL;
    return true;
}

/* Agents' descriptions as bytes: see description.h. */
#include "remote/description.h"

#include <string.h>

#include "remote/octets.h"

size_t description_encode(const struct description *description, const struct names *readers, uint8_t *out,
                          size_t room) {
    struct octets_out to = {.at = out, .room = room};
    octets_put_number(&to, description->instance, 8);
    octets_put_number(&to, description->news, 8);
    octets_put_number(&to, description->since, 8);
    octets_put_number(&to, description->lease_ms, 4);
    octets_put_number(&to, description->settled, 1);
    octets_put_text(&to, description->name, description->name_size);
    octets_put_text(&to, description->who, description->who_size);
    for (const char *name = NULL; (name = names_next(readers, name)) != NULL;)
        octets_put_text(&to, name, strlen(name));
    return to.full ? 0 : (size_t)(to.at - out);
}

/* Whether what follows is names, down to the last byte. */
static bool are_names(struct octets_in in) {
    size_t size;
    while (in.left && !in.short_of)
        if (!octets_take_text(&in, &size) || size == 0)
            return false;
    return !in.short_of;
}

bool description_decode(const uint8_t *bytes, size_t size, struct description *out) {
    struct octets_in in = {.at = bytes, .left = size};
    *out = (struct description){.instance = octets_take_number(&in, 8)};
    out->news = octets_take_number(&in, 8);
    out->since = octets_take_number(&in, 8);
    out->lease_ms = octets_take_word(&in);
    const uint64_t settled = octets_take_number(&in, 1);
    out->settled = settled == 1;
    out->name = octets_take_text(&in, &out->name_size);
    out->who = octets_take_text(&in, &out->who_size);
    out->readers = in.at;
    out->readers_size = in.left;
    return !in.short_of && settled <= 1 && out->name_size && are_names(in);
}

const char *description_reader(const struct description *description, const uint8_t **at, size_t *size) {
    const uint8_t *end = description->readers + description->readers_size;
    if (!*at)
        *at = description->readers;
    if (*at == end)
        return NULL;
    struct octets_in in = {.at = *at, .left = (size_t)(end - *at)};
    const char *name = octets_take_text(&in, size);
    *at = in.at;
    return name;
}

/* Who uses an agent: see usage.h. */
#include "remote/usage.h"

#include "remote/octets.h"

size_t usage_encode(const struct usage *usage, uint8_t *out, size_t room) {
    struct octets_out to = {.at = out, .room = room};
    octets_put_number(&to, usage->since, 8);
    octets_put_number(&to, usage->idle_ms, 4);
    octets_put_text(&to, usage->who, usage->who_size);
    octets_put_text(&to, usage->readers, usage->readers_size);
    return to.full ? 0 : (size_t)(to.at - out);
}

bool usage_decode(const uint8_t **bytes, size_t *size, struct usage *out) {
    struct octets_in in = {.at = *bytes, .left = *size};
    if (!*size)
        return false;
    out->since = octets_take_number(&in, 8);
    out->idle_ms = octets_take_word(&in);
    out->who = octets_take_text(&in, &out->who_size);
    out->readers = octets_take_text(&in, &out->readers_size);
    *bytes = in.at;
    *size = in.left;
    return !in.short_of;
}

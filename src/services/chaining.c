/* Long data in short commands: see chaining.h. */
#include "services/chaining.h"

#include <stdbool.h>

#define CHAINED 0x10u     /* in the class: more of this command follows */
#define PROPRIETARY 0x80u /* in the class: it is not interindustry (§5.1.1) */

/* The link of the chain that begins with these bytes. Returns whether it is the last. */
static bool cut(const struct apdu *command, const uint8_t *bytes, size_t left, struct apdu *out) {
    const bool last = left <= APDU_SHORT_NC_MAX;
    *out = *command;
    out->nc = last ? (uint32_t)left : APDU_SHORT_NC_MAX;
    out->data = out->nc ? bytes : NULL;
    if (!last) {
        out->cla |= CHAINED;
        out->ne = 0;
    }
    return last;
}

HRESULT chaining_send(struct service_link *link, const struct apdu *command, const uint8_t *bytes,
                      size_t size, enum sw_use use, struct service_answer *answer) {
    size_t sent = 0;
    bool last = false;
    HRESULT hr = S_OK;
    *answer = (struct service_answer){0};
    if (size > APDU_SHORT_NC_MAX && command->cla & PROPRIETARY)
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    while (SUCCEEDED(hr) && !last) {
        struct apdu next;
        last = cut(command, size ? bytes + sent : NULL, size - sent, &next);
        hr = service_send(link, &next, answer);
        if (SUCCEEDED(hr))
            hr = hresult_from_sw(answer->sw, use);
        sent += next.nc;
    }
    if (!last)
        answer->size = 0;
    return hr;
}

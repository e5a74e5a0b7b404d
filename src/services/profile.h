/*
 * How a family of cards differs from ISO/IEC 7816-4 where files are concerned. Each is a table of its own in
 * profiles/; which one a card has is told by its ATR.
 */
#ifndef SCARDSSP_SERVICES_PROFILE_H
#define SCARDSSP_SERVICES_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/fcp.h"
#include "services/code.h"
#include "services/link.h"

/* Identifiers from `first` to `last`. */
struct profile_ids {
    uint16_t first, last;
};

struct profile {
    const char *name;
    uint8_t cla;            /* class of the commands */
    struct code_form codes; /* how codes of the card holder are shown; its class is that one */
    /* Takes apart what SELECT answers; as fcp_parse(). */
    bool (*parse)(const uint8_t *bytes, size_t size, struct fcp *out);
    const struct profile_ids *ids; /* identifiers that such cards use, to be asked for; {0, 0} ends them */
};

/* ISO/IEC 7816-4 as it is written. */
extern const struct profile profile_iso;

/* The profile of the card behind the link: the first whose rule fits its ATR, or else profile_iso. */
const struct profile *profile_for(const struct service_link *link);

#endif

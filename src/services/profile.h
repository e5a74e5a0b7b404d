/*
 * How a family of cards differs from ISO/IEC 7816-4 where files are concerned. Each is a table of its own in
 * profiles/; which one a card has is told by what it answers to the first
 * SELECT, since ATRs of such cards have nothing in common.
 */
#ifndef SCARDSSP_SERVICES_PROFILE_H
#define SCARDSSP_SERVICES_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/fcp.h"
#include "services/code.h"

/* Identifiers from `first` to `last`. */
struct profile_ids {
    uint16_t first, last;
};

struct profile {
    const char *name;
    uint8_t cla;            /* class of the commands */
    struct code_form codes; /* how codes of the card holder are shown; its class is that one */
    /*
     * SELECT takes one identifier, P2 00 and no Le; the answer is fetched by GET RESPONSE after 9Fxx, and is
     * no data objects. Nothing is selected by name.
     */
    bool plain_select;
    bool exact_records; /* READ RECORD wants the size of a record as its Le */
    /* UPDATE RECORD of a cyclic file takes P2 03 alone: over the oldest, which becomes the first. */
    bool cyclic_previous;
    /* Its status words as those of ISO/IEC 7816-4; NULL: they are. */
    uint16_t (*word)(uint16_t sw);
    uint16_t (*code_word)(uint16_t sw); /* the same after a command about a code of the card holder */
    /* Takes apart what SELECT answers; as fcp_parse(). */
    bool (*parse)(const uint8_t *bytes, size_t size, struct fcp *out);
    const struct profile_ids *ids; /* identifiers that such cards use, to be asked for; {0, 0} ends them */
};

/* ISO/IEC 7816-4 as it is written; what every card is taken for until it says otherwise. */
extern const struct profile profile_iso;
/* SIMs of GSM (3GPP TS 51.011). */
extern const struct profile profile_gsm;
/* UICCs (ETSI TS 102 221) with a USIM (3GPP TS 31.102). */
extern const struct profile profile_uicc;

/*
 * The profile of a card that was taken for `now` and has answered a SELECT with this status word and these
 * bytes: the same where they are nothing new.
 */
const struct profile *profile_learn(const struct profile *now, uint16_t sw, const uint8_t *bytes,
                                    size_t size);

#endif

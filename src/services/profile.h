/*
 * How a kind of card differs from ISO/IEC 7816-4: how it is recognised, how it is asked, which files and data
 * objects it has, how it takes codes and keys. Each is one table in a file of its own in profiles/ and a row
 * in profile.c. A whole card has a profile, which holds for it from the master file down; an application
 * (recognised by its name) may have another one, which holds in its directory.
 */
#ifndef SCARDSSP_SERVICES_PROFILE_H
#define SCARDSSP_SERVICES_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/fcp.h"

#define PROFILE_AID_MAX 16u

/* The names of applications begin with these bytes. */
struct profile_aid {
    uint8_t size;
    uint8_t bytes[PROFILE_AID_MAX];
};

/*
 * What gives a card away in its answer to the first SELECT: the status word, and a data object among the file
 * control parameters (tag; 0: none is looked for).
 */
struct profile_sign {
    uint16_t sw;
    uint16_t tag;
};

/* A status word of the card's own, after the mask, and what that is in ISO/IEC 7816-4. */
struct profile_word {
    uint16_t sw, mask, iso;
};

/* Identifiers from `first` to `last`. */
struct profile_range {
    uint16_t first, last;
};

/* A data object of an application that has no files: its identifier as one, and its tag. */
struct profile_object {
    uint16_t id;
    uint32_t tag;
};

/* How codes of the card holder are shown; all zero: as long as they are. */
struct profile_form {
    uint8_t size; /* a shorter code is filled up to this many bytes; 0: it is not */
    uint8_t pad;  /* with this byte */
};

enum profile_flag {
    /*
     * SELECT takes one identifier, P2 00 and no Le; the answer is fetched by GET RESPONSE after 9Fxx, and is
     * that of 3GPP TS 51.011 §9.2.1 instead of data objects. Nothing is selected by name.
     */
    PROFILE_PLAIN_SELECT = 0x01,
    PROFILE_EXACT_RECORDS = 0x02, /* READ RECORD wants the size of a record as its Le */
    /* UPDATE RECORD of a cyclic file takes P2 03 alone: over the oldest, which becomes the first. */
    PROFILE_CYCLIC_PREVIOUS = 0x04,
    /*
     * Objects go by the odd instructions (ISO/IEC 7816-4:2005 §7.4.2): P1 P2 are 3FFF, the tag is in a list
     * 5C, the value in an object 53. Else P1 P2 are the tag, and the value is bare.
     */
    PROFILE_LISTED_OBJECTS = 0x08,
    /*
     * Application and card prove themselves by templates of GENERAL AUTHENTICATE (dynamicauth.h); else by
     * EXTERNAL and INTERNAL AUTHENTICATE.
     */
    PROFILE_TEMPLATES = 0x10,
};

/* The rows of an array, and their number, as two members of a profile. */
#define PROFILE_ROWS(member, count, rows) .member = (rows), .count = sizeof(rows) / sizeof *(rows)

struct profile {
    const char *name;
    uint32_t flags; /* enum profile_flag */

    /* How it is recognised: an application by its name, a card by its answer. */
    const struct profile_aid *aids;
    size_t aid_count;
    const struct profile_sign *signs;
    size_t sign_count;

    /* Commands: their class, and status words; those after commands about codes are looked for first. */
    uint8_t cla;
    const struct profile_word *words;
    size_t word_count;
    const struct profile_word *code_words;
    size_t code_word_count;

    /* Files: identifiers that such cards use, to be asked for; none: those of the card. */
    const struct profile_range *ranges;
    size_t range_count;

    /* Objects instead of files, and the instructions that get and put them. */
    uint8_t get, put;
    const struct profile_object *objects;
    size_t object_count;

    struct profile_form form; /* of its codes */
};

/* ISO/IEC 7816-4 as it is written; what every card is taken for until it says otherwise. */
extern const struct profile profile_iso;
extern const struct profile profile_gsm;     /* SIMs of GSM (3GPP TS 51.011) */
extern const struct profile profile_uicc;    /* UICCs (ETSI TS 102 221) with a USIM (3GPP TS 31.102) */
extern const struct profile profile_piv;     /* PIV (NIST SP 800-73-4) */
extern const struct profile profile_openpgp; /* OpenPGP card 3.4 */

/* The profile of the application with that name, the one that knows most of the name; NULL: none has it. */
const struct profile *profile_of_name(const uint8_t *name, size_t size);

/*
 * The profile of a card that was taken for `now` and has answered a SELECT with this status word and these
 * bytes: the same where they are nothing new.
 */
const struct profile *profile_learn(const struct profile *now, uint16_t sw, const uint8_t *bytes,
                                    size_t size);

/* Takes apart what such a card answers to SELECT; as fcp_parse(). */
bool profile_parse(const struct profile *profile, const uint8_t *bytes, size_t size, struct fcp *out);

/* What the card's status word is in ISO/IEC 7816-4; after a command about a code of the card holder. */
uint16_t profile_word(const struct profile *profile, uint16_t sw);
uint16_t profile_code_word(const struct profile *profile, uint16_t sw);

/* The object that has this identifier as a file, NULL: there is none. */
const struct profile_object *profile_object(const struct profile *profile, uint16_t id);

/* Whether the flag is among the profile's. */
static inline bool profile_has(const struct profile *profile, enum profile_flag flag) {
    return profile->flags & (uint32_t)flag;
}

#endif

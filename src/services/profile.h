/*
 * How a kind of card differs from ISO/IEC 7816-4: how it is recognised, how it is asked, which files and data
 * objects it has, how it takes codes and keys. Each is one table, a struct scardssp_profile
 * (scardssp_profile.h, where every member is explained): the library's own are a file each in profiles/ and a
 * row in profile.c, vendors bring theirs in shared objects. A whole card has a profile, which holds for it
 * from the master file down; an application (recognised by its name) may have another one, which holds in its
 * directory.
 */
#ifndef SCARDSSP_SERVICES_PROFILE_H
#define SCARDSSP_SERVICES_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/fcp.h"
#include "scardssp_profile.h"

/* The rows of an array, and their number, as two members of a profile. */
#define PROFILE_ROWS(member, count, rows) .member = (rows), .count = sizeof(rows) / sizeof *(rows)

/* ISO/IEC 7816-4 as it is written; what every card is taken for until it says otherwise. */
extern const struct scardssp_profile profile_iso;
extern const struct scardssp_profile profile_gsm;     /* SIMs of GSM (3GPP TS 51.011) */
extern const struct scardssp_profile profile_uicc;    /* UICCs (ETSI TS 102 221), USIM (3GPP TS 31.102) */
extern const struct scardssp_profile profile_piv;     /* PIV (NIST SP 800-73-4) */
extern const struct scardssp_profile profile_openpgp; /* OpenPGP card 3.4 */

/*
 * Makes these the vendors' profiles, instead of those before; the last ones come first where several know a
 * card. The tables have been looked at (profileintake.h) and stay for ever; the array is copied. Any thread.
 * false: out of memory, nothing changed.
 */
bool profile_offer(const struct scardssp_profile *const *profiles, size_t count);

/* Whether a profile of the library has this name. */
bool profile_is_own(const char *name);

/* The profile of a card with this ATR; profile_iso where none knows it. */
const struct scardssp_profile *profile_of_atr(const uint8_t *atr, size_t size);

/* The profile of the application with that name, the one that knows most of the name; NULL: none has it. */
const struct scardssp_profile *profile_of_name(const uint8_t *name, size_t size);

/*
 * The beginning of a name of an application that has data objects in the place of files; counted from 0, of
 * all profiles. NULL: there are no more.
 */
const struct scardssp_profile_aid *profile_objects_aid(size_t number);

/*
 * The profile of a card that was taken for `now` and has answered a SELECT with this status word and these
 * bytes: the same where they are nothing new.
 */
const struct scardssp_profile *profile_learn(const struct scardssp_profile *now, uint16_t sw,
                                             const uint8_t *bytes, size_t size);

/* Takes apart what such a card answers to SELECT; as fcp_parse(). */
bool profile_parse(const struct scardssp_profile *profile, const uint8_t *bytes, size_t size,
                   struct fcp *out);

/* What the card's status word is in ISO/IEC 7816-4; after a command about a code of the card holder. */
uint16_t profile_word(const struct scardssp_profile *profile, uint16_t sw);
uint16_t profile_code_word(const struct scardssp_profile *profile, uint16_t sw);

/*
 * The row of a file by its name, of an object by its identifier as a file, of a code and of a key by what a
 * program asks for; NULL: there is none.
 */
const struct scardssp_profile_file *profile_file(const struct scardssp_profile *profile, const char *name);
const struct scardssp_profile_object *profile_object(const struct scardssp_profile *profile, uint16_t id);
const struct scardssp_profile_code *profile_code(const struct scardssp_profile *profile, uint8_t asked);
const struct scardssp_profile_key *profile_key(const struct scardssp_profile *profile, uint8_t asked);

/* Whether the text could be a file's name, and a profile's: as scardssp_profile.h has them. */
bool profile_is_label(const char *text);
bool profile_name_is_valid(const char *text);

/* Whether the flag (SCARDSSP_PROFILE_*) is among the profile's. */
static inline bool profile_has(const struct scardssp_profile *profile, uint32_t flag) {
    return profile->flags & flag;
}

#endif

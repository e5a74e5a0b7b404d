/* Which profile a card or an application has, and what its table says: see profile.h. */
#include "services/profile.h"

#include <string.h>

#include "apdu/gsmfile.h"
#include "apdu/tlv.h"

/* All there are: a new one is a file in profiles/ and a row here. */
static const struct profile *const profiles[] = {&profile_iso, &profile_gsm, &profile_uicc, &profile_piv,
                                                 &profile_openpgp};
#define PROFILES (sizeof profiles / sizeof profiles[0])

/* Recognising */

/* Bytes of the name that the profile knows; 0: it is none of its applications. */
static size_t known_of(const struct profile *profile, const uint8_t *name, size_t size) {
    size_t most = 0;
    for (size_t i = 0; i < profile->aid_count; ++i) {
        const struct profile_aid *const aid = &profile->aids[i];
        if (aid->size <= size && aid->size > most && memcmp(name, aid->bytes, aid->size) == 0)
            most = aid->size;
    }
    return most;
}

const struct profile *profile_of_name(const uint8_t *name, size_t size) {
    const struct profile *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < PROFILES; ++i) {
        const size_t known = known_of(profiles[i], name, size);
        if (known <= most)
            continue;
        most = known;
        best = profiles[i];
    }
    return best;
}

static bool has_tag(const uint8_t *bytes, size_t size, uint16_t tag) {
    const uint8_t *content = NULL;
    size_t content_size = 0;
    struct tlv_object object;
    return fcp_content(bytes, size, &content, &content_size) && tlv_find(content, content_size, tag, &object);
}

static bool shows_sign(const struct profile *profile, uint16_t sw, const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < profile->sign_count; ++i) {
        const struct profile_sign *const sign = &profile->signs[i];
        if (sign->sw == sw && (!sign->tag || has_tag(bytes, size, sign->tag)))
            return true;
    }
    return false;
}

const struct profile *profile_learn(const struct profile *now, uint16_t sw, const uint8_t *bytes,
                                    size_t size) {
    if (now != &profile_iso)
        return now;
    for (size_t i = 0; i < PROFILES; ++i)
        if (shows_sign(profiles[i], sw, bytes, size))
            return profiles[i];
    return now;
}

/* Reading the table */

bool profile_parse(const struct profile *profile, const uint8_t *bytes, size_t size, struct fcp *out) {
    return profile_has(profile, PROFILE_PLAIN_SELECT) ? gsmfile_parse(bytes, size, out)
                                                      : fcp_parse(bytes, size, out);
}

static bool translate(const struct profile_word *words, size_t count, uint16_t *sw) {
    for (size_t i = 0; i < count; ++i)
        if ((*sw & words[i].mask) == words[i].sw) {
            *sw = words[i].iso;
            return true;
        }
    return false;
}

uint16_t profile_word(const struct profile *profile, uint16_t sw) {
    (void)translate(profile->words, profile->word_count, &sw);
    return sw;
}

uint16_t profile_code_word(const struct profile *profile, uint16_t sw) {
    return translate(profile->code_words, profile->code_word_count, &sw) ? sw : profile_word(profile, sw);
}

const struct profile_object *profile_object(const struct profile *profile, uint16_t id) {
    for (size_t i = 0; i < profile->object_count; ++i)
        if (profile->objects[i].id == id)
            return &profile->objects[i];
    return NULL;
}

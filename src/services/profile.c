/* Which profile a card or an application has, and what its table says: see profile.h. */
#include "services/profile.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "apdu/gsmfile.h"
#include "apdu/tlv.h"
#include "base/ascii.h"

/* All there are of the library's own: a new one is a file in profiles/ and a row here. */
static const struct scardssp_profile *const own[] = {&profile_iso, &profile_gsm, &profile_uicc, &profile_piv,
                                                     &profile_openpgp};
#define OWN (sizeof own / sizeof own[0])

/* What vendors have brought. Never changed once it is there, and never freed: others may be reading it. */
struct offer {
    const struct offer *former;
    size_t count;
    const struct scardssp_profile *profiles[];
};
static _Atomic(const struct offer *) vendors;

bool profile_offer(const struct scardssp_profile *const *profiles, size_t count) {
    const struct offer *const now = atomic_load(&vendors);
    const size_t size = count * sizeof *profiles;
    if ((now ? now->count : 0) == count && (!count || memcmp(now->profiles, profiles, size) == 0))
        return true;
    struct offer *const next = malloc(sizeof *next + size);
    if (!next)
        return false;
    next->count = count;
    if (count)
        memcpy(next->profiles, profiles, size);
    next->former = now;
    while (!atomic_compare_exchange_weak(&vendors, &next->former, next))
        ;
    return true;
}

/*
 * The profile with this number, in the order in which they count: vendors', the last one first; NULL: the
 * end.
 */
static const struct scardssp_profile *profile_at(size_t at) {
    const struct offer *const offer = atomic_load_explicit(&vendors, memory_order_acquire);
    const size_t count = offer ? offer->count : 0;
    if (at < count)
        return offer->profiles[count - 1 - at];
    return at - count < OWN ? own[at - count] : NULL;
}

bool profile_is_own(const char *name) {
    for (size_t i = 0; i < OWN; ++i)
        if (strcmp(own[i]->name, name) == 0)
            return true;
    return false;
}

/* Recognising */

static bool knows_atr(const struct scardssp_profile *profile, const uint8_t *atr, size_t size) {
    for (size_t i = 0; i < profile->atr_count; ++i) {
        const struct scardssp_profile_atr *const known = &profile->atrs[i];
        size_t at = 0;
        while (known->size == size && at < size && !((atr[at] ^ known->bytes[at]) & known->mask[at]))
            ++at;
        if (known->size == size && at == size)
            return true;
    }
    return false;
}

const struct scardssp_profile *profile_of_atr(const uint8_t *atr, size_t size) {
    const struct scardssp_profile *profile = NULL;
    for (size_t i = 0; (profile = profile_at(i)) != NULL; ++i)
        if (knows_atr(profile, atr, size))
            return profile;
    return &profile_iso;
}

/* Bytes of the name that the profile knows; 0: it is none of its applications. */
static size_t known_of(const struct scardssp_profile *profile, const uint8_t *name, size_t size) {
    size_t most = 0;
    for (size_t i = 0; i < profile->aid_count; ++i) {
        const struct scardssp_profile_aid *const aid = &profile->aids[i];
        if (aid->size <= size && aid->size > most && memcmp(name, aid->bytes, aid->size) == 0)
            most = aid->size;
    }
    return most;
}

const struct scardssp_profile *profile_of_name(const uint8_t *name, size_t size) {
    const struct scardssp_profile *best = NULL, *profile = NULL;
    size_t most = 0;
    for (size_t i = 0; size && (profile = profile_at(i)) != NULL; ++i) {
        const size_t known = known_of(profile, name, size);
        if (known <= most)
            continue;
        most = known;
        best = profile;
    }
    return best;
}

const struct scardssp_profile_aid *profile_objects_aid(size_t number) {
    const struct scardssp_profile *profile = NULL;
    for (size_t i = 0; (profile = profile_at(i)) != NULL; ++i) {
        const size_t count = profile->object_count ? profile->aid_count : 0;
        if (number < count)
            return &profile->aids[number];
        number -= count;
    }
    return NULL;
}

static bool has_tag(const uint8_t *bytes, size_t size, uint16_t tag) {
    const uint8_t *content = NULL;
    size_t content_size = 0;
    struct tlv_object object;
    return fcp_content(bytes, size, &content, &content_size) && tlv_find(content, content_size, tag, &object);
}

static bool shows_sign(const struct scardssp_profile *profile, uint16_t sw, const uint8_t *bytes,
                       size_t size) {
    for (size_t i = 0; i < profile->sign_count; ++i) {
        const struct scardssp_profile_sign *const sign = &profile->signs[i];
        if (sign->sw == sw && (!sign->tag || has_tag(bytes, size, sign->tag)))
            return true;
    }
    return false;
}

const struct scardssp_profile *profile_learn(const struct scardssp_profile *now, uint16_t sw,
                                             const uint8_t *bytes, size_t size) {
    const struct scardssp_profile *profile = NULL;
    if (now != &profile_iso)
        return now;
    for (size_t i = 0; (profile = profile_at(i)) != NULL; ++i)
        if (shows_sign(profile, sw, bytes, size))
            return profile;
    return now;
}

/* Reading the table */

bool profile_parse(const struct scardssp_profile *profile, const uint8_t *bytes, size_t size,
                   struct fcp *out) {
    return profile_has(profile, SCARDSSP_PROFILE_PLAIN_SELECT) ? gsmfile_parse(bytes, size, out)
                                                               : fcp_parse(bytes, size, out);
}

static bool translate(const struct scardssp_profile_word *words, size_t count, uint16_t *sw) {
    for (size_t i = 0; i < count; ++i)
        if ((*sw & words[i].mask) == words[i].sw) {
            *sw = words[i].iso;
            return true;
        }
    return false;
}

uint16_t profile_word(const struct scardssp_profile *profile, uint16_t sw) {
    (void)translate(profile->words, profile->word_count, &sw);
    return sw;
}

uint16_t profile_code_word(const struct scardssp_profile *profile, uint16_t sw) {
    return translate(profile->code_words, profile->code_word_count, &sw) ? sw : profile_word(profile, sw);
}

const struct scardssp_profile_file *profile_file(const struct scardssp_profile *profile, const char *name) {
    for (size_t i = 0; i < profile->file_count; ++i)
        if (ascii_equal(profile->files[i].name, name))
            return &profile->files[i];
    return NULL;
}

const struct scardssp_profile_object *profile_object(const struct scardssp_profile *profile, uint16_t id) {
    for (size_t i = 0; i < profile->object_count; ++i)
        if (profile->objects[i].id == id)
            return &profile->objects[i];
    return NULL;
}

const struct scardssp_profile_code *profile_code(const struct scardssp_profile *profile, uint8_t asked) {
    for (size_t i = 0; i < profile->code_count; ++i)
        if (profile->codes[i].asked == asked)
            return &profile->codes[i];
    return NULL;
}

const struct scardssp_profile_key *profile_key(const struct scardssp_profile *profile, uint8_t asked) {
    for (size_t i = 0; i < profile->key_count; ++i)
        if (profile->keys[i].asked == asked)
            return &profile->keys[i];
    return NULL;
}

/* Texts */

static bool is_letter(char c) {
    return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static bool is_number(char c) {
    return c >= '0' && c <= '9';
}

bool profile_is_label(const char *text) {
    const size_t size = strlen(text);
    bool hexadecimal = true;
    if (!is_letter(*text) || size >= SCARDSSP_PROFILE_TEXT_SIZE)
        return false;
    for (size_t i = 0; i < size; ++i) {
        if (!is_letter(text[i]) && !is_number(text[i]) && !strchr("-_.", text[i]))
            return false;
        hexadecimal = hexadecimal && ascii_digit(text[i]) >= 0;
    }
    return !hexadecimal;
}

bool profile_name_is_valid(const char *text) {
    const size_t size = strlen(text);
    if (!is_letter(*text) || size >= SCARDSSP_PROFILE_TEXT_SIZE)
        return false;
    for (size_t i = 0; i < size; ++i)
        if ((!is_letter(text[i]) && !is_number(text[i]) && text[i] != '-') || ascii_lower(text[i]) != text[i])
            return false;
    return true;
}

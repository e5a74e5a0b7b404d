/* What may stand in the arrays of a profile: see profilerows.h. */
#include "services/profilerows.h"

#include <string.h>

#include "apdu/tlv.h"
#include "base/ascii.h"

#define AID_LEAST 5u /* the registered provider alone (ISO/IEC 7816-5) */
#define ATR_LEAST 2u
#define ID_MF 0x3F00u
#define ID_CURRENT 0x3FFFu
#define ID_RESERVED 0xFFFFu
#define TAG_MOST 0xFFFFFFu
#define BLOCK_SIZE 8u

/*
 * An identifier of a file (ISO/IEC 7816-4:2005 §5.3.1.1): neither the master file's nor one that means none.
 */
static bool is_id(uint16_t id) {
    return id != 0 && id != ID_MF && id != ID_CURRENT && id != ID_RESERVED;
}

static bool is_word(uint16_t sw) {
    return (sw & 0xF000) == 0x6000 || (sw & 0xF000) == 0x9000;
}

/* How an application or a card is recognised */

static const char *aid_fault(const struct scardssp_profile *profile, const void *row) {
    const struct scardssp_profile_aid *const aid = row;
    if (aid->size < AID_LEAST || aid->size > SCARDSSP_PROFILE_AID_SIZE)
        return "size is not 5 to 16";
    return profile->flags & SCARDSSP_PROFILE_PLAIN_SELECT ? "nothing is selected by name with a plain SELECT"
                                                          : NULL;
}

static const char *atr_fault(const struct scardssp_profile *profile, const void *row) {
    const struct scardssp_profile_atr *const atr = row;
    (void)profile;
    if (atr->size < ATR_LEAST || atr->size > SCARDSSP_PROFILE_ATR_SIZE)
        return "size is not 2 to 33";
    for (size_t i = 0; i < atr->size; ++i)
        if (atr->mask[i])
            return NULL;
    return "the mask is empty: every card of that size would be one";
}

static const char *sign_fault(const struct scardssp_profile *profile, const void *row) {
    const struct scardssp_profile_sign *const sign = row;
    (void)profile;
    if (!is_word(sign->sw))
        return "sw is no status word";
    return sign->sw == 0x9000 && !sign->tag ? "every card says 9000: a tag is missing" : NULL;
}

/* What it answers */

static const char *word_fault(const struct scardssp_profile *profile, const void *row) {
    const struct scardssp_profile_word *const word = row;
    (void)profile;
    if (!word->mask || (word->sw & ~word->mask))
        return "sw has bits that the mask does not have, or the mask is empty";
    return is_word(word->iso) ? NULL : "iso is no status word";
}

/* What it has */

static const char *range_fault(const struct scardssp_profile *profile, const void *row) {
    const struct scardssp_profile_range *const range = row;
    (void)profile;
    return !range->first || range->first > range->last ? "first is 0 or behind last" : NULL;
}

static const char *file_fault(const struct scardssp_profile *profile, const void *row) {
    const struct scardssp_profile_file *const file = row;
    if (!memchr(file->name, '\0', sizeof file->name))
        return "name has no end";
    if (!profile_is_label(file->name))
        return "name is not letters, digits, '-', '_' and '.', a letter first, and more than hexadecimal digits";
    if (!file->depth || file->depth > SCARDSSP_PROFILE_DEPTH)
        return "depth is not 1 to 4";
    if (profile->object_count && file->depth != 1)
        return "depth is not 1, and an object is not in a directory";
    for (size_t i = 0; i < file->depth; ++i)
        if (!is_id(file->ids[i]))
            return "an identifier is 0000, 3F00, 3FFF or FFFF";
    return NULL;
}

static bool same_file(const void *one, const void *other) {
    return ascii_equal(((const struct scardssp_profile_file *)one)->name,
                       ((const struct scardssp_profile_file *)other)->name);
}

/* Whether the bytes, the high ones left out that are 0, are one tag, to its end. */
static bool is_tag(uint32_t tag) {
    uint8_t head[TLV_HEAD_MAX];
    struct tlv_object object;
    struct tlv_reader reader = {head, 0};
    if (!tag || tag > TAG_MOST)
        return false;
    reader.left = tlv_head_write(head, sizeof head, tag, 0);
    return tlv_next(&reader, &object) && object.tag == tag && !object.length;
}

static const char *object_fault(const struct scardssp_profile *profile, const void *row) {
    const struct scardssp_profile_object *const object = row;
    if (!is_id(object->id))
        return "id is 0000, 3F00, 3FFF or FFFF";
    if (profile->flags & SCARDSSP_PROFILE_LISTED_OBJECTS)
        return is_tag(object->tag) ? NULL : "tag is not a whole tag of 1 to 3 bytes";
    return object->tag && object->tag <= 0xFFFF ? NULL : "tag does not fit into P1 and P2";
}

static bool same_object(const void *one, const void *other) {
    return ((const struct scardssp_profile_object *)one)->id ==
           ((const struct scardssp_profile_object *)other)->id;
}

/* Codes and keys */

const char *profilerows_form_fault(const struct scardssp_profile_form *form) {
    if (form->encoding > SCARDSSP_PROFILE_CODE_BLOCK)
        return "encoding is not one that this library knows";
    if (form->encoding == SCARDSSP_PROFILE_CODE_BLOCK && form->size && form->size != BLOCK_SIZE)
        return "size is not 8, and the encoding is a PIN block";
    return form->least > form->most ? "least is more than most" : NULL;
}

static const char *code_fault(const struct scardssp_profile *profile, const void *row) {
    (void)profile;
    return profilerows_form_fault(&((const struct scardssp_profile_code *)row)->form);
}

static bool same_code(const void *one, const void *other) {
    return ((const struct scardssp_profile_code *)one)->asked ==
           ((const struct scardssp_profile_code *)other)->asked;
}

static const char *key_fault(const struct scardssp_profile *profile, const void *row) {
    (void)profile;
    return ((const struct scardssp_profile_key *)row)->flags & ~SCARDSSP_PROFILE_KEY_TEMPLATES
               ? "there are flags that this library does not know"
               : NULL;
}

static bool same_key(const void *one, const void *other) {
    return ((const struct scardssp_profile_key *)one)->asked ==
           ((const struct scardssp_profile_key *)other)->asked;
}

#define ROWS(rows, count, type, fault, same)                                                                 \
    {                                                                                                        \
#rows, offsetof(struct scardssp_profile, rows), offsetof(struct scardssp_profile, count),            \
            sizeof(struct scardssp_profile_##type), fault, same                                              \
    }

static const struct profilerows all[] = {
    ROWS(aids, aid_count, aid, aid_fault, NULL),
    ROWS(atrs, atr_count, atr, atr_fault, NULL),
    ROWS(signs, sign_count, sign, sign_fault, NULL),
    ROWS(words, word_count, word, word_fault, NULL),
    ROWS(code_words, code_word_count, word, word_fault, NULL),
    ROWS(ranges, range_count, range, range_fault, NULL),
    ROWS(files, file_count, file, file_fault, same_file),
    ROWS(objects, object_count, object, object_fault, same_object),
    ROWS(codes, code_count, code, code_fault, same_code),
    ROWS(keys, key_count, key, key_fault, same_key),
};

const struct profilerows *profilerows_all(size_t *count) {
    *count = sizeof all / sizeof all[0];
    return all;
}

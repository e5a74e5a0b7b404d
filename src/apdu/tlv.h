/*
 * BER-TLV data objects (ISO/IEC 7816-4:2005 §5.2.2): reading them from bytes that a card or a program sent,
 * and writing them into a buffer of known room. Used for file control information and for what travels in
 * objects.
 */
#ifndef SCARDSSP_APDU_TLV_H
#define SCARDSSP_APDU_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLV_ROOM 192u
#define TLV_TAG_MAX 3u                  /* bytes of a tag (§5.2.2.1) */
#define TLV_HEAD_MAX (TLV_TAG_MAX + 5u) /* bytes before the value */

/* Objects still to be read. */
struct tlv_reader {
    const uint8_t *at;
    size_t left;
};

/* One data object. Both pointers lead into the bytes that were read. */
struct tlv_object {
    uint32_t tag;         /* its bytes as a number: 62, 7F49, 5FC102 */
    const uint8_t *bytes; /* the whole object, tag first */
    size_t size;          /* of the whole object */
    const uint8_t *value;
    size_t length; /* of the value */
};

/*
 * Reads the tag that `bytes` begin with. Returns the bytes it takes, 1 to 3, with the tag in *tag; 0, with
 * *tag 0, when there is none: nothing is left, a 00 or FF at the beginning, a tag that is cut off or longer.
 */
size_t tlv_tag_read(const uint8_t *bytes, size_t size, uint32_t *tag);

/*
 * Reads the next object and steps behind it, over any 00 and FF that may stand between objects. false, with
 * *out zeroed: there is none left (then reader->left is 0), or what follows is none (then it is not): its tag
 * or length is malformed, or its value would reach behind the end. Lengths have up to four bytes behind the
 * first; the indefinite one is not taken.
 */
bool tlv_next(struct tlv_reader *reader, struct tlv_object *out);

/*
 * Finds the first object with that tag among those that `bytes` consist of; it does not look into them.
 * false, with *out zeroed: there is none before the end or before the first malformed one.
 */
bool tlv_find(const uint8_t *bytes, size_t size, uint32_t tag, struct tlv_object *out);

/*
 * A number of the value, most significant byte first: 1 to 4 bytes behind any leading 00. false: it has
 * others.
 */
bool tlv_number(const struct tlv_object *object, uint32_t *out);

/*
 * Writes the tag and the length of an object whose value has `length` bytes, in the fewest bytes. Returns how
 * many; 0 when `room` is too small or there is no such tag of 1 to 3 bytes. out NULL: only counts.
 */
size_t tlv_head_write(uint8_t *out, size_t room, uint32_t tag, uint32_t length);

/* A template in the making; its content stays under 128 bytes, so that every length takes one byte. */
struct tlv {
    uint32_t size;
    uint8_t bytes[TLV_ROOM];
};

/* Adds a data object with a one-byte tag and at most 127 bytes. What does not fit is left out. */
void sim_tlv_add(struct tlv *tlv, uint8_t tag, const void *value, size_t size);

/* The same for a number in `size` bytes, most significant first. */
void sim_tlv_add_number(struct tlv *tlv, uint8_t tag, uint32_t number, size_t size);

#endif

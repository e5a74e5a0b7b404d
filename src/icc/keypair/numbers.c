/* The numbers of a private key: see numbers.h. */
#include "icc/keypair/numbers.h"

#include <string.h>

#include "apdu/tlv.h"

#define PRIMES_MORE 3u /* numbers that are enough where there are more than two primes */

enum { DER_INTEGER = 0x02, DER_BITS = 0x03, DER_BYTES = 0x04, DER_OID = 0x06, DER_SEQUENCE = 0x30 };
enum { DER_PARAMETERS = 0xA0, DER_PUBLIC = 0xA1 }; /* of an ECPrivateKey */

static const uint8_t oid_rsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
static const uint8_t oid_ec[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
static const uint8_t oid_p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};

static bool take(struct tlv_reader *reader, uint32_t tag, struct tlv_object *out) {
    return tlv_next(reader, out) && out->tag == tag;
}

static bool is_oid(const struct tlv_object *object, const uint8_t *oid, size_t size) {
    return object->tag == DER_OID && object->length == size && memcmp(object->value, oid, size) == 0;
}

/* Without zeros in front; nothing at all is no number. */
static bool take_number(struct tlv_reader *reader, uint32_t tag, struct number *out) {
    struct tlv_object object;
    if (!take(reader, tag, &object))
        return false;
    *out = (struct number){object.value, object.length};
    while (out->size && !*out->bytes) {
        out->bytes++;
        out->size--;
    }
    return out->size != 0;
}

/* RSAPrivateKey behind its version. */
static bool find_rsa(struct tlv_reader *reader, bool primes_more, struct numbers *out) {
    struct number *each = out->each;
    out->kind = KEYPAIR_RSA;
    out->count = primes_more ? PRIMES_MORE : NUMBERS_RSA;
    for (size_t i = 0; i < NUMBERS_RSA; i++)
        if (!take_number(reader, DER_INTEGER, &each[i]))
            return false;
    for (size_t i = NUMBER_PRIVATE; i < NUMBERS_RSA; i++)
        if (each[i].size > each[NUMBER_MODULUS].size)
            return false;
    return each[NUMBER_MODULUS].size <= KEYPAIR_RSA_MAX && each[NUMBER_MODULUS].bytes[0] & 0x80 &&
           each[NUMBER_PUBLIC].size <= KEYPAIR_EXPONENT_MAX;
}

/* ECPrivateKey behind its version: the secret, perhaps the curve, and the public key. */
static bool find_ec(struct tlv_reader *reader, bool curve_known, struct numbers *out) {
    struct tlv_object part, oid, bits;
    out->kind = KEYPAIR_EC;
    if (!take_number(reader, DER_BYTES, &out->each[NUMBER_SECRET]) ||
        out->each[NUMBER_SECRET].size > KEYPAIR_P256)
        return false;
    while (tlv_next(reader, &part)) {
        struct tlv_reader inner = {part.value, part.length};
        if (part.tag == DER_PARAMETERS) {
            if (!tlv_next(&inner, &oid) || !is_oid(&oid, oid_p256, sizeof oid_p256))
                return false;
            curve_known = true;
        } else if (part.tag == DER_PUBLIC) {
            if (!take(&inner, DER_BITS, &bits) || bits.length != 1 + KEYPAIR_POINT || bits.value[0] ||
                bits.value[1] != 0x04)
                return false;
            out->each[NUMBER_POINT] = (struct number){bits.value + 1, KEYPAIR_POINT};
            out->count = NUMBERS_EC;
        }
    }
    return out->count == NUMBERS_EC && curve_known;
}

/* What PKCS #8 has behind its version: the algorithm, then the key in bytes. */
static bool find_wrapped(const struct tlv_object *algorithm, struct tlv_reader *reader, struct numbers *out) {
    struct tlv_reader names = {algorithm->value, algorithm->length};
    struct tlv_object name, curve, bytes, sequence, version;
    if (!tlv_next(&names, &name) || !take(reader, DER_BYTES, &bytes))
        return false;
    struct tlv_reader inner = {bytes.value, bytes.length};
    if (!take(&inner, DER_SEQUENCE, &sequence) || inner.left)
        return false;
    inner = (struct tlv_reader){sequence.value, sequence.length};
    if (!take(&inner, DER_INTEGER, &version) || version.length != 1)
        return false;
    if (is_oid(&name, oid_rsa, sizeof oid_rsa))
        return find_rsa(&inner, version.value[0] != 0, out);
    return is_oid(&name, oid_ec, sizeof oid_ec) && tlv_next(&names, &curve) &&
           is_oid(&curve, oid_p256, sizeof oid_p256) && find_ec(&inner, true, out);
}

bool numbers_find(const uint8_t *der, size_t size, struct numbers *out) {
    struct tlv_reader outer = {der, size};
    struct tlv_object sequence, version, next;
    memset(out, 0, sizeof *out);
    if (!take(&outer, DER_SEQUENCE, &sequence) || outer.left)
        return false;
    struct tlv_reader reader = {sequence.value, sequence.length};
    if (!take(&reader, DER_INTEGER, &version) || version.length != 1)
        return false;
    struct tlv_reader ahead = reader;
    if (!tlv_next(&ahead, &next))
        return false;
    if (next.tag == DER_SEQUENCE)
        return find_wrapped(&next, &ahead, out);
    return next.tag == DER_BYTES ? find_ec(&reader, false, out)
                                 : find_rsa(&reader, version.value[0] != 0, out);
}

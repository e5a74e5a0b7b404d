/* Asymmetric keys on Windows: P-256 by its own library (CNG), RSA by power_win.c. See keypair.h. */
#include "icc/keypair.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <bcrypt.h>

#include "apdu/tlv.h"
#include "base/vault.h"
#include "base/wipe.h"
#include "icc/power_win.h"

#define RAW_SECRET                                                                                           \
    L"TRUNCATE" /* BCRYPT_KDF_RAW_SECRET, which older headers lack: what was agreed, reversed */
#define POINT (2 * KEYPAIR_P256)

enum { DER_INTEGER = 0x02, DER_BITS = 0x03, DER_BYTES = 0x04, DER_OID = 0x06, DER_SEQUENCE = 0x30 };
enum { DER_PARAMETERS = 0xA0, DER_PUBLIC = 0xA1 }; /* of an ECPrivateKey */

struct keypair {
    enum keypair_kind kind;
    size_t size;
    uint8_t modulus[KEYPAIR_RSA_MAX], exponent[KEYPAIR_RSA_MAX]; /* RSA */
    uint8_t public_exponent[KEYPAIR_EXPONENT_MAX];
    uint8_t point[POINT], secret[KEYPAIR_P256]; /* P-256 */
};

static const uint8_t oid_rsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
static const uint8_t oid_ec[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
static const uint8_t oid_p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};

static bool take(struct tlv_reader *reader, uint32_t tag, struct tlv_object *out) {
    return tlv_next(reader, out) && out->tag == tag;
}

static bool is_oid(const struct tlv_object *object, const uint8_t *oid, size_t size) {
    return object->tag == DER_OID && object->length == size && memcmp(object->value, oid, size) == 0;
}

/* An integer at the end of `size` bytes, zeros before it. */
static bool place(const struct tlv_object *integer, uint8_t *out, size_t size) {
    const uint8_t *value = integer->value;
    size_t length = integer->length;
    while (length && !*value) {
        value++;
        length--;
    }
    if (length > size)
        return false;
    memset(out, 0, size - length);
    memcpy(out + size - length, value, length);
    return true;
}

/* RSAPrivateKey behind its version: n, e, d and what follows. */
static bool read_rsa(struct tlv_reader *reader, struct keypair *keypair) {
    struct tlv_object n, e, d;
    keypair->kind = KEYPAIR_RSA;
    if (!take(reader, DER_INTEGER, &n) || !take(reader, DER_INTEGER, &e) || !take(reader, DER_INTEGER, &d) ||
        !n.length)
        return false;
    keypair->size = n.length - (n.value[0] ? 0 : 1);
    return keypair->size && keypair->size % 4 == 0 && keypair->size <= KEYPAIR_RSA_MAX &&
           place(&n, keypair->modulus, keypair->size) && keypair->modulus[0] & 0x80 &&
           place(&e, keypair->public_exponent, sizeof keypair->public_exponent) &&
           place(&d, keypair->exponent, keypair->size);
}

/* ECPrivateKey behind its version: the secret, perhaps the curve, and the public key, which CNG wants. */
static bool read_ec(struct tlv_reader *reader, bool curve_known, struct keypair *keypair) {
    struct tlv_object secret, part, oid;
    bool complete = false;
    keypair->kind = KEYPAIR_EC;
    keypair->size = KEYPAIR_P256;
    if (!take(reader, DER_BYTES, &secret) || !place(&secret, keypair->secret, KEYPAIR_P256))
        return false;
    while (tlv_next(reader, &part)) {
        struct tlv_reader inner = {part.value, part.length};
        struct tlv_object bits;
        if (part.tag == DER_PARAMETERS) {
            if (!tlv_next(&inner, &oid) || !is_oid(&oid, oid_p256, sizeof oid_p256))
                return false;
            curve_known = true;
        } else if (part.tag == DER_PUBLIC) {
            if (!take(&inner, DER_BITS, &bits) || bits.length != 2 + POINT || bits.value[0] ||
                bits.value[1] != 0x04)
                return false;
            memcpy(keypair->point, bits.value + 2, POINT);
            complete = true;
        }
    }
    return complete && curve_known;
}

/* What PKCS #8 has behind its version: the algorithm, then the key in bytes. */
static bool read_wrapped(const struct tlv_object *algorithm, struct tlv_reader *reader,
                         struct keypair *keypair) {
    struct tlv_reader names = {algorithm->value, algorithm->length};
    struct tlv_object name, curve, bytes, sequence, version;
    if (!tlv_next(&names, &name) || !take(reader, DER_BYTES, &bytes))
        return false;
    struct tlv_reader inner = {bytes.value, bytes.length};
    if (!take(&inner, DER_SEQUENCE, &sequence))
        return false;
    inner = (struct tlv_reader){sequence.value, sequence.length};
    if (!take(&inner, DER_INTEGER, &version))
        return false;
    if (is_oid(&name, oid_rsa, sizeof oid_rsa))
        return read_rsa(&inner, keypair);
    return is_oid(&name, oid_ec, sizeof oid_ec) && tlv_next(&names, &curve) &&
           is_oid(&curve, oid_p256, sizeof oid_p256) && read_ec(&inner, true, keypair);
}

static bool read_key(const uint8_t *der, size_t size, struct keypair *keypair) {
    struct tlv_reader outer = {der, size};
    struct tlv_object sequence, version, next;
    if (!take(&outer, DER_SEQUENCE, &sequence) || outer.left)
        return false;
    struct tlv_reader reader = {sequence.value, sequence.length};
    if (!take(&reader, DER_INTEGER, &version) || version.length != 1)
        return false;
    struct tlv_reader ahead = reader;
    if (!tlv_next(&ahead, &next))
        return false;
    if (next.tag == DER_SEQUENCE)
        return read_wrapped(&next, &ahead, keypair);
    return next.tag == DER_BYTES ? read_ec(&reader, false, keypair) : read_rsa(&reader, keypair);
}

struct keypair *sim_keypair_read(const uint8_t *der, size_t size) {
    struct keypair *keypair = vault_alloc(sizeof *keypair);
    if (keypair && read_key(der, size, keypair))
        return keypair;
    sim_keypair_free(keypair);
    return NULL;
}

void sim_keypair_free(struct keypair *keypair) {
    vault_free(keypair, sizeof *keypair);
}

enum keypair_kind sim_keypair_kind(const struct keypair *keypair) {
    return keypair->kind;
}

size_t sim_keypair_size(const struct keypair *keypair) {
    return keypair->size;
}

bool sim_keypair_public(const struct keypair *keypair, struct keypair_public *out) {
    const uint8_t *exponent = keypair->public_exponent;
    memset(out, 0, sizeof *out);
    if (keypair->kind == KEYPAIR_EC) {
        out->bytes[0] = 0x04; /* not compressed */
        memcpy(out->bytes + 1, keypair->point, POINT);
        out->size = 1 + POINT;
        return true;
    }
    memcpy(out->bytes, keypair->modulus, keypair->size);
    out->size = keypair->size;
    out->exponent_size = sizeof keypair->public_exponent;
    while (out->exponent_size && !*exponent) {
        exponent++;
        out->exponent_size--;
    }
    memcpy(out->exponent, exponent, out->exponent_size);
    return out->exponent_size != 0;
}

bool sim_keypair_power(const struct keypair *keypair, const uint8_t *in, uint8_t *out) {
    if (keypair->kind != KEYPAIR_RSA)
        return false;
    const bool done = sim_power(in, keypair->exponent, keypair->modulus, keypair->size, out);
    if (!done)
        wipe(out, keypair->size);
    return done;
}

/* A key in CNG's hands. */
struct handle {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_KEY_HANDLE key;
};

static void close_key(struct handle *handle) {
    if (handle->key)
        BCryptDestroyKey(handle->key);
    if (handle->algorithm)
        BCryptCloseAlgorithmProvider(handle->algorithm, 0);
}

/* secret NULL: a public key. */
static bool open_key(struct handle *handle, const WCHAR *algorithm, ULONG magic, const uint8_t *point,
                     const uint8_t *secret) {
    struct {
        BCRYPT_ECCKEY_BLOB head;
        uint8_t point[POINT], secret[KEYPAIR_P256];
    } blob = {.head = {magic, KEYPAIR_P256}};
    const ULONG size = (ULONG)(sizeof blob - (secret ? 0 : sizeof blob.secret));
    memcpy(blob.point, point, sizeof blob.point);
    if (secret)
        memcpy(blob.secret, secret, sizeof blob.secret);
    *handle = (struct handle){NULL, NULL};
    const bool done =
        BCryptOpenAlgorithmProvider(&handle->algorithm, algorithm, NULL, 0) == 0 &&
        BCryptImportKeyPair(handle->algorithm, NULL, secret ? BCRYPT_ECCPRIVATE_BLOB : BCRYPT_ECCPUBLIC_BLOB,
                            &handle->key, (PUCHAR)&blob, size, 0) == 0;
    wipe(&blob, sizeof blob);
    return done;
}

/* A number as INTEGER: no zeros before it but one that keeps it from being negative. Returns the bytes. */
static size_t add_integer(uint8_t *out, const uint8_t *number) {
    size_t skip = 0;
    while (skip + 1 < KEYPAIR_P256 && !number[skip])
        skip++;
    const size_t sign = number[skip] & 0x80 ? 1 : 0;
    const size_t length = KEYPAIR_P256 - skip;
    out[0] = DER_INTEGER;
    out[1] = (uint8_t)(sign + length);
    out[2] = 0;
    memcpy(out + 2 + sign, number + skip, length);
    return 2 + sign + length;
}

size_t sim_keypair_sign(const struct keypair *keypair, const uint8_t *hash, size_t size,
                        uint8_t out[KEYPAIR_SIGNATURE_MAX]) {
    uint8_t number[KEYPAIR_P256] = {0}, numbers[POINT];
    struct handle handle;
    ULONG written = 0;
    if (keypair->kind != KEYPAIR_EC || !size || size > KEYPAIR_HASH_MAX)
        return 0;
    /* ECDSA takes the first 256 bits for a number; CNG may not know a hash of another size. */
    const size_t taken = size < sizeof number ? size : sizeof number;
    memcpy(number + sizeof number - taken, hash, taken);
    const bool done =
        open_key(&handle, BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECDSA_PRIVATE_P256_MAGIC, keypair->point,
                 keypair->secret) &&
        BCryptSignHash(handle.key, NULL, number, sizeof number, numbers, sizeof numbers, &written, 0) == 0 &&
        written == sizeof numbers;
    close_key(&handle);
    if (!done)
        return 0;
    const size_t first = add_integer(out + 2, numbers);
    const size_t both = first + add_integer(out + 2 + first, numbers + KEYPAIR_P256);
    out[0] = DER_SEQUENCE;
    out[1] = (uint8_t)both;
    return 2 + both;
}

/* What the two keys make, most significant byte first. */
static bool derive(BCRYPT_KEY_HANDLE own, BCRYPT_KEY_HANDLE peer, uint8_t *out) {
    BCRYPT_SECRET_HANDLE secret = NULL;
    uint8_t reversed[KEYPAIR_P256];
    ULONG written = 0;
    const bool done =
        BCryptSecretAgreement(own, peer, &secret, 0) == 0 &&
        BCryptDeriveKey(secret, RAW_SECRET, NULL, reversed, sizeof reversed, &written, 0) == 0 &&
        written == sizeof reversed;
    if (secret)
        BCryptDestroySecret(secret);
    for (size_t i = 0; done && i < sizeof reversed; i++)
        out[i] = reversed[sizeof reversed - 1 - i];
    wipe(reversed, sizeof reversed);
    return done;
}

/* Whose fault it is that they do not agree: CNG may take any point for good until it works with it. */
static enum keypair_result blame(BCRYPT_KEY_HANDLE own) {
    uint8_t unused[KEYPAIR_P256];
    const bool able = derive(own, own, unused);
    wipe(unused, sizeof unused);
    return able ? KEYPAIR_REFUSED : KEYPAIR_MISSING;
}

enum keypair_result sim_keypair_agree(const struct keypair *keypair, const uint8_t point[KEYPAIR_POINT],
                                      uint8_t out[KEYPAIR_P256]) {
    struct handle own, peer;
    enum keypair_result result = KEYPAIR_DONE;
    wipe(out, KEYPAIR_P256);
    if (keypair->kind != KEYPAIR_EC || point[0] != 0x04)
        return KEYPAIR_REFUSED;
    if (!open_key(&own, BCRYPT_ECDH_P256_ALGORITHM, BCRYPT_ECDH_PRIVATE_P256_MAGIC, keypair->point,
                  keypair->secret))
        result = KEYPAIR_MISSING; /* the key is sound: ECDSA takes it */
    if (!open_key(&peer, BCRYPT_ECDH_P256_ALGORITHM, BCRYPT_ECDH_PUBLIC_P256_MAGIC, point + 1, NULL) &&
        result == KEYPAIR_DONE)
        result = KEYPAIR_REFUSED;
    if (result == KEYPAIR_DONE && !derive(own.key, peer.key, out))
        result = blame(own.key);
    close_key(&peer);
    close_key(&own);
    return result;
}

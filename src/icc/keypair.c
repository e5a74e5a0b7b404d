/* Asymmetric keys by OpenSSL: see keypair.h. */
#include "icc/keypair.h"

#include <limits.h>
#include <string.h>

#include "apdu/tlv.h"
#include "base/vault.h"
#include "base/wipe.h"
#include "icc/crypto.h"

#define KEYPAIR_DER_MAX 8192u /* bytes; an RSA key of 4096 bits has some 2400 */

/*
 * The key stays as it came, in memory that no core dump has; the library's form of it, which lies anywhere,
 * lives for one use. Where there is a pair there is the library.
 */
struct keypair {
    enum keypair_kind kind;
    size_t size;
    size_t der_size;
    uint8_t der[];
};

/* For crypto->EVP_PKEY_free(), which wipes it. NULL: out of memory, for it has been read before. */
static EVP_PKEY *open_pair(const struct keypair *keypair) {
    const uint8_t *at = keypair->der;
    return sim_crypto_load()->d2i_AutoPrivateKey(NULL, &at, (long)keypair->der_size);
}

static bool is_p256(const EVP_PKEY *pkey) {
    const struct crypto *crypto = sim_crypto_load();
    char name[64] = "";
    size_t size = 0;
    return crypto->EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC &&
           crypto->EVP_PKEY_get_group_name(pkey, name, sizeof name, &size) == 1 &&
           strcmp(name, "prime256v1") == 0;
}

static bool is_usable(const EVP_PKEY *pkey) {
    const struct crypto *crypto = sim_crypto_load();
    const int bits = crypto->EVP_PKEY_get_bits(pkey);
    if (crypto->EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA)
        return bits > 0 && bits % CHAR_BIT == 0 && (unsigned)bits / CHAR_BIT <= KEYPAIR_RSA_MAX;
    return is_p256(pkey);
}

static size_t vault_size(size_t der_size) {
    return sizeof(struct keypair) + der_size;
}

static struct keypair *keep(const EVP_PKEY *pkey, const uint8_t *der, size_t size) {
    const struct crypto *crypto = sim_crypto_load();
    struct keypair *keypair = vault_alloc(vault_size(size));
    if (!keypair)
        return NULL;
    const bool is_rsa = crypto->EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA;
    keypair->kind = is_rsa ? KEYPAIR_RSA : KEYPAIR_EC;
    keypair->size = is_rsa ? (size_t)crypto->EVP_PKEY_get_bits(pkey) / CHAR_BIT : KEYPAIR_P256;
    keypair->der_size = size;
    memcpy(keypair->der, der, size);
    return keypair;
}

struct keypair *sim_keypair_read(const uint8_t *der, size_t size) {
    const struct crypto *crypto = sim_crypto_load();
    const uint8_t *at = der;
    struct keypair *keypair = NULL;
    if (!crypto)
        return NULL;
    EVP_PKEY *pkey = size <= KEYPAIR_DER_MAX ? crypto->d2i_AutoPrivateKey(NULL, &at, (long)size) : NULL;
    if (pkey && at == der + size && is_usable(pkey))
        keypair = keep(pkey, der, size);
    crypto->EVP_PKEY_free(pkey);
    return keypair;
}

void sim_keypair_free(struct keypair *keypair) {
    if (keypair)
        vault_free(keypair, vault_size(keypair->der_size));
}

enum keypair_kind sim_keypair_kind(const struct keypair *keypair) {
    return keypair->kind;
}

size_t sim_keypair_size(const struct keypair *keypair) {
    return keypair->size;
}

/* An unsigned number of DER without the zeros in front of it. */
static bool copy_number(const struct tlv_object *number, uint8_t *out, size_t room, size_t *size) {
    size_t zeros = 0;
    while (zeros < number->length && !number->value[zeros])
        zeros++;
    *size = number->length - zeros;
    if (!*size || *size > room)
        return false;
    memcpy(out, number->value + zeros, *size);
    return true;
}

/* RSAPublicKey of PKCS #1. */
static bool read_rsa_public(const uint8_t *der, size_t size, struct keypair_public *out) {
    struct tlv_object sequence, modulus, exponent;
    struct tlv_reader reader = {der, size};
    if (!tlv_next(&reader, &sequence))
        return false;
    reader = (struct tlv_reader){sequence.value, sequence.length};
    return tlv_next(&reader, &modulus) && tlv_next(&reader, &exponent) &&
           copy_number(&modulus, out->bytes, sizeof out->bytes, &out->size) &&
           copy_number(&exponent, out->exponent, sizeof out->exponent, &out->exponent_size);
}

bool sim_keypair_public(const struct keypair *keypair, struct keypair_public *out) {
    const struct crypto *crypto = sim_crypto_load();
    uint8_t der[KEYPAIR_RSA_MAX + 32];
    uint8_t *at = der;
    EVP_PKEY *pkey = open_pair(keypair);
    const int size = pkey ? crypto->i2d_PublicKey(pkey, NULL) : 0;
    const bool known = size > 0 && (size_t)size <= sizeof der && crypto->i2d_PublicKey(pkey, &at) == size;
    crypto->EVP_PKEY_free(pkey);
    memset(out, 0, sizeof *out);
    if (!known)
        return false;
    if (keypair->kind == KEYPAIR_RSA)
        return read_rsa_public(der, (size_t)size, out);
    memcpy(out->bytes, der, (size_t)size);
    out->size = (size_t)size;
    return size == KEYPAIR_POINT;
}

bool sim_keypair_power(const struct keypair *keypair, const uint8_t *in, uint8_t *out) {
    const struct crypto *crypto = sim_crypto_load();
    const size_t expected = keypair->size;
    size_t size = expected;
    if (keypair->kind != KEYPAIR_RSA)
        return false;
    EVP_PKEY *pkey = open_pair(keypair);
    EVP_PKEY_CTX *context = pkey ? crypto->EVP_PKEY_CTX_new(pkey, NULL) : NULL;
    const bool done = context && crypto->EVP_PKEY_decrypt_init(context) == 1 &&
                      crypto->EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1 &&
                      crypto->EVP_PKEY_decrypt(context, out, &size, in, size) == 1 && size == expected;
    crypto->EVP_PKEY_CTX_free(context);
    crypto->EVP_PKEY_free(pkey);
    if (!done)
        wipe(out, expected);
    return done;
}

size_t sim_keypair_sign(const struct keypair *keypair, const uint8_t *hash, size_t size,
                        uint8_t out[KEYPAIR_SIGNATURE_MAX]) {
    const struct crypto *crypto = sim_crypto_load();
    size_t written = KEYPAIR_SIGNATURE_MAX;
    if (keypair->kind != KEYPAIR_EC || !size || size > KEYPAIR_HASH_MAX)
        return 0;
    EVP_PKEY *pkey = open_pair(keypair);
    EVP_PKEY_CTX *context = pkey ? crypto->EVP_PKEY_CTX_new(pkey, NULL) : NULL;
    const bool done = context && crypto->EVP_PKEY_sign_init(context) == 1 &&
                      crypto->EVP_PKEY_sign(context, out, &written, hash, size) == 1;
    crypto->EVP_PKEY_CTX_free(context);
    crypto->EVP_PKEY_free(pkey);
    return done ? written : 0;
}

/* A public key on the curve of the pair. NULL: the point is not on it. */
static EVP_PKEY *peer_of(const EVP_PKEY *pkey, const uint8_t point[KEYPAIR_POINT]) {
    const struct crypto *crypto = sim_crypto_load();
    EVP_PKEY *peer = crypto->EVP_PKEY_new();
    if (peer && crypto->EVP_PKEY_copy_parameters(peer, pkey) == 1 &&
        crypto->EVP_PKEY_set1_encoded_public_key(peer, point, KEYPAIR_POINT) == 1)
        return peer;
    crypto->EVP_PKEY_free(peer);
    return NULL;
}

enum keypair_result sim_keypair_agree(const struct keypair *keypair, const uint8_t point[KEYPAIR_POINT],
                                      uint8_t out[KEYPAIR_P256]) {
    const struct crypto *crypto = sim_crypto_load();
    size_t size = KEYPAIR_P256;
    const bool ours = keypair->kind == KEYPAIR_EC && point[0] == 0x04;
    EVP_PKEY *pkey = ours ? open_pair(keypair) : NULL;
    EVP_PKEY *peer = pkey ? peer_of(pkey, point) : NULL;
    EVP_PKEY_CTX *context = peer ? crypto->EVP_PKEY_CTX_new(pkey, NULL) : NULL;
    const bool done = context && crypto->EVP_PKEY_derive_init(context) == 1 &&
                      crypto->EVP_PKEY_derive_set_peer(context, peer) == 1 &&
                      crypto->EVP_PKEY_derive(context, out, &size) == 1 && size == KEYPAIR_P256;
    crypto->EVP_PKEY_CTX_free(context);
    crypto->EVP_PKEY_free(peer);
    crypto->EVP_PKEY_free(pkey);
    if (!done)
        wipe(out, KEYPAIR_P256);
    return done ? KEYPAIR_DONE : KEYPAIR_REFUSED;
}

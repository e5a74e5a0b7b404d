/* Asymmetric keys on Windows: P-256 by its own library (CNG), RSA by power_win.c. See keypair.h. */
#include "icc/keypair/keypair.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <bcrypt.h>

#include "base/vault.h"
#include "base/wipe.h"
#include "icc/keypair/numbers.h"
#include "icc/keypair/power_win.h"

#define RAW_SECRET                                                                                           \
    L"TRUNCATE" /* BCRYPT_KDF_RAW_SECRET, which older headers lack: what was agreed, reversed */
#define POINT (2 * KEYPAIR_P256)

enum { DER_INTEGER = 0x02, DER_SEQUENCE = 0x30 };

struct keypair {
    enum keypair_kind kind;
    size_t size;
    uint8_t modulus[KEYPAIR_RSA_MAX], exponent[KEYPAIR_RSA_MAX]; /* RSA */
    uint8_t public_exponent[KEYPAIR_EXPONENT_MAX];
    uint8_t point[POINT], secret[KEYPAIR_P256]; /* P-256 */
};

/* At the end of `size` bytes, zeros before it. */
static void place(const struct number *number, uint8_t *out, size_t size) {
    memset(out, 0, size - number->size);
    memcpy(out + size - number->size, number->bytes, number->size);
}

/* What this system's library does is the secret and the point, what ours does modulus and exponents. */
static bool keep(const struct numbers *numbers, struct keypair *keypair) {
    const struct number *each = numbers->each;
    keypair->kind = numbers->kind;
    if (numbers->kind == KEYPAIR_EC) {
        keypair->size = KEYPAIR_P256;
        memcpy(keypair->point, each[NUMBER_POINT].bytes + 1, POINT);
        place(&each[NUMBER_SECRET], keypair->secret, KEYPAIR_P256);
        return true;
    }
    keypair->size = each[NUMBER_MODULUS].size;
    if (keypair->size % 4)
        return false;
    place(&each[NUMBER_MODULUS], keypair->modulus, keypair->size);
    place(&each[NUMBER_PUBLIC], keypair->public_exponent, sizeof keypair->public_exponent);
    place(&each[NUMBER_PRIVATE], keypair->exponent, keypair->size);
    return true;
}

struct keypair *sim_keypair_read(const uint8_t *der, size_t size) {
    struct numbers numbers;
    struct keypair *keypair = numbers_find(der, size, &numbers) ? vault_alloc(sizeof *keypair) : NULL;
    if (keypair && keep(&numbers, keypair))
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

/* Asymmetric keys by OpenSSL: see keypair.h. */
#include "icc/keypair/keypair.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/vault.h"
#include "base/wipe.h"
#include "icc/crypto.h"
#include "icc/keypair/numbers.h"

/*
 * The numbers as OpenSSL wants them, the least significant byte first, in memory that no core dump has.
 * What the library makes of them lives for one use: it lies anywhere, and is wiped when it is freed. Where
 * there is a pair there is the library.
 */
struct keypair {
    enum keypair_kind kind;
    size_t size, count, whole; /* whole: of all this */
    size_t sizes[NUMBERS_RSA];
    uint8_t bytes[];
};

static const char *const rsa_names[NUMBERS_RSA] = {[NUMBER_MODULUS] = OSSL_PKEY_PARAM_RSA_N,
                                                   [NUMBER_PUBLIC] = OSSL_PKEY_PARAM_RSA_E,
                                                   [NUMBER_PRIVATE] = OSSL_PKEY_PARAM_RSA_D,
                                                   [NUMBER_PRIME_1] = OSSL_PKEY_PARAM_RSA_FACTOR1,
                                                   [NUMBER_PRIME_2] = OSSL_PKEY_PARAM_RSA_FACTOR2,
                                                   [NUMBER_EXPONENT_1] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                                   [NUMBER_EXPONENT_2] = OSSL_PKEY_PARAM_RSA_EXPONENT2,
                                                   [NUMBER_COEFFICIENT] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

static OSSL_PARAM param(const char *name, unsigned type, const uint8_t *bytes, size_t size) {
    return (OSSL_PARAM){name, type, (void *)(uintptr_t)bytes, size, OSSL_PARAM_UNMODIFIED};
}

/* What OpenSSL is told of the key; the last one is empty, which ends it. */
static void describe(const struct keypair *keypair, OSSL_PARAM out[NUMBERS_RSA + 1]) {
    static const uint8_t group[] = "prime256v1";
    const uint8_t *at = keypair->bytes;
    size_t count = 0;
    memset(out, 0, (NUMBERS_RSA + 1) * sizeof *out);
    if (keypair->kind == KEYPAIR_EC) {
        out[0] = param(OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PARAM_UTF8_STRING, group, sizeof group - 1);
        out[1] =
            param(OSSL_PKEY_PARAM_PRIV_KEY, OSSL_PARAM_UNSIGNED_INTEGER, at, keypair->sizes[NUMBER_SECRET]);
        out[2] = param(OSSL_PKEY_PARAM_PUB_KEY, OSSL_PARAM_OCTET_STRING, at + keypair->sizes[NUMBER_SECRET],
                       KEYPAIR_POINT);
        return;
    }
    for (; count < keypair->count; at += keypair->sizes[count++])
        out[count] = param(rsa_names[count], OSSL_PARAM_UNSIGNED_INTEGER, at, keypair->sizes[count]);
}

/* For crypto->EVP_PKEY_free(), which wipes it. NULL: the library refuses, or is out of memory. */
static EVP_PKEY *open_pair(const struct keypair *keypair) {
    const struct crypto *crypto = sim_crypto_load();
    OSSL_PARAM params[NUMBERS_RSA + 1];
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *context =
        crypto->EVP_PKEY_CTX_new_from_name(NULL, keypair->kind == KEYPAIR_RSA ? "RSA" : "EC", NULL);
    describe(keypair, params);
    const bool made = context && crypto->EVP_PKEY_fromdata_init(context) == 1 &&
                      crypto->EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_KEYPAIR, params) == 1;
    crypto->EVP_PKEY_CTX_free(context);
    return made ? pkey : NULL;
}

/* The numbers, in the library's order of bytes; a point has its own. */
static struct keypair *keep(const struct numbers *numbers) {
    const bool is_rsa = numbers->kind == KEYPAIR_RSA;
    size_t whole = sizeof(struct keypair);
    for (size_t i = 0; i < numbers->count; i++)
        whole += numbers->each[i].size;
    struct keypair *keypair = vault_alloc(whole);
    if (!keypair)
        return NULL;
    keypair->kind = numbers->kind;
    keypair->size = is_rsa ? numbers->each[NUMBER_MODULUS].size : KEYPAIR_P256;
    keypair->count = numbers->count;
    keypair->whole = whole;
    uint8_t *at = keypair->bytes;
    for (size_t i = 0; i < numbers->count; i++) {
        const struct number *number = &numbers->each[i];
        const bool as_it_is = !is_rsa && i == NUMBER_POINT;
        for (size_t byte = 0; byte < number->size; byte++)
            at[byte] = number->bytes[as_it_is ? byte : number->size - 1 - byte];
        keypair->sizes[i] = number->size;
        at += number->size;
    }
    return keypair;
}

struct keypair *sim_keypair_read(const uint8_t *der, size_t size) {
    const struct crypto *crypto = sim_crypto_load();
    struct numbers numbers;
    struct keypair *keypair = crypto && numbers_find(der, size, &numbers) ? keep(&numbers) : NULL;
    EVP_PKEY *pkey = keypair ? open_pair(keypair) : NULL;
    if (!pkey) { /* a point that is not on the curve, say */
        sim_keypair_free(keypair);
        return NULL;
    }
    crypto->EVP_PKEY_free(pkey);
    return keypair;
}

void sim_keypair_free(struct keypair *keypair) {
    if (keypair)
        vault_free(keypair, keypair->whole);
}

enum keypair_kind sim_keypair_kind(const struct keypair *keypair) {
    return keypair->kind;
}

size_t sim_keypair_size(const struct keypair *keypair) {
    return keypair->size;
}

static void copy_backwards(const uint8_t *bytes, size_t size, uint8_t *out) {
    for (size_t i = 0; i < size; i++)
        out[i] = bytes[size - 1 - i];
}

bool sim_keypair_public(const struct keypair *keypair, struct keypair_public *out) {
    memset(out, 0, sizeof *out);
    if (keypair->kind == KEYPAIR_EC) {
        memcpy(out->bytes, keypair->bytes + keypair->sizes[NUMBER_SECRET], KEYPAIR_POINT);
        out->size = KEYPAIR_POINT;
        return true;
    }
    out->size = keypair->sizes[NUMBER_MODULUS];
    out->exponent_size = keypair->sizes[NUMBER_PUBLIC];
    copy_backwards(keypair->bytes, out->size, out->bytes);
    copy_backwards(keypair->bytes + out->size, out->exponent_size, out->exponent);
    return true;
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

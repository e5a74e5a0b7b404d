/* The terminal's side by CNG: see terminal.h. Certificates are taken apart by what X.509 has at their key. */
#include "icc/piv/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <windows.h>

#include <bcrypt.h>

#include <cmocka.h>

#define POINT 64u

/* Where `sign` stands in the bytes; NULL: nowhere. */
static const uint8_t *find(const uint8_t *bytes, size_t size, const uint8_t *sign, size_t sign_size) {
    for (size_t i = 0; i + sign_size <= size; i++)
        if (memcmp(bytes + i, sign, sign_size) == 0)
            return bytes + i + sign_size;
    return NULL;
}

static bool verify(const WCHAR *name, const WCHAR *kind, void *blob, size_t blob_size, void *padding,
                   ULONG flags, const uint8_t *hash, size_t hash_size, uint8_t *signature, size_t size) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL;
    uint8_t copy[32];
    assert_int_equal(hash_size, sizeof copy);
    memcpy(copy, hash, sizeof copy);
    assert_int_equal(BCryptOpenAlgorithmProvider(&algorithm, name, NULL, 0), 0);
    assert_int_equal(BCryptImportKeyPair(algorithm, NULL, kind, &key, blob, (ULONG)blob_size, 0), 0);
    const bool good =
        BCryptVerifySignature(key, padding, copy, sizeof copy, signature, (ULONG)size, flags) == 0;
    BCryptDestroyKey(key);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    return good;
}

/* Two INTEGERs become two numbers of 32 bytes. */
static void take_apart(const uint8_t *signature, uint8_t numbers[POINT]) {
    const uint8_t *at = signature + 2;
    for (unsigned i = 0; i < 2; i++) {
        const size_t length = at[1] < 32 ? at[1] : 32;
        memset(numbers + 32 * i, 0, 32);
        memcpy(numbers + 32 * i + 32 - length, at + 2 + at[1] - length, length);
        at += 2 + at[1];
    }
}

static bool verify_ecdsa(const uint8_t *point, const uint8_t *hash, size_t hash_size,
                         const uint8_t *signature) {
    struct {
        BCRYPT_ECCKEY_BLOB head;
        uint8_t point[POINT];
    } blob = {.head = {BCRYPT_ECDSA_PUBLIC_P256_MAGIC, 32}};
    uint8_t numbers[POINT];
    memcpy(blob.point, point, POINT);
    take_apart(signature, numbers);
    return verify(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, &blob, sizeof blob, NULL, 0, hash,
                  hash_size, numbers, sizeof numbers);
}

static bool verify_rsa(const uint8_t *modulus, const uint8_t *hash, size_t hash_size,
                       const uint8_t *signature) {
    static WCHAR sha256[] = BCRYPT_SHA256_ALGORITHM;
    BCRYPT_PKCS1_PADDING_INFO padding = {sha256};
    struct {
        BCRYPT_RSAKEY_BLOB head;
        uint8_t exponent[3], modulus[256];
    } blob = {.head = {BCRYPT_RSAPUBLIC_MAGIC, 2048, 3, 256, 0, 0}, .exponent = {1, 0, 1}};
    uint8_t copy[256];
    memcpy(blob.modulus, modulus, sizeof blob.modulus);
    memcpy(copy, signature, sizeof copy);
    return verify(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, &blob, sizeof blob.head + 3 + 256, &padding,
                  BCRYPT_PAD_PKCS1, hash, hash_size, copy, sizeof copy);
}

bool terminal_verify(const uint8_t *certificate, size_t size, const uint8_t *hash, size_t hash_size,
                     const uint8_t *signature, size_t signature_size) {
    static const uint8_t of_p256[] = {0x03, 0x42, 0x00, 0x04};
    static const uint8_t of_rsa[] = {0x30, 0x82, 0x01, 0x0A, 0x02, 0x82, 0x01, 0x01, 0x00};
    const uint8_t *point = find(certificate, size, of_p256, sizeof of_p256);
    if (point)
        return verify_ecdsa(point, hash, hash_size, signature);
    const uint8_t *modulus = find(certificate, size, of_rsa, sizeof of_rsa);
    assert_non_null(modulus);
    assert_int_equal(signature_size, 256);
    return verify_rsa(modulus, hash, hash_size, signature);
}

void terminal_decrypt(const uint8_t *key, size_t key_size, const uint8_t in[16], uint8_t out[16]) {
    static WCHAR mode[] = BCRYPT_CHAIN_MODE_ECB;
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE handle = NULL;
    uint8_t secret[32], block[16];
    ULONG written = 0;
    memcpy(secret, key, key_size);
    memcpy(block, in, sizeof block);
    assert_int_equal(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_AES_ALGORITHM, NULL, 0), 0);
    assert_int_equal(BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)mode, sizeof mode, 0), 0);
    assert_int_equal(BCryptGenerateSymmetricKey(algorithm, &handle, NULL, 0, secret, (ULONG)key_size, 0), 0);
    assert_int_equal(BCryptDecrypt(handle, block, sizeof block, NULL, NULL, 0, out, 16, &written, 0), 0);
    BCryptDestroyKey(handle);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

/* Whether CNG can agree on anything: a key of its own making with itself. */
static bool agrees(void) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL;
    BCRYPT_SECRET_HANDLE secret = NULL;
    uint8_t agreed[32];
    ULONG written = 0;
    const bool done = BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_ECDH_P256_ALGORITHM, NULL, 0) == 0 &&
                      BCryptGenerateKeyPair(algorithm, &key, 256, 0) == 0 &&
                      BCryptFinalizeKeyPair(key, 0) == 0 &&
                      BCryptSecretAgreement(key, key, &secret, 0) == 0 &&
                      BCryptDeriveKey(secret, L"TRUNCATE", NULL, agreed, sizeof agreed, &written, 0) == 0;
    if (secret)
        BCryptDestroySecret(secret);
    if (key)
        BCryptDestroyKey(key);
    if (algorithm)
        BCryptCloseAlgorithmProvider(algorithm, 0);
    return done && written == sizeof agreed;
}

/* Windows does, and of Wine those versions whose CNG has it (that of Debian 12 has not, that of 13 has). */
bool terminal_expects_agreement(void) {
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") == NULL || agrees();
}

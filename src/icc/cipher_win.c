/* AES by Windows' own library (CNG): see cipher.h. */
#include "icc/cipher.h"

#include <string.h>
#include <windows.h>

#include <bcrypt.h>

#include "base/wipe.h"

/* Electronic codebook, without padding. */
static BCRYPT_ALG_HANDLE open_algorithm(void) {
    static WCHAR mode[] = BCRYPT_CHAIN_MODE_ECB;
    BCRYPT_ALG_HANDLE algorithm = NULL;
    if (BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_AES_ALGORITHM, NULL, 0) != 0)
        return NULL;
    if (BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)mode, sizeof mode, 0) == 0)
        return algorithm;
    BCryptCloseAlgorithmProvider(algorithm, 0);
    return NULL;
}

bool sim_cipher_encrypt(const uint8_t *key, size_t key_size, const uint8_t in[SIM_CIPHER_BLOCK],
                        uint8_t out[SIM_CIPHER_BLOCK]) {
    /* A key that is too long would be cut there. */
    const bool fits = key_size == 16 || key_size == 24 || key_size == 32;
    BCRYPT_ALG_HANDLE algorithm = fits ? open_algorithm() : NULL;
    BCRYPT_KEY_HANDLE handle = NULL;
    uint8_t secret[32], block[SIM_CIPHER_BLOCK];
    ULONG written = 0;
    if (!algorithm)
        return false;
    /* Its parameters are not const. */
    memcpy(secret, key, key_size);
    memcpy(block, in, sizeof block);
    bool done =
        BCryptGenerateSymmetricKey(algorithm, &handle, NULL, 0, secret, (ULONG)key_size, 0) == 0 &&
        BCryptEncrypt(handle, block, sizeof block, NULL, NULL, 0, out, SIM_CIPHER_BLOCK, &written, 0) == 0 &&
        written == SIM_CIPHER_BLOCK;
    if (handle)
        BCryptDestroyKey(handle);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    wipe(secret, sizeof secret);
    wipe(block, sizeof block);
    return done;
}

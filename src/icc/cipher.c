/* AES by OpenSSL: see cipher.h. */
#include "icc/cipher.h"

#include "icc/crypto.h"

bool sim_cipher_encrypt(const uint8_t *key, size_t key_size, const uint8_t in[SIM_CIPHER_BLOCK],
                        uint8_t out[SIM_CIPHER_BLOCK]) {
    const struct crypto *crypto = sim_crypto_load();
    int written = 0;
    if (!crypto)
        return false;
    const EVP_CIPHER *cipher = key_size == 16   ? crypto->EVP_aes_128_ecb()
                               : key_size == 24 ? crypto->EVP_aes_192_ecb()
                               : key_size == 32 ? crypto->EVP_aes_256_ecb()
                                                : NULL;
    EVP_CIPHER_CTX *context = cipher ? crypto->EVP_CIPHER_CTX_new() : NULL;
    const bool done = context && crypto->EVP_EncryptInit_ex(context, cipher, NULL, key, NULL) == 1 &&
                      crypto->EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
                      crypto->EVP_EncryptUpdate(context, out, &written, in, SIM_CIPHER_BLOCK) == 1 &&
                      written == (int)SIM_CIPHER_BLOCK;
    crypto->EVP_CIPHER_CTX_free(context);
    return done;
}

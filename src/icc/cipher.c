/* AES by OpenSSL: see cipher.h. */
#include "icc/cipher.h"

#include <openssl/evp.h>

bool sim_cipher_encrypt(const uint8_t *key, size_t key_size, const uint8_t in[SIM_CIPHER_BLOCK],
                        uint8_t out[SIM_CIPHER_BLOCK]) {
    int written = 0;
    const EVP_CIPHER *const cipher = key_size == 16   ? EVP_aes_128_ecb()
                                     : key_size == 24 ? EVP_aes_192_ecb()
                                     : key_size == 32 ? EVP_aes_256_ecb()
                                                      : NULL;
    EVP_CIPHER_CTX *const context = cipher ? EVP_CIPHER_CTX_new() : NULL;
    const bool done = context && EVP_EncryptInit_ex(context, cipher, NULL, key, NULL) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
                      EVP_EncryptUpdate(context, out, &written, in, SIM_CIPHER_BLOCK) == 1 &&
                      written == (int)SIM_CIPHER_BLOCK;
    EVP_CIPHER_CTX_free(context);
    return done;
}

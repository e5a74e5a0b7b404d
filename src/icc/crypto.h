/*
 * The functions of OpenSSL that a card needs, as a table. The library is loaded by the first card that
 * encrypts or signs: it takes longer to load than most programs with a simulated card run. Included by the
 * files of icc/ that do.
 */
#ifndef SCARDSSP_SIM_CRYPTO_H
#define SCARDSSP_SIM_CRYPTO_H

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define CRYPTO_FUNCTIONS(each)                                                                               \
    each(EVP_aes_128_ecb) each(EVP_aes_192_ecb) each(EVP_aes_256_ecb) each(EVP_CIPHER_CTX_free)              \
        each(EVP_CIPHER_CTX_new) each(EVP_CIPHER_CTX_set_padding) each(EVP_EncryptInit_ex)                   \
            each(EVP_EncryptUpdate) each(EVP_PKEY_copy_parameters) each(EVP_PKEY_CTX_free)                   \
                each(EVP_PKEY_CTX_new) each(EVP_PKEY_CTX_new_from_name) each(EVP_PKEY_fromdata)              \
                    each(EVP_PKEY_fromdata_init) each(EVP_PKEY_CTX_set_rsa_padding) each(EVP_PKEY_decrypt)   \
                        each(EVP_PKEY_decrypt_init) each(EVP_PKEY_derive) each(EVP_PKEY_derive_init)         \
                            each(EVP_PKEY_derive_set_peer) each(EVP_PKEY_free) each(EVP_PKEY_new)            \
                                each(EVP_PKEY_set1_encoded_public_key) each(EVP_PKEY_sign)                   \
                                    each(EVP_PKEY_sign_init)

#define CRYPTO_MEMBER(function) __typeof__(function) *function;

/* One member for each function, of its name and type. */
struct crypto {
    CRYPTO_FUNCTIONS(CRYPTO_MEMBER)
};

/* The table. NULL: there is no OpenSSL of the version this was built with, or it lacks a function. */
const struct crypto *sim_crypto_load(void);

#endif

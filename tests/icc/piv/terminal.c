/* The terminal's side by OpenSSL: see terminal.h. */
#include "icc/piv/terminal.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

bool terminal_verify(const uint8_t *certificate, size_t size, const uint8_t *hash, size_t hash_size,
                     const uint8_t *signature, size_t signature_size) {
    const uint8_t *at = certificate;
    X509 *x509 = d2i_X509(NULL, &at, (long)size);
    assert_non_null(x509);
    assert_ptr_equal(at, certificate + size);
    EVP_PKEY *key = X509_get0_pubkey(x509);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    assert_int_equal(EVP_PKEY_verify_init(context), 1);
    if (EVP_PKEY_base_id(key) == EVP_PKEY_RSA) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()), 1);
    }
    const bool good = EVP_PKEY_verify(context, signature, signature_size, hash, hash_size) == 1;
    EVP_PKEY_CTX_free(context);
    X509_free(x509);
    return good;
}

void terminal_decrypt(const uint8_t *key, size_t key_size, const uint8_t in[16], uint8_t out[16]) {
    int written = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_int_equal(key_size, 24);
    assert_int_equal(EVP_DecryptInit_ex(context, EVP_aes_192_ecb(), NULL, key, NULL), 1);
    assert_int_equal(EVP_CIPHER_CTX_set_padding(context, 0), 1);
    assert_int_equal(EVP_DecryptUpdate(context, out, &written, in, 16), 1);
    assert_int_equal(written, 16);
    EVP_CIPHER_CTX_free(context);
}

bool terminal_expects_agreement(void) {
    return true;
}

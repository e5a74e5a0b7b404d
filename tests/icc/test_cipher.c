/* AES as each system's library gives it, against the examples of the standard, and the keys that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "icc/cipher.h"

/* FIPS 197, appendix C: the key counts from 00, the block is the same each time. */
static const uint8_t plain[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                  0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF};

static void count_up(uint8_t *key, size_t size) {
    for (size_t i = 0; i < size; ++i)
        key[i] = (uint8_t)i;
}

static void test_encrypt__examples_of_the_standard(void **state) {
    static const struct {
        size_t key_size;
        uint8_t cipher[16];
    } rows[] = {
        {16,
         {0x69, 0xC4, 0xE0, 0xD8, 0x6A, 0x7B, 0x04, 0x30, 0xD8, 0xCD, 0xB7, 0x80, 0x70, 0xB4, 0xC5, 0x5A}},
        {24,
         {0xDD, 0xA9, 0x7C, 0xA4, 0x86, 0x4C, 0xDF, 0xE0, 0x6E, 0xAF, 0x70, 0xA0, 0xEC, 0x0D, 0x71, 0x91}},
        {32,
         {0x8E, 0xA2, 0xB7, 0xCA, 0x51, 0x67, 0x45, 0xBF, 0xEA, 0xFC, 0x49, 0x90, 0x4B, 0x49, 0x60, 0x89}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        uint8_t key[32], out[18];
        count_up(key, sizeof key);
        memset(out, 0x31, sizeof out);
        assert_true(sim_cipher_encrypt(key, rows[i].key_size, plain, out + 1));
        assert_memory_equal(out + 1, rows[i].cipher, 16);
        assert_int_equal(out[0], 0x31);
        assert_int_equal(out[17], 0x31);
        /* Where it came from is where it may go. */
        uint8_t block[16];
        memcpy(block, plain, sizeof block);
        assert_true(sim_cipher_encrypt(key, rows[i].key_size, block, block));
        assert_memory_equal(block, rows[i].cipher, 16);
    }
}

static void test_encrypt__keys_of_no_such_size(void **state) {
    static const size_t sizes[] = {0, 1, 8, 15, 17, 23, 25, 31, 33, 64};
    uint8_t key[64], out[16];
    (void)state;
    count_up(key, sizeof key);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i)
        if (sim_cipher_encrypt(key, sizes[i], plain, out))
            fail_msg("%zu bytes", sizes[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encrypt__examples_of_the_standard),
        cmocka_unit_test(test_encrypt__keys_of_no_such_size),
    };
    return cmocka_run_group_tests_name("cipher", tests, NULL, NULL);
}

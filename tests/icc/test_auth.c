/* GET CHALLENGE, INTERNAL and EXTERNAL AUTHENTICATE with AES, against known cryptograms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"
#include "icc/cipher.h"

static const struct step challenges[] = {
    {"00840000 08", "???????????????? 9000"},
    {"00840000 01", "?? 9000"},
    {"00840000 00", "...9000"},
    {"00840000 00 0000", "...9000"},
    {"00840100 08", "6A86"},
    {"00840001 08", "6A86"},
    {"00840000", "6700"},
    {"00840000 01 00 08", "6700"},
};
SCRIPT(test_auth__challenges, "small", SIM_T1, challenges)

static const struct step internal[] = {
    {"00880001 10 00112233445566778899AABBCCDDEEFF 00", "6982"}, /* needs PIN 01 */
    {"00200001 04 31323334", "9000"},
    {"00880001 10 00112233445566778899AABBCCDDEEFF 00",
     "69C4E0D86A7B0430D8CDB78070B4C55A 9000"}, /* FIPS 197, C.1 */
    {"00880000 10 00112233445566778899AABBCCDDEEFF 00", "69C4E0D86A7B0430D8CDB78070B4C55A 9000"},
    {"00880002 10 00112233445566778899AABBCCDDEEFF 10", "DDA97CA4864CDFE06EAF70A0EC0D7191 9000"}, /* C.2 */
    {"00880003 10 00112233445566778899AABBCCDDEEFF 00", "8EA2B7CA516745BFEAFC49904B496089 9000"}, /* C.3 */
    {"00880003 10 00112233445566778899AABBCCDDEEFF 08", "8EA2B7CA516745BF 6108"},
    {"00C00000 08", "EAFC49904B496089 9000"},
    {"00880004 10 00112233445566778899AABBCCDDEEFF 00", "6A88"},
    {"00880081 10 00112233445566778899AABBCCDDEEFF 00", "6A88"},
    {"00880101 10 00112233445566778899AABBCCDDEEFF 00", "6A86"},
    {"00880001 11 00112233445566778899AABBCCDDEEFF00 00", "6700"},
    {"00880001 10 00112233445566778899AABBCCDDEEFF", "6700"},
    {"00880001 00", "6700"},
    {"00A4040C 04 A0000001", "9000"},
    {"00880081 10 00000000000000000000000000000000 00", "E5311321918C386E63E98DFF0AFA770D 9000"},
};
SCRIPT(test_auth__internal, "small", SIM_T1, internal)

static const struct step external_refused[] = {
    {"00820002", "63C2"},
    {"00820002 10 00000000000000000000000000000000", "6985"}, /* no challenge */
    {"00840000 07", "?????????????? 9000"},
    {"00820002 10 00000000000000000000000000000000", "6985"}, /* too short a one */
    {"00840000 11", "...9000"},
    {"00820002 10 00000000000000000000000000000000", "6985"}, /* too long a one */
    {"00840000 08", "???????????????? 9000"},
    {"00820002 10 00000000000000000000000000000000", "63C1"},
    {"00820002 10 00000000000000000000000000000000", "6985"}, /* the challenge is used up */
    {"00840000 08", "???????????????? 9000"},
    {"00820001 10 00000000000000000000000000000000", "6300"}, /* not counted */
    {"00820001", "6300"},
    {"00840000 08", "???????????????? 9000"},
    {"00820003 10 00000000000000000000000000000000", "6985"}, /* not made for this */
    {"00820002 10 00000000000000000000000000000000", "63C0"},
    {"00840000 08", "???????????????? 9000"},
    {"00820002 10 00000000000000000000000000000000", "6983"},
    {"00820002", "6983"},
    {"power", "3B828031FE45534D96"},
    {"00820002", "6983"},
    {"00820004", "6A88"},
    {"00820102", "6A86"},
    {"00820002 0F 000000000000000000000000000000", "6700"},
};
SCRIPT(test_auth__external_refused, "small", SIM_T1, external_refused)

/* What the outside world would answer: AES in one block, short input padded with 80 00... */
static void cryptogram(const uint8_t *key, size_t key_size, const uint8_t *challenge, size_t size,
                       uint8_t out[16]) {
    uint8_t block[16] = {0};
    memcpy(block, challenge, size);
    if (size < sizeof block)
        block[size] = 0x80;
    assert_true(sim_cipher_encrypt(key, key_size, block, out));
}

static uint16_t authenticate(struct sim_card *card, uint8_t reference, size_t key_size, size_t challenge_size,
                             bool in_time) {
    static const uint8_t key[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
    const uint8_t ask[5] = {0x00, 0x84, 0x00, 0x00, (uint8_t)challenge_size};
    uint8_t command[21] = {0x00, 0x82, 0x00, reference, 0x10};
    const uint8_t *answer;
    assert_int_equal(script_exchange(card, SIM_T1, ask, sizeof ask, &answer), challenge_size + 2);
    cryptogram(key, key_size, answer, challenge_size, command + 5);
    if (!in_time)
        assert_int_equal(script_exchange(card, SIM_T1, ask, sizeof ask, &answer), challenge_size + 2);
    assert_int_equal(script_exchange(card, SIM_T1, command, sizeof command, &answer), 2);
    return (uint16_t)(answer[0] << 8 | answer[1]);
}

static void test_auth__external(void **state) {
    (void)state;
    static const struct step closed[] = {{"00200001 04 31323334", "9000"}, {"00B08600 00", "6982"}};
    static const struct step open[] = {{"00B08600 00", "0606 9000"}, {"00820002", "9000"}};
    static const struct step lost[] = {{"00B08600 00", "6982"}, {"00820002", "63C1"}};
    struct sim_card *card = script_card("small");
    script_run(card, SIM_T1, STEPS(closed));
    for (size_t size = 8; size <= 16; size++) {
        assert_int_equal(authenticate(card, 1, 16, size, true), 0x9000);
        assert_int_equal(authenticate(card, 2, 24, size, true), 0x9000);
    }
    script_run(card, SIM_T1, STEPS(open));
    /* An answer to an older challenge proves nothing, and takes away what was proven. */
    assert_int_equal(authenticate(card, 2, 24, 8, false), 0x63C1);
    script_run(card, SIM_T1, STEPS(lost));
    assert_int_equal(authenticate(card, 2, 24, 16, true), 0x9000);
    script_run(card, SIM_T1, STEPS(open));
    sim_card_destroy(card);
}

static void test_auth__challenges_differ(void **state) {
    (void)state;
    static uint8_t seen[2000][8];
    const uint8_t ask[5] = {0x00, 0x84, 0x00, 0x00, 0x08};
    const uint8_t *answer;
    struct sim_card *card = script_card("small");
    for (size_t i = 0; i < 2000; i++) { /* several pools of 4096 bytes */
        assert_int_equal(script_exchange(card, SIM_T1, ask, sizeof ask, &answer), 10);
        memcpy(seen[i], answer, 8);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(seen[i], seen[j], 8);
    }
    sim_card_destroy(card);
}

static void test_auth__challenges_fill_what_was_asked_for(void **state) {
    (void)state;
    /* Bytes that stay zero in 40 draws (by chance: once in 2^320) were never written. */
    static const uint32_t sizes[] = {1, 3, 7, 9, 16, 255, 512, 513, 4096, 5000, 65536};
    static uint8_t any[65536];
    struct sim_card *card = script_card("small");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint8_t ask[7] = {0x00, 0x84, 0x00, 0x00, 0x00, (uint8_t)(sizes[i] >> 8), (uint8_t)sizes[i]};
        const uint8_t *answer;
        memset(any, 0, sizeof any);
        for (int round = 0; round < 40; round++) {
            assert_int_equal(script_exchange(card, SIM_T1, ask, sizeof ask, &answer), sizes[i] + 2);
            for (size_t j = 0; j < sizes[i]; j++)
                any[j] |= answer[j];
        }
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_not_equal(any[j], 0);
    }
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_auth__challenges),
        cmocka_unit_test(test_auth__internal),
        cmocka_unit_test(test_auth__external_refused),
        cmocka_unit_test(test_auth__external),
        cmocka_unit_test(test_auth__challenges_differ),
        cmocka_unit_test(test_auth__challenges_fill_what_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

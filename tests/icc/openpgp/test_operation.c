/*
 * What the keys of the OpenPGP card do, and their public halves. On the image "openpgp". Signatures of ECDSA
 * differ each time; the certificate on the card tells whether they are good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"
#include "icc/openpgp/signature.h"
#include "icc/openpgp/vectors.h"
#include "icc/piv/terminal.h"

#define SELECT_OPENPGP                                                                                       \
    { "00A4040C 06 D27600012401", "9000" }
#define PW1 "06 313233343536"
#define SIGN "002A9E9A 000033" DIGEST_INFO "0000"
#define DECIPHER "002A8086 000101 00" RSA_CIPHER "0000"
#define AUTHENTICATE "00880000 20"
#define HASH "A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF"

static const struct step sign[] = {
    SELECT_OPENPGP,
    {SIGN, "6982"},
    {"00200082" PW1, "9000"},
    {SIGN, "6982"}, /* PW1 for other things */
    {"00200081" PW1, "9000"},
    {SIGN, RSA_SIGNATURE "9000"},
    {SIGN, "6982"}, /* for one signature */
    {"00CA007A 00", "93 03 000001 9000"},
    {"00200083 08 3132333435363738", "9000"},
    {"00DA00C4 01 01", "9000"}, /* and now for many */
    {"00200081" PW1, "9000"},
    {SIGN, RSA_SIGNATURE "9000"},
    {SIGN, RSA_SIGNATURE "9000"},
    {"00CA0093 00", "000003 9000"},
    {"002A9E9A 000001 30", "6700"}, /* no answer is wanted */
    {"002A9E9A 00", "6700"},
    {"002A9E9B 000001 30 0000", "6A86"},
    {"002A9E9A 000067" DIGEST_INFO DIGEST_INFO "00 0000", "6700"}, /* over two fifths of the modulus */
    {"00CA0093 00", "000003 9000"},
};
SCRIPT(test_operation__signs, "openpgp", SIM_T1, sign)

static const struct step decipher[] = {
    SELECT_OPENPGP,
    {DECIPHER, "6982"},
    {"00200082" PW1, "9000"},
    {DECIPHER, RSA_PLAIN "9000"},
    {"002A8086 000101 02" RSA_CIPHER "0000", "6A80"},
    {"002A8086 000100" RSA_CIPHER "0000", "6A80"},
    {"002A8086 000101 00" NO_CIPHER "0000", "6A80"},
    {DECIPHER, RSA_PLAIN "9000"},
};
SCRIPT(test_operation__deciphers, "openpgp", SIM_T1, decipher)

static const struct step public_keys[] = {
    SELECT_OPENPGP,
    {"00478100 000002 B600 0000", "7F49 820109 81820100" SIGN_MODULUS "8203010001 9000"},
    {"00478100 000002 B800 0000", "7F49 820109 81820100" DECIPHER_MODULUS "8203010001 9000"},
    {"00478100 02 A400 00", "7F49 43 8641" EC_POINT "9000"},
    {"00478100 02 A500 00", "6A80"},
    {"00478100 01 B6 00", "6A80"},
    {"00478100 02 B600", "6700"},
    {"00478200 02 B600 00", "6A86"},
    {"00478000 02 B600 00", "6A81"}, /* the keys are the image's */
};
SCRIPT(test_operation__public_keys, "openpgp", SIM_T1, public_keys)

static const struct step not_selected[] = {
    {"00478100 02 B600 00", "6A88"}, {SIGN, "6A88"}, {AUTHENTICATE HASH "00", "6A88"}};
SCRIPT(test_operation__not_selected, "openpgp", SIM_T1, not_selected)

/* Numbers that begin with zeros, which one of 128 signatures has, and with a bit that is no sign. */
static void test_operation__signature_in_der(void **state) {
    uint8_t numbers[2 * SIGNATURE_NUMBER] = {0}, der[SIGNATURE_DER_MAX];
    static const uint8_t small[] = {0x30, 0x07, 0x02, 0x01, 0x00, 0x02, 0x02, 0x00, 0x80};
    (void)state;
    numbers[2 * SIGNATURE_NUMBER - 1] = 0x80;
    assert_int_equal(signature_der(numbers, der), sizeof small);
    assert_memory_equal(der, small, sizeof small);
    memset(numbers, 0xFF, sizeof numbers);
    assert_int_equal(signature_der(numbers, der), SIGNATURE_DER_MAX);
    assert_int_equal(der[3], SIGNATURE_NUMBER + 1);
}

static void test_operation__authenticates(void **state) {
    static const struct step before[] = {SELECT_OPENPGP,
                                         {AUTHENTICATE HASH "00", "6982"},
                                         {"00200082" PW1, "9000"},
                                         {"00880001 01 41 00", "6A86"}};
    static const uint8_t read[] = {0x00, 0xCA, 0x7F, 0x21, 0x00, 0x00, 0x00};
    static uint8_t certificate[2048];
    uint8_t command[38] = {0x00, 0x88, 0x00, 0x00, 0x20}, der[SIGNATURE_DER_MAX];
    const uint8_t *answer;
    struct sim_card *card = script_card("openpgp");
    (void)state;
    script_run(card, SIM_T1, STEPS(before));
    const size_t size = script_exchange(card, SIM_T1, read, sizeof read, &answer) - 2;
    assert_true(size > 256 && size < sizeof certificate);
    memcpy(certificate, answer, size);
    for (uint8_t i = 0; i < 32; i++)
        command[5 + i] = (uint8_t)(0xA0 + i);
    assert_int_equal(script_exchange(card, SIM_T1, command, sizeof command, &answer), 64 + 2);
    const size_t signed_size = signature_der(answer, der);
    assert_true(terminal_verify(certificate, size, command + 5, 32, der, signed_size));
    command[5] ^= 1;
    assert_false(terminal_verify(certificate, size, command + 5, 32, der, signed_size));
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operation__signs),         cmocka_unit_test(test_operation__deciphers),
        cmocka_unit_test(test_operation__public_keys),   cmocka_unit_test(test_operation__not_selected),
        cmocka_unit_test(test_operation__authenticates), cmocka_unit_test(test_operation__signature_in_der),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

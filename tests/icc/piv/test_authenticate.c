/*
 * GENERAL AUTHENTICATE of the PIV card: signatures, deciphering, agreement on a key, and the management key's
 * proofs with what they allow. On the image "piv". Signatures of ECDSA differ each time; the certificate on
 * the card tells whether they are good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/tlv.h"
#include "icc/card_script.h"
#include "icc/cipher.h"
#include "icc/piv/terminal.h"
#include "icc/piv/vectors.h"

#define VERIFY_PIN                                                                                           \
    { "00200080 08" PIN, "9000" }
#define READY {SELECT_PIV, NULL}, VERIFY_PIN
#define SIGN_RSA "0087079A 00010A 7C820106 8200 81820100" RSA_BLOCK "0000"
#define DECIPHER "0087079D 00010A 7C820106 8200 81820100" RSA_CIPHER "0000"
#define AGREE "00871182 47 7C45 8200 8541" EC_POINT "00"
#define SIGN_9C "0087119C 26 7C24 8200 8120" HASH "00"
#define SIGN_9E "0087119E 26 7C24 8200 8120" HASH "00"

static const struct step rsa[] = {
    {SELECT_PIV, NULL},
    {SIGN_RSA, "6982"},
    {DECIPHER, "6982"},
    VERIFY_PIN,
    {SIGN_RSA, "7C820104 82820100" RSA_SIGNATURE "9000"},
    {SIGN_RSA, "7C820104 82820100" RSA_SIGNATURE "9000"}, /* the PIN is asked for once */
    {DECIPHER, RSA_PLAIN},
    {"0087079A 000026 7C24 8200 8120" HASH "0000", "6A80"},
    {"0087079A 00010A 7C820106 8200 81820100" F32 F32 F32 F32 F32 F32 F32 F32 "0000",
     "6A80"}, /* over the modulus */
    {"0087079A 000047 7C45 8200 8541" EC_POINT "0000", "6A80"},
};

/* The same in short commands and short answers. */
static const struct step chained[] = {
    {"00A4040C 05 A000000308", "9000"},
    VERIFY_PIN,
    {"1087079A 0A 7C820106 8200 81820100", "9000"},
    {"1087079A 80 0001" F32 F32 F32 "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "9000"},
    {"0087079A 80 FFFF" F32 F32 "FFFFFFFFFFFFFFFFFFFF 00 3031300D060960864801650304020105000420" HASH,
     "6100"},
    {"00C00000 08", "7C820104 82820100 6100"},
    {"00C00000 00", RSA_SIGNATURE "9000"},
};
SCRIPT(test_authenticate__chained, "piv", SIM_T0, chained)

static const struct step agreement[] = {
    {SELECT_PIV, NULL},
    {AGREE, "6982"},
    VERIFY_PIN,
    {AGREE, "7C22 8220" EC_SHARED "9000"},
    {"00871182 47 7C45 8200 8541 05" EC_SHARED EC_SHARED "00", "6A80"},
    {"00871182 47 7C45 8200 8541 04" EC_SHARED EC_SHARED "00", "6A80"}, /* not on the curve */
    {"00871182 46 7C44 8200 8540" EC_SHARED EC_SHARED "00", "6A80"},
};

/* The card says that it cannot, where the library of its system does not have it. */
static const struct step no_agreement[] = {READY, {AGREE, "6A81"}};

static const struct step refused[] = {
    {"0087119E 26 7C24 8200 8120" HASH "00", "6A86"}, /* the application is not selected */
    READY,
    {"0087079E 26 7C24 8200 8120" HASH "00", "6A86"}, /* the algorithm is another key's */
    {"0087009E 26 7C24 8200 8120" HASH "00", "6A86"},
    {"0087119F 26 7C24 8200 8120" HASH "00", "6A86"},
    {"00871100 26 7C24 8200 8120" HASH "00", "6A86"},
    {"0087119E 26 7D24 8200 8120" HASH "00", "6A80"},
    {"0087119E 26 7C23 8200 8120" HASH "00", "6A80"},
    {"0087119E 26 7C24 8200 8121" HASH "00", "6A80"},
    {"0087119E 26 7C24 8200 8320" HASH "00", "6A80"},
    {"0087119E 26 7C24 8100 8120" HASH "00", "6A80"}, /* twice */
    {"0087119E 24 7C22 8120" HASH "00", "6A80"},      /* no answer asked for */
    {"0087119E 28 7C26 8200 8000 8120" HASH "00", "6A80"},
    {"0087119E 04 7C02 8200 00", "6A80"},
    {"0087119E 02 7C00 00", "6A80"},
    {"0087119E 00", "6A80"},
};
SCRIPT(test_authenticate__refused, "piv", SIM_T1, refused)

static void test_authenticate__rsa(void **state) {
    (void)state;
    script_once("piv", SIM_T1, STEPS(rsa));
}

static void test_authenticate__agreement(void **state) {
    (void)state;
    if (terminal_expects_agreement())
        script_once("piv", SIM_T1, STEPS(agreement));
    else
        script_once("piv", SIM_T1, STEPS(no_agreement));
}

/* The answer of a command given in bytes, its status word 9000. */
static size_t ask(struct sim_card *card, const uint8_t *command, size_t size, const uint8_t **answer) {
    const size_t got = script_exchange(card, SIM_T1, command, size, answer);
    assert_true(got >= 2);
    assert_int_equal((*answer)[got - 2] << 8 | (*answer)[got - 1], 0x9000);
    return got - 2;
}

/* The certificate (tag 70) of a container. */
static size_t read_certificate(struct sim_card *card, uint8_t last, uint8_t *out, size_t room) {
    const uint8_t command[] = {0x00, 0xCB, 0x3F, 0xFF, 0x00, 0x00, 0x05,
                               0x5C, 0x03, 0x5F, 0xC1, last, 0x00, 0x00};
    const uint8_t *answer;
    struct tlv_object container, certificate;
    const size_t size = ask(card, command, sizeof command, &answer);
    assert_true(tlv_find(answer, size, 0x53, &container));
    assert_true(tlv_find(container.value, container.length, 0x70, &certificate));
    assert_true(certificate.length <= room);
    memcpy(out, certificate.value, certificate.length);
    return certificate.length;
}

/* Signs the 32 bytes 00 to 1F. */
static void expect_signature(struct sim_card *card, uint8_t key, uint8_t container) {
    static uint8_t certificate[2048];
    uint8_t command[5 + 38 + 1] = {0x00, 0x87, 0x11, key, 38, 0x7C, 0x24, 0x82, 0x00, 0x81, 0x20};
    const uint8_t *answer;
    struct tlv_object template, signature;
    for (uint8_t i = 0; i < 32; i++)
        command[11 + i] = i;
    const size_t size = read_certificate(card, container, certificate, sizeof certificate);
    const size_t got = ask(card, command, sizeof command, &answer);
    assert_true(tlv_find(answer, got, 0x7C, &template));
    assert_int_equal(template.size, got);
    assert_true(tlv_find(template.value, template.length, 0x82, &signature));
    assert_true(terminal_verify(certificate, size, command + 11, 32, signature.value, signature.length));
    command[11] ^= 1;
    assert_false(terminal_verify(certificate, size, command + 11, 32, signature.value, signature.length));
}

static void test_authenticate__ecdsa(void **state) {
    (void)state;
    static const struct step selected[] = {{SELECT_PIV, NULL}, {SIGN_9C, "6982"}};
    static const struct step shown[] = {VERIFY_PIN};
    static const struct step used_up[] = {{SIGN_9C, "6982"}, {"00200080", "9000"}, {SIGN_9C, "6982"}};
    static const struct step before_another[] = {VERIFY_PIN, {SIGN_9E, NULL}, {SIGN_9C, "6982"}};
    struct sim_card *card = script_card("piv");
    script_run(card, SIM_T1, STEPS(selected));
    expect_signature(card, 0x9E, 0x01); /* without a PIN */
    script_run(card, SIM_T1, STEPS(shown));
    expect_signature(card, 0x9C, 0x0A);
    script_run(card, SIM_T1, STEPS(used_up));
    script_run(card, SIM_T1, STEPS(before_another));
    script_run(card, SIM_T1, STEPS(shown));
    expect_signature(card, 0x9C, 0x0A);
    sim_card_destroy(card);
}

/* The certificates of the RSA keys are those keys': what 9A makes of a hash is a signature of it. */
static void test_authenticate__rsa_certificate(void **state) {
    (void)state;
    static uint8_t certificate[2048];
    static const struct step ready[] = {READY, {SIGN_RSA, NULL}};
    uint8_t hash[32];
    const uint8_t *answer;
    struct sim_card *card = script_card("piv");
    script_run(card, SIM_T1, STEPS(ready));
    uint8_t command[] = {0x00, 0x87, 0x07, 0x9A, 0x00, 0x01, 0x0A, 0x7C, 0x82,
                         0x01, 0x06, 0x82, 0x00, 0x81, 0x82, 0x01, 0x00};
    static const uint8_t info[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                   0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    uint8_t whole[sizeof command + 256 + 2] = {0};
    memcpy(whole, command, sizeof command);
    uint8_t *block = whole + sizeof command;
    memset(block, 0xFF, 256);
    block[0] = 0;
    block[1] = 1;
    for (uint8_t i = 0; i < sizeof hash; i++)
        hash[i] = (uint8_t)(0xA0 + i);
    block[256 - 32 - sizeof info - 1] = 0;
    memcpy(block + 256 - 32 - sizeof info, info, sizeof info);
    memcpy(block + 256 - 32, hash, 32);
    const size_t size = read_certificate(card, 0x05, certificate, sizeof certificate);
    assert_int_equal(ask(card, whole, sizeof whole, &answer), 8 + 256);
    assert_true(terminal_verify(certificate, size, hash, 32, answer + 8, 256));
    sim_card_destroy(card);
}

static const uint8_t management_key[24] = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4,
                                           5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8};

/* Sends 7C with what is given in front of one block, answers the status word. */
static uint16_t send_block(struct sim_card *card, const char *head, size_t head_size, const uint8_t *block) {
    uint8_t command[64] = {0x00, 0x87, 0x0A, 0x9B};
    const uint8_t *answer;
    command[4] = (uint8_t)(head_size + 16);
    memcpy(command + 5, head, head_size);
    memcpy(command + 5 + head_size, block, 16);
    const size_t got = script_exchange(card, SIM_T1, command, 5 + head_size + 16, &answer);
    assert_int_equal(got, 2);
    return (uint16_t)(answer[0] << 8 | answer[1]);
}

static void ask_challenge(struct sim_card *card, uint8_t tag, uint8_t block[16]) {
    const uint8_t command[] = {0x00, 0x87, 0x0A, 0x9B, 0x04, 0x7C, 0x02, tag, 0x00, 0x00};
    const uint8_t *answer;
    assert_int_equal(ask(card, command, sizeof command, &answer), 20);
    assert_int_equal(answer[0], 0x7C);
    assert_int_equal(answer[2], tag);
    memcpy(block, answer + 4, 16);
}

#define PUT_FACE "00DB3FFF 0A 5C03 5FC108 53 03 BCBDBE"
#define GET_FACE "00CB3FFF 05 5C03 5FC108 00"

/* External authentication: what it allows, and that each challenge serves once. */
static void test_authenticate__external(void **state) {
    (void)state;
    static const struct step before[] = {READY, {PUT_FACE, "6982"}};
    static const struct step after[] = {
        {PUT_FACE, "9000"},
        {GET_FACE, "5303 BCBDBE 9000"},
        {"00DB3FFF 07 5C03 5FC108 53 00", "9000"},
        {GET_FACE, "6A82"},
        {"00DB3FFF 15 7E 13 4F0B A000000308000010000100 5F2F 03 600000 ", "6982"},
        {"00DB3FFF 0A 5C03 5FC119 53 03 BCBDBE", "6A82"},
        {"00DB3FFF 0A 5C03 5FC108 54 03 BCBDBE", "6A80"},
        {"00DB3FFF 0A 5C03 5FC108 53 04 BCBDBE", "6A80"},
        {"00DB3FFF 0A 5C03 5FC108 53 02 BCBDBE", "6A80"},
        {"00DB3FFF 05 5C03 5FC108", "6A80"},
        {"00DB3FFF", "6A80"},
        {"00DB3F00 0A 5C03 5FC108 53 03 BCBDBE", "6A86"},
        {"10DB3FFF 08 5C03 5FC108 53 03 BC", "9000"}, /* in two links */
        {"00DB3FFF 02 BDBF", "9000"},
        {GET_FACE, "5303 BCBDBF 9000"},
    };
    static const struct step reset[] = {{"reset", NULL}, READY, {PUT_FACE, "6982"}};
    uint8_t block[16];
    struct sim_card *card = script_card("piv");
    script_run(card, SIM_T1, STEPS(before));
    assert_int_equal(send_block(card, "\x7C\x12\x82\x10", 4, block), 0x6985); /* no challenge */
    ask_challenge(card, 0x81, block);
    assert_int_equal(send_block(card, "\x7C\x12\x82\x10", 4, block), 0x6982); /* not encrypted */
    assert_true(sim_cipher_encrypt(management_key, sizeof management_key, block, block));
    assert_int_equal(send_block(card, "\x7C\x12\x82\x10", 4, block), 0x6985); /* used up */
    ask_challenge(card, 0x81, block);
    assert_true(sim_cipher_encrypt(management_key, sizeof management_key, block, block));
    assert_int_equal(send_block(card, "\x7C\x12\x82\x10", 4, block), 0x9000);
    script_run(card, SIM_T1, STEPS(after));
    script_run(card, SIM_T1, STEPS(reset));
    sim_card_destroy(card);
}

/* Mutual: whoever reads the witness proves himself, and has the card do the same. */
static void test_authenticate__mutual(void **state) {
    (void)state;
    static const struct step ready[] = {
        READY, {"00870A9B 16 7C14 8110 00000000000000000000000000000000 8200 00", "6982"}};
    static const struct step after[] = {{PUT_FACE, "9000"}};
    uint8_t witness[16], expected[16];
    uint8_t command[] = {0x00, 0x87, 0x0A, 0x9B, 0x28, 0x7C, 0x26, 0x80, 0x10, 0,    0,    0,   0, 0, 0, 0, 0,
                         0,    0,    0,    0,    0,    0,    0,    0,    0x81, 0x10, 0,    1,   2, 3, 4, 5, 6,
                         7,    8,    9,    10,   11,   12,   13,   14,   15,   0x82, 0x00, 0x00};
    const uint8_t *answer;
    struct sim_card *card = script_card("piv");
    script_run(card, SIM_T1, STEPS(ready));
    ask_challenge(card, 0x80, witness);
    assert_int_equal(script_exchange(card, SIM_T1, command, sizeof command, &answer), 2); /* not read */
    assert_memory_equal(answer, "\x69\x82", 2);
    ask_challenge(card, 0x80, witness);
    terminal_decrypt(management_key, sizeof management_key, witness, command + 9);
    assert_int_equal(ask(card, command, sizeof command, &answer), 20);
    assert_memory_equal(answer, "\x7C\x12\x82\x10", 4);
    assert_true(sim_cipher_encrypt(management_key, sizeof management_key, command + 27, expected));
    assert_memory_equal(answer + 4, expected, 16);
    script_run(card, SIM_T1, STEPS(after));
    assert_int_equal(script_exchange(card, SIM_T1, command, sizeof command, &answer), 2); /* once only */
    assert_memory_equal(answer, "\x69\x85", 2);
    sim_card_destroy(card);
}

/* Ten wrong proofs block the management key. */
static void test_authenticate__blocked(void **state) {
    (void)state;
    static const struct step ready[] = {READY};
    static const struct step blocked[] = {{"00870A9B 04 7C02 8100 00", "6983"},
                                          {"00870A9B 04 7C02 8000 00", "6983"}};
    uint8_t block[16];
    struct sim_card *card = script_card("piv");
    script_run(card, SIM_T1, STEPS(ready));
    for (unsigned i = 0; i < 10; i++) {
        ask_challenge(card, 0x81, block);
        assert_int_equal(send_block(card, "\x7C\x12\x82\x10", 4, block), 0x6982);
    }
    script_run(card, SIM_T1, STEPS(blocked));
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_authenticate__rsa),
        cmocka_unit_test(test_authenticate__chained),
        cmocka_unit_test(test_authenticate__rsa_certificate),
        cmocka_unit_test(test_authenticate__ecdsa),
        cmocka_unit_test(test_authenticate__agreement),
        cmocka_unit_test(test_authenticate__refused),
        cmocka_unit_test(test_authenticate__external),
        cmocka_unit_test(test_authenticate__mutual),
        cmocka_unit_test(test_authenticate__blocked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

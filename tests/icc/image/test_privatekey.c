/*
 * Asymmetric keys of a card image: the forms they may have, in the image and in a file beside it, and for
 * everything wrong the exact line, field and reason. The keys are test keys, made for this file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"
#include "icc/image_faults.h"
#include "icc/keypair/keypair.h"
#include "icc/os.h"

/* Texts as they stand in JSON. */

#define RSA_PKCS1                                                                                            \
    "-----BEGIN RSA PRIVATE KEY-----\\n"                                                                     \
    "MIICXQIBAAKBgQCz8EskSBfjoo+GqlUInJl++p96saDjD8/YS0wdfQ98k4xTAOtY\\n"                                    \
    "I3M/BzeUhA+C2DYmncp8C+nTC4bZciIxrbAQZSDQRrd0lgzbP+eoLvobTYeei0Bh\\n"                                    \
    "9oz0GBx5c9kYGs21NLfsilBgbOIbyT15S7Myq0DkiWIiBN+gR6wUyeELCQIDAQAB\\n"                                    \
    "AoGAc35rrJj9hGWl/Ai+Va22NDOHQ4hZvQQ8IxeJfm/0DcDi07AGXuc6JJ1sRk5R\\n"                                    \
    "aml+sGCdQ+udpJGEd3NzkTFrjLaqHBxuhhjPqkpUb6PJ69X+GGkJ7QZ2SPLsYLcn\\n"                                    \
    "7M9pqe5EblFZ04pt2xL1LweZ8x986M9zlqdAZXWZIaeFBQECQQDfvrZic/Kap6JB\\n"                                    \
    "evWwXtQHvWBBjnsBvAmgen/FoAuFbYO7HC1PJVKnW5MqwPplFBbD6rlXTdb2Zoqu\\n"                                    \
    "h01MlebpAkEAzeDpqIJe/IwMrtqrDmrJ9DXD3uxbKBZUB9o8Hb9n74jHCmG6MYJU\\n"                                    \
    "yRPFMs7vLfD9Qkbcb9RkNc+5TopDzO2vIQJBANcnwKDqGJgprTjEcfA5MDGFJUPF\\n"                                    \
    "LHodhTBhu+6hmZKkHjHWxac/H705rUpGqkJ6z+10EOhoPNdTAfcUuvtzhskCQHKH\\n"                                    \
    "jjSp4gGIP33+M26fxZ1PU5ltzwAr+68qnorF8iH06xVBbH0iTdxWXTt4luHt0FXQ\\n"                                    \
    "aczkUKMG3cVtcW5NQ0ECQQCnhwdXmbPCA8NtaWfe/GXMsNBzlnaJOFWzaWsn/cZa\\n"                                    \
    "kW4NhM6c9ZOKN8Fe+O1w7CFLZPfv8wH/PGVUurBcnO1L\\n"                                                        \
    "-----END RSA PRIVATE KEY-----\\n"

#define EC_SEC1                                                                                              \
    "-----BEGIN EC PRIVATE KEY-----\\n"                                                                      \
    "MHcCAQEEIHu1DnUPEn8n0RHVEMxr3uTBx3giVXCdiHjHDhgAeMTUoAoGCCqGSM49\\n"                                    \
    "AwEHoUQDQgAEvhrsmQVNmWQQdM/fLFWP+MfpCqDGiZYG8gu9ZKkCZKwIN8ihcg05\\n"                                    \
    "0M017/d2KYUxddUpQrZot50ZAUpRQFvAoA==\\n"                                                                \
    "-----END EC PRIVATE KEY-----\\n"

#define EC_PKCS8                                                                                             \
    "-----BEGIN PRIVATE KEY-----\\n"                                                                         \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge7UOdQ8SfyfREdUQ\\n"                                    \
    "zGve5MHHeCJVcJ2IeMcOGAB4xNShRANCAAS+GuyZBU2ZZBB0z98sVY/4x+kKoMaJ\\n"                                    \
    "lgbyC71kqQJkrAg3yKFyDTnQzTXv93YphTF11SlCtmi3nRkBSlFAW8Cg\\n"                                            \
    "-----END PRIVATE KEY-----\\n"

#define EC_P384                                                                                              \
    "-----BEGIN PRIVATE KEY-----\\n"                                                                         \
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBjJ0Da1/z1C8oGu2Fm\\n"                                    \
    "t5cgYfKpVL0cRqPqGGHpqORud0pxqRn+dvzg8oYWyKqoxIChZANiAAR+QPADj/IO\\n"                                    \
    "aKU1t/7RnxEYvzxRViwZQBABxW6tUCPayXWP+JBFNCy4IMdMtu/wzbJ+JTeLOanS\\n"                                    \
    "KLD2TNCIj99Z4/wxlvv7d6nWRaPCQGL4hHRKbEkyxJmZUzkbx6IhGbY=\\n"                                            \
    "-----END PRIVATE KEY-----\\n"

#define ENCRYPTED                                                                                            \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\\n"                                                               \
    "MIHrMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAh2kab9nlzPyQIBATAM\\n"                                    \
    "BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQOcj7v/iQJ3Sa7pNEfEXOmASBkHs8\\n"                                    \
    "TMEwMBiBv/FZyuvEYjO78zQ40W6vwqJSEZNwrB3zBoWIeqg0F5QNXzYAUAIMWSJQ\\n"                                    \
    "hIiMi/D7zSshl11K9FWOLM79hLIqp3aiLA7yRlqUM2GmEti2IIHN1w1rWcOfvOHB\\n"                                    \
    "rEzUtA85ths7miZ7QLlY0p4TDCUXgRcf2uqXC9LhRqQqQ5ZiIfonlsUT13wM1g==\\n"                                    \
    "-----END ENCRYPTED PRIVATE KEY-----\\n"

#define OLD_ENCRYPTED                                                                                        \
    "-----BEGIN EC PRIVATE KEY-----\\n"                                                                      \
    "Proc-Type: 4,ENCRYPTED\\n"                                                                              \
    "DEK-Info: AES-128-CBC,29A0A21B95503007CE0597B40FADFAE0\\n"                                              \
    "\\n"                                                                                                    \
    "1G4d2KljCYD52c1vJSVBsWVzQRGP10i0+n76BVdt8IBKPF8IOcVar53XxQhi9EZF\\n"                                    \
    "WiQ6JLfBQpOu6K52hCIWLARpmZ827q1qXvUoiCqHKvT6iXXoz72sFI4MhzvQAul8\\n"                                    \
    "UL4OcHZgH8qXt6ByeFjwn1aMty9TPsMT69V0A7qFgOM=\\n"                                                        \
    "-----END EC PRIVATE KEY-----\\n"

#define ED25519                                                                                              \
    "-----BEGIN PRIVATE KEY-----\\n"                                                                         \
    "MC4CAQAwBQYDK2VwBCIEINdD38DXnF9JIQd2IKZ14UK5Lot7bsLC5+I2jN26OmuG\\n"                                    \
    "-----END PRIVATE KEY-----\\n"

#define PIV_CARD                                                                                             \
    "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"protocols\":[\"T=1\"],\"commands\":\"piv\",\"mf\":{\n"
#define KEY(fields) PIV_CARD "\"keys\":[{\"reference\":\"01\"," fields "}]" END
#define PRIVATE(fields) KEY("\"private\":{" fields "}")
#define PEM(text) PRIVATE("\"pem\":\"" text "\"")

static void expect_key(const char *text, enum keypair_kind kind, size_t size) {
    char message[300] = "";
    struct sim_card *card = faults_load(text, strlen(text), message, sizeof message);
    assert_string_equal(message, "");
    assert_non_null(card->keys[0].pair);
    assert_int_equal(sim_keypair_kind(card->keys[0].pair), kind);
    assert_int_equal(sim_keypair_size(card->keys[0].pair), size);
    sim_card_destroy(card);
}

static void test_image_privatekey__forms(void **state) {
    (void)state;
    expect_key(PEM(RSA_PKCS1), KEYPAIR_RSA, 128);
    expect_key(PEM(EC_SEC1), KEYPAIR_EC, 32);
    expect_key(PEM(EC_PKCS8), KEYPAIR_EC, 32);
    expect_key(PEM("A test key:\\n" EC_PKCS8 "and more text"), KEYPAIR_EC, 32);
    expect_key(PEM("-----BEGIN PUBLIC KEY-----\\n-----END PUBLIC KEY-----\\n" EC_PKCS8), KEYPAIR_EC, 32);
}

static void test_image_privatekey__faults(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {CARD "\"keys\":[{\"reference\":\"01\",\"private\":{}}]" END,
         "2: mf.keys[0].private: wants \"commands\" that are those of \"piv\" or \"openpgp\""},
        {PRIVATE(""), "2: mf.keys[0].private: must have either \"pem\" or \"file\""},
        {PRIVATE("\"pem\":\"a\",\"file\":\"b\""),
         "2: mf.keys[0].private: must have either \"pem\" or \"file\""},
        {PRIVATE("\"der\":\"00\""), "2: mf.keys[0].private.der: unknown field"},
        {KEY("\"private\":\"a\""), "2: mf.keys[0].private: must be an object"},
        {KEY(K16 ",\"private\":{}"), "2: mf.keys[0].value: unknown field"},
        {KEY(K16 ",\"pin_always\":true"), "2: mf.keys[0].pin_always: unknown field"},
        {PEM("x"), "2: mf.keys[0].private.pem: there is no private key in it"},
        {PEM("-----BEGIN PRIVATE KEY-----\\n"), "2: mf.keys[0].private.pem: there is no private key in it"},
        {PEM("-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----"),
         "2: mf.keys[0].private.pem: there is no private key in it"},
        {PEM("-----BEGIN PRIVATE KEY-----\\n-----END PRIVATE KEY-----"),
         "2: mf.keys[0].private.pem: there is no private key in it"},
        {PEM("-----BEGIN PRIVATE KEY-----\\nAAA\\n-----END PRIVATE KEY-----"),
         "2: mf.keys[0].private.pem: there is no private key in it"},
        {PEM("-----BEGIN PRIVATE KEY-----\\nA===\\n-----END PRIVATE KEY-----"),
         "2: mf.keys[0].private.pem: there is no private key in it"},
        {PEM("-----BEGIN PRIVATE KEY-----\\nAA=A\\n-----END PRIVATE KEY-----"),
         "2: mf.keys[0].private.pem: there is no private key in it"},
        {PEM("-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----"),
         "2: mf.keys[0].private.pem: must be RSA of at most 4096 bits, or EC on P-256"},
        {PEM(EC_P384), "2: mf.keys[0].private.pem: must be RSA of at most 4096 bits, or EC on P-256"},
        {PEM(ED25519), "2: mf.keys[0].private.pem: must be RSA of at most 4096 bits, or EC on P-256"},
        {PEM(ENCRYPTED), "2: mf.keys[0].private.pem: the key is encrypted"},
        {PEM(OLD_ENCRYPTED), "2: mf.keys[0].private.pem: the key is encrypted"},
        {PRIVATE("\"file\":\"absent.pem\""), "2: mf.keys[0].private.file: cannot be read"},
        {PRIVATE("\"file\":\"/absent/absent.pem\""), "2: mf.keys[0].private.file: cannot be read"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

/* Writes beside the image. */
static void write_file(const char *name, const char *text, size_t padding) {
    char path[FAULTS_PATH_ROOM];
    strcpy(path, faults_path);
    strcpy(strrchr(path, '/') + 1, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (const char *at = text; *at; at++) { /* \n as in JSON */
        const bool line_end = at[0] == '\\' && at[1] == 'n';
        assert_int_not_equal(fputc(line_end ? '\n' : *at, file), EOF);
        at += line_end;
    }
    for (size_t i = 0; i < padding; i++)
        assert_int_equal(fputc(' ', file), ' ');
    assert_int_equal(fclose(file), 0);
}

static void test_image_privatekey__from_a_file(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {PRIVATE("\"file\":\"k.pem\""), "2: mf.keys[0].private.file: there is no private key in it"}};
    static const struct fault too_large[] = {
        {PRIVATE("\"file\":\"k.pem\""), "2: mf.keys[0].private.file: is larger than 64 KiB"}};
    write_file("k.pem", EC_PKCS8, 0);
    expect_key(PRIVATE("\"file\":\"k.pem\""), KEYPAIR_EC, 32);
    write_file("k.pem", RSA_PKCS1, 1000);
    expect_key(PRIVATE("\"file\":\"k.pem\""), KEYPAIR_RSA, 128);
    write_file("k.pem", "no key", 0);
    faults_expect(faults, 1);
    write_file("k.pem", EC_PKCS8, 64 * 1024);
    faults_expect(too_large, 1);
}

/* References and tags as PIV has them. */
static void test_image_privatekey__references_and_tags(void **state) {
    (void)state;
#define OBJECT(tag) PIV_CARD "\"objects\":[{\"tag\":\"" tag "\",\"value\":\"5300\"}]" END
#define DF PIV_CARD "\"files\":[{\"id\":\"0001\",\"type\":\"df\",\n"
    static const struct fault faults[] = {
        {OBJECT("5FC1"), "2: mf.objects[0].tag: is no tag of ISO/IEC 7816-4 §5.2.2.1"},
        {OBJECT("7E00"), "2: mf.objects[0].tag: is no tag of ISO/IEC 7816-4 §5.2.2.1"},
        {OBJECT("00"), "2: mf.objects[0].tag: is no tag of ISO/IEC 7816-4 §5.2.2.1"},
        {OBJECT("5FC10200"), "2: mf.objects[0].tag: must have 1 to 3 bytes, has 4"},
        {DF "\"pins\":[{\"reference\":\"A0\",\"value\":\"1234\"}]}]" END,
         "3: mf.files[0].pins[0].reference: must be 80 to 9F here"},
        {DF "\"select\":\"\"}]" END, "3: mf.files[0].select: must have 1 to 128 bytes, has 0"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

/* A key goes with the directory it belongs to. */
static void test_image_privatekey__deleted(void **state) {
    (void)state;
    static const char text[] =
        PIV_CARD "\"files\":[{\"id\":\"0001\",\"type\":\"df\",\"delete\":\"always\","
                 "\"keys\":[{\"reference\":\"81\",\"private\":{\"pem\":\"" EC_PKCS8 "\"}}]}]" END;
    static const struct step steps[] = {
        {"00A4000C 02 0001", "9000"},
        {"00871181 08 7C06 8200 8102 0001 00", "...9000"},
        {"00E40000", "9000"},
        {"00871181 08 7C06 8200 8102 0001 00", "6A86"},
    };
    char message[300] = "";
    uint8_t atr[SIM_ATR_MAX];
    struct sim_card *card = faults_load(text, sizeof text - 1, message, sizeof message);
    assert_string_equal(message, "");
    assert_true(sim_card_power_up(card, atr) > 1);
    script_run(card, SIM_T1, STEPS(steps));
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image_privatekey__forms),
        cmocka_unit_test(test_image_privatekey__faults),
        cmocka_unit_test(test_image_privatekey__from_a_file),
        cmocka_unit_test(test_image_privatekey__references_and_tags),
        cmocka_unit_test(test_image_privatekey__deleted),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}

/*
 * ISCardAuth on the PIV card, whose directory a program makes the current one: signatures, verified against
 * the certificates that the card has in its files, and the management key. Over T=0 and T=1 where the world's
 * card has both. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/tlv.h"
#include "icc/cipher.h"
#include "icc/piv/terminal.h"
#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

#define RSA_2048 0x07
#define AES_192 0x0A
#define P256 0x11
#define BLOCK 16
#define HASH 32
#define HASH_INFO "3031300D060960864801650304020105000420" /* PKCS #1: what follows is a SHA-256 */

static struct world *world;

static struct stage {
    ISCard *card; /* what the manager takes its connection from */
    ISCardManage *manage;
    ISCardFileAccess *files;
    ISCardVerify *verify;
    ISCardAuth *auth;
} stage;

static uint8_t hash[HASH];

static int stage_open(SCARD_PROTOCOLS protocol) {
    HSCARD handle = 0;
    world_insert(world, "piv");
    stage.card = world_card(world);
    assert_hr(ISCard_AttachByReader(stage.card, world->reader, SHARED, protocol), S_OK);
    assert_hr(ISCard_get_CardHandle(stage.card, &handle), S_OK);
    stage.manage = managing_new(world);
    assert_hr(ISCardManage_AttachByHandle(stage.manage, handle), S_OK);
    stage.files = managing_files(stage.manage);
    stage.verify = managing_verify(stage.manage);
    stage.auth = managing_auth(stage.manage);
    for (uint8_t i = 0; i < HASH; ++i)
        hash[i] = (uint8_t)(0xA0 + i);
    return 0;
}

/* The real service's card has one protocol: the same cases go over that one twice. */
static int open_t0(void **state) {
    (void)state;
    return stage_open((SCARD_PROTOCOLS)(world->sim ? T0 : T0 | T1));
}

static int open_t1(void **state) {
    (void)state;
    return stage_open(T1);
}

static int stage_close(void **state) {
    ISCardAuth_Release(stage.auth);
    ISCardVerify_Release(stage.verify);
    ISCardFileAccess_Release(stage.files);
    ISCardManage_Release(stage.manage);
    ISCard_Release(stage.card);
    return world_after(state);
}

static void enter(void) {
    BSTR name = SysAllocString(L"A000000308000010000100");
    assert_hr(ISCardFileAccess_ChangeDir(stage.files, SC_TYPE_BY_NAME, name), S_OK);
    SysFreeString(name);
}

static HRESULT show_pin(void) {
    IByteBuffer *pin = buffer_of("123456", 6);
    LONG reference = 0x80;
    const HRESULT hr = ISCardVerify_Verify(stage.verify, pin, SC_FL_NO_FLAGS, &reference);
    IByteBuffer_Release(pin);
    return hr;
}

/* The card's answer replaces the bytes; *size: how many. */
static HRESULT ask_card(LONG algorithm, uint8_t key, LONG wanted, IByteBuffer *buffer, LONG *size) {
    IByteBuffer *const parameters = buffer_of(&key, 1);
    IByteBuffer *same = buffer;
    *size = wanted;
    const HRESULT hr = ISCardAuth_ICC_Auth(stage.auth, algorithm, parameters, size, &same);
    assert_ptr_equal(same, buffer);
    IByteBuffer_Release(parameters);
    return hr;
}

/* The certificate out of its file (SP 800-73-4 part 1, table 10: tag 70). */
static size_t read_certificate(const wchar_t *file, uint8_t *out, size_t room) {
    BSTR path = SysAllocString(file);
    HSCARD_FILE handle = 0;
    IByteBuffer *content = NULL;
    LONG size = 0, read = 0;
    uint8_t bytes[4096];
    struct tlv_object certificate;
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, path, &handle), S_OK);
    assert_hr(ISCardFileAccess_Read(stage.files, handle, &size, &content, SC_FL_NO_FLAGS), S_OK);
    assert_true(size > 0 && (size_t)size <= sizeof bytes);
    assert_hr(IByteBuffer_Read(content, bytes, size, &read), S_OK);
    assert_true(tlv_find(bytes, (size_t)read, 0x70, &certificate));
    assert_true(certificate.length <= room);
    memcpy(out, certificate.value, certificate.length);
    IByteBuffer_Release(content);
    assert_hr(ISCardFileAccess_Close(stage.files, handle), S_OK);
    SysFreeString(path);
    return certificate.length;
}

/* What the key has made is a signature of the hash by the key of the certificate, and of no other hash. */
static void assert_signature(IByteBuffer *buffer, LONG size, const wchar_t *file) {
    static uint8_t certificate[4096];
    uint8_t signature[512], other[HASH];
    LONG read = 0;
    assert_true(size > 0 && (size_t)size <= sizeof signature);
    assert_int_equal(buffer_position(buffer), 0);
    assert_hr(IByteBuffer_Read(buffer, signature, size, &read), S_OK);
    assert_int_equal(read, size);
    const size_t certified = read_certificate(file, certificate, sizeof certificate);
    assert_true(terminal_verify(certificate, certified, hash, HASH, signature, (size_t)size));
    memcpy(other, hash, HASH);
    other[0] ^= 1;
    assert_false(terminal_verify(certificate, certified, other, HASH, signature, (size_t)size));
}

static void test_p256__signs(void **state) {
    IByteBuffer *buffer = buffer_of(hash, HASH);
    LONG size = 0;
    (void)state;
    /* Not in the PIV directory it is INTERNAL AUTHENTICATE, which such a card has not. */
    assert_hr(ask_card(P256, 0x9E, 0, buffer, &size), SCARD_E_UNSUPPORTED_FEATURE);
    enter();
    assert_hr(ask_card(P256, 0x9E, 0, buffer, &size), S_OK);
    assert_signature(buffer, size, L"0500");
    IByteBuffer_Release(buffer);
    /* no more than is wanted */
    buffer = buffer_of(hash, HASH);
    assert_hr(ask_card(P256, 0x9E, 4, buffer, &size), S_OK);
    assert_int_equal(size, 4);
    IByteBuffer_Release(buffer);
}

/* Between two calls another program may select what it wants. */
static void test_p256__beside_others(void **state) {
    ISCard *other = managing_other(world, SHARED);
    IByteBuffer *buffer = buffer_of(hash, HASH);
    LONG size = 0;
    (void)state;
    enter();
    assert_apdu(other, "00 A4 00 0C 02 3F 00", "90 00");
    assert_hr(ask_card(P256, 0x9E, 0, buffer, &size), S_OK);
    assert_signature(buffer, size, L"0500");
    IByteBuffer_Release(buffer);
    ISCard_Release(other);
}

/* Key 9C wants the PIN right before each use: one lock around both. */
static void test_p256__with_the_pin_each_time(void **state) {
    IByteBuffer *first = buffer_of(hash, HASH), *second = buffer_of(hash, HASH);
    LONG size = 0;
    (void)state;
    enter();
    assert_hr(ISCardManage_SCardLock(stage.manage), S_OK);
    assert_hr(ask_card(P256, 0x9C, 0, first, &size), SCARD_W_SECURITY_VIOLATION);
    assert_int_equal(size, 0);
    assert_hr(show_pin(), S_OK);
    assert_hr(ask_card(P256, 0x9C, 0, first, &size), S_OK);
    const LONG signature = size;
    assert_hr(ask_card(P256, 0x9C, 0, second, &size), SCARD_W_SECURITY_VIOLATION);
    assert_hr(show_pin(), S_OK);
    assert_hr(ask_card(P256, 0x9C, 0, second, &size), S_OK);
    assert_signature(second, size, L"0100");
    assert_signature(first, signature, L"0100");
    assert_hr(ISCardManage_SCardUnlock(stage.manage, LEAVE), S_OK);
    IByteBuffer_Release(second);
    IByteBuffer_Release(first);
}

/* EMSA-PKCS1-v1_5 of the hash: a whole block, which short commands carry in two. */
static IByteBuffer *padded_hash(void) {
    uint8_t block[256];
    memset(block, 0xFF, sizeof block);
    block[0] = 0;
    block[1] = 1;
    memcpy(block + sizeof block - HASH, hash, HASH);
    bytes_from_hex(HASH_INFO, block + sizeof block - HASH - 19, 19);
    block[sizeof block - HASH - 20] = 0;
    return buffer_of(block, sizeof block);
}

static void test_rsa__signs(void **state) {
    IByteBuffer *buffer = padded_hash();
    LONG size = 0;
    (void)state;
    enter();
    assert_hr(ISCardManage_SCardLock(stage.manage), S_OK);
    assert_hr(ask_card(RSA_2048, 0x9A, 0, buffer, &size), SCARD_W_SECURITY_VIOLATION);
    assert_hr(show_pin(), S_OK);
    assert_hr(ask_card(RSA_2048, 0x9A, 256, buffer, &size), S_OK);
    assert_int_equal(size, 256);
    assert_signature(buffer, size, L"0101");
    assert_hr(ISCardManage_SCardUnlock(stage.manage, LEAVE), S_OK);
    IByteBuffer_Release(buffer);
}

static void test_keys__refused(void **state) {
    IByteBuffer *buffer = buffer_of(hash, HASH);
    LONG size = 0;
    (void)state;
    enter();
    assert_hr(ask_card(RSA_2048, 0x9E, 0, buffer, &size), E_INVALIDARG); /* another key's algorithm */
    assert_hr(ask_card(P256, 0x9F, 0, buffer, &size), E_INVALIDARG);     /* no such key */
    assert_int_equal(size, 0);
    assert_hr(ask_card(P256, 0x9E, 0, buffer, &size), S_OK); /* the hash is still there */
    assert_signature(buffer, size, L"0500");
    IByteBuffer_Release(buffer);
}

/* The management key */

static const uint8_t management = 0x9B;

static void ask_challenge(uint8_t challenge[BLOCK]) {
    IByteBuffer *parameters = buffer_of(&management, 1), *out = NULL;
    LONG size = 0, read = 0;
    assert_hr(ISCardAuth_GetChallenge(stage.auth, AES_192, parameters, &size, &out), S_OK);
    assert_int_equal(size, BLOCK);
    assert_hr(IByteBuffer_Read(out, challenge, BLOCK, &read), S_OK);
    assert_int_equal(read, BLOCK);
    IByteBuffer_Release(out);
    IByteBuffer_Release(parameters);
}

static HRESULT respond(const uint8_t response[BLOCK]) {
    IByteBuffer *parameters = buffer_of(&management, 1), *buffer = buffer_of(response, BLOCK);
    const HRESULT hr = ISCardAuth_APP_Auth(stage.auth, AES_192, parameters, buffer);
    IByteBuffer_Release(buffer);
    IByteBuffer_Release(parameters);
    return hr;
}

/* The facial image, which whoever has the management key may write. */
static HRESULT write_face(void) {
    BSTR path = SysAllocString(L"6030");
    IByteBuffer *face = buffer_from_hex("BC01AA");
    HSCARD_FILE file = 0;
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, path, &file), S_OK);
    const HRESULT hr = ISCardFileAccess_Write(stage.files, file, 0, face, SC_FL_NO_FLAGS);
    assert_hr(ISCardFileAccess_Close(stage.files, file), S_OK);
    IByteBuffer_Release(face);
    SysFreeString(path);
    return hr;
}

static void test_application__proves_itself(void **state) {
    static const uint8_t key[24] = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t challenge[BLOCK] = {0}, response[BLOCK];
    (void)state;
    enter();
    assert_hr(ISCardManage_SCardLock(stage.manage), S_OK);
    assert_hr(write_face(), SCARD_W_SECURITY_VIOLATION);
    assert_hr(respond(challenge), SCARD_E_NO_ACCESS); /* no challenge: 6985 */
    ask_challenge(challenge);
    assert_hr(respond(challenge), SCARD_W_SECURITY_VIOLATION);
    assert_hr(respond(challenge), SCARD_E_NO_ACCESS); /* a challenge serves once */
    ask_challenge(challenge);
    assert_true(sim_cipher_encrypt(key, sizeof key, challenge, response));
    assert_hr(respond(response), S_OK);
    assert_hr(write_face(), S_OK);
    assert_hr(ISCardManage_SCardUnlock(stage.manage, LEAVE), S_OK);
}

static void test_application__is_wrong(void **state) {
    IByteBuffer *parameters = buffer_of(&management, 1), *out = NULL;
    uint8_t challenge[BLOCK];
    LONG size = 0;
    (void)state;
    enter();
    assert_hr(ISCardManage_SCardLock(stage.manage), S_OK);
    for (int i = 0; i < 10; ++i) {
        ask_challenge(challenge);
        assert_hr(respond(challenge), SCARD_W_SECURITY_VIOLATION);
    }
    assert_hr(ISCardAuth_GetChallenge(stage.auth, AES_192, parameters, &size, &out), SCARD_W_CHV_BLOCKED);
    assert_null(out);
    assert_hr(respond(challenge), SCARD_W_CHV_BLOCKED);
    assert_hr(ISCardManage_SCardUnlock(stage.manage, LEAVE), S_OK);
    IByteBuffer_Release(parameters);
}

#define CASES(open)                                                                                          \
    cmocka_unit_test_setup_teardown(test_p256__signs, open, stage_close),                                    \
        cmocka_unit_test_setup_teardown(test_p256__beside_others, open, stage_close),                        \
        cmocka_unit_test_setup_teardown(test_p256__with_the_pin_each_time, open, stage_close),               \
        cmocka_unit_test_setup_teardown(test_rsa__signs, open, stage_close),                                 \
        cmocka_unit_test_setup_teardown(test_keys__refused, open, stage_close),                              \
        cmocka_unit_test_setup_teardown(test_application__proves_itself, open, stage_close),                 \
        cmocka_unit_test_setup_teardown(test_application__is_wrong, open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {CASES(open_t0), CASES(open_t1)};
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

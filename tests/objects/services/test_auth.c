/*
 * ISCardAuth on the demo card: challenges, and the application, the card and the user proving themselves.
 * Expected cryptograms are those of FIPS 197, appendix C. Runs in each world of support/worlds/world.h (first
 * argument); each case begins with a fresh card.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

#define PLAIN "00112233445566778899AABBCCDDEEFF"
#define UNDER_KEY_1 "69C4E0D86A7B0430D8CDB78070B4C55A"
#define UNDER_KEY_3 "8EA2B7CA516745BFEAFC49904B496089"
#define BLOCK 16

static struct world *world;

static struct stage {
    ISCardManage *manage;
    ISCardAuth *auth;
} stage;

static int stage_open(void **state) {
    (void)state;
    world_insert(world, "demo");
    stage.manage = managing_attached(world, SHARED);
    stage.auth = managing_auth(stage.manage);
    return 0;
}

static int stage_close(void **state) {
    ISCardAuth_Release(stage.auth);
    ISCardManage_Release(stage.manage);
    return world_after(state);
}

/* The parameters that name one secret. */
static IByteBuffer *secret(uint8_t reference) {
    return buffer_of(&reference, 1);
}

static HRESULT challenge(LONG algorithm, IByteBuffer *parameters, LONG *length, IByteBuffer **out) {
    return ISCardAuth_GetChallenge(stage.auth, algorithm, parameters, length, out);
}

static LONG size_of(IByteBuffer *buffer) {
    STATSTRUCT stat;
    assert_hr(IByteBuffer_Stat(buffer, &stat, STATFLAG_NONAME), S_OK);
    return stat.cbSize;
}

static void test_challenge__lengths(void **state) {
    static const LONG sizes[] = {1, 8, 16, 255, 256};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i) {
        IByteBuffer *out = NULL;
        LONG length = sizes[i];
        assert_hr(challenge(0, NULL, &length, &out), S_OK);
        assert_int_equal(length, sizes[i]);
        assert_int_equal(size_of(out), sizes[i]);
        assert_int_equal(buffer_position(out), 0);
        assert_int_equal(IByteBuffer_Release(out), 0);
    }
    IByteBuffer *first = NULL, *second = NULL;
    LONG length = 0; /* all there is */
    assert_hr(challenge(0, NULL, &length, &first), S_OK);
    assert_int_equal(length, 256);
    length = 8;
    assert_hr(challenge(0, NULL, &length, &second), S_OK);
    IByteBuffer_Release(first);
    assert_hr(challenge(0, NULL, &length, &first), S_OK);
    uint8_t one[8], other[8];
    LONG read = 0;
    assert_hr(IByteBuffer_Read(first, one, 8, &read), S_OK);
    assert_hr(IByteBuffer_Read(second, other, 8, &read), S_OK);
    assert_memory_not_equal(one, other, 8);
    IByteBuffer_Release(second);
    IByteBuffer_Release(first);
}

static void test_challenge__arguments(void **state) {
    IByteBuffer *two = buffer_of("\x01\x02", 2), *none = buffer_of("", 0), *one = secret(1), *out = two;
    IByteBuffer *broken = buffer_that_fails(E_ACCESSDENIED);
    LONG length = 8;
    (void)state;
    assert_hr(challenge(0, NULL, NULL, &out), E_POINTER);
    assert_null(out);
    assert_hr(challenge(0, NULL, &length, NULL), E_POINTER);
    assert_int_equal(length, 8);
    static const LONG lengths[] = {-1, 65537, 0x7FFFFFFF};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; ++i) {
        length = lengths[i];
        out = two;
        assert_hr(challenge(0, NULL, &length, &out), E_INVALIDARG);
        assert_int_equal(length, 0);
        assert_null(out);
    }
    static const LONG algorithms[] = {-1, 256};
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; ++i) {
        length = 8;
        assert_hr(challenge(algorithms[i], NULL, &length, &out), E_INVALIDARG);
    }
    length = 8;
    assert_hr(challenge(0, two, &length, &out), E_INVALIDARG);
    length = 8;
    assert_hr(challenge(0, broken, &length, &out), E_ACCESSDENIED);
    length = 8;
    assert_hr(challenge(7, NULL, &length, &out), E_INVALIDARG); /* this card knows no algorithm 7: 6A86 */
    length = 8;
    assert_hr(challenge(0, none, &length, &out), S_OK);
    IByteBuffer_Release(out);
    assert_hr(challenge(0, one, &length, &out), S_OK); /* which secret is meant does not matter: P2 is 00 */
    IByteBuffer_Release(out);
    IByteBuffer_Release(broken);
    IByteBuffer_Release(one);
    IByteBuffer_Release(none);
    IByteBuffer_Release(two);
}

/* The answer lies in the same object, whose pointer is at 0. */
static HRESULT ask_card(uint8_t key, const char *text, LONG *length, IByteBuffer **buffer) {
    IByteBuffer *parameters = secret(key);
    *buffer = buffer_from_hex(text);
    IByteBuffer *const before = *buffer;
    const HRESULT hr = ISCardAuth_ICC_Auth(stage.auth, 0, parameters, length, buffer);
    assert_ptr_equal(*buffer, before);
    IByteBuffer_Release(parameters);
    return hr;
}

static void test_card__proves_itself(void **state) {
    IByteBuffer *buffer = NULL;
    LONG length = 0;
    (void)state;
    assert_hr(ask_card(1, PLAIN, &length, &buffer), S_OK);
    assert_int_equal(length, BLOCK);
    assert_int_equal(buffer_position(buffer), 0);
    assert_buffer_hex(buffer, UNDER_KEY_1);
    length = BLOCK;
    assert_hr(ask_card(1, PLAIN, &length, &buffer), S_OK);
    assert_buffer_hex(buffer, UNDER_KEY_1);
    length = 4; /* no more than is wanted */
    assert_hr(ask_card(1, PLAIN, &length, &buffer), S_OK);
    assert_int_equal(length, 4);
    assert_buffer_hex(buffer, "69C4E0D8");
    /* less goes than comes */
    length = 0;
    assert_hr(ask_card(1, "0011", &length, &buffer), S_OK);
    assert_int_equal(size_of(buffer), BLOCK);
    IByteBuffer_Release(buffer);
}

static void test_card__refuses(void **state) {
    IByteBuffer *buffer = NULL;
    LONG length = 0;
    (void)state;
    assert_hr(ask_card(3, PLAIN, &length, &buffer), SCARD_W_SECURITY_VIOLATION); /* wants code 01 */
    assert_int_equal(length, 0);
    assert_int_equal(size_of(buffer), BLOCK); /* and the challenge is still there */
    IByteBuffer_Release(buffer);
    assert_hr(ask_card(9, PLAIN, &length, &buffer), E_INVALIDARG); /* no such key */
    IByteBuffer_Release(buffer);
    assert_hr(ask_card(1, PLAIN "00", &length, &buffer), E_INVALIDARG); /* too long for this card */
    IByteBuffer_Release(buffer);
}

static void test_card__arguments(void **state) {
    IByteBuffer *buffer = buffer_from_hex(PLAIN), *empty = buffer_of("", 0), *none = NULL;
    LONG length = 0;
    (void)state;
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, NULL, &buffer), E_POINTER);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, &length, NULL), E_POINTER);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, &length, &none), E_INVALIDARG);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, &length, &empty), E_INVALIDARG);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 256, NULL, &length, &buffer), E_INVALIDARG);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, buffer, &length, &buffer), E_INVALIDARG);
    length = -1;
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, &length, &buffer), E_INVALIDARG);
    assert_int_equal(length, 0);
    IByteBuffer_Release(empty);
    IByteBuffer_Release(buffer);
}

/* A challenge and its cryptogram under key 01: the card does the sum. */
static IByteBuffer *answer_to_challenge(void) {
    IByteBuffer *parameters = secret(1), *buffer = NULL;
    LONG length = BLOCK;
    assert_hr(challenge(0, NULL, &length, &buffer), S_OK);
    length = 0;
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, parameters, &length, &buffer), S_OK);
    IByteBuffer_Release(parameters);
    return buffer;
}

static void test_application__proves_itself(void **state) {
    IByteBuffer *key = secret(1);
    (void)state;
    ISCard *other = managing_other(world, SHARED);
    IByteBuffer *answer = answer_to_challenge();
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, key, answer), S_OK);
    assert_apdu(other, "00 A4 00 0C 02 00 07", "90 00");
    assert_apdu(other, "00 B0 00 00 03", "4B 65 79 90 00");                        /* what key 01 opens */
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, key, answer), SCARD_E_NO_ACCESS); /* no challenge: 6985 */
    IByteBuffer_Release(answer);
    ISCard_Release(other);
    IByteBuffer_Release(key);
}

static void test_application__is_wrong(void **state) {
    IByteBuffer *wrong = buffer_from_hex(PLAIN), *key = secret(2), *untried = secret(1);
    IByteBuffer *out = NULL;
    (void)state;
    for (int i = 0; i < 5; ++i) {
        LONG length = 8;
        assert_hr(challenge(0, NULL, &length, &out), S_OK);
        assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, key, wrong),
                  i < 4 ? SCARD_W_SECURITY_VIOLATION : SCARD_W_CHV_BLOCKED);
        IByteBuffer_Release(out);
    }
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, key, wrong), SCARD_W_CHV_BLOCKED);
    LONG length = 8;
    assert_hr(challenge(0, NULL, &length, &out), S_OK);
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, untried, wrong), SCARD_W_SECURITY_VIOLATION); /* 6300 */
    IByteBuffer_Release(out);
    IByteBuffer_Release(untried);
    IByteBuffer_Release(key);
    IByteBuffer_Release(wrong);
}

static void test_application__arguments(void **state) {
    IByteBuffer *answer = buffer_from_hex(PLAIN), *empty = buffer_of("", 0), *two = buffer_of("\x01\x02", 2);
    (void)state;
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, NULL, NULL), E_INVALIDARG);
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, NULL, empty), E_INVALIDARG);
    assert_hr(ISCardAuth_APP_Auth(stage.auth, -1, NULL, answer), E_INVALIDARG);
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 256, NULL, answer), E_INVALIDARG);
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, two, answer), E_INVALIDARG);
    IByteBuffer_Release(two);
    IByteBuffer_Release(empty);
    IByteBuffer_Release(answer);
}

/* A code from a buffer, of which nothing is left there. */
static HRESULT show(const char *code, uint8_t reference, LONG wanted) {
    IByteBuffer *buffer = buffer_of(code, strlen(code)), *parameters = secret(reference);
    IByteBuffer *const before = buffer;
    LONG length = wanted;
    const HRESULT hr = ISCardAuth_User_Auth(stage.auth, 0, parameters, &length, &buffer);
    assert_ptr_equal(buffer, before);
    assert_int_equal(length, 0);
    assert_int_equal(size_of(buffer), hr == E_INVALIDARG ? (LONG)strlen(code) : 0);
    IByteBuffer_Release(parameters);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
    return hr;
}

static void test_user__proves_himself(void **state) {
    IByteBuffer *buffer = NULL;
    LONG length = 0;
    (void)state;
    assert_hr(show("4321", 1, 0), SCARD_W_WRONG_CHV);
    assert_hr(show("1234", 1, 0), S_OK);
    assert_hr(show("1234567", 1, 4), S_OK); /* so many bytes of it */
    assert_hr(ask_card(3, PLAIN, &length, &buffer), S_OK);
    assert_buffer_hex(buffer, UNDER_KEY_3);
    for (int i = 0; i < 3; ++i)
        assert_hr(show("4321", 1, 0), i < 2 ? SCARD_W_WRONG_CHV : SCARD_W_CHV_BLOCKED);
    assert_hr(show("1234", 1, 0), SCARD_W_CHV_BLOCKED);
}

static void test_user__arguments(void **state) {
    IByteBuffer *code = buffer_of("4321", 4), *empty = buffer_of("", 0), *none = NULL;
    LONG length = 0;
    (void)state;
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, NULL, NULL, &code), E_POINTER);
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, NULL, &length, NULL), E_POINTER);
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, NULL, &length, &none), E_INVALIDARG);
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, NULL, &length, &empty), E_INVALIDARG);
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, code, &length, &code), E_INVALIDARG);
    assert_hr(ISCardAuth_User_Auth(stage.auth, -1, NULL, &length, &code), E_INVALIDARG);
    assert_hr(ISCardAuth_User_Auth(stage.auth, 256, NULL, &length, &code), E_INVALIDARG);
    length = 5; /* more than there is */
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, NULL, &length, &code), E_INVALIDARG);
    length = -1;
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, NULL, &length, &code), E_INVALIDARG);
    assert_int_equal(size_of(code), 4);
    ISCardVerify *verify = managing_verify(stage.manage);
    LONG reference = 1;
    assert_hr(ISCardVerify_Verify(verify, NULL, SC_FL_NO_FLAGS, &reference), SCARD_W_CARD_NOT_AUTHENTICATED);
    assert_int_equal(reference, 3); /* nothing has been sent */
    ISCardVerify_Release(verify);
    IByteBuffer_Release(empty);
    IByteBuffer_Release(code);
}

/* The algorithm goes to the card, which has none but 0, and says so; the code has been sent then. */
static void test_user__algorithm(void **state) {
    static const LONG others[] = {1, 0x80, 0xFE};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; ++i) {
        IByteBuffer *code = buffer_of("1234", 4), *parameters = secret(1);
        LONG length = 0;
        assert_hr(ISCardAuth_User_Auth(stage.auth, others[i], parameters, &length, &code), E_INVALIDARG);
        assert_int_equal(size_of(code), 0);
        IByteBuffer_Release(parameters);
        IByteBuffer_Release(code);
    }
    assert_hr(show("1234", 1, 0), S_OK);
}

static void test_initialize__says_nothing(void **state) {
    LONG number = 7;
    (void)state;
    assert_hr(ISCardAuth_Initialize(stage.auth, NULL), S_OK);
    assert_hr(ISCardAuth_Initialize(stage.auth, &number), S_OK);
    assert_int_equal(number, 7);
}

static void test_all__without_a_card(void **state) {
    IByteBuffer *buffer = buffer_from_hex(PLAIN), *out = NULL;
    LONG length = 8;
    (void)state;
    assert_hr(ISCardManage_Detach(stage.manage), S_OK);
    assert_hr(challenge(0, NULL, &length, &out), SCARD_E_INVALID_HANDLE);
    assert_int_equal(length, 0);
    assert_hr(ISCardAuth_APP_Auth(stage.auth, 0, NULL, buffer), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardAuth_ICC_Auth(stage.auth, 0, NULL, &length, &buffer), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardAuth_User_Auth(stage.auth, 0, NULL, &length, &buffer), SCARD_E_INVALID_HANDLE);
    assert_int_equal(size_of(buffer), BLOCK);
    IByteBuffer_Release(buffer);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_challenge__lengths),    CASE(test_challenge__arguments),
        CASE(test_card__proves_itself),   CASE(test_card__refuses),
        CASE(test_card__arguments),       CASE(test_application__proves_itself),
        CASE(test_application__is_wrong), CASE(test_application__arguments),
        CASE(test_user__proves_himself),  CASE(test_user__arguments),
        CASE(test_user__algorithm),       CASE(test_initialize__says_nothing),
        CASE(test_all__without_a_card),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

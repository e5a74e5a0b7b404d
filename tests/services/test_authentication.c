/* Authentication as commands: what is sent for which call, and what each answer of a card becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "services/authentication.h"
#include "support/fakes/scripted_link.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define BYTES (const uint8_t *)"\x01\x02\x03\x04", 4

static const struct authentication any, named = {.cla = 0x80, .algorithm = 0x07, .secret = 0x81};

#define CALLS(call, result, ...)                                                                             \
    do {                                                                                                     \
        static const struct scripted_step steps[] = {__VA_ARGS__};                                           \
        struct scripted_link card;                                                                           \
        struct service_link *const link = &card.link;                                                        \
        scripted_link_init(&card, steps, COUNT(steps));                                                      \
        assert_int_equal((uint32_t)(call), (uint32_t)(result));                                              \
        CHECK;                                                                                               \
        scripted_link_end(&card);                                                                            \
    } while (0)
#define CHECK (void)0

static void test_application__answers(void **state) {
    static const uint8_t much[300] = {1};
    (void)state;
    CALLS(authentication_of_application(link, &any, BYTES), S_OK, {"00 82 00 00 04 01 02 03 04", "90 00", 0});
    CALLS(authentication_of_application(link, &named, BYTES), S_OK,
          {"80 82 07 81 04 01 02 03 04", "90 00", 0});
    CALLS(authentication_of_application(link, &any, BYTES), SCARD_W_SECURITY_VIOLATION,
          {"00 82 00 00 04 01 02 03 04", "63 00", 0});
    CALLS(authentication_of_application(link, &any, BYTES), SCARD_W_SECURITY_VIOLATION,
          {"00 82 00 00 04 01 02 03 04", "63 C2", 0});
    CALLS(authentication_of_application(link, &any, BYTES), SCARD_W_CHV_BLOCKED,
          {"00 82 00 00 04 01 02 03 04", "69 83", 0});
    CALLS(authentication_of_application(link, &any, BYTES), SCARD_E_NO_ACCESS,
          {"00 82 00 00 04 01 02 03 04", "69 85", 0});
    CALLS(authentication_of_application(link, &any, BYTES), E_INVALIDARG,
          {"00 82 00 00 04 01 02 03 04", "6A 88", 0});
    CALLS(authentication_of_application(link, &any, BYTES), E_INVALIDARG,
          {"00 82 00 00 04 01 02 03 04", "67 00", 0});
    CALLS(authentication_of_application(link, &any, BYTES), SCARD_W_REMOVED_CARD,
          {"00 82 00 00 04 01 02 03 04", NULL, SCARD_W_REMOVED_CARD});
    struct scripted_link card;
    scripted_link_init(&card, NULL, 0);
    assert_int_equal((uint32_t)authentication_of_application(&card.link, &any, much, 0),
                     (uint32_t)E_INVALIDARG);
    assert_int_equal((uint32_t)authentication_of_application(&card.link, &any, much, 256),
                     (uint32_t)E_INVALIDARG);
    scripted_link_end(&card);
}

#undef CHECK
#define CHECK check(&answer, expected, expected_size)

static void check(const struct service_answer *answer, const char *expected, size_t size) {
    assert_int_equal(answer->size, size);
    if (size)
        assert_memory_equal(answer->data, expected, size);
}

static void test_challenge__sizes(void **state) {
    struct service_answer answer;
    const char *expected = "\x11\x22\x33\x44\x55\x66\x77\x88";
    size_t expected_size = 8;
    (void)state;
    CALLS(authentication_challenge(link, &any, 8, &answer), S_OK,
          {"00 84 00 00 08", "11 22 33 44 55 66 77 88 90 00", 0});
    CALLS(authentication_challenge(link, &named, 0, &answer), S_OK,
          {"80 84 07 00 00", "11 22 33 44 55 66 77 88 90 00", 0});
    /* fewer than asked for are the card's answer; more are not handed on */
    CALLS(authentication_challenge(link, &any, 16, &answer), S_OK,
          {"00 84 00 00 10", "11 22 33 44 55 66 77 88 90 00", 0});
    expected_size = 4;
    CALLS(authentication_challenge(link, &any, 4, &answer), S_OK,
          {"00 84 00 00 04", "11 22 33 44 55 66 77 88 90 00", 0});
    expected_size = 0;
    CALLS(authentication_challenge(link, &any, 8, &answer), SCARD_E_UNEXPECTED,
          {"00 84 00 00 08", "90 00", 0});
    CALLS(authentication_challenge(link, &any, 8, &answer), SCARD_E_UNSUPPORTED_FEATURE,
          {"00 84 00 00 08", "6D 00", 0});
    CALLS(authentication_challenge(link, &any, 8, &answer), SCARD_E_TIMEOUT,
          {"00 84 00 00 08", NULL, SCARD_E_TIMEOUT});
    struct scripted_link card;
    scripted_link_init(&card, NULL, 0);
    assert_int_equal((uint32_t)authentication_challenge(&card.link, &any, 257, &answer),
                     (uint32_t)E_INVALIDARG);
    scripted_link_end(&card);
    static const struct scripted_step large[] = {{"00 84 00 00 00 01 2C", "11 22 90 00", 0}};
    scripted_link_init(&card, large, 1);
    card.link.answer_max = APDU_NE_MAX;
    assert_int_equal(authentication_challenge(&card.link, &any, 300, &answer), S_OK);
    scripted_link_end(&card);
}

static void test_card__answers(void **state) {
    struct service_answer answer;
    const char *expected = "\xAA\xBB\xCC";
    size_t expected_size = 3;
    (void)state;
    CALLS(authentication_of_card(link, &any, BYTES, 0, &answer), S_OK,
          {"00 88 00 00 04 01 02 03 04 00", "AA BB CC 90 00", 0});
    CALLS(authentication_of_card(link, &named, BYTES, 16, &answer), S_OK,
          {"80 88 07 81 04 01 02 03 04 10", "AA BB CC 90 00", 0});
    expected_size = 2;
    CALLS(authentication_of_card(link, &any, BYTES, 2, &answer), S_OK,
          {"00 88 00 00 04 01 02 03 04 02", "AA BB CC 90 00", 0});
    /* the card has more than was wanted, and says so */
    CALLS(authentication_of_card(link, &any, BYTES, 2, &answer), S_OK,
          {"00 88 00 00 04 01 02 03 04 02", "AA BB 61 0E", 0});
    expected_size = 0;
    CALLS(authentication_of_card(link, &any, BYTES, 3, &answer), SCARD_E_UNEXPECTED,
          {"00 88 00 00 04 01 02 03 04 03", "AA BB 61 0E", 0});
    CALLS(authentication_of_card(link, &any, BYTES, 0, &answer), SCARD_E_UNEXPECTED,
          {"00 88 00 00 04 01 02 03 04 00", "AA BB 61 0E", 0});
    CALLS(authentication_of_card(link, &any, BYTES, 0, &answer), SCARD_W_SECURITY_VIOLATION,
          {"00 88 00 00 04 01 02 03 04 00", "69 82", 0});
    CALLS(authentication_of_card(link, &any, BYTES, 0, &answer), SCARD_E_UNEXPECTED,
          {"00 88 00 00 04 01 02 03 04 00", "90 00", 0});
    /* the data of an answer that is a failure is nobody's */
    CALLS(authentication_of_card(link, &any, BYTES, 0, &answer), SCARD_E_UNEXPECTED,
          {"00 88 00 00 04 01 02 03 04 00", "AA BB 65 81", 0});
    struct scripted_link card;
    scripted_link_init(&card, NULL, 0);
    assert_int_equal((uint32_t)authentication_of_card(&card.link, &any, NULL, 0, 0, &answer),
                     (uint32_t)E_INVALIDARG);
    assert_int_equal((uint32_t)authentication_of_card(&card.link, &any, BYTES, 257, &answer),
                     (uint32_t)E_INVALIDARG);
    scripted_link_end(&card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_application__answers),
        cmocka_unit_test(test_challenge__sizes),
        cmocka_unit_test(test_card__answers),
    };
    return cmocka_run_group_tests_name("authentication", tests, NULL, NULL);
}

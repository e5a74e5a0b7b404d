/* Codes as commands: what is sent for which call, and what each answer of a card becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "services/code.h"
#include "support/fakes/scripted_link.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PIN (const uint8_t *)"1234", 4
#define NEW (const uint8_t *)"98765", 5

static const struct code other_way = {.way = 0x12, .reference = 0x81};
static const struct code plain = {.reference = 0x81};
/* Eight bytes, filled up with FF, in the class of GSM (TS 51.011 9.3). */
static const struct code filled = {.cla = 0xA0, .form = {.size = 8, .pad = 0xFF}, .reference = 0x01};

/* A case that is a script and one call, which returns `hr`. */
#define CALLS(call, result, ...)                                                                             \
    do {                                                                                                     \
        static const struct scripted_step steps[] = {__VA_ARGS__};                                           \
        struct scripted_link card;                                                                           \
        struct service_link *const link = &card.link;                                                        \
        scripted_link_init(&card, steps, COUNT(steps));                                                      \
        assert_int_equal((uint32_t)(call), (uint32_t)(result));                                              \
        scripted_link_end(&card);                                                                            \
    } while (0)
/* The same where nothing may be sent. */
#define REFUSED(call)                                                                                        \
    do {                                                                                                     \
        struct scripted_link card;                                                                           \
        struct service_link *const link = &card.link;                                                        \
        scripted_link_init(&card, NULL, 0);                                                                  \
        assert_int_equal((uint32_t)(call), (uint32_t)E_INVALIDARG);                                          \
        scripted_link_end(&card);                                                                            \
    } while (0)

static void test_reference__bits_and_ranges(void **state) {
    static const struct {
        LONG reference;
        bool global, local;
        int p2; /* -1: refused */
    } rows[] = {
        {0, false, false, 0x00},       {1, false, false, 0x01},   {0x81, false, false, 0x81},
        {255, false, false, 0xFF},     {256, false, false, -1},   {-1, false, false, -1},
        {1, true, false, 0x01},        {0x81, true, false, 0x01}, {0xFF, true, false, 0x1F},
        {1, false, true, 0x81},        {0, false, true, 0x80},    {0x3F, false, true, 0x9F},
        {1, true, true, -1},           {256, true, false, -1},    {-1, false, true, -1},
        {0x7FFFFFFF, true, false, -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        uint8_t p2 = 0x55;
        const HRESULT hr = code_reference(rows[i].reference, rows[i].global, rows[i].local, &p2);
        assert_int_equal((uint32_t)hr, (uint32_t)(rows[i].p2 < 0 ? E_INVALIDARG : S_OK));
        assert_int_equal(p2, rows[i].p2 < 0 ? 0 : rows[i].p2);
    }
}

static void test_verify__answers(void **state) {
    (void)state;
    CALLS(code_verify(link, &plain, PIN), S_OK, {"00 20 00 81 04 31 32 33 34", "90 00", 0});
    CALLS(code_verify(link, &other_way, PIN), E_INVALIDARG, {"00 20 12 81 04 31 32 33 34", "6A 86", 0});
    CALLS(code_verify(link, &filled, PIN), S_OK, {"A0 20 00 01 08 31 32 33 34 FF FF FF FF", "90 00", 0});
    CALLS(code_verify(link, &plain, PIN), SCARD_W_WRONG_CHV, {"00 20 00 81 04 31 32 33 34", "63 C2", 0});
    CALLS(code_verify(link, &plain, PIN), SCARD_W_WRONG_CHV, {"00 20 00 81 04 31 32 33 34", "63 00", 0});
    CALLS(code_verify(link, &plain, PIN), SCARD_W_CHV_BLOCKED, {"00 20 00 81 04 31 32 33 34", "63 C0", 0});
    CALLS(code_verify(link, &plain, PIN), SCARD_W_CHV_BLOCKED, {"00 20 00 81 04 31 32 33 34", "69 83", 0});
    CALLS(code_verify(link, &plain, PIN), SCARD_E_INVALID_CHV, {"00 20 00 81 04 31 32 33 34", "67 00", 0});
    CALLS(code_verify(link, &plain, PIN), SCARD_E_INVALID_CHV, {"00 20 00 81 04 31 32 33 34", "6A 80", 0});
    CALLS(code_verify(link, &plain, PIN), E_INVALIDARG, {"00 20 00 81 04 31 32 33 34", "6A 88", 0});
    CALLS(code_verify(link, &plain, PIN), SCARD_W_REMOVED_CARD,
          {"00 20 00 81 04 31 32 33 34", NULL, SCARD_W_REMOVED_CARD});
}

static void test_verify__sizes(void **state) {
    static const uint8_t longest[257] = {1};
    (void)state;
    REFUSED(code_verify(link, &plain, NULL, 0));
    REFUSED(code_verify(link, &plain, longest, 256));
    REFUSED(code_verify(link, &plain, longest, SIZE_MAX));
    /* more than the family's size goes as it is: the card is the one to refuse it */
    CALLS(code_verify(link, &filled, (const uint8_t *)"123456789", 9), SCARD_E_INVALID_CHV,
          {"A0 20 00 01 09 31 32 33 34 35 36 37 38 39", "67 00", 0});
}

static void test_ask__tries(void **state) {
    int tries = 0;
    (void)state;
    CALLS(code_ask(link, &plain, &tries), S_OK, {"00 20 00 81", "90 00", 0});
    assert_int_equal(tries, -1);
    CALLS(code_ask(link, &plain, &tries), SCARD_W_CARD_NOT_AUTHENTICATED, {"00 20 00 81", "63 C3", 0});
    assert_int_equal(tries, 3);
    CALLS(code_ask(link, &plain, &tries), SCARD_W_CARD_NOT_AUTHENTICATED, {"00 20 00 81", "63 CF", 0});
    assert_int_equal(tries, 15);
    CALLS(code_ask(link, &plain, &tries), SCARD_W_CARD_NOT_AUTHENTICATED, {"00 20 00 81", "63 00", 0});
    assert_int_equal(tries, -1);
    CALLS(code_ask(link, &plain, &tries), SCARD_W_CHV_BLOCKED, {"00 20 00 81", "63 C0", 0});
    assert_int_equal(tries, -1);
    CALLS(code_ask(link, &plain, &tries), SCARD_W_CHV_BLOCKED, {"00 20 00 81", "69 83", 0});
    CALLS(code_ask(link, &plain, &tries), E_INVALIDARG, {"00 20 00 81", "6A 88", 0});
    CALLS(code_ask(link, &plain, &tries), SCARD_E_TIMEOUT, {"00 20 00 81", NULL, SCARD_E_TIMEOUT});
    assert_int_equal(tries, -1);
}

/* A SIM is asked for its current directory, which tells of its two codes. */
static void test_ask__a_sim(void **state) {
    static const struct code chv1 = {.cla = 0xA0, .profile = &profile_gsm, .reference = 1};
    static const struct code chv2 = {.cla = 0xA0, .profile = &profile_gsm, .reference = 2};
    static const struct code chv3 = {.cla = 0xA0, .profile = &profile_gsm, .reference = 3};
    int tries = 0;
    (void)state;
#define STATUS "A0 F2 00 00 16"
#define DIRECTORY "00 00 00 00 3F 00 01 00 00 00 00 00 09 "
    CALLS(code_ask(link, &chv1, &tries), SCARD_W_CARD_NOT_AUTHENTICATED,
          {STATUS, DIRECTORY "00 02 00 04 00 83 8A 81 80 90 00", 0});
    assert_int_equal(tries, 3);
    CALLS(code_ask(link, &chv2, &tries), SCARD_W_CARD_NOT_AUTHENTICATED,
          {STATUS, DIRECTORY "00 02 00 04 00 83 8A 81 80 90 00", 0});
    assert_int_equal(tries, 1);
    CALLS(code_ask(link, &chv1, &tries), SCARD_W_CHV_BLOCKED,
          {STATUS, DIRECTORY "00 02 00 04 00 80 8A 81 80 90 00", 0});
    assert_int_equal(tries, -1);
    CALLS(code_ask(link, &chv1, &tries), S_OK, {STATUS, DIRECTORY "80 02 00 04 00 83 8A 81 80 90 00", 0});
    CALLS(code_ask(link, &chv2, &tries), E_INVALIDARG,
          {STATUS, DIRECTORY "00 02 00 02 00 83 8A 00 00 90 00", 0});
    CALLS(code_ask(link, &chv1, &tries), SCARD_W_CARD_NOT_AUTHENTICATED, {STATUS, "3F 00 90 00", 0});
    assert_int_equal(tries, -1);
    CALLS(code_ask(link, &chv1, &tries), SCARD_E_UNSUPPORTED_FEATURE, {STATUS, "6D 00", 0});
    CALLS(code_ask(link, &chv1, &tries), SCARD_E_TIMEOUT, {STATUS, NULL, SCARD_E_TIMEOUT});
    CALLS(code_ask(link, &chv3, &tries), E_INVALIDARG, {"A0 20 00 03", "6B 00", 0});
}

static void test_change__with_and_without_the_former(void **state) {
    static const uint8_t half[200] = {1};
    (void)state;
    CALLS(code_change(link, &plain, PIN, NEW), S_OK,
          {"00 24 00 81 09 31 32 33 34 39 38 37 36 35", "90 00", 0});
    CALLS(code_change(link, &filled, PIN, NEW), S_OK,
          {"A0 24 00 01 10 31 32 33 34 FF FF FF FF 39 38 37 36 35 FF FF FF", "90 00", 0});
    CALLS(code_change(link, &plain, NULL, 0, NEW), SCARD_W_SECURITY_VIOLATION,
          {"00 24 01 81 05 39 38 37 36 35", "69 82", 0});
    CALLS(code_change(link, &plain, PIN, NEW), SCARD_W_WRONG_CHV,
          {"00 24 00 81 09 31 32 33 34 39 38 37 36 35", "63 C1", 0});
    REFUSED(code_change(link, &plain, PIN, NULL, 0));
    REFUSED(code_change(link, &plain, (const uint8_t *)"", 0, NEW));
    REFUSED(code_change(link, &plain, PIN, (const uint8_t *)"", 0));
    REFUSED(code_change(link, &plain, half, 200, half, 56));
    REFUSED(code_change(link, &plain, half, SIZE_MAX, half, 2));
}

static void test_require__both_ways(void **state) {
    (void)state;
    CALLS(code_require(link, &plain, true, PIN), S_OK, {"00 28 00 81 04 31 32 33 34", "90 00", 0});
    CALLS(code_require(link, &plain, false, PIN), S_OK, {"00 26 00 81 04 31 32 33 34", "90 00", 0});
    CALLS(code_require(link, &filled, false, PIN), S_OK,
          {"A0 26 00 01 08 31 32 33 34 FF FF FF FF", "90 00", 0});
    CALLS(code_require(link, &plain, true, NULL, 0), S_OK, {"00 28 01 81", "90 00", 0});
    CALLS(code_require(link, &plain, false, NULL, 0), SCARD_W_SECURITY_VIOLATION,
          {"00 26 01 81", "69 82", 0});
    CALLS(code_require(link, &plain, true, PIN), SCARD_E_NO_ACCESS,
          {"00 28 00 81 04 31 32 33 34", "69 85", 0});
    REFUSED(code_require(link, &plain, true, (const uint8_t *)"", 0));
}

static void test_unblock__digits(void **state) {
    (void)state;
    CALLS(code_unblock(link, &plain, 0), S_OK, {"00 2C 03 81", "90 00", 0});
    CALLS(code_unblock(link, &plain, 1), S_OK, {"00 2C 01 81 08 30 30 30 30 30 30 30 31", "90 00", 0});
    CALLS(code_unblock(link, &plain, 12345678), SCARD_W_WRONG_CHV,
          {"00 2C 01 81 08 31 32 33 34 35 36 37 38", "63 C9", 0});
    CALLS(code_unblock(link, &plain, 0x7FFFFFFF), S_OK,
          {"00 2C 01 81 0A 32 31 34 37 34 38 33 36 34 37", "90 00", 0});
    CALLS(code_unblock(link, &plain, 0), SCARD_W_SECURITY_VIOLATION, {"00 2C 03 81", "69 82", 0});
    CALLS(code_unblock(link, &plain, 5), SCARD_E_UNSUPPORTED_FEATURE,
          {"00 2C 01 81 08 30 30 30 30 30 30 30 35", "6D 00", 0});
    REFUSED(code_unblock(link, &plain, -1));
}

static void test_renew__both_codes(void **state) {
    static const struct scardssp_profile sim = {.flags = SCARDSSP_PROFILE_PLAIN_SELECT};
    const struct code first = {
        .cla = 0xA0, .reference = 1, .profile = &sim, .form = {.size = 8, .pad = 0xFF}};
    const struct code second = {
        .cla = 0xA0, .reference = 2, .profile = &sim, .form = {.size = 8, .pad = 0xFF}};
    const uint8_t *const puk = (const uint8_t *)"12345678";
    (void)state;
    CALLS(code_renew(link, &plain, puk, 8, PIN), S_OK,
          {"00 2C 00 81 0C 31 32 33 34 35 36 37 38 31 32 33 34", "90 00", 0});
    CALLS(code_renew(link, &first, puk, 8, PIN), S_OK,
          {"A0 2C 00 00 10 31 32 33 34 35 36 37 38 31 32 33 34 FF FF FF FF", "90 00", 0});
    CALLS(code_renew(link, &second, puk, 8, PIN), SCARD_W_CHV_BLOCKED,
          {"A0 2C 00 02 10 31 32 33 34 35 36 37 38 31 32 33 34 FF FF FF FF", "69 83", 0});
    CALLS(code_renew(link, &plain, puk, 8, PIN), SCARD_W_WRONG_CHV,
          {"00 2C 00 81 0C 31 32 33 34 35 36 37 38 31 32 33 34", "63 C9", 0});
    REFUSED(code_renew(link, &plain, puk, 0, PIN));
    REFUSED(code_renew(link, &plain, puk, 8, puk, 0));
}

static bool is_empty(const struct code_shown *shown) {
    static const struct code_shown none;
    return memcmp(shown, &none, sizeof none) == 0;
}

static void test_forget__nothing_shown(void **state) {
    struct code_shown shown = {0};
    struct scripted_link card;
    (void)state;
    scripted_link_init(&card, NULL, 0);
    assert_int_equal(code_forget(&card.link, 0x00, &shown), S_OK);
    scripted_link_end(&card);
}

static void test_forget__what_was_shown(void **state) {
    struct code_shown shown = {0};
    (void)state;
    code_note(&shown, 0x81);
    code_note(&shown, 0x01);
    code_note(&shown, 0xFF);
    code_note(&shown, 0x01);
    CALLS(code_forget(link, 0x00, &shown), S_OK, {"00 20 FF 01", "90 00", 0}, {"00 20 FF 81", "90 00", 0},
          {"00 20 FF FF", "90 00", 0});
    assert_true(is_empty(&shown));
    code_note(&shown, 0x00);
    CALLS(code_forget(link, 0xA0, &shown), S_OK, {"A0 20 FF 00", "90 00", 0});
    assert_true(is_empty(&shown));
}

static void test_forget__a_refusal_is_a_reset(void **state) {
    static const char *const refusals[] = {"6A 86", "6D 00", "6B 00", "67 00", "69 82", "63 C3"};
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); ++i) {
        const struct scripted_step steps[] = {
            {"00 20 FF 01", "90 00", 0}, {"00 20 FF 02", refusals[i], 0}, {"reset", NULL, S_OK}};
        struct scripted_link card;
        struct code_shown shown = {0};
        code_note(&shown, 0x01);
        code_note(&shown, 0x02);
        code_note(&shown, 0x81);
        scripted_link_init(&card, steps, COUNT(steps));
        assert_int_equal(code_forget(&card.link, 0x00, &shown), S_OK);
        assert_true(is_empty(&shown));
        scripted_link_end(&card);
    }
}

static void test_forget__failures_keep_what_was_shown(void **state) {
    struct code_shown shown = {0};
    (void)state;
    code_note(&shown, 0x02);
    CALLS(code_forget(link, 0x00, &shown), SCARD_W_RESET_CARD, {"00 20 FF 02", NULL, SCARD_W_RESET_CARD});
    assert_false(is_empty(&shown));
    CALLS(code_forget(link, 0x00, &shown), SCARD_E_NO_SMARTCARD, {"00 20 FF 02", "6D 00", 0},
          {"reset", NULL, SCARD_E_NO_SMARTCARD});
    assert_false(is_empty(&shown));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference__bits_and_ranges),
        cmocka_unit_test(test_verify__answers),
        cmocka_unit_test(test_verify__sizes),
        cmocka_unit_test(test_ask__tries),
        cmocka_unit_test(test_ask__a_sim),
        cmocka_unit_test(test_change__with_and_without_the_former),
        cmocka_unit_test(test_require__both_ways),
        cmocka_unit_test(test_unblock__digits),
        cmocka_unit_test(test_renew__both_codes),
        cmocka_unit_test(test_forget__nothing_shown),
        cmocka_unit_test(test_forget__what_was_shown),
        cmocka_unit_test(test_forget__a_refusal_is_a_reset),
        cmocka_unit_test(test_forget__failures_keep_what_was_shown),
    };
    return cmocka_run_group_tests_name("code", tests, NULL, NULL);
}

/*
 * GENERAL AUTHENTICATE: templates as they are sent, and answers as cards might send them, honest or not. Then
 * authentication by that alone: which of its calls becomes which template.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/authentication.h"
#include "services/dynamicauth.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define BYTES (const uint8_t *)"\x01\x02\x03\x04", 4
#define ASK "00 87 11 9E 0A 7C 08 82 00 81 04 01 02 03 04 00"

static const struct authentication piv = {.templates = true, .algorithm = 0x11, .secret = 0x9E};

/* The card's answer to a challenge of 4 bytes: the code, and so many bytes that begin with AA. */
static void expect(const char *text, uint32_t wanted, HRESULT expected, size_t size) {
    const struct scripted_step steps[] = {{ASK, text, 0}};
    struct scripted_link card;
    struct service_answer answer;
    scripted_link_init(&card, steps, 1);
    assert_hr(authentication_of_card(&card.link, &piv, BYTES, wanted, &answer), expected);
    assert_int_equal(answer.size, size);
    if (size)
        assert_int_equal(answer.data[0], 0xAA);
    scripted_link_end(&card);
}

static void test_card__answers(void **state) {
    (void)state;
    expect("7C 05 82 03 AA BB CC 90 00", 0, S_OK, 3);
    expect("7C 05 82 03 AA BB CC 90 00", 3, S_OK, 3);
    expect("7C 05 82 03 AA BB CC 90 00", 300, S_OK, 3);
    expect("7C 05 82 03 AA BB CC 90 00", 2, S_OK, 2);
    expect("7C 81 06 82 81 03 AA BB CC 90 00", 0, S_OK, 3); /* lengths longer than need be */
    expect("7C 08 81 01 11 82 03 AA BB CC 90 00", 0, S_OK, 3);
    expect("69 82", 0, SCARD_W_SECURITY_VIOLATION, 0);
    expect("69 83", 0, SCARD_W_CHV_BLOCKED, 0);
    expect("69 85", 0, SCARD_E_NO_ACCESS, 0);
    expect("6A 80", 0, E_INVALIDARG, 0);
    expect("6A 86", 0, E_INVALIDARG, 0);
    expect("6D 00", 0, SCARD_E_UNSUPPORTED_FEATURE, 0);
    expect("7C 05 82 03 AA BB CC 65 81", 0, SCARD_E_UNEXPECTED, 0);
}

static void test_card__lies(void **state) {
    static const char *const answers[] = {
        "90 00",
        "7C 90 00",
        "7C 00 90 00",
        "7C 02 82 00 90 00",                      /* nothing in it */
        "7D 05 82 03 AA BB CC 90 00",             /* another template */
        "7C 05 81 03 AA BB CC 90 00",             /* a challenge back */
        "82 03 AA BB CC 90 00",                   /* no template around it */
        "7C 06 82 03 AA BB CC 90 00",             /* longer than the answer */
        "7C 7F 82 03 AA BB CC 90 00",             /* much longer */
        "7C 05 82 04 AA BB CC 90 00",             /* the part is longer than the template */
        "7C 04 82 03 AA BB CC 90 00",             /* ... by one, of which the answer has the byte */
        "7C 84 FF FF FF FF 82 03 AA BB CC 90 00", /* as long as can be */
        "7C 08 82 84 FF FF FF FF AA BB 90 00",
        "7C 85 00 00 00 00 05 82 03 AA BB CC 90 00",
        "7C 80 82 03 AA BB CC 00 00 90 00", /* indefinite */
        "7C 05 9F 82 03 AA BB 90 00",
        "7C 03 7C 01 82 90 00",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(answers); ++i)
        expect(answers[i], 0, SCARD_E_UNEXPECTED, 0);
}

#define CALL(call, result, ...)                                                                              \
    do {                                                                                                     \
        static const struct scripted_step steps[] = {__VA_ARGS__};                                           \
        struct scripted_link card;                                                                           \
        struct service_link *const link = &card.link;                                                        \
        scripted_link_init(&card, steps, COUNT(steps));                                                      \
        assert_hr((call), (result));                                                                         \
        scripted_link_end(&card);                                                                            \
    } while (0)

static void test_application__templates(void **state) {
    static const struct authentication management = {.templates = true, .algorithm = 0x0A, .secret = 0x9B};
    struct service_answer answer;
    (void)state;
    CALL(authentication_challenge(link, &management, 0, &answer), S_OK,
         {"00 87 0A 9B 04 7C 02 81 00 00", "7C 06 81 04 11 22 33 44 90 00", 0});
    assert_int_equal(answer.size, 4);
    CALL(authentication_challenge(link, &management, 2, &answer), S_OK,
         {"00 87 0A 9B 04 7C 02 81 00 00", "7C 06 81 04 11 22 33 44 90 00", 0});
    assert_int_equal(answer.size, 2);
    CALL(authentication_challenge(link, &management, 0, &answer), SCARD_E_UNEXPECTED,
         {"00 87 0A 9B 04 7C 02 81 00 00", "7C 06 82 04 11 22 33 44 90 00", 0});
    CALL(authentication_challenge(link, &management, 0, &answer), SCARD_W_CHV_BLOCKED,
         {"00 87 0A 9B 04 7C 02 81 00 00", "69 83", 0});
    /* nothing is asked for: no Le */
    CALL(authentication_of_application(link, &management, BYTES), S_OK,
         {"00 87 0A 9B 08 7C 06 82 04 01 02 03 04", "90 00", 0});
    CALL(authentication_of_application(link, &management, BYTES), SCARD_W_SECURITY_VIOLATION,
         {"00 87 0A 9B 08 7C 06 82 04 01 02 03 04", "69 82", 0});
    CALL(authentication_of_application(link, &management, BYTES), SCARD_W_REMOVED_CARD,
         {"00 87 0A 9B 08 7C 06 82 04 01 02 03 04", NULL, SCARD_W_REMOVED_CARD});
}

/* Nothing is sent. */
static void test_empty__refused(void **state) {
    struct service_answer answer;
    struct scripted_link card;
    (void)state;
    scripted_link_init(&card, NULL, 0);
    assert_hr(authentication_of_application(&card.link, &piv, NULL, 0), E_INVALIDARG);
    assert_hr(authentication_of_card(&card.link, &piv, NULL, 0, 0, &answer), E_INVALIDARG);
    scripted_link_end(&card);
}

/* A block of RSA does not fit one short command, and more than a long one could carry is not begun. */
static void test_long__chained(void **state) {
    static const struct authentication rsa = {.templates = true, .algorithm = 0x07, .secret = 0x9E};
    struct sim_link sim;
    struct service_answer answer;
    (void)state;
    uint8_t *const much = calloc(1, APDU_NC_MAX);
    struct scripted_link card;
    scripted_link_init(&card, NULL, 0);
    assert_hr(authentication_of_card(&card.link, &rsa, much, APDU_NC_MAX, 0, &answer), E_INVALIDARG);
    scripted_link_end(&card);
    sim_link_open(&sim, "piv", SIM_T0);
    assert_hr(authentication_of_card(&sim.link, &rsa, much, 256, 0, &answer), E_INVALIDARG); /* 6A86 */
    assert_int_equal(sim.commands, 2);
    assert_int_equal(sim.last.nc, 10 + 256 - 255);
    assert_int_equal(sim.last.cla, 0x00);
    sim_link_close(&sim);
    free(much);
}

static void test_note__by_application(void **state) {
    static const struct {
        const char *name;
        bool templates;
    } rows[] = {{"A000000308000010000100", true}, {"D2760001240103040006000000010000", false}, {"F0", false}};
    static const struct path root;
    struct filesystem files = {.profile = &profile_gsm};
    struct authentication authentication = {.algorithm = 0x07, .secret = 0x9A, .templates = true};
    (void)state;
    authentication_note(&files, &authentication);
    assert_int_equal(authentication.cla, 0xA0);
    assert_false(authentication.templates);
    files.profile = &profile_iso;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        assert_hr(path_parse(SC_TYPE_BY_NAME, rows[i].name, &root, &files.directory), S_OK);
        authentication_note(&files, &authentication);
        assert_int_equal(authentication.templates, rows[i].templates);
        assert_int_equal(authentication.cla, 0x00);
    }
    assert_int_equal(authentication.algorithm, 0x07);
    assert_int_equal(authentication.secret, 0x9A);
}

/* What a vendor's profile knows of a key is taken where the program leaves it open. */
static void test_note__by_the_keys_row(void **state) {
    static const struct scardssp_profile_key keys[] = {
        {.asked = 0, .reference = 0x83, .algorithm = 0x08, .flags = SCARDSSP_PROFILE_KEY_TEMPLATES},
        {.asked = 5, .reference = 0x85, .algorithm = 0x0A}};
    static const struct scardssp_profile acme = {.name = "acme", PROFILE_ROWS(keys, key_count, keys)};
    static const struct {
        uint8_t asked, algorithm, reference;
        bool templates;
        const char *card, *challenge;
    } rows[] = {{0, 0, 0x83, true, "00 87 08 83 07 7C 05 82 00 81 01 AA 00", "00 87 08 83 04 7C 02 81 00 00"},
                {0, 7, 0x83, true, "00 87 07 83 07 7C 05 82 00 81 01 AA 00", "00 87 07 83 04 7C 02 81 00 00"},
                {5, 0, 0x85, false, "00 88 0A 85 01 AA 00", "00 84 00 00 00"},
                {6, 0, 0x06, false, "00 88 00 06 01 AA 00", "00 84 00 00 00"}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const char *const answer = rows[i].templates ? "7C 03 82 01 BB 90 00" : "BB 90 00";
        const struct scripted_step steps[] = {
            {rows[i].card, answer, 0},
            {rows[i].challenge, rows[i].templates ? "7C 03 81 01 BB 90 00" : "BB 90 00", 0}};
        struct authentication authentication = {.algorithm = rows[i].algorithm, .secret = rows[i].asked};
        struct filesystem files = {.profile = &acme};
        struct scripted_link card;
        struct service_answer got;
        scripted_link_init(&card, steps, COUNT(steps));
        authentication_note(&files, &authentication);
        assert_int_equal(authentication.secret, rows[i].reference);
        assert_hr(authentication_of_card(&card.link, &authentication, (const uint8_t *)"\xAA", 1, 0, &got),
                  S_OK);
        assert_int_equal(got.size, 1);
        assert_hr(authentication_challenge(&card.link, &authentication, 0, &got), S_OK);
        assert_int_equal(got.size, 1);
        scripted_link_end(&card);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_card__answers),          cmocka_unit_test(test_card__lies),
        cmocka_unit_test(test_application__templates), cmocka_unit_test(test_empty__refused),
        cmocka_unit_test(test_long__chained),          cmocka_unit_test(test_note__by_application),
        cmocka_unit_test(test_note__by_the_keys_row),
    };
    return cmocka_run_group_tests_name("dynamicauth", tests, NULL, NULL);
}

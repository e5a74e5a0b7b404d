/* How the card that is there takes codes: SIMs and PIV cards, and finding out that it is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/codeway.h"
#include "services/directory.h"
#include "services/openfile.h"
#include "services/reading.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PIN (const uint8_t *)"1234", 4
#define VERIFY_00 "00 20 00 01 04 31 32 33 34"
#define VERIFY_A0 "A0 20 00 01 08 31 32 33 34 FF FF FF FF"

#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct code code = {.asked = 1};                                                                         \
    codeway_note(&files, &code)
#define END() scripted_link_end(&card)

static void test_learned__a_sim(void **state) {
    BEGIN({VERIFY_00, "6E 00", 0}, {"00 A4 00 04 02 3F 00 00", "6E 00", 0},
          {"A0 A4 00 00 02 3F 00", "9F 16", 0}, {"A0 C0 00 00 16", "00 00 00 00 3F 00 01 90 00", 0},
          {VERIFY_A0, "98 04", 0}, {VERIFY_A0, "98 40", 0}, {VERIFY_A0, "98 02", 0}, {VERIFY_A0, "98 08", 0},
          {VERIFY_A0, "90 00", 0});
    HRESULT hr = code_verify(&card.link, &code, PIN);
    assert_hr(hr, SCARD_E_UNSUPPORTED_FEATURE);
    assert_true(codeway_learned(&files, hr, &code));
    assert_hr(code_verify(&card.link, &code, PIN), SCARD_W_WRONG_CHV);
    hr = code_verify(&card.link, &code, PIN);
    assert_hr(hr, SCARD_W_CHV_BLOCKED);
    assert_false(codeway_learned(&files, hr, &code));
    assert_hr(code_verify(&card.link, &code, PIN), E_INVALIDARG);
    assert_hr(code_verify(&card.link, &code, PIN), SCARD_E_NO_ACCESS);
    assert_hr(code_verify(&card.link, &code, PIN), S_OK);
    END();
}

/* A card that just has no VERIFY is asked once what it is, and not again. */
static void test_learned__nothing_new(void **state) {
    BEGIN({VERIFY_00, "6D 00", 0}, {"00 A4 00 04 02 3F 00 00", "90 00", 0});
    const HRESULT hr = code_verify(&card.link, &code, PIN);
    assert_false(codeway_learned(&files, hr, &code));
    assert_false(codeway_learned(&files, hr, &code));
    assert_int_equal(code.cla, 0x00);
    END();
}

static void test_note__piv(void **state) {
    BEGIN({"00 A4 04 04 09 A0 00 00 03 08 00 00 10 00 00", "90 00", 0},
          {"00 20 00 01 08 31 32 33 34 FF FF FF FF", "63 C2", 0});
    const struct path path = scriptedfiles_at(&files, SC_TYPE_BY_NAME, "A00000030800001000");
    assert_hr(directory_change(&files, &path), S_OK);
    codeway_note(&files, &code);
    assert_hr(code_verify(&card.link, &code, PIN), SCARD_W_WRONG_CHV);
    END();
}

/* A vendor's PIN 1 is reference 81 of the card, filled up; others go as they are asked for. */
static void test_note__by_the_codes_row(void **state) {
    static const struct scardssp_profile_aid aids[] = {{5, {0xF0, 0x41, 0x43, 0x4D, 0x45}}};
    static const struct scardssp_profile_code codes[] = {
        {.asked = 1,
         .reference = 0x81,
         .form = {.encoding = SCARDSSP_PROFILE_CODE_BLOCK, .least = 4, .most = 6}}};
    static const struct scardssp_profile acme = {.name = "acme",
                                                 PROFILE_ROWS(aids, aid_count, aids),
                                                 PROFILE_ROWS(codes, code_count, codes),
                                                 .form = {.size = 6}};
    static const struct scardssp_profile *const offered[] = {&acme};
    SCRIPTED_FILES({"00 A4 04 04 05 F0 41 43 4D 45 00", "90 00", 0},
                   {"00 20 00 81 08 24 12 34 FF FF FF FF FF", "63 C2", 0},
                   {"00 24 00 81 10 24 12 34 FF FF FF FF FF 25 55 55 5F FF FF FF FF", "90 00", 0},
                   {"00 2C 01 81 08 28 12 34 56 78 FF FF FF", "90 00", 0},
                   {"00 20 00 02 06 31 32 33 34 00 00", "90 00", 0});
    struct code code = {.asked = 1};
    assert_true(profile_offer(offered, 1));
    const struct path path = scriptedfiles_at(&files, SC_TYPE_BY_NAME, "F041434D45");
    assert_hr(directory_change(&files, &path), S_OK);
    codeway_note(&files, &code);
    assert_hr(code_verify(&card.link, &code, PIN), SCARD_W_WRONG_CHV);
    assert_hr(code_verify(&card.link, &code, (const uint8_t *)"1234567", 7), SCARD_E_INVALID_CHV);
    assert_hr(code_verify(&card.link, &code, (const uint8_t *)"12x4", 4), SCARD_E_INVALID_CHV);
    assert_hr(code_change(&card.link, &code, PIN, (const uint8_t *)"55555", 5), S_OK);
    assert_hr(code_change(&card.link, &code, PIN, (const uint8_t *)"555", 3), SCARD_E_INVALID_CHV);
    assert_hr(code_unblock(&card.link, &code, 12345678), S_OK); /* another code, with bounds of its own */
    code.asked = 2;
    codeway_note(&files, &code);
    assert_hr(code_verify(&card.link, &code, PIN), S_OK);
    assert_true(profile_offer(NULL, 0));
    END();
}

/* The CHV of a SIM opens its phone book. */
static void test_learned__simulated_sim(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    struct openfile file;
    struct path path;
    struct content content = {0};
    struct code code = {.asked = 1};
    (void)state;
    sim_link_open(&sim, "gsm", SIM_T0);
    filesystem_begin(&files, &sim.link);
    codeway_note(&files, &code);
    const HRESULT hr = code_verify(&sim.link, &code, (const uint8_t *)"0000", 4);
    assert_true(codeway_learned(&files, hr, &code));
    assert_hr(code_verify(&sim.link, &code, (const uint8_t *)"9999", 4), SCARD_W_WRONG_CHV);
    assert_hr(code_verify(&sim.link, &code, (const uint8_t *)"0000", 4), S_OK);
    assert_int_equal(path_parse(SC_TYPE_BY_ID, "/7F10/6F3A", &files.directory, &path), S_OK);
    assert_hr(openfile_open(&files, &path, &file), S_OK);
    assert_hr(reading_read(&files, &file, 5, &content), S_OK);
    assert_memory_equal(content.bytes, "Alice", 5);
    content_clear(&content);
    sim_link_close(&sim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learned__a_sim),
        cmocka_unit_test(test_learned__nothing_new),
        cmocka_unit_test(test_note__piv),
        cmocka_unit_test(test_note__by_the_codes_row),
        cmocka_unit_test(test_learned__simulated_sim),
    };
    return cmocka_run_group_tests_name("services_codeway", tests, NULL, NULL);
}

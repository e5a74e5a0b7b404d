/* Families of cards: how each is recognised, and what is asked of it in its own way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/creation.h"
#include "services/directory.h"
#include "services/listing.h"
#include "services/properties.h"
#include "services/reading.h"
#include "services/writing.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct openfile file;                                                                                    \
    struct content content = {0}
#define END()                                                                                                \
    content_clear(&content);                                                                                 \
    scripted_link_end(&card)

static HRESULT open_text(struct filesystem *files, const char *text, struct openfile *file) {
    return scriptedfiles_open(files, SC_TYPE_BY_ID, text, file);
}

#define MF "00 00 00 00 3F 00 01 00 00 00 00 00 09 90 00"
#define GSM_DF "00 00 00 00 7F 20 02 00 00 00 00 00 09 90 00"
#define IMSI "00 00 00 09 6F 07 04 00 00 00 00 01 02 00 00 90 00"
#define ACM "00 00 00 0C 6F 39 04 40 00 00 00 01 02 03 03 90 00"

static void test_of_name__by_its_beginning(void **state) {
    static const struct {
        const char *name;
        const struct scardssp_profile *profile;
    } rows[] = {{"A00000030800001000", &profile_piv},
                {"A000000308000010000100", &profile_piv},
                {"A000000308000010", NULL},
                {"A00000030800001001", NULL},
                {"D27600012401", &profile_openpgp},
                {"D2760001240103040006000000010000", &profile_openpgp},
                {"D27600012402", NULL},
                {"F0", NULL}};
    static const struct path root;
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct path path;
        assert_int_equal(path_parse(SC_TYPE_BY_NAME, rows[i].name, &root, &path), S_OK);
        assert_ptr_equal(profile_of_name(path.name, path.name_size), rows[i].profile);
    }
    assert_null(profile_of_name(root.name, root.name_size));
}

/* Of vendors: what knows more of a name comes first, then the last one, then the library's. */
static void test_offer__precedence(void **state) {
    static const struct scardssp_profile_aid piv[] = {
        {9, {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00}}};
    static const struct scardssp_profile_aid provider[] = {{5, {0xA0, 0x00, 0x00, 0x03, 0x08}}};
    static const struct scardssp_profile_aid all_of_it[] = {
        {11, {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00}}};
    static const struct scardssp_profile first = {.name = "first", PROFILE_ROWS(aids, aid_count, piv)};
    static const struct scardssp_profile last = {.name = "last", PROFILE_ROWS(aids, aid_count, piv)};
    static const struct scardssp_profile vague = {.name = "vague", PROFILE_ROWS(aids, aid_count, provider)};
    static const struct scardssp_profile exact = {.name = "exact", PROFILE_ROWS(aids, aid_count, all_of_it)};
    static const struct scardssp_profile *const offered[] = {&exact, &first, &last, &vague};
    const uint8_t *const name = all_of_it[0].bytes;
    (void)state;
    assert_true(profile_offer(offered, 4));
    assert_ptr_equal(profile_of_name(name, 11), &exact);
    assert_ptr_equal(profile_of_name(name, 9), &last);
    assert_ptr_equal(profile_of_name(name, 8), &vague);
    assert_null(profile_of_name(name, 4));
    assert_true(profile_offer(offered + 3, 1));
    assert_ptr_equal(profile_of_name(name, 11), &profile_piv);
    assert_true(profile_offer(NULL, 0));
    assert_null(profile_of_name(name, 8));
}

static void test_of_atr__size_and_mask(void **state) {
    static const struct scardssp_profile_atr atrs[] = {
        {4, {0x3B, 0x02, 0x41, 0x00}, {0xFF, 0xFF, 0xF0, 0x00}}, {3, {0x3B, 0x01, 0x42}, {0xFF, 0xFF, 0xFF}}};
    static const struct scardssp_profile acme = {.name = "acme", PROFILE_ROWS(atrs, atr_count, atrs)};
    static const struct scardssp_profile *const offered[] = {&acme};
    static const struct {
        uint8_t size, atr[5];
        bool known;
    } rows[] = {{4, {0x3B, 0x02, 0x41, 0x77}, true},
                {4, {0x3B, 0x02, 0x4F, 0x00}, true},
                {4, {0x3B, 0x02, 0x51, 0x00}, false},
                {3, {0x3B, 0x01, 0x42}, true},
                {3, {0x3B, 0x01, 0x43}, false},
                {2, {0x3B, 0x01}, false},
                {3, {0x3B, 0x02, 0x41}, false},
                {5, {0x3B, 0x02, 0x41, 0x00, 0x00}, false},
                {0, {0}, false}};
    (void)state;
    assert_true(profile_offer(offered, 1));
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_ptr_equal(profile_of_atr(rows[i].atr, rows[i].size), rows[i].known ? &acme : &profile_iso);
    assert_true(profile_offer(NULL, 0));
    assert_ptr_equal(profile_of_atr(rows[0].atr, rows[0].size), &profile_iso);
}

/* How a vendor's card is asked: its class, its status words, no paths, and SELECT without an answer. */
static void test_vendor__select(void **state) {
    static const struct scardssp_profile_atr atrs[] = {{2, {0x3B, 0x00}, {0xFF, 0xFF}}};
    static const struct scardssp_profile_word words[] = {{0x9404, 0xFFFF, 0x6A82}};
    static const struct scardssp_profile acme = {.name = "acme",
                                                 .flags = SCARDSSP_PROFILE_SELECT_STEPS |
                                                          SCARDSSP_PROFILE_SELECT_SILENT,
                                                 PROFILE_ROWS(atrs, atr_count, atrs),
                                                 .cla = 0x80,
                                                 PROFILE_ROWS(words, word_count, words)};
    static const struct scardssp_profile *const offered[] = {&acme};
    static const struct scripted_step steps[] = {{"80 A4 00 0C 02 3F 00", "90 00", 0},
                                                 {"80 A4 00 0C 02 DF 01", "90 00", 0},
                                                 {"80 A4 00 0C 02 00 05", "94 04", 0}};
    struct scripted_link card;
    struct filesystem files = {0};
    struct openfile file;
    (void)state;
    assert_true(profile_offer(offered, 1));
    scripted_link_init(&card, steps, COUNT(steps));
    memcpy(card.link.atr, "\x3B\x00", card.link.atr_size = 2);
    filesystem_begin(&files, &card.link);
    assert_hr(open_text(&files, "/DF01/0005", &file), SCARD_E_FILE_NOT_FOUND);
    scripted_link_end(&card);
    assert_true(profile_offer(NULL, 0));
}

static void test_vendor__select_information(void **state) {
    static const struct scardssp_profile_atr atrs[] = {{2, {0x3B, 0x00}, {0xFF, 0xFF}}};
    static const struct scardssp_profile acme = {
        .name = "acme", .flags = SCARDSSP_PROFILE_SELECT_FCI, PROFILE_ROWS(atrs, atr_count, atrs)};
    static const struct scardssp_profile *const offered[] = {&acme};
    static const struct scripted_step steps[] = {
        {"00 A4 08 00 04 DF 01 00 05 00", "6F 04 80 02 00 10 90 00", 0}};
    struct scripted_link card;
    struct filesystem files = {0};
    struct openfile file;
    (void)state;
    assert_true(profile_offer(offered, 1));
    scripted_link_init(&card, steps, COUNT(steps));
    memcpy(card.link.atr, "\x3B\x00", card.link.atr_size = 2);
    filesystem_begin(&files, &card.link);
    assert_hr(open_text(&files, "/DF01/0005", &file), S_OK);
    assert_int_equal(file.end, 16);
    scripted_link_end(&card);
    assert_true(profile_offer(NULL, 0));
}

static void test_object__by_its_identifier(void **state) {
    (void)state;
    assert_int_equal(profile_object(&profile_piv, 0x6050)->tag, 0x7E);
    assert_null(profile_object(&profile_piv, 0x6051));
    assert_null(profile_object(&profile_iso, 0x6050));
}

/* Class 00 is refused: class A0 is tried, and answers are fetched. */
static void test_gsm__recognised(void **state) {
    BEGIN({"00 A4 08 04 04 7F 20 6F 07 00", "6E 00", 0}, {"A0 A4 00 00 02 3F 00", "9F 16", 0},
          {"A0 C0 00 00 16", MF, 0}, {"A0 A4 00 00 02 7F 20", "9F 16", 0}, {"A0 C0 00 00 16", GSM_DF, 0},
          {"A0 A4 00 00 02 6F 07", "9F 0F", 0}, {"A0 C0 00 00 0F", IMSI, 0}, {"A0 B0 00 00 09", "98 04", 0},
          {"A0 A4 00 00 02 6F 39", "9F 0F", 0}, {"A0 C0 00 00 0F", ACM, 0},
          {"A0 B2 01 04 03", "01 02 03 90 00", 0}, {"A0 DC 00 03 03 41 42 43", "92 01", 0},
          {"A0 B2 02 04 03", "94 02", 0});
    assert_hr(open_text(&files, "/7F20/6F07", &file), S_OK);
    assert_ptr_equal(files.profile, &profile_gsm);
    assert_int_equal(file.shape, OPENFILE_BINARY);
    assert_int_equal(file.end, 9);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_SECURITY_VIOLATION);
    /* Records in their own size; writing to a cyclic file. */
    assert_hr(open_text(&files, "/7F20/6F39", &file), S_OK);
    assert_int_equal(file.shape, OPENFILE_RECORDS);
    assert_int_equal(file.end, 4);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 3);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, (const uint8_t *)"ABC", 3), S_OK);
    assert_int_equal(file.position, 1);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    END();
}

/* A card that refuses class A0, too, is none. */
static void test_gsm__not_taken_for_one(void **state) {
    BEGIN({"00 A4 08 04 02 00 01 00", "6E 00", 0}, {"A0 A4 00 00 02 3F 00", "6E 00", 0});
    assert_hr(open_text(&files, "0001", &file), SCARD_E_UNSUPPORTED_FEATURE);
    assert_ptr_equal(files.profile, &profile_iso);
    END();
}

static void test_gsm__status_words(void **state) {
    static const struct {
        const char *answer;
        HRESULT hr;
    } rows[] = {{"94 04", SCARD_E_FILE_NOT_FOUND},
                {"94 00", SCARD_E_NO_FILE},
                {"94 02", SCARD_E_BAD_SEEK},
                {"94 08", SCARD_E_UNSUPPORTED_FEATURE},
                {"98 04", SCARD_W_SECURITY_VIOLATION},
                {"98 02", SCARD_E_NO_ACCESS},
                {"98 08", SCARD_E_NO_ACCESS},
                {"98 10", SCARD_E_NO_ACCESS},
                {"98 40", SCARD_W_CHV_BLOCKED},
                {"92 40", SCARD_E_UNEXPECTED},
                {"67 05", E_INVALIDARG},
                {"6B 01", SCARD_E_BAD_SEEK},
                {"6D 0F", SCARD_E_UNSUPPORTED_FEATURE},
                {"6E 01", SCARD_E_UNSUPPORTED_FEATURE},
                {"6F 00", SCARD_E_UNEXPECTED}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct scripted_step steps[] = {{"A0 A4 00 00 02 3F 00", rows[i].answer, 0}};
        struct scripted_link card;
        struct filesystem files = {.profile = &profile_gsm};
        const struct path root = {0};
        struct selected selected;
        scripted_link_init(&card, steps, 1);
        filesystem_begin(&files, &card.link);
        assert_hr(selection_select(&files, &root, SW_USE_OTHER, &selected), rows[i].hr);
        scripted_link_end(&card);
    }
}

/* Nothing is selected by name, and nothing is sent. */
static void test_gsm__no_names(void **state) {
    struct scripted_link card;
    struct filesystem files = {.profile = &profile_gsm};
    (void)state;
    scripted_link_init(&card, NULL, 0);
    filesystem_begin(&files, &card.link);
    const struct path path = scriptedfiles_at(&files, SC_TYPE_BY_NAME, "A000");
    assert_hr(directory_change(&files, &path), SCARD_E_UNSUPPORTED_FEATURE);
    scripted_link_end(&card);
}

static void check_list(struct filesystem *files, FILETYPE kind, const char *expected) {
    struct names names = {0};
    char text[1024] = "";
    assert_hr(listing_list(files, kind, &names), S_OK);
    for (const char *name = names_next(&names, NULL); name; name = names_next(&names, name)) {
        strcat(text, text[0] ? " " : "");
        strcat(text, name);
    }
    assert_string_equal(text, expected);
    names_clear(&names);
}

static void test_gsm__simulated_card(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    struct openfile file;
    struct content content = {0};
    (void)state;
    sim_link_open(&sim, "gsm", SIM_T0);
    filesystem_begin(&files, &sim.link);
    assert_hr(open_text(&files, "/2FE2", &file), S_OK);
    assert_ptr_equal(files.profile, &profile_gsm);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 10);
    assert_memory_equal(content.bytes, "\x98\x10\x32\x54\x76\x98\x10\x32\x54\xF6", 10);
    content_clear(&content);
    check_list(&files, SC_TYPE_ALL_FILES, "2FE2 7F10 7F20");
    const struct path telecom = scriptedfiles_at(&files, SC_TYPE_BY_ID, "/7F10"),
                      book = scriptedfiles_at(&files, SC_TYPE_BY_ID, "/7F10/6F3A");
    assert_hr(directory_change(&files, &telecom), S_OK);
    check_list(&files, SC_TYPE_CYCLIC_EF, "6F44");
    check_list(&files, SC_TYPE_TRANSPARENT_EF, "6F43");
    assert_hr(properties_get(&files, &book, &content), S_OK);
    assert_int_equal(content.size, 18);
    assert_memory_equal(content.bytes,
                        "\x80\x02\x01\x40\x82\x05\x02\x21\x00\x20\x0A\x83\x02\x6F\x3A\x8A\x01\x05", 18);
    content_clear(&content);
    assert_hr(open_text(&files, "6F3A", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_SECURITY_VIOLATION);
    assert_hr(open_text(&files, "6F99", &file), SCARD_E_FILE_NOT_FOUND);
    sim_link_close(&sim);
}

/* What a UICC says of its directories gives it away; then cyclic files are written to in its way. */
static void test_uicc__recognised(void **state) {
    BEGIN({"00 A4 00 04 02 3F 00 00", "62 0C 82 02 78 21 83 02 3F 00 A5 00 C6 00 90 00", 0},
          {"00 A4 08 04 02 6F 39 00", "62 0B 82 05 46 21 00 03 04 83 02 6F 39 90 00", 0},
          {"00 DC 00 03 03 41 42 43", "90 00", 0}, {"00 B2 02 04 00", "11 22 33 90 00", 0});
    const struct path root = {0};
    assert_hr(directory_change(&files, &root), S_OK);
    assert_ptr_equal(files.profile, &profile_uicc);
    assert_hr(open_text(&files, "6F39", &file), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, (const uint8_t *)"ABC", 3), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    END();
}

static void test_uicc__simulated_card(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    struct openfile file;
    struct content content = {0};
    (void)state;
    sim_link_open(&sim, "usim", SIM_T1);
    filesystem_begin(&files, &sim.link);
    check_list(&files, SC_TYPE_DIRECTORIES, "7F10 7F20 A0000000871002FF49FF0589");
    assert_ptr_equal(files.profile, &profile_uicc);
    check_list(&files, SC_TYPE_FILES, "2F00 2F05 2F06 2FE2");
    const struct path usim = scriptedfiles_at(&files, SC_TYPE_BY_NAME, "A0000000871002");
    assert_hr(directory_change(&files, &usim), S_OK);
    check_list(&files, SC_TYPE_DIRECTORIES, "5F3A 5F3B");
    check_list(&files, SC_TYPE_FIXED_EF,
               "6F06 6F3B 6F3C 6F40 6F42 6F49 6F4B 6FB7 6FC5 6FC6 6FC7 6FC8 6FC9 6FCA 6FCB 6FCC");
    assert_hr(open_text(&files, "6FAD", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 4);
    assert_memory_equal(content.bytes, "\x00\x00\x00\x02", 4);
    content_clear(&content);
    assert_hr(open_text(&files, "5F3A/4F3A", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_SECURITY_VIOLATION);
    /* The same file is found again after others have used the card. */
    assert_hr(open_text(&files, "6FB7", &file), S_OK);
    sim_link_turn(&sim);
    filesystem_begin(&files, &sim.link);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 14);
    content_clear(&content);
    sim_link_close(&sim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_name__by_its_beginning),
        cmocka_unit_test(test_object__by_its_identifier),
        cmocka_unit_test(test_offer__precedence),
        cmocka_unit_test(test_of_atr__size_and_mask),
        cmocka_unit_test(test_vendor__select),
        cmocka_unit_test(test_vendor__select_information),
        cmocka_unit_test(test_gsm__recognised),
        cmocka_unit_test(test_gsm__not_taken_for_one),
        cmocka_unit_test(test_gsm__status_words),
        cmocka_unit_test(test_gsm__no_names),
        cmocka_unit_test(test_gsm__simulated_card),
        cmocka_unit_test(test_uicc__recognised),
        cmocka_unit_test(test_uicc__simulated_card),
    };
    return cmocka_run_group_tests_name("services_profile", tests, NULL, NULL);
}

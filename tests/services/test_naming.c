/* Names that a card's profile has for its files: where they lead, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/directory.h"
#include "services/naming.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define APPLICATION "F041434D4501"
#define SELECT_APPLICATION "00 A4 04 04 06 F0 41 43 4D 45 01 00"

static const struct scardssp_profile_aid aids[] = {{5, {0xF0, 0x41, 0x43, 0x4D, 0x45}}};
static const struct scardssp_profile_file badge_files[] = {{"Rooms", 1, {0xB001}},
                                                           {"Log-1", 2, {0xDF11, 0x0002}}};
static const struct scardssp_profile badge = {
    .name = "badge", PROFILE_ROWS(aids, aid_count, aids), PROFILE_ROWS(files, file_count, badge_files)};

static const struct scardssp_profile_atr atrs[] = {{3, {0x3B, 0x01, 0x41}, {0xFF, 0xFF, 0xFF}}};
static const struct scardssp_profile_file card_files[] = {{"Rooms", 1, {0xC001}},
                                                          {"Serial", 2, {0xDF01, 0x0003}}};
static const struct scardssp_profile whole = {
    .name = "card", PROFILE_ROWS(atrs, atr_count, atrs), PROFILE_ROWS(files, file_count, card_files)};

static const struct scardssp_profile_sign signs[] = {{0x9000, 0xC7}};
static const struct scardssp_profile shy = {
    .name = "shy", PROFILE_ROWS(signs, sign_count, signs), PROFILE_ROWS(files, file_count, card_files)};

static const struct scardssp_profile *const offered[] = {&shy, &badge, &whole};

static int offer(void **state) {
    (void)state;
    return profile_offer(offered, COUNT(offered)) ? 0 : -1;
}

static int withdraw(void **state) {
    (void)state;
    return profile_offer(NULL, 0) ? 0 : -1;
}

static void leads(struct filesystem *files, REFTYPE type, const char *text, const char *expected) {
    struct path path;
    char written[PATH_TEXT_ROOM];
    assert_hr(naming_parse(files, type, text, &path), expected ? S_OK : E_INVALIDARG);
    if (!expected)
        return;
    path_write(&path, written);
    assert_string_equal(written, expected);
}

/* From the application, in whatever of its directories the program is. */
static void test_parse__in_an_application(void **state) {
    SCRIPTED_FILES({SELECT_APPLICATION, "90 00", 0}, {"00 A4 09 04 02 DF 11 00", "62 03 82 01 38 90 00", 0});
    const struct path application = scriptedfiles_at(&files, SC_TYPE_BY_NAME, APPLICATION);
    assert_hr(directory_change(&files, &application), S_OK);
    leads(&files, SC_TYPE_BY_NAME, "Rooms", "/\"" APPLICATION "\"/B001");
    leads(&files, SC_TYPE_BY_ANY, "rOOMS", "/\"" APPLICATION "\"/B001");
    const struct path below = scriptedfiles_at(&files, SC_TYPE_BY_ID, "DF11");
    assert_hr(directory_change(&files, &below), S_OK);
    leads(&files, SC_TYPE_BY_ANY, "Rooms", "/\"" APPLICATION "\"/B001");
    leads(&files, SC_TYPE_BY_ANY, "Log-1", "/\"" APPLICATION "\"/DF11/0002");
    leads(&files, SC_TYPE_BY_ANY, "Serial", NULL); /* the card is none with such a file */
    leads(&files, SC_TYPE_BY_ID, "Rooms", NULL);
    leads(&files, SC_TYPE_BY_SHORT_ID, "Rooms", NULL);
    /* All other spellings mean what they did. */
    leads(&files, SC_TYPE_BY_ANY, "0003", "/\"" APPLICATION "\"/DF11/0003");
    leads(&files, SC_TYPE_BY_NAME, "A000000003", "/\"A000000003\"");
    scripted_link_end(&card);
}

/* From the master file for a card that its ATR tells; an application's own names come first. */
static void test_parse__on_a_card(void **state) {
    static const struct scripted_step steps[] = {{SELECT_APPLICATION, "90 00", 0}};
    struct scripted_link link;
    struct filesystem files = {0};
    (void)state;
    scripted_link_init(&link, steps, COUNT(steps));
    memcpy(link.link.atr, atrs[0].bytes, 3);
    link.link.atr_size = 3;
    filesystem_begin(&files, &link.link);
    assert_ptr_equal(files.profile, &whole);
    leads(&files, SC_TYPE_BY_NAME, "Rooms", "/C001");
    leads(&files, SC_TYPE_BY_NAME, "Serial", "/DF01/0003");
    leads(&files, SC_TYPE_BY_NAME, "Log-1", NULL);
    const struct path application = scriptedfiles_at(&files, SC_TYPE_BY_NAME, APPLICATION);
    assert_hr(directory_change(&files, &application), S_OK);
    leads(&files, SC_TYPE_BY_NAME, "Rooms", "/\"" APPLICATION "\"/B001");
    leads(&files, SC_TYPE_BY_NAME, "Serial", "/DF01/0003");
    scripted_link_end(&link);
}

/* A card that has said nothing yet is asked, once. */
static void test_parse__asks_what_the_card_is(void **state) {
    SCRIPTED_FILES({"00 A4 00 04 02 3F 00 00", "62 03 C7 01 00 90 00", 0});
    leads(&files, SC_TYPE_BY_NAME, "Serial", "/DF01/0003");
    assert_ptr_equal(files.profile, &shy);
    leads(&files, SC_TYPE_BY_NAME, "Parallel", NULL);
    scripted_link_end(&card);
}

static void test_parse__asks_once(void **state) {
    SCRIPTED_FILES({"00 A4 00 04 02 3F 00 00", "62 03 82 01 38 90 00", 0});
    leads(&files, SC_TYPE_BY_NAME, "Serial", NULL);
    leads(&files, SC_TYPE_BY_NAME, "Serial", NULL);
    scripted_link_end(&card);
}

static void test_check__without_a_card(void **state) {
    static const struct {
        REFTYPE type;
        const char *text;
        HRESULT hr;
    } rows[] = {
        {SC_TYPE_BY_NAME, "Rooms", S_OK},
        {SC_TYPE_BY_ANY, "Rooms.2_b-", S_OK},
        {SC_TYPE_BY_NAME, "Face", S_OK}, /* digits: a name of two bytes */
        {SC_TYPE_BY_NAME, "Facade1", E_INVALIDARG},
        {SC_TYPE_BY_NAME, "2Rooms", E_INVALIDARG},
        {SC_TYPE_BY_NAME, "Ro/oms", E_INVALIDARG},
        {SC_TYPE_BY_NAME, "", E_INVALIDARG},
        {SC_TYPE_BY_NAME, "Rooms-that-have-a-very-long-name", E_INVALIDARG},
        {SC_TYPE_BY_ID, "Rooms", E_INVALIDARG},
        {SC_TYPE_BY_SHORT_ID, "Rooms", E_INVALIDARG},
        {(REFTYPE)7, "Rooms", E_INVALIDARG},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_hr(naming_check(rows[i].type, rows[i].text), rows[i].hr);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, offer, withdraw)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_parse__in_an_application),          CASE(test_parse__on_a_card),
        CASE(test_parse__asks_what_the_card_is),      CASE(test_parse__asks_once),
        cmocka_unit_test(test_check__without_a_card),
    };
    return cmocka_run_group_tests_name("services_naming", tests, NULL, NULL);
}

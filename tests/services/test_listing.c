/* What a directory has: by asking for identifiers, by EF.DIR, and by names that follow each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/directory.h"
#include "services/listing.h"
#include "support/fakes/scripted_link.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void check_list(struct filesystem *files, FILETYPE kind, const char *expected) {
    struct names names = {0};
    char text[512] = "";
    assert_int_equal((uint32_t)listing_list(files, kind, &names), (uint32_t)S_OK);
    for (const char *name = names_next(&names, NULL); name; name = names_next(&names, name)) {
        strcat(text, text[0] ? " " : "");
        strcat(text, name);
    }
    assert_string_equal(text, expected);
    names_clear(&names);
}

static void enter(struct filesystem *files, const char *text) {
    struct path path;
    assert_int_equal(path_parse(SC_TYPE_BY_ID, text, &files->directory, &path), S_OK);
    assert_int_equal(directory_change(files, &path), S_OK);
}

static void test_list__demo_card(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    (void)state;
    sim_link_open(&sim, "demo", SIM_T1);
    filesystem_begin(&files, &sim.link);
    check_list(&files, SC_TYPE_FILES, "0001 0002 0003 0004 0005 0006 0007 0008 2F00 2F02");
    check_list(&files, SC_TYPE_DIRECTORIES, "DF01 DF02");
    check_list(&files, SC_TYPE_DIRECTORY_FILE, "DF01 DF02");
    check_list(&files, SC_TYPE_ALL_FILES, "0001 0002 0003 0004 0005 0006 0007 0008 2F00 2F02 DF01 DF02");
    check_list(&files, SC_TYPE_TRANSPARENT_EF, "0001 0002 0006 0007 0008 2F02");
    check_list(&files, SC_TYPE_FIXED_EF, "0003");
    check_list(&files, SC_TYPE_VARIABLE_EF, "0004 2F00");
    check_list(&files, SC_TYPE_CYCLIC_EF, "0005");
    enter(&files, "DF01");
    check_list(&files, SC_TYPE_ALL_FILES, "0101 DF11");
    enter(&files, "DF11");
    check_list(&files, SC_TYPE_FILES, "0111");
    check_list(&files, SC_TYPE_DIRECTORIES, "");
    sim_link_close(&sim);
}

/* A SIM lets a directory be selected from its neighbour: it is not in it all the same. */
static void test_list__neighbours_on_a_sim(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    (void)state;
    sim_link_open(&sim, "gsm", SIM_T0);
    filesystem_begin(&files, &sim.link);
    check_list(&files, SC_TYPE_ALL_FILES, "2FE2 7F10 7F20");
    enter(&files, "7F10");
    check_list(&files, SC_TYPE_ALL_FILES, "6F3A 6F3B 6F3C 6F3D 6F40 6F42 6F43 6F44 6F49 6F4A 6F4B 6F4C");
    check_list(&files, SC_TYPE_DIRECTORIES, "");
    sim_link_close(&sim);
}

static void test_list__bad_kinds(void **state) {
    struct scripted_link card;
    struct filesystem files = {0};
    struct names names = {0};
    (void)state;
    scripted_link_init(&card, NULL, 0);
    filesystem_begin(&files, &card.link);
    assert_int_equal((uint32_t)listing_list(&files, (FILETYPE)8, &names), (uint32_t)E_INVALIDARG);
    assert_int_equal((uint32_t)listing_list(&files, (FILETYPE)-1, &names), (uint32_t)E_INVALIDARG);
    scripted_link_end(&card);
}

/* A profile that knows one identifier, so that a script can be written. */
static const struct scardssp_profile_range one_id[] = {{0x2F02, 0x2F02}};
static const struct scardssp_profile one = {.name = "one", PROFILE_ROWS(ranges, range_count, one_id)};

#define BEGIN(...)                                                                                           \
    static const struct scripted_step steps[] = {__VA_ARGS__};                                               \
    struct scripted_link card;                                                                               \
    struct filesystem files = {.profile = &one};                                                             \
    (void)state;                                                                                             \
    scripted_link_init(&card, steps, COUNT(steps));                                                          \
    filesystem_begin(&files, &card.link)
#define END() scripted_link_end(&card)
/* The applications of data objects that are known, asked for where the card tells of none. */
#define PIV "00 A4 04 04 09 A0 00 00 03 08 00 00 10 00"
#define OPENPGP "00 A4 04 04 06 D2 76 00 01 24 01"
#define DIR_IN_RECORDS "62 07 82 05 04 41 00 20 02 90 00"

static void test_list__applications(void **state) {
    BEGIN({"00 A4 00 04 02 3F 00 00", "90 00", 0}, {"00 A4 08 04 02 2F 02 00", "6A 82", 0},
          {"00 A4 08 04 02 2F 00 00", DIR_IN_RECORDS, 0},
          {"00 B2 01 04 00", "61 08 4F 06 A0 00 00 00 87 10 90 00", 0},
          {"00 A4 04 04 06 A0 00 00 00 87 10 00", "62 0A 84 08 A0 00 00 00 87 10 01 02 90 00", 0},
          {"00 A4 08 04 02 2F 00 00", DIR_IN_RECORDS, 0},
          /* A record with padding and a template that lies. */
          {"00 B2 02 04 00", "FF FF 61 7F 4F 05 90 00", 0}, {"00 B2 03 04 00", "6A 83", 0},
          {"00 A4 04 04 00", "62 06 83 02 3F 00 84 00 90 00", 0});
    check_list(&files, SC_TYPE_DIRECTORIES, "A00000008710");
    assert_true(path_is_root(&files.current));
    END();
}

/*
 * In an application of a vendor's: its ranges, and the files that have names, once each. One without ranges
 * is asked for those of the card.
 */
static void test_list__profile_of_an_application(void **state) {
    static const struct scardssp_profile_aid aids[] = {{5, {0xF0, 1, 2, 3, 4}}},
                                             others[] = {{5, {0xF0, 1, 2, 3, 5}}};
    static const struct scardssp_profile_range ranges[] = {{0xB001, 0xB002}};
    static const struct scardssp_profile_file named[] = {
        {"Again", 1, {0xB002}}, {"Log-1", 2, {0xDF11, 0x0002}}, {"Log-2", 1, {0xC001}}};
    static const struct scardssp_profile acme = {.name = "acme",
                                                 PROFILE_ROWS(aids, aid_count, aids),
                                                 PROFILE_ROWS(ranges, range_count, ranges),
                                                 PROFILE_ROWS(files, file_count, named)};
    static const struct scardssp_profile bare = {.name = "bare", PROFILE_ROWS(aids, aid_count, others)};
    static const struct scardssp_profile *const offered[] = {&acme, &bare};
    BEGIN({"00 A4 04 04 05 F0 01 02 03 04 00", "90 00", 0},
          {"00 A4 09 04 02 B0 01 00", "62 03 82 01 01 90 00", 0},
          {"00 A4 09 04 02 B0 02 00", "62 03 82 01 01 90 00", 0},
          {"00 A4 09 04 02 B0 02 00", "62 03 82 01 01 90 00", 0},
          {"00 A4 09 04 02 C0 01 00", "62 03 82 01 01 90 00", 0},
          {"00 A4 04 04 05 F0 01 02 03 05 00", "90 00", 0},
          {"00 A4 09 04 02 2F 02 00", "62 03 82 01 01 90 00", 0});
    assert_true(profile_offer(offered, 2));
    files.directory = scriptedfiles_at(&files, SC_TYPE_BY_NAME, "F001020304");
    check_list(&files, SC_TYPE_FILES, "B001 B002 C001");
    files.directory = scriptedfiles_at(&files, SC_TYPE_BY_NAME, "F001020305");
    check_list(&files, SC_TYPE_FILES, "2F02");
    assert_true(profile_offer(NULL, 0));
    END();
}

static void test_list__names(void **state) {
    BEGIN({"00 A4 00 04 02 3F 00 00", "90 00", 0}, {"00 A4 08 04 02 2F 02 00", "6A 82", 0},
          {"00 A4 08 04 02 2F 00 00", "6A 82", 0}, {"00 A4 04 04 00", "62 07 83 02 3F 00 84 01 A0 90 00", 0},
          {"00 A4 04 06 00", "62 07 83 02 DF 01 84 01 A1 90 00", 0},
          {"00 A4 04 06 00", "62 03 84 01 A2 90 00", 0},
          {"00 A4 04 06 00", "62 07 83 02 7F FF 84 01 A3 90 00", 0},
          {"00 A4 04 06 00", "62 07 83 02 DF 01 84 01 A1 90 00", 0}, {"00 A4 04 06 00", "6A 82", 0});
    check_list(&files, SC_TYPE_DIRECTORIES, "DF01 A2 A3");
    END();
}

/* A card that tells of no application, and has one that is known; one that has no master file either. */
static void test_list__known_applications(void **state) {
    BEGIN({"00 A4 00 04 02 3F 00 00", "90 00", 0}, {"00 A4 08 04 02 2F 02 00", "6A 82", 0},
          {"00 A4 08 04 02 2F 00 00", "6A 82", 0}, {"00 A4 04 04 00", "6F 02 84 00 90 00", 0},
          {PIV " 00", "61 08 4F 06 00 00 10 00 01 00 90 00", 0}, {OPENPGP " 00", "6A 82", 0},
          {"00 A4 00 04 02 3F 00 00", "6A 82", 0}, {"00 A4 08 04 02 2F 00 00", "6A 82", 0},
          {"00 A4 04 04 00", "6A 82", 0}, {PIV " 00", "6A 82", 0}, {OPENPGP " 00", "90 00", 0});
    check_list(&files, SC_TYPE_DIRECTORIES, "A00000030800001000");
    check_list(&files, SC_TYPE_ALL_FILES, "D27600012401");
    END();
}

/* No master file and no application: what the card has said first. */
static void test_list__nothing_at_all(void **state) {
    struct names names = {0};
    BEGIN({"00 A4 00 04 02 3F 00 00", "6A 82", 0}, {"00 A4 00 04 02 3F 00 00", "6A 82", 0},
          {"00 A4 08 04 02 2F 00 00", "6A 82", 0}, {"00 A4 04 04 00", "6A 82", 0}, {PIV " 00", "6A 82", 0},
          {OPENPGP " 00", "6A 82", 0});
    assert_hr(listing_list(&files, SC_TYPE_FILES, &names), SCARD_E_FILE_NOT_FOUND);
    assert_hr(listing_list(&files, SC_TYPE_DIRECTORIES, &names), SCARD_E_FILE_NOT_FOUND);
    END();
}

/* An application of data objects is known by its name, so that is told, and not its identifier. */
static void test_list__simulated_applications(void **state) {
    static const char *const cards[][2] = {{"piv", "A000000308000010000100"},
                                           {"openpgp", "D276000124010304FFFE000000010000"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cards); ++i) {
        struct sim_link sim;
        struct filesystem files = {0};
        sim_link_open(&sim, cards[i][0], SIM_T1);
        filesystem_begin(&files, &sim.link);
        check_list(&files, SC_TYPE_DIRECTORIES, cards[i][1]);
        sim_link_close(&sim);
    }
}

/* A card that has always one more: this ends. */
static void test_list__endless_applications(void **state) {
    static struct scripted_step steps[67] = {{"00 A4 00 04 02 3F 00 00", "90 00", 0},
                                             {"00 A4 08 04 02 2F 02 00", "6A 82", 0},
                                             {"00 A4 08 04 02 2F 00 00", "6A 82", 0},
                                             {"00 A4 04 04 00", "62 03 84 01 A0 90 00", 0}};
    struct scripted_link card;
    struct filesystem files = {.profile = &one};
    (void)state;
    for (size_t i = 4; i < COUNT(steps); ++i)
        steps[i] = (struct scripted_step){"00 A4 04 06 00", "62 03 84 01 A1 90 00", 0};
    scripted_link_init(&card, steps, COUNT(steps));
    filesystem_begin(&files, &card.link);
    struct names names = {0};
    const HRESULT hr = listing_list(&files, SC_TYPE_DIRECTORIES, &names);
    assert_int_equal((uint32_t)hr, (uint32_t)S_OK);
    assert_int_equal(names_count(&names), 2);
    names_clear(&names);
    scripted_link_end(&card);
}

/* An EF.DIR that tells of more applications than anybody has: not all are asked for. */
static void test_list__applications_without_number(void **state) {
    static struct scripted_step steps[4 + 64 + 3] = {{"00 A4 00 04 02 3F 00 00", "90 00", 0},
                                                     {"00 A4 08 04 02 2F 02 00", "6A 82", 0},
                                                     {"00 A4 08 04 02 2F 00 00", DIR_IN_RECORDS, 0}};
    static char record[65 * 15 + 8];
    struct scripted_link card;
    struct filesystem files = {.profile = &one};
    (void)state;
    for (int i = 0; i < 65; ++i)
        strcat(record, "61 03 4F 01 A0 ");
    strcat(record, "90 00");
    steps[3] = (struct scripted_step){"00 B2 01 04 00", record, 0};
    for (size_t i = 4; i + 3 < COUNT(steps); ++i)
        steps[i] = (struct scripted_step){"00 A4 04 04 01 A0 00", "6A 82", 0};
    steps[COUNT(steps) - 3] = (struct scripted_step){"00 A4 04 04 00", "6A 82", 0};
    steps[COUNT(steps) - 2] = (struct scripted_step){PIV " 00", "6A 82", 0};
    steps[COUNT(steps) - 1] = (struct scripted_step){OPENPGP " 00", "6A 82", 0};
    scripted_link_init(&card, steps, COUNT(steps));
    filesystem_begin(&files, &card.link);
    check_list(&files, SC_TYPE_DIRECTORIES, "");
    END();
}

static void test_list__lost_card(void **state) {
    struct names names = {0};
    BEGIN({"00 A4 00 04 02 3F 00 00", "90 00", 0}, {"00 A4 08 04 02 2F 02 00", NULL, SCARD_W_REMOVED_CARD});
    assert_int_equal((uint32_t)listing_list(&files, SC_TYPE_FILES, &names), (uint32_t)SCARD_W_REMOVED_CARD);
    END();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list__demo_card),
        cmocka_unit_test(test_list__neighbours_on_a_sim),
        cmocka_unit_test(test_list__bad_kinds),
        cmocka_unit_test(test_list__applications),
        cmocka_unit_test(test_list__profile_of_an_application),
        cmocka_unit_test(test_list__names),
        cmocka_unit_test(test_list__known_applications),
        cmocka_unit_test(test_list__nothing_at_all),
        cmocka_unit_test(test_list__simulated_applications),
        cmocka_unit_test(test_list__endless_applications),
        cmocka_unit_test(test_list__applications_without_number),
        cmocka_unit_test(test_list__lost_card),
    };
    return cmocka_run_group_tests_name("services_listing", tests, NULL, NULL);
}

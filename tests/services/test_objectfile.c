/* Data objects as files: PIV's and OpenPGP's, read, written, listed, described. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/directory.h"
#include "services/listing.h"
#include "services/objectfile.h"
#include "services/properties.h"
#include "services/reading.h"
#include "services/writing.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PIV_AID "A0 00 00 03 08 00 00 10 00 01 00"
#define SELECT_PIV "00 A4 04 04 0B " PIV_AID " 00"
#define PIV_ANSWER "61 11 4F 06 00 00 10 00 01 00 79 07 4F 05 A0 00 00 03 08 90 00"
#define SELECT_PGP "00 A4 04 04 06 D2 76 00 01 24 01 00"

#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct openfile file;                                                                                    \
    struct content content = {0}
#define END()                                                                                                \
    content_clear(&content);                                                                                 \
    scripted_link_end(&card)

static HRESULT enter(struct filesystem *files, const char *name) {
    const struct path path = scriptedfiles_at(files, SC_TYPE_BY_NAME, name);
    return directory_change(files, &path);
}

static HRESULT open_text(struct filesystem *files, const char *text, struct openfile *file) {
    return scriptedfiles_open(files, SC_TYPE_BY_ID, text, file);
}

static void test_piv__read(void **state) {
    BEGIN({SELECT_PIV, PIV_ANSWER, 0}, {"00 CB 3F FF 05 5C 03 5F C1 02 00", "53 04 30 02 11 22 90 00", 0},
          {"00 CB 3F FF 05 5C 03 5F C1 02 00", "53 04 30 02 11 22 90 00", 0},
          {"00 CB 3F FF 05 5C 03 5F C1 02 00", "53 04 30 02 11 22 90 00", 0},
          /* The discovery object has a tag of its own. */
          {"00 CB 3F FF 03 5C 01 7E 00", "7E 02 4F 00 90 00", 0},
          {"00 CB 3F FF 04 5C 02 7F 61 00", "6A 82", 0}, {"00 CB 3F FF 05 5C 03 5F C1 09 00", "69 82", 0},
          {SELECT_PIV, PIV_ANSWER, 0}, {"00 CB 3F FF 05 5C 03 5F C1 09 00", "53 7F 90 00", 0});
    assert_hr(enter(&files, "A000000308000010000100"), S_OK);
    assert_hr(open_text(&files, "3000", &file), S_OK);
    assert_hr(reading_read(&files, &file, 3, &content), S_OK);
    assert_int_equal(content.size, 3);
    assert_memory_equal(content.bytes, "\x30\x02\x11", 3);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 1);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    assert_hr(open_text(&files, "6050", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 4);
    content_clear(&content);
    assert_hr(open_text(&files, "1016", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    assert_hr(open_text(&files, "3001", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_SECURITY_VIOLATION);
    ++card.link.turn;
    filesystem_begin(&files, &card.link);
    /* A length that lies: it comes as it is. */
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 2);
    assert_hr(open_text(&files, "3002", &file), SCARD_E_FILE_NOT_FOUND);
    END();
}

static void test_piv__write(void **state) {
    BEGIN({SELECT_PIV, PIV_ANSWER, 0}, {"00 DB 3F FF 0A 5C 03 5F C1 02 53 03 41 42 43", "90 00", 0},
          {"00 CB 3F FF 05 5C 03 5F C1 02 00", "53 03 41 42 43 90 00", 0},
          {"00 DB 3F FF 0D 5C 03 5F C1 02 53 06 41 42 43 41 42 43", "90 00", 0},
          {"00 DB 3F FF 07 5C 03 5F C1 02 53 00", "90 00", 0},
          {"00 DB 3F FF 0A 5C 03 5F C1 02 53 03 41 42 43", "69 82", 0},
          {"00 DB 3F FF 0A 5C 03 5F C1 02 53 03 41 42 43", "6A 84", 0});
    assert_hr(enter(&files, "A000000308000010000100"), S_OK);
    assert_hr(open_text(&files, "3000", &file), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, (const uint8_t *)"ABC", 3), S_OK);
    assert_int_equal(file.position, 3);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, (const uint8_t *)"ABC", 3), S_OK);
    assert_hr(writing_erase(&files, &file, 0), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(openfile_seek(&file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_erase(&files, &file, 0), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_OR, (const uint8_t *)"ABC", 3),
              SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, (const uint8_t *)"ABC", 3),
              SCARD_W_SECURITY_VIOLATION);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, (const uint8_t *)"ABC", 3),
              SCARD_E_WRITE_TOO_MANY);
    assert_int_equal(file.position, 0);
    END();
}

/* Long values go in a chain of commands; one that is refused ends it. */
static void test_openpgp__chain(void **state) {
    static char first[5 * 3 + 255 * 3 + 1], last[5 * 3 + 3 * 3 + 1];
    static uint8_t bytes[258];
    const struct scripted_step steps[] = {
        {SELECT_PGP, "90 00", 0}, {first, "90 00", 0}, {last, "90 00", 0}, {first, "67 00", 0}};
    struct scripted_link card;
    struct filesystem files = {0};
    struct openfile file;
    (void)state;
    strcpy(first, "10 DA 7F 21 FF ");
    strcpy(last, "00 DA 7F 21 03 ");
    for (size_t i = 0; i < sizeof bytes; ++i)
        strcat(i < 255 ? first : last, "00 ");
    scripted_link_init(&card, steps, COUNT(steps));
    filesystem_begin(&files, &card.link);
    assert_hr(enter(&files, "D27600012401"), S_OK);
    assert_hr(open_text(&files, "7F21", &file), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, bytes, sizeof bytes), S_OK);
    assert_hr(openfile_seek(&file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, bytes, sizeof bytes), E_INVALIDARG);
    scripted_link_end(&card);
}

static void test_openpgp__read_and_properties(void **state) {
    BEGIN({SELECT_PGP, "90 00", 0}, {"00 CA 00 5E 00", "6D 65 90 00", 0},
          {"00 CA 00 5E 00", "6D 65 90 00", 0}, {"00 CA 5F 50 00", "6A 88", 0});
    struct path path;
    assert_hr(enter(&files, "D27600012401"), S_OK);
    assert_hr(open_text(&files, "005E", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 2);
    assert_memory_equal(content.bytes, "me", 2);
    content_clear(&content);
    assert_int_equal(path_parse(SC_TYPE_BY_ID, "005E", &files.directory, &path), S_OK);
    assert_hr(properties_get(&files, &path, &content), S_OK);
    assert_int_equal(content.size, 11);
    assert_memory_equal(content.bytes, "\x80\x02\x00\x02\x82\x01\x01\x83\x02\x00\x5E", 11);
    content_clear(&content);
    assert_hr(open_text(&files, "5F50", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    END();
}

/* What answers is listed, and what is guarded; the rest is not there. */
static void test_openpgp__list(void **state) {
    BEGIN({SELECT_PGP, "90 00", 0}, {"00 CA 00 4F 00", "D2 90 00", 0}, {"00 CA 00 5B 00", "6A 88", 0},
          {"00 CA 00 5E 00", "90 00", 0}, {"00 CA 00 65 00", "6A 82", 0}, {"00 CA 00 6E 00", "11 90 00", 0},
          {"00 CA 00 7A 00", "6D 00", 0}, {"00 CA 00 C4 00", "00 90 00", 0}, {"00 CA 01 01 00", "6A 88", 0},
          {"00 CA 01 02 00", "6A 88", 0}, {"00 CA 01 03 00", "69 82", 0}, {"00 CA 01 04 00", "69 85", 0},
          {"00 CA 5F 2D 00", "6A 88", 0}, {"00 CA 5F 35 00", "6A 88", 0}, {"00 CA 5F 50 00", "6A 88", 0},
          {"00 CA 5F 52 00", "11 90 00", 0}, {"00 CA 7F 21 00", "6A 88", 0}, {"00 CA 7F 66 00", "6A 88", 0},
          {"00 CA 7F 74 00", "6A 88", 0}, {"00 CA 00 4F 00", NULL, SCARD_W_REMOVED_CARD});
    struct names names = {0};
    char text[256] = "";
    assert_hr(enter(&files, "D27600012401"), S_OK);
    assert_hr(open_text(&files, "3000", &file), SCARD_E_FILE_NOT_FOUND);
    assert_hr(listing_list(&files, SC_TYPE_FILES, &names), S_OK);
    for (const char *name = names_next(&names, NULL); name; name = names_next(&names, name))
        strcat(strcat(text, name), " ");
    assert_string_equal(text, "004F 006E 00C4 0103 5F52 ");
    names_clear(&names);
    assert_hr(listing_list(&files, SC_TYPE_DIRECTORIES, &names), S_OK);
    assert_int_equal(names_count(&names), 0);
    assert_hr(listing_list(&files, SC_TYPE_FILES, &names), SCARD_W_REMOVED_CARD);
    names_clear(&names);
    END();
}

static void test_is_object__one_below_an_application_of_objects(void **state) {
    static const struct {
        const char *text;
        bool is;
    } rows[] = {{"/\"A00000030800001000\"/3000", true},
                {"/\"A00000030800001000\"/FFFE", true}, /* known by its place, whether it is there or not */
                {"/\"A00000030800001000\"", false},
                {"/\"A00000030800001000\"/3000/3000", false},
                {"/\"A00000030800001001\"/3000", false},
                {"/3000", false}};
    static const struct path root;
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct path path;
        assert_int_equal(path_parse(SC_TYPE_BY_ID, rows[i].text, &root, &path), S_OK);
        assert_int_equal(objectfile_is_object(&path), rows[i].is);
    }
}

/* The certificate of the simulated PIV card, through its file. */
static void test_piv__simulated_card(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    struct openfile file;
    struct content content = {0};
    (void)state;
    sim_link_open(&sim, "piv", SIM_T1);
    filesystem_begin(&files, &sim.link);
    assert_hr(enter(&files, "A000000308000010000100"), S_OK);
    assert_hr(open_text(&files, "0101", &file), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    /* SP 800-73-4 part 1, table 10: the certificate is in an object 70. */
    assert_true(content.size > 256);
    assert_int_equal(content.bytes[0], 0x70);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    struct names names = {0};
    assert_hr(listing_list(&files, SC_TYPE_FILES, &names), S_OK);
    assert_true(names_has(&names, "0101") && names_has(&names, "3000"));
    names_clear(&names);
    sim_link_close(&sim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_piv__read),
        cmocka_unit_test(test_piv__write),
        cmocka_unit_test(test_piv__simulated_card),
        cmocka_unit_test(test_openpgp__chain),
        cmocka_unit_test(test_openpgp__read_and_properties),
        cmocka_unit_test(test_openpgp__list),
        cmocka_unit_test(test_is_object__one_below_an_application_of_objects),
    };
    return cmocka_run_group_tests_name("services_objectfile", tests, NULL, NULL);
}

/* Reading: pieces of the best size, records, the end, and cards that lie about all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/reading.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SELECT "00 A4 08 04 02 01 01 00"

#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct openfile file;                                                                                    \
    struct content content = {0};                                                                            \
    open_file(&files, SC_TYPE_BY_ID, "0101", &file)
#define END()                                                                                                \
    content_clear(&content);                                                                                 \
    scripted_link_end(&card)

static void open_file(struct filesystem *files, REFTYPE type, const char *text, struct openfile *file) {
    assert_int_equal(scriptedfiles_open(files, type, text, file), S_OK);
}

/* A file of 8 bytes. */
#define EF_8 "62 0C 80 02 00 08 82 02 01 41 83 02 01 01 90 00"

static void test_read__parts_and_all(void **state) {
    BEGIN({SELECT, EF_8, 0}, {"00 B0 00 00 03", "11 22 33 90 00", 0},
          {"00 B0 00 03 05", "44 55 66 77 88 90 00", 0}, {"00 B0 00 08 00", "6B 00", 0},
          {"00 B0 00 08 02", "62 82", 0});
    assert_hr(reading_read(&files, &file, 3, &content), S_OK);
    assert_int_equal(content.size, 3);
    assert_memory_equal(content.bytes, "\x11\x22\x33", 3);
    assert_int_equal(file.position, 3);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 5);
    assert_int_equal(file.position, 8);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    assert_int_equal(content.size, 0);
    assert_hr(reading_read(&files, &file, 2, &content), SCARD_W_EOF);
    assert_int_equal(file.position, 8);
    END();
}

static void test_read__end_inside(void **state) {
    BEGIN({SELECT, EF_8, 0}, {"00 B0 00 00 14", "11 22 33 44 55 66 77 88 62 82", 0});
    assert_hr(reading_read(&files, &file, 20, &content), S_OK);
    assert_int_equal(content.size, 8);
    assert_int_equal(file.end, 8);
    END();
}

/* More than was asked for: only that much is taken. */
static void test_read__card_gives_more(void **state) {
    BEGIN({SELECT, EF_8, 0}, {"00 B0 00 00 02", "11 22 33 44 55 90 00", 0});
    assert_hr(reading_read(&files, &file, 2, &content), S_OK);
    assert_int_equal(content.size, 2);
    assert_int_equal(file.position, 2);
    END();
}

/* Less than was asked for, without saying that this is the end: the rest is asked for. */
static void test_read__card_gives_less(void **state) {
    BEGIN({SELECT, EF_8, 0}, {"00 B0 00 00 08", "11 22 90 00", 0}, {"00 B0 00 02 06", "33 90 00", 0},
          {"00 B0 00 03 05", "90 00", 0});
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 3);
    assert_int_equal(file.end, 3);
    assert_hr(openfile_seek(&file, 4, SC_SEEK_FROM_BEGINNING), SCARD_E_BAD_SEEK);
    END();
}

/* The card says that the file is larger than it is. */
static void test_read__size_is_too_large(void **state) {
    BEGIN({SELECT, "62 0C 80 02 FF FF 82 02 01 41 83 02 01 01 90 00", 0},
          {"00 B0 00 00 00", "11 22 33 62 82", 0});
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 3);
    assert_int_equal(file.end, 3);
    END();
}

/* It refuses to read over its end: smaller pieces find where that is. */
static void test_read__refused_over_the_end(void **state) {
    BEGIN({SELECT, EF_8, 0}, {"00 B0 00 00 08", "6B 00", 0}, {"00 B0 00 00 04", "11 22 33 44 90 00", 0},
          {"00 B0 00 04 04", "67 00", 0}, {"00 B0 00 04 02", "6B 00", 0}, {"00 B0 00 04 01", "55 90 00", 0},
          {"00 B0 00 05 01", "6B 00", 0});
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 5);
    assert_memory_equal(content.bytes, "\x11\x22\x33\x44\x55", 5);
    END();
}

/* Whatever length is tried, it is wrong: this ends. */
static void test_read__every_length_is_wrong(void **state) {
    BEGIN({SELECT, EF_8, 0}, {"00 B0 00 00 08", "6C 08", 0}, {"00 B0 00 00 04", "6C 08", 0},
          {"00 B0 00 00 02", "6C 08", 0}, {"00 B0 00 00 01", "6C 08", 0});
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_E_UNEXPECTED);
    assert_int_equal(content.size, 0);
    assert_int_equal(file.position, 0);
    END();
}

static void test_read__refusals(void **state) {
    static const struct {
        const char *answer;
        HRESULT hr;
    } rows[] = {{"69 82", SCARD_W_SECURITY_VIOLATION},
                {"69 85", SCARD_E_NO_ACCESS},
                {"69 86", SCARD_E_NO_FILE},
                {"69 81", SCARD_E_UNSUPPORTED_FEATURE},
                {"6D 00", SCARD_E_UNSUPPORTED_FEATURE},
                {"62 81", SCARD_E_UNEXPECTED},
                {"65 81", SCARD_E_UNEXPECTED},
                {"6A 83", SCARD_W_EOF},
                {"63 00", SCARD_E_UNEXPECTED},
                {NULL, SCARD_W_REMOVED_CARD}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct scripted_step steps[] = {{SELECT, EF_8, 0},
                                              {"00 B0 00 00 08", rows[i].answer, rows[i].hr}};
        struct scripted_link card;
        struct filesystem files = {0};
        struct openfile file;
        struct content content = {0};
        scripted_link_init(&card, steps, COUNT(steps));
        filesystem_begin(&files, &card.link);
        open_file(&files, SC_TYPE_BY_ID, "0101", &file);
        assert_hr(reading_read(&files, &file, 0, &content), rows[i].hr);
        assert_int_equal(content.size, 0);
        assert_null(content.bytes);
        assert_int_equal(file.position, 0);
        scripted_link_end(&card);
    }
}

/* A failure after the first piece: nothing is read, and the position stays. */
static void test_read__failure_in_the_middle(void **state) {
    BEGIN({SELECT, EF_8, 0}, {"00 B0 00 00 08", "11 22 90 00", 0},
          {"00 B0 00 02 06", NULL, SCARD_W_RESET_CARD});
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_RESET_CARD);
    assert_int_equal(content.size, 0);
    assert_int_equal(file.position, 0);
    END();
}

/* Extended lengths: the card takes 512 bytes, which is found once and kept. */
static void test_read__limit_is_found_and_kept(void **state) {
    BEGIN({SELECT, "62 0C 80 02 04 00 82 02 01 41 83 02 01 01 90 00", 0},
          {"00 B0 00 00 00 04 00", "67 00", 0}, {"00 B0 00 00 00 02 00", "11 90 00", 0},
          {"00 B0 00 01 00 02 00", "22 62 82", 0}, {"00 B0 00 02 00 02 00", "62 82", 0});
    card.link.answer_max = 65536;
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(files.chunk.read, 512);
    file.end = 1024;
    assert_hr(reading_read(&files, &file, 1000, &content), S_OK);
    END();
}

/* No extended lengths, as cards say that: one refusal, and short commands from then on. */
static void test_read__card_without_extended_lengths(void **state) {
    static const char *const answers[] = {"6D 00", "6E 00", "6F 00", "68 81"};
    (void)state;
    for (size_t i = 0; i < COUNT(answers); ++i) {
        const struct scripted_step steps[] = {{SELECT, "62 0C 80 02 04 00 82 02 01 41 83 02 01 01 90 00", 0},
                                              {"00 B0 00 00 00 04 00", answers[i], 0},
                                              {"00 B0 00 00 00", "11 90 00", 0},
                                              {"00 B0 00 01 00", "62 82", 0}};
        struct scripted_link card;
        struct filesystem files = {0};
        struct openfile file;
        struct content content = {0};
        scripted_link_init(&card, steps, COUNT(steps));
        card.link.answer_max = 65536;
        filesystem_begin(&files, &card.link);
        open_file(&files, SC_TYPE_BY_ID, "0101", &file);
        assert_hr(reading_read(&files, &file, 0, &content), S_OK);
        assert_int_equal(content.size, 1);
        assert_int_equal(files.chunk.read, 256);
        content_clear(&content);
        scripted_link_end(&card);
    }
}

/* A card that says in its ATR that it takes short commands only is not tried. */
static void test_read__atr_denies_extended_lengths(void **state) {
    static const uint8_t atr[] = {0x3B, 0x05, 0x80, 0x73, 0xF7, 0x41, 0x80};
    BEGIN({SELECT, "62 0C 80 02 04 00 82 02 01 41 83 02 01 01 90 00", 0}, {"00 B0 00 00 00", "62 82", 0});
    card.link.answer_max = 65536;
    memcpy(card.link.atr, atr, sizeof atr);
    card.link.atr_size = sizeof atr;
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    END();
}

/* A record is read whole; fewer bytes may be wanted of it. */
#define RECORDS "62 0B 82 05 02 41 00 04 02 83 02 01 01 90 00"

static void test_read__records(void **state) {
    BEGIN({SELECT, RECORDS, 0}, {"00 B2 01 04 00", "11 12 13 14 90 00", 0},
          {"00 B2 02 04 00", "21 22 23 24 90 00", 0}, {"00 B2 03 04 00", "6A 83", 0});
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 4);
    assert_int_equal(file.position, 1);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 2, &content), S_OK);
    assert_int_equal(content.size, 2);
    assert_memory_equal(content.bytes, "\x21\x22", 2);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    assert_int_equal(file.position, 2);
    END();
}

/* Fewer records are in use than there is room for; nothing has the number 255. */
static void test_read__end_of_records(void **state) {
    BEGIN({SELECT, "62 0B 82 05 02 41 00 04 0A 83 02 01 01 90 00", 0}, {"00 B2 06 04 00", "6A 83", 0});
    assert_hr(openfile_seek(&file, 5, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    assert_int_equal(file.end, 5);
    file.position = 254;
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
    END();
}

/* The card does not say what the file is: it is found out. */
static void test_read__unknown_structure(void **state) {
    BEGIN({SELECT, "90 00", 0}, {"00 B0 00 00 00", "69 81", 0}, {"00 B2 01 04 00", "11 90 00", 0},
          {"00 B2 02 04 00", "22 90 00", 0});
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(file.shape, OPENFILE_RECORDS);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    END();
}

/* Neither bytes nor records. */
static void test_read__no_structure(void **state) {
    BEGIN({SELECT, "90 00", 0}, {"00 B0 00 00 00", "69 81", 0}, {"00 B2 01 04 00", "69 81", 0});
    assert_hr(reading_read(&files, &file, 0, &content), SCARD_E_UNSUPPORTED_FEATURE);
    assert_int_equal(file.shape, OPENFILE_UNKNOWN);
    END();
}

/* Behind offset 32767 the offset and the data are in data objects. */
static void test_read__odd_instruction(void **state) {
    BEGIN({SELECT, "62 0D 80 03 01 00 00 82 02 01 41 83 02 01 01 90 00", 0},
          {"00 B1 00 00 04 54 02 80 00 05", "53 03 11 22 33 90 00", 0},
          {"00 B1 00 00 04 54 02 80 03 05", "53 09 11 22 33 90 00", 0},
          {"00 B1 00 00 04 54 02 80 03 05", "11 22 33 90 00", 0},
          {"00 B1 00 00 04 54 02 80 03 05", "90 00", 0});
    assert_hr(openfile_seek(&file, 0x8000, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(reading_read(&files, &file, 3, &content), S_OK);
    assert_int_equal(content.size, 3);
    assert_memory_equal(content.bytes, "\x11\x22\x33", 3);
    assert_int_equal(file.position, 0x8003);
    /* A length that lies, and no data object at all. */
    assert_hr(reading_read(&files, &file, 3, &content), SCARD_E_UNEXPECTED);
    assert_hr(reading_read(&files, &file, 3, &content), SCARD_E_UNEXPECTED);
    assert_hr(reading_read(&files, &file, 3, &content), SCARD_W_EOF);
    END();
}

static void open_sim(struct sim_link *sim, struct filesystem *files, enum sim_protocol protocol, REFTYPE type,
                     const char *text, struct openfile *file) {
    sim_link_open(sim, "demo", protocol);
    memset(files, 0, sizeof *files);
    filesystem_begin(files, &sim->link);
    open_file(files, type, text, file);
}

/* 32 KiB in one command where extended lengths go through, in pieces of 256 bytes where they do not. */
static void test_read__large_file(void **state) {
    static const struct {
        enum sim_protocol protocol;
        uint32_t refusal;
        unsigned commands;
    } rows[] = {{SIM_T1, 0, 1},
                {SIM_T0, 0, 128},
                {SIM_T1, RM_F_COMM_ERROR, 1 + 1 + 128},
                {SIM_T1, RM_E_NOT_TRANSACTED, 1 + 1 + 128}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct sim_link sim;
        struct filesystem files;
        struct openfile file;
        struct content content = {0};
        open_sim(&sim, &files, rows[i].protocol, SC_TYPE_BY_ID, "0001", &file);
        sim.refuse_extended = rows[i].refusal != 0;
        sim.refusal = rows[i].refusal;
        sim.commands = 0;
        assert_hr(reading_read(&files, &file, 0, &content), S_OK);
        assert_int_equal(sim.commands, rows[i].commands);
        assert_int_equal(content.size, 32768);
        for (uint32_t at = 0; at < content.size; at += 2)
            assert_int_equal(content.bytes[at] << 8 | content.bytes[at + 1], at / 2);
        content_clear(&content);
        assert_hr(reading_read(&files, &file, 0, &content), SCARD_W_EOF);
        sim_link_close(&sim);
    }
}

static void test_read__short_identifiers(void **state) {
    struct sim_link sim;
    struct filesystem files;
    struct openfile file;
    struct content content = {0};
    (void)state;
    open_sim(&sim, &files, SIM_T1, SC_TYPE_BY_SHORT_ID, "3", &file);
    assert_hr(reading_read(&files, &file, 5, &content), S_OK);
    assert_memory_equal(content.bytes, "Hello", 5);
    content_clear(&content);
    sim_link_turn(&sim);
    filesystem_begin(&files, &sim.link);
    assert_hr(reading_read(&files, &file, 5, &content), S_OK);
    assert_memory_equal(content.bytes, " from", 5);
    content_clear(&content);
    open_file(&files, SC_TYPE_BY_SHORT_ID, "5", &file);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 5);
    assert_memory_equal(content.bytes, "short", 5);
    content_clear(&content);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 24);
    content_clear(&content);
    sim_link_close(&sim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read__parts_and_all),
        cmocka_unit_test(test_read__end_inside),
        cmocka_unit_test(test_read__card_gives_more),
        cmocka_unit_test(test_read__card_gives_less),
        cmocka_unit_test(test_read__size_is_too_large),
        cmocka_unit_test(test_read__refused_over_the_end),
        cmocka_unit_test(test_read__every_length_is_wrong),
        cmocka_unit_test(test_read__refusals),
        cmocka_unit_test(test_read__failure_in_the_middle),
        cmocka_unit_test(test_read__limit_is_found_and_kept),
        cmocka_unit_test(test_read__card_without_extended_lengths),
        cmocka_unit_test(test_read__atr_denies_extended_lengths),
        cmocka_unit_test(test_read__records),
        cmocka_unit_test(test_read__end_of_records),
        cmocka_unit_test(test_read__unknown_structure),
        cmocka_unit_test(test_read__no_structure),
        cmocka_unit_test(test_read__odd_instruction),
        cmocka_unit_test(test_read__large_file),
        cmocka_unit_test(test_read__short_identifiers),
    };
    return cmocka_run_group_tests_name("services_reading", tests, NULL, NULL);
}

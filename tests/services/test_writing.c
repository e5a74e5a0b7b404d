/* Writing: which command, in which pieces, records and the one behind the last, erasing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/reading.h"
#include "services/writing.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SELECT "00 A4 08 04 02 01 01 00"
#define ABC (const uint8_t *)"ABC", 3

#define BEGIN(...)                                                                                           \
    SCRIPTED_FILES(__VA_ARGS__);                                                                             \
    struct openfile file;                                                                                    \
    open_file(&files, "0101", &file)
#define END() scripted_link_end(&card)

static void open_file(struct filesystem *files, const char *text, struct openfile *file) {
    assert_int_equal(scriptedfiles_open(files, SC_TYPE_BY_ID, text, file), S_OK);
}

#define EF_OR "62 0C 80 02 00 08 82 02 01 41 83 02 01 01 90 00"
#define EF_AND "62 0C 80 02 00 08 82 02 01 61 83 02 01 01 90 00"

static void test_write__ways(void **state) {
    BEGIN({SELECT, EF_OR, 0}, {"00 D6 00 00 03 41 42 43", "90 00", 0},
          {"00 D0 00 03 03 41 42 43", "90 00", 0});
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), S_OK);
    assert_int_equal(file.position, 3);
    assert_hr(writing_write(&files, &file, WRITING_OR, ABC), S_OK);
    assert_int_equal(file.position, 6);
    assert_hr(writing_write(&files, &file, WRITING_AND, ABC), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, NULL, 0), E_INVALIDARG);
    assert_int_equal(file.position, 6);
    END();
}

static void test_write__and(void **state) {
    BEGIN({SELECT, EF_AND, 0}, {"00 D0 00 00 03 41 42 43", "90 00", 0});
    assert_hr(writing_write(&files, &file, WRITING_AND, ABC), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_OR, ABC), SCARD_E_UNSUPPORTED_FEATURE);
    END();
}

static void test_write__refusals(void **state) {
    static const struct {
        const char *answer;
        HRESULT hr;
    } rows[] = {{"69 82", SCARD_W_SECURITY_VIOLATION},
                {"69 85", SCARD_E_NO_ACCESS},
                {"6A 84", SCARD_E_WRITE_TOO_MANY},
                {"6B 00", SCARD_E_WRITE_TOO_MANY},
                {"69 81", SCARD_E_UNSUPPORTED_FEATURE},
                {"6D 00", SCARD_E_UNSUPPORTED_FEATURE},
                {"65 81", SCARD_E_UNEXPECTED},
                {"62 83", SCARD_E_NO_ACCESS},
                {"6A 80", E_INVALIDARG},
                {NULL, SCARD_W_RESET_CARD}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct scripted_step steps[] = {{SELECT, EF_OR, 0},
                                              {"00 D6 00 00 03 41 42 43", rows[i].answer, rows[i].hr}};
        struct scripted_link card;
        struct filesystem files = {0};
        struct openfile file;
        scripted_link_init(&card, steps, COUNT(steps));
        filesystem_begin(&files, &card.link);
        open_file(&files, "0101", &file);
        assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), rows[i].hr);
        assert_int_equal(file.position, 0);
        scripted_link_end(&card);
    }
}

/* Over the end: refused for its length, and not tried in smaller pieces, which would fill the file. */
static void test_write__over_the_end(void **state) {
    BEGIN({SELECT, EF_OR, 0}, {"00 D6 00 06 03 41 42 43", "67 00", 0},
          {"00 D6 00 08 03 41 42 43", "6B 00", 0});
    assert_hr(openfile_seek(&file, 6, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), SCARD_E_WRITE_TOO_MANY);
    assert_hr(openfile_seek(&file, 0, SC_SEEK_FROM_END), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), SCARD_E_WRITE_TOO_MANY);
    END();
}

/* Inside, a length that is refused is the card's limit. */
static void test_write__limit_is_found_and_kept(void **state) {
    BEGIN({SELECT, EF_OR, 0}, {"00 D6 00 00 03 41 42 43", "67 00", 0}, {"00 D6 00 00 01 41", "90 00", 0},
          {"00 D6 00 01 01 42", "90 00", 0}, {"00 D6 00 02 01 43", "90 00", 0},
          {"00 D6 00 03 01 41", "69 82", 0});
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), S_OK);
    assert_int_equal(files.chunk.write, 1);
    assert_int_equal(file.position, 3);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), SCARD_W_SECURITY_VIOLATION);
    END();
}

static void test_write__odd_instruction(void **state) {
    BEGIN({SELECT, "62 0D 80 03 01 00 00 82 02 01 41 83 02 01 01 90 00", 0},
          {"00 D7 00 00 09 54 02 80 00 53 03 41 42 43", "90 00", 0},
          {"00 D1 00 00 09 54 02 80 03 53 03 41 42 43", "90 00", 0});
    assert_hr(openfile_seek(&file, 0x8000, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_OR, ABC), S_OK);
    assert_int_equal(file.position, 0x8006);
    END();
}

#define RECORDS "62 0B 82 05 02 41 00 04 0A 83 02 01 01 90 00"

/* A card that finds every length wrong there: pieces become smaller, and that ends. */
static void test_write__odd_instruction_refused(void **state) {
    BEGIN({SELECT, "62 0D 80 03 01 00 00 82 02 01 41 83 02 01 01 90 00", 0},
          {"00 D7 00 00 09 54 02 80 00 53 03 41 42 43", "67 00", 0},
          {"00 D7 00 00 07 54 02 80 00 53 01 41", "67 00", 0});
    assert_hr(openfile_seek(&file, 0x8000, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), E_INVALIDARG);
    assert_int_equal(file.position, 0x8000);
    END();
}

/* A command for fewer bytes than an offset takes has been found for the card: one byte goes at a time. */
static void test_write__odd_instruction_of_one_byte(void **state) {
    BEGIN({SELECT, "62 0D 80 03 01 00 00 82 02 01 41 83 02 01 01 90 00", 0},
          {"00 D7 00 00 07 54 02 80 00 53 01 41", "90 00", 0},
          {"00 D7 00 00 07 54 02 80 01 53 01 42", "90 00", 0},
          {"00 D7 00 00 07 54 02 80 02 53 01 43", "90 00", 0});
    files.chunk.write = 9;
    assert_hr(openfile_seek(&file, 0x8000, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), S_OK);
    assert_int_equal(file.position, 0x8003);
    END();
}

static void test_write__records(void **state) {
    BEGIN({SELECT, RECORDS, 0}, {"00 DC 01 04 03 41 42 43", "90 00", 0},
          {"00 D2 02 04 03 41 42 43", "90 00", 0}, {"00 DC 03 04 03 41 42 43", "67 00", 0});
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), S_OK);
    assert_int_equal(file.position, 1);
    assert_hr(writing_write(&files, &file, WRITING_OR, ABC), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), E_INVALIDARG);
    assert_int_equal(file.position, 2);
    END();
}

/* Behind the last record one is added, but only there, and never by a WRITE. */
static void test_write__behind_the_last_record(void **state) {
    BEGIN({SELECT, RECORDS, 0}, {"00 DC 03 04 03 41 42 43", "6A 83", 0}, {"00 B2 02 04 00", "11 90 00", 0},
          {"00 E2 00 00 03 41 42 43", "90 00", 0}, {"00 DC 06 04 03 41 42 43", "6A 83", 0},
          {"00 B2 05 04 00", "6A 83", 0}, {"00 D2 06 04 03 41 42 43", "6A 83", 0},
          {"00 DC 01 04 03 41 42 43", "6A 83", 0}, {"00 E2 00 00 03 41 42 43", "6A 84", 0});
    assert_hr(openfile_seek(&file, 2, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), S_OK);
    assert_int_equal(file.position, 3);
    assert_hr(openfile_seek(&file, 5, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), SCARD_E_WRITE_TOO_MANY);
    assert_hr(writing_write(&files, &file, WRITING_OR, ABC), SCARD_E_WRITE_TOO_MANY);
    assert_hr(openfile_seek(&file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), SCARD_E_WRITE_TOO_MANY);
    file.position = 254;
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), SCARD_E_WRITE_TOO_MANY);
    END();
}

static void test_erase__commands(void **state) {
    BEGIN({SELECT, "62 0D 80 03 01 00 00 82 02 01 41 83 02 01 01 90 00", 0},
          {"00 0E 00 02 02 00 05", "90 00", 0}, {"00 0F 00 00 08 54 02 80 00 54 02 80 10", "90 00", 0},
          {"00 0F 00 00 04 54 02 80 10", "90 00", 0}, {"00 0E 00 00", "69 82", 0});
    assert_hr(openfile_seek(&file, 2, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_erase(&files, &file, 3), S_OK);
    assert_int_equal(file.position, 5);
    assert_hr(openfile_seek(&file, 0x8000, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_erase(&files, &file, 16), S_OK);
    assert_hr(writing_erase(&files, &file, 0), S_OK);
    assert_int_equal(file.position, 0x10000);
    assert_hr(writing_erase(&files, &file, 1), SCARD_E_WRITE_TOO_MANY);
    assert_hr(writing_erase(&files, &file, UINT32_MAX), SCARD_E_WRITE_TOO_MANY);
    assert_hr(openfile_seek(&file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_erase(&files, &file, 0), SCARD_W_SECURITY_VIOLATION);
    assert_int_equal(file.position, 0);
    END();
}

static void test_erase__records(void **state) {
    BEGIN({SELECT, RECORDS, 0});
    assert_hr(writing_erase(&files, &file, 0), SCARD_E_UNSUPPORTED_FEATURE);
    END();
}

static void fill(uint8_t *bytes, uint32_t size, uint8_t seed) {
    for (uint32_t i = 0; i < size; ++i)
        bytes[i] = (uint8_t)(i * 7 + i / 256 + seed);
}

/* A whole file of 32 KiB, written and read back, with extended lengths, without, and over T=0. */
static void test_write__large_file(void **state) {
    static const struct {
        enum sim_protocol protocol;
        bool refuse_extended;
        unsigned commands;
    } rows[] = {{SIM_T1, false, 1}, {SIM_T0, false, 129}, {SIM_T1, true, 1 + 1 + 129}};
    static uint8_t bytes[32768];
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct sim_link sim;
        struct filesystem files = {0};
        struct openfile file;
        struct content content = {0};
        sim_link_open(&sim, "demo", rows[i].protocol);
        sim.refuse_extended = rows[i].refuse_extended;
        sim.refusal = RM_F_COMM_ERROR;
        filesystem_begin(&files, &sim.link);
        open_file(&files, "0001", &file);
        fill(bytes, sizeof bytes, (uint8_t)i);
        sim.commands = 0;
        assert_hr(writing_write(&files, &file, WRITING_REPLACE, bytes, sizeof bytes), S_OK);
        assert_int_equal(sim.commands, rows[i].commands);
        assert_int_equal(file.position, sizeof bytes);
        assert_hr(openfile_seek(&file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
        assert_hr(reading_read(&files, &file, 0, &content), S_OK);
        assert_int_equal(content.size, sizeof bytes);
        assert_memory_equal(content.bytes, bytes, sizeof bytes);
        content_clear(&content);
        sim_link_close(&sim);
    }
}

static void test_write__on_the_simulated_card(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    struct openfile file;
    struct content content = {0};
    (void)state;
    sim_link_open(&sim, "demo", SIM_T1);
    filesystem_begin(&files, &sim.link);
    open_file(&files, "0004", &file);
    assert_hr(openfile_seek(&file, 2, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), S_OK);
    assert_hr(openfile_seek(&file, -1, SC_SEEK_RELATIVE), S_OK);
    assert_hr(reading_read(&files, &file, 0, &content), S_OK);
    assert_int_equal(content.size, 3);
    assert_memory_equal(content.bytes, "ABC", 3);
    content_clear(&content);
    assert_hr(openfile_seek(&file, 6, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(writing_write(&files, &file, WRITING_REPLACE, ABC), SCARD_E_WRITE_TOO_MANY);
    open_file(&files, "0002", &file);
    assert_hr(writing_erase(&files, &file, 5), S_OK);
    assert_hr(reading_read(&files, &file, 5, &content), S_OK);
    assert_memory_equal(content.bytes, " from", 5);
    content_clear(&content);
    assert_hr(openfile_seek(&file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_hr(reading_read(&files, &file, 5, &content), S_OK);
    assert_memory_equal(content.bytes, "\0\0\0\0\0", 5);
    content_clear(&content);
    sim_link_close(&sim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write__ways),
        cmocka_unit_test(test_write__and),
        cmocka_unit_test(test_write__refusals),
        cmocka_unit_test(test_write__over_the_end),
        cmocka_unit_test(test_write__limit_is_found_and_kept),
        cmocka_unit_test(test_write__odd_instruction),
        cmocka_unit_test(test_write__odd_instruction_refused),
        cmocka_unit_test(test_write__odd_instruction_of_one_byte),
        cmocka_unit_test(test_write__records),
        cmocka_unit_test(test_write__behind_the_last_record),
        cmocka_unit_test(test_erase__commands),
        cmocka_unit_test(test_erase__records),
        cmocka_unit_test(test_write__large_file),
        cmocka_unit_test(test_write__on_the_simulated_card),
    };
    return cmocka_run_group_tests_name("services_writing", tests, NULL, NULL);
}

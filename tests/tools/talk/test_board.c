/* The readers as they are drawn on a terminal: tools/scard/talk/board.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "talk/board.h"
#include "talk/reader.h"

#define PAGE_MAX 20000

/* The simulated demo card's, whose name the library knows. */
static const uint8_t demo_atr[] = {0x3B, 0x8C, 0x80, 0x31, 0xFE, 0x45, 0x80, 0x31, 0xE0, 0x73,
                                   0xF7, 0x41, 0xDB, 0x54, 0x44, 0x45, 0x4D, 0x4F, 0x9E};
#define DEMO_HEX "3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E"

static struct scardssp_reader_state state_of(uint32_t bits) {
    struct scardssp_reader_state state = {.state = bits};
    if (bits & READER_PRESENT) {
        memcpy(state.atr, demo_atr, sizeof demo_atr);
        state.atr_size = sizeof demo_atr;
    }
    return state;
}

static void put(struct board *board, const char *name, uint32_t bits) {
    const struct scardssp_reader_state now = state_of(bits);
    const struct scardssp_reader_change change = {.name = name, .now = &now};
    board_change(board, &change);
}

static void take(struct board *board, const char *name) {
    const struct scardssp_reader_state before = state_of(READER_EMPTY);
    const struct scardssp_reader_change change = {.name = name, .before = &before};
    board_change(board, &change);
}

static void expect_page(const struct board *board, size_t columns, size_t lines, const char *expected) {
    static char page[PAGE_MAX];
    FILE *file = tmpfile();
    assert_non_null(file);
    board_draw(board, columns, lines, file);
    rewind(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(page, expected);
}

static void test_board__narrow_and_wide(void **state) {
    struct board board = {0};
    (void)state;
    put(&board, "ACME 00", READER_PRESENT);
    put(&board, "Other reader 01", READER_EMPTY);
    board_note(&board, "14:00:00  card inserted");
    expect_page(&board, 80, 24,
                "scard watch: 2 readers, 1 card; Ctrl-C ends it\n"
                "\n"
                "READER           STATE                      CARD\n"
                "ACME 00          card present               Demo card\n"
                "    " DEMO_HEX "\n"
                "Other reader 01  empty                      -\n"
                "\n"
                "LATELY\n"
                "14:00:00  card inserted\n");
    expect_page(&board, 200, 50,
                "scard watch: 2 readers, 1 card; Ctrl-C ends it\n"
                "\n"
                "READER           STATE                      CARD              ATR\n"
                "ACME 00          card present               Demo card         " DEMO_HEX "\n"
                "Other reader 01  empty                      -                 \n"
                "\n"
                "LATELY\n"
                "14:00:00  card inserted\n");
    board_clear(&board);
}

static void test_board__changes(void **state) {
    struct board board = {0};
    (void)state;
    put(&board, "A", READER_EMPTY);
    put(&board, "B", READER_PRESENT | READER_INUSE);
    put(&board, "C", READER_PRESENT | READER_EXCLUSIVE);
    put(&board, "A", READER_PRESENT);
    take(&board, "B");
    take(&board, "never there");
    expect_page(&board, 80, 6,
                "scard watch: 2 readers, 2 cards; Ctrl-C ends it\n"
                "\n"
                "READER        STATE                      CARD\n"
                "A             card present               Demo card\n"
                "C             card in exclusive use      Demo card\n");
    board_clear(&board);
    expect_page(&board, 80, 24,
                "scard watch: 0 readers, 0 cards; Ctrl-C ends it\n\nREADER        STATE                      "
                "CARD\n");
    board_clear(&board);
}

/* How many lines a page has, none of them with more characters than there are columns. */
static size_t lines_within(const struct board *board, size_t columns, size_t lines) {
    static char page[PAGE_MAX];
    size_t count = 0;
    FILE *file = tmpfile();
    assert_non_null(file);
    board_draw(board, columns, lines, file);
    rewind(file);
    for (; fgets(page, sizeof page, file); ++count)
        assert_true(strlen(page) <= columns + 1);
    fclose(file);
    return count;
}

static void test_board__fits_any_window(void **state) {
    struct board board = {0};
    char name[140];
    (void)state;
    for (int i = 0; i < 40; ++i) {
        memset(name, 'a' + i % 26, sizeof name);
        (void)snprintf(name + (i % 5) * 25, 20, "Reader %02d", i);
        put(&board, name, i % 3 ? READER_PRESENT : READER_EMPTY);
    }
    for (int i = 0; i < 2 * BOARD_EVENTS + 3; ++i)
        board_note(&board,
                   "14:00:00  card inserted    a reader whose name goes on for long, longer than a window "
                   "of eighty columns is wide");
    for (size_t columns = 60; columns <= 240; columns += 20)
        for (size_t lines = 1; lines <= 130; ++lines) {
            const size_t used = lines_within(&board, columns, lines);
            assert_true(used <= lines);
        }
    assert_int_equal(lines_within(&board, 80, 24), 24); /* all of it is used */
    board_clear(&board);
}

static void test_board__many_readers(void **state) {
    struct board board = {0};
    char name[20];
    (void)state;
    for (int i = 0; i < 9; ++i) {
        (void)snprintf(name, sizeof name, "Reader %d", i);
        put(&board, name, READER_EMPTY);
    }
    expect_page(&board, 60, 6,
                "scard watch: 9 readers, 0 cards; Ctrl-C ends it\n"
                "\n"
                "READER        STATE                      CARD\n"
                "Reader 0      empty                      -\n"
                "Reader 1      empty                      -\n"
                "... and 7 more\n");
    board_clear(&board);
}

static void test_board__keeps_the_last_events(void **state) {
    struct board board = {0};
    char line[20];
    (void)state;
    for (int i = 0; i < BOARD_EVENTS + 5; ++i) {
        (void)snprintf(line, sizeof line, "event %d", i);
        board_note(&board, line);
    }
    expect_page(&board, 80, 7,
                "scard watch: 0 readers, 0 cards; Ctrl-C ends it\n"
                "\n"
                "READER        STATE                      CARD\n"
                "\n"
                "LATELY\n"
                "event 67\n"
                "event 68\n");
    board_clear(&board);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_board__narrow_and_wide),       cmocka_unit_test(test_board__changes),
        cmocka_unit_test(test_board__fits_any_window),       cmocka_unit_test(test_board__many_readers),
        cmocka_unit_test(test_board__keeps_the_last_events),
    };
    setenv("SCARDSSP_DATABASE_USER", "/nowhere/cards.db", 1);
    setenv("SCARDSSP_DATABASE_SYSTEM", "/nowhere/cards.db", 1);
    setenv("SCARDSSP_ATR_LIST", "/dev/null", 1);
    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}

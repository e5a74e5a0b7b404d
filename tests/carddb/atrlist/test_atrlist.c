/*
 * The public ATR list: the installed one against an independent matcher in perl (atr-oracle.pl), and small
 * ones with everything a file can do. Each question is asked of a fresh list (a search through the file) and
 * of a used one (its index), and both have to say the same.
 */
#include <ctype.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "carddb/atrlist/atrlist.h"
#include "carddb/kit.h"
#include "rm/names.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define INSTALLED "/usr/share/pcsc/smartcard_list.txt"

static size_t atr_of(const char *text, uint8_t *out) {
    size_t size = 0;

    while (isxdigit((unsigned char)*text) && size < CARDDB_ATR_MAX) {
        unsigned byte;
        assert_int_equal(sscanf(text, "%2x", &byte), 1);
        out[size++] = (uint8_t)byte;
        text += 2;
        while (*text == ' ')
            text++;
    }
    return size;
}

static const char *write_list(const char *text) {
    return kit_write("list", text, strlen(text));
}

/* Writes down the lines of matches: "12,13". */
static bool note_line(void *context, const struct atrlist_match *match) {
    char *const lines = context;
    const size_t at = strlen(lines);

    assert_true(at < 900);
    assert_true(match->pattern_size > 0);
    snprintf(lines + at, 24, at ? ",%zu" : "%zu", match->line);
    return true;
}

static void expect_lines(struct atrlist *list, const char *atr_text, const char *expected) {
    uint8_t atr[CARDDB_ATR_MAX];
    char lines[1024] = "";
    const size_t size = atr_of(atr_text, atr);

    assert_int_equal(atrlist_visit(list, atr, size, note_line, lines), RM_OK);
    if (strcmp(lines, expected) != 0)
        fail_msg("%s: lines %s, not %s", atr_text, lines, expected);
}

static struct atrlist *open_list(const char *path) {
    struct atrlist *list = NULL;
    assert_int_equal(atrlist_open(path, &list), RM_OK);
    return list;
}

/* Asks a fresh list and one with an index. */
static void expect_twice(const char *path, const char *atr_text, const char *expected) {
    struct atrlist *const list = open_list(path);
    for (int i = 0; i < 3; i++)
        expect_lines(list, atr_text, expected);
    atrlist_close(list);
}

static void test_installed__as_perl_says(void **state) {
    char line[512];
    unsigned asked = 0, matched = 0;

    (void)state;
    if (access(INSTALLED, R_OK) != 0)
        skip();
    FILE *const oracle = popen("perl '" ORACLE "' " INSTALLED, "r");
    assert_non_null(oracle);
    struct atrlist *const used = open_list(INSTALLED);
    while (fgets(line, sizeof line, oracle)) {
        char *const tab = strchr(line, '\t');
        assert_non_null(tab);
        *tab = '\0';
        tab[1 + strcspn(tab + 1, "\n")] = '\0';
        expect_lines(used, line, tab + 1);
        matched += tab[1] != '\0';
        if (asked++ % 16 == 0)
            expect_twice(INSTALLED, line, tab + 1);
    }
    assert_int_equal(pclose(oracle), 0);
    atrlist_close(used);
    assert_true(asked > 8000);
    assert_true(matched > 4000);
}

static void test_installed__names(void **state) {
    static const uint8_t multiflex[] = {0x3B, 0x02, 0x14, 0x50}, nothing[] = {0x3B, 0x00, 0x01};
    static const uint8_t fineid[] = {0x3B, 0x7B, 0x94, 0x00, 0x00, 0x80, 0x62, 0x11,
                                     0x51, 0x56, 0x46, 0x69, 0x6E, 0x45, 0x49, 0x44};
    struct names names = {0};

    (void)state;
    if (access(INSTALLED, R_OK) != 0)
        skip();
    struct atrlist *const list = open_list(INSTALLED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(atrlist_find(list, multiflex, sizeof multiflex, &names), RM_OK);
        kit_expect_names(&names, "Schlumberger Multiflex 3k");
        assert_int_equal(atrlist_find(list, nothing, sizeof nothing, &names), RM_OK);
        kit_expect_names(&names, "");
        assert_int_equal(atrlist_find(list, fineid, sizeof fineid, &names), RM_OK);
        assert_non_null(names.list);
        free(names.list);
        names = (struct names){0};
    }
    atrlist_close(list);
}

static void test_patterns__forms(void **state) {
    static const char text[] = "3B 01 02\n\tone\n\n"               /* 1 */
                               "3b 0[1-3] .2\n\ttwo\n\n"           /* 4 */
                               "3B.*\n\tthree\n\n"                 /* 7 */
                               "3B 01( 02)\n\tbad\n\n"             /* 10 */
                               "3B [0,1]1 0[^0]\n\tfour\n\n"       /* 13 */
                               "3B( 01)? 02\n\tbad\n\n"            /* 16 */
                               "3B 0?01? 02\n\tfive\n\n"           /* 19 */
                               "3B [0-9A-F]1 [0-9A-F]+\n\tsix\n\n" /* 22 */
                               "3B 01 02\n\tone again\n\n"         /* 25 */
                               "[0-9A-F .]*\n\tbad class\n\n"      /* 28 */
                               "3B 00*1 02\n\tseven\n\n"           /* 31 */
                               ".. .. ..\n\teight\n\n"             /* 34 */
                               "........\n\tnine\n\n"              /* 37: a dot may be a space */
                               "3B 01 02 ?\n\tten\n\n"             /* 40 */
                               "3B 01 023*\n\televen";             /* 43, no line feed at the end */
    const char *const path = kit_write("list", text, sizeof text - 1);

    (void)state;
    expect_twice(path, "3B 01 02", "1,4,7,13,19,22,25,31,34,37,40,43");
    expect_twice(path, "3B 02 02", "4,7,34,37");
    expect_twice(path, "3B 04 02", "7,34,37");
    expect_twice(path, "3B 01", "7");
    expect_twice(path, "3B", "7");
    expect_twice(path, "3F 01 02", "34,37");
    expect_twice(path, "3B 01 02 03", "7");
    expect_twice(path, "3B 01 00", "7,22,34,37");
    expect_twice(path, "3F", "");
}

static void test_malformed__skipped(void **state) {
    static const char text[] = "# a comment\n"
                               "\torphan\n" /* 2 */
                               "\n"
                               "3B XX\n\tbad\n\n"       /* 4 */
                               "3B 0\n\tbad\n\n"        /* 7: half a byte */
                               "3B0102\n\tbad\n\n"      /* 10: no spaces */
                               "3B  01\n\tbad\n\n"      /* 13 */
                               "3B [\n\tbad\n\n"        /* 16 */
                               "3B 0[]\n\tbad\n\n"      /* 19 */
                               "3B 0[9-1]\n\tbad\n\n"   /* 22 */
                               "3B 0[1-]\n\tbad\n\n"    /* 25 */
                               "*3B\n\tbad\n\n"         /* 28 */
                               " 3B 00\n\tbad\n\n"      /* 31 */
                               "3B 00\n\n"              /* 34: no name */
                               "3B 01\n\t \n\tgood\n\n" /* 37: the name on line 37 is empty */
                               "3B 02\n"                /* 40: no name, the next comes at once */
                               "3B 03\n"                /* 41 */
                               "# comments do not end an entry\n"
                               "\tfirst\r\n"
                               "\tsec\x1Bond\n" /* 44 */
                               "\t\t third \n"
                               "   \n"
                               "\torphan\n" /* 47 */
                               "3B 04";     /* 48 */
    const char *const path = kit_write("list", text, sizeof text - 1);
    static const uint8_t atr[] = {0x3B, 0x03};
    struct names names = {0};

    (void)state;
    struct atrlist *const list = open_list(path);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(atrlist_find(list, atr, 2, &names), RM_OK);
        kit_expect_names(&names, "first|third");
    }
    atrlist_close(list);
    expect_twice(path, "3B", "");
    expect_twice(path, "3B 00", "34");
    expect_twice(path, "3B 01", "36");
    expect_twice(path, "3B 01 02", "");
    expect_twice(path, "3B 02", "40");
    expect_twice(path, "3B 04", "48");
}

static void test_malformed__binary_and_huge_lines(void **state) {
    const size_t room = 300000;
    char *const text = malloc(room);
    char *at = text;

    (void)state;
    assert_non_null(text);
    at += sprintf(at, "3B 00\n\tbefore\n\n");
    memset(at, '3', 100000); /* a pattern without an end */
    at += 100000;
    at += sprintf(at, "\n\tbad\n\n3B 01\n\t");
    memset(at, 'n', 100000); /* a name without one */
    at += 100000;
    at += sprintf(at, "\n\tgood\n\n3B 02\n\tna");
    *at++ = '\0';
    at += sprintf(at, "me\n\tgood too\n\n");
    *at++ = '\0';
    at += sprintf(at, "3B 03\n\tbad\n\n\xFF\xFE\x80\n\tbad\n\n[[[[[[[[[[\n\tbad\n\n3B ");
    for (int i = 0; i < 300; i++) /* more atoms than a pattern has */
        at += sprintf(at, ".*");
    at += sprintf(at, "\n\tbad\n\n3B ");
    for (int i = 0; i < 80; i++) /* what makes matchers that go back and forth take years */
        at += sprintf(at, ".*0*");
    at += sprintf(at, "F\n\tslow\n\n3B 04\n\tlast\n");
    const char *const path = kit_write("list", text, (size_t)(at - text));
    expect_twice(path, "3B 00", "1");
    expect_twice(path, "3B 01", "7");
    expect_twice(path, "3B 02", "11");
    expect_twice(path, "3B 03", "");
    expect_twice(path, "3B 04", "30");
    expect_twice(path, "3B 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 0F", "27");
    free(text);
}

static void test_files__odd_ones(void **state) {
    struct atrlist *list = NULL;

    (void)state;
    expect_twice(write_list("\n"), "3B 00", "");
    expect_twice(write_list("3B 00"), "3B 00", "1");
    expect_twice(write_list("3B 00\r\n\tx\r\n\r\n3B ..\r\n\ty\r\n"), "3B 00", "1,4");
    /* As editors on Windows write it: a byte order mark, once, at the beginning. */
    expect_twice(write_list("\xEF\xBB\xBF"
                            "3B 00\r\n\tx\r\n\r\n3B ..\r\n\ty\r\n"),
                 "3B 00", "1,4");
    expect_twice(write_list("\xEF\xBB\xBF# comment\n3B 00\n\tx\n"), "3B 00", "2");
    expect_twice(write_list("3B 00\n\tx\n\n\xEF\xBB\xBF"
                            "3B 01\n\ty\n"),
                 "3B 01", "");
    expect_twice(write_list("\xEF\xBB\xBF"), "3B 00", "");
    assert_int_equal(atrlist_open(kit_path("missing"), &list), RM_E_NO_FILE);
    kit_write("empty", "", 0);
    assert_int_equal(atrlist_open(kit_path("empty"), &list), RM_E_NO_FILE);
    assert_int_equal(atrlist_open(kit_path("list/below"), &list), RM_E_NO_FILE);
    assert_int_equal(mkdir(kit_path("folder"), 0700), 0);
    assert_int_equal(atrlist_open(kit_path("folder"), &list), RM_E_INVALID_VALUE);
    assert_int_equal(mkfifo(kit_path("pipe"), 0600), 0);
    assert_int_equal(atrlist_open(kit_path("pipe"), &list), RM_E_INVALID_VALUE);
    assert_int_equal(symlink("loop", kit_path("loop")), 0);
    assert_int_equal(atrlist_open(kit_path("loop"), &list), RM_E_NO_ACCESS);
    kit_write("big", "", 0);
    assert_int_equal(truncate(kit_path("big"), (off_t)ATRLIST_FILE_MAX + 1), 0);
    assert_int_equal(atrlist_open(kit_path("big"), &list), RM_E_INVALID_VALUE);
    assert_null(list);
    atrlist_close(NULL);
}

static void test_files__shortened_while_open(void **state) {
    const char *const path = write_list("3B 00\n\tx\n\n3B 01\n\ty\n");
    struct atrlist *const list = open_list(path);

    (void)state;
    assert_int_equal(truncate(path, 9), 0);
    expect_lines(list, "3B 00", "1");
    expect_lines(list, "3B 01", "");
    atrlist_close(list);
}

/* Entries across the edges of the window that a search reads through, and one bigger than it. */
static void test_window__entries_across_its_edges(void **state) {
    const size_t room = 400000;
    char *const text = malloc(room);
    char atr[16], expected[16];

    (void)state;
    assert_non_null(text);
    for (unsigned shift = 0; shift < 3; shift++) {
        char *at = text;
        unsigned line = 1;
        for (unsigned i = 0; i < shift; i++, line++)
            at += sprintf(at, "#%.*s\n", (int)i * 7, "--------------");
        const unsigned big = line;
        at += sprintf(at, "3F FF\n");
        for (unsigned i = 0; i < 4000; i++)
            at += sprintf(at, "\tname number %05u\n", i);
        at += sprintf(at, "\n");
        line += 4002;
        const unsigned first = line;
        for (unsigned i = 0; i < 5000; i++, line += 3)
            at += sprintf(at, "3B %02X %02X\n\tcard %u\n\n", i >> 8, i & 0xFF, i);
        const char *const path = kit_write("list", text, (size_t)(at - text));
        for (unsigned i = 0; i < 5000; i += 97) {
            snprintf(atr, sizeof atr, "3B %02X %02X", i >> 8, i & 0xFF);
            snprintf(expected, sizeof expected, "%u", first + 3 * i);
            expect_twice(path, atr, expected);
        }
        struct names names = {0};
        struct atrlist *const list = open_list(path);
        for (int i = 0; i < 2; i++) {
            static const uint8_t ff[] = {0x3F, 0xFF};
            assert_int_equal(atrlist_find(list, ff, 2, &names), RM_OK);
            assert_int_equal(names.size, 4000 * 18 + 1);
            assert_string_equal(names.list + 3999 * 18, "name number 03999");
            free(names.list);
            names = (struct names){0};
        }
        atrlist_close(list);
        snprintf(expected, sizeof expected, "%u", big);
        expect_twice(path, "3F FF", expected);
    }
    free(text);
}

static bool stop_at_first(void *context, const struct atrlist_match *match) {
    *(size_t *)context += match->line;
    return false;
}

static void test_visit__stops_when_told(void **state) {
    static const uint8_t atr[] = {0x3B, 0x00};
    struct atrlist *const list = open_list(write_list("3B .0\n\tx\n\n3B 00\n\ty\n\n3B.*\n\tz\n"));

    (void)state;
    for (int i = 0; i < 3; i++) {
        size_t lines = 0;
        assert_int_equal(atrlist_visit(list, atr, 2, stop_at_first, &lines), RM_OK);
        assert_int_equal(lines, 1);
    }
    atrlist_close(list);
}

static void test_arguments__sizes(void **state) {
    static const uint8_t atr[CARDDB_ATR_MAX + 1];
    struct atrlist *const list = open_list(write_list("00.*\n\tx\n"));
    struct names names = {0};

    (void)state;
    assert_int_equal(atrlist_find(list, atr, 0, &names), RM_E_INVALID_VALUE);
    assert_int_equal(atrlist_find(list, atr, sizeof atr, &names), RM_E_INVALID_VALUE);
    assert_null(names.list);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(atrlist_find(list, atr, CARDDB_ATR_MAX, &names), RM_OK);
        kit_expect_names(&names, "x");
    }
    atrlist_close(list);
}

static void *ask_often(void *context) {
    for (int i = 0; i < 500; i++)
        expect_lines(context, "3B 05 03", "16");
    return NULL;
}

static void test_threads__one_list(void **state) {
    char text[2048] = "";
    pthread_t threads[4];

    (void)state;
    for (unsigned i = 0; i < 20; i++)
        sprintf(text + strlen(text), "3B %02X 0[1-5]\n\tx\n\n", i);
    const char *const path = kit_write("list", text, strlen(text));
    for (int round = 0; round < 20; round++) {
        struct atrlist *const list = open_list(path);
        for (size_t i = 0; i < COUNT(threads); i++)
            assert_int_equal(pthread_create(&threads[i], NULL, ask_often, list), 0);
        for (size_t i = 0; i < COUNT(threads); i++)
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        atrlist_close(list);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_installed__as_perl_says),
        cmocka_unit_test(test_installed__names),
        cmocka_unit_test_setup(test_patterns__forms, kit_empty),
        cmocka_unit_test_setup(test_malformed__skipped, kit_empty),
        cmocka_unit_test_setup(test_malformed__binary_and_huge_lines, kit_empty),
        cmocka_unit_test_setup(test_files__odd_ones, kit_empty),
        cmocka_unit_test_setup(test_files__shortened_while_open, kit_empty),
        cmocka_unit_test_setup(test_window__entries_across_its_edges, kit_empty),
        cmocka_unit_test_setup(test_visit__stops_when_told, kit_empty),
        cmocka_unit_test_setup(test_arguments__sizes, kit_empty),
        cmocka_unit_test_setup(test_threads__one_list, kit_empty),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}

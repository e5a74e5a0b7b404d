/* Lines of a record: what is taken out of them, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trace/recordline.h"

#define HEAD                                                                                                 \
    "{\"trace\":1,\"time\":1796053061285592,\"process\":14305,\"thread\":14306,\"program\":\"scard\","       \
    "\"number\":16,"
#define ENDED                                                                                                \
    HEAD                                                                                                     \
        "\"ended\":true,\"call\":\"transmit\",\"on\":\"R \\u00e9\",\"status\":\"SCARD_S_SUCCESS\",\"took\":6,\"detail\":\"d\""

static enum recordline_result parse(const char *line, struct trace_entry *out) {
    return recordline_parse(line, strlen(line), out);
}

static void test_recordline__whole(void **state) {
    (void)state;
    struct trace_entry entry;
    static const uint8_t command[] = {0x00, 0x20, 0x00, 0x81, 0x03, 0x2A, 0x2A, 0x2A, 0x00},
                         answer[] = {0x63, 0xC2};
    assert_int_equal(
        parse(
            ENDED
            ",\"command\":\"0020008103******00\",\"answer\":\"63c2\",\"atr\":\"3B00\",\"readers\":[{\"name\":\"S\",\"atr\":\"3B\"}],\"more\":[{}]}",
            &entry),
        RECORDLINE_OK);
    assert_true(entry.time == 1796053061285592u);
    assert_true(entry.took == 6 && entry.number == 16 && entry.ended);
    assert_int_equal(entry.process, 14305);
    assert_int_equal(entry.thread, 14306);
    assert_string_equal(entry.program, "scard");
    assert_string_equal(entry.call, "transmit");
    assert_string_equal(entry.on, "R \xC3\xA9");
    assert_string_equal(entry.status, "SCARD_S_SUCCESS");
    assert_string_equal(entry.detail, "d");
    assert_int_equal(entry.command_size, sizeof command);
    assert_memory_equal(entry.command, command, sizeof command);
    assert_int_equal(entry.hidden_at, 5);
    assert_int_equal(entry.hidden_count, 3);
    assert_int_equal(entry.answer_size, 2);
    assert_memory_equal(entry.answer, answer, 2);
    assert_int_equal(entry.atr_size, 2);
    struct trace_reader reader;
    assert_true(entry_reader(&entry, 0, &reader));
    assert_string_equal(reader.name, "R \xC3\xA9");
    assert_int_equal(reader.atr_size, 2);
    assert_true(entry_reader(&entry, 1, &reader));
    assert_string_equal(reader.name, "S");
    assert_int_equal(reader.atr_size, 1);
    assert_false(entry_reader(&entry, 2, &reader));
    assert_true(entry_is_command(&entry) && entry_has_answer(&entry));
    char words[ENTRY_WORDS_MAX];
    entry_command_words(&entry, words);
    assert_string_equal(words, "VERIFY of reference 81, 3 bytes not shown, up to 256 bytes");
    entry_answer_words(&entry, words);
    assert_string_equal(words, "63C2: verification failed, 2 tries left");
    entry_clear(&entry);
}

static void test_recordline__begun(void **state) {
    (void)state;
    struct trace_entry entry;
    char words[ENTRY_WORDS_MAX];
    assert_int_equal(
        parse(HEAD "\"ended\":false,\"call\":\"transmit\",\"on\":\"R\",\"command\":\"00B0\"}", &entry),
        RECORDLINE_OK);
    assert_false(entry.ended);
    assert_null(entry.status);
    assert_null(entry.answer);
    entry_answer_words(&entry, words);
    assert_string_equal(words, "never answered: the program ended");
    entry_clear(&entry);
}

static void test_recordline__bad(void **state) {
    (void)state;
    static const char *const lines[] = {
        "",
        "x",
        "[]",
        "{}",
        HEAD "\"ended\":true}",
        HEAD "\"ended\":1,\"call\":\"x\",\"on\":\"R\"}",
        HEAD "\"ended\":false,\"call\":\"x\"}",
        HEAD "\"ended\":false,\"call\":7,\"on\":\"R\"}",
        ENDED ",\"command\":\"0\"}",
        ENDED ",\"command\":\"0G\"}",
        ENDED ",\"command\":\"00*0\"}",
        ENDED ",\"command\":\"00*\"}",
        ENDED ",\"command\":[]}",
        ENDED ",\"answer\":\"90**\"}",
        ENDED ",\"atr\":\"**\"}",
        ENDED ",\"readers\":{}}",
        ENDED ",\"readers\":[7]}",
        ENDED ",\"readers\":[{\"name\":\"S\"}]}",
        ENDED ",\"readers\":[{\"atr\":\"3B\"}]}",
        ENDED "",
        "{\"trace\":2,\"time\":1,\"process\":1,\"thread\":1,\"program\":\"\",\"number\":1,\"ended\":false,\"call\":\"x\","
        "\"on\":\"\"}",
        "{\"trace\":1,\"time\":-1,\"process\":1,\"thread\":1,\"program\":\"\",\"number\":1,\"ended\":false,\"call\":\"x\","
        "\"on\":\"\"}",
        "{\"trace\":1,\"time\":1,\"process\":4294967296,\"thread\":1,\"program\":\"\",\"number\":1,\"ended\":false,"
        "\"call\":\"x\",\"on\":\"\"}",
        "{\"trace\":1,\"time\":1e300,\"process\":1,\"thread\":1,\"program\":\"\",\"number\":1,\"ended\":false,"
        "\"call\":\"x\",\"on\":\"\"}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i) {
        struct trace_entry entry;
        memset(&entry, 0xAA, sizeof entry);
        if (parse(lines[i], &entry) != RECORDLINE_BAD)
            fail_msg("taken: %s", lines[i]);
        assert_null(entry.command);
        assert_null(entry.call);
    }
}

/* What tells only a beginning goes where the end is told, whatever stands between. */
#define OF_ANY(time, process, ended)                                                                         \
    "{\"trace\":1,\"time\":" time ",\"process\":" process                                                    \
    ",\"thread\":1,\"program\":\"\",\"number\":1,\"ended\":" ended ",\"on\":\"\","

static void test_list__join(void **state) {
    (void)state;
    static const char *const lines[] = {
        OF_ANY("1", "1", "false") "\"call\":\"a\"}",
        OF_ANY("1", "2", "false") "\"call\":\"b\"}",
        OF_ANY("1", "1", "true") "\"call\":\"a\",\"status\":\"\",\"took\":1,\"detail\":\"\"}",
    };
    struct trace_list list = {.entries = NULL};
    for (size_t i = 0; i < 3; ++i) {
        struct trace_entry entry;
        assert_int_equal(parse(lines[i], &entry), RECORDLINE_OK);
        assert_true(trace_list_add(&list, &entry));
    }
    trace_list_join(&list);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.entries[0].call, "b");
    assert_string_equal(list.entries[1].call, "a");
    assert_true(list.entries[1].ended);
    trace_list_clear(&list);
    assert_int_equal(list.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recordline__whole),
        cmocka_unit_test(test_recordline__begun),
        cmocka_unit_test(test_recordline__bad),
        cmocka_unit_test(test_list__join),
    };
    return cmocka_run_group_tests_name("recordline", tests, NULL, NULL);
}

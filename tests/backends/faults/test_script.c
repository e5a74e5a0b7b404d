/* Fault scripts: what is one, what is said where something is none, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backends/faults/plan.h"
#include "backends/faults/script.h"

static bool parse(const char *text, struct script *out, char *message, size_t size) {
    return fault_script_parse(text, strlen(text), out, message, size);
}

static void test_parse__rules(void **state) {
    static const struct {
        const char *text;
        enum script_fault fault;
        uint32_t value, for_ms, after, every, at_ms, chance, times;
        int ins; /* -1: none */
    } rows[] = {
        {": remove", SCRIPT_REMOVE, 0, 0, 0, 0, 0, 100, 1, -1},
        {"after 3: remove for 200 ms", SCRIPT_REMOVE, 0, 200, 3, 0, 0, 100, 1, -1},
        {"AFTER 3 commands: Insert", SCRIPT_INSERT, 0, 0, 3, 0, 0, 100, 1, -1},
        {"ins B0 times 2: sw 6F00", SCRIPT_SW, 0x6F00, 0, 0, 0, 0, 100, 2, 0xB0},
        {"ins a4 every 4 always:delay 20ms", SCRIPT_DELAY, 20, 0, 0, 4, 0, 100, UINT32_MAX, 0xA4},
        {"at 5 s: stop for 1s", SCRIPT_STOP, 0, 1000, 0, 0, 5000, 100, 1, -1},
        {"chance 5% always: drop", SCRIPT_DROP, 0, 0, 0, 0, 0, 5, UINT32_MAX, -1},
        {": storm 6c 20", SCRIPT_STORM_6C, 20, 0, 0, 0, 0, 100, 1, -1},
        {": storm 61", SCRIPT_STORM_61, 10, 0, 0, 0, 0, 100, 1, -1},
        {": mute", SCRIPT_MUTE, 1, 0, 0, 0, 0, 100, 1, -1},
        {": cut 2", SCRIPT_CUT, 2, 0, 0, 0, 0, 100, 1, -1},
        {": garble 9 # bits", SCRIPT_GARBLE, 9, 0, 0, 0, 0, 100, 1, -1},
        {"at 0 ms: idle 5 s", SCRIPT_IDLE, 5000, 0, 0, 0, 0, 100, 1, -1},
        {": unplug for 10 ms", SCRIPT_UNPLUG, 0, 10, 0, 0, 0, 100, 1, -1},
        {": renumber", SCRIPT_RENUMBER, 0, 0, 0, 0, 0, 100, 1, -1},
        {": replug", SCRIPT_REPLUG, 0, 0, 0, 0, 0, 100, 1, -1},
        {": start", SCRIPT_START, 0, 0, 0, 0, 0, 100, 1, -1},
        {": reset", SCRIPT_RESET, 0, 0, 0, 0, 0, 100, 1, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        struct script script;
        char message[200] = "";
        const bool good = parse(rows[i].text, &script, message, sizeof message);
        assert_string_equal(message, "");
        assert_true(good);
        assert_int_equal(script.count, 1);
        const struct script_rule *rule = script.rules;
        assert_int_equal(rule->fault, rows[i].fault);
        assert_int_equal(rule->value, rows[i].value);
        assert_int_equal(rule->for_ms, rows[i].for_ms);
        assert_int_equal(rule->after, rows[i].after);
        assert_int_equal(rule->every, rows[i].every);
        assert_int_equal(rule->at_ms, rows[i].at_ms);
        assert_int_equal(rule->chance, rows[i].chance);
        assert_int_equal(rule->times, rows[i].times);
        assert_int_equal(rule->has_ins ? rule->ins : -1, rows[i].ins);
        assert_int_equal(rule->line, 1);
        fault_script_clear(&script);
    }
}

static void test_parse__names_seed_and_lines(void **state) {
    struct script script;
    (void)state;
    assert_true(parse("# all of it\n\nseed 42\r\n reader \"A: b # c\" : swap \"D e\"\n;: stop; : start",
                      &script, NULL, 0));
    assert_int_equal(script.seed, 42);
    assert_int_equal(script.count, 3);
    assert_string_equal(script.rules[0].reader, "A: b # c");
    assert_string_equal(script.rules[0].partner, "D e");
    assert_int_equal(script.rules[0].line, 4);
    assert_int_equal(script.rules[1].fault, SCRIPT_STOP);
    assert_int_equal(script.rules[2].fault, SCRIPT_START);
    assert_int_equal(script.rules[2].line, 5);
    fault_script_clear(&script);
    assert_true(parse("", &script, NULL, 0));
    assert_int_equal(script.count, 0);
    fault_script_clear(&script);
}

/* Line, column, and what was expected there. */
static void test_parse__errors(void **state) {
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"after x: remove", "1:7: expected a number up to 999999999, found 'x'"},
        {"after 1234567890: drop", "1:7: expected a number up to 999999999, found '1234567890'"},
        {"\n  ins B: drop", "2:7: expected an instruction byte of two hexadecimal digits (B0), found 'B'"},
        {"ins B0G: drop", "1:5: expected an instruction byte of two hexadecimal digits (B0), found 'B0G'"},
        {": storm 62", "1:9: expected 61 or 6C, found '62'"},
        {": sw 6F", "1:6: expected a status word of four hexadecimal digits (6F00), found '6F'"},
        {"at 5: stop", "1:4: expected a time with its unit (200 ms, 5 s), found '5'"},
        {"at soon: stop", "1:4: expected a time (200 ms, 5 s), found 'soon'"},
        {": remove for", "1:13: expected a time (200 ms, 5 s), found the end of the line"},
        {": remove until 5 s", "1:10: expected 'for TIME' or the end of the line, found 'until'"},
        {": insert for 5 s", "1:10: expected the end of the line, found 'for'"},
        {"chance 0%: drop", "1:8: expected a chance from 1% to 100%, found '0%'"},
        {"chance 5: drop", "1:8: expected a chance from 1% to 100%, found '5'"},
        {"every 0: drop", "1:7: expected a number from 1, found '0'"},
        {"times 0: drop", "1:7: expected a number from 1, found '0'"},
        {"reader x: drop", "1:8: expected a reader's name in quotation marks, found 'x'"},
        {"reader \"x: drop",
         "1:8: expected a reader's name of 1 to 127 bytes in quotation marks, found '\"'"},
        {"reader \"\": drop",
         "1:8: expected a reader's name of 1 to 127 bytes in quotation marks, found '\"'"},
        {"seed", "1:5: expected a number up to 999999999, found the end of the line"},
        {"seed 1 2", "1:8: expected the end of the line, found '2'"},
    };
    struct script script;
    char message[300];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        assert_false(parse(rows[i].text, &script, message, sizeof message));
        assert_string_equal(message, rows[i].message);
        fault_script_clear(&script);
    }
    assert_false(parse("remove", &script, message, sizeof message));
    assert_non_null(strstr(message, "1:1: expected a condition (after, ins, "));
    fault_script_clear(&script);
    assert_false(parse(": explode", &script, message, sizeof message));
    assert_non_null(strstr(message, "1:3: expected a fault (remove, insert, "));
    assert_non_null(strstr(message, "found 'explode'"));
    fault_script_clear(&script);
    assert_false(parse(": explode", &script, NULL, 0));
    fault_script_clear(&script);
}

/* Which of ten commands are struck; the instruction alternates between A4 and B0. */
static void struck(const char *text, char out[11]) {
    struct script script;
    struct plan plan;
    assert_true(parse(text, &script, NULL, 0));
    assert_true(plan_begin(&plan, &script, 1000));
    for (unsigned i = 0; i < 10; ++i) {
        const uint8_t command[] = {0x00, i % 2 ? 0xB0 : 0xA4, 0x00, 0x00};
        out[i] = plan_command(&plan, i < 5 ? "A" : "B", command, sizeof command, 1000 + 10 * i) ? 'x' : '.';
    }
    out[10] = '\0';
    plan_end(&plan);
}

static void test_plan__conditions(void **state) {
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {": drop", "x........."},
        {"always: drop", "xxxxxxxxxx"},
        {"after 3: drop", "...x......"},
        {"after 3 times 2: drop", "...xx....."},
        {"every 3 always: drop", "..x..x..x."},
        {"after 2 every 3 always: drop", "....x..x.."},
        {"ins B0: drop", ".x........"},
        {"ins B0 after 1 times 2: drop", "...x.x...."},
        {"reader \"B\": drop", ".....x...."},
        {"reader \"C\" always: drop", ".........."},
        {"at 40 ms always: drop", "....xxxxxx"},
        {"at 0 ms: remove", ".........."}, /* by the clock, not by a command */
        {"at 20 ms after 1: remove", "...x......"},
        {"ins B0: drop; ins A4 after 1: cut", ".xx......."},
    };
    char out[11], again[11];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        struck(rows[i].text, out);
        assert_string_equal(out, rows[i].expected);
    }
    struck("seed 5; chance 50% always: drop", out);
    struck("seed 5; chance 50% always: drop", again);
    assert_string_equal(out, again);
    assert_non_null(strchr(out, 'x'));
    assert_non_null(strchr(out, '.'));
    struck("seed 6; chance 50% always: drop", again);
    assert_string_not_equal(out, again);
}

static void test_plan__clock(void **state) {
    struct script script;
    struct plan plan;
    (void)state;
    assert_true(parse("at 20 ms: stop; at 10 ms: remove; at 5 ms: drop", &script, NULL, 0));
    assert_true(plan_begin(&plan, &script, 1000));
    assert_null(plan_clock(&plan, 1009));
    assert_int_equal(plan_clock(&plan, 1010)->fault, SCRIPT_REMOVE);
    assert_null(plan_clock(&plan, 1010));
    assert_int_equal(plan_clock(&plan, 5000)->fault, SCRIPT_STOP);
    assert_null(plan_clock(&plan, 5000));
    assert_int_equal(plan.struck, 2);
    plan_end(&plan);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__rules),  cmocka_unit_test(test_parse__names_seed_and_lines),
        cmocka_unit_test(test_parse__errors), cmocka_unit_test(test_plan__conditions),
        cmocka_unit_test(test_plan__clock),
    };
    return cmocka_run_group_tests_name("faults_script", tests, NULL, NULL);
}

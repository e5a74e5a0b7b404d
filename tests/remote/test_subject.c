/* Subjects: which characters stand for what, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "remote/subject.h"

static const struct {
    const char *name, *token;
} pairs[] = {
    {"Simulated Reader 00", "Simulated_Reader_00"},
    {"ACS ACR38U-CCID 00 00", "ACS_ACR38U-CCID_00_00"},
    {"a.b", "a=2Eb"},
    {"a_b", "a=5Fb"},
    {"*", "=2A"},
    {">", "=3E"},
    {"=", "=3D"},
    {"M\xC3\xBCller", "M=C3=BCller"},
    {"\x01\xFF", "=01=FF"},
};

static void test_token__both_ways(void **state) {
    char out[100];
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_true(subject_token(pairs[i].name, strlen(pairs[i].name), out, sizeof out));
        assert_string_equal(out, pairs[i].token);
        assert_true(subject_name(pairs[i].token, strlen(pairs[i].token), out, sizeof out));
        assert_string_equal(out, pairs[i].name);
    }
}

/* What is not written as subject_token() writes it stands for nothing: each reader has one subject. */
static void test_name__is_none(void **state) {
    static const char *const tokens[] = {"",    "a.b", "a b", "*",   ">",   "=",    "=4", "=41",
                                         "=20", "=2a", "=00", "=G0", "a=2", "\xC3", "a*", "=2D"};
    char out[100];
    (void)state;
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        assert_false(subject_name(tokens[i], strlen(tokens[i]), out, sizeof out));
    assert_false(subject_name("abc", 3, out, 3));
    assert_true(subject_name("abc", 3, out, 4));
}

static void test_token__limits(void **state) {
    char name[257], out[3 * 256 + 1];
    (void)state;
    memset(name, '.', sizeof name);
    assert_true(subject_token(name, 255, out, sizeof out));
    assert_int_equal(strlen(out), 765);
    assert_false(subject_token(name, 256, out, sizeof out));
    assert_false(subject_token(name, 0, out, sizeof out));
    assert_false(subject_token(name, 255, out, 765));
}

static void test_subjects__of_agent_and_reader(void **state) {
    char out[SUBJECT_ROOM], name[256];
    (void)state;
    assert_true(subject_of_session("rack.1", out));
    assert_string_equal(out, "scard.to.rack=2E1.session");
    assert_true(subject_of_all("rack1", out));
    assert_string_equal(out, "scard.to.rack1.>");
    assert_true(subject_of_news("rack1", NULL, out));
    assert_string_equal(out, "scard.from.rack1");
    assert_true(subject_take_sender(out, name, sizeof name));
    assert_string_equal(name, "rack1");
    assert_true(subject_of_news("rack1", "R 0", out));
    assert_string_equal(out, "scard.from.rack1.R_0");
    assert_true(subject_take_sender(out, name, sizeof name));
    assert_string_equal(name, "rack1");
    assert_true(subject_of_reader("rack1", "R 0", out));
    assert_string_equal(out, "scard.to.rack1.reader.R_0");
    assert_true(subject_take_reader(out, name, sizeof name));
    assert_string_equal(name, "R 0");
    assert_false(subject_take_reader("scard.to.rack1.session", name, sizeof name));
    assert_false(subject_take_reader("scard.to.rack1.reader.", name, sizeof name));
    assert_false(subject_take_reader("scard.to.rack1.reader.a.b", name, sizeof name));
    assert_false(subject_take_reader("scard.from.rack1.reader.a", name, sizeof name));
    assert_false(subject_take_sender("scard.to.rack1", name, sizeof name));
    assert_false(subject_of_session("", out));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token__both_ways),
        cmocka_unit_test(test_name__is_none),
        cmocka_unit_test(test_token__limits),
        cmocka_unit_test(test_subjects__of_agent_and_reader),
    };
    return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}

/* Status words: the meaning of each, its parameter, and what a short buffer gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/sw.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    uint16_t sw;
    const char *text;
} rows[] = {
    {0x9000, "9000: success"},
    {0x6100, "6100: success, 256 bytes available"},
    {0x6110, "6110: success, 16 bytes available"},
    {0x6101, "6101: success, 1 byte available"},
    {0x6200, "6200: warning, state unchanged"},
    {0x6202, "6202: the card has a query for the terminal, 2 bytes"},
    {0x6280, "6280: the card has a query for the terminal, 128 bytes"},
    {0x6281, "6281: part of the returned data may be corrupted"},
    {0x6282, "6282: end of file or record reached before Ne bytes, or search without success"},
    {0x6283, "6283: selected file deactivated"},
    {0x6284, "6284: control information not formatted as asked for"},
    {0x6285, "6285: selected file in termination state"},
    {0x62F1, "62F1: warning, state unchanged"},
    {0x6300, "6300: warning, state changed"},
    {0x6381, "6381: file filled up by the last write"},
    {0x63C0, "63C0: verification failed, 0 tries left"},
    {0x63C1, "63C1: verification failed, 1 try left"},
    {0x63C2, "63C2: verification failed, 2 tries left"},
    {0x63CF, "63CF: verification failed, 15 tries left"},
    {0x63D0, "63D0: warning, state changed"},
    {0x6400, "6400: execution error, state unchanged"},
    {0x6401, "6401: immediate response required by the card"},
    {0x6402, "6402: the card has a query for the terminal, 2 bytes"},
    {0x6481, "6481: logical channel shared access denied"},
    {0x6581, "6581: memory failure"},
    {0x6600, "6600: security-related issue"},
    {0x6700, "6700: wrong length"},
    {0x6881, "6881: logical channel not supported"},
    {0x6882, "6882: secure messaging not supported"},
    {0x6883, "6883: last command of the chain expected"},
    {0x6884, "6884: command chaining not supported"},
    {0x6981, "6981: command incompatible with the file structure"},
    {0x6982, "6982: security status not satisfied"},
    {0x6983, "6983: authentication method blocked"},
    {0x6984, "6984: reference data not usable"},
    {0x6985, "6985: conditions of use not satisfied"},
    {0x6986, "6986: command not allowed, no current EF"},
    {0x69F0, "69F0: command not allowed"},
    {0x6A80, "6A80: incorrect parameters in the command data"},
    {0x6A81, "6A81: function not supported"},
    {0x6A82, "6A82: file or application not found"},
    {0x6A83, "6A83: record not found"},
    {0x6A84, "6A84: not enough memory space in the file"},
    {0x6A86, "6A86: incorrect parameters P1-P2"},
    {0x6A88, "6A88: referenced data or reference data not found"},
    {0x6B00, "6B00: wrong parameters P1-P2"},
    {0x6C00, "6C00: wrong Le, 256 bytes available"},
    {0x6C10, "6C10: wrong Le, 16 bytes available"},
    {0x6D00, "6D00: instruction code not supported or invalid"},
    {0x6E00, "6E00: class not supported"},
    {0x6F00, "6F00: no precise diagnosis"},
    {0x9103, "9103: success, proactive command waiting (GSM), 3 bytes"},
    {0x9201, "9201: success after internal retries (GSM), 1 retry"},
    {0x9240, "9240: memory problem (GSM)"},
    {0x9404, "9404: file or pattern not found (GSM)"},
    {0x9804, "9804: access condition not fulfilled or verification failed with tries left (GSM)"},
    {0x9F16, "9F16: success (GSM), 22 bytes available"},
    {0x9F00, "9F00: success (GSM), 256 bytes available"},
    {0x0000, "0000: status word without a standard meaning"},
    {0x9001, "9001: status word without a standard meaning"},
    {0xFFFF, "FFFF: status word without a standard meaning"},
};

static void test_format__texts(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        char text[SW_TEXT_MAX];
        assert_int_equal(sw_format(rows[i].sw, text, sizeof text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

static void test_meaning__is_the_text_without_number_and_parameter(void **state) {
    (void)state;
    assert_string_equal(sw_meaning(0x63C2), "verification failed");
    assert_string_equal(sw_meaning(0x6100), "success");
    assert_string_equal(sw_meaning(0x1234), "status word without a standard meaning");
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_memory_equal(rows[i].text + 6, sw_meaning(rows[i].sw), strlen(sw_meaning(rows[i].sw)));
}

static void test_format__every_word_fits(void **state) {
    (void)state;
    for (unsigned sw = 0; sw <= 0xFFFF; ++sw) {
        char text[SW_TEXT_MAX];
        const size_t size = sw_format((uint16_t)sw, text, sizeof text);
        if (size >= sizeof text || strlen(text) != size)
            fail_msg("%04X", sw);
    }
}

static void test_format__short_buffer(void **state) {
    char text[8] = "???????";
    (void)state;
    assert_int_equal(sw_format(0x9000, text, 0), 13);
    assert_string_equal(text, "???????");
    assert_int_equal(sw_format(0x9000, NULL, 0), 13);
    assert_int_equal(sw_format(0x9000, text, 5), 13);
    assert_string_equal(text, "9000");
    assert_int_equal(text[5], '?');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format__texts),
        cmocka_unit_test(test_meaning__is_the_text_without_number_and_parameter),
        cmocka_unit_test(test_format__every_word_fits),
        cmocka_unit_test(test_format__short_buffer),
    };
    return cmocka_run_group_tests_name("sw", tests, NULL, NULL);
}

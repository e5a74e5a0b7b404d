/* Status words: the meaning of each, its parameter, and what a short buffer gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/apdu.h"
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
    {0x9103, "9103: by the command's class: success of UICC or GSM, or a status of DESFire"},
    {0x9201, "9201: by the command's class: success of UICC or GSM"},
    {0x9240, "9240: by the command's class: success of UICC, or memory problem of GSM"},
    {0x9300, "9300: SIM application toolkit is busy; not now, other commands are allowed (UICC)"},
    {0x9862, "9862: authentication error, application specific, such as an incorrect MAC (UICC)"},
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
        assert_int_equal(sw_format(NULL, 0, rows[i].sw, text, sizeof text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

/* Words that mean something else, or something at all, after commands of one class. */
static const struct {
    uint8_t command[APDU_HEADER];
    uint16_t sw;
    const char *text;
} of_class[] = {
    /* DESFire: native status bytes in class 90 only. 91AE was told as the success of a SIM. */
    {{0x90, 0x60}, 0x9100, "9100: success (DESFire)"},
    {{0x90, 0xAF}, 0x911C, "911C: command not supported (DESFire)"},
    {{0x90, 0x5A}, 0x91A0, "91A0: application not found (DESFire)"},
    {{0x90, 0x0A}, 0x91AE, "91AE: authentication error (DESFire)"},
    {{0x90, 0x71}, 0x91AD, "91AD: authentication delayed, try again (DESFire)"},
    {{0x90, 0x60}, 0x91AF, "91AF: additional frame expected (DESFire)"},
    {{0x90, 0x3D}, 0x917E, "917E: wrong length (DESFire)"},
    {{0x90, 0xBD}, 0x91F0, "91F0: file not found (DESFire)"},
    {{0x90, 0xBD}, 0x9155, "9155: status without a known meaning (DESFire)"},
    {{0x90, 0x60}, 0x9000, "9000: success"},
    {{0x90, 0x60}, 0x6700, "6700: wrong length"},
    {{0x90, 0x60}, 0x9862, "9862: status word without a standard meaning"},
    /* TS 51.011 9.4. */
    {{0xA0, 0x12}, 0x9103, "9103: success, proactive command waiting (GSM), 3 bytes"},
    {{0xA0, 0xD6}, 0x9201, "9201: success after internal retries (GSM), 1 retry"},
    {{0xA0, 0xD6}, 0x9240, "9240: memory problem (GSM)"},
    {{0xA0, 0xC2},
     0x9300,
     "9300: SIM application toolkit is busy; not now, other commands are allowed (GSM)"},
    {{0xA0, 0xA4}, 0x9404, "9404: file or pattern not found (GSM)"},
    {{0xA0, 0x32}, 0x9850, "9850: increase not possible, maximum reached (GSM)"},
    {{0xA0, 0xC2}, 0x9E10, "9E10: SIM data download error (GSM), 16 bytes"},
    {{0xA0, 0xA4}, 0x9F16, "9F16: success (GSM), 22 bytes available"},
    {{0xA0, 0x88}, 0x9862, "9862: status word without a standard meaning"},
    {{0xA0, 0xF2}, 0x6D00, "6D00: instruction code not supported or invalid"},
    /* TS 102 221 10.2.1, TS 31.102 7.3.1. */
    {{0x80, 0xF2}, 0x91AE, "91AE: success, proactive command waiting (UICC), 174 bytes"},
    {{0x00, 0xA4}, 0x9103, "9103: success, proactive command waiting (UICC), 3 bytes"},
    {{0x00, 0xB0}, 0x9240, "9240: success, a data transfer session goes on (UICC)"},
    {{0x80, 0xC2},
     0x9300,
     "9300: SIM application toolkit is busy; not now, other commands are allowed (UICC)"},
    {{0x00, 0x88}, 0x9862, "9862: authentication error, incorrect MAC (UICC)"},
    {{0x00, 0x89}, 0x9862, "9862: authentication error, incorrect MAC (UICC)"},
    {{0x41, 0x88}, 0x9863, "9863: security session or association expired (UICC)"},
    {{0x00, 0x88}, 0x9864, "9864: authentication error, security context not supported (UICC)"},
    {{0x80, 0x76}, 0x9864, "9864: minimum suspension time too long (UICC)"},
    {{0x00, 0x88}, 0x9865, "9865: key freshness failure (UICC)"},
    {{0x00, 0x88}, 0x9866, "9866: authentication error, no memory space available (UICC)"},
    {{0x00, 0x88}, 0x9867, "9867: authentication error, no memory space available in EF_MUK (UICC)"},
    {{0x80, 0x32}, 0x9850, "9850: increase not possible, maximum reached (UICC)"},
    {{0x80, 0xCB}, 0x62F1, "62F1: more data available (UICC)"},
    {{0x80, 0xDB}, 0x63F2, "63F2: more data expected, proactive command waiting (UICC)"},
    {{0x80, 0xC2}, 0x6989, "6989: secure channel: security status not satisfied (UICC)"},
    {{0x00, 0xA4}, 0x9404, "9404: status word without a standard meaning"},
    {{0x00, 0xA4}, 0x9F16, "9F16: status word without a standard meaning"},
    /* 63Cx counts what the instruction says: ISO/IEC 7816-4 table 6, TS 102 221 10.2.1.3. */
    {{0x00, 0x20}, 0x63C2, "63C2: verification failed, 2 tries left"},
    {{0x00, 0xD6}, 0x63C2, "63C2: success after internal retries, 2 retries"},
    {{0x00, 0xDC}, 0x63C1, "63C1: success after internal retries, 1 retry"},
    /* GlobalPlatform. */
    {{0x80, 0xF2}, 0x6310, "6310: more data available (GlobalPlatform)"},
    {{0x84, 0x82}, 0x6300, "6300: authentication of the host cryptogram failed (GlobalPlatform)"},
    {{0x80, 0xD8}, 0x9484, "9484: algorithm not supported (GlobalPlatform)"},
    {{0xC4, 0xD8}, 0x9485, "9485: invalid key check value (GlobalPlatform)"},
    {{0x00, 0xA4}, 0x6310, "6310: warning, state changed"},
    {{0x00, 0x82}, 0x6300, "6300: warning, state changed"},
    /* PC/SC part 3, 3.2.2.1: the reader answers in class FF. */
    {{0xFF, 0x82}, 0x6988, "6988: key number not valid (PC/SC)"},
    {{0xFF, 0x82}, 0x6989, "6989: key length not correct (PC/SC)"},
    {{0xFF, 0x86}, 0x6983, "6983: authentication cannot be done (PC/SC)"},
    {{0xFF, 0xB0}, 0x6A82, "6A82: addressed block or byte does not exist (PC/SC)"},
    {{0xFF, 0xB0}, 0x6982, "6982: security status not satisfied"},
    {{0xFF, 0xCA}, 0x6A81, "6A81: function not supported"},
    {{0xFF, 0xCA}, 0x9300, "9300: status word without a standard meaning"},
    /* Classes of nobody here. */
    {{0xB0, 0x0A}, 0x91AE, "91AE: status word without a standard meaning"},
    {{0x94, 0xA4}, 0x6A82, "6A82: file or application not found"},
    {{0xD0, 0x20}, 0x63C3, "63C3: verification failed, 3 tries left"},
};

static void test_format__by_class_and_instruction(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(of_class); ++i) {
        char text[SW_TEXT_MAX];
        assert_int_equal(sw_format(of_class[i].command, APDU_HEADER, of_class[i].sw, text, sizeof text),
                         strlen(of_class[i].text));
        assert_string_equal(text, of_class[i].text);
    }
}

static void test_format__no_whole_header(void **state) {
    static const uint8_t header[] = {0x90, 0x0A, 0x00, 0x00};
    char with[SW_TEXT_MAX], without[SW_TEXT_MAX];
    (void)state;
    sw_format(NULL, 0, 0x91AE, without, sizeof without);
    for (size_t size = 0; size < APDU_HEADER; ++size) {
        sw_format(header, size, 0x91AE, with, sizeof with);
        assert_string_equal(with, without);
    }
    sw_format(header, APDU_HEADER, 0x91AE, with, sizeof with);
    assert_string_equal(with, "91AE: authentication error (DESFire)");
}

/* Every word after every class and instruction. */
static void test_format__every_word_fits(void **state) {
    (void)state;
    for (unsigned i = 0; i < 0x100 * 0x100; ++i) {
        const uint8_t command[APDU_HEADER] = {(uint8_t)(i >> 8), (uint8_t)i};
        for (unsigned sw = 0x6000 + i % 7; sw <= 0x9FFF; sw += i % 97 == 0 ? 7 : 1021) {
            char text[SW_TEXT_MAX];
            const size_t size = sw_format(command, sizeof command, (uint16_t)sw, text, sizeof text);
            if (size >= sizeof text || strlen(text) != size)
                fail_msg("%04X after %04X", sw, i);
        }
    }
    for (unsigned sw = 0; sw <= 0xFFFF; ++sw) {
        char text[SW_TEXT_MAX];
        const size_t size = sw_format(NULL, 0, (uint16_t)sw, text, sizeof text);
        if (size >= sizeof text || strlen(text) != size)
            fail_msg("%04X", sw);
    }
}

static void test_format__short_buffer(void **state) {
    char text[8] = "???????";
    (void)state;
    assert_int_equal(sw_format(NULL, 0, 0x9000, text, 0), 13);
    assert_string_equal(text, "???????");
    assert_int_equal(sw_format(NULL, 0, 0x9000, NULL, 0), 13);
    assert_int_equal(sw_format(NULL, 0, 0x9000, text, 5), 13);
    assert_string_equal(text, "9000");
    assert_int_equal(text[5], '?');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format__texts),
        cmocka_unit_test(test_format__by_class_and_instruction),
        cmocka_unit_test(test_format__no_whole_header),
        cmocka_unit_test(test_format__every_word_fits),
        cmocka_unit_test(test_format__short_buffer),
    };
    return cmocka_run_group_tests_name("sw", tests, NULL, NULL);
}

/* Commands in words: the names of instructions, their parameters and lengths; no secret; short buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/words.h"
#include "base/ascii.h"

static const struct {
    const char *command, *text;
} rows[] = {
    {"00A4040007A000000308000000", "SELECT by name A0000003080000, up to 256 bytes"},
    {"00A4040005A000000308", "SELECT by name A000000308"},
    {"00A4040205A00000030800", "SELECT by name A000000308, the next one, up to 256 bytes"},
    {"00A4000C023F00", "SELECT file 3F00"},
    {"A0A40000027F20", "SELECT file 7F20"},
    {"00A4080C043F002F05", "SELECT path 3F002F05"},
    {"00A4030C", "SELECT the parent"},
    {"00A4770C", "SELECT (P1 77)"},
    {"00B0000018", "READ BINARY at 0, 24 bytes"},
    {"00B0010001", "READ BINARY at 256, 1 byte"},
    {"00B0830500", "READ BINARY of file 3 at 5, up to 256 bytes"},
    {"00B00000000000", "READ BINARY at 0, up to 65536 bytes"},
    {"00D6000002AABB", "UPDATE BINARY at 0, 2 bytes of data"},
    {"00B2010400", "READ RECORD, record 1, up to 256 bytes"},
    {"00B2021C20", "READ RECORD, record 2 of file 3, 32 bytes"},
    {"00B2000220", "READ RECORD, the next with identifier 0, 32 bytes"},
    {"00200081083132333435363738", "VERIFY of reference 81, 8 bytes not shown"},
    {"A020000108FFFFFFFFFFFFFFFF", "VERIFY of reference 01, 8 bytes not shown"},
    {"00200081", "VERIFY of reference 81"},
    {"002400010831323334FFFFFFFF", "CHANGE REFERENCE DATA of reference 01, 8 bytes not shown"},
    {"0084000008", "GET CHALLENGE, 8 bytes"},
    {"00C0000010", "GET RESPONSE, 16 bytes"},
    {"00CA006E00", "GET DATA 006E, up to 256 bytes"},
    {"00CB3FFF055C035FC10200", "GET DATA in 3FFF: 5C035FC102, up to 256 bytes"},
    {"0070000001", "MANAGE CHANNEL, open 0, 1 byte"},
    {"00708001", "MANAGE CHANNEL, close 1"},
    {"002A9E9A02AABB00",
     "PERFORM SECURITY OPERATION: compute digital signature, 2 bytes of data, up to 256 bytes"},
    {"002A1234", "PERFORM SECURITY OPERATION 1234"},
    {"00220141", "MANAGE SECURITY ENVIRONMENT (P1 P2 0141)"},
    {"80F2000000", "STATUS or GET STATUS (P1 P2 0000), up to 256 bytes"},
    {"A0F2000016", "STATUS, 22 bytes"},
    {"8012000010", "FETCH, 16 bytes"},
    {"FFCA000000", "GET DATA (reader) 0000, up to 256 bytes"},
    {"FF82000006FFFFFFFFFFFF", "LOAD KEYS 0000, 6 bytes not shown"},
    {"905A00000312345600", "SELECT APPLICATION 123456, up to 256 bytes"},
    {"90CA00000E000102030405060708090A0B0C0D00", "CREATE APPLICATION, 14 bytes of data, up to 256 bytes"},
    {"9020000001AA", "instruction 20 of class 90 (P1 P2 0000), 1 byte not shown"},
    {"0099123402AABB", "instruction 99 of class 00 (P1 P2 1234), 2 bytes of data"},
    {"00B000", "no command: 3 bytes"},
    {"", "no command: 0 bytes"},
    {"0020008131323334", "VERIFY, malformed: its lengths do not agree"},
    {"00A4040020000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
     "SELECT by name 000102030405060708090A0B0C0D0E0F10111213..."},
};

static size_t read_hex(const char *hex, uint8_t *out) {
    const size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size; ++i)
        out[i] = (uint8_t)(ascii_digit(hex[2 * i]) << 4 | ascii_digit(hex[2 * i + 1]));
    return size;
}

static void test_words__of_commands(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        uint8_t command[64];
        char text[APDU_TEXT_MAX];
        const size_t size = read_hex(rows[i].command, command);
        assert_int_equal(apdu_format(command, size, text, sizeof text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

/* The longest there can be. */
static void test_words__fit(void **state) {
    (void)state;
    static uint8_t command[4 + 3 + 300 + 2];
    char text[APDU_TEXT_MAX];
    for (unsigned cla = 0; cla < 256; ++cla)
        for (unsigned ins = 0; ins < 256; ++ins)
            for (unsigned p1 = 0; p1 < 256; p1 += 5) {
                const uint8_t header[] = {(uint8_t)cla, (uint8_t)ins, (uint8_t)p1, 0xFD, 0x00, 0x01, 0x2C};
                memcpy(command, header, sizeof header);
                assert_true(apdu_format(command, sizeof command, text, sizeof text) < sizeof text);
            }
}

static void test_words__short_buffers(void **state) {
    (void)state;
    static const uint8_t command[] = {0x00, 0xB0, 0x00, 0x00, 0x18};
    const char whole[] = "READ BINARY at 0, 24 bytes";
    char text[32];
    for (size_t room = 0; room < sizeof whole; ++room) {
        memset(text, 'x', sizeof text);
        assert_int_equal(apdu_format(command, sizeof command, text, room), sizeof whole - 1);
        assert_int_equal(text[room], 'x');
        if (room) {
            assert_memory_equal(text, whole, room - 1);
            assert_int_equal(text[room - 1], '\0');
        }
    }
    assert_int_equal(apdu_format(command, sizeof command, NULL, 0), sizeof whole - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words__of_commands),
        cmocka_unit_test(test_words__fit),
        cmocka_unit_test(test_words__short_buffers),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}

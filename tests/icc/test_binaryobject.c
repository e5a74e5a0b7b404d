/* READ, WRITE, UPDATE and ERASE BINARY with the odd instruction: files, offsets of any size, data objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step which_file[] = {
    {"00B10000 03 540100 00", "6986"},           /* 0000: the current one */
    {"00B10001 03 540100 04", "5302 0001 9000"}, /* 0001 to 001E: a short identifier */
    {"00B10000 03 54010E 00", "5302 0E0F 9000"}, /* which made it current */
    {"00B11007 03 540100 00", "6985"},           /* all else: an identifier in the current DF */
    {"00B11005 03 540100 00", "6982"},
    {"00B10000 03 540100 03", "5301 00 9000"}, /* what failed did not change the current one */
    {"00B1100A 04 54020002 04", "5302 0001 9000"},
    {"00B10000 03 540101 04", "5302 0000 9000"},
    {"00B11002 03 540100 00", "6981"},
    {"00B10002 03 540100 00", "6981"},
    {"00B1001E 03 540100 00", "6A82"},
    {"00B1001F 03 540100 00", "6A82"}, /* no short identifier, so an identifier */
    {"00B1FFFF 03 540100 00", "6A82"},
    {"00B12001 03 540100 00", "6981"}, /* a DF */
    {"00A4010C 02 2001", "9000"},
    {"00B1100A 03 540100 00", "6A82"}, /* is not in this one */
};
SCRIPT(test_binaryobject__which_file, "small", SIM_T1, which_file)

/* 100A has 70000 bytes, two for each number. */
static const struct step offsets[] = {
    {"00B1100A 04 54028000 06", "5304 40004001 9000"},
    {"00B10000 05 5403010000 06", "5304 80008001 9000"},
    {"00B10000 06 540400010002 06", "5304 80018002 9000"},
    {"00B10000 07 54050000010002 06", "5304 80018002 9000"}, /* leading zeros count for nothing */
    {"00B10000 05 540301116E 04", "5302 88B7 9000"},
    {"00B10000 05 540301116E 05", "5302 88B7 6282"},
    {"00B10000 05 540301116E 00", "5302 88B7 9000"},
    {"00B10000 05 5403011170 03", "6B00"},
    {"00B10000 06 5404FFFFFFFF 03", "6B00"},
    {"00B10000 07 5405FFFFFFFFFF 03", "6A80"},
    {"00B10000 03 540101 03", "5301 00 9000"},
};
SCRIPT(test_binaryobject__offsets, "small", SIM_T1, offsets)

static const struct step malformed[] = {
    {"00A4020C 02 1001", "9000"},
    {"00B10000 00", "6700"},           /* no data */
    {"00B10000 03 540100", "6700"},    /* no Le */
    {"00B10000 03 540100 02", "6700"}, /* no room for a byte */
    {"00B10000 02 5400 00", "6A80"},
    {"00B10000 02 5401 00", "6A80"},
    {"00B10000 03 540200 00", "6A80"},
    {"00B10000 03 5484FF 00", "6A80"},
    {"00B10000 06 5484FFFFFFFF 00", "6A80"},
    {"00B10000 03 548000 00", "6A80"},
    {"00B10000 06 540100540101 00", "6A80"},
    {"00B10000 09 540100540101540102 00", "6A80"},
    {"00B10000 06 540100530100 00", "6A80"},
    {"00B10000 03 550100 00", "6A80"},
    {"00B10000 03 530100 00", "6A80"},
    {"00B10000 04 5401001F 00", "6A80"},
    {"00B10000 01 54 00", "6A80"},
    {"00D70000", "6700"},
    {"00D70000 03 540100", "6A80"},
    {"00D70000 03 5301AA", "6A80"},
    {"00D70000 05 5401005300", "6A80"},
    {"00D70000 06 5401005302AA", "6A80"},
    {"00D70000 09 5401005301AA5301BB", "6A80"},
    {"00D70000 09 5401005401005301BB", "6A80"},
    {"00D70000 07 5401005381 80AA", "6A80"},
    {"000F0000 03 5301AA", "6A80"},
    {"000F0000 09 540100540101540102", "6A80"},
    {"000F0000 05 5401005400", "6A80"},
    {"00B00000 00", "000102030405060708090A0B0C0D0E0F 9000"}, /* nothing has changed */
};
SCRIPT(test_binaryobject__malformed, "small", SIM_T1, malformed)

static const struct step update[] = {
    {"00D71001 08 540101 5303A1A2A3", "9000"},
    {"00D70000 08 7303B1B2B3 540104", "9000"}, /* in either order, in either template */
    {"00B00000 08", "00A1A2A3B1B2B307 9000"},
    {"00D70000 06 54010F 5301FF", "9000"},
    {"00D70000 07 54010F 5302FFFF", "6A84"},
    {"00D70000 06 540110 5301FF", "6B00"},
    {"00D10000 07 540101 53020F0F", "9000"}, /* WRITE sets bits */
    {"00B00000 04", "00AFAFA3 9000"},
    {"00D7100A 0B 5403010000 5304DEADBEEF", "9000"},
    {"00B10000 05 540300FFFE 0A", "5308 7FFFDEADBEEF8002 9000"},
    {"00D11001 06 54010F 530100", "9000"},
    {"00D1100A 06 540100 530100", "6982"}, /* by default nobody may WRITE */
    {"00D71006 06 540100 530100", "6982"},
    {"00D71007 06 540100 530100", "6985"},
    {"power", "3B828031FE45534D96"},
    {"00B1100A 05 540300FFFE 08", "5306 7FFFDEADBEEF 9000"},
};
SCRIPT(test_binaryobject__update, "small", SIM_T1, update)

static const struct step erase[] = {
    {"000F1001 06 540104 540106", "9000"},
    {"00B00003 04", "03000006 9000"},
    {"000F0000 03 54010E", "9000"},
    {"00B0000C 04", "0C0D0000 9000"},
    {"000F0000 06 540104 540104", "6B00"},
    {"000F0000 06 540104 540103", "6B00"},
    {"000F0000 06 540104 540111", "6B00"},
    {"000F0000 03 540110", "6B00"},
    {"000F0000", "9000"},
    {"00B00000 00", "00000000000000000000000000000000 9000"},
    {"000F100A 0A 540300FFFE 5403010002", "9000"},
    {"00B10000 05 540300FFFC 0C", "530A 7FFE0000000080018002 9000"},
};
SCRIPT(test_binaryobject__erase, "small", SIM_T1, erase)

/* What fits into an answer of a length counts the object's own tag and length. */
static void test_binaryobject__lengths(void **state) {
    static const struct {
        uint32_t ne;
        const char *head;
    } rows[] = {
        {3, "\x53\x01"},
        {0x81, "\x53\x7F"},
        {0x82, "\x53\x7F"},
        {0x83, "\x53\x81\x80"},
        {0xFF, "\x53\x81\xFC"},
        {0x100, "\x53\x81\xFD"},
        {0x102, "\x53\x81\xFF"},
        {0x103, "\x53\x81\xFF"},
        {0x104, "\x53\x82\x01"},
        {0xFFFF, "\x53\x82\xFF\xFB"},
        {0x10000, "\x53\x82\xFF\xFC"},
    };
    (void)state;
    struct sim_card *card = script_card("small");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint8_t command[] = {0x00,
                                   0xB1,
                                   0x10,
                                   0x0A,
                                   0x00,
                                   0x00,
                                   0x03,
                                   0x54,
                                   0x01,
                                   0x03,
                                   (uint8_t)(rows[i].ne >> 8),
                                   (uint8_t)rows[i].ne};
        const uint8_t *answer = NULL;
        const size_t size = script_exchange(card, SIM_T1, command, sizeof command, &answer);
        const size_t head = strlen(rows[i].head);
        assert_memory_equal(answer, rows[i].head, head);
        assert_true(size - 2 <= rows[i].ne && size >= rows[i].ne); /* one byte less than asked for, or none */
        assert_int_equal(answer[size - 2] << 8 | answer[size - 1], 0x9000);
    }
    sim_card_destroy(card);
}

/* Case 4 of T=0: the answer has to be fetched, and is one whole object. */
static const struct step t0[] = {
    {"00B1100A 05 5403010000", "6100"},
    {"00C00000 05", "5381FD8000 61FB"},
    {"00C00000 FB", "...9000"},
    {"00B10000 05 540301116E", "6104"},
    {"00C00000 04", "530288B7 9000"},
    {"00B10000 00", "6700"},
    {"00D70000 0B 5403010000 5304DEADBEEF", "9000"},
    {"00B10000 05 540300FFFE", "6100"},
    {"00C00000 09", "5381FD7FFFDEADBEEF 61F7"},
    {"000F0000 00", "9000"},
    {"000F0000", "9000"},
};
SCRIPT(test_binaryobject__t0, "small", SIM_T0, t0)

/* One command in a chain, and in an envelope with an Le of its own. */
static const struct step chained[] = {
    {"10D71001 03 540102", "9000"},   {"10D71001 02 5304", "9000"},
    {"00D71001 04 C1C2C3C4", "9000"}, {"00B00000 08", "0001C1C2C3C40607 9000"},
    {"10B11001 01 54", "9000"},       {"00B11001 02 0104 06", "5304 C3C40607 9000"},
};
SCRIPT(test_binaryobject__chained, "small", SIM_T1, chained)

static const struct step chained_t0[] = {
    {"10D71001 03 540102", "9000"},
    {"00D71001 06 5304C1C2C3C4", "9000"},
    {"00B00000 06", "0001C1C2C3C4 9000"},
    {"10B11001 01 54", "9000"},
    {"00B11001 02 010D", "6105"},
    {"00C00000 05", "53030D0E0F 9000"},
    {"00C20000 0B 00B11001 00 0003 540104 0006", "6A80"}, /* a length of its own that is wrong */
    {"00C20000 0C 00B11001 00 0003 540104 0006", "6106"},
    {"00C00000 06", "5304 C3C40607 9000"},
};
SCRIPT(test_binaryobject__chained_t0, "small", SIM_T0, chained_t0)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_binaryobject__which_file), cmocka_unit_test(test_binaryobject__offsets),
        cmocka_unit_test(test_binaryobject__malformed),  cmocka_unit_test(test_binaryobject__update),
        cmocka_unit_test(test_binaryobject__erase),      cmocka_unit_test(test_binaryobject__lengths),
        cmocka_unit_test(test_binaryobject__t0),         cmocka_unit_test(test_binaryobject__chained),
        cmocka_unit_test(test_binaryobject__chained_t0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

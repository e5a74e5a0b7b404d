/* READ, UPDATE, WRITE and APPEND RECORD on every kind of record file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step read_by_number[] = {
    {"00B20104 00", "6986"},          {"00A4020C 02 1002", "9000"}, {"00B20104 00", "01111111 9000"},
    {"00B20204 04", "02222222 9000"}, {"00B20304 02", "0133 9000"}, {"00B20304 05", "01333333 6282"},
    {"00B20404 00", "6A83"}, /* capacity is no record */
    {"00B20004 00", "6A83"}, /* no current record */
    {"00B2FF04 00", "6A86"},          {"00B20107 00", "6A86"},      {"00B20104", "6700"},
    {"00B20104 01 00 00", "6700"},    {"00A4020C 02 1001", "9000"}, {"00B20104 00", "6981"},
};
SCRIPT(test_record__read_by_number, "small", SIM_T1, read_by_number)

static const struct step read_in_turn[] = {
    {"00A4020C 02 1002", "9000"},
    {"00B20002 00", "01111111 9000"}, /* next: the first, to begin with */
    {"00B20004 00", "01111111 9000"}, /* current */
    {"00B20002 00", "02222222 9000"},
    {"00B20304 00", "01333333 9000"}, /* a number does not move the pointer */
    {"00B20002 00", "01333333 9000"},
    {"00B20002 00", "6A83"},
    {"00B20004 00", "01333333 9000"}, /* nor does a failure */
    {"00B20003 00", "02222222 9000"},
    {"00B20003 00", "01111111 9000"},
    {"00B20003 00", "6A83"},
    {"00B20000 00", "01111111 9000"},
    {"00B20001 00", "01333333 9000"},
    {"00A4020C 02 1002", "9000"},
    {"00B20003 00", "01333333 9000"}, /* previous: the last, to begin with */
};
SCRIPT(test_record__read_in_turn, "small", SIM_T1, read_in_turn)

static const struct step read_by_identifier[] = {
    {"00A4020C 02 1002", "9000"},     {"00B20100 00", "01111111 9000"}, {"00B20102 00", "01333333 9000"},
    {"00B20102 00", "6A83"},          {"00B20101 00", "01333333 9000"}, {"00B20103 00", "01111111 9000"},
    {"00B20200 00", "02222222 9000"}, {"00B20202 00", "6A83"},          {"00B20700 00", "6A83"},
};
SCRIPT(test_record__read_by_identifier, "small", SIM_T1, read_by_identifier)

static const struct step read_many[] = {
    {"00A4020C 02 1003", "9000"},
    {"00B20105 00", "AA BB0203 CC02030405060708 9000"},
    {"00B20205 00", "BB0203 CC02030405060708 9000"},
    {"00B20106 00", "CC02030405060708 BB0203 AA 9000"},
    {"00B20206 00", "CC02030405060708 BB0203 9000"},
    {"00B20105 03", "AA BB02 9000"},
    {"00B20105 0D", "AA BB0203 CC02030405060708 6282"},
    {"00B20405 00", "6A83"},
    {"00B20005 00", "6A83"},
    {"00B20002 00", "AA 9000"},
    {"00B20002 00", "BB0203 9000"},
    {"00B20005 00", "BB0203 CC02030405060708 9000"},
};
SCRIPT(test_record__read_many, "small", SIM_T1, read_many)

static const struct step long_records[] = {
    {"00B20144 00 0000", "...0094 0095 9000"},
    {"00B20144 00", "...007E 007F 612C"},
    {"00C00000 00", "0080 0081 0082 0083 0084 0085 0086 0087 0088 0089 008A 008B 008C 008D 008E 008F 0090 "
                    "0091 0092 0093 0094 0095 9000"},
    {"00B20144 02", "0000 9000"},
    {"00B20145 00 012C", "...0094 0095 9000"},
    {"00B20145 00 0000", "...0094 0095 55555555555555555555 9000"},
    {"00B20145 00 0137", "...55555555555555555555 6282"},
};
SCRIPT(test_record__long_records, "small", SIM_T1, long_records)

static const struct step short_identifier[] = {
    {"00B20114 00", "01111111 9000"}, {"00B20012 00", "01111111 9000"},
    {"00B20012 00", "01111111 9000"}, /* a short identifier resets the pointer */
    {"00B20002 00", "02222222 9000"}, {"00B2010C 00", "6981"},
    {"00B201F4 00", "6A82"},          {"00B201FC 00", "6A86"},
};
SCRIPT(test_record__short_identifier, "small", SIM_T1, short_identifier)

static const struct step update[] = {
    {"00DC0114 04 01AAAAAA", "9000"},
    {"00B20104 00", "01AAAAAA 9000"},
    {"00DC0104 03 01AAAA", "6700"},
    {"00DC0104 05 01AAAAAAAA", "6700"},
    {"00DC0404 04 01AAAAAA", "6A83"},
    {"00DC0004 04 01AAAAAA", "6A83"},
    {"00DC0001 04 05555555", "9000"}, /* last */
    {"00B20004 00", "05555555 9000"},
    {"00DC0003 04 04444444", "9000"},
    {"00DC0003 04 03333333", "9000"},
    {"00DC0003 04 03333333", "6A83"},
    {"00DC0002 04 06666666", "9000"},
    {"00DC0000 04 07777777", "9000"},
    {"00B20105 00", "07777777 06666666 05555555 9000"},
    {"00DC0102 04 07777777", "6A86"},
    {"00DC0105 04 07777777", "6A86"},
    {"00DC0104", "6700"},
};
SCRIPT(test_record__update, "small", SIM_T1, update)

static const struct step update_variable[] = {
    {"00DC011C 08 0102030405060708", "9000"},
    {"00B20104 00", "0102030405060708 9000"},
    {"00DC0104 01 01", "9000"},
    {"00B20104 00", "01 9000"},
    {"00DC0104 09 010203040506070809", "6A84"},
};
SCRIPT(test_record__update_variable, "small", SIM_T1, update_variable)

static const struct step write_sets_bits[] = {
    {"00D20114 04 10808080", "9000"}, {"00B20104 00", "11919191 9000"}, {"00D20001 04 00440000", "9000"},
    {"00B20004 00", "01773333 9000"}, {"00D2021C 02 0101", "6700"},     {"00D2021C 03 440000", "9000"},
    {"00B20204 00", "FF0203 9000"},
};
SCRIPT(test_record__write_sets_bits, "small", SIM_T1, write_sets_bits)

static const struct step append[] = {
    {"00E20010 04 04444444", "9000"}, {"00B20004 00", "04444444 9000"}, /* it is the current one */
    {"00B20404 00", "04444444 9000"}, {"00E20010 04 05555555", "6A84"},
    {"00E20010 03 055555", "6700"},   {"00E20018 01 DD", "9000"},
    {"00E20000 01 EE", "6A84"},       {"00E20110 04 05555555", "6A86"},
    {"00E20011 04 05555555", "6A86"}, {"00E20000", "6700"},
    {"00A4020C 02 1001", "9000"},     {"00E20000 01 EE", "6981"},
};
SCRIPT(test_record__append, "small", SIM_T1, append)

static const struct step cyclic[] = {
    {"00B20124 00", "0303 9000"},
    {"00B20204 00", "0202 9000"},
    {"00B20304 00", "6A83"},
    {"00E20000 02 0404", "9000"},
    {"00B20105 00", "0404 0303 0202 9000"},
    {"00E20000 02 0505", "9000"}, /* over the oldest */
    {"00B20105 00", "0505 0404 0303 9000"},
    {"00DC0003 02 0606", "9000"}, /* UPDATE previous appends */
    {"00B20004 00", "0606 9000"},
    {"00B20105 00", "0606 0505 0404 9000"},
    {"00B20106 00", "0404 0505 0606 9000"},
    {"00DC0304 02 4444", "9000"},
    {"00D20003 02 0707", "9000"}, /* so does WRITE previous */
    {"00B20105 00", "0707 0606 0505 9000"},
    {"00B20002 00", "0606 9000"},
    {"00B20003 00", "0707 9000"},
    {"00B20001 00", "0505 9000"},
    {"00E20000 01 08", "6700"},
    {"power", "3B828031FE45534D96"},
    {"00B20125 00", "0707 0606 0505 9000"},
};
SCRIPT(test_record__cyclic, "small", SIM_T1, cyclic)

static const struct step empty_file[] = {
    {"00B2014C 00", "6A83"},          {"00B2004A 00", "6A83"},          {"00B2004D 00", "6A83"},
    {"00DC0048 04 01020304", "6A83"}, {"00E20048 04 01020304", "9000"}, {"00B2004B 00", "01020304 9000"},
};
SCRIPT(test_record__empty_file, "small", SIM_T1, empty_file)

static const struct step conditions[] = {
    {"00DC01F4 04 01020304", "6982"},
    {"00D201F4 04 01020304", "6982"},
    {"00E200F0 04 01020304", "6982"},
    {"00B201F4 03", "610F4F 9000"},
};
SCRIPT(test_record__conditions, "demo", SIM_T1, conditions)

static const struct step proprietary_classes[] = {
    {"80A4020C 02 0003", "9000"},
    {"80B20002 00", "01 52 65 63 6F 72 64 20 6F 6E 65 00 00 00 00 00 9000"},
    {"80B20002 10", "02 52 65 63 6F 72 64 20 74 77 6F 00 00 00 00 00 9000"},
    {"90B20003 00", "01 52 65 63 6F 72 64 20 6F 6E 65 00 00 00 00 00 9000"},
    {"90B20003 00", "6A83"},
    {"A0B20002 00", "6E00"},
};
SCRIPT(test_record__proprietary_classes, "demo", SIM_T1, proprietary_classes)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record__read_by_number),
        cmocka_unit_test(test_record__read_in_turn),
        cmocka_unit_test(test_record__read_by_identifier),
        cmocka_unit_test(test_record__read_many),
        cmocka_unit_test(test_record__long_records),
        cmocka_unit_test(test_record__short_identifier),
        cmocka_unit_test(test_record__update),
        cmocka_unit_test(test_record__update_variable),
        cmocka_unit_test(test_record__write_sets_bits),
        cmocka_unit_test(test_record__append),
        cmocka_unit_test(test_record__cyclic),
        cmocka_unit_test(test_record__empty_file),
        cmocka_unit_test(test_record__conditions),
        cmocka_unit_test(test_record__proprietary_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

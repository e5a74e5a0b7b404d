/* CREATE FILE: each kind of file, who may, what is there already, and how much room there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step transparent[] = {
    {"00E00000 10 620E 80020014 820101 83023001 8801A0", "9000"},
    {"00B00000 00", "0000000000000000000000000000000000000000 9000"}, /* it is the current one */
    {"00D60002 02 ABCD", "9000"},
    {"00B09400 04", "0000ABCD 9000"}, /* short identifier 20 */
    {"00A4000C", "9000"},
    {"00A40204 02 3001 00",
     "62 18 80 02 00 14 82 02 01 41 83 02 30 01 88 01 A0 8A 01 05 8C 04 07 00 00 00 9000"},
    {"power", "3B828031FE45534D96"},
    {"00B09402 02", "ABCD 9000"}, /* it stays */
    {"00D00002 02 0F00", "9000"}, /* WRITE: OR */
    {"00B00002 02", "AFCD 9000"},
};
SCRIPT(test_creation__transparent, "small", SIM_T1, transparent)

static const struct step records[] = {
    /* Linear fixed: 4 bytes, the number from the size */
    {"00E00000 13 6211 80020010 8204 42210004 83023002 8801A8", "9000"},
    {"00B20104 00", "6A83"},
    {"00E20000 04 01020304", "9000"},
    {"00E20000 03 010203", "6700"},
    {"00DC0104 04 0A0B0C0D", "9000"},
    {"00E20000 04 11121314", "9000"},
    {"00E20000 04 21222324", "9000"},
    {"00E20000 04 31323334", "9000"},
    {"00E20000 04 41424344", "6A84"},
    {"00B20104 00", "0A0B0C0D 9000"},
    {"00A40204 02 3002 00",
     "62 1B 80 02 00 10 82 05 02 21 00 04 04 83 02 30 02 88 01 A8 8A 01 05 8C 04 07 00 00 00 9000"},
    /* Linear variable: up to 300 bytes, 2 records */
    {"00E00000 0F 620D 8205 0441012C02 83023003 8800", "9000"},
    {"00E20000 02 AABB", "9000"},
    {"00E20000 01 CC", "9000"},
    {"00E20000 01 DD", "6A84"},
    {"00B20105 00", "AABBCC 9000"},
    {"00A40204 02 3003 00",
     "62 18 80 02 02 58 82 05 04 41 01 2C 02 83 02 30 03 8A 01 05 8C 04 07 00 00 00 9000"},
    /* Cyclic: a record size of one byte, and both sizes */
    {"00E00000 0F 620D 80020006 8203 464102 83023004", "9000"},
    {"00E20000 02 0101", "9000"},
    {"00E20000 02 0202", "9000"},
    {"00E20000 02 0303", "9000"},
    {"00E20000 02 0404", "9000"},
    {"00B20105 00", "040403030202 9000"},
    /* The number of records in two bytes, total size instead of size */
    {"00E00000 12 6210 81020008 8206 024100020004 83023005", "9000"},
    {"00E20000 02 0101", "9000"},
};
SCRIPT(test_creation__records, "small", SIM_T1, records)

static const struct step directories[] = {
    {"00E00000 12 6210 820138 83024001 8407 F0000000000001", "9000"},
    {"00E00000 0D 620B 80020002 820101 83020001", "9000"}, /* in the new one */
    {"00D60000 02 1234", "9000"},
    {"00E00000 09 6207 820178 83024002", "9000"},
    {"00A40304 00", "62 19 82 01 38 83 02 40 01 84 07 F0 00 00 00 00 00 01 8A 01 05 8C 04 07 00 00 00 9000"},
    {"00A4000C", "9000"},
    {"00A4040C 07 F0000000000001", "9000"},
    {"00B08100 00", "1234 9000"}, /* without tag 88 the short identifier is in the identifier */
    {"00A4080C 04 40014002", "9000"},
    {"00A4000C 00", "9000"},
    /* A name is enough, the card gives an identifier */
    {"00E00000 08 6206 820138 8401F1", "9000"},
    {"00A40404 01 F1 00", "62 13 82 01 38 83 02 DF 00 84 01 F1 8A 01 05 8C 04 07 00 00 00 9000"},
    {"00E00000 08 6206 820138 8401F2", "9000"}, /* unlike that of the directory above */
    {"00A40404 01 F2 00", "62 13 82 01 38 83 02 DF 01 84 01 F2 8A 01 05 8C 04 07 00 00 00 9000"},
};
SCRIPT(test_creation__directories, "small", SIM_T1, directories)

static const struct step exists[] = {
    {"00E00000 0D 620B 80020002 820101 83021001", "6A89"},
    {"00E00000 0D 620B 80020002 820101 83022001", "6A89"},
    {"00E00000 09 6207 820138 83021001", "6A89"},
    {"00E00000 0C 620A 820138 83024001 8401A0", "9000"},   /* the beginning of a name is another one */
    {"00E00000 0D 620B 80020002 820101 83024001", "6A89"}, /* the directory itself */
    {"00E00000 0F 620D 820138 83024002 8404A0000002", "6A8A"},
    {"00A4000C", "9000"},
    {"00E00000 0E 620C 820138 83024002 8403A00000", "6A8A"},
    {"00E00000 10 620E 80020002 820101 83023001 880108", "6A89"}, /* the short identifier */
    {"00E00000 0D 620B 80020002 820101 83023001", "9000"},
    {"00A40204 02 3001 00",
     "62 15 80 02 00 02 82 02 01 41 83 02 30 01 8A 01 05 8C 04 07 00 00 00 9000"}, /* 1 is another's */
};
SCRIPT(test_creation__exists, "small", SIM_T1, exists)

/* The MF lets anybody create, DF 2001 whoever has shown PIN 81, DF 2002 nobody. What is made follows it. */
static const struct step access_of_directory[] = {
    {"00A4010C 02 2002", "9000"},
    {"00E00000 0D 620B 80020002 820101 83023001", "6982"},
    {"00E00000 09 6207 820138 83024001", "6982"},
    {"00A4080C 02 2001", "9000"},
    {"00E00000 0D 620B 80020002 820101 83023002", "6982"},
    {"00200081 04 30303030", "9000"},
    {"00E00000 0D 620B 80020002 820101 83023002", "9000"},
    {"00B08200 00", "0000 9000"},
    {"00A40004 02 3002 00",
     "62 18 80 02 00 02 82 02 01 41 83 02 30 02 88 01 10 8A 01 05 8C 04 07 10 10 10 9000"},
    {"00E00000 09 6207 820138 83024001", "9000"},
    {"00E00000 0D 620B 80020002 820101 83023003", "9000"},
    {"0020FF81", "9000"},
    {"00B08300 00", "6982"},
    {"00D60000 01 00", "6982"},
    {"00040000", "6982"},
    {"00E00000 0D 620B 80020002 820101 83023004", "6982"},
};
SCRIPT(test_creation__access_of_directory, "small", SIM_T1, access_of_directory)

/* Security attributes in the compact format. */
static const struct step access_by_attributes[] = {
    /* READ: PIN 01, UPDATE: PIN 02 and key 02, WRITE: never, DELETE by default */
    {"00E00000 12 6210 800101 820101 83023001 8C0407FFB211", "9000"},
    {"00B00000 00", "6982"},
    {"00D60000 01 00", "6982"},
    {"00200001 04 31323334", "9000"},
    {"00B00000 00", "00 9000"},
    {"00200002 08 34333231FFFFFFFF", "9000"},
    {"00D60000 01 00", "6982"},
    {"00D00000 01 00", "6982"},
    {"00040000", "9000"}, /* by default whoever could create */
    {"00440000", "9000"},
    {"00A40204 02 3001 00", "62 15 80 02 00 01 82 02 01 41 83 02 30 01 8A 01 05 8C 04 07 FF B0 10 9000"},
    {"00E40000", "9000"},
    /* all seven: DELETE and READ never, ACTIVATE PIN 01, TERMINATE, DEACTIVATE, WRITE, UPDATE always */
    {"00E00000 16 6214 800101 820101 83023001 8C087FFF001100 0000FF", "9000"},
    {"00B00000 00", "6982"},
    {"00D60000 01 00", "9000"},
    {"00D00000 01 00", "9000"},
    {"00040000", "9000"},
    {"00440000", "9000"}, /* PIN 01 is still verified */
    {"0020FF01", "9000"},
    {"00440000", "6982"},
    {"00E40000", "6982"},
    /* a directory: nobody creates DFs, DELETE of what is in it never */
    {"00E00000 0E 620C 820138 83024001 8C0305FFFF", "9000"},
    {"00E00000 09 6207 820138 83024002", "6982"},
    {"00E00000 10 620E 800101 820101 83020001 8C0240FF", "9000"}, /* DELETE never */
    {"00E40000", "6982"},
    {"00A4080C 02 2001", "9000"},
    {"00200081 04 30303030", "9000"},
    /* READ: the nearest PIN, UPDATE: PIN 02, which only the card has */
    {"00E00000 11 620F 800101 820101 83023002 8C03031210", "9000"},
    {"0020FF02", "9000"},
    {"00B00000 00", "00 9000"},
    {"00D60000 01 00", "6982"},
    {"00200002 08 34333231FFFFFFFF", "9000"},
    {"00D60000 01 00", "9000"},
    {"0020FF81", "9000"},
    {"00B00000 00", "6982"},
};
SCRIPT(test_creation__access_by_attributes, "small", SIM_T1, access_by_attributes)

static const struct step attributes_refused[] = {
    {"00E00000 0F 620D 800101 820101 83023001 8C0101", "6A80"},     /* a bit without its condition */
    {"00E00000 11 620F 800101 820101 83023001 8C03010000", "6A80"}, /* a condition without its bit */
    {"00E00000 10 620E 800101 820101 83023001 8C028100", "6A80"},   /* the proprietary form */
    {"00E00000 0E 620C 800101 820101 83023001 8C00", "6A80"},       /* nothing */
    {"00E00000 10 620E 800101 820101 83023001 8C020150", "6A80"},   /* secure messaging */
    {"00E00000 10 620E 800101 820101 83023001 8C02011F", "6A80"},   /* a reserved environment */
    {"00E00000 10 620E 800101 820101 83023001 8C020101", "6A80"},   /* of nothing */
    {"00E00000 10 620E 800101 820101 83023001 8C020114", "6A80"},   /* there is no PIN 04 */
    {"00E00000 10 620E 800101 820101 83023001 8C020124", "6A80"},   /* no key 04 */
    {"00E00000 10 620E 800101 820101 83023001 8C020133", "9000"},   /* PIN 03 or key 03 */
    {"00E40000", "9000"},
    {"00E00000 11 620F 800101 820101 83023001 8B032F0601", "6A80"}, /* what this card does not have */
    {"00E00000 0F 620D 800101 820101 83023001 8601FF", "6A80"},
    {"00E00000 0E 620C 800101 820101 83023001 AB00", "6A80"},
    {"00A4020C 02 3001", "6A82"},
};
SCRIPT(test_creation__attributes_refused, "small", SIM_T1, attributes_refused)

static const struct step life_cycle[] = {
    {"00E00000 0F 620D 800101 820101 83023001 8A0104", "9000"},
    {"00B00000 00", "6985"},
    {"00440000", "9000"},
    {"00B00000 00", "00 9000"},
    {"00A4000C", "9000"},
    {"00E00000 0F 620D 800101 820101 83023002 8A0107", "9000"},
    {"00B00000 00", "00 9000"},
    {"00A4000C", "9000"},
    {"00E00000 0F 620D 800101 820101 83023003 8A0101", "9000"}, /* made and activated in one */
    {"00B00000 00", "00 9000"},
    {"00E00000 0F 620D 800101 820101 83023004 8A010C", "6A80"}, /* terminated */
    {"00E00000 0F 620D 800101 820101 83023004 8A0100", "6A80"},
    {"00E00000 0E 620C 800101 820101 83023004 8A00", "6A80"},
};
SCRIPT(test_creation__life_cycle, "small", SIM_T1, life_cycle)

/* WRITE is an AND where the data coding byte asks for it. */
static const struct step data_coding[] = {
    {"00E00000 0D 620B 800102 82020161 83023001", "9000"},
    {"00A40004 02 3001 00", "62 15 80 02 00 02 82 02 01 61 83 02 30 01 8A 01 05 8C 04 07 00 00 00 9000"},
    {"00D60000 02 F0FF", "9000"},
    {"00D00000 02 3C0F", "9000"},
    {"00B00000 00", "300F 9000"},
    {"00D10000 06 540101 530109", "9000"},
    {"00B00001 00", "09 9000"},
    {"00E00000 0D 620B 82050261000202 83023002", "9000"},
    {"00E20000 02 F0FF", "9000"},
    {"00D20104 02 3C0F", "9000"},
    {"00B20104 00", "300F 9000"},
};
SCRIPT(test_creation__data_coding, "small", SIM_T1, data_coding)

/* The card has room for 1000 bytes more. */
static const struct step room[] = {
    {"00E00000 0D 620B 800203E9 820101 83023001", "6A84"},
    {"00E00000 0F 620D 8004FFFFFFFF 820101 83023001", "6A84"},
    {"00E00000 0D 620B 800203E8 820101 83023001", "9000"},
    {"00E00000 0C 620A 800101 820101 83023002", "6A84"},
    {"00E00000 09 6207 820138 83024001", "9000"}, /* a directory takes none */
    {"00A4000C", "9000"},
    {"00E40000 02 3001", "9000"},
    {"00E00000 0D 620B 820504410100 04 83023002", "6A84"}, /* 4 * 256 */
    {"00E00000 0D 620B 820504410100 03 83023002", "9000"},
    {"00E00000 0C 620A 8001E9 820101 83023003", "6A84"},
    {"00E00000 0C 620A 8001E8 820101 83023003", "9000"},
};
SCRIPT(test_creation__room, "small", SIM_T1, room)

static const struct step command_itself[] = {
    {"00E00000", "6700"},
    {"00E00000 00", "6700"},
    {"00E00100 0C 620A 800101 820101 83023001", "6A86"},
    {"00E00001 0C 620A 800101 820101 83023001", "6A86"},
    {"00E00000 0D 620A 800101 820101 83023001 00", "9000"}, /* padding is not taken for an object */
    {"00E00000 0C 640A 800101 820101 83023002", "6A80"},
    {"00E00000 0C 6F0A 800101 820101 83023002", "9000"},    /* as OpenSC has it */
    {"00E00000 0C 620A 800101 820101 83023003 00", "9000"}, /* an Le is let pass */
};
SCRIPT(test_creation__command_itself, "small", SIM_T1, command_itself)

/* In a UICC a directory with a name is an application, whose identifier nobody else may have. */
#define UICC_MF(memory) "62 1B 82 02 7821 83 02 3F00 A5 09 80 01 71 83 04 " memory " 8A 01 05 C6 03 90 01 00"
static const struct step application[] = {
    {"00A40004 02 3F00 00", UICC_MF("00010000") "9000"},
    {"00E00000 0C 620A 800101 820141 83027FFF", "6A80"},
    {"00E00000 09 6207 820178 83027FFF", "6A80"},
    {"00E00000 0F 620D 820178 83022002 8404A0000002", "9000"},
    {"00E00000 0C 620A 800101 820141 83021001", "9000"},
    {"00A40004 02 3F00 00", UICC_MF("0000FFFF") "9000"}, /* the file has taken a byte */
    {"00A4080C 04 7FFF1001", "9000"},
    {"00B00000 00", "00 9000"},
};
SCRIPT(test_creation__application, "uicc", SIM_T1, application)

/* Over T=0 the command is case 3; a chain puts its parts together. */
static const struct step t0[] = {
    {"00E00000 10 620E 80020014 820101 83023001 8801A0", "9000"},
    {"00D60000 02 ABCD", "9000"},
    {"00B09400 02", "ABCD 9000"},
    {"10E00000 05 620F800200", "9000"},
    {"10E00000 05 1482010183", "9000"},
    {"00E00000 07 023002 8A010200", "6A80"},
    {"10E00000 05 620B800200", "9000"},
    {"00E00000 08 1482010183023002", "9000"},
    {"00B08000 01", "6A86"},
    {"00B00000 14", "0000000000000000000000000000000000000000 9000"},
    {"00E00000 00", "6700"},
};
SCRIPT(test_creation__t0, "small", SIM_T0, t0)

static void create_directory(struct sim_card *card, unsigned id, const char *expect) {
    char send[100];
    const struct step step = {send, expect};
    snprintf(send, sizeof send, "00E00000 09 6207 820138 8302%04X", id);
    script_run(card, SIM_T1, &step, 1);
}

/* No deeper than an image may nest its directories, so that whoever walks the tree can rely on it. */
static void test_creation__depth(void **state) {
    (void)state;
    const struct step file[] = {{"00E00000 0C 620A 800101 820101 8302500A", "6A84"}};
    struct sim_card *card = script_card("small");
    for (unsigned depth = 2; depth <= 9; depth++)
        create_directory(card, 0x5000 + depth, "9000");
    create_directory(card, 0x500A, "6A84");
    script_run(card, SIM_T1, STEPS(file));
    sim_card_destroy(card);
}

/* No more files than an image may have; what is deleted makes room. */
static void test_creation__number_of_files(void **state) {
    (void)state;
    struct sim_card *card = script_card("small");
    const struct step up[] = {{"00A4000C", "9000"}};
    const struct step delete[] = {{"00E40000 02 5000", "9000"}};
    for (unsigned i = 0; i < 512 - 17; i++) {
        script_run(card, SIM_T1, STEPS(up));
        create_directory(card, 0x5000 + i, "9000");
    }
    script_run(card, SIM_T1, STEPS(up));
    create_directory(card, 0x6000, "6A84");
    script_run(card, SIM_T1, STEPS(delete));
    create_directory(card, 0x6000, "9000");
    create_directory(card, 0x6001, "6A84");
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_creation__transparent),
        cmocka_unit_test(test_creation__records),
        cmocka_unit_test(test_creation__directories),
        cmocka_unit_test(test_creation__exists),
        cmocka_unit_test(test_creation__access_of_directory),
        cmocka_unit_test(test_creation__access_by_attributes),
        cmocka_unit_test(test_creation__attributes_refused),
        cmocka_unit_test(test_creation__life_cycle),
        cmocka_unit_test(test_creation__data_coding),
        cmocka_unit_test(test_creation__room),
        cmocka_unit_test(test_creation__command_itself),
        cmocka_unit_test(test_creation__application),
        cmocka_unit_test(test_creation__t0),
        cmocka_unit_test(test_creation__depth),
        cmocka_unit_test(test_creation__number_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

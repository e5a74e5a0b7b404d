/* The images that come with the library hold what docs/card-image.md tells of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"
#include "icc/image/builtin.h"

static const struct step demo_files[] = {
    {"00A40404 00", "62 19 82 01 38 83 02 3F 00 84 07 F0 53 43 41 52 44 00 8A 01 05 8C 04 07 00 00 FF 9000"},
    {"00A40404 07 F0534341524400 00",
     "62 19 82 01 38 83 02 3F 00 84 07 F0534341524400 8A 01 05 8C 04 07 00 00 FF 9000"},
    {"00B201F4 00", "61 0F 4F 07 F0534341524401 50 04 46696C65 9000"},
    {"00B202F4 00", "61 10 4F 07 F0534341524402 50 05 5661756C74 9000"},
    {"00B08200 00", "5A 0A 89490000000000000001 9000"},
    {"00B08100 04", "00000001 9000"},
    {"00B07FFC 04", "3FFE 3FFF 9000"},
    {"00B07FFF 01", "FF 9000"},
    {"00D68110 02 BEEF", "9000"},
    {"00B0810E 06", "0007 BEEF 0009 9000"},
    {"00B08300 18", "48656C6C6F2066726F6D207468652064656D6F2063617264 9000"},
    {"00D68300 01 68", "9000"},
    {"00B20324 00", "03 5265636F7264207468726565000000 9000"},
    {"00B20624 00", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 9000"},
    {"00B20724 00", "6A83"},
    {"00E20020 10 07070707070707070707070707070707", "9000"},
    {"00B2012C 00", "73686F7274 9000"},
    {"00B2022C 00", "6120736F6D6577686174206C6F6E676572207265636F7264 9000"},
    {"00B20134 00", "0300000000000003 9000"},
    {"00B20334 00", "0100000000000001 9000"},
    {"00B20434 00", "6A83"},
    {"00B08900 00", "6982"},
};
SCRIPT(test_images__demo_files, "demo", SIM_T1, demo_files)

static const struct step demo_secrets[] = {
    {"00B08700 00", "6982"},
    {"00200001 04 31323334", "9000"},
    {"00B08700 06", "50494E203031 9000"},
    {"00D68700 01 70", "9000"},
    {"00200002 08 3234363830FFFFFF", "9000"},
    {"00B08800 00", "6982"},
    {"00D08800 01 FF", "9000"},
    {"00880003 10 00112233445566778899AABBCCDDEEFF 00", "8EA2B7CA516745BFEAFC49904B496089 9000"},
    {"00CA0101 00", "...9000"},
    {"00DA0102 02 6F6B", "9000"},
    {"00CA0102 00", "6F6B 9000"},
    {"00CA0103 15", "526561642061667465722050494E203031 9000"},
    {"00CA5F50 00", "...64656D6F2D63617264 9000"},
    {"00CA7F66 00", "02030100000203010000 9000"},
    {"80A4040C 07 F0534341524402", "9000"},
    {"90200081 04 30303030", "9000"},
    {"00B08100 1C", "4C6F63616C2050494E203831206F70656E7320746869732066696C65 9000"},
    {"00CA0101 00", "546865207661756C742773206F776E206F626A656374 9000"},
    {"002C0001 0C 3132333435363738 31323334", "9000"},
};
SCRIPT(test_images__demo_secrets, "demo", SIM_T1, demo_secrets)

static const struct step demo_directories[] = {
    {"00A4040C 07 F0534341524401", "9000"},     {"00A4090C 04 DF110111", "9000"},
    {"00B00000 09", "4465657020646F776E 9000"}, {"00A4080C 04 DF010101", "9000"},
    {"00B00000 06", "412066696C65 9000"},
};
SCRIPT(test_images__demo_directories, "demo", SIM_T0, demo_directories)

/* What the demo card lets programs make, delete and reset. */
static const struct step demo_management[] = {
    {"00E00000 0F 620D 80020800 820101 83023001 8800", "9000"},
    {"00E40000", "9000"},
    {"00A4020C 02 0002", "9000"},
    {"00E40000", "6982"}, /* its own files stay */
    {"00A4010C 02 DF01", "9000"},
    {"00E00000 0C 620A 800108 820101 83020102", "9000"},
    {"00A4010C 02 DF11", "9000"},
    {"00E00000 0C 620A 800108 820101 83020102", "6982"},
    {"00A4080C 02 DF02", "9000"},
    {"00E40000", "6982"},
    {"00E00000 0C 620A 800108 820101 83020202", "6982"},
    {"00200081 04 30303030", "9000"},
    {"00E00000 0C 620A 800108 820101 83020202", "9000"},
    {"00B08200 08", "0000000000000000 9000"},
    {"00200001 04 30303030", "63C2"},
    {"002C0301", "6982"},
    {"00200002 08 3234363830FFFFFF", "9000"},
    {"002C0301", "9000"},
    {"00200001 00", "63C3"},
    {"002C0201 04 35363738", "9000"},
    {"00200001 04 35363738", "9000"},
};
SCRIPT(test_images__demo_management, "demo", SIM_T0, demo_management)

static const struct step app[] = {
    {"00A4040C 06 F05353504150", "9000"}, /* the first of three by the part they share */
    {"00B08100 10", "4572696B61204D75737465726D616E6E 9000"},
    {"00A40402 06 F05353504150", "9000"},
    {"00B08100 00", "00001000 9000"},
    {"00A40402 06 F05353504150", "9000"},
    {"00B2010C 00", "4C4F59414C545931 9000"},
    {"00A40402 06 F05353504150", "6A82"},
    {"00A40400 08 F053535041505001 00",
     "6F 24 82 01 38 83 02 AD F1 84 08 F053535041505001 8A 01 05 8C 04 07 FF FF FF 50 08 4964656E74697479 9000"},
    {"00B08200 00", "6982"},
    {"00200081 06 313233343536", "9000"},
    {"00B08200 0F", "626F726E20313937302D30312D3031 9000"},
    {"00CA5F20 00", "4D55535445524D414E4E3C3C4552494B41 9000"},
    {"00CA0066 00", "6170702D636172642031 9000"},
    {"00A4040C 08 F053535041505002", "9000"},
    {"00D68100 04 00002000", "6982"},
    {"00B20114 00", "6F70656E656400000000000000000000 9000"},
    {"00B201F4 00", "6A82"}, /* EF.DIR lies in the MF */
};
SCRIPT(test_images__app, "app", SIM_T1, app)

/* Each has a line in the table of the document. */
static void test_images__are_all_documented(void **state) {
    (void)state;
    static char document[64 * 1024];
    FILE *file = fopen(SIM_DOCUMENT, "rb");
    assert_non_null(file);
    const size_t size = fread(document, 1, sizeof document - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_true(size > 0 && size < sizeof document - 1);
    for (const struct builtin_image *image = sim_builtin_images; image->name; image++) {
        char line[64];
        (void)snprintf(line, sizeof line, "\n| `%s` ", image->name);
        if (!strstr(document, line))
            fail_msg("%s does not speak of %s", SIM_DOCUMENT, image->name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_images__demo_files),
        cmocka_unit_test(test_images__demo_secrets),
        cmocka_unit_test(test_images__demo_directories),
        cmocka_unit_test(test_images__demo_management),
        cmocka_unit_test(test_images__app),
        cmocka_unit_test(test_images__are_all_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

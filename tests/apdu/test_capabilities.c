/* Card capabilities in ATRs: found, absent, cut off, and what they say of extended lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/capabilities.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_of_atr__table(void **state) {
    (void)state;
    static const struct {
        const char *what;
        uint8_t atr[16];
        size_t size;
        struct capabilities expected;
        enum capabilities_extended extended;
    } rows[] = {
        {"three tables",
         {0x3B, 0x05, 0x80, 0x73, 0xF7, 0x41, 0xC0},
         7,
         {3, {0xF7, 0x41, 0xC0}},
         CAPABILITIES_EXTENDED},
        {"short ones only",
         {0x3B, 0x05, 0x80, 0x73, 0xF7, 0x41, 0x80},
         7,
         {3, {0xF7, 0x41, 0x80}},
         CAPABILITIES_SHORT_ONLY},
        {"two tables", {0x3B, 0x04, 0x80, 0x72, 0xF7, 0x41}, 6, {2, {0xF7, 0x41}}, CAPABILITIES_SILENT},
        {"behind another object",
         {0x3B, 0x07, 0x80, 0x31, 0xE0, 0x73, 0x01, 0x02, 0x40},
         9,
         {3, {0x01, 0x02, 0x40}},
         CAPABILITIES_EXTENDED},
        {"before a status indicator",
         {0x3B, 0x08, 0x00, 0x73, 0x01, 0x02, 0x40, 0x05, 0x90, 0x00},
         10,
         {3, {0x01, 0x02, 0x40}},
         CAPABILITIES_EXTENDED},
        {"the status indicator is none",
         {0x3B, 0x05, 0x00, 0x72, 0x73, 0x01, 0x02},
         7,
         {0, {0}},
         CAPABILITIES_SILENT},
        {"another category", {0x3B, 0x05, 0x81, 0x73, 0x01, 0x02, 0x40}, 7, {0, {0}}, CAPABILITIES_SILENT},
        {"cut off", {0x3B, 0x04, 0x80, 0x73, 0x01, 0x02}, 6, {0, {0}}, CAPABILITIES_SILENT},
        {"four tables", {0x3B, 0x06, 0x80, 0x74, 0x01, 0x02, 0x40, 0x00}, 8, {0, {0}}, CAPABILITIES_SILENT},
        {"only a status indicator", {0x3B, 0x02, 0x00, 0x05}, 4, {0, {0}}, CAPABILITIES_SILENT},
        {"no historical bytes", {0x3B, 0x00}, 2, {0, {0}}, CAPABILITIES_SILENT},
        {"no ATR", {0x3A, 0x00}, 2, {0, {0}}, CAPABILITIES_SILENT},
        {"nothing", {0}, 0, {0, {0}}, CAPABILITIES_SILENT},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct capabilities found = capabilities_of_atr(rows[i].atr, rows[i].size);
        if (found.size != rows[i].expected.size || memcmp(&found, &rows[i].expected, sizeof found) != 0)
            fail_msg("%s", rows[i].what);
        assert_int_equal(capabilities_extended(&found), rows[i].extended);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_of_atr__table)};
    return cmocka_run_group_tests_name("apdu_capabilities", tests, NULL, NULL);
}

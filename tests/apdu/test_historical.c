/* Historical bytes in words: each object of ISO/IEC 7816-4 §8.1.1, good and malformed, by tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/historical.h"
#include "telling.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct row {
    uint8_t bytes[15];
    uint8_t size;
    const char *text;
};

static void check(const struct row *row) {
    struct telling telling = {.size = 0};
    const struct meaning_visitor visitor = {telling_add, &telling};
    historical_visit(&visitor, row->bytes, row->size);
    assert_string_equal(telling.text, row->text);
    assert_int_equal(telling.size, row->size);
    assert_memory_equal(telling.bytes, row->bytes, row->size);
}

#define COMPACT "category=80: COMPACT-TLV data objects\n"
#define STATUS "category=00: data objects, then a status indicator in the last three bytes\n"

static void test_tell__categories(void **state) {
    (void)state;
    static const struct row rows[] = {
        {{0}, 0, ""},
        {{0x80}, 1, COMPACT},
        {{0x00}, 1, STATUS},
        {{0x00, 0x05, 0x90}, 3, STATUS "status indicator=0590: cut off\n"},
        {{0x00, 0x05, 0x90, 0x00},
         4,
         STATUS "status indicator=059000: operational state, activated, status word 9000: success\n"},
        {{0x00, 0x12, 0x23, 0x3F, 0x00, 0x00, 0x00},
         7,
         STATUS "country code=12233F: 233 of ISO 3166-1\n"
                "status indicator=000000: no information on the life cycle, status word not indicated\n"},
        {{0x10}, 1, "category=10: a DIR data reference\n"},
        {{0x10, 0x1E},
         2,
         "category=10: a DIR data reference\nDIR data reference=1E: where EF.DIR is found\n"},
        {{0x10, 0x1E, 0x00},
         3,
         "category=10: a DIR data reference\nDIR data reference=1E00: longer than its one byte\n"},
        {{0x81, 0x41}, 2, "historical bytes=8141: of a reserved category\n"},
        {{0x8F}, 1, "historical bytes=8F: of a reserved category\n"},
        {{0x90, 0x41}, 2, "historical bytes=9041: proprietary\n"},
        {{'J', 'C', 'O', 'P'}, 4, "historical bytes=4A434F50: proprietary, \"JCOP\"\n"},
        {{'J'}, 1, "historical bytes=4A: proprietary\n"},
        {{'J', 0x7F}, 2, "historical bytes=4A7F: proprietary\n"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i)
        check(&rows[i]);
}

static void test_tell__objects(void **state) {
    (void)state;
    static const struct row rows[] = {
        {{0x80, 0x00}, 2, COMPACT "reserved data object=00: 0 bytes\n"},
        {{0x80, 0xA1, 0x01}, 3, COMPACT "reserved data object=A101: 1 byte\n"},
        {{0x80, 0x12, 0x27, 0x6F}, 4, COMPACT "country code=12276F: 276 of ISO 3166-1\n"},
        {{0x80, 0x12, 0x00, 0xF6}, 4, COMPACT "country code=1200F6: not the three digits of ISO 3166-1\n"},
        {{0x80, 0x11, 0x27}, 3, COMPACT "country code=1127: not the three digits of ISO 3166-1\n"},
        {{0x80, 0x24, 0x67, 0x28, 0x90, 0x0F},
         6,
         COMPACT "issuer identification number=246728900F: 6728900\n"},
        {{0x80, 0x21, 0xFF}, 3, COMPACT "issuer identification number=21FF: 1 byte\n"},
        {{0x80, 0x41, 0x20}, 3, COMPACT "initial access data=4120: 1 byte\n"},
        {{0x80, 0x53, 'e', 'I', 'D'}, 5, COMPACT "card issuer's data=53654944: \"eID\"\n"},
        {{0x80, 0x52, 0x01, 0x02}, 4, COMPACT "card issuer's data=520102: 2 bytes\n"},
        {{0x80, 0x62, 0x11, 0x04}, 4, COMPACT "pre-issuing data=621104: 2 bytes\n"},
        {{0x80, 0xF2, 0xA0, 0x00}, 4, COMPACT "application identifier=F2A000: 2 bytes\n"},
        {{0x80, 0x81, 0x05}, 3, COMPACT "status indicator=8105: operational state, activated\n"},
        {{0x80, 0x82, 0x90, 0x00}, 4, COMPACT "status indicator=829000: status word 9000: success\n"},
        {{0x80, 0x83, 0x03, 0x00, 0x00},
         5,
         COMPACT "status indicator=83030000: initialisation state, status word not indicated\n"},
        {{0x80, 0x80}, 2, COMPACT "status indicator=80: of a length that is not defined\n"},
        {{0x80, 0x84, 0, 0, 0, 0},
         6,
         COMPACT "status indicator=8400000000: of a length that is not defined\n"},
        {{0x80, 0x73, 0x84},
         3,
         COMPACT "data object cut off=7384: announces 3 bytes, of which 1 are there\n"},
        {{0x80, 0x51}, 2, COMPACT "data object cut off=51: announces 1 byte, of which 0 are there\n"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i)
        check(&rows[i]);
}

static void test_tell__life_cycle(void **state) {
    (void)state;
    static const char *const words[256] = {[0] = "no information on the life cycle",
                                           [1] = "creation state",
                                           [2] = "reserved life cycle status",
                                           [3] = "initialisation state",
                                           [4] = "operational state, deactivated",
                                           [5] = "operational state, activated",
                                           [6] = "operational state, deactivated",
                                           [7] = "operational state, activated",
                                           [8] = "reserved life cycle status",
                                           [11] = "reserved life cycle status",
                                           [12] = "termination state",
                                           [15] = "termination state",
                                           [16] = "proprietary life cycle status",
                                           [255] = "proprietary life cycle status"};
    for (size_t i = 0; i < COUNT(words); ++i) {
        struct row row = {{0x80, 0x81, (uint8_t)i}, 3, NULL};
        char text[128];
        (void)snprintf(text, sizeof text, COMPACT "status indicator=81%02X: %s\n", (unsigned)i,
                       words[i] ? words[i] : "");
        row.text = text;
        if (words[i])
            check(&row);
    }
}

static void test_tell__services(void **state) {
    (void)state;
    static const struct row rows[] = {
        {{0x80, 0x31, 0x00}, 3, COMPACT "card service data=3100: an MF\n"},
        {{0x80, 0x31, 0x81},
         3,
         COMPACT "card service data=3181: application selection by full DF name, no MF\n"},
        {{0x80, 0x31, 0x60},
         3,
         COMPACT "card service data=3160: application selection by partial DF name, data objects in EF.DIR, "
                 "read by READ RECORD, an MF\n"},
        {{0x80, 0x31, 0x14},
         3,
         COMPACT "card service data=3114: data objects in EF.ATR, read by GET DATA, an MF\n"},
        {{0x80, 0x31, 0x18},
         3,
         COMPACT "card service data=3118: data objects in EF.ATR, read by READ BINARY, an MF\n"},
        {{0x80, 0x31, 0x1E},
         3,
         COMPACT "card service data=311E: data objects in EF.ATR, read in a way that is reserved, an MF\n"},
        {{0x80, 0x32, 0, 0}, 4, COMPACT "card service data=320000: of a length that is not defined\n"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i)
        check(&rows[i]);
}

static void test_tell__capabilities(void **state) {
    (void)state;
    static const struct row rows[] = {
        {{0x80, 0x70}, 2, COMPACT "card capabilities=70: of a length that is not defined\n"},
        {{0x80, 0x74, 0, 0, 0, 0},
         6,
         COMPACT "card capabilities=7400000000: of a length that is not defined\n"},
        {{0x80, 0x71, 0x00}, 3, COMPACT "card capabilities=7100: none\n"},
        {{0x80, 0x71, 0xFF},
         3,
         COMPACT
         "card capabilities=71FF: DF by full name, DF by partial name, DF by path, DF by file identifier, "
         "implicit DF, short EF identifiers, record numbers, record identifiers\n"},
        {{0x80, 0x72, 0x00, 0x00},
         4,
         COMPACT "card capabilities=720000: write once, data units of half a byte\n"},
        {{0x80, 0x72, 0x00, 0xD2},
         4,
         COMPACT "card capabilities=7200D2: EFs of TLV structure, write OR, FF may begin a BER-TLV tag, "
                 "data units of 2 bytes\n"},
        {{0x80, 0x72, 0x00, 0x6F},
         4,
         COMPACT "card capabilities=72006F: write AND, data units of 16384 bytes\n"},
        {{0x80, 0x73, 0x00, 0x21, 0xE0},
         5,
         COMPACT "card capabilities=730021E0: proprietary write, data units of 1 byte, command chaining, "
                 "extended Lc and Le, limits of length in EF.ATR, no logical channels\n"},
        {{0x80, 0x73, 0x00, 0x01, 0x08},
         5,
         COMPACT
         "card capabilities=73000108: write once, data units of 1 byte, 1 logical channel, chosen by the "
         "interface device\n"},
        {{0x80, 0x73, 0x00, 0x01, 0x13},
         5,
         COMPACT
         "card capabilities=73000113: write once, data units of 1 byte, 4 logical channels, chosen by the "
         "card\n"},
        {{0x80, 0x73, 0x00, 0x01, 0x1F},
         5,
         COMPACT
         "card capabilities=7300011F: write once, data units of 1 byte, 8 logical channels or more, chosen "
         "by either side\n"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i)
        check(&rows[i]);
}

/* The longest line there can be is told whole. */
static void test_tell__everything_at_once(void **state) {
    (void)state;
    check(&(const struct row){
        {0x80, 0x73, 0xFF, 0xDF, 0xFF},
        5,
        COMPACT
        "card capabilities=73FFDFFF: DF by full name, DF by partial name, DF by path, DF by file identifier, "
        "implicit DF, short EF identifiers, record numbers, record identifiers, EFs of TLV structure, write "
        "OR, FF may begin a BER-TLV tag, data units of 16384 bytes, command chaining, extended Lc and Le, "
        "limits of length in EF.ATR, 8 logical channels or more, chosen by either side\n"});
}

static void test_tell__storage_cards(void **state) {
    (void)state;
    static const struct {
        uint8_t standard;
        uint16_t card;
        const char *standard_text, *card_text;
    } rows[] = {
        {0x00, 0x0000, "no standard named", "a card that PC/SC part 3 does not name"},
        {0x03, 0x0001, "ISO/IEC 14443 A, part 3", "MIFARE Classic 1K"},
        {0x04, 0x0002, "a reserved standard", "MIFARE Classic 4K"},
        {0x07, 0x0006, "ISO/IEC 14443 B, part 3", "SR176"},
        {0x0B, 0x0014, "ISO 15693, part 3", "ICODE SLI"},
        {0x11, 0x003B, "FeliCa", "FeliCa"},
        {0x12, 0x0100, "a reserved standard", "a card that PC/SC part 3 does not name"},
        {0x40, 0xF003, "low frequency contactless", "a card that PC/SC part 3 does not name"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct row row = {{0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, rows[i].standard,
                           (uint8_t)(rows[i].card >> 8), (uint8_t)rows[i].card},
                          15,
                          NULL};
        char text[512];
        (void)snprintf(text, sizeof text,
                       COMPACT
                       "application identifier=4F0CA000000306: PC/SC workgroup, a storage card in a "
                       "contactless reader\nstandard=%02X: %s\ncard name=%04X: %s\nreserved=00000000: for "
                       "future use\n",
                       rows[i].standard, rows[i].standard_text, rows[i].card, rows[i].card_text);
        row.text = text;
        check(&row);
    }
    /* Shorter: not that. */
    check(&(const struct row){{0x80, 0x4F, 0x0C, 0xA0},
                              4,
                              COMPACT
                              "data object cut off=4F0CA0: announces 15 bytes, of which 2 are there\n"});
}

/* Whatever the bytes: each is told once and in order. */
static void test_tell__every_byte_once(void **state) {
    (void)state;
    uint32_t random = 1;
    for (unsigned round = 0; round < 20000; ++round) {
        uint8_t bytes[15];
        for (size_t i = 0; i < sizeof bytes; ++i) {
            random = random * 1664525u + 1013904223u;
            bytes[i] = (uint8_t)(random >> 24);
        }
        if (round % 2)
            bytes[0] = round % 4 == 1 ? 0x80 : 0x00;
        const size_t size = round % 16;
        struct telling telling = {.size = 0};
        const struct meaning_visitor visitor = {telling_add, &telling};
        historical_visit(&visitor, bytes, size);
        assert_int_equal(telling.size, size);
        assert_memory_equal(telling.bytes, bytes, size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tell__categories),    cmocka_unit_test(test_tell__objects),
        cmocka_unit_test(test_tell__life_cycle),    cmocka_unit_test(test_tell__services),
        cmocka_unit_test(test_tell__capabilities),  cmocka_unit_test(test_tell__everything_at_once),
        cmocka_unit_test(test_tell__storage_cards), cmocka_unit_test(test_tell__every_byte_once),
    };
    return cmocka_run_group_tests_name("apdu_historical", tests, NULL, NULL);
}

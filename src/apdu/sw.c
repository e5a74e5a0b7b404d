/*
 * The tables of status words, one for each family of cards, and which class of command speaks of which. In a
 * table the first row that fits wins: single words stand before their families, rows of one instruction
 * before the rest.
 */
#include "apdu/sw.h"

#include <stdbool.h>
#include <stdio.h>

#include "apdu/apdu.h"

/* What the bits outside the mask count. */
enum parameter { NONE, BYTES, BYTES_AVAILABLE, TRIES, RETRIES };

struct row {
    uint16_t sw;
    uint16_t mask;
    enum parameter parameter;
    const char *meaning;
    const uint8_t *instructions; /* ending with 00, where the word has this meaning; NULL: any */
};

static const uint8_t authenticate[] = {0x88, 0x89, 0};    /* TS 31.102 7.1 */
static const uint8_t suspend_uicc[] = {0x76, 0};          /* TS 102 221 11.1.22 */
static const uint8_t external_authenticate[] = {0x82, 0}; /* GlobalPlatform Card Specification 2.3, D.4.2 */
static const uint8_t get_status[] = {0xF2, 0};            /* GlobalPlatform Card Specification 2.3, 11.4 */
static const uint8_t load_keys[] = {0x82, 0};             /* PC/SC part 3, 3.2.2.1.4 */
static const uint8_t general_authenticate[] = {0x86, 0x88,
                                               0}; /* PC/SC part 3, 3.2.2.1.6; 88: its obsolete form */
static const uint8_t storage[] = {0xB0, 0xD6, 0};  /* PC/SC part 3, 3.2.2.1.8 and .9 */
static const uint8_t writing[] = {0x0E, 0x0F, 0x32, 0xD0, 0xD1, 0xD2, 0xD6,
                                  0xD7, 0xDA, 0xDB, 0xDC, 0xDD, 0xE2, 0};

/* ISO/IEC 7816-4 §5.6, tables 5 and 6. */
static const struct row iso[] = {
    {0x9000, 0xFFFF, NONE, "success", NULL},
    {0x6100, 0xFF00, BYTES_AVAILABLE, "success", NULL},
    {0x6200, 0xFFFF, NONE, "warning, state unchanged", NULL},
    {0x6281, 0xFFFF, NONE, "part of the returned data may be corrupted", NULL},
    {0x6282, 0xFFFF, NONE, "end of file or record reached before Ne bytes, or search without success", NULL},
    {0x6283, 0xFFFF, NONE, "selected file deactivated", NULL},
    {0x6284, 0xFFFF, NONE, "control information not formatted as asked for", NULL},
    {0x6285, 0xFFFF, NONE, "selected file in termination state", NULL},
    {0x6286, 0xFFFF, NONE, "no input data available from a sensor on the card", NULL},
    {0x6287, 0xFFFF, NONE, "at least one of the referenced records is deactivated", NULL},
    {0x6200, 0xFF00, NONE, "warning, state unchanged", NULL},
    {0x6300, 0xFFFF, NONE, "warning, state changed", NULL},
    {0x6381, 0xFFFF, NONE, "file filled up by the last write", NULL},
    {0x63C0, 0xFFF0, RETRIES, "success after internal retries", writing},
    {0x63C0, 0xFFF0, TRIES, "verification failed", NULL},
    {0x6300, 0xFF00, NONE, "warning, state changed", NULL},
    {0x6400, 0xFFFF, NONE, "execution error, state unchanged", NULL},
    {0x6401, 0xFFFF, NONE, "immediate response required by the card", NULL},
    {0x6481, 0xFFFF, NONE, "logical channel shared access denied", NULL},
    {0x6482, 0xFFFF, NONE, "logical channel opening denied", NULL},
    {0x6400, 0xFF00, NONE, "execution error, state unchanged", NULL},
    {0x6500, 0xFFFF, NONE, "execution error, state changed", NULL},
    {0x6581, 0xFFFF, NONE, "memory failure", NULL},
    {0x6500, 0xFF00, NONE, "execution error, state changed", NULL},
    {0x6600, 0xFF00, NONE, "security-related issue", NULL},
    {0x6700, 0xFFFF, NONE, "wrong length", NULL},
    {0x6701, 0xFFFF, NONE, "command APDU format not compliant with the standard", NULL},
    {0x6702, 0xFFFF, NONE, "value of Lc is not the one expected", NULL},
    {0x6700, 0xFF00, NONE, "wrong length", NULL},
    {0x6881, 0xFFFF, NONE, "logical channel not supported", NULL},
    {0x6882, 0xFFFF, NONE, "secure messaging not supported", NULL},
    {0x6883, 0xFFFF, NONE, "last command of the chain expected", NULL},
    {0x6884, 0xFFFF, NONE, "command chaining not supported", NULL},
    {0x6800, 0xFF00, NONE, "function in the class byte not supported", NULL},
    {0x6981, 0xFFFF, NONE, "command incompatible with the file structure", NULL},
    {0x6982, 0xFFFF, NONE, "security status not satisfied", NULL},
    {0x6983, 0xFFFF, NONE, "authentication method blocked", NULL},
    {0x6984, 0xFFFF, NONE, "reference data not usable", NULL},
    {0x6985, 0xFFFF, NONE, "conditions of use not satisfied", NULL},
    {0x6986, 0xFFFF, NONE, "command not allowed, no current EF", NULL},
    {0x6987, 0xFFFF, NONE, "expected secure messaging data objects missing", NULL},
    {0x6988, 0xFFFF, NONE, "incorrect secure messaging data objects", NULL},
    {0x6900, 0xFF00, NONE, "command not allowed", NULL},
    {0x6A80, 0xFFFF, NONE, "incorrect parameters in the command data", NULL},
    {0x6A81, 0xFFFF, NONE, "function not supported", NULL},
    {0x6A82, 0xFFFF, NONE, "file or application not found", NULL},
    {0x6A83, 0xFFFF, NONE, "record not found", NULL},
    {0x6A84, 0xFFFF, NONE, "not enough memory space in the file", NULL},
    {0x6A85, 0xFFFF, NONE, "Nc inconsistent with the TLV structure", NULL},
    {0x6A86, 0xFFFF, NONE, "incorrect parameters P1-P2", NULL},
    {0x6A87, 0xFFFF, NONE, "Nc inconsistent with P1-P2", NULL},
    {0x6A88, 0xFFFF, NONE, "referenced data or reference data not found", NULL},
    {0x6A89, 0xFFFF, NONE, "file already exists", NULL},
    {0x6A8A, 0xFFFF, NONE, "DF name already exists", NULL},
    {0x6A00, 0xFF00, NONE, "wrong parameters P1-P2", NULL},
    {0x6B00, 0xFF00, NONE, "wrong parameters P1-P2", NULL},
    {0x6C00, 0xFF00, BYTES_AVAILABLE, "wrong Le", NULL},
    {0x6D00, 0xFF00, NONE, "instruction code not supported or invalid", NULL},
    {0x6E00, 0xFF00, NONE, "class not supported", NULL},
    {0x6F00, 0xFF00, NONE, "no precise diagnosis", NULL},
};

/* TS 51.011 9.4 (GSM 11.11), class A0. */
static const struct row gsm[] = {
    {0x9100, 0xFF00, BYTES, "success, proactive command waiting (GSM)", NULL},
    {0x9200, 0xFFF0, RETRIES, "success after internal retries (GSM)", NULL},
    {0x9240, 0xFFFF, NONE, "memory problem (GSM)", NULL},
    {0x9300, 0xFFFF, NONE, "SIM application toolkit is busy; not now, other commands are allowed (GSM)",
     NULL},
    {0x9400, 0xFFFF, NONE, "no EF selected (GSM)", NULL},
    {0x9402, 0xFFFF, NONE, "out of range, invalid address (GSM)", NULL},
    {0x9404, 0xFFFF, NONE, "file or pattern not found (GSM)", NULL},
    {0x9408, 0xFFFF, NONE, "file inconsistent with the command (GSM)", NULL},
    {0x9802, 0xFFFF, NONE, "no CHV initialised (GSM)", NULL},
    {0x9804, 0xFFFF, NONE, "access condition not fulfilled or verification failed with tries left (GSM)",
     NULL},
    {0x9808, 0xFFFF, NONE, "in contradiction with the CHV status (GSM)", NULL},
    {0x9810, 0xFFFF, NONE, "in contradiction with the invalidation status (GSM)", NULL},
    {0x9840, 0xFFFF, NONE, "verification failed, no tries left, or CHV blocked (GSM)", NULL},
    {0x9850, 0xFFFF, NONE, "increase not possible, maximum reached (GSM)", NULL},
    {0x9E00, 0xFF00, BYTES, "SIM data download error (GSM)", NULL},
    {0x9F00, 0xFF00, BYTES_AVAILABLE, "success (GSM)", NULL},
};

/* TS 102 221 10.2.1, and what TS 31.102 7.3.1 and TS 31.103 add for AUTHENTICATE. */
static const struct row uicc[] = {
    {0x62F1, 0xFFFF, NONE, "more data available (UICC)", NULL},
    {0x62F2, 0xFFFF, NONE, "more data available, proactive command waiting (UICC)", NULL},
    {0x62F3, 0xFFFF, NONE, "response data available (UICC)", NULL},
    {0x63F1, 0xFFFF, NONE, "more data expected (UICC)", NULL},
    {0x63F2, 0xFFFF, NONE, "more data expected, proactive command waiting (UICC)", NULL},
    {0x6989, 0xFFFF, NONE, "secure channel: security status not satisfied (UICC)", NULL},
    {0x9100, 0xFF00, BYTES, "success, proactive command waiting (UICC)", NULL},
    {0x9200, 0xFF00, NONE, "success, a data transfer session goes on (UICC)", NULL},
    {0x9300, 0xFFFF, NONE, "SIM application toolkit is busy; not now, other commands are allowed (UICC)",
     NULL},
    {0x9850, 0xFFFF, NONE, "increase not possible, maximum reached (UICC)", NULL},
    {0x9862, 0xFFFF, NONE, "authentication error, incorrect MAC (UICC)", authenticate},
    {0x9862, 0xFFFF, NONE, "authentication error, application specific, such as an incorrect MAC (UICC)",
     NULL},
    {0x9863, 0xFFFF, NONE, "security session or association expired (UICC)", NULL},
    {0x9864, 0xFFFF, NONE, "authentication error, security context not supported (UICC)", authenticate},
    {0x9864, 0xFFFF, NONE, "minimum suspension time too long (UICC)", suspend_uicc},
    {0x9864, 0xFFFF, NONE, "security context not supported, or minimum suspension time too long (UICC)",
     NULL},
    {0x9865, 0xFFFF, NONE, "key freshness failure (UICC)", NULL},
    {0x9866, 0xFFFF, NONE, "authentication error, no memory space available (UICC)", NULL},
    {0x9867, 0xFFFF, NONE, "authentication error, no memory space available in EF_MUK (UICC)", NULL},
};

/* GlobalPlatform Card Specification 2.3, 11.1.3 table 11-10, and what single commands add. */
static const struct row globalplatform[] = {
    {0x6300, 0xFFFF, NONE, "authentication of the host cryptogram failed (GlobalPlatform)",
     external_authenticate},
    {0x6310, 0xFFFF, NONE, "more data available (GlobalPlatform)", get_status},
    {0x9484, 0xFFFF, NONE, "algorithm not supported (GlobalPlatform)", NULL},
    {0x9485, 0xFFFF, NONE, "invalid key check value (GlobalPlatform)", NULL},
};

/* MIFARE DESFire: native status bytes wrapped as 91xx in class 90 (EV1 to EV3 and NTAG 424 DNA alike). */
static const struct row desfire[] = {
    {0x9100, 0xFFFF, NONE, "success (DESFire)", NULL},
    {0x910C, 0xFFFF, NONE, "no changes to commit (DESFire)", NULL},
    {0x910E, 0xFFFF, NONE, "not enough memory on the card (DESFire)", NULL},
    {0x911C, 0xFFFF, NONE, "command not supported (DESFire)", NULL},
    {0x911E, 0xFFFF, NONE, "CRC, MAC or padding wrong (DESFire)", NULL},
    {0x9140, 0xFFFF, NONE, "no such key (DESFire)", NULL},
    {0x917E, 0xFFFF, NONE, "wrong length (DESFire)", NULL},
    {0x9197, 0xFFFF, NONE, "cryptographic error (DESFire)", NULL},
    {0x919D, 0xFFFF, NONE, "permission denied (DESFire)", NULL},
    {0x919E, 0xFFFF, NONE, "wrong parameter (DESFire)", NULL},
    {0x91A0, 0xFFFF, NONE, "application not found (DESFire)", NULL},
    {0x91A1, 0xFFFF, NONE, "application integrity error, it is disabled (DESFire)", NULL},
    {0x91AD, 0xFFFF, NONE, "authentication delayed, try again (DESFire)", NULL},
    {0x91AE, 0xFFFF, NONE, "authentication error (DESFire)", NULL},
    {0x91AF, 0xFFFF, NONE, "additional frame expected (DESFire)", NULL},
    {0x91BE, 0xFFFF, NONE, "beyond the limits of the file or record (DESFire)", NULL},
    {0x91C1, 0xFFFF, NONE, "card integrity error, it is disabled (DESFire)", NULL},
    {0x91CA, 0xFFFF, NONE, "command aborted, the one before is not complete (DESFire)", NULL},
    {0x91CD, 0xFFFF, NONE, "card disabled (DESFire)", NULL},
    {0x91CE, 0xFFFF, NONE, "too many applications (DESFire)", NULL},
    {0x91DE, 0xFFFF, NONE, "file or application exists already (DESFire)", NULL},
    {0x91EE, 0xFFFF, NONE, "memory failure (DESFire)", NULL},
    {0x91F0, 0xFFFF, NONE, "file not found (DESFire)", NULL},
    {0x91F1, 0xFFFF, NONE, "file integrity error, it is disabled (DESFire)", NULL},
    {0x9100, 0xFF00, NONE, "status without a known meaning (DESFire)", NULL},
};

/* PC/SC part 3, 3.2.2.1: readers speak for storage cards, class FF. */
static const struct row pcsc[] = {
    {0x6982, 0xFFFF, NONE, "card key not supported (PC/SC)", load_keys},
    {0x6983, 0xFFFF, NONE, "reader key not supported (PC/SC)", load_keys},
    {0x6984, 0xFFFF, NONE, "plain transmission not supported (PC/SC)", load_keys},
    {0x6985, 0xFFFF, NONE, "secured transmission not supported (PC/SC)", load_keys},
    {0x6986, 0xFFFF, NONE, "volatile memory not available (PC/SC)", load_keys},
    {0x6987, 0xFFFF, NONE, "non-volatile memory not available (PC/SC)", load_keys},
    {0x6988, 0xFFFF, NONE, "key number not valid (PC/SC)", load_keys},
    {0x6989, 0xFFFF, NONE, "key length not correct (PC/SC)", load_keys},
    {0x6983, 0xFFFF, NONE, "authentication cannot be done (PC/SC)", general_authenticate},
    {0x6984, 0xFFFF, NONE, "reference key not usable (PC/SC)", general_authenticate},
    {0x6986, 0xFFFF, NONE, "key type not known (PC/SC)", general_authenticate},
    {0x6988, 0xFFFF, NONE, "key number not valid (PC/SC)", general_authenticate},
    {0x6A82, 0xFFFF, NONE, "addressed block or byte does not exist (PC/SC)", storage},
};

/* Words of which the class of the command decides, where that is not known. */
static const struct row undecided[] = {
    {0x9100, 0xFF00, NONE, "by the command's class: success of UICC or GSM, or a status of DESFire", NULL},
    {0x9240, 0xFFFF, NONE, "by the command's class: success of UICC, or memory problem of GSM", NULL},
    {0x9200, 0xFF00, NONE, "by the command's class: success of UICC or GSM", NULL},
};

struct table {
    const struct row *rows;
    size_t count;
};

#define TABLE(rows)                                                                                          \
    { rows, sizeof(rows) / sizeof(rows)[0] }
#define TABLES_MAX 5

/* Which tables count for which classes, in this order; the first row that fits wins. */
struct tongue {
    uint8_t first, last; /* class */
    struct table tables[TABLES_MAX];
};

static const struct tongue tongues[] = {
    {0x00, 0x7F, {TABLE(uicc), TABLE(iso)}}, /* interindustry: TS 102 221 10.1.1 has 0x, 4x, 6x */
    {0x80, 0x8F, {TABLE(uicc), TABLE(globalplatform), TABLE(iso)}},
    {0x90, 0x90, {TABLE(desfire), TABLE(iso)}},
    {0xA0, 0xA0, {TABLE(gsm), TABLE(iso)}},
    {0xC0, 0xCF, {TABLE(uicc), TABLE(globalplatform), TABLE(iso)}},
    {0xE0, 0xEF, {TABLE(uicc), TABLE(globalplatform), TABLE(iso)}},
    {0xFF, 0xFF, {TABLE(pcsc), TABLE(iso)}},
    {0x00, 0xFF, {TABLE(iso)}},
};

static const struct tongue without_class = {
    0x00, 0xFF, {TABLE(undecided), TABLE(iso), TABLE(uicc), TABLE(gsm), TABLE(globalplatform)}};

/* 6202..6280 and 6402..6480: the card asks to be asked (7816-4:2005 §8.6.1); SW2 is the size of its query. */
static const struct row triggering = {0, 0xFF00, BYTES, "the card has a query for the terminal", NULL};

static const struct row unknown = {0, 0xFFFF, NONE, "status word without a standard meaning", NULL};

static bool row_fits(const struct row *row, const uint8_t *command, uint16_t sw) {
    if ((sw & row->mask) != row->sw)
        return false;
    const uint8_t *ins = row->instructions;
    while (ins && command && *ins && *ins != command[1])
        ++ins;
    return !ins || (command && *ins);
}

static const struct row *row_find(const uint8_t *command, size_t size, uint16_t sw) {
    const unsigned sw1 = sw >> 8, sw2 = sw & 0xFFu;
    if ((sw1 == 0x62 || sw1 == 0x64) && sw2 >= 0x02 && sw2 <= 0x80)
        return &triggering;
    if (size < APDU_HEADER)
        command = NULL;
    const struct tongue *tongue = command ? tongues : &without_class;
    while (command && (command[0] < tongue->first || command[0] > tongue->last))
        ++tongue;
    for (size_t i = 0; i < TABLES_MAX; ++i)
        for (size_t j = 0; j < tongue->tables[i].count; ++j)
            if (row_fits(&tongue->tables[i].rows[j], command, sw))
                return &tongue->tables[i].rows[j];
    return &unknown;
}

size_t sw_format(const uint8_t *command, size_t size, uint16_t sw, char *out, size_t room) {
    const struct row *row = row_find(command, size, sw);
    unsigned count = sw & ~(unsigned)row->mask & 0xFFu;
    if (row->parameter == BYTES_AVAILABLE && count == 0)
        count = 256;
    const char *one = "", *many = "";
    switch (row->parameter) {
    case NONE:
        return (size_t)snprintf(out, room, "%04X: %s", sw, row->meaning);
    case BYTES:
        one = "byte";
        many = "bytes";
        break;
    case BYTES_AVAILABLE:
        one = "byte available";
        many = "bytes available";
        break;
    case TRIES:
        one = "try left";
        many = "tries left";
        break;
    case RETRIES:
        one = "retry";
        many = "retries";
        break;
    }
    return (size_t)snprintf(out, room, "%04X: %s, %u %s", sw, row->meaning, count, count == 1 ? one : many);
}

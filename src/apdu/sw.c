/* The table of status words. The first row that fits wins: single words stand before their families. */
#include "apdu/sw.h"

#include <stdio.h>

/* What the bits outside the mask count. */
enum parameter { NONE, BYTES, BYTES_AVAILABLE, TRIES, RETRIES };

struct row {
    uint16_t sw;
    uint16_t mask;
    enum parameter parameter;
    const char *meaning;
};

static const struct row rows[] = {
    {0x9000, 0xFFFF, NONE, "success"},
    {0x6100, 0xFF00, BYTES_AVAILABLE, "success"},
    {0x6200, 0xFFFF, NONE, "warning, state unchanged"},
    {0x6281, 0xFFFF, NONE, "part of the returned data may be corrupted"},
    {0x6282, 0xFFFF, NONE, "end of file or record reached before Ne bytes, or search without success"},
    {0x6283, 0xFFFF, NONE, "selected file deactivated"},
    {0x6284, 0xFFFF, NONE, "control information not formatted as asked for"},
    {0x6285, 0xFFFF, NONE, "selected file in termination state"},
    {0x6286, 0xFFFF, NONE, "no input data available from a sensor on the card"},
    {0x6287, 0xFFFF, NONE, "at least one of the referenced records is deactivated"},
    {0x6200, 0xFF00, NONE, "warning, state unchanged"},
    {0x6300, 0xFFFF, NONE, "warning, state changed"},
    {0x6381, 0xFFFF, NONE, "file filled up by the last write"},
    {0x63C0, 0xFFF0, TRIES, "verification failed"},
    {0x6300, 0xFF00, NONE, "warning, state changed"},
    {0x6400, 0xFFFF, NONE, "execution error, state unchanged"},
    {0x6401, 0xFFFF, NONE, "immediate response required by the card"},
    {0x6481, 0xFFFF, NONE, "logical channel shared access denied"},
    {0x6482, 0xFFFF, NONE, "logical channel opening denied"},
    {0x6400, 0xFF00, NONE, "execution error, state unchanged"},
    {0x6500, 0xFFFF, NONE, "execution error, state changed"},
    {0x6581, 0xFFFF, NONE, "memory failure"},
    {0x6500, 0xFF00, NONE, "execution error, state changed"},
    {0x6600, 0xFF00, NONE, "security-related issue"},
    {0x6700, 0xFFFF, NONE, "wrong length"},
    {0x6701, 0xFFFF, NONE, "command APDU format not compliant with the standard"},
    {0x6702, 0xFFFF, NONE, "value of Lc is not the one expected"},
    {0x6700, 0xFF00, NONE, "wrong length"},
    {0x6881, 0xFFFF, NONE, "logical channel not supported"},
    {0x6882, 0xFFFF, NONE, "secure messaging not supported"},
    {0x6883, 0xFFFF, NONE, "last command of the chain expected"},
    {0x6884, 0xFFFF, NONE, "command chaining not supported"},
    {0x6800, 0xFF00, NONE, "function in the class byte not supported"},
    {0x6981, 0xFFFF, NONE, "command incompatible with the file structure"},
    {0x6982, 0xFFFF, NONE, "security status not satisfied"},
    {0x6983, 0xFFFF, NONE, "authentication method blocked"},
    {0x6984, 0xFFFF, NONE, "reference data not usable"},
    {0x6985, 0xFFFF, NONE, "conditions of use not satisfied"},
    {0x6986, 0xFFFF, NONE, "command not allowed, no current EF"},
    {0x6987, 0xFFFF, NONE, "expected secure messaging data objects missing"},
    {0x6988, 0xFFFF, NONE, "incorrect secure messaging data objects"},
    {0x6900, 0xFF00, NONE, "command not allowed"},
    {0x6A80, 0xFFFF, NONE, "incorrect parameters in the command data"},
    {0x6A81, 0xFFFF, NONE, "function not supported"},
    {0x6A82, 0xFFFF, NONE, "file or application not found"},
    {0x6A83, 0xFFFF, NONE, "record not found"},
    {0x6A84, 0xFFFF, NONE, "not enough memory space in the file"},
    {0x6A85, 0xFFFF, NONE, "Nc inconsistent with the TLV structure"},
    {0x6A86, 0xFFFF, NONE, "incorrect parameters P1-P2"},
    {0x6A87, 0xFFFF, NONE, "Nc inconsistent with P1-P2"},
    {0x6A88, 0xFFFF, NONE, "referenced data or reference data not found"},
    {0x6A89, 0xFFFF, NONE, "file already exists"},
    {0x6A8A, 0xFFFF, NONE, "DF name already exists"},
    {0x6A00, 0xFF00, NONE, "wrong parameters P1-P2"},
    {0x6B00, 0xFF00, NONE, "wrong parameters P1-P2"},
    {0x6C00, 0xFF00, BYTES_AVAILABLE, "wrong Le"},
    {0x6D00, 0xFF00, NONE, "instruction code not supported or invalid"},
    {0x6E00, 0xFF00, NONE, "class not supported"},
    {0x6F00, 0xFF00, NONE, "no precise diagnosis"},
    {0x9100, 0xFF00, BYTES, "success, proactive command waiting (GSM)"},
    {0x9200, 0xFFF0, RETRIES, "success after internal retries (GSM)"},
    {0x9240, 0xFFFF, NONE, "memory problem (GSM)"},
    {0x9400, 0xFFFF, NONE, "no EF selected (GSM)"},
    {0x9402, 0xFFFF, NONE, "out of range, invalid address (GSM)"},
    {0x9404, 0xFFFF, NONE, "file or pattern not found (GSM)"},
    {0x9408, 0xFFFF, NONE, "file inconsistent with the command (GSM)"},
    {0x9802, 0xFFFF, NONE, "no CHV initialised (GSM)"},
    {0x9804, 0xFFFF, NONE, "access condition not fulfilled or verification failed with tries left (GSM)"},
    {0x9808, 0xFFFF, NONE, "in contradiction with the CHV status (GSM)"},
    {0x9810, 0xFFFF, NONE, "in contradiction with the invalidation status (GSM)"},
    {0x9840, 0xFFFF, NONE, "verification failed, no tries left, or CHV blocked (GSM)"},
    {0x9850, 0xFFFF, NONE, "increase not possible, maximum reached (GSM)"},
    {0x9E00, 0xFF00, BYTES, "SIM data download error (GSM)"},
    {0x9F00, 0xFF00, BYTES_AVAILABLE, "success (GSM)"},
};

/* 6202..6280 and 6402..6480: the card asks to be asked (7816-4:2005 §8.6.1); SW2 is the size of its query. */
static const struct row triggering = {0, 0xFF00, BYTES, "the card has a query for the terminal"};

static const struct row unknown = {0, 0xFFFF, NONE, "status word without a standard meaning"};

static const struct row *row_find(uint16_t sw) {
    const unsigned sw1 = sw >> 8, sw2 = sw & 0xFFu;
    if ((sw1 == 0x62 || sw1 == 0x64) && sw2 >= 0x02 && sw2 <= 0x80)
        return &triggering;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        if ((sw & rows[i].mask) == rows[i].sw)
            return &rows[i];
    return &unknown;
}

const char *sw_meaning(uint16_t sw) {
    return row_find(sw)->meaning;
}

size_t sw_format(uint16_t sw, char *out, size_t room) {
    const struct row *row = row_find(sw);
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

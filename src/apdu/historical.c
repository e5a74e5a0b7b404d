/* The historical bytes of ISO/IEC 7816-4 §8.1.1 in words. Called by atrmeaning.c. */
#include "apdu/historical.h"

#include <stdbool.h>
#include <string.h>

#include "apdu/sw.h"

#define CATEGORY_STATUS 0x00      /* the last three bytes are a status indicator */
#define CATEGORY_DIR 0x10         /* one byte: DIR data reference */
#define CATEGORY_COMPACT_TLV 0x80 /* all the rest is COMPACT-TLV */
#define STATUS_SIZE 3u

/* One bit of a table of flags, told when it is set. */
struct flag {
    uint8_t bit;
    const char *text;
};

static void add_flags(struct meaning_line *line, const struct flag *flags, uint8_t value) {
    for (; flags->bit; ++flags)
        if (value & flags->bit)
            meaning_add(line, "%s", flags->text);
}

/* §5.3.3.2, table 14. */
static const char *life_cycle_text(uint8_t status) {
    if (status & 0xF0)
        return "proprietary life cycle status";
    if ((status & 0x0C) == 0x0C)
        return "termination state";
    switch (status) {
    case 0x00:
        return "no information on the life cycle";
    case 0x01:
        return "creation state";
    case 0x03:
        return "initialisation state";
    case 0x04:
    case 0x06:
        return "operational state, deactivated";
    case 0x05:
    case 0x07:
        return "operational state, activated";
    default:
        return "reserved life cycle status";
    }
}

static void add_status_word(struct meaning_line *line, const uint8_t *bytes) {
    const uint16_t sw = (uint16_t)(bytes[0] << 8 | bytes[1]);
    char text[SW_TEXT_MAX];
    sw_format(NULL, 0, sw, text, sizeof text);
    if (sw == 0)
        meaning_add(line, "status word not indicated");
    else
        meaning_add(line, "status word %s", text);
}

/* §8.1.1.3: one byte of life cycle, two of status word, or all three. */
static void tell_status(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t head,
                        size_t size) {
    struct meaning_line line = {0};
    const uint8_t *value = bytes + head;
    if (size == 1 || size == STATUS_SIZE)
        meaning_add(&line, "%s", life_cycle_text(value[0]));
    if (size == 2 || size == STATUS_SIZE)
        add_status_word(&line, value + size - 2);
    if (size == 0 || size > STATUS_SIZE)
        meaning_add(&line, "of a length that is not defined");
    meaning_part(visitor, "status indicator", bytes, head + size, "%s", line.text);
}

/* ISO 3166-1's number in three digits; further bytes are national data. Some cards put it there in binary. */
static void add_country(struct meaning_line *line, const uint8_t *value, size_t size) {
    const bool digits = size >= 2 && value[0] >> 4 <= 9 && (value[0] & 0x0F) <= 9 && value[1] >> 4 <= 9;
    if (digits)
        meaning_add(line, "%02X%X of ISO 3166-1", (unsigned)value[0], (unsigned)value[1] >> 4);
    else
        meaning_add(line, "not the three digits of ISO 3166-1");
}

/* ISO/IEC 7812-1: digits, filled up with F. */
static void add_digits(struct meaning_line *line, const uint8_t *value, size_t size) {
    char text[2 * 15 + 1];
    size_t length = 0;
    for (size_t i = 0; i < 2 * size; ++i) {
        const unsigned digit = i % 2 ? value[i / 2] & 0x0Fu : value[i / 2] >> 4;
        if (digit > 9)
            break;
        text[length++] = (char)('0' + digit);
    }
    text[length] = '\0';
    if (length)
        meaning_add(line, "%s", text);
}

/* §8.1.1.2.3, table 85. */
static void add_services(struct meaning_line *line, const uint8_t *value, size_t size) {
    static const struct flag flags[] = {{0x80, "application selection by full DF name"},
                                        {0x40, "application selection by partial DF name"},
                                        {0x20, "data objects in EF.DIR"},
                                        {0x10, "data objects in EF.ATR"},
                                        {0, NULL}};
    if (size != 1) {
        meaning_add(line, "of a length that is not defined");
        return;
    }
    add_flags(line, flags, value[0]);
    if (value[0] & 0x30) {
        static const char *const commands[8] = {[0] = "READ RECORD", [2] = "GET DATA", [4] = "READ BINARY"};
        const char *command = commands[value[0] >> 1 & 7];
        if (command)
            meaning_add(line, "read by %s", command);
        else
            meaning_add(line, "read in a way that is reserved");
    }
    meaning_add(line, value[0] & 1 ? "no MF" : "an MF");
}

/* §8.1.1.2.7, table 86. */
static void add_selection(struct meaning_line *line, uint8_t value) {
    static const struct flag flags[] = {
        {0x80, "DF by full name"},       {0x40, "DF by partial name"}, {0x20, "DF by path"},
        {0x10, "DF by file identifier"}, {0x08, "implicit DF"},        {0x04, "short EF identifiers"},
        {0x02, "record numbers"},        {0x01, "record identifiers"}, {0, NULL}};
    add_flags(line, flags, value);
}

/* Table 87; the size of a data unit counts quartets. */
static void add_coding(struct meaning_line *line, uint8_t value) {
    static const char *const writes[] = {"write once", "proprietary write", "write OR", "write AND"};
    const unsigned quartets = 1u << (value & 0x0F);
    if (value & 0x80)
        meaning_add(line, "EFs of TLV structure");
    meaning_add(line, "%s", writes[value >> 5 & 3]);
    if (value & 0x10)
        meaning_add(line, "FF may begin a BER-TLV tag");
    if (quartets == 1)
        meaning_add(line, "data units of half a byte");
    else
        meaning_add(line, "data units of %u byte%s", quartets / 2, quartets == 2 ? "" : "s");
}

/* Table 88. */
static void add_channels(struct meaning_line *line, uint8_t value) {
    static const struct flag flags[] = {{0x80, "command chaining"},
                                        {0x40, "extended Lc and Le"},
                                        {0x20, "limits of length in EF.ATR"},
                                        {0, NULL}};
    static const char *const by[] = {"", "chosen by the interface device", "chosen by the card",
                                     "chosen by either side"};
    const unsigned assigned = value >> 3 & 3, most = (value & 7u) + 1;
    add_flags(line, flags, value);
    if (assigned == 0)
        meaning_add(line, "no logical channels");
    else
        meaning_add(line, "%u logical channel%s%s, %s", most, most == 1 ? "" : "s",
                    most == 8 ? " or more" : "", by[assigned]);
}

static void add_capabilities(struct meaning_line *line, const uint8_t *value, size_t size) {
    if (size < 1 || size > 3) {
        meaning_add(line, "of a length that is not defined");
        return;
    }
    add_selection(line, value[0]);
    if (size > 1)
        add_coding(line, value[1]);
    if (size > 2)
        add_channels(line, value[2]);
    if (line->length == 0)
        meaning_add(line, "none");
}

/* What the objects are called, by tag; NULL: reserved by ISO/IEC JTC 1/SC 17. */
static const char *const object_names[16] = {
    [1] = "country code",           [2] = "issuer identification number",
    [3] = "card service data",      [4] = "initial access data",
    [5] = "card issuer's data",     [6] = "pre-issuing data",
    [7] = "card capabilities",      [8] = "status indicator",
    [15] = "application identifier"};

/* One object: `bytes` begin with its tag and length, `size` counts the value. */
static void tell_object(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size) {
    struct meaning_line line = {0};
    const unsigned tag = bytes[0] >> 4;
    const uint8_t *value = bytes + 1;
    switch (tag) {
    case 1:
        add_country(&line, value, size);
        break;
    case 2:
        add_digits(&line, value, size);
        break;
    case 3:
        add_services(&line, value, size);
        break;
    case 7:
        add_capabilities(&line, value, size);
        break;
    case 8:
        tell_status(visitor, bytes, 1, size);
        return;
    default:
        meaning_add_ascii(&line, value, size);
        break;
    }
    if (line.length == 0)
        meaning_add(&line, "%zu byte%s", size, size == 1 ? "" : "s");
    meaning_part(visitor, object_names[tag] ? object_names[tag] : "reserved data object", bytes, size + 1,
                 "%s", line.text);
}

static void tell_objects(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size) {
    for (size_t at = 0; at < size;) {
        const size_t length = bytes[at] & 0x0F;
        if (length > size - at - 1) {
            meaning_part(visitor, "data object cut off", bytes + at, size - at,
                         "announces %zu byte%s, of which %zu are there", length, length == 1 ? "" : "s",
                         size - at - 1);
            return;
        }
        tell_object(visitor, bytes + at, length);
        at += length + 1;
    }
}

/* PC/SC part 3 §3.1.3.2.3: storage cards that have no ATR of their own. */
struct storage_name {
    uint16_t number;
    const char *text;
};

static const char *storage_name(unsigned number) {
    static const struct storage_name names[] = {
        {0x0001, "MIFARE Classic 1K"},
        {0x0002, "MIFARE Classic 4K"},
        {0x0003, "MIFARE Ultralight"},
        {0x0004, "SLE55R"},
        {0x0006, "SR176"},
        {0x0007, "SRI X4K"},
        {0x0008, "AT88RF020"},
        {0x0009, "AT88SC0204CRF"},
        {0x000A, "AT88SC0808CRF"},
        {0x000B, "AT88SC1616CRF"},
        {0x000C, "AT88SC3216CRF"},
        {0x000D, "AT88SC6416CRF"},
        {0x000E, "SRF55V10P"},
        {0x000F, "SRF55V02P"},
        {0x0010, "SRF55V10S"},
        {0x0011, "SRF55V02S"},
        {0x0012, "TAG-IT"},
        {0x0013, "LRI512"},
        {0x0014, "ICODE SLI"},
        {0x0016, "I.CODE1"},
        {0x0026, "MIFARE Mini"},
        {0x002F, "Jewel"},
        {0x0030, "Topaz"},
        {0x0036, "MIFARE Plus SL1 2K"},
        {0x0037, "MIFARE Plus SL1 4K"},
        {0x0038, "MIFARE Plus SL2 2K"},
        {0x0039, "MIFARE Plus SL2 4K"},
        {0x003A, "MIFARE Ultralight C"},
        {0x003B, "FeliCa"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i)
        if (names[i].number == number)
            return names[i].text;
    return "a card that PC/SC part 3 does not name";
}

static const char *storage_standard(uint8_t standard) {
    static const char *const texts[] = {"no standard named",
                                        "ISO/IEC 14443 A, part 1",
                                        "ISO/IEC 14443 A, part 2",
                                        "ISO/IEC 14443 A, part 3",
                                        NULL,
                                        "ISO/IEC 14443 B, part 1",
                                        "ISO/IEC 14443 B, part 2",
                                        "ISO/IEC 14443 B, part 3",
                                        NULL,
                                        "ISO 15693, part 1",
                                        "ISO 15693, part 2",
                                        "ISO 15693, part 3",
                                        "ISO 15693, part 4",
                                        "contact, I2C",
                                        "contact, extended I2C",
                                        "contact, 2WBP",
                                        "contact, 3WBP",
                                        "FeliCa"};
    if (standard == 0x40)
        return "low frequency contactless";
    const char *text = standard < sizeof texts / sizeof texts[0] ? texts[standard] : NULL;
    return text ? text : "a reserved standard";
}

/*
 * 4F 0C A0 00 00 03 06 SS NN NN 00 00 00 00: an object in BER's manner, which COMPACT-TLV cannot tell from a
 * long tag 4.
 */
static bool is_storage(const uint8_t *bytes, size_t size) {
    static const uint8_t head[] = {0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06};
    return size == 14 && memcmp(bytes, head, sizeof head) == 0;
}

static void tell_storage(const struct meaning_visitor *visitor, const uint8_t *bytes) {
    meaning_part(visitor, "application identifier", bytes, 7,
                 "PC/SC workgroup, a storage card in a contactless reader");
    meaning_part(visitor, "standard", bytes + 7, 1, "%s", storage_standard(bytes[7]));
    meaning_part(visitor, "card name", bytes + 8, 2, "%s", storage_name((unsigned)bytes[8] << 8 | bytes[9]));
    meaning_part(visitor, "reserved", bytes + 10, 4, "for future use");
}

static void tell_with_status(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size) {
    meaning_part(visitor, "category", bytes, 1,
                 "data objects, then a status indicator in the last three bytes");
    if (size - 1 < STATUS_SIZE) {
        if (size > 1)
            meaning_part(visitor, "status indicator", bytes + 1, size - 1, "cut off");
        return;
    }
    tell_objects(visitor, bytes + 1, size - 1 - STATUS_SIZE);
    tell_status(visitor, bytes + size - STATUS_SIZE, 0, STATUS_SIZE);
}

static void tell_proprietary(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size) {
    struct meaning_line line = {0};
    const bool reserved = bytes[0] > CATEGORY_COMPACT_TLV && bytes[0] <= 0x8F;
    meaning_add(&line, reserved ? "of a reserved category" : "proprietary");
    meaning_add_ascii(&line, bytes, size);
    meaning_part(visitor, "historical bytes", bytes, size, "%s", line.text);
}

void historical_visit(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size) {
    if (size == 0)
        return;
    switch (bytes[0]) {
    case CATEGORY_STATUS:
        tell_with_status(visitor, bytes, size);
        break;
    case CATEGORY_DIR:
        meaning_part(visitor, "category", bytes, 1, "a DIR data reference");
        if (size > 1)
            meaning_part(visitor, "DIR data reference", bytes + 1, size - 1, "%s",
                         size == 2 ? "where EF.DIR is found" : "longer than its one byte");
        break;
    case CATEGORY_COMPACT_TLV:
        meaning_part(visitor, "category", bytes, 1, "COMPACT-TLV data objects");
        if (is_storage(bytes + 1, size - 1))
            tell_storage(visitor, bytes + 1);
        else
            tell_objects(visitor, bytes + 1, size - 1);
        break;
    default:
        tell_proprietary(visitor, bytes, size);
        break;
    }
}

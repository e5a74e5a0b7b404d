/*
 * The answer to reset of ISO/IEC 7816-3 §8 in words. Walks the bytes by itself, unlike atr_parse(), because a
 * malformed ATR is told as far as it goes. Called by the module for the tool.
 */
#include "apdu/atrmeaning.h"

#include <stdbool.h>
#include <stdio.h>

#include "apdu/historical.h"

#define TS_DIRECT 0x3B
#define TS_INVERSE 0x3F
#define T_GLOBAL 15u
#define PART_MAX 8

/* Where the walk is, and what it has met. */
struct walk {
    const struct meaning_visitor *visitor;
    const uint8_t *bytes;
    size_t size;
    size_t at;
    unsigned level;    /* i of TA(i) */
    unsigned protocol; /* T that bytes of this level belong to */
    bool tck;
};

static const char *protocol_text(unsigned t) {
    switch (t) {
    case 0:
        return "T=0 (characters)";
    case 1:
        return "T=1 (blocks)";
    case 14:
        return "T=14 (not of ISO/IEC)";
    case T_GLOBAL:
        return "T=15 (global bytes)";
    default:
        return "a reserved protocol";
    }
}

/* "TA1, TB1 and TD1 follow" for the high half of T0 and TD(i). */
static void add_following(struct meaning_line *line, unsigned y, unsigned level) {
    char text[32];
    size_t length = 0;
    for (unsigned i = 0; i < 4; ++i)
        if (y & 1u << i)
            length += (size_t)snprintf(text + length, sizeof text - length, "%sT%c%u", length ? " " : "",
                                       'A' + (int)i, level);
    meaning_add(line, length ? "%s follow%s" : "no interface bytes follow", text,
                (y & (y - 1)) == 0 ? "s" : "");
}

/* §8.3, tables 7 and 8. */
static void add_rates(struct meaning_line *line, uint8_t ta1) {
    const uint8_t bytes[] = {TS_DIRECT, 0x10, ta1};
    struct atr atr;
    atr_parse(bytes, sizeof bytes, &atr); /* the tables are there */
    if (atr.fi == 0)
        meaning_add(line, "Fi reserved");
    else
        meaning_add(line, "Fi %u", atr.fi);
    if (atr.di == 0)
        meaning_add(line, "Di reserved");
    else
        meaning_add(line, "Di %u", atr.di);
    if (atr.fi && atr.di) {
        const unsigned hundredths = (atr.fi * 100u + atr.di / 2u) / atr.di;
        if (hundredths % 100)
            meaning_add(line, "%u.%02u clock cycles per bit", hundredths / 100, hundredths % 100);
        else
            meaning_add(line, "%u clock cycles per bit", hundredths / 100);
    }
    if (atr.fmax_khz % 1000)
        meaning_add(line, "clock up to %u.%u MHz", atr.fmax_khz / 1000, atr.fmax_khz % 1000 / 100);
    else if (atr.fmax_khz)
        meaning_add(line, "clock up to %u MHz", atr.fmax_khz / 1000);
}

/* TB1: deprecated since the third edition; before, §8.3 of the second: II in bits 7 and 6, PI1 in volts. */
static void add_programming(struct meaning_line *line, uint8_t tb1) {
    static const char *const currents[] = {"25 mA", "50 mA", "a reserved current", "a reserved current"};
    const unsigned volts = tb1 & 0x1F;
    if (volts == 0)
        meaning_add(line, "Vpp is not connected");
    else if (volts >= 5 && volts <= 25)
        meaning_add(line, "Vpp %u V, up to %s", volts, currents[tb1 >> 5 & 3]);
    else
        meaning_add(line, "Vpp of a reserved value");
    meaning_add(line, "deprecated");
}

static void add_guard(struct meaning_line *line, uint8_t tc1) {
    if (tc1 == 255)
        meaning_add(line, "guard time as short as the protocol allows: 12 etu for T=0, 11 etu for T=1");
    else if (tc1 == 0)
        meaning_add(line, "no extra guard time: 12 etu from character to character");
    else
        meaning_add(line, "extra guard time N = %u: %u etu from character to character", tc1, tc1 + 12u);
}

static void add_mode(struct meaning_line *line, uint8_t ta2) {
    meaning_add(line, "specific mode, T=%u", ta2 & 0x0F);
    meaning_add(line, ta2 & 0x10 ? "parameters that the card implies" : "parameters of the interface bytes");
    meaning_add(line,
                ta2 & 0x80 ? "unable to change to negotiable mode" : "able to change to negotiable mode");
}

/* Level 1 is global; so are TA2 and TB2. TC2 belongs to T=0 whatever TD1 says (§10.2). */
static bool add_fixed(struct meaning_line *line, unsigned level, char kind, uint8_t value) {
    if (level == 1 && kind == 'A')
        add_rates(line, value);
    else if (level == 1 && kind == 'B')
        add_programming(line, value);
    else if (level == 1 && kind == 'C')
        add_guard(line, value);
    else if (level == 2 && kind == 'A')
        add_mode(line, value);
    else if (level == 2 && kind == 'B')
        meaning_add(line, "Vpp %u.%u V, deprecated", value / 10, value % 10);
    else if (level == 2 && value == 0)
        meaning_add(line, "T=0: WI 0 is reserved");
    else if (level == 2)
        meaning_add(line, "T=0: waiting time WI %u, %u x Fi clock cycles", value, 960u * value);
    return level <= 2;
}

/* §11.4. */
static void add_t1(struct meaning_line *line, char kind, uint8_t value) {
    const unsigned bwi = value >> 4, cwi = value & 0x0F;
    if (kind == 'A' && (value == 0 || value == 0xFF))
        meaning_add(line, "T=1: IFSC of a reserved value");
    else if (kind == 'A')
        meaning_add(line, "T=1: IFSC, the card takes blocks of up to %u bytes", value);
    else if (kind == 'C')
        meaning_add(line, "T=1: blocks are checked by %s%s", value & 1 ? "CRC" : "LRC",
                    value & 0xFE ? ", other bits reserved" : "");
    else if (bwi > 9)
        meaning_add(line, "T=1: BWI %u is reserved, CWI %u, %u etu", bwi, cwi, 11 + (1u << cwi));
    else
        meaning_add(line,
                    "T=1: BWI %u, block waiting time 11 etu + %u clock cycles, CWI %u, "
                    "character waiting time %u etu",
                    bwi, (960u << bwi) * 372u, cwi, 11 + (1u << cwi));
}

/* §8.3, behind T=15: clock stop and classes in TA, the use of contact C6 in TB. */
static void add_global(struct meaning_line *line, char kind, uint8_t value) {
    static const char *const stops[] = {"the clock may not stop", "the clock may stop low",
                                        "the clock may stop high", "the clock may stop low or high"};
    static const char *const classes[] = {[1] = "class A (5 V)",
                                          [2] = "class B (3 V)",
                                          [3] = "classes A and B (5 and 3 V)",
                                          [4] = "class C (1.8 V)",
                                          [6] = "classes B and C (3 and 1.8 V)",
                                          [7] = "classes A, B and C (5, 3 and 1.8 V)"};
    if (kind == 'A') {
        const unsigned y = value & 0x3F;
        meaning_add(line, "%s", stops[value >> 6]);
        meaning_add(line, "%s", y < 8 && classes[y] ? classes[y] : "reserved classes");
    } else if (kind == 'B') {
        meaning_add(line, value == 0     ? "contact C6 is not used"
                          : value & 0x80 ? "proprietary use of contact C6, or parameters of a UICC"
                                         : "reserved use of contact C6");
    } else {
        meaning_add(line, "global, reserved");
    }
}

static void tell_interface(const struct walk *walk, const char *part, char kind, const uint8_t *byte) {
    struct meaning_line line = {0};
    if (kind == 'D') {
        meaning_add(&line, "%s", protocol_text(*byte & 0x0F));
        if ((*byte & 0x0F) > 1 && (*byte & 0x0F) < 14)
            meaning_add(&line, "T=%u", *byte & 0x0F);
        add_following(&line, *byte >> 4, walk->level + 1);
    } else if (!add_fixed(&line, walk->level, kind, *byte)) {
        if (walk->protocol == 1)
            add_t1(&line, kind, *byte);
        else if (walk->protocol == T_GLOBAL)
            add_global(&line, kind, *byte);
        else
            meaning_add(&line, "T=%u: no meaning defined", walk->protocol);
    }
    meaning_part(walk->visitor, part, byte, 1, "%s", line.text);
}

/* The next byte of the chain; false, and told, when it is missing. */
static bool walk_interface(struct walk *walk, char kind) {
    char part[PART_MAX];
    snprintf(part, sizeof part, "T%c%u", kind, walk->level % 100);
    if (walk->at == walk->size) {
        meaning_part(walk->visitor, part, NULL, 0, "missing");
        return false;
    }
    tell_interface(walk, part, kind, &walk->bytes[walk->at++]);
    return true;
}

static bool walk_levels(struct walk *walk, unsigned y) {
    for (walk->level = 1; y; ++walk->level) {
        for (unsigned i = 0; i < 4; ++i)
            if ((y & 1u << i) && !walk_interface(walk, (char)('A' + (int)i)))
                return false;
        if (!(y & ATR_TD))
            break;
        const uint8_t td = walk->bytes[walk->at - 1];
        walk->protocol = td & 0x0F;
        walk->tck = walk->tck || walk->protocol != 0;
        y = td >> 4;
    }
    return true;
}

static void walk_historical(struct walk *walk, size_t count) {
    const size_t left = walk->size - walk->at;
    historical_visit(walk->visitor, walk->bytes + walk->at, count < left ? count : left);
    walk->at += count < left ? count : left;
    if (count > left)
        meaning_part(walk->visitor, "historical bytes", NULL, 0, "%zu missing", count - left);
}

static void walk_check(struct walk *walk) {
    if (!walk->tck)
        return;
    if (walk->at == walk->size) {
        meaning_part(walk->visitor, "TCK", NULL, 0, "missing");
        return;
    }
    uint8_t check = 0;
    for (size_t i = 1; i < walk->at; ++i)
        check ^= walk->bytes[i];
    const uint8_t *tck = &walk->bytes[walk->at++];
    if (*tck == check)
        meaning_part(walk->visitor, "TCK", tck, 1, "right");
    else
        meaning_part(walk->visitor, "TCK", tck, 1, "wrong, %02X would be right", check);
}

static void walk_all(struct walk *walk) {
    if (walk->size == 0)
        return;
    const uint8_t ts = walk->bytes[walk->at++];
    const char *convention = ts == TS_DIRECT    ? "direct convention"
                             : ts == TS_INVERSE ? "inverse convention"
                                                : "neither 3B (direct) nor 3F (inverse convention)";
    meaning_part(walk->visitor, "TS", walk->bytes, 1, "%s", convention);
    if (walk->size > 1 && (ts == TS_DIRECT || ts == TS_INVERSE)) {
        const uint8_t t0 = walk->bytes[walk->at++];
        struct meaning_line line = {0};
        add_following(&line, t0 >> 4, 1);
        meaning_add(&line, "%u historical byte%s", t0 & 0x0F, (t0 & 0x0F) == 1 ? "" : "s");
        meaning_part(walk->visitor, "T0", walk->bytes + 1, 1, "%s", line.text);
        if (walk_levels(walk, t0 >> 4)) {
            walk_historical(walk, t0 & 0x0F);
            walk_check(walk);
        }
    }
    if (walk->at < walk->size)
        meaning_part(walk->visitor, "surplus", walk->bytes + walk->at, walk->size - walk->at, "%zu byte%s",
                     walk->size - walk->at, walk->size - walk->at == 1 ? "" : "s");
}

static void tell_summary(const struct meaning_visitor *visitor, const struct atr *atr) {
    struct meaning_line line = {0};
    for (size_t i = 0; i < atr->protocol_count; ++i)
        meaning_add(&line, "T=%u", atr->protocols[i]);
    meaning_part(visitor, "protocols", NULL, 0, "%s", line.text);
    if (atr->specific)
        meaning_part(visitor, "mode", NULL, 0, "specific, T=%u", atr->specific_protocol);
    else
        meaning_part(visitor, "mode", NULL, 0, "negotiable, T=%u first", atr->protocols[0]);
}

enum atr_fault atrmeaning_visit(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size) {
    struct walk walk = {.visitor = visitor, .bytes = bytes, .size = size};
    struct atr atr;
    const enum atr_fault fault = atr_parse(bytes, size, &atr);
    walk_all(&walk);
    if (fault == ATR_OK)
        tell_summary(visitor, &atr);
    else
        meaning_part(visitor, "fault", NULL, 0, "%s", atr_fault_text(fault));
    return fault;
}

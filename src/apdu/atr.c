/* The answer to reset of ISO/IEC 7816-3 §8: first the chain of interface bytes, then what the bytes mean. */
#include "apdu/atr.h"

#include <string.h>

#define TS_DIRECT 0x3B
#define TS_INVERSE 0x3F
#define T_GLOBAL 15

struct scan {
    const uint8_t *bytes;
    size_t size;
    size_t at;
};

static bool scan_take(struct scan *scan, bool wanted, uint8_t *out) {
    if (!wanted)
        return true;
    if (scan->at == scan->size)
        return false;
    *out = scan->bytes[scan->at++];
    return true;
}

static void protocol_add(struct atr *atr, uint8_t t) {
    if (t != T_GLOBAL && !atr_offers(atr, t))
        atr->protocols[atr->protocol_count++] = t;
}

/* The chain T0, TA1 ... TD1, TA2 ... (§8.2.3). */
static enum atr_fault levels_parse(struct scan *scan, uint8_t y, struct atr *atr) {
    uint8_t t = 0;
    while (y) {
        /* Each level takes a byte at least, so ATR_MAX bounds their number to less than ATR_LEVELS_MAX. */
        struct atr_level *level = &atr->levels[atr->level_count++];
        level->present = y;
        level->protocol = t;
        if (!scan_take(scan, y & ATR_TA, &level->ta) || !scan_take(scan, y & ATR_TB, &level->tb) ||
            !scan_take(scan, y & ATR_TC, &level->tc) || !scan_take(scan, y & ATR_TD, &level->td))
            return ATR_CUT_INTERFACE;
        if ((y & ATR_TD) == 0)
            break;
        t = level->td & 0x0F;
        if (t == T_GLOBAL && atr->level_count == 1)
            return ATR_BAD_TD1;
        protocol_add(atr, t);
        if (t != 0)
            atr->tck_present = true;
        y = level->td >> 4;
    }
    if (atr->protocol_count == 0)
        protocol_add(atr, 0);
    return ATR_OK;
}

/* Tables 7 and 8: Fi with its highest clock, and Di; 0 where reserved. */
static void rates_set(struct atr *atr, uint8_t ta1) {
    static const uint16_t fi[16] = {372, 372, 558, 744,  1116, 1488, 1860, 0,
                                    0,   512, 768, 1024, 1536, 2048, 0,    0};
    static const uint16_t fmax[16] = {4000, 5000, 6000, 8000,  12000, 16000, 20000, 0,
                                      0,    5000, 7500, 10000, 15000, 20000, 0,     0};
    static const uint8_t di[16] = {0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0};
    atr->fi = fi[ta1 >> 4];
    atr->fmax_khz = fmax[ta1 >> 4];
    atr->di = di[ta1 & 0x0F];
}

/* Levels 1 and 2: global bytes, and TC2, which belongs to T=0 whatever TD1 says (§10.2). */
static void fixed_levels_set(struct atr *atr) {
    rates_set(atr, 0x11);
    atr->wi = 10;
    if (atr->level_count > 0) {
        const struct atr_level *first = &atr->levels[0];
        if (first->present & ATR_TA)
            rates_set(atr, first->ta);
        if (first->present & ATR_TC)
            atr->extra_guard = first->tc;
    }
    if (atr->level_count > 1) {
        const struct atr_level *second = &atr->levels[1];
        if (second->present & ATR_TA) {
            atr->specific = true;
            atr->specific_protocol = second->ta & 0x0F;
            atr->specific_changeable = (second->ta & 0x80) == 0;
            atr->specific_implicit = (second->ta & 0x10) != 0;
        }
        if (second->present & ATR_TC)
            atr->wi = second->tc;
    }
}

/* From level 3 on the first TA, TB, TC of a protocol count; T=15 qualifies global bytes (§8.3, §11.4). */
static void specific_levels_set(struct atr *atr) {
    unsigned t1_seen = 0, global_seen = 0;
    atr->ifsc = 32;
    atr->bwi = 4;
    atr->cwi = 13;
    atr->classes = ATR_CLASS_A;
    for (size_t i = 2; i < atr->level_count; ++i) {
        const struct atr_level *level = &atr->levels[i];
        if (level->protocol == 1) {
            const unsigned fresh = level->present & ~t1_seen;
            t1_seen |= fresh;
            if (fresh & ATR_TA)
                atr->ifsc = level->ta;
            if (fresh & ATR_TB) {
                atr->bwi = level->tb >> 4;
                atr->cwi = level->tb & 0x0F;
            }
            if (fresh & ATR_TC)
                atr->crc = (level->tc & 0x01) != 0;
        } else if (level->protocol == T_GLOBAL) {
            const unsigned fresh = level->present & ~global_seen;
            global_seen |= fresh;
            if (fresh & ATR_TA) {
                atr->classes = level->ta & 0x3F;
                atr->clock_stop = level->ta >> 6;
            }
        }
    }
}

static enum atr_fault tail_parse(struct scan *scan, size_t historical_size, struct atr *atr) {
    if (scan->size - scan->at < historical_size)
        return ATR_CUT_HISTORICAL;
    memcpy(atr->historical, scan->bytes + scan->at, historical_size);
    atr->historical_size = historical_size;
    scan->at += historical_size;
    if (!scan_take(scan, atr->tck_present, &atr->tck))
        return ATR_NO_TCK;
    if (scan->at != scan->size)
        return ATR_TRAILING;
    uint8_t check = 0;
    for (size_t i = 1; i < scan->size; ++i)
        check ^= scan->bytes[i];
    return atr->tck_present && check != 0 ? ATR_BAD_TCK : ATR_OK;
}

enum atr_fault atr_parse(const uint8_t *bytes, size_t size, struct atr *out) {
    if (size < 2)
        return ATR_TOO_SHORT;
    if (size > ATR_MAX)
        return ATR_TOO_LONG;
    if (bytes[0] != TS_DIRECT && bytes[0] != TS_INVERSE)
        return ATR_BAD_TS;
    struct atr atr = {.inverse = bytes[0] == TS_INVERSE};
    struct scan scan = {bytes, size, 2};
    enum atr_fault fault = levels_parse(&scan, bytes[1] >> 4, &atr);
    if (fault == ATR_OK)
        fault = tail_parse(&scan, bytes[1] & 0x0F, &atr);
    if (fault != ATR_OK)
        return fault;
    fixed_levels_set(&atr);
    specific_levels_set(&atr);
    *out = atr;
    return ATR_OK;
}

const char *atr_fault_text(enum atr_fault fault) {
    switch (fault) {
    case ATR_OK:
        return "well-formed";
    case ATR_TOO_SHORT:
        return "shorter than two bytes";
    case ATR_TOO_LONG:
        return "longer than 33 bytes";
    case ATR_BAD_TS:
        return "TS is neither 3B nor 3F";
    case ATR_BAD_TD1:
        return "TD1 names T=15, which is no protocol";
    case ATR_CUT_INTERFACE:
        return "ends within the interface bytes";
    case ATR_CUT_HISTORICAL:
        return "ends within the historical bytes";
    case ATR_NO_TCK:
        return "the check byte TCK is missing";
    case ATR_BAD_TCK:
        return "the check byte TCK is wrong";
    case ATR_TRAILING:
        return "goes on after its end";
    }
    return "unknown fault";
}

bool atr_offers(const struct atr *atr, uint8_t t) {
    for (size_t i = 0; i < atr->protocol_count; ++i)
        if (atr->protocols[i] == t)
            return true;
    return false;
}

size_t atr_build(unsigned protocols, const uint8_t *historical, size_t historical_size,
                 uint8_t out[ATR_MAX]) {
    /* TA3 TB3 behind TD2 = 31: IFSC 254; BWI 4 and CWI 5. */
    static const uint8_t t1_levels[] = {0x31, 0xFE, 0x45};
    const bool t1 = (protocols & ATR_BUILD_T1) != 0;
    if (protocols == 0 || (protocols & ~(ATR_BUILD_T0 | ATR_BUILD_T1)) ||
        historical_size > ATR_HISTORICAL_MAX)
        return 0;
    size_t size = 0;
    out[size++] = TS_DIRECT;
    out[size++] = (uint8_t)((t1 ? ATR_TD << 4 : 0) | historical_size);
    if (t1) {
        out[size++] = (protocols & ATR_BUILD_T0) ? 0x80 : 0x81;
        memcpy(out + size, t1_levels, sizeof t1_levels);
        size += sizeof t1_levels;
    }
    if (historical_size)
        memcpy(out + size, historical, historical_size);
    size += historical_size;
    if (t1) {
        uint8_t check = 0;
        for (size_t i = 1; i < size; ++i)
            check ^= out[i];
        out[size++] = check;
    }
    return size;
}

/*
 * The answer to reset: taken apart and put together, ISO/IEC 7816-3 §8. Used by the tool that explains a
 * card and by the simulated card that gives one.
 */
#ifndef SCARDSSP_APDU_ATR_H
#define SCARDSSP_APDU_ATR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sizes in bytes: the whole (§8.2.1, TS counted) and the historical bytes (K in T0). */
#define ATR_MAX 33u
#define ATR_HISTORICAL_MAX 15u
/* A chain of TDs, one byte each, that fills the ATR. */
#define ATR_LEVELS_MAX 32u

/* What is wrong with an ATR. */
enum atr_fault {
    ATR_OK = 0,
    ATR_TOO_SHORT,      /* fewer than the two bytes TS and T0 */
    ATR_TOO_LONG,       /* more than ATR_MAX bytes */
    ATR_BAD_TS,         /* the first byte is neither 3B nor 3F */
    ATR_BAD_TD1,        /* TD1 names T=15, which is no transmission protocol */
    ATR_CUT_INTERFACE,  /* ends before the last interface byte announced */
    ATR_CUT_HISTORICAL, /* ends before the last historical byte announced */
    ATR_NO_TCK,         /* offers a protocol other than T=0, but the check byte is missing */
    ATR_BAD_TCK,        /* the exclusive-or of T0 to TCK is not 00 */
    ATR_TRAILING        /* bytes after its end */
};

/* Interface bytes are told apart by these bits of Y(i), which is the high half of T0 or TD(i-1). */
#define ATR_TA 0x1u
#define ATR_TB 0x2u
#define ATR_TC 0x4u
#define ATR_TD 0x8u

/* Interface bytes of one level: TA(i), TB(i), TC(i), TD(i). Bytes that are absent are 0. */
struct atr_level {
    uint8_t present;  /* ATR_T* bits */
    uint8_t protocol; /* T of TD(i-1), which these bytes belong to; 0 on level 1, whose bytes are global */
    uint8_t ta, tb, tc, td;
};

/* Operating classes (§5.1): bits of `classes`. */
#define ATR_CLASS_A 0x1u /* 5 V */
#define ATR_CLASS_B 0x2u /* 3 V */
#define ATR_CLASS_C 0x4u /* 1.8 V */

/* An ATR taken apart. Values that it leaves out are the defaults of the standard. */
struct atr {
    bool inverse; /* TS is 3F */
    struct atr_level levels[ATR_LEVELS_MAX];
    size_t level_count; /* 0 when T0 announces no interface byte */

    /* T numbers offered, in order, each once, without T=15; [0] is the first offered. */
    uint8_t protocols[15];
    size_t protocol_count; /* 1 at least: without TD1 the card offers T=0 */

    bool specific;             /* TA2 is there: the card is in specific mode */
    uint8_t specific_protocol; /* ... and speaks this T */
    bool specific_changeable;  /* ... and can change to negotiable mode after a warm reset */
    bool specific_implicit;    /* ... with transmission parameters it does not tell */

    uint16_t fi;         /* clock rate conversion, from TA1; 0: the value is reserved */
    uint8_t di;          /* baud rate adjustment, from TA1; 0: the value is reserved */
    uint32_t fmax_khz;   /* highest clock, from TA1; 0: the value is reserved */
    uint8_t extra_guard; /* N, TC1; 255: as the protocol says (§8.3) */
    uint8_t wi;          /* T=0 waiting time integer, TC2 */
    uint8_t ifsc;        /* T=1: largest information field the card takes, in bytes */
    uint8_t bwi, cwi;    /* T=1: block and character waiting time integers */
    bool crc;            /* T=1: blocks are checked by CRC, else by LRC */
    uint8_t classes;     /* ATR_CLASS_* bits, from the first TA for T=15 */
    uint8_t clock_stop;  /* X: 0 not possible, 1 state L, 2 state H, 3 either */

    uint8_t historical[ATR_HISTORICAL_MAX];
    size_t historical_size;
    bool tck_present;
    uint8_t tck;
};

/* Takes `size` bytes apart. ATR_OK, or what is wrong with them; then *out is untouched. */
enum atr_fault atr_parse(const uint8_t *bytes, size_t size, struct atr *out);

/* One phrase for people: what is wrong. Static text, never NULL. */
const char *atr_fault_text(enum atr_fault fault);

/* Whether the card offers protocol T=`t`. */
bool atr_offers(const struct atr *atr, uint8_t t);

/* Protocols for atr_build(); the numbers are WinSCard's. */
#define ATR_BUILD_T0 0x1u
#define ATR_BUILD_T1 0x2u

/*
 * Builds an ATR in direct convention: `protocols`, a set of ATR_BUILD_*, with T=0 first where both are
 * offered (§8.2.3 wants ascending order); for T=1 an IFSC of 254 and BWI 4, CWI 5; `historical_size`
 * historical bytes (historical may be NULL when 0); TCK where §8.2.5 wants it. Returns its size in bytes, 0
 * when the set is empty or has other bits, or there are more than ATR_HISTORICAL_MAX historical bytes.
 */
size_t atr_build(unsigned protocols, const uint8_t *historical, size_t historical_size, uint8_t out[ATR_MAX]);

#endif

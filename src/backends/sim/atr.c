/* The card's answer to reset (ISO/IEC 7816-3 §8.2). Called by card.c at power up, by the image loader. */
#include "backends/sim/atr.h"

#include <string.h>

#define TS_DIRECT 0x3B
#define TS_INVERSE 0x3F
#define T1_IFSC 0xFE    /* TA3: blocks of 254 bytes */
#define T1_WAITING 0x45 /* TB3: BWI 4, CWI 5 */

size_t sim_atr_build(const struct atr_plan *plan, uint8_t protocols, uint8_t out[ATR_SIZE_MAX]) {
    size_t size = 0;
    if (plan->whole_size && protocols == plan->protocols) {
        memcpy(out, plan->whole, plan->whole_size);
        return plan->whole_size;
    }
    const bool t1 = protocols & 2;
    out[size++] = TS_DIRECT;
    out[size++] = (uint8_t)((t1 ? 0x80 : 0x00) | plan->historical_size);
    if (t1) {
        out[size++] = protocols & 1 ? 0x80 : 0x81; /* TD1: the first protocol, TD2 follows */
        out[size++] = 0x31;                        /* TD2: T=1, TA3 and TB3 follow */
        out[size++] = T1_IFSC;
        out[size++] = T1_WAITING;
    }
    memcpy(out + size, plan->historical, plan->historical_size);
    size += plan->historical_size;
    if (t1) { /* TCK: exclusive-or of all from T0 on is zero */
        uint8_t check = 0;
        for (size_t i = 1; i < size; i++)
            check ^= out[i];
        out[size++] = check;
    }
    return size;
}

static unsigned bits_set(unsigned nibble) {
    unsigned count = 0;
    for (; nibble; nibble &= nibble - 1)
        count++;
    return count;
}

const char *sim_atr_take(const uint8_t *bytes, size_t size, struct atr_plan *out) {
    if (size < 2 || size > ATR_SIZE_MAX)
        return "an ATR has 2 to 33 bytes";
    if (bytes[0] != TS_DIRECT && bytes[0] != TS_INVERSE)
        return "TS must be 3B or 3F";
    const uint8_t historical = bytes[1] & 0x0F;
    unsigned follow = bytes[1] >> 4;
    unsigned protocols = 0;
    bool check = false;
    size_t at = 2;
    while (follow) {
        at += bits_set(follow);
        if (at > size)
            return "the interface bytes run past the end";
        if (!(follow & 8))
            break;
        const uint8_t td = bytes[at - 1];
        if ((td & 0x0F) < 2)
            protocols |= 1u << (td & 0x0F);
        else if ((td & 0x0F) != 15)
            return "offers a protocol other than T=0 and T=1";
        check = check || (td & 0x0F) != 0;
        follow = td >> 4;
    }
    if (at + historical + check != size)
        return "its size does not agree with its historical bytes and TCK";
    uint8_t sum = 0;
    for (size_t i = 1; i < size; i++)
        sum ^= bytes[i];
    if (check && sum)
        return "TCK is wrong";

    memset(out, 0, sizeof *out);
    out->protocols = (uint8_t)(protocols ? protocols : 1);
    out->historical_size = historical;
    memcpy(out->historical, bytes + at, historical);
    out->whole_size = (uint8_t)size;
    memcpy(out->whole, bytes, size);
    return NULL;
}

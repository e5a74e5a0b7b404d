/* The card's answer to reset. Called by card.c at power up and by the image loader. */
#include "icc/atr.h"

#include <string.h>

size_t sim_atr_build(const struct atr_plan *plan, uint8_t protocols, uint8_t out[ATR_MAX]) {
    if (!plan->whole_size || protocols != plan->protocols)
        return atr_build(protocols, plan->historical, plan->historical_size, out);
    memcpy(out, plan->whole, plan->whole_size);
    return plan->whole_size;
}

const char *sim_atr_take(const uint8_t *bytes, size_t size, struct atr_plan *out) {
    struct atr atr;
    const enum atr_fault fault = atr_parse(bytes, size, &atr);
    if (fault != ATR_OK)
        return atr_fault_text(fault);
    for (size_t i = 0; i < atr.protocol_count; i++)
        if (atr.protocols[i] > 1)
            return "offers a protocol other than T=0 and T=1";
    *out = (struct atr_plan){.historical_size = (uint8_t)atr.historical_size, .whole_size = (uint8_t)size};
    out->protocols =
        (uint8_t)((atr_offers(&atr, 0) ? ATR_BUILD_T0 : 0) | (atr_offers(&atr, 1) ? ATR_BUILD_T1 : 0));
    memcpy(out->historical, atr.historical, atr.historical_size);
    memcpy(out->whole, bytes, size);
    return NULL;
}

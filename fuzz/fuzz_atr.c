/*
 * Answers to reset: what is valid is valid as a whole only, and every byte is told to people once and in
 * order.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/atr.h"
#include "apdu/atrmeaning.h"
#include "apdu/historical.h"
#include "fuzz.h"

/* Where the visit has come to. */
struct told {
    const uint8_t *at, *end;
};

static void hear(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text) {
    struct told *const told = user;
    FUZZ_CHECK(part && *part);
    FUZZ_CHECK(text && strlen(text) < MEANING_MAX);
    if (!size)
        return;
    FUZZ_CHECK(bytes == told->at && size <= (size_t)(told->end - told->at));
    told->at += size;
}

static void check_parts(const struct atr *atr, const uint8_t *bytes, size_t size) {
    uint8_t sum = 0;
    FUZZ_CHECK(size >= 2 && size <= ATR_MAX);
    FUZZ_CHECK(atr->level_count <= ATR_LEVELS_MAX && atr->historical_size <= ATR_HISTORICAL_MAX);
    FUZZ_CHECK(atr->protocol_count >= 1 && atr->protocol_count <= sizeof atr->protocols);
    for (size_t i = 0; i < atr->protocol_count; ++i) {
        FUZZ_CHECK(atr->protocols[i] < 15 && atr_offers(atr, atr->protocols[i]));
        for (size_t k = 0; k < i; ++k)
            FUZZ_CHECK(atr->protocols[i] != atr->protocols[k]);
    }
    for (size_t i = 1; i < size; ++i)
        sum ^= bytes[i];
    if (atr->tck_present)
        FUZZ_CHECK(sum == 0 && atr->tck == bytes[size - 1]);
    const size_t tail = size - atr->historical_size - (atr->tck_present ? 1 : 0);
    FUZZ_CHECK(memcmp(bytes + tail, atr->historical, atr->historical_size) == 0);
}

/* No part of it and no more than it is an ATR. */
static void check_whole(const uint8_t *bytes, size_t size) {
    uint8_t longer[ATR_MAX + 1] = {0};
    struct atr other;
    memcpy(longer, bytes, size);
    FUZZ_CHECK(atr_parse(longer, size + 1, &other) != ATR_OK);
    for (size_t part = 0; part < size; ++part)
        FUZZ_CHECK(atr_parse(bytes, part, &other) != ATR_OK);
}

static void build(const uint8_t *bytes, size_t size) {
    uint8_t built[ATR_MAX];
    struct atr atr;
    const unsigned protocols = size ? bytes[0] : 0;
    const size_t wanted = size ? size - 1 : 0;
    const size_t built_size = atr_build(protocols, size ? bytes + 1 : NULL, wanted, built);
    const bool possible = protocols >= 1 && protocols <= 3 && wanted <= ATR_HISTORICAL_MAX;
    FUZZ_CHECK((built_size != 0) == possible);
    if (!built_size)
        return;
    FUZZ_CHECK(atr_parse(built, built_size, &atr) == ATR_OK);
    FUZZ_CHECK(atr.historical_size == wanted && memcmp(atr.historical, bytes + 1, wanted) == 0);
    FUZZ_CHECK(atr_offers(&atr, 0) == ((protocols & ATR_BUILD_T0) != 0));
    FUZZ_CHECK(atr_offers(&atr, 1) == ((protocols & ATR_BUILD_T1) != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct atr atr, before;
    struct told told = {data, data + size};
    const struct meaning_visitor visitor = {hear, &told};
    memset(&before, 0xA5, sizeof before);
    memcpy(&atr, &before, sizeof atr);
    const enum atr_fault fault = atr_parse(data, size, &atr);
    FUZZ_CHECK(atr_fault_text(fault) && *atr_fault_text(fault));
    if (fault == ATR_OK) {
        check_parts(&atr, data, size);
        check_whole(data, size);
    } else {
        FUZZ_CHECK(memcmp(&atr, &before, sizeof atr) == 0);
    }
    FUZZ_CHECK(atrmeaning_visit(&visitor, data, size) == fault);
    FUZZ_CHECK(told.at == told.end);
    told.at = data;
    historical_visit(&visitor, data, size);
    FUZZ_CHECK(told.at == told.end);
    build(data, size);
    return 0;
}

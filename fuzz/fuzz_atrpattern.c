/*
 * Patterns of the ATR list: a pattern is malformed, or matches just what its bytes and mask
 * say. The input: an ATR with its length in front, then the pattern.
 */
#include <stdlib.h>
#include <string.h>

#include "carddb/atrlist/pattern.h"
#include "fuzz.h"

static void check_mask(const struct atrpattern *pattern, const uint8_t *atr, size_t atr_size, bool matches) {
    uint8_t value[CARDDB_ATR_MAX], mask[CARDDB_ATR_MAX];
    const bool enough = atrpattern_mask(pattern, value, mask);
    const size_t wanted = atrpattern_atr_size(pattern);
    FUZZ_CHECK(wanted <= CARDDB_ATR_MAX && (pattern->repeats ? !wanted && !enough : wanted));
    bool agrees = true;
    for (size_t i = 0; i < CARDDB_ATR_MAX; ++i) {
        FUZZ_CHECK((value[i] & ~mask[i]) == 0);
        agrees = agrees && (i < atr_size ? (atr[i] & mask[i]) == value[i] : !mask[i]);
    }
    if (matches)
        FUZZ_CHECK(agrees && (pattern->repeats || atr_size == wanted));
    else if (enough)
        FUZZ_CHECK(!agrees || atr_size != wanted);
}

/* An ATR is a pattern of itself. */
static void check_own(const struct atrtext *text) {
    static struct atrpattern own;
    FUZZ_CHECK(atrpattern_parse(text->text, text->size, &own));
    FUZZ_CHECK(atrpattern_match(&own, text) && !own.repeats);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct atrpattern pattern;
    struct atrtext text;
    struct feed feed = {data, size};
    size_t atr_size = 0;
    const uint8_t *const atr = feed_bytes(&feed, feed_byte(&feed) % (CARDDB_ATR_MAX + 2), &atr_size);
    const bool sound = atrtext_set(atr, atr_size, &text);
    FUZZ_CHECK(sound == (atr_size >= 1 && atr_size <= CARDDB_ATR_MAX));
    if (sound)
        check_own(&text);
    char *const line = fuzz_copy(feed.at, feed.left, 0);
    if (atrpattern_parse(line, feed.left, &pattern) && sound) {
        struct atrpattern *const copy = atrpattern_copy(&pattern);
        FUZZ_CHECK(copy && pattern.count <= ATRPATTERN_ATOMS);
        const bool matches = atrpattern_match(&pattern, &text);
        FUZZ_CHECK(atrpattern_match(copy, &text) == matches);
        check_mask(copy, atr, atr_size, matches);
        free(copy);
    }
    free(line);
    return 0;
}

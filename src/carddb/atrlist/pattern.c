/* Patterns of the public ATR list: read, matched, and turned into masks where that says the same. */
#include "carddb/atrlist/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

#define ANYTHING (ATRPATTERN_DIGITS | ATRPATTERN_SPACE)

bool atrtext_set(const uint8_t *atr, size_t atr_size, struct atrtext *out) {
    static const char digits[] = "0123456789ABCDEF";
    if (atr_size == 0 || atr_size > CARDDB_ATR_MAX)
        return false;
    out->size = atr_size * 3 - 1;
    for (size_t i = 0; i < atr_size; i++) {
        const unsigned high = atr[i] >> 4, low = atr[i] & 0xFu;
        out->text[3 * i] = digits[high];
        out->bits[3 * i] = 1u << high;
        out->text[3 * i + 1] = digits[low];
        out->bits[3 * i + 1] = 1u << low;
        if (i + 1 < atr_size) {
            out->text[3 * i + 2] = ' ';
            out->bits[3 * i + 2] = ATRPATTERN_SPACE;
        }
    }
    return true;
}

/* What a class holds, given the bytes between its brackets. 0: nothing an ATR is written with. */
static uint32_t class_bits(const char *text, size_t size) {
    const bool negated = size && *text == '^';
    uint32_t bits = 0;
    for (size_t at = negated; at < size; at++) {
        const int low = ascii_digit(text[at]);
        /*
         * The list writes [1,3] for 1 or 3: in a regular expression the comma is one more choice, here for
         * nothing.
         */
        if (text[at] == ',')
            continue;
        if (low < 0)
            return 0;
        int high = low;
        if (at + 2 < size && text[at + 1] == '-') {
            high = ascii_digit(text[at + 2]);
            at += 2;
        }
        if (high < low)
            return 0;
        bits |= (2u << high) - (1u << low);
    }
    return bits == 0 ? 0 : negated ? ANYTHING & ~bits : bits;
}

/* Reads the atom at text[*at] and steps behind it; 0: it is malformed. */
static uint32_t read_atom(const char *text, size_t size, size_t *at) {
    const char letter = text[(*at)++];
    if (letter == '.')
        return ANYTHING;
    if (letter == ' ')
        return ATRPATTERN_SPACE;
    if (letter == '[') {
        const char *inner = text + *at;
        const char *close = memchr(inner, ']', size - *at);
        if (!close)
            return 0;
        *at += (size_t)(close - inner) + 1;
        return class_bits(inner, (size_t)(close - inner));
    }
    const int digit = ascii_digit(letter);
    return digit < 0 ? 0 : 1u << digit;
}

/* Whether the atoms can stand where the text of an ATR has digits and spaces. */
static bool is_matchable(const struct atrpattern *pattern) {
    if (pattern->repeats)
        return true;
    if (pattern->count % 3 != 2 || pattern->count > ATRTEXT_MAX)
        return false;
    for (size_t i = 0; i < pattern->count; i++)
        if (!(pattern->atoms[i].bits & (i % 3 == 2 ? ATRPATTERN_SPACE : ATRPATTERN_DIGITS)))
            return false;
    return true;
}

bool atrpattern_parse(const char *text, size_t size, struct atrpattern *out) {
    out->count = 0;
    out->repeats = false;
    for (size_t at = 0; at < size;) {
        if (out->count == ATRPATTERN_ATOMS)
            return false;
        struct atrpattern_atom *atom = &out->atoms[out->count];
        atom->bits = read_atom(text, size, &at);
        if (!atom->bits)
            return false;
        const bool repeats = at < size && (text[at] == '*' || text[at] == '+' || text[at] == '?');
        atom->repeat = repeats ? text[at++] : '\0';
        out->repeats |= repeats;
        out->count++;
    }
    return is_matchable(out);
}

struct atrpattern *atrpattern_copy(const struct atrpattern *pattern) {
    const size_t size = offsetof(struct atrpattern, atoms) + pattern->count * sizeof *pattern->atoms;
    struct atrpattern *copy = malloc(size);
    if (copy)
        memcpy(copy, pattern, size);
    return copy;
}

/*
 * Matches from one atom and one character on. All places a repeating pattern may have reached are carried
 * along at once: going back to try another way would let a few stars in a file take years.
 */
static bool match_repeats(const struct atrpattern *pattern, size_t first, const struct atrtext *text) {
    bool here[ATRTEXT_MAX + 1] = {false}, next[ATRTEXT_MAX + 1];
    here[first] = true;
    for (size_t a = first; a < pattern->count; a++) {
        const struct atrpattern_atom *atom = &pattern->atoms[a];
        const bool may_be_none = atom->repeat == '*' || atom->repeat == '?';
        const bool may_be_many = atom->repeat == '*' || atom->repeat == '+';
        next[first] = may_be_none && here[first];
        for (size_t i = first; i < text->size; i++) {
            const bool fits = (atom->bits & text->bits[i]) != 0;
            next[i + 1] = (fits && (here[i] || (may_be_many && next[i]))) || (may_be_none && here[i + 1]);
        }
        memcpy(here + first, next + first, (text->size + 1 - first) * sizeof *here);
    }
    return here[text->size];
}

bool atrpattern_match(const struct atrpattern *pattern, const struct atrtext *text) {
    size_t at = 0;
    for (; at < pattern->count && !pattern->atoms[at].repeat; at++)
        if (at == text->size || !(pattern->atoms[at].bits & text->bits[at]))
            return false;
    return at == pattern->count ? at == text->size : match_repeats(pattern, at, text);
}

size_t atrpattern_atr_size(const struct atrpattern *pattern) {
    return pattern->repeats ? 0 : (pattern->count + 1) / 3;
}

bool atrpattern_mask(const struct atrpattern *pattern, uint8_t *value, uint8_t *mask) {
    bool enough = !pattern->repeats;
    memset(value, 0, CARDDB_ATR_MAX);
    memset(mask, 0, CARDDB_ATR_MAX);
    for (size_t i = 0; i < pattern->count && i < ATRTEXT_MAX && !pattern->atoms[i].repeat; i++) {
        const uint32_t digits = pattern->atoms[i].bits & ATRPATTERN_DIGITS;
        if (i % 3 == 2 || digits == ATRPATTERN_DIGITS)
            continue;
        /* Where something repeats further on, a space may stand in place of a digit: it matches nothing. */
        if (!digits || digits & (digits - 1)) {
            enough = false;
            continue;
        }
        unsigned digit = 0;
        while (digits >> digit != 1)
            digit++;
        const unsigned shift = i % 3 == 0 ? 4 : 0;
        value[i / 3] = (uint8_t)(value[i / 3] | digit << shift);
        mask[i / 3] = (uint8_t)(mask[i / 3] | 0xFu << shift);
    }
    return enough;
}

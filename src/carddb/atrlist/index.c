/*
 * An index over the ATR list. Sorting and masks only, so that no file can make it slow: there is no bad case.
 */
#include "carddb/atrlist/index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "carddb/atrlist/lines.h"

#define ATR_WORDS ((CARDDB_ATR_MAX + 7) / 8)

/* An entry of the list, in the order of the text. */
struct entry {
    const char *pattern;
    const char *names;
    uint32_t line;
    uint32_t pattern_size;
};

/* An entry that is a plain ATR. */
struct exact {
    uint64_t hash;
    uint32_t entry;
};

/* Any other entry. */
struct masked {
    uint64_t value[ATR_WORDS];
    uint64_t mask[ATR_WORDS];
    uint32_t entry;
    uint8_t atr_size; /* 0: more than one */
    /* What to ask beyond the mask; NULL: nothing. */
    struct atrpattern *rest;
};

struct atrindex {
    const char *end; /* of the text */
    struct entry *entries;
    struct exact *exacts;
    struct masked *maskeds; /* by atr_size, then in order */
    size_t entry_count, exact_count, masked_count;
    size_t starts[CARDDB_ATR_MAX + 2]; /* where each atr_size starts in maskeds */
};

/*
 * FNV-1a, eight characters at a time and stirred at the end. Its collisions cost a comparison, nothing more.
 */
static uint64_t hash_of(const char *text, size_t size) {
    uint64_t hash = 0xCBF29CE484222325u ^ size;
    for (; size >= 8; text += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    for (; size; text++, size--)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
    return hash ^ hash >> 32;
}

static int order_exacts(const void *left, const void *right) {
    const struct exact *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->entry < b->entry ? -1 : 1;
}

static int order_maskeds(const void *left, const void *right) {
    const struct masked *a = left, *b = right;
    if (a->atr_size != b->atr_size)
        return a->atr_size < b->atr_size ? -1 : 1;
    return a->entry < b->entry ? -1 : 1;
}

/* Makes room for one more; false: out of memory, and the array is as it was. */
static bool grow(void **array, size_t count, size_t item) {
    if (count & (count - 1) || (count && count < 64))
        return true;
    void *grown = realloc(*array, (count ? 2 * count : 64) * item);
    if (grown)
        *array = grown;
    return grown != NULL;
}

static bool is_plain(const struct atrpattern *pattern, const struct atrline *line) {
    if (pattern->repeats || line->size != pattern->count)
        return false;
    for (size_t i = 0; i < line->size; i++)
        if (line->text[i] == '.' || (line->text[i] >= 'a' && line->text[i] <= 'f'))
            return false;
    return true;
}

static bool add_masked(struct atrindex *index, const struct atrpattern *pattern, uint32_t entry) {
    void *array = index->maskeds;
    if (!grow(&array, index->masked_count, sizeof *index->maskeds))
        return false;
    index->maskeds = array;
    uint8_t value[CARDDB_ATR_MAX], mask[CARDDB_ATR_MAX];
    struct masked *masked = &index->maskeds[index->masked_count++];
    *masked = (struct masked){.entry = entry, .atr_size = (uint8_t)atrpattern_atr_size(pattern)};
    const bool enough = atrpattern_mask(pattern, value, mask);
    memcpy(masked->value, value, sizeof value);
    memcpy(masked->mask, mask, sizeof mask);
    if (!enough)
        masked->rest = atrpattern_copy(pattern);
    return enough || masked->rest;
}

static bool add_exact(struct atrindex *index, const struct atrline *line, uint32_t entry) {
    void *array = index->exacts;
    if (!grow(&array, index->exact_count, sizeof *index->exacts))
        return false;
    index->exacts = array;
    index->exacts[index->exact_count++] = (struct exact){hash_of(line->text, line->size), entry};
    return true;
}

/* Adds every good entry of the text. */
static bool add_all(struct atrindex *index, struct atrlines lines) {
    struct atrline line;
    struct atrpattern pattern;
    while (atrlines_next_pattern(&lines, &line)) {
        if (line.size > ATRLIST_LINE_MAX || !atrpattern_parse(line.text, line.size, &pattern))
            continue;
        void *array = index->entries;
        if (!grow(&array, index->entry_count, sizeof *index->entries))
            return false;
        index->entries = array;
        const uint32_t entry = (uint32_t)index->entry_count++;
        index->entries[entry] =
            (struct entry){line.text, lines.at, (uint32_t)lines.line, (uint32_t)line.size};
        if (!(is_plain(&pattern, &line) ? add_exact(index, &line, entry)
                                        : add_masked(index, &pattern, entry)))
            return false;
    }
    return true;
}

struct atrindex *atrindex_create(const char *text, size_t size) {
    struct atrindex *index = calloc(1, sizeof *index);
    if (!index)
        return NULL;
    index->end = text + size;
    if (!add_all(index, (struct atrlines){.at = text, .end = text + size})) {
        atrindex_free(index);
        return NULL;
    }
    if (index->exact_count)
        qsort(index->exacts, index->exact_count, sizeof *index->exacts, order_exacts);
    if (index->masked_count)
        qsort(index->maskeds, index->masked_count, sizeof *index->maskeds, order_maskeds);
    size_t at = 0;
    for (size_t length = 0; length <= CARDDB_ATR_MAX + 1; length++) {
        while (at < index->masked_count && index->maskeds[at].atr_size < length)
            at++;
        index->starts[length] = at;
    }
    return index;
}

void atrindex_free(struct atrindex *index) {
    if (!index)
        return;
    for (size_t i = 0; i < index->masked_count; i++)
        free(index->maskeds[i].rest);
    free(index->entries);
    free(index->exacts);
    free(index->maskeds);
    free(index);
}

/* The ATR as it is compared: text, hash, and bytes in words with zeros behind them. */
struct question {
    const struct atrtext *text;
    uint64_t hash;
    uint64_t words[ATR_WORDS];
};

static void question_init(struct question *question, const struct atrtext *text) {
    uint8_t bytes[ATR_WORDS * 8] = {0};
    for (size_t i = 0; i < text->size; i++)
        if (i % 3 != 2) {
            const char letter = text->text[i];
            const unsigned digit = (unsigned)ascii_digit(letter);
            bytes[i / 3] = (uint8_t)((unsigned)bytes[i / 3] << 4 | digit);
        }
    question->text = text;
    question->hash = hash_of(text->text, text->size);
    memcpy(question->words, bytes, sizeof bytes);
}

static size_t first_exact(const struct atrindex *index, uint64_t hash) {
    size_t low = 0, high = index->exact_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (index->exacts[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The next entry from *at on with exactly this text; UINT32_MAX: none. */
static uint32_t next_exact(const struct atrindex *index, const struct question *question, size_t *at) {
    for (; *at < index->exact_count && index->exacts[*at].hash == question->hash; ++*at) {
        const struct entry *entry = &index->entries[index->exacts[*at].entry];
        if (entry->pattern_size == question->text->size &&
            memcmp(entry->pattern, question->text->text, question->text->size) == 0)
            return index->exacts[(*at)++].entry;
    }
    return UINT32_MAX;
}

static bool agrees(const struct masked *masked, const struct question *question) {
    for (size_t i = 0; i < ATR_WORDS; i++)
        if ((question->words[i] ^ masked->value[i]) & masked->mask[i])
            return false;
    return !masked->rest || atrpattern_match(masked->rest, question->text);
}

/* The next entry in maskeds[*at..stop] that agrees; UINT32_MAX: none. */
static uint32_t next_masked(const struct atrindex *index, const struct question *question, size_t *at,
                            size_t stop) {
    while (*at < stop) {
        const struct masked *masked = &index->maskeds[(*at)++];
        if (agrees(masked, question))
            return masked->entry;
    }
    return UINT32_MAX;
}

void atrindex_visit(const struct atrindex *index, const struct atrtext *atr, atrlist_visitor visitor,
                    void *context) {
    const size_t atr_size = (atr->size + 1) / 3;
    struct question question;
    question_init(&question, atr);
    size_t exact_at = first_exact(index, question.hash), any_at = 0, sized_at = index->starts[atr_size];
    uint32_t exact = next_exact(index, &question, &exact_at);
    uint32_t any = next_masked(index, &question, &any_at, index->starts[1]);
    uint32_t sized = next_masked(index, &question, &sized_at, index->starts[atr_size + 1]);
    bool more = true;
    /* Three sequences, each in the order of the text, merged. */
    while (more && (exact != UINT32_MAX || any != UINT32_MAX || sized != UINT32_MAX)) {
        const uint32_t least = exact < any ? (exact < sized ? exact : sized) : (any < sized ? any : sized);
        const struct entry *entry = &index->entries[least];
        const struct atrlist_match match = {entry->pattern, entry->pattern_size, entry->line, entry->names,
                                            index->end};
        more = visitor(context, &match);
        if (least == exact)
            exact = next_exact(index, &question, &exact_at);
        else if (least == any)
            any = next_masked(index, &question, &any_at, index->starts[1]);
        else
            sized = next_masked(index, &question, &sized_at, index->starts[atr_size + 1]);
    }
}

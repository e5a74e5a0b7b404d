/*
 * The public list of ATRs: reading the text through and asking the index give the same answers, whatever the
 * file holds. The input: an ATR with its length in front, then the file.
 */
#include <stdlib.h>
#include <string.h>

#include "carddb/atrlist/atrlist.h"
#include "carddb/atrlist/lines.h"
#include "fuzz.h"
#include "rm/names.h"

/* A name may be longer here than one that is introduced. */
static void check_name(const char *name, size_t size) {
    FUZZ_CHECK(size >= 1 && size <= ATRLIST_LINE_MAX && name[0] != ' ' && name[size - 1] != ' ');
    for (size_t i = 0; i < size; ++i)
        FUZZ_CHECK((unsigned char)name[i] >= ' ' && name[i] != 0x7F);
}

struct seen {
    size_t entries;
    size_t line;
};

static bool see(void *context, const struct atrlist_match *match) {
    struct seen *const seen = context;
    const char *position = NULL, *name = NULL;
    size_t size = 0;
    FUZZ_CHECK(match->line > seen->line && match->pattern_size);
    while (atrlist_next_name(match, &position, &name, &size))
        check_name(name, size);
    seen->line = match->line;
    ++seen->entries;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct feed feed = {data, size};
    struct atrlist *list = NULL;
    struct names scanned = {0}, indexed = {0};
    struct seen first = {0}, second = {0};
    size_t atr_size = 0;
    const uint8_t *const atr = feed_bytes(&feed, feed_byte(&feed) % (CARDDB_ATR_MAX + 2), &atr_size);
    const bool sound = atr_size >= 1 && atr_size <= CARDDB_ATR_MAX;
    const rm_status wanted = sound ? RM_OK : RM_E_INVALID_VALUE;
    const rm_status opened = atrlist_open(scratch_write("list.txt", feed.at, feed.left), &list);
    FUZZ_CHECK(opened == (feed.left ? RM_OK : RM_E_NO_FILE) && (list != NULL) == (opened == RM_OK));
    if (!list)
        return 0;
    FUZZ_CHECK(atrlist_find(list, atr, atr_size, &scanned) == wanted);
    FUZZ_CHECK(atrlist_find(list, atr, atr_size, &indexed) == wanted);
    FUZZ_CHECK(scanned.size == indexed.size);
    if (scanned.size)
        FUZZ_CHECK(memcmp(scanned.list, indexed.list, scanned.size) == 0);
    atrlist_close(list);
    FUZZ_CHECK(atrlist_open(scratch_path("list.txt"), &list) == RM_OK);
    FUZZ_CHECK(atrlist_visit(list, atr, atr_size, see, &first) == wanted);
    FUZZ_CHECK(atrlist_visit(list, atr, atr_size, see, &second) == wanted);
    FUZZ_CHECK(first.entries == second.entries && first.line == second.line);
    atrlist_close(list);
    names_clear(&scanned);
    names_clear(&indexed);
    return 0;
}

/* The content of a file of a card, in memory. See filecopy.h. */
#include "transfer/filecopy.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

static bool make_room(struct filecopy *copy) {
    if (copy->count < copy->room)
        return true;
    const size_t room = copy->room ? 2 * copy->room : 64;
    size_t *ends = realloc(copy->ends, room * sizeof *ends);
    if (ends == NULL)
        return false;
    copy->ends = ends;
    copy->room = room;
    return true;
}

/* Not by realloc(): it would leave what the file held where the bytes were. */
static bool make_capacity(struct filecopy *copy, size_t size) {
    if (copy->bytes && size <= copy->capacity)
        return true;
    const size_t capacity = size > 2 * copy->capacity ? size : 2 * copy->capacity;
    uint8_t *more = malloc(capacity + 1);
    if (more == NULL)
        return false;
    if (copy->size > 0)
        memcpy(more, copy->bytes, copy->size);
    wipe_free(copy->bytes, copy->size);
    copy->bytes = more;
    copy->capacity = capacity;
    return true;
}

bool filecopy_add(struct filecopy *copy, const uint8_t *bytes, size_t size) {
    if (size > FILECOPY_MAX - copy->size || !make_room(copy) || !make_capacity(copy, copy->size + size))
        return false;
    if (size > 0)
        memcpy(copy->bytes + copy->size, bytes, size);
    copy->size += size;
    copy->ends[copy->count++] = copy->size;
    return true;
}

const uint8_t *filecopy_piece(const struct filecopy *copy, size_t number, size_t *size) {
    const size_t start = number > 0 ? copy->ends[number - 1] : 0;
    *size = copy->ends[number] - start;
    return copy->bytes + start;
}

bool filecopy_has_records(const struct filecopy *copy) {
    return copy->kind >= FILECOPY_LINEAR_FIXED || (copy->kind == FILECOPY_UNKNOWN && copy->count > 1);
}

enum filecopy_kind filecopy_kind_of(uint8_t descriptor) {
    static const enum filecopy_kind kinds[] = {
        FILECOPY_UNKNOWN,         FILECOPY_TRANSPARENT,     FILECOPY_LINEAR_FIXED, FILECOPY_LINEAR_FIXED,
        FILECOPY_LINEAR_VARIABLE, FILECOPY_LINEAR_VARIABLE, FILECOPY_CYCLIC,       FILECOPY_CYCLIC};
    return (descriptor & 0xB0) == 0 ? kinds[descriptor & 0x07] : FILECOPY_UNKNOWN;
}

const char *filecopy_kind_text(enum filecopy_kind kind) {
    static const char *const words[] = {"unknown", "transparent", "linear fixed", "linear variable",
                                        "cyclic"};
    return words[kind];
}

void filecopy_free(struct filecopy *copy) {
    wipe_free(copy->bytes, copy->size);
    free(copy->ends);
    *copy = (struct filecopy){0};
}

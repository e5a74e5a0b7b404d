/* Unique names for the readers of several backends: see readernames.h. */
#include "backends/composite/readernames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 127u /* what other interfaces have room for; a longer name than that stays longer */
#define SUFFIX_ROOM 16u

/* With the lock held, like what follows. */
static struct readername *find_outer(const struct readernames *names, const char *outer) {
    struct readername *name = names->first;
    while (name && strcmp(name->outer, outer) != 0)
        name = name->next;
    return name;
}

static struct readername *find_inner(const struct readernames *names, size_t place, const char *inner) {
    struct readername *name = names->first;
    while (name && (name->place != place || strcmp(name->inner, inner) != 0))
        name = name->next;
    return name;
}

/* How much of a name stands before a suffix: all of it, unless the whole gets too long; no half character. */
static size_t cut_for(const char *inner, size_t suffix) {
    size_t length = strlen(inner);
    if (length > NAME_MAX_BYTES || length + suffix <= NAME_MAX_BYTES)
        return length;
    length = NAME_MAX_BYTES - suffix;
    while (length > 0 && ((unsigned char)inner[length] & 0xC0u) == 0x80u)
        length--;
    return length;
}

/* A name that no reader has: its own, or with the first number that makes it unique. NULL: no memory. */
static char *unique_name(const struct readernames *names, const char *inner) {
    const size_t room = strlen(inner) + SUFFIX_ROOM;
    char *outer = malloc(room);
    if (!outer)
        return NULL;
    (void)snprintf(outer, room, "%s", inner);
    for (unsigned number = 2; find_outer(names, outer); number++) {
        char suffix[SUFFIX_ROOM];
        const int size = snprintf(suffix, sizeof suffix, " (%u)", number);
        (void)snprintf(outer, room, "%.*s%s", (int)cut_for(inner, (size_t)size), inner, suffix);
    }
    return outer;
}

static struct readername *add(struct readernames *names, size_t place, const char *inner) {
    struct readername *name = calloc(1, sizeof *name);
    char *outer = unique_name(names, inner);
    char *copy = strdup(inner);
    if (!name || !outer || !copy) {
        free(name);
        free(outer);
        free(copy);
        return NULL;
    }
    *name = (struct readername){.next = names->first,
                                .place = place,
                                .outer = outer,
                                .inner = copy,
                                .is_other = strcmp(outer, copy) != 0};
    names->first = name; /* one store: whole also in a process that is forked here */
    return name;
}

const struct readername *readernames_enter(struct readernames *names, size_t place, const char *inner) {
    lock_take(&names->lock);
    struct readername *name = find_inner(names, place, inner);
    if (!name)
        name = add(names, place, inner);
    lock_give(&names->lock);
    return name;
}

const struct readername *readernames_find(struct readernames *names, const char *outer) {
    lock_take(&names->lock);
    const struct readername *name = find_outer(names, outer);
    lock_give(&names->lock);
    return name;
}

void readernames_clear(struct readernames *names) {
    for (struct readername *name = names->first, *next; name; name = next) {
        next = name->next;
        free(name->outer);
        free(name->inner);
        free(name);
    }
    names->first = NULL;
}

/*
 * Locks on ranges of bytes between the clones of a stream over memory (IStream::LockRegion). Called by
 * memstream.c.
 */
#include "compat/regions.h"

#include <stdlib.h>

struct region {
    struct region *next;
    const void *owner;
    uint64_t offset;
    uint64_t size;
    uint64_t type;
};

/* Offsets and sizes span 64 bits, so ends are never computed: they could wrap. */
static bool overlaps(const struct region *region, uint64_t offset, uint64_t size) {
    if (!size || !region->size)
        return false;
    if (region->offset <= offset)
        return offset - region->offset < region->size;
    return region->offset - offset < size;
}

/* In a program that includes <fcntl.h> of glibc, the name LOCK_WRITE may stand for this number. */
#define LOCK_WRITE_OF_FCNTL 128u

static bool known_type(uint64_t type) {
    return type == LOCK_WRITE || type == LOCK_EXCLUSIVE || type == LOCK_ONLYONCE;
}

static uint64_t plain_type(uint64_t type) {
    return type == LOCK_WRITE_OF_FCNTL ? LOCK_WRITE : type;
}

HRESULT regions_lock(struct region **list, const void *owner, uint64_t offset, uint64_t size, uint64_t type) {
    type = plain_type(type);
    if (!known_type(type))
        return STG_E_INVALIDFUNCTION;
    for (const struct region *region = *list; region; region = region->next)
        if (overlaps(region, offset, size) && (region->type == LOCK_ONLYONCE) == (type == LOCK_ONLYONCE))
            return STG_E_LOCKVIOLATION;
    struct region *region = malloc(sizeof *region);
    if (!region)
        return E_OUTOFMEMORY;
    *region = (struct region){.next = *list, .owner = owner, .offset = offset, .size = size, .type = type};
    *list = region;
    return S_OK;
}

HRESULT regions_unlock(struct region **list, const void *owner, uint64_t offset, uint64_t size,
                       uint64_t type) {
    type = plain_type(type);
    if (!known_type(type))
        return STG_E_INVALIDFUNCTION;
    for (struct region **link = list; *link; link = &(*link)->next) {
        struct region *region = *link;
        if (region->owner == owner && region->offset == offset && region->size == size &&
            region->type == type) {
            *link = region->next;
            free(region);
            return S_OK;
        }
    }
    return STG_E_LOCKVIOLATION;
}

void regions_leave(struct region **list, const void *owner) {
    struct region **link = list;
    while (*link) {
        struct region *region = *link;
        if (region->owner == owner) {
            *link = region->next;
            free(region);
        } else {
            link = &region->next;
        }
    }
}

bool regions_allow(const struct region *list, const void *owner, uint64_t offset, uint64_t size,
                   bool writing) {
    for (const struct region *region = list; region; region = region->next) {
        bool excludes = region->type == LOCK_EXCLUSIVE || (region->type == LOCK_WRITE && writing);
        if (excludes && region->owner != owner && overlaps(region, offset, size))
            return false;
    }
    return true;
}

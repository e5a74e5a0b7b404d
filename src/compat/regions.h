/*
 * Ranges of a stream's bytes that one of its clones has locked against the others. Used by memstream.c under
 * its mutex.
 */
#ifndef SCARDSSP_COMPAT_REGIONS_H
#define SCARDSSP_COMPAT_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "scardssp.h"

/* A list of locked ranges, NULL when none is. */
struct region;

/*
 * Locks `size` bytes from `offset` (they may lie past the end) for `owner`, who may go on reading and writing
 * there. type: LOCK_WRITE, nobody else writes; LOCK_EXCLUSIVE, nobody else reads or writes; LOCK_ONLYONCE,
 * keeps only a second LOCK_ONLYONCE out. STG_E_INVALIDFUNCTION: another type; STG_E_LOCKVIOLATION: the range
 * meets a lock that excludes this one, whoever holds it; E_OUTOFMEMORY.
 */
HRESULT regions_lock(struct region **list, const void *owner, uint64_t offset, uint64_t size, uint64_t type);

/*
 * Undoes regions_lock() of the same arguments. STG_E_INVALIDFUNCTION as above; STG_E_LOCKVIOLATION: no such
 * lock.
 */
HRESULT regions_unlock(struct region **list, const void *owner, uint64_t offset, uint64_t size,
                       uint64_t type);

/* Undoes every lock of an owner that goes away. */
void regions_leave(struct region **list, const void *owner);

/* Whether `owner` may read (or, with `writing`, change) `size` bytes from `offset`. */
bool regions_allow(const struct region *list, const void *owner, uint64_t offset, uint64_t size,
                   bool writing);

#endif

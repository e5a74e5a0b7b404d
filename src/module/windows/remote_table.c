/* Tables of properties as bytes: see remote_table.h. */
#include "module/windows/remote_table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Instead of a number of bytes: the entry has no place for any. */
#define NO_PLACE UINT32_MAX

struct entry_head {
    int32_t size;
    uint32_t bytes;
};

/* One entry found in bytes. */
struct entry {
    int32_t size;
    unsigned char *place; /* NULL: it has none */
    uint32_t bytes;
};

/* Adds to the bytes, or counts only where they have no room yet. */
static void put(REMOTE_BYTES *bytes, size_t *used, const void *from, size_t size) {
    if (bytes->bytes && size)
        memcpy(bytes->bytes + *used, from, size);
    *used += size;
}

static void put_entry(REMOTE_BYTES *bytes, size_t *used, const struct entry *entry) {
    const struct entry_head head = {entry->size, entry->place ? entry->bytes : NO_PLACE};
    put(bytes, used, &head, sizeof head);
    if (entry->place)
        put(bytes, used, entry->place, entry->bytes);
}

/* Finds the next entry; false: there is none, *offset stands at the end or (no table) before it. */
static bool next(const REMOTE_BYTES *bytes, size_t *offset, struct entry *out) {
    struct entry_head head;
    const size_t room = bytes->size - *offset;
    if (room < sizeof head)
        return false;
    memcpy(&head, bytes->bytes + *offset, sizeof head);
    const bool placed = head.bytes != NO_PLACE;
    if (placed && head.bytes > room - sizeof head)
        return false;
    *out = (struct entry){head.size, placed ? bytes->bytes + *offset + sizeof head : NULL,
                          placed ? head.bytes : 0};
    *offset += sizeof head + out->bytes;
    return true;
}

/* Reads the count; false: the bytes are no table. *entries: how many there really are. */
static bool check(const REMOTE_BYTES *bytes, int32_t *count, int32_t *entries) {
    struct entry entry;
    size_t offset = sizeof *count;
    if (bytes->size < sizeof *count)
        return false;
    memcpy(count, bytes->bytes, sizeof *count);
    *entries = 0;
    while (next(bytes, &offset, &entry))
        ++*entries;
    return offset == bytes->size && *count >= 0;
}

HRESULT remote_table_write(const TLV_TABLE *entries, LONG count, REMOTE_BYTES *out) {
    *out = (REMOTE_BYTES){0, NULL};
    if (count < 0 || (count && !entries))
        return E_INVALIDARG;
    /* Once to know the size, once to write. */
    for (int round = 0; round < 2; ++round) {
        const int32_t said = count;
        size_t used = 0;
        put(out, &used, &said, sizeof said);
        for (LONG i = 0; i < count; ++i) {
            if (entries[i].cbSize < 0)
                return E_INVALIDARG;
            const struct entry entry = {entries[i].cbSize, entries[i].byData, (uint32_t)entries[i].cbSize};
            put_entry(out, &used, &entry);
        }
        const HRESULT hr = round == 0 ? remote_bytes_make(used, out) : S_OK;
        if (FAILED(hr))
            return hr;
    }
    return S_OK;
}

HRESULT remote_table_read(const REMOTE_BYTES *bytes, struct remote_table *out) {
    int32_t said = 0, count = 0;
    size_t offset = sizeof said;
    *out = (struct remote_table){NULL, 0};
    if (!check(bytes, &said, &count) || said != count)
        return E_INVALIDARG;
    TLV_TABLE *entries = calloc((size_t)count + 1, sizeof *entries);
    if (!entries)
        return E_OUTOFMEMORY;
    for (int32_t i = 0; i < count; ++i) {
        struct entry entry = {0, NULL, 0};
        (void)next(bytes, &offset, &entry);
        /* With a place there are as many bytes as it says: the callee will read and write them. */
        if (entry.size < 0 || (entry.place && entry.bytes != (uint32_t)entry.size)) {
            free(entries);
            return E_INVALIDARG;
        }
        entries[i] = (TLV_TABLE){entry.size, entry.place};
    }
    *out = (struct remote_table){entries, count};
    return S_OK;
}

void remote_table_free(struct remote_table *table) {
    free(table->entries);
    *table = (struct remote_table){NULL, 0};
}

/* What of an entry goes back; `room`: the same entry as it was before the call. */
static struct entry answer_of(const TLV_TABLE *filled, const struct entry *room) {
    const uint32_t size = filled->cbSize > 0 ? (uint32_t)filled->cbSize : 0;
    const bool in_place = filled->byData && filled->byData == room->place;
    return (struct entry){filled->cbSize, filled->byData,
                          in_place && size > room->bytes ? room->bytes : size};
}

HRESULT remote_table_answer(const struct remote_table *filled, LONG count, const REMOTE_BYTES *before,
                            REMOTE_BYTES *out) {
    HRESULT hr = S_OK;
    *out = (REMOTE_BYTES){0, NULL};
    for (int round = 0; SUCCEEDED(hr) && round < 2; ++round) {
        const int32_t said = count;
        size_t used = 0, offset = sizeof said;
        put(out, &used, &said, sizeof said);
        for (LONG i = 0; i < filled->count && i < count; ++i) {
            struct entry room = {0, NULL, 0};
            (void)next(before, &offset, &room);
            const struct entry entry = answer_of(&filled->entries[i], &room);
            put_entry(out, &used, &entry);
        }
        if (round == 0)
            hr = remote_bytes_make(used, out);
    }
    size_t offset = sizeof(int32_t);
    struct entry room = {0, NULL, 0};
    for (LONG i = 0; i < filled->count && next(before, &offset, &room); ++i)
        if (!room.place)
            CoTaskMemFree(filled->entries[i].byData);
    return hr;
}

/* Bytes of the answer for one entry of the caller's. */
static HRESULT take_entry(const struct entry *entry, TLV_TABLE *out) {
    if (entry->place && !out->byData && entry->bytes) {
        out->byData = CoTaskMemAlloc(entry->bytes);
        if (!out->byData)
            return E_OUTOFMEMORY;
        memcpy(out->byData, entry->place, entry->bytes);
    } else if (entry->place && out->byData) {
        const uint32_t room = out->cbSize > 0 ? (uint32_t)out->cbSize : 0;
        memcpy(out->byData, entry->place, entry->bytes < room ? entry->bytes : room);
    }
    out->cbSize = entry->size;
    return S_OK;
}

HRESULT remote_table_take(const REMOTE_BYTES *answer, TLV_TABLE *entries, LONG *count) {
    int32_t said = 0, there = 0;
    size_t offset = sizeof said;
    HRESULT hr = S_OK;
    if (!check(answer, &said, &there) || there > *count || there > said)
        return E_UNEXPECTED;
    for (int32_t i = 0; SUCCEEDED(hr) && i < there; ++i) {
        struct entry entry = {0, NULL, 0};
        (void)next(answer, &offset, &entry);
        hr = take_entry(&entry, &entries[i]);
    }
    if (SUCCEEDED(hr))
        *count = said;
    return hr;
}

/* Tables of properties: see tables.h. */
#include "objects/services/tables.h"

#include <string.h>

#include "apdu/apdu.h"
#include "apdu/fcp.h"
#include "apdu/tlv.h"
#include "com/hresult.h"

#define ENTRIES_MAX 4096

static const uint8_t default_tags[] = {FCP_SIZE, FCP_DESCRIPTOR, FCP_ID, FCP_LIFE_CYCLE};
#define DEFAULT_COUNT ((LONG)sizeof default_tags)

static HRESULT add_entry(const TLV_TABLE *entry, struct content *out) {
    struct tlv_object object;
    if (!entry->byData)
        return E_POINTER;
    if (entry->cbSize <= 0 || (size_t)entry->cbSize > APDU_NC_MAX - out->size)
        return E_INVALIDARG;
    struct tlv_reader reader = {entry->byData, (size_t)entry->cbSize};
    if (!tlv_next(&reader, &object) || object.bytes != entry->byData || reader.left)
        return E_INVALIDARG;
    return content_add(out, object.bytes, object.size);
}

HRESULT tables_objects(const TLV_TABLE *table, LONG count, struct content *out) {
    HRESULT hr = S_OK;
    if (count < 0 || count > ENTRIES_MAX)
        return E_INVALIDARG;
    if (!table && count)
        return E_POINTER;
    for (LONG i = 0; SUCCEEDED(hr) && i < count; ++i)
        hr = add_entry(&table[i], out);
    return hr;
}

static bool tag_of(const TLV_TABLE *entry, uint32_t *tag) {
    *tag = 0;
    return entry->byData && entry->cbSize > 0 && tlv_tag_read(entry->byData, (size_t)entry->cbSize, tag) != 0;
}

HRESULT tables_check(const TLV_TABLE *table, const LONG *count, enum tables_wish wish) {
    if (!count)
        return E_POINTER;
    if (*count < 0 || *count > ENTRIES_MAX)
        return E_INVALIDARG;
    if (!table && *count)
        return E_POINTER;
    for (LONG i = 0; i < *count; ++i) {
        uint32_t tag;
        if (table[i].cbSize < 0 || (wish == TABLES_NAMED && !tag_of(&table[i], &tag)))
            return E_INVALIDARG;
    }
    return S_OK;
}

/* One object into one entry; *given: the memory is of this call. */
static HRESULT fill_entry(TLV_TABLE *entry, const struct tlv_object *object, bool *given) {
    const LONG room = entry->cbSize;
    entry->cbSize = (LONG)object->size;
    if (object->size == 0)
        return S_OK;
    if (!entry->byData) {
        entry->byData = CoTaskMemAlloc(object->size);
        *given = entry->byData != NULL;
        if (!entry->byData)
            return E_OUTOFMEMORY;
    } else if ((size_t)room < object->size) {
        return hresult_from_rm(RM_E_INSUFFICIENT_BUFFER);
    }
    memcpy(entry->byData, object->bytes, object->size);
    return S_OK;
}

static LONG count_of(const struct content *objects) {
    struct tlv_reader reader = {objects->bytes, objects->size};
    struct tlv_object object;
    LONG count = 0;
    while (tlv_next(&reader, &object))
        ++count;
    return count;
}

/* The object for entry `index`; size 0: the file has none. */
static void find_object(const TLV_TABLE *entry, LONG index, enum tables_wish wish,
                        const struct content *objects, struct tlv_reader *rest, struct tlv_object *out) {
    uint32_t tag = 0;
    if (wish == TABLES_ALL) {
        (void)tlv_next(rest, out);
        return;
    }
    if (wish == TABLES_DEFAULT)
        tag = default_tags[index];
    else
        (void)tag_of(entry, &tag);
    (void)tlv_find(objects->bytes, objects->size, tag, out);
}

/* Takes back what this call has given. */
static void take_back(TLV_TABLE *table, const bool *given, LONG count) {
    for (LONG i = 0; i < count; ++i)
        if (given[i]) {
            CoTaskMemFree(table[i].byData);
            table[i] = (TLV_TABLE){0};
        }
}

static HRESULT fill_entries(TLV_TABLE *table, LONG count, enum tables_wish wish,
                            const struct content *objects) {
    struct tlv_reader rest = {objects->bytes, objects->size};
    bool given[ENTRIES_MAX] = {false};
    HRESULT result = S_OK;
    for (LONG i = 0; i < count; ++i) {
        struct tlv_object object;
        find_object(&table[i], i, wish, objects, &rest, &object);
        const HRESULT hr = fill_entry(&table[i], &object, &given[i]);
        if (hr == E_OUTOFMEMORY) {
            take_back(table, given, count);
            return hr;
        }
        if (FAILED(hr))
            result = hr;
    }
    return result;
}

HRESULT tables_fill(TLV_TABLE *table, LONG *count, enum tables_wish wish, const struct content *objects) {
    const LONG entries = *count;
    const LONG wanted = wish == TABLES_ALL       ? count_of(objects)
                        : wish == TABLES_DEFAULT ? DEFAULT_COUNT
                                                 : entries;
    const HRESULT hr = tables_check(table, count, wish);
    if (FAILED(hr))
        return hr;
    *count = wanted;
    if (wanted > entries)
        return hresult_from_rm(RM_E_INSUFFICIENT_BUFFER);
    return fill_entries(table, wanted, wish, objects);
}

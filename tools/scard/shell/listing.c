/* What is in a directory of a card: see listing.h. */
#include "shell/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/text.h"

void listing_free(struct listing *listing) {
    free(listing->entries);
    *listing = (struct listing){.count = 0};
}

static bool has(const struct listing *listing, const char *place) {
    for (size_t i = 0; i < listing->count; ++i)
        if (strcmp(listing->entries[i].place, place) == 0)
            return true;
    return false;
}

static HRESULT add(struct listing *listing, const char *place, bool directory) {
    if (has(listing, place))
        return S_OK;
    if (listing->count == LISTING_MAX)
        return E_OUTOFMEMORY;
    if (listing->count == listing->room) {
        const size_t room = listing->room ? 2 * listing->room : 32;
        struct listing_entry *entries = realloc(listing->entries, room * sizeof *entries);
        if (entries == NULL)
            return E_OUTOFMEMORY;
        listing->entries = entries;
        listing->room = room;
    }
    struct listing_entry *entry = &listing->entries[listing->count++];
    *entry = (struct listing_entry){.directory = directory};
    (void)snprintf(entry->place, sizeof entry->place, "%s", place);
    return S_OK;
}

static HRESULT add_element(struct listing *listing, SAFEARRAY *names, LONG index, bool directory) {
    BSTR wide = NULL;
    char place[PLACE_MAX];
    HRESULT hr = SafeArrayGetElement(names, &index, &wide);
    if (FAILED(hr))
        return hr;
    char *name = text_from_wide(wide);
    SysFreeString(wide);
    if (name == NULL)
        hr = E_OUTOFMEMORY;
    else if (place_below(listing->place, name, place)) /* what is no name of a file is left out */
        hr = add(listing, place, directory);
    free(name);
    return hr;
}

static HRESULT add_kind(struct listing *listing, ISCardFileAccess *files, FILETYPE kind) {
    SAFEARRAY *names = NULL;
    LONG last = -1;
    HRESULT hr = ISCardFileAccess_Directory(files, kind, &names);
    if (FAILED(hr))
        return hr;
    hr = SafeArrayGetUBound(names, 1, &last);
    for (LONG i = 0; SUCCEEDED(hr) && i <= last; ++i)
        hr = add_element(listing, names, i, kind == SC_TYPE_DIRECTORIES);
    SafeArrayDestroy(names);
    return hr;
}

/* An application that is known goes by its name, whatever identifier it has: by the name its kind is told. */
static void rename_application(struct listing_entry *entry) {
    const struct facts *facts = &entry->facts;
    char digits[2 * FACTS_NAME_MAX + 1] = "";
    if (!entry->directory || names_application(facts->name, facts->name_size) == NULL)
        return;
    for (size_t i = 0; i < facts->name_size; ++i)
        (void)snprintf(digits + 2 * i, 3, "%02X", facts->name[i]);
    (void)place_below("/", digits, entry->place);
}

/* What the card says of each; what it does not is not missed. */
static HRESULT ask(struct listing *listing, ISCardFileAccess *files) {
    HRESULT hr = S_OK;
    for (size_t i = 0; i < listing->count; ++i) {
        struct listing_entry *entry = &listing->entries[i];
        hr = facts_get(files, entry->place, &entry->facts);
        entry->told = SUCCEEDED(hr);
        if (entry->told)
            rename_application(entry);
        else if (hr == E_OUTOFMEMORY)
            return hr;
    }
    return S_OK;
}

HRESULT listing_get(ISCardFileAccess *files, const char *place, struct listing *out) {
    *out = (struct listing){.count = 0};
    (void)snprintf(out->place, sizeof out->place, "%s", place);
    HRESULT hr = manager_enter(files, place);
    if (SUCCEEDED(hr))
        hr = add_kind(out, files, SC_TYPE_FILES);
    if (SUCCEEDED(hr))
        hr = add_kind(out, files, SC_TYPE_DIRECTORIES);
    if (SUCCEEDED(hr))
        hr = ask(out, files);
    if (FAILED(hr))
        listing_free(out);
    return hr;
}

const struct listing *listing_cache_find(const struct listing_cache *cache, const char *place) {
    for (size_t i = 0; i < LISTING_CACHE; ++i)
        if (cache->listings[i].place[0] && strcmp(cache->listings[i].place, place) == 0)
            return &cache->listings[i];
    return NULL;
}

const struct listing *listing_cache_add(struct listing_cache *cache, struct listing *listing) {
    struct listing *taken = &cache->listings[cache->next];
    cache->next = (cache->next + 1) % LISTING_CACHE;
    listing_free(taken);
    *taken = *listing;
    *listing = (struct listing){.count = 0};
    return taken;
}

void listing_cache_clear(struct listing_cache *cache) {
    for (size_t i = 0; i < LISTING_CACHE; ++i)
        listing_free(&cache->listings[i]);
    cache->next = 0;
}

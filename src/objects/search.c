/* What a locate object looks for: see search.h. */
#include "objects/search.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/utf.h"
#include "carddb/names.h"
#include "objects/namelist.h"
#include "objects/stringarray.h"

#define TITLE_MAX 1024u

bool search_flags_are_valid(LONG flags) {
    return flags == SC_DLG_MINIMAL_UI || flags == SC_DLG_NO_UI || flags == SC_DLG_FORCE_UI;
}

/* The title in UTF-8; NULL is none. As for names, not all callers pass a BSTR. */
static HRESULT title_from(const wchar_t *text, char **out) {
    const size_t length = text ? wcsnlen(text, TITLE_MAX + 1) : 0;
    if (length > TITLE_MAX)
        return E_INVALIDARG;
    int invalid = 0;
    *out = utf8_from_wide(text ? text : L"", length, &invalid);
    if (*out)
        return S_OK;
    return invalid ? E_INVALIDARG : E_OUTOFMEMORY;
}

HRESULT search_create(struct carddb *db, struct atrlist *list, SAFEARRAY *names, SAFEARRAY *guids,
                      SAFEARRAY *groups, const wchar_t *title, LONG flags, struct search **out) {
    if (!search_flags_are_valid(flags))
        return E_INVALIDARG;
    struct search *const search = calloc(1, sizeof *search);
    if (!search)
        return E_OUTOFMEMORY;
    refcount_init(&search->refs);
    search->db = db;
    search->list = list;
    search->flags = flags;
    HRESULT hr = stringarray_to_names(names, &search->names);
    if (SUCCEEDED(hr))
        hr = stringarray_to_guids(guids, &search->interfaces, &search->interface_count);
    if (SUCCEEDED(hr) && search->names.size == 0 && search->interface_count == 0)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr))
        hr = stringarray_to_groups(groups, &search->groups);
    if (SUCCEEDED(hr))
        hr = title_from(title, &search->title);
    if (FAILED(hr)) {
        search_drop(search);
        return hr;
    }
    *out = search;
    return S_OK;
}

struct search *search_hold(struct search *search) {
    if (search)
        (void)refcount_take(&search->refs);
    return search;
}

void search_drop(struct search *search) {
    if (!search || refcount_drop(&search->refs))
        return;
    carddb_names_clear(&search->names);
    carddb_names_clear(&search->groups);
    free(search->interfaces);
    free(search->title);
    free(search);
}

/* The readers of all the groups; *all: one of the groups holds every reader. */
static rm_status members(const struct search *search, struct carddb_names *out, bool *all) {
    struct carddb *const db = search->db;
    rm_status status = RM_OK;
    for (const char *group = NULL;
         status == RM_OK && (group = namelist_next(&search->groups, group)) != NULL;) {
        struct carddb_names some = {0};
        if (carddb_group_reserved(group)) {
            *all = true;
            continue;
        }
        status = db->ops->group_readers(db, group, &some);
        for (const char *name = NULL; status == RM_OK && (name = namelist_next(&some, name)) != NULL;)
            if (!carddb_names_add(out, name, strlen(name)))
                status = RM_E_NO_MEMORY;
        carddb_names_clear(&some);
    }
    return status;
}

rm_status search_readers(const struct search *search, struct carddb_names *readers) {
    struct carddb_names wanted = {0};
    struct carddb_names left = {0};
    bool all = search->groups.size == 0;
    rm_status status = members(search, &wanted, &all);
    if (status == RM_OK && !all) {
        for (const char *name = NULL; status == RM_OK && (name = namelist_next(readers, name)) != NULL;)
            if (namelist_has_exactly(&wanted, name) && !carddb_names_add(&left, name, strlen(name)))
                status = RM_E_NO_MEMORY;
        if (status == RM_OK) {
            carddb_names_clear(readers);
            *readers = left;
            left = (struct carddb_names){0};
        }
    }
    carddb_names_clear(&left);
    carddb_names_clear(&wanted);
    return status;
}

/* A search through the public list, until one of its names is one of ours. */
struct public_search {
    const struct carddb_names *names;
    bool found;
};

static bool visit(void *context, const struct atrlist_match *match) {
    struct public_search *const search = context;
    const char *position = NULL;
    const char *name = NULL;
    size_t size = 0;
    while (!search->found && atrlist_next_name(match, &position, &name, &size))
        search->found = namelist_has(search->names, name, size);
    return !search->found;
}

rm_status search_match(const struct search *search, const uint8_t *atr, size_t atr_size, bool *out) {
    if (atr_size == 0 || atr_size > CARDDB_ATR_MAX) {
        *out = false;
        return RM_OK;
    }
    struct carddb *const db = search->db;
    struct carddb_names types = {0};
    rm_status status = db->ops->list(db, atr, atr_size, search->interfaces, search->interface_count, &types);
    bool found = search->interface_count && types.size;
    for (const char *type = NULL; !found && status == RM_OK && (type = namelist_next(&types, type)) != NULL;)
        found = namelist_has(&search->names, type, strlen(type));
    carddb_names_clear(&types);
    /* A public name finds its cards also where a type has been introduced for them under another one. */
    if (status == RM_OK && !found && search->names.size && search->list) {
        struct public_search public = {.names = &search->names};
        status = atrlist_visit(search->list, atr, atr_size, visit, &public);
        found = public.found;
    }
    if (status == RM_OK)
        *out = found;
    return status;
}

/* What a locate object is asked to look for: see searchrequest.h. */
#include "objects/searchrequest.h"

#include <stdlib.h>
#include <wchar.h>

#include "base/utf.h"
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

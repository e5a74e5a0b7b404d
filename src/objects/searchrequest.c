/* What a locate object is asked to look for: see searchrequest.h. */
#include "objects/searchrequest.h"

#include <stdlib.h>

#include "objects/callertext.h"
#include "objects/stringarray.h"

bool searchrequest_ui(LONG flags, enum search_ui *out) {
    switch (flags) {
    case SC_DLG_NO_UI:
        *out = SEARCH_UI_NEVER;
        return true;
    case SC_DLG_MINIMAL_UI:
        *out = SEARCH_UI_WHEN_NEEDED;
        return true;
    case SC_DLG_FORCE_UI:
        *out = SEARCH_UI_ALWAYS;
        return true;
    default:
        return false;
    }
}

HRESULT searchrequest_create(struct carddb *db, struct atrlist *list, SAFEARRAY *names, SAFEARRAY *guids,
                             SAFEARRAY *groups, const wchar_t *title, LONG flags, struct search **out) {
    enum search_ui ui;
    if (!searchrequest_ui(flags, &ui))
        return E_INVALIDARG;
    struct search *search = calloc(1, sizeof *search);
    if (!search)
        return E_OUTOFMEMORY;
    refcount_init(&search->refs);
    search->db = db;
    search->list = list;
    search->ui = ui;
    HRESULT hr = stringarray_to_names(names, &search->names);
    if (SUCCEEDED(hr))
        hr = stringarray_to_guids(guids, &search->interfaces, &search->interface_count);
    if (SUCCEEDED(hr) && search->names.size == 0 && search->interface_count == 0)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr))
        hr = stringarray_to_groups(groups, &search->groups);
    if (SUCCEEDED(hr))
        hr = callertext_title(title, &search->title);
    if (FAILED(hr)) {
        search_drop(search);
        return hr;
    }
    *out = search;
    return S_OK;
}

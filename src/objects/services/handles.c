/* Open files by number: see handles.h. */
#include "objects/services/handles.h"

#include <stdlib.h>

struct handle {
    struct handle *next;
    HSCARD_FILE number;
    struct openfile file;
};

void handles_init(struct handles *handles) {
    lock_init(&handles->lock);
    handles->first = NULL;
    handles->latest = 0;
}

void handles_clear(struct handles *handles) {
    lock_take(&handles->lock);
    struct handle *handle = handles->first;
    handles->first = NULL;
    lock_give(&handles->lock);
    while (handle) {
        struct handle *const next = handle->next;
        free(handle);
        handle = next;
    }
}

/* Where the pointer to that handle is kept; a pointer to NULL: there is none. */
static struct handle **find(struct handles *handles, HSCARD_FILE number) {
    struct handle **at = &handles->first;
    while (*at && (*at)->number != number)
        at = &(*at)->next;
    return at;
}

HRESULT handles_add(struct handles *handles, const struct openfile *file, HSCARD_FILE *out) {
    struct handle *const handle = malloc(sizeof *handle);
    if (!handle)
        return E_OUTOFMEMORY;
    handle->file = *file;
    lock_take(&handles->lock);
    handle->number = ++handles->latest;
    handle->next = handles->first;
    handles->first = handle;
    lock_give(&handles->lock);
    *out = handle->number;
    return S_OK;
}

HRESULT handles_get(struct handles *handles, HSCARD_FILE number, struct openfile *out) {
    lock_take(&handles->lock);
    const struct handle *const handle = *find(handles, number);
    if (handle)
        *out = handle->file;
    lock_give(&handles->lock);
    return handle ? S_OK : E_INVALIDARG;
}

void handles_put(struct handles *handles, HSCARD_FILE number, const struct openfile *file) {
    lock_take(&handles->lock);
    struct handle *const handle = *find(handles, number);
    if (handle)
        handle->file = *file;
    lock_give(&handles->lock);
}

HRESULT handles_close(struct handles *handles, HSCARD_FILE number) {
    lock_take(&handles->lock);
    struct handle **const at = find(handles, number);
    struct handle *const handle = *at;
    if (handle)
        *at = handle->next;
    lock_give(&handles->lock);
    free(handle);
    return handle ? S_OK : E_INVALIDARG;
}

HRESULT handles_seek(struct handles *handles, HSCARD_FILE number, LONG offset, SEEKTYPE type) {
    lock_take(&handles->lock);
    struct handle *const handle = *find(handles, number);
    const HRESULT hr = handle ? openfile_seek(&handle->file, offset, type) : E_INVALIDARG;
    lock_give(&handles->lock);
    return hr;
}

/* The memory under a stream, lent to the program: see streamloan.h. */
#include "objects/streamloan.h"

#include <stdlib.h>

#include "base/lock.h"
#include "compat/memstream.h"

struct loan {
    struct loan *next;
    IStream *stream; /* with a reference */
    HGLOBAL block;
    const BYTE *bytes; /* NULL: empty, and not locked */
};

/*
 * Every loan of the process: a reference is only given up where one was taken, so that a wrong or repeated
 * return cannot destroy a stream that others use.
 */
static struct lock loans_lock;
static struct loan *loans;

/*
 * Where the bytes of any stream over memory lie. Of our own ones, block, size and address belong to one
 * moment.
 */
static HRESULT lend(IStream *stream, BYTEARRAY *out) {
    if (memstream_is(stream)) {
        size_t size = 0;
        BYTE *bytes = memstream_lend(stream, &out->hMem, &size);
        out->dwSize = (DWORD)size;
        out->pbyData = bytes;
        return S_OK;
    }
    HGLOBAL block = NULL;
    if (FAILED(GetHGlobalFromStream(stream, &block)))
        return E_INVALIDARG;
    BYTE *bytes = GlobalLock(block);
    *out = (BYTEARRAY){.hMem = block, .dwSize = (DWORD)GlobalSize(block), .pbyData = bytes};
    return S_OK;
}

HRESULT streamloan_lend(IStream *stream, BYTEARRAY *out) {
    struct loan *loan = malloc(sizeof *loan);
    if (!loan)
        return E_OUTOFMEMORY;
    const HRESULT hr = lend(stream, out);
    if (FAILED(hr)) {
        free(loan);
        return hr;
    }
    *loan = (struct loan){.stream = stream, .block = out->hMem, .bytes = out->pbyData};
    IStream_AddRef(stream);
    lock_take(&loans_lock);
    loan->next = loans;
    loans = loan;
    lock_give(&loans_lock);
    return S_OK;
}

static struct loan *loan_unlink(const IStream *stream, const BYTE *bytes) {
    lock_take(&loans_lock);
    struct loan **link = &loans;
    while (*link && ((*link)->stream != stream || (*link)->bytes != bytes))
        link = &(*link)->next;
    struct loan *found = *link;
    if (found)
        *link = found->next;
    lock_give(&loans_lock);
    return found;
}

HRESULT streamloan_return(IStream *stream, const BYTE *bytes) {
    struct loan *loan = loan_unlink(stream, bytes);
    if (!loan)
        return E_INVALIDARG;
    if (loan->bytes)
        GlobalUnlock(loan->block);
    IStream_Release(loan->stream);
    free(loan);
    return S_OK;
}

/* A file of a card that is copied from or to. See cardfile.h. */
#include "transfer/cardfile.h"

#include "talk/trouble.h"

HRESULT cardfile_begin(ISCardFileAccess *files, const char *directory, const char *path,
                       struct cardfile *out) {
    *out = (struct cardfile){.files = files, .directory = directory, .path = manager_text(path)};
    return out->path ? S_OK : E_OUTOFMEMORY;
}

void cardfile_end(struct cardfile *file) {
    if (file->handle)
        ISCardFileAccess_Close(file->files, file->handle);
    SysFreeString(file->path);
    file->handle = 0;
    file->path = NULL;
}

/*
 * Asks what it is. A card that does not tell has files of an unknown kind; but where the connection was lost
 * nobody has been asked.
 */
static HRESULT ask(struct cardfile *file) {
    BYTE size[8] = {0x80}, descriptor[16] = {0x82};
    TLV_TABLE table[] = {{sizeof size, size}, {sizeof descriptor, descriptor}};
    LONG count = 2;
    file->total = 0;
    file->kind = FILECOPY_UNKNOWN;
    const HRESULT hr = ISCardFileAccess_GetProperties(file->files, SC_TYPE_BY_ANY, file->path, table, &count,
                                                      SC_FL_NO_FLAGS);
    if (FAILED(hr))
        return trouble_text(hr) ? hr : S_OK;
    if (table[1].cbSize >= 3)
        file->kind = filecopy_kind_of(descriptor[2]);
    for (LONG i = 2; i < table[0].cbSize && i < 6; ++i)
        file->total = file->total << 8 | size[i];
    return S_OK;
}

HRESULT cardfile_open(struct cardfile *file) {
    HRESULT hr = manager_enter(file->files, file->directory);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Open(file->files, SC_TYPE_BY_ANY, file->path, &file->handle);
    if (FAILED(hr))
        return hr;
    hr = ask(file);
    if (FAILED(hr)) {
        ISCardFileAccess_Close(file->files, file->handle);
        file->handle = 0;
    }
    return hr;
}

static HRESULT seek(struct cardfile *file, size_t at) {
    return at == CARDFILE_HERE
               ? S_OK
               : ISCardFileAccess_Seek(file->files, file->handle, (LONG)at, SC_SEEK_FROM_BEGINNING);
}

HRESULT cardfile_read(struct cardfile *file, size_t at, size_t size, uint8_t **out, size_t *size_out) {
    IByteBuffer *buffer = NULL;
    LONG count = (LONG)size;
    HRESULT hr = seek(file, at);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Read(file->files, file->handle, &count, &buffer, SC_FL_NO_FLAGS);
    if (SUCCEEDED(hr))
        hr = card_buffer_bytes(buffer, out, size_out);
    if (buffer)
        IByteBuffer_Release(buffer);
    return hr;
}

HRESULT cardfile_write(struct cardfile *file, size_t at, const uint8_t *bytes, size_t size) {
    IByteBuffer *buffer = NULL;
    HRESULT hr = card_buffer(bytes, size, &buffer);
    if (SUCCEEDED(hr))
        hr = seek(file, at);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Write(file->files, file->handle, 0, buffer, SC_FL_REPLACE);
    if (buffer)
        IByteBuffer_Release(buffer);
    return hr;
}

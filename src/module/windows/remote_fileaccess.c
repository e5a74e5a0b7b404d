/*
 * ISCardFileAccess in another process or apartment: the methods with tables of properties. A provider of card
 * services implements it; here is only the way to one. Called by the proxy and stub that widl makes.
 */
#include "module/windows/remote_table.h"

HRESULT CALLBACK ISCardFileAccess_Create_Proxy(ISCardFileAccess *This, REFTYPE type, BSTR path,
                                               TLV_TABLE *table, LONG *count, SCARD_FLAGS flags,
                                               LPBYTEBUFFER data) {
    REMOTE_BYTES bytes;
    HRESULT hr = remote_table_write(table, count ? *count : 0, &bytes);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_RemoteCreate_Proxy(This, type, path, &bytes, flags, data);
    remote_bytes_free(&bytes);
    return hr;
}

HRESULT __RPC_STUB ISCardFileAccess_Create_Stub(ISCardFileAccess *This, REFTYPE type, BSTR path,
                                                REMOTE_BYTES *bytes, SCARD_FLAGS flags, LPBYTEBUFFER data) {
    struct remote_table table;
    HRESULT hr = remote_table_read(bytes, &table);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Create(This, type, path, table.entries, &table.count, flags, data);
    remote_table_free(&table);
    return hr;
}

HRESULT CALLBACK ISCardFileAccess_SetProperties_Proxy(ISCardFileAccess *This, REFTYPE type, BSTR path,
                                                      TLV_TABLE *table, LONG count, SCARD_FLAGS flags) {
    REMOTE_BYTES bytes;
    HRESULT hr = remote_table_write(table, count, &bytes);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_RemoteSetProperties_Proxy(This, type, path, &bytes, flags);
    remote_bytes_free(&bytes);
    return hr;
}

HRESULT __RPC_STUB ISCardFileAccess_SetProperties_Stub(ISCardFileAccess *This, REFTYPE type, BSTR path,
                                                       REMOTE_BYTES *bytes, SCARD_FLAGS flags) {
    struct remote_table table;
    HRESULT hr = remote_table_read(bytes, &table);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_SetProperties(This, type, path, table.entries, table.count, flags);
    remote_table_free(&table);
    return hr;
}

HRESULT CALLBACK ISCardFileAccess_GetProperties_Proxy(ISCardFileAccess *This, REFTYPE type, BSTR path,
                                                      TLV_TABLE *table, LONG *count, SCARD_FLAGS flags) {
    REMOTE_BYTES rooms, answer = {0, NULL};
    if (!count)
        return E_POINTER;
    HRESULT hr = remote_table_write(table, *count, &rooms);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_RemoteGetProperties_Proxy(This, type, path, &rooms, &answer, flags);
    if (SUCCEEDED(hr)) {
        const HRESULT taken = remote_table_take(&answer, table, count);
        hr = FAILED(taken) ? taken : hr;
    }
    remote_bytes_free(&rooms);
    remote_bytes_free(&answer);
    return hr;
}

/* Ends a call that has filled `table`, which was read from `rooms`. */
static HRESULT answer_with(HRESULT hr, struct remote_table *table, LONG count, const REMOTE_BYTES *rooms,
                           REMOTE_BYTES *out) {
    if (SUCCEEDED(hr)) {
        const HRESULT written = remote_table_answer(table, count, rooms, out);
        hr = FAILED(written) ? written : hr;
    }
    remote_table_free(table);
    return hr;
}

HRESULT __RPC_STUB ISCardFileAccess_GetProperties_Stub(ISCardFileAccess *This, REFTYPE type, BSTR path,
                                                       REMOTE_BYTES *rooms, REMOTE_BYTES *out,
                                                       SCARD_FLAGS flags) {
    struct remote_table table;
    HRESULT hr = remote_table_read(rooms, &table);
    if (FAILED(hr))
        return hr;
    LONG count = table.count;
    hr = ISCardFileAccess_GetProperties(This, type, path, table.entries, &count, flags);
    return answer_with(hr, &table, count, rooms, out);
}

HRESULT CALLBACK ISCardFileAccess_GetFileCapabilities_Proxy(ISCardFileAccess *This, TLV_TABLE *table,
                                                            LONG *count, SCARD_FLAGS flags) {
    REMOTE_BYTES rooms, answer = {0, NULL};
    if (!count)
        return E_POINTER;
    HRESULT hr = remote_table_write(table, *count, &rooms);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_RemoteGetFileCapabilities_Proxy(This, &rooms, &answer, flags);
    if (SUCCEEDED(hr)) {
        const HRESULT taken = remote_table_take(&answer, table, count);
        hr = FAILED(taken) ? taken : hr;
    }
    remote_bytes_free(&rooms);
    remote_bytes_free(&answer);
    return hr;
}

HRESULT __RPC_STUB ISCardFileAccess_GetFileCapabilities_Stub(ISCardFileAccess *This, REMOTE_BYTES *rooms,
                                                             REMOTE_BYTES *out, SCARD_FLAGS flags) {
    struct remote_table table;
    HRESULT hr = remote_table_read(rooms, &table);
    if (FAILED(hr))
        return hr;
    LONG count = table.count;
    hr = ISCardFileAccess_GetFileCapabilities(This, table.entries, &count, flags);
    return answer_with(hr, &table, count, rooms, out);
}

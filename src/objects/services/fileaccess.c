/*
 * Files of a card: ISCardFileAccess. Here are arguments, results and the numbers of open files; services/
 * speaks to the card.
 */
#include "objects/services/fileaccess.h"

#include <stdlib.h>

#include "base/utf.h"
#include "base/wipe.h"
#include "com/com.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/callertext.h"
#include "objects/services/callerbytes.h"
#include "objects/services/cardservice.h"
#include "objects/services/flags.h"
#include "objects/services/handles.h"
#include "objects/services/tables.h"
#include "objects/stringarray.h"
#include "services/creation.h"
#include "services/directory.h"
#include "services/listing.h"
#include "services/naming.h"
#include "services/properties.h"
#include "services/reading.h"
#include "services/writing.h"

struct fileaccess {
    ISCardFileAccess ISCardFileAccess_iface;
    struct com_identity identity;
    struct cardservice *service;
    struct handles handles;
    uint32_t session;         /* link->session of the latest call */
    struct filesystem *files; /* the service's, between its begin and its end */
};

static inline struct fileaccess *impl_from_ISCardFileAccess(ISCardFileAccess *iface) {
    return CONTAINER_OF(iface, struct fileaccess, ISCardFileAccess_iface);
}

static void fileaccess_destroy(void *object) {
    struct fileaccess *access = object;
    handles_clear(&access->handles);
    cardservice_drop(access->service);
    free(access);
}

#define OBJECT fileaccess
#define OBJECT_INTERFACE ISCardFileAccess
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* What the methods share */

/* Begins a call that needs the card; cardservice_end() ends it. Files of a former attachment are closed. */
static HRESULT fileaccess_begin(struct fileaccess *access) {
    struct service_link *link = NULL;
    const HRESULT hr = cardservice_begin(access->service, &link);
    if (FAILED(hr))
        return hr;
    if (access->session != link->session)
        handles_clear(&access->handles);
    access->session = link->session;
    return S_OK;
}

/* Begins a call about the place that the caller names. On failure there is nothing to end. */
static HRESULT begin_at(struct fileaccess *access, REFTYPE type, BSTR text, struct path *path) {
    char *name = NULL;
    HRESULT hr = callertext_path(text, &name);
    if (FAILED(hr))
        return hr;
    /* Whether the text is one at all does not depend on where it leads. */
    hr = naming_check(type, name);
    if (SUCCEEDED(hr))
        hr = fileaccess_begin(access);
    if (SUCCEEDED(hr)) {
        hr = naming_parse(access->files, type, name, path);
        if (FAILED(hr))
            cardservice_end(access->service);
    }
    free(name);
    return hr;
}

/* Directories */

static HRESULT STDMETHODCALLTYPE fileaccess_ChangeDir(ISCardFileAccess *iface, REFTYPE type, BSTR text) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    struct path path;
    HRESULT hr = begin_at(access, type, text, &path);
    if (FAILED(hr))
        return hr;
    hr = directory_change(access->files, &path);
    cardservice_end(access->service);
    return hr;
}

static HRESULT text_to_bstr(const char *text, BSTR *out) {
    wchar_t *const wide = utf8_to_wide(text, NULL);
    *out = wide ? SysAllocString(wide) : NULL;
    free(wide);
    return *out ? S_OK : E_OUTOFMEMORY;
}

static HRESULT STDMETHODCALLTYPE fileaccess_GetCurrentDir(ISCardFileAccess *iface, BSTR *out) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    char text[PATH_TEXT_ROOM];
    if (!out)
        return E_POINTER;
    *out = NULL;
    const HRESULT hr = fileaccess_begin(access);
    if (FAILED(hr))
        return hr;
    path_write(&access->files->directory, text);
    cardservice_end(access->service);
    return text_to_bstr(text, out);
}

static HRESULT STDMETHODCALLTYPE fileaccess_Directory(ISCardFileAccess *iface, FILETYPE type,
                                                      LPSAFEARRAY *out) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    struct names names = {0};
    if (!out)
        return E_POINTER;
    *out = NULL;
    if ((int)type < SC_TYPE_DIRECTORIES || (int)type > SC_TYPE_VARIABLE_EF)
        return E_INVALIDARG;
    HRESULT hr = fileaccess_begin(access);
    if (FAILED(hr))
        return hr;
    hr = listing_list(access->files, type, &names);
    cardservice_end(access->service);
    if (SUCCEEDED(hr))
        hr = stringarray_from_names(&names, out);
    names_clear(&names);
    return hr;
}

/* Open files */

static HRESULT STDMETHODCALLTYPE fileaccess_Open(ISCardFileAccess *iface, REFTYPE type, BSTR text,
                                                 HSCARD_FILE *out) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    struct openfile file;
    struct path path;
    if (!out)
        return E_POINTER;
    *out = 0;
    HRESULT hr = begin_at(access, type, text, &path);
    if (FAILED(hr))
        return hr;
    hr = openfile_open(access->files, &path, &file);
    cardservice_end(access->service);
    return FAILED(hr) ? hr : handles_add(&access->handles, &file, out);
}

static HRESULT STDMETHODCALLTYPE fileaccess_Close(ISCardFileAccess *iface, HSCARD_FILE number) {
    return handles_close(&impl_from_ISCardFileAccess(iface)->handles, number);
}

static HRESULT STDMETHODCALLTYPE fileaccess_Seek(ISCardFileAccess *iface, HSCARD_FILE number, LONG offset,
                                                 SEEKTYPE type) {
    return handles_seek(&impl_from_ISCardFileAccess(iface)->handles, number, offset, type);
}

/* Begins a call about an open file. On failure there is nothing to end. */
static HRESULT begin_with(struct fileaccess *access, HSCARD_FILE number, struct openfile *file) {
    HRESULT hr = handles_get(&access->handles, number, file);
    if (SUCCEEDED(hr))
        hr = fileaccess_begin(access);
    if (FAILED(hr))
        return hr;
    /* Once more: the beginning may have closed it. */
    hr = handles_get(&access->handles, number, file);
    if (FAILED(hr))
        cardservice_end(access->service);
    return hr;
}

static HRESULT read_content(struct fileaccess *access, HSCARD_FILE number, uint32_t wanted,
                            struct content *out) {
    struct openfile file;
    HRESULT hr = begin_with(access, number, &file);
    if (FAILED(hr))
        return hr;
    hr = reading_read(access->files, &file, wanted, out);
    cardservice_end(access->service);
    handles_put(&access->handles, number, &file);
    return hr;
}

/* Into the caller's buffer where there is one, else into a new one. */
static HRESULT hand_out(const struct content *content, LPBYTEBUFFER *buffer) {
    if (*buffer)
        return bytebuffer_replace(*buffer, content->bytes, content->size);
    return bytebuffer_create_with(content->bytes, content->size, buffer);
}

static HRESULT STDMETHODCALLTYPE fileaccess_Read(ISCardFileAccess *iface, HSCARD_FILE number, LONG *count,
                                                 LPBYTEBUFFER *buffer, SCARD_FLAGS flags) {
    struct content content = {0};
    if (!count || !buffer)
        return E_POINTER;
    const LONG wanted = *count;
    *count = 0;
    if (wanted < 0)
        return E_INVALIDARG;
    HRESULT hr = flags_check(flags, 0);
    if (SUCCEEDED(hr))
        hr = read_content(impl_from_ISCardFileAccess(iface), number,
                          wanted < (LONG)READING_MAX ? (uint32_t)wanted : READING_MAX, &content);
    if (SUCCEEDED(hr))
        hr = hand_out(&content, buffer);
    if (SUCCEEDED(hr))
        *count = (LONG)content.size;
    content_clear(&content);
    return hr;
}

/* `length` of the buffer's bytes; 0: all. E_INVALIDARG: it has none, or fewer. */
static HRESULT bytes_from(IByteBuffer *buffer, LONG length, struct callerbytes *out) {
    if (length < 0)
        return E_INVALIDARG;
    const HRESULT hr = callerbytes_read(buffer, READING_MAX, out);
    return SUCCEEDED(hr) && (size_t)length > out->size ? E_INVALIDARG : hr;
}

/* What the flags say of the bytes that are there. false: more than one thing. */
static bool way_from(unsigned flags, enum writing_way *way) {
    switch (flags) {
    case SC_FL_NO_FLAGS:
    case SC_FL_REPLACE:
        *way = WRITING_REPLACE;
        return true;
    case SC_FL_OR:
        *way = WRITING_OR;
        return true;
    case SC_FL_AND:
        *way = WRITING_AND;
        return true;
    default:
        return false;
    }
}

/* bytes NULL: erases `size` bytes. */
static HRESULT write_content(struct fileaccess *access, HSCARD_FILE number, enum writing_way way,
                             const uint8_t *bytes, uint32_t size) {
    struct openfile file;
    HRESULT hr = begin_with(access, number, &file);
    if (FAILED(hr))
        return hr;
    hr = bytes ? writing_write(access->files, &file, way, bytes, size)
               : writing_erase(access->files, &file, size);
    cardservice_end(access->service);
    handles_put(&access->handles, number, &file);
    return hr;
}

#define WRITE_FLAGS (SC_FL_REPLACE | SC_FL_ERASE | SC_FL_OR | SC_FL_AND)

static HRESULT STDMETHODCALLTYPE fileaccess_Write(ISCardFileAccess *iface, HSCARD_FILE number, LONG length,
                                                  LPBYTEBUFFER data, SCARD_FLAGS flags) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    const unsigned bits = (unsigned)flags & WRITE_FLAGS;
    enum writing_way way = WRITING_REPLACE;
    struct callerbytes bytes = {0};
    HRESULT hr = flags_check(flags, WRITE_FLAGS);
    if (FAILED(hr))
        return hr;
    if (length < 0 || (bits == SC_FL_ERASE ? data != NULL : !way_from(bits, &way)))
        return E_INVALIDARG;
    if (bits == SC_FL_ERASE)
        return write_content(access, number, way, NULL,
                             length < (LONG)READING_MAX ? (uint32_t)length : READING_MAX);
    hr = bytes_from(data, length, &bytes);
    if (SUCCEEDED(hr))
        hr =
            write_content(access, number, way, bytes.bytes, (uint32_t)(length ? (size_t)length : bytes.size));
    callerbytes_clear(&bytes);
    return hr;
}

/* Making and changing files */

/* What a new file is to have in it. Fails the write, the file stays. */
static HRESULT write_first(struct filesystem *files, const struct path *path,
                           const struct callerbytes *bytes) {
    struct openfile file;
    const HRESULT hr = openfile_open(files, path, &file);
    return FAILED(hr) ? hr
                      : writing_write(files, &file, WRITING_REPLACE, bytes->bytes, (uint32_t)bytes->size);
}

static HRESULT create(struct fileaccess *access, REFTYPE type, BSTR text, const struct content *objects,
                      const struct callerbytes *first) {
    struct path path;
    HRESULT hr = begin_at(access, type, text, &path);
    if (FAILED(hr))
        return hr;
    hr = creation_create(access->files, &path, objects->bytes, objects->size);
    if (SUCCEEDED(hr) && first->size)
        hr = write_first(access->files, &path, first);
    cardservice_end(access->service);
    return hr;
}

static HRESULT STDMETHODCALLTYPE fileaccess_Create(ISCardFileAccess *iface, REFTYPE type, BSTR text,
                                                   TLV_TABLE *table, LONG *count, SCARD_FLAGS flags,
                                                   LPBYTEBUFFER data) {
    struct content objects = {0};
    struct callerbytes first = {0};
    if (!count)
        return E_POINTER;
    HRESULT hr = flags_check(flags, SC_FL_PREALLOCATE);
    if (SUCCEEDED(hr))
        hr = tables_objects(table, *count, &objects);
    if (SUCCEEDED(hr) && (unsigned)flags & SC_FL_PREALLOCATE)
        hr = bytes_from(data, 0, &first);
    if (SUCCEEDED(hr))
        hr = create(impl_from_ISCardFileAccess(iface), type, text, &objects, &first);
    callerbytes_clear(&first);
    content_clear(&objects);
    return hr;
}

/* A preallocation has no meaning here, but the published page names its flag: it does nothing. */
#define DELETE_FLAGS (SC_FL_RECURSIVE | SC_FL_NON_RECURSIVE | SC_FL_PREALLOCATE)

static HRESULT STDMETHODCALLTYPE fileaccess_Delete(ISCardFileAccess *iface, REFTYPE type, BSTR text,
                                                   SCARD_FLAGS flags) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    const bool recursive = (unsigned)flags & SC_FL_RECURSIVE;
    struct path path;
    HRESULT hr = flags_check(flags, DELETE_FLAGS);
    if (SUCCEEDED(hr) && recursive && (unsigned)flags & SC_FL_NON_RECURSIVE)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr))
        hr = begin_at(access, type, text, &path);
    if (FAILED(hr))
        return hr;
    hr = creation_delete(access->files, &path, recursive);
    cardservice_end(access->service);
    return hr;
}

static HRESULT change_state(ISCardFileAccess *iface, BSTR text, SCARD_FLAGS flags,
                            HRESULT (*change)(struct filesystem *files, const struct path *path)) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    struct path path;
    HRESULT hr = flags_check(flags, 0);
    if (SUCCEEDED(hr))
        hr = begin_at(access, SC_TYPE_BY_ANY, text, &path);
    if (FAILED(hr))
        return hr;
    hr = change(access->files, &path);
    cardservice_end(access->service);
    return hr;
}

static HRESULT STDMETHODCALLTYPE fileaccess_Invalidate(ISCardFileAccess *iface, BSTR text,
                                                       SCARD_FLAGS flags) {
    return change_state(iface, text, flags, creation_deactivate);
}

static HRESULT STDMETHODCALLTYPE fileaccess_Rehabilitate(ISCardFileAccess *iface, BSTR text,
                                                         SCARD_FLAGS flags) {
    return change_state(iface, text, flags, creation_activate);
}

/* Properties */

#define WISHES (SC_FL_GET_ALL_PROPERTIES | SC_FL_STAT_DEFAULT)

/* What is wanted, and whether the table can take it. A missing one is told before anything else. */
static HRESULT check_wish(const TLV_TABLE *table, const LONG *count, SCARD_FLAGS flags,
                          enum tables_wish *wish) {
    const unsigned bits = (unsigned)flags & WISHES;
    *wish = bits == SC_FL_GET_ALL_PROPERTIES ? TABLES_ALL
            : bits == SC_FL_STAT_DEFAULT     ? TABLES_DEFAULT
                                             : TABLES_NAMED;
    const HRESULT table_hr = tables_check(table, count, *wish);
    const HRESULT hr = bits == WISHES ? E_INVALIDARG : flags_check(flags, WISHES);
    return table_hr == E_POINTER || SUCCEEDED(hr) ? table_hr : hr;
}

static HRESULT STDMETHODCALLTYPE fileaccess_GetProperties(ISCardFileAccess *iface, REFTYPE type, BSTR text,
                                                          TLV_TABLE *table, LONG *count, SCARD_FLAGS flags) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    struct content objects = {0};
    enum tables_wish wish;
    struct path path;
    HRESULT hr = check_wish(table, count, flags, &wish);
    if (SUCCEEDED(hr))
        hr = begin_at(access, type, text, &path);
    if (FAILED(hr))
        return hr;
    hr = properties_get(access->files, &path, &objects);
    cardservice_end(access->service);
    if (SUCCEEDED(hr))
        hr = tables_fill(table, count, wish, &objects);
    content_clear(&objects);
    return hr;
}

static HRESULT STDMETHODCALLTYPE fileaccess_GetFileCapabilities(ISCardFileAccess *iface, TLV_TABLE *table,
                                                                LONG *count, SCARD_FLAGS flags) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    struct content objects = {0};
    enum tables_wish wish;
    HRESULT hr = check_wish(table, count, flags, &wish);
    if (SUCCEEDED(hr))
        hr = fileaccess_begin(access);
    if (FAILED(hr))
        return hr;
    hr = properties_capabilities(access->files, &objects);
    cardservice_end(access->service);
    if (SUCCEEDED(hr))
        hr = tables_fill(table, count, wish, &objects);
    content_clear(&objects);
    return hr;
}

static HRESULT STDMETHODCALLTYPE fileaccess_SetProperties(ISCardFileAccess *iface, REFTYPE type, BSTR text,
                                                          TLV_TABLE *table, LONG count, SCARD_FLAGS flags) {
    struct fileaccess *access = impl_from_ISCardFileAccess(iface);
    struct content objects = {0};
    struct path path;
    HRESULT hr = tables_objects(table, count, &objects);
    if (SUCCEEDED(hr))
        hr = flags_check(flags, 0);
    if (SUCCEEDED(hr))
        hr = begin_at(access, type, text, &path);
    if (SUCCEEDED(hr)) {
        hr = properties_set(access->files, &path, objects.bytes, objects.size);
        cardservice_end(access->service);
    }
    content_clear(&objects);
    return hr;
}

/* The manager has bound the object to a card when it made it: there is nothing to be said by a number. */
static HRESULT STDMETHODCALLTYPE fileaccess_Initialize(ISCardFileAccess *iface, LONG *unused) {
    (void)iface;
    (void)unused;
    return S_OK;
}

const ISCardFileAccessVtbl fileaccess_vtbl = {
    DISPATCH_SLOTS(fileaccess),
    .ChangeDir = fileaccess_ChangeDir,
    .Close = fileaccess_Close,
    .Create = fileaccess_Create,
    .Delete = fileaccess_Delete,
    .Directory = fileaccess_Directory,
    .GetCurrentDir = fileaccess_GetCurrentDir,
    .GetFileCapabilities = fileaccess_GetFileCapabilities,
    .GetProperties = fileaccess_GetProperties,
    .Initialize = fileaccess_Initialize,
    .Invalidate = fileaccess_Invalidate,
    .Open = fileaccess_Open,
    .Read = fileaccess_Read,
    .Rehabilitate = fileaccess_Rehabilitate,
    .Seek = fileaccess_Seek,
    .SetProperties = fileaccess_SetProperties,
    .Write = fileaccess_Write,
};

HRESULT fileaccess_create(struct cardservice *service, ISCardFileAccess **out) {
    *out = NULL;
    struct fileaccess *access = calloc(1, sizeof *access);
    if (!access)
        return E_OUTOFMEMORY;
    fileaccess_init(access);
    handles_init(&access->handles);
    access->service = cardservice_take(service);
    access->files = cardservice_files(service);
    *out = &access->ISCardFileAccess_iface;
    return S_OK;
}

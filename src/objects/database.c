/*
 * The database object, ISCardDatabase: what is known about readers, groups of readers and types of cards.
 * Made by the class table. It needs no service to know card types: a context is opened when readers are asked
 * for.
 */
#include "objects/database.h"

#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "com/com.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/callertext.h"
#include "objects/stringarray.h"
#include "rm/names.h"

struct database {
    ISCardDatabase ISCardDatabase_iface;
    struct com_identity identity;
    struct rm_service *service; /* NULL: there is none */
    struct carddb *db;
    struct atrlist *list; /* NULL: there is none */
    struct lock lock;     /* guards the context */
    struct rm_context *context;
};

static inline struct database *impl_from_ISCardDatabase(ISCardDatabase *iface) {
    return CONTAINER_OF(iface, struct database, ISCardDatabase_iface);
}

static void database_destroy(void *object) {
    struct database *database = object;
    rm_context_close(database->context);
    free(database);
}

#define OBJECT database
#define OBJECT_INTERFACE ISCardDatabase
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* Card types */

/* Everything about the type of this name; free() it. */
static HRESULT type_by_name(const struct database *database, const wchar_t *text, struct carddb_type **out) {
    char *name = NULL;
    const HRESULT hr = callertext_card(text, &name);
    if (FAILED(hr))
        return hr;
    const rm_status status = database->db->ops->get(database->db, name, out);
    free(name);
    return hresult_from_rm(status);
}

static HRESULT STDMETHODCALLTYPE database_GetProviderCardId(ISCardDatabase *iface, BSTR name, LPGUID *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct carddb_type *type = NULL;
    HRESULT hr = type_by_name(impl_from_ISCardDatabase(iface), name, &type);
    if (FAILED(hr))
        return hr;
    if (!type->has_provider) {
        hr = hresult_from_rm(RM_E_ICC_INSTALLATION);
    } else {
        GUID *provider = CoTaskMemAlloc(sizeof *provider);
        hr = provider ? S_OK : E_OUTOFMEMORY;
        if (provider)
            memcpy(provider, &type->provider, sizeof *provider);
        *out = provider;
    }
    free(type);
    return hr;
}

static HRESULT STDMETHODCALLTYPE database_ListCardInterfaces(ISCardDatabase *iface, BSTR name,
                                                             LPSAFEARRAY *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct carddb_type *type = NULL;
    HRESULT hr = type_by_name(impl_from_ISCardDatabase(iface), name, &type);
    if (FAILED(hr))
        return hr;
    hr = stringarray_from_guids(type->interfaces, type->interface_count, out);
    free(type);
    return hr;
}

/* What ListCards is asked for. */
struct query {
    uint8_t *atr; /* NULL: any card */
    size_t atr_size;
    struct carddb_guid *interfaces;
    size_t count;
};

static HRESULT query_open(IByteBuffer *atr, SAFEARRAY *interfaces, struct query *out) {
    *out = (struct query){0};
    HRESULT hr = stringarray_to_guids(interfaces, &out->interfaces, &out->count);
    if (FAILED(hr) || !atr)
        return hr;
    hr = bytebuffer_read_all(atr, CARDDB_ATR_MAX, &out->atr, &out->atr_size);
    return SUCCEEDED(hr) && out->atr_size == 0 ? E_INVALIDARG : hr; /* a card without an ATR is none */
}

static void query_close(struct query *query) {
    free(query->atr);
    free(query->interfaces);
}

/*
 * Introduced types, else public names. The public list knows no interfaces: whoever asks for some gets none
 * of it.
 */
static rm_status query_run(const struct database *database, const struct query *query, struct names *out) {
    struct carddb *db = database->db;
    rm_status status = db->ops->list(db, query->atr, query->atr_size, query->interfaces, query->count, out);
    if (status != RM_OK || out->size || !query->atr || query->count || !database->list)
        return status;
    return atrlist_find(database->list, query->atr, query->atr_size, out);
}

static HRESULT STDMETHODCALLTYPE database_ListCards(ISCardDatabase *iface, LPBYTEBUFFER atr,
                                                    LPSAFEARRAY interfaces, LONG locale, LPSAFEARRAY *out) {
    (void)locale; /* names are the same everywhere */
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct names names = {0};
    struct query query;
    HRESULT hr = query_open(atr, interfaces, &query);
    if (SUCCEEDED(hr))
        hr = hresult_from_rm(query_run(impl_from_ISCardDatabase(iface), &query, &names));
    if (SUCCEEDED(hr))
        hr = stringarray_from_names(&names, out);
    query_close(&query);
    names_clear(&names);
    return hr;
}

/* Readers and groups */

typedef rm_status (*list_call)(struct rm_context *context, struct rm_bound *bound, struct names *out);

/* Asks the service through the object's context; one that has served before and fails is replaced once. */
static rm_status ask_service(struct database *database, list_call call, struct names *out) {
    if (!database->service)
        return RM_E_NO_SERVICE;
    lock_take(&database->lock);
    bool fresh = !database->context;
    rm_status status =
        fresh ? rm_context_open(database->service, RM_WITHIN(RM_INFINITE), &database->context) : RM_OK;
    while (status == RM_OK && (status = call(database->context, RM_WITHIN(RM_INFINITE), out)) != RM_OK) {
        rm_context_close(database->context);
        database->context = NULL;
        if (fresh)
            break;
        fresh = true;
        status = rm_context_open(database->service, RM_WITHIN(RM_INFINITE), &database->context);
    }
    lock_give(&database->lock);
    return status;
}

/* Appends the names that are not there yet. */
static rm_status names_join(struct names *names, const struct names *more) {
    const char *name = NULL;
    while ((name = names_next(more, name)) != NULL)
        if (!names_has_anycase(names, name, strlen(name)) && !names_add(names, name, strlen(name)))
            return RM_E_NO_MEMORY;
    return RM_OK;
}

/* The groups that always exist, then the service's, then the database's. No service: it has no groups. */
static rm_status collect_groups(struct database *database, struct names *out) {
    static const char always[] = "SCard$AllReaders\0SCard$DefaultReaders\0";
    struct names more = {0};
    rm_status status = names_add_all(out, always, sizeof always) ? RM_OK : RM_E_NO_MEMORY;
    if (status == RM_OK && ask_service(database, rm_list_groups, &more) == RM_OK)
        status = names_join(out, &more);
    names_clear(&more);
    if (status == RM_OK)
        status = database->db->ops->group_list(database->db, &more);
    if (status == RM_OK)
        status = names_join(out, &more);
    names_clear(&more);
    return status;
}

static rm_status collect_readers(struct database *database, struct names *out) {
    return ask_service(database, rm_list_readers, out);
}

static HRESULT answer(struct database *database,
                      rm_status (*collect)(struct database *database, struct names *out), LPSAFEARRAY *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct names names = {0};
    HRESULT hr = hresult_from_rm(collect(database, &names));
    if (SUCCEEDED(hr))
        hr = stringarray_from_readers(&names, out);
    names_clear(&names);
    return hr;
}

static HRESULT STDMETHODCALLTYPE database_ListReaderGroups(ISCardDatabase *iface, LONG locale,
                                                           LPSAFEARRAY *out) {
    (void)locale;
    return answer(impl_from_ISCardDatabase(iface), collect_groups, out);
}

static HRESULT STDMETHODCALLTYPE database_ListReaders(ISCardDatabase *iface, LONG locale, LPSAFEARRAY *out) {
    (void)locale;
    return answer(impl_from_ISCardDatabase(iface), collect_readers, out);
}

const ISCardDatabaseVtbl database_vtbl = {
    DISPATCH_SLOTS(database),
    .GetProviderCardId = database_GetProviderCardId,
    .ListCardInterfaces = database_ListCardInterfaces,
    .ListCards = database_ListCards,
    .ListReaderGroups = database_ListReaderGroups,
    .ListReaders = database_ListReaders,
};

HRESULT database_create(struct rm_service *service, struct carddb *db, struct atrlist *list,
                        ISCardDatabase **out) {
    *out = NULL;
    struct database *database = calloc(1, sizeof *database);
    if (!database)
        return E_OUTOFMEMORY;
    database_init(database);
    database->service = service;
    database->db = db;
    database->list = list;
    *out = &database->ISCardDatabase_iface;
    return S_OK;
}

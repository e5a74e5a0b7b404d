/*
 * The card database of Windows over SCardIntroduceCardType and its family. Compiled there only. What a type
 * consists of is type.c's.
 */
#include "carddb/winscard/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "base/utf.h"
#include "carddb/explain.h"
#include "carddb/names.h"
#include "carddb/typecopy.h"
#include "carddb/winscard/list.h"
#include "carddb/winscard/type.h"
#include "carddb/winscard/winscard.h"
#include "rm/names.h"

struct winscard_carddb {
    struct carddb base;
    const struct carddb_winscard_api *api; /* NULL: the system's, see api_of() */
    uint64_t number;
};

/* One call at work. */
struct session {
    struct carddb *db;
    const struct carddb_winscard_api *api; /* NULL: the system has no card database */
    SCARDCONTEXT context;                  /* 0: none; what only reads can do without */
};

static struct winscard_place place_of(const struct session *session) {
    return (struct winscard_place){session->api, session->context};
}

_Static_assert(sizeof(struct carddb_guid) == sizeof(GUID), "a GUID is laid out as the system's");

static struct winscard_carddb *from_base(struct carddb *db) {
    return CONTAINER_OF(db, struct winscard_carddb, base);
}

static void winscard_close(struct carddb *db) {
    free(from_base(db));
}

static const char *winscard_explain(struct carddb *db) {
    return explain_get(from_base(db)->number);
}

static const struct carddb_winscard_api *api_of(struct carddb *db) {
    const struct winscard_carddb *self = from_base(db);
    return self->api ? self->api : carddb_winscard_api_load();
}

/* The port's status for the system's: Win32 codes come from the registry behind the functions. */
static rm_status translate(LONG result) {
    switch (result) {
    case ERROR_ACCESS_DENIED:
        return RM_E_NO_ACCESS;
    case ERROR_FILE_NOT_FOUND:
        return RM_E_UNKNOWN_CARD;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
        return RM_E_NO_MEMORY;
    default:
        return result == SCARD_S_SUCCESS || rm_status_name((rm_status)result) ? (rm_status)result
                                                                              : RM_F_INTERNAL_ERROR;
    }
}

/* Ends a call: what the system said last, in the port's terms. */
static rm_status leave(const struct session *session, LONG result) {
    const rm_status status = translate(result);
    if (session->context)
        (void)session->api->release_context(session->context);
    if (status != RM_OK)
        explain_set(from_base(session->db)->number, "%s (The system's card database said 0x%08lX.)",
                    rm_status_advice(status), (unsigned long)result);
    return status;
}

/* Begins one: the code is for leave(), which is called in any case. */
static LONG enter(struct carddb *db, enum carddb_scope scope, struct session *out) {
    *out = (struct session){.db = db, .api = api_of(db)};
    const DWORD wanted = scope == CARDDB_SYSTEM ? SCARD_SCOPE_SYSTEM : SCARD_SCOPE_USER;
    const LONG result = out->api->establish_context(wanted, NULL, NULL, &out->context);
    if (result != SCARD_S_SUCCESS)
        out->context = 0;
    return result;
}

/*
 * The same for a call that only reads. The service sleeps where there is no reader; the functions then answer
 * without a context, from what is introduced for all.
 */
static LONG enter_reading(struct carddb *db, struct session *out) {
    const LONG result = enter(db, CARDDB_USER, out);
    return result == (LONG)RM_E_NO_SERVICE || result == (LONG)RM_E_SERVICE_STOPPED ? SCARD_S_SUCCESS : result;
}

/* A system without a card database: nothing is found in it, and nothing can be put there. */
static rm_status refuse(struct carddb *db) {
    explain_set(from_base(db)->number,
                "This system has no smart card database: winscard.dll is not there, or (in "
                "Wine) knows no types of cards and groups of readers; nothing can be "
                "introduced or forgotten here.");
    return RM_E_NO_SERVICE;
}

static bool is_scope(enum carddb_scope scope) {
    return scope == CARDDB_USER || scope == CARDDB_SYSTEM;
}

static bool is_name(const char *name) {
    return name && carddb_name_valid(name, strlen(name));
}

/* Types are keys in the registry, where a backslash begins the name of another. */
static bool is_type(const char *name) {
    return is_name(name) && !strchr(name, '\\');
}

static bool is_group(const char *group) {
    return is_name(group) && !carddb_group_reserved(group);
}

static rm_status winscard_introduce(struct carddb *db, enum carddb_scope scope,
                                    const struct carddb_type *type) {
    struct session session;
    if (!is_scope(scope) || !type || !is_type(type->name) || type->atr_size < 1 ||
        type->atr_size > CARDDB_ATR_MAX || type->interface_count > CARDDB_INTERFACES_MAX ||
        (type->interface_count && !type->interfaces))
        return RM_E_INVALID_VALUE;
    if (!api_of(db))
        return refuse(db);
    wchar_t *name = utf8_to_wide(type->name, NULL);
    if (!name)
        return RM_E_NO_MEMORY;
    LONG result = enter(db, scope, &session);
    if (result == SCARD_S_SUCCESS) {
        const struct winscard_place place = place_of(&session);
        const HKEY root = scope == CARDDB_SYSTEM ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
        result = winscard_type_introduce(&place, root, name, type);
    }
    free(name);
    return leave(&session, result);
}

static rm_status winscard_forget(struct carddb *db, enum carddb_scope scope, const char *name) {
    struct session session;
    if (!is_scope(scope) || !is_name(name))
        return RM_E_INVALID_VALUE;
    if (!is_type(name))
        return RM_E_UNKNOWN_CARD;
    if (!api_of(db))
        return refuse(db);
    wchar_t *wide = utf8_to_wide(name, NULL);
    if (!wide)
        return RM_E_NO_MEMORY;
    LONG result = enter(db, scope, &session);
    if (result == SCARD_S_SUCCESS)
        result = session.api->forget_card_type(session.context, wide);
    free(wide);
    return leave(&session, result);
}

/*
 * Ends a call that lists: what the system gave is taken and given back. `none`: its code for an empty list.
 */
static rm_status leave_listing(const struct session *session, LONG result, LONG none,
                               const struct winscard_list *list, bool groups, struct names *out) {
    rm_status status = RM_OK;
    if (result == none || (result == SCARD_S_SUCCESS && !list->names))
        status = winscard_list_take(&(const struct winscard_list){0}, groups, out);
    else if (result == SCARD_S_SUCCESS)
        status = winscard_list_take(list, groups, out);
    else
        return leave(session, result);
    if (list->names)
        (void)session->api->free_memory(session->context, list->names);
    return leave(session, (LONG)status);
}

static rm_status nothing(struct names *out) {
    return winscard_list_take(&(const struct winscard_list){0}, false, out);
}

static rm_status winscard_list(struct carddb *db, const uint8_t *atr, size_t atr_size,
                               const struct carddb_guid *interfaces, size_t count, struct names *out) {
    /* The function takes no size: it reads as much as the ATR says of itself. */
    uint8_t padded[CARDDB_ATR_MAX + 33] = {0};
    struct winscard_list list = {.size = SCARD_AUTOALLOCATE};
    struct session session;
    if (!out || (atr && (atr_size == 0 || atr_size > CARDDB_ATR_MAX)) || (count && !interfaces) ||
        count > CARDDB_INTERFACES_MAX)
        return RM_E_INVALID_VALUE;
    if (!api_of(db))
        return nothing(out);
    if (atr)
        memcpy(padded, atr, atr_size);
    LONG result = enter_reading(db, &session);
    if (result == SCARD_S_SUCCESS)
        result =
            session.api->list_cards(session.context, atr ? padded : NULL, count ? (LPCGUID)interfaces : NULL,
                                    (DWORD)count, (LPWSTR)(void *)&list.names, &list.size);
    return leave_listing(&session, result, (LONG)RM_E_UNKNOWN_CARD, &list, false, out);
}

static rm_status winscard_get(struct carddb *db, const char *name, struct carddb_type **out) {
    struct carddb_guid guids[CARDDB_INTERFACES_MAX];
    struct carddb_type type = {.name = name};
    struct session session;
    if (!out || !is_name(name))
        return RM_E_INVALID_VALUE;
    *out = NULL;
    if (!is_type(name) || !api_of(db))
        return RM_E_UNKNOWN_CARD;
    wchar_t *wide = utf8_to_wide(name, NULL);
    if (!wide)
        return RM_E_NO_MEMORY;
    LONG result = enter_reading(db, &session);
    if (result == SCARD_S_SUCCESS) {
        const HKEY roots[] = {HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE}; /* the user's type hides the system's */
        const struct winscard_place place = place_of(&session);
        result = winscard_type_read(&place, roots, sizeof roots / sizeof *roots, wide, &type, guids);
    }
    if (result == SCARD_S_SUCCESS) {
        *out = carddb_type_copy(&type, guids, type.interface_count);
        result = *out ? SCARD_S_SUCCESS : (LONG)RM_E_NO_MEMORY;
    }
    free(wide);
    return leave(&session, result);
}

static rm_status winscard_group_list(struct carddb *db, struct names *out) {
    struct winscard_list list = {.size = SCARD_AUTOALLOCATE};
    struct session session;
    if (!out)
        return RM_E_INVALID_VALUE;
    if (!api_of(db))
        return nothing(out);
    LONG result = enter_reading(db, &session);
    if (result == SCARD_S_SUCCESS)
        result = session.api->list_reader_groups(session.context, (LPWSTR)(void *)&list.names, &list.size);
    return leave_listing(&session, result, (LONG)RM_E_NO_READERS_AVAILABLE, &list, true, out);
}

static rm_status winscard_group_readers(struct carddb *db, const char *group, struct names *out) {
    struct winscard_list list = {.size = SCARD_AUTOALLOCATE};
    struct session session;
    size_t length;
    if (!out || !is_group(group))
        return RM_E_INVALID_VALUE;
    if (!api_of(db))
        return nothing(out);
    wchar_t *wide = utf8_to_wide(group, &length);
    wchar_t *groups = wide ? calloc(length + 2, sizeof *groups) : NULL; /* two NULs at its end */
    if (groups)
        memcpy(groups, wide, length * sizeof *groups);
    free(wide);
    if (!groups)
        return RM_E_NO_MEMORY;
    LONG result = enter_reading(db, &session);
    if (result == SCARD_S_SUCCESS)
        result = session.api->list_readers(session.context, groups, (LPWSTR)(void *)&list.names, &list.size);
    free(groups);
    return leave_listing(&session, result, (LONG)RM_E_NO_READERS_AVAILABLE, &list, false, out);
}

enum group_change { GROUP_ADD, GROUP_REMOVE, GROUP_FORGET };

static LONG change_once(const struct session *session, enum group_change change, const wchar_t *group,
                        const wchar_t *reader) {
    switch (change) {
    case GROUP_ADD:
        return session->api->add_reader_to_group(session->context, reader, group);
    case GROUP_REMOVE:
        return session->api->remove_reader_from_group(session->context, reader, group);
    default:
        return session->api->forget_reader_group(session->context, group);
    }
}

static rm_status change_group(struct carddb *db, enum carddb_scope scope, enum group_change change,
                              const char *group, const char *reader) {
    struct session session;
    if (!is_scope(scope) || !is_group(group) || (change != GROUP_FORGET && !is_name(reader)))
        return RM_E_INVALID_VALUE;
    if (!api_of(db))
        return refuse(db);
    wchar_t *wide_group = utf8_to_wide(group, NULL);
    wchar_t *wide_reader = utf8_to_wide(reader ? reader : "", NULL);
    rm_status status = RM_E_NO_MEMORY;
    if (wide_group && wide_reader) {
        LONG result = enter(db, scope, &session);
        if (result == SCARD_S_SUCCESS)
            result = change_once(&session, change, wide_group, wide_reader);
        status = leave(&session, result == ERROR_FILE_NOT_FOUND ? (LONG)RM_E_UNKNOWN_READER : result);
    }
    free(wide_group);
    free(wide_reader);
    return status;
}

static rm_status winscard_group_add(struct carddb *db, enum carddb_scope scope, const char *group,
                                    const char *reader) {
    return change_group(db, scope, GROUP_ADD, group, reader);
}

static rm_status winscard_group_remove(struct carddb *db, enum carddb_scope scope, const char *group,
                                       const char *reader) {
    return change_group(db, scope, GROUP_REMOVE, group, reader);
}

static rm_status winscard_group_forget(struct carddb *db, enum carddb_scope scope, const char *group) {
    return change_group(db, scope, GROUP_FORGET, group, NULL);
}

static const struct carddb_ops winscard_ops = {
    .close = winscard_close,
    .explain = winscard_explain,
    .introduce = winscard_introduce,
    .forget = winscard_forget,
    .list = winscard_list,
    .get = winscard_get,
    .group_list = winscard_group_list,
    .group_readers = winscard_group_readers,
    .group_add = winscard_group_add,
    .group_remove = winscard_group_remove,
    .group_forget = winscard_group_forget,
};

rm_status carddb_winscard_open_with(const struct carddb_winscard_api *api, struct carddb **out) {
    struct winscard_carddb *self = calloc(1, sizeof *self);
    *out = NULL;
    if (!self)
        return RM_E_NO_MEMORY;
    self->base.ops = &winscard_ops;
    self->api = api;
    self->number = explain_register();
    *out = &self->base;
    return RM_OK;
}

rm_status carddb_winscard_open(struct carddb **out) {
    return carddb_winscard_open_with(NULL, out);
}

/*
 * The card database of Windows over SCardIntroduceCardType and its family. Compiled there only. What those functions
 * do not tell, the ATR of a type, stands in the registry where the system keeps them.
 */
#include <windows.h>

#include <winscard.h>

#include "carddb/winscard.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "carddb/explain.h"
#include "carddb/names.h"
#include "carddb/typecopy.h"

/* Microsoft's documentation of smart card minidrivers: where card types and their ATR and ATRMask are. */
#define REGISTRY_PLACE L"SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards\\"

struct winscard_carddb {
    struct carddb base;
    uint64_t number;
};

_Static_assert(sizeof(struct carddb_guid) == sizeof(GUID), "a GUID is laid out as the system's");

static struct winscard_carddb *from_base(struct carddb *db) {
    return (struct winscard_carddb *)db;
}

static void winscard_close(struct carddb *db) {
    free(db);
}

static const char *winscard_explain(struct carddb *db) {
    return explain_get(from_base(db)->number);
}

/* The port's status for the system's: Win32 codes come from the registry behind the functions. */
static rm_status finish(struct carddb *db, SCARDCONTEXT context, LONG result) {
    rm_status status = (rm_status)result;

    if (context)
        SCardReleaseContext(context);
    switch (result) {
    case ERROR_ACCESS_DENIED:
        status = RM_E_NO_ACCESS;
        break;
    case ERROR_FILE_NOT_FOUND:
        status = RM_E_UNKNOWN_CARD;
        break;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
        status = RM_E_NO_MEMORY;
        break;
    default:
        if (status != RM_OK && status >> 16 != RM_F_INTERNAL_ERROR >> 16)
            status = RM_F_INTERNAL_ERROR;
    }
    if (status != RM_OK)
        explain_set(from_base(db)->number, "%s (The system's card database said 0x%08lX.)",
                    rm_status_advice(status), (unsigned long)result);
    return status;
}

static LONG enter(enum carddb_scope scope, SCARDCONTEXT *out) {
    *out = 0;
    return SCardEstablishContext(scope == CARDDB_SYSTEM ? SCARD_SCOPE_SYSTEM : SCARD_SCOPE_USER, NULL, NULL,
                                 out);
}

static bool is_scope(enum carddb_scope scope) {
    return scope == CARDDB_USER || scope == CARDDB_SYSTEM;
}

static bool is_name(const char *name) {
    return name && carddb_name_valid(name, strlen(name));
}

static bool is_group(const char *group) {
    return is_name(group) && !carddb_group_reserved(group);
}

static rm_status winscard_introduce(struct carddb *db, enum carddb_scope scope,
                                    const struct carddb_type *type) {
    SCARDCONTEXT context;

    if (!is_scope(scope) || !type || !is_name(type->name) || type->atr_size < 1 ||
        type->atr_size > CARDDB_ATR_MAX || type->interface_count > CARDDB_INTERFACES_MAX ||
        (type->interface_count && !type->interfaces))
        return RM_E_INVALID_VALUE;
    wchar_t *const name = utf8_to_wide(type->name, NULL);
    if (!name)
        return RM_E_NO_MEMORY;
    LONG result = enter(scope, &context);
    if (result == SCARD_S_SUCCESS) {
        /* It is no error that there was none to replace. */
        (void)SCardForgetCardTypeW(context, name);
        result = SCardIntroduceCardTypeW(context, name, type->has_provider ? (LPCGUID)&type->provider : NULL,
                                         (LPCGUID)type->interfaces, (DWORD)type->interface_count, type->atr,
                                         type->mask, (DWORD)type->atr_size);
    }
    free(name);
    return finish(db, context, result);
}

static rm_status winscard_forget(struct carddb *db, enum carddb_scope scope, const char *name) {
    SCARDCONTEXT context;

    if (!is_scope(scope) || !is_name(name))
        return RM_E_INVALID_VALUE;
    wchar_t *const wide = utf8_to_wide(name, NULL);
    if (!wide)
        return RM_E_NO_MEMORY;
    LONG result = enter(scope, &context);
    if (result == SCARD_S_SUCCESS)
        result = SCardForgetCardTypeW(context, wide);
    free(wide);
    return finish(db, context, result);
}

static int order_names(const void *left, const void *right) {
    const char *const *const a = left, *const *const b = right;
    return _stricmp(*a, *b);
}

/* Appends the names in order; false: out of memory. */
static bool add_sorted(char **texts, size_t count, struct carddb_names *names) {
    qsort(texts, count, sizeof *texts, order_names);
    for (size_t i = 0; i < count; i++)
        if (!carddb_names_add(names, texts[i], strlen(texts[i])))
            return false;
    return true;
}

/* Turns the system's list into ours, in order; groups that always exist are left out where `groups` is set. */
static rm_status take_list(const wchar_t *list, bool groups, struct carddb_names *out) {
    struct carddb_names names = {0};
    size_t count = 0, have = 0;

    for (const wchar_t *at = list; *at; at += wcslen(at) + 1)
        count++;
    char **const texts = calloc(count + 1, sizeof *texts);
    bool complete = texts != NULL;
    for (const wchar_t *at = list; *at && complete; at += wcslen(at) + 1) {
        char *const text = utf8_from_wide(at, wcslen(at), NULL);
        complete = text != NULL;
        if (text && groups && carddb_group_reserved(text))
            free(text);
        else if (text)
            texts[have++] = text;
    }
    if (complete)
        complete = add_sorted(texts, have, &names);
    for (size_t i = 0; i < have; i++)
        free(texts[i]);
    free(texts);
    if (!complete) {
        carddb_names_clear(&names);
        return RM_E_NO_MEMORY;
    }
    free(out->names);
    *out = names;
    return RM_OK;
}

/* What a listing function gave: taken and given back. `none`: its code for an empty list. */
static rm_status finish_list(struct carddb *db, SCARDCONTEXT context, LONG result, LONG none, wchar_t *list,
                             bool groups, struct carddb_names *out) {
    if (result == none || (result == SCARD_S_SUCCESS && !list))
        return finish(db, context, SCARD_S_SUCCESS) == RM_OK ? take_list(L"", groups, out)
                                                             : RM_F_INTERNAL_ERROR;
    if (result != SCARD_S_SUCCESS)
        return finish(db, context, result);
    const rm_status status = take_list(list, groups, out);
    SCardFreeMemory(context, list);
    return status == RM_OK ? finish(db, context, SCARD_S_SUCCESS) : finish(db, context, (LONG)status);
}

static rm_status winscard_list(struct carddb *db, const uint8_t *atr, size_t atr_size,
                               const struct carddb_guid *interfaces, size_t count, struct carddb_names *out) {
    /* The function takes no size: it reads as much as the ATR says of itself. */
    uint8_t padded[CARDDB_ATR_MAX + 33] = {0};
    wchar_t *list = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    SCARDCONTEXT context;

    if (!out || (atr && (atr_size == 0 || atr_size > CARDDB_ATR_MAX)) || (count && !interfaces) ||
        count > CARDDB_INTERFACES_MAX)
        return RM_E_INVALID_VALUE;
    if (atr)
        memcpy(padded, atr, atr_size);
    LONG result = enter(CARDDB_USER, &context);
    if (result == SCARD_S_SUCCESS)
        result = SCardListCardsW(context, atr ? padded : NULL, count ? (LPCGUID)interfaces : NULL,
                                 (DWORD)count, (LPWSTR)(void *)&list, &size);
    return finish_list(db, context, result, (LONG)RM_E_UNKNOWN_CARD, list, false, out);
}

static DWORD read_value(HKEY root, const wchar_t *key, const wchar_t *value, uint8_t *bytes) {
    DWORD size = CARDDB_ATR_MAX;
    return RegGetValueW(root, key, value, RRF_RT_REG_BINARY, NULL, bytes, &size) == ERROR_SUCCESS ? size : 0;
}

/* ATR and mask of a type, the user's first. False: there is none. */
static bool read_atr(const wchar_t *name, struct carddb_type *type) {
    const HKEY roots[] = {HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};
    const size_t room = sizeof REGISTRY_PLACE / sizeof(wchar_t) + wcslen(name);
    wchar_t *const key = calloc(room, sizeof *key);

    for (size_t i = 0; key && i < 2 && type->atr_size == 0; i++) {
        wcscpy(key, REGISTRY_PLACE);
        wcscat(key, name);
        const DWORD size = read_value(roots[i], key, L"ATR", type->atr);
        if (size && read_value(roots[i], key, L"ATRMask", type->mask) == size)
            type->atr_size = size;
    }
    free(key);
    return type->atr_size != 0;
}

static rm_status winscard_get(struct carddb *db, const char *name, struct carddb_type **out) {
    struct carddb_guid guids[CARDDB_INTERFACES_MAX];
    struct carddb_type type = {.name = name};
    DWORD count = CARDDB_INTERFACES_MAX;
    SCARDCONTEXT context;

    if (!out || !is_name(name))
        return RM_E_INVALID_VALUE;
    *out = NULL;
    wchar_t *const wide = utf8_to_wide(name, NULL);
    if (!wide)
        return RM_E_NO_MEMORY;
    LONG result = enter(CARDDB_USER, &context);
    if (result == SCARD_S_SUCCESS && !read_atr(wide, &type))
        result = (LONG)RM_E_UNKNOWN_CARD;
    if (result == SCARD_S_SUCCESS) {
        /* A type without a primary provider, or without interfaces, is one all the same. */
        type.has_provider = SCardGetProviderIdW(context, wide, (LPGUID)&type.provider) == SCARD_S_SUCCESS;
        if (SCardListInterfacesW(context, wide, (LPGUID)guids, &count) != SCARD_S_SUCCESS)
            count = 0;
        *out = carddb_type_copy(&type, guids, count);
        result = *out ? SCARD_S_SUCCESS : (LONG)RM_E_NO_MEMORY;
    }
    free(wide);
    return finish(db, context, result);
}

static rm_status winscard_group_list(struct carddb *db, struct carddb_names *out) {
    wchar_t *list = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    SCARDCONTEXT context;

    if (!out)
        return RM_E_INVALID_VALUE;
    LONG result = enter(CARDDB_USER, &context);
    if (result == SCARD_S_SUCCESS)
        result = SCardListReaderGroupsW(context, (LPWSTR)(void *)&list, &size);
    return finish_list(db, context, result, (LONG)RM_E_NO_READERS_AVAILABLE, list, true, out);
}

static rm_status winscard_group_readers(struct carddb *db, const char *group, struct carddb_names *out) {
    wchar_t *list = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    SCARDCONTEXT context;
    size_t length;

    if (!out || !is_group(group))
        return RM_E_INVALID_VALUE;
    wchar_t *const wide = utf8_to_wide(group, &length);
    wchar_t *const groups = wide ? calloc(length + 2, sizeof *groups) : NULL; /* two NULs at its end */
    if (groups)
        memcpy(groups, wide, length * sizeof *groups);
    free(wide);
    if (!groups)
        return RM_E_NO_MEMORY;
    LONG result = enter(CARDDB_USER, &context);
    if (result == SCARD_S_SUCCESS)
        result = SCardListReadersW(context, groups, (LPWSTR)(void *)&list, &size);
    free(groups);
    return finish_list(db, context, result, (LONG)RM_E_NO_READERS_AVAILABLE, list, false, out);
}

enum group_change { GROUP_ADD, GROUP_REMOVE, GROUP_FORGET };

static rm_status change_group(struct carddb *db, enum carddb_scope scope, enum group_change change,
                              const char *group, const char *reader) {
    SCARDCONTEXT context = 0;

    if (!is_scope(scope) || !is_group(group) || (change != GROUP_FORGET && !is_name(reader)))
        return RM_E_INVALID_VALUE;
    wchar_t *const wide_group = utf8_to_wide(group, NULL);
    wchar_t *const wide_reader = utf8_to_wide(reader ? reader : "", NULL);
    LONG result = wide_group && wide_reader ? enter(scope, &context) : (LONG)RM_E_NO_MEMORY;
    if (result == SCARD_S_SUCCESS && change == GROUP_ADD)
        result = SCardAddReaderToGroupW(context, wide_reader, wide_group);
    else if (result == SCARD_S_SUCCESS && change == GROUP_REMOVE)
        result = SCardRemoveReaderFromGroupW(context, wide_reader, wide_group);
    else if (result == SCARD_S_SUCCESS)
        result = SCardForgetReaderGroupW(context, wide_group);
    free(wide_group);
    free(wide_reader);
    return finish(db, context, result == ERROR_FILE_NOT_FOUND ? (LONG)RM_E_UNKNOWN_READER : result);
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

rm_status carddb_winscard_open(struct carddb **out) {
    struct winscard_carddb *const self = calloc(1, sizeof *self);

    *out = NULL;
    if (!self)
        return RM_E_NO_MEMORY;
    self->base.ops = &winscard_ops;
    self->number = explain_register();
    *out = &self->base;
    return RM_OK;
}

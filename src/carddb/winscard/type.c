/* One type of cards in Windows' card database: see type.h. */
#include "carddb/winscard/type.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Microsoft's documentation of smart card minidrivers: where card types and their ATR and ATRMask are. */
#define REGISTRY_PLACE L"SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards\\"

/* Before the name of a type that is being introduced over an older one. */
#define TRIAL L"(scardssp is introducing) "
#define TRIAL_NAME 200u /* characters of the type's own name that go into the trial's: a key has 255 */

/*
 * Names of providers that a type may have, by SCardGetCardTypeProviderName's numbers: CSP, key storage
 * provider, minidriver.
 */
static const DWORD provider_kinds[] = {2, 3, 0x80000001u};
#define PROVIDER_KINDS (sizeof provider_kinds / sizeof *provider_kinds)

static DWORD read_value(HKEY root, const wchar_t *key, const wchar_t *value, uint8_t *bytes) {
    DWORD size = CARDDB_ATR_MAX;
    return RegGetValueW(root, key, value, RRF_RT_REG_BINARY, NULL, bytes, &size) == ERROR_SUCCESS ? size : 0;
}

/* ATR and mask of a type. False: there is none. */
static bool read_atr(const HKEY *roots, size_t count, const wchar_t *name, struct carddb_type *type) {
    const size_t room = sizeof REGISTRY_PLACE / sizeof(wchar_t) + wcslen(name);
    wchar_t *key = calloc(room, sizeof *key);
    for (size_t i = 0; key && i < count && type->atr_size == 0; i++) {
        wcscpy(key, REGISTRY_PLACE);
        wcscat(key, name);
        const DWORD size = read_value(roots[i], key, L"ATR", type->atr);
        if (size && read_value(roots[i], key, L"ATRMask", type->mask) == size)
            type->atr_size = size;
    }
    free(key);
    return type->atr_size != 0;
}

/* Provider and interfaces; a type without one or the other is one all the same. */
static LONG read_rest(const struct winscard_place *place, const wchar_t *name, struct carddb_type *type,
                      struct carddb_guid *guids) {
    DWORD count = CARDDB_INTERFACES_MAX;
    type->has_provider =
        place->api->get_provider_id(place->context, name, (LPGUID)&type->provider) == SCARD_S_SUCCESS;
    const LONG result = place->api->list_interfaces(place->context, name, (LPGUID)guids, &count);
    if (result == (LONG)RM_E_INSUFFICIENT_BUFFER ||
        (result == SCARD_S_SUCCESS && count > CARDDB_INTERFACES_MAX))
        return (LONG)RM_F_INTERNAL_ERROR;
    type->interface_count = result == SCARD_S_SUCCESS ? count : 0;
    type->interfaces = guids;
    return SCARD_S_SUCCESS;
}

LONG winscard_type_read(const struct winscard_place *place, const HKEY *roots, size_t count,
                        const wchar_t *name, struct carddb_type *out, struct carddb_guid *guids) {
    out->atr_size = 0;
    return read_atr(roots, count, name, out) ? read_rest(place, name, out, guids) : (LONG)RM_E_UNKNOWN_CARD;
}

/* The type that is to be replaced. */
struct former {
    bool there;
    struct carddb_type type;
    struct carddb_guid guids[CARDDB_INTERFACES_MAX];
    wchar_t *providers[PROVIDER_KINDS]; /* the system's memory; NULL: it has none of the kind */
};

static void former_read(const struct winscard_place *place, HKEY root, const wchar_t *name,
                        struct former *out) {
    memset(out, 0, sizeof *out);
    out->there = winscard_type_read(place, &root, 1, name, &out->type, out->guids) == SCARD_S_SUCCESS;
    for (size_t i = 0; out->there && i < PROVIDER_KINDS; i++) {
        DWORD size = SCARD_AUTOALLOCATE;
        if (place->api->get_provider_name(place->context, name, provider_kinds[i],
                                          (LPWSTR)(void *)&out->providers[i], &size) != SCARD_S_SUCCESS)
            out->providers[i] = NULL;
    }
}

static void former_drop(const struct winscard_place *place, struct former *former) {
    for (size_t i = 0; i < PROVIDER_KINDS; i++)
        if (former->providers[i])
            (void)place->api->free_memory(place->context, former->providers[i]);
}

static LONG introduce(const struct winscard_place *place, const wchar_t *name,
                      const struct carddb_type *type) {
    return place->api->introduce_card_type(
        place->context, name, type->has_provider ? (LPCGUID)&type->provider : NULL,
        type->interface_count ? (LPCGUID)type->interfaces : NULL, (DWORD)type->interface_count, type->atr,
        type->mask, (DWORD)type->atr_size);
}

static LONG forget(const struct winscard_place *place, const wchar_t *name) {
    const LONG result = place->api->forget_card_type(place->context, name);
    const bool was_none = result == ERROR_FILE_NOT_FOUND || result == (LONG)RM_E_UNKNOWN_CARD;
    return was_none ? SCARD_S_SUCCESS : result;
}

/* Gives the type the names of providers that the former one had. */
static void keep_providers(const struct winscard_place *place, const wchar_t *name,
                           const struct former *former) {
    for (size_t i = 0; i < PROVIDER_KINDS; i++)
        if (former->providers[i])
            (void)place->api->set_provider_name(place->context, name, provider_kinds[i],
                                                former->providers[i]);
}

/* Introduces the type where the name is taken; the old one goes when the system has taken the new one. */
static LONG replace(const struct winscard_place *place, const wchar_t *name, const wchar_t *trial,
                    const struct carddb_type *type, const struct former *former) {
    bool is_in = true;
    LONG result = forget(place, trial);
    if (result == SCARD_S_SUCCESS)
        result = introduce(place, trial, type);
    if (result != SCARD_S_SUCCESS)
        return result;
    result = forget(place, name);
    if (result == SCARD_S_SUCCESS) {
        result = introduce(place, name, type);
        is_in = result == SCARD_S_SUCCESS ||
                (former->there && introduce(place, name, &former->type) == SCARD_S_SUCCESS);
        if (is_in)
            keep_providers(place, name, former);
    }
    /* Better under the trial's name than not at all. */
    if (is_in)
        (void)forget(place, trial);
    return result;
}

LONG winscard_type_introduce(const struct winscard_place *place, HKEY root, const wchar_t *name,
                             const struct carddb_type *type) {
    wchar_t trial[sizeof TRIAL / sizeof(wchar_t) + TRIAL_NAME] = TRIAL;
    struct former *former = malloc(sizeof *former);
    if (!former)
        return (LONG)RM_E_NO_MEMORY;
    wcsncat(trial, name, TRIAL_NAME);
    former_read(place, root, name, former);
    LONG result = former->there ? SCARD_S_SUCCESS : introduce(place, name, type);
    /* What is refused may be the name alone: of a type that cannot be read. */
    if (former->there || result != SCARD_S_SUCCESS)
        result = replace(place, name, trial, type, former);
    else
        (void)forget(place, trial); /* of a program that was killed */
    former_drop(place, former);
    free(former);
    return result;
}

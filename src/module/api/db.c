/* scardssp_db.h: the card database as programs (the tool above all) see and change it. */
#include "scardssp_db.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/file.h"
#include "carddb/paths.h"
#include "com/hresult.h"
#include "module/api/guidlist.h"
#include "module/cardtypes.h"
#include "module/simulatedcards.h"

/* Where a call says why it failed. */
struct message {
    char *text;
    size_t size;
};

static void message_set(const struct message *message, const char *text) {
    if (message->text && message->size)
        (void)snprintf(message->text, message->size, "%s", text);
}

/* For what a caller got wrong. */
static int32_t refuse(const struct message *message, const char *why) {
    message_set(message, why);
    return E_INVALIDARG;
}

static int32_t result_from(const struct message *message, struct carddb *db, rm_status status) {
    if (status == RM_E_INVALID_VALUE)
        return refuse(message,
                      "a name has 1 to 255 bytes without control characters, a group's does not begin "
                      "with SCard$, an ATR has 1 to 36 bytes");
    const bool explained = status == RM_F_INTERNAL_ERROR || status == RM_E_NO_ACCESS ||
                           status == RM_E_SERVER_TOO_BUSY || status == RM_E_NO_SERVICE;
    if (explained && db)
        message_set(message, db->ops->explain(db));
    return hresult_from_rm(status);
}

static int32_t open_db(const struct message *message, struct carddb **out) {
    message_set(message, "");
    return result_from(message, NULL, cardtypes_database(out));
}

static bool scope_from(uint32_t scope, enum carddb_scope *out) {
    *out = scope == SCARDSSP_DB_SYSTEM ? CARDDB_SYSTEM : CARDDB_USER;
    return scope <= SCARDSSP_DB_SYSTEM;
}

/* Types */

/* The provider of this library, by its short name. */
static bool is_own_provider(const char *text) {
    return text && strcmp(text, SCARDSSP_DB_PROVIDER_ISO) == 0;
}

static bool provider_from(const char *text, struct carddb_guid *out) {
    if (!is_own_provider(text))
        return guidlist_parse(text, out);
    *out = simulatedcards_provider()->class;
    return true;
}

/* What the provider of this library can make, where nobody says otherwise. */
static int32_t own_interfaces(struct carddb_type *out, struct carddb_guid **interfaces) {
    const struct simulatedcards_provider *const provider = simulatedcards_provider();
    struct carddb_guid *const list = calloc(provider->interface_count, sizeof *list);
    if (!list)
        return E_OUTOFMEMORY;
    memcpy(list, provider->interfaces, provider->interface_count * sizeof *list);
    out->interfaces = *interfaces = list;
    out->interface_count = provider->interface_count;
    return S_OK;
}

/* The type in the database's terms; on success `interfaces` is to be freed. */
static int32_t type_from(const struct scardssp_card_type *from, const struct message *message,
                         struct carddb_type *out, struct carddb_guid **interfaces) {
    *interfaces = NULL;
    if (!from->name || !from->atr || (from->interface_count && !from->interfaces))
        return refuse(message, "a type has a name, an ATR and interfaces that are there");
    if (from->atr_size == 0 || from->atr_size > CARDDB_ATR_MAX)
        return refuse(message, "an ATR has 1 to 36 bytes");
    if (from->interface_count > CARDDB_INTERFACES_MAX)
        return refuse(message, "a type has at most 256 interfaces");
    *out = (struct carddb_type){.name = from->name, .atr_size = from->atr_size};
    memcpy(out->atr, from->atr, from->atr_size);
    if (from->mask)
        memcpy(out->mask, from->mask, from->atr_size);
    else
        memset(out->mask, 0xFF, from->atr_size);
    out->has_provider = from->provider != NULL;
    if (from->provider && !provider_from(from->provider, &out->provider))
        return refuse(message, "the provider is neither 'iso' nor a GUID in registry form, "
                               "{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}");
    if (is_own_provider(from->provider) && !from->interface_count)
        return own_interfaces(out, interfaces);
    struct carddb_guid *list = calloc(from->interface_count + 1, sizeof *list);
    if (!list)
        return E_OUTOFMEMORY;
    for (size_t i = 0; i < from->interface_count; ++i) {
        if (!from->interfaces[i] || !guidlist_parse(from->interfaces[i], &list[i])) {
            free(list);
            return refuse(message,
                          "an interface is no GUID in registry form, {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}");
        }
    }
    out->interfaces = *interfaces = list;
    out->interface_count = from->interface_count;
    return S_OK;
}

int32_t scardssp_db_introduce(uint32_t scope, const struct scardssp_card_type *type, char *message,
                              size_t message_size) {
    const struct message why = {message, message_size};
    struct carddb *db = NULL;
    struct carddb_type wanted;
    struct carddb_guid *interfaces = NULL;
    enum carddb_scope part;
    int32_t hr = open_db(&why, &db);
    if (hr != S_OK)
        return hr;
    if (!type)
        return E_POINTER;
    if (!scope_from(scope, &part))
        return refuse(&why, "the scope is neither the user's nor the system's");
    hr = type_from(type, &why, &wanted, &interfaces);
    if (hr != S_OK)
        return hr;
    hr = result_from(&why, db, db->ops->introduce(db, part, &wanted));
    free(interfaces);
    return hr;
}

int32_t scardssp_db_forget(uint32_t scope, const char *name, char *message, size_t message_size) {
    const struct message why = {message, message_size};
    struct carddb *db = NULL;
    enum carddb_scope part;
    const int32_t hr = open_db(&why, &db);
    if (hr != S_OK)
        return hr;
    if (!name)
        return E_POINTER;
    if (!scope_from(scope, &part))
        return refuse(&why, "the scope is neither the user's nor the system's");
    return result_from(&why, db, db->ops->forget(db, part, name));
}

/* The visitor, and whether it asked to stop. */
struct visit {
    scardssp_card_type_visitor visitor;
    void *user;
    bool stop;
};

static int32_t show(struct visit *visit, const struct carddb_type *type) {
    char provider[GUIDLIST_TEXT_SIZE];
    struct guidlist interfaces;
    if (!guidlist_create(type->interfaces, type->interface_count, &interfaces))
        return E_OUTOFMEMORY;
    if (type->has_provider)
        guidlist_format(&type->provider, provider);
    const struct scardssp_card_type shown = {.name = type->name,
                                             .atr = type->atr,
                                             .mask = type->mask,
                                             .atr_size = type->atr_size,
                                             .provider = type->has_provider ? provider : NULL,
                                             .interfaces = interfaces.texts,
                                             .interface_count = type->interface_count};
    visit->stop = visit->visitor(visit->user, &shown) != 0;
    guidlist_free(&interfaces);
    return S_OK;
}

/* Shows the type of a name. */
static int32_t show_named(struct carddb *db, const char *name, struct visit *visit,
                          const struct message *message) {
    struct carddb_type *type = NULL;
    int32_t hr = result_from(message, db, db->ops->get(db, name, &type));
    if (hr == S_OK)
        hr = show(visit, type);
    free(type);
    return hr;
}

int32_t scardssp_db_cards(const uint8_t *atr, size_t atr_size, scardssp_card_type_visitor visitor, void *user,
                          char *message, size_t message_size) {
    const struct message why = {message, message_size};
    struct carddb *db = NULL;
    struct names names = {0};
    struct visit visit = {.visitor = visitor, .user = user};
    int32_t hr = open_db(&why, &db);
    if (hr != S_OK)
        return hr;
    if (!visitor)
        return E_POINTER;
    if (atr && (atr_size == 0 || atr_size > CARDDB_ATR_MAX))
        return refuse(&why, "an ATR has 1 to 36 bytes");
    hr = result_from(&why, db, db->ops->list(db, atr, atr_size, NULL, 0, &names));
    for (const char *name = NULL; hr == S_OK && !visit.stop && (name = names_next(&names, name)) != NULL;) {
        hr = show_named(db, name, &visit, &why);
        if (hr == hresult_from_rm(RM_E_UNKNOWN_CARD))
            hr = S_OK; /* forgotten since the list was made */
    }
    names_clear(&names);
    return hr;
}

int32_t scardssp_db_card(const char *name, scardssp_card_type_visitor visitor, void *user, char *message,
                         size_t message_size) {
    const struct message why = {message, message_size};
    struct carddb *db = NULL;
    struct visit visit = {.visitor = visitor, .user = user};
    const int32_t hr = open_db(&why, &db);
    if (hr != S_OK)
        return hr;
    return name && visitor ? show_named(db, name, &visit, &why) : E_POINTER;
}

/* Names */

static void visit_names(const struct names *names, scardssp_name_visitor visitor, void *user) {
    for (const char *name = NULL; (name = names_next(names, name)) != NULL;)
        if (visitor(user, name) != 0)
            break;
}

/* Where a list was looked for, and how to get one. */
static void explain_no_list(const struct message *why) {
    static const char get[] =
        "The package pcsc-tools has one, a newer one is https://pcsc-tools.apdu.fr/smartcard_list.txt; "
        "SCARDSSP_ATR_LIST names the file where it is elsewhere.";
    const char *set = env_get("SCARDSSP_ATR_LIST");
    if (!why->text || !why->size)
        return;
    if (set)
        (void)snprintf(
            why->text, why->size,
            "There is no public list of ATRs where SCARDSSP_ATR_LIST says, in '%s': it is missing, empty or "
            "cannot be read. %s",
            set, get);
    else
        (void)snprintf(why->text, why->size, "There is no public list of ATRs, or an empty one, in %s. %s",
                       carddb_places_atr_list(), get);
}

int32_t scardssp_public_names(const uint8_t *atr, size_t atr_size, scardssp_name_visitor visitor, void *user,
                              char *message, size_t message_size) {
    const struct message why = {message, message_size};
    struct names names = {0};
    message_set(&why, "");
    if (!atr || !visitor)
        return E_POINTER;
    if (atr_size == 0 || atr_size > CARDDB_ATR_MAX)
        return refuse(&why, "an ATR has 1 to 36 bytes");
    struct atrlist *list = cardtypes_atr_list();
    if (!list) {
        explain_no_list(&why);
        return hresult_from_rm(RM_E_NO_FILE);
    }
    const int32_t hr = hresult_from_rm(atrlist_find(list, atr, atr_size, &names));
    if (hr == S_OK)
        visit_names(&names, visitor, user);
    names_clear(&names);
    return hr;
}

int32_t scardssp_public_list(uint32_t which, char *path, size_t room) {
    char *found = NULL;
    if (!path || room == 0)
        return E_POINTER;
    path[0] = '\0';
    if (which != SCARDSSP_LIST_USED && which != SCARDSSP_LIST_OWN)
        return E_INVALIDARG;
    if (!(which == SCARDSSP_LIST_OWN ? carddb_path_own_list(&found) : carddb_path_atr_list(&found)))
        return E_OUTOFMEMORY;
    int32_t hr = found && (which == SCARDSSP_LIST_OWN || file_is_readable(found))
                     ? S_OK
                     : hresult_from_rm(RM_E_NO_FILE);
    if (hr == S_OK && strlen(found) >= room)
        hr = hresult_from_rm(RM_E_INSUFFICIENT_BUFFER);
    if (hr == S_OK)
        memcpy(path, found, strlen(found) + 1);
    free(found);
    return hr;
}

/* Groups */

int32_t scardssp_db_groups(scardssp_name_visitor visitor, void *user, char *message, size_t message_size) {
    const struct message why = {message, message_size};
    struct carddb *db = NULL;
    struct names names = {0};
    int32_t hr = open_db(&why, &db);
    if (hr != S_OK)
        return hr;
    if (!visitor)
        return E_POINTER;
    hr = result_from(&why, db, db->ops->group_list(db, &names));
    if (hr == S_OK)
        visit_names(&names, visitor, user);
    names_clear(&names);
    return hr;
}

int32_t scardssp_db_group_readers(const char *group, scardssp_name_visitor visitor, void *user, char *message,
                                  size_t message_size) {
    const struct message why = {message, message_size};
    struct carddb *db = NULL;
    struct names names = {0};
    int32_t hr = open_db(&why, &db);
    if (hr != S_OK)
        return hr;
    if (!group || !visitor)
        return E_POINTER;
    hr = result_from(&why, db, db->ops->group_readers(db, group, &names));
    if (hr == S_OK)
        visit_names(&names, visitor, user);
    names_clear(&names);
    return hr;
}

/* What is done with a group; reader NULL: with all of it. */
static int32_t group_change(bool add, uint32_t scope, const char *group, const char *reader,
                            const struct message *why) {
    struct carddb *db = NULL;
    enum carddb_scope part;
    const int32_t hr = open_db(why, &db);
    if (hr != S_OK)
        return hr;
    if (!scope_from(scope, &part))
        return refuse(why, "the scope is neither the user's nor the system's");
    if (!reader)
        return result_from(why, db, db->ops->group_forget(db, part, group));
    return result_from(why, db,
                       add ? db->ops->group_add(db, part, group, reader)
                           : db->ops->group_remove(db, part, group, reader));
}

int32_t scardssp_db_group_add(uint32_t scope, const char *group, const char *reader, char *message,
                              size_t message_size) {
    const struct message why = {message, message_size};
    return group && reader ? group_change(true, scope, group, reader, &why) : E_POINTER;
}

int32_t scardssp_db_group_remove(uint32_t scope, const char *group, const char *reader, char *message,
                                 size_t message_size) {
    const struct message why = {message, message_size};
    return group && reader ? group_change(false, scope, group, reader, &why) : E_POINTER;
}

int32_t scardssp_db_group_forget(uint32_t scope, const char *group, char *message, size_t message_size) {
    const struct message why = {message, message_size};
    return group ? group_change(false, scope, group, NULL, &why) : E_POINTER;
}

/* The card database in SQLite files: arguments, scopes, and the two files seen as one. */
#include "carddb/sqlite/sqlite.h"

#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "carddb/explain.h"
#include "carddb/names.h"
#include "carddb/sqlite/groups.h"
#include "carddb/sqlite/store.h"
#include "carddb/sqlite/types.h"
#include "rm/names.h"

#define SCOPES 2

struct sqlite_carddb {
    struct carddb base;
    uint64_t number;
    char *paths[SCOPES];
};

static struct sqlite_carddb *from_base(struct carddb *db) {
    return CONTAINER_OF(db, struct sqlite_carddb, base);
}

static void sqlite_close(struct carddb *db) {
    struct sqlite_carddb *self = from_base(db);
    for (size_t i = 0; i < SCOPES; i++)
        free(self->paths[i]);
    free(self);
}

static const char *sqlite_explain(struct carddb *db) {
    return explain_get(from_base(db)->number);
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

static bool is_type(const struct carddb_type *type) {
    return type && is_name(type->name) && type->atr_size >= 1 && type->atr_size <= CARDDB_ATR_MAX &&
           type->interface_count <= CARDDB_INTERFACES_MAX && (type->interfaces || type->interface_count == 0);
}

static rm_status open_write(struct sqlite_carddb *self, enum carddb_scope scope, struct store *out) {
    return store_open_write(self->paths[scope], scope, self->number, out);
}

/* Makes a change last if it succeeded, and closes the store. */
static rm_status finish(struct store *store, rm_status status) {
    if (status == RM_OK)
        status = store_commit(store);
    store_close(store);
    return status;
}

static rm_status sqlite_introduce(struct carddb *db, enum carddb_scope scope,
                                  const struct carddb_type *type) {
    struct store store;
    if (!is_scope(scope) || !is_type(type))
        return RM_E_INVALID_VALUE;
    const rm_status status = open_write(from_base(db), scope, &store);
    return status == RM_OK ? finish(&store, types_introduce(&store, type)) : status;
}

/*
 * Whether a change that needs something to be there can be refused at once: in a file that is not there,
 * there is nothing. Without this, forgetting would make files.
 */
static rm_status look_first(struct sqlite_carddb *self, enum carddb_scope scope, bool *empty_out) {
    struct store store;
    const rm_status status = store_open_read(self->paths[scope], self->number, &store);
    *empty_out = status == RM_OK && !store.db;
    store_close(&store);
    return status;
}

static rm_status sqlite_forget(struct carddb *db, enum carddb_scope scope, const char *name) {
    struct store store;
    bool empty;
    if (!is_scope(scope) || !is_name(name))
        return RM_E_INVALID_VALUE;
    rm_status status = look_first(from_base(db), scope, &empty);
    if (status == RM_OK && empty)
        status = RM_E_UNKNOWN_CARD;
    if (status == RM_OK)
        status = open_write(from_base(db), scope, &store);
    return status == RM_OK ? finish(&store, types_forget(&store, name)) : status;
}

static bool matches(const struct carddb_type *type, const uint8_t *atr, size_t atr_size) {
    if (type->atr_size != atr_size)
        return false;
    for (size_t i = 0; i < atr_size; i++)
        if ((atr[i] ^ type->atr[i]) & type->mask[i])
            return false;
    return true;
}

struct question {
    const uint8_t *atr;
    size_t atr_size;
    const struct carddb_guid *interfaces;
    size_t count;
};

/* Adds the type the walk stands on if it is an answer. */
static rm_status add_if_answer(struct types_walk *walk, const struct question *question,
                               struct names *names) {
    bool answer = !question->atr || matches(&walk->type, question->atr, question->atr_size);
    rm_status status = RM_OK;
    if (answer)
        status = types_walk_supports(walk, question->interfaces, question->count, &answer);
    if (status == RM_OK && answer && !names_add(names, walk->type.name, strlen(walk->type.name)))
        status = RM_E_NO_MEMORY;
    return status;
}

/*
 * Walks through both files at once, so that equal names meet: the user's hides the system's, also where it is
 * no answer.
 */
static rm_status merge_types(struct types_walk *walks, const struct question *question, struct names *names) {
    struct types_walk *user = &walks[CARDDB_USER], *system = &walks[CARDDB_SYSTEM];
    rm_status status = RM_OK;
    while (status == RM_OK && (user->there || system->there)) {
        int order = user->there ? -1 : 1;
        if (user->there && system->there)
            order = user->store->api->stricmp(user->type.name, system->type.name);
        status = add_if_answer(order <= 0 ? user : system, question, names);
        if (status == RM_OK && order <= 0)
            status = types_walk_next(user);
        if (status == RM_OK && order >= 0)
            status = types_walk_next(system);
    }
    return status;
}

/* Opens both files for reading; close_both() in any case. */
static rm_status open_both(struct sqlite_carddb *self, struct store *out) {
    rm_status status = RM_OK;
    memset(out, 0, SCOPES * sizeof *out);
    for (size_t i = 0; i < SCOPES && status == RM_OK; i++)
        status = store_open_read(self->paths[i], self->number, &out[i]);
    return status;
}

static void close_both(struct store *stores) {
    for (size_t i = 0; i < SCOPES; i++)
        store_close(&stores[i]);
}

/* Hands out a list on success, drops it otherwise. */
static rm_status give_names(rm_status status, struct names *names, struct names *out) {
    if (status == RM_OK) {
        names_clear(out);
        *out = *names;
    } else {
        names_clear(names);
    }
    return status;
}

static rm_status sqlite_list(struct carddb *db, const uint8_t *atr, size_t atr_size,
                             const struct carddb_guid *interfaces, size_t count, struct names *out) {
    const struct question question = {atr, atr_size, interfaces, count};
    struct types_walk walks[SCOPES] = {{0}};
    struct store stores[SCOPES];
    struct names names = {0};
    if (!out || (atr && (atr_size == 0 || atr_size > CARDDB_ATR_MAX)) || (count && !interfaces))
        return RM_E_INVALID_VALUE;
    rm_status status = open_both(from_base(db), stores);
    for (size_t i = 0; i < SCOPES && status == RM_OK; i++)
        status = types_walk_begin(&stores[i], &walks[i]);
    if (status == RM_OK)
        status = merge_types(walks, &question, &names);
    for (size_t i = 0; i < SCOPES; i++)
        types_walk_end(&walks[i]);
    close_both(stores);
    return give_names(status, &names, out);
}

static rm_status sqlite_get(struct carddb *db, const char *name, struct carddb_type **out) {
    struct store stores[SCOPES];
    if (!out || !is_name(name))
        return RM_E_INVALID_VALUE;
    *out = NULL;
    rm_status status = open_both(from_base(db), stores);
    if (status == RM_OK)
        status = types_get(&stores[CARDDB_USER], name, out);
    if (status == RM_E_UNKNOWN_CARD)
        status = types_get(&stores[CARDDB_SYSTEM], name, out);
    close_both(stores);
    return status;
}

/* Names of both files in one order, equal ones once. */
static rm_status merge_names(struct groups_walk *walks, bool are_groups, struct names *names) {
    struct groups_walk *user = &walks[CARDDB_USER], *system = &walks[CARDDB_SYSTEM];
    rm_status status = RM_OK;
    while (status == RM_OK && (user->name || system->name)) {
        int order = user->name ? -1 : 1;
        if (user->name && system->name)
            order = are_groups ? user->store->api->stricmp(user->name, system->name)
                               : strcmp(user->name, system->name);
        const char *name = order <= 0 ? user->name : system->name;
        if (!names_add(names, name, strlen(name)))
            status = RM_E_NO_MEMORY;
        if (status == RM_OK && order <= 0)
            status = groups_walk_next(user);
        if (status == RM_OK && order >= 0)
            status = groups_walk_next(system);
    }
    return status;
}

/* The groups (`group` NULL) or the readers of one. */
static rm_status list_groups(struct sqlite_carddb *self, const char *group, struct names *out) {
    struct groups_walk walks[SCOPES] = {{0}};
    struct store stores[SCOPES];
    struct names names = {0};
    rm_status status = open_both(self, stores);
    for (size_t i = 0; i < SCOPES && status == RM_OK; i++)
        status = groups_walk_begin(&stores[i], group, &walks[i]);
    if (status == RM_OK)
        status = merge_names(walks, group == NULL, &names);
    for (size_t i = 0; i < SCOPES; i++)
        groups_walk_end(&walks[i]);
    close_both(stores);
    return give_names(status, &names, out);
}

static rm_status sqlite_group_list(struct carddb *db, struct names *out) {
    return out ? list_groups(from_base(db), NULL, out) : RM_E_INVALID_VALUE;
}

static rm_status sqlite_group_readers(struct carddb *db, const char *group, struct names *out) {
    return out && is_group(group) ? list_groups(from_base(db), group, out) : RM_E_INVALID_VALUE;
}

static rm_status sqlite_group_add(struct carddb *db, enum carddb_scope scope, const char *group,
                                  const char *reader) {
    struct store store;
    if (!is_scope(scope) || !is_group(group) || !is_name(reader))
        return RM_E_INVALID_VALUE;
    const rm_status status = open_write(from_base(db), scope, &store);
    return status == RM_OK ? finish(&store, groups_add(&store, group, reader)) : status;
}

/* Takes a reader, or all of them (NULL), out of a group. */
static rm_status leave_group(struct sqlite_carddb *self, enum carddb_scope scope, const char *group,
                             const char *reader) {
    struct store store;
    bool empty;
    rm_status status = look_first(self, scope, &empty);
    if (status == RM_OK && empty)
        status = RM_E_UNKNOWN_READER;
    if (status == RM_OK)
        status = open_write(self, scope, &store);
    if (status != RM_OK)
        return status;
    return finish(&store, reader ? groups_remove(&store, group, reader) : groups_forget(&store, group));
}

static rm_status sqlite_group_remove(struct carddb *db, enum carddb_scope scope, const char *group,
                                     const char *reader) {
    if (!is_scope(scope) || !is_group(group) || !is_name(reader))
        return RM_E_INVALID_VALUE;
    return leave_group(from_base(db), scope, group, reader);
}

static rm_status sqlite_group_forget(struct carddb *db, enum carddb_scope scope, const char *group) {
    if (!is_scope(scope) || !is_group(group))
        return RM_E_INVALID_VALUE;
    return leave_group(from_base(db), scope, group, NULL);
}

static const struct carddb_ops sqlite_ops = {
    .close = sqlite_close,
    .explain = sqlite_explain,
    .introduce = sqlite_introduce,
    .forget = sqlite_forget,
    .list = sqlite_list,
    .get = sqlite_get,
    .group_list = sqlite_group_list,
    .group_readers = sqlite_group_readers,
    .group_add = sqlite_group_add,
    .group_remove = sqlite_group_remove,
    .group_forget = sqlite_group_forget,
};

rm_status carddb_sqlite_open(const char *system_path, const char *user_path, struct carddb **out) {
    struct sqlite_carddb *self = calloc(1, sizeof *self);
    const char *const paths[SCOPES] = {[CARDDB_USER] = user_path, [CARDDB_SYSTEM] = system_path};
    *out = NULL;
    if (!self)
        return RM_E_NO_MEMORY;
    self->base.ops = &sqlite_ops;
    self->number = explain_register();
    for (size_t i = 0; i < SCOPES; i++) {
        self->paths[i] = paths[i] ? strdup(paths[i]) : NULL;
        if (paths[i] && !self->paths[i]) {
            sqlite_close(&self->base);
            return RM_E_NO_MEMORY;
        }
    }
    *out = &self->base;
    return RM_OK;
}

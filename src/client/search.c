/* What a locate object looks for: see search.h. */
#include "client/search.h"

#include <stdlib.h>
#include <string.h>

#include "carddb/names.h"
#include "rm/names.h"

struct search *search_hold(struct search *search) {
    if (search)
        (void)refcount_take(&search->refs);
    return search;
}

void search_drop(struct search *search) {
    if (!search || refcount_drop(&search->refs))
        return;
    names_clear(&search->names);
    names_clear(&search->groups);
    free(search->interfaces);
    free(search->title);
    free(search);
}

/* The readers of all the groups; *all: one of the groups holds every reader. */
static rm_status group_members(const struct search *search, struct names *out, bool *all) {
    struct carddb *db = search->db;
    rm_status status = RM_OK;
    for (const char *group = NULL; status == RM_OK && (group = names_next(&search->groups, group)) != NULL;) {
        struct names some = {0};
        if (carddb_group_reserved(group)) {
            *all = true;
            continue;
        }
        status = db->ops->group_readers(db, group, &some);
        for (const char *name = NULL; status == RM_OK && (name = names_next(&some, name)) != NULL;)
            if (!names_add(out, name, strlen(name)))
                status = RM_E_NO_MEMORY;
        names_clear(&some);
    }
    return status;
}

rm_status search_readers(const struct search *search, struct names *readers) {
    struct names wanted = {0};
    struct names left = {0};
    bool all = search->groups.size == 0;
    rm_status status = group_members(search, &wanted, &all);
    if (status == RM_OK && !all) {
        for (const char *name = NULL; status == RM_OK && (name = names_next(readers, name)) != NULL;)
            if (names_has(&wanted, name) && !names_add(&left, name, strlen(name)))
                status = RM_E_NO_MEMORY;
        if (status == RM_OK) {
            names_clear(readers);
            *readers = left;
            left = (struct names){0};
        }
    }
    names_clear(&left);
    names_clear(&wanted);
    return status;
}

/* A search through the public list, until one of its names is one of ours. */
struct public_search {
    const struct names *names;
    bool found;
};

static bool is_public_name(void *context, const struct atrlist_match *match) {
    struct public_search *search = context;
    const char *position = NULL;
    const char *name = NULL;
    size_t size = 0;
    while (!search->found && atrlist_next_name(match, &position, &name, &size))
        search->found = names_has_anycase(search->names, name, size);
    return !search->found;
}

rm_status search_match(const struct search *search, const uint8_t *atr, size_t atr_size, bool *out) {
    if (atr_size == 0 || atr_size > CARDDB_ATR_MAX) {
        *out = false;
        return RM_OK;
    }
    struct carddb *db = search->db;
    struct names types = {0};
    rm_status status = db->ops->list(db, atr, atr_size, search->interfaces, search->interface_count, &types);
    bool found = search->interface_count && types.size;
    for (const char *type = NULL; !found && status == RM_OK && (type = names_next(&types, type)) != NULL;)
        found = names_has_anycase(&search->names, type, strlen(type));
    names_clear(&types);
    /* A public name finds its cards also where a type has been introduced for them under another one. */
    if (status == RM_OK && !found && search->names.size && search->list) {
        struct public_search public = {.names = &search->names};
        status = atrlist_visit(search->list, atr, atr_size, is_public_name, &public);
        found = public.found;
    }
    if (status == RM_OK)
        *out = found;
    return status;
}

/* Types of cards that are known from the start, behind a database: see known.h. */
#include "carddb/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/container.h"
#include "carddb/typecopy.h"

struct known_carddb {
    struct carddb base;
    struct carddb *inner;
    const struct carddb_type *types;
    size_t count;
};

static struct known_carddb *from_base(struct carddb *db) {
    return CONTAINER_OF(db, struct known_carddb, base);
}

/* As names of types are ordered: without regard to the case of ASCII letters. */
static int compare_names(const char *one, const char *other) {
    while (*one && ascii_lower(*one) == ascii_lower(*other))
        ++one, ++other;
    return ascii_lower((unsigned char)*one) - ascii_lower((unsigned char)*other);
}

static bool supports(const struct carddb_type *type, const struct carddb_guid *wanted) {
    for (size_t i = 0; i < type->interface_count; ++i)
        if (memcmp(&type->interfaces[i], wanted, sizeof *wanted) == 0)
            return true;
    return false;
}

/* What a list is asked for, of one type. */
struct query {
    const uint8_t *atr;
    size_t atr_size;
    const struct carddb_guid *interfaces;
    size_t count;
};

static bool matches(const struct carddb_type *type, const struct query *query) {
    if (type->atr_size != query->atr_size)
        return false;
    for (size_t i = 0; i < query->atr_size; ++i)
        if ((type->atr[i] ^ query->atr[i]) & type->mask[i])
            return false;
    for (size_t i = 0; i < query->count; ++i)
        if (!supports(type, &query->interfaces[i]))
            return false;
    return true;
}

/* *out: whether a type of this name has been introduced. */
static rm_status is_introduced(struct carddb *inner, const char *name, bool *out) {
    struct carddb_type *type = NULL;
    const rm_status status = inner->ops->get(inner, name, &type);
    *out = status == RM_OK;
    free(type);
    return status == RM_E_UNKNOWN_CARD ? RM_OK : status;
}

static rm_status add(struct names *names, const char *name) {
    return names_add(names, name, strlen(name)) ? RM_OK : RM_E_NO_MEMORY;
}

/* Known types that match and are not hidden, each once. */
static rm_status list_known(struct known_carddb *known, const struct query *query, struct names *out) {
    const char *last = NULL;
    rm_status status = RM_OK;
    for (size_t i = 0; status == RM_OK && i < known->count; ++i) {
        const struct carddb_type *const type = &known->types[i];
        bool hidden = false;
        if ((last && compare_names(last, type->name) == 0) || !matches(type, query))
            continue;
        last = type->name;
        status = is_introduced(known->inner, type->name, &hidden);
        if (status == RM_OK && !hidden)
            status = add(out, type->name);
    }
    return status;
}

static rm_status known_list(struct carddb *db, const uint8_t *atr, size_t atr_size,
                            const struct carddb_guid *interfaces, size_t count, struct names *out) {
    struct known_carddb *const known = from_base(db);
    const struct query query = {atr, atr_size, interfaces, count};
    struct names found = {0};
    rm_status status = known->inner->ops->list(known->inner, atr, atr_size, interfaces, count, &found);
    if (status == RM_OK && atr && !found.size)
        status = list_known(known, &query, &found);
    if (status == RM_OK) {
        names_clear(out);
        *out = found;
    } else {
        names_clear(&found);
    }
    return status;
}

static rm_status known_get(struct carddb *db, const char *name, struct carddb_type **out) {
    struct known_carddb *const known = from_base(db);
    const rm_status status = known->inner->ops->get(known->inner, name, out);
    if (status != RM_E_UNKNOWN_CARD)
        return status;
    for (size_t i = 0; i < known->count; ++i) {
        const struct carddb_type *const type = &known->types[i];
        if (compare_names(type->name, name) != 0)
            continue;
        struct carddb_type *const copy = carddb_type_copy(type, type->interfaces, type->interface_count);
        if (!copy)
            return RM_E_NO_MEMORY;
        *out = copy;
        return RM_OK;
    }
    return RM_E_UNKNOWN_CARD;
}

/* What is the inner database's */

static void known_close(struct carddb *db) {
    struct known_carddb *const known = from_base(db);
    known->inner->ops->close(known->inner);
    free(known);
}

static const char *known_explain(struct carddb *db) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->explain(inner);
}

static rm_status known_introduce(struct carddb *db, enum carddb_scope scope, const struct carddb_type *type) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->introduce(inner, scope, type);
}

static rm_status known_forget(struct carddb *db, enum carddb_scope scope, const char *name) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->forget(inner, scope, name);
}

static rm_status known_group_list(struct carddb *db, struct names *out) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->group_list(inner, out);
}

static rm_status known_group_readers(struct carddb *db, const char *group, struct names *out) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->group_readers(inner, group, out);
}

static rm_status known_group_add(struct carddb *db, enum carddb_scope scope, const char *group,
                                 const char *reader) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->group_add(inner, scope, group, reader);
}

static rm_status known_group_remove(struct carddb *db, enum carddb_scope scope, const char *group,
                                    const char *reader) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->group_remove(inner, scope, group, reader);
}

static rm_status known_group_forget(struct carddb *db, enum carddb_scope scope, const char *group) {
    struct carddb *const inner = from_base(db)->inner;
    return inner->ops->group_forget(inner, scope, group);
}

static const struct carddb_ops known_ops = {
    .close = known_close,
    .explain = known_explain,
    .introduce = known_introduce,
    .forget = known_forget,
    .list = known_list,
    .get = known_get,
    .group_list = known_group_list,
    .group_readers = known_group_readers,
    .group_add = known_group_add,
    .group_remove = known_group_remove,
    .group_forget = known_group_forget,
};

rm_status carddb_known_open(struct carddb *inner, const struct carddb_type *types, size_t count,
                            struct carddb **out) {
    struct known_carddb *const known = malloc(sizeof *known);
    if (!known)
        return RM_E_NO_MEMORY;
    *known = (struct known_carddb){.base = {&known_ops}, .inner = inner, .types = types, .count = count};
    *out = &known->base;
    return RM_OK;
}

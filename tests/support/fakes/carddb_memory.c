/* A card database in memory: see carddb_memory.h. */
#include "support/fakes/carddb_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "carddb/typecopy.h"
#include "rm/names.h"

#define ROOM 16

struct member {
    char group[CARDDB_NAME_MAX + 1];
    char reader[CARDDB_NAME_MAX + 1];
};

struct memory {
    struct carddb base;
    bool spoilt;
    struct carddb_type *types[ROOM]; /* in the order of their names */
    size_t type_count;
    struct member members[ROOM]; /* in the order of their groups */
    size_t member_count;
};

static struct memory *memory_of(struct carddb *db) {
    return (struct memory *)(void *)db;
}

static rm_status state_of(struct carddb *db) {
    return memory_of(db)->spoilt ? RM_F_INTERNAL_ERROR : RM_OK;
}

static void memory_close(struct carddb *db) {
    struct memory *memory = memory_of(db);
    for (size_t i = 0; i < memory->type_count; ++i)
        free(memory->types[i]);
    free(memory);
}

static const char *memory_explain(struct carddb *db) {
    return memory_of(db)->spoilt ? "the database of the test is spoilt" : "";
}

/* Types */

/* Where the type is, or belongs; *found says which. */
static size_t place_of(const struct memory *memory, const char *name, bool *found) {
    size_t at = 0;
    while (at < memory->type_count && strcasecmp(memory->types[at]->name, name) < 0)
        ++at;
    *found = at < memory->type_count && strcasecmp(memory->types[at]->name, name) == 0;
    return at;
}

static rm_status memory_forget(struct carddb *db, enum carddb_scope scope, const char *name) {
    struct memory *memory = memory_of(db);
    bool found = false;
    const size_t at = place_of(memory, name, &found);
    (void)scope;
    if (state_of(db) != RM_OK || !found)
        return state_of(db) != RM_OK ? state_of(db) : RM_E_UNKNOWN_CARD;
    free(memory->types[at]);
    --memory->type_count;
    memmove(&memory->types[at], &memory->types[at + 1], (memory->type_count - at) * sizeof memory->types[0]);
    return RM_OK;
}

static rm_status memory_introduce(struct carddb *db, enum carddb_scope scope,
                                  const struct carddb_type *type) {
    struct memory *memory = memory_of(db);
    bool found = false;
    if (state_of(db) != RM_OK)
        return state_of(db);
    (void)memory_forget(db, scope, type->name);
    const size_t at = place_of(memory, type->name, &found);
    assert_true(memory->type_count < ROOM);
    memmove(&memory->types[at + 1], &memory->types[at], (memory->type_count - at) * sizeof memory->types[0]);
    memory->types[at] = carddb_type_copy(type, type->interfaces, type->interface_count);
    assert_non_null(memory->types[at]);
    ++memory->type_count;
    return RM_OK;
}

static bool has_atr(const struct carddb_type *type, const uint8_t *atr, size_t size) {
    if (!atr)
        return true;
    for (size_t i = 0; i < size && size == type->atr_size; ++i) {
        if ((atr[i] & type->mask[i]) != (type->atr[i] & type->mask[i]))
            return false;
    }
    return size == type->atr_size;
}

static bool has_interfaces(const struct carddb_type *type, const struct carddb_guid *wanted, size_t count) {
    size_t found = 0;
    for (size_t i = 0; i < count; ++i) {
        for (size_t j = 0; j < type->interface_count; ++j) {
            if (memcmp(&wanted[i], &type->interfaces[j], sizeof wanted[i]) == 0) {
                ++found;
                break;
            }
        }
    }
    return found == count;
}

static rm_status memory_list(struct carddb *db, const uint8_t *atr, size_t atr_size,
                             const struct carddb_guid *interfaces, size_t count, struct names *out) {
    const struct memory *memory = memory_of(db);
    if (state_of(db) != RM_OK)
        return state_of(db);
    names_clear(out);
    for (size_t i = 0; i < memory->type_count; ++i) {
        const struct carddb_type *type = memory->types[i];
        if (has_atr(type, atr, atr_size) && has_interfaces(type, interfaces, count))
            assert_true(names_add(out, type->name, strlen(type->name)));
    }
    return RM_OK;
}

static rm_status memory_get(struct carddb *db, const char *name, struct carddb_type **out) {
    const struct memory *memory = memory_of(db);
    bool found = false;
    const size_t at = place_of(memory, name, &found);
    if (state_of(db) != RM_OK || !found)
        return state_of(db) != RM_OK ? state_of(db) : RM_E_UNKNOWN_CARD;
    const struct carddb_type *type = memory->types[at];
    *out = carddb_type_copy(type, type->interfaces, type->interface_count);
    return *out ? RM_OK : RM_E_NO_MEMORY;
}

/* Groups */

static rm_status memory_group_list(struct carddb *db, struct names *out) {
    const struct memory *memory = memory_of(db);
    if (state_of(db) != RM_OK)
        return state_of(db);
    names_clear(out);
    for (size_t i = 0; i < memory->member_count; ++i) {
        const char *group = memory->members[i].group;
        if (i == 0 || strcasecmp(group, memory->members[i - 1].group) != 0)
            assert_true(names_add(out, group, strlen(group)));
    }
    return RM_OK;
}

static rm_status memory_group_readers(struct carddb *db, const char *group, struct names *out) {
    const struct memory *memory = memory_of(db);
    if (state_of(db) != RM_OK)
        return state_of(db);
    names_clear(out);
    for (size_t i = 0; i < memory->member_count; ++i) {
        const char *reader = memory->members[i].reader;
        if (strcasecmp(memory->members[i].group, group) == 0)
            assert_true(names_add(out, reader, strlen(reader)));
    }
    return RM_OK;
}

static rm_status memory_group_add(struct carddb *db, enum carddb_scope scope, const char *group,
                                  const char *reader) {
    struct memory *memory = memory_of(db);
    struct member *members = memory->members;
    size_t at = 0;
    (void)scope;
    if (state_of(db) != RM_OK)
        return state_of(db);
    assert_true(memory->member_count < ROOM && strlen(group) <= CARDDB_NAME_MAX &&
                strlen(reader) <= CARDDB_NAME_MAX);
    while (at < memory->member_count && strcasecmp(members[at].group, group) <= 0)
        ++at;
    memmove(&members[at + 1], &members[at], (memory->member_count - at) * sizeof members[0]);
    strcpy(members[at].group, group);
    strcpy(members[at].reader, reader);
    ++memory->member_count;
    return RM_OK;
}

/* Takes the reader (NULL: every one) out of the group. */
static rm_status memory_group_remove(struct carddb *db, enum carddb_scope scope, const char *group,
                                     const char *reader) {
    struct memory *memory = memory_of(db);
    struct member *members = memory->members;
    size_t kept = 0;
    (void)scope;
    if (state_of(db) != RM_OK)
        return state_of(db);
    for (size_t i = 0; i < memory->member_count; ++i) {
        if (strcasecmp(members[i].group, group) != 0 || (reader && strcmp(members[i].reader, reader) != 0))
            members[kept++] = members[i];
    }
    const bool found = kept < memory->member_count;
    memory->member_count = kept;
    return found ? RM_OK : RM_E_UNKNOWN_READER;
}

static rm_status memory_group_forget(struct carddb *db, enum carddb_scope scope, const char *group) {
    return memory_group_remove(db, scope, group, NULL);
}

static const struct carddb_ops memory_ops = {
    .close = memory_close,
    .explain = memory_explain,
    .introduce = memory_introduce,
    .forget = memory_forget,
    .list = memory_list,
    .get = memory_get,
    .group_list = memory_group_list,
    .group_readers = memory_group_readers,
    .group_add = memory_group_add,
    .group_remove = memory_group_remove,
    .group_forget = memory_group_forget,
};

struct carddb *carddb_memory_open(void) {
    struct memory *memory = calloc(1, sizeof *memory);
    assert_non_null(memory);
    memory->base.ops = &memory_ops;
    return &memory->base;
}

void carddb_memory_spoil(struct carddb *db) {
    memory_of(db)->spoilt = true;
}

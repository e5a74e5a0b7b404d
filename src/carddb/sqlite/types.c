/* Card types in one database file. Whatever is read from it is checked before it is believed. */
#include "carddb/sqlite/types.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "carddb/names.h"
#include "carddb/typecopy.h"

#define GUID_SIZE 16

/* In the file a GUID stands as it is written: the most significant byte first, on every machine. */
static void guid_write(const struct carddb_guid *guid, uint8_t *out) {
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(guid->data1 >> (24 - 8 * i));
    out[4] = (uint8_t)(guid->data2 >> 8);
    out[5] = (uint8_t)guid->data2;
    out[6] = (uint8_t)(guid->data3 >> 8);
    out[7] = (uint8_t)guid->data3;
    memcpy(out + 8, guid->data4, 8);
}

static void guid_read(const uint8_t *bytes, struct carddb_guid *out) {
    out->data1 = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    out->data2 = (uint16_t)(bytes[4] << 8 | bytes[5]);
    out->data3 = (uint16_t)(bytes[6] << 8 | bytes[7]);
    memcpy(out->data4, bytes + 8, 8);
}

/* The values bound to a statement live as long as it is stepped. */
static rm_status bind_blob(struct store *store, sqlite3_stmt *statement, int at, const void *bytes,
                           size_t size) {
    return store->api->bind_blob(statement, at, bytes, (int)size, SQLITE_STATIC) == SQLITE_OK
               ? RM_OK
               : store_fault(store);
}

static rm_status bind_name(struct store *store, sqlite3_stmt *statement, int at, const char *name) {
    return store->api->bind_text(statement, at, name, -1, SQLITE_STATIC) == SQLITE_OK ? RM_OK
                                                                                      : store_fault(store);
}

/* Runs a statement that takes one name and has no rows. */
static rm_status run_with_name(struct store *store, const char *sql, const char *name) {
    sqlite3_stmt *statement;
    bool row;
    rm_status status = store_prepare(store, sql, &statement);
    if (status == RM_OK)
        status = bind_name(store, statement, 1, name);
    if (status == RM_OK)
        status = store_step(store, statement, &row);
    store->api->finalize(statement);
    return status;
}

static rm_status add_interface(struct store *store, const struct carddb_type *type, size_t position) {
    uint8_t guid[GUID_SIZE];
    sqlite3_stmt *statement;
    bool row;
    rm_status status = store_prepare(
        store, "INSERT INTO type_interfaces (type, position, guid) VALUES (?1, ?2, ?3)", &statement);
    guid_write(&type->interfaces[position], guid);
    if (status == RM_OK)
        status = bind_name(store, statement, 1, type->name);
    if (status == RM_OK && store->api->bind_int(statement, 2, (int)position) != SQLITE_OK)
        status = store_fault(store);
    if (status == RM_OK)
        status = bind_blob(store, statement, 3, guid, sizeof guid);
    if (status == RM_OK)
        status = store_step(store, statement, &row);
    store->api->finalize(statement);
    return status;
}

static rm_status add_type(struct store *store, const struct carddb_type *type) {
    uint8_t provider[GUID_SIZE];
    sqlite3_stmt *statement;
    bool row;
    rm_status status = store_prepare(
        store, "INSERT INTO types (name, atr, mask, provider) VALUES (?1, ?2, ?3, ?4)", &statement);
    guid_write(&type->provider, provider);
    if (status == RM_OK)
        status = bind_name(store, statement, 1, type->name);
    if (status == RM_OK)
        status = bind_blob(store, statement, 2, type->atr, type->atr_size);
    if (status == RM_OK)
        status = bind_blob(store, statement, 3, type->mask, type->atr_size);
    /* Unbound is NULL. */
    if (status == RM_OK && type->has_provider)
        status = bind_blob(store, statement, 4, provider, sizeof provider);
    if (status == RM_OK)
        status = store_step(store, statement, &row);
    store->api->finalize(statement);
    return status;
}

static rm_status remove_type(struct store *store, const char *name, bool *was_there_out) {
    rm_status status = run_with_name(store, "DELETE FROM type_interfaces WHERE type = ?1", name);
    if (status == RM_OK)
        status = run_with_name(store, "DELETE FROM types WHERE name = ?1", name);
    if (status == RM_OK)
        *was_there_out = store->api->changes(store->db) > 0;
    return status;
}

rm_status types_introduce(struct store *store, const struct carddb_type *type) {
    bool was_there;
    rm_status status = remove_type(store, type->name, &was_there);
    if (status == RM_OK)
        status = add_type(store, type);
    for (size_t i = 0; i < type->interface_count && status == RM_OK; i++)
        status = add_interface(store, type, i);
    return status;
}

rm_status types_forget(struct store *store, const char *name) {
    bool was_there;
    const rm_status status = remove_type(store, name, &was_there);
    return status == RM_OK && !was_there ? RM_E_UNKNOWN_CARD : status;
}

/* A blob column of exactly this size; NULL: it is something else. */
static const uint8_t *blob_of(struct store *store, sqlite3_stmt *statement, int column, size_t size) {
    if (store->api->column_type(statement, column) != SQLITE_BLOB)
        return NULL;
    const uint8_t *bytes = store->api->column_blob(statement, column);
    return bytes && (size_t)store->api->column_bytes(statement, column) == size ? bytes : NULL;
}

/* Reads name, atr and mask from columns 0 to 2; false: they are not what introduce() has written. */
static bool read_type(struct store *store, sqlite3_stmt *statement, struct carddb_type *out) {
    const char *name = (const char *)store->api->column_text(statement, 0);
    const int name_size = store->api->column_bytes(statement, 0);
    if (!name || !carddb_name_valid(name, (size_t)name_size))
        return false;
    const int size = store->api->column_bytes(statement, 1);
    if (size < 1 || size > CARDDB_ATR_MAX)
        return false;
    const uint8_t *atr = blob_of(store, statement, 1, (size_t)size);
    const uint8_t *mask = blob_of(store, statement, 2, (size_t)size);
    if (!atr || !mask)
        return false;
    *out = (struct carddb_type){.name = name, .atr_size = (size_t)size};
    memcpy(out->atr, atr, (size_t)size);
    memcpy(out->mask, mask, (size_t)size);
    return true;
}

/* Reads the provider from column 3; false as above. */
static bool read_provider(struct store *store, sqlite3_stmt *statement, struct carddb_type *type) {
    if (store->api->column_type(statement, 3) == SQLITE_NULL)
        return true;
    const uint8_t *bytes = blob_of(store, statement, 3, GUID_SIZE);
    if (!bytes)
        return false;
    guid_read(bytes, &type->provider);
    type->has_provider = true;
    return true;
}

static rm_status read_interfaces(struct store *store, const char *name, struct carddb_guid *guids,
                                 size_t *count_out) {
    sqlite3_stmt *statement;
    bool row = false;
    size_t count = 0;
    rm_status status = store_prepare(
        store, "SELECT guid FROM type_interfaces WHERE type = ?1 ORDER BY position", &statement);
    if (status == RM_OK)
        status = bind_name(store, statement, 1, name);
    while (status == RM_OK && (status = store_step(store, statement, &row)) == RM_OK && row) {
        const uint8_t *bytes = blob_of(store, statement, 0, GUID_SIZE);
        if (bytes && count < CARDDB_INTERFACES_MAX)
            guid_read(bytes, &guids[count++]);
        else
            status = store_damaged(store, "a card type's interface is no identifier, or it has too many");
    }
    store->api->finalize(statement);
    *count_out = count;
    return status;
}

rm_status types_get(struct store *store, const char *name, struct carddb_type **out) {
    struct carddb_guid guids[CARDDB_INTERFACES_MAX];
    struct carddb_type type;
    sqlite3_stmt *statement;
    bool row = false;
    size_t count;
    if (!store->db)
        return RM_E_UNKNOWN_CARD;
    rm_status status =
        store_prepare(store, "SELECT name, atr, mask, provider FROM types WHERE name = ?1", &statement);
    if (status == RM_OK)
        status = bind_name(store, statement, 1, name);
    if (status == RM_OK)
        status = store_step(store, statement, &row);
    if (status == RM_OK && !row)
        status = RM_E_UNKNOWN_CARD;
    if (status == RM_OK && (!read_type(store, statement, &type) || !read_provider(store, statement, &type)))
        status = store_damaged(store, "a card type's values are out of range");
    if (status == RM_OK)
        status = read_interfaces(store, name, guids, &count);
    if (status == RM_OK) {
        *out = carddb_type_copy(&type, guids, count);
        status = *out ? RM_OK : RM_E_NO_MEMORY;
    }
    store->api->finalize(statement);
    return status;
}

rm_status types_walk_begin(struct store *store, struct types_walk *out) {
    *out = (struct types_walk){.store = store};
    if (!store->db)
        return RM_OK;
    rm_status status =
        store_prepare(store, "SELECT name, atr, mask FROM types ORDER BY name COLLATE NOCASE", &out->rows);
    if (status == RM_OK)
        status = store_prepare(store, "SELECT 1 FROM type_interfaces WHERE type = ?1 AND guid = ?2",
                               &out->interfaces);
    return status == RM_OK ? types_walk_next(out) : status;
}

rm_status types_walk_next(struct types_walk *walk) {
    const rm_status status = store_step(walk->store, walk->rows, &walk->there);
    if (status != RM_OK || !walk->there)
        return status;
    if (!read_type(walk->store, walk->rows, &walk->type))
        return store_damaged(walk->store, "a card type's values are out of range");
    return RM_OK;
}

rm_status types_walk_supports(struct types_walk *walk, const struct carddb_guid *interfaces, size_t count,
                              bool *out) {
    struct store *store = walk->store;
    rm_status status = RM_OK;
    bool all = true;
    for (size_t i = 0; i < count && all && status == RM_OK; i++) {
        uint8_t guid[GUID_SIZE];
        guid_write(&interfaces[i], guid);
        store->api->reset(walk->interfaces);
        status = bind_name(store, walk->interfaces, 1, walk->type.name);
        if (status == RM_OK)
            status = bind_blob(store, walk->interfaces, 2, guid, sizeof guid);
        if (status == RM_OK)
            status = store_step(store, walk->interfaces, &all);
        /* The values bound are about to go. */
        store->api->reset(walk->interfaces);
    }
    *out = all;
    return status;
}

void types_walk_end(struct types_walk *walk) {
    if (walk->rows)
        walk->store->api->finalize(walk->rows);
    if (walk->interfaces)
        walk->store->api->finalize(walk->interfaces);
}

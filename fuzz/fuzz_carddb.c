/*
 * The card database over a file whose bytes are the input: whatever it is, the answers are sound, and what is
 * no database, or a damaged one, is left as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "carddb/carddb.h"
#include "carddb/names.h"
#include "carddb/sqlite/sqlite.h"
#include "fuzz.h"

#define FILE_NAME "cards.db"

static struct carddb *db;

/* RM_OK, a code that the call has, or a failure of the file, which is explained. */
static bool done(rm_status status, rm_status other) {
    if (status == RM_F_INTERNAL_ERROR || status == RM_E_NO_ACCESS)
        FUZZ_CHECK(*db->ops->explain(db));
    else
        FUZZ_CHECK(status == RM_OK || status == other);
    return status == RM_OK;
}

static void check_names(const struct names *names) {
    size_t count = 0;
    for (const char *name = NULL; (name = names_next(names, name)) != NULL; ++count)
        FUZZ_CHECK(carddb_name_valid(name, strlen(name)));
    FUZZ_CHECK(names_count(names) == count);
}

static void check_type(const char *name) {
    struct carddb_type *type = NULL;
    if (!done(db->ops->get(db, name, &type), RM_E_UNKNOWN_CARD)) {
        FUZZ_CHECK(!type);
        return;
    }
    FUZZ_CHECK(carddb_name_valid(type->name, strlen(type->name)));
    FUZZ_CHECK(type->atr_size >= 1 && type->atr_size <= CARDDB_ATR_MAX);
    FUZZ_CHECK(type->interface_count <= CARDDB_INTERFACES_MAX);
    FUZZ_CHECK(!type->interface_count || type->interfaces);
    uint8_t sum = 0;
    for (size_t i = 0; i < type->interface_count; ++i)
        sum ^= type->interfaces[i].data4[7];
    (void)sum;
    free(type);
}

static void ask(void) {
    static const uint8_t atr[] = {0x3B, 0x02, 0x14, 0x50};
    static const struct carddb_guid interface = {0xA0000000, 0, 0, {0}};
    struct names names = {0};
    if (done(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_OK)) {
        check_names(&names);
        for (const char *name = NULL; (name = names_next(&names, name)) != NULL;)
            check_type(name);
    }
    if (done(db->ops->list(db, atr, sizeof atr, &interface, 1, &names), RM_OK))
        check_names(&names);
    if (done(db->ops->group_list(db, &names), RM_OK))
        check_names(&names);
    if (done(db->ops->group_readers(db, "Desk", &names), RM_OK))
        check_names(&names);
    names_clear(&names);
    check_type("Plain");
}

/* A change that was acknowledged shows; one that failed for the file's sake has changed nothing in it. */
static void change(const uint8_t *bytes, size_t size) {
    static const struct carddb_guid interfaces[] = {{1, 2, 3, {4}}, {5, 6, 7, {8}}};
    const struct carddb_type type = {.name = "Introduced",
                                     .atr = {0x3B, 0x00},
                                     .mask = {0xFF, 0xFF},
                                     .atr_size = 2,
                                     .interfaces = interfaces,
                                     .interface_count = 2};
    struct carddb_type *back = NULL;
    size_t after_size = 0;
    if (done(db->ops->introduce(db, CARDDB_SYSTEM, &type), RM_OK)) {
        FUZZ_CHECK(db->ops->get(db, "INTRODUCED", &back) == RM_OK);
        FUZZ_CHECK(back->atr_size == 2 && back->interface_count == 2 && !back->has_provider);
        FUZZ_CHECK(memcmp(back->interfaces, interfaces, sizeof interfaces) == 0);
        free(back);
        (void)done(db->ops->group_add(db, CARDDB_SYSTEM, "Desk", "Reader"), RM_E_DUPLICATE_READER);
        (void)done(db->ops->group_forget(db, CARDDB_SYSTEM, "Desk"), RM_E_UNKNOWN_READER);
        (void)done(db->ops->forget(db, CARDDB_SYSTEM, "Introduced"), RM_OK);
        return;
    }
    uint8_t *const after = scratch_read(FILE_NAME, &after_size);
    FUZZ_CHECK(after && after_size == size && memcmp(after, bytes, size) == 0);
    free(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    size_t after_size = 0;
    scratch_clear();
    FUZZ_CHECK(carddb_sqlite_open(scratch_write(FILE_NAME, data, size), NULL, &db) == RM_OK);
    ask();
    uint8_t *const after = scratch_read(FILE_NAME, &after_size);
    FUZZ_CHECK(after && after_size == size && (!size || memcmp(after, data, size) == 0));
    free(after);
    change(data, size);
    ask();
    db->ops->close(db);
    return 0;
}

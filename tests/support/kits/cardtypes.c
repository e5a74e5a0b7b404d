/* A card database of a test's own: see cardtypes.h. */
#include "support/kits/cardtypes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "carddb/sqlite/sqlite.h"
#include "com/win.h"
#include "support/fakes/carddb_memory.h"
#include "support/kits/apdus.h"

#define GUID_CHARACTERS 38
#define INTERFACES_MAX 8

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void path_in(const struct cardtypes *types, const char *name, char *out) {
    assert_int_in_range(snprintf(out, SCRATCH_ROOM, "%s/%s", types->directory, name), 1, SCRATCH_ROOM - 1);
}

#ifdef _WIN32

static void open_database(struct cardtypes *types) {
    types->db = carddb_memory_open();
}

void cardtypes_spoil(struct cardtypes *types) {
    carddb_memory_spoil(types->db);
}

#else

static void open_database(struct cardtypes *types) {
    path_in(types, "system.db", types->system);
    path_in(types, "user.db", types->user);
    assert_int_equal(carddb_sqlite_open(types->system, types->user, &types->db), RM_OK);
}

void cardtypes_spoil(struct cardtypes *types) {
    char noise[8192];
    memset(noise, 'x', sizeof noise - 1);
    noise[sizeof noise - 1] = '\0';
    write_file(types->user, noise);
}

#endif

void cardtypes_open(struct cardtypes *types) {
    memset(types, 0, sizeof *types);
    assert_true(scratch_create(types->directory));
    path_in(types, "list.txt", types->list_path);
    open_database(types);
}

void cardtypes_close(struct cardtypes *types) {
    atrlist_close(types->list);
    types->db->ops->close(types->db);
    assert_true(scratch_remove(types->directory));
}

void cardtypes_list(struct cardtypes *types, const char *text) {
    atrlist_close(types->list);
    types->list = NULL;
    write_file(types->list_path, text);
    assert_int_equal(atrlist_open(types->list_path, &types->list), RM_OK);
}

/* Reads the next identifier of "{...}{...}"; returns what follows it. */
static const wchar_t *read_guid(const wchar_t *text, struct carddb_guid *out) {
    wchar_t one[GUID_CHARACTERS + 1] = {0};
    IID guid;
    wcsncpy(one, text, GUID_CHARACTERS);
    assert_int_equal(IIDFromString(one, &guid), S_OK);
    memcpy(out, &guid, sizeof *out);
    return text + GUID_CHARACTERS;
}

void cardtypes_introduce(struct cardtypes *types, const char *name, const char *atr, const char *mask,
                         const wchar_t *provider, const wchar_t *interfaces) {
    struct carddb_guid guids[INTERFACES_MAX];
    struct carddb_type type = {.name = name, .interfaces = guids};
    memset(type.mask, 0xFF, sizeof type.mask);
    type.atr_size = bytes_from_hex(atr, type.atr, sizeof type.atr);
    if (mask)
        assert_int_equal(bytes_from_hex(mask, type.mask, sizeof type.mask), type.atr_size);
    if (provider) {
        type.has_provider = true;
        (void)read_guid(provider, &type.provider);
    }
    while (interfaces && *interfaces) {
        assert_true(type.interface_count < INTERFACES_MAX);
        interfaces = read_guid(interfaces, &guids[type.interface_count++]);
    }
    const rm_status status = types->db->ops->introduce(types->db, CARDDB_USER, &type);
    if (status != RM_OK)
        print_error("%s\n", types->db->ops->explain(types->db));
    assert_int_equal(status, RM_OK);
}

/* A card database of a test's own: see cardtypes.h. */
#include "support/cardtypes.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "carddb/sqlite.h"
#include "objects/win.h"
#include "support/apdus.h"

#define GUID_CHARACTERS 38
#define INTERFACES_MAX 8

void cardtypes_open(struct cardtypes *types) {
    memset(types, 0, sizeof *types);
    strcpy(types->directory, "/tmp/scardssp-types-XXXXXX");
    assert_non_null(mkdtemp(types->directory));
    (void)snprintf(types->system, sizeof types->system, "%s/system.db", types->directory);
    (void)snprintf(types->user, sizeof types->user, "%s/user.db", types->directory);
    (void)snprintf(types->list_path, sizeof types->list_path, "%s/list.txt", types->directory);
    assert_int_equal(carddb_sqlite_open(types->system, types->user, &types->db), RM_OK);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info, (void)kind, (void)where;
    return remove(path);
}

void cardtypes_close(struct cardtypes *types) {
    atrlist_close(types->list);
    types->db->ops->close(types->db);
    assert_int_equal(nftw(types->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
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

void cardtypes_spoil(const char *path) {
    char noise[8192];
    memset(noise, 'x', sizeof noise - 1);
    noise[sizeof noise - 1] = '\0';
    write_file(path, noise);
}

/*
 * What is known about cards and readers, and finding a card, each failure point in turn: ISCardDatabase,
 * ISCardLocate and the database below them. Arguments as in test_port.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "com/hresult.h"
#include "failures/program.h"
#include "objects/database.h"
#include "support/kits/apdus.h"
#include "support/kits/locating.h"

#define NAME "Demo card"
#define PATIENCE_MS 10000u

static struct {
    ISCardDatabase *database;
    ISCardLocate *locate;
    BSTR name;
} at_hand;

static uint32_t destroyed(HRESULT hr, SAFEARRAY *array) {
    assert_true(SUCCEEDED(hr) == (array != NULL));
    SafeArrayDestroy(array);
    return (uint32_t)hr;
}

static uint32_t list_readers(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListReaders(at_hand.database, 0, &array);
    return destroyed(hr, array);
}

static uint32_t list_groups(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListReaderGroups(at_hand.database, 0, &array);
    return destroyed(hr, array);
}

static uint32_t list_cards(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListCards(at_hand.database, NULL, NULL, 0, &array);
    return destroyed(hr, array);
}

static uint32_t list_interfaces(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListCardInterfaces(at_hand.database, at_hand.name, &array);
    return destroyed(hr, array);
}

static uint32_t make_database(void) {
    ISCardDatabase *database = NULL;
    const HRESULT hr = database_create(locating.world->service, locating.types.db, NULL, &database);
    assert_true(SUCCEEDED(hr) == (database != NULL));
    if (database)
        ISCardDatabase_Release(database);
    return (uint32_t)hr;
}

/* The database's code in the language of the others. */
static uint32_t told(rm_status status) {
    return (uint32_t)hresult_from_rm(status);
}

static rm_status introduce(void) {
    static const struct carddb_type type = {
        .name = "Another", .atr = {0x3B, 0x00}, .mask = {0xFF, 0xFF}, .atr_size = 2};
    struct carddb *db = locating.types.db;
    return db->ops->introduce(db, CARDDB_USER, &type);
}

static uint32_t introduce_and_forget(void) {
    struct carddb *db = locating.types.db;
    const rm_status status = introduce();
    return told(status == RM_OK ? db->ops->forget(db, CARDDB_USER, "Another") : status);
}

static uint32_t group_and_leave(void) {
    struct carddb *db = locating.types.db;
    struct names names = {0};
    points_pause(true);
    (void)db->ops->group_forget(db, CARDDB_USER, "Counter"); /* of a call that came half way */
    points_pause(false);
    rm_status status = db->ops->group_add(db, CARDDB_USER, "Counter", "Reader");
    if (status == RM_OK)
        status = db->ops->group_readers(db, "Counter", &names);
    names_clear(&names);
    if (status == RM_OK)
        status = db->ops->group_forget(db, CARDDB_USER, "Counter");
    return told(status);
}

static uint32_t get_type(void) {
    struct carddb *db = locating.types.db;
    struct carddb_type *type = NULL;
    const rm_status status = db->ops->get(db, NAME, &type);
    assert_true((status == RM_OK) == (type != NULL));
    free(type);
    return told(status);
}

static uint32_t configure(void) {
    LONG at = 0;
    SAFEARRAY *names = SafeArrayCreateVector(VT_BSTR, 0, 1);
    HRESULT hr = names ? SafeArrayPutElement(names, &at, at_hand.name) : E_OUTOFMEMORY;
    if (SUCCEEDED(hr))
        hr = ISCardLocate_ConfigureCardNameSearch(at_hand.locate, names, NULL, NULL, SC_DLG_NO_UI);
    SafeArrayDestroy(names);
    return (uint32_t)hr;
}

static uint32_t find_card(void) {
    SCARDINFO *info = NULL;
    const HRESULT hr =
        ISCardLocate_FindCard(at_hand.locate, SHARED, (SCARD_PROTOCOLS)(T0 | T1), SC_DLG_NO_UI, &info);
    assert_true(SUCCEEDED(hr) == (info != NULL));
    points_pause(true);
    if (info)
        locating_finish(info);
    points_pause(false);
    return (uint32_t)hr;
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(list_readers),
    SWEEP_ROW(list_groups),
    SWEEP_ROW(list_cards),
    SWEEP_ROW(list_interfaces),
    SWEEP_ROW(make_database),
    SWEEP_ROW(get_type),
    SWEEP_ROW(introduce_and_forget),
    SWEEP_ROW(group_and_leave),
    SWEEP_ROW(configure),
    SWEEP_ROW(find_card),
};

/* What is said of a database that cannot be read. */
static const uint32_t losses[] = {RM_F_INTERNAL_ERROR, RM_E_NO_ACCESS, 0};

static const struct sweep_plan plan = {.no_memory = (uint32_t)E_OUTOFMEMORY,
                                       .losses = losses,
                                       .rows = rows,
                                       .count = sizeof rows / sizeof *rows};

static int set_up(void **state) {
    if (locating_set_up(state) != 0)
        return -1;
    at_hand.name = SysAllocString(L"" NAME);
    at_hand.locate = locating_demo(PATIENCE_MS);
    assert_hr(database_create(locating.world->service, locating.types.db, NULL, &at_hand.database), S_OK);
    return at_hand.name ? 0 : -1;
}

static int tear_down(void **state) {
    SysFreeString(at_hand.name);
    ISCardLocate_Release(at_hand.locate);
    ISCardDatabase_Release(at_hand.database);
    return locating_tear_down(state);
}

int main(int argc, char **argv) {
    static const struct program program = {
        .plan = &plan, .world = &locating.world, .set_up = set_up, .tear_down = tear_down};
    return program_run(&program, argc, argv);
}

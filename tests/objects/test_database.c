/*
 * ISCardDatabase: readers and groups from a resource manager, types of cards from a database and the public
 * list of ATRs, and what must be refused. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "com/com.h"
#include "objects/bytebuffer.h"
#include "objects/database.h"
#include "support/fakes/liars.h"
#include "support/kits/apdus.h"
#include "support/kits/cardtypes.h"
#include "support/kits/stringarrays.h"
#include "support/kits/typeinfo.h"
#include "support/worlds/world.h"

#define ENGLISH 0x0409
#define PROVIDER L"{11111111-2222-3333-4444-555555555555}"
#define FILES L"{4029DD8A-5902-11D0-B84C-00C04FD424B9}"
#define VERIFY L"{4029DD85-5902-11D0-B84C-00C04FD424B9}"
#define OTHER L"{00000000-0000-0000-0000-00000000000F}"

static struct world *world;
static struct cardtypes types;

static ISCardDatabase *new_database(struct rm_service *service) {
    ISCardDatabase *database = NULL;
    assert_hr(database_create(service, types.db, types.list, &database), S_OK);
    return database;
}

/* Three types: one ATR exactly, a family of ATRs, and one without provider and interfaces. */
static void introduce_some(void) {
    cardtypes_introduce(&types, "Exact", "3B 02 14 50", NULL, PROVIDER, FILES);
    cardtypes_introduce(&types, "Family", "3B 02 14 00", "FF FF FF 00", PROVIDER, FILES VERIFY);
    cardtypes_introduce(&types, "Plain \xC3\xA9\xF0\x9F\x94\x91", "3B 00", NULL, NULL, NULL);
}

/*
 * ListCards as the tests call it: ATR in hex (NULL: any), interfaces as array (NULL: any), which is
 * destroyed.
 */
static HRESULT list_cards(ISCardDatabase *database, const char *atr, SAFEARRAY *interfaces, SAFEARRAY **out) {
    IByteBuffer *buffer = atr ? buffer_from_hex(atr) : NULL;
    const HRESULT hr = ISCardDatabase_ListCards(database, buffer, interfaces, ENGLISH, out);
    if (buffer)
        assert_int_equal(IByteBuffer_Release(buffer), 0);
    if (interfaces)
        assert_int_equal(SafeArrayDestroy(interfaces), S_OK);
    return hr;
}

/* Fails unless these names come out. */
static void expect_cards(ISCardDatabase *database, const char *atr, SAFEARRAY *interfaces,
                         const wchar_t *names) {
    SAFEARRAY *array = NULL;
    assert_hr(list_cards(database, atr, interfaces, &array), S_OK);
    assert_array(array, names);
}

static void test_create__interfaces(void **state) {
    (void)state;
    const long before = com_count();
    ISCardDatabase *a = new_database(world->service);
    IUnknown *unknown = NULL;
    IDispatch *dispatch = NULL;
    ISCardDatabase *again = NULL;
    void *other = &other;
    assert_int_equal(com_count(), before + 1);
    assert_hr(ISCardDatabase_QueryInterface(a, &IID_IUnknown, (void **)&unknown), S_OK);
    assert_hr(ISCardDatabase_QueryInterface(a, &IID_IDispatch, (void **)&dispatch), S_OK);
    assert_hr(IDispatch_QueryInterface(dispatch, &IID_ISCardDatabase, (void **)&again), S_OK);
    assert_ptr_equal(again, a);
    assert_hr(ISCardDatabase_QueryInterface(a, &IID_ISCard, &other), E_NOINTERFACE);
    assert_null(other);
    assert_int_equal(ISCardDatabase_AddRef(a), 5);
    assert_int_equal(ISCardDatabase_Release(a), 4);
    ISCardDatabase_Release(again);
    IDispatch_Release(dispatch);
    IUnknown_Release(unknown);
    assert_int_equal(ISCardDatabase_Release(a), 0);
    assert_int_equal(com_count(), before);
}

static void test_names__of_methods(void **state) {
    (void)state;
    ISCardDatabase *a = new_database(world->service);
    OLECHAR text[] = L"listREADERS";
    LPOLESTR name = text;
    DISPID id = -1;
    assert_hr(ISCardDatabase_GetIDsOfNames(a, &IID_NULL, &name, 1, ENGLISH, &id), S_OK);
    assert_int_equal(id, 4);
    assert_typeinfo_of(a, &IID_ISCardDatabase);
    ISCardDatabase_Release(a);
}

/* Readers */

static void test_readers__all(void **state) {
    (void)state;
    ISCardDatabase *a = new_database(world->service);
    SAFEARRAY *array = NULL;
    wchar_t one[200], both[200];
    const wchar_t *const line = world->other ? L"|" : L"", *const other = world->other ? world->other : L"";
    (void)swprintf(one, 200, L"%ls%ls%ls", world->reader, line, other);
    (void)swprintf(both, 200, L"%ls|%ls%ls%ls", world->reader, world->second, line, other);
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, &array), S_OK);
    assert_array(array, world->sim ? one : both);
    world_second(world, "demo");
    assert_hr(ISCardDatabase_ListReaders(a, 0, &array), S_OK);
    assert_array(array, both);
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, NULL), E_POINTER);
    ISCardDatabase_Release(a);
}

/* The object's context is found dead and replaced. */
static void test_readers__after_a_break(void **state) {
    (void)state;
    ISCardDatabase *a = new_database(world->service);
    SAFEARRAY *before = NULL;
    SAFEARRAY *after = NULL;
    BSTR first = NULL;
    LONG index = 0;
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, &before), S_OK);
    world_break(world);
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, &after), S_OK);
    assert_hr(SafeArrayGetElement(after, &index, &first), S_OK);
    assert_true(wcscmp(first, world->reader) == 0);
    SysFreeString(first);
    SafeArrayDestroy(before);
    SafeArrayDestroy(after);
    ISCardDatabase_Release(a);
}

static void test_readers__none(void **state) {
    (void)state;
    struct rm_service *empty = NULL;
    SAFEARRAY *array = NULL;
    assert_int_equal(sim_service_create("", &empty, NULL, 0), RM_OK);
    ISCardDatabase *a = new_database(empty);
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, &array), S_OK);
    assert_array(array, NULL);
    assert_int_equal(sim_plug(empty, "R\xC3\xBC\xE2\x82\xAC", NULL, 0, NULL, 0), RM_OK);
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, &array), S_OK);
    assert_array(array, L"R\u00fc\u20ac");
    ISCardDatabase_Release(a);
    rm_service_release(empty);
}

/* What is known without a service is told without one. */
static void test_readers__no_service(void **state) {
    (void)state;
    introduce_some();
    ISCardDatabase *a = new_database(NULL);
    SAFEARRAY *array = (SAFEARRAY *)&array;
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, &array), SCARD_E_NO_SERVICE);
    assert_null(array);
    assert_hr(ISCardDatabase_ListReaderGroups(a, ENGLISH, &array), S_OK);
    assert_array(array, L"SCard$AllReaders|SCard$DefaultReaders");
    expect_cards(a, "3B 00", NULL, L"Plain \u00e9\U0001F511");
    ISCardDatabase_Release(a);
}

static void test_groups__all(void **state) {
    (void)state;
    ISCardDatabase *a = new_database(world->service);
    SAFEARRAY *array = NULL;
    struct carddb *db = types.db;
    assert_hr(ISCardDatabase_ListReaderGroups(a, ENGLISH, &array), S_OK);
    assert_array(array, L"SCard$AllReaders|SCard$DefaultReaders");
    assert_int_equal(db->ops->group_add(db, CARDDB_SYSTEM, "Till", "Some Reader"), RM_OK);
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "Desk", "Another Reader"), RM_OK);
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "TILL", "Third Reader"), RM_OK);
    assert_hr(ISCardDatabase_ListReaderGroups(a, ENGLISH, &array), S_OK);
    /* Till is one group, in either spelling. */
    LONG upper = 0;
    assert_hr(SafeArrayGetUBound(array, 1, &upper), S_OK);
    assert_int_equal(upper, 3);
    SafeArrayDestroy(array);
    assert_hr(ISCardDatabase_ListReaderGroups(a, ENGLISH, NULL), E_POINTER);
    ISCardDatabase_Release(a);
}

/* Card types */

static void test_cards__introduced(void **state) {
    (void)state;
    introduce_some();
    ISCardDatabase *a = new_database(world->service);
    expect_cards(a, NULL, NULL, L"Exact|Family|Plain \u00e9\U0001F511");
    expect_cards(a, "3B 02 14 50", NULL, L"Exact|Family");
    expect_cards(a, "3B 02 14 51", NULL, L"Family");
    expect_cards(a, "3B 02 15 50", NULL, NULL);
    expect_cards(a, "3B 02 14", NULL, NULL);
    expect_cards(a, NULL, array_from(FILES, VT_BSTR), L"Exact|Family");
    expect_cards(a, NULL, array_from(VERIFY L"|" FILES, VT_BSTR), L"Family");
    expect_cards(a, NULL, array_from(FILES, VT_VARIANT), L"Exact|Family");
    expect_cards(a, "3B 02 14 50", array_from(VERIFY, VT_BSTR), L"Family");
    expect_cards(a, NULL, array_from(OTHER, VT_BSTR), NULL);
    expect_cards(a, "3B 00", array_from(NULL, VT_BSTR), L"Plain \u00e9\U0001F511");
    ISCardDatabase_Release(a);
}

static void test_cards__public_list(void **state) {
    (void)state;
    cardtypes_list(&types, "# comment\n3B 00\n\tFirst name\n\tSecond name\n\n3B 0.\n\tWild card\n\n"
                           "3B 02 14 50\n\tHidden by an introduced type\n");
    introduce_some();
    ISCardDatabase *a = new_database(world->service);
    expect_cards(a, "3B 00", NULL, L"Plain \u00e9\U0001F511");
    expect_cards(a, "3B 02 14 50", NULL, L"Exact|Family");
    expect_cards(a, "3B 0F", NULL, L"Wild card");
    expect_cards(a, "3B 0F", array_from(FILES, VT_BSTR), NULL); /* the list knows no interfaces */
    expect_cards(a, "3B FF", NULL, NULL);
    assert_int_equal(types.db->ops->forget(types.db, CARDDB_USER, "Plain \xC3\xA9\xF0\x9F\x94\x91"), RM_OK);
    expect_cards(a, "3B 00", NULL, L"First name|Second name|Wild card");
    expect_cards(a, NULL, NULL, L"Exact|Family");
    ISCardDatabase_Release(a);
}

/* The buffer is read whole wherever its pointer stands, and the pointer stays. */
static void test_cards__buffer_at_its_end(void **state) {
    (void)state;
    introduce_some();
    ISCardDatabase *a = new_database(world->service);
    IByteBuffer *buffer = buffer_from_hex("3B 00");
    SAFEARRAY *array = NULL;
    LONG at = -1;
    assert_hr(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_END, NULL), S_OK);
    assert_hr(ISCardDatabase_ListCards(a, buffer, NULL, ENGLISH, &array), S_OK);
    assert_array(array, L"Plain \u00e9\U0001F511");
    assert_hr(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_CUR, &at), S_OK);
    assert_int_equal(at, 2);
    IByteBuffer_Release(buffer);
    ISCardDatabase_Release(a);
}

static void test_cards__bad_arguments(void **state) {
    (void)state;
    static const wchar_t *const bad[] = {
        L"",
        L"no identifier",
        L"4029DD8A-5902-11D0-B84C-00C04FD424B9",
        L"{4029DD8A-5902-11D0-B84C-00C04FD424B9",
        L"{4029DD8A-5902-11D0-B84C-00C04FD424BG}",
        L"{4029DD8A-5902-11D0-B84C-00C04FD424B9} ",
        FILES L"|",
        L"SCardSSP.SCard",
    };
    ISCardDatabase *a = new_database(world->service);
    SAFEARRAY *array = (SAFEARRAY *)&array;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        assert_hr(list_cards(a, NULL, array_from(bad[i], VT_BSTR), &array), E_INVALIDARG);
        assert_null(array);
        assert_hr(list_cards(a, NULL, array_from(bad[i], VT_VARIANT), &array), E_INVALIDARG);
    }
    SAFEARRAYBOUND bounds[2] = {{.cElements = 1}, {.cElements = 1}};
    assert_hr(list_cards(a, NULL, SafeArrayCreate(VT_BSTR, 2, bounds), &array), E_INVALIDARG);
    assert_hr(list_cards(a, NULL, SafeArrayCreateVector(VT_UI1, 0, 16), &array), E_INVALIDARG);
    assert_hr(list_cards(a, NULL, SafeArrayCreateVector(VT_VARIANT, 0, 1), &array), E_INVALIDARG);
    assert_hr(list_cards(a, "", NULL, &array), E_INVALIDARG);
    assert_hr(
        list_cards(a,
                   "3B 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                   "00 00 00 00 00 00 00 00 00",
                   NULL, &array),
        E_INVALIDARG);
    assert_hr(list_cards(a, NULL, NULL, NULL), E_POINTER);
    ISCardDatabase_Release(a);
}

static void test_provider__of_a_type(void **state) {
    (void)state;
    wchar_t exact[] = L"Exact";
    wchar_t plain[] = L"Plain \u00e9\U0001F511";
    wchar_t unknown[] = L"Unknown";
    wchar_t surrogate[] = {0xD800, 0};
    wchar_t endless[400];
    wchar_t empty[] = L"";
    introduce_some();
    ISCardDatabase *a = new_database(world->service);
    BSTR name = SysAllocString(exact);
    GUID *provider = NULL;
    OLECHAR text[39];
    wmemset(endless, L'x', 399);
    endless[399] = 0;
    assert_hr(ISCardDatabase_GetProviderCardId(a, name, &provider), S_OK);
    assert_int_equal(StringFromGUID2(provider, text, 39), 39);
    assert_true(wcscmp(text, PROVIDER) == 0);
    CoTaskMemFree(provider);
    provider = (GUID *)&provider;
    assert_hr(ISCardDatabase_GetProviderCardId(a, plain, &provider), SCARD_E_ICC_INSTALLATION);
    assert_null(provider);
    assert_hr(ISCardDatabase_GetProviderCardId(a, unknown, &provider), SCARD_E_UNKNOWN_CARD);
    assert_hr(ISCardDatabase_GetProviderCardId(a, endless, &provider), SCARD_E_UNKNOWN_CARD);
    assert_hr(ISCardDatabase_GetProviderCardId(a, surrogate, &provider), E_INVALIDARG);
    assert_hr(ISCardDatabase_GetProviderCardId(a, empty, &provider), E_INVALIDARG);
    assert_hr(ISCardDatabase_GetProviderCardId(a, NULL, &provider), E_INVALIDARG);
    assert_hr(ISCardDatabase_GetProviderCardId(a, exact, NULL), E_POINTER);
    SysFreeString(name);
    ISCardDatabase_Release(a);
}

static void test_interfaces__of_a_type(void **state) {
    (void)state;
    wchar_t family[] = L"Family";
    wchar_t plain[] = L"Plain \u00e9\U0001F511";
    wchar_t unknown[] = L"Unknown";
    introduce_some();
    ISCardDatabase *a = new_database(world->service);
    SAFEARRAY *array = NULL;
    assert_hr(ISCardDatabase_ListCardInterfaces(a, family, &array), S_OK);
    assert_array(array, FILES L"|" VERIFY);
    assert_hr(ISCardDatabase_ListCardInterfaces(a, plain, &array), S_OK);
    assert_array(array, NULL);
    assert_hr(ISCardDatabase_ListCardInterfaces(a, unknown, &array), SCARD_E_UNKNOWN_CARD);
    assert_hr(ISCardDatabase_ListCardInterfaces(a, NULL, &array), E_INVALIDARG);
    assert_hr(ISCardDatabase_ListCardInterfaces(a, family, NULL), E_POINTER);
    ISCardDatabase_Release(a);
}

/* A file that is no database: a code, and readers are told all the same. */
static void test_database__spoilt(void **state) {
    (void)state;
    wchar_t name[] = L"Exact";
    cardtypes_spoil(&types);
    ISCardDatabase *a = new_database(world->service);
    SAFEARRAY *array = (SAFEARRAY *)&array;
    GUID *provider = NULL;
    assert_hr(list_cards(a, NULL, NULL, &array), SCARD_F_INTERNAL_ERROR);
    assert_null(array);
    assert_hr(list_cards(a, "3B 00", NULL, &array), SCARD_F_INTERNAL_ERROR);
    assert_hr(ISCardDatabase_GetProviderCardId(a, name, &provider), SCARD_F_INTERNAL_ERROR);
    assert_hr(ISCardDatabase_ListCardInterfaces(a, name, &array), SCARD_F_INTERNAL_ERROR);
    assert_hr(ISCardDatabase_ListReaderGroups(a, ENGLISH, &array), SCARD_F_INTERNAL_ERROR);
    assert_null(array);
    assert_hr(ISCardDatabase_ListReaders(a, ENGLISH, &array), S_OK);
    SafeArrayDestroy(array);
    ISCardDatabase_Release(a);
}

static void list_by_guids(SAFEARRAY *guids, const char *lie, void *context) {
    SAFEARRAY *names = (SAFEARRAY *)&guids;
    const HRESULT hr = ISCardDatabase_ListCards((ISCardDatabase *)context, NULL, guids, ENGLISH, &names);
    if (hr != E_INVALIDARG)
        print_error("%s\n", lie);
    assert_hr(hr, E_INVALIDARG);
    assert_null(names);
}

/* behaviour.md: nothing a caller sends may crash or read out of bounds. */
static void test_cards__arrays_that_lie(void **state) {
    (void)state;
    ISCardDatabase *a = new_database(world->service);
    liars_try(VT_BSTR, list_by_guids, a);
    liars_try(VT_VARIANT, list_by_guids, a);
    liars_try(VT_UI1, list_by_guids, a);
    ISCardDatabase_Release(a);
}

static int set_up(void **state) {
    (void)state;
    cardtypes_open(&types);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    cardtypes_close(&types);
    world_tidy(world);
    return 0;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv) {
    const char *why = NULL;
    world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!world) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        CASE(test_create__interfaces),   CASE(test_names__of_methods),
        CASE(test_readers__all),         CASE(test_readers__after_a_break),
        CASE(test_readers__none),        CASE(test_readers__no_service),
        CASE(test_groups__all),          CASE(test_cards__introduced),
        CASE(test_cards__public_list),   CASE(test_cards__buffer_at_its_end),
        CASE(test_cards__bad_arguments), CASE(test_cards__arrays_that_lie),
        CASE(test_provider__of_a_type),  CASE(test_interfaces__of_a_type),
        CASE(test_database__spoilt),
    };
    int failed = cmocka_run_group_tests_name(world->kind, tests, NULL, NULL);
    world_close(world);
    return failed;
}

/*
 * Introducing a type of cards over an older one in Windows' database: the old one is not gone before its
 * successor is in, whatever is refused and wherever the program is killed. The system's functions are played
 * over the real registry of the user, where the database finds what they have put there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "carddb/winscard/api.h"
#include "carddb/winscard/winscard.h"

#define PLACE L"SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards"
#define NAME "Office card"
#define WIDE_NAME L"Office card"
#define TRIAL L"(scardssp is introducing) Office card"
#define NEVER 1000
#define KINDS 3
#define REFUSED ((LONG)RM_E_INVALID_VALUE)
#define TAKEN ERROR_ALREADY_EXISTS

/* The system's functions. */
static struct {
    struct carddb_guid provider[2]; /* of the names, and of the trial */
    wchar_t names[2][KINDS][30];    /* of providers */
    int changes;                    /* that are made before the program is killed: the rest does nothing */
    int refusals[4];                /* introductions that are refused, by their number, from 1 on */
    int introductions;
    bool takes_over;   /* introducing over an old type replaces it, silently */
    bool keeps;        /* nothing can be forgotten */
    bool hides;        /* no ATR can be read */
    int freed, handed; /* strings */
} played;

static struct carddb *db;
static const struct carddb_guid guids[2] = {{1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}}, {12, 13, 14, {15}}};

static bool killed(void) {
    return played.changes-- <= 0;
}

static HKEY key_of(const wchar_t *name, bool make) {
    wchar_t path[200];
    HKEY key = NULL;
    (void)_snwprintf(path, 200, L"%ls\\%ls", PLACE, name);
    if (make)
        (void)RegCreateKeyExW(HKEY_CURRENT_USER, path, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL);
    else
        (void)RegOpenKeyExW(HKEY_CURRENT_USER, path, 0, KEY_ALL_ACCESS, &key);
    return key;
}

static bool is_there(const wchar_t *name) {
    const HKEY key = key_of(name, false);
    if (key)
        RegCloseKey(key);
    return key != NULL;
}

static int which(const wchar_t *name) {
    assert_true(wcscmp(name, WIDE_NAME) == 0 || wcscmp(name, TRIAL) == 0);
    return wcscmp(name, TRIAL) == 0;
}

static LONG WINAPI establish(DWORD scope, LPCVOID first, LPCVOID second, LPSCARDCONTEXT context) {
    (void)first, (void)second;
    assert_int_equal(scope, SCARD_SCOPE_USER);
    *context = 1;
    return SCARD_S_SUCCESS;
}

static LONG WINAPI release(SCARDCONTEXT context) {
    (void)context;
    return SCARD_S_SUCCESS;
}

static LONG WINAPI free_memory(SCARDCONTEXT context, LPCVOID memory) {
    (void)context;
    ++played.freed;
    free((void *)(uintptr_t)memory);
    return SCARD_S_SUCCESS;
}

static LONG WINAPI introduce(SCARDCONTEXT context, LPCWSTR name, LPCGUID provider, LPCGUID interfaces,
                             DWORD count, LPCBYTE atr, LPCBYTE mask, DWORD atr_size) {
    (void)context, (void)interfaces;
    assert_true(count == 0 || count == 2);
    ++played.introductions;
    for (size_t i = 0; i < sizeof played.refusals / sizeof *played.refusals; ++i)
        if (played.refusals[i] == played.introductions)
            return REFUSED;
    if (is_there(name) && !played.takes_over)
        return TAKEN;
    if (killed())
        return REFUSED;
    const HKEY key = key_of(name, true);
    (void)RegSetValueExW(key, L"ATR", 0, REG_BINARY, atr, atr_size);
    (void)RegSetValueExW(key, L"ATRMask", 0, played.hides ? REG_DWORD : REG_BINARY, mask, atr_size);
    RegCloseKey(key);
    memset(&played.provider[which(name)], 0, sizeof played.provider[0]);
    if (provider)
        memcpy(&played.provider[which(name)], provider, sizeof played.provider[0]);
    return SCARD_S_SUCCESS;
}

static LONG WINAPI forget(SCARDCONTEXT context, LPCWSTR name) {
    wchar_t path[200];
    (void)context;
    if (!is_there(name))
        return ERROR_FILE_NOT_FOUND;
    if (played.keeps || killed())
        return ERROR_ACCESS_DENIED;
    (void)_snwprintf(path, 200, L"%ls\\%ls", PLACE, name);
    (void)RegDeleteKeyW(HKEY_CURRENT_USER, path);
    memset(played.names[which(name)], 0, sizeof played.names[0]);
    return SCARD_S_SUCCESS;
}

static LONG WINAPI get_provider(SCARDCONTEXT context, LPCWSTR name, LPGUID out) {
    static const struct carddb_guid none;
    (void)context;
    if (memcmp(&played.provider[which(name)], &none, sizeof none) == 0)
        return ERROR_FILE_NOT_FOUND;
    memcpy(out, &played.provider[which(name)], sizeof *out);
    return SCARD_S_SUCCESS;
}

static LONG WINAPI list_interfaces(SCARDCONTEXT context, LPCWSTR name, LPGUID out, LPDWORD count) {
    (void)context, (void)name;
    *count = 2;
    memcpy(out, guids, sizeof guids);
    return SCARD_S_SUCCESS;
}

static int kind_of(DWORD kind) {
    return kind == SCARD_PROVIDER_CSP ? 0 : kind == 3 ? 1 : kind == 0x80000001u ? 2 : -1;
}

static LONG WINAPI get_name(SCARDCONTEXT context, LPCWSTR name, DWORD kind, LPWSTR provider, LPDWORD size) {
    const wchar_t *const known = played.names[which(name)][kind_of(kind)];
    (void)context;
    assert_int_equal(*size, SCARD_AUTOALLOCATE);
    if (!*known)
        return ERROR_FILE_NOT_FOUND;
    wchar_t *const copy = _wcsdup(known);
    ++played.handed;
    memcpy(provider, &copy, sizeof copy);
    return SCARD_S_SUCCESS;
}

static LONG WINAPI set_name(SCARDCONTEXT context, LPCWSTR name, DWORD kind, LPCWSTR provider) {
    (void)context;
    if (killed())
        return ERROR_ACCESS_DENIED;
    wcscpy(played.names[which(name)][kind_of(kind)], provider);
    return SCARD_S_SUCCESS;
}

static const struct carddb_winscard_api api = {
    .establish_context = establish,
    .release_context = release,
    .free_memory = free_memory,
    .introduce_card_type = introduce,
    .forget_card_type = forget,
    .get_provider_id = get_provider,
    .list_interfaces = list_interfaces,
    .get_provider_name = get_name,
    .set_provider_name = set_name,
};

/* The old type and the new one, told apart by their ATRs and providers. */

static rm_status put(uint8_t historical, const struct carddb_guid *provider) {
    struct carddb_type type = {.name = NAME,
                               .atr = {0x3B, 0x01, historical},
                               .mask = {0xFF, 0xFF, 0xFF},
                               .atr_size = 3,
                               .has_provider = provider != NULL,
                               .interfaces = guids,
                               .interface_count = 2};
    if (provider)
        type.provider = *provider;
    return db->ops->introduce(db, CARDDB_USER, &type);
}

static rm_status put_new(void) {
    return put(0x22, NULL);
}

/* The third byte of the ATR that is there under a name; 0: nothing is. */
static uint8_t atr_under(const wchar_t *name) {
    uint8_t atr[8] = {0};
    DWORD size = sizeof atr;
    const HKEY key = key_of(name, false);
    if (!key)
        return 0;
    assert_int_equal(RegQueryValueExW(key, L"ATR", NULL, NULL, atr, &size), ERROR_SUCCESS);
    RegCloseKey(key);
    return atr[2];
}

static int set_up(void **state) {
    (void)state;
    memset(&played, 0, sizeof played);
    played.changes = NEVER;
    return carddb_winscard_open_with(&api, &db) == RM_OK ? 0 : -1;
}

/* With an old type that other programs have registered providers for. */
static int set_up_over(void **state) {
    if (set_up(state) != 0 || put(0x11, &guids[1]) != RM_OK)
        return -1;
    for (size_t i = 0; i < KINDS; ++i)
        (void)_snwprintf(played.names[0][i], 30, L"Provider %u", (unsigned)i);
    played.introductions = 0;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    played.keeps = false;
    played.changes = NEVER;
    (void)forget(0, WIDE_NAME);
    (void)forget(0, TRIAL);
    (void)RegDeleteKeyW(HKEY_CURRENT_USER, PLACE);
    db->ops->close(db);
    return played.freed == played.handed ? 0 : -1;
}

static void expect_old(void) {
    assert_int_equal(atr_under(WIDE_NAME), 0x11);
    assert_memory_equal(&played.provider[0], &guids[1], sizeof guids[1]);
    assert_int_equal(atr_under(TRIAL), 0);
    for (size_t i = 0; i < KINDS; ++i)
        assert_int_equal(played.names[0][i][9], L'0' + i);
}

static void test_first__nothing_is_forgotten(void **state) {
    (void)state;
    assert_int_equal(put_new(), RM_OK);
    assert_int_equal(played.introductions, 1);
    assert_int_equal(atr_under(WIDE_NAME), 0x22);
}

static void test_over__replaced(void **state) {
    (void)state;
    static const struct carddb_guid none;
    for (int takes_over = 0; takes_over < 2; ++takes_over) {
        played.takes_over = takes_over;
        assert_int_equal(put_new(), RM_OK);
        assert_int_equal(atr_under(WIDE_NAME), 0x22);
        assert_int_equal(atr_under(TRIAL), 0);
        assert_memory_equal(&played.provider[0], &none, sizeof none); /* nothing of the old one's */
        assert_int_equal(played.names[0][2][9], L'2');                /* but what others have registered */
        assert_int_equal(put(0x11, &guids[1]), RM_OK);
    }
}

static void test_over__refused(void **state) {
    (void)state;
    played.refusals[0] = 1;
    assert_int_equal(put_new(), RM_E_INVALID_VALUE);
    expect_old();
    assert_non_null(strstr(db->ops->explain(db), "0x80100011"));
}

/* Taken on trial, and refused all the same under its own name. */
static void test_over__refused_late(void **state) {
    (void)state;
    played.refusals[0] = 2;
    assert_int_equal(put_new(), RM_E_INVALID_VALUE);
    assert_int_equal(played.introductions, 3);
    expect_old();
}

/* Neither can be had any more: the successor stays where it is, and the next try puts things right. */
static void test_over__refused_altogether(void **state) {
    (void)state;
    played.refusals[0] = 2;
    played.refusals[1] = 3;
    assert_int_equal(put_new(), RM_E_INVALID_VALUE);
    assert_int_equal(atr_under(TRIAL), 0x22);
    assert_int_equal(put_new(), RM_OK);
    assert_int_equal(atr_under(WIDE_NAME), 0x22);
    assert_int_equal(atr_under(TRIAL), 0);
}

static void test_over__cannot_be_forgotten(void **state) {
    (void)state;
    played.keeps = true;
    assert_int_equal(put_new(), RM_E_NO_ACCESS);
    assert_int_equal(atr_under(WIDE_NAME), 0x11);
    played.keeps = false;
    assert_int_equal(put_new(), RM_OK);
    assert_int_equal(atr_under(TRIAL), 0);
}

/* A type that stands there damaged is replaced, too. */
static void test_over__unreadable(void **state) {
    (void)state;
    played.hides = true;
    assert_int_equal(put(0x33, NULL), RM_OK);
    assert_int_equal(put_new(), RM_OK);
    assert_int_equal(atr_under(WIDE_NAME), 0x22);
    assert_int_equal(atr_under(TRIAL), 0);
}

/*
 * Killed after any number of changes: cards of the old type or of the new one are known, and another try
 * makes all well.
 */
static void test_over__killed(void **state) {
    int changes = 0;
    for (rm_status status = RM_E_INVALID_VALUE; status != RM_OK; ++changes) {
        played.changes = changes;
        status = put_new();
        played.changes = NEVER;
        const uint8_t own = atr_under(WIDE_NAME), trial = atr_under(TRIAL);
        assert_true(own == 0x11 || own == 0x22 || trial == 0x22);
        assert_int_equal(put_new(), RM_OK);
        assert_int_equal(atr_under(WIDE_NAME), 0x22);
        assert_int_equal(atr_under(TRIAL), 0);
        if (status != RM_OK)
            assert_true(tear_down(state) == 0 && set_up_over(state) == 0);
    }
    assert_true(changes >= 4);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up_over, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first__nothing_is_forgotten, set_up, tear_down),
        CASE(test_over__replaced),
        CASE(test_over__refused),
        CASE(test_over__refused_late),
        CASE(test_over__refused_altogether),
        CASE(test_over__cannot_be_forgotten),
        CASE(test_over__unreadable),
        CASE(test_over__killed),
    };
    return cmocka_run_group_tests_name("winscard_replace", tests, NULL, NULL);
}

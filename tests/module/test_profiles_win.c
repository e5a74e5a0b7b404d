/*
 * Profiles of cards that the registry of Windows names: loaded from DLLs, listed, and refused where an entry
 * makes no sense. The registry is this test's own.
 */
#include "scardssp_provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "services/profile.h"

#define PLACE L"Software\\scardssp-test-profiles"
#define PROFILES L"Software\\SCardSSP\\Profiles\\"
#define KEY "Software\\SCardSSP\\Profiles\\"
#define OWN_WIDTH (sizeof(void *) == 8 ? L"win64" : L"win32")
#define OTHER_WIDTH (sizeof(void *) == 8 ? L"win32" : L"win64")
#define BADGE L"acme-badge"

/* What stands in place of the user's and of the machine's part. */
static HKEY user, machine;
static wchar_t library[MAX_PATH + 40]; /* the example's */

static HKEY make_key(HKEY below, const wchar_t *name) {
    HKEY key = NULL;
    assert_int_equal(
        RegCreateKeyExW(below, name, 0, NULL, 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, NULL, &key, NULL),
        ERROR_SUCCESS);
    return key;
}

static int set_up(void **state) {
    (void)state;
    assert_true(GetModuleFileNameW(NULL, library, MAX_PATH) < MAX_PATH);
    wcscpy(wcsrchr(library, L'\\') + 1, L"..\\..\\examples\\profile\\badge.dll");
    user = make_key(HKEY_CURRENT_USER, PLACE L"\\user");
    machine = make_key(HKEY_CURRENT_USER, PLACE L"\\machine");
    assert_int_equal(RegOverridePredefKey(HKEY_LOCAL_MACHINE, machine), ERROR_SUCCESS);
    assert_int_equal(RegOverridePredefKey(HKEY_CURRENT_USER, user), ERROR_SUCCESS);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    (void)RegOverridePredefKey(HKEY_CURRENT_USER, NULL);
    (void)RegOverridePredefKey(HKEY_LOCAL_MACHINE, NULL);
    RegCloseKey(user);
    RegCloseKey(machine);
    return RegDeleteTreeW(HKEY_CURRENT_USER, PLACE) == ERROR_SUCCESS ? 0 : -1;
}

static void put(HKEY root, const wchar_t *name, const wchar_t *value, DWORD type, const wchar_t *text) {
    wchar_t path[100];
    (void)swprintf(path, 100, PROFILES L"%ls", name);
    const HKEY key = make_key(root, path);
    assert_int_equal(
        RegSetValueExW(key, value, 0, type, (const BYTE *)text, (DWORD)((wcslen(text) + 1) * sizeof *text)),
        ERROR_SUCCESS);
    RegCloseKey(key);
}

static void forget(HKEY root) {
    (void)RegDeleteTreeW(root, L"Software\\SCardSSP");
}

/* What was told of profiles, the first two. */
struct told {
    size_t count;
    uint32_t state[2];
    char file[2][200], name[2][40], reason[2][200];
};

static void copy(char *to, size_t room, const char *text) {
    (void)snprintf(to, room, "%s", text ? text : "(none)");
}

static int note(void *user_data, const struct scardssp_provider *provider) {
    struct told *const told = user_data;
    if (!provider->profile)
        return 0;
    assert_null(provider->clsid);
    if (told->count < 2) {
        copy(told->file[told->count], sizeof told->file[0], provider->file);
        copy(told->name[told->count], sizeof told->name[0], provider->profile);
        copy(told->reason[told->count], sizeof told->reason[0], provider->reason);
        told->state[told->count] = provider->state;
    }
    ++told->count;
    return 0;
}

static struct told ask(void) {
    struct told told = {0};
    assert_int_equal(scardssp_providers(note, &told), S_OK);
    return told;
}

static bool is_known(void) {
    static const uint8_t name[] = {0xF0, 0x41, 0x43, 0x4D, 0x45, 0x01};
    return profile_of_name(name, sizeof name) != NULL;
}

static void test_profiles__loaded_and_forgotten(void **state) {
    (void)state;
    assert_int_equal(scardssp_profiles(), S_OK);
    assert_false(is_known());
    assert_int_equal(ask().count, 0);
    put(machine, BADGE, OWN_WIDTH, REG_SZ, library);
    assert_int_equal(scardssp_profiles(), S_OK);
    assert_true(is_known());
    struct told told = ask();
    assert_int_equal(told.count, 1);
    assert_int_equal(told.state[0], SCARDSSP_PROVIDER_USED);
    assert_string_equal(told.name[0], "acme-badge");
    assert_string_equal(told.reason[0], "(none)");
    assert_string_equal(told.file[0], "HKEY_LOCAL_MACHINE\\" KEY "acme-badge");
    forget(machine);
    assert_int_equal(scardssp_profiles(), S_OK);
    assert_false(is_known());
}

static bool is_elevated(void) {
    TOKEN_ELEVATION elevation = {0};
    DWORD size = sizeof elevation;
    HANDLE token = NULL;
    const bool told = OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) &&
                      GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size);
    if (token)
        CloseHandle(token);
    return !told || elevation.TokenIsElevated;
}

/* The user's key comes first; in a program with an administrator's rights it does not count. */
static void test_profiles__of_the_user(void **state) {
    (void)state;
    put(user, BADGE, OWN_WIDTH, REG_SZ, library);
    assert_int_equal(scardssp_profiles(), S_OK);
    assert_int_equal(is_known(), !is_elevated());
    put(machine, BADGE, OWN_WIDTH, REG_SZ, library);
    assert_int_equal(scardssp_profiles(), S_OK);
    assert_true(is_known());
    const struct told told = ask();
    assert_int_equal(told.count, 2);
    assert_string_equal(told.file[1], "HKEY_CURRENT_USER\\" KEY "acme-badge");
    if (is_elevated()) {
        assert_int_equal(told.state[0], SCARDSSP_PROVIDER_USED);
        assert_int_equal(told.state[1], SCARDSSP_PROVIDER_REFUSED);
        assert_non_null(strstr(told.reason[1], "administrator's rights"));
    } else {
        assert_int_equal(told.state[0], SCARDSSP_PROVIDER_HIDDEN);
        assert_string_equal(told.reason[0], "HKEY_CURRENT_USER has the same profile");
        assert_int_equal(told.state[1], SCARDSSP_PROVIDER_USED);
    }
}

/* Entries that no installer has made, and libraries that are none. */
static void test_profiles__refused(void **state) {
    static const wchar_t lone[] = {L'C', L':', L'\\', 0xD800, 0};
    static wchar_t endless[1200];
    wmemset(endless, L'x', 1199);
    const struct {
        const wchar_t *name, *value, *path;
        DWORD type;
        uint32_t state;
        const char *reason;
    } rows[] = {
        {BADGE, OTHER_WIDTH, library, REG_SZ, SCARDSSP_PROVIDER_REFUSED, "there is no value win"},
        {BADGE, OWN_WIDTH, library, REG_BINARY, SCARDSSP_PROVIDER_REFUSED, "there is no value win"},
        {BADGE, OWN_WIDTH, endless, REG_SZ, SCARDSSP_PROVIDER_REFUSED, "there is no value win"},
        {BADGE, OWN_WIDTH, L"badge.dll", REG_SZ, SCARDSSP_PROVIDER_REFUSED, "relative"},
        {BADGE, OWN_WIDTH, L"C:badge.dll", REG_SZ, SCARDSSP_PROVIDER_REFUSED, "relative"},
        {BADGE, OWN_WIDTH, L"\\badge.dll", REG_SZ, SCARDSSP_PROVIDER_REFUSED, "relative"},
        {BADGE, OWN_WIDTH, lone, REG_SZ, SCARDSSP_PROVIDER_REFUSED, "no text"},
        {L"Acme", OWN_WIDTH, library, REG_SZ, SCARDSSP_PROVIDER_REFUSED, "the key's name is not"},
        {L"\u0416", OWN_WIDTH, library, REG_SZ, SCARDSSP_PROVIDER_REFUSED, "the key's name is not"},
        {L"a-name-of-more-than-31-characters", OWN_WIDTH, library, REG_SZ, SCARDSSP_PROVIDER_REFUSED,
         "longer than 31"},
        {L"piv", OWN_WIDTH, library, REG_SZ, SCARDSSP_PROVIDER_REFUSED, "profile of this library"},
        {L"acme-gate", OWN_WIDTH, library, REG_SZ, SCARDSSP_PROVIDER_FAILED, "knows no profile of this name"},
        {BADGE, OWN_WIDTH, L"C:\\nowhere\\badge.dll", REG_SZ, SCARDSSP_PROVIDER_FAILED, "cannot be loaded"},
        {BADGE, OWN_WIDTH, L"C:\\windows\\system32\\version.dll", REG_SZ, SCARDSSP_PROVIDER_FAILED,
         "does not export ScardsspGetProfile"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        forget(machine);
        put(machine, rows[i].name, rows[i].value, rows[i].type, rows[i].path);
        assert_int_equal(scardssp_profiles(), S_OK);
        assert_false(is_known());
        const struct told told = ask();
        assert_int_equal(told.count, 1);
        if (told.state[0] != rows[i].state || !strstr(told.reason[0], rows[i].reason))
            fail_msg("row %u: state %u, %s", (unsigned)i, (unsigned)told.state[0], told.reason[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_profiles__loaded_and_forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profiles__of_the_user, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profiles__refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

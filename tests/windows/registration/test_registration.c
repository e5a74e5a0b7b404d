/*
 * What registering the DLL writes, for the machine or for one user, and that removing it leaves nothing
 * behind and takes nothing of others. In a registry of the test's own; regsvr32.sh does it in the real one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include <cmocka.h>

#include "module/windows/registration.h"
#include "registrytree.h"

#define LINE_ROOM 400
#define DLL L"C:\\Programs\\Ours\\scardssp.dll"
#define LIBRARY L"{82C38704-19F1-11D3-A11F-00C04F79F800}"
#define AUTOMATION L"{00020424-0000-0000-C000-000000000046}"
#define PROXY L"{968762B0-B0AA-4F24-8A04-E9F19D70BA9E}"
#define PLATFORM (sizeof(void *) == 8 ? L"win64" : L"win32")

static const struct {
    const wchar_t *clsid, *name, *progid;
} classes[] = {
    {L"{E126F8FF-A7AF-11D0-B88A-00C04FD424B9}", L"CByteBuffer", L"SCardSSP.ByteBuffer"},
    {L"{53B6AA67-3F56-11D0-916B-00AA00C18068}", L"CSCardTypeConv", L"SCardSSP.SCardTypeConv"},
    {L"{D5778AE7-43DE-11D0-9171-00AA00C18068}", L"CSCardCmd", L"SCardSSP.SCardCmd"},
    {L"{53B6AA6C-3F56-11D0-916B-00AA00C18068}", L"CSCardISO7816", L"SCardSSP.SCardISO7816"},
    {L"{1461AAC7-6810-11D0-918F-00AA00C18068}", L"CSCard", L"SCardSSP.SCard"},
    {L"{1461AACC-6810-11D0-918F-00AA00C18068}", L"CSCardDatabase", L"SCardSSP.SCardDatabase"},
    {L"{1461AAD1-6810-11D0-918F-00AA00C18068}", L"CSCardLocate", L"SCardSSP.SCardLocate"},
    {L"{14AA4189-833F-42AD-AB2A-1D4A8099A02A}", L"CSCardManage", L"SCardSSP.SCardManage"},
};

static const struct {
    const wchar_t *iid, *name, *marshaler;
} interfaces[] = {
    {L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}", L"IByteBuffer", PROXY},
    {L"{53B6AA63-3F56-11D0-916B-00AA00C18068}", L"ISCardTypeConv", PROXY},
    {L"{D5778AE3-43DE-11D0-9171-00AA00C18068}", L"ISCardCmd", PROXY},
    {L"{53B6AA68-3F56-11D0-916B-00AA00C18068}", L"ISCardISO7816", PROXY},
    {L"{1461AAC3-6810-11D0-918F-00AA00C18068}", L"ISCard", PROXY},
    {L"{B688457F-0364-4EA7-806E-CC02612D1AC8}", L"ISCardEx", AUTOMATION},
    {L"{1461AAC8-6810-11D0-918F-00AA00C18068}", L"ISCardDatabase", PROXY},
    {L"{1461AACD-6810-11D0-918F-00AA00C18068}", L"ISCardLocate", PROXY},
    {L"{7B063D61-6E40-11D0-B858-00C04FD424B9}", L"ISCardAuth", PROXY},
    {L"{4029DD8A-5902-11D0-B84C-00C04FD424B9}", L"ISCardFileAccess", PROXY},
    {L"{5E586211-5A09-11D0-B84C-00C04FD424B9}", L"ISCardManage", PROXY},
    {L"{4029DD85-5902-11D0-B84C-00C04FD424B9}", L"ISCardVerify", PROXY},
};

static const struct registration ours = {DLL, sizeof(void *) == 8};

static int open_tree(void **state) {
    (void)state;
    return tree_open() ? 0 : -1;
}

static int close_tree(void **state) {
    (void)state;
    tree_close();
    return 0;
}

static size_t count_lines(const wchar_t *text) {
    size_t count = 0;
    for (; *text; ++text)
        count += *text == L'\n';
    return count;
}

/* That the line stands there just once, whatever the case of its letters. */
static void expect_line(const wchar_t *text, const wchar_t *line) {
    const size_t size = wcslen(line);
    size_t found = 0;
    for (const wchar_t *at = text; *at; at = wcschr(at, L'\n') + 1)
        found += _wcsnicmp(at, line, size) == 0 && at[size] == L'\n';
    if (found != 1)
        print_error("%u times: %ls\n", (unsigned)found, line);
    assert_int_equal(found, 1);
}

static void expect(const wchar_t *text, const wchar_t *key, const wchar_t *value, const wchar_t *content) {
    wchar_t line[LINE_ROOM];
    (void)swprintf(line, LINE_ROOM, L"\\%ls|%ls=%ls", key, value, content);
    expect_line(text, line);
}

/* A value of front\middle\back. */
static void expect_in(const wchar_t *text, const wchar_t *front, const wchar_t *middle, const wchar_t *back,
                      const wchar_t *value, const wchar_t *content) {
    wchar_t key[LINE_ROOM];
    (void)swprintf(key, LINE_ROOM, L"%ls%ls%ls", front, middle, back);
    expect(text, key, value, content);
}

static void expect_text(bool machine, const wchar_t *wanted) {
    wchar_t *const text = tree_text(machine);
    assert_non_null(text);
    if (wcscmp(text, wanted) != 0)
        print_error("%ls\n", text);
    assert_true(wcscmp(text, wanted) == 0);
    free(text);
}

static void expect_empty(bool machine) {
    expect_text(machine, L"\n");
}

static void expect_class(const wchar_t *text, size_t i) {
    wchar_t versioned[LINE_ROOM];
    const wchar_t *const clsid = classes[i].clsid, *const progid = classes[i].progid,
                         *const name = classes[i].name;
    (void)swprintf(versioned, LINE_ROOM, L"%ls.1", progid);
    expect_in(text, L"CLSID\\", clsid, L"", L"", name);
    expect_in(text, L"CLSID\\", clsid, L"\\InprocServer32", L"", DLL);
    expect_in(text, L"CLSID\\", clsid, L"\\InprocServer32", L"ThreadingModel", L"Both");
    expect_in(text, L"CLSID\\", clsid, L"\\ProgID", L"", versioned);
    expect_in(text, L"CLSID\\", clsid, L"\\VersionIndependentProgID", L"", progid);
    expect_in(text, L"CLSID\\", clsid, L"\\TypeLib", L"", LIBRARY);
    expect_in(text, L"CLSID\\", clsid, L"\\Version", L"", L"1.0");
    expect(text, progid, L"", name);
    expect_in(text, progid, L"\\CLSID", L"", L"", clsid);
    expect_in(text, progid, L"\\CurVer", L"", L"", versioned);
    expect(text, versioned, L"", name);
    expect_in(text, versioned, L"\\CLSID", L"", L"", clsid);
}

static void expect_all(bool machine) {
    const size_t class_count = sizeof classes / sizeof *classes,
                 interface_count = sizeof interfaces / sizeof *interfaces;
    wchar_t *const text = tree_text(machine);
    assert_non_null(text);
    for (size_t i = 0; i < class_count; ++i)
        expect_class(text, i);
    for (size_t i = 0; i < interface_count; ++i) {
        const wchar_t *const iid = interfaces[i].iid;
        expect_in(text, L"Interface\\", iid, L"", L"", interfaces[i].name);
        expect_in(text, L"Interface\\", iid, L"\\ProxyStubClsid32", L"", interfaces[i].marshaler);
        expect_in(text, L"Interface\\", iid, L"\\TypeLib", L"", LIBRARY);
        expect_in(text, L"Interface\\", iid, L"\\TypeLib", L"Version", L"1.0");
    }
    expect_in(text, L"CLSID\\", PROXY, L"\\InprocServer32", L"", DLL);
    expect_in(text, L"CLSID\\", PROXY, L"\\InprocServer32", L"ThreadingModel", L"Both");
    expect_in(text, L"CLSID\\", PROXY, L"", L"", L"Smart card service provider: proxy and stub");
    expect_in(text, L"TypeLib\\", LIBRARY, L"\\1.0", L"", L"Smart card service provider 1.0");
    expect_in(text, L"TypeLib\\", LIBRARY, L"\\1.0\\FLAGS", L"", L"0");
    expect_in(text, L"TypeLib\\", LIBRARY, L"\\1.0\\HELPDIR", L"", L"C:\\Programs\\Ours");
    expect_in(text, L"TypeLib\\" LIBRARY L"\\1.0\\0\\", PLATFORM, L"", L"", DLL);
    /*
     * Nothing else. Keys: a class has 6 and its ProgIDs 5, an interface 3, the proxy 2, the library 6, and
     * there are CLSID, Interface, TypeLib and the top. Values: 12, 4, 3 and 4.
     */
    assert_int_equal(count_lines(text),
                     class_count * (11 + 12) + interface_count * (3 + 4) + (2 + 3) + (6 + 4) + 4);
    free(text);
}

static void test_add__writes_everything_for_the_machine(void **state) {
    (void)state;
    assert_int_equal(registration_add(&ours), S_OK);
    expect_all(true);
    expect_empty(false);
}

static void test_add__twice_is_as_once(void **state) {
    (void)state;
    assert_int_equal(registration_add(&ours), S_OK);
    assert_int_equal(registration_add(&ours), S_OK);
    expect_all(true);
    assert_int_equal(registration_remove(&ours), S_OK);
    expect_empty(true);
}

static void test_add__writes_for_the_user_where_the_machine_is_closed(void **state) {
    (void)state;
    assert_true(tree_forbid_machine(true));
    assert_int_equal(registration_add(&ours), S_OK);
    expect_empty(true);
    expect_all(false);
    assert_int_equal(registration_remove(&ours), S_OK);
    expect_empty(false);
}

static void test_add__leaves_nothing_where_both_are_closed(void **state) {
    (void)state;
    assert_true(tree_forbid_machine(true));
    assert_true(tree_forbid_user(true));
    assert_int_equal(registration_add(&ours), E_ACCESSDENIED);
    expect_empty(true);
    expect_empty(false);
}

static void write(const wchar_t *key, const wchar_t *value, const wchar_t *text) {
    HKEY opened = NULL;
    assert_int_equal(
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, key, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &opened, NULL), 0);
    assert_int_equal(RegSetValueExW(opened, value, 0, REG_SZ, (const BYTE *)text,
                                    (DWORD)((wcslen(text) + 1) * sizeof *text)),
                     0);
    RegCloseKey(opened);
}

/* A registration that fails halfway, at one key of many: what was there is there again, byte for byte. */
static void expect_undone(const wchar_t *closed) {
    assert_true(tree_forbid_key(closed, true));
    assert_true(tree_forbid_user(true));
    wchar_t *const before = tree_text(true);
    assert_non_null(before);
    assert_int_equal(registration_add(&ours), E_ACCESSDENIED);
    expect_text(true, before);
    expect_empty(false);
    assert_true(tree_forbid_key(closed, false));
    assert_true(tree_forbid_user(false));
    free(before);
}

#define LAST_INTERFACE L"Interface\\{4029DD85-5902-11D0-B84C-00C04FD424B9}"
#define LAST_CLASS L"CLSID\\{1461AAD1-6810-11D0-918F-00AA00C18068}\\ProgID"

static void test_add__fails_halfway(void **state) {
    (void)state;
    expect_undone(LAST_INTERFACE);
    expect_undone(LAST_CLASS);
    expect_undone(L"TypeLib\\" LIBRARY L"\\1.0");
}

static void test_add__fails_halfway_over_another_copy(void **state) {
    (void)state;
    const struct registration former = {L"C:\\Other\\scardssp.dll", ours.wide};
    assert_int_equal(registration_add(&former), S_OK);
    write(L"Software\\Classes\\CLSID\\{1461AAC7-6810-11D0-918F-00AA00C18068}", L"AppID", L"theirs");
    write(L"Software\\Classes\\SCardSSP.SCard", L"", L"another name");
    expect_undone(LAST_INTERFACE);
    expect_undone(LAST_CLASS);
    expect_undone(L"TypeLib\\" LIBRARY L"\\1.0\\HELPDIR");
    /* The former one can still be removed as its own. */
    assert_int_equal(registration_remove(&ours), S_OK);
    assert_int_equal(registration_remove(&former), S_OK);
    wchar_t *const text = tree_text(true);
    expect(text, L"CLSID\\{1461AAC7-6810-11D0-918F-00AA00C18068}", L"AppID", L"theirs");
    free(text);
}

static void test_add__fails_halfway_in_the_machine_goes_to_the_user(void **state) {
    (void)state;
    const struct registration former = {L"C:\\Other\\scardssp.dll", ours.wide};
    assert_int_equal(registration_add(&former), S_OK);
    assert_true(tree_forbid_key(LAST_INTERFACE, true));
    wchar_t *const before = tree_text(true);
    assert_int_equal(registration_add(&ours), S_OK);
    expect_text(true, before);
    expect_all(false);
    free(before);
}

static void test_add__path_too_long(void **state) {
    (void)state;
    wchar_t path[MAX_PATH + 1];
    wmemset(path, L'a', MAX_PATH);
    path[MAX_PATH] = L'\0';
    const struct registration far_away = {path, ours.wide};
    assert_int_equal(registration_add(&far_away), HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE));
    expect_empty(true);
}

static void test_remove__leaves_nothing(void **state) {
    (void)state;
    for (int round = 0; round < 2; ++round) {
        assert_int_equal(registration_add(&ours), S_OK);
        assert_int_equal(registration_remove(&ours), S_OK);
        expect_empty(true);
        expect_empty(false);
    }
}

static void test_remove__nothing_is_there(void **state) {
    (void)state;
    assert_int_equal(registration_remove(&ours), S_OK);
    expect_empty(true);
}

static void test_remove__of_another_copy_changes_nothing(void **state) {
    (void)state;
    const struct registration other = {L"C:\\Other\\scardssp.dll", ours.wide};
    assert_int_equal(registration_add(&ours), S_OK);
    assert_int_equal(registration_remove(&other), S_OK);
    expect_all(true);
}

/* A copy that is registered later has it all; to remove the first one then changes nothing. */
static void test_remove__of_the_copy_registered_last(void **state) {
    (void)state;
    const struct registration former = {L"C:\\Other\\scardssp.dll", ours.wide};
    assert_int_equal(registration_add(&former), S_OK);
    assert_int_equal(registration_add(&ours), S_OK);
    expect_all(true);
    assert_int_equal(registration_remove(&former), S_OK);
    expect_all(true);
    assert_int_equal(registration_remove(&ours), S_OK);
    expect_empty(true);
}

static void test_remove__keeps_what_others_have_added(void **state) {
    (void)state;
    assert_int_equal(registration_add(&ours), S_OK);
    write(L"Software\\Classes\\CLSID\\{1461AAC7-6810-11D0-918F-00AA00C18068}", L"AppID", L"theirs");
    write(L"Software\\Classes\\SCardSSP.SCard\\shell", L"", L"theirs, too");
    assert_int_equal(registration_remove(&ours), S_OK);
    expect_text(true, L"\n"
                      L"\\CLSID\n"
                      L"\\CLSID\\{1461AAC7-6810-11D0-918F-00AA00C18068}\n"
                      L"\\CLSID\\{1461AAC7-6810-11D0-918F-00AA00C18068}|AppID=theirs\n"
                      L"\\SCardSSP.SCard\n"
                      L"\\SCardSSP.SCard\\shell\n"
                      L"\\SCardSSP.SCard\\shell|=theirs, too\n");
}

static void test_remove__machine_is_closed(void **state) {
    (void)state;
    assert_int_equal(registration_add(&ours), S_OK);
    assert_true(tree_forbid_machine(true));
    assert_int_equal(registration_remove(&ours), E_ACCESSDENIED);
    expect_all(true);
    assert_true(tree_forbid_machine(false));
    assert_int_equal(registration_remove(&ours), S_OK);
    expect_empty(true);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_tree, close_tree)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_add__writes_everything_for_the_machine),
        CASE(test_add__twice_is_as_once),
        CASE(test_add__writes_for_the_user_where_the_machine_is_closed),
        CASE(test_add__leaves_nothing_where_both_are_closed),
        CASE(test_add__fails_halfway),
        CASE(test_add__fails_halfway_over_another_copy),
        CASE(test_add__fails_halfway_in_the_machine_goes_to_the_user),
        CASE(test_add__path_too_long),
        CASE(test_remove__leaves_nothing),
        CASE(test_remove__nothing_is_there),
        CASE(test_remove__of_another_copy_changes_nothing),
        CASE(test_remove__of_the_copy_registered_last),
        CASE(test_remove__keeps_what_others_have_added),
        CASE(test_remove__machine_is_closed),
    };
    return cmocka_run_group_tests_name("registration", tests, NULL, NULL);
}

/*
 * Runs a program without an administrator's rights, or keeps a file open, for run.sh:
 *   limited run COMMAND...     with the user's rights alone, as programs have them that were not started as
 *                              administrator
 *   limited hold FILE          as the system holds a library that a program has loaded: nobody may write,
 *                              rename or delete it. Says "held", and ends when its input ends. (Wine lets go
 *                              of a loaded library's file.)
 */
#include <windows.h>

#include <sddl.h>
#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

#include "support/kits/limited.h"

static int fail(const char *what) {
    (void)printf("limited: %s: error %lu\n", what, GetLastError());
    return 99;
}

/*
 * As Windows has it: users read the machine's classes, administrators write them. Wine holds to no rules
 * before they are set.
 */
static void set_rules(void) {
    PSECURITY_DESCRIPTOR rules = NULL;
    HKEY classes = NULL;
    const HMODULE system = GetModuleHandleW(L"ntdll.dll");
    if (!system || !GetProcAddress(system, "wine_get_version") ||
        !ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:(A;CI;KR;;;WD)(A;CI;KA;;;BA)(A;CI;KA;;;SY)",
                                                              SDDL_REVISION_1, &rules, NULL))
        return;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Classes", 0, READ_CONTROL | WRITE_DAC, &classes) ==
        ERROR_SUCCESS) {
        (void)RegSetKeySecurity(classes, DACL_SECURITY_INFORMATION, rules);
        RegCloseKey(classes);
    }
    LocalFree(rules);
}

/* The command line from its third word on, as it was given. */
static wchar_t *rest_of_line(void) {
    wchar_t *at = GetCommandLineW();
    for (int word = 0; word < 2; ++word) {
        const bool quoted = *at == L'"';
        at += quoted ? 1 + wcscspn(at + 1, L"\"") + 1 : wcscspn(at, L" ");
        at += wcsspn(at, L" ");
    }
    return at;
}

static int run(void) {
    set_rules();
    const DWORD code = limited_run(rest_of_line());
    return code == LIMITED_NONE ? fail("cannot start the program") : (int)code;
}

static int hold(const wchar_t *path) {
    const HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return fail("cannot open the file");
    (void)puts("held");
    (void)fflush(stdout);
    while (getchar() != EOF)
        continue;
    CloseHandle(file);
    return 0;
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv) {
    if (argc >= 3 && wcscmp(argv[1], L"run") == 0)
        return run();
    return argc == 3 && wcscmp(argv[1], L"hold") == 0 ? hold(argv[2]) : 2;
}

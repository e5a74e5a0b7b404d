/*
 * Runs a program without an administrator's rights, or keeps a file open, for run.sh:
 *   limited run COMMAND...     with the user's rights alone, as programs have them that were not started as administrator
 *   limited hold FILE          as the system holds a library that a program has loaded: nobody may write, rename or delete it.
 *                              Says "held", and ends when its input ends. (Wine lets go of a loaded library's file.)
 */
#include <windows.h>

#include <sddl.h>
#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

static int fail(const char *what) {
    (void)printf("limited: %s: error %lu\n", what, GetLastError());
    return 99;
}

/* The token that belongs to an elevated one; where it has the group of administrators still, as in Wine, without that. */
static HANDLE limited_token(void) {
    BYTE room[SECURITY_MAX_SID_SIZE];
    HANDLE own = NULL, primary = NULL, limited = NULL;
    TOKEN_LINKED_TOKEN linked = {NULL};
    DWORD size = sizeof room;
    if (!CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, (PSID)room, &size))
        return NULL;
    SID_AND_ATTRIBUTES disabled = {(PSID)room, 0};
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own) ||
        !GetTokenInformation(own, TokenLinkedToken, &linked, sizeof linked, &size) ||
        !DuplicateTokenEx(linked.LinkedToken, MAXIMUM_ALLOWED, NULL, SecurityImpersonation, TokenPrimary,
                          &primary) ||
        !CreateRestrictedToken(primary, 0, 1, &disabled, 0, NULL, 0, NULL, &limited))
        return NULL;
    return limited;
}

/* As Windows has it: users read the machine's classes, administrators write them. Wine holds to no rules before they are set. */
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
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 99;
    set_rules();
    const HANDLE token = limited_token();
    if (!token)
        return fail("there is no token without rights");
    if (!CreateProcessAsUserW(token, NULL, rest_of_line(), NULL, NULL, TRUE, 0, NULL, NULL, &startup,
                              &process))
        return fail("cannot start the program");
    if (WaitForSingleObject(process.hProcess, 120000) != WAIT_OBJECT_0 ||
        !GetExitCodeProcess(process.hProcess, &code))
        return fail("the program does not end");
    return (int)code;
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

/* A program without an administrator's rights: see limited.h. */
#include "support/kits/limited.h"

#include <stdio.h>
#include <wchar.h>

/*
 * The token that belongs to an elevated one; where it has the group of administrators still, as in Wine,
 * without that.
 */
static HANDLE limited_token(void) {
    BYTE group[SECURITY_MAX_SID_SIZE];
    HANDLE own = NULL, primary = NULL, limited = NULL;
    TOKEN_LINKED_TOKEN linked = {NULL};
    DWORD size = sizeof group;
    if (!CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, (PSID)group, &size) ||
        !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own))
        return NULL;
    SID_AND_ATTRIBUTES disabled = {(PSID)group, 0};
    if (GetTokenInformation(own, TokenLinkedToken, &linked, sizeof linked, &size) &&
        DuplicateTokenEx(linked.LinkedToken, MAXIMUM_ALLOWED, NULL, SecurityImpersonation, TokenPrimary,
                         &primary) &&
        !CreateRestrictedToken(primary, 0, 1, &disabled, 0, NULL, 0, NULL, &limited))
        limited = NULL;
    if (primary)
        CloseHandle(primary);
    if (linked.LinkedToken)
        CloseHandle(linked.LinkedToken);
    CloseHandle(own);
    return limited;
}

DWORD limited_run(wchar_t *line) {
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = LIMITED_NONE;
    const HANDLE token = limited_token();
    if (!token)
        return LIMITED_NONE;
    const BOOL started =
        CreateProcessAsUserW(token, NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process);
    CloseHandle(token);
    if (!started)
        return LIMITED_NONE;
    if (WaitForSingleObject(process.hProcess, 120000) != WAIT_OBJECT_0 ||
        !GetExitCodeProcess(process.hProcess, &code))
        code = LIMITED_NONE;
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

DWORD limited_run_self(const wchar_t *argument) {
    wchar_t path[MAX_PATH], line[2 * MAX_PATH];
    const DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);
    if (length == 0 || length >= MAX_PATH || wcslen(argument) > MAX_PATH / 2)
        return LIMITED_NONE;
    (void)swprintf(line, 2 * MAX_PATH, L"\"%ls\" %ls", path, argument);
    return limited_run(line);
}

/* A program without an administrator's rights: see limited.h. */
#include "support/kits/limited.h"

#include <stdbool.h>
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

/* Runs the program with this token, which it closes, and waits for its end. */
static DWORD run_with(HANDLE token, wchar_t *line) {
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = LIMITED_NONE;
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

DWORD limited_run(wchar_t *line) {
    return run_with(limited_token(), line);
}

/* The elevated token that belongs to a limited one, as later Wines give one to each program. */
static HANDLE elevated_token(void) {
    HANDLE own = NULL, primary = NULL;
    TOKEN_LINKED_TOKEN linked = {NULL};
    DWORD size = 0;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own))
        return NULL;
    if (GetTokenInformation(own, TokenLinkedToken, &linked, sizeof linked, &size) && linked.LinkedToken) {
        if (!DuplicateTokenEx(linked.LinkedToken, MAXIMUM_ALLOWED, NULL, SecurityImpersonation, TokenPrimary,
                              &primary))
            primary = NULL;
        CloseHandle(linked.LinkedToken);
    }
    CloseHandle(own);
    return primary;
}

/* This program's own path and the argument. */
static bool line_of_self(const wchar_t *argument, wchar_t line[2 * MAX_PATH]) {
    wchar_t path[MAX_PATH];
    const DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);
    if (length == 0 || length >= MAX_PATH || wcslen(argument) > MAX_PATH / 2)
        return false;
    (void)swprintf(line, 2 * MAX_PATH, L"\"%ls\" %ls", path, argument);
    return true;
}

DWORD limited_run_self(const wchar_t *argument) {
    wchar_t line[2 * MAX_PATH];
    return line_of_self(argument, line) ? limited_run(line) : LIMITED_NONE;
}

DWORD elevated_run_self(const wchar_t *argument) {
    wchar_t line[2 * MAX_PATH];
    return line_of_self(argument, line) ? run_with(elevated_token(), line) : LIMITED_NONE;
}

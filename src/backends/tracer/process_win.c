/* Process, program and thread on Windows: see process.h. */
#include "backends/tracer/process.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"

uint32_t process_number(void) {
    return GetCurrentProcessId();
}

uint32_t process_thread(void) {
    return GetCurrentThreadId();
}

void process_name(char *out) {
    wchar_t path[MAX_PATH];
    const DWORD size = GetModuleFileNameW(NULL, path, MAX_PATH);
    char *name = utf8_from_wide(path, size < MAX_PATH ? size : 0, NULL);
    const char *folder = name ? strrchr(name, '\\') : NULL;
    (void)snprintf(out, PROCESS_NAME_MAX, "%s", folder ? folder + 1 : name ? name : "");
    free(name);
}

/*
 * Windows' console: see console.h. The streams lead into a pipe, and a thread carries what comes out of it to
 * the console: the C library writes byte by byte, of which no console could make characters.
 */
#include "terminal/console.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 4096

/* The end of the program has to find them again. */
static struct {
    HANDLE console, pipe, thread;
    bool takes[3]; /* which of the descriptors lead into the pipe */
} carrier;

/* Bytes at the end that begin a character whose rest has not come yet. */
static size_t unfinished(const unsigned char *text, size_t size) {
    for (size_t back = 1; back <= 3 && back <= size; ++back) {
        const unsigned byte = text[size - back];
        const size_t whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        if (byte < 0x80 || whole > 1)
            return whole > back ? back : 0;
    }
    return 0;
}

static void show(const char *text, size_t size) {
    wchar_t wide[ROOM];
    const int count = MultiByteToWideChar(CP_UTF8, 0, text, (int)size, wide, ROOM);
    DWORD written = 0;
    for (DWORD at = 0; at < (DWORD)count; at += written)
        if (!WriteConsoleW(carrier.console, wide + at, (DWORD)count - at, &written, NULL) || written == 0)
            return;
}

static DWORD WINAPI carry(void *unused) {
    char text[ROOM];
    size_t have = 0;
    DWORD got = 0;
    (void)unused;
    while (ReadFile(carrier.pipe, text + have, (DWORD)(sizeof text - have), &got, NULL) && got > 0) {
        have += got;
        const size_t rest = unfinished((const unsigned char *)text, have);
        show(text, have - rest);
        memmove(text, text + have - rest, rest);
        have = rest;
    }
    show(text, have);
    return 0;
}

static void close_all(void) {
    fflush(stdout);
    fflush(stderr);
    /* When the last writer is gone, the thread ends. */
    for (int i = 1; i <= 2; ++i)
        if (carrier.takes[i])
            _close(i);
    WaitForSingleObject(carrier.thread, INFINITE);
    CloseHandle(carrier.thread);
    CloseHandle(carrier.pipe);
}

static bool is_console(int descriptor, HANDLE *out) {
    DWORD mode = 0;
    HANDLE const handle = (HANDLE)_get_osfhandle(descriptor);
    if (handle == INVALID_HANDLE_VALUE || !GetConsoleMode(handle, &mode))
        return false;
    /* A copy, for the descriptor's own is closed with it. */
    return *out || DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), out, 0, FALSE,
                                   DUPLICATE_SAME_ACCESS);
}

void console_open(void) {
    HANDLE way_in = NULL;
    for (int i = 1; i <= 2; ++i)
        carrier.takes[i] = is_console(i, &carrier.console);
    if (!carrier.console || !CreatePipe(&carrier.pipe, &way_in, NULL, ROOM))
        return;
    const int descriptor = _open_osfhandle((intptr_t)way_in, _O_BINARY);
    carrier.thread = descriptor < 0 ? NULL : CreateThread(NULL, 0, carry, NULL, 0, NULL);
    for (int i = 1; carrier.thread && i <= 2; ++i)
        carrier.takes[i] = carrier.takes[i] && _dup2(descriptor, i) == 0;
    if (descriptor >= 0)
        _close(descriptor);
    else
        CloseHandle(way_in);
    if (carrier.thread)
        (void)atexit(close_all);
}

/* Lines for people on Windows: see output.h. */
#include "base/output.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"

#define PIECE 8000u /* characters that a console takes at once */

/* Streams of one process that lead to the same place are not told apart: one lock for all. */
static SRWLOCK lock = SRWLOCK_INIT;

static void to_console(HANDLE console, const char *text) {
    size_t count = 0;
    wchar_t *wide = utf8_to_wide(text, &count);
    for (size_t at = 0; wide && at < count;) {
        DWORD size = (DWORD)(count - at < PIECE ? count - at : PIECE);
        if (at + size < count && (wide[at + size] & 0xFC00) == 0xDC00)
            --size; /* not between the halves of a character */
        if (!WriteConsoleW(console, wide + at, size, &size, NULL) || size == 0)
            break;
        at += size;
    }
    free(wide);
}

static void to_file(HANDLE file, const char *text, size_t size) {
    OVERLAPPED end = {0};
    DWORD written = 0;
    end.Offset = end.OffsetHigh = 0xFFFFFFFFu; /* wherever that is now */
    (void)WriteFile(file, text, (DWORD)size, &written, GetFileType(file) == FILE_TYPE_DISK ? &end : NULL);
}

static bool is_text_mode(int descriptor) {
    const int mode = _setmode(descriptor, _O_BINARY);
    if (mode != -1)
        (void)_setmode(descriptor, mode);
    return mode != _O_BINARY;
}

/* A copy with a NUL at its end; `lines`: with a carriage return before each line feed. */
static char *copy(const char *text, size_t *size, bool lines) {
    char *made = malloc(2 * *size + 1);
    size_t used = 0;
    for (size_t i = 0; made && i < *size; ++i) {
        if (lines && text[i] == '\n')
            made[used++] = '\r';
        made[used++] = text[i];
    }
    if (made)
        made[used] = '\0';
    *size = used;
    return made;
}

void output_lines(FILE *stream, const char *text, size_t size) {
    DWORD mode = 0;
    fflush(stream);
    const int descriptor = _fileno(stream);
    if (descriptor < 0) /* a program without a console that was given none */
        return;
    HANDLE const file = (HANDLE)_get_osfhandle(descriptor);
    AcquireSRWLockExclusive(&lock);
    const bool console = GetConsoleMode(file, &mode);
    char *made = copy(text, &size, !console && is_text_mode(descriptor));
    if (made && console)
        to_console(file, made);
    else if (made)
        to_file(file, made, size);
    ReleaseSRWLockExclusive(&lock);
    free(made);
}

void output_place_take(FILE *stream, struct output_place *out) {
    *out = (struct output_place){.stream = stream, .bare = true};
}

bool output_place_lines(const struct output_place *place, const char *text, size_t size) {
    output_lines(place->stream, text, size);
    return true;
}

void output_errors(const char *text, size_t size) {
    output_lines(stderr, text, size);
}

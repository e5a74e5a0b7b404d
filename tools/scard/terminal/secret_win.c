/* A PIN as its owner gives it, on Windows: typed at the console, or through a descriptor. See secret.h. */
#include "terminal/secret.h"

#include <io.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/wipe.h"
#include "scardssp.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

void secret_wipe(struct secret *secret) {
    wipe(secret, sizeof *secret);
}

int secret_is_typed(const struct secret_source *source) {
    return source->descriptor == SECRET_NO_DESCRIPTOR;
}

/* One line, byte by byte: the next one is the next secret's. */
static int take_line(int descriptor, const char *question, struct secret *out) {
    bool too_long = false;
    for (char byte = 0; _read(descriptor, &byte, 1) == 1 && byte != '\n';) {
        too_long |= out->size == SECRET_MAX;
        if (!too_long)
            out->text[out->size++] = byte;
    }
    if (out->size > 0 && out->text[out->size - 1] == '\r')
        out->text[--out->size] = '\0';
    if (!too_long && out->size > 0)
        return EXIT_GOOD;
    secret_wipe(out);
    return failure_plain("nothing was sent to the card", "%s: %s", question,
                         too_long ? "that is longer than any PIN" : "no PIN was given");
}

static int ask_console(const char *question, struct secret *out) {
    const HANDLE console = GetStdHandle(STD_INPUT_HANDLE);
    DWORD before = 0;
    if (!GetConsoleMode(console, &before))
        return failure_plain("use --pin-fd N", "there is no console to ask for %s", question);
    SetConsoleMode(console, before & ~(DWORD)ENABLE_ECHO_INPUT);
    fprintf(stderr, "%s: ", question);
    fflush(stderr);
    const int code = take_line(0, question, out);
    SetConsoleMode(console, before);
    fprintf(stderr, "\n");
    return code;
}

int secret_get(const struct secret_source *source, const char *question, struct secret *out) {
    *out = (struct secret){.size = 0};
    if (source->descriptor != SECRET_NO_DESCRIPTOR)
        return take_line((int)source->descriptor, question, out);
    if (source->askpass)
        return failure_plain("use --pin-fd N, or type it", "--askpass is not there on Windows");
    return ask_console(question, out);
}

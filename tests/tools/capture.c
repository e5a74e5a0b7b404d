/* A command of the tool called inside a test, its output caught in two files. */
#include "tools/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/kits/scratch.h"
#include "terminal/subcommand.h"

#define ARGUMENTS_MAX 16

static char folder[SCRATCH_ROOM];
static char paths[2][SCRATCH_ROOM + 2]; /* where stdout and stderr go */

int capture_begin(void **state) {
    (void)state;
    if (!scratch_create(folder))
        return -1;
    for (int i = 0; i < 2; ++i)
        (void)snprintf(paths[i], sizeof paths[i], "%s/%d", folder, i + 1);
    return 0;
}

int capture_end(void **state) {
    (void)state;
    return scratch_remove(folder) ? 0 : -1;
}

static void file_read(const char *path, char *text) {
    FILE *file = fopen(path, "rb");
    const size_t size = file ? fread(text, 1, CAPTURE_MAX - 1, file) : 0;
    text[size] = '\0';
    if (file)
        fclose(file);
}

void capture_peek(char *text) {
    file_read(paths[0], text);
}

/* Sends a stream to a file; returns what leads back, -1: failed. */
static int stream_divert(FILE *stream, const char *path) {
    fflush(stream);
    FILE *file = fopen(path, "wb");
    const int saved = dup(fileno(stream));
    const bool good = file && saved >= 0 && dup2(fileno(file), fileno(stream)) >= 0;
    if (file)
        fclose(file);
    return good ? saved : -1;
}

static void stream_restore(FILE *stream, int saved) {
    fflush(stream);
    dup2(saved, fileno(stream));
    close(saved);
}

/* getopt_long() reorders, so that the command gets an array of its own. */
static int command_call(const struct command *command, const char *const *arguments) {
    char *copies[ARGUMENTS_MAX] = {NULL};
    int count = 0;
    for (; arguments[count] && count < ARGUMENTS_MAX - 1; ++count)
        copies[count] = strdup(arguments[count]);
    char *shuffled[ARGUMENTS_MAX];
    memcpy(shuffled, copies, sizeof copies);
    const int code = subcommand_run(command, &(const struct invocation){.rm = "sim:"}, count, shuffled);
    for (int i = 0; i < count; ++i)
        free(copies[i]);
    return code;
}

bool capture_run(const struct command *command, const char *const *arguments, struct capture *out) {
    const int saved_out = stream_divert(stdout, paths[0]), saved_err = stream_divert(stderr, paths[1]);
    if (saved_out < 0 || saved_err < 0)
        return false;
    out->code = command_call(command, arguments);
    stream_restore(stdout, saved_out);
    stream_restore(stderr, saved_err);
    file_read(paths[0], out->out);
    file_read(paths[1], out->err);
    return true;
}

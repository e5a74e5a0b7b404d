/*
 * Runs a target once with every file of a folder: an ordinary test, one TAP case a file, and with any
 * compiler. A claim that does not hold ends it, and the cases that are missing then have failed. Usage:
 * replay FOLDER
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define PATH_ROOM 4096

struct inputs {
    char **names;
    size_t count;
};

static int compare(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* The names of the folder's files, in order. None: it cannot be read, or is empty. */
static struct inputs list(const char *path) {
    struct inputs inputs = {NULL, 0};
    DIR *const folder = opendir(path);
    if (!folder)
        return inputs;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        inputs.names = realloc(inputs.names, (inputs.count + 1) * sizeof *inputs.names);
        if (!inputs.names)
            abort();
        inputs.names[inputs.count++] = fuzz_copy(entry->d_name, strlen(entry->d_name), 1);
    }
    closedir(folder);
    if (inputs.count)
        qsort(inputs.names, inputs.count, sizeof *inputs.names, compare);
    return inputs;
}

/* The file's bytes, in a block of exactly their size; NULL: it cannot be read. */
static uint8_t *load(const char *path, size_t *size) {
    FILE *const file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long end = -1;
    if (file && fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) >= 0) {
        rewind(file);
        *size = (size_t)end;
        bytes = fuzz_alloc(*size);
        if (fread(bytes, 1, *size, file) != *size) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return bytes;
}

static int run(const char *folder, const char *name) {
    char path[PATH_ROOM];
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    uint8_t *const bytes = load(path, &size);
    /* What ends the process below is told apart by this line. */
    (void)fprintf(stderr, "%s\n", name);
    if (bytes)
        (void)LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return bytes != NULL;
}

int main(int argc, char **argv) {
    const struct inputs inputs = argc == 2 ? list(argv[1]) : (struct inputs){NULL, 0};
    int failed = 0;
    if (!inputs.count) {
        printf("Bail out! no folder with inputs\n");
        return 1;
    }
    printf("1..%zu\n", inputs.count);
    for (size_t i = 0; i < inputs.count; ++i) {
        (void)fflush(stdout);
        const int good = run(argv[1], inputs.names[i]);
        printf("%s %zu - %s\n", good ? "ok" : "not ok", i + 1, inputs.names[i]);
        failed += !good;
        free(inputs.names[i]);
    }
    free(inputs.names);
    return failed ? 1 : 0;
}

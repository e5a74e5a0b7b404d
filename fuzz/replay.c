/*
 * Runs a target once with every file of a folder: an ordinary test, one TAP case a file, and with any compiler. A claim
 * that does not hold ends it, and the cases that are missing then have failed. Usage: replay FOLDER
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define PATH_ROOM 4096

static int is_input(const struct dirent *entry) {
    return entry->d_name[0] != '.';
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
    struct dirent **entries = NULL;
    const int count = argc == 2 ? scandir(argv[1], &entries, is_input, alphasort) : -1;
    int failed = 0;
    if (count <= 0) {
        printf("Bail out! no folder with inputs\n");
        return 1;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; ++i) {
        (void)fflush(stdout);
        const int good = run(argv[1], entries[i]->d_name);
        printf("%s %d - %s\n", good ? "ok" : "not ok", i + 1, entries[i]->d_name);
        failed += !good;
        free(entries[i]);
    }
    free(entries);
    return failed ? 1 : 0;
}

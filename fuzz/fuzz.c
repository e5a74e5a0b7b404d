/* What fuzz targets share (fuzz.h). Linked into every one of them. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/kits/scratch.h"

void fuzz_fail(const char *file, int line, const char *claim) {
    (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, claim);
    abort();
}

/* The input */

uint8_t feed_byte(struct feed *feed) {
    if (!feed->left)
        return 0;
    --feed->left;
    return *feed->at++;
}

uint16_t feed_word(struct feed *feed) {
    const unsigned high = feed_byte(feed);
    return (uint16_t)(high << 8 | feed_byte(feed));
}

uint32_t feed_long(struct feed *feed) {
    const uint32_t high = feed_word(feed);
    return high << 16 | feed_word(feed);
}

const uint8_t *feed_bytes(struct feed *feed, size_t wanted, size_t *got) {
    static const uint8_t none[1];
    if (!feed->left || !wanted) {
        *got = 0;
        return none;
    }
    const uint8_t *const bytes = feed->at;
    *got = wanted < feed->left ? wanted : feed->left;
    feed->at += *got;
    feed->left -= *got;
    return bytes;
}

void *fuzz_alloc(size_t size) {
    void *const memory = malloc(size ? size : 1);
    if (!memory)
        abort();
    return memory;
}

void *fuzz_copy(const void *bytes, size_t size, size_t terminator) {
    uint8_t *const copy = fuzz_alloc(size + terminator);
    if (size)
        memcpy(copy, bytes, size);
    memset(copy + size, 0, terminator);
    return copy;
}

/* Files */

static char folder[SCRATCH_ROOM];

static void folder_remove(void) {
    (void)scratch_remove(folder);
}

static void folder_make(void) {
    if (!scratch_create(folder) || atexit(folder_remove) != 0) {
        perror(folder);
        abort();
    }
}

const char *scratch_path(const char *name) {
    static char path[SCRATCH_ROOM * 2];
    if (!*folder)
        folder_make();
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

const char *scratch_write(const char *name, const uint8_t *bytes, size_t size) {
    const char *const path = scratch_path(name);
    FILE *const file = fopen(path, "wb");
    if (!file || (size && fwrite(bytes, 1, size, file) != size) || fclose(file) != 0) {
        perror(path);
        abort();
    }
    return path;
}

uint8_t *scratch_read(const char *name, size_t *size) {
    FILE *const file = fopen(scratch_path(name), "rb");
    if (!file)
        return NULL;
    uint8_t *bytes = NULL;
    size_t room = 0;
    *size = 0;
    do {
        room = room ? room * 2 : 4096;
        bytes = realloc(bytes, room);
        if (!bytes)
            abort();
        *size += fread(bytes + *size, 1, room - *size, file);
    } while (*size == room);
    fclose(file);
    return bytes;
}

void scratch_clear(void) {
    if (*folder)
        scratch_empty(folder);
}

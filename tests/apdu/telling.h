/*
 * Collects what is told about bytes, for comparison: a line "part=HEX: text" for each part. Used by the tests
 * of meanings.
 */
#ifndef SCARDSSP_TESTS_APDU_TELLING_H
#define SCARDSSP_TESTS_APDU_TELLING_H

#include <stddef.h>
#include <stdint.h>

#include "apdu/meaning.h"

struct telling {
    char text[4096];
    uint8_t bytes[256]; /* those of all parts, one after the other */
    size_t size;
};

/* A meaning_visit; user: a struct telling. */
void telling_add(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text);

#endif

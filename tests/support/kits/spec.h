/*
 * The specification's tables, contract.tsv and guids.tsv, for the tests that hold the build to them. They lie
 * in the folder SPEC_DIR, or where the environment variable SCARDSSP_SPEC_DIR says.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_SPEC_H
#define SCARDSSP_TESTS_SUPPORT_KITS_SPEC_H

#include "com/contract.h"

#define SPEC_ROWS_MAX 256
#define SPEC_GUIDS_MAX 64

/* One method. parameters: as in the header, white space and default values included. */
struct spec_row {
    const char *interface_name, *name, *parameters;
    unsigned slot;
    DISPID dispid;
    enum contract_kind kind;
};

struct spec_guid {
    const char *name;
    GUID guid;
};

/* rows and guids point into the texts. */
struct spec {
    char *contract_text, *guids_text;
    struct spec_row rows[SPEC_ROWS_MAX];
    size_t row_count;
    struct spec_guid guids[SPEC_GUIDS_MAX];
    size_t guid_count;
};

/* A whole file as a string to free; NULL, with a word on stderr, when it cannot be read. */
char *spec_read_file(const char *path);

/*
 * Reads both tables. Returns 0; or -1, with a word on stderr, when one is missing or not understood. Missing
 * tables are no failure when SCARDSSP_SPEC_OPTIONAL=1: then there are no rows.
 */
int spec_load(struct spec *spec);

/* Frees the texts that rows and guids point into. */
void spec_free(struct spec *spec);

/*
 * A default of this library for the last parameter, which the specification allows to be added; "" where
 * there is none.
 */
const char *spec_added_default(const struct spec_row *row);

#endif

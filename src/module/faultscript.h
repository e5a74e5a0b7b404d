/*
 * Where a fault script comes from: SCARDSSP_FAULTS, a file, or a program. Used by manager.c and api/faults.c.
 */
#ifndef SCARDSSP_MODULE_FAULTSCRIPT_H
#define SCARDSSP_MODULE_FAULTSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "rm/rm.h"

struct faultscript {
    char *text;
    size_t size;
    char *file; /* it is from; NULL: it is the text itself */
};

/* A copy of a script. false: no memory. */
bool faultscript_copy(const char *text, struct faultscript *out);

/*
 * Reads it from a file. RM_E_INVALID_PARAMETER: that cannot be read; message (may be NULL) of message_size
 * bytes says why. RM_E_NO_MEMORY.
 */
rm_status faultscript_read(const char *path, struct faultscript *out, char *message, size_t message_size);

/*
 * As SCARDSSP_FAULTS has it: the file of that name, else the script itself. The codes of faultscript_read().
 */
rm_status faultscript_find(const char *value, struct faultscript *out, char *message, size_t message_size);

/* Puts the file's name before a message that begins with line and column; without one, "the script". */
void faultscript_blame(const struct faultscript *script, char *message, size_t message_size);

/* Frees it. All zeros: nothing. */
void faultscript_clear(struct faultscript *script);

#endif

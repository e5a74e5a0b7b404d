/*
 * Data objects as files: applications that have no files but objects, which GET DATA and PUT DATA move whole.
 * A file's identifier stands for an object's tag; the application's profile says which. Used by open files,
 * reading, writing and what lists and describes files.
 */
#ifndef SCARDSSP_SERVICES_OBJECTFILE_H
#define SCARDSSP_SERVICES_OBJECTFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "services/content.h"
#include "services/filesystem.h"

/* Whether the place is one object of its application. */
bool objectfile_is_object(const struct path *path);

/*
 * Makes its application the card's current one, unless it is already. SCARD_E_FILE_NOT_FOUND: no such object.
 */
HRESULT objectfile_select(struct filesystem *files, const struct path *path);

/* Adds the value of the object, selected before. One that has none yet is empty. */
HRESULT objectfile_get(struct filesystem *files, const struct path *path, struct content *out);

/*
 * Gives the object, selected before, another value; by command chaining (§5.1.1.1) where that is too long for
 * one short command. SCARD_E_WRITE_TOO_MANY: no room.
 */
HRESULT objectfile_put(struct filesystem *files, const struct path *path, const uint8_t *bytes, size_t size);

#endif

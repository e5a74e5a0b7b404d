/*
 * Where a file is on the card, and how programs write that (identifiers, DF names, short identifiers). Used
 * by all of services/ that works on files.
 */
#ifndef SCARDSSP_SERVICES_PATH_H
#define SCARDSSP_SERVICES_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

#define PATH_DEPTH_MAX 16u /* identifiers, the root's not counted */
#define PATH_NAME_MAX 16u
#define PATH_MF 0x3F00u
/* Room for a path as text: '/' and four digits each, or a name in digits and quotes, and the NUL. */
#define PATH_TEXT_ROOM (PATH_DEPTH_MAX * 5u + PATH_NAME_MAX * 2u + 4u)

/*
 * A place on the card. It begins at the master file or, when name_size is not 0, at a DF selected by that
 * name; from there identifiers lead down. A short identifier (sfi not 0) stands for an elementary file of
 * that place. Zeroed: the master file.
 */
struct path {
    uint8_t name_size;
    uint8_t name[PATH_NAME_MAX];
    uint16_t name_id; /* identifier of the DF with that name; 0: the card did not tell */
    uint8_t depth;
    uint16_t ids[PATH_DEPTH_MAX];
    uint8_t sfi;
};

/*
 * Reads `text` (UTF-8) as `type` has it, beginning at `directory` where it is relative; *out is the whole
 * place. E_INVALIDARG: no such type, not of its form, above the master file or deeper than PATH_DEPTH_MAX.
 */
HRESULT path_parse(REFTYPE type, const char *text, const struct path *directory, struct path *out);

/* Whether `text` could be a place of that type, wherever it begins. E_INVALIDARG: it could not. */
HRESULT path_check(REFTYPE type, const char *text);

/*
 * Writes the place: "/", "/DF01/DF11"; a DF that has only a name as /"A000000003". out: PATH_TEXT_ROOM bytes.
 * A short identifier is not part of it.
 */
void path_write(const struct path *path, char *out);

/* Whether both are the same place. */
bool path_equal(const struct path *one, const struct path *other);

/*
 * The directory in which the file is; above the master file, and above a DF that was named: the master file.
 */
struct path path_parent(const struct path *path);

/* Whether `above` is the directory `below`, or one that leads to it. */
bool path_leads_to(const struct path *above, const struct path *below);

/* Whether it is a DF that was named, and nothing below one. */
static inline bool path_is_named(const struct path *path) {
    return path->name_size && path->depth == 0;
}

/* Whether it is the master file. */
static inline bool path_is_root(const struct path *path) {
    return path->name_size == 0 && path->depth == 0 && path->sfi == 0;
}

#endif

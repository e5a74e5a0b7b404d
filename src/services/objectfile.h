/*
 * Data objects as files: applications that have no files but objects, which GET DATA and PUT DATA move whole.
 * A file's identifier stands for an object's tag. Used by open files, reading, writing and what lists and
 * describes files.
 */
#ifndef SCARDSSP_SERVICES_OBJECTFILE_H
#define SCARDSSP_SERVICES_OBJECTFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "services/content.h"
#include "services/filesystem.h"

/* One object. {0, 0} ends a table of them. */
struct objectfile_name {
    uint16_t id;  /* as a file */
    uint32_t tag; /* as an object */
};

/* A kind of application. */
struct objectfile_family {
    const char *name;
    uint8_t aid[PATH_NAME_MAX]; /* names of such applications begin with these bytes */
    uint8_t aid_size;
    uint8_t get, put; /* instructions */
    /*
     * The odd instructions' way (ISO/IEC 7816-4:2005 §7.4.2): P1 P2 are 3FFF, the tag is in a list 5C, the
     * value in an object 53. false: P1 P2 are the tag, the value is bare.
     */
    bool listed;
    /*
     * Whether application and card prove themselves by templates of GENERAL AUTHENTICATE (dynamicauth.h);
     * false: by EXTERNAL and INTERNAL AUTHENTICATE.
     */
    bool templates;
    struct code_form codes; /* how its codes are shown */
    const struct objectfile_name *objects;
};

extern const struct objectfile_family objectfile_piv;     /* NIST SP 800-73-4 */
extern const struct objectfile_family objectfile_openpgp; /* OpenPGP card 3.4 */

/* The family of the application that the place is in, or is; NULL: it has files. */
const struct objectfile_family *objectfile_family(const struct path *path);

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

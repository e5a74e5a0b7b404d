/*
 * A file that a program has opened: where it is, what the card said of it, and where the program stands in
 * it. Nothing of it is on the card: each access selects the file again if another one is current. Used by
 * ISCardFileAccess; reading.h and writing.h work on it.
 */
#ifndef SCARDSSP_SERVICES_OPENFILE_H
#define SCARDSSP_SERVICES_OPENFILE_H

#include "apdu/fcp.h"
#include "apdu/iso7816.h"
#include "services/filesystem.h"
#include "services/selection.h"

/* How its content is reached. */
enum openfile_shape { OPENFILE_UNKNOWN, OPENFILE_BINARY, OPENFILE_RECORDS, OPENFILE_OBJECT };

struct openfile {
    struct path path;
    uint32_t card; /* link->card when it was opened */
    struct fcp fcp;
    bool told; /* the card said something of it: fcp */
    enum openfile_shape shape;
    uint32_t position; /* bytes, or records before the one that is next */
    bool end_known;
    uint32_t end; /* bytes, or records; the card's word until an access has met the end */
};

/*
 * Selects the file and notes what it is; with a short identifier nothing is sent. SCARD_E_FILE_NOT_FOUND,
 * SCARD_E_NO_FILE: it is a directory; SCARD_E_NO_ACCESS: it is deactivated; E_INVALIDARG: a name.
 */
HRESULT openfile_open(struct filesystem *files, const struct path *path, struct openfile *out);

/*
 * Sees to it that the file is the card's current one. SCARD_W_REMOVED_CARD: another card is there, or what is
 * there under the file's path is another file than the one that was opened (identifier, kind, record size).
 */
HRESULT openfile_select(struct filesystem *files, struct openfile *file);

/* Which record a command means: the low bits of P2 (7816-4:2005 §7.3). RECORD_NEW: one that is appended. */
enum openfile_record { RECORD_NEW = 0x00, RECORD_PREVIOUS = 0x03, RECORD_BY_NUMBER = 0x04 };

/* The largest number of a record (§7.3.1). */
#define RECORD_MAX 254u

/* A command about a record of the file, without data and Le. */
static inline struct apdu openfile_record_command(const struct openfile *file, enum iso7816_ins ins,
                                                  uint32_t number, enum openfile_record which) {
    return (struct apdu){.ins = (uint8_t)ins,
                         .p1 = (uint8_t)number,
                         .p2 = (uint8_t)((unsigned)file->path.sfi << 3 | (unsigned)which)};
}

/*
 * Moves the position, in bytes or in records, and sends nothing. SCARD_E_BAD_SEEK: before the start, behind
 * the end, or from an end that is not known. E_INVALIDARG: no such type.
 */
HRESULT openfile_seek(struct openfile *file, LONG offset, SEEKTYPE type);

#endif

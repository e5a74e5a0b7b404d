/*
 * Files that come and go (ISO/IEC 7816-9: CREATE FILE, DELETE FILE), and that are made unusable for a while
 * (DEACTIVATE FILE, ACTIVATE FILE). Used by ISCardFileAccess.
 */
#ifndef SCARDSSP_SERVICES_CREATION_H
#define SCARDSSP_SERVICES_CREATION_H

#include "services/selection.h"

/*
 * Makes the file at `path` with the control parameters that `objects` (BER-TLV, one behind the other) consist
 * of. The last identifier of the path becomes tag 83, the name of a DF tag 84 in the current directory, where
 * the objects have none. E_INVALIDARG: malformed objects, ones that say another identifier or name, more than
 * a command carries, or a path that names no file; SCARD_E_DIR_NOT_FOUND, SCARD_E_NO_DIR: of the directory it
 * is to be in; SCARD_E_WRITE_TOO_MANY: no room; 0x80070050: it exists.
 */
HRESULT creation_create(struct filesystem *files, const struct path *path, const uint8_t *objects,
                        size_t size);

/*
 * Deletes the file. E_INVALIDARG: a directory, unless `recursive`: the card deletes what is in it. Where that
 * was the current directory, or one above it, the one that it was in is current. E_NOTIMPL: the card does not
 * offer it.
 */
HRESULT creation_delete(struct filesystem *files, const struct path *path, bool recursive);

/* Makes the file unusable; SCARD_E_NO_ACCESS: it is already. / Makes it usable again. */
HRESULT creation_deactivate(struct filesystem *files, const struct path *path);
HRESULT creation_activate(struct filesystem *files, const struct path *path);

#endif

/* The current directory of a file system. Used by ISCardFileAccess. */
#ifndef SCARDSSP_SERVICES_DIRECTORY_H
#define SCARDSSP_SERVICES_DIRECTORY_H

#include "services/selection.h"

/*
 * Makes the place the current directory. SCARD_E_DIR_NOT_FOUND; SCARD_E_NO_DIR: it is an elementary file, and
 * the former directory has been selected again; SCARD_E_NO_ACCESS: it is deactivated; E_INVALIDARG: a short
 * identifier. On failure the current directory stays.
 */
HRESULT directory_change(struct filesystem *files, const struct path *path);

#endif

/*
 * Which files a directory has, as far as that can be found out: ISO/IEC 7816-4 has no command that lists.
 * Used by ISCardFileAccess.
 */
#ifndef SCARDSSP_SERVICES_LISTING_H
#define SCARDSSP_SERVICES_LISTING_H

#include "rm/names.h"
#include "services/selection.h"

/*
 * Adds the names of the files of that kind in the current directory, in the form in which path_parse() takes
 * them by SC_TYPE_BY_ANY: identifiers and, for directories that have none, names. What is found is what
 * answers a SELECT: identifiers that standards and the card's profile use (profile.h), in the master file
 * also the applications that EF.DIR (2F00) tells of and what the card selects by name, one after the other,
 * when it is given none. SCARD_E_NO_ACCESS: the directory is deactivated; E_INVALIDARG: no such kind. On
 * failure `out` holds some.
 */
HRESULT listing_list(struct filesystem *files, FILETYPE kind, struct names *out);

#endif

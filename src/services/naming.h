/*
 * Places as programs name them: by the spellings of path.h, and by the names that the card's profile has for
 * its files. Used by ISCardFileAccess.
 */
#ifndef SCARDSSP_SERVICES_NAMING_H
#define SCARDSSP_SERVICES_NAMING_H

#include "services/filesystem.h"

/*
 * Whether `text` could be a place of that type on some card; nothing is sent. E_INVALIDARG: it could not, as
 * path_check() has it.
 */
HRESULT naming_check(REFTYPE type, const char *text);

/*
 * The place that `text` means, beginning at the current directory, as path_parse(). By SC_TYPE_BY_NAME and
 * SC_TYPE_BY_ANY it may be a name of the profile that holds in the current directory, or of the card's: the
 * place is then told from the application, or from the master file. A card that has not said yet what it is
 * is asked. E_INVALIDARG: none of these.
 */
HRESULT naming_parse(struct filesystem *files, REFTYPE type, const char *text, struct path *out);

#endif

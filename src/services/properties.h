/*
 * What a file is like, as data objects (ISO/IEC 7816-4:2005 §5.3.3): asked for, and set where the card lets
 * that be done. Used by ISCardFileAccess.
 */
#ifndef SCARDSSP_SERVICES_PROPERTIES_H
#define SCARDSSP_SERVICES_PROPERTIES_H

#include "services/content.h"
#include "services/selection.h"

/*
 * Adds the objects with which the card answers a SELECT of the file, without the template around them; none
 * where it answers nothing, or nothing that could be read. A deactivated file has them too. E_INVALIDARG: a
 * short identifier.
 */
HRESULT properties_get(struct filesystem *files, const struct path *path, struct content *out);

/*
 * Sets each of the objects in turn, by PUT DATA; the life cycle status (8A) by ACTIVATE FILE and DEACTIVATE
 * FILE. E_INVALIDARG: they are malformed, a tag of three bytes, or a life cycle status that is neither of
 * both; then nothing is sent. SCARD_E_UNSUPPORTED_FEATURE: the card does not let it be set.
 */
HRESULT properties_set(struct filesystem *files, const struct path *path, const uint8_t *objects,
                       size_t size);

/*
 * Adds the objects of what was selected last, the master file at first, and the card capabilities (tag 47):
 * those of the historical bytes, or else of EF.ATR, where one has them.
 */
HRESULT properties_capabilities(struct filesystem *files, struct content *out);

#endif

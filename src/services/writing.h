/*
 * Writing to an open file: UPDATE, WRITE, ERASE BINARY in pieces, UPDATE, WRITE or APPEND RECORD (ISO/IEC
 * 7816-4:2005 §7.2, §7.3).
 */
#ifndef SCARDSSP_SERVICES_WRITING_H
#define SCARDSSP_SERVICES_WRITING_H

#include "services/openfile.h"

/* What becomes of the bytes that are there. */
enum writing_way { WRITING_REPLACE, WRITING_OR, WRITING_AND };

/*
 * Writes `size` bytes where the file stands, and moves that on: behind them, or to the next record. Of a file
 * of records it is one record; behind the last one, one more. SCARD_E_UNSUPPORTED_FEATURE: the card does not
 * say that writing is the OR or AND that is wanted; SCARD_E_WRITE_TOO_MANY: behind the end. E_INVALIDARG: no
 * bytes, or more than a record has. On failure the position stays; pieces before the one that failed have
 * been written.
 */
HRESULT writing_write(struct filesystem *files, struct openfile *file, enum writing_way way,
                      const uint8_t *bytes, uint32_t size);

/*
 * ERASE BINARY from where the file stands, `size` bytes or, with 0, all to the end; the position moves behind
 * them. SCARD_E_UNSUPPORTED_FEATURE: a file of records, or a part of a data object.
 */
HRESULT writing_erase(struct filesystem *files, struct openfile *file, uint32_t size);

#endif

/*
 * Reading from an open file: READ BINARY in pieces, or one READ RECORD (ISO/IEC 7816-4:2005 §7.2.3, §7.3.3).
 */
#ifndef SCARDSSP_SERVICES_READING_H
#define SCARDSSP_SERVICES_READING_H

#include "services/content.h"
#include "services/openfile.h"

/* The most one call reads; a card that never comes to an end is left there. */
#define READING_MAX 0x1000000u

/*
 * Reads from where the file stands, and moves that on. wanted: bytes; 0: all to the end. Of a file of records
 * it is one record, and the next one is next, however much of it was wanted. Fewer bytes than wanted: the end
 * was met. SCARD_W_EOF: nothing is left. On failure nothing is read and the position stays.
 */
HRESULT reading_read(struct filesystem *files, struct openfile *file, uint32_t wanted, struct content *out);

#endif

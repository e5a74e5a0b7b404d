/*
 * The bytes of one command APDU as the command object keeps them: in place while they are few, on the heap
 * when an extended command is long. They may carry a PIN: whatever is given up is wiped.
 */
#ifndef SCARDSSP_OBJECTS_CMDBYTES_H
#define SCARDSSP_OBJECTS_CMDBYTES_H

#include <stddef.h>
#include <stdint.h>

#include "apdu/apdu.h"
#include "com/win.h"

/* The largest command in short form: header, Lc, 255 bytes of data, Le (ISO/IEC 7816-4 §5.1). */
#define CMDBYTES_IN_PLACE (APDU_HEADER + 1u + APDU_SHORT_NC_MAX + 1u)

/* Start zeroed; it points into itself, so it must not be moved or copied. */
struct cmdbytes {
    uint8_t *bytes; /* NULL: no command */
    size_t size;
    size_t room; /* bytes allocated, 0 while they lie in `in_place` */
    uint8_t in_place[CMDBYTES_IN_PLACE];
};

/*
 * Codes `apdu` and keeps it instead of the former command; its data may point into the former one.
 * E_INVALIDARG: it cannot be coded (more than 65535 data bytes or 65536 expected ones); E_OUTOFMEMORY. On
 * failure the former command stays.
 */
HRESULT cmdbytes_store(struct cmdbytes *cmd, const struct apdu *apdu);

/*
 * The command taken apart, its data pointing into `cmd`; header of zeros and nothing else when there is none.
 */
void cmdbytes_parse(const struct cmdbytes *cmd, struct apdu *out);

/* No command any more: wiped, memory freed. */
void cmdbytes_clear(struct cmdbytes *cmd);

#endif

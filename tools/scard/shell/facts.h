/*
 * What a card says of a file or directory when it is selected (ISO/IEC 7816-4:2005 §5.3.3). Used by the
 * shell's commands and by objects.c.
 */
#ifndef SCARD_SHELL_FACTS_H
#define SCARD_SHELL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scardssp_rm.h"
#include "talk/manager.h"
#include "transfer/filecopy.h"

#define FACTS_NAME 0x84u

/* Bytes of all objects together; those that do not fit are left out. */
#define FACTS_ROOM 1024u
#define FACTS_NAME_MAX 16u

struct facts {
    uint8_t bytes[FACTS_ROOM]; /* the objects, one behind the other */
    size_t size;
    /* What of them has a meaning for everybody; 0: the card does not say. */
    bool directory, internal;
    enum filecopy_kind kind;
    uint32_t data_size;
    uint16_t record_size, record_count, id;
    uint8_t name[FACTS_NAME_MAX];
    size_t name_size;
};

/*
 * Asks for all there is to know of a place, as SC_TYPE_BY_ANY takes it. The codes of
 * ISCardFileAccess::GetProperties; on failure *out is zeroed.
 */
HRESULT facts_get(ISCardFileAccess *files, const char *place, struct facts *out);

#define FACTS_TEXT_MAX 96

/* "transparent, 256 bytes", "5 records of 28 bytes, linear fixed", "directory". */
void facts_sum(const struct facts *facts, char out[FACTS_TEXT_MAX]);

/* A file control parameter's value in words; false: it is none that words can tell better than its bytes. */
bool facts_text(const struct scardssp_object *object, char out[FACTS_TEXT_MAX]);

#endif

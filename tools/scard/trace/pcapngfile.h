/* Reads the commands of a pcapng file that pcapng.c has written. Called by recordfile.c. */
#ifndef SCARD_TRACE_PCAPNGFILE_H
#define SCARD_TRACE_PCAPNGFILE_H

#include "trace/entry.h"

enum pcapngfile_result { PCAPNGFILE_OK, PCAPNGFILE_BAD, PCAPNGFILE_NO_MEMORY };

/* Whether a file begins as pcapng does. */
bool pcapngfile_is(const uint8_t *bytes, size_t size);

/*
 * Adds an entry for each command, with its answer, and for each ATR. Packets of other link types and for
 * other dissectors are passed over. PCAPNGFILE_BAD: a block is broken, or in the other order of bytes; the
 * list has what stood before it.
 */
enum pcapngfile_result pcapngfile_read(const uint8_t *bytes, size_t size, struct trace_list *list);

#endif

/*
 * Tables of tag-length-value properties as bytes that travel between processes. Called by
 * remote_fileaccess.c.
 *
 * On the wire: how many entries the table has; for each that follows its size as the interface tells it, how
 * many bytes follow (or that there is no place for any), and they. A table may say that it has more entries
 * than follow.
 */
#ifndef SCARDSSP_MODULE_REMOTE_TABLE_H
#define SCARDSSP_MODULE_REMOTE_TABLE_H

#include "module/windows/remote_bytes.h"

/* A table that has arrived: entries point into the bytes, which the owner keeps until remote_table_free(). */
struct remote_table {
    TLV_TABLE *entries;
    LONG count;
};

/*
 * Writes `count` entries, each with the cbSize bytes at its byData (NULL: none). E_INVALIDARG: a count or a
 * size below 0, entries NULL with a count; E_OUTOFMEMORY.
 */
HRESULT remote_table_write(const TLV_TABLE *entries, LONG count, REMOTE_BYTES *out);

/*
 * Reads what remote_table_write() wrote, from bytes that nobody vouches for. E_INVALIDARG: they are no table;
 * E_OUTOFMEMORY.
 */
HRESULT remote_table_read(const REMOTE_BYTES *bytes, struct remote_table *out);
void remote_table_free(struct remote_table *table);

/*
 * After a call that may have changed the `filled` entries of a table read by remote_table_read(): writes what
 * the caller gets. `before`: the bytes it was read from, which tell what room each entry had; count: what the
 * call said. What the call has allocated for an entry without room is freed.
 */
HRESULT remote_table_answer(const struct remote_table *filled, LONG count, const REMOTE_BYTES *before,
                            REMOTE_BYTES *out);

/*
 * Puts an answer into the caller's table of `*count` entries: sizes, bytes as far as there is room for them,
 * task memory where an entry had none; *count as the call said. E_UNEXPECTED: the answer is none, and nothing
 * has been changed.
 */
HRESULT remote_table_take(const REMOTE_BYTES *answer, TLV_TABLE *entries, LONG *count);

#endif

/*
 * Reads a whole file of a card, piece by piece, through resets and removals. Called by the commands that read
 * files.
 */
#ifndef SCARD_READING_H
#define SCARD_READING_H

#include "transfer/filecopy.h"
#include "transfer/recovery.h"

/* The file is not the one it was before the connection was lost: what was read is worth nothing. */
#define READING_CHANGED E_ABORT

/*
 * Reads the file of that path, as SC_TYPE_BY_ANY takes it, from `directory` (NULL: the master file; as
 * manager_enter() takes it). After the connection was lost, goes on where it was, once the first and the last
 * piece have turned out to be the same as before. On S_OK *out is the caller's to free; otherwise it is
 * empty. READING_CHANGED; SCARD_E_CANCELLED: Ctrl-C; the codes of ISCardFileAccess.
 */
HRESULT reading_run(struct recovery *recovery, ISCardFileAccess *files, const char *directory,
                    const char *path, struct filecopy *out);

#endif

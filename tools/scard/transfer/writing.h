/*
 * Writes to a file of a card from its beginning on, piece by piece, through resets and removals. Called by
 * the commands that write files.
 */
#ifndef SCARD_WRITING_H
#define SCARD_WRITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transfer/filecopy.h"
#include "transfer/form.h"
#include "transfer/recovery.h"

/* What is wrong when a task is refused. */
enum writing_refusal {
    WRITING_TAKEN,
    WRITING_CHANGED,   /* what was written is not there any more: this is another card */
    WRITING_TOO_LARGE, /* the file has not so much room */
    WRITING_NO_FORM,   /* the text is not of the form that the file wants */
    WRITING_CYCLIC     /* a cyclic file is not written as a whole */
};

/* The code beside a refusal. */
#define WRITING_REFUSED E_ABORT

/* What is to be written, and how far it has come. */
struct writing_task {
    const char *directory; /* NULL: the master file */
    const char *path;
    const uint8_t *text; /* as it was read from disk */
    size_t size;
    enum form form;
    bool records_known, records; /* what it was on the card it came from: the file must be so, too */
    struct filecopy copy;        /* its pieces: for the caller to free */
    size_t done;                 /* pieces that the card has taken */
    enum writing_refusal refusal;
};

/*
 * Writes a task. After the connection was lost, goes on where it was, once the piece before has turned out to
 * be on the card; what cannot be read back is given up with the code of that. WRITING_REFUSED: see
 * task->refusal; SCARD_E_CANCELLED: Ctrl-C; the codes of ISCardFileAccess. Nothing has been written where
 * task->done is 0.
 */
HRESULT writing_run(struct recovery *recovery, ISCardFileAccess *files, struct writing_task *task);

#endif

/*
 * The open files of one ISCardFileAccess, by the numbers that its callers know them by. Any thread may ask;
 * what is read and written is done with copies, so that nobody waits for a card to close a file.
 */
#ifndef SCARDSSP_OBJECTS_SERVICES_HANDLES_H
#define SCARDSSP_OBJECTS_SERVICES_HANDLES_H

#include "base/lock.h"
#include "com/win.h"
#include "services/openfile.h"

struct handle;

struct handles {
    struct lock lock;
    struct handle *first; /* the file opened last */
    HSCARD_FILE latest;   /* the latest number; none is given twice */
};

/* Begins without files / forgets them all. */
void handles_init(struct handles *handles);
void handles_clear(struct handles *handles);

/* Keeps a copy of the file under a new number, which is never 0. E_OUTOFMEMORY. */
HRESULT handles_add(struct handles *handles, const struct openfile *file, HSCARD_FILE *out);

/* Copies the file with that number. E_INVALIDARG: there is none. */
HRESULT handles_get(struct handles *handles, HSCARD_FILE number, struct openfile *out);

/* Takes over what has become of the file; where it has been closed meanwhile nothing happens. */
void handles_put(struct handles *handles, HSCARD_FILE number, const struct openfile *file);

/* Forgets the file. E_INVALIDARG: there is none. */
HRESULT handles_close(struct handles *handles, HSCARD_FILE number);

/* Moves the place in the file: openfile_seek(). E_INVALIDARG, too: there is no such file. */
HRESULT handles_seek(struct handles *handles, HSCARD_FILE number, LONG offset, SEEKTYPE type);

#endif

/*
 * A file of a card that is copied from or to: opened by its path, with what the card tells of it. Used by
 * reading.c and writing.c.
 */
#ifndef SCARD_CARDFILE_H
#define SCARD_CARDFILE_H

#include "talk/manager.h"
#include "transfer/filecopy.h"

/* Large enough that calls cost nothing beside the reader, small enough that Ctrl-C is soon heard. */
#define CARDFILE_CHUNK 1024u

/* Where the file's pointer stands. */
#define CARDFILE_HERE SIZE_MAX

struct cardfile {
    ISCardFileAccess *files;
    const char *directory;
    BSTR path;
    HSCARD_FILE handle; /* 0: not open */
    enum filecopy_kind kind;
    size_t total; /* bytes that the card says it has; 0: it does not say */
};

/*
 * Takes the path, as SC_TYPE_BY_ANY has it, from `directory` (NULL: the master file; as manager_enter()
 * takes it, kept by the caller). Nothing is sent. E_OUTOFMEMORY. Ended by cardfile_end().
 */
HRESULT cardfile_begin(ISCardFileAccess *files, const char *directory, const char *path,
                       struct cardfile *out);
void cardfile_end(struct cardfile *file);

/* Opens it, and asks what it is. The codes of ISCardFileAccess::ChangeDir and Open. */
HRESULT cardfile_open(struct cardfile *file);

/*
 * Reads up to `size` bytes (0: all, or one record) from `at`, a place in bytes or a record from 0, or
 * CARDFILE_HERE. *out is new memory. The codes of ISCardFileAccess::Seek and Read.
 */
HRESULT cardfile_read(struct cardfile *file, size_t at, size_t size, uint8_t **out, size_t *size_out);

/* Writes to that place. The codes of ISCardFileAccess::Seek and Write. */
HRESULT cardfile_write(struct cardfile *file, size_t at, const uint8_t *bytes, size_t size);

#endif

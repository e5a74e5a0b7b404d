/*
 * A card in a reader of the system's resource manager, as programs reach it through the four interfaces of
 * its services. For tests of cards that others wrote: what fails ends the case.
 */
#ifndef SCARDSSP_TESTS_PEERS_CARD_H
#define SCARDSSP_TESTS_PEERS_CARD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COBJMACROS
#include "scardssp.h"

struct card {
    ISCardManage *manage;
    ISCardFileAccess *files;
    ISCardVerify *verify;
    ISCardAuth *auth;
};

/*
 * Makes the manager of the card in the reader of that name as programs find it: the ATR, the one type in the
 * card database that this fits, the class of its provider. The type must claim all four interfaces.
 */
void card_find(struct card *card, const wchar_t *reader);

/* Attaches the manager to the card in that reader, and has it make an object of each interface. */
void card_attach(struct card *card, const wchar_t *reader);

/* Detaches and releases the objects. */
void card_detach(struct card *card);

/* A new buffer with these bytes, at its beginning. The caller releases it. */
IByteBuffer *card_buffer(const void *bytes, size_t size);

/* The buffer holds these bytes and no more; `length` is what a method said that it got. */
void card_assert_bytes(IByteBuffer *buffer, LONG length, const void *bytes, size_t size);

/* What Open says of that file, by its path of identifiers. `file` may be NULL: it is closed again. */
HRESULT card_open(struct card *card, const wchar_t *path, HSCARD_FILE *file);

/* What ChangeDir says. */
HRESULT card_change(struct card *card, REFTYPE type, const wchar_t *path);

/* Read of `asked` bytes, 0: all, gives exactly these, from where the file's pointer stands. */
void card_assert_reads(struct card *card, HSCARD_FILE file, LONG asked, const void *bytes, size_t size);

/* Read says SCARD_W_EOF, with no bytes. */
void card_assert_end(struct card *card, HSCARD_FILE file);

/* What Write says of these bytes. */
HRESULT card_write(struct card *card, HSCARD_FILE file, const void *bytes, size_t size, SCARD_FLAGS flags);

/* What Create says; the properties follow each other, as data objects whose length is one byte. */
HRESULT card_create(struct card *card, const wchar_t *path, const void *properties, size_t size);

/* The names of the files of that kind in the current directory, with blanks between. */
void card_assert_lists(struct card *card, FILETYPE kind, const char *names);

/* The path of the current directory. */
void card_assert_stands(struct card *card, const wchar_t *path);

#endif

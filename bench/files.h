/*
 * P6, and P14's half of it: a file of 32 KiB, read by ISCardFileAccess and by short commands. P6 is part of
 * the rows over the service.
 */
#ifndef SCARDSSP_BENCH_FILES_H
#define SCARDSSP_BENCH_FILES_H

#include <stdbool.h>
#include <winscard.h>

#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <scardssp.h>

#include "rows.h"

#define FILES_SIZE 32768

/* The file of the demo card, open; all zero before. */
struct files_subject {
    ISCardManage *manage;
    ISCardFileAccess *access;
    IByteBuffer *buffer; /* what was read last */
    HSCARD_FILE file;
};

/*
 * Locks the card to which manage was attached, and opens the file. A failure's code: that of the call that
 * failed; close all the same.
 */
HRESULT files_open(struct files_subject *files);

/* Reads the whole file; false: that failed. subject: a struct files_subject. */
bool files_read(void *subject);

/* Gives back all that there is. */
void files_close(struct files_subject *files);

/*
 * Measures over a connection of the PC/SC library's to the demo card (T=1), which is its caller's and stays
 * so. effort: as everywhere.
 */
void files_measure(struct row *row, SCARDHANDLE handle, double effort);

#endif

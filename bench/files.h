/* P6: a file of 32 KiB, read by ISCardFileAccess and by short commands. Part of the rows over the service. */
#ifndef SCARDSSP_BENCH_FILES_H
#define SCARDSSP_BENCH_FILES_H

#include <winscard.h>

#include "rows.h"

/*
 * Measures over a connection of the PC/SC library's to the demo card (T=1), which is its caller's and stays
 * so. effort: as everywhere.
 */
void files_measure(struct row *row, SCARDHANDLE handle, double effort);

#endif

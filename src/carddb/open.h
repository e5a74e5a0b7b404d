/* The card database of this system, wherever that has it. Called by whoever wires the objects. */
#ifndef SCARDSSP_CARDDB_OPEN_H
#define SCARDSSP_CARDDB_OPEN_H

#include "carddb/carddb.h"

/*
 * Makes the database: on Linux over the files that paths.h names, on Windows over the system's own. End it
 * with ops->close(). Nothing is opened yet. RM_E_NO_MEMORY.
 */
rm_status carddb_open(struct carddb **out);

#endif

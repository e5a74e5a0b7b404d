/* The card database of Windows: the system's own. Called by whoever wires the objects there. */
#ifndef SCARDSSP_CARDDB_WINSCARD_WINSCARD_H
#define SCARDSSP_CARDDB_WINSCARD_WINSCARD_H

#include "carddb/carddb.h"

/*
 * Makes a database over the system's functions; end it with ops->close(). RM_E_NO_MEMORY. A scope is the
 * scope of the context that the system is asked in. Beyond what carddb.h says: a group's list holds the
 * readers that are plugged in, and group_add() knows readers the system has met (RM_E_UNKNOWN_READER else).
 * winscard.dll is loaded by the first question; where it is not there, or the service does not run, nothing
 * is found and changes are RM_E_NO_SERVICE, explained. A type's name has no backslash. While one is replaced
 * its successor is listed as "(scardssp is introducing) NAME" for a moment, or, where the program was killed
 * in it, until NAME is introduced again.
 */
rm_status carddb_winscard_open(struct carddb **out);

#endif

/*
 * What the process knows of cards: its card database and the public list of ATRs. Used by the class table and
 * by what scardssp_db.h declares.
 */
#ifndef SCARDSSP_MODULE_CARDTYPES_H
#define SCARDSSP_MODULE_CARDTYPES_H

#include "carddb/atrlist/atrlist.h"
#include "carddb/carddb.h"

/*
 * The card database of this process. Nothing is opened before it is asked something. It lives as long as the
 * process, and so does the list. RM_E_NO_MEMORY.
 */
rm_status cardtypes_database(struct carddb **out);

/*
 * The public list of ATRs, read by the first call; NULL: there is none that can be read, cards have no public
 * names.
 */
struct atrlist *cardtypes_atr_list(void);

#endif

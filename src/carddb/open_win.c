/* The card database of Windows: the system's own. See open.h. */
#include "carddb/open.h"

#include "carddb/winscard/winscard.h"

rm_status carddb_open(struct carddb **out) {
    return carddb_winscard_open(out);
}

/* The card database of Linux: SQLite files in the usual places. See open.h. */
#include "carddb/open.h"

#include <stdlib.h>

#include "carddb/paths.h"
#include "carddb/sqlite/sqlite.h"

rm_status carddb_open(struct carddb **out) {
    char *system = NULL, *user = NULL;
    rm_status status = RM_E_NO_MEMORY;
    if (carddb_path_system(&system) && carddb_path_user(&user))
        status = carddb_sqlite_open(system, user, out);
    free(user);
    free(system);
    return status;
}

/* What the process knows of cards: see cardtypes.h. */
#include "module/cardtypes.h"

#include <stdbool.h>

#include "base/lock.h"
#include "carddb/known.h"
#include "carddb/open.h"
#include "module/simulatedcards.h"

/* Guarded by the lock, set once. */
static struct {
    struct lock lock;
    struct carddb *database;
    struct atrlist *atr_list;
    bool atr_list_sought; /* a list that is not there is not sought again */
} known;

/* What has been introduced, and behind it the simulated cards. */
static rm_status open_database(struct carddb **out) {
    struct carddb *introduced = NULL;
    size_t count = 0;
    const struct carddb_type *const types = simulatedcards_types(&count);
    rm_status status = carddb_open(&introduced);
    if (status != RM_OK)
        return status;
    status = carddb_known_open(introduced, types, count, out);
    if (status != RM_OK)
        introduced->ops->close(introduced);
    return status;
}

rm_status cardtypes_database(struct carddb **out) {
    lock_take(&known.lock);
    const rm_status status = known.database ? RM_OK : open_database(&known.database);
    if (status == RM_OK)
        *out = known.database;
    lock_give(&known.lock);
    return status;
}

struct atrlist *cardtypes_atr_list(void) {
    lock_take(&known.lock);
    if (!known.atr_list_sought) {
        struct atrlist *list = NULL;
        const rm_status status = atrlist_open(NULL, &list);
        if (status == RM_OK)
            known.atr_list = list;
        known.atr_list_sought = status != RM_E_NO_MEMORY;
    }
    struct atrlist *list = known.atr_list;
    lock_give(&known.lock);
    return list;
}

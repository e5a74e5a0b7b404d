/*
 * A watch over all readers from the inside: what watch.c, which tells changes, and wait.c, which tells cards,
 * share.
 */
#ifndef SCARDSSP_MODULE_API_WATCH_H
#define SCARDSSP_MODULE_API_WATCH_H

#include "base/lock.h"
#include "client/roster.h"
#include "rm/names.h"
#include "scardssp_rm.h"

struct scardssp_watch {
    struct lock lock; /* guards what scardssp_watch_cancel() sees: the next three */
    struct lock_bell left;
    struct rm_context *blocked; /* where a wait is; NULL: nowhere */
    bool cancelled;             /* the wait that runs, or the next one, is to end */
    struct rm_context *context; /* NULL: the service is to be asked for one */
    struct roster seen;         /* what has been told */
    bool told;                  /* the readers there were at first have been */
    struct names coming;        /* readers whose card scardssp_wait() has not told yet, from `taken` on */
    size_t taken;               /* bytes of that list */
};

#endif

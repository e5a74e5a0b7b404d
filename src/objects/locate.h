/*
 * The locate object: ISCardLocate, which finds the reader that holds a card of a given kind. Made by the
 * class table.
 */
#ifndef SCARDSSP_OBJECTS_LOCATE_H
#define SCARDSSP_OBJECTS_LOCATE_H

#include <stdbool.h>

#include "carddb/atrlist/atrlist.h"
#include "carddb/carddb.h"
#include "client/waiting.h"
#include "com/win.h"
#include "rm/rm.h"

/* What a locate object works with; all of it outlives the object. */
struct locate_parts {
    struct rm_service *service; /* NULL: there is none */
    struct carddb *db;
    struct atrlist *list;       /* NULL: no card has a public name */
    const struct locate_ui *ui; /* runs the searches that may wait */
    uint32_t timeout_ms;        /* how long connecting waits for other programs */
    uint32_t limit_ms;          /* how long a search waits for the user, until locate_limit() */
};

/*
 * A new locate object with one reference. E_OUTOFMEMORY. Connections that it hands out are ended by their new
 * owner, or, where the service ends before the process, by found_end_all().
 */
HRESULT locate_create(const struct locate_parts *parts, ISCardLocate **out);

/* Whether an object was made by locate_create(): not a proxy, nor somebody else's. */
bool locate_is_ours(const ISCardLocate *locate);

/*
 * From now on, searches of this object that begin wait for the user up to limit_ms; UINT32_MAX: without an
 * end. From any thread.
 */
void locate_limit(ISCardLocate *locate, uint32_t limit_ms);

/*
 * Makes every FindCard of this object that waits at the moment return SCARD_E_CANCELLED, from any thread and
 * within a fraction of a second. Later ones are not touched. locate: made by locate_create().
 */
void locate_cancel(ISCardLocate *locate);

#endif

/*
 * What every COM object here shares: QueryInterface over a table, the count of live objects that keeps the
 * module loaded, and container_of.
 */
#ifndef SCARDSSP_OBJECTS_COM_H
#define SCARDSSP_OBJECTS_COM_H

#include <stddef.h>

#include "base/refcount.h"
#include "objects/win.h"

/* The object that holds `member` at `pointer`. */
#define COM_OBJECT(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* One row of an object's interface table: which IID, and where in the object that interface lies. */
struct com_interface {
    const IID *iid;
    size_t offset;
};

/*
 * QueryInterface: looks `riid` up in `table` (ended by a row with iid NULL; its first row is what IUnknown
 * answers with), adds a reference through the interface found and stores it. E_POINTER, E_NOINTERFACE (then
 * *out is NULL).
 */
HRESULT com_query(void *object, const struct com_interface *table, REFIID riid, void **out);

/*
 * Ends a creator: queries the new object for the interface asked for and gives up the creator's reference.
 * unknown: the object with its one reference, given up in any case.
 */
HRESULT com_return(IUnknown *unknown, REFIID riid, void **out);

/* Counts objects and server locks; every creator and every destructor reports here. */
void com_alive(void);
void com_gone(void);
/* How many there are; 0: the module could be unloaded. */
long com_count(void);

#endif

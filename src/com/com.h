/*
 * What every COM object here shares: its identity, counting, being part of another object (aggregation), and
 * the count of live objects that keeps the module loaded.
 *
 * An object's interfaces forward QueryInterface, AddRef and Release to com_query(), com_take() and com_give()
 * (object.inc writes that), and these to the IUnknown that answers for the identity: the object's own, which
 * is in every struct com_identity, or the outer object's where it is part of one. The outer object holds the
 * part's own IUnknown, which alone finds the part's interfaces and counts its references.
 */
#ifndef SCARDSSP_COM_COM_H
#define SCARDSSP_COM_COM_H

#include "base/container.h"
#include "com/identity.h"
#include "com/win.h"

/*
 * Makes the identity of a new object, with one reference, the creator's. com_gone() is called when it is
 * destroyed.
 */
void com_init(struct com_identity *identity, const struct com_class *class);

/* The three methods of IUnknown as every interface of an object has them. */
HRESULT com_query(const struct com_identity *identity, REFIID riid, void **out);
ULONG com_take(const struct com_identity *identity);
ULONG com_give(const struct com_identity *identity);

/*
 * Ends a creator: queries the new object for the interface asked for and gives up the creator's reference.
 * unknown: the object with its one reference, given up in any case. E_NOINTERFACE, E_POINTER; then *out is
 * NULL.
 */
HRESULT com_return(IUnknown *unknown, REFIID riid, void **out);

/*
 * Ends a creator that makes a part of the object `outer`, which is not counted and has to outlive the part:
 * *out is the new object's own IUnknown with one reference; all other interfaces answer and count as `outer`.
 * unknown: an interface of an object of this library with its one reference, which nobody else has seen;
 * given up.
 */
HRESULT com_join(IUnknown *unknown, IUnknown *outer, void **out);

/* Counts objects and server locks. */
void com_alive(void);
void com_gone(void);
/* How many there are; 0: the module could be unloaded. */
long com_count(void);

#endif

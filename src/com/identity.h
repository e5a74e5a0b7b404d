/*
 * What QueryInterface and counting are about: the identity of an object and its class. com.h says how they
 * work; an interface that every object has (supporterrors.h) lies in the identity.
 */
#ifndef SCARDSSP_COM_IDENTITY_H
#define SCARDSSP_COM_IDENTITY_H

#include <stddef.h>

#include "base/refcount.h"
#include "com/win.h"

/* One row of an object's interface table: which IID, and where in the object that interface lies. */
struct com_interface {
    const IID *iid;
    size_t offset;
};

/* What the objects of a class have in common. */
struct com_class {
    size_t identity;                        /* where in the object its struct com_identity lies */
    const struct com_interface *interfaces; /* beside IUnknown; ended by a row with iid NULL */
    void (*destroy)(void *object);          /* frees the object after its last reference */
};

/* The part of an object that QueryInterface and counting are about. */
struct com_identity {
    IUnknown IUnknown_iface; /* the object's own, which never forwards */
#ifdef _WIN32
    ISupportErrorInfo ISupportErrorInfo_iface; /* of objects that tell their failures (telling.h) */
#endif
    IUnknown *outer; /* answers for the identity: the one above, or another object's, not counted */
    struct refcount refs;
    const struct com_class *class;
};

#endif

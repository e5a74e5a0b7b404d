/* An object of somebody else's: it counts its references and has a value, or fails to say it. */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_FOREIGN_OBJECT_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_FOREIGN_OBJECT_H

#include <stdbool.h>

#include "support/kits/com.h"

struct foreign_object {
    IDispatch IDispatch_iface;
    ULONG refs;
    bool plain;     /* knows IUnknown only */
    HRESULT query;  /* a failure: what QueryInterface answers to everything */
    HRESULT result; /* what Invoke answers */
    VARIANT value;  /* what a value is copied from */
    unsigned asked; /* calls of Invoke that asked for the value */
    LCID locale;    /* of the last call */
};

/* refs 1, value empty. Lives on the caller's stack: the last Release frees nothing. */
void foreign_object_init(struct foreign_object *object);

#endif

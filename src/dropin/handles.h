/*
 * The numbers that programs know contexts and connections by. A number is good for one object and until that
 * is withdrawn; whatever else a program passes (a number of long ago, of the other kind, of the parent
 * process, or none of ours) finds nothing, and no freed memory is looked at: the places that numbers lead to
 * are never given back. An object is counted; it ends when it has been withdrawn and nobody uses it any more.
 *
 * A number has 31 bits and is never 0, so that it survives in an int: the place, how often that was used
 * before, and the kind.
 */
#ifndef SCARDSSP_DROPIN_HANDLES_H
#define SCARDSSP_DROPIN_HANDLES_H

#include <winscard.h>

#define HANDLES_MAX 32768u /* contexts and connections of a process, together */

enum handle_kind { HANDLE_CONTEXT = 0, HANDLE_CARD = 1 };

struct handle_place;

/* What every object with a number begins with; `end` is set by its maker. */
struct handle {
    /* Frees the object: nobody knows or uses it any more. In whatever thread was the last to use it. */
    void (*end)(struct handle *handle);
    struct handle_place *place; /* handles.c's */
};

/*
 * Gives the object a number, which is a reference to it, and the caller a reference of its own. 0: there is
 * no memory, or there are HANDLES_MAX of them.
 */
LONG handle_add(struct handle *handle, enum handle_kind kind);

/* The object of this number, with a reference for the caller. NULL: there is none such. */
struct handle *handle_find(enum handle_kind kind, LONG number);

/*
 * Withdraws a number: nobody finds the object by it any more. The number's reference is the caller's. NULL:
 * there is none such, or somebody else has just withdrawn it.
 */
struct handle *handle_withdraw(enum handle_kind kind, LONG number);

/* Takes one more reference to an object that the caller has one of / gives one back. */
void handle_hold(struct handle *handle);
void handle_drop(struct handle *handle);

#endif

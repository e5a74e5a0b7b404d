/* ISCardEx, the second interface of the card object. Used by card.c. */
#ifndef SCARDSSP_OBJECTS_CARDEX_H
#define SCARDSSP_OBJECTS_CARDEX_H

#include "com/win.h"

/*
 * Its members have numbers from here on, those of ISCard lower ones: a script may use both through one
 * IDispatch.
 */
#define CARDEX_DISPID_FIRST 100

/* Makes the interface, which is a member of a card object. */
void cardex_init(ISCardEx *iface);

#endif

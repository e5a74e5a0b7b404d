/* ISCard::Transaction of the card object. Used by card.c, which has the method in its vtable. */
#ifndef SCARDSSP_OBJECTS_CARDEXCHANGE_H
#define SCARDSSP_OBJECTS_CARDEXCHANGE_H

#include "com/win.h"

/* The method; cmd: a command of this library, whose bytes are worked on in place, or another's. */
HRESULT STDMETHODCALLTYPE card_Transaction(ISCard *iface, LPSCARDCMD *cmd);

#endif

/*
 * Faults that take the connection to a card away and that pass: the card pulled, reset by others, the service
 * restarted. Used by what stays attached for longer.
 */
#ifndef SCARD_TROUBLE_H
#define SCARD_TROUBLE_H

#include "talk/card.h"

/* What happened, in a sentence, by the code that a call has returned; NULL: it is no fault of that kind. */
const char *trouble_text(HRESULT hr);

#endif

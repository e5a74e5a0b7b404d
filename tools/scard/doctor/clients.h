/* Who is connected to the PC/SC service, from outside: it tells nobody. For `scard who` and `doctor`. */
#ifndef SCARD_CLIENTS_H
#define SCARD_CLIENTS_H

#include "doctor/holder.h"

/* Where the service listens: PCSCLITE_CSOCK_NAME, or the usual place. "": it has no such place (Windows). */
const char *clients_socket(void);

/*
 * Lists the processes that are connected to the service, this one left out, with the number of their
 * connections. false: the system does not tell, or out of memory; then the list is empty.
 */
bool clients_find(struct holder_list *out);

#endif

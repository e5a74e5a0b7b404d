/*
 * The card that a manager and the objects it has made work on: one attachment for all of them, counted, so
 * that each may outlive the others. It is the link (services/link.h) of what is built on commands. Used by
 * the objects of this folder.
 *
 * One call of a method is one transaction with the card: cardservice_begin(), any number of commands,
 * cardservice_end(). Nobody else's command comes in between, of another program or of another thread. What
 * waiting for them, time-outs and faults are like is said at ISCard, whose attachment this is.
 */
#ifndef SCARDSSP_OBJECTS_SERVICES_CARDSERVICE_H
#define SCARDSSP_OBJECTS_SERVICES_CARDSERVICE_H

#include "com/win.h"
#include "rm/rm.h"
#include "services/filesystem.h"
#include "services/link.h"

struct cardservice;

/*
 * A new one that is attached to nothing, with one reference. timeout_ms: how long its calls wait for others.
 * SCARD_E_NO_SERVICE, E_OUTOFMEMORY.
 */
HRESULT cardservice_create(struct rm_service *service, uint32_t timeout_ms, struct cardservice **out);

/* Takes a reference and returns the service / gives one up; the last one ends the attachment (LEAVE). */
struct cardservice *cardservice_take(struct cardservice *service);
void cardservice_drop(struct cardservice *service);

/*
 * Begins a call that needs the card, until cardservice_end(); *link is good until then. link->turn has grown
 * unless the card was in the program's own hands since the last call; link->card has where another card is
 * there. On failure the call has not begun: SCARD_E_INVALID_HANDLE when nothing is attached, SCARD_E_TIMEOUT
 * where others keep the card, codes of the port.
 */
HRESULT cardservice_begin(struct cardservice *service, struct service_link **link);

/*
 * The files of the card, between begin and end: one current directory for all objects of a manager, as the
 * card has one.
 */
struct filesystem *cardservice_files(struct cardservice *service);

/*
 * Before a command that names a secret by this reference (P2), between begin and end: where that is one of
 * the current directory (bit 8; 7816-4:2005 table 65), makes that directory the card's, too. A program that
 * has changed no directory finds what is selected as it is. The codes of SELECT.
 */
HRESULT cardservice_enter_directory(struct cardservice *service, uint8_t reference);

/* Ends it: lets others in. What the card has answered is wiped. */
void cardservice_end(struct cardservice *service);

/*
 * Attaches, by a connection of the program's own or by a reader's name (as ISCard does it; T=0 or T=1). What
 * was attached is given up, files that were open on it are closed (link->card grows). SCARD_E_NO_SMARTCARD:
 * the reader is remembered all the same, and cardservice_reconnect() attaches to the card that comes.
 */
HRESULT cardservice_attach_handle(struct cardservice *service, HSCARD handle);
HRESULT cardservice_attach_reader(struct cardservice *service, BSTR reader, SCARD_SHARE_MODES share);

/* Ends the attachment (LEAVE). SCARD_E_INVALID_HANDLE: there is none. */
HRESULT cardservice_detach(struct cardservice *service);

/* Brings the connection back after a fault, in the same share mode, as ISCard::ReAttach with LEAVE. */
HRESULT cardservice_reconnect(struct cardservice *service);

/* As ISCard::LockSCard and UnlockSCard. */
HRESULT cardservice_lock(struct cardservice *service);
HRESULT cardservice_unlock(struct cardservice *service, SCARD_DISPOSITIONS disposition);

/* State and protocol, ABSENT and 0 where there is no card: ISCard::get_Status and get_Protocol in one. */
HRESULT cardservice_status(struct cardservice *service, SCARD_STATES *state, SCARD_PROTOCOLS *protocol);

#endif

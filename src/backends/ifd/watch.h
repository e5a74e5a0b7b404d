/*
 * Watching a slot: a thread that asks the driver whether a card is there, and puts it into the reader or
 * takes it out. The driver says when to look where it can (TAG_IFD_POLLING_THREAD_WITH_TIMEOUT); else the
 * thread looks 20 times a second, and at once after an exchange that failed.
 */
#ifndef SCARDSSP_BACKENDS_IFD_WATCH_H
#define SCARDSSP_BACKENDS_IFD_WATCH_H

#include "backends/ifd/port.h"

/* Looks once, on the caller's thread. false: the reader has gone, or nobody is to look any more. */
bool ifd_watch_once(struct ifd_port *port);

/* Starts the thread. false: there is none to be had. */
bool ifd_watch_start(struct ifd_port *port);

/*
 * Ends it and waits for that; a driver that does not come back is not waited for without end (port->lost).
 * From the thread itself: does not wait. false: there was none; nor is there in a child made by fork().
 */
bool ifd_watch_stop(struct ifd_port *port);

/* Waits until no watcher is about to take its reader out of the service, which may end then. */
void ifd_watch_settle(const struct slots_service *service);

/* Makes it look now. */
void ifd_watch_look(struct ifd_port *port);

#endif

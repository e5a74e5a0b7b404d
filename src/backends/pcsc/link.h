/*
 * One context of the PC/SC library and the socket it has with the daemon. A context carries one call at a
 * time: a second one would wait inside the library with a lock held that stops every other call of the
 * process, SCardCancel included. So each connection has a link of its own, and so has each wait. Used by
 * context.c, which keeps the links.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_LINK_H
#define SCARDSSP_BACKENDS_PCSC_LINK_H

#include "backends/pcsc/api.h"
#include "backends/pcsc/watch.h"

struct pcsc_link {
    SCARDCONTEXT handle;
    struct pcsc_watched call; /* calls made in this context are announced here */
    struct pcsc_link *next;
};

/*
 * Opens a link whose calls can be ended by pcsc_watch_cancel(watch, owner), and so can this. RM_E_NO_SERVICE:
 * there is no daemon; RM_E_TIMEOUT: it was silent for limit_ms (or PCSC_WHILE_ALIVE); RM_E_CANCELLED; other
 * codes of SCardEstablishContext; RM_E_NO_MEMORY.
 */
rm_status pcsc_link_open(const struct pcsc_api *api, struct pcsc_watch *watch, const void *owner,
                         uint32_t limit_ms, struct pcsc_link **out);

/* Closes and frees it, with the connections it has (LEAVE, unless one holds a transaction). */
void pcsc_link_close(const struct pcsc_api *api, struct pcsc_watch *watch, struct pcsc_link *link);

/* Frees it in a forked child, where nothing may be said on its socket. */
void pcsc_link_forget(struct pcsc_link *link);

/* Announces a call in this link, and takes the announcement back; see watch.h. */
static inline uint32_t pcsc_link_enter(struct pcsc_watch *watch, struct pcsc_link *link, enum pcsc_wait wait,
                                       uint32_t timeout_ms) {
    return pcsc_watch_enter(watch, &link->call, wait, timeout_ms);
}
static inline rm_status pcsc_link_leave(struct pcsc_watch *watch, struct pcsc_link *link, uint32_t ticket) {
    return pcsc_watch_leave(watch, &link->call, ticket);
}

#endif

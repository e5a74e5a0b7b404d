/* Opens and closes contexts of the PC/SC library. */
#include "backends/pcsc/link.h"

#include <stdlib.h>
#include <unistd.h>

#include "backends/pcsc/fork.h"
#include "backends/pcsc/socket.h"
#include "pcsclite/map.h"

#define OPEN_TRIES 4

/*
 * Establishes a context and finds its socket. Other users of the library in this process may do the same at
 * this moment; then it is tried again. Without the socket the link works, but its waits cannot be cut short.
 */
static rm_status establish_among_others(const struct pcsc_api *api, SCARDCONTEXT *handle, int *library,
                                        int *socket) {
    for (int tries = 1;; tries++) {
        struct pcsc_sockets before;
        int ambiguous = 0;

        pcsc_sockets_note(&before);
        const rm_status status =
            pcsc_status_from(api->establish_context(SCARD_SCOPE_SYSTEM, NULL, NULL, handle));
        *socket = status == RM_OK ? pcsc_sockets_find_new(&before, library, &ambiguous) : -1;
        pcsc_sockets_free(&before);
        if (status != RM_OK || !ambiguous || tries == OPEN_TRIES)
            return status;
        api->release_context(*handle);
    }
}

/*
 * The same, quicker by two looks at all descriptors, where the library opens nothing but its socket and
 * nobody else opens anything meanwhile.
 */
static rm_status establish(const struct pcsc_api *api, struct pcsc_watch *watch, SCARDCONTEXT *handle,
                           int *library, int *socket) {
    *library = pcsc_sockets_next(pcsc_watch_has_thread(watch));
    if (*library < 0)
        return establish_among_others(api, handle, library, socket);
    const rm_status status = pcsc_status_from(api->establish_context(SCARD_SCOPE_SYSTEM, NULL, NULL, handle));
    *socket = status == RM_OK ? pcsc_sockets_take(*library) : -1;
    if (status != RM_OK || *socket >= 0)
        return status;
    api->release_context(*handle);
    return establish_among_others(api, handle, library, socket);
}

rm_status pcsc_link_open(const struct pcsc_api *api, struct pcsc_watch *watch, const void *owner,
                         struct pcsc_link **out) {
    struct pcsc_link *link = calloc(1, sizeof *link);
    int library = -1;
    int socket = -1;
    *out = NULL;
    if (!link)
        return RM_E_NO_MEMORY;
    pcsc_process_lock(); /* one of us at a time: the new socket found belongs to the new context */
    const rm_status status = establish(api, watch, &link->handle, &library, &socket);
    pcsc_process_unlock();
    if (status != RM_OK) {
        free(link);
        return status;
    }
    pcsc_watch_add(watch, &link->call, owner, socket);
    link->call.library = library;
    *out = link;
    return RM_OK;
}

static void close_socket(struct pcsc_link *link) {
    if (link->call.socket >= 0)
        close(link->call.socket);
    link->call.socket = -1;
}

void pcsc_link_close(const struct pcsc_api *api, struct pcsc_watch *watch, struct pcsc_link *link) {
    if (!link)
        return;
    pcsc_watch_remove(watch, &link->call);
    /*
     * Before the library's own: so the daemon meets the end of the socket when it looks for the next request,
     * and is not woken for it once more.
     */
    close_socket(link);
    api->release_context(link->handle);
    pcsc_link_forget(link);
}

void pcsc_link_forget(struct pcsc_link *link) {
    close_socket(link);
    free(link);
}

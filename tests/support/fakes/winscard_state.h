/* What the parts of the fake smart card service share: winscard.c, winscard_api.c and winscard_bytes.c. */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_WINSCARD_STATE_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_WINSCARD_STATE_H

#include <pthread.h>

#include "support/fakes/winscard.h"

/* A connection: SCARDHANDLE. */
struct fake_handle {
    SCARDHANDLE number;
    struct fake_client *client;
    struct rm_card *rm;
    uint32_t share;
    unsigned calls; /* that are under way on it */
    bool ended;     /* it is being disconnected */
    unsigned held;  /* levels of its transaction */
    uint64_t used;  /* when it was used last */
    LONG notice;    /* of a reset that the simulator does not tell by itself */
    struct fake_handle *next;
};

/* A client: SCARDCONTEXT. */
struct fake_client {
    SCARDCONTEXT number;
    struct rm_context *rm;
    unsigned users; /* in a call */
    bool dead;      /* the service was stopped since */
    struct fake_handle *handles;
    struct fake_client *next;
};

struct fake_state {
    pthread_mutex_t lock; /* guards all of this, and `fake` */
    pthread_cond_t changed;
    LONG script[FAKE_CALLS][FAKE_SCRIPT];
    unsigned used[FAKE_CALLS];
    unsigned turns;   /* of fake_winscard_go() */
    unsigned cancels; /* SCardCancel that found its context */
    bool runs, stalls;
    HANDLE started;
    ULONG_PTR last; /* number given to a handle or context */
    struct fake_client *clients;
};

extern struct fake_state fake_state;

/*
 * Ends a client's connections and its context, when its blocked calls have come back; call with the lock
 * held.
 */
void fake_client_end(struct fake_client *client);

/* A status of the simulator as the service says it, in Windows' own words. */
LONG fake_code(rm_status status);

/* The connection with this number, NULL: none; call with the lock held. */
struct fake_handle *fake_find_handle(SCARDHANDLE number);

/*
 * Enters a call: finds the connection and keeps its client there. Not 0: the answer. / Leaves it; what the
 * status is in the service's words, or that the service was stopped meanwhile.
 */
LONG fake_enter_card(enum fake_call call, SCARDHANDLE card, struct fake_handle **out);
LONG fake_leave_card(struct fake_handle *handle, rm_status status);

/* The calls of winscard_bytes.c, as in struct winscard_api. */
LONG WINAPI fake_transmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE send, DWORD send_size,
                          SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD receive_size);
LONG WINAPI fake_control(SCARDHANDLE card, DWORD code, LPCVOID send, DWORD send_size, LPVOID receive,
                         DWORD receive_size, LPDWORD received);
LONG WINAPI fake_get_attrib(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size);
LONG WINAPI fake_set_attrib(SCARDHANDLE card, DWORD id, LPCBYTE value, DWORD size);

/* Takes it out of the list and frees it; call with the lock held. */
void fake_client_free(struct fake_client *client);

#endif

/*
 * A line to Windows' smart card service: one context, the connection made in it, and a thread for those calls that may wait
 * for another program. The service knows no bounds: a call that outlives its own is left to the thread, which ends the line
 * when the call returns. Used by winscard.c and winscard_card.c.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_LINE_H
#define SCARDSSP_BACKENDS_WINSCARD_LINE_H

#include <stdatomic.h>

#include "backends/winscard_api.h"

#define WINSCARD_BUFFER_MAX 65548u /* bytes that a call sends or receives at most */

struct winscard_line;

/* A call that may wait. What it points to is copied where a thread makes it. */
enum winscard_call {
    WINSCARD_CONNECT,
    WINSCARD_RECONNECT,
    WINSCARD_BEGIN,
    WINSCARD_STATUS,
    WINSCARD_TRANSMIT
};

struct winscard_request {
    enum winscard_call call;
    const wchar_t *reader;   /* connect */
    DWORD share, protocols;  /* connect, reconnect */
    DWORD initialization;    /* reconnect */
    SCARD_IO_REQUEST pci;    /* transmit */
    const uint8_t *send;     /* transmit */
    DWORD send_size;         /* transmit */
    uint8_t *receive;        /* transmit: the caller's */
    DWORD receive_size;      /* transmit, in: room, out: bytes */
    DWORD protocol;          /* out of connect, reconnect, status */
    DWORD state;             /* out of status */
    uint8_t atr[RM_ATR_MAX]; /* out of status */
    DWORD atr_size;          /* out of status */
};

/* How long a request may take, and who may end it. */
struct winscard_bound {
    uint32_t timeout_ms;
    const atomic_uint *cancels; /* ends the wait when it changes */
    bool direct;                /* the call cannot wait for others: made by the caller's own thread */
};

/* Opens a line. RM_E_NO_MEMORY, and the codes of SCardEstablishContext. */
rm_status winscard_line_open(const struct winscard_api *api, struct winscard_line **out);

/* Ends it; the connection made in it with LEAVE, if it still has one. NULL does nothing. */
void winscard_line_close(struct winscard_line *line);

/* The connection; 0: none. */
SCARDHANDLE winscard_line_handle(const struct winscard_line *line);

/* Sets the connection. lent: it was not made here, and whoever made it keeps it when the line ends. */
void winscard_line_set_handle(struct winscard_line *line, SCARDHANDLE handle, bool lent);

/*
 * Makes the call; the codes of the service. RM_E_TIMEOUT, RM_E_CANCELLED with *lost true: it goes on without us and the line
 * is gone, the caller forgets it. RM_E_NO_MEMORY.
 */
rm_status winscard_line_call(struct winscard_line *line, struct winscard_request *request,
                             const struct winscard_bound *bound, bool *lost);

#endif

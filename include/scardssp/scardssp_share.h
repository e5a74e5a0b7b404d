/*
 * scardssp_share.h: lends the readers of this process's resource manager to programs on other machines, by
 * way of a NATS server; their SCARDSSP_RM is nats://HOST:PORT. What `scard share` calls. docs/remote.md
 * says how it works. Linux only. Text is UTF-8, status codes are SCARD_* numbers as HRESULT. Functions may
 * be called from any thread. user: whatever the caller likes, handed on as it is.
 */
#ifndef SCARDSSP_SHARE_PUBLIC_H
#define SCARDSSP_SHARE_PUBLIC_H

#include <stddef.h>
#include <stdint.h>

#include "scarderr.h" /* the numbers that are returned, also beside <winscard.h> */

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Flags of struct scardssp_share_options. */
#define SCARDSSP_SHARE_CONTROL 1u  /* SCardControl is passed on to the readers */
#define SCARDSSP_SHARE_INSECURE 2u /* a server elsewhere may be talked to without TLS: PINs in the clear */

/* What an agent tells, and what `status` means there (0 elsewhere). */
enum scardssp_share_event_kind {
    SCARDSSP_SHARE_READER_LENT = 1,
    SCARDSSP_SHARE_READER_GONE = 2,
    SCARDSSP_SHARE_SESSION_OPENED = 3,
    SCARDSSP_SHARE_SESSION_CLOSED = 4,
    SCARDSSP_SHARE_SESSION_LOST = 5, /* its client was not heard of any more */
    SCARDSSP_SHARE_CARD_USED = 6,    /* a session has connected to a card */
    SCARDSSP_SHARE_CARD_LEFT = 7,    /* what became of the wish for the card */
    SCARDSSP_SHARE_CARD_RESET = 8,   /* its session was lost; whether the reset worked */
    SCARDSSP_SHARE_SERVER_GONE = 9,  /* the NATS server; it is looked for until it is back */
    SCARDSSP_SHARE_SERVER_BACK = 10,
    SCARDSSP_SHARE_REFUSED = 11, /* a request: 1 of no session, 2 old, 3 senseless, 4 too many, 5 too early */
    SCARDSSP_SHARE_SERVICE = 12, /* the readers' own service: what is wrong with it, S_OK: nothing any more */
    SCARDSSP_SHARE_READY = 13    /* it has begun; `who` is the name it has */
};

/* One event. Texts end with the call; NULL: none. */
struct scardssp_share_event {
    uint32_t kind;      /* enum scardssp_share_event_kind */
    const char *who;    /* the session, as its client describes itself */
    const char *reader; /* as it is called on this machine */
    int32_t status;
};

/* Gets events, from any thread, more than one at a time. */
typedef void (*scardssp_share_visitor)(void *user, const struct scardssp_share_event *event);

/* What is lent, by which server, and who is told of it. */
struct scardssp_share_options {
    const char *server;          /* "nats://HOST:PORT[,...][?NAME=VALUE&...]" or "tls://..." */
    const char *name;            /* the agent's; NULL: the host's */
    const char *const *readers;  /* patterns with * ? and [...]; a reader that none fits is not lent */
    size_t reader_count;         /* 0: all are lent */
    uint32_t flags;              /* SCARDSSP_SHARE_* */
    scardssp_share_visitor tell; /* NULL: nobody is told */
    void *user;
};

/*
 * Lends readers until `stop` (a descriptor; -1: for ever) can be read; then sessions end and the cards they
 * have used are reset. What proves who we are comes from files that SCARDSSP_NATS_* name. S_OK: it was
 * stopped. E_INVALIDARG: a bad server, name or flag; SCARD_E_NO_SERVICE: no server can be reached, or there
 * is no libnats; SCARD_W_SECURITY_VIOLATION: the server does not let us in, or is elsewhere and without
 * TLS; SCARD_E_DUPLICATE_READER: another agent has the name. message (may be NULL) of message_size bytes
 * then says why. E_POINTER: options or server NULL; E_OUTOFMEMORY; the codes of scardssp_use_rm().
 */
int32_t scardssp_share(const struct scardssp_share_options *options, int stop, char *message,
                       size_t message_size);

/* A session with an agent. Texts end with the call. */
struct scardssp_share_session {
    const char *who;     /* as its client describes itself */
    const char *readers; /* which it is connected to, with commas; "" none */
    uint64_t since;      /* seconds since 1970 */
    uint32_t idle_ms;    /* since it was last heard of */
};

/* Gets one session. */
typedef void (*scardssp_share_session_visitor)(void *user, const struct scardssp_share_session *session);

/*
 * Asks the agent of this name (NULL: the host's) who uses its readers. SCARD_E_UNKNOWN_READER: there is no
 * such agent, or it does not answer us; the other codes, and message, as above; E_POINTER: server or visit
 * NULL.
 */
int32_t scardssp_share_sessions(const char *server, const char *name, scardssp_share_session_visitor visit,
                                void *user, char *message, size_t message_size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

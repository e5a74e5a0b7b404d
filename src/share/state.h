/*
 * What an agent knows: its lanes (a reader each), its sessions and their channels (a connection each). One
 * lock guards all of it, and is never held around a call of the port or of NATS. Used by the files of
 * share/ alone.
 */
#ifndef SCARDSSP_SHARE_STATE_H
#define SCARDSSP_SHARE_STATE_H

#include <stdatomic.h>

#include "base/lock.h"
#include "remote/message.h"
#include "remote/settings.h"
#include "remote/transport.h"
#include "rm/rm.h"
#include "share/options.h"
#include "share/pool.h"

#define SHARE_CHANNELS 64u    /* connections of a session */
#define SHARE_SESSIONS 20000u /* of an agent */
#define SHARE_LANES 4096u     /* readers an agent has ever lent */
#define SHARE_BUCKETS 1024u
#define SHARE_WHO_MAX 255u

/* A request that waits for its turn at the reader. */
struct share_job {
    struct share_session *session;
    struct share_channel *channel;
    struct transport_message *message; /* the request's bytes */
    struct message_request request;
    uint64_t deadline; /* clock_deadline() of its timeout */
    bool tried;        /* the service has said that somebody else's transaction is in the way */
    struct share_job *next;
};

/* A reader: one call at a time is at it, others wait in order. */
struct share_lane {
    char *name;
    bool lent;                   /* it is there, and may be lent */
    bool busy;                   /* a call is at work */
    bool dirty;                  /* the card has to be reset before anybody else is let in */
    bool slow;                   /* the last call took its time */
    struct share_channel *owner; /* whose transaction is held; NULL: nobody's that we know of */
    struct share_job *waiting;   /* tried in vain while there was an owner, in order */
    struct share_job *pending;   /* not tried yet, in order */
    uint64_t number;             /* of the last news */
    uint32_t state;
    uint8_t atr[RM_ATR_MAX];
    size_t atr_size;
    struct share_lane *next;
};

/* A connection of a session, or a place for one. */
struct share_channel {
    uint32_t number; /* of the last request that was taken */
    bool at_work;    /* which is not answered yet */
    bool touched;    /* something was sent to the card */
    struct rm_card *card;
    struct share_lane *lane; /* the card's */
    uint8_t *answer;         /* the last one, whole */
    size_t answer_size, answer_room;
};

struct share_session {
    uint8_t name[MESSAGE_SESSION_SIZE]; /* ours; it begins as the wish, by which both are found */
    uint8_t wish[MESSAGE_SESSION_SIZE]; /* its client's */
    char who[SHARE_WHO_MAX + 1];
    uint64_t heard; /* clock_ms() of its last message */
    uint64_t since; /* seconds since 1970 */
    uint32_t lease_ms;
    uint32_t users;     /* calls at work and others who look at it: it is not freed before they are gone */
    _Atomic bool ended; /* it is in no table any more; looked at without the lock, too */
    bool lost;          /* its client did not end it: its cards are reset */
    struct lock opening;
    struct rm_context *context; /* its own with the service; made by the first connection */
    struct share_channel *channels[SHARE_CHANNELS]; /* NULL: never used */
    struct share_lane **touched; /* readers whose card it has sent something to, and not reset since */
    size_t touched_count;
    struct share_session *next; /* in its bucket, or of those to be buried */
};

struct share {
    struct rm_service *service;
    const struct settings *settings;
    struct share_options options;
    char *name;
    char **patterns;
    uint64_t instance, since;
    struct transport *transport;
    struct pool pool;
    _Atomic bool stopping;
    _Atomic bool settled; /* the name is ours */
    _Atomic bool looked;  /* it is known which readers there are */

    struct claim *claim; /* of the name (claim.h) */

    struct lock lock;
    struct lock_bell keeper;  /* the thread of keeper.c: a deadline has come nearer */
    struct lock_bell ends;    /* a thread has ended, or a call */
    struct share_lane *lanes; /* in the order of the service */
    size_t lane_count;
    struct share_session *buckets[SHARE_BUCKETS];
    size_t session_count;
    struct share_session *dead; /* to be buried */
    unsigned buriers;           /* threads that do so */
    unsigned threads;           /* our own, beside the pool's */
    uint64_t news;              /* the number of the last */

    struct lock looking;         /* one look at the readers at a time, so that news are told in order */
    struct rm_context *context;  /* for looks; guarded by it */
    struct rm_context *watching; /* of the thread that waits for news; guarded by `lock` */
};

#endif

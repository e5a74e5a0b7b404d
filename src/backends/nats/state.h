/*
 * What a client knows: agents and their readers as they have told it, its contexts, and their sessions with
 * agents. One lock guards all of it, and is never held around a call of NATS. Used by the files of
 * backends/nats/ alone.
 */
#ifndef SCARDSSP_BACKENDS_NATS_STATE_H
#define SCARDSSP_BACKENDS_NATS_STATE_H

#include <stdatomic.h>

#include "base/fork.h"
#include "base/lock.h"
#include "base/refcount.h"
#include "remote/message.h"
#include "remote/settings.h"
#include "remote/transport.h"
#include "rm/rm.h"

#define NATS_REPLY_MAX (TRANSPORT_INBOX_MAX + 4u)
#define NATS_AGENTS 4096u  /* the client listens to */
#define NATS_READERS 4096u /* of one */
#define NATS_SINGLES 256u  /* subjects listened on one by one; each has a thread of libnats */
#define NATS_BUCKETS 1024u
#define NATS_CHANNELS 64u       /* connections of a session: as many as agents have */
#define NATS_RECEIVE_MAX 65544u /* as the other backends take */
#define NATS_LEAST_MS 500u      /* for the way to an agent and back, where a call's time is shorter */

/* A reader as its agent tells of it. */
struct nats_reader {
    char *name;  /* the agent's */
    char *full;  /* "<name> @<agent>" */
    bool known;  /* its state has been told: it may be used, and is listed */
    bool denied; /* the server lets nothing of ours through to it */
    bool swept;  /* it is not in the list that is being read */
    bool single; /* its news are listened to by themselves, or cannot be */
    uint32_t state;
    uint8_t atr[RM_ATR_MAX];
    size_t atr_size;
    uint64_t number; /* of the last news */
    uint64_t needed; /* of the news that an answer has told of */
    struct nats_reader *next;
    struct nats_reader *next_alike; /* in its bucket */
};

struct nats_agent {
    char *name;
    uint64_t instance; /* 0: only heard of */
    uint64_t news;     /* the number of the last */
    uint64_t heard;    /* clock_ms() */
    uint64_t asked;    /* clock_ms(), when it was last asked for everything */
    uint32_t lease_ms;
    bool stale;                  /* something was missed */
    bool single;                 /* it is listened to by itself, or cannot be */
    bool told;                   /* its list of readers has come */
    struct nats_reader *readers; /* in its order */
    size_t reader_count;
    struct nats_agent *next; /* by name */
};

/* A request whose answer is waited for; it lies with who waits. */
struct nats_call {
    const char *subject;
    uint32_t channel, number;
    struct transport_message *answer;
    bool denied;
    struct lock_bell bell;
    struct nats_call *next;
};

/* A context's session with an agent. */
struct nats_session {
    struct refcount refs;
    struct nats_service *service;
    struct nats_context *context;
    char *agent;
    uint64_t instance; /* of the agent, when it was opened */
    uint8_t name[MESSAGE_SESSION_SIZE];
    uint32_t tag;
    uint32_t lease_ms;
    uint64_t heard;  /* clock_ms() of the agent's last answer */
    uint64_t beaten; /* of our last beat */
    uint32_t number; /* of our requests as a whole */
    bool opened;
    bool parted;                     /* the agent has heard our good-bye */
    rm_status lost;                  /* RM_OK: it lives */
    uint32_t numbers[NATS_CHANNELS]; /* of the last request of each channel */
    bool used[NATS_CHANNELS];        /* it is a connection's */
    struct nats_call *calls;
    struct nats_session *next; /* of the context */
};

/* A connection: several cards may share one (adopt). */
struct nats_connection {
    struct refcount refs;
    struct nats_session *session;
    uint32_t channel;
    uint64_t handle;
    uint32_t protocol;
    char *reader; /* full */
    char *subject;
    struct lock turn; /* one call at a time */
    bool ended;
    bool locked;
    bool lost;                    /* the agent's service no longer has it */
    bool in_doubt;                /* a call was given up: nobody knows what became of it */
    struct nats_connection *next; /* of the service */
};

struct nats_card {
    struct rm_card base;
    struct nats_context *context;
    struct nats_connection *connection;
    struct nats_card *next; /* of the context */
};

struct nats_context {
    struct rm_context base;
    struct nats_service *service;
    uint64_t handle;
    _Atomic uint32_t cancels; /* counts */
    struct lock opening;      /* one session at a time is made */
    struct nats_session *sessions;
    struct nats_card *cards;
    struct nats_context *next;
};

struct nats_service {
    struct rm_service base;
    struct settings settings;
    struct transport *transport;
    uint32_t born;                   /* fork_count() */
    char replies[3][NATS_REPLY_MAX]; /* where answers go (enum nats_reply) */

    struct lock lock;
    struct lock_bell news;   /* something may have changed for who waits */
    struct lock_bell keeper; /* the keeper has something to do, or has ended */
    struct nats_agent *agents;
    size_t agent_count;
    struct nats_reader *buckets[NATS_BUCKETS]; /* by full name: whoever waits for all readers asks for each */
    uint64_t list_changes;                     /* readers that came and went */
    struct nats_context *contexts;
    struct nats_connection *connections;
    struct nats_session **sessions; /* by tag */
    size_t session_room;
    uint64_t next_handle;
    bool prepared;                  /* it listens */
    bool asked;                     /* all agents, once */
    bool nobody;                    /* there is none */
    uint64_t unheard_at;            /* when a server last said that a request is heard by nobody */
    uint64_t asked_at, answered_at; /* clock_ms() */
    uint64_t down_since;            /* clock_ms(); 0: the server is there */
    bool keeping, stopping;
    _Atomic bool leaving; /* the end of the process is told (farewell.h, which has a lock of its own) */
    struct nats_service *next_leaving;
    bool single; /* the server does not let us have all news at once (singles.h) */
    char *singles[NATS_SINGLES];
    size_t single_count;
    uint64_t looked_at; /* clock_ms(), of the keeper's thread alone */
};

enum nats_reply { NATS_REPLY_CALL, NATS_REPLY_WHO, NATS_REPLY_ALL };

/*
 * The end of a call's time, which is NATS_LEAST_MS after its beginning at least, through all steps that it
 * takes. Starts its clock.
 */
static inline uint64_t nats_end_of(struct rm_bound *bound) {
    const uint64_t deadline = rm_bound_deadline(bound);
    return bound->timeout_ms < NATS_LEAST_MS ? deadline + (NATS_LEAST_MS - bound->timeout_ms) : deadline;
}

static inline uint64_t nats_sooner(uint64_t one, uint64_t other) {
    return one < other ? one : other;
}

static inline uint64_t nats_later(uint64_t one, uint64_t other) {
    return one > other ? one : other;
}

/* Is this the process that has the connection to the server? A child made by fork() has none. */
static inline bool nats_is_ours(const struct nats_service *service) {
    return service->born == fork_count();
}

#endif

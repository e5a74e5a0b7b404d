/* Sessions: see session.h. */
#include "share/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "share/answer.h"
#include "share/burial.h"
#include "share/tell.h"
#include "share/turn.h"

#define LEASE_MIN_MS 300u
#define KEPT sizeof(uint32_t) /* bytes of a wish that the name has, too */

static size_t bucket_of(const uint8_t *name) {
    uint32_t hash;
    memcpy(&hash, name, KEPT); /* names are random */
    return hash % SHARE_BUCKETS;
}

struct share_session *session_find(const struct share *share, const uint8_t *name) {
    struct share_session *session = share->buckets[bucket_of(name)];
    while (session && memcmp(session->name, name, sizeof session->name) != 0)
        session = session->next;
    return session;
}

/* The one that was opened by this wish. */
static struct share_session *find_wished(const struct share *share, const uint8_t *wish) {
    struct share_session *session = share->buckets[bucket_of(wish)];
    while (session && memcmp(session->wish, wish, sizeof session->wish) != 0)
        session = session->next;
    return session;
}

/* A name that nobody has heard before: whoever repeats what was said in an ended session means none. */
static bool give_name(struct share_session *session, const uint8_t *wish) {
    const size_t fresh = sizeof session->name - KEPT;
    memcpy(session->wish, wish, sizeof session->wish);
    memcpy(session->name, wish, KEPT);
    return getrandom(session->name + KEPT, fresh, 0) == (ssize_t)fresh;
}

struct share_channel *session_channel(struct share_session *session, uint32_t channel, bool make) {
    if (channel == 0 || channel > SHARE_CHANNELS)
        return NULL;
    struct share_channel **at = &session->channels[channel - 1];
    if (!*at && make)
        *at = calloc(1, sizeof **at);
    return *at;
}

/* What its client says of itself, without anything that a terminal would obey. */
static void take_who(struct share_session *session, const struct message_request *request) {
    size_t used = 0;
    for (size_t i = 0; i < request->body_size && used < SHARE_WHO_MAX; i++)
        session->who[used++] =
            request->body[i] < 0x20 || request->body[i] == 0x7F ? '?' : (char)request->body[i];
    session->who[used] = '\0';
}

/* Adds one. With the lock held. */
static struct share_session *add(struct share *share, const struct message_request *request) {
    struct share_session *session = NULL;
    if (share->session_count < SHARE_SESSIONS && !atomic_load(&share->stopping))
        session = calloc(1, sizeof *session);
    if (!session || !give_name(session, request->session)) {
        free(session);
        return NULL;
    }
    take_who(session, request);
    session->since = (uint64_t)time(NULL);
    session->lease_ms = request->words[0];
    if (session->lease_ms < LEASE_MIN_MS)
        session->lease_ms = LEASE_MIN_MS;
    if (session->lease_ms > share->settings->lease_ms)
        session->lease_ms = share->settings->lease_ms;
    struct share_session **bucket = &share->buckets[bucket_of(session->name)];
    session->next = *bucket;
    *bucket = session;
    share->session_count++;
    return session;
}

/* Opening a session that is there is no mistake: its answer was lost. */
void session_open(struct share *share, struct transport_message *message,
                  const struct message_request *request) {
    char who[SHARE_WHO_MAX + 1] = "";
    uint8_t name[MESSAGE_SESSION_SIZE] = {0};
    lock_take(&share->lock);
    struct share_session *session = find_wished(share, request->session);
    const bool is_new = !session;
    if (is_new)
        session = add(share, request);
    const uint32_t lease_ms = session ? session->lease_ms : 0;
    if (session) {
        session->heard = clock_ms();
        memcpy(who, session->who, sizeof who);
        memcpy(name, session->name, sizeof name);
    }
    lock_ring(&share->keeper);
    lock_give(&share->lock);
    if (!lease_ms) {
        answer_refuse(share, message, request,
                      atomic_load(&share->stopping) ? MESSAGE_STRANGER : MESSAGE_TOO_MANY);
        return;
    }
    if (is_new)
        share_tell(share, SHARE_SESSION_OPENED, who, NULL, 0);
    answer_send(share, message, request,
                (struct message_answer){.word = lease_ms, .body = name, .body_size = sizeof name});
}

void session_beat(struct share *share, struct transport_message *message,
                  const struct message_request *request) {
    lock_take(&share->lock);
    struct share_session *session = session_find(share, request->session);
    if (session)
        session->heard = clock_ms();
    lock_give(&share->lock);
    if (session)
        answer_send(share, message, request, (struct message_answer){.status = RM_OK});
    else
        answer_refuse(share, message, request, MESSAGE_STRANGER);
}

/* Takes it out of the table. With the lock held. */
static void take_out(struct share *share, struct share_session *session) {
    struct share_session **at = &share->buckets[bucket_of(session->name)];
    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    session->next = NULL;
    session->ended = true;
    share->session_count--;
}

/* Ending what is ended already is no mistake either. */
void session_close(struct share *share, struct transport_message *message,
                   const struct message_request *request) {
    lock_take(&share->lock);
    struct share_session *session = session_find(share, request->session);
    if (session) {
        take_out(share, session);
        session->lost = request->kind == MESSAGE_GONE;
    }
    lock_give(&share->lock);
    if (session) {
        pool_step_aside(&share->pool);
        burial_now(share, session);
    }
    answer_send(share, message, request, (struct message_answer){.status = RM_OK});
}

/* What is blocked in the service is woken by it; what only waits for its turn is answered here. */
static void cancel_call(struct share *share, struct share_session *session, struct share_channel *channel) {
    if (turn_cancel(share, channel->lane, channel))
        return;
    lock_take(&session->opening);
    struct rm_context *context = session->context;
    lock_give(&session->opening);
    if (context)
        rm_cancel(context);
}

void session_cancel(struct share *share, struct transport_message *message,
                    const struct message_request *request) {
    lock_take(&share->lock);
    struct share_session *session = session_find(share, request->session);
    struct share_channel *channel = session ? session_channel(session, request->channel, false) : NULL;
    const bool at_work = channel && channel->at_work && channel->number == request->number;
    if (at_work)
        session->users++;
    lock_give(&share->lock);
    if (!at_work)
        return;
    cancel_call(share, session, channel);
    (void)message;
    lock_take(&share->lock);
    session->users--;
    lock_ring(&share->ends);
    lock_give(&share->lock);
}

/* Lost sessions */

/* With the lock held. */
static bool is_lost(const struct share_session *session, bool all, uint64_t now, uint64_t *next) {
    const uint64_t end = session->heard + session->lease_ms;
    if (all || now >= end)
        return true;
    if (end < *next)
        *next = end;
    return false;
}

static void expire(struct share *share, bool all, uint64_t *next) {
    const uint64_t now = clock_ms();
    lock_take(&share->lock);
    for (size_t i = 0; i < SHARE_BUCKETS; i++)
        for (struct share_session *session = share->buckets[i], *after; session; session = after) {
            after = session->next;
            if (!is_lost(session, all, now, next))
                continue;
            take_out(share, session);
            session->lost = true;
            burial_later(share, session);
        }
    lock_give(&share->lock);
}

void session_expire(struct share *share, uint64_t *next) {
    expire(share, false, next);
}

void session_expire_all(struct share *share) {
    uint64_t next = CLOCK_NEVER;
    expire(share, true, &next);
}

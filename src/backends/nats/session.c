/* Sessions: see session.h. */
#include "backends/nats/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "backends/nats/ask.h"
#include "base/clock.h"
#include "remote/subject.h"

#define CLOSE_MS 1000u /* for it to hear that we go */
#define OPEN_MS 2000u  /* for an agent that was there a moment ago to answer */

/* The table of tags. With the lock held. */
static bool enter(struct nats_service *service, struct nats_session *session) {
    size_t place = 0;
    while (place < service->session_room && service->sessions[place])
        place++;
    if (place == service->session_room) {
        const size_t room = service->session_room ? 2 * service->session_room : 8;
        struct nats_session **more = realloc(service->sessions, room * sizeof(struct nats_session *));
        if (!more)
            return false;
        memset(more + service->session_room, 0,
               (room - service->session_room) * sizeof(struct nats_session *));
        service->sessions = more;
        service->session_room = room;
    }
    service->sessions[place] = session;
    session->tag = (uint32_t)place + 1;
    return true;
}

void nats_session_drop(struct nats_session *session) {
    if (!session || refcount_drop(&session->refs) != 0)
        return;
    free(session->agent);
    free(session);
}

/* Takes it out of the table: it gets no answers any more. */
static void forget(struct nats_session *session) {
    struct nats_service *service = session->service;
    lock_take(&service->lock);
    if (session->tag)
        service->sessions[session->tag - 1] = NULL;
    lock_give(&service->lock);
}

/* A name that nobody guesses. RM_F_INTERNAL_ERROR: the system gives nothing to make it of. */
static rm_status make_up_name(struct nats_session *session) {
    ssize_t got;
    do
        got = getrandom(session->name, sizeof session->name, 0);
    while (got < 0 && errno == EINTR);
    return got == sizeof session->name ? RM_OK : RM_F_INTERNAL_ERROR;
}

static rm_status make(struct nats_context *context, const char *agent, struct nats_session **out) {
    struct nats_service *service = context->service;
    struct nats_session *session = calloc(1, sizeof *session);
    if (!session)
        return RM_E_NO_MEMORY;
    refcount_init(&session->refs);
    session->service = service;
    session->context = context;
    session->agent = strdup(agent);
    session->lease_ms = OPEN_MS;
    session->heard = session->beaten = clock_ms();
    rm_status status = session->agent ? make_up_name(session) : RM_E_NO_MEMORY;
    lock_take(&service->lock);
    if (status == RM_OK && !enter(service, session))
        status = RM_E_NO_MEMORY;
    lock_give(&service->lock);
    if (status == RM_OK)
        *out = session;
    else
        nats_session_drop(session);
    return status;
}

/* What an agent's owner is shown of us. */
static size_t describe(char *out, size_t room) {
    char host[65] = "?", program[64] = "?";
    FILE *file = fopen("/proc/self/comm", "re");
    (void)gethostname(host, sizeof host - 1);
    if (file && fgets(program, sizeof program, file))
        program[strcspn(program, "\n")] = '\0';
    if (file)
        (void)fclose(file);
    const int size = snprintf(out, room, "%s, process %ld on %s", program, (long)getpid(), host);
    return size < 0 ? 0 : (size_t)size < room ? (size_t)size : room - 1;
}

/* Introduces it to the agent. */
static rm_status introduce(struct nats_session *session, uint32_t cancels, struct rm_bound *bound) {
    char who[200], subject[SUBJECT_ROOM];
    struct ask ask = {
        .session = session, .subject = subject, .canceller = session->context, .cancels = cancels};
    ask.bound = bound;
    ask.request.kind = MESSAGE_OPEN;
    ask.request.words[0] = session->service->settings.lease_ms;
    ask.request.number = ++session->number;
    ask.request.body_size = describe(who, sizeof who);
    ask.request.body = (const uint8_t *)who;
    rm_status status = subject_of_session(session->agent, subject) ? ask_run(&ask) : RM_E_UNKNOWN_READER;
    if (status == RM_OK && (ask.answer.word == 0 || ask.answer.body_size != sizeof session->name))
        status = RM_F_COMM_ERROR;
    if (status == RM_OK) {
        lock_take(&session->service->lock);
        memcpy(session->name, ask.answer.body, sizeof session->name); /* what we made up was for this only */
        session->lease_ms = ask.answer.word < session->service->settings.lease_ms
                                ? ask.answer.word
                                : session->service->settings.lease_ms;
        session->instance = ask.answer.instance;
        session->opened = true;
        lock_give(&session->service->lock);
    }
    ask_end(&ask);
    return status;
}

/*
 * Says good-bye, and waits so long until it was heard: the cards are free for others then. Also of a session
 * that we gave up because the server was away: the agent has it until the lease ends. false: nobody heard.
 */
static bool part(struct nats_session *session, uint32_t wait_ms) {
    char subject[SUBJECT_ROOM];
    struct ask ask = {.session = session, .subject = subject, .impatient = true};
    ask.bound = RM_WITHIN(wait_ms);
    /* A lost one's cards are reset, as they were to be: somebody else may have them before us. */
    ask.request.kind = session->lost == RM_OK ? MESSAGE_CLOSE : MESSAGE_GONE;
    ask.request.number = ++session->number;
    const bool heard = session->opened && !session->parted && session->lost != RM_E_SERVICE_STOPPED &&
                       subject_of_session(session->agent, subject) && ask_run(&ask) == RM_OK;
    ask_end(&ask);
    session->parted |= heard;
    return heard;
}

/* A session that was given up, and that the agent may still have; a reference is the caller's. NULL: none. */
static struct nats_session *given_up(struct nats_context *context, const char *agent) {
    const uint64_t now = clock_ms();
    lock_take(&context->service->lock);
    struct nats_session *session = context->sessions;
    while (session &&
           (session->parted || session->lost != RM_E_NO_SERVICE || strcmp(session->agent, agent) != 0 ||
            now >= session->heard + 2 * (uint64_t)session->lease_ms))
        session = session->next;
    if (session)
        refcount_take(&session->refs);
    lock_give(&context->service->lock);
    return session;
}

/*
 * Before a new one is opened, which would find the cards in the hands of the old. RM_E_NO_SERVICE: nobody
 * heard it in time.
 */
static rm_status part_from_given_up(struct nats_context *context, const char *agent, struct rm_bound *bound) {
    struct nats_session *session;
    bool heard = true;
    while (heard && (session = given_up(context, agent)) != NULL) {
        const uint32_t left = rm_bound_left(bound);
        heard = part(session, left < OPEN_MS ? left : OPEN_MS);
        nats_session_drop(session);
    }
    return heard || rm_bound_left(bound) > 0 ? RM_OK : RM_E_NO_SERVICE;
}

static struct nats_session *find(const struct nats_context *context, const char *agent) {
    struct nats_session *session = context->sessions;
    while (session && (session->lost != RM_OK || strcmp(session->agent, agent) != 0))
        session = session->next;
    return session;
}

static rm_status open_one(struct nats_context *context, const char *agent, uint32_t cancels,
                          struct rm_bound *bound, struct nats_session **out) {
    struct nats_service *service = context->service;
    struct nats_session *session = NULL;
    rm_status status = make(context, agent, &session);
    if (status != RM_OK)
        return status;
    status = introduce(session, cancels, bound);
    if (status != RM_OK) {
        forget(session);
        nats_session_drop(session);
        return status;
    }
    lock_take(&service->lock);
    session->next = context->sessions;
    context->sessions = session;
    lock_give(&service->lock);
    *out = session;
    return RM_OK;
}

rm_status nats_session_with(struct nats_context *context, const char *agent, uint32_t cancels,
                            struct rm_bound *bound, struct nats_session **out) {
    const struct lock_limit limit = {.deadline = rm_bound_deadline(bound)};
    rm_status status = RM_OK;
    if (!lock_try(&context->opening) && lock_wait(&context->opening, &limit) > LOCK_INHERITED)
        return RM_E_TIMEOUT;
    lock_take(&context->service->lock);
    struct nats_session *session = find(context, agent);
    lock_give(&context->service->lock);
    if (!session)
        status = part_from_given_up(context, agent, bound);
    if (!session && status == RM_OK)
        status = open_one(context, agent, cancels, bound, &session);
    if (status == RM_OK) {
        refcount_take(&session->refs);
        *out = session;
    }
    lock_give(&context->opening);
    return status;
}

void nats_session_end_all(struct nats_context *context) {
    struct nats_service *service = context->service;
    lock_take(&service->lock);
    struct nats_session *session = context->sessions;
    context->sessions = NULL;
    lock_give(&service->lock);
    for (struct nats_session *next; session; session = next) {
        next = session->next;
        if (nats_is_ours(service))
            (void)part(session, transport_is_up(service->transport) ? CLOSE_MS : 0);
        forget(session);
        lock_take(&service->lock);
        if (session->lost == RM_OK)
            session->lost = RM_E_INVALID_HANDLE;
        session->context = NULL;
        lock_give(&service->lock);
        nats_session_drop(session);
    }
}

uint32_t nats_session_take_channel(struct nats_session *session) {
    uint32_t channel = 0;
    lock_take(&session->service->lock);
    while (channel < NATS_CHANNELS && session->used[channel])
        channel++;
    if (channel < NATS_CHANNELS)
        session->used[channel] = true;
    lock_give(&session->service->lock);
    return channel < NATS_CHANNELS ? channel + 1 : 0;
}

void nats_session_give_channel(struct nats_session *session, uint32_t channel) {
    lock_take(&session->service->lock);
    session->used[channel - 1] = false;
    lock_give(&session->service->lock);
}

uint32_t nats_session_number(struct nats_session *session, uint32_t channel) {
    lock_take(&session->service->lock);
    const uint32_t number = ++session->numbers[channel - 1];
    lock_give(&session->service->lock);
    return number;
}

void nats_session_say(struct nats_session *session, enum message_kind kind) {
    uint8_t bytes[MESSAGE_HEAD_MAX];
    char subject[SUBJECT_ROOM];
    struct message_request request = {.kind = (uint8_t)kind, .tag = session->tag};
    memcpy(request.session, session->name, sizeof request.session);
    const size_t size = message_encode_request(&request, bytes, sizeof bytes);
    if (subject_of_session(session->agent, subject))
        (void)transport_send(session->service->transport, subject, session->service->replies[NATS_REPLY_CALL],
                             bytes, size);
}

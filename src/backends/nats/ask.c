/* Requests and their answers: see ask.h. */
#include "backends/nats/ask.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/secret.h"
#include "base/clock.h"
#include "base/wipe.h"
#include "remote/subject.h"

#define CANCEL_MS 20u    /* between two tries to cancel: the first may have come before the call */
#define GIVE_UP_MS 1000u /* until a cancelled call is given up */
#define SILENCE_MS 1000u /* of an agent, at least, before a call whose time is over is given up */
#define FEW 700u         /* bytes of most requests */
#define COVER_MORE 512u

/* The wait for one answer. */
struct wait {
    struct ask *ask;
    struct nats_service *service;
    struct nats_call call;
    const uint8_t *bytes;
    size_t size;
    uint64_t begun;        /* clock_ms() */
    uint32_t pause_ms;     /* until it is asked again */
    uint64_t again;        /* when that is */
    uint64_t beaten;       /* when it was first to say that it is there, since it was heard of; 0: not yet */
    uint64_t beat_again;   /* when it is to say so once more */
    uint64_t cancel_again; /* 0: nobody has cancelled it */
    uint64_t give_up;
    bool was_up;
};

static void send_request(struct wait *wait) {
    (void)transport_send(wait->service->transport, wait->ask->subject,
                         wait->service->replies[NATS_REPLY_CALL], wait->bytes, wait->size);
}

static void send_to_agent(struct wait *wait, const struct message_request *request) {
    uint8_t bytes[MESSAGE_HEAD_MAX];
    char subject[SUBJECT_ROOM];
    const size_t size = message_encode_request(request, bytes, sizeof bytes);
    if (subject_of_session(wait->ask->session->agent, subject))
        (void)transport_send(wait->service->transport, subject, wait->service->replies[NATS_REPLY_CALL],
                             bytes, size);
}

static void send_cancel(struct wait *wait) {
    struct message_request cancel = wait->ask->request;
    cancel.kind = MESSAGE_CANCEL;
    cancel.body = NULL;
    cancel.body_size = 0;
    send_to_agent(wait, &cancel);
}

/* Without the call's number: the answer is none of the call. */
static void send_beat(struct wait *wait) {
    struct message_request beat = {.kind = MESSAGE_BEAT, .tag = wait->ask->request.tag};
    memcpy(beat.session, wait->ask->request.session, sizeof beat.session);
    send_to_agent(wait, &beat);
}

/* With the lock held: lets others in while something is sent. */
static void unlocked(struct wait *wait, void (*send)(struct wait *wait)) {
    lock_give(&wait->service->lock);
    send(wait);
    lock_take(&wait->service->lock);
}

static void join(struct wait *wait) {
    wait->call.next = wait->ask->session->calls;
    wait->ask->session->calls = &wait->call;
}

static void leave(struct wait *wait) {
    struct nats_call **at = &wait->ask->session->calls;
    while (*at != &wait->call)
        at = &(*at)->next;
    *at = wait->call.next;
}

static bool is_cancelled(const struct ask *ask) {
    return ask->canceller && ask->canceller->cancels != ask->cancels;
}

/*
 * Until when the server may be away. Who leaves waits a moment in any case: the agent would keep the card for
 * us.
 */
static uint64_t patience_of(const struct wait *wait) {
    const struct rm_bound *bound = wait->ask->bound;
    const uint64_t deadline = bound ? bound->deadline : CLOCK_NEVER;
    const uint64_t moment = wait->begun + NATS_LEAST_MS;
    return wait->ask->request.kind == MESSAGE_DISCONNECT && deadline < moment ? moment : deadline;
}

/* Who says good-bye may have given the session up before: the agent need not have. */
static bool is_parting(const struct wait *wait) {
    return wait->ask->request.kind == MESSAGE_CLOSE || wait->ask->request.kind == MESSAGE_GONE;
}

/*
 * How long an agent may say nothing while it is asked again and again: no longer than the call's time, and so
 * a call that hears nothing from its beginning ends with that.
 */
static uint64_t silence_of(const struct wait *wait) {
    const uint64_t silence = nats_later(wait->ask->session->lease_ms / 4, SILENCE_MS);
    const uint64_t end = nats_later(patience_of(wait), wait->begun + NATS_LEAST_MS);
    return nats_sooner(silence, end - wait->begun);
}

/*
 * Until when it may, if it says nothing from now on. It has been asked whether it is there, and has had time
 * to answer, also where this process had no time to ask.
 */
static uint64_t silent_until(const struct wait *wait) {
    const uint64_t heard = wait->ask->session->heard, silence = silence_of(wait);
    if (wait->beaten <= heard)
        return CLOCK_NEVER;
    return nats_later(nats_later(heard, wait->begun) + silence, wait->beaten + silence * 2 / 3);
}

/*
 * What is known of a session's end: that both sides know of its lease, that no server is there, or that a
 * call whose time is over hears nothing. It waits for a card at work, not for an agent that is silent. Where
 * a server says that there is no agent, none has the session.
 */
static rm_status end_of(const struct wait *wait, uint64_t now, bool up, bool late) {
    if (now >= wait->ask->session->heard + wait->ask->session->lease_ms)
        return up ? RM_E_SERVICE_STOPPED : RM_E_NO_SERVICE;
    if (!late || (up && now < silent_until(wait)))
        return RM_OK;
    return up && wait->service->unheard_at >= wait->begun ? RM_E_SERVICE_STOPPED : RM_E_NO_SERVICE;
}

/* Whether the session is still to be believed in. */
static rm_status judge(struct wait *wait, uint64_t now, bool up) {
    struct nats_session *session = wait->ask->session;
    const bool late = now >= patience_of(wait);
    if (is_parting(wait))
        return late || wait->call.denied ? RM_E_NO_SERVICE : RM_OK;
    if (wait->call.denied)
        return RM_W_SECURITY_VIOLATION;
    if (session->lost == RM_OK)
        session->lost = end_of(wait, now, up, late);
    return late && wait->ask->impatient && session->lost == RM_OK ? RM_E_NO_SERVICE : session->lost;
}

/* Passes a cancellation on, again and again. RM_E_CANCELLED: nobody answers that. */
static rm_status pass_cancel(struct wait *wait, uint64_t now, bool up) {
    if (!is_cancelled(wait->ask))
        return RM_OK;
    if (!wait->cancel_again)
        wait->give_up = now + (up ? GIVE_UP_MS : 0);
    if (now >= wait->give_up)
        return RM_E_CANCELLED;
    if (now >= wait->cancel_again) {
        wait->cancel_again = now + CANCEL_MS;
        unlocked(wait, send_cancel);
    }
    return RM_OK;
}

/* Asks again where it is time to, or the server is back. */
static void ask_again(struct wait *wait, uint64_t now, bool up) {
    const bool back = up && !wait->was_up;
    wait->was_up = up;
    if (!up || (!back && now < wait->again))
        return;
    wait->again = now + wait->pause_ms;
    if (wait->pause_ms < wait->ask->session->lease_ms / 6)
        wait->pause_ms *= 2;
    unlocked(wait, send_request);
}

/* When it matters, whether the agent is there: towards the end of the call's time. */
static uint64_t next_beat(const struct wait *wait) {
    const uint64_t patience = patience_of(wait), silence = silence_of(wait);
    const uint64_t quiet = nats_later(wait->ask->session->heard, wait->begun) + silence / 6;
    return patience == CLOCK_NEVER ? patience
                                   : nats_later(patience - silence, nats_later(wait->beat_again, quiet));
}

static void beat(struct wait *wait, uint64_t now, bool up) {
    if (!up || is_parting(wait) || now < next_beat(wait))
        return;
    wait->beat_again = now + silence_of(wait) / 3;
    if (wait->beaten <= wait->ask->session->heard)
        wait->beaten = now;
    unlocked(wait, send_beat);
}

/* Until when there is nothing to do. */
static uint64_t next_look(const struct wait *wait, bool up) {
    const struct nats_session *session = wait->ask->session;
    const uint64_t patience = patience_of(wait);
    uint64_t next = patience;
    if (!is_parting(wait))
        next = nats_sooner(session->heard + session->lease_ms, nats_later(patience, silent_until(wait)));
    if (up && !is_parting(wait))
        next = nats_sooner(next, next_beat(wait));
    if (up)
        next = nats_sooner(next, wait->again);
    if (!up || wait->ask->impatient)
        next = nats_sooner(next, patience);
    return wait->cancel_again ? nats_sooner(next, wait->cancel_again) : next;
}

/* With the lock held. */
static rm_status wait_for_answer(struct wait *wait) {
    while (!wait->call.answer) {
        const uint64_t now = clock_ms();
        const bool up = transport_is_up(wait->service->transport);
        rm_status status = judge(wait, now, up);
        if (status == RM_OK)
            status = pass_cancel(wait, now, up);
        if (status != RM_OK)
            return status;
        ask_again(wait, now, up);
        beat(wait, now, up);
        if (!wait->call.answer)
            (void)lock_sleep(&wait->service->lock, &wait->call.bell, next_look(wait, up));
    }
    return RM_OK;
}

static rm_status refusal_status(uint8_t refusal) {
    switch (refusal) {
    case MESSAGE_TAKEN:
        return RM_OK;
    case MESSAGE_STRANGER:
        return RM_E_SERVICE_STOPPED;
    case MESSAGE_TOO_MANY:
        return RM_E_SERVER_TOO_BUSY;
    default:
        return RM_E_INVALID_TARGET;
    }
}

/* What came, in parts; it was whole when it was handed over. */
static rm_status read_answer(struct ask *ask) {
    size_t size;
    const uint8_t *bytes = transport_message_data(ask->message, &size);
    if (!message_decode_answer(bytes, size, &ask->answer) || ask->answer.kind != ask->request.kind)
        return RM_F_COMM_ERROR;
    return refusal_status(ask->answer.refusal);
}

static rm_status ask_with(struct ask *ask, uint8_t *bytes, size_t size) {
    struct nats_service *service = ask->session->service;
    struct wait wait = {.ask = ask, .service = service, .bytes = bytes, .size = size};
    wait.call.subject = ask->subject;
    wait.call.channel = ask->request.channel;
    wait.call.number = ask->request.number;
    wait.begun = clock_ms();
    wait.pause_ms = ask->session->lease_ms / 24 + 1;
    if (ask->bound)
        (void)rm_bound_deadline(ask->bound);
    lock_take(&service->lock);
    join(&wait);
    const rm_status status = wait_for_answer(&wait);
    leave(&wait);
    ask->message = wait.call.answer;
    lock_give(&service->lock);
    return ask->message ? read_answer(ask) : status;
}

static bool is_secret(const struct message_request *request) {
    size_t front, back;
    return request->kind == MESSAGE_TRANSMIT &&
           secret_find(request->body, request->body_size, &front, &back) != SECRET_NONE;
}

static void send_zeros(const struct ask *ask, size_t size) {
    struct transport *transport = ask->session->service->transport;
    const size_t largest = transport_largest(transport);
    const size_t wanted = size < largest ? size : largest;
    uint8_t *zeros = calloc(1, wanted + 1);
    if (zeros)
        (void)transport_send(transport, ask->subject, NULL, zeros, wanted);
    free(zeros);
}

/*
 * libnats keeps the bytes that it has sent or received last, here and at the agent, until others come over
 * them: so many zeros, and some more where a message of another kind came together with that one.
 */
static void cover(const struct ask *ask, size_t size) {
    send_zeros(ask, TRANSPORT_COVER);
    if (size + COVER_MORE > TRANSPORT_COVER)
        send_zeros(ask, size + COVER_MORE);
}

rm_status ask_run(struct ask *ask) {
    uint8_t few[FEW];
    const size_t room = MESSAGE_HEAD_MAX + ask->request.body_size;
    uint8_t *bytes = room <= sizeof few ? few : malloc(room);
    if (!bytes)
        return RM_E_NO_MEMORY;
    memcpy(ask->request.session, ask->session->name, sizeof ask->request.session);
    ask->request.tag = ask->session->tag;
    ask->request.timeout_ms = ask->bound ? rm_bound_left(ask->bound) : RM_INFINITE;
    const size_t size = message_encode_request(&ask->request, bytes, room);
    const rm_status status = size ? ask_with(ask, bytes, size) : RM_E_INVALID_PARAMETER;
    wipe(bytes, size);
    if (is_secret(&ask->request))
        cover(ask, size);
    if (bytes != few)
        free(bytes);
    return status;
}

void ask_end(struct ask *ask) {
    transport_message_free(ask->message);
    ask->message = NULL;
}

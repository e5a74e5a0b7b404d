/* Requests as calls of the port: see call.h. */
#include "share/call.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "share/answer.h"
#include "share/news.h"
#include "share/tell.h"
#include "share/touch.h"

bool call_is_sensible(const struct message_request *request) {
    const uint32_t *words = request->words;
    switch (request->kind) {
    case MESSAGE_CONNECT:
        return words[0] >= RM_SHARE_EXCLUSIVE && words[0] <= RM_SHARE_DIRECT;
    case MESSAGE_RECONNECT:
        return words[0] >= RM_SHARE_EXCLUSIVE && words[0] <= RM_SHARE_DIRECT && words[2] <= RM_UNPOWER;
    case MESSAGE_DISCONNECT:
    case MESSAGE_END:
        return words[0] <= RM_EJECT;
    case MESSAGE_TRANSMIT:
        return words[0] <= UINT8_MAX;
    default:
        return true;
    }
}

/* Makes room for what is received; *room is how much. false: out of memory. */
static bool make_room(struct share *share, struct call_result *result, uint32_t wanted, size_t *room) {
    const size_t largest =
        share->service->receive_max < MESSAGE_BODY_MAX ? share->service->receive_max : MESSAGE_BODY_MAX;
    *room = wanted < largest ? wanted : largest;
    result->room = MESSAGE_ANSWER_HEAD + *room;
    result->bytes = result->room <= sizeof result->few ? result->few : malloc(result->room);
    return result->bytes != NULL;
}

/* The session's own context, made when it is first needed. */
static rm_status context_of(struct share *share, struct share_session *session, struct rm_bound *bound,
                            struct rm_context **out) {
    lock_take(&session->opening);
    rm_status status = session->context ? RM_OK : rm_context_open(share->service, bound, &session->context);
    *out = session->context;
    lock_give(&session->opening);
    return status;
}

/*
 * A session outlives its service: the next connection has a new context, where there is no other in the old.
 */
static void forget_context(struct share *share, struct share_session *session) {
    struct rm_context *lost = NULL;
    lock_take(&session->opening);
    lock_take(&share->lock);
    bool used = session->users > 1;
    for (size_t i = 0; i < SHARE_CHANNELS && !used; i++)
        used = session->channels[i] && session->channels[i]->card;
    lock_give(&share->lock);
    if (!used) {
        lost = session->context;
        session->context = NULL;
    }
    lock_give(&session->opening);
    rm_context_close(lost);
}

static rm_status connect_card(struct share *share, const struct share_job *job, struct rm_bound *bound) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    rm_status status = context_of(share, job->session, bound, &context);
    if (status == RM_OK)
        status = rm_connect(context, job->channel->lane->name, job->request.words[0], job->request.words[1],
                            bound, &card);
    if (rm_context_is_lost(status))
        forget_context(share, job->session);
    if (status != RM_OK)
        return status;
    lock_take(&share->lock);
    job->channel->card = card;
    lock_give(&share->lock);
    share_tell(share, SHARE_CARD_USED, job->session->who, job->channel->lane->name, 0);
    return RM_OK;
}

static rm_status disconnect_card(struct share *share, const struct share_job *job, uint32_t disposition,
                                 struct rm_bound *bound) {
    struct share_channel *channel = job->channel;
    struct rm_card *card = channel->card;
    lock_take(&share->lock);
    channel->card = NULL;
    lock_give(&share->lock);
    const rm_status status = rm_disconnect(card, disposition, bound);
    share_tell(share, SHARE_CARD_LEFT, job->session->who, channel->lane->name, status);
    return status;
}

/* Whoever connects where he is connected has given up what was there, and we have not heard of it. */
static rm_status connect_anew(struct share *share, const struct share_job *job, struct rm_bound *bound) {
    if (job->channel->card)
        (void)disconnect_card(share, job, RM_LEAVE, RM_WITHIN(0));
    return connect_card(share, job, bound);
}

static rm_status transmit(struct share *share, const struct share_job *job, struct call_result *result,
                          struct rm_bound *bound) {
    const struct message_request *request = &job->request;
    if (!make_room(share, result, request->words[1], &result->size))
        return RM_E_NO_MEMORY;
    return rm_transmit(job->channel->card, (uint8_t)request->words[0], request->body, request->body_size,
                       result->bytes + MESSAGE_ANSWER_HEAD, &result->size, bound);
}

static rm_status control(struct share *share, const struct share_job *job, struct call_result *result,
                         struct rm_bound *bound) {
    const struct message_request *request = &job->request;
    if (!share->options.allow_control)
        return RM_E_UNSUPPORTED_FEATURE;
    if (!make_room(share, result, request->words[1], &result->size))
        return RM_E_NO_MEMORY;
    return rm_control(job->channel->card, request->words[0], request->body, request->body_size,
                      result->bytes + MESSAGE_ANSWER_HEAD, &result->size, bound);
}

static rm_status get_attrib(struct share *share, const struct share_job *job, struct call_result *result,
                            struct rm_bound *bound) {
    const struct message_request *request = &job->request;
    if (!make_room(share, result, request->words[1], &result->size))
        return RM_E_NO_MEMORY;
    return rm_get_attrib(job->channel->card, request->words[0], result->bytes + MESSAGE_ANSWER_HEAD,
                         &result->size, bound);
}

static rm_status card_status(struct share *share, const struct share_job *job, struct call_result *result,
                             struct rm_bound *bound) {
    struct rm_card_status state = {.atr_size = 0};
    if (!make_room(share, result, RM_ATR_MAX, &result->size))
        return RM_E_NO_MEMORY;
    const rm_status status = rm_status_of(job->channel->card, &state, bound);
    result->word = state.state;
    result->size = state.atr_size <= sizeof state.atr ? state.atr_size : 0;
    memcpy(result->bytes + MESSAGE_ANSWER_HEAD, state.atr, result->size);
    return status;
}

/* The call of a connection that is there. */
static rm_status call_of(struct share *share, const struct share_job *job, struct call_result *result,
                         struct rm_bound *bound) {
    const struct message_request *request = &job->request;
    const uint32_t *words = request->words;
    struct rm_card *card = job->channel->card;
    switch (request->kind) {
    case MESSAGE_RECONNECT:
        return rm_reconnect(card, words[0], words[1], words[2], bound);
    case MESSAGE_DISCONNECT:
        return disconnect_card(share, job, words[0], bound);
    case MESSAGE_BEGIN:
        return rm_begin(card, bound);
    case MESSAGE_END:
        return rm_end(card, words[0], bound);
    case MESSAGE_STATUS:
        return card_status(share, job, result, bound);
    case MESSAGE_TRANSMIT:
        return transmit(share, job, result, bound);
    case MESSAGE_CONTROL:
        return control(share, job, result, bound);
    case MESSAGE_GET_ATTRIB:
        return get_attrib(share, job, result, bound);
    default:
        return rm_set_attrib(card, words[0], request->body, request->body_size, bound);
    }
}

/* Whether others may see the reader in another state after it. */
static bool changes_state(const struct message_request *request) {
    return request->kind <= MESSAGE_DISCONNECT ||
           (request->kind == MESSAGE_END && request->words[0] != RM_LEAVE);
}

void call_run(struct share *share, const struct share_job *job, uint32_t left, struct call_result *result) {
    struct share_channel *channel = job->channel;
    touch_before(share, job);
    if (job->request.kind == MESSAGE_CONNECT)
        result->status = connect_anew(share, job, RM_WITHIN(left));
    else
        result->status = channel->card ? call_of(share, job, result, RM_WITHIN(left)) : RM_E_INVALID_HANDLE;
    if (result->status != RM_OK)
        result->size = 0;
    touch_after(share, job, result->status);
    if (changes_state(&job->request))
        result->news = news_look(share, channel->lane);
}

/* The channel keeps the answer; the one before is wiped. With the lock held. */
static void keep(struct share_channel *channel, const uint8_t *bytes, size_t size) {
    wipe(channel->answer, channel->answer_size);
    if (size > channel->answer_room) {
        free(channel->answer);
        channel->answer = malloc(size);
        channel->answer_room = channel->answer ? size : 0;
    }
    channel->answer_size = size <= channel->answer_room ? size : 0;
    if (channel->answer_size)
        memcpy(channel->answer, bytes, size);
}

/* With the lock held. */
static struct message_answer answer_of(const struct share *share, const struct share_job *job,
                                       const struct call_result *result) {
    const struct rm_card *card = job->channel->card;
    const uint8_t locked = card && card->locked ? MESSAGE_LOCKED : 0;
    return (struct message_answer){
        .kind = job->request.kind,
        .flags = (uint8_t)(locked | (card && rm_card_handle(card) ? 0 : MESSAGE_LOST)),
        .tag = job->request.tag,
        .channel = job->request.channel,
        .number = job->request.number,
        .status = result->status,
        .protocol = card ? card->protocol : 0,
        .word = result->word,
        .instance = share->instance,
        .news = result->news,
        .body = result->size ? result->bytes + MESSAGE_ANSWER_HEAD : NULL,
        .body_size = result->size,
    };
}

void call_answer(struct share *share, const struct share_job *job, struct call_result *result) {
    if (!result->bytes) {
        result->bytes = result->few;
        result->room = sizeof result->few;
    }
    const struct message_answer answer = answer_of(share, job, result);
    const size_t size = message_encode_answer(&answer, result->bytes, result->room);
    lock_take(&share->lock);
    keep(job->channel, result->bytes, size);
    job->channel->at_work = false;
    /* We ended it, with its session: nobody has cancelled anything. */
    const bool broken_off = job->session->ended && result->status == RM_E_CANCELLED;
    lock_give(&share->lock);
    if (broken_off)
        answer_refuse(share, job->message, &job->request, MESSAGE_STRANGER);
    else
        answer_send_bytes(share, job->message, result->bytes, size);
}

void call_result_free(struct call_result *result) {
    if (result->bytes == result->few || !result->bytes)
        wipe(result->bytes, result->bytes ? MESSAGE_ANSWER_HEAD + result->size : 0);
    else
        wipe_free(result->bytes, MESSAGE_ANSWER_HEAD + result->size);
    result->bytes = NULL;
}

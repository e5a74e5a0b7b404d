/* Messages to an agent: see request.h. */
#include "share/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "remote/description.h"
#include "remote/subject.h"
#include "share/answer.h"
#include "share/call.h"
#include "share/news.h"
#include "share/report.h"
#include "share/session.h"
#include "share/tell.h"
#include "share/turn.h"

#define NEWS_ROOM 400u

/* Questions of nobody's session */

static void answer_who(struct share *share, struct transport_message *message,
                       const struct message_request *request) {
    uint8_t *bytes = malloc(MESSAGE_DESCRIPTION_MAX);
    const size_t size = bytes ? report_description(share, bytes, MESSAGE_DESCRIPTION_MAX) : 0;
    if (size)
        answer_send(share, message, request, (struct message_answer){.body = bytes, .body_size = size});
    free(bytes);
}

static void answer_ask(struct share *share, struct transport_message *message,
                       const struct message_request *request, const char *reader) {
    uint8_t bytes[NEWS_ROOM];
    lock_take(&share->lock);
    struct share_lane *lane = news_lane(share, reader);
    const bool lent = lane && lane->lent;
    const size_t size = lent ? news_encode(share, lane, bytes, sizeof bytes) : 0;
    lock_give(&share->lock);
    answer_send(share, message, request,
                (struct message_answer){.status = lent ? RM_OK : RM_E_UNKNOWN_READER,
                                        .body = size ? bytes : NULL,
                                        .body_size = size});
}

static void answer_sessions(struct share *share, struct transport_message *message,
                            const struct message_request *request) {
    uint8_t *bytes = malloc(MESSAGE_BODY_MAX);
    const size_t size = bytes ? report_sessions(share, request->words[0], bytes, MESSAGE_BODY_MAX) : 0;
    if (bytes)
        answer_send(share, message, request, (struct message_answer){.body = bytes, .body_size = size});
    free(bytes);
}

/* Calls of connections */

/* Whether a request is one to work at now; else *why says what to do about it. */
enum verdict { WORK, REPEAT, IGNORE, REFUSE };

/* The session, the channel and the lane of a request. With the lock held. */
static enum verdict place(struct share *share, const char *reader, struct share_job *job, uint8_t *why) {
    const struct message_request *request = &job->request;
    struct share_lane *lane = news_lane(share, reader);
    job->session = session_find(share, request->session);
    *why = MESSAGE_STRANGER;
    if (!job->session)
        return REFUSE;
    job->session->heard = clock_ms();
    *why = MESSAGE_WRONG;
    if (!lane || !call_is_sensible(request))
        return REFUSE;
    job->channel = session_channel(job->session, request->channel, request->kind == MESSAGE_CONNECT);
    if (!job->channel)
        return REFUSE;
    if (request->kind == MESSAGE_CONNECT && !job->channel->card && !job->channel->at_work)
        job->channel->lane = lane;
    return job->channel->lane == lane ? WORK : REFUSE;
}

/* By its number. With the lock held. */
static enum verdict judge_number(const struct share_channel *channel, uint32_t number, uint8_t *why) {
    if (number == channel->number)
        return channel->at_work ? IGNORE : REPEAT;
    *why = number < channel->number ? MESSAGE_OLD : MESSAGE_BUSY;
    return number < channel->number || channel->at_work ? REFUSE : WORK;
}

/* With the lock held. */
static enum verdict take_number(struct share *share, const char *reader, struct share_job *job,
                                uint8_t *why) {
    enum verdict verdict = place(share, reader, job, why);
    if (verdict == WORK)
        verdict = judge_number(job->channel, job->request.number, why);
    if (verdict != WORK)
        return verdict;
    job->channel->number = job->request.number;
    job->channel->at_work = true;
    job->session->users++;
    return WORK;
}

/* The channel's last answer, copied, for whoever asks again. NULL: there is none. With the lock held. */
static uint8_t *copy_answer(const struct share_channel *channel, size_t *size) {
    uint8_t *copy = channel->answer_size ? malloc(channel->answer_size) : NULL;
    *size = copy ? channel->answer_size : 0;
    if (copy)
        memcpy(copy, channel->answer, channel->answer_size);
    return copy;
}

/* A request on a reader's subject. The message is the job's, or freed. */
static void take_call(struct share *share, struct transport_message *message,
                      const struct message_request *request, const char *reader) {
    uint8_t why = MESSAGE_WRONG;
    uint8_t *answer = NULL;
    size_t size = 0;
    struct share_job *job = malloc(sizeof *job);
    if (!job) {
        transport_message_free(message);
        return;
    }
    *job = (struct share_job){.message = message, .request = *request};
    job->deadline = clock_deadline(request->timeout_ms);
    lock_take(&share->lock);
    const enum verdict verdict = take_number(share, reader, job, &why);
    if (verdict == REPEAT)
        answer = copy_answer(job->channel, &size);
    lock_give(&share->lock);
    if (verdict == WORK) {
        turn_take(share, job);
        return;
    }
    if (verdict == REFUSE)
        answer_refuse(share, message, request, why);
    answer_send_bytes(share, message, answer, size);
    wipe_free(answer, size);
    transport_message_free(message);
    free(job);
}

/*
 * An agent that has just begun does not know yet which readers it lends, and would say that there are none:
 * who asks is left to ask again. Other agents are told whose the name is.
 */
static bool is_early(const struct share *share, const struct message_request *request) {
    return !atomic_load(&share->looked) && (request->kind != MESSAGE_WHO || request->body_size == 0);
}

/* A request that is no call of a connection. */
static void take_other(struct share *share, struct transport_message *message,
                       const struct message_request *request, const char *reader) {
    if (request->kind == MESSAGE_WHO)
        answer_who(share, message, request);
    else if (request->kind == MESSAGE_ASK && reader)
        answer_ask(share, message, request, reader);
    else if (request->kind == MESSAGE_SESSIONS)
        answer_sessions(share, message, request);
    else if (request->kind == MESSAGE_OPEN)
        session_open(share, message, request);
    else if (request->kind == MESSAGE_BEAT)
        session_beat(share, message, request);
    else if (request->kind == MESSAGE_CLOSE || request->kind == MESSAGE_GONE)
        session_close(share, message, request);
    else if (request->kind == MESSAGE_CANCEL)
        session_cancel(share, message, request);
    transport_message_free(message);
}

void request_take(void *user, struct transport_message *message) {
    struct share *share = user;
    struct message_request request;
    char name[MESSAGE_NAME_MAX + 1];
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    const char *subject = transport_message_subject(message);
    const char *reader = subject_take_reader(subject, name, sizeof name) ? name : NULL;
    const bool decoded = message_decode_request(bytes, size, &request);
    if (message_is_padding(bytes, size) || (decoded && is_early(share, &request))) {
        transport_message_free(message);
        return;
    }
    if (!decoded || (message_is_of_reader(request.kind) && !reader)) {
        share_tell(share, SHARE_REFUSED, NULL, NULL, MESSAGE_WRONG);
        transport_message_free(message);
        return;
    }
    if (message_is_of_reader(request.kind))
        take_call(share, message, &request, reader);
    else
        take_other(share, message, &request, reader);
}

void request_take_who(void *user, struct transport_message *message) {
    struct share *share = user;
    struct message_request request;
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    if (atomic_load(&share->settled) && message_decode_request(bytes, size, &request) &&
        request.kind == MESSAGE_WHO && !is_early(share, &request))
        answer_who(share, message, &request);
    transport_message_free(message);
}

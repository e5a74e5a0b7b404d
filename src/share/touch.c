/* Cards that sessions have used: see touch.h. */
#include "share/touch.h"

#include <stdlib.h>

static size_t place_of(const struct share_session *session, const struct share_lane *lane) {
    size_t i = 0;
    while (i < session->touched_count && session->touched[i] != lane)
        i++;
    return i;
}

/* With the lock held. Out of memory the connection itself still says so, as long as it is there. */
static void add(struct share_session *session, struct share_lane *lane) {
    if (place_of(session, lane) < session->touched_count)
        return;
    struct share_lane **more = realloc(session->touched, (session->touched_count + 1) * sizeof *more);
    if (!more)
        return;
    session->touched = more;
    session->touched[session->touched_count++] = lane;
}

/* With the lock held. */
static void take_away(struct share_session *session, const struct share_lane *lane) {
    const size_t place = place_of(session, lane);
    if (place < session->touched_count)
        session->touched[place] = session->touched[--session->touched_count];
    for (size_t i = 0; i < SHARE_CHANNELS; i++)
        if (session->channels[i] && session->channels[i]->lane == lane)
            session->channels[i]->touched = false;
}

static bool sends(const struct message_request *request) {
    return request->kind == MESSAGE_TRANSMIT || request->kind == MESSAGE_CONTROL;
}

void touch_before(struct share *share, const struct share_job *job) {
    if (!sends(&job->request) || job->channel->touched)
        return;
    lock_take(&share->lock);
    job->channel->touched = true;
    add(job->session, job->channel->lane);
    lock_give(&share->lock);
}

/* What the session asked to be done to the card. */
static uint32_t disposition_of(const struct message_request *request) {
    switch (request->kind) {
    case MESSAGE_RECONNECT:
        return request->words[2];
    case MESSAGE_DISCONNECT:
        return request->words[0];
    default:
        return RM_LEAVE;
    }
}

void touch_after(struct share *share, const struct share_job *job, rm_status status) {
    if (status != RM_OK || disposition_of(&job->request) == RM_LEAVE)
        return;
    lock_take(&share->lock);
    take_away(job->session, job->channel->lane);
    lock_give(&share->lock);
}

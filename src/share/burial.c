/* Ends of sessions: see burial.h. */
#include "share/burial.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "share/crew.h"
#include "share/news.h"
#include "share/tell.h"
#include "share/turn.h"

#define NUDGE_MS 50u /* between two tries to end a call */
#define THREADS 8u   /* that bury at a time: a reset takes a while, and others wait for their turn */

/* Ends the calls that are at work; returns when all have ended. */
static void end_calls(struct share *share, struct share_session *session) {
    lock_take(&share->lock);
    while (session->users) {
        struct rm_context *context = session->context;
        lock_give(&share->lock);
        for (size_t i = 0; i < SHARE_CHANNELS; i++)
            if (session->channels[i] && session->channels[i]->lane)
                (void)turn_cancel(share, session->channels[i]->lane, session->channels[i]);
        if (context)
            rm_cancel(context);
        lock_take(&share->lock);
        if (session->users)
            (void)lock_sleep(&share->lock, &share->ends, clock_deadline(NUDGE_MS));
    }
    lock_give(&share->lock);
}

/*
 * Ends a connection. One that has the transaction gives it up with the reset, so that nobody comes in
 * between; else the lane's next turn is the reset's.
 */
static void end_channel(struct share *share, const struct share_session *session,
                        struct share_channel *channel) {
    struct share_lane *lane = channel->lane;
    lock_take(&share->lock);
    struct rm_card *card = channel->card;
    const bool owns = lane && lane->owner == channel;
    const bool resets = session->lost && channel->touched;
    channel->card = NULL;
    lock_give(&share->lock);
    if (!card)
        return;
    const rm_status status = rm_disconnect(card, resets && owns ? RM_RESET : RM_LEAVE, RM_WITHIN(0));
    lock_take(&share->lock);
    if (owns)
        lane->owner = NULL;
    lane->dirty |= resets && !(owns && status == RM_OK);
    lock_give(&share->lock);
    if (resets && owns)
        share_tell(share, SHARE_CARD_RESET, session->who, lane->name, status);
    (void)news_look(share, lane);
}

/* Cards it has used by connections that it had ended itself. */
static void mark_touched(struct share *share, const struct share_session *session) {
    lock_take(&share->lock);
    for (size_t i = 0; session->lost && i < session->touched_count; i++) {
        const struct share_lane *lane = session->touched[i];
        bool held = false;
        for (size_t j = 0; j < SHARE_CHANNELS; j++)
            held |= session->channels[j] && session->channels[j]->card && session->channels[j]->lane == lane;
        session->touched[i]->dirty |= !held;
    }
    lock_give(&share->lock);
}

static void pass_turns(struct share *share, const struct share_session *session) {
    for (size_t i = 0; i < session->touched_count; i++)
        turn_pass(share, session->touched[i]);
    for (size_t i = 0; i < SHARE_CHANNELS; i++)
        if (session->channels[i] && session->channels[i]->lane)
            turn_pass(share, session->channels[i]->lane);
}

static void free_session(struct share_session *session) {
    for (size_t i = 0; i < SHARE_CHANNELS; i++) {
        if (session->channels[i])
            wipe_free(session->channels[i]->answer, session->channels[i]->answer_size);
        free(session->channels[i]);
    }
    free(session->touched);
    free(session);
}

void burial_now(struct share *share, struct share_session *session) {
    end_calls(share, session);
    mark_touched(share, session);
    for (size_t i = 0; i < SHARE_CHANNELS; i++)
        if (session->channels[i])
            end_channel(share, session, session->channels[i]);
    rm_context_close(session->context);
    pass_turns(share, session);
    share_tell(share, session->lost ? SHARE_SESSION_LOST : SHARE_SESSION_CLOSED, session->who, NULL, 0);
    free_session(session);
}

static void run(void *argument) {
    struct share *share = argument;
    struct share_session *session;
    lock_take(&share->lock);
    while ((session = share->dead) != NULL) {
        share->dead = session->next;
        lock_give(&share->lock);
        burial_now(share, session);
        lock_take(&share->lock);
    }
    share->buriers--;
    lock_give(&share->lock);
    crew_leave(share);
}

void burial_later(struct share *share, struct share_session *session) {
    session->next = share->dead;
    share->dead = session;
    if (share->buriers == THREADS)
        return;
    share->buriers++;
    if (!crew_start(share, run, share))
        share->buriers--;
}

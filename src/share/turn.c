/*
 * Turns at a reader: see turn.h. What has to wait for another session's transaction is asked of the service
 * first, without waiting: it may know better, and tells by RM_E_TIMEOUT that nothing has happened.
 */
#include "share/turn.h"

#include <stdlib.h>

#include "base/clock.h"
#include "share/call.h"
#include "share/clean.h"
#include "share/crew.h"

#define SLOW_MS 1u   /* a call that took longer is one to step aside for */
#define GRACE_MS 50u /* more than its time for one that has not been tried: a short call is before it */

static void append(struct share_job **list, struct share_job *job) {
    while (*list)
        list = &(*list)->next;
    job->next = NULL;
    *list = job;
}

static struct share_job *take_first(struct share_job **list) {
    struct share_job *job = *list;
    if (job)
        *list = job->next;
    return job;
}

/* A call that ends no wait of others and waits for nobody is not held up. */
static bool needs_no_turn(const struct share_job *job) {
    return job->request.kind == MESSAGE_DISCONNECT && job->request.words[0] == RM_LEAVE;
}

/* What has its turn now; NULL: nothing. With the lock held. */
static struct share_job *next_of(struct share_lane *lane) {
    struct share_job *job = NULL;
    if (lane->busy)
        return NULL;
    if (!lane->owner)
        job = take_first(&lane->waiting);
    return job ? job : take_first(&lane->pending);
}

/* Does somebody else have a transaction? With the lock held. */
static bool is_in_the_way(const struct share_lane *lane, const struct share_channel *channel) {
    return lane->owner && lane->owner != channel;
}

/* What is known of the transaction after a call. With the lock held. */
static void note_owner(struct share_lane *lane, struct share_channel *channel) {
    if (channel->card && channel->card->locked)
        lane->owner = channel;
    else if (lane->owner == channel)
        lane->owner = NULL;
}

/* Nobody frees a session that is in use; who waits for its end is told. */
static void drop(struct share *share, struct share_job *job) {
    transport_message_free(job->message);
    lock_take(&share->lock);
    job->session->users--;
    if (job->session->ended)
        lock_ring(&share->ends);
    lock_give(&share->lock);
    free(job);
}

/* When a job that has not been tried is given up. */
static uint64_t end_of(const struct share_job *job) {
    return job->deadline == CLOCK_NEVER ? CLOCK_NEVER : job->deadline + GRACE_MS;
}

/* Answers a job that never had its turn. A connection ends all the same. */
static void give_up(struct share *share, struct share_job *job, rm_status status) {
    struct call_result result = {.status = RM_OK};
    if (job->request.kind == MESSAGE_DISCONNECT)
        call_run(share, job, 0, &result);
    result.status = status;
    call_answer(share, job, &result);
    call_result_free(&result);
    drop(share, job);
}

/* What would not be as before if it came too early: it is not tried. With the lock held. */
static bool is_not_tried(const struct share_job *job) {
    return job->request.kind == MESSAGE_DISCONNECT && clock_left(job->deadline);
}

/* Whether the job waits for its turn from now on. With the lock held. */
static bool is_to_wait(struct share *share, struct share_lane *lane, struct share_job *job,
                       rm_status status) {
    if (status != RM_E_TIMEOUT || !job->tried || !clock_left(job->deadline) || job->session->ended)
        return false;
    append(lane->owner ? &lane->waiting : &lane->pending, job);
    lock_ring(&share->keeper);
    return true;
}

/* Works at a job whose turn it is; the lane is marked busy by the caller. */
static void work_at(struct share *share, struct share_lane *lane, struct share_job *job, bool in_the_way) {
    struct call_result result = {.status = RM_OK};
    const uint64_t start = clock_ms();
    const uint32_t left = clock_left(job->deadline);
    job->tried = in_the_way;
    call_run(share, job, in_the_way ? 0 : left, &result);
    const bool slow = clock_ms() - start > SLOW_MS;
    lock_take(&share->lock);
    note_owner(lane, job->channel);
    lane->busy = false;
    lane->slow = slow;
    const bool waits = is_to_wait(share, lane, job, result.status);
    lock_give(&share->lock);
    if (!waits) {
        call_answer(share, job, &result);
        drop(share, job);
    }
    call_result_free(&result);
}

/* Works at what has its turn, until nothing has. */
static void work_on(struct share *share, struct share_lane *lane) {
    for (;;) {
        lock_take(&share->lock);
        if (lane->dirty && !lane->busy && !lane->owner) {
            lane->busy = true;
            lock_give(&share->lock);
            clean_card(share, lane);
            continue;
        }
        struct share_job *job = next_of(lane);
        const bool in_the_way = job && is_in_the_way(lane, job->channel);
        if (in_the_way && is_not_tried(job)) {
            job->tried = true;
            append(&lane->waiting, job);
            lock_ring(&share->keeper);
            lock_give(&share->lock);
            continue;
        }
        lane->busy |= job != NULL;
        lock_give(&share->lock);
        if (!job)
            return;
        if (job->session->ended || !clock_left(end_of(job))) {
            lock_take(&share->lock);
            lane->busy = false;
            lock_give(&share->lock);
            give_up(share, job, job->session->ended ? RM_E_CANCELLED : RM_E_TIMEOUT);
            continue;
        }
        work_at(share, lane, job, in_the_way);
    }
}

void turn_take(struct share *share, struct share_job *job) {
    struct share_lane *lane = job->channel->lane;
    if (needs_no_turn(job)) {
        struct call_result result = {.status = RM_OK};
        call_run(share, job, clock_left(job->deadline), &result);
        lock_take(&share->lock);
        note_owner(lane, job->channel);
        lock_give(&share->lock);
        call_answer(share, job, &result);
        call_result_free(&result);
        drop(share, job);
    } else {
        lock_take(&share->lock);
        append(&lane->pending, job);
        const bool slow = lane->slow || job->request.kind != MESSAGE_TRANSMIT;
        const bool busy = lane->busy;
        if (busy)
            lock_ring(&share->keeper);
        lock_give(&share->lock);
        if (busy)
            return;
        if (slow)
            pool_step_aside(&share->pool);
    }
    work_on(share, lane);
}

/* What a thread of its own works at. */
struct errand {
    struct share *share;
    struct share_lane *lane;
};

static void run_errand(void *argument) {
    const struct errand errand = *(struct errand *)argument;
    free(argument);
    work_on(errand.share, errand.lane);
    crew_leave(errand.share);
}

/*
 * Whoever finds that there is something to do is not the one to do it: it may take its time. Where there
 * can be no thread it waits for the next call at the reader. With the lock held.
 */
static void send_somebody(struct share *share, struct share_lane *lane) {
    struct errand *errand = NULL;
    if (lane->busy || !(lane->pending || lane->dirty || (lane->waiting && !lane->owner)))
        return;
    errand = malloc(sizeof *errand);
    if (!errand)
        return;
    *errand = (struct errand){.share = share, .lane = lane};
    if (!crew_start(share, run_errand, errand))
        free(errand);
}

void turn_retry(struct share *share, struct share_lane *lane) {
    struct share_job *job, *before;
    lock_take(&share->lock);
    before = lane->pending;
    lane->pending = lane->waiting;
    lane->waiting = NULL;
    while ((job = take_first(&before)) != NULL)
        append(&lane->pending, job);
    send_somebody(share, lane);
    lock_give(&share->lock);
}

void turn_pass(struct share *share, struct share_lane *lane) {
    lock_take(&share->lock);
    send_somebody(share, lane);
    lock_give(&share->lock);
}

/* Takes the first job out of a list that has no time left, or is the channel's; NULL: none. With the lock. */
static struct share_job *take_out(struct share_job **list, const struct share_channel *channel,
                                  uint64_t *next) {
    for (; *list; list = &(*list)->next) {
        struct share_job *job = *list;
        const uint64_t end = job->tried ? job->deadline : end_of(job);
        if (channel ? job->channel == channel : !clock_left(end) || job->session->ended) {
            *list = job->next;
            return job;
        }
        if (next && end < *next)
            *next = end;
    }
    return NULL;
}

void turn_expire(struct share *share, struct share_lane *lane, uint64_t *next) {
    struct share_job *job;
    do {
        lock_take(&share->lock);
        job = take_out(&lane->waiting, NULL, next);
        if (!job)
            job = take_out(&lane->pending, NULL, next);
        lock_give(&share->lock);
        if (job)
            give_up(share, job, RM_E_TIMEOUT);
    } while (job);
}

bool turn_cancel(struct share *share, struct share_lane *lane, const struct share_channel *channel) {
    lock_take(&share->lock);
    struct share_job *job = take_out(&lane->waiting, channel, NULL);
    if (!job)
        job = take_out(&lane->pending, channel, NULL);
    lock_give(&share->lock);
    if (job)
        give_up(share, job, RM_E_CANCELLED);
    return job != NULL;
}

/* A call on a thread of its own, for the tests of slots that are not instant. */
#ifndef SCARDSSP_TESTS_SLOTS_JOB_H
#define SCARDSSP_TESTS_SLOTS_JOB_H

#include <pthread.h>

#include "rig.h"

/* The call, what it is about, and what came of it. */
struct job {
    rm_status (*call)(struct job *job);
    struct rig *rig;
    struct rm_card *card;
    struct slow_slot *slot; /* where it goes to; NULL: the card's */
    pthread_t thread;
    rm_status status;
    uint64_t took_ms;
    struct rm_card_status card_status;
    uint8_t answer[258];
    size_t size;
};

/* Calls. */

static inline rm_status job_ask(struct job *job) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    job->size = sizeof job->answer;
    return rm_transmit(job->card, 0, challenge, sizeof challenge, job->answer, &job->size, RM_WITHIN(SOON));
}

static inline rm_status job_control(struct job *job) {
    job->size = 1;
    return rm_control(job->card, SLOW_SLOT_CODE, (const uint8_t *)"Z", 1, job->answer, &job->size,
                      RM_WITHIN(RM_INFINITE));
}

static inline rm_status job_status(struct job *job) {
    return rm_status_of(job->card, &job->card_status, RM_WITHIN(SOON));
}

static inline rm_status job_begin(struct job *job) {
    return rm_begin(job->card, RM_WITHIN(SOON));
}

/* The second client connects. */
static inline rm_status job_connect(struct job *job) {
    return rm_connect(job->rig->b, READER, RM_SHARE_SHARED, ANY, RM_WITHIN(SOON), &job->card);
}

/* How far a call has come; asked with the reader's mutex held. */

static inline bool job_is_inside(const struct job *job) {
    return (job->slot ? job->slot : job->rig->slow)->inside == 1;
}

/* Behind a call that is in the slot. */
static inline bool job_waits_for_slot(const struct job *job) {
    const struct slot_work *work = job->rig->reader->works.first;
    while (work && work->begun)
        work = work->next;
    return work != NULL;
}

static inline bool job_waits_for_lock(const struct job *job) {
    return job->rig->reader->lock.first != NULL;
}

static inline void *job_run(void *argument) {
    struct job *job = argument;
    const uint64_t start = clock_ms();
    job->status = job->call(job);
    job->took_ms = clock_ms() - start;
    return NULL;
}

/* Starts the call, and returns when it has come so far. */
static inline void job_start(struct job *job, bool (*so_far)(const struct job *job)) {
    const struct timespec moment = {0, 1000000};
    const uint64_t end = clock_deadline(SOON);
    bool there = false;
    assert_int_equal(pthread_create(&job->thread, NULL, job_run, job), 0);
    while (!there && clock_left(end)) {
        nanosleep(&moment, NULL);
        lock_take(&job->rig->reader->mutex);
        there = so_far(job);
        lock_give(&job->rig->reader->mutex);
    }
    assert_true(there);
}

/* Returns when the call has, with this. */
static inline void job_end(struct job *job, rm_status expected) {
    assert_int_equal(pthread_join(job->thread, NULL), 0);
    assert_int_equal(job->status, expected);
}

#endif

/* Calls on threads of their own: see cardjob.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/apdus.h"
#include "support/kits/cardjob.h"
#include "support/kits/jobs.h"

#define BLOCKED_MS 300
#define PATIENCE_MS 10000u
#define CANCEL_EVERY_MS 1000u

static void pause_ms(long ms) {
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void *run(void *argument) {
    struct cardjob *job = argument;
    atomic_store(&job->begun, true);
    job->hr = job->call(job);
    atomic_store(&job->done, true);
    return NULL;
}

void cardjob_begin(struct cardjob *job) {
    atomic_init(&job->begun, false);
    atomic_init(&job->done, false);
    jobs_count(1);
    assert_int_equal(pthread_create(&job->thread, NULL, run, job), 0);
}

void cardjob_start(struct cardjob *job) {
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    cardjob_begin(job);
    while (!atomic_load(&job->begun) && clock_left(deadline) > 0)
        pause_ms(1);
    pause_ms(BLOCKED_MS);
}

bool cardjob_is_running(struct cardjob *job) {
    return !atomic_load(&job->done);
}

static void end(struct cardjob *job, bool cancel) {
    const uint64_t start = clock_ms();
    uint64_t next = start;
    while (cardjob_is_running(job) && clock_ms() - start < PATIENCE_MS) {
        if (cancel && clock_ms() >= next) {
            assert_hr(ISCardEx_Cancel(job->ex), S_OK);
            next += CANCEL_EVERY_MS;
        }
        pause_ms(5);
    }
    assert_false(cardjob_is_running(job));
    assert_int_equal(pthread_join(job->thread, NULL), 0);
    jobs_count(-1);
}

void cardjob_end(struct cardjob *job) {
    end(job, false);
}

void cardjob_cancel(struct cardjob *job) {
    end(job, true);
}

uint64_t cardjob_ms(void) {
    return clock_ms();
}

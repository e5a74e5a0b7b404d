/*
 * One wait for the readers of several members: it sees what happens in each, at once, ends by its bound and
 * by cancel, and survives members that go and come, and a fork.
 */
#include <pthread.h>
#include <time.h>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "backends/composite/rig.h"
#include "base/clock.h"
#include "support/kits/jobs.h"

/* In which what is seen at once has been seen; a busy machine is late, but not so many times in a row. */
#define AT_ONCE_MS 50u
#define TRIES 20

static struct rig rig;

static int open_rig(void **state) {
    (void)state;
    rig_open(&rig);
    return 0;
}

static int close_rig(void **state) {
    (void)state;
    rig_close(&rig);
    return 0;
}

static void nap(uint32_t ms) {
    const struct timespec pause = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

#define STATES_MAX 5

/* A wait on a thread of its own. */
struct job {
    pthread_t thread;
    struct rm_context *context;
    struct rm_reader_state states[STATES_MAX];
    size_t count;
    uint32_t timeout_ms;
    rm_status status;
    uint64_t ended; /* clock_ms() */
};

/* The wait begins with what is, of these readers. */
static void look(struct job *job) {
    const rm_status status = rm_wait(job->context, job->states, job->count, RM_WITHIN(0));
    assert_true(status == RM_OK || status == RM_E_TIMEOUT);
    for (size_t i = 0; i < job->count; i++)
        job->states[i].current = job->states[i].event & ~(uint32_t)RM_STATE_CHANGED;
}

static void *run(void *argument) {
    struct job *job = argument;
    job->status = rm_wait(job->context, job->states, job->count, RM_WITHIN(job->timeout_ms));
    job->ended = clock_ms();
    return NULL;
}

static void start(struct job *job) {
    look(job);
    jobs_count(1);
    assert_int_equal(pthread_create(&job->thread, NULL, run, job), 0);
    nap(100);
}

static void join(struct job *job) {
    assert_int_equal(pthread_join(job->thread, NULL), 0);
    jobs_count(-1);
}

/* A wait for all readers and for others to come. */
static struct job job_for_all(void) {
    return (struct job){.context = rig.client,
                        .count = 5,
                        .timeout_ms = 10000,
                        .states = {{.reader = "Left"},
                                   {.reader = "Both"},
                                   {.reader = "Both (2)"},
                                   {.reader = "Right"},
                                   {.reader = RM_PNP_NOTIFICATION}}};
}

static void expect_changed(const struct job *job, size_t place) {
    assert_int_equal(job->status, RM_OK);
    for (size_t i = 0; i < job->count; i++)
        assert_int_equal((job->states[i].event & RM_STATE_CHANGED) != 0, i == place);
}

/* Until the composite has seen the card that was put back. */
static void settle(size_t place) {
    struct job job = job_for_all();
    const uint64_t deadline = clock_deadline(20000);
    do
        look(&job);
    while (!(job.states[place].event & RM_STATE_PRESENT) && clock_left(deadline));
    assert_true(job.states[place].event & RM_STATE_PRESENT);
}

/* After how many ms a wait ends whose card is taken out, at that place. */
static uint64_t time_removal(struct rm_service *sim, const char *reader, size_t place) {
    struct job job = job_for_all();
    start(&job);
    const uint64_t moved = clock_ms();
    assert_int_equal(sim_remove(sim, reader), RM_OK);
    join(&job);
    expect_changed(&job, place);
    assert_true(job.states[place].event & RM_STATE_EMPTY);
    assert_int_equal(job.states[place].atr_size, 0);
    assert_int_equal(sim_put_back(sim, reader), RM_OK);
    settle(place);
    return job.ended - moved;
}

static void test_wait__sees_each_member(void **state) {
    struct rm_service *const sims[] = {rig.left, rig.left, rig.right, rig.right};
    static const char *const readers[] = {"Left", "Both", "Both", "Right"};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        uint64_t took = time_removal(sims[i], readers[i], i);
        for (int tries = 0; tries < TRIES && took > AT_ONCE_MS; tries++)
            took = time_removal(sims[i], readers[i], i);
        assert_int_in_range(took, 0, AT_ONCE_MS);
    }
}

static void test_wait__tells_what_is(void **state) {
    struct job job = job_for_all();
    (void)state;
    assert_int_equal(rm_wait(job.context, job.states, job.count, RM_WITHIN(RM_INFINITE)), RM_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_true(job.states[i].event & RM_STATE_PRESENT);
        assert_true(job.states[i].event & RM_STATE_CHANGED);
        assert_int_equal(job.states[i].atr[0], 0x3B);
    }
    assert_int_equal(job.states[4].event >> 16, 4);
    assert_string_equal(job.states[2].reader, "Both (2)");
}

static void test_wait__for_one_member_is_its_own(void **state) {
    struct job job = {.context = rig.client,
                      .count = 2,
                      .timeout_ms = 10000,
                      .states = {{.reader = "Both (2)"}, {.reader = "Right"}}};
    (void)state;
    start(&job);
    assert_int_equal(sim_remove(rig.right, "Both"), RM_OK);
    join(&job);
    expect_changed(&job, 0);
}

static void test_wait__readers_come_and_go(void **state) {
    (void)state;
    struct job job = job_for_all();
    start(&job);
    assert_int_equal(sim_plug(rig.right, "New", NULL, 0, NULL, 0), RM_OK);
    join(&job);
    expect_changed(&job, 4);
    assert_int_equal(job.states[4].event >> 16, 5);
    job = job_for_all();
    start(&job);
    assert_int_equal(sim_unplug(rig.left, "Left"), RM_OK);
    join(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(job.states[4].event >> 16, 4);
    assert_int_equal(job.states[0].event & (RM_STATE_UNKNOWN | RM_STATE_CHANGED),
                     RM_STATE_UNKNOWN | RM_STATE_CHANGED);
}

/* After how many ms a wait ends that believes in a client who goes. */
static uint64_t time_leaving(void) {
    struct rm_card *card = NULL;
    struct job job = job_for_all();
    assert_int_equal(rm_connect(rig.client, "Right", RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T1, RM_WITHIN(0), &card),
                     RM_OK);
    start(&job);
    assert_true(job.states[3].current & RM_STATE_EXCLUSIVE);
    const uint64_t left = clock_ms();
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    join(&job);
    expect_changed(&job, 3);
    return job.ended - left;
}

static void test_wait__who_stops_using_a_card_is_news_to_who_believes_in_it(void **state) {
    (void)state;
    struct job job = job_for_all();
    start(&job); /* the watchers believe that nobody uses a card */
    rm_cancel(rig.client);
    join(&job);
    assert_int_equal(job.status, RM_E_CANCELLED);
    uint64_t took = time_leaving();
    for (int tries = 0; tries < TRIES && took > AT_ONCE_MS; tries++)
        took = time_leaving();
    assert_int_in_range(took, 0, AT_ONCE_MS);
}

/* After how many ms a wait of `ms` ends in which nothing happens. */
static uint64_t time_nothing(uint32_t ms) {
    struct job job = job_for_all();
    look(&job);
    const uint64_t begun = clock_ms();
    assert_int_equal(rm_wait(job.context, job.states, job.count, RM_WITHIN(ms)), RM_E_TIMEOUT);
    const uint64_t took = clock_ms() - begun;
    assert_true(took + 1 >= ms);
    assert_int_equal(job.states[4].event, 4u << 16);
    assert_false(job.states[0].event & RM_STATE_CHANGED);
    return took;
}

static void test_wait__ends_by_its_bound(void **state) {
    (void)state;
    for (uint32_t ms = 0; ms <= 200; ms += 100) {
        uint64_t took = time_nothing(ms);
        for (int tries = 0; tries < TRIES && took > ms + AT_ONCE_MS; tries++)
            took = time_nothing(ms);
        assert_int_in_range(took, 0, ms + AT_ONCE_MS);
    }
}

static void test_wait__is_cancelled_at_once(void **state) {
    unsigned at_once = 0;
    (void)state;
    for (int i = 0; i < 4 * TRIES && at_once < 10; i++) {
        struct job job = job_for_all();
        job.timeout_ms = RM_INFINITE;
        start(&job);
        const uint64_t cancelled = clock_ms();
        rm_cancel(rig.client);
        join(&job);
        assert_int_equal(job.status, RM_E_CANCELLED);
        at_once += job.ended - cancelled <= AT_ONCE_MS;
    }
    assert_int_equal(at_once, 10);
}

static void test_wait__cancels_nobody_else(void **state) {
    struct rm_context *other = NULL;
    (void)state;
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &other), RM_OK);
    struct job mine = job_for_all(), theirs = job_for_all();
    theirs.context = other;
    start(&mine);
    start(&theirs);
    rm_cancel(rig.client);
    join(&mine);
    assert_int_equal(mine.status, RM_E_CANCELLED);
    nap(100);
    assert_int_equal(sim_remove(rig.left, "Left"), RM_OK);
    join(&theirs);
    expect_changed(&theirs, 0);
    rm_context_close(other);
}

static void test_wait__unknown_and_ignored_readers(void **state) {
    struct rm_reader_state states[] = {{.reader = "Left"}, {.reader = "None"}};
    struct rm_reader_state ignored = {.reader = "None", .current = RM_STATE_IGNORE};
    (void)state;
    assert_int_equal(rm_wait(rig.client, states, 2, RM_WITHIN(RM_INFINITE)), RM_E_UNKNOWN_READER);
    assert_true(states[1].event & RM_STATE_UNKNOWN);
    assert_true(states[0].event & RM_STATE_PRESENT);
    assert_int_equal(rm_wait(rig.client, &ignored, 1, RM_WITHIN(60)), RM_E_TIMEOUT);
    assert_int_equal(rm_wait(rig.client, NULL, 0, RM_WITHIN(60)), RM_E_TIMEOUT);
}

static void test_wait__a_member_dies(void **state) {
    (void)state;
    struct job job = job_for_all();
    start(&job);
    moody_service_say(RM_E_SERVICE_STOPPED);
    join(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(job.states[4].event, 2u << 16 | RM_STATE_CHANGED);
    assert_true(job.states[2].event & RM_STATE_UNAVAILABLE);
    assert_true(job.states[3].event & RM_STATE_UNAVAILABLE);
    assert_true(job.states[0].event & RM_STATE_PRESENT);
    assert_false(job.states[0].event & RM_STATE_CHANGED);
    /* That is known now: what is left is waited for. */
    start(&job);
    assert_int_equal(sim_remove(rig.left, "Left"), RM_OK);
    join(&job);
    expect_changed(&job, 0);
}

static void test_wait__a_member_comes_back(void **state) {
    (void)state;
    moody_service_say(RM_E_NO_SERVICE);
    struct job job = job_for_all();
    start(&job);
    moody_service_say(RM_OK);
    join(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(job.states[4].event, 4u << 16 | RM_STATE_CHANGED);
    assert_true(job.states[3].event & RM_STATE_PRESENT);
}

static void test_wait__all_members_dead(void **state) {
    struct rm_service *alone = composite_create();
    struct rm_context *client = NULL;
    (void)state;
    assert_non_null(alone);
    assert_int_equal(composite_add(alone, "right", rig_make, NULL), RM_OK);
    assert_int_equal(rm_context_open(alone, RM_WITHIN(RM_INFINITE), &client), RM_OK);
    struct job job = {.context = client,
                      .count = 2,
                      .timeout_ms = 10000,
                      .states = {{.reader = "Right"}, {.reader = RM_PNP_NOTIFICATION}}};
    start(&job);
    moody_service_say(RM_E_NO_SERVICE);
    join(&job);
    assert_int_equal(job.status, RM_E_NO_SERVICE);
    rm_context_close(client);
    rm_service_release(alone);
}

static void test_wait__watchers_go_with_the_service(void **state) {
    (void)state;
    for (int i = 0; i < 10; i++) {
        struct job job = job_for_all();
        look(&job);
        assert_int_equal(rm_wait(job.context, job.states, job.count, RM_WITHIN(20)), RM_E_TIMEOUT);
        assert_int_equal(close_rig(NULL), 0);
        assert_int_equal(moody_service_contexts(), 0);
        assert_int_equal(open_rig(NULL), 0);
    }
}

#ifndef _WIN32
static bool works_in_child(void) {
    struct job job = job_for_all();
    rm_status status = rm_wait(job.context, job.states, job.count, RM_WITHIN(0));
    for (size_t i = 0; i < job.count; i++)
        job.states[i].current = job.states[i].event & ~(uint32_t)RM_STATE_CHANGED;
    pthread_t thread;
    if (status != RM_OK || pthread_create(&thread, NULL, run, &job) != 0)
        return false;
    nap(100);
    status = sim_remove(rig.right, "Right");
    return pthread_join(thread, NULL) == 0 && status == RM_OK && job.status == RM_OK &&
           job.states[3].event & RM_STATE_EMPTY;
}

static void test_wait__in_a_forked_process(void **state) {
    (void)state;
#ifdef __SANITIZE_THREAD__
    skip(); /* it does not know threads that such a child starts */
#endif
    struct job job = job_for_all();
    start(&job); /* the watchers are at work when the process is copied */
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(works_in_child() ? 0 : 1);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(sim_remove(rig.left, "Left"), RM_OK);
    join(&job);
    expect_changed(&job, 0);
}
#endif

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_wait__sees_each_member),
        CASE(test_wait__tells_what_is),
        CASE(test_wait__for_one_member_is_its_own),
        CASE(test_wait__readers_come_and_go),
        CASE(test_wait__who_stops_using_a_card_is_news_to_who_believes_in_it),
        CASE(test_wait__ends_by_its_bound),
        CASE(test_wait__is_cancelled_at_once),
        CASE(test_wait__cancels_nobody_else),
        CASE(test_wait__unknown_and_ignored_readers),
        CASE(test_wait__a_member_dies),
        CASE(test_wait__a_member_comes_back),
        CASE(test_wait__all_members_dead),
        CASE(test_wait__watchers_go_with_the_service),
#ifndef _WIN32
        CASE(test_wait__in_a_forked_process),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

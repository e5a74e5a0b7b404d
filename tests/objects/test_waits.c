/*
 * Waits: how soon Cancel ends them, and what they cost. Runs in each world of support/worlds/world.h (first
 * argument). Those whose cost is measured take 2 s, where SCARDSSP_TEST_ALL is set (`make stress`) 10.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/kits/environment.h"
#include "support/kits/locating.h"

/*
 * A call that is cancelled ends within so many ms: six times of seven in a row. A busy machine gets more of
 * them; a call that looks for Cancel a few times in a second only does not come to that. The first may be in
 * libpcsclite, which sleeps for up to 400 ms; from then on such calls ask before they wait. ThreadSanitizer
 * has each step take several times as long.
 */
#if defined __SANITIZE_THREAD__
#define PROMPT_MS 150u
#else
#define PROMPT_MS 50u
#endif
#define ROW 7u
#define ENOUGH 6u
#define TRIES_MAX 70u

/* When it is cancelled: so long after it has begun, and up to so much later. */
#define FIRST_MS 40u
#define SPREAD_MS 220u

/*
 * Processor time of the process for each second of a wait, at most; measured up to three times. All of it is
 * for threads that wake up for a moment, and for what they then ask, which costs several times as much where
 * others have had the processor, or under a sanitizer: what it costs is measured beside it, and allowed for.
 */
#define COST_US 5000u
#define COST_TRIES 3
#define WAKE_US 20u
#define WAKES 50

static unsigned wait_s = 2;

static void pause_ms(long ms) {
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* The stage: A's calls wait, since B holds the card in a transaction or nothing happens. */

static struct {
    ISCard *a, *b;
    ISCardEx *ex;
    ISCardLocate *locate;
} stage;

static void put_timeout(LONG timeout) {
    assert_hr(ISCardEx_put_Timeout(stage.ex, timeout), S_OK);
}

static void hold(void) {
    assert_hr(ISCard_LockSCard(stage.b), S_OK);
}

/* Nobody holds the card, and A is attached to it. */
static void let_go(void) {
    assert_hr(ISCard_UnlockSCard(stage.b, LEAVE), S_OK);
    put_timeout(20000);
    if (ISCard_ReAttach(stage.a, SHARED, LEAVE) != S_OK)
        assert_hr(ISCard_AttachByReader(stage.a, locating.world->reader, SHARED, T1), S_OK);
    put_timeout(-1);
}

static int set(void **state) {
    if (locating_set_up(state) != 0)
        return -1;
    stage.a = world_attached(locating.world, SHARED);
    stage.b = world_attached(locating.world, SHARED);
    stage.ex = cardex_of(stage.a);
    put_timeout(-1);
    return 0;
}

static int strike(void **state) {
    ISCardEx_Release(stage.ex);
    ISCard_Release(stage.b);
    ISCard_Release(stage.a);
    return locating_tear_down(state);
}

/* The calls */

static HRESULT lock_card(struct cardjob *job) {
    return ISCard_LockSCard(job->card);
}

static HRESULT send_command(struct cardjob *job) {
    return send_hex(job->card, "00 84 00 00 08", NULL);
}

static HRESULT get_status(struct cardjob *job) {
    SCARD_STATES now;
    return ISCard_get_Status(job->card, &now);
}

static HRESULT reattach(struct cardjob *job) {
    return ISCard_ReAttach(job->card, SHARED, RESET);
}

static HRESULT attach(struct cardjob *job) {
    return ISCard_AttachByReader(job->card, job->reader, SHARED, T1);
}

static HRESULT wait_for_card(struct cardjob *job) {
    return ISCardEx_WaitForChange(job->ex, job->timeout, job->reader, &job->events);
}

static HRESULT wait_for_readers(struct cardjob *job) {
    OLECHAR list[] = L"\\\\?PnP?\\Notification";
    return ISCardEx_WaitForChange(job->ex, job->timeout, list, &job->events);
}

static HRESULT find_card(struct cardjob *job) {
    SCARDINFO *info = NULL;
    (void)job;
    return ISCardLocate_FindCard(stage.locate, SHARED, T1, SC_DLG_MINIMAL_UI, &info);
}

static const struct call {
    const char *name;
    HRESULT (*call)(struct cardjob *job);
    bool held;  /* waits for another program's transaction */
    bool finds; /* is the locate object's */
} calls[] = {
    {"LockSCard", lock_card, true, false},
    {"Transaction", send_command, true, false},
    {"get_Status", get_status, true, false},
    {"ReAttach", reattach, true, false},
    {"AttachByReader", attach, true, false},
    {"WaitForChange", wait_for_card, false, false},
    {"WaitForChange, readers", wait_for_readers, false, false},
    {"FindCard", find_card, false, true},
};

/* What is being called, and when it ended. */
static const struct call *called;
static _Atomic uint64_t ended;

static HRESULT call_and_note(struct cardjob *job) {
    const HRESULT hr = called->call(job);
    atomic_store(&ended, clock_ms());
    return hr;
}

static void cancel_call(void) {
    if (called->finds)
        locate_cancel(stage.locate);
    else
        assert_hr(ISCardEx_Cancel(stage.ex), S_OK);
}

/* Cancels the call once, at a moment that is another one each time; returns how long it went on, in ms. */
static uint32_t time_cancel(unsigned number) {
    struct cardjob job = {.call = call_and_note,
                          .card = stage.a,
                          .ex = stage.ex,
                          .reader = locating.world->reader,
                          .timeout = -1};
    if (called->held)
        hold();
    cardjob_begin(&job);
    pause_ms((long)(FIRST_MS + number * 37 % SPREAD_MS));
    assert_true(cardjob_is_running(&job));
    const uint64_t start = clock_ms();
    for (uint64_t next = start; cardjob_is_running(&job); pause_ms(5))
        if (clock_ms() >= next) { /* once more where it had not begun to wait */
            cancel_call();
            next += 2000;
        }
    cardjob_end(&job);
    assert_hr(job.hr, SCARD_E_CANCELLED);
    if (called->held)
        let_go();
    const uint64_t end = atomic_load(&ended);
    return end > start ? (uint32_t)(end - start) : 0;
}

static int compare(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Whether the last ROW of the times are prompt; *median: what they are about. */
static bool is_prompt(const uint32_t *times, unsigned count, uint32_t *median) {
    uint32_t row[ROW];
    unsigned prompt = 0;
    if (count < ROW)
        return false;
    for (unsigned i = 0; i < ROW; ++i) {
        row[i] = times[count - ROW + i];
        prompt += row[i] <= PROMPT_MS;
    }
    qsort(row, ROW, sizeof row[0], compare);
    *median = row[ROW / 2];
    return prompt >= ENOUGH;
}

static void test_cancel__is_prompt(void **state) {
    (void)state;
    unsigned slow = 0;
    stage.locate = locating_new(UINT32_MAX);
    assert_hr(locating_by_name(stage.locate, L"Another card", NULL, SC_DLG_NO_UI), S_OK);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        uint32_t times[TRIES_MAX], median = 0;
        unsigned count = 0;
        bool prompt = false;
        called = &calls[i];
        while (!prompt && count < TRIES_MAX) {
            times[count] = time_cancel(count);
            prompt = is_prompt(times, ++count, &median);
        }
        print_message("# %s: %s cancelled: it ends after %u ms (of the last %u of %u)%s\n",
                      locating.world->kind, called->name, (unsigned)median, ROW, count,
                      prompt ? "" : ": late");
        slow += !prompt;
    }
    ISCardLocate_Release(stage.locate);
    assert_int_equal(slow, 0);
}

/* What waits cost */

static uint64_t used_us(void) {
    struct rusage used;
    assert_int_equal(getrusage(RUSAGE_SELF, &used), 0);
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000u +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/* What it costs this process to wake up and look around, in us. */
static uint64_t wake_us(void) {
    const uint64_t before = used_us();
    for (int i = 0; i < WAKES; ++i) {
        pause_ms(4);
        (void)used_us();
    }
    return (used_us() - before) / WAKES;
}

/* Makes the call, whose time runs out, in this thread; returns what the process has used meanwhile. */
static uint64_t cost_us(const struct call *call, HRESULT expected) {
    struct cardjob job = {
        .card = stage.a, .ex = stage.ex, .reader = locating.world->reader, .timeout = (LONG)wait_s * 1000};
    const uint64_t start = clock_ms();
    const uint64_t before = used_us();
    assert_hr(call->call(&job), expected);
    const uint64_t used = used_us() - before;
    assert_true(clock_ms() - start + 50 >= wait_s * 1000);
    return used;
}

static bool is_cheap(const struct call *call, HRESULT expected) {
    uint64_t least = UINT64_MAX, most = 0;
    for (int tries = 0; tries < COST_TRIES && least > most; ++tries) {
        const uint64_t wake = wake_us();
        most = wait_s * COST_US * (wake > WAKE_US ? wake : WAKE_US) / WAKE_US;
        if (call->held) {
            hold();
            put_timeout((LONG)wait_s * 1000);
        }
        const uint64_t used = cost_us(call, expected);
        if (call->held)
            let_go();
        if (used < least)
            least = used;
    }
    print_message("# %s: %s for %u s costs %.1f ms (of %.1f)%s\n", locating.world->kind, call->name, wait_s,
                  (double)least / 1000, (double)most / 1000, least > most ? ": too much" : "");
    return least <= most;
}

static void test_wait__costs_little(void **state) {
    (void)state;
    unsigned dear = 0;
    stage.locate = locating_new(wait_s * 1000);
    assert_hr(locating_by_name(stage.locate, L"Another card", NULL, SC_DLG_NO_UI), S_OK);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        const HRESULT timely = calls[i].held ? SCARD_E_TIMEOUT : S_OK;
        if (calls[i].call == reattach || calls[i].call == get_status)
            continue; /* they wait as LockSCard does */
        dear += !is_cheap(&calls[i], calls[i].finds ? SCARD_W_CANCELLED_BY_USER : timely);
    }
    ISCardLocate_Release(stage.locate);
    assert_int_equal(dear, 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cancel__is_prompt, set, strike),
        cmocka_unit_test_setup_teardown(test_wait__costs_little, set, strike),
    };
    if (getenv("SCARDSSP_TEST_ALL"))
        wait_s = 10;
    return world_run(argc, argv, &locating.world, tests, sizeof tests / sizeof tests[0]);
}

/*
 * Threads of the library's own on Windows: one that has done its work takes what comes next, and ends when
 * nothing comes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <windows.h>

#include <tlhelp32.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/thread.h"

#define PATIENCE_MS 30000u
#define TOGETHER 8u

static _Thread_local unsigned tasks_here; /* that this thread has done */

struct tally {
    struct lock lock;
    struct lock_bell bell;
    unsigned begun, done;
    unsigned together; /* tasks that wait for one another; 0: none does */
    unsigned alone;    /* tasks that waited in vain */
    unsigned most;     /* tasks that one thread has done */
};

static void run(void *argument) {
    struct tally *tally = argument;
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    tasks_here++;
    lock_take(&tally->lock);
    tally->begun++;
    lock_ring(&tally->bell);
    while (tally->begun < tally->together && lock_sleep(&tally->lock, &tally->bell, deadline))
        continue;
    tally->alone += tally->begun < tally->together;
    tally->most = tasks_here > tally->most ? tasks_here : tally->most;
    tally->done++;
    lock_ring(&tally->bell);
    lock_give(&tally->lock);
}

static void await(struct tally *tally, unsigned done) {
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    lock_take(&tally->lock);
    while (tally->done < done && lock_sleep(&tally->lock, &tally->bell, deadline))
        continue;
    assert_int_equal(tally->done, done);
    lock_give(&tally->lock);
}

/* It may come too early for a thread that is still on its way to rest: that is another thread's then. */
static void test_thread__is_used_again(void **state) {
    static struct tally tally;
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    unsigned started = 0;
    (void)state;
    do {
        assert_true(thread_start(run, &tally));
        await(&tally, ++started);
        Sleep(1);
    } while (tally.most < 3 && clock_left(deadline));
    assert_true(tally.most >= 3);
}

/* However many rest: each of the tasks has a thread of its own. */
static void test_thread__has_one_task_at_a_time(void **state) {
    static struct tally tally = {.together = TOGETHER};
    (void)state;
    for (unsigned round = 1; round <= 20; ++round) {
        for (unsigned i = 0; i < TOGETHER; ++i)
            assert_true(thread_start(run, &tally));
        await(&tally, round * TOGETHER);
        lock_take(&tally.lock);
        tally.together += TOGETHER;
        lock_give(&tally.lock);
    }
    assert_int_equal(tally.alone, 0);
}

static unsigned threads(void) {
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    unsigned count = 0;
    for (BOOL more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry))
        count += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(snapshot);
    return count;
}

static unsigned at_first; /* threads of the process */

/* Those that the cases above have used, too; then there can be new ones. */
static void test_thread__ends_when_nothing_comes(void **state) {
    static struct tally tally = {.together = 2};
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    (void)state;
    assert_true(thread_start(run, &tally));
    assert_true(thread_start(run, &tally));
    await(&tally, 2);
    while (threads() > at_first && clock_left(deadline))
        Sleep(20);
    assert_int_in_range(threads(), 1, at_first);
    tally = (struct tally){.together = 0};
    assert_true(thread_start(run, &tally));
    await(&tally, 1);
    assert_int_equal(tally.most, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thread__is_used_again),
        cmocka_unit_test(test_thread__has_one_task_at_a_time),
        cmocka_unit_test(test_thread__ends_when_nothing_comes),
    };
    at_first = threads();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Threads of the library's own, on Windows: see thread.h. One that has done its work rests for a while, and
 * is given what is to be done next. A program often ends right after it has closed what it used, and Wine
 * kills every other thread then, one that is at its very end too: that finds nothing of itself any more, and
 * the program dies of SIGSEGV.
 */
#include "base/thread.h"

#include <stdlib.h>
#include <windows.h>

#include "base/windows/ending.h"

#define REST_MS 2700u /* no whole seconds, which programs are asleep for before they end */

struct task {
    void (*run)(void *argument);
    void *argument;
};

/* A thread that rests. */
struct sleeper {
    struct task task; /* what it is given; it is not in the list then */
    CONDITION_VARIABLE given;
    struct sleeper *next;
};

/* Whoever rested last works first. The threads are the process's, and so are the lock and the list. */
static SRWLOCK resting_lock = SRWLOCK_INIT;
static struct sleeper *resting;

/* With the lock held. */
static void leave(const struct sleeper *sleeper) {
    for (struct sleeper **at = &resting; *at; at = &(*at)->next) {
        if (*at == sleeper) {
            *at = sleeper->next;
            break;
        }
    }
}

/* false: nothing has come up. */
static bool rest(struct task *next) {
    struct sleeper sleeper = {.given = CONDITION_VARIABLE_INIT};
    AcquireSRWLockExclusive(&resting_lock);
    sleeper.next = resting;
    resting = &sleeper;
    while (!sleeper.task.run && SleepConditionVariableSRW(&sleeper.given, &resting_lock, REST_MS, 0))
        continue;
    const bool given = sleeper.task.run != NULL;
    if (!given)
        leave(&sleeper);
    ReleaseSRWLockExclusive(&resting_lock);
    *next = sleeper.task;
    return given;
}

static DWORD WINAPI work(void *argument) {
    struct task task = *(struct task *)argument;
    free(argument);
    do
        task.run(task.argument);
    while (rest(&task));
    return 0;
}

/* Gives the task to a thread that rests. false: none does. */
static bool hand_over(const struct task *task) {
    AcquireSRWLockExclusive(&resting_lock);
    struct sleeper *const sleeper = resting;
    if (sleeper) {
        resting = sleeper->next;
        sleeper->task = *task;
        WakeConditionVariable(&sleeper->given); /* with the lock held: the thread goes on without it */
    }
    ReleaseSRWLockExclusive(&resting_lock);
    return sleeper != NULL;
}

static bool start_anew(const struct task *task) {
    struct task *const first = malloc(sizeof *first);
    if (!first)
        return false;
    *first = *task;
    const HANDLE thread = CreateThread(NULL, 0, work, first, 0, NULL);
    if (thread)
        CloseHandle(thread);
    else
        free(first);
    return thread != NULL;
}

bool thread_start(void (*run)(void *argument), void *argument) {
    const struct task task = {.run = run, .argument = argument};
    if (ending_has_begun()) /* those that rest were killed */
        return false;
    return hand_over(&task) || start_anew(&task);
}

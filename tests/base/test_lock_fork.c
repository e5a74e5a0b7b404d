/*
 * Locks and forks: what a child finds that was made while other threads of its parent held locks or waited
 * for them, and who is told of it.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/lock.h"

static struct lock held, awaited;
static _Atomic int stage;

static void *hold(void *argument) {
    lock_take(&held);
    lock_take(&awaited);
    atomic_store(&stage, 1);
    while (atomic_load(&stage) == 1)
        usleep(1000);
    lock_give(&awaited);
    lock_give(&held);
    return argument;
}

static void *await(void *argument) {
    lock_take(&awaited);
    lock_give(&awaited);
    return argument;
}

#define CLAIM(what)                                                                                          \
    do {                                                                                                     \
        if (!(what))                                                                                         \
            return __LINE__ % 256;                                                                           \
    } while (0)

/* The exit status, 0: all is well. */
static int in_child(void) {
    const struct lock_limit limit = {.deadline = clock_deadline(5000)};
    alarm(20); /* instead of a hang */
    CLAIM(fork_count() == 1);
    CLAIM(!lock_try(&held));
    CLAIM(lock_take(&held)); /* it was inherited, and is told once */
    CLAIM(!lock_try(&held));
    lock_give(&held);
    CLAIM(!lock_take(&held));
    lock_give(&held);
    CLAIM(held.word == 0);
    CLAIM(!lock_try(&awaited));
    CLAIM(lock_wait(&awaited, &limit) == LOCK_INHERITED);
    lock_give(&awaited);
    CLAIM(lock_try(&awaited));
    lock_give(&awaited);
    /* Ours are not taken over by ourselves, but by our own child. */
    lock_take(&held);
    const struct lock_limit short_limit = {.deadline = clock_deadline(50)};
    CLAIM(lock_wait(&held, &short_limit) == LOCK_LATE);
    const pid_t grandchild = fork();
    if (grandchild == 0)
        _exit(fork_count() == 2 && lock_take(&held) ? 0 : 1);
    int status = -1;
    CLAIM(waitpid(grandchild, &status, 0) == grandchild && status == 0);
    CLAIM(fork_count() == 1);
    lock_give(&held);
    return 0;
}

static void test_lock__left_by_the_parent(void **state) {
    (void)state;
    pthread_t holder, waiter;
    int status = -1;
    atomic_store(&stage, 0);
    assert_int_equal(pthread_create(&holder, NULL, hold, NULL), 0);
    while (atomic_load(&stage) == 0)
        usleep(1000);
    assert_int_equal(pthread_create(&waiter, NULL, await, NULL), 0);
    usleep(50000);
    const pid_t child = fork();
    if (child == 0)
        _exit(in_child());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(fork_count(), 0);
    assert_false(lock_try(&held));
    atomic_store(&stage, 2);
    pthread_join(holder, NULL);
    pthread_join(waiter, NULL);
    assert_int_equal(held.word, 0);
    assert_false(lock_take(&awaited));
    lock_give(&awaited);
}

/* Parts are told before and after, in opposite orders, in both processes. */

static char told[16];
static size_t told_count;

static void tell(char what) {
    told[told_count++] = what;
}

static void before_a(struct fork_part *part) {
    (void)part;
    tell('a');
}

static void after_a(struct fork_part *part, bool child) {
    (void)part;
    tell(child ? 'C' : 'A');
}

static void before_b(struct fork_part *part) {
    (void)part;
    tell('b');
}

static void after_b(struct fork_part *part, bool child) {
    (void)part;
    tell(child ? 'D' : 'B');
}

static void test_fork__parts(void **state) {
    (void)state;
    struct fork_part a = {.before = before_a, .after = after_a};
    struct fork_part b = {.before = before_b, .after = after_b};
    struct fork_part nothing = {0};
    int status = -1;
    fork_join(&a);
    fork_join(&nothing);
    fork_join(&b);
    pid_t child = fork();
    if (child == 0) {
        fork_leave(&a); /* the list is as usable there */
        _exit(told_count == 4 && memcmp(told, "baCD", 4) == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_memory_equal(told, "baAB", 4);
    fork_leave(&b);
    fork_leave(&nothing);
    told_count = 0;
    child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(told_count, 2);
    assert_memory_equal(told, "aA", 2);
    fork_leave(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock__left_by_the_parent),
        cmocka_unit_test(test_fork__parts),
    };
    return cmocka_run_group_tests_name("lock_fork", tests, NULL, NULL);
}

/* Waiting for a lock: see lock.h. The three states are those of U. Drepper, "Futexes Are Tricky", mutex 2. */
#include "base/lock.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

void lock_wait(struct lock *lock) {
    /* Taken as 2 even when it has become free meanwhile: others may still be asleep. */
    while (atomic_exchange_explicit(&lock->word, 2, memory_order_acquire) != 0)
        (void)syscall(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
}

void lock_wake(struct lock *lock) {
    (void)syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

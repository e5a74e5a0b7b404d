/* Counts forks and tells of them: see fork.h. */
#include "base/fork.h"

#include <pthread.h>
#include <stddef.h>

_Atomic uint32_t fork_word = 1;

static pthread_mutex_t parts_lock = PTHREAD_MUTEX_INITIALIZER;
static struct fork_part *parts; /* the youngest first */

static void before(void) {
    pthread_mutex_lock(&parts_lock);
    for (struct fork_part *part = parts; part; part = part->next)
        if (part->before)
            part->before(part);
}

/* From the oldest on. Lists are short, and forks are rare. */
static void after(bool child) {
    for (struct fork_part *done = NULL; done != parts;) {
        struct fork_part *part = parts;
        while (part->next != done)
            part = part->next;
        if (part->after)
            part->after(part, child);
        done = part;
    }
}

static void in_parent(void) {
    after(false);
    pthread_mutex_unlock(&parts_lock);
}

static void in_child(void) {
    atomic_fetch_add_explicit(&fork_word, 4, memory_order_relaxed);
    after(true);
    pthread_mutex_unlock(&parts_lock); /* taken by this thread, before */
}

/* Before anybody can have taken a lock of ours. */
__attribute__((constructor)) static void watch(void) {
    (void)pthread_atfork(before, in_parent, in_child);
}

void fork_join(struct fork_part *part) {
    pthread_mutex_lock(&parts_lock);
    part->next = parts;
    parts = part;
    pthread_mutex_unlock(&parts_lock);
}

void fork_leave(struct fork_part *part) {
    pthread_mutex_lock(&parts_lock);
    for (struct fork_part **at = &parts; *at; at = &(*at)->next)
        if (*at == part) {
            *at = part->next;
            break;
        }
    pthread_mutex_unlock(&parts_lock);
}

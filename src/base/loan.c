/*
 * The blocks that are lent: see loan.h. A list that only grows, at its front. A borrower whose block is taken
 * gets another one and stays with that, so that threads which are busy at the same time get out of each
 * other's way. Two threads can share a block and never meet: the processor that has its cache line keeps it
 * for the whole of a short call, and the other one finds the block given back whenever it gets the line; both
 * then run at half their speed. So a block that goes from thread to thread is left, too. A block that a
 * thread of the parent had when this process was forked stays lent.
 */
#include "base/loan.h"

#include <stdlib.h>

struct loan loan_nothing = {.lent = true};

static _Atomic(struct loan *) loans;

/* Often enough to tell threads at work from an object that is handed on now and then. */
#define MOVES_MAX 32u

static _Thread_local char this_thread;

/* The first one in the list that can be had, up to `end`. */
static struct loan *find(struct loan *from, const struct loan *end, size_t size) {
    while (from && from != end && !(from->size >= size && loan_try(from)))
        from = from->next;
    return from == end ? NULL : from;
}

static struct loan *make(size_t size) {
    struct loan *made = malloc(sizeof *made + size);
    if (!made)
        return NULL;
    atomic_init(&made->lent, true);
    made->moves = 0;
    made->thread = &this_thread;
    made->size = size;
    made->next = atomic_load_explicit(&loans, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&loans, &made->next, made, memory_order_release,
                                                  memory_order_relaxed))
        continue;
    return made;
}

/* Behind the former one first: who came after it in the list is likely to be older, and idle. */
bool loan_change(struct loan **loan, size_t size) {
    const struct loan *former = *loan;
    struct loan *found = find(former->next, NULL, size);
    if (!found)
        found = find(atomic_load_explicit(&loans, memory_order_acquire), former, size);
    if (!found)
        found = make(size);
    if (found)
        *loan = found;
    return found != NULL;
}

void loan_settle(struct loan **loan, size_t size) {
    struct loan *former = *loan;
    if (former->thread == &this_thread)
        return;
    former->thread = &this_thread;
    if (++former->moves < MOVES_MAX)
        return;
    former->moves = 0;
    if (loan_change(loan, size))
        loan_give(former);
}

/*
 * Large memory for the time of a call: as many blocks as calls were ever made at the same time, not one for
 * each object that makes them. They stay as long as the process. A block that was given back is free for
 * whoever comes next, so nothing secret may be left in it. Used for the answers of cards.
 */
#ifndef SCARDSSP_BASE_LOAN_H
#define SCARDSSP_BASE_LOAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alone.h"

/* A block. `thread` and `moves` belong to who has borrowed it; all but them and `lent` is constant. */
struct loan {
    atomic_bool lent;
    unsigned moves;     /* how often another thread than the one before has borrowed it */
    const void *thread; /* the last one to borrow it, by a mark of its own */
    size_t size;
    struct loan *next;
    uint8_t bytes[];
};

/* What a borrower has before it has borrowed anything: a block that is never free. */
extern struct loan loan_nothing;

/* For loan_take() and loan.c: borrows this block; false: somebody has it. */
static inline bool loan_try(struct loan *loan) {
    if (!thread_is_alone())
        return !atomic_exchange_explicit(&loan->lent, true, memory_order_acquire);
    if (atomic_load_explicit(&loan->lent, memory_order_relaxed))
        return false;
    atomic_store_explicit(&loan->lent, true, memory_order_relaxed);
    return true;
}

/* The rest of loan_take(): borrows another block. */
bool loan_change(struct loan **loan, size_t size);

/* The rest of loan_take() among threads, with *loan borrowed: may borrow another one instead. */
void loan_settle(struct loan **loan, size_t size);

/*
 * Borrows a block of `size` bytes at least, which hold anything: the one that the caller has had last (*loan;
 * &loan_nothing at first; for the same size each time), or another one, which *loan then is. false: out of
 * memory. Ended by loan_give().
 */
static inline bool loan_take(struct loan **loan, size_t size) {
    if (!loan_try(*loan))
        return loan_change(loan, size);
    if (!thread_is_alone())
        loan_settle(loan, size);
    return true;
}

/* Gives a block back, which has been wiped where something secret was there. */
static inline void loan_give(struct loan *loan) {
    atomic_store_explicit(&loan->lent, false, memory_order_release);
}

#endif

/* The table behind the numbers: see handles.h. */
#include "dropin/handles.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/fork.h"
#include "base/lock.h"

#define CHUNK_PLACES 64u /* made at a time, and never freed */
#define CHUNKS (HANDLES_MAX / CHUNK_PLACES)

#define PLACE_BITS 15u
#define USE_BITS 15u
#define PLACE_MASK (HANDLES_MAX - 1)
#define USE_MASK ((1u << USE_BITS) - 1)
#define KIND_SHIFT (PLACE_BITS + USE_BITS)

_Static_assert(HANDLES_MAX == 1u << PLACE_BITS, "a number has room for every place");

/*
 * A place's word: references in the lower half; in the upper one how often it has been used (TAG_USE times),
 * the kind, and whether the number is good. Whoever counts up compares all of it in one step. On a line of
 * its own, so that threads with handles of their own do not meet.
 */
#define REFERENCE 1ull
#define TAG_SHIFT 32u
#define TAG_GOOD 1u
#define TAG_KIND 2u
#define TAG_USE 4u

struct handle_place {
    _Alignas(64) _Atomic uint64_t word;
    struct handle *object;
    struct handle_place *next; /* among those that are free */
    uint32_t index;
};

static struct lock lock; /* guards what follows; the chunks are read without it */
static _Atomic(struct handle_place *) chunks[CHUNKS];
static uint32_t chunk_count;
static struct handle_place *first_free; /* used in turn: a number is made again as late as can be */
static struct handle_place *last_free;

static uint32_t tag_of(uint64_t word) {
    return (uint32_t)(word >> TAG_SHIFT);
}

static uint64_t word_of(uint32_t tag) {
    return (uint64_t)tag << TAG_SHIFT;
}

static uint32_t use_of(uint32_t tag) {
    return (tag / TAG_USE) & USE_MASK;
}

/* With the lock held. */
static void add_free(struct handle_place *place) {
    place->next = NULL;
    if (last_free)
        last_free->next = place;
    else
        first_free = place;
    last_free = place;
}

/* With the lock held: nobody refers to the place any more, and its next number is another one. */
static void retire(struct handle_place *place) {
    uint32_t tag = (tag_of(atomic_load(&place->word)) | TAG_GOOD | TAG_KIND) + 1;
    if (use_of(tag) == 0) /* so that no number is 0 */
        tag += TAG_USE;
    place->object = NULL;
    atomic_store(&place->word, word_of(tag));
    add_free(place);
}

static void before_fork(struct fork_part *part) {
    (void)part;
    lock_take(&lock);
}

/* The parent's numbers are not the child's; what they stood for is the parent's, too, and is left alone. */
static void after_fork(struct fork_part *part, bool child) {
    (void)part;
    if (child) {
        first_free = NULL;
        last_free = NULL;
        for (uint32_t i = 0; i < chunk_count; i++)
            for (uint32_t j = 0; j < CHUNK_PLACES; j++)
                retire(&atomic_load(&chunks[i])[j]);
    }
    lock_give(&lock);
}

static void join_forks(void) {
    static struct fork_part part = {.before = before_fork, .after = after_fork};
    fork_join(&part);
}

/* With the lock held: more places. false: no memory, or there are all of them. */
static bool grow(void) {
    if (chunk_count == CHUNKS)
        return false;
    struct handle_place *chunk = aligned_alloc(_Alignof(struct handle_place), CHUNK_PLACES * sizeof *chunk);
    if (!chunk)
        return false;
    for (uint32_t i = 0; i < CHUNK_PLACES; i++) {
        chunk[i] = (struct handle_place){.index = chunk_count * CHUNK_PLACES + i};
        retire(&chunk[i]);
    }
    atomic_store(&chunks[chunk_count++], chunk);
    return true;
}

static struct handle_place *take_free(void) {
    struct handle_place *place = NULL;
    lock_take(&lock);
    if (first_free || grow()) {
        place = first_free;
        first_free = place->next;
        if (!first_free)
            last_free = NULL;
    }
    lock_give(&lock);
    return place;
}

LONG handle_add(struct handle *handle, enum handle_kind kind) {
    static pthread_once_t joined = PTHREAD_ONCE_INIT;
    (void)pthread_once(&joined, join_forks);
    struct handle_place *place = take_free();
    if (!place)
        return 0;
    const uint32_t tag = tag_of(atomic_load(&place->word)) | TAG_GOOD | (kind ? TAG_KIND : 0);
    place->object = handle;
    handle->place = place;
    atomic_store(&place->word, word_of(tag) | 2 * REFERENCE); /* the number's and the caller's */
    return (LONG)((uint32_t)kind << KIND_SHIFT | use_of(tag) << PLACE_BITS | place->index);
}

/* The place that a number may lead to; NULL: no number of this kind has ever led anywhere there. */
static struct handle_place *place_of(enum handle_kind kind, LONG number) {
    if (number <= 0 || number > INT32_MAX || (uint32_t)number >> KIND_SHIFT != (uint32_t)kind)
        return NULL;
    const uint32_t index = (uint32_t)number & PLACE_MASK;
    struct handle_place *chunk = atomic_load_explicit(&chunks[index / CHUNK_PLACES], memory_order_acquire);
    return chunk ? &chunk[index % CHUNK_PLACES] : NULL;
}

/* Is this the word of a place that the number is good for? */
static bool is_good(uint64_t word, enum handle_kind kind, LONG number) {
    const uint32_t tag = tag_of(word);
    return tag & TAG_GOOD && !(tag & TAG_KIND) == !kind &&
           use_of(tag) == ((uint32_t)number >> PLACE_BITS & USE_MASK);
}

/* Changes the word by `change` in one step, if the number is still good then. */
static struct handle *exchange(enum handle_kind kind, LONG number, uint64_t change) {
    struct handle_place *place = place_of(kind, number);
    if (!place)
        return NULL;
    uint64_t word = atomic_load_explicit(&place->word, memory_order_relaxed);
    do {
        if (!is_good(word, kind, number))
            return NULL;
    } while (!atomic_compare_exchange_weak_explicit(&place->word, &word, word + change, memory_order_acq_rel,
                                                    memory_order_relaxed));
    return place->object;
}

struct handle *handle_find(enum handle_kind kind, LONG number) {
    return exchange(kind, number, REFERENCE);
}

struct handle *handle_withdraw(enum handle_kind kind, LONG number) {
    return exchange(kind, number, 0 - word_of(TAG_GOOD));
}

void handle_hold(struct handle *handle) {
    atomic_fetch_add_explicit(&handle->place->word, REFERENCE, memory_order_relaxed);
}

void handle_drop(struct handle *handle) {
    struct handle_place *place = handle->place;
    const uint64_t word = atomic_fetch_sub_explicit(&place->word, REFERENCE, memory_order_acq_rel);
    if ((uint32_t)word != 1)
        return;
    handle->end(handle);
    lock_take(&lock);
    retire(place);
    lock_give(&lock);
}

/* Failure points: see points.h. */
#include "failures/points.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

static struct {
    atomic_bool on, adopting;
    unsigned kinds;
    size_t at, code;
    _Atomic size_t seen;
    struct points_end end; /* written by the one thread whose call fails, before `failed` */
    atomic_bool failed;
} points;

static _Thread_local bool counted, paused;

void points_begin(unsigned kinds, size_t at, size_t code) {
    points.kinds = kinds;
    points.at = at;
    points.code = code;
    points.end = (struct points_end){0};
    atomic_store(&points.seen, 0);
    atomic_store(&points.failed, false);
    counted = true;
    atomic_store(&points.on, true);
}

struct points_end points_end(void) {
    struct points_end end = {0};
    atomic_store(&points.on, false);
    counted = false;
    if (atomic_load(&points.failed))
        end = points.end;
    end.failed = end.call != NULL;
    end.seen = atomic_load(&points.seen);
    return end;
}

void points_adopt(bool on) {
    atomic_store(&points.adopting, on);
}

void points_pause(bool on) {
    paused = on;
}

bool points_adopting(void) {
    return points_count_now() || atomic_load(&points.adopting);
}

void points_count_here(void) {
    counted = true;
}

bool points_count_now(void) {
    return counted && !paused;
}

/* Counts a call; whether it is the one that is to fail. */
static bool is_reached(enum points_kind kind) {
    return atomic_load(&points.on) && points.kinds & (unsigned)kind &&
           atomic_fetch_add(&points.seen, 1) == points.at;
}

static void fail(const char *call, int code, uint32_t meaning, size_t codes) {
    points.end = (struct points_end){.call = call, .code = code, .codes = codes, .meaning = meaning};
    atomic_store(&points.failed, true);
}

enum points_verdict points_ask(enum points_kind kind, const char *call, const int *codes, size_t count,
                               int *code) {
    if (!points_count_now() || !is_reached(kind))
        return POINTS_PASS;
    *code = codes[points.code % count];
    fail(call, *code, 0, count);
    return *code == POINTS_SHORT ? POINTS_SHORTEN : POINTS_FAIL;
}

enum points_verdict points_ask_elsewhere(enum points_kind kind, const char *call,
                                         const struct points_answer *answers, size_t count, int *code) {
    if (!is_reached(kind))
        return POINTS_PASS;
    const struct points_answer *const answer = &answers[points.code % count];
    *code = answer->code;
    fail(call, *code, answer->meaning, count);
    return POINTS_FAIL;
}

enum points_verdict points_ask_system(const char *call, const int *codes, size_t count) {
    int code = 0;
    const enum points_verdict verdict = points_ask(POINTS_SYSTEM, call, codes, count, &code);
    if (verdict == POINTS_FAIL)
        errno = code;
    return verdict;
}

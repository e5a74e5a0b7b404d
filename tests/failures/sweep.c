/* Goes through the failure points of calls: see sweep.h. */
#include "failures/sweep.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failures/live.h"
#include "rm/status.h"

#define POINTS_MOST 20000u
/* A call that sends a command over and over has as many points that are alike; so many of them are tried. */
#define SERVICE_POINTS_MOST 24u
/* What is left is looked at so often, and waited for so long; the last time longer. */
#define REPEATS 5
#define MOMENT_MS 200u
#define PATIENCE_MS 20000u
/* pcsc-lite's number of RM_E_UNSUPPORTED_FEATURE. */
#define RAW_UNSUPPORTED 0x8010001Fu

static size_t sample; /* points of a row; 0: all */
static uint64_t seed = 1;

/* What has been tried so far. */
static struct { size_t points, calls; } tried;

const char *sweep_arguments(int argc, char **argv) {
    const char *kind = NULL;
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--sample") == 0 && i + 1 < argc)
            sample = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            seed = strtoull(argv[++i], NULL, 10);
        else
            kind = argv[i];
    }
    if (getenv("SCARDSSP_TEST_ALL"))
        sample = 0;
    return kind;
}

/* The next number of the seed's (G. Marsaglia, xorshift64). */
static uint64_t next_number(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* The calls that are interrupted, or do less than was wanted, are made again: nobody may see that. */
static bool is_harmless(const struct points_end *end) {
    return end->code == EINTR || end->code == POINTS_SHORT;
}

/* What the service's code is in our language; map.c knows. */
static uint32_t translated(uint32_t code) {
    switch (code) {
    case RAW_UNSUPPORTED:
        return RM_E_UNSUPPORTED_FEATURE;
    case RM_F_COMM_ERROR: /* the library's word for a daemon that has gone */
        return RM_E_SERVICE_STOPPED;
    default:
        return code;
    }
}

static bool is_right(const struct sweep_plan *plan, enum points_kind kind, const struct points_end *end,
                     uint32_t code) {
    if (code == 0)
        return true;
    if (kind == POINTS_SYSTEM && is_harmless(end))
        return false;
    if (kind == POINTS_DRIVER || kind == POINTS_NATS)
        return code == (end->meaning == RM_E_NO_MEMORY ? plan->no_memory : end->meaning);
    if (kind == POINTS_SERVICE && code == translated((uint32_t)end->code))
        return true;
    for (const uint32_t *loss = plan->losses; kind == POINTS_SYSTEM && loss && *loss; ++loss)
        if (code == *loss)
            return true;
    return code == plan->no_memory;
}

static const char *code_name(uint32_t code) {
    const char *const name = rm_status_name(code);
    return code == 0 ? "success" : name ? name : "a code without a name";
}

/*
 * After a fault the call works again, or does once its program has mended what it is made with: at once,
 * where the service has said something that holds until then.
 */
static uint32_t call_again(const struct sweep_plan *plan, const struct sweep_row *row, enum points_kind kind,
                           uint32_t fault) {
    const bool mends = kind != POINTS_MEMORY && plan->mend;
    if (mends && kind == POINTS_SERVICE && fault != 0)
        (void)plan->mend();
    uint32_t code = row->call();
    if (code != 0 && mends && plan->mend())
        code = row->call();
    return code;
}

/* A call that fails at one point with one code. */
struct attempt {
    const struct sweep_plan *plan;
    const struct sweep_row *row;
    enum points_kind kind;
    size_t at, code;
    struct points_end end; /* out */
};

/* Makes it. false: the wrong code came out, or the call does not work again. */
static bool make_attempt(struct attempt *attempt) {
    const struct sweep_row *row = attempt->row;
    points_begin(attempt->kind, attempt->at, attempt->code);
    const uint32_t got = row->call();
    const struct points_end end = attempt->end = points_end();
    const bool right = is_right(attempt->plan, attempt->kind, &end, got);
    const uint32_t again = call_again(attempt->plan, row, attempt->kind, got);
    ++tried.calls;
    if (!right || again != 0)
        print_error("%s, point %zu (%s, 0x%X): 0x%08X, %s; then 0x%08X, %s\n", row->name, attempt->at,
                    end.call ? end.call : "none", (unsigned)end.code, (unsigned)got, code_name(got),
                    (unsigned)again, code_name(again));
    return right && again == 0;
}

/*
 * The same, and nothing is left of it. What a failure leaves that is kept for later calls, as a spare context
 * is, it does not leave each time.
 */
static void try(struct attempt *attempt) {
    const unsigned patience = attempt->plan->patience_ms ? attempt->plan->patience_ms : PATIENCE_MS;
    for (int repeats = 1;; ++repeats) {
        const bool last = repeats == REPEATS;
        const struct live before = live_now();
        assert_true(make_attempt(attempt));
        if (live_is_no_more(&before, last ? patience : MOMENT_MS))
            return;
        if (last) {
            live_tell(&before);
            fail_msg("%s, point %zu (%s, 0x%X): something is left each time", attempt->row->name, attempt->at,
                     attempt->end.call ? attempt->end.call : "none", (unsigned)attempt->end.code);
        }
    }
}

/* All codes of a point. false: no call has failed, there are no more points. */
static bool try_point(const struct sweep_plan *plan, const struct sweep_row *row, enum points_kind kind,
                      size_t at) {
    struct attempt attempt = {.plan = plan, .row = row, .kind = kind, .at = at};
    do {
        try(&attempt);
        ++attempt.code;
    } while (attempt.end.failed && attempt.code < attempt.end.codes);
    tried.points += attempt.end.failed;
    return attempt.end.failed;
}

/*
 * Some of the points, by the seed. A message that could not be sent is sent again after a while, which is
 * waited for once at each point.
 */
static void try_sample(const struct sweep_plan *plan, const struct sweep_row *row, enum points_kind kind,
                       size_t count) {
    for (size_t i = 0; i < sample && i < count; ++i) {
        const size_t at = sample < count ? (size_t)(next_number() % count) : i;
        if (kind != POINTS_NATS) {
            (void)try_point(plan, row, kind, at);
            continue;
        }
        struct attempt attempt = {
            .plan = plan, .row = row, .kind = kind, .at = at, .code = (size_t)next_number()};
        try(&attempt);
        tried.points += attempt.end.failed;
    }
}

/* How many points the call has. */
static size_t count_points(const struct sweep_row *row, enum points_kind kind) {
    points_begin(kind, SIZE_MAX, 0);
    const uint32_t code = row->call();
    const struct points_end end = points_end();
    if (code != 0)
        print_error("%s: 0x%08X, %s\n", row->name, (unsigned)code, code_name(code));
    assert_int_equal(code, 0);
    return end.seen;
}

static void sweep_row(const struct sweep_plan *plan, const struct sweep_row *row, enum points_kind kind) {
    /* What is kept for the next call is there from the second on. */
    (void)count_points(row, kind);
    const size_t count = count_points(row, kind);
    if (sample) {
        try_sample(plan, row, kind, count);
        return;
    }
    const size_t most = kind == POINTS_SERVICE ? SERVICE_POINTS_MOST : POINTS_MOST;
    const size_t step = count > most ? (count + most - 1) / most : 1;
    for (size_t at = 0; at < POINTS_MOST && try_point(plan, row, kind, at); at += step)
        ;
    if (step > 1)
        (void)try_point(plan, row, kind, count - 1);
}

void sweep(const struct sweep_plan *plan, enum points_kind kind) {
    const uint64_t began_with = seed;
    tried.points = tried.calls = 0;
    for (size_t i = 0; i < plan->count; ++i)
        sweep_row(plan, &plan->rows[i], kind);
    print_message("# %zu failure points, %zu calls of %zu functions", tried.points, tried.calls, plan->count);
    if (sample)
        print_message(", %zu of each by seed %llu", sample, (unsigned long long)began_with);
    print_message("\n");
}

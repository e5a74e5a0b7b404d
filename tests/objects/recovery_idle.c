/* Idle transactions: see recovery_idle.h. */
#include "objects/recovery_idle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/faults/faulty.h"

/* The inner service, lent to one that ends what it has been given. */
struct loan {
    struct rm_service base;
    struct rm_service *inner;
};

static rm_status open_inner(struct rm_service *service, struct rm_bound *bound, struct rm_context **out) {
    return rm_context_open(((struct loan *)service)->inner, bound, out);
}

static void release(struct rm_service *service) {
    free(service);
}

static void play(struct rm_service *around, const char *script) {
    assert_int_equal(faulty_play(around, script, strlen(script), NULL, 0), RM_OK);
}

struct rm_service *idle_around(struct rm_service *inner) {
    static const struct rm_ops ops = {.service_release = release, .context_open = open_inner};
    struct rm_service *around = NULL;
    struct loan *loan = calloc(1, sizeof *loan);
    assert_non_null(loan);
    *loan = (struct loan){.base = *inner, .inner = inner};
    loan->base.ops = &ops;
    assert_int_equal(faulty_wrap(&loan->base, "", 0, &around, NULL, 0), RM_OK);
    play(around, "at 0 ms: idle 20 ms");
    return around;
}

void idle_pass(void) {
    (void)nanosleep(&(struct timespec){.tv_nsec = 60000000}, NULL);
}

void idle_rest(struct rm_service *around) {
    play(around, "at 0 ms: idle 1000 s");
}

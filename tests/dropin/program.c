/* A PC/SC program over simulated readers: see program.h. */
#include "dropin/program.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "module/manager.h"

SCARDCONTEXT program_context;

struct rm_service *program_simulator(void) {
    struct rm_service *simulator = NULL;
    assert_int_equal(manager_simulator(&simulator), RM_OK);
    return simulator;
}

int program_open(void **state) {
    static const struct {
        const char *reader, *image;
    } cards[] = {{READER, "demo"}, {READER_T0, "gsm"}, {READER_T1, "app"}};
    (void)state;
    if (manager_is_system() && manager_choose("sim", NULL, 0) != RM_OK)
        return -1;
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
        assert_int_equal(sim_insert(program_simulator(), cards[i].reader, cards[i].image, NULL, 0), RM_OK);
    return SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &program_context) == SCARD_S_SUCCESS ? 0
                                                                                                      : -1;
}

int program_close(void **state) {
    (void)state;
    if (SCardIsValidContext(program_context) == SCARD_S_SUCCESS)
        assert_code(SCardReleaseContext(program_context), SCARD_S_SUCCESS);
    return 0;
}

SCARDHANDLE program_connect(SCARDCONTEXT context, const char *reader) {
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    assert_code(SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol),
                SCARD_S_SUCCESS);
    return card;
}

struct program_thread {
    pthread_t thread;
    uint32_t ms;
    void (*job)(void *data);
    void *data;
};

static void *run(void *argument) {
    const struct program_thread *self = argument;
    const struct timespec pause = {.tv_sec = self->ms / 1000, .tv_nsec = (long)(self->ms % 1000) * 1000000};
    (void)nanosleep(&pause, NULL);
    self->job(self->data);
    return NULL;
}

struct program_thread *program_later(uint32_t ms, void (*job)(void *data), void *data) {
    struct program_thread *thread = calloc(1, sizeof *thread);
    assert_non_null(thread);
    *thread = (struct program_thread){.ms = ms, .job = job, .data = data};
    assert_int_equal(pthread_create(&thread->thread, NULL, run, thread), 0);
    return thread;
}

void program_join(struct program_thread *thread) {
    assert_int_equal(pthread_join(thread->thread, NULL), 0);
    free(thread);
}

/* A client on a thread of its own that keeps the PC/SC service up: see keeper.h. */
#include "backends/vpcd/keeper.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/condition.h"
#include "base/quietthread.h"
#include "rm/mstring.h"

#define END_MS 1000u

struct keeper {
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    unsigned owners; /* the thread and the caller */
    bool leave;      /* the caller no longer needs it */
    bool left;       /* the thread has given up its context and service */
    struct keeper_report report;
    keeper_maker maker;
};

/* Call with the lock held; gives it, and frees the keeper with its last owner. */
static void disown(struct keeper *keeper) {
    const bool last = --keeper->owners == 0;
    pthread_mutex_unlock(&keeper->lock);
    if (!last)
        return;
    pthread_cond_destroy(&keeper->changed);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

/* The names that fit, whole ones only. */
static void list_readers(struct rm_context *context, char *readers) {
    struct names names = {0};
    size_t size = 0;
    const char *name = NULL;
    if (rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names) == RM_OK)
        while ((name = names_next(&names, name)) != NULL)
            (void)mstring_append(readers, KEEPER_READERS_MAX, &size, name);
    names_clear(&names);
}

static void *keep(void *argument) {
    struct keeper *keeper = argument;
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    char readers[KEEPER_READERS_MAX] = "";
    rm_status status = keeper->maker(&service);
    const bool no_library = status == RM_E_NO_SERVICE;
    if (status == RM_OK)
        status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        list_readers(context, readers);

    pthread_mutex_lock(&keeper->lock);
    keeper->report = (struct keeper_report){.done = true, .no_library = no_library, .status = status};
    memcpy(keeper->report.readers, readers, sizeof readers);
    while (!keeper->leave)
        pthread_cond_wait(&keeper->changed, &keeper->lock);
    pthread_mutex_unlock(&keeper->lock);

    if (context)
        rm_context_close(context);
    rm_service_release(service);
    pthread_mutex_lock(&keeper->lock);
    keeper->left = true;
    pthread_cond_broadcast(&keeper->changed);
    disown(keeper);
    return NULL;
}

static bool start_thread(struct keeper *keeper) {
    pthread_t thread;
    const bool started = quietthread_create(&thread, keep, keeper);
    if (started)
        pthread_detach(thread);
    return started;
}

struct keeper *keeper_start(keeper_maker maker) {
    struct keeper *keeper = maker ? calloc(1, sizeof *keeper) : NULL;
    if (!keeper)
        return NULL;
    pthread_mutex_init(&keeper->lock, NULL);
    condition_init(&keeper->changed);
    keeper->owners = 2;
    keeper->maker = maker;
    if (start_thread(keeper))
        return keeper;
    keeper->owners = 1;
    pthread_mutex_lock(&keeper->lock);
    disown(keeper);
    return NULL;
}

void keeper_look(struct keeper *keeper, struct keeper_report *out) {
    *out = (struct keeper_report){.done = false};
    if (!keeper)
        return;
    pthread_mutex_lock(&keeper->lock);
    *out = keeper->report;
    pthread_mutex_unlock(&keeper->lock);
}

void keeper_end(struct keeper *keeper) {
    if (!keeper)
        return;
    const struct timespec until = condition_deadline(clock_deadline(END_MS));
    pthread_mutex_lock(&keeper->lock);
    keeper->leave = true;
    pthread_cond_broadcast(&keeper->changed);
    while (!keeper->left)
        if (pthread_cond_timedwait(&keeper->changed, &keeper->lock, &until) != 0)
            break;
    disown(keeper);
}

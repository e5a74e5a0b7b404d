/* Lines to the service: see winscard_line.h. */
#include "backends/winscard_line.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/wipe.h"

#define LOOK_MS 50u /* how soon a cancellation is seen */

enum line_state { LINE_IDLE, LINE_ASKED, LINE_DONE, LINE_LEFT /* by its user: the thread ends it */ };

struct winscard_line {
    const struct winscard_api *api;
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    bool lent;
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows; the thread has the request while the state is LINE_ASKED */
    pthread_cond_t turn;
    enum line_state state;
    bool busy; /* the thread is in a call */
    struct winscard_request request;
    LONG result;
    uint8_t *send, *receive; /* WINSCARD_BUFFER_MAX bytes each, made when first needed */
    wchar_t *reader;
};

/* Makes the call here and now. */
static LONG perform(struct winscard_line *line, struct winscard_request *request) {
    const struct winscard_api *const api = line->api;

    switch (request->call) {
    case WINSCARD_CONNECT:
        return api->connect(line->context, request->reader, request->share, request->protocols, &line->handle,
                            &request->protocol);
    case WINSCARD_RECONNECT:
        return api->reconnect(line->handle, request->share, request->protocols, request->initialization,
                              &request->protocol);
    case WINSCARD_BEGIN:
        return api->begin_transaction(line->handle);
    case WINSCARD_STATUS:
        request->atr_size = sizeof request->atr;
        return api->status(line->handle, NULL, NULL, &request->state, &request->protocol, request->atr,
                           &request->atr_size);
    default:
        return api->transmit(line->handle, &request->pci, request->send, request->send_size, NULL,
                             request->receive, &request->receive_size);
    }
}

static void destroy(struct winscard_line *line) {
    if (line->handle && !line->lent)
        (void)line->api->disconnect(line->handle, SCARD_LEAVE_CARD);
    (void)line->api->release_context(line->context);
    pthread_cond_destroy(&line->turn);
    pthread_mutex_destroy(&line->lock);
    wipe_free(line->send, line->send ? WINSCARD_BUFFER_MAX : 0);
    wipe_free(line->receive, line->receive ? WINSCARD_BUFFER_MAX : 0);
    free(line->reader);
    free(line);
}

/* Makes calls until the line is ended, or left with a call under way. */
static void *serve(void *user) {
    struct winscard_line *const line = user;

    pthread_mutex_lock(&line->lock);
    while (line->state != LINE_LEFT) {
        if (line->state != LINE_ASKED || line->busy) {
            pthread_cond_wait(&line->turn, &line->lock);
            continue;
        }
        line->busy = true;
        pthread_mutex_unlock(&line->lock);
        const LONG result = perform(line, &line->request);
        pthread_mutex_lock(&line->lock);
        line->busy = false;
        line->result = result;
        if (line->state == LINE_ASKED)
            line->state = LINE_DONE;
        pthread_cond_broadcast(&line->turn);
    }
    pthread_mutex_unlock(&line->lock);
    destroy(line);
    return NULL;
}

rm_status winscard_line_open(const struct winscard_api *api, struct winscard_line **out) {
    struct winscard_line *const line = calloc(1, sizeof *line);

    *out = NULL;
    if (!line)
        return RM_E_NO_MEMORY;
    line->api = api;
    const rm_status status = (rm_status)api->establish_context(SCARD_SCOPE_USER, NULL, NULL, &line->context);
    if (status != RM_OK) {
        free(line);
        return status;
    }
    pthread_mutex_init(&line->lock, NULL);
    clock_condition_init(&line->turn);
    *out = line;
    return RM_OK;
}

/* Leaves everything to the thread. */
static void leave(struct winscard_line *line) {
    line->state = LINE_LEFT;
    pthread_cond_broadcast(&line->turn);
    pthread_mutex_unlock(&line->lock);
}

void winscard_line_close(struct winscard_line *line) {
    if (!line)
        return;
    if (!line->has_thread) {
        destroy(line);
        return;
    }
    const pthread_t thread = line->thread;
    pthread_mutex_lock(&line->lock);
    leave(line);
    pthread_join(thread, NULL); /* it is idle: calls that take long have been left before */
}

SCARDHANDLE winscard_line_handle(const struct winscard_line *line) {
    return line->handle;
}

void winscard_line_set_handle(struct winscard_line *line, SCARDHANDLE handle, bool lent) {
    line->handle = handle;
    line->lent = lent;
}

/* Copies what the thread reads and makes room for what it writes; call with the lock held. */
static bool prepare(struct winscard_line *line, const struct winscard_request *request) {
    line->request = *request;
    if (request->call == WINSCARD_CONNECT) {
        free(line->reader);
        line->reader = wcsdup(request->reader);
        line->request.reader = line->reader;
        return line->reader != NULL;
    }
    if (request->call != WINSCARD_TRANSMIT)
        return true;
    if (!line->send)
        line->send = malloc(WINSCARD_BUFFER_MAX);
    if (!line->receive)
        line->receive = malloc(WINSCARD_BUFFER_MAX);
    if (!line->send || !line->receive || request->send_size > WINSCARD_BUFFER_MAX)
        return false;
    memcpy(line->send, request->send, request->send_size);
    line->request.send = line->send;
    line->request.receive = line->receive;
    return true;
}

/* Takes the answer and forgets what was sent; call with the lock held. */
static void take_answer(struct winscard_line *line, struct winscard_request *request) {
    const struct winscard_request asked = *request;

    *request = line->request;
    request->reader = asked.reader;
    request->send = asked.send;
    request->receive = asked.receive;
    if (asked.call != WINSCARD_TRANSMIT)
        return;
    if (line->result == SCARD_S_SUCCESS && request->receive_size <= asked.receive_size)
        memcpy(asked.receive, line->receive, request->receive_size);
    wipe(line->send, asked.send_size);
    wipe(line->receive,
         request->receive_size < WINSCARD_BUFFER_MAX ? request->receive_size : WINSCARD_BUFFER_MAX);
}

/* Waits for the thread; call with the lock held. */
static rm_status await(struct winscard_line *line, const struct winscard_bound *bound, unsigned cancels) {
    const uint64_t deadline = clock_deadline(bound->timeout_ms);

    while (line->state == LINE_ASKED) {
        const uint32_t left = clock_left(deadline);
        if (atomic_load(bound->cancels) != cancels)
            return RM_E_CANCELLED;
        if (left == 0)
            return RM_E_TIMEOUT;
        const struct timespec until = clock_timespec(clock_deadline(left < LOOK_MS ? left : LOOK_MS));
        (void)pthread_cond_timedwait(&line->turn, &line->lock, &until);
    }
    return RM_OK;
}

rm_status winscard_line_call(struct winscard_line *line, struct winscard_request *request,
                             const struct winscard_bound *bound, bool *lost) {
    const unsigned cancels = atomic_load(bound->cancels);

    *lost = false;
    if (bound->direct)
        return (rm_status)perform(line, request);
    pthread_mutex_lock(&line->lock);
    const bool ready =
        prepare(line, request) && (line->has_thread || pthread_create(&line->thread, NULL, serve, line) == 0);
    line->has_thread |= ready;
    if (!ready) {
        pthread_mutex_unlock(&line->lock);
        return RM_E_NO_MEMORY;
    }
    line->state = LINE_ASKED;
    pthread_cond_broadcast(&line->turn);
    rm_status status = await(line, bound, cancels);
    if (status != RM_OK) {
        *lost = true;
        pthread_detach(line->thread);
        leave(line);
        return status;
    }
    line->state = LINE_IDLE;
    status = (rm_status)line->result;
    take_answer(line, request);
    pthread_mutex_unlock(&line->lock);
    return status;
}

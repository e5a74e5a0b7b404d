/* Lines to the service: see winscard_line.h. */
#include "backends/winscard_line.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "backends/winscard_map.h"
#include "base/clock.h"
#include "base/wipe.h"

#define LOOK_MS 50u  /* how soon a cancellation is seen */
#define PAUSE_MS 10u /* between looks at the connecting of others */

enum line_state {
    LINE_IDLE,
    LINE_ASKED,  /* a call is under way, somebody waits for it */
    LINE_ORPHAN, /* a call is under way, nobody waits for it */
    LINE_ENDING, /* the thread undoes what nobody waited for */
    LINE_DONE    /* the answer is there */
};

struct winscard_line {
    const struct winscard_api *api;
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    bool lent;
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows; the thread has the request while a call is under way */
    pthread_cond_t turn;
    enum line_state state;
    bool begun;  /* the thread has begun the call */
    bool closed; /* by its user: the thread ends the line */
    struct winscard_request request;
    rm_status result;
    uint8_t *send, *receive; /* of the call under way */
    size_t send_room, receive_room;
    wchar_t *reader;
    struct winscard_line *next; /* in the list of closed lines that are connecting */
};

/* Lines that outlived their users, and the service that made them: hence of the process. */
static pthread_mutex_t connecting_lock = PTHREAD_MUTEX_INITIALIZER;
static struct winscard_line *connecting;

static LONG ask_status(struct winscard_line *line, struct winscard_request *request) {
    const bool learns = request->call == WINSCARD_LEARN;
    DWORD size = (DWORD)(request->receive_size / sizeof(wchar_t));

    request->atr_size = sizeof request->atr;
    return line->api->status(line->handle, learns ? (LPWSTR)(void *)request->receive : NULL,
                             learns ? &size : NULL, &request->state, &request->protocol, request->atr,
                             &request->atr_size);
}

/* Makes the call here and now. */
static rm_status perform(struct winscard_line *line, struct winscard_request *request) {
    const struct winscard_api *const api = line->api;
    const SCARDHANDLE handle = line->handle;

    switch (request->call) {
    case WINSCARD_CONNECT:
        return winscard_status_from(api->connect(line->context, request->reader, request->share,
                                                 request->protocols, &line->handle, &request->protocol));
    case WINSCARD_RECONNECT:
        return winscard_status_from(api->reconnect(handle, request->share, request->protocols,
                                                   request->disposition, &request->protocol));
    case WINSCARD_DISCONNECT:
        line->handle = 0;
        return winscard_status_from(api->disconnect(handle, request->disposition));
    case WINSCARD_BEGIN:
        return winscard_status_from(api->begin_transaction(handle));
    case WINSCARD_CONTROL: {
        const DWORD room = request->receive_size;
        request->receive_size = 0;
        return winscard_status_from(api->control(handle, request->code, request->send, request->send_size,
                                                 request->receive, room, &request->receive_size));
    }
    case WINSCARD_GET_ATTRIB:
        return winscard_status_from(
            api->get_attrib(handle, request->code, request->receive, &request->receive_size));
    case WINSCARD_SET_ATTRIB:
        return winscard_status_from(
            api->set_attrib(handle, request->code, request->send, request->send_size));
    default:
        return winscard_status_from(ask_status(line, request));
    }
}

static void forget_buffers(struct winscard_line *line) {
    wipe_free(line->send, line->send_room);
    wipe_free(line->receive, line->receive_room);
    line->send = NULL;
    line->receive = NULL;
}

static void note_connecting(struct winscard_line *line) {
    pthread_mutex_lock(&connecting_lock);
    line->next = connecting;
    connecting = line;
    pthread_mutex_unlock(&connecting_lock);
}

static void forget_connecting(const struct winscard_line *line) {
    pthread_mutex_lock(&connecting_lock);
    for (struct winscard_line **at = &connecting; *at; at = &(*at)->next) {
        if (*at == line) {
            *at = line->next;
            break;
        }
    }
    pthread_mutex_unlock(&connecting_lock);
}

/* The list of lines that are connecting is left last: the card is free again then. */
static void destroy(struct winscard_line *line) {
    if (line->handle && !line->lent)
        (void)line->api->disconnect(line->handle, SCARD_LEAVE_CARD);
    (void)line->api->release_context(line->context);
    forget_connecting(line);
    pthread_cond_destroy(&line->turn);
    pthread_mutex_destroy(&line->lock);
    forget_buffers(line);
    free(line->reader);
    free(line);
}

/* Takes back what nobody waited for, so that no lock stays; call with the lock held. */
static void undo(struct winscard_line *line) {
    if (line->request.call == WINSCARD_BEGIN && line->result == RM_OK) {
        line->state = LINE_ENDING;
        pthread_mutex_unlock(&line->lock);
        (void)line->api->end_transaction(line->handle, SCARD_LEAVE_CARD);
        pthread_mutex_lock(&line->lock);
    }
    forget_buffers(line);
    line->state = LINE_IDLE;
}

/* Makes calls until the line is closed. */
static void *serve(void *user) {
    struct winscard_line *const line = user;

    pthread_mutex_lock(&line->lock);
    for (;;) {
        if (line->state == LINE_ASKED && !line->begun) {
            line->begun = true;
            pthread_mutex_unlock(&line->lock);
            const rm_status result = perform(line, &line->request);
            pthread_mutex_lock(&line->lock);
            line->result = result;
            if (line->state == LINE_ASKED)
                line->state = LINE_DONE;
            else
                undo(line);
            pthread_cond_broadcast(&line->turn);
        } else if (line->closed) {
            break;
        } else {
            pthread_cond_wait(&line->turn, &line->lock);
        }
    }
    pthread_mutex_unlock(&line->lock);
    destroy(line);
    return NULL;
}

rm_status winscard_line_establish(const struct winscard_api *api, SCARDCONTEXT *out) {
    const rm_status status = winscard_status_from(api->establish_context(SCARD_SCOPE_USER, NULL, NULL, out));

    switch (status) {
    case RM_E_SERVICE_STOPPED:
    case RM_F_INTERNAL_ERROR: /* a Wine without PC/SC */
    case RM_F_COMM_ERROR:
    case RM_F_UNKNOWN_ERROR:
    case RM_E_UNSUPPORTED_FEATURE:
    case RM_E_READER_UNAVAILABLE: /* the service's end of the line is what cannot be found */
        return RM_E_NO_SERVICE;
    default:
        return status;
    }
}

rm_status winscard_line_open(const struct winscard_api *api, struct winscard_line **out) {
    struct winscard_line *const line = calloc(1, sizeof *line);

    *out = NULL;
    if (!line)
        return RM_E_NO_MEMORY;
    line->api = api;
    const rm_status status = winscard_line_establish(api, &line->context);
    if (status != RM_OK) {
        free(line);
        return status;
    }
    pthread_mutex_init(&line->lock, NULL);
    clock_condition_init(&line->turn);
    *out = line;
    return RM_OK;
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
    const bool busy = line->state == LINE_ORPHAN || line->state == LINE_ENDING;
    if (busy) {
        if (line->request.call == WINSCARD_CONNECT)
            note_connecting(line);
        (void)line->api->cancel(line->context); /* where it helps: nobody wants the answer any more */
    }
    line->closed = true;
    pthread_cond_broadcast(&line->turn);
    pthread_mutex_unlock(&line->lock);
    if (busy)
        pthread_detach(thread);
    else
        pthread_join(thread, NULL);
}

SCARDHANDLE winscard_line_handle(const struct winscard_line *line) {
    return line->handle;
}

void winscard_line_drop(struct winscard_line *line) {
    const SCARDHANDLE handle = line->handle;

    line->handle = 0;
    if (handle)
        (void)line->api->disconnect(handle, SCARD_LEAVE_CARD);
}

void winscard_line_lend(struct winscard_line *line, SCARDHANDLE handle) {
    line->handle = handle;
    line->lent = true;
}

rm_status winscard_bound_check(const struct winscard_bound *bound) {
    if (atomic_load(bound->cancels) != bound->seen)
        return RM_E_CANCELLED;
    return clock_left(bound->deadline) == 0 ? RM_E_TIMEOUT : RM_OK;
}

/* Waits for a signal of the thread, though not past a look at the bound; call with the lock held. */
static rm_status wait_signal(struct winscard_line *line, const struct winscard_bound *bound) {
    const rm_status status = winscard_bound_check(bound);
    const uint32_t left = clock_left(bound->deadline);
    const struct timespec until = clock_timespec(clock_deadline(left < LOOK_MS ? left : LOOK_MS));

    if (status == RM_OK)
        (void)pthread_cond_timedwait(&line->turn, &line->lock, &until);
    return status;
}

/* Copies what the thread reads and makes room for what it writes; call with the lock held. */
static rm_status copy_in(struct winscard_line *line, const struct winscard_request *request) {
    line->request = *request;
    if (request->send_size > WINSCARD_BUFFER_MAX || request->receive_size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    if (request->reader) {
        free(line->reader);
        line->reader = wcsdup(request->reader);
        line->request.reader = line->reader;
        return line->reader ? RM_OK : RM_E_NO_MEMORY;
    }
    /* A byte more than asked for: none at all may be allowed, and names get an end. */
    line->send_room = request->send_size + 1;
    line->receive_room = request->receive_size + sizeof(wchar_t);
    line->send = calloc(1, line->send_room);
    line->receive = calloc(1, line->receive_room);
    if (!line->send || !line->receive)
        return RM_E_NO_MEMORY;
    if (request->send_size)
        memcpy(line->send, request->send, request->send_size);
    line->request.send = line->send;
    line->request.receive = line->receive;
    return RM_OK;
}

/* Hands the call to the thread, which is made for the first one; call with the lock held. */
static rm_status post(struct winscard_line *line, const struct winscard_request *request) {
    const rm_status status = copy_in(line, request);

    if (status != RM_OK)
        return status;
    if (!line->has_thread && pthread_create(&line->thread, NULL, serve, line) != 0)
        return RM_E_NO_MEMORY;
    line->has_thread = true;
    line->begun = false;
    line->state = LINE_ASKED;
    pthread_cond_broadcast(&line->turn);
    return RM_OK;
}

/* Takes the answer; call with the lock held. */
static void copy_out(struct winscard_line *line, struct winscard_request *request) {
    const struct winscard_request asked = *request;

    *request = line->request;
    request->reader = asked.reader;
    request->send = asked.send;
    request->receive = asked.receive;
    if (asked.receive && line->result == RM_OK)
        memcpy(asked.receive, line->receive,
               request->receive_size < asked.receive_size ? request->receive_size : asked.receive_size);
    forget_buffers(line);
    line->state = LINE_IDLE;
}

/* Waits for the call that is asked; call with the lock held. */
static rm_status await_answer(struct winscard_line *line, struct winscard_request *request,
                              const struct winscard_bound *bound) {
    rm_status status = RM_OK;

    while (status == RM_OK && line->state == LINE_ASKED)
        status = wait_signal(line, bound);
    if (line->state == LINE_DONE) {
        copy_out(line, request);
        return line->result;
    }
    request->under_way = line->begun;
    line->state = line->begun ? LINE_ORPHAN : LINE_IDLE;
    if (!line->begun)
        forget_buffers(line);
    return status;
}

/* The call on a line nobody else calls on; call with the lock held. */
static rm_status call_locked(struct winscard_line *line, struct winscard_request *request,
                             const struct winscard_bound *bound) {
    rm_status status = RM_OK;

    /* To wait for its turn a second time is to wait on. */
    if (line->state == LINE_ORPHAN && line->request.call == WINSCARD_BEGIN &&
        request->call == WINSCARD_BEGIN) {
        line->state = LINE_ASKED;
        return await_answer(line, request, bound);
    }
    while (status == RM_OK && line->state != LINE_IDLE)
        status = wait_signal(line, bound);
    if (status != RM_OK && line->state != LINE_IDLE)
        return status;
    if (request->direct) {
        pthread_mutex_unlock(&line->lock);
        status = perform(line, request);
        pthread_mutex_lock(&line->lock);
        return status;
    }
    status = post(line, request);
    if (status != RM_OK) {
        forget_buffers(line);
        return status;
    }
    return await_answer(line, request, bound);
}

rm_status winscard_line_call(struct winscard_line *line, struct winscard_request *request,
                             const struct winscard_bound *bound) {
    request->under_way = false;
    pthread_mutex_lock(&line->lock);
    const rm_status status = call_locked(line, request, bound);
    pthread_mutex_unlock(&line->lock);
    return status;
}

static bool is_connecting(const wchar_t *reader) {
    bool found = false;

    pthread_mutex_lock(&connecting_lock);
    for (const struct winscard_line *line = connecting; line; line = line->next)
        found |= wcscmp(line->reader, reader) == 0;
    pthread_mutex_unlock(&connecting_lock);
    return found;
}

rm_status winscard_line_await_others(const wchar_t *reader, const struct winscard_bound *bound) {
    rm_status status = RM_OK;

    while (is_connecting(reader)) {
        status = winscard_bound_check(bound);
        if (status != RM_OK)
            return status;
        Sleep(PAUSE_MS);
    }
    return status;
}

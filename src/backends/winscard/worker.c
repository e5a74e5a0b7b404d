/* Workers at the service: see worker.h. */
#include "backends/winscard/worker.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "backends/winscard/bell.h"
#include "backends/winscard/map.h"
#include "base/clock.h"
#include "base/thread.h"
#include "base/windows/ending.h"
#include "base/wipe.h"

#define LOOK_MS 50u    /* how soon a cancellation is seen */
#define MOMENT_MS 300u /* that a command has to end by itself when it is cancelled */
#define PAUSE_MS 10u   /* between looks at the connecting of others */

enum worker_state {
    WORKER_IDLE,
    WORKER_ASKED,  /* a call is under way, somebody waits for it */
    WORKER_ORPHAN, /* a call is under way, nobody waits for it */
    WORKER_ENDING, /* the thread undoes what nobody waited for */
    WORKER_DONE    /* the answer is there */
};

struct winscard_worker {
    const struct winscard_api *api;
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    bool lent;
    bool has_thread;
    atomic_uint call;   /* odd: the caller's thread is in a call; counts them */
    atomic_uint levels; /* of a transaction that the service may have for the connection */
    /* its lock guards what follows; the thread has the request while a call is under way */
    struct winscard_bell bell;
    struct winscard_habit asking, serving; /* of the user's waits, and the thread's */
    enum worker_state state;
    bool begun;         /* the thread has begun the call */
    bool closed;        /* by its user: the thread ends the worker */
    unsigned cancelled; /* the call that the thread is to end at `cancel_at`; 0: none */
    uint64_t cancel_at;
    struct winscard_request request;
    rm_status result;
    uint8_t *send, *receive; /* of the call under way */
    size_t send_room, receive_room;
    wchar_t *reader;
    struct winscard_worker *next; /* in the list of closed workers that are connecting */
};

/* Workers that outlived their users, and the service that made them: hence of the process. */
static SRWLOCK connecting_lock = SRWLOCK_INIT;
static struct winscard_worker *connecting;

static LONG ask_status(struct winscard_worker *worker, struct winscard_request *request) {
    const bool learns = request->call == WINSCARD_LEARN;
    DWORD size = (DWORD)(request->receive_size / sizeof(wchar_t));
    request->atr_size = sizeof request->atr;
    return worker->api->status(worker->handle, learns ? (LPWSTR)(void *)request->receive : NULL,
                               learns ? &size : NULL, &request->state, &request->protocol, request->atr,
                               &request->atr_size);
}

static rm_status begin(struct winscard_worker *worker) {
    const rm_status status = winscard_status_from(worker->api->begin_transaction(worker->handle));
    if (status == RM_OK)
        atomic_fetch_add(&worker->levels, 1);
    return status;
}

rm_status winscard_worker_end(struct winscard_worker *worker, DWORD disposition) {
    const rm_status status = winscard_status_from(worker->api->end_transaction(worker->handle, disposition));
    if (status == RM_E_NOT_TRANSACTED)
        atomic_store(&worker->levels, 0);
    else if (status == RM_OK && atomic_load(&worker->levels) > 0)
        atomic_fetch_sub(&worker->levels, 1);
    return status;
}

rm_status winscard_worker_end_all(struct winscard_worker *worker) {
    rm_status status = RM_OK;
    while (status == RM_OK && atomic_load(&worker->levels) > 0)
        status = winscard_worker_end(worker, SCARD_LEAVE_CARD);
    return status == RM_E_NOT_TRANSACTED ? RM_OK : status;
}

void winscard_worker_owe(struct winscard_worker *worker) {
    atomic_fetch_add(&worker->levels, 1);
}

void winscard_worker_enter(struct winscard_worker *worker) {
    atomic_fetch_add(&worker->call, 1);
}

void winscard_worker_leave(struct winscard_worker *worker) {
    atomic_fetch_add(&worker->call, 1);
}

void winscard_worker_cancel(struct winscard_worker *worker) {
    const unsigned call = atomic_load(&worker->call);
    AcquireSRWLockExclusive(&worker->bell.lock);
    if (call % 2 && worker->cancelled != call) {
        worker->cancelled = call;
        worker->cancel_at = clock_deadline(MOMENT_MS);
        winscard_bell_ring(&worker->bell);
    }
    ReleaseSRWLockExclusive(&worker->bell.lock);
}

/*
 * Waits for something to do, or for the moment that a call that was cancelled has; call with the lock held.
 */
static void idle(struct winscard_worker *worker) {
    const uint32_t left = worker->cancelled ? clock_left(worker->cancel_at) : INFINITE;
    if (left) {
        winscard_bell_wait(&worker->bell, &worker->serving, left);
        return;
    }
    if (atomic_load(&worker->call) == worker->cancelled)
        (void)worker->api->cancel(worker->context);
    worker->cancelled = 0;
}

/* Makes the call here and now. */
static rm_status perform(struct winscard_worker *worker, struct winscard_request *request) {
    const struct winscard_api *api = worker->api;
    const SCARDHANDLE handle = worker->handle;
    switch (request->call) {
    case WINSCARD_CONNECT:
        return winscard_status_of_card(api->connect(worker->context, request->reader, request->share,
                                                    request->protocols, &worker->handle, &request->protocol));
    case WINSCARD_RECONNECT:
        return winscard_status_of_card(api->reconnect(handle, request->share, request->protocols,
                                                      request->disposition, &request->protocol));
    case WINSCARD_DISCONNECT:
        worker->handle = 0;
        return winscard_status_from(api->disconnect(handle, request->disposition));
    case WINSCARD_BEGIN:
        return begin(worker);
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
        return winscard_status_of_card(ask_status(worker, request));
    }
}

static void forget_buffers(struct winscard_worker *worker) {
    wipe_free(worker->send, worker->send_room);
    wipe_free(worker->receive, worker->receive_room);
    worker->send = NULL;
    worker->receive = NULL;
}

static void note_connecting(struct winscard_worker *worker) {
    AcquireSRWLockExclusive(&connecting_lock);
    worker->next = connecting;
    connecting = worker;
    ReleaseSRWLockExclusive(&connecting_lock);
}

static void forget_connecting(const struct winscard_worker *worker) {
    AcquireSRWLockExclusive(&connecting_lock);
    for (struct winscard_worker **at = &connecting; *at; at = &(*at)->next) {
        if (*at == worker) {
            *at = worker->next;
            break;
        }
    }
    ReleaseSRWLockExclusive(&connecting_lock);
}

/* Gives back what the service has of the worker, by the one who makes its last call. */
static void hang_up(struct winscard_worker *worker) {
    if (worker->handle && !worker->lent)
        (void)worker->api->disconnect(worker->handle, SCARD_LEAVE_CARD);
    worker->handle = 0;
    if (worker->context)
        (void)worker->api->release_context(worker->context);
    worker->context = 0;
}

/* The list of workers that are connecting is left last: the card is free again then. */
static void destroy(struct winscard_worker *worker) {
    hang_up(worker);
    forget_connecting(worker);
    forget_buffers(worker);
    free(worker->reader);
    free(worker);
}

/* Takes back what nobody waited for, so that no lock stays; call with the lock held. */
static void undo(struct winscard_worker *worker) {
    if (worker->request.call == WINSCARD_BEGIN && worker->result == RM_OK) {
        worker->state = WORKER_ENDING;
        ReleaseSRWLockExclusive(&worker->bell.lock);
        (void)winscard_worker_end(worker, SCARD_LEAVE_CARD);
        AcquireSRWLockExclusive(&worker->bell.lock);
    }
    forget_buffers(worker);
    worker->state = WORKER_IDLE;
}

/* Makes calls until the worker is closed. */
static void serve(void *user) {
    struct winscard_worker *worker = user;
    AcquireSRWLockExclusive(&worker->bell.lock);
    for (;;) {
        if (worker->state == WORKER_ASKED && !worker->begun) {
            worker->begun = true;
            ReleaseSRWLockExclusive(&worker->bell.lock);
            const rm_status result = perform(worker, &worker->request);
            AcquireSRWLockExclusive(&worker->bell.lock);
            worker->result = result;
            if (worker->state == WORKER_ASKED)
                worker->state = WORKER_DONE;
            else
                undo(worker);
            winscard_bell_ring(&worker->bell);
        } else if (worker->closed) {
            break;
        } else {
            idle(worker);
        }
    }
    ReleaseSRWLockExclusive(&worker->bell.lock);
    destroy(worker);
}

rm_status winscard_worker_establish(const struct winscard_api *api, SCARDCONTEXT *out) {
    const rm_status status = winscard_status_from(api->establish_context(SCARD_SCOPE_USER, NULL, NULL, out));
    switch (status) {
    case RM_E_SERVICE_STOPPED:
    case RM_F_INTERNAL_ERROR: /* a Wine without PC/SC */
    case RM_F_COMM_ERROR:
    case RM_F_UNKNOWN_ERROR:
    case RM_E_UNSUPPORTED_FEATURE:
    case RM_E_READER_UNAVAILABLE: /* the service's end of the worker is what cannot be found */
        return RM_E_NO_SERVICE;
    default:
        return status;
    }
}

rm_status winscard_worker_open(const struct winscard_api *api, struct winscard_worker **out) {
    struct winscard_worker *worker = calloc(1, sizeof *worker);
    *out = NULL;
    if (!worker)
        return RM_E_NO_MEMORY;
    worker->api = api;
    const rm_status status = winscard_worker_establish(api, &worker->context);
    if (status != RM_OK) {
        free(worker);
        return status;
    }
    winscard_bell_init(&worker->bell);
    *out = worker;
    return RM_OK;
}

/*
 * Nobody waits for the thread's end: a thread that ends needs what a DLL that is being unloaded, and closes
 * its objects thereby, holds.
 */
void winscard_worker_close(struct winscard_worker *worker) {
    if (!worker || ending_has_begun())
        return;
    if (!worker->has_thread) {
        destroy(worker);
        return;
    }
    AcquireSRWLockExclusive(&worker->bell.lock);
    if (worker->state == WORKER_ORPHAN || worker->state == WORKER_ENDING) {
        if (worker->request.call == WINSCARD_CONNECT)
            note_connecting(worker);
        (void)worker->api->cancel(worker->context); /* where it helps: nobody wants the answer any more */
    } else {
        hang_up(worker);
    }
    worker->closed = true;
    winscard_bell_ring(&worker->bell);
    ReleaseSRWLockExclusive(&worker->bell.lock);
}

bool winscard_worker_cut(struct winscard_worker *worker, uint64_t *context) {
    AcquireSRWLockExclusive(&worker->bell.lock);
    const bool idle = worker->state == WORKER_IDLE;
    if (idle) {
        *context = (uint64_t)worker->context;
        worker->context = 0;
        worker->handle = 0;
    }
    ReleaseSRWLockExclusive(&worker->bell.lock);
    return idle;
}

SCARDHANDLE winscard_worker_handle(const struct winscard_worker *worker) {
    return worker->handle;
}

void winscard_worker_drop(struct winscard_worker *worker) {
    const SCARDHANDLE handle = worker->handle;
    worker->handle = 0;
    if (handle)
        (void)worker->api->disconnect(handle, SCARD_LEAVE_CARD);
}

void winscard_worker_lend(struct winscard_worker *worker, SCARDHANDLE handle) {
    worker->handle = handle;
    worker->lent = true;
}

void winscard_worker_claim(struct winscard_worker *worker) {
    worker->lent = false;
}

rm_status winscard_limit_check(const struct winscard_limit *limit) {
    if (atomic_load(limit->cancels) != limit->seen)
        return RM_E_CANCELLED;
    return clock_left(limit->deadline) == 0 ? RM_E_TIMEOUT : RM_OK;
}

/* Waits for a signal of the thread, though not past a look at the bound; call with the lock held. */
static rm_status wait_signal(struct winscard_worker *worker, const struct winscard_limit *limit) {
    const rm_status status = winscard_limit_check(limit);
    const uint32_t left = clock_left(limit->deadline);
    if (status == RM_OK)
        winscard_bell_wait(&worker->bell, &worker->asking, left < LOOK_MS ? left : LOOK_MS);
    return status;
}

/* Copies what the thread reads and makes room for what it writes; call with the lock held. */
static rm_status copy_in(struct winscard_worker *worker, const struct winscard_request *request) {
    worker->request = *request;
    if (request->send_size > WINSCARD_BUFFER_MAX || request->receive_size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    if (request->reader) {
        free(worker->reader);
        worker->reader = wcsdup(request->reader);
        worker->request.reader = worker->reader;
        return worker->reader ? RM_OK : RM_E_NO_MEMORY;
    }
    /* A byte more than asked for: none at all may be allowed, and names get an end. */
    worker->send_room = request->send_size + 1;
    worker->receive_room = request->receive_size + sizeof(wchar_t);
    worker->send = calloc(1, worker->send_room);
    worker->receive = calloc(1, worker->receive_room);
    if (!worker->send || !worker->receive)
        return RM_E_NO_MEMORY;
    if (request->send_size)
        memcpy(worker->send, request->send, request->send_size);
    worker->request.send = worker->send;
    worker->request.receive = worker->receive;
    return RM_OK;
}

/* Hands the call to the thread, which is made for the first one; call with the lock held. */
static rm_status post(struct winscard_worker *worker, const struct winscard_request *request) {
    const rm_status status = copy_in(worker, request);
    if (status != RM_OK)
        return status;
    if (!worker->has_thread && !thread_start(serve, worker))
        return RM_E_NO_MEMORY;
    worker->has_thread = true;
    worker->begun = false;
    worker->state = WORKER_ASKED;
    winscard_bell_ring(&worker->bell);
    return RM_OK;
}

/* Takes the answer; call with the lock held. */
static void copy_out(struct winscard_worker *worker, struct winscard_request *request) {
    const struct winscard_request asked = *request;
    *request = worker->request;
    request->reader = asked.reader;
    request->send = asked.send;
    request->receive = asked.receive;
    if (asked.receive && worker->result == RM_OK)
        memcpy(asked.receive, worker->receive,
               request->receive_size < asked.receive_size ? request->receive_size : asked.receive_size);
    forget_buffers(worker);
    worker->state = WORKER_IDLE;
}

/* Waits for the call that is asked; call with the lock held. */
static rm_status await_answer(struct winscard_worker *worker, struct winscard_request *request,
                              const struct winscard_limit *limit) {
    rm_status status = RM_OK;
    while (status == RM_OK && worker->state == WORKER_ASKED)
        status = wait_signal(worker, limit);
    if (worker->state == WORKER_DONE) {
        copy_out(worker, request);
        return worker->result;
    }
    request->under_way = worker->begun;
    worker->state = worker->begun ? WORKER_ORPHAN : WORKER_IDLE;
    if (!worker->begun)
        forget_buffers(worker);
    return status;
}

/* The call on a worker nobody else calls on; call with the lock held. */
static rm_status call_locked(struct winscard_worker *worker, struct winscard_request *request,
                             const struct winscard_limit *limit) {
    rm_status status = RM_OK;
    /* To wait for its turn a second time is to wait on. */
    if (worker->state == WORKER_ORPHAN && worker->request.call == WINSCARD_BEGIN &&
        request->call == WINSCARD_BEGIN) {
        worker->state = WORKER_ASKED;
        return await_answer(worker, request, limit);
    }
    while (status == RM_OK && worker->state != WORKER_IDLE)
        status = wait_signal(worker, limit);
    if (status != RM_OK && worker->state != WORKER_IDLE)
        return status;
    if (request->direct) {
        ReleaseSRWLockExclusive(&worker->bell.lock);
        winscard_worker_enter(worker);
        status = perform(worker, request);
        winscard_worker_leave(worker);
        AcquireSRWLockExclusive(&worker->bell.lock);
        return status;
    }
    status = post(worker, request);
    if (status != RM_OK) {
        forget_buffers(worker);
        return status;
    }
    return await_answer(worker, request, limit);
}

rm_status winscard_worker_call(struct winscard_worker *worker, struct winscard_request *request,
                               const struct winscard_limit *limit) {
    request->under_way = false;
    if (ending_has_begun())
        return RM_E_SYSTEM_CANCELLED;
    AcquireSRWLockExclusive(&worker->bell.lock);
    const rm_status status = call_locked(worker, request, limit);
    ReleaseSRWLockExclusive(&worker->bell.lock);
    return status;
}

static bool is_connecting(const wchar_t *reader) {
    bool found = false;
    AcquireSRWLockExclusive(&connecting_lock);
    for (const struct winscard_worker *worker = connecting; worker; worker = worker->next)
        found |= wcscmp(worker->reader, reader) == 0;
    ReleaseSRWLockExclusive(&connecting_lock);
    return found;
}

rm_status winscard_worker_await_others(const wchar_t *reader, const struct winscard_limit *limit) {
    rm_status status = RM_OK;
    while (is_connecting(reader)) {
        status = winscard_limit_check(limit);
        if (status != RM_OK)
            return status;
        Sleep(PAUSE_MS);
    }
    return status;
}

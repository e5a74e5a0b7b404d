/* Lines to the service: see line.h. */
#include "backends/winscard/line.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "backends/winscard/bell.h"
#include "backends/winscard/map.h"
#include "base/clock.h"
#include "base/ending.h"
#include "base/wipe.h"

#define LOOK_MS 50u    /* how soon a cancellation is seen */
#define MOMENT_MS 300u /* that a command has to end by itself when it is cancelled */
#define PAUSE_MS 10u   /* between looks at the connecting of others */

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
    atomic_uint call;   /* odd: the caller's thread is in a call; counts them */
    atomic_uint levels; /* of a transaction that the service may have for the connection */
    struct winscard_bell
        bell; /* its lock guards what follows; the thread has the request while a call is under way */
    struct winscard_habit asking, serving; /* of the user's waits, and the thread's */
    enum line_state state;
    bool begun;         /* the thread has begun the call */
    bool closed;        /* by its user: the thread ends the line */
    unsigned cancelled; /* the call that the thread is to end at `cancel_at`; 0: none */
    uint64_t cancel_at;
    struct winscard_request request;
    rm_status result;
    uint8_t *send, *receive; /* of the call under way */
    size_t send_room, receive_room;
    wchar_t *reader;
    struct winscard_line *next; /* in the list of closed lines that are connecting */
};

/* Lines that outlived their users, and the service that made them: hence of the process. */
static SRWLOCK connecting_lock = SRWLOCK_INIT;
static struct winscard_line *connecting;

static LONG ask_status(struct winscard_line *line, struct winscard_request *request) {
    const bool learns = request->call == WINSCARD_LEARN;
    DWORD size = (DWORD)(request->receive_size / sizeof(wchar_t));
    request->atr_size = sizeof request->atr;
    return line->api->status(line->handle, learns ? (LPWSTR)(void *)request->receive : NULL,
                             learns ? &size : NULL, &request->state, &request->protocol, request->atr,
                             &request->atr_size);
}

static rm_status begin(struct winscard_line *line) {
    const rm_status status = winscard_status_from(line->api->begin_transaction(line->handle));
    if (status == RM_OK)
        atomic_fetch_add(&line->levels, 1);
    return status;
}

rm_status winscard_line_end(struct winscard_line *line, DWORD disposition) {
    const rm_status status = winscard_status_from(line->api->end_transaction(line->handle, disposition));
    if (status == RM_E_NOT_TRANSACTED)
        atomic_store(&line->levels, 0);
    else if (status == RM_OK && atomic_load(&line->levels) > 0)
        atomic_fetch_sub(&line->levels, 1);
    return status;
}

rm_status winscard_line_end_all(struct winscard_line *line) {
    rm_status status = RM_OK;
    while (status == RM_OK && atomic_load(&line->levels) > 0)
        status = winscard_line_end(line, SCARD_LEAVE_CARD);
    return status == RM_E_NOT_TRANSACTED ? RM_OK : status;
}

void winscard_line_owe(struct winscard_line *line) {
    atomic_fetch_add(&line->levels, 1);
}

void winscard_line_enter(struct winscard_line *line) {
    atomic_fetch_add(&line->call, 1);
}

void winscard_line_leave(struct winscard_line *line) {
    atomic_fetch_add(&line->call, 1);
}

void winscard_line_cancel(struct winscard_line *line) {
    const unsigned call = atomic_load(&line->call);
    AcquireSRWLockExclusive(&line->bell.lock);
    if (call % 2 && line->cancelled != call) {
        line->cancelled = call;
        line->cancel_at = clock_deadline(MOMENT_MS);
        winscard_bell_ring(&line->bell);
    }
    ReleaseSRWLockExclusive(&line->bell.lock);
}

/*
 * Waits for something to do, or for the moment that a call that was cancelled has; call with the lock held.
 */
static void idle(struct winscard_line *line) {
    const uint32_t left = line->cancelled ? clock_left(line->cancel_at) : INFINITE;
    if (left) {
        winscard_bell_wait(&line->bell, &line->serving, left);
        return;
    }
    if (atomic_load(&line->call) == line->cancelled)
        (void)line->api->cancel(line->context);
    line->cancelled = 0;
}

/* Makes the call here and now. */
static rm_status perform(struct winscard_line *line, struct winscard_request *request) {
    const struct winscard_api *api = line->api;
    const SCARDHANDLE handle = line->handle;
    switch (request->call) {
    case WINSCARD_CONNECT:
        return winscard_status_of_card(api->connect(line->context, request->reader, request->share,
                                                    request->protocols, &line->handle, &request->protocol));
    case WINSCARD_RECONNECT:
        return winscard_status_of_card(api->reconnect(handle, request->share, request->protocols,
                                                      request->disposition, &request->protocol));
    case WINSCARD_DISCONNECT:
        line->handle = 0;
        return winscard_status_from(api->disconnect(handle, request->disposition));
    case WINSCARD_BEGIN:
        return begin(line);
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
        return winscard_status_of_card(ask_status(line, request));
    }
}

static void forget_buffers(struct winscard_line *line) {
    wipe_free(line->send, line->send_room);
    wipe_free(line->receive, line->receive_room);
    line->send = NULL;
    line->receive = NULL;
}

static void note_connecting(struct winscard_line *line) {
    AcquireSRWLockExclusive(&connecting_lock);
    line->next = connecting;
    connecting = line;
    ReleaseSRWLockExclusive(&connecting_lock);
}

static void forget_connecting(const struct winscard_line *line) {
    AcquireSRWLockExclusive(&connecting_lock);
    for (struct winscard_line **at = &connecting; *at; at = &(*at)->next) {
        if (*at == line) {
            *at = line->next;
            break;
        }
    }
    ReleaseSRWLockExclusive(&connecting_lock);
}

/* Gives back what the service has of the line, by the one who makes its last call. */
static void hang_up(struct winscard_line *line) {
    if (line->handle && !line->lent)
        (void)line->api->disconnect(line->handle, SCARD_LEAVE_CARD);
    line->handle = 0;
    if (line->context)
        (void)line->api->release_context(line->context);
    line->context = 0;
}

/* The list of lines that are connecting is left last: the card is free again then. */
static void destroy(struct winscard_line *line) {
    hang_up(line);
    forget_connecting(line);
    forget_buffers(line);
    free(line->reader);
    free(line);
}

/* Takes back what nobody waited for, so that no lock stays; call with the lock held. */
static void undo(struct winscard_line *line) {
    if (line->request.call == WINSCARD_BEGIN && line->result == RM_OK) {
        line->state = LINE_ENDING;
        ReleaseSRWLockExclusive(&line->bell.lock);
        (void)winscard_line_end(line, SCARD_LEAVE_CARD);
        AcquireSRWLockExclusive(&line->bell.lock);
    }
    forget_buffers(line);
    line->state = LINE_IDLE;
}

/* Makes calls until the line is closed. */
static DWORD WINAPI serve(void *user) {
    struct winscard_line *line = user;
    AcquireSRWLockExclusive(&line->bell.lock);
    for (;;) {
        if (line->state == LINE_ASKED && !line->begun) {
            line->begun = true;
            ReleaseSRWLockExclusive(&line->bell.lock);
            const rm_status result = perform(line, &line->request);
            AcquireSRWLockExclusive(&line->bell.lock);
            line->result = result;
            if (line->state == LINE_ASKED)
                line->state = LINE_DONE;
            else
                undo(line);
            winscard_bell_ring(&line->bell);
        } else if (line->closed) {
            break;
        } else {
            idle(line);
        }
    }
    ReleaseSRWLockExclusive(&line->bell.lock);
    destroy(line);
    return 0;
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
    struct winscard_line *line = calloc(1, sizeof *line);
    *out = NULL;
    if (!line)
        return RM_E_NO_MEMORY;
    line->api = api;
    const rm_status status = winscard_line_establish(api, &line->context);
    if (status != RM_OK) {
        free(line);
        return status;
    }
    winscard_bell_init(&line->bell);
    *out = line;
    return RM_OK;
}

/*
 * Nobody waits for the thread's end: a thread that ends needs what a DLL that is being unloaded, and closes
 * its objects thereby, holds.
 */
void winscard_line_close(struct winscard_line *line) {
    if (!line || ending_has_begun())
        return;
    if (!line->has_thread) {
        destroy(line);
        return;
    }
    AcquireSRWLockExclusive(&line->bell.lock);
    if (line->state == LINE_ORPHAN || line->state == LINE_ENDING) {
        if (line->request.call == WINSCARD_CONNECT)
            note_connecting(line);
        (void)line->api->cancel(line->context); /* where it helps: nobody wants the answer any more */
    } else {
        hang_up(line);
    }
    line->closed = true;
    winscard_bell_ring(&line->bell);
    ReleaseSRWLockExclusive(&line->bell.lock);
}

bool winscard_line_cut(struct winscard_line *line, uint64_t *context) {
    AcquireSRWLockExclusive(&line->bell.lock);
    const bool idle = line->state == LINE_IDLE;
    if (idle) {
        *context = (uint64_t)line->context;
        line->context = 0;
        line->handle = 0;
    }
    ReleaseSRWLockExclusive(&line->bell.lock);
    return idle;
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

void winscard_line_claim(struct winscard_line *line) {
    line->lent = false;
}

rm_status winscard_limit_check(const struct winscard_limit *limit) {
    if (atomic_load(limit->cancels) != limit->seen)
        return RM_E_CANCELLED;
    return clock_left(limit->deadline) == 0 ? RM_E_TIMEOUT : RM_OK;
}

/* Waits for a signal of the thread, though not past a look at the bound; call with the lock held. */
static rm_status wait_signal(struct winscard_line *line, const struct winscard_limit *limit) {
    const rm_status status = winscard_limit_check(limit);
    const uint32_t left = clock_left(limit->deadline);
    if (status == RM_OK)
        winscard_bell_wait(&line->bell, &line->asking, left < LOOK_MS ? left : LOOK_MS);
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

/* A thread that nobody waits for. */
static bool start_thread(struct winscard_line *line) {
    const HANDLE thread = CreateThread(NULL, 0, serve, line, 0, NULL);
    if (thread)
        CloseHandle(thread);
    return thread != NULL;
}

/* Hands the call to the thread, which is made for the first one; call with the lock held. */
static rm_status post(struct winscard_line *line, const struct winscard_request *request) {
    const rm_status status = copy_in(line, request);
    if (status != RM_OK)
        return status;
    if (!line->has_thread && !start_thread(line))
        return RM_E_NO_MEMORY;
    line->has_thread = true;
    line->begun = false;
    line->state = LINE_ASKED;
    winscard_bell_ring(&line->bell);
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
                              const struct winscard_limit *limit) {
    rm_status status = RM_OK;
    while (status == RM_OK && line->state == LINE_ASKED)
        status = wait_signal(line, limit);
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
                             const struct winscard_limit *limit) {
    rm_status status = RM_OK;
    /* To wait for its turn a second time is to wait on. */
    if (line->state == LINE_ORPHAN && line->request.call == WINSCARD_BEGIN &&
        request->call == WINSCARD_BEGIN) {
        line->state = LINE_ASKED;
        return await_answer(line, request, limit);
    }
    while (status == RM_OK && line->state != LINE_IDLE)
        status = wait_signal(line, limit);
    if (status != RM_OK && line->state != LINE_IDLE)
        return status;
    if (request->direct) {
        ReleaseSRWLockExclusive(&line->bell.lock);
        winscard_line_enter(line);
        status = perform(line, request);
        winscard_line_leave(line);
        AcquireSRWLockExclusive(&line->bell.lock);
        return status;
    }
    status = post(line, request);
    if (status != RM_OK) {
        forget_buffers(line);
        return status;
    }
    return await_answer(line, request, limit);
}

rm_status winscard_line_call(struct winscard_line *line, struct winscard_request *request,
                             const struct winscard_limit *limit) {
    request->under_way = false;
    if (ending_has_begun())
        return RM_E_SYSTEM_CANCELLED;
    AcquireSRWLockExclusive(&line->bell.lock);
    const rm_status status = call_locked(line, request, limit);
    ReleaseSRWLockExclusive(&line->bell.lock);
    return status;
}

static bool is_connecting(const wchar_t *reader) {
    bool found = false;
    AcquireSRWLockExclusive(&connecting_lock);
    for (const struct winscard_line *line = connecting; line; line = line->next)
        found |= wcscmp(line->reader, reader) == 0;
    ReleaseSRWLockExclusive(&connecting_lock);
    return found;
}

rm_status winscard_line_await_others(const wchar_t *reader, const struct winscard_limit *limit) {
    rm_status status = RM_OK;
    while (is_connecting(reader)) {
        status = winscard_limit_check(limit);
        if (status != RM_OK)
            return status;
        Sleep(PAUSE_MS);
    }
    return status;
}

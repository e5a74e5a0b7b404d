/* Connecting to a card: see connect.h. */
#include "backends/winscard/connect.h"

#include "backends/patience.h"
#include "backends/winscard/map.h"
#include "base/clock.h"

/* One attempt to connect. */
struct attempt {
    struct winscard_context *context;
    struct winscard_limit limit;
    struct winscard_request request;
};

/* What each try may take at least. */
static uint32_t allowance(struct winscard_context *context, const wchar_t *reader,
                          const struct rm_bound *bound) {
    uint32_t state = 0;
    if (rm_bound_left(bound) >= PATIENCE_START_MS)
        return PATIENCE_SHARED_MS;
    const rm_status found = winscard_context_look(context, reader, &state);
    return patience_least(found, state);
}

/* One SCardConnect by a new worker. */
static rm_status try_worker(struct attempt *attempt, uint32_t share, struct winscard_worker **out) {
    struct winscard_worker *worker = NULL;
    rm_status status = winscard_worker_open(attempt->context->api, &worker);
    *out = NULL;
    if (status != RM_OK)
        return status;
    attempt->request.share = share;
    status = winscard_worker_call(worker, &attempt->request, &attempt->limit);
    if (status == RM_OK) {
        *out = worker;
        return RM_OK;
    }
    winscard_worker_close(worker);
    switch (status) {
    case RM_W_REMOVED_CARD:
        return RM_E_NO_SMARTCARD;
    case RM_E_INVALID_VALUE: /* a name that cannot be one */
        return RM_E_UNKNOWN_READER;
    case RM_E_SERVICE_STOPPED:
    case RM_E_INVALID_HANDLE: /* of a context a moment old */
        return RM_E_NO_SERVICE;
    default:
        return status;
    }
}

/* Powers the card off and on through a connection that does not need its power. */
static rm_status cold_start(struct attempt *attempt) {
    struct winscard_request request = {.call = WINSCARD_RECONNECT,
                                       .share = SCARD_SHARE_SHARED,
                                       .protocols = attempt->request.protocols,
                                       .disposition = SCARD_UNPOWER_CARD};
    struct winscard_worker *worker = NULL;
    rm_status status = try_worker(attempt, SCARD_SHARE_DIRECT, &worker);
    if (status == RM_OK)
        status = winscard_worker_call(worker, &request, &attempt->limit);
    winscard_worker_close(worker);
    return status;
}

/* Connects by a new worker, with patience for a card that the service believes unpowered. */
static rm_status try_patiently(struct attempt *attempt, uint32_t share, struct winscard_worker **out) {
    rm_status status = try_worker(attempt, share, out);
    uint32_t waited_ms = 0;
    enum patience_step step;
    while ((step = patience_next(status, &waited_ms)) != PATIENCE_DONE) {
        if (step == PATIENCE_TRY_AGAIN)
            Sleep(PATIENCE_PAUSE_MS);
        else
            status = cold_start(attempt);
        if (step == PATIENCE_TRY_AGAIN || status == RM_OK)
            status = try_worker(attempt, share, out);
    }
    return status;
}

rm_status winscard_connect(struct winscard_context *context, const wchar_t *reader, uint32_t share,
                           uint32_t protocols, struct rm_bound *bound, struct winscard_worker **worker,
                           uint32_t *protocol) {
    struct attempt attempt = {
        .context = context,
        .limit = winscard_context_limit(context, bound, allowance(context, reader, bound)),
        .request = {.call = WINSCARD_CONNECT, .reader = reader, .protocols = protocols}};
    rm_status status = winscard_worker_await_others(reader, &attempt.limit);
    *worker = NULL;
    if (status != RM_OK)
        return status;
    status = try_patiently(&attempt, share, worker);
    if (status == RM_OK)
        *protocol = winscard_protocol_from(attempt.request.protocol);
    return winscard_context_unless_asleep(context, status, RM_E_UNKNOWN_READER);
}

/* Connecting to a card: see connect.h. */
#include "backends/winscard/connect.h"

#include "backends/winscard/map.h"
#include "base/clock.h"

#define WORK_MS 5000u       /* what powering up a card may take where nobody else is in the way */
#define SHARED_WORK_MS 300u /* what connecting may take where the card is in use, hence powered, already */
#define POWER_PATIENCE_MS 1500u
#define POWER_PAUSE_MS 50u

/* One attempt to connect. */
struct attempt {
    struct winscard_context *context;
    struct winscard_limit limit;
    struct winscard_request request;
};

/*
 * The bound is meant for waiting for others, not for the card's own start. The service does not say which of
 * the two it is about, but where nobody is connected nobody can hold a transaction.
 */
static uint32_t allowance(struct winscard_context *context, const wchar_t *reader,
                          const struct rm_bound *bound) {
    uint32_t state = 0;
    if (rm_bound_left(bound) >= WORK_MS || winscard_context_look(context, reader, &state) != RM_OK)
        return SHARED_WORK_MS;
    return state & (RM_STATE_INUSE | RM_STATE_EXCLUSIVE) ? SHARED_WORK_MS : WORK_MS;
}

/* One SCardConnect in a new line. */
static rm_status try_line(struct attempt *attempt, uint32_t share, struct winscard_line **out) {
    struct winscard_line *line = NULL;
    rm_status status = winscard_line_open(attempt->context->api, &line);
    *out = NULL;
    if (status != RM_OK)
        return status;
    attempt->request.share = share;
    status = winscard_line_call(line, &attempt->request, &attempt->limit);
    if (status == RM_OK) {
        *out = line;
        return RM_OK;
    }
    winscard_line_close(line);
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
    struct winscard_line *line = NULL;
    rm_status status = try_line(attempt, SCARD_SHARE_DIRECT, &line);
    if (status == RM_OK)
        status = winscard_line_call(line, &request, &attempt->limit);
    winscard_line_close(line);
    return status;
}

/*
 * Somebody powered the card off or ejected it a moment ago; the service may come round, or believe so for
 * ever.
 */
static rm_status try_patiently(struct attempt *attempt, uint32_t share, struct winscard_line **out) {
    rm_status status = try_line(attempt, share, out);
    for (uint32_t waited = 0; status == RM_W_UNPOWERED_CARD && waited < POWER_PATIENCE_MS;
         waited += POWER_PAUSE_MS) {
        Sleep(POWER_PAUSE_MS);
        status = try_line(attempt, share, out);
    }
    if (status != RM_W_UNPOWERED_CARD)
        return status;
    status = cold_start(attempt);
    return status == RM_OK ? try_line(attempt, share, out) : status;
}

rm_status winscard_connect(struct winscard_context *context, const wchar_t *reader, uint32_t share,
                           uint32_t protocols, struct rm_bound *bound, struct winscard_line **line,
                           uint32_t *protocol) {
    struct attempt attempt = {
        .context = context,
        .limit = winscard_context_limit(context, bound, allowance(context, reader, bound)),
        .request = {.call = WINSCARD_CONNECT, .reader = reader, .protocols = protocols}};
    rm_status status = winscard_line_await_others(reader, &attempt.limit);
    *line = NULL;
    if (status != RM_OK)
        return status;
    status = try_patiently(&attempt, share, line);
    if (status == RM_OK)
        *protocol = winscard_protocol_from(attempt.request.protocol);
    return winscard_context_unless_asleep(context, status, RM_E_UNKNOWN_READER);
}

/* scardssp_share.h: lends the readers of this process, and asks who uses them. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "com/hresult.h"
#include "module/manager.h"
#include "scardssp_share.h"
#include "share/enquiry.h"
#include "share/share.h"

#define FLAGS (SCARDSSP_SHARE_CONTROL | SCARDSSP_SHARE_INSECURE)

static int32_t result_from(rm_status status) {
    return hresult_of_argument(status, RM_E_INVALID_PARAMETER);
}

/* The events of share/options.h, in the public header's numbers. */
static const uint32_t kinds[] = {
    [SHARE_READER_LENT] = SCARDSSP_SHARE_READER_LENT,
    [SHARE_READER_GONE] = SCARDSSP_SHARE_READER_GONE,
    [SHARE_SESSION_OPENED] = SCARDSSP_SHARE_SESSION_OPENED,
    [SHARE_SESSION_CLOSED] = SCARDSSP_SHARE_SESSION_CLOSED,
    [SHARE_SESSION_LOST] = SCARDSSP_SHARE_SESSION_LOST,
    [SHARE_CARD_USED] = SCARDSSP_SHARE_CARD_USED,
    [SHARE_CARD_LEFT] = SCARDSSP_SHARE_CARD_LEFT,
    [SHARE_CARD_RESET] = SCARDSSP_SHARE_CARD_RESET,
    [SHARE_SERVER_GONE] = SCARDSSP_SHARE_SERVER_GONE,
    [SHARE_SERVER_BACK] = SCARDSSP_SHARE_SERVER_BACK,
    [SHARE_REFUSED] = SCARDSSP_SHARE_REFUSED,
    [SHARE_SERVICE] = SCARDSSP_SHARE_SERVICE,
};

static void tell(void *user, const struct share_event *event) {
    const struct scardssp_share_options *options = user;
    const bool is_refusal = event->kind == SHARE_REFUSED;
    const struct scardssp_share_event told = {
        .kind = kinds[event->kind],
        .who = event->who,
        .reader = event->reader,
        .status = is_refusal ? (int32_t)event->status : hresult_from_rm(event->status),
    };
    options->tell(options->user, &told);
}

/* Nobody has heard of it before, so no other event comes in between. */
static void tell_ready(const struct scardssp_share_options *options, const struct share *agent) {
    const struct scardssp_share_event ready = {.kind = SCARDSSP_SHARE_READY, .who = share_name(agent)};
    if (options->tell)
        options->tell(options->user, &ready);
}

static void wait_until_stopped(int stop) {
    struct pollfd wait = {.fd = stop, .events = POLLIN};
    while (poll(&wait, 1, -1) < 0)
        continue;
}

/* Where a server's name begins: "nats:" or "tls:". */
static rm_status read_settings(const char *server, uint32_t flags, struct settings *out, char *message,
                               size_t message_size) {
    const bool secure = strncmp(server, "tls:", 4) == 0;
    const char *rest = secure ? server + 4 : strncmp(server, "nats:", 5) == 0 ? server + 5 : server;
    const rm_status status = settings_read(rest, secure, out, message, message_size);
    if (status == RM_OK)
        out->insecure |= (flags & SCARDSSP_SHARE_INSECURE) != 0;
    return status;
}

static rm_status lend(const struct scardssp_share_options *options, const struct settings *settings, int stop,
                      char *message, size_t message_size) {
    struct rm_service *service = NULL;
    struct share *agent = NULL;
    union { /* handed through to tell(), which does not change them */
        const struct scardssp_share_options *given;
        void *user;
    } way = {.given = options};
    const struct share_options inner = {
        .name = options->name,
        .readers = options->readers,
        .reader_count = options->reader_count,
        .allow_control = (options->flags & SCARDSSP_SHARE_CONTROL) != 0,
        .tell = options->tell ? tell : NULL,
        .user = way.user,
    };
    rm_status status = manager_service(&service);
    if (status == RM_OK)
        status = share_start(service, settings, &inner, &agent, message, message_size);
    if (status != RM_OK)
        return status;
    tell_ready(options, agent);
    wait_until_stopped(stop);
    share_stop(agent);
    return RM_OK;
}

int32_t scardssp_share(const struct scardssp_share_options *options, int stop, char *message,
                       size_t message_size) {
    struct settings settings;
    if (message && message_size)
        *message = '\0';
    if (!options || !options->server)
        return E_POINTER;
    if (options->flags & ~FLAGS)
        return E_INVALIDARG;
    rm_status status = read_settings(options->server, options->flags, &settings, message, message_size);
    if (status != RM_OK)
        return result_from(status);
    status = lend(options, &settings, stop, message, message_size);
    settings_clear(&settings);
    return result_from(status);
}

/* Sessions */

struct asking {
    scardssp_share_session_visitor visit;
    void *user;
};

static void visit_session(void *user, const struct usage *usage) {
    const struct asking *asking = user;
    const struct scardssp_share_session session = {
        .who = usage->who, .readers = usage->readers, .since = usage->since, .idle_ms = usage->idle_ms};
    asking->visit(asking->user, &session);
}

int32_t scardssp_share_sessions(const char *server, const char *name, scardssp_share_session_visitor visit,
                                void *user, char *message, size_t message_size) {
    struct settings settings;
    struct asking asking = {.visit = visit, .user = user};
    char host[65] = "";
    if (message && message_size)
        *message = '\0';
    if (!server || !visit)
        return E_POINTER;
    (void)gethostname(host, sizeof host - 1);
    rm_status status = read_settings(server, 0, &settings, message, message_size);
    if (status != RM_OK)
        return result_from(status);
    status = enquiry_make(&settings, name ? name : host, visit_session, &asking, message, message_size);
    settings_clear(&settings);
    return result_from(status);
}

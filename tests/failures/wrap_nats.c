/*
 * Calls of libnats that fail: see points.h. What asks a message for its parts cannot, and what libnats does
 * on its own threads goes on as ever.
 */
#include <pthread.h>
#include <stddef.h>

#include "failures/points.h"
#include "remote/libnats.h"
#include "rm/status.h"

/* The functions as the library has them. */
static struct libnats real;

/*
 * What <nats/nats.h> lets them answer, and what that comes to for who called the port. 0: nobody notices.
 * A message that could not be sent is sent again, but for the one that asks whether a name is taken.
 */
static const struct points_answer memory[] = {{NATS_NO_MEMORY, RM_E_NO_MEMORY}};
static const struct points_answer option_answers[] = {{NATS_NO_MEMORY, RM_E_NO_MEMORY},
                                                      {NATS_INVALID_ARG, RM_E_NO_SERVICE}};
static const struct points_answer connect_answers[] = {{NATS_NO_SERVER, RM_E_NO_SERVICE},
                                                       {NATS_TIMEOUT, RM_E_NO_SERVICE},
                                                       {NATS_IO_ERROR, RM_E_NO_SERVICE},
                                                       {NATS_CONNECTION_AUTH_FAILED, RM_W_SECURITY_VIOLATION},
                                                       {NATS_NO_MEMORY, RM_E_NO_MEMORY}};
static const struct points_answer subscribe_answers[] = {{NATS_NO_MEMORY, RM_E_NO_MEMORY},
                                                         {NATS_CONNECTION_CLOSED, RM_E_NO_SERVICE}};
static const struct points_answer publish_answers[] = {{NATS_NO_MEMORY, RM_E_NO_MEMORY},
                                                       {NATS_IO_ERROR, RM_E_NO_SERVICE},
                                                       {NATS_INSUFFICIENT_BUFFER, RM_E_NO_SERVICE},
                                                       {NATS_CONNECTION_CLOSED, RM_E_NO_SERVICE}};
static const struct points_answer flush_answers[] = {{NATS_TIMEOUT, 0}, {NATS_CONNECTION_CLOSED, 0}};
static const struct points_answer next_answers[] = {
    {NATS_TIMEOUT, 0}, {NATS_SLOW_CONSUMER, 0}, {NATS_NO_MEMORY, 0}};
static const struct points_answer leave_answers[] = {{NATS_INVALID_SUBSCRIPTION, 0},
                                                     {NATS_CONNECTION_CLOSED, 0}};

static bool fails(const char *call, const struct points_answer *answers, size_t count, natsStatus *status) {
    int code = 0;
    if (!points_count_now() || points_ask_elsewhere(POINTS_NATS, call, answers, count, &code) == POINTS_PASS)
        return false;
    *status = (natsStatus)code;
    return true;
}

/* What begins a function: whether it answers one of these instead of asking the library. */
#define NATS_CALL(name, answers)                                                                             \
    natsStatus code = NATS_OK;                                                                               \
    const bool failed = fails(name, answers, sizeof(answers) / sizeof *(answers), &code)

/* Options */

static natsStatus create_options(natsOptions **out) {
    NATS_CALL("natsOptions_Create", memory);
    return failed ? code : real.natsOptions_Create(out);
}

static natsStatus set_servers(natsOptions *options, const char **servers, int count) {
    NATS_CALL("natsOptions_SetServers", option_answers);
    return failed ? code : real.natsOptions_SetServers(options, servers, count);
}

/* Those that take one value. */
#define OPTION(stand_in, name, type)                                                                         \
    static natsStatus stand_in(natsOptions *options, type value) {                                           \
        NATS_CALL(#name, option_answers);                                                                    \
        return failed ? code : real.name(options, value);                                                    \
    }
OPTION(set_name, natsOptions_SetName, const char *)
OPTION(set_timeout, natsOptions_SetTimeout, int64_t)
OPTION(set_write_deadline, natsOptions_SetWriteDeadline, int64_t)
OPTION(set_max_reconnect, natsOptions_SetMaxReconnect, int)
OPTION(set_reconnect_wait, natsOptions_SetReconnectWait, int64_t)
OPTION(set_ping_interval, natsOptions_SetPingInterval, int64_t)
OPTION(set_max_pings_out, natsOptions_SetMaxPingsOut, int)
OPTION(set_send_asap, natsOptions_SetSendAsap, bool)
OPTION(set_no_echo, natsOptions_SetNoEcho, bool)
OPTION(set_buffer_size, natsOptions_SetIOBufSize, int)
OPTION(set_ignore_discovered, natsOptions_SetIgnoreDiscoveredServers, bool)

static natsStatus set_jitter(natsOptions *options, int64_t plain, int64_t secure) {
    NATS_CALL("natsOptions_SetReconnectJitter", option_answers);
    return failed ? code : real.natsOptions_SetReconnectJitter(options, plain, secure);
}

/* Those that take a function. */
#define HANDLER(stand_in, name, type)                                                                        \
    static natsStatus stand_in(natsOptions *options, type function, void *user) {                            \
        NATS_CALL(#name, option_answers);                                                                    \
        return failed ? code : real.name(options, function, user);                                           \
    }
HANDLER(set_disconnected, natsOptions_SetDisconnectedCB, natsConnectionHandler)
HANDLER(set_reconnected, natsOptions_SetReconnectedCB, natsConnectionHandler)
HANDLER(set_closed, natsOptions_SetClosedCB, natsConnectionHandler)
HANDLER(set_error_handler, natsOptions_SetErrorHandler, natsErrHandler)

/* Connections and what is listened on */

static natsStatus create_inbox(natsInbox **out) {
    NATS_CALL("natsInbox_Create", memory);
    return failed ? code : real.natsInbox_Create(out);
}

static natsStatus connect_server(natsConnection **out, natsOptions *options) {
    NATS_CALL("natsConnection_Connect", connect_answers);
    return failed ? code : real.natsConnection_Connect(out, options);
}

static natsStatus subscribe(natsSubscription **out, natsConnection *connection, const char *subject,
                            natsMsgHandler take, void *user) {
    NATS_CALL("natsConnection_Subscribe", subscribe_answers);
    return failed ? code : real.natsConnection_Subscribe(out, connection, subject, take, user);
}

static natsStatus subscribe_sync(natsSubscription **out, natsConnection *connection, const char *subject) {
    NATS_CALL("natsConnection_SubscribeSync", subscribe_answers);
    return failed ? code : real.natsConnection_SubscribeSync(out, connection, subject);
}

static natsStatus set_on_complete(natsSubscription *subscription, natsOnCompleteCB function, void *user) {
    NATS_CALL("natsSubscription_SetOnCompleteCB", subscribe_answers);
    return failed ? code : real.natsSubscription_SetOnCompleteCB(subscription, function, user);
}

static natsStatus next_message(natsMsg **out, natsSubscription *subscription, int64_t ms) {
    NATS_CALL("natsSubscription_NextMsg", next_answers);
    return failed ? code : real.natsSubscription_NextMsg(out, subscription, ms);
}

/* What gives something back has done it all the same. */
static natsStatus unsubscribe(natsSubscription *subscription) {
    NATS_CALL("natsSubscription_Unsubscribe", leave_answers);
    const natsStatus done = real.natsSubscription_Unsubscribe(subscription);
    return failed ? code : done;
}

/* Sending */

static natsStatus publish(natsConnection *connection, const char *subject, const void *data, int size) {
    NATS_CALL("natsConnection_Publish", publish_answers);
    return failed ? code : real.natsConnection_Publish(connection, subject, data, size);
}

static natsStatus publish_request(natsConnection *connection, const char *subject, const char *reply,
                                  const void *data, int size) {
    NATS_CALL("natsConnection_PublishRequest", publish_answers);
    return failed ? code : real.natsConnection_PublishRequest(connection, subject, reply, data, size);
}

static natsStatus flush(natsConnection *connection, int64_t ms) {
    NATS_CALL("natsConnection_FlushTimeout", flush_answers);
    return failed ? code : real.natsConnection_FlushTimeout(connection, ms);
}

/* The table of the library's functions, with stand-ins for those that may fail. */
static struct libnats handed_out;

static void stand_in(void) {
    handed_out = real;
    handed_out.natsOptions_Create = create_options;
    handed_out.natsOptions_SetServers = set_servers;
    handed_out.natsOptions_SetName = set_name;
    handed_out.natsOptions_SetTimeout = set_timeout;
    handed_out.natsOptions_SetWriteDeadline = set_write_deadline;
    handed_out.natsOptions_SetMaxReconnect = set_max_reconnect;
    handed_out.natsOptions_SetReconnectWait = set_reconnect_wait;
    handed_out.natsOptions_SetReconnectJitter = set_jitter;
    handed_out.natsOptions_SetPingInterval = set_ping_interval;
    handed_out.natsOptions_SetMaxPingsOut = set_max_pings_out;
    handed_out.natsOptions_SetSendAsap = set_send_asap;
    handed_out.natsOptions_SetNoEcho = set_no_echo;
    handed_out.natsOptions_SetIOBufSize = set_buffer_size;
    handed_out.natsOptions_SetIgnoreDiscoveredServers = set_ignore_discovered;
    handed_out.natsOptions_SetDisconnectedCB = set_disconnected;
    handed_out.natsOptions_SetReconnectedCB = set_reconnected;
    handed_out.natsOptions_SetClosedCB = set_closed;
    handed_out.natsOptions_SetErrorHandler = set_error_handler;
    handed_out.natsInbox_Create = create_inbox;
    handed_out.natsConnection_Connect = connect_server;
    handed_out.natsConnection_Subscribe = subscribe;
    handed_out.natsConnection_SubscribeSync = subscribe_sync;
    handed_out.natsSubscription_SetOnCompleteCB = set_on_complete;
    handed_out.natsSubscription_NextMsg = next_message;
    handed_out.natsSubscription_Unsubscribe = unsubscribe;
    handed_out.natsConnection_Publish = publish;
    handed_out.natsConnection_PublishRequest = publish_request;
    handed_out.natsConnection_FlushTimeout = flush;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

const struct libnats *__real_libnats(void);
const struct libnats *__wrap_libnats(void);
const struct libnats *__wrap_libnats(void) {
    const struct libnats *const found = __real_libnats();
    if (!found)
        return NULL;
    pthread_mutex_lock(&lock);
    if (!real.natsMsg_Destroy) {
        real = *found;
        stand_in();
    }
    pthread_mutex_unlock(&lock);
    return &handed_out;
}

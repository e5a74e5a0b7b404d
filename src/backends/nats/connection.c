/* Connections to cards that are elsewhere: see connection.h. */
#include "backends/nats/connection.h"

#include <stdlib.h>
#include <string.h>

#include "backends/nats/ask.h"
#include "backends/nats/cards.h"
#include "backends/nats/keeper.h"
#include "backends/nats/lists.h"
#include "backends/nats/session.h"
#include "base/clock.h"
#include "base/container.h"
#include "remote/subject.h"

/* One call of a connection. */
struct errand {
    struct nats_card *card;
    struct ask ask;
};

struct nats_card *nats_connection_card(struct rm_card *card) {
    return CONTAINER_OF(card, struct nats_card, base);
}

const struct nats_card *nats_connection_card_of(const struct rm_card *card) {
    return CONTAINER_OF_CONST(card, struct nats_card, base);
}

/* Why a connection cannot be used; RM_OK: it can. */
static rm_status loss_of(const struct nats_connection *connection) {
    if (!nats_is_ours(connection->session->service) || connection->ended)
        return RM_E_INVALID_HANDLE;
    return connection->session->lost;
}

/* A call of this kind, as it is filled in from here on. */
static struct errand errand_of(struct rm_card *base, enum message_kind kind, struct rm_bound *bound) {
    struct nats_card *card = nats_connection_card(base);
    struct errand errand = {.card = card};
    errand.ask.session = card->connection->session;
    errand.ask.subject = card->connection->subject;
    errand.ask.request.kind = (uint8_t)kind;
    errand.ask.request.channel = card->connection->channel;
    errand.ask.canceller = card->context;
    errand.ask.cancels = card->context->cancels;
    errand.ask.bound = bound;
    return errand;
}

/* What the answer says of the connection. */
static void note(struct nats_card *card, const struct message_answer *answer) {
    struct nats_connection *connection = card->connection;
    connection->lost = (answer->flags & MESSAGE_LOST) != 0;
    connection->locked = (answer->flags & MESSAGE_LOCKED) != 0;
    if (!connection->lost)
        connection->protocol = answer->protocol;
    if (answer->news)
        lists_need(connection->session->service, connection->reader, answer->news);
}

/* With the connection's turn taken. */
static rm_status run_in_turn(struct errand *errand) {
    struct nats_connection *connection = errand->card->connection;
    rm_status status = loss_of(connection);
    if (status == RM_OK && connection->in_doubt && errand->ask.request.kind != MESSAGE_RECONNECT &&
        errand->ask.request.kind != MESSAGE_DISCONNECT)
        status = RM_W_RESET_CARD;
    if (status != RM_OK)
        return status;
    errand->ask.request.number = nats_session_number(connection->session, connection->channel);
    status = ask_run(&errand->ask);
    connection->in_doubt |= !errand->ask.message;
    if (status == RM_E_INVALID_TARGET)
        return RM_E_INVALID_HANDLE;
    if (status != RM_OK)
        return status;
    note(errand->card, &errand->ask.answer);
    return errand->ask.answer.status;
}

/* Makes the call. The connection may be another card's, too, and in the middle of a call. */
static rm_status run(struct errand *errand) {
    struct nats_connection *connection = errand->card->connection;
    if (!lock_try(&connection->turn)) {
        const struct lock_limit limit = {.deadline = errand->ask.bound ? rm_bound_deadline(errand->ask.bound)
                                                                       : CLOCK_NEVER};
        if (lock_wait(&connection->turn, &limit) > LOCK_INHERITED)
            return RM_E_TIMEOUT;
    }
    const rm_status status = run_in_turn(errand);
    errand->card->base.locked = connection->locked && loss_of(connection) == RM_OK;
    errand->card->base.protocol = connection->protocol;
    lock_give(&connection->turn);
    return status;
}

/* The same where nothing comes back but the code. */
static rm_status run_plain(struct errand *errand) {
    const rm_status status = run(errand);
    ask_end(&errand->ask);
    return status;
}

/* The same where bytes come back: *size in: room, out: how many, 0 on failure. */
static rm_status run_for_bytes(struct errand *errand, uint8_t *bytes, size_t *size) {
    const size_t room = *size;
    rm_status status = run(errand);
    const struct message_answer *answer = &errand->ask.answer;
    *size = 0;
    if (status == RM_OK && answer->body_size > room)
        status = RM_E_INSUFFICIENT_BUFFER;
    if (status == RM_OK && answer->body_size)
        memcpy(bytes, answer->body, answer->body_size);
    if (status == RM_OK)
        *size = answer->body_size;
    ask_end(&errand->ask);
    return status;
}

static uint32_t room_of(size_t size) {
    return size < NATS_RECEIVE_MAX ? (uint32_t)size : NATS_RECEIVE_MAX;
}

/* Connecting */

/* Takes a name apart; false: it is none of a reader elsewhere. Both parts are MESSAGE_NAME_MAX + 1 bytes. */
static bool split(const char *full, char *reader, char *agent) {
    const char *at = NULL;
    for (const char *next = strstr(full, " @"); next; next = strstr(next + 1, " @"))
        at = next;
    const size_t size = at ? (size_t)(at - full) : 0;
    if (!size || size > MESSAGE_NAME_MAX || !at[2] || strlen(at + 2) > MESSAGE_NAME_MAX)
        return false;
    memcpy(reader, full, size);
    reader[size] = '\0';
    memcpy(agent, at + 2, strlen(at + 2) + 1);
    return true;
}

/* The agent's answer to the request for a connection. */
static rm_status connect_card(struct nats_card *card, uint32_t share, uint32_t protocols, uint32_t cancels,
                              struct rm_bound *bound) {
    struct errand errand = errand_of(&card->base, MESSAGE_CONNECT, bound);
    errand.ask.cancels = cancels;
    errand.ask.request.words[0] = share;
    errand.ask.request.words[1] = protocols;
    const rm_status status = run_plain(&errand);
    return status == RM_E_INVALID_HANDLE && !card->connection->session->lost &&
                   nats_is_ours(card->context->service)
               ? RM_E_UNKNOWN_READER
               : status;
}

rm_status nats_connection_connect(struct rm_context *base, const char *full, uint32_t share,
                                  uint32_t protocols, struct rm_bound *bound, struct rm_card **out) {
    char reader[MESSAGE_NAME_MAX + 1], agent[MESSAGE_NAME_MAX + 1], subject[SUBJECT_ROOM];
    struct nats_context *context = cards_context(base);
    const uint32_t cancels = context->cancels;
    struct nats_session *session = NULL;
    struct nats_card *card = NULL;
    if (!nats_is_ours(context->service))
        return RM_E_INVALID_HANDLE;
    if (!split(full, reader, agent) || !subject_of_reader(agent, reader, subject))
        return RM_E_UNKNOWN_READER;
    rm_status status = lists_have(context, agent, reader, cancels, bound);
    if (status == RM_OK)
        status = nats_session_with(context, agent, cancels, bound, &session);
    if (status == RM_OK)
        nats_keeper_need(context->service);
    if (status == RM_OK)
        status = cards_make(context, session, full, subject, &card);
    if (status == RM_OK)
        status = connect_card(card, share, protocols, cancels, bound);
    nats_session_drop(session);
    if (status == RM_OK)
        *out = &card->base;
    else if (card)
        cards_drop(card, true);
    return status;
}

rm_status nats_connection_adopt(struct rm_context *base, uint64_t handle, struct rm_bound *bound,
                                struct rm_card **out) {
    struct nats_card *card = NULL;
    (void)bound; /* nobody is asked */
    const rm_status status = cards_adopt(cards_context(base), handle, &card);
    if (status == RM_OK)
        *out = &card->base;
    return status;
}

/* The connection */

uint64_t nats_connection_handle(const struct rm_card *base) {
    const struct nats_connection *connection = nats_connection_card_of(base)->connection;
    return loss_of(connection) == RM_OK && !connection->lost ? connection->handle : 0;
}

const char *nats_connection_reader(const struct rm_card *base) {
    return nats_connection_card_of(base)->connection->reader;
}

rm_status nats_connection_reconnect(struct rm_card *base, uint32_t share, uint32_t protocols, uint32_t init,
                                    struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_RECONNECT, bound);
    errand.ask.request.words[0] = share;
    errand.ask.request.words[1] = protocols;
    errand.ask.request.words[2] = init;
    const rm_status status = run_plain(&errand);
    if (status == RM_OK)
        errand.card->connection->in_doubt = false;
    return status;
}

rm_status nats_connection_disconnect(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_DISCONNECT, bound);
    errand.ask.request.words[0] = disposition;
    const rm_status status = run_plain(&errand);
    const struct message_answer *answer = &errand.ask.answer;
    errand.card->connection->ended = true;
    errand.card->connection->in_doubt =
        answer->kind != MESSAGE_DISCONNECT || answer->refusal != MESSAGE_TAKEN;
    cards_drop(errand.card, true);
    return status;
}

void nats_connection_abandon(struct rm_card *base) {
    cards_drop(nats_connection_card(base), false);
}

void nats_connection_end_all(struct nats_context *context) {
    cards_drop_all(context);
}

rm_status nats_connection_begin(struct rm_card *base, struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_BEGIN, bound);
    return run_plain(&errand);
}

rm_status nats_connection_end(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_END, bound);
    errand.ask.request.words[0] = disposition;
    return run_plain(&errand);
}

rm_status nats_connection_status(struct rm_card *base, struct rm_card_status *out, struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_STATUS, bound);
    struct rm_card_status now = {.atr_size = sizeof now.atr};
    const rm_status status = run_for_bytes(&errand, now.atr, &now.atr_size);
    now.state = (enum rm_card_state)(errand.ask.answer.word <= RM_CARD_SPECIFIC ? errand.ask.answer.word : 0);
    now.protocol = base->protocol;
    if (status == RM_OK)
        *out = now;
    return status;
}

rm_status nats_connection_transmit(struct rm_card *base, uint8_t nad, const uint8_t *send, size_t send_size,
                                   uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_TRANSMIT, bound);
    errand.ask.request.words[0] = nad;
    errand.ask.request.words[1] = room_of(*receive_size);
    errand.ask.request.body = send;
    errand.ask.request.body_size = send_size;
    return run_for_bytes(&errand, receive, receive_size);
}

rm_status nats_connection_control(struct rm_card *base, uint32_t code, const uint8_t *send, size_t send_size,
                                  uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_CONTROL, bound);
    errand.ask.request.words[0] = code;
    errand.ask.request.words[1] = room_of(*receive_size);
    errand.ask.request.body = send;
    errand.ask.request.body_size = send_size;
    return run_for_bytes(&errand, receive, receive_size);
}

/* What the reader is called here, the agent does not know. */
static rm_status friendly_name(const struct nats_connection *connection, uint8_t *value, size_t *size) {
    const size_t needed = strlen(connection->reader) + 1;
    const size_t room = *size;
    *size = needed;
    if (loss_of(connection) != RM_OK)
        return loss_of(connection);
    if (room < needed)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(value, connection->reader, needed);
    return RM_OK;
}

rm_status nats_connection_get_attrib(struct rm_card *base, uint32_t id, uint8_t *value, size_t *size,
                                     struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_GET_ATTRIB, bound);
    if (id == RM_ATTR_FRIENDLY_NAME)
        return friendly_name(errand.card->connection, value, size);
    errand.ask.request.words[0] = id;
    errand.ask.request.words[1] = room_of(*size);
    return run_for_bytes(&errand, value, size);
}

rm_status nats_connection_set_attrib(struct rm_card *base, uint32_t id, const uint8_t *value, size_t size,
                                     struct rm_bound *bound) {
    struct errand errand = errand_of(base, MESSAGE_SET_ATTRIB, bound);
    errand.ask.request.words[0] = id;
    errand.ask.request.body = value;
    errand.ask.request.body_size = size;
    return run_plain(&errand);
}

/* Answers and news: see inbox.h. */
#include "backends/nats/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "backends/nats/copy.h"
#include "base/clock.h"
#include "remote/subject.h"

/* Questions */

void inbox_ask(struct nats_service *service, const char *subject, uint8_t kind, enum nats_reply reply) {
    uint8_t bytes[MESSAGE_HEAD_MAX];
    const struct message_request question = {.kind = kind};
    const size_t size = message_encode_request(&question, bytes, sizeof bytes);
    (void)transport_send(service->transport, subject, service->replies[reply], bytes, size);
}

void inbox_ask_agent(struct nats_service *service, const char *agent) {
    char subject[SUBJECT_ROOM];
    if (subject_of_session(agent, subject))
        inbox_ask(service, subject, MESSAGE_WHO, NATS_REPLY_WHO);
}

/* Asks for the state of a reader: the answer also says that we may use it. */
static void ask_reader(struct nats_service *service, const char *agent, const char *reader) {
    char subject[SUBJECT_ROOM];
    if (subject_of_reader(agent, reader, subject))
        inbox_ask(service, subject, MESSAGE_ASK, NATS_REPLY_CALL);
}

/* The same for all readers of a description. Those that were refused once are not asked for again. */
static void ask_readers(struct nats_service *service, const char *agent,
                        const struct description *description) {
    char name[MESSAGE_NAME_MAX + 1];
    const uint8_t *at = NULL;
    const char *text;
    size_t size;
    while ((text = description_reader(description, &at, &size)) != NULL) {
        memcpy(name, text, size);
        name[size] = '\0';
        lock_take(&service->lock);
        const struct nats_agent *known = copy_agent(service, agent);
        const struct nats_reader *reader = known ? copy_reader_of(known, name, size) : NULL;
        const bool wanted = reader && !reader->denied;
        lock_give(&service->lock);
        if (wanted)
            ask_reader(service, agent, name);
    }
}

/* Answers */

/* The session of a tag; NULL: none. With the lock held. */
static struct nats_session *session_of(const struct nats_service *service, uint32_t tag) {
    return tag && tag <= service->session_room ? service->sessions[tag - 1] : NULL;
}

/* Says that the agent no longer knows the session. With the lock held. */
static void lose(struct nats_session *session) {
    if (session->lost == RM_OK)
        session->lost = RM_E_SERVICE_STOPPED;
    for (struct nats_call *call = session->calls; call; call = call->next)
        lock_ring(&call->bell);
}

/* Gives an answer to who waits for it. true: it was taken. With the lock held. */
static bool hand_over(struct nats_session *session, const struct message_answer *answer,
                      struct transport_message *message) {
    struct nats_call *call = session->calls;
    if (answer->refusal == MESSAGE_BUSY)
        return false; /* it will be asked again */
    while (call && (call->channel != answer->channel || call->number != answer->number))
        call = call->next;
    if (!call || call->answer)
        return false;
    call->answer = message;
    lock_ring(&call->bell);
    return true;
}

/*
 * Refusals say which session they are about: somebody else may have sent a request with our tag and our place
 * for answers.
 */
static bool is_meant(const struct nats_session *session, const struct message_answer *answer) {
    return answer->refusal == MESSAGE_TAKEN ||
           (answer->body_size == sizeof session->name &&
            memcmp(answer->body, session->name, sizeof session->name) == 0);
}

/* An answer to a session's request. true: somebody has taken the message. */
static bool take_for_session(struct nats_service *service, const struct message_answer *answer,
                             struct transport_message *message) {
    bool taken = false;
    lock_take(&service->lock);
    struct nats_session *session = session_of(service, answer->tag);
    if (session && is_meant(session, answer)) {
        session->heard = clock_ms();
        if (answer->refusal == MESSAGE_STRANGER && session->opened)
            lose(session);
        else
            taken = hand_over(session, answer, message);
    }
    lock_give(&service->lock);
    return taken;
}

/* A reader's state that was asked for. The agent is the one whose instance it is. */
static void take_state(struct nats_service *service, const struct message_answer *answer) {
    struct message_news news;
    if (!answer->body || !message_decode_news(answer->body, answer->body_size, &news) || !news.name_size)
        return;
    lock_take(&service->lock);
    struct nats_agent *agent = service->agents;
    while (agent && agent->instance != news.instance)
        agent = agent->next;
    if (agent)
        (void)copy_take_news(service, agent, &news, true);
    if (agent && service->single)
        lock_ring(&service->keeper);
    lock_give(&service->lock);
}

/* The server's word instead of an agent's: it is there, and the agent is not. */
static void take_unheard(struct nats_service *service) {
    lock_take(&service->lock);
    service->unheard_at = clock_ms();
    lock_give(&service->lock);
}

void inbox_take_answer(void *user, struct transport_message *message) {
    struct nats_service *service = user;
    struct message_answer answer;
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    bool taken = false;
    if (transport_message_is_nobody(message))
        take_unheard(service);
    else if (message_decode_answer(bytes, size, &answer)) {
        if (answer.kind == MESSAGE_ASK)
            take_state(service, &answer);
        else
            taken = take_for_session(service, &answer, message);
    }
    if (!taken)
        transport_message_free(message);
}

/* Agents */

static void take_description(struct nats_service *service, const struct description *description) {
    char name[MESSAGE_NAME_MAX + 1];
    memcpy(name, description->name, description->name_size);
    name[description->name_size] = '\0';
    lock_take(&service->lock);
    struct nats_agent *agent = copy_agent_or_new(service, name);
    if (agent)
        copy_take_description(service, agent, description);
    service->answered_at = clock_ms();
    lock_ring(&service->news);
    if (service->single)
        lock_ring(&service->keeper);
    lock_give(&service->lock);
    if (agent)
        ask_readers(service, name, description);
}

void inbox_take_who(void *user, struct transport_message *message) {
    struct message_answer answer;
    struct description description;
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    if (message_decode_answer(bytes, size, &answer) && answer.kind == MESSAGE_WHO && answer.body &&
        description_decode(answer.body, answer.body_size, &description))
        take_description(user, &description);
    transport_message_free(message);
}

void inbox_take_all(void *user, struct transport_message *message) {
    struct nats_service *service = user;
    if (!transport_message_is_nobody(message)) {
        inbox_take_who(user, message);
        return;
    }
    lock_take(&service->lock);
    service->nobody = true;
    lock_ring(&service->news);
    lock_give(&service->lock);
    transport_message_free(message);
}

/* News */

static void take_news(struct nats_service *service, const char *name, const struct message_news *news) {
    char reader[MESSAGE_NAME_MAX + 1] = "";
    bool wanted = false;
    lock_take(&service->lock);
    struct nats_agent *agent = copy_agent_or_new(service, name);
    if (agent && news->name_size)
        wanted = copy_take_news(service, agent, news, false);
    else if (agent)
        copy_take_beat(service, agent, news);
    lock_give(&service->lock);
    if (!wanted)
        return;
    memcpy(reader, news->name, news->name_size);
    reader[news->name_size] = '\0';
    ask_reader(service, name, reader);
}

void inbox_take_news(void *user, struct transport_message *message) {
    struct message_news news;
    char name[MESSAGE_NAME_MAX + 1];
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    if (subject_take_sender(transport_message_subject(message), name, sizeof name) &&
        message_decode_news(bytes, size, &news))
        take_news(user, name, &news);
    transport_message_free(message);
}

/* Denials */

/* The reader whose subject it is; NULL: none. With the lock held. */
static struct nats_reader *denied_reader(const struct nats_service *service, const char *subject) {
    char own[SUBJECT_ROOM];
    for (struct nats_agent *agent = service->agents; agent; agent = agent->next)
        for (struct nats_reader *reader = agent->readers; reader; reader = reader->next)
            if (subject_of_reader(agent->name, reader->name, own) && strcmp(own, subject) == 0)
                return reader;
    return NULL;
}

/* All news at once are more than the server lets us have: see singles.h. With the lock held. */
static void listen_singly(struct nats_service *service) {
    service->single = true;
    lock_ring(&service->keeper);
}

/* Permissions may be taken away while we are there. */
void inbox_take_denial(void *user, const char *subject) {
    struct nats_service *service = user;
    lock_take(&service->lock);
    struct nats_reader *reader = denied_reader(service, subject);
    if (strcmp(subject, SUBJECT_NEWS) == 0)
        listen_singly(service);
    if (reader) {
        service->list_changes += reader->known;
        reader->known = false;
        reader->denied = true;
    }
    for (size_t i = 0; i < service->session_room; i++)
        for (struct nats_call *call = service->sessions[i] ? service->sessions[i]->calls : NULL; call;
             call = call->next)
            if (strcmp(call->subject, subject) == 0) {
                call->denied = true;
                lock_ring(&call->bell);
            }
    lock_ring(&service->news);
    lock_give(&service->lock);
}

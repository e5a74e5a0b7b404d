/* Asking who uses an agent: see enquiry.h. */
#include "share/enquiry.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/lock.h"
#include "remote/message.h"
#include "remote/subject.h"
#include "remote/transport.h"

#define ANSWER_MS 2000u /* for each answer */

/* One enquiry. */
struct enquiry {
    struct transport *transport;
    char subject[SUBJECT_ROOM];
    char reply[TRANSPORT_INBOX_MAX + 8];
    struct lock lock;
    struct lock_bell bell;
    struct transport_message *answer; /* the one that is waited for; NULL: not yet */
    bool nobody;
};

static void take(void *user, struct transport_message *message) {
    struct enquiry *enquiry = user;
    lock_take(&enquiry->lock);
    const bool wanted = !enquiry->answer && !transport_message_is_nobody(message);
    enquiry->nobody |= transport_message_is_nobody(message);
    if (wanted)
        enquiry->answer = message;
    lock_ring(&enquiry->bell);
    lock_give(&enquiry->lock);
    if (!wanted)
        transport_message_free(message);
}

/* Waits for the answer; NULL: none comes. */
static struct transport_message *await(struct enquiry *enquiry) {
    const uint64_t deadline = clock_deadline(ANSWER_MS);
    lock_take(&enquiry->lock);
    while (!enquiry->answer && !enquiry->nobody && lock_sleep(&enquiry->lock, &enquiry->bell, deadline))
        continue;
    struct transport_message *answer = enquiry->answer;
    enquiry->answer = NULL;
    lock_give(&enquiry->lock);
    return answer;
}

/* Hands one on, with texts that end. */
static void visit_one(const struct usage *usage, enquiry_visitor visit, void *user) {
    char who[UINT8_MAX + 1] = "", readers[UINT8_MAX + 1] = "";
    struct usage told = *usage;
    memcpy(who, usage->who, usage->who_size);
    memcpy(readers, usage->readers, usage->readers_size);
    who[usage->who_size] = readers[usage->readers_size] = '\0';
    told.who = who;
    told.readers = readers;
    visit(user, &told);
}

/* The sessions of one answer; returns how many. */
static uint32_t visit_all(struct transport_message *message, enquiry_visitor visit, void *user) {
    struct message_answer answer;
    struct usage usage;
    size_t size;
    uint32_t count = 0;
    const uint8_t *bytes = transport_message_data(message, &size);
    if (!message_decode_answer(bytes, size, &answer) || answer.kind != MESSAGE_SESSIONS)
        return 0;
    for (; usage_decode(&answer.body, &answer.body_size, &usage); count++)
        visit_one(&usage, visit, user);
    return count;
}

/* Asks for more and more of them, until there are no more. */
static rm_status ask(struct enquiry *enquiry, enquiry_visitor visit, void *user) {
    uint8_t bytes[MESSAGE_HEAD_MAX];
    struct message_request question = {.kind = MESSAGE_SESSIONS};
    for (uint32_t count = 1; count; question.words[0] += count) {
        const size_t size = message_encode_request(&question, bytes, sizeof bytes);
        const rm_status status =
            transport_send(enquiry->transport, enquiry->subject, enquiry->reply, bytes, size);
        struct transport_message *answer = status == RM_OK ? await(enquiry) : NULL;
        if (!answer)
            return status == RM_OK ? RM_E_UNKNOWN_READER : status;
        count = visit_all(answer, visit, user);
        transport_message_free(answer);
    }
    return RM_OK;
}

static rm_status connect_and_ask(struct enquiry *enquiry, enquiry_visitor visit, void *user, char *message,
                                 size_t message_size) {
    rm_status status = transport_listen(enquiry->transport, enquiry->reply, take, enquiry);
    if (status == RM_OK)
        status = transport_connect(enquiry->transport, 0, message, message_size);
    return status == RM_OK ? ask(enquiry, visit, user) : status;
}

rm_status enquiry_make(const struct settings *settings, const char *agent, enquiry_visitor visit, void *user,
                       char *message, size_t message_size) {
    static const struct transport_hears nothing = {.user = NULL};
    struct enquiry enquiry = {.transport = NULL};
    const char *cause = NULL, *remedy = NULL;
    if (!transport_is_available(&cause, &remedy)) {
        (void)snprintf(message, message ? message_size : 0, "%s: %s", cause, remedy);
        return RM_E_NO_SERVICE;
    }
    rm_status status = subject_of_session(agent, enquiry.subject) ? RM_OK : RM_E_INVALID_PARAMETER;
    if (status == RM_OK)
        status = transport_open(settings, "scard share", &nothing, &enquiry.transport);
    if (status == RM_OK) {
        (void)snprintf(enquiry.reply, sizeof enquiry.reply, "%s.s", transport_inbox(enquiry.transport));
        status = connect_and_ask(&enquiry, visit, user, message, message_size);
    }
    if (status == RM_E_UNKNOWN_READER)
        (void)snprintf(message, message ? message_size : 0, "no agent of the name \"%s\" answers", agent);
    transport_close(enquiry.transport);
    transport_message_free(enquiry.answer);
    return status;
}

/*
 * A client among hostile agents: whatever comes to where it listens, its copy of readers stays sound, and
 * only an answer that is whole is given to who waits for it.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/nats/copy.h"
#include "backends/nats/inbox.h"
#include "fedtransport.h"
#include "fuzz.h"
#include "rm/readerstate.h"

#define FEW 64u /* readers and agents that inputs come to */

/* What it asks for in between is a request, to a subject. */
static void heed(const char *subject, const char *reply, const uint8_t *bytes, size_t size) {
    struct message_request request;
    FUZZ_CHECK(reply && strncmp(subject, "scard.to.", 9) == 0);
    FUZZ_CHECK(message_decode_request(bytes, size, &request));
    FUZZ_CHECK(request.kind == MESSAGE_ASK || request.kind == MESSAGE_WHO);
}

static void give(struct nats_service *service, uint8_t how, const uint8_t *bytes, size_t size) {
    static const char *const senders[] = {"scard.from.a", "scard.from.b.R", "scard.from.=2E", "scard.from.",
                                          "other"};
    struct transport_message *message = fedtransport_message(senders[(how >> 2) % 5], NULL, bytes, size);
    if (how % 4 == 0)
        inbox_take_answer(service, message);
    else if (how % 4 == 1)
        inbox_take_who(service, message);
    else if (how % 4 == 2)
        inbox_take_all(service, message);
    else
        inbox_take_news(service, message);
}

static void check(const struct nats_service *service) {
    size_t agents = 0, listed = 0;
    for (const struct nats_agent *agent = service->agents; agent; agent = agent->next, agents++) {
        size_t readers = 0;
        FUZZ_CHECK(!agent->next || strcmp(agent->name, agent->next->name) < 0);
        for (const struct nats_reader *reader = agent->readers; reader; reader = reader->next, readers++) {
            FUZZ_CHECK(*reader->name &&
                       strlen(reader->full) == strlen(reader->name) + 2 + strlen(agent->name));
            FUZZ_CHECK(reader->atr_size <= RM_ATR_MAX && !(reader->state & RM_STATE_CHANGED));
            FUZZ_CHECK(copy_reader_of(agent, reader->name, strlen(reader->name)) == reader);
            listed += reader->known;
        }
        FUZZ_CHECK(readers == agent->reader_count);
    }
    FUZZ_CHECK(agents == service->agent_count && listed == copy_count(service));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct transport *transport;
    struct feed feed = {data, size};
    struct nats_session session = {.tag = 1, .opened = true, .lease_ms = 6000};
    struct nats_session *sessions[] = {&session};
    struct nats_call call = {.subject = "scard.to.a.reader.R", .channel = 1, .number = 1};
    struct nats_service service = {.sessions = sessions, .session_room = 1};
    const struct transport_hears nothing = {.user = NULL};
    if (!transport)
        FUZZ_CHECK(transport_open(NULL, "", &nothing, &transport) == RM_OK);
    char agent[] = "a";
    service.transport = transport;
    service.settings.lease_ms = 6000;
    session.agent = agent;
    session.calls = &call;
    memcpy(service.replies[NATS_REPLY_CALL], "c", 2);
    memcpy(service.replies[NATS_REPLY_WHO], "w", 2);
    fedtransport_sent = heed;
    while (feed.left) {
        size_t length = 0;
        const uint8_t how = feed_byte(&feed);
        const uint8_t *bytes = feed_bytes(&feed, feed_byte(&feed), &length);
        give(&service, how, bytes, length);
        check(&service);
    }
    if (call.answer) {
        struct message_answer answer;
        const uint8_t *bytes = transport_message_data(call.answer, &size);
        FUZZ_CHECK(message_decode_answer(bytes, size, &answer) && answer.channel == 1 && answer.number == 1);
        transport_message_free(call.answer);
    }
    copy_clear(&service);
    FUZZ_CHECK(fedtransport_messages == 0);
    return 0;
}

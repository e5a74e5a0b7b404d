/*
 * An agent among hostile clients: whatever comes on its subjects, each message is freed, each answer is one,
 * and belongs to the request; afterwards the reader serves an honest client.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/sim/setup.h"
#include "fedtransport.h"
#include "fuzz.h"
#include "remote/message.h"
#include "remote/subject.h"
#include "share/request.h"
#include "share/share.h"

#define SESSIONS 3u
#define WAIT_SECONDS 60     /* for an answer that has to come */
#define HONEST_TAG 0x10000u /* and more: made requests have a byte */
#define TRIES 100u          /* of an honest client whose card is reset */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool patient; /* the answer may be another thread's, which had the reader in hand */
    struct share *agent;
    struct message_request request; /* that is being answered */
    bool decoded;
    struct message_answer answer; /* the last one to somebody's reply */
    unsigned answers;
    uint8_t names[SESSIONS]
                 [MESSAGE_SESSION_SIZE]; /* that the agent has given, by what they were opened with */
    uint8_t named[MESSAGE_SESSION_SIZE]; /* the last one */
} fuzz = {.lock = PTHREAD_MUTEX_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER};

static _Thread_local bool ours; /* this is the thread of the inputs */

/*
 * Whether an answer is that of the request at hand: one that waited for its turn may be answered meanwhile.
 */
static bool is_its(const struct message_answer *answer) {
    return fuzz.decoded && answer->kind == fuzz.request.kind && answer->tag == fuzz.request.tag &&
           answer->channel == fuzz.request.channel && answer->number == fuzz.request.number;
}

/* Notes it, and the name that it gives to a session. With the lock held. */
static void note(const struct message_answer *answer) {
    fuzz.answer = *answer;
    fuzz.answer.body = NULL; /* the sender's */
    fuzz.answers++;
    (void)pthread_cond_signal(&fuzz.answered);
    if (answer->kind != MESSAGE_OPEN || answer->refusal != MESSAGE_TAKEN)
        return;
    FUZZ_CHECK(answer->body_size == sizeof fuzz.named);
    memcpy(fuzz.named, answer->body, sizeof fuzz.named);
    for (uint8_t i = 0; i < SESSIONS; i++) {
        uint8_t wish[MESSAGE_SESSION_SIZE];
        memset(wish, i, sizeof wish);
        if (memcmp(fuzz.request.session, wish, sizeof wish) == 0)
            memcpy(fuzz.names[i], fuzz.named, sizeof fuzz.named);
    }
}

/* Answers go to "reply", news elsewhere. The agent has threads of its own. */
static void heed(const char *subject, const char *reply, const uint8_t *bytes, size_t size) {
    struct message_news news;
    struct message_answer answer;
    (void)reply;
    if (strncmp(subject, "scard.from.", 11) == 0)
        FUZZ_CHECK(message_decode_news(bytes, size, &news));
    if (strcmp(subject, "reply") != 0)
        return;
    FUZZ_CHECK(message_decode_answer(bytes, size, &answer));
    (void)pthread_mutex_lock(&fuzz.lock);
    if ((ours || fuzz.patient) && is_its(&answer))
        note(&answer);
    (void)pthread_mutex_unlock(&fuzz.lock);
}

/* A message to the agent; every one is answered at most once, and at once: here nobody takes his time. */
static void give(const char *subject, const uint8_t *bytes, size_t size) {
    (void)pthread_mutex_lock(&fuzz.lock);
    fuzz.decoded = message_decode_request(bytes, size, &fuzz.request);
    fuzz.answers = 0;
    (void)pthread_mutex_unlock(&fuzz.lock);
    request_take(fuzz.agent, fedtransport_message(subject, "reply", bytes, size));
    (void)pthread_mutex_lock(&fuzz.lock);
    FUZZ_CHECK(fuzz.answers <= 1);
    (void)pthread_mutex_unlock(&fuzz.lock);
}

/* The reader is there as soon as the agent has looked. */
static void await_reader(void) {
    uint8_t bytes[MESSAGE_HEAD_MAX];
    const struct message_request ask = {.kind = MESSAGE_ASK};
    const size_t size = message_encode_request(&ask, bytes, sizeof bytes);
    do
        give("scard.to.fed.reader.Simulated_Reader_00", bytes, size);
    while (fuzz.answers == 0 || fuzz.answer.status != RM_OK);
}

static void start(void) {
    static struct settings settings;
    static struct rm_service *sim;
    static const struct share_options options = {.name = "fed"};
    FUZZ_CHECK(settings_read("//127.0.0.1", false, &settings, NULL, 0) == RM_OK);
    FUZZ_CHECK(sim_service_create(NULL, &sim, NULL, 0) == RM_OK);
    FUZZ_CHECK(share_start(sim, &settings, &options, &fuzz.agent, NULL, 0) == RM_OK);
    ours = true;
    fedtransport_sent = heed;
    await_reader();
}

static const char *subject_for(uint8_t choice) {
    static const char *const subjects[] = {"scard.to.fed.session",
                                           "scard.to.fed.reader.Simulated_Reader_00",
                                           "scard.to.fed.reader.Simulated_Reader_01",
                                           "scard.to.fed.reader.Nobody",
                                           "scard.to.fed.reader.=",
                                           "scard.to.fed"};
    return subjects[choice % (sizeof subjects / sizeof subjects[0])];
}

/* A request made of few bytes: of one of some sessions, and what it asks for can be had at once. */
static size_t make(struct feed *feed, uint8_t *out, size_t room) {
    size_t body = 0;
    struct message_request request = {.kind = feed_byte(feed)};
    const uint8_t session = feed_byte(feed) % SESSIONS;
    if (request.kind == MESSAGE_OPEN)
        memset(request.session, session, sizeof request.session);
    else
        memcpy(request.session, fuzz.names[session], sizeof request.session);
    request.tag = feed_byte(feed);
    request.channel = feed_byte(feed) % 4;
    request.number = feed_byte(feed);
    for (size_t i = 0; i < MESSAGE_WORDS; i++)
        request.words[i] = feed_byte(feed);
    request.body = feed_bytes(feed, feed_byte(feed), &body);
    request.body_size = body;
    return message_encode_request(&request, out, room);
}

/* The sessions end; the agent is as it was. */
static void end_sessions(void) {
    uint8_t bytes[MESSAGE_HEAD_MAX];
    struct message_request request = {.kind = MESSAGE_CLOSE};
    for (uint8_t i = 0; i < SESSIONS; i++) {
        memcpy(request.session, fuzz.names[i], sizeof request.session);
        give("scard.to.fed.session", bytes, message_encode_request(&request, bytes, sizeof bytes));
    }
}

/* Somebody else may be at work at the reader, by whose thread the request is answered then. */
static void await_answer(void) {
    struct timespec end;
    FUZZ_CHECK(clock_gettime(CLOCK_REALTIME, &end) == 0);
    end.tv_sec += WAIT_SECONDS;
    (void)pthread_mutex_lock(&fuzz.lock);
    while (fuzz.answers == 0)
        FUZZ_CHECK(pthread_cond_timedwait(&fuzz.answered, &fuzz.lock, &end) == 0);
    fuzz.patient = false;
    (void)pthread_mutex_unlock(&fuzz.lock);
}

/* A request of an honest client, which has to be taken; what came of it. */
static rm_status ask(struct message_request request, const char *subject) {
    static uint32_t tag = HONEST_TAG;
    uint8_t bytes[200];
    if (request.kind == MESSAGE_OPEN)
        memset(request.session, 0x77, sizeof request.session);
    else
        memcpy(request.session, fuzz.named, sizeof request.session);
    request.tag = tag++;
    request.timeout_ms = WAIT_SECONDS * 1000;
    (void)pthread_mutex_lock(&fuzz.lock);
    fuzz.patient = true;
    (void)pthread_mutex_unlock(&fuzz.lock);
    give(subject, bytes, message_encode_request(&request, bytes, sizeof bytes));
    await_answer();
    FUZZ_CHECK(fuzz.answer.refusal == MESSAGE_TAKEN);
    return fuzz.answer.status;
}

/*
 * Connects, and has a challenge of the card. A session that was lost may have left the card to be reset: then
 * it is tried again.
 */
static rm_status ask_card(uint32_t number) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    const char *reader = "scard.to.fed.reader.Simulated_Reader_00";
    const struct message_request connect = {
        .kind = MESSAGE_CONNECT, .channel = 1, .number = number, .words = {2, 3}};
    FUZZ_CHECK(ask(connect, reader) == RM_OK);
    return ask((struct message_request){.kind = MESSAGE_TRANSMIT,
                                        .channel = 1,
                                        .number = number + 1,
                                        .words = {0, 258},
                                        .body = challenge,
                                        .body_size = 5},
               reader);
}

static void serve_honest(void) {
    const char *session = "scard.to.fed.session";
    rm_status status = RM_W_RESET_CARD;
    FUZZ_CHECK(ask((struct message_request){.kind = MESSAGE_OPEN, .words = {6000}}, session) == RM_OK);
    for (uint32_t i = 0; i < TRIES && status == RM_W_RESET_CARD; i++)
        status = ask_card(2 * i + 1);
    FUZZ_CHECK(status == RM_OK && fuzz.answer.body_size == 10);
    FUZZ_CHECK(ask((struct message_request){.kind = MESSAGE_CLOSE}, session) == RM_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct feed feed = {data, size};
    uint8_t bytes[600];
    if (!fuzz.agent)
        start();
    while (feed.left) {
        const uint8_t how = feed_byte(&feed);
        if (how & 0x80) {
            size_t length = 0;
            const uint8_t *raw = feed_bytes(&feed, feed_byte(&feed), &length);
            give(subject_for(how), raw, length);
            continue;
        }
        const size_t length = make(&feed, bytes, sizeof bytes);
        give(subject_for(how), bytes, length);
    }
    end_sessions();
    serve_honest();
    return 0;
}

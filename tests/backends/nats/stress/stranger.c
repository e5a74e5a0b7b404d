/* Somebody in the network of the stress test: see roles.h. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "remote/message.h"
#include "remote/subject.h"
#include "remote/transport.h"
#include "roles.h"

#define HEARD 64u
#define SIZE_MAX_HEARD 200u
#define AT_A_TIME 20u

struct heard {
    uint8_t bytes[SIZE_MAX_HEARD];
    size_t size;
    char subject[120], reply[120];
};

struct ear {
    struct transport *transport;
    struct lock lock;
    struct heard heard[HEARD]; /* the last ones, in a ring */
    size_t count;
    uint64_t chance;
};

/* A session begins once: whoever has heard its beginning and all that follows could be its client. */
static bool is_wanted(const uint8_t *bytes, size_t size) {
    struct message_request request;
    return size <= SIZE_MAX_HEARD && message_decode_request(bytes, size, &request) &&
           request.kind != MESSAGE_OPEN && request.kind != MESSAGE_CLOSE && request.kind != MESSAGE_GONE &&
           request.kind != MESSAGE_CANCEL;
}

static void overhear(void *user, struct transport_message *message) {
    struct ear *ear = user;
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    const char *reply = transport_message_reply(message);
    if (reply && is_wanted(bytes, size)) {
        lock_take(&ear->lock);
        struct heard *heard = &ear->heard[ear->count++ % HEARD];
        memcpy(heard->bytes, bytes, size);
        heard->size = size;
        (void)snprintf(heard->subject, sizeof heard->subject, "%s", transport_message_subject(message));
        (void)snprintf(heard->reply, sizeof heard->reply, "%s", reply);
        lock_give(&ear->lock);
    }
    transport_message_free(message);
}

/* Repeated as it was, with a bit of its head or its session's name changed, or cut; or as an answer. */
static void send_one(struct ear *ear) {
    struct heard heard;
    lock_take(&ear->lock);
    const size_t known = ear->count < HEARD ? ear->count : HEARD;
    if (known)
        heard = ear->heard[ledger_chance(&ear->chance, (uint32_t)known)];
    lock_give(&ear->lock);
    if (!known)
        return;
    const uint32_t how = ledger_chance(&ear->chance, 4);
    const uint32_t bit = ledger_chance(&ear->chance, 20 * 8);
    if (how == 1)
        heard.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    if (how == 2)
        heard.size = ledger_chance(&ear->chance, (uint32_t)(heard.size < 44 ? heard.size : 44));
    (void)transport_send(ear->transport, how == 3 ? heard.reply : heard.subject, heard.reply, heard.bytes,
                         heard.size);
}

int roles_stranger(struct ledger *ledger, const char *spec) {
    static const struct transport_hears nothing = {.user = NULL};
    static struct ear ear;
    const struct timespec moment = {.tv_nsec = 50000000};
    struct settings settings;
    uint8_t order;
    ear.chance = ledger->seed ^ 0x5555;
    if (settings_read(spec, false, &settings, NULL, 0) != RM_OK ||
        transport_open(&settings, "stranger", &nothing, &ear.transport) != RM_OK ||
        transport_listen(ear.transport, "scard.to.>", overhear, &ear) != RM_OK)
        return 1;
    while (!ledger->stop && transport_connect(ear.transport, 1000, NULL, 0) != RM_OK)
        nanosleep(&moment, NULL);
    while (read(ROLES_ORDERS, &order, 1) == 1)
        for (uint32_t i = 0; i < AT_A_TIME; i++)
            send_one(&ear);
    transport_close(ear.transport);
    settings_clear(&settings);
    return 0;
}

/* Plain requests and replies over NATS: see plainnats.h. */
#include "plainnats.h"

#include <nats/nats.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define BYTES_MAX 65536
#define PATIENCE_MS 5000

static const uint8_t bytes[BYTES_MAX];

struct plainnats {
    natsConnection *connection;
};

static natsConnection *connect_to(const char *url) {
    natsOptions *options = NULL;
    natsConnection *connection = NULL;
    natsStatus status = natsOptions_Create(&options);
    if (status == NATS_OK)
        status = natsOptions_SetURL(options, url);
    if (status == NATS_OK)
        status = natsOptions_SetSendAsap(options, true);
    if (status == NATS_OK)
        status = natsConnection_Connect(&connection, options);
    natsOptions_Destroy(options);
    return status == NATS_OK ? connection : NULL;
}

static void answer(natsConnection *connection, natsSubscription *subscription, natsMsg *message,
                   void *place) {
    const struct plainnats_place *here = place;
    (void)subscription;
    (void)natsConnection_Publish(connection, natsMsg_GetReply(message), bytes, (int)here->size);
    natsMsg_Destroy(message);
}

/* In the child: tells through `ready` that it listens, and answers until it is killed. */
static void respond(const char *url, const struct plainnats_place *places, size_t count, int ready) {
    natsSubscription *subscriptions[PLAINNATS_PLACES] = {NULL};
    struct plainnats_place own[PLAINNATS_PLACES];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    natsConnection *connection = connect_to(url);
    bool fine = connection != NULL;
    for (size_t i = 0; i < count && fine; i++) {
        own[i] = places[i];
        fine = natsConnection_Subscribe(&subscriptions[i], connection, own[i].subject, answer, &own[i]) ==
               NATS_OK;
    }
    if (fine && natsConnection_FlushTimeout(connection, PATIENCE_MS) == NATS_OK && write(ready, "", 1) == 1)
        for (;;)
            pause();
    _exit(1);
}

pid_t plainnats_start(const char *url, const struct plainnats_place *places, size_t count) {
    int ready[2];
    char byte = 0;
    bool fine = count <= PLAINNATS_PLACES;
    for (size_t i = 0; i < count; i++)
        fine = fine && places[i].size <= BYTES_MAX;
    if (!fine || pipe(ready) != 0)
        return 0;
    pid_t child = fork();
    if (child == 0)
        respond(url, places, count, ready[1]);
    (void)close(ready[1]);
    if (child > 0 && read(ready[0], &byte, 1) != 1) {
        plainnats_stop(child);
        child = 0;
    }
    (void)close(ready[0]);
    return child > 0 ? child : 0;
}

void plainnats_stop(pid_t responder) {
    if (responder <= 0)
        return;
    (void)kill(responder, SIGKILL);
    (void)waitpid(responder, NULL, 0);
}

struct plainnats *plainnats_open(const char *url) {
    struct plainnats *plain = malloc(sizeof *plain);
    if (plain && !(plain->connection = connect_to(url))) {
        free(plain);
        return NULL;
    }
    return plain;
}

void plainnats_close(struct plainnats *plain) {
    if (plain)
        natsConnection_Destroy(plain->connection);
    free(plain);
}

bool plainnats_ask(struct plainnats *plain, const char *subject, size_t sent, size_t received) {
    natsMsg *reply = NULL;
    const bool good = sent <= BYTES_MAX &&
                      natsConnection_Request(&reply, plain->connection, subject, bytes, (int)sent,
                                             PATIENCE_MS) == NATS_OK &&
                      (size_t)natsMsg_GetDataLength(reply) == received;
    natsMsg_Destroy(reply);
    return good;
}

/*
 * P4 and P7: readers of our own that cards connect to (vpcd:0), and the simulator's. P4: a command over our
 * listener against the same command through pcscd and the driver vpcd, to two equal cards. P7: from the
 * moment at which a card is put in to the return of WaitForChange in another thread.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <winscard.h>

#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "pairs.h"
#include "rivals.h"
#include "rows.h"
#include "subject.h"
#include "support/services/pcscd.h"

#define INSERTIONS 300
#define INSERTIONS_MAX 1000u
#define READER_PREFIX "Virtual Reader "

/* Chooses our listener; the name of its reader, which has the port. */
static bool open_listener(char name[RIVALS_NAME], uint16_t *port) {
    if (scardssp_use_rm("vpcd:0", NULL, 0) != S_OK || !rivals_first_reader(name))
        return false;
    *port = (uint16_t)atoi(name + strlen(READER_PREFIX));
    return *port != 0;
}

/* P4 */

/* A card that is served to our listener. */
struct served {
    uint16_t port;
    int stop[2];
    pthread_t thread;
};

static void ignore(void *user) {
    (void)user;
}

static void *serve_ours(void *argument) {
    const struct served *served = argument;
    (void)rivals_serve(NULL, served->port, served->stop[0], ignore, NULL);
    return NULL;
}

/* The card at our listener, then both ways. */
static void with_listener(struct row *row, const char *name, uint16_t port, double effort) {
    struct served served = {.port = port};
    if (pipe(served.stop) != 0 || pthread_create(&served.thread, NULL, serve_ours, &served) != 0) {
        rivals_skip(row, "the card cannot be served");
        return;
    }
    if (rivals_is_in(name))
        rivals_compare(row, name, false, effort);
    else
        rivals_skip(row, "the card does not come in");
    close(served.stop[1]);
    (void)pthread_join(served.thread, NULL);
    for (int i = 0; i < 50 && rivals_holds_card(name); ++i)
        (void)usleep(10000);
}

static void measure_commands(struct row *row, struct pcscd *pcscd, const char *why, const char *name,
                             uint16_t port, double effort) {
    if (!pcscd)
        rivals_skip(row, why);
    else if (!pcscd_insert(pcscd, 0, rivals_serve, NULL))
        rivals_skip(row, "the service does not see the served card");
    else
        with_listener(row, name, port, effort);
}

/* P7 */

/* Somebody who waits for the reader to change, again and again. */
struct waiter {
    ISCardEx *card;
    BSTR reader;
    pthread_t thread;
    sem_t ready, done;
    uint64_t returned; /* now_ns() */
    LONG events;
    bool leaves;
};

static void *wait_always(void *argument) {
    struct waiter *waiter = argument;
    for (;;) {
        (void)sem_wait(&waiter->ready);
        if (waiter->leaves)
            return NULL;
        waiter->events = 0;
        if (ISCardEx_WaitForChange(waiter->card, 5000, waiter->reader, &waiter->events) != S_OK)
            waiter->events = 0;
        waiter->returned = now_ns();
        (void)sem_post(&waiter->done);
    }
}

static bool waiter_start(struct waiter *waiter, const char *name) {
    wchar_t wide[RIVALS_NAME];
    size_t length = 0;
    for (; name[length]; ++length)
        wide[length] = (wchar_t)(unsigned char)name[length];
    wide[length] = 0;
    waiter->reader = SysAllocString(wide);
    (void)sem_init(&waiter->ready, 0, 0);
    (void)sem_init(&waiter->done, 0, 0);
    return CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCardEx, (void **)&waiter->card) == S_OK &&
           ISCardEx_WaitForChange(waiter->card, 0, waiter->reader, &waiter->events) >= 0 &&
           pthread_create(&waiter->thread, NULL, wait_always, waiter) == 0;
}

static void waiter_end(struct waiter *waiter) {
    waiter->leaves = true;
    (void)sem_post(&waiter->ready);
    (void)pthread_join(waiter->thread, NULL);
    ISCardEx_Release(waiter->card);
    SysFreeString(waiter->reader);
}

/* The hand at a reader. */
struct hand {
    bool (*insert)(struct hand *hand), (*remove)(struct hand *hand);
    const char *name;
    uint16_t port;
    int socket;
};

static bool insert_simulated(struct hand *hand) {
    return scardssp_sim_put_back(hand->name) == S_OK;
}

static bool remove_simulated(struct hand *hand) {
    return scardssp_sim_remove(hand->name) == S_OK;
}

/* The shortest card there is: it connects, is asked for its ATR and gives it. */
static bool insert_peer(struct hand *hand) {
    static const uint8_t atr[] = {0, 5, 0x3B, 0x81, 0x01, 0x42, 0xC2};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(hand->port)};
    const int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    hand->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(hand->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return connect(hand->socket, (const struct sockaddr *)&address, sizeof address) == 0 &&
           send(hand->socket, atr, sizeof atr, MSG_NOSIGNAL) == (ssize_t)sizeof atr;
}

static bool remove_peer(struct hand *hand) {
    return close(hand->socket) == 0;
}

/* Time for the waiter to be asleep. */
static void let_sleep(void) {
    (void)usleep(2000);
}

/* From `move` to the waiter's return, in ms; below 0: it did not come. */
static double time_move(struct waiter *waiter, struct hand *hand, bool (*move)(struct hand *hand)) {
    (void)sem_post(&waiter->ready);
    let_sleep();
    const uint64_t start = now_ns();
    const bool moved = move(hand);
    (void)sem_wait(&waiter->done);
    return moved && waiter->events ? (double)(waiter->returned - start) / 1e6 : -1;
}

static void time_insertions(struct row *row, struct hand *hand, double effort) {
    static double times[INSERTIONS_MAX];
    struct waiter waiter = {.leaves = false};
    size_t used = 0;
    const size_t wanted = (size_t)(INSERTIONS * effort);
    if (!waiter_start(&waiter, hand->name)) {
        rivals_skip(row, "the reader cannot be waited for");
        return;
    }
    for (; used < wanted && used < INSERTIONS_MAX; ++used) {
        times[used] = time_move(&waiter, hand, hand->insert);
        if (times[used] < 0 || time_move(&waiter, hand, hand->remove) < 0)
            break;
    }
    waiter_end(&waiter);
    if (used < wanted) {
        rivals_skip(row, "a change was not seen");
        return;
    }
    row->value = median(times, used);
    row->low = times[used / 4];
    row->high = times[used * 3 / 4];
    (void)snprintf(row->measured, sizeof row->measured, "%zu insertions, longest %.3f ms", used,
                   times[used - 1]);
}

size_t rows_insertion(struct row *rows, double effort) {
    struct hand hand = {
        .insert = insert_simulated, .remove = remove_simulated, .name = "Simulated Reader 00"};
    rows[0] = (struct row){
        .number = "P7", .what = "insertion to WaitForChange, simulator: ms", .target = 1, .decimals = 3};
    if (scardssp_use_rm("sim", NULL, 0) == S_OK && remove_simulated(&hand))
        time_insertions(rows, &hand, effort);
    else
        rivals_skip(rows, "the simulator cannot be used");
    return 1;
}

size_t rows_listener(struct row *rows, double effort) {
    static const struct row plan[] = {
        {.number = "P4",
         .what = "Transaction, own listener / pcscd + vpcd",
         .target = 0.25,
         .decimals = 3,
         .limit = "what TCP over the loopback interface and two switches of threads take"},
        {.number = "P7", .what = "insertion to WaitForChange, listener: ms", .target = 1, .decimals = 3},
    };
    char name[RIVALS_NAME], why[sizeof rows->skipped] = "";
    struct hand hand = {.insert = insert_peer, .remove = remove_peer, .name = name};
    memcpy(rows, plan, sizeof plan);
    struct pcscd *pcscd = pcscd_start(why, sizeof why); /* before there are threads */
    if (open_listener(name, &hand.port)) {
        measure_commands(&rows[0], pcscd, why, name, hand.port, effort);
        time_insertions(&rows[1], &hand, effort);
    } else {
        rivals_skip(&rows[0], "our listener cannot be used");
        rivals_skip(&rows[1], "our listener cannot be used");
    }
    pcscd_stop(pcscd);
    return sizeof plan / sizeof *plan;
}

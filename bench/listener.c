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
#include "rows.h"
#include "subject.h"
#include "support/services/pcscd.h"

#define TURNS 5000
#define INSERTIONS 300
#define INSERTIONS_MAX 1000u
#define NAME_ROOM 128
#define READER_PREFIX "Virtual Reader "

static void skip(struct row *row, const char *why) {
    (void)snprintf(row->skipped, sizeof row->skipped, "%s", why);
}

/* The first reader of the process. */
static bool first_reader(char name[NAME_ROOM]) {
    char names[1000];
    size_t size = sizeof names;
    if (scardssp_list_readers(names, &size) != S_OK || !*names)
        return false;
    (void)snprintf(name, NAME_ROOM, "%.*s", NAME_ROOM - 1, names);
    return true;
}

/* Chooses our listener; the name of its reader, which has the port. */
static bool open_listener(char name[NAME_ROOM], uint16_t *port) {
    if (scardssp_use_rm("vpcd:0", NULL, 0) != S_OK || !first_reader(name))
        return false;
    *port = (uint16_t)atoi(name + strlen(READER_PREFIX));
    return *port != 0;
}

/* P4 */

struct rivals {
    struct subject subject;
    SCARDHANDLE handle; /* the PC/SC library's */
};

static bool transaction_ours(void *rivals) {
    struct subject *const subject = &((struct rivals *)rivals)->subject;
    return ISCard_Transaction(subject->card, &subject->cmd) == S_OK;
}

static bool transaction_raw(void *rivals) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, CHALLENGE_SIZE};
    uint8_t reply[258];
    DWORD size = sizeof reply;
    return SCardTransmit(((struct rivals *)rivals)->handle, SCARD_PCI_T1, challenge, sizeof challenge, NULL,
                         reply, &size) == SCARD_S_SUCCESS &&
           size == CHALLENGE_SIZE + 2;
}

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    const struct scardssp_sim_serve_options options = {
        .image = "demo", .protocol = 2, .wait_ms = 5000, .port = port, .connected = connected, .user = user};
    (void)card;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

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
    (void)serve(NULL, served->port, served->stop[0], ignore, NULL);
    return NULL;
}

static bool holds_card(const char *name) {
    struct scardssp_reader_state state = {.state = 0};
    return scardssp_get_reader_state(name, &state, 0) == S_OK && state.atr_size;
}

/* Waits for the card: half a second is more than enough. */
static bool is_in(const char *name) {
    for (int i = 0; i < 50 && !holds_card(name); ++i)
        (void)usleep(10000);
    return holds_card(name);
}

static void compare(struct row *row, const char *name, double effort) {
    const char *why = "";
    SCARDCONTEXT context = 0;
    DWORD protocol = 0;
    struct rivals rivals = {.handle = 0};
    struct pairs_result result;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS ||
        SCardConnect(context, pcscd_reader(0), SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &rivals.handle,
                     &protocol) != SCARD_S_SUCCESS) {
        skip(row, "the service's card cannot be connected to");
    } else if (!subject_open(&rivals.subject, name, T1, &why)) {
        skip(row, why);
    } else if (!pairs_run(transaction_ours, transaction_raw, &rivals, (size_t)(TURNS * effort), &result)) {
        skip(row, "a call failed");
    } else {
        row->value = result.ours / result.reference;
        row->low = result.low;
        row->high = result.high;
        (void)snprintf(row->measured, sizeof row->measured, "%.2f / %.2f us", result.ours / 1000,
                       result.reference / 1000);
    }
    subject_close(&rivals.subject);
}

/* The card at our listener, then both ways. */
static void with_listener(struct row *row, const char *name, uint16_t port, double effort) {
    struct served served = {.port = port};
    if (pipe(served.stop) != 0 || pthread_create(&served.thread, NULL, serve_ours, &served) != 0) {
        skip(row, "the card cannot be served");
        return;
    }
    if (is_in(name))
        compare(row, name, effort);
    else
        skip(row, "the card does not come in");
    close(served.stop[1]);
    (void)pthread_join(served.thread, NULL);
    for (int i = 0; i < 50 && holds_card(name); ++i)
        (void)usleep(10000);
}

static void measure_commands(struct row *row, struct pcscd *pcscd, const char *why, const char *name,
                             uint16_t port, double effort) {
    if (!pcscd)
        skip(row, why);
    else if (!pcscd_insert(pcscd, 0, serve, NULL))
        skip(row, "the service does not see the served card");
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
    wchar_t wide[NAME_ROOM];
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
        skip(row, "the reader cannot be waited for");
        return;
    }
    for (; used < wanted && used < INSERTIONS_MAX; ++used) {
        times[used] = time_move(&waiter, hand, hand->insert);
        if (times[used] < 0 || time_move(&waiter, hand, hand->remove) < 0)
            break;
    }
    waiter_end(&waiter);
    if (used < wanted) {
        skip(row, "a change was not seen");
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
        skip(rows, "the simulator cannot be used");
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
    char name[NAME_ROOM], why[sizeof rows->skipped] = "";
    struct hand hand = {.insert = insert_peer, .remove = remove_peer, .name = name};
    memcpy(rows, plan, sizeof plan);
    struct pcscd *pcscd = pcscd_start(why, sizeof why); /* before there are threads */
    if (open_listener(name, &hand.port)) {
        measure_commands(&rows[0], pcscd, why, name, hand.port, effort);
        time_insertions(&rows[1], &hand, effort);
    } else {
        skip(&rows[0], "our listener cannot be used");
        skip(&rows[1], "our listener cannot be used");
    }
    pcscd_stop(pcscd);
    return sizeof plan / sizeof *plan;
}

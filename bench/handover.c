/*
 * P8: four clients of one simulated reader, each with the lock, one command in it and the lock again, without
 * a pause: how long one of them had to wait at worst, and what share of all turns the least served has had.
 * Programs that do so over pcscd wait up to seconds, and one in four gets next to nothing.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <scardssp_rm.h>

#include "pairs.h"
#include "rows.h"
#include "subject.h"

#define CLIENTS 4u
#define ROWS 2u
#define TIME_MS 5000.0

struct client {
    pthread_t thread;
    struct subject subject;
    uint64_t turns;
    uint64_t worst_ns;
    bool failed;
};

static atomic_uint ready;
static atomic_bool ended;

/* The lock, a command, and the lock is given back. */
static bool take_turn(struct client *client) {
    const uint64_t asked = now_ns();
    if (ISCard_LockSCard(client->subject.card) != S_OK)
        return false;
    const uint64_t waited = now_ns() - asked;
    const bool good = subject_transaction(&client->subject);
    if (ISCard_UnlockSCard(client->subject.card, LEAVE) != S_OK || !good)
        return false;
    client->turns++;
    client->worst_ns = waited > client->worst_ns ? waited : client->worst_ns;
    return true;
}

static void *run(void *argument) {
    struct client *client = argument;
    atomic_fetch_add(&ready, 1);
    while (atomic_load(&ready) < CLIENTS && !atomic_load(&ended))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    while (!client->failed && !atomic_load(&ended))
        client->failed = !take_turn(client);
    return NULL;
}

static bool open_clients(struct client *clients) {
    const char *why = "";
    bool good = SUCCEEDED(scardssp_use_rm("sim", NULL, 0));
    for (unsigned i = 0; good && i < CLIENTS; ++i)
        good = subject_open(&clients[i].subject, "Simulated Reader 00", T1, &why);
    if (!good)
        fprintf(stderr, "the simulator cannot be used: %s\n", why);
    return good;
}

/* What has come out. */
static bool tell(const struct client *clients, struct row *rows) {
    uint64_t all = 0, least = UINT64_MAX, worst_ns = 0;
    bool good = true;
    for (unsigned i = 0; i < CLIENTS; ++i) {
        all += clients[i].turns;
        least = clients[i].turns < least ? clients[i].turns : least;
        worst_ns = clients[i].worst_ns > worst_ns ? clients[i].worst_ns : worst_ns;
        good = good && !clients[i].failed;
    }
    rows[0].value = (double)worst_ns / 1e6;
    rows[1].value = all ? 100.0 * (double)least / (double)all : 0;
    for (unsigned i = 0; i < ROWS; ++i)
        (void)snprintf(rows[i].measured, sizeof rows[i].measured, "%llu turns", (unsigned long long)all);
    return good && all;
}

/* Lets them compete for so long. false: one has failed, or could not be started. */
static bool compete(struct client *clients, uint32_t ms) {
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    unsigned started = 0;
    bool good = open_clients(clients);
    while (good && started < CLIENTS) {
        good = pthread_create(&clients[started].thread, NULL, run, &clients[started]) == 0;
        started += good;
    }
    if (good)
        nanosleep(&time, NULL);
    atomic_store(&ended, true);
    for (unsigned i = 0; i < started; ++i)
        pthread_join(clients[i].thread, NULL);
    for (unsigned i = 0; i < CLIENTS; ++i)
        subject_close(&clients[i].subject);
    return good;
}

size_t rows_handover(struct row *rows, double effort) {
    static const char limit[] = "the scheduler: who is given the lock has to be woken first";
    static const struct row plan[ROWS] = {
        {.number = "P8",
         .what = "lock among 4 clients: worst wait, ms",
         .target = 20,
         .decimals = 2,
         .limit = limit},
        {.number = "P8",
         .what = "the same: least served share, %",
         .target = 20,
         .at_least = 1,
         .decimals = 1,
         .limit = limit},
    };
    static struct client clients[CLIENTS];
    memcpy(rows, plan, sizeof plan);
    const bool good = compete(clients, (uint32_t)(TIME_MS * effort)) && tell(clients, rows);
    for (unsigned i = 0; !good && i < ROWS; ++i)
        (void)snprintf(rows[i].skipped, sizeof rows[i].skipped, "the simulator cannot be used");
    return ROWS;
}

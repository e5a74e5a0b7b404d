/*
 * P15: a rack of 100 agents with ten simulated readers each, on one NATS server: how long a program that has
 * just started takes to list all, and how many commands a second go to many agents at a time, beside plain
 * requests and replies of the same sizes by as many threads to as many processes. On all cores.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <scardssp_rm.h>

#include "fleet.h"
#include "gain.h"
#include "pairs.h"
#include "plainnats.h"
#include "rivals.h"
#include "subject.h"
#include "support/services/nats_server.h"
#include "workers.h"

#define AGENTS 100u
#define READERS 10u
#define WORKERS 16u
#define LISTS 9u
#define SLICE_MS 250u
#define ROUNDS_MAX 20u
/* Head, two words, the command; head, the card's answer (docs/remote.md). */
#define ASKED (36 + 8 + 5)
#define ANSWERED (48 + CHALLENGE_SIZE + 2)

/* The list */

static int count_one(void *count, const char *name, const struct scardssp_reader_state *state) {
    (void)name, (void)state;
    ++*(size_t *)count;
    return 1;
}

/* In a process of its own: lists all, and says how many ms that took, from its first call on. */
static void list_once(const char *url, int out) {
    size_t count = 0;
    const uint64_t begun = now_ns();
    if (scardssp_use_rm(url, NULL, 0) != 0 || scardssp_each_reader(count_one, &count) != 0)
        count = 0;
    const double took = count == AGENTS * READERS ? (double)(now_ns() - begun) / 1e6 : -1;
    _exit(write(out, &took, sizeof took) != sizeof took);
}

/* -1: it did not come to all of them. */
static double list_time(const char *url) {
    int ends[2];
    double took = -1;
    if (pipe(ends) != 0)
        return -1;
    const pid_t child = fork();
    if (child == 0)
        list_once(url, ends[1]);
    (void)close(ends[1]);
    if (child < 0 || read(ends[0], &took, sizeof took) != sizeof took)
        took = -1;
    (void)close(ends[0]);
    if (child > 0)
        (void)waitpid(child, NULL, 0);
    return took;
}

static void measure_list(struct row *row, const char *url) {
    double times[LISTS];
    for (size_t i = 0; i < LISTS; i++)
        if ((times[i] = list_time(url)) < 0) {
            rivals_skip(row, "a list was not whole");
            return;
        }
    row->value = median(times, LISTS);
    row->low = times[LISTS / 4];
    row->high = times[LISTS - 1 - LISTS / 4];
    (void)snprintf(row->measured, sizeof row->measured, "%.1f - %.1f ms", times[0], times[LISTS - 1]);
}

/* Commands */

/* A worker: a card of one agent, and the subject that a process like it answers on. */
struct hand {
    struct subject subject;
    struct plainnats *plain;
    char place[24];
};

static bool command_ours(void *hand) {
    return subject_transaction(&((struct hand *)hand)->subject);
}

static bool command_plain(void *hand) {
    struct hand *own = hand;
    return plainnats_ask(own->plain, own->place, ASKED, ANSWERED);
}

static bool attach_all(struct hand *hands, const char **why) {
    char name[FLEET_NAME];
    for (size_t i = 0; i < WORKERS; i++) {
        fleet_reader(name, i * (AGENTS / WORKERS), i % READERS);
        if (!subject_open(&hands[i].subject, name, T1, why))
            return false;
    }
    return true;
}

static double slice(workers_step step, struct hand *hands) {
    return workers_run(step, hands, sizeof *hands, WORKERS, SLICE_MS);
}

/* In the order A B B A. */
static void measure_rate(struct row *row, struct hand *hands, double effort) {
    double ratios[ROUNDS_MAX], ours = 0, plain = 0;
    size_t rounds = (size_t)(ROUNDS_MAX * effort);
    rounds = rounds < 4 ? 4 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    (void)slice(command_ours, hands);
    (void)slice(command_plain, hands);
    for (size_t i = 0; i < rounds; i++) {
        const double a = slice(command_ours, hands), b = slice(command_plain, hands);
        const double c = slice(command_plain, hands), d = slice(command_ours, hands);
        if (a <= 0 || b <= 0 || c <= 0 || d <= 0) {
            rivals_skip(row, "a call failed");
            return;
        }
        ratios[i] = (a + d) / (b + c);
        ours += (a + d) / 2;
        plain += (b + c) / 2;
    }
    row->value = median(ratios, rounds);
    row->low = ratios[rounds / 4];
    row->high = ratios[rounds - 1 - rounds / 4];
    (void)snprintf(row->measured, sizeof row->measured, "%.0f / %.0f a second", ours / (double)rounds,
                   plain / (double)rounds);
}

static void with_hands(struct row *row, const char *url, struct hand *hands, double effort) {
    const char *why = "the server cannot be reached";
    struct plainnats *plain = plainnats_open(url);
    bool fine = plain && scardssp_use_rm(url, NULL, 0) == 0;
    for (size_t i = 0; i < WORKERS; i++)
        hands[i].plain = plain;
    fine = fine && attach_all(hands, &why);
    if (fine)
        measure_rate(row, hands, effort);
    else
        rivals_skip(row, why);
    for (size_t i = 0; i < WORKERS; i++)
        subject_close(&hands[i].subject);
    plainnats_close(plain);
}

/* With a server: the processes first, then what makes threads in this one. */
static const char *with_server(struct row rows[2], const char *url, double effort) {
    static struct hand hands[WORKERS];
    struct fleet fleet = {.agents = 0};
    pid_t responders[WORKERS] = {0};
    bool fine = fleet_start(&fleet, url, AGENTS, READERS);
    for (size_t i = 0; i < WORKERS && fine; i++) {
        (void)snprintf(hands[i].place, sizeof hands[i].place, "bench.place.%zu", i);
        const struct plainnats_place place = {hands[i].place, ANSWERED};
        fine = (responders[i] = plainnats_start(url, &place, 1)) > 0;
    }
    if (fine) {
        measure_list(&rows[0], url);
        with_hands(&rows[1], url, hands, effort);
    }
    for (size_t i = 0; i < WORKERS; i++)
        plainnats_stop(responders[i]);
    fleet_stop(&fleet);
    return fine ? NULL : "the agents, or who answers plainly, cannot be started";
}

size_t rows_rack(struct row *rows, double effort) {
    static const struct row plan[] = {
        {.number = "P15", .what = "1000 readers of 100 agents, first list: ms", .target = 100, .decimals = 1},
        {.number = "P15",
         .what = "Commands to 16 agents / plain requests",
         .target = 0.85,
         .at_least = 1,
         .decimals = 3},
    };
    char said[120] = "";
    const char *why = said;
    struct nats_server server = {.port = 0};
    gain_free_cores();
    memcpy(rows, plan, sizeof plan);
    if (nats_server_start(&server, said, sizeof said))
        why = with_server(rows, nats_server_url(&server), effort);
    nats_server_stop(&server);
    for (size_t i = 0; why && i < sizeof plan / sizeof *plan; ++i)
        rivals_skip(&rows[i], why);
    return sizeof plan / sizeof *plan;
}

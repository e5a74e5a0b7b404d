/*
 * capacity [--agents N] [--readers N] [--sessions N] [--ms N]: what one NATS server, and agents and clients
 * around it, take on this machine: lists, events, commands a second, memory, threads. Agents and clients are
 * processes of their own. Exit status 1: a list was not whole, an event did not come, a session failed, or an
 * agent has threads for sessions. `make capacity` runs it, and a small one is among the tests.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <scardssp_rm.h>

#include "clients.h"
#include "fleet.h"
#include "pairs.h"
#include "support/services/nats_server.h"

#define PROCESSES 10u
#define THREADS 8u /* of each client process */
#define EVENTS 40u
#define EVENT_MS 10000u
#define SPARE_THREADS 24u /* of an agent, beside one for each reader: libnats's, the clock, those that wait */

struct sizes {
    size_t agents, readers, sessions;
    unsigned ms;
};

struct place {
    const struct sizes *sizes;
    const char *url;
    struct fleet *fleet;
    pid_t server;
    bool fine;
};

static void claim(struct place *place, bool holds, const char *what) {
    if (!holds)
        printf("NOT SO: %s\n", what);
    place->fine &= holds;
    (void)fflush(stdout);
}

/* Load */

static struct fleet_load agents_load(const struct fleet *fleet, size_t *most_threads) {
    struct fleet_load all = {0};
    *most_threads = 0;
    for (size_t i = 0; i < fleet->agents; i++) {
        const struct fleet_load one = fleet_load_of(fleet->places[i].process);
        all.memory_kib += one.memory_kib;
        all.threads += one.threads;
        *most_threads = one.threads > *most_threads ? one.threads : *most_threads;
    }
    return all;
}

static struct fleet_load show_load(const struct place *place, const char *when) {
    size_t most;
    const struct fleet_load agents = agents_load(place->fleet, &most);
    const struct fleet_load server = fleet_load_of(place->server);
    printf("%s: an agent %.2f MiB and %.1f threads (at most %zu); the server %.1f MiB\n", when,
           (double)agents.memory_kib / 1024 / (double)place->fleet->agents,
           (double)agents.threads / (double)place->fleet->agents, most, (double)server.memory_kib / 1024);
    return agents;
}

/* Lists and events: by a process of its own, which is a client that looks. */

static int count_one(void *count, const char *name, const struct scardssp_reader_state *state) {
    (void)name, (void)state;
    ++*(size_t *)count;
    return 1;
}

static void note_change(void *first, const struct scardssp_reader_change *change) {
    char name[FLEET_NAME];
    fleet_reader(name, ((size_t *)first)[0], 0);
    if (change->before && change->now && strcmp(change->name, name) == 0)
        ((size_t *)first)[1]++;
}

/* ms from a card that is moved to the watch telling of it; below 0: it does not. */
static double event_time(const struct place *place, struct scardssp_watch *watch, size_t agent) {
    size_t seen[2] = {agent, 0};
    const uint64_t begun = now_ns();
    int32_t status = fleet_flick(place->fleet, agent) ? 0 : -1;
    while (status == 0 && !seen[1] && now_ns() - begun < EVENT_MS * 1000000ull)
        status = scardssp_watch_wait(watch, EVENT_MS, note_change, seen);
    const double took = (double)(now_ns() - begun) / 1e6;
    /* Out and in again are two changes, unless both were seen at once. */
    while (status == 0)
        status = scardssp_watch_wait(watch, 50, note_change, seen);
    return seen[1] ? took : -1;
}

static int look(const struct place *place, double *list, double times[EVENTS]) {
    struct scardssp_watch *watch = NULL;
    size_t count = 0, seen[2] = {SIZE_MAX, 0};
    const uint64_t begun = now_ns();
    if (scardssp_use_rm(place->url, NULL, 0) != 0 || scardssp_each_reader(count_one, &count) != 0)
        return 1;
    *list = (double)(now_ns() - begun) / 1e6;
    if (count != place->sizes->agents * place->sizes->readers)
        return 1;
    int failed = scardssp_watch_open(&watch) != 0 || scardssp_watch_wait(watch, 0, note_change, seen) != 0;
    for (size_t i = 0; i < EVENTS && !failed; i++)
        failed = (times[i] = event_time(place, watch, i % place->sizes->agents)) < 0;
    scardssp_watch_close(watch);
    return failed;
}

static void show_lists_and_events(struct place *place, const char *when) {
    struct seen {
        double list, times[EVENTS];
    } seen;
    int ends[2], how = -1;
    if (pipe(ends) != 0)
        return;
    const pid_t child = fork();
    if (child == 0) {
        const int failed = look(place, &seen.list, seen.times);
        exit(failed || write(ends[1], &seen, sizeof seen) != sizeof seen);
    }
    (void)close(ends[1]);
    const bool came = read(ends[0], &seen, sizeof seen) == sizeof seen;
    (void)close(ends[0]);
    (void)waitpid(child, &how, 0);
    claim(place, came && how == 0, "all readers are listed, and each card that is moved is told of");
    if (!came)
        return;
    const double middle = median(seen.times, EVENTS);
    printf("%s: the first list of %zu readers %.0f ms; a card moved is told in %.2f ms (worst of %u: %.2f)\n",
           when, place->sizes->agents * place->sizes->readers, seen.list, middle, EVENTS,
           seen.times[EVENTS - 1]);
}

/* Sessions */

static void show_clients(const struct clients *clients) {
    struct fleet_load all = {0};
    for (size_t i = 0; i < clients->count; i++) {
        const struct fleet_load one = fleet_load_of(clients->places[i].process);
        all.memory_kib += one.memory_kib;
        all.threads += one.threads;
    }
    printf("  %zu client processes: %.2f MiB and %.1f threads each\n", clients->count,
           (double)all.memory_kib / 1024 / (double)clients->count,
           (double)all.threads / (double)clients->count);
}

/* So many sessions over so many agents: what they take, and what they do together. */
static void with_sessions(struct place *place, size_t agents, const char *where) {
    const struct sizes *sizes = place->sizes;
    const struct clients_plan plan = {place->url, agents, sizes->readers};
    struct clients clients = {.count = 0};
    size_t most_before, most;
    const struct fleet_load before = agents_load(place->fleet, &most_before);
    const bool fine = clients_start(&clients, &plan, PROCESSES, sizes->sessions / PROCESSES);
    const double attached = fine ? clients_attach(&clients) : -1;
    claim(place, attached >= 0, "every session is opened, and its card is attached");
    if (attached >= 0) {
        const size_t count = clients.count * clients.sessions;
        const double rate = clients_work(&clients, sizes->ms, THREADS);
        claim(place, rate > 0, "every command is answered");
        const struct fleet_load after = agents_load(place->fleet, &most);
        printf("%zu sessions at %s: attached in %.0f ms, %.0f commands a second by %u threads\n", count,
               where, attached, rate, PROCESSES * THREADS);
        printf("  agents: %.1f KiB a session, %zu threads more in all; the most that one has is %zu\n",
               ((double)after.memory_kib - (double)before.memory_kib) / (double)count,
               after.threads > before.threads ? after.threads - before.threads : 0, most);
        show_clients(&clients);
        claim(place, most <= sizes->readers + SPARE_THREADS, "an agent has no thread for each session");
        if (agents > 1)
            show_lists_and_events(place, "  with them");
        show_load(place, "  then");
    }
    clients_stop(&clients);
}

static bool run(const struct sizes *sizes, const struct nats_server *server) {
    struct fleet fleet = {.agents = 0};
    struct place place = {.sizes = sizes,
                          .url = nats_server_url(server),
                          .fleet = &fleet,
                          .server = server->process,
                          .fine = true};
    const uint64_t begun = now_ns();
    const bool started = fleet_start(&fleet, place.url, sizes->agents, sizes->readers);
    claim(&place, started, "all agents start");
    if (started) {
        printf("%zu agents with %zu readers each, started in %.1f s\n", sizes->agents, sizes->readers,
               (double)(now_ns() - begun) / 1e9);
        show_load(&place, "idle");
        show_lists_and_events(&place, "idle");
        with_sessions(&place, sizes->agents, "all agents");
        with_sessions(&place, 1, "one agent");
    }
    fleet_stop(&fleet);
    return place.fine;
}

static bool take(const char *name, const char *value, struct sizes *sizes) {
    char *end = NULL;
    const unsigned long number = strtoul(value, &end, 10);
    if (*end || number < 1 || number > 100000)
        return false;
    if (strcmp(name, "--agents") == 0)
        sizes->agents = number;
    else if (strcmp(name, "--readers") == 0)
        sizes->readers = number;
    else if (strcmp(name, "--sessions") == 0)
        sizes->sessions = number;
    else if (strcmp(name, "--ms") == 0)
        sizes->ms = (unsigned)number;
    else
        return false;
    return true;
}

int main(int count, char **arguments) {
    struct sizes sizes = {.agents = 100, .readers = 10, .sessions = 1000, .ms = 5000};
    struct nats_server server = {.port = 0};
    double load[3] = {0};
    char why[200] = "";
    for (int i = 1; i < count; i += 2)
        if (i + 1 >= count || !take(arguments[i], arguments[i + 1], &sizes)) {
            (void)fprintf(stderr, "usage: capacity [--agents N] [--readers N] [--sessions N] [--ms N]\n");
            return 2;
        }
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* so that no child has a part of it */
    if (!nats_server_start(&server, why, sizeof why)) {
        (void)fprintf(stderr, "capacity: %s\n", why);
        return 77;
    }
    (void)getloadavg(load, 3);
    printf("%ld cores, load %.1f before; one nats-server\n", sysconf(_SC_NPROCESSORS_ONLN), load[0]);
    const bool fine = run(&sizes, &server);
    nats_server_stop(&server);
    return !fine;
}

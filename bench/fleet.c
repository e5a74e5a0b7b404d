/* Many agents: see fleet.h. */
#include "fleet.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <scardssp_rm.h>
#include <scardssp_share.h>
#include <scardssp_sim.h>

#define PATIENCE_MS 60000

void fleet_reader(char name[FLEET_NAME], size_t agent, size_t reader) {
    (void)snprintf(name, FLEET_NAME, "Reader %02zu @agent%03zu", reader, agent);
}

/* In an agent */

/* Moves the first card at each byte. */
static void *move(void *hand) {
    char byte;
    while (read(*(const int *)hand, &byte, 1) == 1)
        if (scardssp_sim_remove("Reader 00") == 0)
            (void)scardssp_sim_put_back("Reader 00");
    return NULL;
}

static void tell_ready(void *ready, const struct scardssp_share_event *event) {
    if (event->kind == SCARDSSP_SHARE_READY)
        (void)!write(*(const int *)ready, "", 1);
}

static bool plug_readers(size_t readers) {
    char name[FLEET_NAME];
    bool fine = scardssp_use_rm("sim", NULL, 0) == 0;
    scardssp_sim_clear();
    for (size_t i = 0; i < readers && fine; i++) {
        (void)snprintf(name, sizeof name, "Reader %02zu", i);
        fine = scardssp_sim_plug(name, "demo", 0, NULL, 0) == 0;
    }
    return fine;
}

static void be_agent(const char *url, size_t number, size_t readers, int hand, int ready) {
    char name[40];
    pthread_t thread;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)snprintf(name, sizeof name, "agent%03zu", number);
    const struct scardssp_share_options options = {
        .server = url, .name = name, .tell = tell_ready, .user = &ready};
    if (plug_readers(readers) && pthread_create(&thread, NULL, move, &hand) == 0)
        (void)scardssp_share(&options, -1, NULL, 0);
    _exit(1);
}

/* Here */

static bool start_one(struct fleet *fleet, const char *url, size_t number, int ready) {
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    const pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < number; i++)
            (void)close(fleet->places[i].hand);
        (void)close(ends[1]);
        be_agent(url, number, fleet->readers, ends[0], ready);
    }
    (void)close(ends[0]);
    fleet->places[number] = (struct fleet_agent){.process = child, .hand = ends[1]};
    return child > 0;
}

/* Until so many bytes have come. */
static bool await(int ready, size_t count) {
    struct pollfd end = {.fd = ready, .events = POLLIN};
    char bytes[64];
    while (count) {
        const ssize_t got = poll(&end, 1, PATIENCE_MS) == 1
                                ? read(ready, bytes, count < sizeof bytes ? count : sizeof bytes)
                                : 0;
        if (got <= 0)
            return false;
        count -= (size_t)got;
    }
    return true;
}

bool fleet_start(struct fleet *fleet, const char *url, size_t agents, size_t readers) {
    int ready[2];
    fleet->readers = readers;
    fleet->places = calloc(agents, sizeof *fleet->places);
    if (!fleet->places || pipe(ready) != 0)
        return false;
    bool fine = true;
    for (; fleet->agents < agents && fine; fleet->agents++)
        fine = start_one(fleet, url, fleet->agents, ready[1]);
    (void)close(ready[1]);
    fine = fine && await(ready[0], agents);
    (void)close(ready[0]);
    return fine;
}

void fleet_stop(struct fleet *fleet) {
    for (size_t i = 0; i < fleet->agents; i++)
        if (fleet->places[i].process > 0)
            (void)kill(fleet->places[i].process, SIGKILL);
    for (size_t i = 0; i < fleet->agents; i++) {
        if (fleet->places[i].process > 0)
            (void)waitpid(fleet->places[i].process, NULL, 0);
        (void)close(fleet->places[i].hand);
    }
    free(fleet->places);
    *fleet = (struct fleet){.agents = 0};
}

bool fleet_flick(const struct fleet *fleet, size_t agent) {
    return write(fleet->places[agent].hand, "x", 1) == 1;
}

struct fleet_load fleet_load_of(pid_t process) {
    char path[60], line[200];
    struct fleet_load load = {0};
    unsigned long value;
    (void)snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", (long)process);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Private_Clean: %lu", &value) == 1 ||
            sscanf(line, "Private_Dirty: %lu", &value) == 1)
            load.memory_kib += value;
    if (file)
        (void)fclose(file);
    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)process);
    file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Threads: %lu", &value) == 1)
            load.threads = value;
    if (file)
        (void)fclose(file);
    return load;
}

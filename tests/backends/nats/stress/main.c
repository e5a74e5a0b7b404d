/*
 * stress_remote [--minutes N] [--seed N]: random faults of docs/remote.md's table, one after the other and
 * several at a time, under clients that use cards all the while; real nats-servers, agents and clients that
 * are processes of their own and are killed, a network of its own that loses packets. Time runs ten times as
 * fast: the lease is a tenth, and so are the faults; 60 minutes take six. The seed, which is printed, decides
 * what happens and what the clients do.
 *
 * Nothing may be done twice, or be told without having been done; no call may hang, or end with a code that
 * is not true; what a client has shown the card passes to nobody; nothing is left over in the agents. `make
 * stress-remote` runs it; a short one is among the tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "roles.h"
#include "support/services/loss.h"
#include "support/services/nats_cluster.h"

#define LEASE_MS 600u
#define FASTER 10u
#define END_MS 60000u /* for everybody to come to an end */

struct role {
    pid_t process; /* 0: it does not run */
    int orders;
};

struct stress {
    struct ledger *ledger;
    int descriptor;
    uint64_t chance;
    bool is_private; /* the network */
    struct nats_cluster cluster;
    char far[100]; /* the servers by the address that is cut off */
    struct role agents[LEDGER_AGENTS], clients[LEDGER_CLIENTS], stranger;
    uint32_t lives[LEDGER_CLIENTS];
    unsigned faults[11];
    bool fine;
};

static void nap(uint32_t ms) {
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

static uint32_t chance(struct stress *stress, uint32_t limit) {
    return ledger_chance(&stress->chance, limit);
}

static void claim(struct stress *stress, bool holds, const char *what) {
    if (!holds)
        printf("# NOT SO: %s\n", what);
    stress->fine &= holds;
}

/* Processes */

static void become(const struct stress *stress, const char *role, const char *spec, uint32_t number,
                   uint32_t life, int orders) {
    char descriptor[12], first[12], second[12];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)snprintf(descriptor, sizeof descriptor, "%d", stress->descriptor);
    (void)snprintf(first, sizeof first, "%u", (unsigned)number);
    (void)snprintf(second, sizeof second, "%u", (unsigned)life);
    (void)dup2(orders, ROLES_ORDERS);
    (void)execl("/proc/self/exe", role, role, descriptor, spec, first, second, (char *)NULL);
    _exit(127);
}

static struct role start(struct stress *stress, const char *name, const char *spec, uint32_t number,
                         uint32_t life) {
    int ends[2];
    struct role role = {.orders = -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return role;
    role.process = fork();
    if (role.process == 0)
        become(stress, name, spec, number, life, ends[0]);
    (void)close(ends[0]);
    role.orders = ends[1];
    return role;
}

static void start_agent(struct stress *stress, uint32_t number) {
    stress->agents[number] = start(stress, "agent", stress->cluster.spec, number, 0);
}

/* Half of the clients are those whose packets are lost. */
static void start_client(struct stress *stress, uint32_t number) {
    const bool is_far = stress->is_private && number % 2;
    stress->lives[number] = stress->lives[number] % 255 + 1;
    stress->clients[number] =
        start(stress, "client", is_far ? stress->far : stress->cluster.spec, number, stress->lives[number]);
}

static void order(const struct role *role, uint8_t what) {
    (void)!write(role->orders, &what, 1);
}

static void murder(struct role *role) {
    (void)kill(role->process, SIGKILL);
    while (waitpid(role->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    (void)close(role->orders);
    role->process = 0;
}

/* Ends it in good order. false: it does not come to an end, or says that it failed. */
static bool end(struct role *role, uint64_t deadline) {
    int how = -1;
    pid_t ended;
    (void)close(role->orders);
    while ((ended = waitpid(role->process, &how, WNOHANG)) == 0 && clock_left(deadline))
        nap(10);
    if (ended == 0)
        murder(role);
    role->process = 0;
    return ended > 0 && how == 0;
}

/* Faults: each returns the number that it has in the table. */

static void restart(struct stress *stress, uint32_t server) {
    char why[200];
    if (stress->cluster.servers[server].process == 0)
        claim(stress, nats_server_start(&stress->cluster.servers[server], why, sizeof why),
              "servers start again");
}

static unsigned restart_all(struct stress *stress, uint32_t away_ms) {
    for (uint32_t i = 0; i < NATS_CLUSTER_SERVERS; i++)
        nats_server_stop(&stress->cluster.servers[i]);
    nap(away_ms);
    for (uint32_t i = 0; i < NATS_CLUSTER_SERVERS; i++)
        restart(stress, i);
    return away_ms < LEASE_MS ? 1 + chance(stress, 2) : 3;
}

static unsigned kill_one(struct stress *stress) {
    const uint32_t server = chance(stress, NATS_CLUSTER_SERVERS);
    nats_server_stop(&stress->cluster.servers[server]);
    nap(chance(stress, LEASE_MS));
    restart(stress, server);
    return 4;
}

static unsigned start_agent_again(struct stress *stress) {
    const uint32_t agent = chance(stress, LEDGER_AGENTS);
    if (chance(stress, 2))
        murder(&stress->agents[agent]);
    else
        claim(stress, end(&stress->agents[agent], clock_deadline(END_MS)),
              "agents end when they are told to");
    nap(chance(stress, 2) * chance(stress, LEASE_MS));
    start_agent(stress, agent);
    return 5;
}

static unsigned kill_client(struct stress *stress) {
    const uint32_t client = chance(stress, LEDGER_CLIENTS);
    murder(&stress->clients[client]);
    start_client(stress, client);
    return 6;
}

static unsigned lose_packets(struct stress *stress) {
    const uint32_t ms = chance(stress, 2) ? LEASE_MS / 3 : LEASE_MS * 10 / 3;
    claim(stress, loss_begin(), "packets can be lost");
    nap(ms);
    claim(stress, loss_end(), "packets can be lost no more");
    return 7;
}

static unsigned move_something(struct stress *stress) {
    const uint32_t agent = chance(stress, LEDGER_AGENTS), reader = chance(stress, LEDGER_READERS);
    order(&stress->agents[agent], (uint8_t)((chance(stress, 2) ? ROLES_PULL : ROLES_UNPLUG) | reader));
    return 8;
}

static void fault(struct stress *stress) {
    const uint32_t what = chance(stress, 10);
    unsigned number;
    if (what == 0)
        number = restart_all(stress, chance(stress, LEASE_MS / 4));
    else if (what == 1)
        number = restart_all(stress, LEASE_MS + chance(stress, 2 * LEASE_MS));
    else if (what == 2)
        number = kill_one(stress);
    else if (what == 3)
        number = start_agent_again(stress);
    else if (what == 4)
        number = kill_client(stress);
    else if (what == 5 && stress->is_private)
        number = lose_packets(stress);
    else if (what < 8)
        number = move_something(stress);
    else
        number = 10;
    if (number == 10)
        order(&stress->stranger, 1);
    stress->faults[number]++;
    nap(chance(stress, chance(stress, 4) ? LEASE_MS : 4 * LEASE_MS)); /* the next may come in the middle */
}

/* Beginning and end */

static bool begin(struct stress *stress, char *why, size_t why_size) {
    size_t used = (size_t)snprintf(stress->far, sizeof stress->far, "//");
    if (!nats_cluster_start(&stress->cluster, stress->is_private ? "0.0.0.0" : "127.0.0.1", why, why_size))
        return false;
    for (uint32_t i = 0; i < NATS_CLUSTER_SERVERS; i++)
        used += (size_t)snprintf(stress->far + used, sizeof stress->far - used, "%s" LOSS_ADDRESS ":%u",
                                 i ? "," : "", (unsigned)stress->cluster.servers[i].port);
    for (uint32_t i = 0; i < LEDGER_AGENTS; i++)
        start_agent(stress, i);
    for (uint32_t i = 0; i < LEDGER_CLIENTS; i++)
        start_client(stress, i);
    stress->stranger = start(stress, "stranger", stress->cluster.spec, 0, 0);
    return true;
}

static void finish(struct stress *stress) {
    const uint64_t deadline = clock_deadline(END_MS);
    nap(4 * LEASE_MS);
    stress->ledger->stop = true;
    for (uint32_t i = 0; i < LEDGER_CLIENTS; i++)
        claim(stress, end(&stress->clients[i], deadline),
              "every call ends, and clients give back what they had");
    claim(stress, end(&stress->stranger, deadline), "the stranger ends");
    for (uint32_t i = 0; i < LEDGER_AGENTS; i++) {
        const struct ledger_agent *agent = &stress->ledger->agents[i];
        claim(stress, end(&stress->agents[i], deadline), "agents end, and give back what they had");
        claim(stress, agent->ended && agent->sessions == 0, "no session is left over");
        claim(stress, agent->files <= agent->files_at_first + 4, "no descriptor is left over");
        claim(stress, agent->threads <= LEDGER_READERS + 8, "no thread is left over");
    }
    nats_cluster_stop(&stress->cluster);
}

/* What the card has done, against what was told. */
static void compare(struct stress *stress) {
    const struct ledger *ledger = stress->ledger;
    size_t done = 0, twice = 0, invented = 0, unknown = 0;
    for (size_t place = 0; place < LEDGER_PLACES; place++)
        for (size_t i = 0; i < LEDGER_COMMANDS; i++) {
            done += ledger->done[place][i];
            twice += ledger->done[place][i] > 1;
            invented += ledger->told[place][i] == 1 && ledger->done[place][i] == 0;
            unknown += ledger->told[place][i] == 2 && ledger->done[place][i] == 1;
        }
    printf(
        "# the card did %zu commands, %u of them longer than the lease; %zu more than once, %zu told and not "
        "done; %zu done whose client was told of a fault\n",
        done, (unsigned)ledger->slow, twice, invented, unknown);
    printf("# %u transactions begun after which the card was a client's; %u times ReAttach brought it back\n",
           (unsigned)ledger->taken, (unsigned)ledger->recovered);
    claim(stress, twice == 0, "nothing is done twice");
    claim(stress, invented == 0, "nothing is told that was not done");
    claim(stress, done > 100 && ledger->recovered > 0, "there was something to see");
    claim(stress, ledger->passed == 0, "what a client has shown the card passes to nobody");
    claim(stress, ledger->strange == 0, "every call says what it came to");
    printf("# calls came to");
    for (size_t i = 0; i < LEDGER_CODES && ledger->codes[i]; i++)
        printf(" %08X x%u", (unsigned)(ledger->codes[i] - 1), (unsigned)ledger->counts[i]);
    printf("\n# faults:");
    for (unsigned i = 1; i < sizeof stress->faults / sizeof stress->faults[0]; i++)
        if (stress->faults[i])
            printf(" N%u x%u", i, stress->faults[i]);
    printf("; N9 all the time\n");
}

static int be_role(char **arguments) {
    struct ledger *ledger = ledger_open(atoi(arguments[2]));
    const uint32_t number = (uint32_t)atoi(arguments[4]), life = (uint32_t)atoi(arguments[5]);
    if (!ledger)
        return 1;
    if (strcmp(arguments[1], "agent") == 0)
        return roles_agent(ledger, arguments[3], number);
    if (strcmp(arguments[1], "client") == 0)
        return roles_client(ledger, arguments[3], number, life);
    return roles_stranger(ledger, arguments[3]);
}

static int run(uint64_t seed, uint32_t minutes) {
    static struct stress stress = {.fine = true};
    char why[300] = "", lease[12];
    (void)snprintf(lease, sizeof lease, "%u", LEASE_MS);
    (void)setenv("SCARDSSP_NATS_LEASE", lease, 1);
    (void)setenv("SCARDSSP_NATS_INSECURE", "1",
                 1); /* the address that is cut off is not the loopback's own */
    (void)signal(SIGPIPE, SIG_IGN);
    stress.ledger = ledger_create(&stress.descriptor);
    stress.is_private = loss_make_network();
    if (!stress.is_private)
        printf("# NOT TESTED, what lost packets do (N7): no network namespace, or no nft\n");
    if (!stress.ledger)
        return 1;
    stress.ledger->seed = stress.chance = seed;
    stress.ledger->lease_ms = LEASE_MS;
    if (!begin(&stress, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    printf("1..1\n# seed %llu, %u minutes in %u seconds\n", (unsigned long long)seed, (unsigned)minutes,
           (unsigned)(minutes * 60 / FASTER));
    (void)fflush(stdout);
    const uint64_t deadline = clock_deadline(minutes * 60000 / FASTER);
    nap(2 * LEASE_MS);
    while (clock_left(deadline))
        fault(&stress);
    finish(&stress);
    compare(&stress);
    printf("%s 1 - %u minutes of faults\n", stress.fine ? "ok" : "not ok", (unsigned)minutes);
    return !stress.fine;
}

int main(int count, char **arguments) {
    uint64_t seed = (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
    uint32_t minutes = 60;
    if (count == 6 && arguments[1][0] != '-')
        return be_role(arguments);
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--seed") == 0)
            seed = strtoull(arguments[i + 1], NULL, 10);
        else if (strcmp(arguments[i], "--minutes") == 0)
            minutes = (uint32_t)strtoul(arguments[i + 1], NULL, 10);
    }
    return run(seed ? seed : 1, minutes);
}

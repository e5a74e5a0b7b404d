/* Many clients: see clients.h. */
#include "clients.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <scardssp_rm.h>

#include "fleet.h"
#include "pairs.h"
#include "subject.h"
#include "workers.h"

#define THREADS_MAX 64u

enum what { ATTACH = 1, WORK };

struct order {
    uint32_t what, ms, threads;
};

/* In a client */

/* The sessions that one thread works with, in turn. */
struct share {
    struct subject *subjects;
    size_t count, next;
};

static bool work_once(void *share) {
    struct share *own = share;
    struct subject *subject = &own->subjects[own->next];
    own->next = (own->next + 1) % own->count;
    return subject_transaction(subject);
}

static double work(struct subject *subjects, size_t count, const struct order *order) {
    struct share shares[THREADS_MAX];
    size_t threads = order->threads < THREADS_MAX ? order->threads : THREADS_MAX;
    if (threads > count)
        threads = count;
    for (size_t i = 0; i < threads; i++) {
        const size_t first = count * i / threads;
        shares[i] = (struct share){&subjects[first], count * (i + 1) / threads - first, 0};
    }
    return workers_run(work_once, shares, sizeof *shares, threads, order->ms);
}

static double attach(struct subject *subjects, const struct clients_plan *plan, size_t first, size_t count) {
    char name[FLEET_NAME];
    const char *why = "";
    const uint64_t begun = now_ns();
    if (scardssp_use_rm(plan->url, NULL, 0) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const size_t place = first + i;
        fleet_reader(name, place % plan->agents, place / plan->agents % plan->readers);
        if (!subject_open(&subjects[i], name, T1, &why))
            return -1;
    }
    return (double)(now_ns() - begun) / 1e6;
}

static int be_client(const struct clients_plan *plan, size_t first, size_t count, int orders, int answers) {
    struct subject *subjects = calloc(count, sizeof *subjects);
    struct order order;
    if (!subjects)
        return 1;
    while (read(orders, &order, sizeof order) == sizeof order) {
        const double said =
            order.what == ATTACH ? attach(subjects, plan, first, count) : work(subjects, count, &order);
        if (write(answers, &said, sizeof said) != sizeof said)
            break;
    }
    for (size_t i = 0; i < count; i++)
        subject_close(&subjects[i]);
    free(subjects);
    return 0;
}

/* Here */

static bool start_one(struct clients *clients, const struct clients_plan *plan, size_t number) {
    int orders[2], answers[2];
    if (pipe(orders) != 0)
        return false;
    if (pipe(answers) != 0) {
        (void)close(orders[0]);
        (void)close(orders[1]);
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (size_t i = 0; i < number; i++)
            (void)close(clients->places[i].orders);
        (void)close(orders[1]);
        exit(be_client(plan, number * clients->sessions, clients->sessions, orders[0], answers[1]));
    }
    (void)close(orders[0]);
    (void)close(answers[1]);
    clients->places[number] = (struct client){.process = child, .orders = orders[1], .answers = answers[0]};
    return child > 0;
}

bool clients_start(struct clients *clients, const struct clients_plan *plan, size_t count, size_t sessions) {
    bool fine = true;
    clients->sessions = sessions;
    clients->places = calloc(count, sizeof *clients->places);
    if (!clients->places)
        return false;
    for (; clients->count < count && fine; clients->count++)
        fine = start_one(clients, plan, clients->count);
    return fine;
}

/* Gives all of them an order, and gathers what they say: the sum, or the greatest. */
static double order_all(const struct clients *clients, struct order order, bool sum) {
    double all = 0;
    bool fine = true;
    for (size_t i = 0; i < clients->count; i++)
        fine = write(clients->places[i].orders, &order, sizeof order) == sizeof order && fine;
    for (size_t i = 0; i < clients->count; i++) {
        double said = -1;
        fine = read(clients->places[i].answers, &said, sizeof said) == sizeof said && said >= 0 && fine;
        all = sum ? all + said : said > all ? said : all;
    }
    return fine ? all : -1;
}

double clients_attach(const struct clients *clients) {
    return order_all(clients, (struct order){.what = ATTACH}, false);
}

double clients_work(const struct clients *clients, unsigned ms, unsigned threads) {
    return order_all(clients, (struct order){.what = WORK, .ms = ms, .threads = threads}, true);
}

void clients_stop(struct clients *clients) {
    for (size_t i = 0; i < clients->count; i++)
        (void)close(clients->places[i].orders);
    for (size_t i = 0; i < clients->count; i++) {
        if (clients->places[i].process > 0)
            (void)waitpid(clients->places[i].process, NULL, 0);
        (void)close(clients->places[i].answers);
    }
    free(clients->places);
    *clients = (struct clients){.count = 0};
}

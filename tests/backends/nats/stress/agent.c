/* An agent of the stress test: see roles.h. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "roles.h"
#include "share/share.h"
#include "slots/plug.h"

#define PATIENCE_MS 30000u
#define AWAY_MS 60u /* a card, or a reader */

struct bay {
    struct slots_service *service;
    struct slots_reader *readers[LEDGER_READERS];
    struct slot *cards[LEDGER_READERS];
};

static void nap(uint32_t ms) {
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

static uint32_t count_files(void) {
    uint32_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder))
        count++;
    if (folder)
        (void)closedir(folder);
    return count;
}

/* A reader is another one when it is plugged in again; the card is the same. */
static void plug(struct bay *bay, uint32_t place) {
    char name[20];
    (void)snprintf(name, sizeof name, "Bay %u", (unsigned)place);
    bay->readers[place] = slots_reader_create(name, 0, &bay->service->events);
    (void)slots_plug(bay->service, slots_reader_hold(bay->readers[place]));
    slots_insert(bay->readers[place], bay->cards[place]);
}

static void obey(struct bay *bay, uint8_t order) {
    const uint32_t place = order % LEDGER_READERS;
    char name[20];
    (void)snprintf(name, sizeof name, "Bay %u", (unsigned)place);
    if (order & ROLES_PULL) {
        (void)slots_remove(bay->readers[place]);
        nap(AWAY_MS);
        slots_insert(bay->readers[place], bay->cards[place]);
    } else {
        (void)slots_unplug(bay->service, name);
        slots_reader_drop(bay->readers[place]);
        nap(AWAY_MS);
        plug(bay, place);
    }
}

/* Servers may be away for a while. */
static struct share *begin(struct bay *bay, const struct settings *settings, uint32_t number) {
    char name[20], why[300] = "";
    struct share *share = NULL;
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    (void)snprintf(name, sizeof name, "site%u", (unsigned)number);
    const struct share_options options = {.name = name};
    rm_status status;
    while ((status = share_start(&bay->service->base, settings, &options, &share, why, sizeof why)) !=
               RM_OK &&
           clock_left(deadline))
        nap(20);
    if (status != RM_OK)
        (void)fprintf(stderr, "# agent %u: %s\n", (unsigned)number, why);
    return share;
}

/* What is left when nobody has a session any more. */
static void report(struct ledger_agent *report, struct share *share) {
    size_t sessions = 1, threads = 0;
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    share_load(share, &sessions, &threads);
    while (sessions && clock_left(deadline)) {
        nap(50);
        share_load(share, &sessions, &threads);
    }
    report->sessions = (uint32_t)sessions;
    report->threads = (uint32_t)threads;
    report->files = count_files();
}

int roles_agent(struct ledger *ledger, const char *spec, uint32_t number) {
    struct bay bay = {.service = slots_service_new("slots")};
    struct settings settings;
    uint8_t order;
    if (!bay.service || settings_read(spec, false, &settings, NULL, 0) != RM_OK)
        return 1;
    for (uint32_t i = 0; i < LEDGER_READERS; i++) {
        bay.cards[i] = ledger_card(ledger);
        plug(&bay, i);
    }
    struct share *share = begin(&bay, &settings, number);
    ledger->agents[number].files_at_first = count_files();
    while (share && read(ROLES_ORDERS, &order, 1) == 1)
        obey(&bay, order);
    if (share && ledger->stop)
        report(&ledger->agents[number], share);
    share_stop(share);
    settings_clear(&settings);
    for (uint32_t i = 0; i < LEDGER_READERS; i++) {
        slots_reader_drop(bay.readers[i]);
        slot_drop(bay.cards[i]);
    }
    rm_service_release(&bay.service->base);
    ledger->agents[number].ended = true;
    return !share;
}

/*
 * The world of virtual readers of our own: the backend that listens for cards, and simulated cards that
 * connect to it. See hand.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/vpcd/setup.h"
#include "base/utf.h"
#include "icc/card.h"
#include "support/services/served.h"
#include "support/services/vpcd_card.h"
#include "support/worlds/hand.h"

enum { FIRST, SECOND, READERS };

struct details {
    uint16_t ports[READERS];
    char readers[READERS][40];
    struct sim_card *cards[READERS]; /* in the reader, or taken out of it last */
    struct served served[READERS];
    struct vpcd_card stalling; /* in the first reader, for a time */
    struct stopper stalled;
    pthread_t thread;
    bool stalls;
};

static struct details *details_of(struct world *world) {
    return world->details;
}

static void put_in(struct world *world, int reader) {
    struct details *details = details_of(world);
    assert_true(served_start(&details->served[reader], details->cards[reader], details->ports[reader]));
    assert_true(served_is_seen(world->service, details->readers[reader], true));
}

static void end_stall(struct details *details) {
    if (!details->stalls)
        return;
    assert_true(stopper_ask(&details->stalled));
    assert_int_equal(pthread_join(details->thread, NULL), 0);
    stopper_close(&details->stalled);
    details->stalls = false;
}

static void take_out(struct world *world, int reader) {
    struct details *details = details_of(world);
    if (reader == FIRST)
        end_stall(details);
    served_stop(&details->served[reader]);
    assert_true(served_is_seen(world->service, details->readers[reader], false));
}

/* A fresh card. It is not told of the reader's protocol: T=1 where it has that. */
static void insert(struct world *world, int reader, const char *image) {
    struct details *details = details_of(world);
    take_out(world, reader);
    sim_card_destroy(details->cards[reader]);
    details->cards[reader] = image ? sim_card_create(image, NULL, 0, NULL) : NULL;
    if (!image)
        return;
    assert_non_null(details->cards[reader]);
    (void)sim_card_offer_only(details->cards[reader], SIM_T1);
    put_in(world, reader);
}

/*
 * The system gives ports that are free. Readers of other machines are listed by their names: the first one
 * is to be the first there, too.
 */
static bool listen_in_order(struct details *details, const struct place *place, struct rm_service **service,
                            char *message, size_t message_size) {
    for (;;) {
        if (vpcd_service_create_at(place, service, details->ports, message, message_size) != RM_OK)
            return false;
        for (int i = 0; i < READERS; ++i)
            (void)snprintf(details->readers[i], sizeof details->readers[i], "Virtual Reader %u",
                           (unsigned)details->ports[i]);
        if (strcmp(details->readers[FIRST], details->readers[SECOND]) < 0)
            return true;
        rm_service_release(*service);
    }
}

static bool vpcd_world_open(struct world *world, const char **why) {
    static const struct place place = {.host = "127.0.0.1", .doors = READERS, .readers = 1};
    static char message[300];
    struct details *details = world->details = calloc(1, sizeof(struct details));
    assert_non_null(details);
    *why = message;
    if (!listen_in_order(details, &place, &world->service, message, sizeof message))
        return false;
    world->holds_on = true;
    world->reader_utf8 = strdup(details->readers[FIRST]);
    world->second = utf8_to_wide(details->readers[SECOND], NULL);
    insert(world, FIRST, "demo");
    return true;
}

/* The service has gone, and with it the cards' connections: their servers would wait for its return. */
static void vpcd_world_close(struct world *world) {
    struct details *details = details_of(world);
    end_stall(details);
    for (int i = 0; i < READERS; ++i) {
        served_stop(&details->served[i]);
        sim_card_destroy(details->cards[i]);
    }
    free(details);
}

static void vpcd_world_remove(struct world *world) {
    take_out(world, FIRST);
}

static void vpcd_world_put_back(struct world *world) {
    put_in(world, FIRST);
}

/* Nobody polls here: the service has seen both when it has seen the second. */
static void vpcd_world_flick(struct world *world) {
    served_stop(&details_of(world)->served[FIRST]);
    put_in(world, FIRST);
}

static void vpcd_world_insert(struct world *world, const char *image) {
    insert(world, FIRST, image);
}

static void vpcd_world_second(struct world *world, const char *image) {
    insert(world, SECOND, image);
}

static void ignore(void *user) {
    (void)user;
}

static void *serve_stalling(void *argument) {
    struct details *details = argument;
    (void)vpcd_card_serve(&details->stalling, details->ports[FIRST], details->stalled.fd, ignore, NULL);
    return NULL;
}

/* Not a simulated card: those answer everything. */
static void vpcd_world_stall(struct world *world, uint32_t ms) {
    struct details *details = details_of(world);
    take_out(world, FIRST);
    vpcd_card_init(&details->stalling, 2, 0x57);
    details->stalling.stall_ms = ms;
    assert_true(stopper_open(&details->stalled));
    assert_int_equal(pthread_create(&details->thread, NULL, serve_stalling, details), 0);
    details->stalls = true;
    assert_true(served_is_seen(world->service, details->readers[FIRST], true));
}

/* All that can happen to connections from outside: the reader stays as long as the program. */
static void vpcd_world_break_off(struct world *world) {
    take_out(world, FIRST);
    put_in(world, FIRST);
}

static void vpcd_world_tidy(struct world *world) {
    insert(world, SECOND, NULL);
    insert(world, FIRST, "demo");
}

const struct world_hand world_vpcd = {
    .open = vpcd_world_open,
    .close = vpcd_world_close,
    .remove = vpcd_world_remove,
    .flick = vpcd_world_flick,
    .put_back = vpcd_world_put_back,
    .insert = vpcd_world_insert,
    .second = vpcd_world_second,
    .stall = vpcd_world_stall,
    .break_off = vpcd_world_break_off,
    .tidy = vpcd_world_tidy,
    .cannot = {[WORLD_READER] = "the reader stays for as long as the program",
               [WORLD_SERVICE] = "it is part of the process",
               [WORLD_FORK] = "virtual cards are connected to the parent",
               [WORLD_FROZEN] = "it is part of the process"},
};

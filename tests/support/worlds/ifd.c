/*
 * The world of a driver in the process: vsmartcard's virtual readers without pcscd, which simulated cards are
 * served to. See hand.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/vpcd/serve.h"
#include "base/utf.h"
#include "icc/card.h"
#include "support/services/ifd_rig.h"
#include "support/services/vpcd_card.h"
#include "support/worlds/hand.h"

enum { FIRST, SECOND };

struct details {
    struct ifd_rig rig;
    struct sim_card *cards[IFD_RIG_SLOTS]; /* in the slot, or taken out of it last */
    struct vpcd_card stalling;             /* in the first slot, for a time */
    bool unplugged;
};

static struct details *details_of(struct world *world) {
    return world->details;
}

/* A simulated card at the other end of a virtual reader: a vpcd_serve_card_fn. */
static int serve(const void *opaque, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    union { /* the fixture hands cards on as const */
        const void *in;
        struct sim_card *out;
    } card = {.in = opaque};
    const struct vpcd_serve options = {.port = port, .wait_ms = 10000, .connected = connected, .user = user};
    char message[200] = "";
    const rm_status status = vpcd_serve_card(card.out, &options, stop_fd, message, sizeof message);
    if (status != RM_OK)
        print_error("serving: 0x%08X %s\n", (unsigned)status, message);
    return status == RM_OK ? 0 : 1;
}

static void put_in(struct world *world, unsigned slot) {
    struct details *details = details_of(world);
    assert_true(ifd_rig_insert(&details->rig, slot, serve, details->cards[slot]));
}

/* A fresh card, which in a virtual reader cannot negotiate: one protocol, T=1 where it has that. */
static void insert(struct world *world, unsigned slot, const char *image) {
    struct details *details = details_of(world);
    assert_true(ifd_rig_remove(&details->rig, slot));
    sim_card_destroy(details->cards[slot]);
    details->cards[slot] = image ? sim_card_create(image, NULL, 0, NULL) : NULL;
    if (!image)
        return;
    assert_non_null(details->cards[slot]);
    (void)sim_card_offer_only(details->cards[slot], SIM_T1);
    put_in(world, slot);
}

static bool ifd_world_open(struct world *world, const char **why) {
    static char message[300];
    struct details *details = world->details = calloc(1, sizeof(struct details));
    assert_non_null(details);
    *why = message;
    if (!ifd_rig_open(&details->rig, message, sizeof message))
        return false;
    world->overlooks = true;
    world->service = details->rig.service;
    world->reader_utf8 = strdup(ifd_rig_reader(FIRST));
    world->second = utf8_to_wide(ifd_rig_reader(SECOND), NULL);
    insert(world, FIRST, "demo");
    return true;
}

/* The service has been released by then. */
static void ifd_world_close(struct world *world) {
    struct details *details = details_of(world);
    details->rig.service = NULL;
    ifd_rig_close(&details->rig);
    for (unsigned slot = 0; slot < IFD_RIG_SLOTS; ++slot)
        sim_card_destroy(details->cards[slot]);
    free(details);
}

static void ifd_world_remove(struct world *world) {
    assert_true(ifd_rig_remove(&details_of(world)->rig, FIRST));
}

static void ifd_world_put_back(struct world *world) {
    put_in(world, FIRST);
}

static void ifd_world_flick(struct world *world) {
    struct details *details = details_of(world);
    vpcd_slot_pull(&details->rig.slots[FIRST]);
    assert_true(vpcd_slot_plug(&details->rig.slots[FIRST], details->rig.port, serve, details->cards[FIRST]));
}

static void ifd_world_insert(struct world *world, const char *image) {
    insert(world, FIRST, image);
}

static void ifd_world_second(struct world *world, const char *image) {
    insert(world, SECOND, image);
}

/* Not a simulated card: those answer everything. */
static void ifd_world_stall(struct world *world, uint32_t ms) {
    struct details *details = details_of(world);
    assert_true(ifd_rig_remove(&details->rig, FIRST));
    vpcd_card_init(&details->stalling, 2, 0x57);
    details->stalling.stall_ms = ms;
    assert_true(ifd_rig_insert(&details->rig, FIRST, vpcd_card_serve, &details->stalling));
}

static void ifd_world_break_off(struct world *world) {
    assert_true(ifd_rig_cut(&details_of(world)->rig));
    put_in(world, FIRST);
}

static void ifd_world_unplug(struct world *world) {
    struct details *details = details_of(world);
    assert_true(ifd_rig_unplug(&details->rig));
    details->unplugged = true;
}

static void ifd_world_replug(struct world *world) {
    struct details *details = details_of(world);
    assert_true(ifd_rig_replug(&details->rig));
    details->unplugged = false;
    put_in(world, FIRST);
}

static void ifd_world_tidy(struct world *world) {
    if (details_of(world)->unplugged)
        ifd_world_replug(world);
    insert(world, SECOND, NULL);
    insert(world, FIRST, "demo");
}

const struct world_hand world_ifd = {
    .open = ifd_world_open,
    .close = ifd_world_close,
    .remove = ifd_world_remove,
    .flick = ifd_world_flick,
    .put_back = ifd_world_put_back,
    .insert = ifd_world_insert,
    .second = ifd_world_second,
    .stall = ifd_world_stall,
    .break_off = ifd_world_break_off,
    .tidy = ifd_world_tidy,
    .unplug = ifd_world_unplug,
    .replug = ifd_world_replug,
    .cannot = {[WORLD_FLICK] = "the driver is asked from time to time, and sees none of it",
               [WORLD_SERVICE] = "it is part of the process",
               [WORLD_FORK] = "virtual cards are connected to the parent",
               [WORLD_FROZEN] = "it is part of the process"},
};

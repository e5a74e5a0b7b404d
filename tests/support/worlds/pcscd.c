/*
 * The world of the real service: a pcscd with virtual readers, which simulated cards are served to. See
 * hand.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/system.h"
#include "backends/vpcd/serve.h"
#include "base/utf.h"
#include "icc/card.h"
#include "support/kits/apdus.h"
#include "support/services/pcscd.h"
#include "support/services/vpcd_card.h"
#include "support/worlds/hand.h"
#include "support/worlds/rivalprocess.h"

#define PATIENCE 40

struct details {
    struct pcscd *pcscd;
    struct sim_card *card; /* the one in the slot, or taken out of it last */
    char image[1024];
    bool present;
    bool stopped;              /* the daemon */
    struct sim_card *second;   /* in the second slot; NULL: empty */
    struct vpcd_card stalling; /* in the first slot, for a time */
};

static struct details *details_of(struct world *world) {
    return world->details;
}

/* A simulated card at the other end of a virtual reader. */
static int serve_card(struct sim_card *card, uint16_t port, int stop_fd, void (*connected)(void *user),
                      void *user) {
    const struct vpcd_serve options = {.port = port, .wait_ms = 10000, .connected = connected, .user = user};
    char message[200] = "";
    rm_status status = vpcd_serve_card(card, &options, stop_fd, message, sizeof message);
    if (status != RM_OK)
        print_error("serving: 0x%08X %s\n", (unsigned)status, message);
    return status == RM_OK ? 0 : 1;
}

/* The same as a pcscd_serve, for each slot. */
static int serve(const void *opaque, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    const struct details *details = opaque;
    return serve_card(details->card, port, stop_fd, connected, user);
}

static int serve_second(const void *opaque, uint16_t port, int stop_fd, void (*connected)(void *user),
                        void *user) {
    const struct details *details = opaque;
    return serve_card(details->second, port, stop_fd, connected, user);
}

/* A fresh card, which in a virtual reader cannot negotiate: one protocol, T=1 where it has that. */
static struct sim_card *new_card(const char *image) {
    struct sim_card *card = sim_card_create(image, NULL, 0, NULL);
    assert_non_null(card);
    (void)sim_card_offer_only(card, SIM_T1);
    return card;
}

/* A fresh card into the first slot. */
static void serve_image(struct world *world, const char *image) {
    struct details *details = details_of(world);
    sim_card_destroy(details->card);
    details->card = new_card(image);
    (void)snprintf(details->image, sizeof details->image, "%s", image);
    assert_true(pcscd_insert(details->pcscd, 0, serve, details));
    details->present = true;
}

static bool pcscd_world_open(struct world *world, const char **why) {
    static char message[300];
    struct details *details = world->details = calloc(1, sizeof(struct details));
    assert_non_null(details);
    *why = message;
    details->pcscd = pcscd_start(message, sizeof message);
    if (!details->pcscd)
        return false;
    world->is_service = world->overlooks = true;
    world->reader_utf8 = strdup(pcscd_reader(0));
    world->second = utf8_to_wide(pcscd_reader(1), NULL);
    if (system_service_create(&world->service) != RM_OK)
        return false;
    serve_image(world, "demo");
    return true;
}

static void pcscd_world_close(struct world *world) {
    struct details *details = details_of(world);
    pcscd_stop(details->pcscd);
    sim_card_destroy(details->card);
    sim_card_destroy(details->second);
    free(details);
}

static void pcscd_world_remove(struct world *world) {
    struct details *details = details_of(world);
    assert_true(pcscd_remove(details->pcscd, 0));
    details->present = false;
}

static void pcscd_world_put_back(struct world *world) {
    struct details *details = details_of(world);
    assert_true(pcscd_insert(details->pcscd, 0, serve, details));
    details->present = true;
}

static void pcscd_world_flick(struct world *world) {
    struct details *details = details_of(world);
    pcscd_pull(details->pcscd, 0);
    details->present = false;
    pcscd_world_put_back(world);
}

static void pcscd_world_insert(struct world *world, const char *image) {
    if (details_of(world)->present)
        pcscd_world_remove(world);
    serve_image(world, image);
}

static void pcscd_world_second(struct world *world, const char *image) {
    struct details *details = details_of(world);
    if (details->second)
        assert_true(pcscd_remove(details->pcscd, 1));
    sim_card_destroy(details->second);
    details->second = NULL;
    if (image) {
        details->second = new_card(image);
        assert_true(pcscd_insert(details->pcscd, 1, serve_second, details));
    }
}

/* Not a simulated card: those answer everything. */
static int serve_stalling(const void *opaque, uint16_t port, int stop_fd, void (*connected)(void *user),
                          void *user) {
    const struct details *details = opaque;
    return vpcd_card_serve(&details->stalling, port, stop_fd, connected, user);
}

static void pcscd_world_stall(struct world *world, uint32_t ms) {
    struct details *details = details_of(world);
    if (details->present)
        pcscd_world_remove(world);
    vpcd_card_init(&details->stalling, 2, 0x57);
    details->stalling.stall_ms = ms;
    assert_true(pcscd_insert(details->pcscd, 0, serve_stalling, details));
    (void)snprintf(details->image, sizeof details->image, "stall");
    details->present = true;
}

static void pcscd_world_stop(struct world *world) {
    struct details *details = details_of(world);
    pcscd_halt(details->pcscd);
    details->present = false;
    details->stopped = true;
}

static void pcscd_world_start(struct world *world) {
    struct details *details = details_of(world);
    assert_true(pcscd_resume(details->pcscd));
    details->stopped = false;
    serve_image(world, "demo");
}

static void pcscd_world_break_off(struct world *world) {
    pcscd_world_stop(world);
    pcscd_world_start(world);
}

static void pcscd_world_freeze(struct world *world) {
    pcscd_freeze(details_of(world)->pcscd);
}

static void pcscd_world_thaw(struct world *world) {
    pcscd_thaw(details_of(world)->pcscd);
}

static void pcscd_world_tidy(struct world *world) {
    struct details *details = details_of(world);
    pcscd_thaw(details->pcscd);
    if (details->stopped)
        pcscd_world_start(world);
    pcscd_world_second(world, NULL);
    if (!details->present || strcmp(details->image, "demo") != 0)
        pcscd_world_insert(world, "demo");
    /* A test that failed half way may have left a client behind; the next one must still get the card. */
    ISCard *probe = world_card(world);
    for (int i = 0; i < PATIENCE && FAILED(ISCard_AttachByReader(probe, world->reader, EXCLUSIVE, T1)); ++i) {
        if (i == PATIENCE / 2)
            pcscd_world_break_off(world);
    }
    ISCard_Release(probe);
}

const struct world_hand world_pcscd = {
    .open = pcscd_world_open,
    .close = pcscd_world_close,
    .remove = pcscd_world_remove,
    .flick = pcscd_world_flick,
    .put_back = pcscd_world_put_back,
    .insert = pcscd_world_insert,
    .second = pcscd_world_second,
    .stall = pcscd_world_stall,
    .break_off = pcscd_world_break_off,
    .tidy = pcscd_world_tidy,
    .stop = pcscd_world_stop,
    .start = pcscd_world_start,
    .freeze = pcscd_world_freeze,
    .thaw = pcscd_world_thaw,
    .rival = rivalprocess_begin,
    .cannot = {[WORLD_FLICK] = "its driver looks at the card from time to time, and sees none of it",
               [WORLD_READER] = "a virtual reader stays for as long as pcscd"},
};

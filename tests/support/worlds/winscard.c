/*
 * The world of Windows' smart card service: the backend for it over a service in the process
 * (support/fakes/winscard.h), whose readers are simulated. See hand.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "base/utf.h"
#include "scardssp_sim.h"
#include "support/fakes/winscard.h"
#include "support/worlds/hand.h"

#define READER "Simulated Reader 00" /* its serial number is made of its name, which the tests know */
#define SECOND "Simulated Reader 01"

static bool plug(void) {
    sim_clear(fake.sim);
    return sim_plug(fake.sim, READER, "demo", 0, NULL, 0) == RM_OK;
}

static bool winscard_world_open(struct world *world, const char **why) {
    *why = "no memory";
    world->reader_utf8 = strdup(READER);
    world->second = utf8_to_wide(SECOND, NULL);
    if (!fake_winscard_open() || winscard_service_create_with(&fake_winscard_api, &world->service) != RM_OK)
        return false;
    world->sim = fake.sim;
    return plug();
}

static void winscard_world_close(struct world *world) {
    (void)world;
    if (!fake_winscard_close())
        print_error("the service was left with contexts\n");
}

static void winscard_world_remove(struct world *world) {
    assert_int_equal(sim_remove(world->sim, READER), RM_OK);
}

static void winscard_world_put_back(struct world *world) {
    assert_int_equal(sim_put_back(world->sim, READER), RM_OK);
}

static void winscard_world_flick(struct world *world) {
    winscard_world_remove(world);
    winscard_world_put_back(world);
}

static void winscard_world_insert(struct world *world, const char *image) {
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_SLOW, 0), RM_OK);
    assert_int_equal(sim_insert(world->sim, READER, image, NULL, 0), RM_OK);
}

static void winscard_world_second(struct world *world, const char *image) {
    (void)sim_unplug(world->sim, SECOND);
    if (image)
        assert_int_equal(sim_plug(world->sim, SECOND, image, 0, NULL, 0), RM_OK);
}

static void winscard_world_stall(struct world *world, uint32_t ms) {
    assert_int_equal(sim_insert(world->sim, READER, "demo", NULL, 0), RM_OK);
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_SLOW, ms), RM_OK);
}

/* The service is restarted. */
static void winscard_world_break_off(struct world *world) {
    (void)world;
    fake_winscard_stop();
    fake_winscard_start();
}

static void winscard_world_tidy(struct world *world) {
    (void)world;
    fake.idle_ms = 5000;
    assert_true(plug());
}

static void winscard_world_unplug(struct world *world) {
    assert_int_equal(sim_unplug(world->sim, READER), RM_OK);
}

static void winscard_world_replug(struct world *world) {
    (void)world;
    assert_true(plug());
}

static void winscard_world_stop(struct world *world) {
    (void)world;
    fake_winscard_stop();
}

static void winscard_world_start(struct world *world) {
    (void)world;
    fake_winscard_start();
}

static void winscard_world_mute(struct world *world) {
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_MUTE, 1), RM_OK);
}

static void winscard_world_pull(struct world *world) {
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 0), RM_OK);
}

/* Five seconds are shorter here. */
static void winscard_world_idle(struct world *world) {
    const struct timespec longer = {.tv_nsec = 60000000};
    (void)world;
    fake.idle_ms = 20;
    nanosleep(&longer, NULL);
}

const struct world_hand world_winscard = {
    .open = winscard_world_open,
    .close = winscard_world_close,
    .remove = winscard_world_remove,
    .flick = winscard_world_flick,
    .put_back = winscard_world_put_back,
    .insert = winscard_world_insert,
    .second = winscard_world_second,
    .stall = winscard_world_stall,
    .break_off = winscard_world_break_off,
    .tidy = winscard_world_tidy,
    .unplug = winscard_world_unplug,
    .replug = winscard_world_replug,
    .stop = winscard_world_stop,
    .start = winscard_world_start,
    .mute = winscard_world_mute,
    .pull = winscard_world_pull,
    .idle = winscard_world_idle,
    .cannot = {[WORLD_FROZEN] = "the played service is part of the process"},
};

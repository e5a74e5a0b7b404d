/* The worlds of the simulator: a reader that keeps its card, and one that ejects it. See hand.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "base/utf.h"
#include "scardssp_sim.h"
#include "support/worlds/hand.h"

#define READER "Simulated Reader 00"
#define SECOND "Simulated Reader 01"

static rm_status plug(struct world *world, char *message, size_t size) {
    return sim_plug(world->sim, READER, "demo", world->ejects ? SCARDSSP_SIM_EJECTOR : 0, message, size);
}

static bool sim_world_open(struct world *world, const char **why) {
    static char message[300];
    world->ejects = strcmp(world->kind, "ejector") == 0;
    world->reader_utf8 = strdup(READER);
    world->second = utf8_to_wide(SECOND, NULL);
    *why = message;
    if (sim_service_create("", &world->sim, message, sizeof message) != RM_OK)
        return false;
    world->service = world->sim;
    return plug(world, message, sizeof message) == RM_OK;
}

static void sim_world_close(struct world *world) {
    (void)world;
}

static void sim_world_remove(struct world *world) {
    assert_int_equal(sim_remove(world->sim, READER), RM_OK);
}

static void sim_world_put_back(struct world *world) {
    assert_int_equal(sim_put_back(world->sim, READER), RM_OK);
}

static void sim_world_flick(struct world *world) {
    sim_world_remove(world);
    sim_world_put_back(world);
}

static void sim_world_insert(struct world *world, const char *image) {
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_SLOW, 0), RM_OK);
    assert_int_equal(sim_insert(world->sim, READER, image, NULL, 0), RM_OK);
}

static void sim_world_second(struct world *world, const char *image) {
    (void)sim_unplug(world->sim, SECOND);
    if (image)
        assert_int_equal(sim_plug(world->sim, SECOND, image, 0, NULL, 0), RM_OK);
}

static void sim_world_stall(struct world *world, uint32_t ms) {
    assert_int_equal(sim_insert(world->sim, READER, "demo", NULL, 0), RM_OK);
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_SLOW, ms), RM_OK);
}

static void sim_world_break_off(struct world *world) {
    assert_int_equal(sim_unplug(world->sim, READER), RM_OK);
    assert_int_equal(plug(world, NULL, 0), RM_OK);
}

static void sim_world_tidy(struct world *world) {
    sim_clear(world->sim);
    assert_int_equal(plug(world, NULL, 0), RM_OK);
}

static void sim_world_unplug(struct world *world) {
    assert_int_equal(sim_unplug(world->sim, READER), RM_OK);
}

static void sim_world_replug(struct world *world) {
    assert_int_equal(plug(world, NULL, 0), RM_OK);
}

static void sim_world_mute(struct world *world) {
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_MUTE, 1), RM_OK);
}

static void sim_world_pull(struct world *world) {
    assert_int_equal(sim_fault(world->sim, READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 0), RM_OK);
}

const struct world_hand world_sim = {
    .open = sim_world_open,
    .close = sim_world_close,
    .remove = sim_world_remove,
    .flick = sim_world_flick,
    .put_back = sim_world_put_back,
    .insert = sim_world_insert,
    .second = sim_world_second,
    .stall = sim_world_stall,
    .break_off = sim_world_break_off,
    .tidy = sim_world_tidy,
    .unplug = sim_world_unplug,
    .replug = sim_world_replug,
    .mute = sim_world_mute,
    .pull = sim_world_pull,
    .cannot = {[WORLD_SERVICE] = "it is part of the process", [WORLD_FROZEN] = "it is part of the process"},
};

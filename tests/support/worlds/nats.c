/*
 * The world of readers elsewhere: the virtual readers of the world "vpcd", lent by an agent through a NATS
 * server. See hand.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf.h"
#include "support/services/lent.h"
#include "support/worlds/hand.h"

struct details {
    struct world inner; /* at the agent's machine */
    struct lent lent;
    char *second; /* its second reader */
};

static struct details *details_of(struct world *world) {
    return world->details;
}

static char *far_name(const char *name) {
    char text[160];
    (void)snprintf(text, sizeof text, "%s" LENT_BEHIND, name);
    return strdup(text);
}

static void await(struct world *world) {
    struct details *details = details_of(world);
    assert_true(lent_is_seen(&details->lent, details->inner.service, details->inner.reader_utf8));
    assert_true(lent_is_seen(&details->lent, details->inner.service, details->second));
}

static bool nats_world_open(struct world *world, const char **why) {
    static char message[300];
    struct details *details = world->details = calloc(1, sizeof(struct details));
    assert_non_null(details);
    details->inner.kind = "vpcd";
    details->inner.hand = &world_vpcd;
    *why = message;
    if (!details->inner.hand->open(&details->inner, why))
        return false;
    details->second = utf8_from_wide(details->inner.second, wcslen(details->inner.second), NULL);
    world->holds_on = details->inner.holds_on;
    world->reader_utf8 = far_name(details->inner.reader_utf8);
    char *second = far_name(details->second);
    world->second = utf8_to_wide(second, NULL);
    free(second);
    if (!lent_start(&details->lent, details->inner.service, message, sizeof message))
        return false;
    await(world); /* an agent that has just begun says for a moment that there are no readers */
    world->service = details->lent.client;
    details->lent.client = NULL; /* the world's */
    return true;
}

static void nats_world_close(struct world *world) {
    struct details *details = details_of(world);
    lent_stop(&details->lent);
    rm_service_release(details->inner.service);
    details->inner.hand->close(&details->inner);
    free(details->inner.second);
    free(details->inner.reader_utf8);
    free(details->second);
    free(details);
}

/* Calls a hand of the inner world, and waits until clients know. */
static void pass(struct world *world, void (*hand)(struct world *world)) {
    struct details *details = details_of(world);
    hand(&details->inner);
    details->lent.client = world->service;
    await(world);
    details->lent.client = NULL;
}

static void nats_world_remove(struct world *world) {
    pass(world, world_vpcd.remove);
}

static void nats_world_flick(struct world *world) {
    pass(world, world_vpcd.flick);
}

static void nats_world_put_back(struct world *world) {
    pass(world, world_vpcd.put_back);
}

static void none(struct world *world) {
    (void)world;
}

static void nats_world_insert(struct world *world, const char *image) {
    world_vpcd.insert(&details_of(world)->inner, image);
    pass(world, none);
}

static void nats_world_second(struct world *world, const char *image) {
    world_vpcd.second(&details_of(world)->inner, image);
    pass(world, none);
}

static void nats_world_stall(struct world *world, uint32_t ms) {
    world_vpcd.stall(&details_of(world)->inner, ms);
    pass(world, none);
}

static void nats_world_break_off(struct world *world) {
    pass(world, world_vpcd.break_off);
}

/* The network goes and comes. */
static void nats_world_stop(struct world *world) {
    nats_server_stop(&details_of(world)->lent.server);
}

static void nats_world_start(struct world *world) {
    char why[300] = "";
    assert_true(nats_server_start(&details_of(world)->lent.server, why, sizeof why));
    pass(world, none);
}

/* A server that is restarted costs a moment and no command; an agent costs its sessions. */
static void nats_world_restart(struct world *world) {
    struct details *details = details_of(world);
    char why[300] = "";
    share_stop(details->lent.agent);
    details->lent.agent = NULL;
    assert_true(lent_agent_start(&details->lent, details->inner.service, why, sizeof why));
    pass(world, none);
}

static void nats_world_freeze(struct world *world) {
    nats_server_freeze(&details_of(world)->lent.server);
}

static void nats_world_thaw(struct world *world) {
    nats_server_thaw(&details_of(world)->lent.server);
    pass(world, none);
}

static void nats_world_tidy(struct world *world) {
    struct details *details = details_of(world);
    char why[300] = "";
    details->lent.client = NULL; /* the world's, also where pass() was left in the middle */
    nats_server_thaw(&details->lent.server);
    if (!details->lent.server.process)
        assert_true(nats_server_start(&details->lent.server, why, sizeof why));
    pass(world, world_vpcd.tidy);
}

const struct world_hand world_nats = {
    .open = nats_world_open,
    .close = nats_world_close,
    .remove = nats_world_remove,
    .flick = nats_world_flick,
    .put_back = nats_world_put_back,
    .insert = nats_world_insert,
    .second = nats_world_second,
    .stall = nats_world_stall,
    .break_off = nats_world_break_off,
    .tidy = nats_world_tidy,
    .stop = nats_world_stop,
    .start = nats_world_start,
    .restart = nats_world_restart,
    .freeze = nats_world_freeze,
    .thaw = nats_world_thaw,
    .cannot = {[WORLD_READER] = "the agent's virtual reader stays for as long as it",
               [WORLD_FORK] = "libnats does not survive it"},
};

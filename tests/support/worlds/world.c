/* What the worlds of the object tests have in common: see world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf.h"
#include "objects/card.h"
#include "support/kits/apdus.h"
#include "support/worlds/hand.h"
#include "support/worlds/several.h"

static const struct kind {
    const char *name;
    const struct world_hand *hand;
    const wchar_t *other; /* the reader of another simulator behind the same service; NULL: there is none */
} kinds[] = {
    {"sim", &world_sim, NULL},
    {"ejector", &world_sim, NULL},
    {"two", &world_sim, L"Simulated Reader 00 (2)"},
#ifdef _WIN32
    {"winscard", &world_winscard, NULL},
#else
    {"pcscd", &world_pcscd, NULL},
    {"several", &world_pcscd, L"Simulated Reader 00"},
    {"vpcd", &world_vpcd, NULL},
    {"ifd", &world_ifd, NULL},
    {"nats", &world_nats, NULL},
    {"beyond", &world_nats, L"Simulated Reader 00"},
#endif
};

static const struct kind *kind_of(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    }
    fail_msg("there is no world of the kind %s", name);
    return NULL;
}

struct world *world_open(const char *kind, const char **why) {
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->kind = kind ? kind : "sim";
    const struct kind *found = kind_of(world->kind);
    world->hand = found->hand;
    if (!world->hand->open(world, why)) {
        world_close(world);
        return NULL;
    }
    world->other = found->other;
    if (world->other)
        world->service = several_around(world->service);
    assert_non_null(world->service);
    world->reader = utf8_to_wide(world->reader_utf8, NULL);
    assert_true(world->reader && world->second);
    return world;
}

void world_close(struct world *world) {
    rm_service_release(world->service);
    world->hand->close(world);
    free(world->second);
    free(world->reader);
    free(world->reader_utf8);
    free(world);
}

ISCard *world_card(struct world *world) {
    ISCard *card = NULL;
    assert_hr(card_create(world->service, WORLD_TIMEOUT_MS, &card), S_OK);
    return card;
}

ISCard *world_attached(struct world *world, SCARD_SHARE_MODES share) {
    ISCard *card = world_card(world);
    assert_hr(ISCard_AttachByReader(card, world->reader, share, T1), S_OK);
    return card;
}

void world_remove(struct world *world) {
    world->hand->remove(world);
}

void world_flick(struct world *world) {
    world->hand->flick(world);
}

void world_put_back(struct world *world) {
    world->hand->put_back(world);
}

void world_insert(struct world *world, const char *image) {
    world->hand->insert(world, image);
}

void world_second(struct world *world, const char *image) {
    world->hand->second(world, image);
}

void world_stall(struct world *world, uint32_t ms) {
    world->hand->stall(world, ms);
}

void world_break(struct world *world) {
    world->hand->break_off(world);
}

void world_tidy(struct world *world) {
    world->hand->tidy(world);
}

static struct world *running;

int world_run(int argc, char **argv, struct world **world, const struct CMUnitTest *tests, size_t count) {
    const char *why = "";
    running = *world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!running) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    int failed = _cmocka_run_group_tests(running->kind, tests, count, NULL, NULL);
    world_close(running);
    running = *world = NULL;
    return failed;
}

int world_after(void **state) {
    (void)state;
    world_tidy(running);
    return 0;
}

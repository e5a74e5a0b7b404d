/* The three worlds of the object tests: see world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/pcsc.h"
#include "backends/sim/card.h"
#include "backends/sim/serve.h"
#include "backends/sim/sim.h"
#include "base/utf.h"
#include "objects/card.h"
#include "scardssp_sim.h"
#include "support/apdus.h"
#include "support/pcscd.h"
#include "support/world.h"

#define SIM_READER "Simulated Reader 00"
#define SIM_SECOND "Simulated Reader 01"
#define SIM_PATIENCE 40

struct details {
    struct pcscd *pcscd;   /* NULL in the simulator's worlds */
    struct sim_card *card; /* the one in the slot, or taken out of it last */
    char image[8];
    bool present;
    struct sim_card *second; /* in the second slot; NULL: empty */
};

static struct details *details_of(struct world *world) {
    return world->details;
}

/* A simulated card at the other end of a virtual reader. */
static int serve_card(struct sim_card *card, uint16_t port, int stop_fd, void (*connected)(void *user),
                      void *user) {
    const struct sim_serve options = {.port = port, .wait_ms = 10000, .connected = connected, .user = user};
    char message[200] = "";
    rm_status status = sim_serve_card(card, &options, stop_fd, message, sizeof message);
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

/* A fresh card, which in a virtual reader cannot negotiate: one protocol. */
static struct sim_card *new_card(const char *image) {
    struct sim_card *card = sim_card_create(image, NULL, 0);
    assert_non_null(card);
    if (strcmp(image, "gsm") != 0)
        assert_true(sim_card_offer_only(card, SIM_T1));
    return card;
}

/* A fresh card into the slot of the virtual reader. */
static void serve_image(struct world *world, const char *image) {
    struct details *details = details_of(world);
    sim_card_destroy(details->card);
    details->card = new_card(image);
    (void)snprintf(details->image, sizeof details->image, "%s", image);
    assert_true(pcscd_insert(details->pcscd, 0, serve, details));
    details->present = true;
}

static bool open_sim(struct world *world, const char **why) {
    static char message[300];
    world->ejects = strcmp(world->kind, "ejector") == 0;
    world->reader_utf8 = strdup(SIM_READER);
    *why = message;
    return sim_service_create("", &world->service, message, sizeof message) == RM_OK &&
           sim_plug(world->service, SIM_READER, "demo", world->ejects ? SCARDSSP_SIM_EJECTOR : 0, message,
                    sizeof message) == RM_OK;
}

static bool open_pcscd(struct world *world, const char **why) {
    static char message[300];
    struct details *details = details_of(world);
    *why = message;
    details->pcscd = pcscd_start(message, sizeof message);
    if (!details->pcscd)
        return false;
    world->is_service = true;
    world->reader_utf8 = strdup(pcscd_reader(0));
    if (pcsc_service_create(&world->service) != RM_OK)
        return false;
    serve_image(world, "demo");
    return true;
}

struct world *world_open(const char *kind, const char **why) {
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->kind = kind ? kind : "sim";
    world->details = calloc(1, sizeof(struct details));
    assert_non_null(world->details);
    bool opened = strcmp(world->kind, "pcscd") == 0 ? open_pcscd(world, why) : open_sim(world, why);
    if (!opened) {
        world_close(world);
        return NULL;
    }
    world->reader = utf8_to_wide(world->reader_utf8, NULL);
    world->second = utf8_to_wide(world->is_service ? pcscd_reader(1) : SIM_SECOND, NULL);
    assert_true(world->reader && world->second);
    return world;
}

void world_close(struct world *world) {
    rm_service_release(world->service);
    pcscd_stop(details_of(world)->pcscd);
    sim_card_destroy(details_of(world)->card);
    sim_card_destroy(details_of(world)->second);
    free(world->second);
    free(world->reader);
    free(world->reader_utf8);
    free(world->details);
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
    struct details *details = details_of(world);
    if (!details->pcscd) {
        assert_int_equal(sim_remove(world->service, world->reader_utf8), RM_OK);
        return;
    }
    assert_true(pcscd_remove(details->pcscd, 0));
    details->present = false;
}

void world_flick(struct world *world) {
    struct details *details = details_of(world);
    if (details->pcscd) {
        pcscd_pull(details->pcscd, 0);
        details->present = false;
    } else {
        assert_int_equal(sim_remove(world->service, world->reader_utf8), RM_OK);
    }
    world_put_back(world);
}

void world_put_back(struct world *world) {
    struct details *details = details_of(world);
    if (!details->pcscd) {
        assert_int_equal(sim_put_back(world->service, world->reader_utf8), RM_OK);
        return;
    }
    assert_true(pcscd_insert(details->pcscd, 0, serve, details));
    details->present = true;
}

void world_insert(struct world *world, const char *image) {
    struct details *details = details_of(world);
    if (!details->pcscd) {
        assert_int_equal(sim_insert(world->service, world->reader_utf8, image, NULL, 0), RM_OK);
        return;
    }
    if (details->present)
        world_remove(world);
    serve_image(world, image);
}

void world_second(struct world *world, const char *image) {
    struct details *details = details_of(world);
    if (!details->pcscd) {
        (void)sim_unplug(world->service, SIM_SECOND);
        if (image)
            assert_int_equal(sim_plug(world->service, SIM_SECOND, image, 0, NULL, 0), RM_OK);
        return;
    }
    if (details->second)
        assert_true(pcscd_remove(details->pcscd, 1));
    sim_card_destroy(details->second);
    details->second = NULL;
    if (image) {
        details->second = new_card(image);
        assert_true(pcscd_insert(details->pcscd, 1, serve_second, details));
    }
}

void world_break(struct world *world) {
    struct details *details = details_of(world);
    if (!details->pcscd) {
        assert_int_equal(sim_unplug(world->service, world->reader_utf8), RM_OK);
        assert_int_equal(sim_plug(world->service, world->reader_utf8, "demo",
                                  world->ejects ? SCARDSSP_SIM_EJECTOR : 0, NULL, 0),
                         RM_OK);
        return;
    }
    pcscd_halt(details->pcscd);
    details->present = false;
    assert_true(pcscd_resume(details->pcscd));
    serve_image(world, "demo");
}

void world_tidy(struct world *world) {
    struct details *details = details_of(world);
    if (!details->pcscd) {
        sim_clear(world->service);
        assert_int_equal(sim_plug(world->service, world->reader_utf8, "demo",
                                  world->ejects ? SCARDSSP_SIM_EJECTOR : 0, NULL, 0),
                         RM_OK);
        return;
    }
    world_second(world, NULL);
    if (!details->present || strcmp(details->image, "demo") != 0)
        world_insert(world, "demo");
    /* A test that failed half way may have left a client behind; the next one must still get the card. */
    ISCard *probe = world_card(world);
    for (int i = 0; i < SIM_PATIENCE && FAILED(ISCard_AttachByReader(probe, world->reader, EXCLUSIVE, T1));
         ++i) {
        if (i == SIM_PATIENCE / 2)
            world_break(world);
    }
    ISCard_Release(probe);
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

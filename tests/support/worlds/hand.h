/*
 * What moves cards in one kind of world: the members are world.h's functions of the same name for that kind.
 * Filled by sim.c, pcscd.c, vpcd.c, ifd.c, nats.c and winscard.c, called by world.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_WORLDS_HAND_H
#define SCARDSSP_TESTS_SUPPORT_WORLDS_HAND_H

#include "support/worlds/world.h"

struct world_hand {
    /*
     * Fills in service, sim, reader_utf8, second, what the reader is like, and details if it has any. False:
     * *why says what is missing.
     */
    bool (*open)(struct world *world, const char **why);
    /* Frees the details, after the service; also after an open() that failed. */
    void (*close)(struct world *world);
    void (*remove)(struct world *world);
    void (*flick)(struct world *world);
    void (*put_back)(struct world *world);
    void (*insert)(struct world *world, const char *image);
    void (*second)(struct world *world, const char *image);
    void (*stall)(struct world *world, uint32_t ms);
    void (*break_off)(struct world *world);
    void (*tidy)(struct world *world);
};

extern const struct world_hand world_sim;

#ifdef _WIN32
extern const struct world_hand world_winscard;
#else
extern const struct world_hand world_pcscd;
extern const struct world_hand world_vpcd;
extern const struct world_hand world_ifd;
extern const struct world_hand world_nats;
#endif

#endif

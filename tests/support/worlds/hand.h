/*
 * What moves cards in one kind of world: the members are world.h's functions of the same name for that kind.
 * Filled by sim.c, pcscd.c, vpcd.c, ifd.c, nats.c and winscard.c, called by world.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_WORLDS_HAND_H
#define SCARDSSP_TESTS_SUPPORT_WORLDS_HAND_H

#include "support/worlds/rival.h"
#include "support/worlds/world.h"

/* The rows of the recovery specification that not every world can play: see struct world_hand. */
enum world_lack {
    WORLD_FLICK,
    WORLD_READER,
    WORLD_SERVICE,
    WORLD_MUTE,
    WORLD_FORK,
    WORLD_FROZEN,
    WORLD_LACKS
};

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
    /* What not every world has; NULL: `cannot` says why, in a few words. tidy() mends what is left open. */
    void (*unplug)(struct world *world); /* the reader is taken away / is there again, with its card */
    void (*replug)(struct world *world);
    void (*stop)(struct world *world); /* the service ends / runs again, with the card */
    void (*start)(struct world *world);
    void (*restart)(
        struct world *world); /* both, where that is not stop() and start(); may be NULL in any case */
    void (*freeze)(struct world *world); /* the service is stopped by a signal / goes on */
    void (*thaw)(struct world *world);
    void (*mute)(struct world *world); /* the card answers nothing until it is started cold */
    void (*pull)(struct world *world); /* the card is pulled in the middle of the next command */
    void (*idle)(struct world *world); /* transactions are idle for too long from now on; NULL: a script */
    struct rival (*rival)(struct world *world, enum rival_act act); /* another process; NULL: an object */
    const char *cannot[WORLD_LACKS];
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

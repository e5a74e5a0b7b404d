/*
 * The world around a card object in a test: a resource manager with one reader and the hand that moves cards
 * in and out. The same tests run in several worlds: "sim" (a simulated reader), "ejector" (one that can
 * eject), "two" ("sim" and another simulator as several backends at once), on Linux "pcscd" (the real service
 * with a virtual reader that the simulated card is served to), "several" ("pcscd" and a simulator), "vpcd"
 * (a virtual reader of our own likewise), "nats" (that one, lent through a NATS server) and "beyond" ("nats"
 * and a simulator), on Windows "winscard" (its service played).
 */
#ifndef SCARDSSP_TESTS_SUPPORT_WORLDS_WORLD_H
#define SCARDSSP_TESTS_SUPPORT_WORLDS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "com/win.h"
#include "rm/rm.h"

/*
 * How long card objects made by world_card() wait for others, in ms: short, so that time-outs are. A card at
 * work takes many times as long under ThreadSanitizer.
 */
#if defined __SANITIZE_THREAD__
#define WORLD_TIMEOUT_MS 2400u
#else
#define WORLD_TIMEOUT_MS 600u
#endif

struct world {
    const char *kind; /* as above */
    struct rm_service *service;
    struct rm_service *sim; /* whose readers they are; NULL: not the simulator's */
    wchar_t *reader;        /* the reader's name */
    char *reader_utf8;
    wchar_t *second;               /* name of a second reader: see world_second() */
    const wchar_t *other;          /* name of a reader with a card of another backend; NULL: there is none */
    bool ejects;                   /* the reader has an ejector */
    bool is_service;               /* a daemon: what happens at the reader is seen with a delay */
    bool overlooks;                /* a card that is out and in again at once may not be missed */
    bool holds_on;                 /* connections to the reader outlive world_break() */
    const struct world_hand *hand; /* what moves its cards, with */
    void *details;                 /* its own */
};

/*
 * Opens the world of the kind (the program's first argument; NULL: "sim"). It starts with the demo card in
 * the reader. NULL: it cannot be had here; *why (static or leaked on purpose at exit) says so, and the test
 * skips.
 */
struct world *world_open(const char *kind, const char **why);
void world_close(struct world *world);

struct CMUnitTest;

/*
 * The body of main(): opens the world that the first argument names into *world, runs the cases and closes
 * it. A world that cannot be had here is a skip, said aloud. Returns the number of failures.
 */
int world_run(int argc, char **argv, struct world **world, const struct CMUnitTest *tests, size_t count);

/* The teardown of each case: tidies the world of world_run(). */
int world_after(void **state);

/* A new card object in this world; the test fails if it cannot be had. */
ISCard *world_card(struct world *world);

/* The same, attached to the reader (T=1). */
ISCard *world_attached(struct world *world, SCARD_SHARE_MODES share);

/* Takes the card out; returns when the service has noticed. */
void world_remove(struct world *world);

/* Takes it out and, without waiting, puts it back: too fast for anybody who polls. */
void world_flick(struct world *world);

/* Puts the card back that was taken out last; returns when the service has powered it. */
void world_put_back(struct world *world);

/*
 * Puts in another card: "demo", "gsm", "app" or an image's file. In a virtual reader (world->sim is NULL) it
 * has T=1 alone, unless it has no T=1.
 */
void world_insert(struct world *world, const char *image);

/*
 * Puts in a card that takes `ms` for each command; UINT32_MAX: that never answers one. So until
 * world_insert() or world_tidy().
 */
void world_stall(struct world *world, uint32_t ms);

/*
 * Breaks every connection to the reader, after which the reader is there again with its card: the cable is
 * pulled and plugged in (simulator), the service restarted (pcscd), or the card out and in (vpcd).
 */
void world_break(struct world *world);

/*
 * Puts a card ("demo", "gsm" or "app") into a second reader, which comes after the first in every list. The
 * virtual readers have that one always, the simulator plugs it in here. image NULL: takes the card out again
 * and, in the simulator, the reader with it; so does world_tidy().
 */
void world_second(struct world *world, const char *image);

/*
 * Makes sure that the demo card is in the reader and nobody has a transaction: what every case starts from.
 */
void world_tidy(struct world *world);

#endif

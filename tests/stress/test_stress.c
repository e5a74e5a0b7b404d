/*
 * Sixteen threads use all objects of the library at random, some cards and objects together, while cards are
 * taken out, put in and swapped, services break, and signals interrupt every wait. Nothing may crash, hang,
 * leak or answer for another; afterwards everything works. Arguments: the world, seconds, the seed;
 * SCARDSSP_TEST_SECONDS and SCARDSSP_TEST_ALL (the seed) go before the last two (`make stress`).
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "client/found.h"
#include "com/com.h"
#include "stress/play.h"
#include "stress/storm.h"
#include "support/kits/apdus.h"
#include "support/kits/jobs.h"
#include "support/kits/locating.h"

#define HANG_S 300u    /* by then everything that waits has ended, whatever else the machine does */
#define BREAK_MS 5000u /* a service that is broken comes back so often */

static struct world *world;
static uint32_t seconds = 2;
static uint64_t seed = 1;

static void pause_ms(uint32_t ms) {
    (void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

static uint32_t draw(uint64_t *random, uint32_t below) {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return (uint32_t)(*random >> 33) % below;
}

/* The hand that disturbs them; how often it did, and of these how often it broke the service. */
static unsigned disturb(unsigned *breaks) {
    const uint64_t end = clock_deadline(seconds * 1000);
    uint64_t random = seed * 0x9E3779B97F4A7C15u | 1, next_break = clock_deadline(BREAK_MS);
    unsigned times = 0;
    for (; clock_left(end) > 0; ++times) {
        pause_ms(20 + draw(&random, 200));
        switch (draw(&random, 4)) {
        case 0:
            world_remove(world);
            pause_ms(draw(&random, 30));
            world_put_back(world);
            break;
        case 1:
            world_flick(world);
            break;
        case 2:
            world_insert(world, "demo");
            break;
        default:
            if (clock_left(next_break) > 0)
                break;
            world_break(world);
            if (world->is_service) /* which takes the second reader's card along */
                world_second(world, "demo");
            ++*breaks;
            next_break = clock_deadline(BREAK_MS);
        }
    }
    return times;
}

static void open_play(struct play *play) {
    char atr[LOCATING_ATR];
    cardtypes_open(&play->types);
    world_second(world, "demo");
    play->readers[0] = world->reader;
    play->readers[1] = world->second;
    ISCard *card = world_attached(world, SHARED);
    locating_atr(card, atr);
    ISCard_Release(card);
    cardtypes_introduce(&play->types, "Demo card", atr, NULL, NULL, LOCATING_FILES);
    for (unsigned i = 0; i < PLAY_SHARED; ++i)
        play->shared[i] = world_attached(world, SHARED);
}

static void close_play(struct play *play) {
    for (unsigned i = 0; i < PLAY_SHARED; ++i)
        assert_int_equal(ISCard_Release(play->shared[i]), 0);
    found_end_all(world->service);
    cardtypes_close(&play->types);
}

static void tell(const struct actor *actors, unsigned times, unsigned breaks, unsigned long signals) {
    unsigned long calls = 0, replies = 0, faults = 0;
    for (unsigned i = 0; i < PLAY_THREADS; ++i) {
        calls += actors[i].calls;
        replies += actors[i].replies;
        faults += actors[i].faults;
    }
    print_message(
        "# %s: %lu calls of %u threads in %u s, seed %llu: %lu replies, each its command's; %lu failed; "
        "%u disturbances, %u of the service; %lu signals\n",
        world->kind, calls, PLAY_THREADS, (unsigned)seconds, (unsigned long long)seed, replies, faults, times,
        breaks, signals);
    assert_true(replies > 0 && signals > 0);
}

static void test_stress__everything_at_once(void **state) {
    static struct actor actors[PLAY_THREADS];
    static struct play play;
    static struct storm storm;
    unsigned breaks = 0;
    const long objects = com_count();
    (void)state;
    play.world = world;
    open_play(&play);
    for (unsigned i = 0; i < PLAY_THREADS; ++i)
        actor_begin(&actors[i], &play, i, seed);
    (void)alarm(seconds + HANG_S);
    jobs_count((int)PLAY_THREADS);
    for (unsigned i = 0; i < PLAY_THREADS; ++i)
        assert_int_equal(pthread_create(&actors[i].thread, NULL, actor_run, &actors[i]), 0);
    storm_begin(&storm, actors);
    const unsigned times = disturb(&breaks);
    const unsigned long signals = storm_end(&storm);
    atomic_store(&play.over, true);
    for (unsigned i = 0; i < PLAY_THREADS; ++i)
        assert_int_equal(pthread_join(actors[i].thread, NULL), 0);
    jobs_count(-(int)PLAY_THREADS);
    tell(actors, times, breaks, signals);
    for (unsigned i = 0; i < PLAY_SHARED; ++i)
        (void)ISCard_Detach(play.shared[i], LEAVE);
    for (unsigned i = 0; i < PLAY_THREADS; ++i)
        (void)ISCard_Detach(actors[i].card, LEAVE);
    found_end_all(world->service);
    for (unsigned i = 0; i < PLAY_THREADS; ++i) {
        actor_must_work(&actors[i]);
        actor_end(&actors[i]);
    }
    close_play(&play);
    (void)alarm(0);
    assert_int_equal(com_count(), objects);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_stress__everything_at_once, world_after),
    };
    const char *const time = getenv("SCARDSSP_TEST_SECONDS"), *const all = getenv("SCARDSSP_TEST_ALL");
    if (time || argc > 2)
        seconds = (uint32_t)strtoul(time ? time : argv[2], NULL, 10);
    if (all || argc > 3)
        seed = strtoull(all ? all : argv[3], NULL, 10);
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof *tests);
}

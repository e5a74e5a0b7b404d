/*
 * Two threads that wait for each other (backends/winscard/bell.h): nobody waits on for a bell that was rung,
 * nor looks out for long.
 */
#include "backends/winscard/bell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"

#define ROUNDS 20000u
#define LIMIT_MS 2u
#define PATIENCE_MS 60000u

/* Whose turn it is in a game of two: even ours, odd the other's. */
struct game {
    struct winscard_bell bell;
    unsigned turn;
    bool slow; /* the other takes its time */
};

static void take_turns(struct game *game, unsigned side) {
    struct winscard_habit habit = {0};

    AcquireSRWLockExclusive(&game->bell.lock);
    while (game->turn < ROUNDS) {
        if (game->turn % 2 != side) {
            winscard_bell_wait(&game->bell, &habit, INFINITE);
            continue;
        }
        if (game->slow && game->turn % 100 == side) {
            ReleaseSRWLockExclusive(&game->bell.lock);
            Sleep(1);
            AcquireSRWLockExclusive(&game->bell.lock);
        }
        ++game->turn;
        winscard_bell_ring(&game->bell);
    }
    ReleaseSRWLockExclusive(&game->bell.lock);
}

static DWORD WINAPI play_other(void *user) {
    take_turns(user, 1);
    return 0;
}

/* None of many turns is slept through, whether they are looked out for or not. */
static void assert_game_ends(bool looks_out, bool slow) {
    struct game game = {.slow = slow};

    winscard_bell_init(&game.bell);
    if (!looks_out)
        game.bell.moment = 0;
    const HANDLE other = CreateThread(NULL, 0, play_other, &game, 0, NULL);
    assert_non_null(other);
    take_turns(&game, 0);
    assert_int_equal(WaitForSingleObject(other, PATIENCE_MS), WAIT_OBJECT_0);
    CloseHandle(other);
    assert_int_equal(game.turn, ROUNDS);
}

static void test_bell__is_never_missed(void **state) {
    (void)state;
    assert_game_ends(true, false);
    assert_game_ends(true, true);
    assert_game_ends(false, false);
}

/* A wait in vain lasts for its limit, and the lock is held afterwards. */
static void test_bell__limit(void **state) {
    (void)state;
    struct winscard_bell bell;
    struct winscard_habit habit = {0};

    winscard_bell_init(&bell);
    for (int i = 0; i < 5; ++i) {
        const uint64_t start = clock_ms();
        AcquireSRWLockExclusive(&bell.lock);
        winscard_bell_wait(&bell, &habit, 30);
        assert_true(clock_ms() - start >= 28);
        assert_false(TryAcquireSRWLockExclusive(&bell.lock));
        ReleaseSRWLockExclusive(&bell.lock);
    }
}

/*
 * Looking out in vain becomes rare: 1 wait without, then 3, 7, ... 255, so 8 looks in 510 waits, and every
 * 256th from then on.
 */
static void test_habit__in_vain(void **state) {
    (void)state;
    struct winscard_bell bell;
    struct winscard_habit habit = {0};
    unsigned looks = 0;

    winscard_bell_init(&bell);
    bell.moment = bell.moment ? bell.moment : 1;
    AcquireSRWLockExclusive(&bell.lock);
    for (unsigned i = 0; i < 510; ++i) {
        looks += habit.left == 0;
        winscard_bell_wait(&bell, &habit, LIMIT_MS);
        assert_int_in_range(habit.pause, 1, WINSCARD_BELL_PAUSE_MAX);
    }
    ReleaseSRWLockExclusive(&bell.lock);
    assert_int_equal(looks, 8);
    assert_int_equal(habit.pause, WINSCARD_BELL_PAUSE_MAX);
    assert_int_equal(habit.left, 0);
}

/*
 * A process that may use one processor only does not look out: the other thread could not do anything
 * meanwhile.
 */
static void test_bell__one_processor(void **state) {
    (void)state;
    struct winscard_bell bell;
    struct winscard_habit habit = {0};
    DWORD_PTR own = 0, all = 0;

    assert_true(GetProcessAffinityMask(GetCurrentProcess(), &own, &all));
    winscard_bell_init(&bell);
    assert_int_equal(bell.moment > 0, (own & (own - 1)) != 0);
    assert_true(SetProcessAffinityMask(GetCurrentProcess(), own & ~(own - 1)));
    winscard_bell_init(&bell);
    assert_true(SetProcessAffinityMask(GetCurrentProcess(), own));
    assert_true(bell.moment == 0);
    AcquireSRWLockExclusive(&bell.lock);
    winscard_bell_wait(&bell, &habit, LIMIT_MS);
    ReleaseSRWLockExclusive(&bell.lock);
    assert_int_equal(habit.pause, 0);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bell__is_never_missed),
        cmocka_unit_test(test_bell__limit),
        cmocka_unit_test(test_habit__in_vain),
        cmocka_unit_test(test_bell__one_processor),
    };
    return cmocka_run_group_tests_name("winscard_bell", tests, NULL, NULL);
}

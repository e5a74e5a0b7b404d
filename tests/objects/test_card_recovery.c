/*
 * What ReAttach survives beyond the rows of the recovery specification, which test_recovery_table.c has:
 * other ways to the same faults, faults of which it does not come back at once, and a race. In each world of
 * support/worlds/world.h (first argument).
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/worlds/world.h"

#define PATIENCE_MS 30000

static struct world *world;

static SCARD_STATES status_of(ISCard *card) {
    SCARD_STATES state = 0;
    assert_hr(ISCard_get_Status(card, &state), S_OK);
    return state;
}

/* Row 1, by Detach(RESET). */
static void test_recovery__reset_by_a_leaving_one(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    assert_hr(ISCard_Detach(b, RESET), S_OK);
    assert_fails(a, SCARD_W_RESET_CARD);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_works(a);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* Attaching, too, rides out a card that was powered off while somebody else was there. */
static void test_recovery__attach_after_power_off(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    assert_hr(ISCard_Detach(b, UNPOWER), S_OK);
    assert_hr(ISCard_AttachByReader(b, world->reader, SHARED, T1), S_OK);
    assert_works(b);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* Row 6, with a card that speaks another protocol than asked for at AttachByReader. */
static void test_recovery__another_card_other_protocol(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    world_insert(world, "gsm");
    assert_fails(a, SCARD_W_REMOVED_CARD);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_PROTO_MISMATCH);
    world_insert(world, "demo");
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_works(a);
    ISCard_Release(a);
}

/* Row 7 is the situation "other exclusive" of test_card_reattach.c; here: attaching meets it. */
static void test_recovery__held_exclusively(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCard *b = world_attached(world, EXCLUSIVE);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), SCARD_E_SHARING_VIOLATION);
    assert_hr(ISCard_AttachByReader(a, world->reader, EXCLUSIVE, T1), SCARD_E_SHARING_VIOLATION);
    assert_fails(a, SCARD_E_INVALID_HANDLE);
    assert_works(b);
    assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), S_OK);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_works(a);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* Rows 9 to 11: the reader, or the service, goes and comes back between two calls. */
static void test_recovery__connection_broken(void **state) {
    (void)state;
    const char *reply = NULL;
    ISCard *a = world_attached(world, SHARED);
    world_break(world);
    assert_true(FAILED(send_hex(a, "00 84 00 00 08", &reply)));
    assert_string_equal(reply, "");
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_works(a);
    assert_int_equal(status_of(a), SPECIFICMODE);
    ISCard_Release(a);
}

/* The other program waits while `a` holds a transaction, and gets through when it does not. */
static void assert_locked(ISCard *b, bool locked) {
    if (!locked) {
        assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), S_OK);
        assert_works(b);
        return;
    }
    assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), SCARD_E_TIMEOUT);
}

/* Row 14, the way that ends with an error: no lock is held. */
static void test_recovery__transaction_lost_with_the_card(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    assert_hr(ISCard_LockSCard(a), S_OK);
    world_remove(world);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_NO_SMARTCARD);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_NOT_TRANSACTED);
    world_put_back(world);
    assert_locked(b, false);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_works(a);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* Row 14, with the connection built anew. */
static void test_recovery__transaction_through_a_break(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    assert_hr(ISCard_LockSCard(a), S_OK);
    assert_hr(ISCard_LockSCard(a), S_OK);
    world_break(world);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    ISCard *b = world_card(world);
    assert_hr(ISCard_AttachByReader(b, world->reader, SHARED, T1), SCARD_E_TIMEOUT);
    assert_works(a);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(ISCard_AttachByReader(b, world->reader, SHARED, T1), S_OK);
    assert_works(b);
    ISCard_Release(b);
    ISCard_Release(a);
}

/*
 * Row 2 as a race: the other program powers the card off and on all the time, also while ReAttach is at work.
 */

struct racer {
    pthread_t thread;
    _Atomic bool stop;
    _Atomic unsigned rounds;
};

static void *power_all_the_time(void *argument) {
    struct racer *racer = argument;
    ISCard *b = world_card(world);
    while (!racer->stop) {
        if (ISCard_AttachByReader(b, world->reader, SHARED, T1) == S_OK) {
            (void)ISCard_Detach(b, racer->rounds % 3 ? UNPOWER : RESET);
            racer->rounds++;
        }
    }
    ISCard_Release(b);
    return NULL;
}

/* Column 2 of the row. */
static bool is_news(HRESULT hr) {
    return hr == (HRESULT)SCARD_W_RESET_CARD || hr == (HRESULT)SCARD_W_UNPOWERED_CARD;
}

/*
 * A command fails as such where the card was off when it came, and the other program has started it again
 * before anybody could ask: pcscd clears a notice with the reconnection that the switching off overtook, and
 * keeps no other trace of it.
 */
static bool is_news_of_a_command(HRESULT hr) {
    return is_news(hr) || (world->is_service && hr == (HRESULT)SCARD_E_NOT_TRANSACTED);
}

static void test_recovery__powered_in_a_race(void **state) {
    (void)state;
    struct racer racer = {.stop = false};
    unsigned good = 0, bad = 0;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    assert_hr(ISCardEx_put_Timeout(ex, PATIENCE_MS), S_OK); /* the other program is in the way, too */
    ISCardEx_Release(ex);
    assert_int_equal(pthread_create(&racer.thread, NULL, power_all_the_time, &racer), 0);
    const uint64_t end = clock_ms() + (world->is_service ? 8000 : 1000);
    const uint64_t last = end + 60000; /* where threads run one after the other, as under valgrind */
    while (clock_ms() < end || ((!good || !racer.rounds) && clock_ms() < last)) {
        HRESULT hr = send_hex(a, "00 84 00 00 08", NULL);
        good += hr == S_OK;
        if (hr == S_OK)
            continue;
        if (!is_news_of_a_command(hr)) {
            bad++;
            print_error("Transaction: 0x%08X\n", (unsigned)hr);
        }
        hr = ISCard_ReAttach(a, SHARED, LEAVE);
        if (hr != S_OK && !is_news(hr)) {
            bad++;
            print_error("ReAttach: 0x%08X\n", (unsigned)hr);
        }
    }
    racer.stop = true;
    assert_int_equal(pthread_join(racer.thread, NULL), 0);
    assert_true(good > 0 && racer.rounds > 0);
    assert_int_equal(bad, 0);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_works(a);
    ISCard_Release(a);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_recovery__reset_by_a_leaving_one, world_after),
        cmocka_unit_test_teardown(test_recovery__attach_after_power_off, world_after),
        cmocka_unit_test_teardown(test_recovery__another_card_other_protocol, world_after),
        cmocka_unit_test_teardown(test_recovery__held_exclusively, world_after),
        cmocka_unit_test_teardown(test_recovery__connection_broken, world_after),
        cmocka_unit_test_teardown(test_recovery__transaction_lost_with_the_card, world_after),
        cmocka_unit_test_teardown(test_recovery__transaction_through_a_break, world_after),
        cmocka_unit_test_teardown(test_recovery__powered_in_a_race, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

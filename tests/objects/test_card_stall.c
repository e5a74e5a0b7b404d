/*
 * Row 12 of the recovery specification, the card that never answers: "calls that wait for it end at their
 * deadline or by Cancel wherever the service lets go of them; the object stays usable". Runs in each world of
 * support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/worlds/world.h"

static struct world *world;

#define SLACK_MS 10000u /* of a busy machine, also under valgrind; what hangs does so for ever */

static HRESULT call_transaction(struct cardjob *job) {
    const char *reply = NULL;
    HRESULT hr = send_hex(job->card, "00 84 00 00 08", &reply);
    assert_true(SUCCEEDED(hr) || *reply == '\0');
    return hr;
}

static HRESULT call_transmit_bytes(struct cardjob *job) {
    VARIANT command = variant_from_hex("00 84 00 00 08"), reply;
    HRESULT hr = ISCardEx_TransmitBytes(job->ex, &command, &reply);
    assert_true(SUCCEEDED(hr) || V_VT(&reply) == VT_EMPTY);
    VariantClear(&command);
    VariantClear(&reply);
    return hr;
}

static HRESULT call_lock(struct cardjob *job) {
    return ISCard_LockSCard(job->card);
}

static HRESULT call_status(struct cardjob *job) {
    SCARD_STATES out;
    return ISCard_get_Status(job->card, &out);
}

static HRESULT call_detach(struct cardjob *job) {
    return ISCard_Detach(job->card, LEAVE);
}

/*
 * The command goes on for longer than WORLD_TIMEOUT_MS, which is the time for waiting and not for work;
 * others wait.
 */
static void assert_busy(struct cardjob *job) {
    static HRESULT (*const others[])(struct cardjob *) = {call_status, call_lock, call_detach,
                                                          call_transaction};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; ++i) {
        const uint64_t start = cardjob_ms();
        assert_hr(others[i](job), SCARD_E_TIMEOUT);
        assert_int_in_range(cardjob_ms() - start, WORLD_TIMEOUT_MS - 50, WORLD_TIMEOUT_MS + SLACK_MS);
    }
    assert_true(cardjob_is_running(job));
}

/* What the calls after a Cancel say: nobody knows what has become of the command. */
static void assert_lost(ISCard *card) {
    assert_fails(card, SCARD_W_RESET_CARD);
    assert_hr(ISCard_LockSCard(card), SCARD_W_RESET_CARD);
}

/* The same object with the same reader and another card in it. */
static void assert_usable(ISCard *card) {
    ISCardEx *ex = cardex_of(card);
    world_insert(world, "demo");
    assert_hr(ISCardEx_put_Timeout(ex, 8000), S_OK);
    assert_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    assert_works(card);
    assert_hr(ISCard_LockSCard(card), S_OK);
    assert_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    ISCardEx_Release(ex);
}

static const struct {
    const char *name;
    HRESULT (*call)(struct cardjob *job);
} senders[] = {{"Transaction", call_transaction}, {"TransmitBytes", call_transmit_bytes}};

/* Cancel ends the call whose command the card has; the object works again when the card has gone. */
static void test_stall__cancel_ends_the_command(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof senders / sizeof senders[0]; ++i) {
        world_stall(world, UINT32_MAX);
        ISCard *a = world_attached(world, SHARED);
        ISCardEx *ex = cardex_of(a);
        struct cardjob job = {.call = senders[i].call, .card = a, .ex = ex};
        cardjob_start(&job);
        assert_busy(&job);
        const uint64_t start = cardjob_ms();
        cardjob_cancel(&job);
        assert_int_in_range(cardjob_ms() - start, 0, SLACK_MS);
        assert_hr(job.hr, SCARD_E_CANCELLED);
        assert_lost(a);
        assert_usable(a);
        ISCardEx_Release(ex);
        assert_int_equal(ISCard_Release(a), 0);
    }
}

/* Recovery before the card has gone is bounded, too, and says why it does not come to anything. */
static void test_stall__reattach_meanwhile(void **state) {
    (void)state;
    world_stall(world, UINT32_MAX);
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    struct cardjob job = {.call = call_transaction, .card = a, .ex = ex};
    cardjob_start(&job);
    cardjob_cancel(&job);
    assert_hr(job.hr, SCARD_E_CANCELLED);
    for (int i = 0; i < 3; ++i) {
        const uint64_t start = cardjob_ms();
        const HRESULT hr = ISCard_ReAttach(a, SHARED, LEAVE);
        /* The simulator lets connect to a card that answers no command; pcscd does not come that far. */
        assert_true(hr == S_OK || hr == (HRESULT)SCARD_E_TIMEOUT);
        assert_true(cardjob_ms() - start < WORLD_TIMEOUT_MS + SLACK_MS);
    }
    assert_usable(a);
    ISCardEx_Release(ex);
    assert_int_equal(ISCard_Release(a), 0);
}

/* Row 14 with it: the transaction that was held is held again. */
static void test_stall__in_a_transaction(void **state) {
    (void)state;
    world_stall(world, UINT32_MAX);
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_card(world);
    ISCardEx *ex = cardex_of(a);
    struct cardjob job = {.call = call_transaction, .card = a, .ex = ex};
    assert_hr(ISCard_LockSCard(a), S_OK);
    cardjob_start(&job);
    cardjob_cancel(&job);
    assert_hr(job.hr, SCARD_E_CANCELLED);
    assert_fails(a, SCARD_W_RESET_CARD);
    world_insert(world, "demo");
    assert_hr(ISCardEx_put_Timeout(ex, 8000), S_OK);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_works(a);
    assert_hr(ISCard_AttachByReader(b, world->reader, SHARED, T1), SCARD_E_TIMEOUT);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(ISCard_AttachByReader(b, world->reader, SHARED, T1), S_OK);
    assert_works(b);
    ISCardEx_Release(ex);
    ISCard_Release(b);
    assert_int_equal(ISCard_Release(a), 0);
}

static HRESULT call_attach(struct cardjob *job) {
    return ISCard_AttachByReader(job->card, world->reader, SHARED, T1);
}

static HRESULT call_reattach(struct cardjob *job) {
    return ISCard_ReAttach(job->card, SHARED, LEAVE);
}

static HRESULT call_lock_and_unlock(struct cardjob *job) {
    HRESULT hr = ISCard_LockSCard(job->card);
    if (SUCCEEDED(hr))
        assert_hr(ISCard_UnlockSCard(job->card, LEAVE), S_OK);
    return hr;
}

/*
 * Another program's calls: what needs no answer of the card ends at its deadline. A command cannot be told
 * from one that the card has, and ends by Cancel.
 */
static void test_stall__other_objects(void **state) {
    (void)state;
    static HRESULT (*const calls[])(struct cardjob *) = {call_status, call_lock_and_unlock, call_reattach,
                                                         call_attach};
    world_stall(world, UINT32_MAX);
    ISCard *a = world_attached(world, SHARED), *b = world_attached(world, SHARED);
    ISCardEx *ex_a = cardex_of(a), *ex_b = cardex_of(b);
    struct cardjob job = {.call = call_transaction, .card = a, .ex = ex_a};
    struct cardjob other = {.call = call_transaction, .card = b, .ex = ex_b};
    cardjob_start(&job);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        const uint64_t start = cardjob_ms();
        const HRESULT hr = calls[i](&other);
        /* Where the service could be left at the price of the connection only, the next call says so. */
        assert_true(hr == S_OK || hr == (HRESULT)SCARD_E_TIMEOUT || hr == (HRESULT)SCARD_W_RESET_CARD);
        assert_true(cardjob_ms() - start < WORLD_TIMEOUT_MS + SLACK_MS);
    }
    assert_hr(ISCardEx_put_Timeout(ex_b, -1), S_OK);
    cardjob_start(&other);
    cardjob_cancel(&other);
    assert_true(FAILED(other.hr));
    assert_true(cardjob_is_running(&job));
    cardjob_cancel(&job);
    assert_hr(job.hr, SCARD_E_CANCELLED);
    assert_usable(a);
    ISCardEx_Release(ex_b);
    ISCardEx_Release(ex_a);
    ISCard_Release(b);
    assert_int_equal(ISCard_Release(a), 0);
}

/* Work is not cut off, with any time to wait; the next command is sent as ever. */
static void test_stall__slow_is_not_silent(void **state) {
    (void)state;
    static const LONG timeouts[] = {0, 300, 2000, -1};
    world_stall(world, 900);
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    for (size_t i = 0; i < sizeof timeouts / sizeof timeouts[0]; ++i) {
        struct cardjob job = {.call = call_transaction, .card = a, .ex = ex};
        assert_hr(ISCardEx_put_Timeout(ex, timeouts[i]), S_OK);
        const uint64_t start = cardjob_ms();
        assert_hr(call_transaction(&job), S_OK);
        assert_true(cardjob_ms() - start >= 880);
    }
    ISCardEx_Release(ex);
    assert_int_equal(ISCard_Release(a), 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_stall__cancel_ends_the_command, world_after),
        cmocka_unit_test_teardown(test_stall__reattach_meanwhile, world_after),
        cmocka_unit_test_teardown(test_stall__in_a_transaction, world_after),
        cmocka_unit_test_teardown(test_stall__other_objects, world_after),
        cmocka_unit_test_teardown(test_stall__slow_is_not_silent, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

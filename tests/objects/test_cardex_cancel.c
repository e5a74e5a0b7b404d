/*
 * ISCardEx: time-outs, and cancelling calls that wait for another program, from another thread. Runs in each
 * world of support/worlds/world.h (first argument).
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/worlds/world.h"

static struct world *world;

/* B holds the card in a transaction, so that calls of A block. */
struct scene {
    ISCard *a, *b;
    ISCardEx *ex;
};

static struct scene set(void) {
    struct scene scene = {world_attached(world, SHARED), world_attached(world, SHARED), NULL};
    scene.ex = cardex_of(scene.a);
    assert_hr(ISCard_LockSCard(scene.b), S_OK);
    return scene;
}

static void strike(const struct scene *scene) {
    ISCardEx_Release(scene->ex);
    assert_int_equal(ISCard_Release(scene->b), 0);
    assert_int_equal(ISCard_Release(scene->a), 0);
}

static void put_timeout(ISCardEx *ex, LONG timeout) {
    LONG is = 99;
    assert_hr(ISCardEx_put_Timeout(ex, timeout), S_OK);
    assert_hr(ISCardEx_get_Timeout(ex, &is), S_OK);
    assert_int_equal(is, timeout);
}

/* Time-outs */

static void test_timeout__values(void **state) {
    (void)state;
    static const LONG good[] = {0, 1, 30000, 2147483647, -1};
    static const LONG bad[] = {-2, -2147483647, LONG_MIN, LONG_MAX};
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    LONG is = 99;
    assert_hr(ISCardEx_get_Timeout(ex, &is), S_OK);
    assert_int_equal(is, WORLD_TIMEOUT_MS);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; ++i)
        put_timeout(ex, good[i]);
    assert_hr(ISCardEx_SetTimeout(ex, 77), S_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        if (bad[i] == 2147483647) /* what LONG_MAX is where a LONG has 32 bits */
            continue;
        assert_hr(ISCardEx_put_Timeout(ex, bad[i]), E_INVALIDARG);
        assert_hr(ISCardEx_SetTimeout(ex, bad[i]), E_INVALIDARG);
    }
    assert_hr(ISCardEx_get_Timeout(ex, &is), S_OK);
    assert_int_equal(is, 77);
    assert_hr(ISCardEx_SetTimeout(ex, (LONG)0xFFFFFFFF), S_OK); /* INFINITE */
    assert_hr(ISCardEx_get_Timeout(ex, &is), S_OK);
    assert_int_equal(is, -1);
    ISCardEx_Release(ex);
    assert_int_equal(ISCard_Release(a), 0);
}

static void test_timeout__bounds_the_wait(void **state) {
    (void)state;
    struct scene scene = set();
    put_timeout(scene.ex, 0);
    uint64_t start = cardjob_ms();
    assert_hr(ISCard_LockSCard(scene.a), SCARD_E_TIMEOUT);
    assert_fails(scene.a, SCARD_E_TIMEOUT);
    assert_true(cardjob_ms() - start < 1500);
    put_timeout(scene.ex, 1000);
    start = cardjob_ms();
    assert_hr(ISCard_LockSCard(scene.a), SCARD_E_TIMEOUT);
    assert_int_in_range(cardjob_ms() - start, 950, 4000);
    assert_hr(ISCard_UnlockSCard(scene.b, LEAVE), S_OK);
    put_timeout(scene.ex, 0);
    assert_hr(ISCard_LockSCard(scene.a), S_OK); /* no wait is needed */
    strike(&scene);
}

static HRESULT call_lock(struct cardjob *job) {
    return ISCard_LockSCard(job->card);
}

/* Neither waits for the call that blocks, which keeps the time it has begun with. */
static void test_timeout__set_while_a_call_blocks(void **state) {
    (void)state;
    struct scene scene = set();
    struct cardjob job = {.call = call_lock, .card = scene.a, .ex = scene.ex};
    put_timeout(scene.ex, -1);
    cardjob_start(&job);
    put_timeout(scene.ex, 50);
    assert_true(cardjob_is_running(&job));
    cardjob_cancel(&job);
    assert_hr(job.hr, SCARD_E_CANCELLED);
    assert_hr(ISCard_LockSCard(scene.a), SCARD_E_TIMEOUT);
    strike(&scene);
}

/* Cancelling */

static HRESULT call_transaction(struct cardjob *job) {
    ISCardCmd *cmd = cmd_from_hex("00 84 00 00 08");
    HRESULT hr = ISCard_Transaction(job->card, &cmd);
    ISCardCmd_Release(cmd);
    return hr;
}

static HRESULT call_transmit_bytes(struct cardjob *job) {
    VARIANT command = variant_from_hex("00 84 00 00 08"), reply;
    HRESULT hr = ISCardEx_TransmitBytes(job->ex, &command, &reply);
    VariantClear(&command);
    return hr;
}

static HRESULT call_reattach(struct cardjob *job) {
    return ISCard_ReAttach(job->card, SHARED, RESET);
}

static HRESULT call_attach(struct cardjob *job) {
    return ISCard_AttachByReader(job->card, job->reader, SHARED, T1);
}

static HRESULT call_status(struct cardjob *job) {
    SCARD_STATES status;
    return ISCard_get_Status(job->card, &status);
}

static const struct {
    const char *name;
    HRESULT (*call)(struct cardjob *job);
    bool detaches;
} calls[] = {
    {"LockSCard", call_lock, false},
    {"Transaction", call_transaction, false},
    {"TransmitBytes", call_transmit_bytes, false},
    {"ReAttach", call_reattach, false},
    {"AttachByReader", call_attach, true},
    {"get_Status", call_status, false},
};

/*
 * Each call that waits for another program ends, for ever as its wait would be; then the object is as good as
 * before.
 */
static void test_cancel__blocked_calls(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        struct scene scene = set();
        struct cardjob job = {
            .call = calls[i].call, .card = scene.a, .ex = scene.ex, .reader = world->reader};
        put_timeout(scene.ex, -1);
        cardjob_start(&job);
        if (!cardjob_is_running(&job))
            print_error("%s did not wait\n", calls[i].name);
        assert_true(cardjob_is_running(&job));
        cardjob_cancel(&job);
        if (job.hr != (HRESULT)SCARD_E_CANCELLED)
            print_error("%s\n", calls[i].name);
        assert_hr(job.hr, SCARD_E_CANCELLED);
        assert_hr(ISCard_UnlockSCard(scene.b, LEAVE), S_OK);
        put_timeout(scene.ex, 5000);
        if (calls[i].detaches)
            assert_hr(ISCard_AttachByReader(scene.a, world->reader, SHARED, T1), S_OK);
        else
            assert_hr(ISCard_ReAttach(scene.a, SHARED, LEAVE), S_OK);
        assert_works(scene.a);
        assert_hr(ISCard_LockSCard(scene.a), S_OK);
        assert_hr(ISCard_UnlockSCard(scene.a, LEAVE), S_OK);
        strike(&scene);
    }
}

/* One object's Cancel leaves another object's calls alone. */
static void test_cancel__only_this_object(void **state) {
    (void)state;
    struct scene scene = set();
    ISCard *c = world_card(world);
    ISCardEx *other = cardex_of(c);
    struct cardjob job = {.call = call_lock, .card = scene.a, .ex = scene.ex};
    put_timeout(scene.ex, -1);
    cardjob_start(&job);
    assert_hr(ISCardEx_Cancel(other), S_OK);
    assert_hr(ISCard_UnlockSCard(scene.b, LEAVE), S_OK);
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    ISCardEx_Release(other);
    ISCard_Release(c);
    strike(&scene);
}

static void test_cancel__nothing_waits(void **state) {
    (void)state;
    struct scene scene = set();
    LONG events = 9;
    ISCard *c = world_card(world);
    ISCardEx *unattached = cardex_of(c);
    assert_hr(ISCardEx_Cancel(unattached), S_OK);
    assert_hr(ISCard_AttachByReader(c, world->reader, SHARED, T0), SCARD_E_TIMEOUT);
    ISCardEx_Release(unattached);
    ISCard_Release(c);
    for (int i = 0; i < 3; ++i)
        assert_hr(ISCardEx_Cancel(scene.ex), S_OK);
    assert_hr(ISCard_LockSCard(scene.a), SCARD_E_TIMEOUT); /* and not SCARD_E_CANCELLED */
    assert_hr(ISCardEx_Cancel(scene.ex), S_OK);
    assert_hr(ISCardEx_WaitForChange(scene.ex, 0, NULL, &events), S_OK);
    assert_int_equal(events, 0);
    assert_hr(ISCard_UnlockSCard(scene.b, LEAVE), S_OK);
    assert_hr(ISCardEx_Cancel(scene.ex), S_OK);
    assert_works(scene.a);
    strike(&scene);
}

#define ROUNDS 30

static HRESULT call_recover(struct cardjob *job) {
    HRESULT hr = S_OK;
    LONG events;
    for (int i = 0; i < ROUNDS; ++i) {
        hr = ISCard_ReAttach(job->card, SHARED, LEAVE);
        (void)ISCardEx_WaitForChange(job->ex, 1, NULL, &events);
        if (FAILED(hr))
            hr = ISCard_AttachByReader(job->card, job->reader, SHARED, T1);
    }
    return hr;
}

/* Contexts come and go under the hands of those who cancel, and none is touched after its end. */
static void test_cancel__while_connections_are_rebuilt(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    struct cardjob job = {.call = call_recover, .card = a, .ex = ex, .reader = world->reader};
    cardjob_start(&job);
    for (int i = 0; i < (world->is_service ? 1 : 5); ++i) {
        world_break(world);
        for (int k = 0; k < 200; ++k)
            assert_hr(ISCardEx_Cancel(ex), S_OK);
    }
    cardjob_cancel(&job);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_works(a);
    ISCardEx_Release(ex);
    assert_int_equal(ISCard_Release(a), 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_timeout__values, world_after),
        cmocka_unit_test_teardown(test_timeout__bounds_the_wait, world_after),
        cmocka_unit_test_teardown(test_timeout__set_while_a_call_blocks, world_after),
        cmocka_unit_test_teardown(test_cancel__blocked_calls, world_after),
        cmocka_unit_test_teardown(test_cancel__only_this_object, world_after),
        cmocka_unit_test_teardown(test_cancel__nothing_waits, world_after),
        cmocka_unit_test_teardown(test_cancel__while_connections_are_rebuilt, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

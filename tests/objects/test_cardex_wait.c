/*
 * ISCardEx::WaitForChange: what it tells about cards that come and go, what it remembers, what ends it. Runs
 * in each world of support/worlds/world.h (first argument).
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "base/clock.h"
#include "objects/card.h"
#include "rm/rm.h"
#include "scardssp_sim.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/worlds/world.h"

#define BOTH (SCARD_EVENT_INSERTED | SCARD_EVENT_REMOVED)

static struct world *world;

#define assert_events(ex, timeout, reader, expected)                                                         \
    assert_events_at((ex), (timeout), (reader), (expected), __LINE__)
static void assert_events_at(ISCardEx *ex, LONG timeout, wchar_t *reader, LONG expected, int line) {
    LONG events = 99;
    assert_hr_at(ISCardEx_WaitForChange(ex, timeout, reader, &events), S_OK, "WaitForChange", __FILE__, line);
    if (events == expected)
        return;
    print_error("WaitForChange tells 0x%lX, expected 0x%lX\n", (unsigned long)events,
                (unsigned long)expected);
    _fail(__FILE__, line);
}

static HRESULT call_wait(struct cardjob *job) {
    return ISCardEx_WaitForChange(job->ex, job->timeout, job->reader, &job->events);
}

static void test_wait__arguments(void **state) {
    (void)state;
    static const LONG bad[] = {-2, LONG_MIN};
    wchar_t unknown[] = L"No such reader", surrogate[] = {0xD800, 0}, empty[] = L"", endless[1026];
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    LONG events = 9;
    wmemset(endless, L'x', 1025);
    endless[1025] = 0;
    for (size_t i = 0; i < 2; ++i)
        assert_hr(ISCardEx_WaitForChange(ex, bad[i], world->reader, &events), E_INVALIDARG);
    assert_int_equal(events, 0);
    assert_hr(ISCardEx_WaitForChange(ex, 0, surrogate, &events), E_INVALIDARG);
    assert_hr(ISCardEx_WaitForChange(ex, 0, endless, &events), E_INVALIDARG);
    assert_hr(ISCardEx_WaitForChange(ex, 0, empty, &events), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardEx_WaitForChange(ex, 0, unknown, &events), SCARD_E_UNKNOWN_READER);
    assert_hr(ISCardEx_WaitForChange(ex, -1, unknown, &events), SCARD_E_UNKNOWN_READER);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void test_wait__time_passes(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    assert_events(ex, 0, world->reader, 0);
    const uint64_t start = cardjob_ms();
    assert_events(ex, 700, world->reader, 0);
    assert_int_in_range(cardjob_ms() - start, 690, 4000);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* An object that is not attached waits for the card of a reader it names, for ever. */
static void test_wait__for_an_insertion(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    struct cardjob job = {.call = call_wait, .card = a, .ex = ex, .reader = world->reader, .timeout = -1};
    world_remove(world);
    assert_events(ex, 0, world->reader, 0); /* as it is from the beginning */
    cardjob_start(&job);
    assert_true(cardjob_is_running(&job));
    world_put_back(world);
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    assert_int_equal(job.events, SCARD_EVENT_INSERTED);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_works(a);
    assert_events(ex, 0, NULL, 0); /* told once; attaching is no change */
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* The object works on while one of its threads waits for the card to go. */
static void test_wait__for_a_removal(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED), *b = NULL;
    ISCardEx *ex = cardex_of(a);
    struct cardjob job = {.call = call_wait, .card = a, .ex = ex, .timeout = 60000};
    cardjob_start(&job);
    for (int i = 0; i < 20; ++i)
        assert_works(a);
    b = world_attached(world, SHARED); /* what others do is no change */
    assert_hr(ISCard_LockSCard(b), S_OK);
    assert_hr(ISCard_UnlockSCard(b, RESET), S_OK);
    assert_int_equal(ISCard_Release(b), 0);
    assert_true(cardjob_is_running(&job));
    world_remove(world);
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    assert_int_equal(job.events, SCARD_EVENT_REMOVED);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* Nothing is missed between two calls. */
static void test_wait__remembers(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    assert_events(ex, 0, world->reader, 0);
    world_remove(world);
    assert_events(ex, -1, world->reader, SCARD_EVENT_REMOVED);
    world_put_back(world);
    world_remove(world);
    assert_events(ex, 0, world->reader, BOTH);
    assert_events(ex, 0, world->reader, 0);
    world_put_back(world);
    world_remove(world);
    world_put_back(world);
    assert_events(ex, 0, world->reader, BOTH);
    world_remove(world);
    world_put_back(world);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_events(ex, -1, NULL, BOTH); /* the card that is attached to is another one than before */
    assert_events(ex, 0, NULL, 0);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* An attached object expects a card in its reader: that it is gone is news, even to the first call. */
static void test_wait__first_call_of_an_attached_object(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED), *b = world_card(world);
    ISCardEx *ex = cardex_of(a), *other = cardex_of(b);
    world_remove(world);
    assert_events(ex, -1, NULL, SCARD_EVENT_REMOVED);
    assert_events(ex, 0, NULL, 0);
    assert_events(other, 0, world->reader, 0);
    world_put_back(world);
    assert_events(ex, -1, NULL, SCARD_EVENT_INSERTED);
    assert_events(other, -1, world->reader, SCARD_EVENT_INSERTED);
    ISCardEx_Release(other);
    ISCardEx_Release(ex);
    ISCard_Release(b);
    ISCard_Release(a);
}

static void test_wait__is_cancelled(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    struct cardjob jobs[3] = {
        {.call = call_wait, .card = a, .ex = ex, .timeout = -1},
        {.call = call_wait, .card = a, .ex = ex, .timeout = -1},
        {.call = call_wait, .card = a, .ex = ex, .timeout = 60000, .reader = world->reader}};
    for (size_t i = 0; i < 3; ++i)
        cardjob_start(&jobs[i]);
    for (size_t i = 0; i < 3; ++i)
        assert_true(cardjob_is_running(&jobs[i]));
    assert_hr(ISCardEx_Cancel(ex), S_OK); /* one for all of them */
    for (size_t i = 0; i < 3; ++i) {
        cardjob_end(&jobs[i]);
        assert_hr(jobs[i].hr, SCARD_E_CANCELLED);
        assert_int_equal(jobs[i].events, 0);
    }
    assert_works(a);
    assert_events(ex, 0, NULL, 0);
    world_remove(world);
    assert_events(ex, -1, NULL, SCARD_EVENT_REMOVED);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* Cancel comes while the call is on its way into the wait: it ends all the same. */
static void test_wait__is_cancelled_early(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    for (int i = 0; i < 10; ++i) {
        struct cardjob job = {.call = call_wait, .card = a, .ex = ex, .timeout = -1, .reader = world->reader};
        cardjob_begin(&job);
        for (int k = 0; k < 10000 && cardjob_is_running(&job); ++k)
            assert_hr(ISCardEx_Cancel(ex), S_OK);
        cardjob_cancel(&job);
        assert_hr(job.hr, SCARD_E_CANCELLED);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* A service that takes its time to let a client in, before the world's own. */
static atomic_bool door_shut, at_the_door;

static rm_status open_late(struct rm_service *service, struct rm_bound *bound, struct rm_context **out) {
    (void)service;
    const uint64_t deadline = clock_deadline(10000);
    atomic_store(&at_the_door, true);
    while (atomic_load(&door_shut) && clock_left(deadline) > 0)
        usleep(1000);
    return rm_context_open(world->service, bound, out);
}

static void stay(struct rm_service *service) {
    (void)service;
}

/* Cancel comes while the service has not let the call in yet. */
static void test_wait__is_cancelled_at_the_door(void **state) {
    (void)state;
    const struct rm_ops ops = {.context_open = open_late, .service_release = stay};
    struct rm_service late = {.ops = &ops, .name = "late"};
    ISCard *a = NULL;
    assert_hr(card_create(&late, 5000, &a), S_OK);
    ISCardEx *ex = cardex_of(a);
    struct cardjob job = {.call = call_wait, .card = a, .ex = ex, .timeout = -1, .reader = world->reader};
    const uint64_t deadline = clock_deadline(10000);
    atomic_store(&door_shut, true);
    atomic_store(&at_the_door, false);
    cardjob_begin(&job);
    while (!atomic_load(&at_the_door) && clock_left(deadline) > 0)
        usleep(1000);
    assert_hr(ISCardEx_Cancel(ex), S_OK);
    atomic_store(&door_shut, false);
    cardjob_end(&job);
    assert_hr(job.hr, SCARD_E_CANCELLED);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void test_wait__for_readers(void **state) {
    (void)state;
    wchar_t list[] = L"\\\\?PnP?\\Notification";
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    assert_events(ex, 0, list, 0);
    if (world->sim) {
        struct cardjob job = {.call = call_wait, .card = a, .ex = ex, .timeout = -1, .reader = list};
        cardjob_start(&job);
        assert_int_equal(sim_plug(world->sim, "Another", NULL, 0, NULL, 0), RM_OK);
        cardjob_end(&job);
        assert_hr(job.hr, S_OK);
        assert_int_equal(job.events, SCARD_EVENT_OTHER);
        assert_int_equal(sim_unplug(world->sim, "Another"), RM_OK);
        assert_events(ex, -1, list, SCARD_EVENT_OTHER);
        assert_events(ex, 0, list, 0);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* The reader goes while it is waited for; one that comes by the same name starts anew. */
static void test_wait__reader_goes(void **state) {
    (void)state;
    if (!world->sim)
        return; /* virtual readers stay */
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    LONG events = 9;
    struct cardjob job = {.call = call_wait, .card = a, .ex = ex, .timeout = -1, .reader = world->reader};
    cardjob_start(&job);
    assert_int_equal(sim_unplug(world->sim, world->reader_utf8), RM_OK);
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    assert_int_equal(job.events, SCARD_EVENT_REMOVED | SCARD_EVENT_OTHER);
    assert_hr(ISCardEx_WaitForChange(ex, -1, world->reader, &events), SCARD_E_UNKNOWN_READER);
    assert_int_equal(events, 0);
    assert_int_equal(sim_plug(world->sim, world->reader_utf8, "demo", 0, NULL, 0), RM_OK);
    assert_events(ex, 0, world->reader, 0);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void test_wait__mute_card(void **state) {
    (void)state;
    if (!world->sim)
        return; /* the served card always has an answer */
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    world_remove(world);
    assert_events(ex, 0, world->reader, 0);
    assert_int_equal(sim_fault(world->sim, world->reader_utf8, SCARDSSP_SIM_FAULT_MUTE, 5), RM_OK);
    world_put_back(world);
    assert_events(ex, -1, world->reader, SCARD_EVENT_INSERTED | SCARD_EVENT_OTHER);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_wait__arguments, world_after),
        cmocka_unit_test_teardown(test_wait__time_passes, world_after),
        cmocka_unit_test_teardown(test_wait__for_an_insertion, world_after),
        cmocka_unit_test_teardown(test_wait__for_a_removal, world_after),
        cmocka_unit_test_teardown(test_wait__remembers, world_after),
        cmocka_unit_test_teardown(test_wait__first_call_of_an_attached_object, world_after),
        cmocka_unit_test_teardown(test_wait__is_cancelled, world_after),
        cmocka_unit_test_teardown(test_wait__is_cancelled_early, world_after),
        cmocka_unit_test_teardown(test_wait__is_cancelled_at_the_door, world_after),
        cmocka_unit_test_teardown(test_wait__for_readers, world_after),
        cmocka_unit_test_teardown(test_wait__reader_goes, world_after),
        cmocka_unit_test_teardown(test_wait__mute_card, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

/*
 * Windows 8 and later start the smart card service with the first reader and stop it with the last: to its
 * clients a machine without a reader has no service. Everything answers as on a system whose service runs and
 * has no reader: lists are empty, cards are not found or waited for, and what was unplugged comes back under
 * its name (row 9 of the recovery specification).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "objects/database.h"
#include "support/fakes/winscard.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/kits/locating.h"
#include "support/kits/stringarrays.h"

#define ENGLISH 0x0409
#define GONE (RM_STATE_UNKNOWN | RM_STATE_UNAVAILABLE | RM_STATE_CHANGED)

/* The last reader is unplugged / a reader comes. */
static void unplug(void) {
    (void)sim_unplug(fake.sim, locating.world->reader_utf8);
    fake.sleeps = true;
    fake_winscard_stop();
}

static void plug(void) {
    fake_winscard_start();
    (void)sim_plug(fake.sim, locating.world->reader_utf8, "demo", 0, NULL, 0);
}

static int set_up(void **state) {
    const int result = locating_set_up(state);
    unplug();
    return result;
}

static int tear_down(void **state) {
    fake_winscard_start();
    const int result = locating_tear_down(state);
    fake.sleeps = false;
    return result;
}

static void test_asleep__lists_are_empty(void **state) {
    (void)state;
    ISCardDatabase *database = NULL;
    SAFEARRAY *array = NULL;

    assert_hr(database_create(locating.world->service, locating.types.db, locating.types.list, &database),
              S_OK);
    for (int i = 0; i < 2; i++) {
        assert_hr(ISCardDatabase_ListReaders(database, ENGLISH, &array), S_OK);
        assert_array(array, NULL);
        assert_hr(ISCardDatabase_ListReaderGroups(database, ENGLISH, &array), S_OK);
        assert_array(array, L"SCard$AllReaders|SCard$DefaultReaders");
    }
    plug();
    assert_hr(ISCardDatabase_ListReaders(database, ENGLISH, &array), S_OK);
    assert_array(array, locating.world->reader);
    unplug();
    assert_hr(ISCardDatabase_ListReaders(database, ENGLISH, &array), S_OK);
    assert_array(array, NULL);
    ISCardDatabase_Release(database);
}

/* An object can be made, and attaches as soon as there is a reader. */
static void test_asleep__attaching(void **state) {
    (void)state;
    ISCard *card = world_card(locating.world);
    HSCARDCONTEXT context = 99;

    assert_hr(ISCard_get_Context(card, &context), S_OK);
    assert_int_equal(context, 0); /* there is none */
    assert_hr(ISCard_AttachByReader(card, locating.world->reader, SHARED, T1), SCARD_E_UNKNOWN_READER);
    plug();
    assert_hr(ISCard_AttachByReader(card, locating.world->reader, SHARED, T1), S_OK);
    assert_works(card);
    assert_hr(ISCard_get_Context(card, &context), S_OK);
    assert_true(context != 0);
    unplug();
    assert_fails(card, SCARD_E_READER_UNAVAILABLE); /* row 9 */
    assert_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_UNKNOWN_READER);
    plug();
    assert_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    assert_works(card);
    ISCard_Release(card);
}

/* A service that cannot be started by a reader is no service, as ever. */
static void test_asleep__is_not_disabled(void **state) {
    (void)state;
    struct rm_context *context = NULL;
    struct names names = {0};

    assert_int_equal(rm_context_open(locating.world->service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    fake.sleeps = false;
    assert_int_equal(rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_SERVICE);
    rm_context_close(context);
    assert_int_equal(rm_context_open(locating.world->service, RM_WITHIN(RM_INFINITE), &context),
                     RM_E_NO_SERVICE);
}

static void test_asleep__find_at_once(void **state) {
    (void)state;
    ISCardLocate *locate = locating_demo(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;

    assert_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_NO_UI, &info), SCARD_E_NO_SMARTCARD);
    plug();
    assert_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_NO_UI, &info), S_OK);
    locating_finish(info);
    ISCardLocate_Release(locate);
}

static DWORD WINAPI come_and_go(void *user) {
    (void)user;
    Sleep(400);
    fake_winscard_start();
    (void)sim_plug(fake.sim, locating.world->reader_utf8, NULL, 0, NULL, 0); /* an empty reader */
    Sleep(400);
    unplug();
    Sleep(400);
    plug();
    return 0;
}

/* The search goes on while readers come and go. */
static void test_asleep__find_waits(void **state) {
    (void)state;
    ISCardLocate *locate = locating_demo(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;
    const HANDLE hand = CreateThread(NULL, 0, come_and_go, NULL, 0, NULL);

    assert_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    assert_int_equal(WaitForSingleObject(hand, 10000), WAIT_OBJECT_0);
    CloseHandle(hand);
    locating_finish(info);
    ISCardLocate_Release(locate);
}

static HRESULT call_wait(struct cardjob *job) {
    return ISCardEx_WaitForChange(job->ex, job->timeout, job->reader, &job->events);
}

/* An event when the last reader goes, and again when one is there. */
static void test_asleep__waiting_for_change(void **state) {
    (void)state;
    static wchar_t list[] = L"\\\\?PnP?\\Notification";
    ISCard *card = world_card(locating.world);
    ISCardEx *ex = cardex_of(card);
    struct cardjob job = {.call = call_wait, .card = card, .ex = ex, .reader = list, .timeout = -1};
    LONG events = 0;

    assert_hr(ISCardEx_WaitForChange(ex, 0, list, &events), S_OK);
    cardjob_start(&job);
    assert_true(cardjob_is_running(&job));
    plug();
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    assert_int_equal(job.events, SCARD_EVENT_OTHER);

    job.reader = locating.world->reader;
    assert_hr(ISCardEx_WaitForChange(ex, 0, job.reader, &events), S_OK);
    cardjob_start(&job);
    assert_true(cardjob_is_running(&job));
    unplug();
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    assert_true(job.events & SCARD_EVENT_REMOVED);
    assert_hr(ISCardEx_WaitForChange(ex, 0, job.reader, &events), SCARD_E_UNKNOWN_READER);

    job.reader = list;
    cardjob_start(&job); /* it has missed that the reader went: it is told at once */
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    cardjob_start(&job);
    assert_true(cardjob_is_running(&job));
    plug();
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    ISCardEx_Release(ex);
    ISCard_Release(card);
}

/*
 * All readers of a wait are told, also beside the pseudo reader; names that were wrong from the start are an
 * error.
 */
static void test_asleep__wait_of_the_port(void **state) {
    (void)state;
    struct rm_reader_state seen[2] = {{.reader = locating.world->reader_utf8},
                                      {.reader = RM_PNP_NOTIFICATION, .current = 0x00010000u}};
    struct rm_context *context = NULL;

    assert_int_equal(rm_context_open(locating.world->service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    assert_int_equal(rm_wait(context, seen, 1, RM_WITHIN(RM_INFINITE)), RM_E_UNKNOWN_READER);
    assert_int_equal(seen[0].event, GONE);
    assert_int_equal(rm_wait(context, seen, 2, RM_WITHIN(RM_INFINITE)), RM_E_UNKNOWN_READER);
    assert_int_equal(seen[1].event, RM_STATE_CHANGED);
    plug();
    seen[0].current = RM_STATE_UNAWARE;
    assert_int_equal(rm_wait(context, seen, 2, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_true(seen[0].event & RM_STATE_PRESENT);
    rm_context_close(context);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv) {
    static const struct CMUnitTest tests[] = {
        CASE(test_asleep__lists_are_empty),  CASE(test_asleep__attaching),
        CASE(test_asleep__is_not_disabled),  CASE(test_asleep__find_at_once),
        CASE(test_asleep__find_waits),       CASE(test_asleep__waiting_for_change),
        CASE(test_asleep__wait_of_the_port),
    };
    return world_run(argc, argv, &locating.world, tests, sizeof tests / sizeof *tests);
}

/* The rows, in the order of the specification: see recovery_rows.h. */
#include "objects/recovery_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "objects/card.h"
#include "objects/recovery_idle.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#ifndef _WIN32
#include "support/kits/child.h"
#endif

/* Bounded waits may take this much longer than asked on a busy machine, in ms; what they take is printed. */
#define SLACK_MS 4000u

#define FROZEN_MS 2000u
/* Calls that have less than an agent elsewhere may be silent otherwise. */
#define BRIEF_MS 500u
#define BRIEF_SLACK_MS 900u /* and what is beyond, on a busy machine too */

/* A command meets the fault: it fails with one of both codes, without a reply. */
static void meets(struct recovery_cell *cell, ISCard *card, HRESULT one, HRESULT other) {
    const char *reply = NULL;
    const uint64_t start = clock_ms();
    const HRESULT hr = send_hex(card, "00 84 00 00 08", &reply);
    cell->call_ms = (uint32_t)(clock_ms() - start);
    if (hr != other)
        assert_hr(hr, one);
    assert_string_equal(reply, "");
}

/* The same when the time that calls have is over. */
static void meets_late(struct recovery_cell *cell, ISCard *card, HRESULT one, HRESULT other,
                       uint32_t time_ms) {
    meets(cell, card, one, other);
    assert_true(cell->call_ms + 50 >= time_ms && cell->call_ms <= time_ms + SLACK_MS);
    cell->late_ms = cell->call_ms > time_ms ? cell->call_ms - time_ms : 0;
}

/* ReAttach does not bring it back yet. */
static void refuses(ISCard *card, HRESULT one, HRESULT other) {
    const HRESULT hr = ISCard_ReAttach(card, SHARED, LEAVE);
    if (hr != other)
        assert_hr(hr, one);
}

/* ReAttach brings it back, and the same object works. */
static void comes_back(struct recovery_cell *cell, ISCard *card) {
    const uint64_t start = clock_ms();
    assert_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    cell->reattach_ms = (uint32_t)(clock_ms() - start);
    assert_works(card);
}

static ISCard *attached(const struct recovery_cell *cell) {
    return world_attached(cell->world, SHARED);
}

/* 1 */
static void reset_by_another(struct recovery_cell *cell) {
    SCARD_STATES now = SPECIFICMODE;
    ISCard *a = attached(cell);
    select_greeting(a);
    struct rival rival = rival_begin(cell->world, RIVAL_RESETS);
    meets(cell, a, SCARD_W_RESET_CARD, SCARD_W_RESET_CARD);
    assert_fails(a, SCARD_W_RESET_CARD); /* until ReAttach, however often it is tried */
    assert_hr(ISCard_get_Status(a, &now), SCARD_W_RESET_CARD);
    assert_int_equal(now, 0);
    comes_back(cell, a);
    assert_false(greeting_is_selected(a));
    rival_end(&rival);
    ISCard_Release(a);
}

/* 2; and for a ReAttach that is the first call after the fault, and for a third program. */
static void powered_off(struct recovery_cell *cell) {
    SCARD_STATES now = ABSENT;
    ISCard *a = attached(cell);
    struct rival rival = rival_begin(cell->world, RIVAL_POWERS);
    meets(cell, a, SCARD_W_RESET_CARD, SCARD_W_UNPOWERED_CARD);
    comes_back(cell, a);
    ISCard *c = attached(cell);
    assert_works(c);
    ISCard_Release(c);
    rival_end(&rival);
    rival = rival_begin(cell->world, RIVAL_POWERS);
    comes_back(cell, a);
    assert_hr(ISCard_get_Status(a, &now), S_OK);
    assert_int_equal(now, SPECIFICMODE);
    rival_end(&rival);
    ISCard_Release(a);
}

/* 3 */
static void pulled_and_put_back(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    select_greeting(a);
    world_remove(cell->world);
    world_put_back(cell->world);
    meets(cell, a, SCARD_W_REMOVED_CARD, SCARD_W_REMOVED_CARD);
    assert_fails(a, SCARD_W_REMOVED_CARD);
    comes_back(cell, a);
    assert_false(greeting_is_selected(a));
    ISCard_Release(a);
}

/* 4 */
static void flicked(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    select_greeting(a);
    world_flick(cell->world);
    meets(cell, a, SCARD_W_REMOVED_CARD, SCARD_W_RESET_CARD);
    comes_back(cell, a);
    assert_false(greeting_is_selected(a));
    ISCard_Release(a);
}

/* 5 */
static void pulled(struct recovery_cell *cell) {
    SCARD_STATES now = SPECIFICMODE;
    ISCard *a = attached(cell);
    world_remove(cell->world);
    meets(cell, a, SCARD_W_REMOVED_CARD, SCARD_W_REMOVED_CARD);
    assert_hr(ISCard_get_Status(a, &now), S_OK);
    assert_int_equal(now, ABSENT);
    refuses(a, SCARD_E_NO_SMARTCARD, SCARD_E_NO_SMARTCARD);
    assert_hr(ISCard_ReAttach(a, SHARED, RESET), SCARD_E_NO_SMARTCARD);
    assert_hr(ISCard_ReAttach(a, SHARED, UNPOWER), SCARD_E_NO_SMARTCARD);
    assert_fails(a, SCARD_W_REMOVED_CARD);
    world_put_back(cell->world);
    comes_back(cell, a);
    ISCard_Release(a);
}

static size_t atr_of(ISCard *card, uint8_t atr[40]) {
    IByteBuffer *buffer = NULL;
    LONG size = 0;
    memset(atr, 0, 40);
    assert_hr(ISCard_get_Atr(card, &buffer), S_OK);
    assert_hr(IByteBuffer_Read(buffer, atr, 40, &size), S_OK);
    IByteBuffer_Release(buffer);
    return (size_t)size;
}

/* 6: there, and back. */
static void another_card(struct recovery_cell *cell) {
    uint8_t before[40], after[40];
    SCARD_PROTOCOLS protocol = 0;
    ISCard *a = world_card(cell->world);
    assert_hr(ISCard_AttachByReader(a, cell->world->reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    assert_true(atr_of(a, before) > 2);
    world_insert(cell->world, "gsm");
    meets(cell, a, SCARD_W_REMOVED_CARD, SCARD_W_REMOVED_CARD);
    const uint64_t start = clock_ms();
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    cell->reattach_ms = (uint32_t)(clock_ms() - start);
    assert_true(atr_of(a, after) > 2);
    assert_memory_not_equal(before, after, sizeof before);
    assert_hr(ISCard_get_Protocol(a, &protocol), S_OK);
    assert_int_equal(protocol, T0);
    assert_apdu(a, "A0 A4 00 00 02 6F FF", "94 04"); /* no such file: the card is alive and a SIM */
    world_insert(cell->world, "demo");
    assert_fails(a, SCARD_W_REMOVED_CARD);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_true(atr_of(a, after) > 2);
    assert_memory_equal(before, after, sizeof before);
    assert_works(a);
    ISCard_Release(a);
}

/* 7: the connection was lost, and the other program has the card before the object is back. */
static void held_exclusively(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    if (cell->world->holds_on) { /* it is not lost: then the object meets it when it attaches */
        assert_hr(ISCard_Detach(a, LEAVE), S_OK);
    } else {
        world_break(cell->world);
    }
    struct rival rival = rival_begin(cell->world, RIVAL_EXCLUDES);
    const uint64_t start = clock_ms();
    if (cell->world->holds_on)
        assert_hr(ISCard_AttachByReader(a, cell->world->reader, SHARED, T1), SCARD_E_SHARING_VIOLATION);
    else
        refuses(a, SCARD_E_SHARING_VIOLATION, SCARD_E_SHARING_VIOLATION);
    cell->call_ms = (uint32_t)(clock_ms() - start);
    if (!cell->world->holds_on)
        assert_fails(a, SCARD_E_SHARING_VIOLATION);
    rival_end(&rival);
    if (cell->world->holds_on)
        assert_hr(ISCard_AttachByReader(a, cell->world->reader, SHARED, T1), S_OK);
    comes_back(cell, a);
    ISCard_Release(a);
}

/* 8 */
static void transaction_elsewhere(struct recovery_cell *cell) {
    ISCard *a = attached(cell), *c = world_card(cell->world);
    struct rival rival = rival_begin(cell->world, RIVAL_LOCKS);
    meets_late(cell, a, SCARD_E_TIMEOUT, SCARD_E_TIMEOUT, WORLD_TIMEOUT_MS);
    refuses(a, SCARD_E_TIMEOUT, SCARD_E_TIMEOUT);
    assert_hr(ISCard_AttachByReader(c, cell->world->reader, SHARED, T1), SCARD_E_TIMEOUT);
    rival_end(&rival);
    comes_back(cell, a);
    assert_hr(ISCard_AttachByReader(c, cell->world->reader, SHARED, T1), S_OK);
    ISCard_Release(c);
    ISCard_Release(a);
}

/* 9 */
static void reader_unplugged(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    cell->world->hand->unplug(cell->world);
    meets(cell, a, SCARD_E_READER_UNAVAILABLE, SCARD_E_READER_UNAVAILABLE);
    refuses(a, SCARD_E_READER_UNAVAILABLE, SCARD_E_UNKNOWN_READER);
    cell->world->hand->replug(cell->world);
    comes_back(cell, a);
    ISCard_Release(a);
}

static HRESULT reattach(ISCard *card) {
    return ISCard_ReAttach(card, SHARED, LEAVE);
}

/* A call that nobody answers ends at its own time, which is short. */
static void ends_in_time(ISCard *card, HRESULT (*call)(ISCard *card), uint32_t time_ms) {
    const uint64_t start = clock_ms();
    const HRESULT hr = call(card);
    const uint64_t took = clock_ms() - start;
    if (hr != (HRESULT)SCARD_E_NO_SERVICE)
        assert_hr(hr, SCARD_E_TIMEOUT);
    assert_int_in_range(took, 0, time_ms + BRIEF_SLACK_MS);
}

static HRESULT ask(ISCard *card) {
    return send_hex(card, "00 84 00 00 08", NULL);
}

/* 10 */
static void service_stopped(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    cell->world->hand->stop(cell->world);
    meets(cell, a, SCARD_E_SERVICE_STOPPED, SCARD_E_NO_SERVICE);
    ends_in_time(a, reattach, WORLD_TIMEOUT_MS);
    refuses(a, SCARD_E_NO_SERVICE, SCARD_E_NO_SERVICE);
    cell->world->hand->start(cell->world);
    comes_back(cell, a);
    ISCard_Release(a);
}

/* 11 */
static void service_restarted(struct recovery_cell *cell) {
    const char *reply = NULL;
    ISCard *a = attached(cell);
    if (cell->world->hand->restart) {
        cell->world->hand->restart(cell->world);
    } else {
        cell->world->hand->stop(cell->world);
        cell->world->hand->start(cell->world);
    }
    const uint64_t start = clock_ms();
    const HRESULT hr = send_hex(a, "00 84 00 00 08", &reply);
    cell->call_ms = (uint32_t)(clock_ms() - start);
    if (hr != (HRESULT)SCARD_E_SERVICE_STOPPED && hr != (HRESULT)SCARD_E_INVALID_HANDLE)
        assert_hr(hr, SCARD_E_NO_SERVICE);
    assert_string_equal(reply, "");
    comes_back(cell, a);
    ISCard_Release(a);
}

/* 12: neither ATR nor answer. */
static void mute(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    cell->world->hand->mute(cell->world);
    meets(cell, a, SCARD_W_UNRESPONSIVE_CARD, SCARD_F_COMM_ERROR);
    refuses(a, SCARD_W_UNRESPONSIVE_CARD, SCARD_W_UNRESPONSIVE_CARD);
    const uint64_t start = clock_ms();
    assert_hr(ISCard_ReAttach(a, SHARED, UNPOWER), S_OK);
    cell->reattach_ms = (uint32_t)(clock_ms() - start);
    assert_works(a);
    ISCard_Release(a);
}

static HRESULT send_it(struct cardjob *job) {
    return send_hex(job->card, "00 84 00 00 08", NULL);
}

/* 12, for a virtual card, which is none without an ATR: it takes the command and never answers. */
static void never_answers(struct recovery_cell *cell) {
    world_stall(cell->world, UINT32_MAX);
    ISCard *a = attached(cell);
    ISCardEx *ex = cardex_of(a);
    struct cardjob job = {.call = send_it, .card = a, .ex = ex};
    cardjob_start(&job);
    const uint64_t start = clock_ms();
    cardjob_cancel(&job);
    cell->call_ms = (uint32_t)(clock_ms() - start);
    assert_hr(job.hr, SCARD_E_CANCELLED);
    assert_fails(a, SCARD_W_RESET_CARD);
    world_insert(cell->world, "demo");
    assert_hr(ISCardEx_put_Timeout(ex, 8000), S_OK);
    comes_back(cell, a);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void card_mute(struct recovery_cell *cell) {
    (cell->world->hand->mute ? mute : never_answers)(cell);
}

#ifdef _WIN32
static void forked(struct recovery_cell *cell) {
    (void)cell;
}
#else
static int in_child(void *argument) {
    ISCard *a = argument;
    CHILD_CLAIM(send_hex(a, "00 84 00 00 08", NULL) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCard_ReAttach(a, SHARED, LEAVE) == S_OK);
    CHILD_CLAIM(send_hex(a, "00 84 00 00 08", NULL) == S_OK);
    ISCard_Release(a);
    return 0;
}

/* 13 */
static void forked(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    const uint64_t start = clock_ms();
    child_run(in_child, a);
    cell->call_ms = (uint32_t)(clock_ms() - start);
    assert_works(a);
    ISCard_Release(a);
}
#endif

/* 14 */
static void transaction_held(struct recovery_cell *cell) {
    ISCard *a = attached(cell);
    ISCard *b = attached(cell);
    assert_hr(ISCard_LockSCard(a), S_OK);
    world_remove(cell->world);
    world_put_back(cell->world);
    meets(cell, a, SCARD_W_REMOVED_CARD, SCARD_W_REMOVED_CARD);
    comes_back(cell, a);
    refuses(b, SCARD_E_TIMEOUT, SCARD_E_TIMEOUT); /* the lock is held */
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), S_OK);
    assert_works(b);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* 15: where the service has no such rule, a fault script around it has. */
static void idle_transaction(struct recovery_cell *cell) {
    struct world *world = cell->world;
    struct rm_service *around = world->hand->idle ? NULL : idle_around(world->service);
    ISCard *a = NULL;
    assert_hr(card_create(around ? around : world->service, WORLD_TIMEOUT_MS, &a), S_OK);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    select_greeting(a);
    assert_hr(ISCard_LockSCard(a), S_OK);
    if (around)
        idle_pass();
    else
        world->hand->idle(world);
    meets(cell, a, SCARD_W_RESET_CARD, SCARD_W_RESET_CARD);
    if (around) /* from now on there is time */
        idle_rest(around);
    else
        world_tidy(world);
    const uint64_t start = clock_ms();
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    cell->reattach_ms = (uint32_t)(clock_ms() - start);
    assert_works(a);
    assert_false(greeting_is_selected(a));
    ISCard_Release(a);
    rm_service_release(around);
}

/* 16: by the reader's own means, or out of the hand of a command that is under way. */
static void pulled_in_command(struct recovery_cell *cell) {
    struct cardjob job = {.call = send_it};
    if (!cell->world->hand->pull)
        world_stall(cell->world, UINT32_MAX);
    ISCard *a = job.card = attached(cell);
    if (cell->world->hand->pull) {
        cell->world->hand->pull(cell->world);
        meets(cell, a, SCARD_W_REMOVED_CARD, SCARD_W_REMOVED_CARD);
    } else {
        cardjob_start(&job);
        const uint64_t start = clock_ms();
        world_remove(cell->world);
        cardjob_end(&job);
        cell->call_ms = (uint32_t)(clock_ms() - start);
        assert_hr(job.hr, SCARD_W_REMOVED_CARD);
    }
    refuses(a, SCARD_E_NO_SMARTCARD, SCARD_E_NO_SMARTCARD);
    if (cell->world->hand->pull)
        world_put_back(cell->world);
    else
        world_insert(cell->world, "demo");
    comes_back(cell, a);
    ISCard_Release(a);
}

/* Beyond the specification: a service, or a network, that neither answers nor goes. */
static void service_frozen(struct recovery_cell *cell) {
    ISCard *a = attached(cell), *b = attached(cell);
    ISCardEx *ex = cardex_of(a), *brief = cardex_of(b);
    assert_hr(ISCardEx_put_Timeout(brief, BRIEF_MS), S_OK);
    assert_hr(ISCardEx_put_Timeout(ex, FROZEN_MS), S_OK);
    cell->world->hand->freeze(cell->world);
    ends_in_time(b, ask, BRIEF_MS);
    ends_in_time(b, reattach, BRIEF_MS);
    meets_late(cell, a, SCARD_E_TIMEOUT, SCARD_E_NO_SERVICE, FROZEN_MS);
    const uint64_t start = clock_ms();
    refuses(a, SCARD_E_TIMEOUT, SCARD_E_NO_SERVICE);
    const uint32_t took = (uint32_t)(clock_ms() - start);
    assert_true(took <= FROZEN_MS + SLACK_MS);
    if (took > FROZEN_MS + cell->late_ms) { /* the later of both is told */
        cell->call_ms = took;
        cell->late_ms = took - FROZEN_MS;
    }
    cell->world->hand->thaw(cell->world);
    assert_hr(ISCardEx_put_Timeout(ex, 8000), S_OK);
    comes_back(cell, a);
    ISCardEx_Release(brief);
    ISCardEx_Release(ex);
    ISCard_Release(b);
    ISCard_Release(a);
}

static const char *no_flick(const struct world *world) {
    return world->hand->cannot[WORLD_FLICK];
}
static const char *no_reader(const struct world *world) {
    return world->hand->cannot[WORLD_READER];
}
static const char *no_service(const struct world *world) {
    return world->hand->cannot[WORLD_SERVICE];
}
static const char *no_fork(const struct world *world) {
#ifdef _WIN32
    (void)world;
    return "Windows has no fork()";
#else
    return world->hand->cannot[WORLD_FORK];
#endif
}
static const char *not_frozen(const struct world *world) {
    return world->hand->cannot[WORLD_FROZEN];
}

const struct recovery_row recovery_rows[] = {
    {1, "another program reset the card", reset_by_another, NULL},
    {2, "another program powered it off", powered_off, NULL},
    {3, "card pulled and put back", pulled_and_put_back, NULL},
    {4, "card out and in at once", flicked, no_flick},
    {5, "card pulled", pulled, NULL},
    {6, "another card put in", another_card, NULL},
    {7, "another program holds it EXCLUSIVE", held_exclusively, NULL},
    {8, "another program holds a transaction", transaction_elsewhere, NULL},
    {9, "reader unplugged", reader_unplugged, no_reader},
    {10, "service stopped", service_stopped, no_service},
    {11, "service restarted between two calls", service_restarted, no_service},
    {12, "card went mute", card_mute, NULL},
    {13, "process forked", forked, no_fork},
    {14, "transaction held while the fault hit", transaction_held, NULL},
    {15, "idle transaction, as on Windows 8", idle_transaction, NULL},
    {16, "card pulled in the middle of a command", pulled_in_command, NULL},
    {17, "service stopped by a signal, as it is", service_frozen, not_frozen},
};
const unsigned recovery_row_count = sizeof recovery_rows / sizeof recovery_rows[0];

/*
 * No call outlives its time: each call of a card object that has one, under each fault of the recovery
 * specification that lasts, by an object that was attached before, by the same once more, and AttachByReader
 * by a new one. Runs in each world of support/worlds/world.h (first argument), and prints the worst of each
 * fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/worlds/hand.h"
#include "support/worlds/rival.h"

#define CALL_MS 500u /* the least that a call to a reader elsewhere has; to pcscd 300 ms are the least */

/*
 * What a call may take beyond it. What has no other reason than that the machine is busy does not come five
 * times in a row; ThreadSanitizer has each step take several times as long.
 */
#if defined __SANITIZE_THREAD__
#define LATE_MS 400u
#else
#define LATE_MS 100u
#endif
#define TRIES 5u

static struct world *world;

/* The calls */

static HRESULT lock_card(ISCard *card, ISCardEx *ex) {
    (void)ex;
    return ISCard_LockSCard(card);
}

static HRESULT send_command(ISCard *card, ISCardEx *ex) {
    (void)ex;
    return send_hex(card, "00 84 00 00 08", NULL);
}

static HRESULT get_status(ISCard *card, ISCardEx *ex) {
    SCARD_STATES now;
    (void)ex;
    return ISCard_get_Status(card, &now);
}

static HRESULT reattach(ISCard *card, ISCardEx *ex) {
    (void)ex;
    return ISCard_ReAttach(card, SHARED, LEAVE);
}

static HRESULT power_anew(ISCard *card, ISCardEx *ex) {
    (void)ex;
    return ISCard_ReAttach(card, SHARED, UNPOWER);
}

static HRESULT attach(ISCard *card, ISCardEx *ex) {
    (void)ex;
    return ISCard_AttachByReader(card, world->reader, SHARED, T1);
}

static HRESULT detach(ISCard *card, ISCardEx *ex) {
    (void)ex;
    return ISCard_Detach(card, RESET);
}

static HRESULT wait_for_change(ISCard *card, ISCardEx *ex) {
    LONG events = 0;
    (void)card;
    return ISCardEx_WaitForChange(ex, (LONG)CALL_MS, world->reader, &events);
}

static HRESULT ask_reader(ISCard *card, ISCardEx *ex) {
    LONG bits = 0;
    (void)card;
    return ISCardEx_get_Characteristics(ex, &bits);
}

static HRESULT list_readers(ISCard *card, ISCardEx *ex) {
    VARIANT list;
    (void)card;
    const HRESULT hr = ISCardEx_ListReadersArray(ex, &list);
    VariantClear(&list);
    return hr;
}

static const struct call {
    const char *name;
    HRESULT (*call)(ISCard *card, ISCardEx *ex);
} calls[] = {
    {"LockSCard", lock_card},           {"Transaction", send_command},
    {"get_Status", get_status},         {"ReAttach", reattach},
    {"ReAttach UNPOWER", power_anew},   {"AttachByReader", attach},
    {"WaitForChange", wait_for_change}, {"get_Characteristics", ask_reader},
    {"ListReadersArray", list_readers}, {"Detach RESET", detach},
};
#define CALLS (sizeof calls / sizeof calls[0])

/* By an object that has begun a transaction before. */
static HRESULT unlock_card(ISCard *card, ISCardEx *ex) {
    (void)ex;
    return ISCard_UnlockSCard(card, RESET);
}
static const struct call unlocking = {"UnlockSCard", unlock_card};

/* The faults */

static struct rival rival;
static struct cardjob stuck;

static void nothing(void) {
}

static void pull(void) {
    world_remove(world);
}

static void put_back(void) {
    world_put_back(world);
}

static void rival_locks(void) {
    rival = rival_begin(world, RIVAL_LOCKS);
}

static void rival_leaves(void) {
    rival_end(&rival);
}

static void unplug(void) {
    world->hand->unplug(world);
}

static void replug(void) {
    world->hand->replug(world);
}

static void stop(void) {
    world->hand->stop(world);
}

static void start(void) {
    world->hand->start(world);
}

static void freeze(void) {
    world->hand->freeze(world);
}

static void thaw(void) {
    world->hand->thaw(world);
}

static void mute(void) {
    world->hand->mute(world);
}

static void stall(void) {
    world_stall(world, UINT32_MAX);
}

static HRESULT send_it(struct cardjob *job) {
    return send_command(job->card, NULL);
}

static void ask_for_ever(void) {
    stuck = (struct cardjob){.call = send_it, .card = world_attached(world, SHARED)};
    stuck.ex = cardex_of(stuck.card);
    cardjob_start(&stuck);
}

static void never_mind(void) {
    cardjob_cancel(&stuck);
    ISCardEx_Release(stuck.ex);
    ISCard_Release(stuck.card);
    world_insert(world, "demo");
}

static struct fault {
    const char *name;
    void (*prepare)(void); /* before the objects attach */
    void (*begin)(void);
    void (*end)(void);
    enum world_lack lack; /* worlds with this one cannot play it; WORLD_LACKS: all can */
    bool others;          /* it is another program's, which wants the card for itself */
} faults[] = {
    {"5 card pulled", nothing, pull, put_back, WORLD_LACKS, false},
    {"8 another program holds a transaction", nothing, rival_locks, rival_leaves, WORLD_LACKS, true},
    {"9 reader unplugged", nothing, unplug, replug, WORLD_READER, false},
    {"10 service stopped", nothing, stop, start, WORLD_SERVICE, false},
    {"12 card went mute", nothing, mute, nothing, WORLD_MUTE, false},
    {"12 another program's command is never answered", stall, ask_for_ever, never_mind, WORLD_LACKS, true},
    {"17 service stopped by a signal", nothing, freeze, thaw, WORLD_FROZEN, false},
};
#define FAULTS (sizeof faults / sizeof faults[0])

/* What the calls took beyond their time at most, and which. */
struct worst {
    uint32_t late_ms;
    const char *name;
    unsigned too_late; /* calls */
};

static ISCard *new_card(bool attached) {
    ISCard *card = attached ? world_attached(world, SHARED) : world_card(world);
    ISCardEx *ex = cardex_of(card);
    assert_hr(ISCardEx_put_Timeout(ex, (LONG)CALL_MS), S_OK);
    ISCardEx_Release(ex);
    return card;
}

/* How late it ends, in ms. */
static uint32_t time_call(const struct call *call, ISCard *card) {
    ISCardEx *ex = cardex_of(card);
    const uint64_t begun = clock_ms();
    (void)call->call(card, ex);
    const uint64_t took = clock_ms() - begun;
    ISCardEx_Release(ex);
    return took > CALL_MS ? (uint32_t)took - CALL_MS : 0;
}

static void note(const struct call *call, uint32_t late, struct worst *worst) {
    if (late > LATE_MS) {
        print_message("# %s: %s ends %u ms too late\n", world->kind, call->name, (unsigned)late);
        worst->too_late++;
    }
    if (!worst->name || late > worst->late_ms) {
        worst->late_ms = late;
        worst->name = call->name;
    }
}

/* The call by one object after the other until it ends in time; each is another one, or all are the same. */
static void try_call(const struct call *call, ISCard *const *cards, size_t step, struct worst *worst) {
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < TRIES && least > LATE_MS; ++i) {
        const uint32_t late = time_call(call, cards[i * step]);
        least = late < least ? late : least;
    }
    note(call, least, worst);
}

/* One object can have the transaction: the fault itself comes and goes until the call ends in time. */
static void try_to_unlock(const struct fault *fault, struct worst *worst) {
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < TRIES && least > LATE_MS; ++i) {
        ISCard *card = new_card(true);
        assert_hr(ISCard_LockSCard(card), S_OK);
        fault->begin();
        const uint32_t late = time_call(&unlocking, card);
        least = late < least ? late : least;
        fault->end();
        ISCard_Release(card);
        world_tidy(world);
    }
    note(&unlocking, least, worst);
}

/* A driver in the process is asked by one call at a time, and its reader only when its card has answered. */
static bool waits_for_driver(const struct fault *fault, const struct call *call) {
    return fault->begin == ask_for_ever && call->call == ask_reader && strcmp(world->kind, "ifd") == 0;
}

static void play(const struct fault *fault, struct worst *worst) {
    ISCard *cards[CALLS][TRIES], *fresh[TRIES];
    fault->prepare();
    for (size_t i = 0; i < CALLS * TRIES; ++i)
        cards[i / TRIES][i % TRIES] = new_card(true);
    for (size_t i = 0; i < TRIES; ++i)
        fresh[i] = new_card(false);
    fault->begin();
    for (size_t i = 0; i < CALLS; ++i) {
        if (waits_for_driver(fault, &calls[i]))
            continue;
        try_call(&calls[i], cards[i], 1, worst);
        try_call(&calls[i], cards[i], 0, worst);
    }
    try_call(&(const struct call){"AttachByReader of a new object", attach}, fresh, 1, worst);
    fault->end();
    for (size_t i = 0; i < CALLS * TRIES; ++i)
        ISCard_Release(cards[i / TRIES][i % TRIES]);
    for (size_t i = 0; i < TRIES; ++i)
        ISCard_Release(fresh[i]);
    world_tidy(world);
    if (!fault->others)
        try_to_unlock(fault, worst);
}

static bool is_played(const struct fault *fault) {
    return fault->lack != WORLD_MUTE || world->hand->mute;
}

static void test_fault(void **state) {
    const struct fault *fault = *state;
    struct worst worst = {.name = NULL};
    if (fault->lack != WORLD_LACKS && (world->hand->cannot[fault->lack] || !is_played(fault))) {
        const char *why = world->hand->cannot[fault->lack];
        print_message("# %s, %s: %s\n", world->kind, fault->name, why ? why : "its card is a virtual one");
        return;
    }
    play(fault, &worst);
    print_message("# %s, %s: %u ms beyond %u at most (%s)\n", world->kind, fault->name,
                  (unsigned)worst.late_ms, CALL_MS, worst.name);
    assert_int_equal(worst.too_late, 0);
}

int main(int argc, char **argv) {
    struct CMUnitTest tests[FAULTS];
    const int other = rival_main(argc, argv);
    if (other >= 0)
        return other;
    for (size_t i = 0; i < FAULTS; ++i)
        tests[i] = (struct CMUnitTest){faults[i].name, test_fault, NULL, world_after, &faults[i]};
    return world_run(argc, argv, &world, tests, FAULTS);
}

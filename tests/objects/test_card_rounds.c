/*
 * Four clients that lock, send and unlock, round after round, while one of them resets the card now and then:
 * every code is one that the recovery specification knows, and in the end nobody is left waiting. In each
 * world of support/worlds/world.h (first argument). SCARDSSP_ROUNDS: rounds of all clients together; a
 * service that loses a lock once in 50 000 rounds wants more than the tests have time for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/worlds/world.h"

static struct world *world;

#define CLIENTS 4
#define ROUNDS 1200L
#define RESET_EVERY 40L
#define TIMEOUT_MS 20000

struct client {
    struct cardjob job; /* first */
    ISCardCmd *cmd;
    long left; /* rounds */
    long told; /* unlocks that were told of a reset */
};

static bool is_reset(HRESULT hr) {
    return hr == (HRESULT)SCARD_W_RESET_CARD || hr == (HRESULT)SCARD_W_UNPOWERED_CARD;
}

/* One round; S_OK, or the code that nothing in the specification explains. */
static HRESULT round_of(struct client *client) {
    ISCard *card = client->job.card;
    HRESULT hr = ISCard_LockSCard(card);
    if (SUCCEEDED(hr)) {
        hr = ISCard_Transaction(card, &client->cmd);
        const HRESULT unlocked = ISCard_UnlockSCard(card, LEAVE);
        if (SUCCEEDED(hr) && is_reset(unlocked)) {
            /* Told first, and the lock is kept: it is ended after ReAttach. */
            ++client->told;
            hr = ISCard_ReAttach(card, SHARED, LEAVE);
            if (SUCCEEDED(hr))
                hr = ISCard_UnlockSCard(card, LEAVE);
        } else if (SUCCEEDED(hr)) {
            hr = unlocked;
        } else if (is_reset(hr) && is_reset(unlocked)) {
            hr = ISCard_ReAttach(card, SHARED, LEAVE);
            if (SUCCEEDED(hr))
                hr = ISCard_UnlockSCard(card, LEAVE);
        }
    }
    if (is_reset(hr))
        hr = ISCard_ReAttach(card, SHARED, LEAVE);
    return hr;
}

static HRESULT work(struct cardjob *job) {
    struct client *client = (struct client *)(void *)job;
    HRESULT hr = S_OK;
    for (; SUCCEEDED(hr) && client->left; --client->left)
        hr = round_of(client);
    return hr;
}

static HRESULT work_and_reset(struct cardjob *job) {
    struct client *client = (struct client *)(void *)job;
    HRESULT hr = S_OK;
    for (; SUCCEEDED(hr) && client->left; --client->left)
        hr = client->left % RESET_EVERY ? round_of(client) : ISCard_ReAttach(job->card, SHARED, RESET);
    return hr;
}

static long rounds(void) {
    const char *given = getenv("SCARDSSP_ROUNDS");
    const long count = given ? strtol(given, NULL, 10) : 0;
    return count > 0 ? count : ROUNDS;
}

static void client_begin(struct client *client, bool resets) {
    *client = (struct client){
        .job = {.call = resets ? work_and_reset : work, .card = world_attached(world, SHARED)},
        .cmd = cmd_from_hex("00 84 00 00 08"),
        .left = rounds() / CLIENTS};
    ISCardEx *ex = cardex_of(client->job.card);
    assert_hr(ISCardEx_put_Timeout(ex, TIMEOUT_MS), S_OK);
    ISCardEx_Release(ex);
}

static void test_rounds__nobody_is_stuck(void **state) {
    (void)state;
    struct client clients[CLIENTS];
    long told = 0;
    for (size_t i = 0; i < CLIENTS; ++i)
        client_begin(&clients[i], i == 0);
    for (size_t i = 0; i < CLIENTS; ++i)
        cardjob_begin(&clients[i].job);
    for (size_t i = 0; i < CLIENTS; ++i)
        pthread_join(clients[i].job.thread, NULL); /* all, before anything ends the test */
    for (size_t i = 0; i < CLIENTS; ++i) {
        assert_hr(clients[i].job.hr, S_OK);
        assert_int_equal(clients[i].left, 0);
        told += clients[i].told;
        ISCardCmd_Release(clients[i].cmd);
        assert_int_equal(ISCard_Release(clients[i].job.card), 0);
    }
    if (getenv("SCARDSSP_ROUNDS"))
        fprintf(stderr, "%ld rounds, %ld unlocks told of a reset\n", rounds(), told);
    ISCard *last = world_attached(world, EXCLUSIVE);
    assert_works(last);
    ISCard_Release(last);
}

int main(int argc, char **argv) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_rounds__nobody_is_stuck, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof *tests);
}

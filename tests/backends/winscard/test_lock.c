/*
 * A transaction held over reconnections, by the backend for Windows' smart card service: it is never given
 * away untold, and it can always be ended (row 14 of the recovery specification). Each case is played by a
 * service that keeps a transaction over SCardReconnect, as pcsc-lite does, and by one that ends it: no page
 * says which of the two Windows does.
 */
#include "support/kits/winscard_client.h"

#include "backends/sim/sim.h"
#include "base/clock.h"

/* Another program that waits for its turn, sends a command when it has it, and is through then. */
struct rival {
    struct program program;
    pthread_t thread;
    _Atomic bool through;
};

static void *compete(void *user) {
    struct rival *const rival = user;
    const SCARDHANDLE card = rival->program.card;
    DWORD protocol = 0;
    LONG code = fake_winscard_api.begin_transaction(card);

    while (code == SCARD_W_RESET_CARD || code == SCARD_W_UNPOWERED_CARD) {
        code = fake_winscard_api.reconnect(card, SCARD_SHARE_SHARED, CLIENT_ANY, SCARD_LEAVE_CARD, &protocol);
        if (code == 0)
            code = fake_winscard_api.begin_transaction(card);
    }
    if (code == 0) {
        (void)program_ask(&rival->program);
        rival->through = true;
        (void)fake_winscard_api.end_transaction(card, SCARD_LEAVE_CARD);
    }
    return NULL;
}

/* Begins a transaction, with another program connected. */
static void begin_beside(struct client *client, struct rival *rival) {
    rival->program = program_start(SCARD_SHARE_SHARED);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
}

static void rival_start(struct rival *rival) {
    rival->through = false;
    assert_int_equal(pthread_create(&rival->thread, NULL, compete, rival), 0);
    Sleep(100);
    assert_false(rival->through);
}

/* Is it kept out? */
static void rival_assert_waits(const struct rival *rival) {
    Sleep(100);
    assert_false(rival->through);
}

/* Nothing keeps it out any more. */
static void rival_end(struct rival *rival) {
    const uint64_t end = clock_deadline(CLIENT_LONG);

    while (!rival->through && clock_left(end))
        Sleep(5);
    const bool through = rival->through;
    if (!through)
        fake_winscard_stop();
    assert_int_equal(pthread_join(rival->thread, NULL), 0);
    assert_true(through);
    program_end(&rival->program, SCARD_LEAVE_CARD);
}

/* Each case with both manners. */
static void play(struct client *client, void (*act)(struct client *client)) {
    for (int keeps = 0; keeps < 2; keeps++) {
        fake.keeps_transactions = keeps;
        act(client);
        assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    }
}

static rm_status reconnect(struct client *client, uint32_t share, uint32_t init) {
    return rm_reconnect(client->card, share, RM_PROTOCOL_T1, init, RM_WITHIN(CLIENT_LONG));
}

/* What is refused touches nothing. */
static void raise_in_vain(struct client *client) {
    struct rival rival;

    begin_beside(client, &rival);
    rival_start(&rival);
    fake_winscard_script(FAKE_END, 0, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(reconnect(client, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_E_SHARING_VIOLATION);
        assert_int_equal(reconnect(client, RM_SHARE_EXCLUSIVE, RM_RESET), RM_E_SHARING_VIOLATION);
    }
    assert_int_equal(client_ask(client->card, 0), RM_OK);
    rival_assert_waits(&rival);
    assert_int_equal(fake_winscard_count(FAKE_END), 0);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rival_end(&rival);
}

static void test_refused__raising(void **state) {
    play(*state, raise_in_vain);
}

static void test_refused__by_other_codes(void **state) {
    static const LONG codes[] = {SCARD_E_SHARING_VIOLATION, SCARD_E_PROTO_MISMATCH, SCARD_E_NOT_READY,
                                 SCARD_E_NO_MEMORY, SCARD_F_INTERNAL_ERROR};
    struct client *const client = *state;
    struct rival rival;

    begin_beside(client, &rival);
    rival_start(&rival);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        fake_winscard_script(FAKE_RECONNECT, codes[i], 0);
        assert_int_equal(reconnect(client, RM_SHARE_SHARED, RM_RESET), (rm_status)codes[i]);
        assert_int_equal(client_ask(client->card, 0), RM_OK);
    }
    rival_assert_waits(&rival);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rival_end(&rival);
}

/* ReAttach(SHARED, LEAVE) of a healthy card: nothing has to be done, so nothing is put at risk. */
static void leave_healthy(struct client *client) {
    struct rival rival;

    begin_beside(client, &rival);
    rival_start(&rival);
    for (int i = 0; i < 3; i++)
        assert_int_equal(client_reattach(client), RM_OK);
    assert_int_equal(client_ask(client->card, 0), RM_OK);
    rival_assert_waits(&rival);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rival_end(&rival);
}

static void test_leave__healthy(void **state) {
    play(*state, leave_healthy);
}

/*
 * A service that keeps the transaction is never left without, however often the card is reset; all levels go
 * at the end.
 */
static void test_reset__keeps_others_out(void **state) {
    struct client *const client = *state;
    struct rival rival;

    fake.keeps_transactions = true;
    begin_beside(client, &rival);
    fake_winscard_script(FAKE_END, 0, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(reconnect(client, RM_SHARE_SHARED, i == 1 ? RM_UNPOWER : RM_RESET), RM_OK);
        assert_int_equal(client_ask(client->card, 0), RM_OK);
    }
    assert_int_equal(fake_winscard_count(FAKE_END), 0);
    rival_start(&rival);
    rival_assert_waits(&rival);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rival_end(&rival);
}

/* And where it is ended, it is held again when the reconnection comes back. */
static void reset_and_end(struct client *client) {
    struct rival rival;

    begin_beside(client, &rival);
    assert_int_equal(reconnect(client, RM_SHARE_SHARED, RM_RESET), RM_OK);
    assert_int_equal(reconnect(client, RM_SHARE_SHARED, RM_RESET), RM_OK);
    rival_start(&rival);
    rival_assert_waits(&rival);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rival_end(&rival);
}

static void test_reset__is_held_again(void **state) {
    play(*state, reset_and_end);
}

/* To exclusive use and back: what may have come with that goes, too. */
static void exclusive_and_back(struct client *client) {
    struct rm_card *card = NULL;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(reconnect(client, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_OK);
        assert_int_equal(client_ask(client->card, 0), RM_OK);
        assert_int_equal(reconnect(client, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
        if (i == 0) {
            assert_int_equal(client_connect(client, CLIENT_SHORT, &card), RM_E_TIMEOUT); /* it is held */
            assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        }
        assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_OK);
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(CLIENT_LONG)), RM_OK);
    }
}

static void test_exclusive__and_back(void **state) {
    play(*state, exclusive_and_back);
}

/*
 * Behind Wine, pcsc-lite waits to have the card alone; that ends with the connection alone, and the
 * transaction with it. It is said: the lock is gone, and what was kept of the connection works.
 */
static void test_exclusive__that_waits(void **state) {
    struct client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    fake_winscard_script(FAKE_RECONNECT, FAKE_STALL, 0);
    assert_int_equal(reconnect(client, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_E_SHARING_VIOLATION);
    fake_winscard_go();
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
}

/*
 * SCardEndTransaction answers with a reset and keeps the transaction, as pcsc-lite does where the reset comes
 * in that moment: it is ended by another call, after the reconnection.
 */
static void end_told_first(struct client *client) {
    struct rival rival;

    begin_beside(client, &rival);
    rival_start(&rival);
    fake_winscard_script(FAKE_END, SCARD_W_RESET_CARD, 0);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_W_RESET_CARD);
    rival_assert_waits(&rival);
    assert_int_equal(client_reattach(client), RM_OK);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rival_end(&rival);
}

static void test_end__told_first(void **state) {
    play(*state, end_told_first);
}

/*
 * The same at the end of a transaction of our own, which nobody else would end: others do not wait for our
 * next call.
 */
static void own_end_told_first(struct client *client) {
    struct rival rival;

    fake_winscard_script(FAKE_END, SCARD_W_RESET_CARD, 0);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    fake_winscard_script(FAKE_END, 0, 0);
    rival.program = program_start(SCARD_SHARE_SHARED);
    rival.through = false;
    assert_int_equal(pthread_create(&rival.thread, NULL, compete, &rival), 0);
    rival_end(&rival);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_W_RESET_CARD); /* what the service told */
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_W_RESET_CARD);
    assert_int_equal(client_reattach(client), RM_OK);
}

static void test_end__told_first_of_our_own(void **state) {
    play(*state, own_end_told_first);
}

/* A reset at one's own unlock is news to others, not to oneself. */
static void unlock_with_reset(struct client *client) {
    struct program other = program_start(SCARD_SHARE_SHARED);

    for (uint32_t init = RM_RESET; init <= RM_UNPOWER; init++) {
        DWORD protocol = 0;
        assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
        assert_int_equal(rm_end(client->card, init, RM_WITHIN(RM_INFINITE)), RM_OK);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
        assert_int_equal(program_ask(&other), 0);
        assert_int_equal(fake_winscard_api.reconnect(other.card, SCARD_SHARE_SHARED, RM_PROTOCOL_T1,
                                                     SCARD_LEAVE_CARD, &protocol),
                         0);
    }
    program_end(&other, SCARD_LEAVE_CARD);
}

static void test_end__with_a_reset(void **state) {
    play(*state, unlock_with_reset);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_refused__raising),
        CLIENT_CASE(test_refused__by_other_codes),
        CLIENT_CASE(test_leave__healthy),
        CLIENT_CASE(test_reset__keeps_others_out),
        CLIENT_CASE(test_reset__is_held_again),
        CLIENT_CASE(test_exclusive__and_back),
        CLIENT_CASE(test_exclusive__that_waits),
        CLIENT_CASE(test_end__told_first),
        CLIENT_CASE(test_end__told_first_of_our_own),
        CLIENT_CASE(test_end__with_a_reset),
    };
    return cmocka_run_group_tests_name("winscard_lock", tests, NULL, NULL);
}

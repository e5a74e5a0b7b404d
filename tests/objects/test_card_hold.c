/*
 * One command is one exchange: when the reader's transaction is held around it and when not, that nobody
 * comes in between, and that an exchange ends when it is cancelled or its time is over. Runs in each world of
 * support/worlds/world.h (first argument).
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "objects/card_object.h"
#include "support/fakes/foreign_cmd.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/worlds/world.h"

#define CARDS TEST_DATA "/cards/"

static struct world *world;

static ISCard *attached(SCARD_SHARE_MODES share, SCARD_PROTOCOLS protocol) {
    ISCard *card = world_card(world);
    assert_hr(ISCard_AttachByReader(card, world->reader, share, protocol), S_OK);
    return card;
}

/* What an object asks of the port: "[" and "]" for a transaction, the instruction of each unit. */
static struct {
    struct rm_ops ops;
    const struct rm_ops *real;
    char text[200];
    rm_status begin; /* RM_OK: as the service says */
    rm_status told;  /* by the next end, which ends nothing then */
} spy;

static void note(const char *text) {
    assert_true(strlen(spy.text) + strlen(text) < sizeof spy.text);
    strcat(spy.text, text);
}

static rm_status spy_begin(struct rm_card *card, struct rm_bound *bound) {
    note("[");
    return spy.begin ? spy.begin : spy.real->begin(card, bound);
}

static rm_status spy_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    const rm_status told = spy.told;
    note("]");
    spy.told = RM_OK;
    return told ? told : spy.real->end(card, disposition, bound);
}

static rm_status spy_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                               struct rm_bound *bound) {
    note(init == RM_LEAVE ? "R" : "!");
    return spy.real->reconnect(card, share, protocols, init, bound);
}

static rm_status spy_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                              uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    char ins[4];
    (void)snprintf(ins, sizeof ins, "%02X", send[1]);
    note(ins);
    return spy.real->transmit(card, nad, send, send_size, receive, receive_size, bound);
}

/* Looks at the object's connection from now on. */
static void spy_on(ISCard *card) {
    struct rm_card *const connection = CONTAINER_OF(card, struct card, ISCard_iface)->attachment.card;
    if (connection->ops == &spy.ops)
        return;
    spy.real = connection->ops;
    spy.ops = *spy.real;
    spy.ops.begin = spy_begin;
    spy.ops.end = spy_end;
    spy.ops.transmit = spy_transmit;
    spy.ops.reconnect = spy_reconnect;
    spy.begin = spy.told = RM_OK;
    connection->ops = &spy.ops;
}

/* Sends it, by Transaction or by TransmitBytes; what the object asked of the port. */
static const char *asked(ISCard *card, bool bytes, const char *apdu, HRESULT expected) {
    *spy.text = '\0';
    if (bytes) {
        ISCardEx *ex = cardex_of(card);
        VARIANT command = variant_from_hex(apdu), reply;
        assert_hr(ISCardEx_TransmitBytes(ex, &command, &reply), expected);
        assert_hr(VariantClear(&reply), S_OK);
        assert_hr(VariantClear(&command), S_OK);
        ISCardEx_Release(ex);
    } else {
        assert_hr(send_hex(card, apdu, NULL), expected);
    }
    return spy.text;
}

#define SELECT "00 A4 04 00 07 F0 00 00 00 01 02 03"
#define CHALLENGE "00 84 00 00 08"

/* T=0, SHARED: every command is held, since any may be answered by 61xx or 6Cxx. */
static void test_hold__t0(void **state) {
    (void)state;
    world_insert(world, CARDS "slow.json");
    ISCard *a = attached(SHARED, T0);
    spy_on(a);
    for (int bytes = 0; bytes < 2; ++bytes) {
        assert_string_equal(asked(a, bytes, SELECT, S_OK), "[A4C0]");
        assert_string_equal(asked(a, bytes, CHALLENGE, S_OK), "[84]");
        assert_hr(ISCard_LockSCard(a), S_OK);
        assert_string_equal(asked(a, bytes, SELECT, S_OK), "A4C0");
        assert_string_equal(asked(a, bytes, CHALLENGE, S_OK), "84");
        assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
        assert_string_equal(asked(a, bytes, SELECT, S_OK), "[A4C0]");
    }
    assert_int_equal(ISCard_Release(a), 0);
    a = attached(EXCLUSIVE, T0);
    spy_on(a);
    assert_string_equal(asked(a, false, SELECT, S_OK), "A4C0");
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    spy_on(a);
    assert_string_equal(asked(a, false, SELECT, S_OK), "[A4C0]");
    assert_int_equal(ISCard_Release(a), 0);
}

/* T=1: from the moment the card has once answered 61xx or 6Cxx on this connection. */
static void test_hold__t1(void **state) {
    (void)state;
    static const char *const first[] = {"00 CA 01 05 00", "00 CA 01 01 00"};
    static const char *const begun[] = {"CA[C0C0]", "CA[C0]"};
    world_insert(world, CARDS "refused.json");
    for (size_t i = 0; i < 2; ++i) {
        ISCard *a = attached(SHARED, T1);
        spy_on(a);
        assert_string_equal(asked(a, false, CHALLENGE, S_OK), "84");
        assert_string_equal(asked(a, i, first[i], S_OK), begun[i]);
        assert_string_equal(asked(a, false, CHALLENGE, S_OK), "[84]");
        assert_string_equal(asked(a, true, CHALLENGE, S_OK), "[84]");
        assert_hr(ISCard_LockSCard(a), S_OK);
        assert_string_equal(asked(a, false, "00 CA 01 05 00", S_OK), "CAC0C0");
        assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
        assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK); /* another connection */
        spy_on(a);
        assert_string_equal(asked(a, false, CHALLENGE, S_OK), "84");
        assert_int_equal(ISCard_Release(a), 0);
    }
}

/* Raw mode sends one unit and holds nothing; what the card answered there counts all the same. */
static void test_hold__raw_mode(void **state) {
    (void)state;
    world_insert(world, CARDS "slow.json");
    ISCard *a = attached(SHARED, T0);
    ISCardEx *ex = cardex_of(a);
    assert_hr(ISCardEx_put_RawMode(ex, VARIANT_TRUE), S_OK);
    spy_on(a);
    assert_string_equal(asked(a, false, SELECT, S_OK), "A4");
    assert_string_equal(asked(a, true, CHALLENGE, S_OK), "84");
    world_insert(world, CARDS "refused.json");
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    spy_on(a);
    assert_string_equal(asked(a, false, CHALLENGE, S_OK), "84");
    assert_string_equal(asked(a, true, "00 CA 01 05 00", S_OK), "CA");
    assert_hr(ISCardEx_put_RawMode(ex, VARIANT_FALSE), S_OK);
    assert_string_equal(asked(a, false, CHALLENGE, S_OK), "[84]");
    ISCardEx_Release(ex);
    assert_int_equal(ISCard_Release(a), 0);
}

/*
 * pcscd tells of a reset instead of ending a transaction, and keeps its lock: it is ended all the same, so
 * that nobody waits for it, and calls say what was told until ReAttach (recovery.md, rows 1 and 2). The
 * command itself has come to its end.
 */
static void test_hold__end_tells_of_a_reset(void **state) {
    (void)state;
    static const rm_status told[] = {RM_W_RESET_CARD, RM_W_UNPOWERED_CARD};
    world_insert(world, CARDS "slow.json");
    for (size_t i = 0; i < 2; ++i) {
        ISCard *a = attached(SHARED, T0), *b = attached(SHARED, T0);
        SCARD_STATES status;
        spy_on(a);
        spy.told = told[i];
        assert_string_equal(asked(a, i, SELECT, S_OK), "[A4C0]R]");
        assert_hr(ISCard_LockSCard(b), S_OK);
        assert_hr(ISCard_UnlockSCard(b, LEAVE), S_OK);
        for (int k = 0; k < 2; ++k) {
            assert_string_equal(asked(a, k, SELECT, (HRESULT)told[i]), "");
            assert_hr(ISCard_LockSCard(a), told[i]);
            assert_hr(ISCard_get_Status(a, &status), told[i]);
        }
        assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
        assert_string_equal(asked(a, i, SELECT, S_OK), "[A4C0]");
        assert_int_equal(ISCard_Release(a), 0);
        assert_int_equal(ISCard_Release(b), 0);
    }
}

/* While another program has the reader nothing is sent, and the time-out holds. */
static void test_hold__not_to_be_had(void **state) {
    (void)state;
    world_insert(world, CARDS "slow.json");
    ISCard *a = attached(SHARED, T0), *b = attached(SHARED, T0);
    assert_hr(ISCard_LockSCard(b), S_OK);
    spy_on(a);
    const uint64_t start = cardjob_ms();
    assert_string_equal(asked(a, false, SELECT, (HRESULT)SCARD_E_TIMEOUT), "[");
    assert_int_in_range(cardjob_ms() - start, WORLD_TIMEOUT_MS - 50, 5000);
    /* What cannot be sent is refused at once. */
    ISCardCmd *foreign = foreign_cmd_create("00 A4 00");
    *spy.text = '\0';
    assert_hr(ISCard_Transaction(a, &foreign), E_INVALIDARG);
    assert_string_equal(spy.text, "");
    ISCardCmd_Release(foreign);
    assert_hr(ISCard_UnlockSCard(b, LEAVE), S_OK);
    assert_string_equal(asked(a, false, SELECT, S_OK), "[A4C0]");
    spy.begin = RM_W_RESET_CARD;
    assert_string_equal(asked(a, true, SELECT, (HRESULT)SCARD_W_RESET_CARD), "[");
    assert_int_equal(ISCard_Release(a), 0);
    assert_int_equal(ISCard_Release(b), 0);
}

static HRESULT call_lock(struct cardjob *job) {
    return ISCard_LockSCard(job->card);
}

static HRESULT call_challenge(struct cardjob *job) {
    return send_hex(job->card, CHALLENGE, NULL);
}

/* How long a call takes in vain that waits for another one of the object, and then for the reader. */
static uint64_t time_second(ISCard *a, ISCard *b) {
    struct cardjob first = {.call = call_lock, .card = a}, second = {.call = call_challenge, .card = a};
    const struct timespec half = {.tv_nsec = 800000000};
    assert_hr(ISCard_LockSCard(b), S_OK);
    cardjob_begin(&first);
    nanosleep(&half, NULL);
    const uint64_t start = cardjob_ms();
    cardjob_begin(&second);
    cardjob_end(&first);
    cardjob_end(&second);
    const uint64_t took = cardjob_ms() - start;
    assert_hr(first.hr, SCARD_E_TIMEOUT);
    assert_hr(second.hr, SCARD_E_TIMEOUT);
    assert_hr(ISCard_UnlockSCard(b, LEAVE), S_OK);
    return took;
}

/*
 * One deadline for each call: what it has waited for another call of the object is off what it may wait for
 * the reader. A busy machine gets more chances.
 */
static void test_hold__one_deadline(void **state) {
    (void)state;
    static const struct {
        const char *image;
        SCARD_PROTOCOLS protocol;
    } rows[] = {{"demo", T1}, {CARDS "slow.json", T0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        world_insert(world, rows[i].image);
        ISCard *a = attached(SHARED, rows[i].protocol), *b = attached(SHARED, rows[i].protocol);
        ISCardEx *ex = cardex_of(a);
        assert_hr(ISCardEx_put_Timeout(ex, 1600), S_OK);
        uint64_t took = time_second(a, b);
        for (int tries = 0; tries < 5 && took > 2200; ++tries)
            took = time_second(a, b);
        assert_int_in_range(took, 1550, 2200); /* and not 2400 */
        ISCardEx_Release(ex);
        assert_int_equal(ISCard_Release(a), 0);
        assert_int_equal(ISCard_Release(b), 0);
    }
}

/* Two programs at one card */

#define ROUNDS 150

static HRESULT call_disturb(struct cardjob *job) {
    for (int i = 0; i < ROUNDS; ++i) {
        const HRESULT hr = send_hex(job->card, CHALLENGE, NULL);
        if (FAILED(hr))
            return hr;
    }
    return S_OK;
}

static const char *reply_of(ISCardCmd *cmd, ISCard *card) {
    assert_hr(ISCard_Transaction(card, &cmd), S_OK);
    return cmd_reply_hex(cmd);
}

/* What 61xx has announced is dropped with the next other command (yubihsm-shell PR 547). */
static void share(const char *image, SCARD_PROTOCOLS protocol, const char *apdu, const char *reply) {
    world_insert(world, image);
    ISCard *a = attached(SHARED, protocol), *b = attached(SHARED, protocol);
    ISCardEx *ex[2] = {cardex_of(a), cardex_of(b)};
    ISCardCmd *cmd = cmd_from_hex(apdu);
    for (int i = 0; i < 2; ++i)
        assert_hr(ISCardEx_put_Timeout(ex[i], 30000), S_OK);
    assert_string_equal(reply_of(cmd, a), reply); /* T=1 has to see one */
    struct cardjob job = {.call = call_disturb, .card = b};
    cardjob_begin(&job);
    for (int i = 0; i < ROUNDS; ++i)
        assert_string_equal(reply_of(cmd, a), reply);
    cardjob_end(&job);
    assert_hr(job.hr, S_OK);
    ISCardCmd_Release(cmd);
    for (int i = 0; i < 2; ++i)
        ISCardEx_Release(ex[i]);
    assert_int_equal(ISCard_Release(a), 0);
    assert_int_equal(ISCard_Release(b), 0);
}

static void test_hold__two_programs(void **state) {
    (void)state;
    share(CARDS "slow.json", T0, SELECT, "6F 0E 84 0C F0 00 00 00 01 02 03 04 05 06 07 08 90 00");
    share(CARDS "refused.json", T1, "00 CA 01 05 00", "00 01 02 03 04 05 06 07 90 00");
}

/* A card that always has more to say */

static HRESULT call_storm(struct cardjob *job) {
    return send_hex(job->card, "00 CA 00 00 00", NULL);
}

/* The time-out bounds the whole call, and afterwards the reader is not held. */
static void test_storm__ends_with_the_time(void **state) {
    (void)state;
    static const SCARD_SHARE_MODES shares[] = {SHARED, EXCLUSIVE};
    static const LONG timeouts[] = {0, 100, 1000};
    world_insert(world, CARDS "storm.json");
    for (size_t i = 0; i < 2 * sizeof timeouts / sizeof timeouts[0]; ++i) {
        ISCard *a = attached(shares[i % 2], T1);
        ISCardEx *ex = cardex_of(a);
        const LONG timeout = timeouts[i / 2];
        const char *reply = NULL;
        assert_hr(ISCardEx_put_Timeout(ex, timeout), S_OK);
        const uint64_t start = cardjob_ms();
        assert_hr(send_hex(a, "00 CA 00 00 00", &reply), SCARD_E_TIMEOUT);
        assert_string_equal(reply, "");
        /* Half a second is left to the card even where nobody is to be waited for. */
        assert_int_in_range(cardjob_ms() - start, timeout < 500 ? 450 : timeout - 50, timeout + 4000);
        assert_hr(ISCardEx_put_Timeout(ex, 30000), S_OK);
        assert_hr(send_hex(a, "00 CA 00 00 04", &reply), S_OK);
        assert_string_equal(reply, "AA BB AA BB 61 10");
        assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
        ISCard *b = attached(SHARED, T1);
        assert_hr(ISCard_LockSCard(b), S_OK);
        assert_int_equal(ISCard_Release(b), 0);
        ISCardEx_Release(ex);
        assert_int_equal(ISCard_Release(a), 0);
    }
}

static void test_storm__is_cancelled(void **state) {
    (void)state;
    static const struct {
        SCARD_SHARE_MODES share;
        bool locked;
    } rows[] = {{SHARED, false}, {SHARED, true}, {EXCLUSIVE, false}};
    world_insert(world, CARDS "storm.json");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        ISCard *a = attached(rows[i].share, T1);
        ISCardEx *ex = cardex_of(a);
        struct cardjob job = {.call = call_storm, .card = a};
        assert_hr(ISCardEx_put_Timeout(ex, -1), S_OK);
        if (rows[i].locked)
            assert_hr(ISCard_LockSCard(a), S_OK);
        cardjob_start(&job);
        assert_true(cardjob_is_running(&job));
        assert_hr(ISCardEx_Cancel(ex), S_OK); /* once: it is seen between two units */
        cardjob_end(&job);
        assert_hr(job.hr, SCARD_E_CANCELLED);
        const char *reply = NULL;
        assert_hr(send_hex(a, "00 CA 00 00 04", &reply), S_OK); /* the call before is what was cancelled */
        assert_string_equal(reply, "AA BB AA BB 61 10");
        if (rows[i].locked)
            assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
        ISCardEx_Release(ex);
        assert_int_equal(ISCard_Release(a), 0);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_hold__t0, world_after),
        cmocka_unit_test_teardown(test_hold__t1, world_after),
        cmocka_unit_test_teardown(test_hold__raw_mode, world_after),
        cmocka_unit_test_teardown(test_hold__end_tells_of_a_reset, world_after),
        cmocka_unit_test_teardown(test_hold__not_to_be_had, world_after),
        cmocka_unit_test_teardown(test_hold__one_deadline, world_after),
        cmocka_unit_test_teardown(test_hold__two_programs, world_after),
        cmocka_unit_test_teardown(test_storm__ends_with_the_time, world_after),
        cmocka_unit_test_teardown(test_storm__is_cancelled, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

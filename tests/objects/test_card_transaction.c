/*
 * ISCard::Transaction: commands and replies of every kind, foreign command objects, threads. Runs in each
 * world of support/worlds/world.h (first argument).
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "objects/card.h"
#include "objects/cmd.h"
#include "support/fakes/foreign_cmd.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/worlds/world.h"

static struct world *world;

static void test_transaction__no_command(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardCmd *cmd = NULL;
    assert_hr(cmd_create(&cmd), S_OK);
    assert_hr(ISCard_Transaction(a, &cmd), E_INVALIDARG);
    assert_string_equal(cmd_reply_hex(cmd), "");
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_works(a);
    ISCard_Release(a);
}

/*
 * A4, A5: same object, balanced count, used again at once; a failure empties the reply of the last success.
 */
static void test_transaction__same_object(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardCmd *cmd = cmd_from_hex("00 A4 00 0C 02 00 02");
    ISCardCmd *same = cmd;
    LONG length = 0;
    WORD sw = 0;
    for (int i = 0; i < 3; ++i) {
        assert_hr(ISCard_Transaction(a, &cmd), S_OK);
        assert_ptr_equal(cmd, same);
        assert_hr(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
        assert_int_equal(length, 2);
        assert_hr(ISCardCmd_get_ReplyStatus(cmd, &sw), S_OK);
        assert_int_equal(sw, 0x9000);
    }
    assert_hr(ISCardCmd_BuildCmd(cmd, 0, 0xA4, 0, 0x0C, NULL, NULL), S_OK);
    assert_hr(ISCard_Transaction(a, &cmd), S_OK);
    assert_hr(ISCard_Detach(a, LEAVE), S_OK);
    assert_hr(ISCard_Transaction(a, &cmd), SCARD_E_INVALID_HANDLE);
    assert_string_equal(cmd_reply_hex(cmd), "");
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    ISCard_Release(a);
}

/* A status word other than 9000 is the card's word, not an error. */
static void test_transaction__status_words(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    assert_apdu(a, "00 A4 00 0C 02 EE EE", "6A 82");
    assert_apdu(a, "00 EE 00 00", "6D 00");
    assert_apdu(a, "00 20 00 01 04 30 30 30 30", "63 C2");
    assert_apdu(a, "00 20 00 01 04 31 32 33 34", "90 00");
    ISCard_Release(a);
}

static void test_transaction__long_data(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardCmd *cmd = NULL;
    IByteBuffer *reply = NULL;
    LONG le = 32768;
    LONG length = 0;
    static BYTE bytes[32770];
    assert_apdu(a, "00 A4 00 0C 02 00 01", "90 00");
    assert_hr(cmd_create(&cmd), S_OK);
    assert_hr(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, &le), S_OK);
    assert_hr(ISCard_Transaction(a, &cmd), S_OK);
    assert_hr(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_int_equal(length, 32770);
    assert_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    assert_hr(IByteBuffer_Read(reply, bytes, sizeof bytes, &length), S_OK);
    for (unsigned i = 0; i < 32768; i += 2) /* the file counts: each word is its own number */
        assert_int_equal(bytes[i] << 8 | bytes[i + 1], i / 2);
    assert_int_equal(bytes[32768] << 8 | bytes[32769], 0x9000);
    IByteBuffer_Release(reply);
    ISCardCmd_Release(cmd);
    ISCard_Release(a);
}

/* T=0: GET RESPONSE and the right length are seen to; GSM's 9Fxx is the caller's. */
static void test_transaction__t0(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    const char *reply = NULL;
    world_insert(world, "gsm");
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T0), S_OK);
    assert_hr(send_hex(a, "A0 A4 00 00 02 3F 00", &reply), S_OK);
    assert_int_equal(strncmp(reply, "9F ", 3), 0);
    assert_int_equal(strlen(reply), 5);
    ISCard_Release(a);
}

static void test_transaction__nad(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardCmd *cmd = cmd_from_hex("00 84 00 00 08");
    BYTE nad = 0xEE;
    assert_hr(ISCardCmd_get_ReplyNad(cmd, &nad), E_ACCESSDENIED);
    assert_hr(ISCard_Transaction(a, &cmd), S_OK);
    assert_hr(ISCardCmd_get_ReplyNad(cmd, &nad), S_OK);
    assert_int_equal(nad, 0);
    if (world->service == world->sim) { /* other services have no way to say a node address */
        assert_hr(ISCardCmd_put_Nad(cmd, 0x12), S_OK);
        assert_hr(ISCard_Transaction(a, &cmd), S_OK);
        assert_hr(ISCardCmd_get_ReplyNad(cmd, &nad), S_OK);
        assert_int_equal(nad, 0x21);
    }
    ISCardCmd_Release(cmd);
    ISCard_Release(a);
}

/* A program may bring an ISCardCmd of its own. */
static void test_transaction__foreign_command(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardCmd *cmd = foreign_cmd_create("00 A4 00 0C 02 00 02");
    assert_hr(ISCard_Transaction(a, &cmd), S_OK);
    assert_string_equal(foreign_cmd_reply(cmd), "90 00");
    assert_hr(ISCard_Detach(a, LEAVE), S_OK);
    assert_hr(ISCard_Transaction(a, &cmd), SCARD_E_INVALID_HANDLE);
    assert_string_equal(foreign_cmd_reply(cmd), "");
    foreign_cmd_set(cmd, "");
    assert_hr(ISCard_Transaction(a, &cmd), E_INVALIDARG);
    foreign_cmd_set(cmd, "00 A4 00");
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_hr(ISCard_Transaction(a, &cmd), E_INVALIDARG);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    ISCard_Release(a);
}

#define THREADS 4
#define ROUNDS 50

static void *hammer(void *argument) {
    ISCard *card = argument;
    ISCardCmd *cmd = cmd_from_hex("00 B0 81 00 05");
    size_t good = 0;
    for (int i = 0; i < ROUNDS; ++i) {
        WORD sw = 0;
        if (ISCard_Transaction(card, &cmd) == S_OK && ISCardCmd_get_ReplyStatus(cmd, &sw) == S_OK &&
            sw == 0x9000)
            ++good;
    }
    ISCardCmd_Release(cmd);
    return (void *)good;
}

static void test_threads__share_an_object(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    pthread_t threads[THREADS];
    assert_hr(ISCardEx_put_Timeout(ex, -1), S_OK); /* they wait for each other */
    for (int i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, a), 0);
    for (int i = 0; i < THREADS; ++i) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        assert_int_equal((size_t)good, ROUNDS);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_transaction__no_command, world_after),
        cmocka_unit_test_teardown(test_transaction__same_object, world_after),
        cmocka_unit_test_teardown(test_transaction__status_words, world_after),
        cmocka_unit_test_teardown(test_transaction__long_data, world_after),
        cmocka_unit_test_teardown(test_transaction__t0, world_after),
        cmocka_unit_test_teardown(test_transaction__nad, world_after),
        cmocka_unit_test_teardown(test_transaction__foreign_command, world_after),
        cmocka_unit_test_teardown(test_threads__share_an_object, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}

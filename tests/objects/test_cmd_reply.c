/*
 * The reply half of ISCardCmd, its settings, and the way in for the card object: cmd_open(), cmd_close().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "apdu/apdu.h"
#include "base/clock.h"
#include "com/com.h"
#include "objects/cmd.h"
#include "support/kits/buffers.h"

static int setup(void **state) {
    ISCardCmd *cmd;
    if (FAILED(cmd_create(&cmd)))
        return -1;
    *state = cmd;
    return 0;
}

static int teardown(void **state) {
    return ISCardCmd_Release((ISCardCmd *)*state) == 0 && com_count() == 0 ? 0 : -1;
}

/* What the card object does with a reply from a card. */
static void receive(ISCardCmd *cmd, const char *hex, int nad) {
    struct cmd_view view;
    uint8_t bytes[256];
    const size_t size = bytes_from_hex(hex, bytes, sizeof bytes);
    assert_int_equal(cmd_open(cmd, &view, NULL), CMD_OPEN);
    assert_true(exchange_reply_reserve(view.reply, 512));
    memset(view.reply->bytes, 0xEE, 512);
    memcpy(view.reply->bytes, bytes, size);
    view.reply->size = size;
    cmd_close(cmd, nad);
}

static void put_reply(ISCardCmd *cmd, const char *hex) {
    IByteBuffer *reply = buffer_from_hex(hex);
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, reply), S_OK);
    assert_int_equal(IByteBuffer_Release(reply), 0);
}

/* hex NULL: no reply. Looks at it through every property. */
static void assert_reply(ISCardCmd *cmd, const char *hex, WORD status) {
    uint8_t bytes[512];
    const size_t size = hex ? bytes_from_hex(hex, bytes, sizeof bytes) : 0;
    IByteBuffer *reply = NULL;
    LONG length = -1;
    WORD word = 0xEEEE;
    BYTE sw1 = 0xEE, sw2 = 0xEE;
    assert_int_equal(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    if (hex)
        assert_buffer_hex(reply, hex);
    else
        assert_null(reply);
    assert_int_equal(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_int_equal(length, size);
    assert_int_equal(ISCardCmd_get_ReplyStatus(cmd, &word), S_OK);
    assert_int_equal(word, status);
    assert_int_equal(ISCardCmd_get_ReplyStatusSW1(cmd, &sw1), S_OK);
    assert_int_equal(sw1, status >> 8);
    assert_int_equal(ISCardCmd_get_ReplyStatusSW2(cmd, &sw2), S_OK);
    assert_int_equal(sw2, status & 0xFF);
}

static void test_reply__none_at_first(void **state) {
    ISCardCmd *cmd = *state;
    BYTE nad = 0xEE;
    assert_reply(cmd, NULL, 0);
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, &nad), E_ACCESSDENIED);
    assert_int_equal(nad, 0);
}

static void test_reply__as_the_card_sent_it(void **state) {
    ISCardCmd *cmd = *state;
    receive(cmd, "0102030405060708 9000", -1);
    assert_reply(cmd, "0102030405060708 9000", 0x9000);
    receive(cmd, "63C2", -1);
    assert_reply(cmd, "63C2", 0x63C2);
    receive(cmd, "", -1);
    assert_reply(cmd, NULL, 0);
}

static void test_reply__buffer_is_a_copy_at_its_start(void **state) {
    ISCardCmd *cmd = *state;
    IByteBuffer *first = NULL;
    receive(cmd, "AABB 9000", -1);
    assert_int_equal(ISCardCmd_get_ApduReply(cmd, &first), S_OK);
    assert_int_equal(buffer_position(first), 0);
    receive(cmd, "6A82", -1);
    assert_buffer_hex(first, "AABB 9000");
}

static void test_put_ApduReply__any_bytes(void **state) {
    ISCardCmd *cmd = *state;
    IByteBuffer *reply = buffer_from_hex("010203 9F10");
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, reply), S_OK);
    assert_int_equal(buffer_position(reply), 5);
    IByteBuffer_Release(reply);
    assert_reply(cmd, "010203 9F10", 0x9F10);
    put_reply(cmd, "6A");
    assert_reply(cmd, "6A", 0);
    put_reply(cmd, "");
    assert_reply(cmd, NULL, 0);
    put_reply(cmd, "9000");
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, NULL), S_OK);
    assert_reply(cmd, NULL, 0);
}

static void test_put_ApduReply__up_to_the_largest(void **state) {
    ISCardCmd *cmd = *state;
    LONG length = 0;
    IByteBuffer *largest = buffer_filled(APDU_REPLY_MAX), *larger = buffer_filled(APDU_REPLY_MAX + 1);
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, largest), S_OK);
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, larger), E_INVALIDARG);
    assert_int_equal(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_int_equal(length, 65538);
    IByteBuffer_Release(largest);
    IByteBuffer_Release(larger);
}

static void test_put_ApduReplyLength__cuts_and_grows(void **state) {
    ISCardCmd *cmd = *state;
    LONG length = 0;
    receive(cmd, "01020304 9000", -1);
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 4), S_OK);
    assert_reply(cmd, "01020304", 0x0304);
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 8), S_OK);
    assert_reply(cmd, "0102030400000000", 0);
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 1), S_OK);
    assert_reply(cmd, "01", 0);
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, -1), E_INVALIDARG);
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 65539), E_INVALIDARG);
    assert_reply(cmd, "01", 0);
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 65538), S_OK);
    assert_int_equal(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_int_equal(length, 65538);
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 0), S_OK);
    assert_reply(cmd, NULL, 0);
    /* What was cut off does not come back. */
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 3), S_OK);
    assert_reply(cmd, "000000", 0);
}

static void test_put_ReplyStatus__replaces_or_appends(void **state) {
    ISCardCmd *cmd = *state;
    assert_int_equal(ISCardCmd_put_ReplyStatus(cmd, 0x6A82), S_OK);
    assert_reply(cmd, "6A82", 0x6A82);
    receive(cmd, "0102 9000", -1);
    assert_int_equal(ISCardCmd_put_ReplyStatus(cmd, 0x6282), S_OK);
    assert_reply(cmd, "0102 6282", 0x6282);
    put_reply(cmd, "AA");
    assert_int_equal(ISCardCmd_put_ReplyStatus(cmd, 0x9000), S_OK);
    assert_reply(cmd, "AA 9000", 0x9000);
}

static void test_ReplyNad__of_a_reply_over_t1(void **state) {
    ISCardCmd *cmd = *state;
    BYTE nad = 0xEE;
    receive(cmd, "9000", 0x12);
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, &nad), S_OK);
    assert_int_equal(nad, 0x12);
    receive(cmd, "9000", 0);
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, &nad), S_OK);
    assert_int_equal(nad, 0);
    receive(cmd, "9000", -1);
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, &nad), E_ACCESSDENIED);
    assert_int_equal(ISCardCmd_put_ReplyNad(cmd, 0xFF), S_OK);
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, &nad), S_OK);
    assert_int_equal(nad, 0xFF);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, NULL), S_OK);
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, &nad), E_ACCESSDENIED);
}

static void test_reply__dropped_by_a_new_command_only(void **state) {
    ISCardCmd *cmd = *state;
    IByteBuffer *apdu = buffer_from_hex("00B0000008");
    receive(cmd, "01 9000", 5);
    assert_int_equal(ISCardCmd_put_Apdu(cmd, apdu), S_OK);
    assert_int_equal(ISCardCmd_put_P1(cmd, 1), S_OK);
    assert_int_equal(ISCardCmd_put_Data(cmd, NULL), S_OK);
    assert_reply(cmd, "01 9000", 0x9000);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, NULL), S_OK);
    assert_reply(cmd, NULL, 0);
    receive(cmd, "01 9000", 5);
    assert_int_equal(ISCardCmd_Encapsulate(cmd, apdu, ISO_CASE_2), S_OK);
    assert_reply(cmd, NULL, 0);
    receive(cmd, "01 9000", 5);
    assert_int_equal(ISCardCmd_Clear(cmd), S_OK);
    assert_reply(cmd, NULL, 0);
    IByteBuffer_Release(apdu);
}

/* Settings */

static void test_settings__kept_by_a_new_command_and_cleared(void **state) {
    ISCardCmd *cmd = *state;
    BYTE value = 0;
    LONG length = -1;
    assert_int_equal(ISCardCmd_put_Nad(cmd, 0x21), S_OK);
    assert_int_equal(ISCardCmd_put_AlternateClassId(cmd, 0x00), S_OK);
    assert_int_equal(ISCardCmd_get_AlternateClassId(cmd, &value), S_OK);
    assert_int_equal(value, 0);
    assert_int_equal(ISCardCmd_put_AlternateClassId(cmd, 0xFF), S_OK);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xA4, 0, 0, NULL, NULL), S_OK);
    assert_int_equal(ISCardCmd_get_AlternateClassId(cmd, &value), S_OK);
    assert_int_equal(value, 0xFF);
    assert_int_equal(ISCardCmd_get_Nad(cmd, &value), S_OK);
    assert_int_equal(value, 0x21);
    assert_int_equal(ISCardCmd_Clear(cmd), S_OK);
    assert_int_equal(ISCardCmd_get_Nad(cmd, &value), S_OK);
    assert_int_equal(value, 0);
    value = 0xEE;
    assert_int_equal(ISCardCmd_get_AlternateClassId(cmd, &value), E_ACCESSDENIED);
    assert_int_equal(value, 0);
    assert_int_equal(ISCardCmd_get_ApduLength(cmd, &length), S_OK);
    assert_int_equal(length, 0);
}

/* For the card object */

static void test_open__shows_the_command_and_its_settings(void **state) {
    ISCardCmd *cmd = *state;
    struct cmd_view view;
    const uint8_t expected[] = {0xA0, 0xB2, 0x01, 0x04, 0x10};
    LONG le = 0x10;
    memset(&view, 0xEE, sizeof view);
    assert_int_equal(cmd_open(cmd, &view, NULL), CMD_OPEN);
    cmd_close(cmd, -1);
    assert_null(view.apdu);
    assert_null(view.parsed);
    assert_int_equal(view.size, 0);
    assert_int_equal(view.options.nad, 0);
    assert_false(view.options.alternate_class_set);
    assert_false(view.options.raw);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0xA0, 0xB2, 1, 4, NULL, &le), S_OK);
    assert_int_equal(ISCardCmd_put_Nad(cmd, 0x42), S_OK);
    assert_int_equal(ISCardCmd_put_AlternateClassId(cmd, 0xA0), S_OK);
    assert_int_equal(cmd_open(cmd, &view, NULL), CMD_OPEN);
    cmd_close(cmd, -1);
    assert_int_equal(view.size, sizeof expected);
    assert_memory_equal(view.apdu, expected, sizeof expected);
    assert_int_equal(view.options.nad, 0x42);
    assert_true(view.options.alternate_class_set);
    assert_int_equal(view.options.alternate_class, 0xA0);
    assert_false(view.options.raw);
}

static void test_open__reply_memory_is_kept(void **state) {
    ISCardCmd *cmd = *state;
    struct cmd_view view;
    receive(cmd, "0102 9000", -1);
    assert_int_equal(cmd_open(cmd, &view, NULL), CMD_OPEN);
    const uint8_t *memory = view.reply->bytes;
    cmd_close(cmd, -1);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, NULL), S_OK);
    assert_int_equal(cmd_open(cmd, &view, NULL), CMD_OPEN);
    assert_int_equal(view.reply->size, 0);
    assert_ptr_equal(view.reply->bytes, memory);
    assert_int_equal(view.reply->room, 512);
    cmd_close(cmd, -1);
}

static void test_open__not_another_implementation(void **state) {
    (void)state;
    struct cmd_view view;
    const ISCardCmdVtbl vtbl = {0};
    ISCardCmd foreign = {.lpVtbl = &vtbl};
    assert_int_equal(cmd_open(&foreign, &view, NULL), CMD_FOREIGN);
    assert_false(cmd_drop_reply(&foreign));
}

struct waiting {
    ISCardCmd *cmd;
    atomic_bool done;
};

static void *wait_for_length(void *argument) {
    struct waiting *waiting = argument;
    LONG length;
    ISCardCmd_get_ApduLength(waiting->cmd, &length);
    atomic_store(&waiting->done, true);
    return NULL;
}

static void test_open__keeps_other_threads_out(void **state) {
    struct waiting waiting = {.cmd = *state};
    struct cmd_view view;
    pthread_t thread;
    atomic_init(&waiting.done, false);
    assert_int_equal(cmd_open(waiting.cmd, &view, NULL), CMD_OPEN);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_length, &waiting), 0);
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
    assert_false(atomic_load(&waiting.done));
    const struct lock_limit limit = {.deadline = clock_deadline(20)};
    assert_int_equal(cmd_open(waiting.cmd, &view, NULL), CMD_BUSY);
    assert_int_equal(cmd_open(waiting.cmd, &view, &limit), CMD_LATE);
    assert_true(cmd_drop_reply(waiting.cmd)); /* not that of another thread's call */
    cmd_close(waiting.cmd, -1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(atomic_load(&waiting.done));
}

static void *rebuild(void *argument) {
    ISCardCmd *cmd = argument;
    IByteBuffer *data = NULL;
    for (LONG i = 0; i < 2000; ++i) {
        LONG le = i % 400;
        ISCardCmd_BuildCmd(cmd, 0, 0xB0, (BYTE)i, 0, data, &le);
        ISCardCmd_put_ApduReplyLength(cmd, i % 300);
        if (data)
            IByteBuffer_Release(data);
        data = NULL;
        ISCardCmd_get_Apdu(cmd, &data);
    }
    if (data)
        IByteBuffer_Release(data);
    return NULL;
}

static void test_threads__never_see_half_a_command(void **state) {
    ISCardCmd *cmd = *state;
    const struct lock_limit forever = {.deadline = CLOCK_NEVER};
    pthread_t threads[3];
    for (size_t i = 0; i < 3; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, rebuild, cmd), 0);
    for (size_t i = 0; i < 2000; ++i) {
        struct cmd_view view;
        struct apdu apdu;
        assert_int_equal(cmd_open(cmd, &view, &forever), CMD_OPEN);
        assert_true(!view.apdu || apdu_parse(view.apdu, view.size, &apdu));
        cmd_close(cmd, -1);
    }
    for (size_t i = 0; i < 3; ++i)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_reply__none_at_first),
        CASE(test_reply__as_the_card_sent_it),
        CASE(test_reply__buffer_is_a_copy_at_its_start),
        CASE(test_put_ApduReply__any_bytes),
        CASE(test_put_ApduReply__up_to_the_largest),
        CASE(test_put_ApduReplyLength__cuts_and_grows),
        CASE(test_put_ReplyStatus__replaces_or_appends),
        CASE(test_ReplyNad__of_a_reply_over_t1),
        CASE(test_reply__dropped_by_a_new_command_only),
        CASE(test_settings__kept_by_a_new_command_and_cleared),
        CASE(test_open__shows_the_command_and_its_settings),
        CASE(test_open__reply_memory_is_kept),
        CASE(test_open__not_another_implementation),
        CASE(test_open__keeps_other_threads_out),
        CASE(test_threads__never_see_half_a_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

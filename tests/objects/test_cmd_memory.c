/*
 * Commands when memory runs out, and what is left in memory when they are gone. The allocator is wrapped: it
 * fails when told to, and looks at what is given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "com/com.h"
#include "objects/cmd.h"
#include "objects/iso7816cmd.h"
#include "support/kits/buffers.h"

#define NEVER SIZE_MAX
#define SECRET 0xA7

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);

/* Allocations that still succeed. */
static size_t allowance = NEVER;
/* The block to look at when it is freed. */
static const uint8_t *watched;
static size_t watched_size, secrets_left;
/* Where in the block secrets are looked for: before that lie an object's pointers, with any byte in them. */
static size_t watched_from;
static bool watched_freed;

static bool allowed(void) {
    if (allowance == NEVER)
        return true;
    if (allowance == 0)
        return false;
    --allowance;
    return true;
}

void *__wrap_malloc(size_t size) {
    return allowed() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size) {
    return allowed() ? __real_calloc(count, size) : NULL;
}

static void count_secrets(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; ++i)
        secrets_left += bytes[i] == SECRET ? 1u : 0u;
}

void __wrap_free(void *memory) {
    if (memory && memory == watched) {
        watched_freed = true;
        count_secrets(watched + watched_from, watched_size - watched_from);
        watched = NULL;
    }
    __real_free(memory);
}

static void watch(const uint8_t *bytes, size_t size) {
    watched = bytes;
    watched_size = size;
    watched_from = 0;
    watched_freed = false;
    secrets_left = 0;
}

static IByteBuffer *secret_buffer(size_t size) {
    IByteBuffer *buffer = buffer_filled(size);
    LONG written;
    const BYTE secret = SECRET;
    assert_int_equal(IByteBuffer_Seek(buffer, 0, 0, NULL), S_OK);
    for (size_t i = 0; i < size; ++i)
        assert_int_equal(IByteBuffer_Write(buffer, (BYTE *)(uintptr_t)&secret, 1, &written), S_OK);
    return buffer;
}

/* Out of memory */

struct scene {
    ISCardCmd *cmd;
    IByteBuffer *data, *apdu;
};

typedef HRESULT (*operation)(const struct scene *scene);

static HRESULT do_build(const struct scene *scene) {
    LONG le = 256;
    return ISCardCmd_BuildCmd(scene->cmd, 0x80, 1, 2, 3, scene->data, &le);
}

static HRESULT do_put_apdu(const struct scene *scene) {
    return ISCardCmd_put_Apdu(scene->cmd, scene->apdu);
}

static HRESULT do_put_data(const struct scene *scene) {
    return ISCardCmd_put_Data(scene->cmd, scene->data);
}

static HRESULT do_encapsulate(const struct scene *scene) {
    return ISCardCmd_Encapsulate(scene->cmd, scene->apdu, ISO_CASE_4);
}

static HRESULT do_put_reply(const struct scene *scene) {
    return ISCardCmd_put_ApduReply(scene->cmd, scene->data);
}

static HRESULT do_put_reply_length(const struct scene *scene) {
    return ISCardCmd_put_ApduReplyLength(scene->cmd, 3000);
}

static HRESULT do_get_apdu(const struct scene *scene) {
    IByteBuffer *buffer = scene->data;
    const HRESULT hr = ISCardCmd_get_Apdu(scene->cmd, &buffer);
    if (FAILED(hr))
        assert_null(buffer);
    else
        IByteBuffer_Release(buffer);
    return hr;
}

static HRESULT do_get_reply(const struct scene *scene) {
    IByteBuffer *buffer = scene->data;
    const HRESULT hr = ISCardCmd_get_ApduReply(scene->cmd, &buffer);
    if (FAILED(hr))
        assert_null(buffer);
    else
        IByteBuffer_Release(buffer);
    return hr;
}

static void assert_unchanged(ISCardCmd *cmd) {
    IByteBuffer *buffer = NULL;
    BYTE nad = 0;
    assert_int_equal(ISCardCmd_get_Apdu(cmd, &buffer), S_OK);
    assert_buffer_hex(buffer, "00B0000010");
    assert_int_equal(ISCardCmd_get_ApduReply(cmd, &buffer), S_OK);
    assert_buffer_hex(buffer, "AABB 9000");
    assert_int_equal(ISCardCmd_get_ReplyNad(cmd, &nad), S_OK);
    assert_int_equal(nad, 7);
}

static void set_the_scene(struct scene *scene) {
    assert_int_equal(cmd_create(&scene->cmd), S_OK);
    IByteBuffer *apdu = buffer_from_hex("00B0000010"), *reply = buffer_from_hex("AABB 9000");
    assert_int_equal(ISCardCmd_put_Apdu(scene->cmd, apdu), S_OK);
    assert_int_equal(ISCardCmd_put_ApduReply(scene->cmd, reply), S_OK);
    assert_int_equal(ISCardCmd_put_ReplyNad(scene->cmd, 7), S_OK);
    IByteBuffer_Release(apdu);
    IByteBuffer_Release(reply);
    scene->data = buffer_filled(1000);
    ISCardCmd *other;
    assert_int_equal(cmd_create(&other), S_OK);
    assert_int_equal(ISCardCmd_BuildCmd(other, 1, 2, 3, 4, scene->data, NULL), S_OK);
    assert_int_equal(ISCardCmd_get_Apdu(other, &scene->apdu), S_OK);
    ISCardCmd_Release(other);
}

/* Lets the operation fail at its first allocation, its second, ..., until it succeeds. */
static void fail_at_each(operation run, size_t least) {
    for (size_t at = 0;; ++at) {
        struct scene scene;
        set_the_scene(&scene);
        allowance = at;
        const HRESULT hr = run(&scene);
        allowance = NEVER;
        if (FAILED(hr)) {
            assert_int_equal(hr, E_OUTOFMEMORY);
            assert_unchanged(scene.cmd);
            assert_int_equal(run(&scene), S_OK);
        }
        IByteBuffer_Release(scene.data);
        IByteBuffer_Release(scene.apdu);
        assert_int_equal(ISCardCmd_Release(scene.cmd), 0);
        assert_int_equal(com_count(), 0);
        if (SUCCEEDED(hr)) {
            assert_true(at >= least);
            return;
        }
        assert_true(at < 32);
    }
}

static void test_no_memory__BuildCmd(void **state) {
    (void)state;
    fail_at_each(do_build, 2);
}

static void test_no_memory__put_Apdu(void **state) {
    (void)state;
    fail_at_each(do_put_apdu, 2);
}

static void test_no_memory__put_Data(void **state) {
    (void)state;
    fail_at_each(do_put_data, 2);
}

static void test_no_memory__Encapsulate(void **state) {
    (void)state;
    fail_at_each(do_encapsulate, 2);
}

static void test_no_memory__put_ApduReply(void **state) {
    (void)state;
    fail_at_each(do_put_reply, 2);
}

static void test_no_memory__put_ApduReplyLength(void **state) {
    (void)state;
    fail_at_each(do_put_reply_length, 1);
}

static void test_no_memory__get_Apdu(void **state) {
    (void)state;
    fail_at_each(do_get_apdu, 1);
}

static void test_no_memory__get_ApduReply(void **state) {
    (void)state;
    fail_at_each(do_get_reply, 1);
}

static void test_no_memory__creators(void **state) {
    (void)state;
    ISCardCmd *cmd = (ISCardCmd *)&allowance;
    ISCardISO7816 *iso = (ISCardISO7816 *)&allowance;
    allowance = 0;
    assert_int_equal(cmd_create(&cmd), E_OUTOFMEMORY);
    assert_int_equal(iso7816cmd_create(&iso), E_OUTOFMEMORY);
    allowance = NEVER;
    assert_null(cmd);
    assert_null(iso);
    assert_int_equal(com_count(), 0);
}

static void test_no_memory__builder_makes_nothing(void **state) {
    (void)state;
    ISCardISO7816 *iso;
    IByteBuffer *data = buffer_filled(1000);
    assert_int_equal(iso7816cmd_create(&iso), S_OK);
    const long before = com_count();
    HRESULT hr = E_OUTOFMEMORY;
    for (size_t at = 0; FAILED(hr); ++at) {
        ISCardCmd *made = NULL;
        allowance = at;
        hr = ISCardISO7816_UpdateBinary(iso, 0, 0, data, &made);
        allowance = NEVER;
        if (FAILED(hr)) {
            assert_int_equal(hr, E_OUTOFMEMORY);
            assert_null(made);
            assert_int_equal(com_count(), before);
        } else {
            assert_true(at >= 3);
            assert_int_equal(ISCardCmd_Release(made), 0);
        }
    }
    IByteBuffer_Release(data);
    ISCardISO7816_Release(iso);
}

/* A short command needs no memory of its own. */
static void test_no_memory__short_commands_need_none(void **state) {
    (void)state;
    ISCardCmd *cmd;
    LONG le = 256;
    assert_int_equal(cmd_create(&cmd), S_OK);
    allowance = 0;
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, &le), S_OK);
    assert_int_equal(ISCardCmd_Clear(cmd), S_OK);
    assert_int_equal(ISCardCmd_put_InstructionId(cmd, 0x84), S_OK);
    allowance = NEVER;
    ISCardCmd_Release(cmd);
}

/* Wiping */

static const uint8_t *command_bytes(ISCardCmd *cmd, size_t *size) {
    struct cmd_view view;
    assert_int_equal(cmd_open(cmd, &view, NULL), CMD_OPEN);
    cmd_close(cmd, -1);
    *size = view.size;
    return view.apdu;
}

static ISCardCmd *secret_command(size_t data) {
    ISCardCmd *cmd;
    IByteBuffer *secret = secret_buffer(data);
    assert_int_equal(cmd_create(&cmd), S_OK);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0x20, 0, 0x81, secret, NULL), S_OK);
    IByteBuffer_Release(secret);
    return cmd;
}

static void test_wipe__short_command_shrunk_and_cleared(void **state) {
    (void)state;
    ISCardCmd *cmd = secret_command(200);
    IByteBuffer *shorter = buffer_from_hex("01");
    size_t size;
    const uint8_t *bytes = command_bytes(cmd, &size);
    assert_int_equal(size, 205);
    assert_int_equal(ISCardCmd_put_Data(cmd, shorter), S_OK);
    IByteBuffer_Release(shorter);
    secrets_left = 0;
    count_secrets(bytes, 205);
    assert_int_equal(secrets_left, 0);
    ISCardCmd_Release(cmd);
    cmd = secret_command(200);
    bytes = command_bytes(cmd, &size);
    assert_int_equal(ISCardCmd_Clear(cmd), S_OK);
    count_secrets(bytes, 205);
    assert_int_equal(secrets_left, 0);
    ISCardCmd_Release(cmd);
}

static void test_wipe__short_command_released(void **state) {
    (void)state;
    ISCardCmd *cmd = secret_command(200);
    size_t size;
    const uint8_t *bytes = command_bytes(cmd, &size);
    /* The bytes lie within the object: the block that is freed is the object itself. */
    const uint8_t *object = (const uint8_t *)cmd;
    assert_true(bytes > object);
    watch(object, (size_t)(bytes - object) + size);
    watched_from = (size_t)(bytes - object);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_true(watched_freed);
    assert_int_equal(secrets_left, 0);
}

static void test_wipe__long_command_given_up_in_every_way(void **state) {
    (void)state;
    for (unsigned way = 0; way < 5; ++way) {
        ISCardCmd *cmd = secret_command(600);
        size_t size;
        const uint8_t *bytes = command_bytes(cmd, &size);
        IByteBuffer *longer = buffer_filled(2000);
        assert_int_equal(size, 607);
        watch(bytes, size);
        if (way == 0)
            assert_int_equal(ISCardCmd_Clear(cmd), S_OK);
        else if (way == 1)
            assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, NULL), S_OK);
        else if (way == 2)
            assert_int_equal(ISCardCmd_put_Data(cmd, longer), S_OK);
        else if (way == 3)
            ISCardCmd_AddRef(cmd);
        assert_int_equal(ISCardCmd_Release(cmd), way == 3 ? 1 : 0);
        if (way == 3)
            assert_int_equal(ISCardCmd_Release(cmd), 0);
        assert_true(watched_freed);
        assert_int_equal(secrets_left, 0);
        IByteBuffer_Release(longer);
    }
}

static void test_wipe__long_command_that_stays_in_its_block(void **state) {
    (void)state;
    ISCardCmd *cmd = secret_command(600);
    IByteBuffer *other = buffer_filled(300);
    size_t size, now;
    const uint8_t *bytes = command_bytes(cmd, &size);
    BYTE first = 0;
    assert_int_equal(IByteBuffer_Seek(other, SECRET, 0, NULL), S_OK);
    assert_int_equal(IByteBuffer_Write(other, &first, 1, &(LONG){0}), S_OK);
    assert_int_equal(ISCardCmd_put_Data(cmd, other), S_OK);
    IByteBuffer_Release(other);
    assert_ptr_equal(command_bytes(cmd, &now), bytes);
    assert_int_equal(now, 307);
    secrets_left = 0;
    count_secrets(bytes, size);
    assert_int_equal(secrets_left, 0);
    ISCardCmd_Release(cmd);
}

static void test_wipe__reply(void **state) {
    (void)state;
    ISCardCmd *cmd;
    struct cmd_view view;
    IByteBuffer *secret = secret_buffer(300);
    assert_int_equal(cmd_create(&cmd), S_OK);
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, secret), S_OK);
    assert_int_equal(cmd_open(cmd, &view, NULL), CMD_OPEN);
    cmd_close(cmd, -1);
    secrets_left = 0;
    assert_int_equal(ISCardCmd_put_ApduReplyLength(cmd, 2), S_OK);
    count_secrets(view.reply->bytes, 300);
    assert_int_equal(secrets_left, 2);
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, secret), S_OK);
    assert_int_equal(ISCardCmd_BuildCmd(cmd, 0, 0xB0, 0, 0, NULL, NULL), S_OK);
    secrets_left = 0;
    count_secrets(view.reply->bytes, 300);
    assert_int_equal(secrets_left, 0);
    assert_int_equal(ISCardCmd_put_ApduReply(cmd, secret), S_OK);
    watch(view.reply->bytes, 300);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_true(watched_freed);
    assert_int_equal(secrets_left, 0);
    IByteBuffer_Release(secret);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_memory__BuildCmd),
        cmocka_unit_test(test_no_memory__put_Apdu),
        cmocka_unit_test(test_no_memory__put_Data),
        cmocka_unit_test(test_no_memory__Encapsulate),
        cmocka_unit_test(test_no_memory__put_ApduReply),
        cmocka_unit_test(test_no_memory__put_ApduReplyLength),
        cmocka_unit_test(test_no_memory__get_Apdu),
        cmocka_unit_test(test_no_memory__get_ApduReply),
        cmocka_unit_test(test_no_memory__creators),
        cmocka_unit_test(test_no_memory__builder_makes_nothing),
        cmocka_unit_test(test_no_memory__short_commands_need_none),
        cmocka_unit_test(test_wipe__short_command_shrunk_and_cleared),
        cmocka_unit_test(test_wipe__short_command_released),
        cmocka_unit_test(test_wipe__long_command_given_up_in_every_way),
        cmocka_unit_test(test_wipe__long_command_that_stays_in_its_block),
        cmocka_unit_test(test_wipe__reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

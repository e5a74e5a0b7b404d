/* The exchange engine where memory is short: no reply, and nothing left where answers come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/exchange.h"
#include "script.h"
#include "support/fakes/allocator.h"

#define ALL 100u

/* Runs the command with 0, 1, 2 ... allocations until it succeeds; returns how many that took. */
static size_t needed(const struct setting *setting, const char *command, const struct step *steps,
                     size_t count) {
    uint8_t bytes[600];
    const size_t size = unhex(command, bytes, sizeof bytes);
    for (size_t allowed = 0; allowed < ALL; ++allowed) {
        struct script script = {.steps = steps, .count = count};
        struct exchange exchange = exchange_begin(setting, script_transmit, script_go_on, &script);
        struct exchange_reply reply = {0};
        allocator_allow(allowed);
        const uint32_t code = exchange_run(&exchange, bytes, size, &reply);
        allocator_allow(ALLOCATOR_UNLIMITED);
        if (code == EXCHANGE_OK)
            assert_int_equal(script.at, count);
        else
            assert_int_equal(reply.size, 0);
        (void)exchange_end(&exchange);
        exchange_reply_clear(&reply);
        if (code == EXCHANGE_OK)
            return allowed;
        assert_int_equal(code, EXCHANGE_NO_MEMORY);
    }
    fail_msg("%s never succeeds", command);
    return 0;
}

/* An answer of so many bytes AA, and its status word. */
static const char *answer(char *text, size_t data, const char *sw) {
    for (size_t i = 0; i < data; ++i)
        memcpy(text + 2 * i, "AA", 2);
    strcpy(text + 2 * data, sw);
    return text;
}

static void test_memory__reply(void **state) {
    char only[600], first[600], second[600];
    const struct step many[] = {{"00CA000000", first, 0}, {"00C0000000", second, 0}};
    const struct step one[] = {{"0084000008", answer(only, 8, "9000"), 0}};
    (void)state;
    assert_int_equal(needed(&t1, "0084000008", one, 1), 1);
    assert_int_equal(needed(&t0, "0084000008", one, 1), 1);
    answer(first, 200, "6100");
    answer(second, 256, "9000");
    assert_int_equal(needed(&t1, "00CA000000", many, 2), 2); /* room for the first part, and for both */
    assert_int_equal(needed(&t0, "00CA000000", many, 2), 2);
}

static void test_memory__command_once_more(void **state) {
    const struct step steps[] = {{"0084000000", "6C02", 0}, {"0084000002", "AABB 9000", 0}};
    (void)state;
    assert_int_equal(needed(&t1, "0084000000", steps, 2), 2); /* the reply, and the command with its Le */
}

static void test_memory__envelope(void **state) {
    char command[700], first[600], second[600];
    struct step steps[2] = {{first, "9000", 0}, {second, "9000", 0}};
    (void)state;
    strcpy(command, "00D60000 00012C"); /* 300 bytes: with its seven before them 255 and 52 */
    answer(command + strlen(command), 300, "");
    strcpy(first, "00C20000FF 00D6000000012C");
    answer(first + strlen(first), 248, "");
    strcpy(second, "00C2000034");
    answer(second + strlen(second), 52, "");
    assert_int_equal(needed(&t0, command, steps, 2), 1);
}

static void test_memory__raw(void **state) {
    static const struct setting raw = {EXCHANGE_T1, true, -1};
    const struct step steps[] = {{"FFEE", "AA", 0}};
    (void)state;
    assert_int_equal(needed(&raw, "FFEE", steps, 1), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__reply),
        cmocka_unit_test(test_memory__command_once_more),
        cmocka_unit_test(test_memory__envelope),
        cmocka_unit_test(test_memory__raw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

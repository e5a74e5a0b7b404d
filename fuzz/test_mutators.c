/* The mutators of the fuzz targets: they stay within their room, and keep sound what they say they do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/apdu.h"
#include "apdu/atr.h"
#include "apdu/tlv.h"
#include "backends/faults/script.h"
#include "mutators/calls.h"
#include "mutators/mutators.h"

#define ROUNDS 20000u
#define ROOM_MAX 700u

static unsigned given_up; /* inputs that were left to libFuzzer */

/* In libFuzzer's place: changes a byte, or makes one. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room) {
    assert_true(size <= room && room);
    ++given_up;
    data[size ? given_up % size : 0] ^= (uint8_t)(1 + given_up % 255);
    return size ? size : 1;
}

/* What an input is to be afterwards; NULL: anything. */
typedef int judgement(const uint8_t *data, size_t size);

/* Many changes one after the other, in memory of just that room. Returns how many inputs were sound. */
static unsigned play(mutator *mutate, const void *seed, size_t seed_size, judgement *is_sound) {
    unsigned sound = 0;
    given_up = 0;
    for (unsigned i = 0; i < ROUNDS; ++i) {
        const size_t room = seed_size + i % (ROOM_MAX - seed_size) + 1;
        uint8_t *const data = malloc(room);
        size_t size = seed_size;
        assert_non_null(data);
        memcpy(data, seed, seed_size);
        for (unsigned change = 0; change < 4; ++change) {
            size = mutate(data, size, room, i * 7919u + change);
            assert_true(size >= 1 && size <= room);
        }
        sound += is_sound(data, size) != 0;
        free(data);
    }
    return sound;
}

static int is_command(const uint8_t *data, size_t size) {
    struct apdu apdu;
    return apdu_parse(data, size, &apdu);
}

static int is_atr(const uint8_t *data, size_t size) {
    struct atr atr;
    return atr_parse(data, size, &atr) == ATR_OK;
}

static int is_tlv(const uint8_t *data, size_t size) {
    struct tlv_reader reader = {data, size};
    struct tlv_object object;
    while (tlv_next(&reader, &object))
        ;
    return reader.left == 0;
}

static int is_script(const uint8_t *data, size_t size) {
    struct script script;
    const bool read = fault_script_parse((const char *)data, size, &script, NULL, 0);
    const int sound = read && script.count;
    fault_script_clear(&script);
    return sound;
}

static int is_calls(const uint8_t *data, size_t size) {
    (void)data;
    return size % CALL_SIZE == 0;
}

static int is_anything(const uint8_t *data, size_t size) {
    (void)data;
    return size != 0;
}

static void test_apdu__stays_a_command(void **state) {
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
    (void)state;
    assert_true(play(mutate_apdu, select, sizeof select, is_command) > ROUNDS * 8 / 10);
}

static void test_atr__is_often_sound(void **state) {
    static const uint8_t atr[] = {0x3B, 0x81, 0x01, 0x42, 0xC2};
    (void)state;
    assert_true(play(mutate_atr, atr, sizeof atr, is_atr) > ROUNDS / 8);
    assert_true(given_up < ROUNDS / 10); /* where a whole one has no room */
}

static void test_tlv__lengths_are_right(void **state) {
    static const uint8_t fcp[] = {0x62, 0x08, 0x80, 0x02, 0x01, 0x00, 0x83, 0x02, 0x3F, 0x00};
    (void)state;
    assert_true(play(mutate_tlv, fcp, sizeof fcp, is_tlv) > ROUNDS * 7 / 10);
}

static void test_json__stays_in_its_room(void **state) {
    static const char image[] = "{\"format\": \"x\", \"mf\": {\"files\": [1, 2, {\"id\": \"0001\"}]}}";
    (void)state;
    assert_int_equal(play(mutate_json, image, sizeof image - 1, is_anything), ROUNDS);
    assert_true(given_up < ROUNDS);
}

static void test_vpcd__stays_in_its_room(void **state) {
    static const uint8_t messages[] = {0, 1, 4, 0, 1, 1, 0, 5, 0, 0xB0, 0, 0, 0};
    (void)state;
    assert_int_equal(play(mutate_vpcd, messages, sizeof messages, is_anything), ROUNDS);
    assert_true(given_up < ROUNDS);
}

static void test_calls__are_whole(void **state) {
    static const uint8_t call[CALL_SIZE] = {0, 5, 1, 2};
    (void)state;
    assert_int_equal(play(mutate_calls, call, sizeof call, is_calls), ROUNDS);
}

static void test_faults__are_rules(void **state) {
    static const char script[] =
        "seed 9\nreader \"A;#\" ins B0 after 1: sw 6F00; : mute # 2; 3\nat 1 s: swap \"B\"";
    (void)state;
    assert_true(play(mutate_faults, script, sizeof script - 1, is_script) > ROUNDS * 7 / 10);
    assert_true(given_up < ROUNDS / 10); /* where nothing more has room */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apdu__stays_a_command),   cmocka_unit_test(test_atr__is_often_sound),
        cmocka_unit_test(test_tlv__lengths_are_right),  cmocka_unit_test(test_json__stays_in_its_room),
        cmocka_unit_test(test_vpcd__stays_in_its_room), cmocka_unit_test(test_calls__are_whole),
        cmocka_unit_test(test_faults__are_rules),
    };
    return cmocka_run_group_tests_name("mutators", tests, NULL, NULL);
}

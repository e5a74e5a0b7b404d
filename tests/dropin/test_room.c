/* Results into a program's buffers: lengths asked for, too little room, memory made for it. */
#include "dropin/room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dropin/program.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5};

static void test_fill__fits(void **state) {
    uint8_t buffer[6] = {9, 9, 9, 9, 9, 9};
    DWORD told = 0;
    (void)state;
    assert_code(room_fill(buffer, sizeof buffer, &told, bytes, sizeof bytes, ROOM_WHOLE), SCARD_S_SUCCESS);
    assert_int_equal(told, 5);
    assert_memory_equal(buffer, ((uint8_t[]){1, 2, 3, 4, 5, 9}), 6);
    assert_code(room_fill(buffer, 5, &told, bytes, sizeof bytes, ROOM_PARTLY), SCARD_S_SUCCESS);
}

static void test_fill__length_only(void **state) {
    DWORD told = 0;
    (void)state;
    assert_code(room_fill(NULL, 0, &told, bytes, sizeof bytes, ROOM_WHOLE), SCARD_S_SUCCESS);
    assert_int_equal(told, 5);
    assert_code(room_fill(NULL, 3, &told, bytes, sizeof bytes, ROOM_PARTLY), SCARD_S_SUCCESS);
    assert_int_equal(told, 5);
}

static void test_fill__too_little_room(void **state) {
    uint8_t buffer[5] = {9, 9, 9, 9, 9};
    DWORD told = 0;
    (void)state;
    assert_code(room_fill(buffer, 4, &told, bytes, sizeof bytes, ROOM_WHOLE), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(told, 5);
    assert_memory_equal(buffer, ((uint8_t[]){9, 9, 9, 9, 9}), 5);
    assert_code(room_fill(buffer, 0, &told, bytes, sizeof bytes, ROOM_PARTLY), SCARD_E_INSUFFICIENT_BUFFER);
    assert_memory_equal(buffer, ((uint8_t[]){9, 9, 9, 9, 9}), 5);
    assert_code(room_fill(buffer, 2, &told, bytes, sizeof bytes, ROOM_PARTLY), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(told, 5);
    assert_memory_equal(buffer, ((uint8_t[]){1, 2, 9, 9, 9}), 5);
}

static void test_fill__new_memory(void **state) {
    uint8_t *memory = NULL;
    DWORD told = 0;
    (void)state;
    assert_code(room_fill(&memory, SCARD_AUTOALLOCATE, &told, bytes, sizeof bytes, ROOM_WHOLE),
                SCARD_S_SUCCESS);
    assert_int_equal(told, 5);
    assert_memory_equal(memory, bytes, 5);
    free(memory);
    assert_code(room_fill(&memory, SCARD_AUTOALLOCATE, &told, bytes, 0, ROOM_WHOLE), SCARD_S_SUCCESS);
    assert_int_equal(told, 0);
    assert_non_null(memory);
    free(memory);
}

static void test_fill__new_memory_without_a_place_for_it(void **state) {
    DWORD told = 0;
    (void)state;
    assert_code(room_fill(NULL, SCARD_AUTOALLOCATE, &told, bytes, sizeof bytes, ROOM_WHOLE),
                SCARD_E_INVALID_PARAMETER);
    assert_int_equal(told, 5);
}

static void test_fill__new_memory_at_an_odd_address(void **state) {
    char place[sizeof(void *) + 1];
    void *memory = NULL;
    DWORD told = 0;
    (void)state;
    assert_code(room_fill(place + 1, SCARD_AUTOALLOCATE, &told, bytes, sizeof bytes, ROOM_WHOLE),
                SCARD_S_SUCCESS);
    memcpy(&memory, place + 1, sizeof memory);
    assert_memory_equal(memory, bytes, 5);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill__fits),
        cmocka_unit_test(test_fill__length_only),
        cmocka_unit_test(test_fill__too_little_room),
        cmocka_unit_test(test_fill__new_memory),
        cmocka_unit_test(test_fill__new_memory_without_a_place_for_it),
        cmocka_unit_test(test_fill__new_memory_at_an_odd_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

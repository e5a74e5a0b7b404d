/* What is refused before a card hears of an exchange, and what an exchange that failed leaves. */
#include "rig.h"

/* A command that the slow card does not know: 6D00. */
static const uint8_t unknown[] = {0x00, 0xB0, 0x00, 0x00, 0x01};

/* Whatever the card would say, SW1 and SW2 must have room: without it the card is not asked. */
static void test_transmit__room_for_sw1_sw2(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a);
    uint8_t answer[3] = {0xAA, 0xAA, 0xAA};
    for (size_t room = 0; room < 2; ++room) {
        size_t size = room;
        assert_int_equal(rm_transmit(card, 0, unknown, sizeof unknown, answer, &size, RM_WITHIN(SOON)),
                         RM_E_INSUFFICIENT_BUFFER);
        assert_int_equal(size, 0);
        assert_int_equal(rig->slow->exchanges, 0);
        assert_int_equal(answer[0], 0xAA);
    }
    size_t size = 2;
    assert_int_equal(rm_transmit(card, 0, unknown, sizeof unknown, answer, &size, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(size, 2);
    assert_int_equal(rig->slow->exchanges, 1);
    assert_memory_equal(answer, ((const uint8_t[]){0x6D, 0x00, 0xAA}), 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_transmit__room_for_sw1_sw2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

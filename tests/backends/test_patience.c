/* What connecting bears with for a card's own start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backends/patience.h"

static void test_least__alone_or_not(void **state) {
    static const struct {
        rm_status found;
        uint32_t state, least_ms;
    } rows[] = {
        {RM_OK, RM_STATE_PRESENT, 5000},
        {RM_OK, RM_STATE_PRESENT | RM_STATE_UNPOWERED, 5000},
        {RM_OK, RM_STATE_PRESENT | RM_STATE_INUSE, 300},
        {RM_OK, RM_STATE_PRESENT | RM_STATE_INUSE | RM_STATE_EXCLUSIVE, 300},
        {RM_OK, RM_STATE_PRESENT | RM_STATE_EXCLUSIVE, 300},
        {RM_E_UNKNOWN_READER, RM_STATE_PRESENT, 300},
        {RM_E_NO_SERVICE, 0, 300},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        assert_int_equal(patience_least(rows[i].found, rows[i].state), rows[i].least_ms);
}

/* 1.5 s in steps of 50 ms, one cold start, and then the answer is believed. */
static void test_next__unpowered_for_good(void **state) {
    uint32_t waited_ms = 0;
    (void)state;
    for (unsigned i = 0; i < 1500 / 50; ++i)
        assert_int_equal(patience_next(RM_W_UNPOWERED_CARD, &waited_ms), PATIENCE_TRY_AGAIN);
    assert_int_equal(patience_next(RM_W_UNPOWERED_CARD, &waited_ms), PATIENCE_COLD_START);
    assert_int_equal(patience_next(RM_W_UNPOWERED_CARD, &waited_ms), PATIENCE_DONE);
    assert_int_equal(patience_next(RM_W_UNPOWERED_CARD, &waited_ms), PATIENCE_DONE);
}

/* Whatever else is said is the answer, at first and in the middle. */
static void test_next__answered(void **state) {
    static const rm_status answers[] = {RM_OK, RM_E_NO_SMARTCARD, RM_W_UNRESPONSIVE_CARD, RM_W_RESET_CARD,
                                        RM_E_TIMEOUT};
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; ++i) {
        uint32_t waited_ms = 0;
        assert_int_equal(patience_next(answers[i], &waited_ms), PATIENCE_DONE);
        assert_int_equal(patience_next(RM_W_UNPOWERED_CARD, &waited_ms), PATIENCE_TRY_AGAIN);
        assert_int_equal(patience_next(answers[i], &waited_ms), PATIENCE_DONE);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least__alone_or_not),
        cmocka_unit_test(test_next__unpowered_for_good),
        cmocka_unit_test(test_next__answered),
    };
    return cmocka_run_group_tests_name("backends/patience", tests, NULL, NULL);
}

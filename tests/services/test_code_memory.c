/* No code is left in memory that has been given back, whatever a card answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "services/code.h"
#include "support/fakes/allocator.h"
#include "support/fakes/watching_link.h"

#define CODE (const uint8_t *)"1234", 4

static const struct code code = {.form = {.size = 8, .pad = 0xFF}, .reference = 0x81};
static void test_copies__are_wiped(void **state) {
    static const HRESULT outcomes[] = {S_OK, SCARD_W_REMOVED_CARD};
    struct watching_link card;
    (void)state;
    watching_link_init(&card);
    card.sw = 0x63C1;
    for (size_t i = 0; i < 2; ++i) {
        card.outcome = outcomes[i];
        assert_true(FAILED(code_verify(&card.link, &code, CODE)));
        assert_int_equal(card.sent, 8);
        assert_true(allocator_saw_zeros());
        assert_true(FAILED(code_change(&card.link, &code, CODE, CODE)));
        assert_int_equal(card.sent, 16);
        assert_true(allocator_saw_zeros());
        assert_true(FAILED(code_require(&card.link, &code, true, CODE)));
        assert_true(allocator_saw_zeros());
        assert_true(FAILED(code_unblock(&card.link, &code, 12345678)));
        assert_true(allocator_saw_zeros());
    }
}

static void test_copies__without_memory_nothing_is_sent(void **state) {
    struct watching_link card;
    (void)state;
    watching_link_init(&card);
    allocator_allow(0);
    const HRESULT verified = code_verify(&card.link, &code, CODE);
    const HRESULT changed = code_change(&card.link, &code, CODE, CODE);
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_int_equal((uint32_t)verified, (uint32_t)E_OUTOFMEMORY);
    assert_int_equal((uint32_t)changed, (uint32_t)E_OUTOFMEMORY);
    assert_int_equal(card.sent, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies__are_wiped),
        cmocka_unit_test(test_copies__without_memory_nothing_is_sent),
    };
    return cmocka_run_group_tests_name("code_memory", tests, NULL, NULL);
}

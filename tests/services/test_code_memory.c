/* No code is left in memory that has been given back, whatever a card answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "services/code.h"
#include "support/fakes/allocator.h"

#define CODE (const uint8_t *)"1234", 4

static const struct code code = {.form = {.size = 8, .pad = 0xFF}, .reference = 0x81};
static HRESULT outcome;
static size_t sent;

/* The card: has the memory watched that the command's data lies in. */
static HRESULT watching_send(struct service_link *link, const struct apdu *command,
                             struct service_answer *answer) {
    (void)link;
    sent = command->nc;
    allocator_watch(command->data, command->nc);
    *answer = (struct service_answer){.sw = 0x63C1};
    return outcome;
}

static const struct service_link_ops ops = {.send = watching_send};
static struct service_link card = {.ops = &ops, .command_max = 255, .answer_max = 256};

static void test_copies__are_wiped(void **state) {
    static const HRESULT outcomes[] = {S_OK, SCARD_W_REMOVED_CARD};
    (void)state;
    for (size_t i = 0; i < 2; ++i) {
        outcome = outcomes[i];
        assert_true(FAILED(code_verify(&card, &code, CODE)));
        assert_int_equal(sent, 8);
        assert_true(allocator_saw_zeros());
        assert_true(FAILED(code_change(&card, &code, CODE, CODE)));
        assert_int_equal(sent, 16);
        assert_true(allocator_saw_zeros());
        assert_true(FAILED(code_require(&card, &code, true, CODE)));
        assert_true(allocator_saw_zeros());
        assert_true(FAILED(code_unblock(&card, &code, 12345678)));
        assert_true(allocator_saw_zeros());
    }
}

static void test_copies__without_memory_nothing_is_sent(void **state) {
    (void)state;
    sent = 0;
    allocator_allow(0);
    const HRESULT verified = code_verify(&card, &code, CODE);
    const HRESULT changed = code_change(&card, &code, CODE, CODE);
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_int_equal((uint32_t)verified, (uint32_t)E_OUTOFMEMORY);
    assert_int_equal((uint32_t)changed, (uint32_t)E_OUTOFMEMORY);
    assert_int_equal(sent, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies__are_wiped),
        cmocka_unit_test(test_copies__without_memory_nothing_is_sent),
    };
    return cmocka_run_group_tests_name("code_memory", tests, NULL, NULL);
}

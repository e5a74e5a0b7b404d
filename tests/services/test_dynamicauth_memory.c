/*
 * What a template was made of is not left in memory that has been given back, and without memory nothing is
 * sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/dynamicauth.h"
#include "support/fakes/allocator.h"
#include "support/fakes/watching_link.h"

static const struct dynamicauth request = {.algorithm = 0x0A,
                                           .secret = 0x9B,
                                           .wanted = DYNAMICAUTH_CHALLENGE,
                                           .given = DYNAMICAUTH_RESPONSE,
                                           .bytes = (const uint8_t *)"1234",
                                           .size = 4};
static void test_template__is_wiped(void **state) {
    static const struct {
        HRESULT outcome;
        uint16_t sw;
    } rows[] = {{S_OK, 0x9000}, {S_OK, 0x6982}, {SCARD_W_REMOVED_CARD, 0}};
    struct watching_link card;
    struct service_answer answer;
    (void)state;
    watching_link_init(&card);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        card.outcome = rows[i].outcome;
        card.sw = rows[i].sw;
        assert_true(FAILED(dynamicauth_send(&card.link, &request, &answer)));
        assert_int_equal(card.sent, 10);
        assert_true(allocator_saw_zeros());
    }
}

static void test_template__without_memory_nothing_is_sent(void **state) {
    struct watching_link card;
    struct service_answer answer;
    unsigned failures = 0;
    HRESULT hr = E_OUTOFMEMORY;
    (void)state;
    watching_link_init(&card);
    card.sw = 0x6982;
    for (; hr == E_OUTOFMEMORY; ++failures) {
        assert_int_equal(card.sent, 0);
        allocator_allow(failures);
        hr = dynamicauth_send(&card.link, &request, &answer);
        allocator_allow(ALLOCATOR_UNLIMITED);
    }
    assert_int_equal((uint32_t)hr, (uint32_t)SCARD_W_SECURITY_VIOLATION);
    assert_true(failures > 1);
    assert_int_equal(card.sent, 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template__is_wiped),
        cmocka_unit_test(test_template__without_memory_nothing_is_sent),
    };
    return cmocka_run_group_tests_name("dynamicauth_memory", tests, NULL, NULL);
}

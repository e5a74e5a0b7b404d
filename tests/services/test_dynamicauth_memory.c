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

static const struct dynamicauth request = {.algorithm = 0x0A,
                                           .secret = 0x9B,
                                           .wanted = DYNAMICAUTH_CHALLENGE,
                                           .given = DYNAMICAUTH_RESPONSE,
                                           .bytes = (const uint8_t *)"1234",
                                           .size = 4};
static HRESULT outcome;
static uint16_t sw;
static size_t sent;

/* The card: has the memory watched that the command's data lies in. */
static HRESULT watching_send(struct service_link *link, const struct apdu *command,
                             struct service_answer *answer) {
    (void)link;
    sent = command->nc;
    allocator_watch(command->data, command->nc);
    *answer = (struct service_answer){.sw = sw};
    return outcome;
}

static const struct service_link_ops ops = {.send = watching_send};
static struct service_link card = {.ops = &ops, .command_max = 255, .answer_max = 256};

static void test_template__is_wiped(void **state) {
    static const struct {
        HRESULT outcome;
        uint16_t sw;
    } rows[] = {{S_OK, 0x9000}, {S_OK, 0x6982}, {SCARD_W_REMOVED_CARD, 0}};
    struct service_answer answer;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        outcome = rows[i].outcome;
        sw = rows[i].sw;
        assert_true(FAILED(dynamicauth_send(&card, &request, &answer)));
        assert_int_equal(sent, 10);
        assert_true(allocator_saw_zeros());
    }
}

static void test_template__without_memory_nothing_is_sent(void **state) {
    struct service_answer answer;
    unsigned failures = 0;
    HRESULT hr = E_OUTOFMEMORY;
    (void)state;
    outcome = S_OK;
    sw = 0x6982;
    sent = 0;
    for (; hr == E_OUTOFMEMORY; ++failures) {
        assert_int_equal(sent, 0);
        allocator_allow(failures);
        hr = dynamicauth_send(&card, &request, &answer);
        allocator_allow(ALLOCATOR_UNLIMITED);
    }
    assert_int_equal((uint32_t)hr, (uint32_t)SCARD_W_SECURITY_VIOLATION);
    assert_true(failures > 1);
    assert_int_equal(sent, 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template__is_wiped),
        cmocka_unit_test(test_template__without_memory_nothing_is_sent),
    };
    return cmocka_run_group_tests_name("dynamicauth_memory", tests, NULL, NULL);
}

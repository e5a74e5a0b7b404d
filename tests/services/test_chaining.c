/* Command chaining: where data is cut, what each link is, and what ends a chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "services/chaining.h"
#include "support/fakes/scripted_link.h"

#define FULL 255u

static const struct apdu command = {.cla = 0x04, .ins = 0x87, .p1 = 0x07, .p2 = 0x9A, .ne = 256};
static const uint8_t bytes[2 * FULL + 1];

/* A short command with that many zeros. */
static const char *link_text(char *out, const char *header, size_t size, const char *le) {
    size_t at = (size_t)sprintf(out, "%s %02zX", header, size);
    for (size_t i = 0; i < size; ++i)
        at += (size_t)sprintf(out + at, " 00");
    sprintf(out + at, "%s", le);
    return out;
}

static HRESULT run(const struct scripted_step *steps, size_t count, size_t size,
                   struct service_answer *answer) {
    struct scripted_link card;
    scripted_link_init(&card, steps, count);
    const HRESULT hr =
        chaining_send(&card.link, &command, size ? bytes : NULL, size, SW_USE_AUTHENTICATION, answer);
    scripted_link_end(&card);
    return hr;
}

static void test_cuts(void **state) {
    char full[1024], link[1024], rest[64];
    struct service_answer answer;
    (void)state;
    link_text(full, "04 87 07 9A", FULL, " 00");
    link_text(link, "14 87 07 9A", FULL, "");
    link_text(rest, "04 87 07 9A", 1, " 00");
    const struct scripted_step none[] = {{"04 87 07 9A 00", "90 00", 0}};
    const struct scripted_step one[] = {{rest, "90 00", 0}}, most[] = {{full, "90 00", 0}};
    const struct scripted_step two[] = {{link, "90 00", 0}, {rest, "90 00", 0}};
    const struct scripted_step even[] = {{link, "90 00", 0}, {full, "90 00", 0}};
    const struct scripted_step three[] = {{link, "90 00", 0}, {link, "90 00", 0}, {rest, "90 00", 0}};
    assert_int_equal(run(none, 1, 0, &answer), S_OK);
    assert_int_equal(run(one, 1, 1, &answer), S_OK);
    assert_int_equal(run(most, 1, FULL, &answer), S_OK);
    assert_int_equal(run(two, 2, FULL + 1, &answer), S_OK);
    assert_int_equal(run(even, 2, 2 * FULL, &answer), S_OK);
    assert_int_equal(run(three, 3, 2 * FULL + 1, &answer), S_OK);
    assert_int_equal(answer.sw, 0x9000);
}

static void test_ends_with_what_is_refused(void **state) {
    char link[1024], rest[64];
    struct service_answer answer;
    (void)state;
    link_text(link, "14 87 07 9A", FULL, "");
    link_text(rest, "04 87 07 9A", 1, " 00");
    const struct scripted_step unknown[] = {{link, "68 84", 0}}, early[] = {{link, "AA BB 69 82", 0}};
    const struct scripted_step lost[] = {{link, NULL, SCARD_W_REMOVED_CARD}};
    const struct scripted_step late[] = {{link, "90 00", 0}, {rest, "69 82", 0}};
    assert_int_equal((uint32_t)run(unknown, 1, FULL + 1, &answer), (uint32_t)SCARD_E_UNEXPECTED);
    assert_int_equal((uint32_t)run(early, 1, FULL + 1, &answer), (uint32_t)SCARD_W_SECURITY_VIOLATION);
    assert_int_equal(answer.size, 0);
    assert_int_equal((uint32_t)run(lost, 1, FULL + 1, &answer), (uint32_t)SCARD_W_REMOVED_CARD);
    assert_int_equal((uint32_t)run(late, 2, FULL + 1, &answer), (uint32_t)SCARD_W_SECURITY_VIOLATION);
}

/* There the bit means something else, or nothing. */
static void test_refuses_classes_that_are_not_interindustry(void **state) {
    static const struct apdu other = {.cla = 0xA0, .ins = 0x87, .p1 = 0x07, .p2 = 0x9A};
    static const struct scripted_step one[] = {{"A0 87 07 9A 02 00 00", "90 00", 0}};
    struct service_answer answer = {bytes, 1, 0x9000};
    struct scripted_link card;
    (void)state;
    scripted_link_init(&card, one, 1);
    assert_int_equal((uint32_t)chaining_send(&card.link, &other, bytes, FULL + 1, SW_USE_OTHER, &answer),
                     (uint32_t)SCARD_E_UNSUPPORTED_FEATURE);
    assert_int_equal(answer.size, 0);
    assert_int_equal(chaining_send(&card.link, &other, bytes, 2, SW_USE_OTHER, &answer), S_OK);
    scripted_link_end(&card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_ends_with_what_is_refused),
        cmocka_unit_test(test_refuses_classes_that_are_not_interindustry),
    };
    return cmocka_run_group_tests_name("chaining", tests, NULL, NULL);
}

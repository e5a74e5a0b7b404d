/*
 * Several backends as one, over simulators: names, lists, handles, and members that are missing, fail, come
 * back, are slow or refuse. Waiting has a test of its own (test_wait.c).
 */
#include <string.h>

#include "backends/composite/rig.h"
#include "base/clock.h"

static struct rig rig;

static int open_rig(void **state) {
    (void)state;
    rig_open(&rig);
    return 0;
}

static int close_rig(void **state) {
    (void)state;
    rig_close(&rig);
    return 0;
}

static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

/* Whether the card answers GET CHALLENGE. */
static rm_status ask(struct rm_card *card) {
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status =
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(1000));
    return status == RM_OK && size != 10 ? RM_E_UNEXPECTED : status;
}

static struct rm_card *connected(const char *reader) {
    struct rm_card *card = NULL;
    assert_int_equal(rm_connect(rig.client, reader, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
                                RM_WITHIN(1000), &card),
                     RM_OK);
    assert_string_equal(rm_reader_name(card), reader);
    return card;
}

static void test_names__are_unique_and_stay(void **state) {
    (void)state;
    assert_string_equal(rig_readers(&rig), "Left|Both|Both (2)|Right");
    assert_int_equal(sim_unplug(rig.left, "Both"), RM_OK);
    assert_string_equal(rig_readers(&rig), "Left|Both (2)|Right");
    assert_int_equal(sim_plug(rig.left, "Both", "demo", 0, NULL, 0), RM_OK);
    assert_string_equal(rig_readers(&rig), "Left|Both|Both (2)|Right");
    assert_int_equal(sim_plug(rig.left, "Right", NULL, 0, NULL, 0), RM_OK);
    assert_string_equal(rig_readers(&rig), "Left|Both|Right (2)|Both (2)|Right");
}

static void test_groups__are_told_once(void **state) {
    struct names names = {0};
    (void)state;
    assert_int_equal(rm_list_groups(rig.client, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), 2);
    assert_true(names_has(&names, "SCard$DefaultReaders"));
    names_clear(&names);
}

static void test_connect__to_each_of_two_of_one_name(void **state) {
    (void)state;
    struct rm_card *first = connected("Both"), *second = connected("Both (2)");
    struct rm_card_status a = {.atr_size = 0}, b = {.atr_size = 0};
    assert_int_equal(rm_status_of(first, &a, RM_WITHIN(1000)), RM_OK);
    assert_int_equal(rm_status_of(second, &b, RM_WITHIN(1000)), RM_OK);
    assert_true(a.atr_size != b.atr_size || memcmp(a.atr, b.atr, a.atr_size) != 0);
    assert_int_equal(ask(first), RM_OK);
    assert_int_equal(rm_disconnect(first, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    assert_int_equal(rm_begin(second, RM_WITHIN(1000)), RM_OK);
    assert_true(second->locked);
    assert_int_equal(rm_end(second, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_false(second->locked);
    assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
}

static void test_connect__hands_out_the_members_own_card(void **state) {
    (void)state;
    struct rm_card *own = connected("Both"), *wrapped = connected("Both (2)");
    assert_ptr_equal(own->ops, rig.left->ops);
    assert_ptr_not_equal(wrapped->ops, rig.right->ops);
    /* What is left goes with the context. */
}

static void test_attrib__tells_the_name_that_is_listed(void **state) {
    uint8_t value[64];
    size_t size = sizeof value;
    (void)state;
    struct rm_card *card = connected("Both (2)");
    assert_int_equal(rm_get_attrib(card, RM_ATTR_FRIENDLY_NAME, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, sizeof "Both (2)");
    assert_string_equal((char *)value, "Both (2)");
    assert_int_equal(rm_get_attrib(card, RM_ATTR_FRIENDLY_NAME, NULL, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, sizeof "Both (2)");
    size = 8;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_FRIENDLY_NAME, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
}

static void test_connect__unknown_reader(void **state) {
    struct rm_card *card = NULL;
    (void)state;
    assert_int_equal(rm_connect(rig.client, "None", RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(0), &card),
                     RM_E_UNKNOWN_READER);
    assert_null(card);
    assert_int_equal(sim_unplug(rig.left, "Left"), RM_OK);
    assert_int_equal(rm_connect(rig.client, "Left", RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(0), &card),
                     RM_E_UNKNOWN_READER);
}

static void test_adopt__finds_the_member_whose_number_it_is(void **state) {
    (void)state;
    struct rm_card *cards[] = {connected("Left"), connected("Both (2)"), connected("Right")};
    for (size_t i = 0; i < 3; i++) {
        struct rm_card *again = NULL;
        const uint64_t number = rm_card_handle(cards[i]);
        assert_int_equal(rm_adopt(rig.client, number, RM_WITHIN(1000), &again), RM_OK);
        assert_int_equal(rm_card_handle(again), number);
        assert_string_equal(rm_reader_name(again), rm_reader_name(cards[i]));
        rm_abandon(again);
    }
    struct rm_card *none = NULL;
    assert_int_equal(rm_adopt(rig.client, 0x7A5A5A5Au, RM_WITHIN(0), &none), RM_E_INVALID_HANDLE);
}

static void test_context__goes_by_the_number_of_the_one_that_has_the_card(void **state) {
    (void)state;
    const uint64_t before = rm_context_handle(rig.client);
    assert_int_not_equal(before, 0);
    (void)connected("Left");
    const uint64_t left = rm_context_handle(rig.client);
    (void)connected("Right");
    const uint64_t right = rm_context_handle(rig.client);
    assert_int_not_equal(left, right);
    (void)connected("Left");
    assert_int_equal(rm_context_handle(rig.client), left);
}

static void test_receive_max__is_what_all_take(void **state) {
    (void)state;
    assert_int_equal(rig.service->receive_max, rig.left->receive_max);
}

/* Members that fail */

static void expect_report(size_t place, const char *spec, rm_status status, const char *message) {
    struct composite_report report;
    assert_true(composite_report(rig.service, place, &report));
    assert_string_equal(report.spec, spec);
    assert_int_equal(report.status, status);
    assert_string_equal(report.message, message);
}

static void test_member__that_cannot_be_made_takes_no_other_with_it(void **state) {
    (void)state;
    struct rm_context *client = NULL;
    struct names names = {0};
    rm_context_close(rig.client);
    rig_refuse(RM_E_INVALID_PARAMETER, "the file is bad");
    assert_int_equal(composite_add(rig.service, "late", rig_make, NULL), RM_OK);
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &rig.client), RM_OK);
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &client), RM_OK);
    assert_int_equal(rm_list_readers(client, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), 4);
    expect_report(0, "left", RM_OK, "");
    expect_report(2, "late", RM_E_INVALID_PARAMETER, "the file is bad");
    /* It is tried again, though not with every call. */
    rig_refuse(RM_OK, "");
    const uint64_t end = clock_deadline(5000);
    while (names_count(&names) < 5 && clock_left(end)) {
        names_clear(&names);
        assert_int_equal(rm_list_readers(client, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    }
    assert_true(names_has(&names, "Late"));
    expect_report(2, "late", RM_OK, "");
    names_clear(&names);
    rm_context_close(client);
}

static void test_member__whose_service_is_gone_comes_back(void **state) {
    (void)state;
    struct rm_card *card = connected("Left");
    assert_string_equal(rig_readers(&rig), "Left|Both|Both (2)|Right");
    moody_service_say(RM_E_NO_SERVICE);
    assert_string_equal(rig_readers(&rig), "Left|Both");
    expect_report(1, "right", RM_E_NO_SERVICE, "");
    assert_int_equal(ask(card), RM_OK);
    struct rm_card *gone = NULL;
    assert_int_equal(rm_connect(rig.client, "Right", RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(0), &gone),
                     RM_E_NO_SERVICE);
    moody_service_say(RM_OK);
    assert_string_equal(rig_readers(&rig), "Left|Both|Both (2)|Right");
    expect_report(1, "right", RM_OK, "");
    gone = connected("Right");
    assert_int_equal(rm_disconnect(gone, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
}

static void test_member__that_refuses_is_told(void **state) {
    (void)state;
    moody_service_say(RM_W_SECURITY_VIOLATION);
    struct rm_context *client = NULL;
    struct names names = {0};
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &client), RM_OK);
    assert_int_equal(rm_list_readers(client, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), 2);
    expect_report(1, "right", RM_W_SECURITY_VIOLATION, "");
    names_clear(&names);
    rm_context_close(client);
}

static void test_member__that_is_slow_keeps_nobody_from_another_card(void **state) {
    (void)state;
    assert_string_equal(rig_readers(&rig), "Left|Both|Both (2)|Right");
    moody_service_dawdle(2000);
    const uint64_t start = clock_ms();
    struct rm_card *card = connected("Left");
    assert_int_equal(ask(card), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    assert_true(clock_ms() - start < 1000);
}

static void test_members__all_gone(void **state) {
    struct rm_service *alone = composite_create();
    struct rm_context *client = NULL;
    (void)state;
    assert_non_null(alone);
    assert_int_equal(rm_context_open(alone, RM_WITHIN(RM_INFINITE), &client), RM_E_NO_SERVICE);
    assert_int_equal(composite_add(alone, "right", rig_make, NULL), RM_OK);
    moody_service_say(RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_context_open(alone, RM_WITHIN(RM_INFINITE), &client), RM_E_SERVICE_STOPPED);
    moody_service_say(RM_OK);
    assert_int_equal(rm_context_open(alone, RM_WITHIN(RM_INFINITE), &client), RM_OK);
    moody_service_say(RM_E_NO_SERVICE);
    struct names names = {0};
    assert_int_equal(rm_list_readers(client, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_SERVICE);
    assert_int_equal(names.size, 0);
    rm_context_close(client);
    rm_service_release(alone);
}

static void test_contexts__of_members_do_not_pile_up(void **state) {
    (void)state;
    for (int i = 0; i < 200; i++) {
        moody_service_say(i % 2 ? RM_OK : RM_E_NO_SERVICE);
        (void)rig_readers(&rig);
    }
    assert_true(moody_service_contexts() <= 70);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_names__are_unique_and_stay),
        CASE(test_groups__are_told_once),
        CASE(test_connect__to_each_of_two_of_one_name),
        CASE(test_connect__hands_out_the_members_own_card),
        CASE(test_attrib__tells_the_name_that_is_listed),
        CASE(test_connect__unknown_reader),
        CASE(test_adopt__finds_the_member_whose_number_it_is),
        CASE(test_context__goes_by_the_number_of_the_one_that_has_the_card),
        CASE(test_receive_max__is_what_all_take),
        CASE(test_member__that_cannot_be_made_takes_no_other_with_it),
        CASE(test_member__whose_service_is_gone_comes_back),
        CASE(test_member__that_refuses_is_told),
        CASE(test_member__that_is_slow_keeps_nobody_from_another_card),
        CASE(test_members__all_gone),
        CASE(test_contexts__of_members_do_not_pile_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

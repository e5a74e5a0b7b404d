/* How a driver's cards are started, and which protocol is agreed on with them. */
#include "rig.h"

static void test_power__resets(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    (void)state;
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_RESET, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_int_equal(fake.resets, 1);
    assert_int_equal(fake.offs, 0);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_UNPOWER, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_int_equal(fake.offs, 1);
    assert_int_equal(fake.starts, 2);
    fake.old = true; /* knows no warm reset: a cold one */
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_RESET, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_int_equal(fake.offs, 2);
    assert_int_equal(fake.starts, 3);
    assert_int_equal(rig_ask(card), RM_OK);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

static rm_status connect_by(struct rig *rig, uint32_t protocols) {
    struct rm_card *card = NULL;
    rm_status status =
        rm_connect(rig->context, RIG_READER, RM_SHARE_SHARED, protocols, RM_WITHIN(RIG_SOON), &card);
    if (status == RM_OK) {
        status = rig_ask(card);
        (void)rm_disconnect(card, RM_UNPOWER, RM_WITHIN(RIG_SOON));
    }
    return status;
}

static void test_protocol__is_agreed_on(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    (void)state;
    assert_int_equal(connect_by(&rig, RIG_ANY), RM_OK);
    assert_int_equal(fake.chosen, 1); /* T=0, the card's first */
    assert_int_equal(fake.header, 0);
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_T1), RM_OK);
    assert_int_equal(fake.chosen, 2);
    assert_int_equal(fake.header, 1);
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_RAW), RM_OK);
    assert_int_equal(fake.header, 4);
    fake.protocol = 605; /* PPS failed */
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_T1), RM_E_PROTO_MISMATCH);
    fake.protocol = 614; /* it has no such thing: the card's first goes all the same */
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_T1), RM_E_PROTO_MISMATCH);
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_T0), RM_OK);
    fake.protocol = 612;
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_T0), RM_W_UNRESPONSIVE_CARD);
    rig_close(&rig);
}

/*
 * A start that failed by chance can be asked for again, whatever protocol the card turns out to have: what it
 * had is not known until it answers. Who has the card does so by a reset, who has not by connecting.
 */
static void test_power__fails_once(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = NULL;
    (void)state;
    assert_int_equal(
        rm_connect(rig.context, RIG_READER, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(RIG_SOON), &card),
        RM_OK);
    for (uint32_t init = RM_RESET; init <= RM_UNPOWER; ++init) {
        fake.power = 608; /* IFD_ERROR_POWER_ACTION */
        for (int i = 0; i < 2; ++i)
            assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T1, init, RM_WITHIN(RIG_SOON)),
                             RM_W_UNRESPONSIVE_CARD);
        fake.power = 0;
        assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T1, init, RM_WITHIN(RIG_SOON)),
                         RM_OK);
        assert_int_equal(rig_ask(card), RM_OK);
    }
    fake.power = 608;
    assert_int_equal(rm_disconnect(card, RM_RESET, RM_WITHIN(RIG_SOON)), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_T1), RM_W_UNRESPONSIVE_CARD);
    fake.power = 0;
    assert_int_equal(connect_by(&rig, RM_PROTOCOL_T1), RM_OK);
    rig_close(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_power__resets),
        cmocka_unit_test(test_protocol__is_agreed_on),
        cmocka_unit_test(test_power__fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

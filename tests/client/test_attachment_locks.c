/*
 * The attachment's transactions, an exchange's hold, the ejector, and connections that others have opened:
 * what is asked of the port, in which order.
 */
#include "port.h"

#include <stdlib.h>

static void lock(struct attachment *attachment) {
    CALL(RM_OK, attachment_lock(attachment), {"begin", RM_OK, true});
}

static void test_lock__levels(void **state) {
    struct attachment *attachment = *state;
    SILENT(RM_E_INVALID_HANDLE, attachment_lock(attachment));
    SILENT(RM_E_INVALID_HANDLE, attachment_unlock(attachment, RM_LEAVE));
    port_connect_to_r(attachment);
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    CALL(RM_E_TIMEOUT, attachment_lock(attachment), {"begin", RM_E_TIMEOUT, false});
    lock(attachment);
    CALL(RM_OK, attachment_lock(attachment), {"status", RM_OK, true});
    CALL(RM_W_RESET_CARD, attachment_lock(attachment), {"status", RM_W_RESET_CARD, true});
    SILENT(RM_OK, attachment_unlock(attachment, RM_RESET));
    CALL(RM_OK, attachment_unlock(attachment, RM_RESET), {"end 1", RM_OK, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    /* The service tells of a reset first: one level is left, and ended by another call. */
    lock(attachment);
    CALL(RM_W_RESET_CARD, attachment_unlock(attachment, RM_LEAVE), {"end 0", RM_W_RESET_CARD, true});
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, true});
    CALL(RM_OK, attachment_unlock(attachment, RM_LEAVE), {"end 0", RM_OK, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    port_leave(attachment);
}

/* A transaction that was held is held again, all levels of it. */
static void test_reattach__takes_the_lock_again(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    lock(attachment);
    CALL(RM_OK, attachment_lock(attachment), {"status", RM_OK, true});
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, true});
    CALL(RM_OK, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_OK, false}, {"begin", RM_OK, true});
    CALL(RM_OK, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_E_READER_UNAVAILABLE, false},
         {"disconnect 0 0", RM_OK, false}, {"connect R 2 3 5000", RM_OK, false},
         {"reconnect 2 3 1", RM_OK, false}, {"begin", RM_OK, true});
    SILENT(RM_OK, attachment_unlock(attachment, RM_LEAVE));
    CALL(RM_OK, attachment_unlock(attachment, RM_LEAVE), {"end 0", RM_OK, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    /* Another program has got it meanwhile: there is a connection, and no transaction. */
    lock(attachment);
    CALL(RM_E_TIMEOUT, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false}, {"begin", RM_E_TIMEOUT, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    CHECK(RM_OK);
    lock(attachment);
    CALL(RM_E_TIMEOUT, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_E_NO_SERVICE, false},
         {"disconnect 0 0", RM_OK, false}, {"connect R 2 3 5000", RM_OK, false},
         {"begin", RM_E_TIMEOUT, false}, {"disconnect 0 0", RM_OK, false});
    CHECK(RM_W_RESET_CARD);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_OK, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    port_leave(attachment);
}

/* Refused, or waited for in vain: the transaction is what it was, or it is said that it is not. */
static void test_reattach__refused_in_a_transaction(void **state) {
    struct attachment *attachment = *state;
    static const rm_status refusals[] = {RM_E_SHARING_VIOLATION, RM_E_TIMEOUT, RM_E_CANCELLED};
    port_connect_to_r(attachment);
    for (size_t i = 0; i < COUNT(refusals); ++i) {
        const struct step kept = {"reconnect 2 3 1", refusals[i], true};
        const struct step dropped = {"reconnect 2 3 1", refusals[i], false};
        lock(attachment);
        port_expect(attachment, &kept, 1);
        assert_int_equal(REATTACH(RM_RESET), refusals[i]);
        port_done();
        CALL(RM_OK, attachment_lock(attachment), {"status", RM_OK, true});
        port_expect(attachment, &dropped, 1);
        assert_int_equal(REATTACH(RM_RESET), RM_E_NOT_TRANSACTED);
        port_done();
        CHECK(RM_OK);
        SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
        port_expect(attachment, &dropped, 1);
        assert_int_equal(REATTACH(RM_RESET), refusals[i]); /* nothing was held */
        port_done();
    }
    port_leave(attachment);
}

/* After any other failure nothing is held: by the service's own word, or the connection ends. */
static void test_reattach__failure_gives_the_lock_back(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    lock(attachment);
    CALL(RM_W_UNRESPONSIVE_CARD, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_W_UNRESPONSIVE_CARD, true},
         {"end 0", RM_OK, false});
    CHECK(RM_OK);
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    lock(attachment);
    CALL(RM_W_UNRESPONSIVE_CARD, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_W_UNRESPONSIVE_CARD, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    CHECK(RM_OK);
    lock(attachment);
    CALL(RM_W_UNRESPONSIVE_CARD, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_W_UNRESPONSIVE_CARD, true},
         {"end 0", RM_W_RESET_CARD, true}, {"disconnect 0 0", RM_OK, false});
    CHECK(RM_W_UNRESPONSIVE_CARD);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_OK, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    port_leave(attachment);
}

static void test_reattach__ejects(void **state) {
    struct attachment *attachment = *state;
    port.characteristic = RM_CHARACTERISTIC_EJECTS;
    port_connect_to_r(attachment);
    CALL(RM_W_REMOVED_CARD, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_OK, false}, {"attrib", RM_OK, false},
         {"begin", RM_OK, true}, {"disconnect 3 5000", RM_OK, false});
    CHECK(RM_W_REMOVED_CARD);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_OK, false});
    CALL(RM_E_TIMEOUT, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_OK, false}, {"attrib", RM_OK, false},
         {"begin", RM_E_TIMEOUT, false});
    CHECK(RM_OK);
    lock(attachment);
    CALL(RM_W_REMOVED_CARD, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_OK, true}, {"attrib", RM_OK, false},
         {"disconnect 3 5000", RM_OK, false});
    CALL(RM_OK, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_OK, false});
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    /* The ejector does not work: the card loses its power instead, and the transaction goes on. */
    lock(attachment);
    CALL(RM_OK, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_OK, true}, {"attrib", RM_OK, false},
         {"disconnect 3 5000", RM_F_COMM_ERROR, false}, {"connect R 2 3 5000", RM_OK, false},
         {"reconnect 2 3 2", RM_OK, false}, {"begin", RM_OK, true});
    CALL(RM_OK, attachment_unlock(attachment, RM_LEAVE), {"end 0", RM_OK, false});
    port_leave(attachment);
}

/* A reader that cannot eject, or does not say so, takes the card's power away. */
static void test_reattach__has_no_ejector(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    port.characteristic = 0xFF & ~RM_CHARACTERISTIC_EJECTS;
    CALL(RM_OK, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_OK, false}, {"attrib", RM_OK, false},
         {"reconnect 2 3 2", RM_OK, false});
    port.characteristic = RM_CHARACTERISTIC_EJECTS;
    CALL(RM_OK, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_OK, false},
         {"attrib", RM_E_UNSUPPORTED_FEATURE, false}, {"reconnect 2 3 2", RM_OK, false});
    port.attrib_size = 0;
    CALL(RM_OK, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_OK, false}, {"attrib", RM_OK, false},
         {"reconnect 2 3 2", RM_OK, false});
    CALL(RM_E_SHARING_VIOLATION, REATTACH(RM_EJECT), {"reconnect 2 3 0", RM_E_SHARING_VIOLATION, false});
    port_leave(attachment);
}

static void test_hold__for_one_exchange(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    CALL(RM_E_TIMEOUT, attachment_hold(attachment), {"begin", RM_E_TIMEOUT, false});
    SILENT(0, (attachment_release(attachment), 0)); /* nothing is held */
    CALL(RM_OK, attachment_hold(attachment), {"begin", RM_OK, true});
    SILENT(RM_OK, attachment_hold(attachment));
    SILENT(0, (attachment_release(attachment), 0));
    CALL(0, (attachment_release(attachment), 0), {"end 0", RM_OK, false});
    SILENT(0, (attachment_release(attachment), 0));
    /* In a transaction, and where the card is ours alone, nobody comes in between. */
    lock(attachment);
    SILENT(RM_OK, attachment_hold(attachment));
    SILENT(0, (attachment_release(attachment), 0));
    CALL(RM_OK, attachment_unlock(attachment, RM_LEAVE), {"end 0", RM_OK, false});
    CALL(RM_OK, attachment_reattach(attachment, RM_SHARE_EXCLUSIVE, RM_LEAVE),
         {"reconnect 1 3 0", RM_OK, false});
    SILENT(RM_OK, attachment_hold(attachment));
    SILENT(0, (attachment_release(attachment), 0));
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    /* A transaction that begins meanwhile goes on. */
    CALL(RM_OK, attachment_hold(attachment), {"begin", RM_OK, true});
    CALL(RM_OK, attachment_lock(attachment), {"status", RM_OK, true});
    SILENT(0, (attachment_release(attachment), 0));
    CALL(RM_OK, attachment_unlock(attachment, RM_LEAVE), {"end 0", RM_OK, false});
    port_leave(attachment);
}

/* The service tells of a reset and keeps the lock: it is ended all the same, and the reset is told later. */
static void test_release__in_spite_of_a_notice(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    CALL(RM_OK, attachment_hold(attachment), {"begin", RM_OK, true});
    CALL(0, (attachment_release(attachment), 0), {"end 0", RM_W_RESET_CARD, true},
         {"reconnect 2 3 0", RM_OK, true}, {"end 0", RM_OK, false});
    CHECK(RM_W_RESET_CARD);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    CALL(RM_OK, attachment_hold(attachment), {"begin", RM_OK, true});
    CALL(0, (attachment_release(attachment), 0), {"end 0", RM_W_RESET_CARD, true},
         {"reconnect 2 3 0", RM_W_UNRESPONSIVE_CARD, true}, {"disconnect 0 0", RM_OK, false});
    CHECK(RM_W_RESET_CARD);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_OK, false});
    port_leave(attachment);
}

static void test_adopt__stays_with_who_opened_it(void **state) {
    struct attachment *attachment = *state;
    CALL(RM_E_INVALID_HANDLE, attachment_adopt(attachment, 9), {"adopt 9 5000", RM_E_INVALID_HANDLE, false});
    CHECK(RM_E_INVALID_HANDLE);
    CALL(RM_OK, attachment_adopt(attachment, 7), {"adopt 7 5000", RM_OK, false});
    CHECK(RM_OK);
    port_assert_reader(attachment, "R");
    SILENT(RM_OK, attachment_adopt(attachment, 7)); /* it is ours already */
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    port.protocol = RM_PROTOCOL_RAW;
    CALL(RM_OK, attachment_adopt(attachment, 9), {"adopt 9 5000", RM_OK, false},
         {"disconnect 0 0", RM_OK, false});
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 65536 0", RM_OK, false});
    lock(attachment);
    static const struct step steps[] = {
        {"end 0", RM_OK, false}, {"abandon", RM_OK, false}, {"close", RM_OK, false}};
    port_expect(attachment, steps, COUNT(steps));
    attachment_close(attachment);
    port_done();
    assert_null(attachment->context);
    static const struct step opens[] = {{"open", RM_OK, false}};
    port_expect(attachment, opens, COUNT(opens));
    assert_int_equal(attachment_open(attachment, attachment->service, WAIT_MS), RM_OK);
    CALL(RM_OK, attachment_adopt(attachment, 9), {"adopt 9 5000", RM_OK, false});
    static const struct step idle[] = {
        {"abandon", RM_OK, false}, {"close", RM_OK, false}, {"open", RM_OK, false}};
    port_expect(attachment, idle, COUNT(idle));
    attachment_close(attachment); /* no transaction to end */
    assert_int_equal(attachment_open(attachment, attachment->service, WAIT_MS), RM_OK);
    port_done();
}

/* How another program shares it cannot be asked: it is taken for SHARED, however the former one was. */
static void test_adopt__is_shared(void **state) {
    struct attachment *attachment = *state;
    CALL(RM_OK, attachment_connect(attachment, "R", RM_SHARE_EXCLUSIVE, ANY),
         {"connect R 1 3 5000", RM_OK, false});
    SILENT(RM_OK, attachment_hold(attachment)); /* nobody else can come */
    CALL(RM_OK, attachment_adopt(attachment, 9), {"adopt 9 5000", RM_OK, false},
         {"disconnect 0 0", RM_OK, false});
    CALL(RM_OK, attachment_hold(attachment), {"begin", RM_OK, true});
    static const struct step ends[] = {{"end 0", RM_OK, false}};
    port_expect(attachment, ends, COUNT(ends));
    attachment_release(attachment);
    port_done();
    port_leave(attachment);
}

/* One with a notice may not have told its reader: it is asked for again when it works. */
static void test_adopt__learns_the_reader_later(void **state) {
    struct attachment *attachment = *state;
    port.name = "";
    CALL(RM_OK, attachment_adopt(attachment, 7), {"adopt 7 5000", RM_OK, false});
    port_assert_reader(attachment, NULL);
    port.name = "R";
    CALL(RM_W_UNRESPONSIVE_CARD, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_W_UNRESPONSIVE_CARD, false});
    port_assert_reader(attachment, NULL);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    port_assert_reader(attachment, "R");
    port.name = "S"; /* one that is known is not asked for */
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    port_assert_reader(attachment, "R");
    port_leave(attachment);
}

/* In a child made by fork(): nothing of the parent's is touched, and everything is made anew. */
static void test_orphan__begins_anew(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    lock(attachment);
    struct rm_context *context = attachment->context;
    struct rm_card *card = attachment->card;
    port_expect(attachment, NULL, 0);
    attachment_orphan(attachment);
    CHECK(RM_E_INVALID_HANDLE);
    free(card);
    free(context);
    SILENT(RM_E_INVALID_HANDLE, attachment_unlock(attachment, RM_LEAVE));
    CALL(RM_OK, REATTACH(RM_LEAVE), {"open", RM_OK, false}, {"connect R 2 3 5000", RM_OK, false});
    CHECK(RM_OK);
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE));
    port_leave(attachment);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_lock__levels),
        CASE(test_reattach__takes_the_lock_again),
        CASE(test_reattach__refused_in_a_transaction),
        CASE(test_reattach__failure_gives_the_lock_back),
        CASE(test_reattach__ejects),
        CASE(test_reattach__has_no_ejector),
        CASE(test_hold__for_one_exchange),
        CASE(test_release__in_spite_of_a_notice),
        CASE(test_adopt__stays_with_who_opened_it),
        CASE(test_adopt__is_shared),
        CASE(test_adopt__learns_the_reader_later),
        CASE(test_orphan__begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

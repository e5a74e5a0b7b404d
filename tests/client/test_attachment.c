/*
 * Attaching and recovery, call by call: what is asked of the port, in which order, and what is known
 * afterwards. That it comes out well on real services is tested with the objects.
 */
#include "port.h"

/* To leave a card waits for nobody; to do something with it waits as long as a call may. */
static void test_disconnect__waits_to_do_something(void **state) {
    struct attachment *attachment = *state;
    SILENT(RM_E_INVALID_HANDLE, attachment_disconnect(attachment, RM_LEAVE));
    for (int i = 0; i < 2; ++i) {
        port_connect_to_r(attachment);
        CALL(RM_W_REMOVED_CARD, attachment_disconnect(attachment, RM_RESET),
             {"disconnect 1 5000", RM_W_REMOVED_CARD, false});
        CHECK(RM_E_INVALID_HANDLE);
        port_assert_reader(attachment, NULL);
    }
    port_connect_to_r(attachment);
    CALL(RM_E_TIMEOUT, attachment_disconnect(attachment, RM_UNPOWER),
         {"disconnect 2 5000", RM_E_TIMEOUT, false});
    port_connect_to_r(attachment);
    CALL(RM_OK, attachment_disconnect(attachment, RM_LEAVE), {"disconnect 0 0", RM_W_RESET_CARD, false});
    SILENT(RM_E_INVALID_HANDLE, attachment_disconnect(attachment, RM_LEAVE));
}

static void test_connect__ends_the_former_connection(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    CALL(RM_OK, attachment_lock(attachment), {"begin", RM_OK, true});
    CALL(RM_E_SHARING_VIOLATION, attachment_connect(attachment, "S", RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T0),
         {"disconnect 0 0", RM_OK, false}, {"connect S 1 1 5000", RM_E_SHARING_VIOLATION, false});
    CHECK(RM_E_INVALID_HANDLE);
    port_assert_reader(attachment, NULL);
    SILENT(RM_E_INVALID_HANDLE, REATTACH(RM_LEAVE));
    port_connect_to_r(attachment);
    SILENT(RM_E_NOT_TRANSACTED, attachment_unlock(attachment, RM_LEAVE)); /* it went with the connection */
    port_assert_reader(attachment, "R");
    port_leave(attachment);
}

/* A service that was started anew knows nothing of the context: once, in a new one. */
static void test_connect__in_a_new_context(void **state) {
    struct attachment *attachment = *state;
    static const rm_status lost[] = {RM_E_NO_SERVICE, RM_E_SERVICE_STOPPED, RM_E_INVALID_HANDLE};
    for (size_t i = 0; i < COUNT(lost); ++i) {
        const struct step steps[] = {{"connect R 2 3 5000", lost[i], false},
                                     {"open", RM_OK, false},
                                     {"close", RM_OK, false},
                                     {"connect R 2 3 5000", RM_OK, false}};
        port_expect(attachment, steps, COUNT(steps));
        assert_int_equal(attachment_connect(attachment, "R", RM_SHARE_SHARED, ANY), RM_OK);
        port_done();
        port_leave(attachment);
    }
    CALL(RM_E_NO_MEMORY, attachment_connect(attachment, "R", RM_SHARE_SHARED, ANY),
         {"connect R 2 3 5000", RM_E_NO_SERVICE, false}, {"open", RM_E_NO_MEMORY, false});
    CHECK(RM_E_INVALID_HANDLE);
    CALL(RM_E_NO_SERVICE, attachment_connect(attachment, "R", RM_SHARE_SHARED, ANY),
         {"connect R 2 3 5000", RM_E_NO_SERVICE, false}, {"open", RM_OK, false}, {"close", RM_OK, false},
         {"connect R 2 3 5000", RM_E_NO_SERVICE, false});
    CHECK(RM_E_INVALID_HANDLE);
    CALL(RM_E_UNKNOWN_READER, attachment_connect(attachment, "R", RM_SHARE_SHARED, ANY),
         {"connect R 2 3 5000", RM_E_UNKNOWN_READER, false});
}

static void test_reattach__on_the_connection_there_is(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    CALL(RM_OK, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_OK, false});
    CALL(RM_W_UNRESPONSIVE_CARD, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_W_UNRESPONSIVE_CARD, false});
    /* A card without power takes a cold start, whatever was asked; once. */
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_W_UNPOWERED_CARD, false},
         {"reconnect 2 3 2", RM_OK, false});
    CALL(RM_W_UNPOWERED_CARD, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_W_UNPOWERED_CARD, false},
         {"reconnect 2 3 2", RM_W_UNPOWERED_CARD, false});
    CALL(RM_W_UNPOWERED_CARD, REATTACH(RM_UNPOWER), {"reconnect 2 3 2", RM_W_UNPOWERED_CARD, false});
    port_leave(attachment);
}

static void test_reattach__builds_the_connection_anew(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_E_READER_UNAVAILABLE, false},
         {"disconnect 0 0", RM_OK, false}, {"connect R 2 3 5000", RM_OK, false});
    CALL(RM_OK, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_E_NO_SERVICE, false},
         {"disconnect 0 0", RM_OK, false}, {"connect R 2 3 5000", RM_E_NO_SERVICE, false},
         {"open", RM_OK, false}, {"close", RM_OK, false}, {"connect R 2 3 5000", RM_OK, false},
         {"reconnect 2 3 1", RM_OK, false});
    CALL(RM_W_UNRESPONSIVE_CARD, REATTACH(RM_RESET), {"reconnect 2 3 1", RM_F_COMM_ERROR, false},
         {"disconnect 0 0", RM_OK, false}, {"connect R 2 3 5000", RM_OK, false},
         {"reconnect 2 3 1", RM_W_UNRESPONSIVE_CARD, false}, {"disconnect 0 0", RM_OK, false});
    CHECK(RM_W_UNRESPONSIVE_CARD);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_OK, false});
    CHECK(RM_OK);
    port_leave(attachment);
}

/* What calls answer after a recovery that failed: what it has found; a wait that ended has found nothing. */
static void test_reattach__what_is_known_afterwards(void **state) {
    struct attachment *attachment = *state;
    port_connect_to_r(attachment);
    CALL(RM_E_NO_SMARTCARD, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_E_INVALID_HANDLE, false},
         {"disconnect 0 0", RM_OK, false}, {"connect R 2 3 5000", RM_E_NO_SMARTCARD, false});
    CHECK(RM_W_REMOVED_CARD);
    CALL(RM_E_NO_SMARTCARD, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_E_NO_SMARTCARD, false});
    CHECK(RM_W_REMOVED_CARD);
    CALL(RM_E_TIMEOUT, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_E_TIMEOUT, false});
    CHECK(RM_W_REMOVED_CARD);
    CALL(RM_E_CANCELLED, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_E_CANCELLED, false});
    CHECK(RM_W_REMOVED_CARD);
    CALL(RM_E_UNKNOWN_READER, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_E_UNKNOWN_READER, false});
    CHECK(RM_E_UNKNOWN_READER);
    SILENT(RM_E_UNKNOWN_READER, attachment_lock(attachment));
    SILENT(RM_E_UNKNOWN_READER, attachment_unlock(attachment, RM_LEAVE));
    static const rm_status waits[] = {RM_E_TIMEOUT, RM_E_CANCELLED};
    for (size_t i = 0; i < COUNT(waits); ++i) {
        CALL(RM_OK, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_OK, false});
        const struct step steps[] = {{"reconnect 2 3 0", RM_E_INVALID_HANDLE, false},
                                     {"disconnect 0 0", RM_OK, false},
                                     {"connect R 2 3 5000", waits[i], false}};
        port_expect(attachment, steps, COUNT(steps));
        assert_int_equal(REATTACH(RM_LEAVE), waits[i]);
        port_done();
        CHECK(RM_W_RESET_CARD);
    }
    SILENT(RM_OK, attachment_disconnect(attachment, RM_LEAVE));
    /* A reader that has never had a card is not one whose card was removed. */
    SILENT(RM_OK, attachment_remember(attachment, "R", RM_SHARE_SHARED, ANY));
    CHECK(RM_E_NO_SMARTCARD);
    CALL(RM_E_NO_SMARTCARD, REATTACH(RM_LEAVE), {"connect R 2 3 5000", RM_E_NO_SMARTCARD, false});
    CHECK(RM_E_NO_SMARTCARD);
    SILENT(RM_OK, attachment_disconnect(attachment, RM_LEAVE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_disconnect__waits_to_do_something),
        CASE(test_connect__ends_the_former_connection),
        CASE(test_connect__in_a_new_context),
        CASE(test_reattach__on_the_connection_there_is),
        CASE(test_reattach__builds_the_connection_anew),
        CASE(test_reattach__what_is_known_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

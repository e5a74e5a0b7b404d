/*
 * The backend for Windows' smart card service: contexts, lists, and the calls on a connection, with hostile
 * answers.
 */
#include "support/kits/recovery.h"
#include "support/kits/winscard_client.h"

#include <string.h>

#include "backends/sim/sim.h"

/* Contexts */

static void test_context__no_service(void **state) {
    static const LONG codes[] = {SCARD_E_NO_SERVICE,         SCARD_E_SERVICE_STOPPED,
                                 SCARD_F_INTERNAL_ERROR, /* a Wine without PC/SC */
                                 SCARD_F_COMM_ERROR,         SCARD_P_SHUTDOWN,
                                 ERROR_BROKEN_PIPE, /* a remote session without redirection */
                                 ERROR_FILE_NOT_FOUND,       RPC_S_SERVER_UNAVAILABLE,
                                 ERROR_CALL_NOT_IMPLEMENTED, 0x12345};
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct rm_context *context = NULL;
        struct rm_card *card = NULL;
        fake_winscard_script(FAKE_ESTABLISH, codes[i], 0);
        assert_int_equal(rm_context_open(client->service, RM_WITHIN(RM_INFINITE), &context), RM_E_NO_SERVICE);
        assert_null(context);
        fake_winscard_script(FAKE_ESTABLISH, codes[i], 0);
        assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_E_NO_SERVICE);
        assert_null(card);
    }
}

static void test_context__other_trouble(void **state) {
    static const struct {
        LONG code;
        rm_status expected;
    } rows[] = {{SCARD_E_NO_MEMORY, RM_E_NO_MEMORY},
                {ERROR_OUTOFMEMORY, RM_E_NO_MEMORY},
                {SCARD_E_SERVER_TOO_BUSY, RM_E_SERVER_TOO_BUSY},
                {ERROR_ACCESS_DENIED, RM_E_NO_ACCESS}};
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rm_context *context = NULL;
        fake_winscard_script(FAKE_ESTABLISH, rows[i].code, 0);
        assert_int_equal(rm_context_open(client->service, RM_WITHIN(RM_INFINITE), &context),
                         rows[i].expected);
        assert_null(context);
    }
}

static void test_context__number_is_the_services(void **state) {
    struct client *const client = *state;
    const uint64_t number = rm_context_handle(client->context);
    DWORD size = 0;

    assert_true(number != 0 && number <= UINTPTR_MAX);
    assert_int_equal(fake_winscard_api.list_readers((SCARDCONTEXT)number, NULL, NULL, &size), 0);
}

/* Lists */

static void test_list__names_beyond_ascii(void **state) {
    static const char expected[] = FAKE_READER "\0Second \xE2\x82\xAC\0";
    struct client *const client = *state;
    struct names names = {0};

    assert_int_equal(sim_plug(fake.sim, "Second \xE2\x82\xAC", NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, sizeof expected);
    assert_memory_equal(names.list, expected, sizeof expected);
    assert_int_equal(fake_winscard_count(FAKE_LIST_READERS), 1);
    names_clear(&names);
}

static void test_list__none(void **state) {
    struct client *const client = *state;
    struct names names = {0};

    fake_winscard_script(FAKE_LIST_READERS, SCARD_E_NO_READERS_AVAILABLE, 0);
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, 0);
    fake.names = L"";
    fake.names_size = 1; /* another way to say it */
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, 0);
    fake.names_size = 0; /* and another */
    assert_int_equal(rm_list_groups(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, 0);
}

/* A name that is no text cannot be said in UTF-8 and then be found again. */
static void test_list__names_that_are_no_text(void **state) {
    static const wchar_t odd[] = L"A\0\xD800 lone\0\xDC00\0B\0";
    struct client *const client = *state;
    struct names names = {0};

    fake.names = odd;
    fake.names_size = sizeof odd / sizeof *odd;
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, 5);
    assert_memory_equal(names.list, "A\0B\0", 5);
    names_clear(&names);
}

/* No NUL where one should be, and more claimed than there is. */
static void test_list__unterminated(void **state) {
    static const wchar_t bare[] = {L'B', L'a', L'r', L'e'};
    struct client *const client = *state;
    struct names names = {0};

    fake.names = bare;
    fake.names_size = 4;
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, 6);
    assert_memory_equal(names.list, "Bare\0", 6);
    names_clear(&names);
}

static void test_list__absurd_sizes(void **state) {
    static const DWORD sizes[] = {0x100001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFBF, 0xFFFFFFFE, 0xFFFFFFFF};
    struct client *const client = *state;
    struct names names = {0};

    fake.names = L"x";
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fake.names_size = sizes[i];
        assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_E_UNEXPECTED);
        assert_int_equal(names.size, 0);
    }
}

static void test_list__longer_than_offered(void **state) {
    enum { LONG_LIST = 10002 };
    static wchar_t list[LONG_LIST];
    struct client *const client = *state;
    struct names names = {0};

    for (size_t i = 0; i < LONG_LIST - 2; i++)
        list[i] = L'x';
    fake.names = list;
    fake.names_size = LONG_LIST;
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, LONG_LIST);
    assert_int_equal(strlen(names.list), LONG_LIST - 2);
    assert_int_equal(fake_winscard_count(FAKE_LIST_READERS), 2);
    names_clear(&names);
}

static void test_list__grows_meanwhile(void **state) {
    struct client *const client = *state;
    struct names names = {0};

    /* Refused once, as if a reader had come in between. */
    fake_winscard_script(FAKE_LIST_READERS, SCARD_E_INSUFFICIENT_BUFFER, 0);
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, sizeof FAKE_READER + 1);
    assert_int_equal(fake_winscard_count(FAKE_LIST_READERS), 2);
    names_clear(&names);
}

static void test_list__dead_context_is_replaced(void **state) {
    struct client *const client = *state;
    const uint64_t before = rm_context_handle(client->context);
    struct names names = {0};

    fake_winscard_stop();
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_SERVICE);
    assert_int_equal(rm_context_handle(client->context), 0);
    assert_int_equal(rm_list_groups(client->context, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_SERVICE);
    fake_winscard_start();
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_true(rm_context_handle(client->context) != 0);
    assert_true(rm_context_handle(client->context) != before);
    names_clear(&names);
}

static void test_list__other_trouble(void **state) {
    struct client *const client = *state;
    struct names names = {0};

    fake_winscard_script(FAKE_LIST_GROUPS, ERROR_BROKEN_PIPE, ERROR_BROKEN_PIPE);
    assert_int_equal(rm_list_groups(client->context, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_SERVICE);
    fake_winscard_script(FAKE_LIST_READERS, SCARD_E_NO_MEMORY, 0);
    assert_int_equal(rm_list_readers(client->context, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_MEMORY);
}

/* Connections */

static void test_connect__passes_its_wishes(void **state) {
    struct client *const client = *state;
    struct rm_card *card = NULL;

    assert_int_equal(rm_disconnect(client->card, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(fake.disposition, SCARD_RESET_CARD);
    assert_int_equal(
        rm_connect(client->context, FAKE_READER, RM_SHARE_EXCLUSIVE, RM_PROTOCOL_RAW, RM_WITHIN(0), &card),
        RM_OK);
    assert_int_equal(fake.share, SCARD_SHARE_EXCLUSIVE);
    assert_int_equal(fake.protocols, SCARD_PROTOCOL_RAW);
    assert_int_equal(card->protocol, RM_PROTOCOL_RAW);
    assert_string_equal(rm_reader_name(card), FAKE_READER);
    assert_int_equal(client_ask(card, 0), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(fake.disposition, SCARD_UNPOWER_CARD);
    assert_int_equal(rm_connect(client->context, FAKE_READER, RM_SHARE_DIRECT, 0, RM_WITHIN(0), &card),
                     RM_OK);
    assert_int_equal(fake.share, SCARD_SHARE_DIRECT);
    assert_int_equal(fake.protocols, 0);
    assert_int_equal(rm_disconnect(card, RM_EJECT, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(fake.disposition, SCARD_EJECT_CARD);
}

static void test_connect__codes(void **state) {
    static const struct {
        LONG code;
        rm_status expected;
    } rows[] = {{SCARD_E_UNKNOWN_READER, RM_E_UNKNOWN_READER},
                {SCARD_E_INVALID_VALUE, RM_E_UNKNOWN_READER}, /* a name that cannot be one */
                {SCARD_E_NO_SMARTCARD, RM_E_NO_SMARTCARD},
                {SCARD_W_REMOVED_CARD, RM_E_NO_SMARTCARD},
                {SCARD_E_SHARING_VIOLATION, RM_E_SHARING_VIOLATION},
                {SCARD_E_PROTO_MISMATCH, RM_E_PROTO_MISMATCH},
                {SCARD_W_UNRESPONSIVE_CARD, RM_W_UNRESPONSIVE_CARD},
                {SCARD_E_READER_UNAVAILABLE, RM_E_READER_UNAVAILABLE},
                {SCARD_E_NOT_READY, RM_E_NOT_READY},
                {SCARD_E_SERVICE_STOPPED, RM_E_NO_SERVICE},
                {ERROR_INVALID_HANDLE, RM_E_NO_SERVICE},
                {ERROR_GEN_FAILURE, RM_E_COMM_DATA_LOST},
                {0x12345, RM_F_UNKNOWN_ERROR}};
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rm_card *card = NULL;
        fake_winscard_script(FAKE_CONNECT, rows[i].code, 0);
        assert_int_equal(client_connect(client, CLIENT_LONG, &card), rows[i].expected);
        assert_null(card);
    }
}

static void test_connect__odd_protocol(void **state) {
    struct client *const client = *state;
    struct rm_card *card = NULL;

    fake.protocol = 0x1234;
    assert_int_equal(client_connect(client, 0, &card), RM_OK);
    assert_int_equal(card->protocol, RM_PROTOCOL_UNDEFINED);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_adopt__what_programs_hand_over(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card *card = NULL;

    assert_int_equal(rm_adopt(client->context, 0, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_adopt(client->context, UINT64_MAX, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_adopt(client->context, 0x7A5A5A5A, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    fake_winscard_script(FAKE_STATUS, SCARD_E_INVALID_VALUE, 0);
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    fake_winscard_script(FAKE_STATUS, SCARD_E_SERVICE_STOPPED, 0);
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_E_SERVICE_STOPPED);
    assert_null(card);
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), FAKE_READER);
    assert_int_equal(card->protocol, RM_PROTOCOL_T1);
    assert_int_equal(rm_card_handle(card), program.card);
    assert_int_equal(client_ask(card, CLIENT_LONG), RM_OK);
    rm_abandon(card);
    assert_int_equal(program_ask(&program), 10); /* it is the program's still */
    program_end(&program, SCARD_LEAVE_CARD);
}

/* The program's own transaction may be ended through us; one of ours does not stay behind. */
static void test_adopt__transactions(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card *card = NULL;

    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_OK);
    program_begin(&program);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(rm_begin(card, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_E_TIMEOUT);
    rm_abandon(card);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    program_end(&program, SCARD_LEAVE_CARD);
}

static void test_adopt__exclusive(void **state) {
    struct client *const client = *state;
    struct rm_card *card = NULL;

    assert_int_equal(rm_disconnect(client->card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    struct program program = program_start(SCARD_SHARE_EXCLUSIVE);
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_OK);
    fake_winscard_script(FAKE_BEGIN, 0, 0);
    assert_int_equal(client_ask(card, 0), RM_OK);
    assert_int_equal(fake_winscard_count(FAKE_BEGIN), 0); /* nobody can be in the way */
    rm_abandon(card);
    program_end(&program, SCARD_LEAVE_CARD);
}

/*
 * A good connection with something to tell, which tells its reader's name after reconnecting only. It is
 * known before: it is the only reader that is in use, or the reader says so itself.
 */
static void test_adopt__named_in_spite_of_a_notice(void **state) {
    struct client *const client = *state;
    struct rm_context *context = NULL;
    struct rm_card *second = NULL;

    assert_int_equal(rm_context_open(client->service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    for (int way = 0; way < 6; way++) {
        struct program program = program_start(SCARD_SHARE_SHARED);
        struct rm_card *card = NULL;
        const bool removed = way % 2;
        if (way == 2) {
            assert_int_equal(sim_plug(fake.sim, "Second", "demo", 0, NULL, 0), RM_OK);
            assert_int_equal(rm_connect(client->context, "Second", RM_SHARE_SHARED, CLIENT_ANY,
                                        RM_WITHIN(CLIENT_LONG), &second),
                             RM_OK);
        }
        fake.names_readers = way >= 4;
        if (removed)
            assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
        else
            assert_int_equal(
                rm_reconnect(client->card, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_RESET, RM_WITHIN(CLIENT_LONG)),
                RM_OK);
        assert_int_equal(rm_adopt(context, program.card, RM_WITHIN(CLIENT_LONG), &card), RM_OK);
        assert_string_equal(rm_reader_name(card), way == 2 || way == 3 ? "" : FAKE_READER);
        assert_int_equal(client_ask(card, CLIENT_LONG), removed ? RM_W_REMOVED_CARD : RM_W_RESET_CARD);
        if (removed)
            assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
        rm_abandon(card);
        program_end(&program, SCARD_LEAVE_CARD);
        assert_int_equal(
            rm_reconnect(client->card, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(CLIENT_LONG)),
            RM_OK);
    }
    rm_context_close(context);
}

/*
 * Rows 10 and 11 of the recovery specification for such a connection: by the reader's name, in a context of
 * ours.
 */
static void test_adopt__with_a_notice_survives_a_restart(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card *card = NULL;

    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_RESET, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(CLIENT_LONG), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), FAKE_READER);
    fake_winscard_stop();
    struct recovery recovery = {
        .service = client->service, .context = &client->context, .card = &card, .reader = FAKE_READER};
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_E_NO_SERVICE);
    fake_winscard_start();
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(client_ask(card, CLIENT_LONG), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(fake_winscard_api.release_context(program.context), 0);
}

static void test_adopt__after_a_reset(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card *card = NULL;

    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_RESET, RM_WITHIN(CLIENT_LONG)), RM_OK);
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_OK);
    assert_int_equal(client_ask(card, CLIENT_LONG), RM_W_RESET_CARD);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, CLIENT_ANY, RM_LEAVE, RM_WITHIN(CLIENT_LONG)),
                     RM_OK);
    assert_string_equal(rm_reader_name(card), FAKE_READER);
    assert_int_equal(client_ask(card, CLIENT_LONG), RM_OK);
    assert_int_equal(rm_card_handle(card), program.card);
    rm_abandon(card);
    program_end(&program, SCARD_LEAVE_CARD);
}

/*
 * A connection left to the program: the context that it lives in is the program's too, and when that has been
 * released nothing is left, neither of the card's use nor here.
 */
static void test_hand_out__to_the_program(void **state) {
    struct client *const client = *state;
    uint64_t context = 0;
    struct rm_card *card = NULL;

    assert_int_equal(rm_disconnect(client->card, RM_LEAVE, RM_WITHIN(CLIENT_LONG)), RM_OK);
    const unsigned before = fake_winscard_contexts();
    for (int way = 0; way < 3; way++) {
        assert_int_equal(rm_connect(client->context, FAKE_READER, RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T1,
                                    RM_WITHIN(CLIENT_LONG), &card),
                         RM_OK);
        struct program program = {.card = (SCARDHANDLE)rm_card_handle(card)};
        assert_int_equal(rm_hand_out(card, &context), RM_OK);
        program.context = (SCARDCONTEXT)context;
        assert_int_equal(program_ask(&program), 10);
        assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_E_SHARING_VIOLATION);
        if (way == 0)
            program_end(&program, SCARD_LEAVE_CARD);
        else if (way == 1)
            assert_int_equal(fake_winscard_api.release_context(program.context), 0);
        else
            rm_take_back(client->service, context);
        assert_int_equal(fake_winscard_contexts(), before);
        assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_OK);
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(CLIENT_LONG)), RM_OK);
        rm_take_back(client->service, context); /* ended already */
    }
}

static void test_hand_out__not_what_is_lost_or_adopted(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    uint64_t context = 0;
    struct rm_card *card = NULL;

    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(CLIENT_LONG), &card), RM_OK);
    assert_int_equal(rm_hand_out(card, &context), RM_E_UNSUPPORTED_FEATURE);
    rm_abandon(card);
    program_end(&program, SCARD_LEAVE_CARD);
    fake_winscard_stop();
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_hand_out(client->card, &context), RM_E_UNSUPPORTED_FEATURE);
}

static void test_adopt__unterminated_name(void **state) {
    static wchar_t endless[2048];
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card *card = NULL;

    for (size_t i = 0; i < 2048; i++)
        endless[i] = L'n';
    fake.names = endless;
    fake.names_size = 2048;
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_OK);
    assert_int_equal(strlen(rm_reader_name(card)), 2048);
    rm_abandon(card);
    fake.names_size = 2049; /* more than there is room for */
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card),
                     RM_E_INSUFFICIENT_BUFFER);
    endless[0] = 0xD800; /* no text: the reader cannot be named */
    fake.names_size = 2048;
    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), "");
    assert_int_equal(client_ask(card, CLIENT_LONG), RM_OK);
    rm_abandon(card);
    program_end(&program, SCARD_LEAVE_CARD);
}

/* Status, attributes and control are in test_talk.c. */

int main(void) {
    static const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_context__no_service),
        CLIENT_CASE(test_context__other_trouble),
        CLIENT_CASE(test_context__number_is_the_services),
        CLIENT_CASE(test_list__names_beyond_ascii),
        CLIENT_CASE(test_list__none),
        CLIENT_CASE(test_list__names_that_are_no_text),
        CLIENT_CASE(test_list__unterminated),
        CLIENT_CASE(test_list__absurd_sizes),
        CLIENT_CASE(test_list__grows_meanwhile),
        CLIENT_CASE(test_list__longer_than_offered),
        CLIENT_CASE(test_list__dead_context_is_replaced),
        CLIENT_CASE(test_list__other_trouble),
        CLIENT_CASE(test_connect__passes_its_wishes),
        CLIENT_CASE(test_connect__codes),
        CLIENT_CASE(test_connect__odd_protocol),
        CLIENT_CASE(test_adopt__what_programs_hand_over),
        CLIENT_CASE(test_adopt__transactions),
        CLIENT_CASE(test_adopt__exclusive),
        CLIENT_CASE(test_adopt__named_in_spite_of_a_notice),
        CLIENT_CASE(test_adopt__with_a_notice_survives_a_restart),
        CLIENT_CASE(test_adopt__after_a_reset),
        CLIENT_CASE(test_hand_out__to_the_program),
        CLIENT_CASE(test_hand_out__not_what_is_lost_or_adopted),
        CLIENT_CASE(test_adopt__unterminated_name),
    };
    return cmocka_run_group_tests_name("winscard", tests, NULL, NULL);
}

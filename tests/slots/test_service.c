/* The simulator behind the port: lists, handles, waiting, plugging, attributes, protocols. */
#include <pthread.h>
#include <string.h>

#include "backends/sim/clients.h"
#include "base/clock.h"

static void test_list_readers__in_order_of_plugging(void **state) {
    struct clients *clients = *state;
    struct names names = {0};
    assert_int_equal(sim_plug(clients->service, "Zweiter Leser \xC3\xA4", NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(sim_plug(clients->service, "A", NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(rm_list_readers(clients->a, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    static const char expected[] = READER "\0Zweiter Leser \xC3\xA4\0A\0";
    assert_int_equal(names.size, sizeof expected);
    assert_memory_equal(names.list, expected, sizeof expected);
    names_clear(&names);
}

static void test_list_readers__none(void **state) {
    struct clients *clients = *state;
    struct names names = {0};
    sim_clear(clients->service);
    assert_int_equal(rm_list_readers(clients->a, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, 0);
    assert_true(names_add(&names, "before", 6));
    assert_int_equal(rm_list_readers(clients->a, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, 8);
    assert_memory_equal(names.list, "before\0", 8);
    names_clear(&names);
}

static void test_list_groups__both(void **state) {
    struct clients *clients = *state;
    static const char expected[] = "SCard$AllReaders\0SCard$DefaultReaders\0";
    struct names names = {0};
    assert_int_equal(rm_list_groups(clients->a, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, sizeof expected);
    assert_memory_equal(names.list, expected, sizeof expected);
    names_clear(&names);
}

static void test_ops__hold_the_largest_answer(void **state) {
    struct clients *clients = *state;
    assert_string_equal(clients->service->name, "sim");
    assert_int_equal(clients->service->receive_max, 65538);
}

static void test_adopt__only_numbers_from_the_table(void **state) {
    struct clients *clients = *state;
    struct rm_card *card = clients_connect(clients->a), *adopted = NULL;
    const uint64_t handle = rm_card_handle(card);
    const uint64_t bad[] = {0,
                            UINT64_MAX,
                            handle + 1,
                            handle | 0x100000000u,
                            (uint64_t)(uintptr_t)card,
                            rm_context_handle(clients->a)};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i)
        assert_int_equal(rm_adopt(clients->b, bad[i], RM_WITHIN(5000), &adopted), RM_E_INVALID_HANDLE);
    assert_null(adopted);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_adopt(clients->b, handle, RM_WITHIN(5000), &adopted), RM_E_INVALID_HANDLE);
}

static void test_adopt__sees_what_the_other_changed(void **state) {
    struct clients *clients = *state;
    struct rm_card *card = clients_connect(clients->a), *adopted = NULL;
    struct rm_card_status status;
    assert_int_equal(rm_adopt(clients->b, rm_card_handle(card), RM_WITHIN(5000), &adopted), RM_OK);
    const uint32_t other = ANY & ~card->protocol;
    assert_int_equal(rm_reconnect(adopted, RM_SHARE_SHARED, other, RM_RESET, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(adopted->protocol, other);
    assert_int_equal(clients_ask(card, SOON), RM_OK); /* one connection: no notice to itself */
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(card->protocol, other);
    assert_int_equal(status.protocol, other);
    rm_abandon(card); /* the connection stays with its number */
    assert_int_equal(clients_ask(adopted, SOON), RM_OK);
    assert_int_equal(rm_disconnect(adopted, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_context_close__takes_its_connections_from_others(void **state) {
    struct clients *clients = *state;
    struct rm_context *third = NULL;
    struct rm_card *card, *adopted = NULL;
    assert_int_equal(rm_context_open(clients->service, RM_WITHIN(RM_INFINITE), &third), RM_OK);
    card = clients_connect(third);
    assert_int_equal(rm_adopt(clients->a, rm_card_handle(card), RM_WITHIN(5000), &adopted), RM_OK);
    rm_context_close(third);
    assert_int_equal(clients_ask(adopted, SOON), RM_E_INVALID_HANDLE);
    assert_int_equal(clients_reconnect(adopted, RM_LEAVE), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_begin(adopted, RM_WITHIN(0)), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_card_handle(adopted), 0);
    assert_int_equal(rm_disconnect(adopted, RM_LEAVE, RM_WITHIN(2000)), RM_E_INVALID_HANDLE);
}

/* Protocols: the demo card offers both, T=0 first; the GSM card T=0 only. */
static void test_connect__chooses_the_protocol(void **state) {
    struct clients *clients = *state;
    static const struct {
        const char *image;
        uint32_t asked;
        rm_status status;
        uint32_t got;
    } rows[] = {
        {"demo", ANY, RM_OK, RM_PROTOCOL_T0},
        {"demo", RM_PROTOCOL_T0, RM_OK, RM_PROTOCOL_T0},
        {"demo", RM_PROTOCOL_T1, RM_OK, RM_PROTOCOL_T1},
        {"demo", RM_PROTOCOL_RAW, RM_OK, RM_PROTOCOL_RAW},
        {"demo", RM_PROTOCOL_RAW | RM_PROTOCOL_T1, RM_OK, RM_PROTOCOL_RAW}, /* as with pcscd */
        {"demo", 0, RM_E_PROTO_MISMATCH, 0},
        {"gsm", ANY, RM_OK, RM_PROTOCOL_T0},
        {"gsm", RM_PROTOCOL_T1, RM_E_PROTO_MISMATCH, 0},
        {"gsm", RM_PROTOCOL_T1 | RM_PROTOCOL_RAW, RM_OK, RM_PROTOCOL_RAW},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct rm_card *card;
        assert_int_equal(sim_insert(clients->service, READER, rows[i].image, NULL, 0), RM_OK);
        assert_int_equal(clients_try(clients->a, RM_SHARE_SHARED, rows[i].asked, &card), rows[i].status);
        if (!card)
            continue;
        assert_int_equal(card->protocol, rows[i].got);
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
}

/* A settled protocol stays, also when nobody is left, until a reset: so it is with pcscd 1.9.9. */
static void test_connect__another_protocol_wants_a_reset(void **state) {
    struct clients *clients = *state;
    struct rm_card *card, *other;
    assert_int_equal(clients_try(clients->a, RM_SHARE_SHARED, RM_PROTOCOL_T1, &card), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_try(clients->a, RM_SHARE_SHARED, RM_PROTOCOL_T0, &card), RM_E_PROTO_MISMATCH);
    assert_int_equal(clients_try(clients->a, RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T0, &card), RM_E_PROTO_MISMATCH);
    assert_int_equal(clients_try(clients->a, RM_SHARE_SHARED, ANY, &card), RM_OK);
    assert_int_equal(card->protocol, RM_PROTOCOL_T1);
    assert_int_equal(clients_try(clients->b, RM_SHARE_SHARED, RM_PROTOCOL_T0, &other), RM_E_PROTO_MISMATCH);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0, RM_LEAVE, RM_WITHIN(SOON)),
                     RM_E_PROTO_MISMATCH);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0, RM_RESET, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(card->protocol, RM_PROTOCOL_T0);
    assert_int_equal(rm_disconnect(card, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_try(clients->b, RM_SHARE_SHARED, RM_PROTOCOL_T1, &other), RM_OK);
    assert_int_equal(clients_ask(other, SOON), RM_OK);
    assert_int_equal(rm_disconnect(other, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* A DIRECT connection has the protocol in use, and puts RAW in use if that is what it asks for. */
static void test_direct__protocol(void **state) {
    struct clients *clients = *state;
    struct rm_card *card, *direct;
    assert_int_equal(clients_try(clients->a, RM_SHARE_SHARED, RM_PROTOCOL_T1, &card), RM_OK);
    assert_int_equal(clients_try(clients->b, RM_SHARE_DIRECT, 0, &direct), RM_OK);
    assert_int_equal(direct->protocol, RM_PROTOCOL_T1);
    assert_int_equal(clients_ask(direct, SOON), RM_OK);
    assert_int_equal(rm_disconnect(direct, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    assert_int_equal(clients_try(clients->b, RM_SHARE_DIRECT, RM_PROTOCOL_RAW, &direct), RM_OK);
    assert_int_equal(direct->protocol, RM_PROTOCOL_RAW);
    assert_int_equal(clients_ask(card, SOON), RM_E_PROTO_MISMATCH);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_E_PROTO_MISMATCH);
    assert_int_equal(clients_ask(direct, SOON), RM_OK);
    assert_int_equal(rm_disconnect(direct, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_W_RESET_CARD);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_direct__reader_without_a_card(void **state) {
    struct clients *clients = *state;
    struct rm_card *card;
    struct rm_card_status status;
    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    assert_int_equal(clients_try(clients->a, RM_SHARE_DIRECT, 0, &card), RM_OK);
    assert_int_equal(card->protocol, RM_PROTOCOL_UNDEFINED);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(status.state, RM_CARD_ABSENT);
    assert_int_equal(status.atr_size, 0);
    assert_int_equal(clients_ask(card, SOON), RM_W_REMOVED_CARD);
    assert_int_equal(rm_reconnect(card, RM_SHARE_DIRECT, 0, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_reconnect(card, RM_SHARE_DIRECT, 0, RM_RESET, RM_WITHIN(SOON)), RM_E_NO_SMARTCARD);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(SOON)), RM_E_NO_SMARTCARD);

    assert_int_equal(sim_insert(clients->service, READER, "demo", NULL, 0), RM_OK);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(status.state, RM_CARD_NEGOTIABLE);
    assert_int_equal(clients_ask(card, SOON), RM_E_PROTO_MISMATCH);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_OK);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_unplug__fails_for_ever(void **state) {
    struct clients *clients = *state;
    struct rm_card *card = clients_connect(clients->a), *again;
    struct rm_card_status status;
    uint8_t value[8];
    size_t size = sizeof value;
    assert_int_equal(rm_begin(card, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(sim_unplug(clients->service, READER), RM_OK);
    assert_int_equal(sim_unplug(clients->service, READER), RM_E_UNKNOWN_READER);
    for (int i = 0; i < 2; ++i) {
        assert_int_equal(clients_ask(card, SOON), RM_E_READER_UNAVAILABLE);
        assert_int_equal(rm_status_of(card, &status, RM_WITHIN(SOON)), RM_E_READER_UNAVAILABLE);
        assert_int_equal(rm_begin(card, RM_WITHIN(SOON)), RM_E_READER_UNAVAILABLE);
        assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_READER_UNAVAILABLE);
        assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_E_READER_UNAVAILABLE);
        assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, value, &size, RM_WITHIN(RM_INFINITE)),
                         RM_E_READER_UNAVAILABLE);
        assert_int_equal(rm_card_handle(card), 0);
        assert_string_equal(rm_reader_name(card), READER);
        /* A reader of the same name is another one. */
        assert_int_equal(sim_plug(clients->service, READER, "demo", 0, NULL, 0),
                         i ? RM_E_DUPLICATE_READER : RM_OK);
    }
    again = clients_connect(clients->a);
    assert_int_equal(clients_ask(again, SOON), RM_OK);
    assert_int_equal(rm_disconnect(again, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_try(clients->a, RM_SHARE_SHARED, ANY, &again), RM_OK);
    assert_int_equal(rm_disconnect(again, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_hand__refuses(void **state) {
    struct clients *clients = *state;
    struct rm_service *service = clients->service;
    char longest[129], message[128] = "";
    memset(longest, 'n', 128);
    longest[128] = '\0';
    assert_int_equal(sim_plug(service, NULL, NULL, 0, message, sizeof message), RM_E_INVALID_PARAMETER);
    assert_true(message[0]);
    assert_int_equal(sim_plug(service, "", NULL, 0, NULL, 0), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_plug(service, longest, NULL, 0, NULL, 0), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_plug(service, RM_PNP_NOTIFICATION, NULL, 0, NULL, 0), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_plug(service, "x", NULL, 2, NULL, 0), RM_E_INVALID_PARAMETER);
    longest[127] = '\0';
    assert_int_equal(sim_plug(service, longest, NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(sim_plug(service, longest, "demo", 0, NULL, 0), RM_E_DUPLICATE_READER);

    assert_int_equal(sim_plug(service, "y", "/nonexistent/card.json", 0, message, sizeof message),
                     RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(message, "/nonexistent/card.json"));
    assert_int_equal(sim_insert(service, READER, "/nonexistent/card.json", NULL, 0), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_insert(service, READER, NULL, NULL, 0), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_insert(service, "y", "demo", NULL, 0), RM_E_UNKNOWN_READER);
    assert_int_equal(sim_remove(service, "y"), RM_E_UNKNOWN_READER);
    assert_int_equal(sim_remove(service, NULL), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_unplug(service, NULL), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_put_back(service, "y"), RM_E_UNKNOWN_READER);
    assert_int_equal(sim_put_back(service, READER), RM_E_NO_SMARTCARD);
    assert_int_equal(sim_remove(service, longest), RM_E_NO_SMARTCARD);
    assert_int_equal(sim_fault(service, "y", 1, 1), RM_E_UNKNOWN_READER);
    assert_int_equal(sim_fault(service, READER, 0, 1), RM_E_INVALID_PARAMETER);
    assert_int_equal(sim_fault(service, READER, 5, 1), RM_E_INVALID_PARAMETER);
}

static void test_attrib__reader_and_card(void **state) {
    struct clients *clients = *state;
    static const struct {
        uint32_t id;
        uint8_t bytes[24];
        size_t size;
    } rows[] = {
        {RM_ATTR_VENDOR_NAME, "scardssp", 9},
        {0x00010102, {0, 0, 0, 1}, 4},
        {RM_ATTR_CHARACTERISTICS, {0, 0, 0, 0}, 4},
        {0x00090300, {2}, 1},
        {0x00090301, {1}, 1},
        {0x7FFF0003, READER, sizeof READER},
        {0x7FFF0004, READER, sizeof READER},
        {0x00080201, {RM_PROTOCOL_T0, 0, 0, 0}, 4},
    };
    struct rm_card *card = clients_connect(clients->a);
    uint8_t value[64];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        size_t size = sizeof value;
        assert_int_equal(rm_get_attrib(card, rows[i].id, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
        assert_int_equal(size, rows[i].size);
        assert_memory_equal(value, rows[i].bytes, size);
        size = rows[i].size - 1;
        assert_int_equal(rm_get_attrib(card, rows[i].id, value, &size, RM_WITHIN(RM_INFINITE)),
                         RM_E_INSUFFICIENT_BUFFER);
        assert_int_equal(size, rows[i].size);
        size = 0;
        assert_int_equal(rm_get_attrib(card, rows[i].id, NULL, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
        assert_int_equal(size, rows[i].size);
    }
    size_t size = sizeof value;
    assert_int_equal(rm_get_attrib(card, 0x12345678, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(rm_set_attrib(card, RM_ATTR_VENDOR_NAME, value, 1, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(rm_control(card, 0x42000D48, value, 1, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(size, 0);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_attrib__serial_tells_readers_apart(void **state) {
    struct clients *clients = *state;
    struct rm_card *first = clients_connect(clients->a), *second = NULL;
    uint8_t one[16], two[16];
    size_t one_size = sizeof one, two_size = sizeof two;
    assert_int_equal(sim_plug(clients->service, "Other", "demo", 1, NULL, 0), RM_OK);
    assert_int_equal(rm_connect(clients->a, "Other", RM_SHARE_SHARED, ANY, RM_WITHIN(SOON), &second), RM_OK);
    assert_int_equal(rm_get_attrib(first, RM_ATTR_SERIAL_NUMBER, one, &one_size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(rm_get_attrib(second, RM_ATTR_SERIAL_NUMBER, two, &two_size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(one_size, 9);
    assert_int_equal(two_size, 9);
    assert_memory_not_equal(one, two, 8);
    assert_string_equal((const char *)two, "6E38FF95"); /* FNV-1a of its name: the same in every run */
    two_size = sizeof two;
    assert_int_equal(rm_get_attrib(second, RM_ATTR_CHARACTERISTICS, two, &two_size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(two[0], RM_CHARACTERISTIC_EJECTS);

    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    one_size = sizeof one;
    assert_int_equal(rm_get_attrib(first, RM_ATTR_ATR_STRING, one, &one_size, RM_WITHIN(RM_INFINITE)),
                     RM_W_REMOVED_CARD);
    assert_int_equal(rm_get_attrib(first, 0x00090300, one, &one_size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(one[0], 0);
    assert_int_equal(rm_reconnect(first, RM_SHARE_DIRECT, 0, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_get_attrib(first, RM_ATTR_ATR_STRING, one, &one_size, RM_WITHIN(RM_INFINITE)),
                     RM_W_REMOVED_CARD);
    assert_int_equal(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* Waiting */

struct job {
    struct rm_context *context;
    struct rm_reader_state state;
    uint32_t timeout_ms;
    rm_status status;
    uint64_t woke_ms;
};

static void *job_run(void *argument) {
    struct job *job = argument;
    job->status = rm_wait(job->context, &job->state, 1, RM_WITHIN(job->timeout_ms));
    job->woke_ms = clock_ms();
    return NULL;
}

static void nap(long ms) {
    const struct timespec pause = {0, ms * 1000000};
    nanosleep(&pause, NULL);
}

static void test_wait__sees_an_insertion_at_once(void **state) {
    struct clients *clients = *state;
    uint64_t slowest = 0;
    for (int i = 0; i < 8; ++i) {
        pthread_t thread;
        struct job job = {.context = clients->a, .state = {.reader = READER}, .timeout_ms = SOON};
        assert_int_equal(sim_remove(clients->service, READER), RM_OK);
        job.state.current = clients_look(clients->a) & ~(uint32_t)RM_STATE_CHANGED;
        assert_int_equal(pthread_create(&thread, NULL, job_run, &job), 0);
        nap(10);
        const uint64_t start = clock_ms();
        assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(job.status, RM_OK);
        assert_int_equal(job.state.event & 0xFFFFu, RM_STATE_PRESENT | RM_STATE_CHANGED);
        slowest = job.woke_ms - start > slowest ? job.woke_ms - start : slowest;
    }
    assert_int_in_range(slowest, 0, 100); /* a poll of 400 ms would be seen */
}

static void test_wait__counts_insertions_and_removals(void **state) {
    struct clients *clients = *state;
    const uint32_t before = clients_look(clients->a) >> 16;
    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    assert_int_equal(clients_look(clients->a) >> 16, before + 1);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    assert_int_equal(clients_look(clients->a) >> 16, before + 2);
    assert_int_equal(sim_insert(clients->service, READER, "app", NULL, 0), RM_OK); /* out and in */
    assert_int_equal(clients_look(clients->a) >> 16, before + 4);
}

static void test_wait__says_who_uses_the_card(void **state) {
    struct clients *clients = *state;
    struct rm_card *card;
    const uint32_t low = 0xFFFFu & ~(uint32_t)RM_STATE_CHANGED;
    assert_int_equal(clients_look(clients->a) & low, RM_STATE_PRESENT);
    card = clients_connect(clients->a);
    assert_int_equal(clients_look(clients->a) & low, RM_STATE_PRESENT | RM_STATE_INUSE);
    assert_int_equal(rm_reconnect(card, RM_SHARE_EXCLUSIVE, ANY, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(clients_look(clients->a) & low, RM_STATE_PRESENT | RM_STATE_EXCLUSIVE);

    struct rm_reader_state state_word = {.reader = READER};
    state_word.current = clients_look(clients->a) & ~(uint32_t)RM_STATE_CHANGED;
    assert_int_equal(rm_wait(clients->b, &state_word, 1, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(rm_disconnect(card, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_wait(clients->b, &state_word, 1, RM_WITHIN(0)), RM_OK); /* no longer EXCLUSIVE */
    assert_int_equal(state_word.event & low, RM_STATE_PRESENT | RM_STATE_UNPOWERED);
    /* Someone coming is no event for who believes in less. */
    state_word.current = RM_STATE_PRESENT;
    card = clients_connect(clients->a);
    assert_int_equal(rm_wait(clients->b, &state_word, 1, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_look(clients->a) & low, RM_STATE_PRESENT); /* LEAVE leaves it powered */
}

static void test_wait__reader_goes_while_waiting(void **state) {
    struct clients *clients = *state;
    pthread_t thread;
    struct job job = {.context = clients->a, .state = {.reader = READER}, .timeout_ms = RM_INFINITE};
    job.state.current = clients_look(clients->a) & ~(uint32_t)RM_STATE_CHANGED;
    assert_int_equal(pthread_create(&thread, NULL, job_run, &job), 0);
    nap(20);
    sim_clear(clients->service);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(job.state.event, RM_STATE_UNKNOWN | RM_STATE_UNAVAILABLE | RM_STATE_CHANGED);
    assert_int_equal(job.state.atr_size, 0);
    assert_int_equal(rm_wait(clients->a, &job.state, 1, RM_WITHIN(0)), RM_E_UNKNOWN_READER);
}

static void test_wait__pnp_counts_readers(void **state) {
    struct clients *clients = *state;
    struct rm_reader_state pnp = {.reader = RM_PNP_NOTIFICATION};
    assert_int_equal(rm_wait(clients->a, &pnp, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(pnp.event, 0x00010000u | RM_STATE_CHANGED);
    pnp.current = pnp.event & ~(uint32_t)RM_STATE_CHANGED;
    assert_int_equal(rm_wait(clients->a, &pnp, 1, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(pnp.event, 0x00010000u);
    assert_int_equal(sim_plug(clients->service, "Second", NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(rm_wait(clients->a, &pnp, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(pnp.event, 0x00020000u | RM_STATE_CHANGED);

    pthread_t thread;
    struct job job = {.context = clients->b, .state = pnp, .timeout_ms = SOON};
    job.state.current = pnp.event & ~(uint32_t)RM_STATE_CHANGED;
    assert_int_equal(pthread_create(&thread, NULL, job_run, &job), 0);
    nap(20);
    assert_int_equal(sim_unplug(clients->service, "Second"), RM_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(job.state.event, 0x00010000u | RM_STATE_CHANGED);
    /* There again before anybody has looked: there are as many as before, and yet it is news. */
    assert_int_equal(sim_plug(clients->service, "Second", NULL, 0, NULL, 0), RM_OK);
    for (int i = 0; i < 8; ++i) {
        job.state.current = 0x00020000u;
        assert_int_equal(pthread_create(&thread, NULL, job_run, &job), 0);
        nap(10);
        assert_int_equal(sim_unplug(clients->service, "Second"), RM_OK);
        assert_int_equal(sim_plug(clients->service, "Second", NULL, 0, NULL, 0), RM_OK);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(job.status, RM_OK);
    }
}

static void test_wait__nothing_to_wait_for(void **state) {
    struct clients *clients = *state;
    assert_int_equal(rm_wait(clients->a, NULL, 0, RM_WITHIN(20)), RM_E_TIMEOUT);
    struct rm_reader_state many[2] = {{.reader = READER},
                                      {.reader = RM_PNP_NOTIFICATION, .current = 0x10000}};
    assert_int_equal(rm_wait(clients->a, many, 2, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_true(many[0].event & RM_STATE_CHANGED);
    assert_false(many[1].event & RM_STATE_CHANGED);
    assert_true(many[0].atr_size >= 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLIENTS_CASE(test_list_readers__in_order_of_plugging),
        CLIENTS_CASE(test_list_readers__none),
        CLIENTS_CASE(test_list_groups__both),
        CLIENTS_CASE(test_ops__hold_the_largest_answer),
        CLIENTS_CASE(test_adopt__only_numbers_from_the_table),
        CLIENTS_CASE(test_adopt__sees_what_the_other_changed),
        CLIENTS_CASE(test_context_close__takes_its_connections_from_others),
        CLIENTS_CASE(test_connect__chooses_the_protocol),
        CLIENTS_CASE(test_connect__another_protocol_wants_a_reset),
        CLIENTS_CASE(test_direct__protocol),
        CLIENTS_CASE(test_direct__reader_without_a_card),
        CLIENTS_CASE(test_unplug__fails_for_ever),
        CLIENTS_CASE(test_hand__refuses),
        CLIENTS_CASE(test_attrib__reader_and_card),
        CLIENTS_CASE(test_attrib__serial_tells_readers_apart),
        CLIENTS_CASE(test_wait__sees_an_insertion_at_once),
        CLIENTS_CASE(test_wait__counts_insertions_and_removals),
        CLIENTS_CASE(test_wait__says_who_uses_the_card),
        CLIENTS_CASE(test_wait__reader_goes_while_waiting),
        CLIENTS_CASE(test_wait__pnp_counts_readers),
        CLIENTS_CASE(test_wait__nothing_to_wait_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

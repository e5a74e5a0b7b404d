/* scardssp_rm.h on the simulator: readers, their states and waiting for changes, codes and cards in words. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

#define STATE(state) ((state)&0xFFFFu)

static void test_list__sizes(void **state) {
    (void)state;
    static const char expected[] = "Simulated Reader 00\0Simulated Reader 01\0Simulated Reader 02\0";
    char names[100];
    size_t size = 0;
    expect_hr(scardssp_list_readers(NULL, &size), S_OK);
    assert_int_equal(size, sizeof expected);
    memset(names, 'x', sizeof names);
    expect_hr(scardssp_list_readers(names, &size), S_OK);
    assert_int_equal(size, sizeof expected);
    assert_memory_equal(names, expected, sizeof expected);
    assert_int_equal(names[sizeof expected], 'x');
    size = sizeof expected - 1;
    memset(names, 'x', sizeof names);
    expect_hr(scardssp_list_readers(names, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof expected);
    assert_int_equal(names[sizeof expected - 1], 'x');
    expect_hr(scardssp_list_readers(names, NULL), E_POINTER);
    expect_hr(scardssp_list_readers(NULL, NULL), E_POINTER);
}

static void test_list__none(void **state) {
    (void)state;
    char names[4] = "abc";
    size_t size = sizeof names;
    scardssp_sim_clear();
    expect_hr(scardssp_list_readers(names, &size), S_OK);
    assert_int_equal(size, 1);
    assert_int_equal(names[0], 0);
    assert_int_equal(names[1], 'b');
    size = 0;
    expect_hr(scardssp_list_readers(NULL, &size), S_OK);
    assert_int_equal(size, 1);
    size = 0;
    names[0] = 'a';
    expect_hr(scardssp_list_readers(names, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 1);
    assert_int_equal(names[0], 'a');
}

struct seen {
    size_t count, stop_after;
    char names[4][32];
    struct scardssp_reader_state states[4];
};

static int note_reader(void *user, const char *name, const struct scardssp_reader_state *told) {
    struct seen *seen = user;
    assert_true(seen->count < 4);
    (void)snprintf(seen->names[seen->count], sizeof seen->names[0], "%s", name);
    seen->states[seen->count++] = *told;
    return seen->count != seen->stop_after;
}

static void test_each__names_and_states(void **state) {
    (void)state;
    struct seen seen = {0};
    struct scardssp_reader_state alone = {0};
    expect_hr(scardssp_sim_remove("Simulated Reader 01"), S_OK);
    expect_hr(scardssp_each_reader(note_reader, &seen), S_OK);
    assert_int_equal(seen.count, 3);
    for (size_t i = 0; i < 3; ++i) {
        static const char *const names[] = {"Simulated Reader 00", "Simulated Reader 01",
                                            "Simulated Reader 02"};
        assert_string_equal(seen.names[i], names[i]);
        expect_hr(scardssp_get_reader_state(names[i], &alone, 0), S_OK);
        assert_memory_equal(&seen.states[i], &alone, sizeof alone);
    }
    assert_int_equal(STATE(seen.states[1].state), SCARD_STATE_EMPTY);
    assert_int_equal(seen.states[1].atr_size, 0);
    assert_true(seen.states[2].atr_size > 0);
}

static void test_each__stops_when_told(void **state) {
    (void)state;
    struct seen seen = {.stop_after = 2};
    expect_hr(scardssp_each_reader(note_reader, &seen), S_OK);
    assert_int_equal(seen.count, 2);
}

static void test_each__none(void **state) {
    (void)state;
    struct seen seen = {0};
    scardssp_sim_clear();
    expect_hr(scardssp_each_reader(note_reader, &seen), S_OK);
    assert_int_equal(seen.count, 0);
    expect_hr(scardssp_each_reader(NULL, &seen), E_POINTER);
}

static void test_state__of_a_reader(void **state) {
    (void)state;
    struct scardssp_reader_state now = {.state = 0xDEADu};
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), S_OK);
    assert_true(now.state & SCARD_STATE_PRESENT);
    assert_false(now.state & (SCARD_STATE_CHANGED | SCARD_STATE_EMPTY | SCARD_STATE_INUSE));
    assert_true(now.atr_size > 2 && now.atr_size <= 33);
    assert_int_equal(now.atr[0], 0x3B);
    ISCard *card = kit_card();
    IByteBuffer *atr = NULL;
    wchar_t reader[] = SIM_READER_WIDE;
    char hex[120] = "";
    for (uint32_t i = 0; i < now.atr_size; ++i)
        (void)sprintf(hex + strlen(hex), i ? " %02X" : "%02X", now.atr[i]);
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    expect_text(kit_hex(atr), hex);
    IByteBuffer_Release(atr);
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), S_OK);
    assert_true(now.state & SCARD_STATE_INUSE);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), S_OK);
    assert_true(now.state & SCARD_STATE_EXCLUSIVE);
    ISCard_Release(card);
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), S_OK);
    assert_int_equal(STATE(now.state), SCARD_STATE_EMPTY);
    assert_int_equal(now.atr_size, 0);
}

static void test_state__errors(void **state) {
    (void)state;
    struct scardssp_reader_state now = {0};
    expect_hr(scardssp_get_reader_state("No such reader", &now, 0), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_get_reader_state("simulated reader 00", &now, 0), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_get_reader_state("", &now, 0), E_INVALIDARG);
    expect_hr(scardssp_get_reader_state(NULL, &now, 0), E_INVALIDARG);
    expect_hr(scardssp_get_reader_state(SIM_READER, NULL, 0), E_POINTER);
}

static void test_state__waits_and_gives_up(void **state) {
    (void)state;
    struct scardssp_reader_state now = {0};
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), S_OK);
    const uint32_t before = now.state;
    const int64_t start = kit_ms();
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 120), SCARD_E_TIMEOUT);
    const int64_t took = kit_ms() - start;
    assert_true(took >= 120 && took < 3000);
    assert_int_equal(now.state, before);
    assert_true(now.atr_size > 0); /* what is, all the same */
    now.state = SCARD_STATE_EMPTY; /* an old view: answered at once */
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 60000), S_OK);
    assert_int_equal(now.state, before);
}

static void *hand(void *argument) {
    (void)argument;
    kit_pause(60);
    return (void *)(intptr_t)scardssp_sim_remove(SIM_READER);
}

static void *plugger(void *argument) {
    (void)argument;
    kit_pause(60);
    return (void *)(intptr_t)scardssp_sim_unplug(SIM_READER);
}

static void test_state__sees_a_removal(void **state) {
    (void)state;
    struct scardssp_reader_state now = {0};
    pthread_t thread;
    void *done = &done;
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), S_OK);
    const uint32_t counted = now.state >> 16;
    assert_int_equal(pthread_create(&thread, NULL, hand, NULL), 0);
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 60000), S_OK);
    assert_int_equal(STATE(now.state), SCARD_STATE_EMPTY);
    assert_int_equal(now.state >> 16, counted + 1);
    assert_int_equal(now.atr_size, 0);
    pthread_join(thread, &done);
    assert_null(done);
    expect_hr(scardssp_sim_put_back(SIM_READER), S_OK);
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 60000), S_OK);
    assert_true(now.state & SCARD_STATE_PRESENT);
    assert_int_equal(now.state >> 16, counted + 2);
}

static void test_state__sees_an_unplugging(void **state) {
    (void)state;
    struct scardssp_reader_state now = {0};
    pthread_t thread;
    void *done = &done;
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), S_OK);
    assert_int_equal(pthread_create(&thread, NULL, plugger, NULL), 0);
    const int64_t start = kit_ms();
    const HRESULT hr = scardssp_get_reader_state(SIM_READER, &now, 60000);
    assert_true(kit_ms() - start < 30000);
    assert_true(hr == (HRESULT)SCARD_E_UNKNOWN_READER || (hr == S_OK && (now.state & SCARD_STATE_UNKNOWN)));
    pthread_join(thread, &done);
    assert_null(done);
    expect_hr(scardssp_get_reader_state(SIM_READER, &now, 0), SCARD_E_UNKNOWN_READER);
}

static void test_attribute__of_a_reader(void **state) {
    (void)state;
    uint8_t value[64], little[4];
    size_t size = sizeof value;
    expect_hr(scardssp_get_reader_attribute(SIM_READER, 0x00010100u, value, &size), S_OK);
    assert_int_equal(size, sizeof "scardssp");
    assert_memory_equal(value, "scardssp", size);
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK); /* it is the reader that is asked */
    size = sizeof value;
    expect_hr(scardssp_get_reader_attribute(SIM_READER, 0x00010103u, value, &size), S_OK);
    assert_int_equal(size, 9);
    size = sizeof little;
    expect_hr(scardssp_get_reader_attribute(SIM_READER, 0x00010103u, little, &size),
              SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    size = sizeof value;
    expect_hr(scardssp_get_reader_attribute(SIM_READER, 0x7FFFFFFFu, value, &size),
              SCARD_E_UNSUPPORTED_FEATURE);
    expect_hr(scardssp_get_reader_attribute("No such reader", 0x00010103u, value, &size),
              SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_get_reader_attribute("", 0x00010103u, value, &size), E_INVALIDARG);
    expect_hr(scardssp_get_reader_attribute(NULL, 0x00010103u, value, &size), E_INVALIDARG);
    expect_hr(scardssp_get_reader_attribute(SIM_READER, 0x00010103u, NULL, &size), E_POINTER);
    expect_hr(scardssp_get_reader_attribute(SIM_READER, 0x00010103u, value, NULL), E_POINTER);
}

static void test_words__codes(void **state) {
    (void)state;
    static const struct {
        int32_t code;
        const char *name;
    } cases[] = {
        {(int32_t)0x8BADF00D, "unknown error"},
        {(int32_t)SCARD_W_RESET_CARD, "SCARD_W_RESET_CARD"},
        {(int32_t)SCARD_E_SHARING_VIOLATION, "SCARD_E_SHARING_VIOLATION"},
        {(int32_t)SCARD_E_NO_SERVICE, "SCARD_E_NO_SERVICE"},
        {E_INVALIDARG, "E_INVALIDARG"},
        {REGDB_E_CLASSNOTREG, "REGDB_E_CLASSNOTREG"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const char *advice = scardssp_status_advice(cases[i].code);
        assert_string_equal(scardssp_status_name(cases[i].code), cases[i].name);
        assert_non_null(advice);
        assert_true(strlen(advice) > 20); /* a sentence */
    }
    assert_string_equal(scardssp_status_name(S_OK), "S_OK");
    /* What can come through from a caller's own stream, from the system, and from calls by name. */
    static const struct {
        uint32_t code;
        const char *name;
    } com[] = {{0x80004005u, "E_FAIL"},
               {0x80004004u, "E_ABORT"},
               {0x80030005u, "STG_E_ACCESSDENIED"},
               {0x80030070u, "STG_E_MEDIUMFULL"},
               {0x800300FFu, "STG_E_INVALIDFLAG"},
               {0x80030102u, "STG_E_REVERTED"},
               {0x80020005u, "DISP_E_TYPEMISMATCH"},
               {0x8002000Eu, "DISP_E_BADPARAMCOUNT"},
               {0x8002801Du, "TYPE_E_LIBNOTREGISTERED"},
               {0x800401F0u, "CO_E_NOTINITIALIZED"},
               {0x80040110u, "CLASS_E_NOAGGREGATION"},
               {0x80010108u, "RPC_E_DISCONNECTED"},
               {0x8007006Du, "ERROR_BROKEN_PIPE"},
               {0x80100034u, "SCARD_E_READ_ONLY_CARD"},
               {0x80100072u, "SCARD_W_CACHE_ITEM_TOO_BIG"}};
    for (size_t i = 0; i < sizeof com / sizeof com[0]; ++i) {
        assert_string_equal(scardssp_status_name((int32_t)com[i].code), com[i].name);
        assert_string_not_equal(scardssp_status_advice((int32_t)com[i].code),
                                scardssp_status_advice((int32_t)0x8BADF00Du));
    }
    assert_non_null(scardssp_status_advice(S_OK));
    assert_string_not_equal(scardssp_status_advice((int32_t)SCARD_W_RESET_CARD),
                            scardssp_status_advice((int32_t)SCARD_W_REMOVED_CARD));
}

static void test_secret__which_bytes(void **state) {
    static const uint8_t load_keys[] = {0xFF, 0x82, 0x00, 0x00, 0x02, 0xA0, 0xA1};
    static const uint8_t envelope[] = {0x00, 0xC2, 0x00, 0x00, 0x01, 0x00, 0x00};
    static const uint8_t read_binary[] = {0x00, 0xB0, 0x00, 0x00, 0x00};
    size_t start = 0, count = 0;
    (void)state;
    assert_int_equal(scardssp_apdu_secret(load_keys, sizeof load_keys, &start, &count),
                     SCARDSSP_SECRET_CERTAIN);
    assert_int_equal(start, 5);
    assert_int_equal(count, 2);
    assert_int_equal(scardssp_apdu_secret(envelope, sizeof envelope, &start, &count),
                     SCARDSSP_SECRET_PERHAPS);
    assert_int_equal(start, 5);
    assert_int_equal(count, 1);
    assert_int_equal(scardssp_apdu_secret(read_binary, sizeof read_binary, &start, &count),
                     SCARDSSP_SECRET_NONE);
    assert_int_equal(count, 0);
    assert_int_equal(scardssp_apdu_secret(NULL, 7, &start, &count), SCARDSSP_SECRET_NONE);
    assert_int_equal(count, 0);
    assert_int_equal(scardssp_apdu_secret(load_keys, sizeof load_keys, NULL, NULL), SCARDSSP_SECRET_CERTAIN);
}

static void test_words__status_words(void **state) {
    (void)state;
    char text[128];
    char little[7];
    const size_t length = scardssp_sw_text(0x63C2, text, sizeof text);
    assert_string_equal(text, "63C2: verification failed, 2 tries left");
    assert_int_equal(length, strlen(text));
    assert_int_equal(scardssp_sw_text(0x63C2, NULL, 0), length);
    assert_int_equal(scardssp_sw_text(0x63C2, little, sizeof little), length);
    assert_string_equal(little, "63C2: ");
    /* The class of the command decides: DESFire's words are no success of a SIM. */
    static const uint8_t desfire[] = {0x90, 0x0A, 0x00, 0x00, 0x01, 0x00, 0x00};
    static const uint8_t status[] = {0x80, 0xF2, 0x00, 0x00};
    scardssp_sw_text_after(desfire, sizeof desfire, 0x91AE, text, sizeof text);
    assert_string_equal(text, "91AE: authentication error (DESFire)");
    scardssp_sw_text_after(status, sizeof status, 0x91AE, text, sizeof text);
    assert_string_equal(text, "91AE: success, proactive command waiting (UICC), 174 bytes");
    scardssp_sw_text_after(NULL, 0, 0x91AE, text, sizeof text);
    scardssp_sw_text(0x91AE, little, sizeof little);
    assert_memory_equal(text, little, sizeof little - 1);
    for (uint32_t sw = 0; sw <= 0xFFFF; ++sw) {
        assert_true(scardssp_sw_text((uint16_t)sw, text, sizeof text) < sizeof text);
        assert_int_equal(strtoul(text, NULL, 16), sw);
    }
}

static void test_words__of_a_command(void **state) {
    (void)state;
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 0x18},
                         verify[] = {0, 0x20, 0, 0x81, 2, 0x31, 0x32};
    char text[160];
    assert_int_equal(scardssp_apdu_text(read, sizeof read, text, sizeof text), 26);
    assert_string_equal(text, "READ BINARY at 0, 24 bytes");
    (void)scardssp_apdu_text(verify, sizeof verify, text, sizeof text);
    assert_string_equal(text, "VERIFY of reference 81, 2 bytes not shown");
    assert_int_equal(scardssp_apdu_text(read, sizeof read, NULL, 0), 26);
    assert_int_equal(scardssp_apdu_text(read, sizeof read, text, 5), 26);
    assert_string_equal(text, "READ");
    (void)scardssp_apdu_text(NULL, 7, text, sizeof text);
    assert_string_equal(text, "no command: 0 bytes");
}

static void test_words__answers_to_reset(void **state) {
    (void)state;
    static const struct {
        const char *atr;
        const char *text;
    } cases[] = {
        {"3B 00", "T=0, direct convention, no historical bytes"},
        {"3F 00", "T=0, inverse convention, no historical bytes"},
        {"3B 02 41 42", "T=0, direct convention, historical bytes 41 42"},
        {"3B 81 01 00 80", "T=1, direct convention, historical bytes 00"},
        {"3B 80 80 01 01", "T=0 and T=1, direct convention, no historical bytes"},
        {"3B 80 10 00", "T=0, direct convention, specific mode T=0, no historical bytes"},
        {"3B 10 96 81 B1 FE 45", NULL},
        {"3B 02 41", NULL},
        {"3B", NULL},
        {"", NULL},
        {"00 00", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        uint8_t atr[33];
        char text[200] = "";
        const size_t size = kit_bytes(cases[i].atr, atr, sizeof atr);
        const size_t length = scardssp_atr_text(atr, size, text, sizeof text);
        assert_int_equal(length, strlen(text));
        assert_int_equal(scardssp_atr_text(atr, size, NULL, 0), length);
        if (cases[i].text)
            assert_string_equal(text, cases[i].text);
        else
            assert_int_equal(strncmp(text, "malformed: ", 11), 0);
    }
    char text[40] = "";
    (void)scardssp_atr_text(NULL, 0, text, sizeof text);
    assert_int_equal(strncmp(text, "malformed: ", 11), 0);
    (void)scardssp_atr_text((const uint8_t[]){0x3B, 0}, 2, text, 8);
    assert_string_equal(text, "T=0, di");
}

/* Backends, as they are told. */
struct told {
    unsigned count;
    bool simulator;
    bool whole;
};

static void tell(void *user, const struct scardssp_backend *backend) {
    struct told *told = user;
    const bool works = backend->status == S_OK;
    told->count++;
    told->whole &= backend->name[0] && backend->summary[0] && works == (backend->remedy == NULL) &&
                   (works ? backend->cause == NULL : backend->status < 0);
    told->simulator |= strcmp(backend->name, "sim") == 0 && works && backend->argument != NULL;
}

static void test_backends__all(void **state) {
    struct told told = {.whole = true};
    (void)state;
    assert_int_equal(scardssp_list_backends(NULL, NULL), E_POINTER);
    assert_int_equal(scardssp_list_backends(tell, &told), S_OK);
    assert_true(told.count >= 2);
    assert_true(told.simulator);
    assert_true(told.whole);
}

static void test_backends__the_one_in_use(void **state) {
    struct told told = {.whole = true};
    (void)state;
    assert_int_equal(scardssp_used_backends(NULL, NULL), E_POINTER);
    assert_int_equal(scardssp_used_backends(tell, &told), S_OK);
    assert_int_equal(told.count, 1);
    assert_true(told.simulator);
    assert_true(told.whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list__sizes),
        cmocka_unit_test_setup(test_list__none, kit_three_cards),
        cmocka_unit_test_setup(test_each__names_and_states, kit_three_cards),
        cmocka_unit_test_setup(test_each__stops_when_told, kit_three_cards),
        cmocka_unit_test_setup(test_each__none, kit_three_cards),
        cmocka_unit_test_setup(test_state__of_a_reader, kit_three_cards),
        cmocka_unit_test_setup(test_state__errors, kit_three_cards),
        cmocka_unit_test_setup(test_state__waits_and_gives_up, kit_three_cards),
        cmocka_unit_test_setup(test_state__sees_a_removal, kit_three_cards),
        cmocka_unit_test_setup(test_state__sees_an_unplugging, kit_three_cards),
        cmocka_unit_test_setup(test_attribute__of_a_reader, kit_three_cards),
        cmocka_unit_test(test_backends__all),
        cmocka_unit_test(test_backends__the_one_in_use),
        cmocka_unit_test(test_words__codes),
        cmocka_unit_test(test_secret__which_bytes),
        cmocka_unit_test(test_words__status_words),
        cmocka_unit_test(test_words__answers_to_reset),
        cmocka_unit_test(test_words__of_a_command),
    };
    if (FAILED(scardssp_use_rm("sim", NULL, 0)))
        return 1;
    return cmocka_run_group_tests_name("rm_api", tests, NULL, NULL);
}

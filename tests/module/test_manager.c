/*
 * Which resource manager a process gets, and how the environment steers it: SCARDSSP_RM, SCARDSSP_TIMEOUT,
 * SCARDSSP_TRACE, scardssp_use_rm(). Each case is a process of its own, since the choice is made once.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <scardssp_card.h>

#include "kit.h"
#include "support/kits/scratch.h"

#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})

static HRESULT try_card(void) {
    ISCard *card = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    expect(SUCCEEDED(hr) == (card != NULL));
    if (card)
        ISCard_Release(card);
    return hr;
}

static ISCard *attached(void) {
    wchar_t reader[] = SIM_READER_WIDE;
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    return card;
}

/* The same as part of another object: what cannot be made leaves that one alone. */
static HRESULT try_part(void) {
    IUnknown *const outer = (IUnknown *)kit_cmd();
    void *part = &part;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, outer, CLSCTX_ALL, &IID_IUnknown, &part);
    expect(SUCCEEDED(hr) == (part != NULL));
    if (part)
        expect(IUnknown_Release((IUnknown *)part) == 0);
    expect(IUnknown_Release(outer) == 0);
    return hr;
}

/* An object that needs no resource manager can be had, whatever becomes of that. */
static void try_cmd(void) {
    ISCardCmd *cmd = kit_cmd();
    ISCardCmd_Release(cmd);
}

/* SCARDSSP_RM */

static void simulator_program(void) {
    expect_text(kit_readers(), "Simulated Reader 00|Simulated Reader 01|Simulated Reader 02");
    ISCard *card = attached();
    expect_works(card);
    ISCard_Release(card);
}

static void test_rm__sim(void **state) {
    (void)state;
    kit_quiet_child(simulator_program, VARIABLES("SCARDSSP_RM=sim"));
}

static void empty_program(void) {
    expect_text(kit_readers(), "");
    expect_hr(try_card(), S_OK);
    expect_hr(try_part(), S_OK);
}

static void test_rm__sim_without_readers(void **state) {
    (void)state;
    kit_quiet_child(empty_program, VARIABLES("SCARDSSP_RM=sim:"));
}

static void file_program(void) {
    expect_text(kit_readers(), "Left|Right");
    expect_hr(scardssp_sim_remove("Left"), S_OK);
    expect_hr(scardssp_sim_remove("Right"), SCARD_E_NO_SMARTCARD);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_rm__sim_file(void **state) {
    (void)state;
    char folder[SCRATCH_ROOM], path[SCRATCH_ROOM + 8], variable[SCRATCH_ROOM + 30];
    assert_true(scratch_create(folder));
    (void)snprintf(path, sizeof path, "%s/readers", folder);
    write_file(path, "{\"format\": \"scardssp-readers\", \"version\": 1, \"readers\": ["
                     "{\"name\": \"Left\", \"card\": \"demo\"}, {\"name\": \"Right\"}]}");
    (void)snprintf(variable, sizeof variable, "SCARDSSP_RM=sim:%s", path);
    kit_quiet_child(file_program, VARIABLES(variable));
    assert_true(scratch_remove(folder));
}

static void system_program(void) {
    /* Whether there is a service or not: it is not the simulator that answers. */
    char message[200] = "";
    expect_hr(scardssp_sim_plug("New", NULL, 0, message, sizeof message), E_UNEXPECTED);
    expect_text(message, "the resource manager of this process is not the simulator; choose \"sim\" first");
}

static void test_rm__system_by_default(void **state) {
    (void)state;
    static const char *const none[] = {NULL};
    kit_quiet_child(system_program, none);
    kit_quiet_child(system_program, VARIABLES("SCARDSSP_RM="));
    kit_quiet_child(system_program, VARIABLES("SCARDSSP_RM=system"));
}

static void refused_program(void) {
    expect_hr(try_card(), E_INVALIDARG);
    try_cmd();
    /* A program may still choose well. */
    expect_hr(scardssp_use_rm("sim", NULL, 0), S_OK);
    expect_hr(try_card(), S_OK);
}

static void refused_part_program(void) {
    char reader[SCARDSSP_READER_MAX] = "stale";
    struct scardssp_card *card = (struct scardssp_card *)&card;
    expect_hr(try_part(), E_INVALIDARG);
    expect_hr(scardssp_open(NULL, &card), E_INVALIDARG);
    expect(card == NULL);
    expect_hr(scardssp_wait(NULL, 0, reader, sizeof reader), E_INVALIDARG);
    expect_text(reader, "");
}

static void test_rm__bad_value_for_a_part(void **state) {
    (void)state;
    free(kit_child(refused_part_program, VARIABLES("SCARDSSP_RM=bogus")));
}

/* What every system has; behind that comes what this one has. */
#define THERE_ARE "system (the PC/SC service), sim (simulated readers; sim:FILE: those of a file, sim: none)"

static void test_rm__bad_values(void **state) {
    (void)state;
    static const struct {
        const char *variable;
        const char *line;
    } cases[] = {
        {"SCARDSSP_RM=bogus", "scardssp: SCARDSSP_RM: no resource manager \"bogus\"; there are " THERE_ARE},
        {"SCARDSSP_RM=SIM", "scardssp: SCARDSSP_RM: no resource manager \"SIM\"; there are " THERE_ARE},
        {"SCARDSSP_RM=simulator",
         "scardssp: SCARDSSP_RM: no resource manager \"simulator\"; there are " THERE_ARE},
        {"SCARDSSP_RM=system:",
         "scardssp: SCARDSSP_RM: no resource manager \"system:\"; there are " THERE_ARE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char *said = kit_child(refused_program, VARIABLES(cases[i].variable));
        assert_int_equal(strncmp(said, cases[i].line, strlen(cases[i].line)), 0);
        free(said);
    }
}

static void test_rm__bad_file(void **state) {
    (void)state;
    char folder[SCRATCH_ROOM], path[SCRATCH_ROOM + 8];
    char variable[SCRATCH_ROOM + 30], start[SCRATCH_ROOM + 50];
    assert_true(scratch_create(folder));
    (void)snprintf(path, sizeof path, "%s/readers", folder);
    write_file(path, "{\"format\": \"scardssp-readers\",\n \"version\": 1,\n \"readers\": [{\"name\": 7}]}");
    (void)snprintf(variable, sizeof variable, "SCARDSSP_RM=sim:%s", path);
    (void)snprintf(start, sizeof start, "scardssp: SCARDSSP_RM: %s:3: ", path);
    char *said = kit_child(refused_program, VARIABLES(variable));
    assert_int_equal(strncmp(said, start, strlen(start)), 0);
    assert_non_null(strstr(said, "name"));
    free(said);
    assert_true(scratch_remove(folder));
    (void)snprintf(start, sizeof start, "scardssp: SCARDSSP_RM: %s: ", path);
    said = kit_child(refused_program, VARIABLES(variable));
    assert_int_equal(strncmp(said, "scardssp: SCARDSSP_RM: ", 23), 0);
    assert_non_null(strstr(said, path));
    free(said);
}

/* scardssp_use_rm */

#define NO_NFC "no resource manager \"nfc\"; there are " THERE_ARE

static void choosing_program(void) {
    char message[200] = "stale";
    char little[10] = "";
    expect_hr(scardssp_use_rm(NULL, message, sizeof message), E_INVALIDARG);
    expect_hr(scardssp_use_rm("nfc", message, sizeof message), E_INVALIDARG);
    message[strlen(NO_NFC)] = '\0';
    expect_text(message, NO_NFC);
    expect_hr(scardssp_use_rm("nfc", little, sizeof little), E_INVALIDARG);
    expect_text(little, "no resour");
    expect_hr(scardssp_use_rm("nfc", NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_use_rm("sim:/no/such/file", message, sizeof message), E_INVALIDARG);
    expect(strstr(message, "/no/such/file") != NULL);
    expect_hr(scardssp_use_rm("sim:/no/such:file,simple:", message, sizeof message), E_INVALIDARG);
    expect(strstr(message, "/no/such:file,simple:") != NULL);
    expect_hr(scardssp_use_rm("sim:", message, sizeof message), S_OK);
    expect_text(message, "");
    expect_text(kit_readers(), "");
    expect_hr(scardssp_use_rm("sim:", message, sizeof message), E_UNEXPECTED);
    expect_text(message, "a resource manager is in use already; choose before making objects");
    expect_hr(scardssp_use_rm("nfc", message, sizeof message), E_UNEXPECTED);
}

static void test_use_rm__rules(void **state) {
    (void)state;
    static const char *const none[] = {NULL};
    kit_quiet_child(choosing_program, none);
    /* The call overrides the variable, good or bad, which then nobody looks at. */
    kit_quiet_child(choosing_program, VARIABLES("SCARDSSP_RM=sim"));
    kit_quiet_child(choosing_program, VARIABLES("SCARDSSP_RM=bogus"));
}

static void late_program(void) {
    try_cmd(); /* choosing is still possible after this, but not after the next */
    expect_hr(try_card(), S_OK);
    expect_hr(scardssp_use_rm("sim", NULL, 0), E_UNEXPECTED);
}

static void test_use_rm__too_late(void **state) {
    (void)state;
    kit_quiet_child(late_program, VARIABLES("SCARDSSP_RM=sim:"));
}

/* SCARDSSP_TIMEOUT */

/* How long the second client waits for the first one's transaction. */
static int64_t waited(void) {
    wchar_t reader[] = SIM_READER_WIDE;
    ISCard *holder = attached();
    ISCard *other = attached();
    expect_hr(ISCard_LockSCard(holder), S_OK);
    const int64_t start = kit_ms();
    expect_hr(ISCard_LockSCard(other), SCARD_E_TIMEOUT);
    const int64_t took = kit_ms() - start;
    expect_hr(kit_send(other, "00 84 00 00 08", NULL), SCARD_E_TIMEOUT);
    expect_hr(ISCard_ReAttach(other, SHARED, RESET), SCARD_E_TIMEOUT);
    expect_hr(ISCard_UnlockSCard(holder, LEAVE), S_OK);
    expect_works(other);
    expect_hr(ISCard_AttachByReader(other, reader, SHARED, T1), S_OK);
    ISCard_Release(other);
    ISCard_Release(holder);
    return took;
}

static void short_program(void) {
    const int64_t took = waited();
    expect(took >= 150 && took < 2000);
}

static void zero_program(void) {
    expect(waited() < 1000);
}

static void test_timeout__respected(void **state) {
    (void)state;
    kit_quiet_child(short_program, VARIABLES("SCARDSSP_RM=sim", "SCARDSSP_TIMEOUT=150"));
    kit_quiet_child(zero_program, VARIABLES("SCARDSSP_RM=sim", "SCARDSSP_TIMEOUT=0"));
}

/* Nonsense is not taken for 0: the default is long. */
static void *end_well(void *unused) {
    nanosleep(&(const struct timespec){.tv_sec = 1}, NULL);
    _exit(0);
    return unused;
}

static void patient_program(void) {
    pthread_t thread;
    ISCard *holder = attached();
    ISCard *other = attached();
    expect_hr(ISCard_LockSCard(holder), S_OK);
    expect(pthread_create(&thread, NULL, end_well, NULL) == 0);
    (void)ISCard_LockSCard(other);
    expect(false);
}

static void test_timeout__nonsense(void **state) {
    (void)state;
    static const char *const values[] = {"SCARDSSP_TIMEOUT=-1", "SCARDSSP_TIMEOUT=5 ms",
                                         "SCARDSSP_TIMEOUT=99999999999"};
    for (size_t i = 0; i < 3; ++i)
        kit_quiet_child(patient_program, VARIABLES("SCARDSSP_RM=sim", values[i]));
}

/* SCARDSSP_TRACE */

static void talking_program(void) {
    ISCard *card = attached();
    expect_apdu(card, "00 20 00 01 04 31 32 33 34", "90 00");
    expect_apdu(card, "00 20 00 01 04 39 38 37 36", "63 C2");
    expect_apdu(card, "00 2C 00 01 0C 31 32 33 34 35 36 37 38 31 32 33 34", "90 00");
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
}

static bool every_line_is_ours(const char *text) {
    for (const char *p = text; *p; ++p) {
        if (strncmp(p, "scardssp: ", 10) != 0 || !(p = strchr(p, '\n')))
            return false;
    }
    return true;
}

static void test_trace__calls(void **state) {
    (void)state;
    char *said = kit_child(talking_program, VARIABLES("SCARDSSP_RM=sim", "SCARDSSP_TRACE=1"));
    assert_true(every_line_is_ours(said));
    assert_non_null(strstr(said, "scardssp: context_open(sim)"));
    assert_non_null(strstr(said, "scardssp: connect(" SIM_READER ") share 2, protocols 2, got 2 = "));
    assert_non_null(strstr(said, "scardssp: transmit(" SIM_READER ") 9 bytes, answer 2 = "));
    assert_non_null(strstr(said, "scardssp: transmit(" SIM_READER ") 5 bytes, answer 7 = "));
    assert_non_null(
        strstr(said, "scardssp: reconnect(" SIM_READER ") share 2, protocols 2, init 1, got 2 = "));
    assert_non_null(strstr(said, "scardssp: disconnect(" SIM_READER ") disposition 0 = "));
    assert_non_null(strstr(said, "scardssp: context_close()"));
    assert_null(strstr(said, "00 B0")); /* no bytes at this level */
    free(said);
}

/* PINs and PUKs never appear, whatever the card says to them; other commands do. */
static void test_trace__bytes_without_secrets(void **state) {
    (void)state;
    static const char *const levels[] = {"SCARDSSP_TRACE=2", "SCARDSSP_TRACE=9"};
    for (size_t i = 0; i < 2; ++i) {
        char *said = kit_child(talking_program, VARIABLES("SCARDSSP_RM=sim", levels[i]));
        assert_true(every_line_is_ours(said));
        assert_null(strstr(said, "31 32 33"));
        assert_null(strstr(said, "39 38 37"));
        assert_null(strstr(said, "35 36 37"));
        assert_null(strstr(said, "1234"));
        assert_non_null(
            strstr(said, "scardssp:   > 00 20 00 01 04 **\nscardssp:   < 90 00 [9000: success]\n"));
        assert_non_null(strstr(said, "scardssp:   > 00 20 00 01 04 **\nscardssp:   < 63 C2 [63C2: "
                                     "verification failed, 2 tries left]\n"));
        assert_non_null(
            strstr(said, "scardssp:   > 00 2C 00 01 0C **\nscardssp:   < 90 00 [9000: success]\n"));
        assert_non_null(strstr(
            said, "scardssp:   > 00 B0 83 00 05\nscardssp:   < 48 65 6C 6C 6F 90 00 [9000: success]\n"));
        free(said);
    }
}

static void test_trace__off(void **state) {
    (void)state;
    static const char *const values[] = {"SCARDSSP_TRACE=0", "SCARDSSP_TRACE=", "SCARDSSP_TRACE=yes",
                                         "SCARDSSP_TRACE=12", "SCARDSSP_TRACE=-1"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; ++i)
        kit_quiet_child(talking_program, VARIABLES("SCARDSSP_RM=sim", values[i]));
}

/* scardssp_trace() */

static void quiet_by_call_program(void) {
    expect_hr(scardssp_trace(2), S_OK);
    expect_hr(scardssp_trace(0), S_OK); /* the last counts, and goes before the variable */
    talking_program();
    expect_hr(scardssp_trace(1), E_UNEXPECTED);
}

static void bytes_by_call_program(void) {
    expect_hr(scardssp_trace(3), E_INVALIDARG);
    expect_hr(scardssp_trace(UINT32_MAX), E_INVALIDARG);
    expect_hr(scardssp_trace(2), S_OK);
    talking_program();
}

static void chosen_already_program(void) {
    expect_hr(scardssp_use_rm("sim", NULL, 0), S_OK);
    expect_hr(scardssp_trace(2), E_UNEXPECTED);
    expect_hr(scardssp_trace(3), E_INVALIDARG);
    talking_program();
}

static void test_trace__by_call(void **state) {
    (void)state;
    kit_quiet_child(quiet_by_call_program, VARIABLES("SCARDSSP_RM=sim", "SCARDSSP_TRACE=2"));
    kit_quiet_child(chosen_already_program, VARIABLES("SCARDSSP_RM=sim", "SCARDSSP_TRACE=0"));
    static const char *const values[] = {"SCARDSSP_TRACE=0", "SCARDSSP_TRACE=1"};
    for (size_t i = 0; i < 2; ++i) {
        char *said = kit_child(bytes_by_call_program, VARIABLES("SCARDSSP_RM=sim", values[i]));
        assert_true(every_line_is_ours(said));
        assert_null(strstr(said, "31 32 33"));
        assert_non_null(
            strstr(said, "scardssp:   > 00 20 00 01 04 **\nscardssp:   < 90 00 [9000: success]\n"));
        assert_non_null(strstr(
            said, "scardssp:   > 00 B0 83 00 05\nscardssp:   < 48 65 6C 6C 6F 90 00 [9000: success]\n"));
        free(said);
    }
}

/* The simulator's own calls work under the tracer. */
static void traced_hand_program(void) {
    ISCard *card = attached();
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_W_REMOVED_CARD);
    expect_hr(scardssp_sim_put_back(SIM_READER), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static void test_trace__simulator_stays_in_hand(void **state) {
    (void)state;
    char *said = kit_child(traced_hand_program, VARIABLES("SCARDSSP_RM=sim", "SCARDSSP_TRACE=1"));
    assert_non_null(strstr(said, ") 5 bytes, answer 0 = SCARD_W_REMOVED_CARD"));
    free(said);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rm__sim),
        cmocka_unit_test(test_rm__sim_without_readers),
        cmocka_unit_test(test_rm__sim_file),
        cmocka_unit_test(test_rm__system_by_default),
        cmocka_unit_test(test_rm__bad_values),
        cmocka_unit_test(test_rm__bad_value_for_a_part),
        cmocka_unit_test(test_rm__bad_file),
        cmocka_unit_test(test_use_rm__rules),
        cmocka_unit_test(test_use_rm__too_late),
        cmocka_unit_test(test_timeout__respected),
        cmocka_unit_test(test_timeout__nonsense),
        cmocka_unit_test(test_trace__calls),
        cmocka_unit_test(test_trace__bytes_without_secrets),
        cmocka_unit_test(test_trace__off),
        cmocka_unit_test(test_trace__by_call),
        cmocka_unit_test(test_trace__simulator_stays_in_hand),
    };
    return cmocka_run_group_tests_name("manager", tests, NULL, NULL);
}

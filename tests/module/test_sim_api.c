/*
 * scardssp_sim.h: each call of the hand at the simulated readers, seen through ISCard, and what the calls say
 * when the resource manager is another one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "support/kits/environment.h"
#include "support/kits/scratch.h"

#define READER "Desk"
#define READER_WIDE L"Desk"
#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define IMAGE_HEAD "{\"format\": \"scardssp-card\",\n\"version\": 1,\n"

static char message[300];

static HRESULT attach(ISCard *card) {
    wchar_t reader[] = READER_WIDE;
    return ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
}

static ISCard *attached(void) {
    ISCard *card = kit_card();
    expect_hr(attach(card), S_OK);
    return card;
}

/* The demo card's state that no reset survives: the file that is selected. */
static void select_greeting(ISCard *card) {
    expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
}

static void test_plug__with_and_without_card(void **state) {
    (void)state;
    ISCard *card = kit_card();
    expect_hr(attach(card), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_plug(READER, NULL, 0, message, sizeof message), S_OK);
    expect_text(message, "");
    expect_hr(attach(card), SCARD_E_NO_SMARTCARD);
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), SCARD_E_DUPLICATE_READER);
    expect_hr(scardssp_sim_unplug(READER), S_OK);
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(attach(card), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static void test_plug__refused(void **state) {
    (void)state;
    char name[129];
    static const char *const images[] = {"", "Demo", "/no/such/image.json"};
    memset(name, 'n', sizeof name - 1);
    name[128] = '\0';
    expect_hr(scardssp_sim_plug(NULL, "demo", 0, message, sizeof message), E_INVALIDARG);
    assert_true(*message);
    expect_hr(scardssp_sim_plug("", "demo", 0, NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_sim_plug(name, "demo", 0, NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_sim_plug(READER, "demo", 2, NULL, 0), E_INVALIDARG);
    for (size_t i = 0; i < 3; ++i) {
        *message = '\0';
        expect_hr(scardssp_sim_plug(READER, images[i], 0, message, sizeof message), E_INVALIDARG);
        assert_true(*message);
    }
    expect_hr(scardssp_sim_unplug(READER), SCARD_E_UNKNOWN_READER);
    name[127] = '\0';
    expect_hr(scardssp_sim_plug(name, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_unplug(name), S_OK);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* A bad image says the file, the line and the field. */
static void test_plug__image_from_a_file(void **state) {
    (void)state;
    char folder[SCRATCH_ROOM], path[SCRATCH_ROOM + 6], start[SCRATCH_ROOM + 10];
    assert_true(scratch_create(folder));
    (void)snprintf(path, sizeof path, "%s/image", folder);
    write_file(path, IMAGE_HEAD "\"name\": \"Mine\", \"protocols\": [\"T=1\"], \"historical\": \"4D\",\n"
                                "\"mf\": {\"files\": [{\"id\": \"0A0B\", \"type\": \"transparent\", "
                                "\"content\": \"C0 FF EE\"}]}}");
    expect_hr(scardssp_sim_plug(READER, path, 0, message, sizeof message), S_OK);
    ISCard *card = attached();
    expect_apdu(card, "00 A4 00 0C 02 0A 0B", "90 00");
    expect_apdu(card, "00 B0 00 00 00", "C0 FF EE 90 00");
    ISCard_Release(card);
    write_file(path, IMAGE_HEAD "\"name\": \"Mine\",\n\"protocols\": [\"T=7\"], \"mf\": {}}");
    (void)snprintf(start, sizeof start, "%s:4: ", path);
    expect_hr(scardssp_sim_insert(READER, path, message, sizeof message), E_INVALIDARG);
    assert_int_equal(strncmp(message, start, strlen(start)), 0);
    assert_non_null(strstr(message, "protocols"));
    assert_true(scratch_remove(folder));
}

static void test_unplug__under_a_connection(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_unplug(READER), S_OK);
    const HRESULT hr = kit_send(card, "00 84 00 00 08", NULL);
    assert_true(hr == (HRESULT)SCARD_E_READER_UNAVAILABLE);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
    expect_hr(scardssp_sim_unplug(NULL), E_INVALIDARG);
}

static void test_insert__a_fresh_card(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, NULL, 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_insert(READER, "demo", message, sizeof message), S_OK);
    ISCard *card = attached();
    expect_apdu(card, "00 D6 83 00 01 58", "90 00");
    expect_apdu(card, "00 B0 83 00 05", "58 65 6C 6C 6F 90 00");
    expect_hr(scardssp_sim_insert(READER, "demo", NULL, 0), S_OK);
    expect_hr(kit_send(card, "00 B0 83 00 05", NULL), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    ISCard_Release(card);
    expect_hr(scardssp_sim_insert("Nowhere", "demo", NULL, 0), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_insert(READER, NULL, NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_sim_insert(NULL, "demo", NULL, 0), E_INVALIDARG);
}

static void test_remove__and_put_back(void **state) {
    (void)state;
    SCARD_STATES status = POWERED;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_put_back(READER), SCARD_E_NO_SMARTCARD);
    ISCard *card = attached();
    expect_apdu(card, "00 D6 83 00 01 58", "90 00");
    expect_hr(scardssp_sim_remove(READER), S_OK);
    expect_hr(scardssp_sim_remove(READER), SCARD_E_NO_SMARTCARD);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_get_Status(card, &status), S_OK);
    assert_int_equal(status, ABSENT);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_NO_SMARTCARD);
    expect_hr(scardssp_sim_put_back(READER), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_apdu(card, "00 B0 83 00 05", "58 65 6C 6C 6F 90 00"); /* the very card, with all it holds */
    ISCard_Release(card);
    expect_hr(scardssp_sim_remove("Nowhere"), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_put_back("Nowhere"), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_remove(NULL), E_INVALIDARG);
    expect_hr(scardssp_sim_put_back(NULL), E_INVALIDARG);
}

static void test_fault__mute(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_MUTE, 1), S_OK);
    const HRESULT hr = kit_send(card, "00 84 00 00 08", NULL);
    assert_true(hr == (HRESULT)SCARD_W_UNRESPONSIVE_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, UNPOWER), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static void test_fault__transport(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    select_greeting(card);
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_TRANSPORT, 2), S_OK);
    expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_E_NOT_TRANSACTED);
    expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_E_NOT_TRANSACTED);
    expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
    ISCard_Release(card);
}

static void test_fault__remove_after(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 2), S_OK);
    expect_works(card);
    expect_works(card);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_W_REMOVED_CARD);
    expect_hr(scardssp_sim_put_back(READER), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static int64_t exchange_ms(ISCard *card) {
    const int64_t start = kit_ms();
    expect_works(card);
    return kit_ms() - start;
}

static void test_fault__slow(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_SLOW, 80), S_OK);
    const int64_t slow = exchange_ms(card);
    assert_true(slow >= 79 && slow < 3000); /* deadlines are kept in whole milliseconds */
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_SLOW, 0), S_OK);
    assert_true(exchange_ms(card) < 79);
    ISCard_Release(card);
}

static void test_fault__refused(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_fault(READER, 0, 1), E_INVALIDARG);
    expect_hr(scardssp_sim_fault(READER, 5, 1), E_INVALIDARG);
    expect_hr(scardssp_sim_fault("Nowhere", SCARDSSP_SIM_FAULT_MUTE, 1), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_fault(NULL, SCARDSSP_SIM_FAULT_MUTE, 1), E_INVALIDARG);
}

static void test_ejector__ejects(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", SCARDSSP_SIM_EJECTOR, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, EJECT), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), SCARD_E_NO_SMARTCARD);
    expect_hr(scardssp_sim_put_back(READER), S_OK);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static void test_clear__takes_all_away(void **state) {
    (void)state;
    size_t size = 0;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_plug("Another", "gsm", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    scardssp_sim_clear();
    expect_hr(scardssp_list_readers(NULL, &size), S_OK);
    assert_int_equal(size, 1);
    assert_true(FAILED(kit_send(card, "00 84 00 00 08", NULL)));
    expect_hr(scardssp_sim_insert("Another", "demo", NULL, 0), SCARD_E_UNKNOWN_READER);
    ISCard_Release(card);
}

/* Every call where the resource manager is not the simulator. */
static void elsewhere_program(void) {
    static const char why[] =
        "the resource manager of this process is not the simulator; choose \"sim\" first";
    char little[4] = "";
    expect_hr(scardssp_sim_plug(READER, "demo", 0, message, sizeof message), E_UNEXPECTED);
    expect_text(message, why);
    *message = '\0';
    expect_hr(scardssp_sim_insert(READER, "demo", message, sizeof message), E_UNEXPECTED);
    expect_text(message, why);
    expect_hr(scardssp_sim_insert(READER, "demo", little, sizeof little), E_UNEXPECTED);
    expect_text(little, "the");
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), E_UNEXPECTED);
    expect_hr(scardssp_sim_unplug(READER), E_UNEXPECTED);
    expect_hr(scardssp_sim_remove(READER), E_UNEXPECTED);
    expect_hr(scardssp_sim_put_back(READER), E_UNEXPECTED);
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_SLOW, 1), E_UNEXPECTED);
    scardssp_sim_clear();
}

static void test_elsewhere__every_call(void **state) {
    (void)state;
    kit_quiet_child(elsewhere_program, VARIABLES("SCARDSSP_RM=system"));
}

/* The simulator as the first use of the library in a process. */
static void first_program(void) {
    expect_hr(scardssp_sim_plug(READER, "demo", 0, message, sizeof message), S_OK);
    expect_text(message, "");
    ISCard *card = attached();
    expect_works(card);
    ISCard_Release(card);
}

static void test_first_call__chooses_as_the_variable_says(void **state) {
    (void)state;
    kit_quiet_child(first_program, VARIABLES("SCARDSSP_RM=sim"));
}

static void test_image__lists_those_that_come_along(void **state) {
    (void)state;
    const char *summary = NULL, *name = NULL;
    uint32_t count = 0;
    while ((name = scardssp_sim_image(count, &summary)) != NULL) {
        assert_true(summary[0] && strlen(summary) <= 100);
        expect_hr(scardssp_sim_plug(name, name, 0, message, sizeof message), S_OK);
        summary = NULL;
        count++;
    }
    assert_true(count >= 3);
    assert_null(summary);
    assert_string_equal(scardssp_sim_image(0, NULL), "demo");
    assert_null(scardssp_sim_image(UINT32_MAX, &summary));
    assert_null(summary);
}

static int tidy(void **state) {
    (void)state;
    scardssp_sim_clear();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        /* First, while this process has not chosen yet: their children inherit that. */
        cmocka_unit_test(test_elsewhere__every_call),
        cmocka_unit_test(test_first_call__chooses_as_the_variable_says),
        cmocka_unit_test_teardown(test_plug__with_and_without_card, tidy),
        cmocka_unit_test_teardown(test_plug__refused, tidy),
        cmocka_unit_test_teardown(test_plug__image_from_a_file, tidy),
        cmocka_unit_test_teardown(test_unplug__under_a_connection, tidy),
        cmocka_unit_test_teardown(test_insert__a_fresh_card, tidy),
        cmocka_unit_test_teardown(test_remove__and_put_back, tidy),
        cmocka_unit_test_teardown(test_fault__mute, tidy),
        cmocka_unit_test_teardown(test_fault__transport, tidy),
        cmocka_unit_test_teardown(test_fault__remove_after, tidy),
        cmocka_unit_test_teardown(test_fault__slow, tidy),
        cmocka_unit_test_teardown(test_fault__refused, tidy),
        cmocka_unit_test_teardown(test_ejector__ejects, tidy),
        cmocka_unit_test_teardown(test_clear__takes_all_away, tidy),
        cmocka_unit_test_teardown(test_image__lists_those_that_come_along, tidy),
    };
    environment_set("SCARDSSP_RM", "sim:");
    return cmocka_run_group_tests_name("sim_api", tests, NULL, NULL);
}

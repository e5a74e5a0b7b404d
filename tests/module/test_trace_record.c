/*
 * The record of calls, as programs ask for it: SCARDSSP_TRACE_RECORD, scardssp_trace_record(). Each case is a
 * process of its own, since the choice is made once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "support/kits/scratch.h"

#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Shows a right PIN and a wrong one, and reads. */
static void talking_program(void) {
    wchar_t reader[] = SIM_READER_WIDE;
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    expect_apdu(card, "00 20 00 01 04 31 32 33 34", "90 00");
    expect_apdu(card, "00 20 00 01 04 39 38 37 36", "63 C2");
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
}

static char record_path[SCRATCH_ROOM + 8];

static void recorded_by_call_program(void) {
    expect_hr(scardssp_trace_record("/no/such/folder/file"), S_OK);
    expect_hr(scardssp_trace_record(getenv("RECORD_THERE")), S_OK); /* the last counts */
    talking_program();
    expect_hr(scardssp_trace_record(NULL), E_UNEXPECTED);
}

static void unrecorded_by_call_program(void) {
    expect_hr(scardssp_trace_record(NULL), S_OK);
    talking_program();
}

/* What stands in the file, which is removed; freed by the caller. NULL: there is none. */
static char *take_records(void) {
    FILE *const file = fopen(record_path, "rb");
    char *const text = file ? calloc(1, 65536) : NULL;
    if (file) {
        assert_non_null(text);
        assert_true(fread(text, 1, 65535, file) > 0);
        fclose(file);
        assert_int_equal(remove(record_path), 0);
    }
    return text;
}

static void expect_records(void) {
    char *records = take_records();
    assert_non_null(records);
    assert_non_null(strstr(records, "\"command\":\"0020000104********\",\"answer\":\"63C2\"}\n"));
    assert_non_null(strstr(records, "\"command\":\"00B0830005\",\"answer\":\"48656C6C6F9000\"}\n"));
    assert_null(strstr(records, "313233"));
    assert_null(strstr(records, "393837"));
    free(records);
}

static void test_record__by_variable_and_call(void **state) {
    (void)state;
    char folder[SCRATCH_ROOM], by_variable[SCRATCH_ROOM + 40], for_call[SCRATCH_ROOM + 40];
    assert_true(scratch_create(folder));
    (void)snprintf(record_path, sizeof record_path, "%s/records", folder);
    (void)snprintf(by_variable, sizeof by_variable, "SCARDSSP_TRACE_RECORD=%s", record_path);
    (void)snprintf(for_call, sizeof for_call, "RECORD_THERE=%s", record_path);
    kit_quiet_child(talking_program, VARIABLES("SCARDSSP_RM=sim", by_variable));
    expect_records();
    kit_quiet_child(recorded_by_call_program, VARIABLES("SCARDSSP_RM=sim", for_call));
    expect_records();
    kit_quiet_child(unrecorded_by_call_program, VARIABLES("SCARDSSP_RM=sim", by_variable));
    assert_null(take_records());
    assert_true(scratch_remove(folder));
}

/* The program works all the same, and its user learns why there is no record. */
static void test_record__no_such_folder(void **state) {
    (void)state;
    char *said = kit_child(talking_program,
                           VARIABLES("SCARDSSP_RM=sim", "SCARDSSP_TRACE_RECORD=/no/such/folder/records"));
    assert_non_null(strstr(said, "scardssp: SCARDSSP_TRACE_RECORD: cannot open /no/such/folder/records: "));
    free(said);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record__by_variable_and_call),
        cmocka_unit_test(test_record__no_such_folder),
    };
    return cmocka_run_group_tests_name("trace_record", tests, NULL, NULL);
}

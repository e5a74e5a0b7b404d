/* The current directory: changed, kept, and selected again where a file was no directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/directory.h"
#include "support/fakes/sim_link.h"
#include "support/kits/scriptedfiles.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define DF "62 07 82 01 38 83 02 DF 01 90 00"
#define EF "62 0C 80 02 00 08 82 02 01 41 83 02 01 01 90 00"

#define BEGIN(...) SCRIPTED_FILES(__VA_ARGS__)
#define END() scripted_link_end(&card)

static void change(struct filesystem *files, REFTYPE type, const char *text, HRESULT hr, const char *where) {
    const struct path path = scriptedfiles_at(files, type, text);
    char written[PATH_TEXT_ROOM];
    assert_int_equal((uint32_t)directory_change(files, &path), (uint32_t)hr);
    path_write(&files->directory, written);
    assert_string_equal(written, where);
}

static void test_change__down_and_up(void **state) {
    BEGIN({"00 A4 08 04 02 DF 01 00", DF, 0}, {"00 A4 08 04 04 DF 01 DF 11 00", DF, 0},
          {"00 A4 08 04 02 DF 01 00", DF, 0}, {"00 A4 00 04 02 3F 00 00", DF, 0});
    change(&files, SC_TYPE_BY_ID, "DF01", S_OK, "/DF01");
    change(&files, SC_TYPE_BY_ID, "DF11", S_OK, "/DF01/DF11");
    change(&files, SC_TYPE_BY_ID, "..", S_OK, "/DF01");
    change(&files, SC_TYPE_BY_ANY, "/", S_OK, "/");
    END();
}

static void test_change__by_name(void **state) {
    BEGIN({"00 A4 04 04 02 A0 01 00", DF, 0}, {"00 A4 04 04 02 A0 02 00", "6F 04 84 02 A0 02 90 00", 0},
          {"00 A4 09 04 02 4F 01 00", "62 03 82 01 38 90 00", 0});
    change(&files, SC_TYPE_BY_NAME, "A001", S_OK, "/DF01");
    change(&files, SC_TYPE_BY_NAME, "A002", S_OK, "/\"A002\"");
    change(&files, SC_TYPE_BY_ID, "4F01", S_OK, "/\"A002\"/4F01");
    END();
}

static void test_change__refusals(void **state) {
    BEGIN({"00 A4 08 04 02 DF 01 00", DF, 0}, {"00 A4 08 04 04 DF 01 01 01 00", EF, 0},
          {"00 A4 08 04 02 DF 01 00", DF, 0}, {"00 A4 08 04 04 DF 01 DF 12 00", "6A 82", 0},
          {"00 A4 08 04 04 DF 01 DF 12 00", "62 83", 0}, {"00 A4 08 04 04 DF 01 DF 12 00", "69 82", 0});
    change(&files, SC_TYPE_BY_ID, "DF01", S_OK, "/DF01");
    change(&files, SC_TYPE_BY_ID, "0101", SCARD_E_NO_DIR, "/DF01");
    change(&files, SC_TYPE_BY_ID, "DF12", SCARD_E_DIR_NOT_FOUND, "/DF01");
    change(&files, SC_TYPE_BY_ID, "DF12", SCARD_E_NO_ACCESS, "/DF01");
    change(&files, SC_TYPE_BY_ID, "DF12", SCARD_W_SECURITY_VIOLATION, "/DF01");
    change(&files, SC_TYPE_BY_SHORT_ID, "5", E_INVALIDARG, "/DF01");
    END();
}

static void test_change__on_the_simulated_card(void **state) {
    struct sim_link sim;
    struct filesystem files = {0};
    (void)state;
    sim_link_open(&sim, "demo", SIM_T0);
    filesystem_begin(&files, &sim.link);
    change(&files, SC_TYPE_BY_NAME, "F0534341524401", S_OK, "/DF01");
    change(&files, SC_TYPE_BY_ID, "DF11", S_OK, "/DF01/DF11");
    change(&files, SC_TYPE_BY_ID, "0111", SCARD_E_NO_DIR, "/DF01/DF11");
    change(&files, SC_TYPE_BY_ID, "../../DF02", S_OK, "/DF02");
    change(&files, SC_TYPE_BY_ID, "/DF03", SCARD_E_DIR_NOT_FOUND, "/DF02");
    sim_link_close(&sim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change__down_and_up),
        cmocka_unit_test(test_change__by_name),
        cmocka_unit_test(test_change__refusals),
        cmocka_unit_test(test_change__on_the_simulated_card),
    };
    return cmocka_run_group_tests_name("services_directory", tests, NULL, NULL);
}

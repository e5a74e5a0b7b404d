/* The lists of readers and of their groups, and the buffers they go into. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "dropin/program.h"

static const char readers[] = READER "\0" READER_T0 "\0" READER_T1 "\0";
static const char groups[] = "SCard$DefaultReaders\0";

static void test_readers__length_first(void **state) {
    char names[sizeof readers];
    DWORD size = 0;
    (void)state;
    assert_code(SCardListReaders(program_context, NULL, NULL, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, sizeof readers);
    assert_code(SCardListReaders(program_context, NULL, names, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, sizeof readers);
    assert_memory_equal(names, readers, sizeof readers);
}

static void test_readers__too_little_room(void **state) {
    char names[sizeof readers] = "x";
    DWORD size = sizeof readers - 1;
    (void)state;
    assert_code(SCardListReaders(program_context, NULL, names, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof readers);
    assert_string_equal(names, "x");
}

static void test_readers__of_whatever_group(void **state) {
    char names[sizeof readers];
    DWORD size = sizeof names;
    (void)state;
    assert_code(SCardListReaders(program_context, "no such group\0", names, &size), SCARD_S_SUCCESS);
    assert_memory_equal(names, readers, sizeof readers);
}

static void test_readers__new_memory(void **state) {
    char *names = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    (void)state;
    assert_code(SCardListReaders(program_context, NULL, (LPSTR)&names, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, sizeof readers);
    assert_memory_equal(names, readers, sizeof readers);
    assert_code(SCardFreeMemory(program_context, names), SCARD_S_SUCCESS);
    size = SCARD_AUTOALLOCATE;
    assert_code(SCardListReaders(program_context, NULL, NULL, &size), SCARD_E_INVALID_PARAMETER);
}

static void test_readers__refused(void **state) {
    DWORD size = 7;
    (void)state;
    assert_code(SCardListReaders(program_context, NULL, NULL, NULL), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardListReaders(0, NULL, NULL, NULL), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardListReaders(0, NULL, NULL, &size), SCARD_E_INVALID_HANDLE);
    assert_int_equal(size, 7);
}

static void test_readers__none(void **state) {
    char names[4];
    DWORD size = sizeof names;
    (void)state;
    sim_clear(program_simulator());
    assert_code(SCardListReaders(program_context, NULL, names, &size), SCARD_E_NO_READERS_AVAILABLE);
    assert_int_equal(size, 1);
    assert_int_equal(sim_plug(program_simulator(), READER, NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(sim_plug(program_simulator(), READER_T0, NULL, 0, NULL, 0), RM_OK);
    assert_int_equal(sim_plug(program_simulator(), READER_T1, NULL, 0, NULL, 0), RM_OK);
}

static void test_groups(void **state) {
    char names[sizeof groups];
    char *memory = NULL;
    DWORD size = 0;
    (void)state;
    assert_code(SCardListReaderGroups(program_context, NULL, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, sizeof groups);
    assert_code(SCardListReaderGroups(program_context, names, &size), SCARD_S_SUCCESS);
    assert_memory_equal(names, groups, sizeof groups);
    size = sizeof groups - 1;
    assert_code(SCardListReaderGroups(program_context, names, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof groups);
    size = SCARD_AUTOALLOCATE;
    assert_code(SCardListReaderGroups(program_context, (LPSTR)&memory, &size), SCARD_S_SUCCESS);
    assert_memory_equal(memory, groups, sizeof groups);
    assert_code(SCardFreeMemory(program_context, memory), SCARD_S_SUCCESS);
    assert_code(SCardListReaderGroups(program_context, NULL, NULL), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardListReaderGroups(-1, NULL, &size), SCARD_E_INVALID_HANDLE);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        CASE(test_readers__length_first),
        CASE(test_readers__too_little_room),
        CASE(test_readers__of_whatever_group),
        CASE(test_readers__new_memory),
        CASE(test_readers__refused),
        CASE(test_readers__none),
        CASE(test_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

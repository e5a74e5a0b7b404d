/*
 * What the sweep is there for it notices: a call that leaves something when it fails, that says the wrong
 * thing, that pretends to have succeeded where it may not, and one that cannot be made again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "failures/sweep.h"
#include "rm/status.h"

static const struct sweep_row *faulty;

/* Two blocks; the second one's failure gives the first back, unless `keeps`. */
static uint32_t two_blocks(bool keeps, uint32_t code) {
    void *one = malloc(8), *other = one ? malloc(8) : NULL;
    const bool whole = one && other;
    if (whole || !keeps)
        free(one);
    free(other);
    return whole ? RM_OK : code;
}

static uint32_t good(void) {
    return two_blocks(false, RM_E_NO_MEMORY);
}

static uint32_t leaking(void) {
    return two_blocks(true, RM_E_NO_MEMORY);
}

static uint32_t lying(void) {
    return two_blocks(false, RM_E_NO_SMARTCARD);
}

static uint32_t stuck(void) {
    static bool broken;
    if (!broken)
        broken = two_blocks(false, RM_E_NO_MEMORY) != RM_OK;
    return broken ? RM_E_NO_MEMORY : RM_OK;
}

/* A byte that a signal kept from coming is not read again. */
static uint32_t impatient(void) {
    int ends[2];
    char byte = 1;
    if (pipe(ends) != 0)
        return RM_E_NO_MEMORY;
    const bool read_it = write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return read_it ? RM_OK : RM_E_NO_MEMORY;
}

/* A driver's word that the reader has gone becomes one about the card. */
static uint32_t mistaken(void) {
    static const struct points_answer answers[] = {{617, RM_E_READER_UNAVAILABLE}};
    int code = 0;
    return points_ask_elsewhere(POINTS_DRIVER, "IFDHControl", answers, 1, &code) == POINTS_PASS
               ? RM_OK
               : RM_E_NO_SMARTCARD;
}

static void run_driver(void **state) {
    const struct sweep_plan plan = {
        .no_memory = RM_E_NO_MEMORY, .patience_ms = 1, .rows = faulty, .count = 1};
    (void)state;
    sweep(&plan, POINTS_DRIVER);
}

static void run_memory(void **state) {
    const struct sweep_plan plan = {
        .no_memory = RM_E_NO_MEMORY, .patience_ms = 1, .rows = faulty, .count = 1};
    (void)state;
    sweep(&plan, POINTS_MEMORY);
}

static void run_system(void **state) {
    const struct sweep_plan plan = {
        .no_memory = RM_E_NO_MEMORY, .patience_ms = 1, .rows = faulty, .count = 1};
    (void)state;
    sweep(&plan, POINTS_SYSTEM);
}

/* The sweep in a process of its own; whether it was content, and what it said (room bytes). */
static bool sweeps(const struct sweep_row *row, CMUnitTestFunction run, char *said, size_t room) {
    const struct CMUnitTest tests[] = {{"sweep", run, NULL, NULL, NULL}};
    int way[2], status = 0;
    size_t size = 0;
    assert_int_equal(pipe(way), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        faulty = row;
        (void)dup2(way[1], STDERR_FILENO);
        (void)dup2(way[1], STDOUT_FILENO);
        _exit(cmocka_run_group_tests_name("faulty", tests, NULL, NULL) != 0);
    }
    close(way[1]);
    for (ssize_t got = 1; got > 0 && size + 1 < room; size += got > 0 ? (size_t)got : 0)
        got = read(way[0], said + size, room - 1 - size);
    said[size] = '\0';
    close(way[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) == 0;
}

static void test_sweep__notices(void **state) {
    static const struct {
        struct sweep_row row;
        CMUnitTestFunction run;
        const char *says; /* NULL: nothing is wrong */
    } cases[] = {
        {SWEEP_ROW(good), run_memory, NULL},
        {SWEEP_ROW(leaking), run_memory, "something is left"},
        {SWEEP_ROW(lying), run_memory, "SCARD_E_NO_SMARTCARD"},
        {SWEEP_ROW(stuck), run_memory, "then 0x80100006"},
        {SWEEP_ROW(good), run_system, NULL},
        {SWEEP_ROW(impatient), run_system, "(write, 0x4)"},
        {SWEEP_ROW(good), run_driver, NULL},
        {SWEEP_ROW(mistaken), run_driver, "(IFDHControl, 0x269): 0x8010000C"},
    };
    static char said[8000];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const bool content = sweeps(&cases[i].row, cases[i].run, said, sizeof said);
        if (content != !cases[i].says)
            print_error("%s: %s\n", cases[i].row.name, said);
        assert_int_equal(content, !cases[i].says);
        if (cases[i].says && !strstr(said, cases[i].says))
            print_error("%s: %s\n", cases[i].row.name, said);
        assert_true(!cases[i].says || strstr(said, cases[i].says));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sweep__notices),
    };
    return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}

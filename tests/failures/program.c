/* A program of this folder: see program.h. */
#include "failures/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

#define PATIENCE_MS 10000u

static const struct program *running;

static void test_failures__memory(void **state) {
    (void)state;
    sweep(running->plan, POINTS_MEMORY);
}

static void test_failures__system_calls(void **state) {
    (void)state;
    sweep(running->plan, POINTS_SYSTEM);
}

static void test_failures__service(void **state) {
    (void)state;
    sweep(running->plan, POINTS_SERVICE);
}

static void test_failures__driver(void **state) {
    (void)state;
    sweep(running->plan, POINTS_DRIVER);
}

static void test_failures__nats(void **state) {
    (void)state;
    sweep(running->plan, POINTS_NATS);
}

bool program_finds_card(const struct world *world, bool (*connect)(void)) {
    static const struct timespec moment = {.tv_nsec = 5000000};
    const uint64_t end = clock_deadline(strcmp(world->kind, "ifd") == 0 ? PATIENCE_MS : 0);
    bool found = connect();
    while (!found && clock_left(end)) {
        (void)nanosleep(&moment, NULL);
        found = connect();
    }
    return found;
}

static int tear_down(void **state) {
    const int code = running->tear_down(state);
    return world_after(state) == 0 ? code : -1;
}

int program_run(const struct program *program, int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_failures__memory, program->set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures__system_calls, program->set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures__service, program->set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures__driver, program->set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures__nats, program->set_up, tear_down),
    };
    char kind[20] = "sim";
    char *arguments[] = {argv[0], kind, NULL};
    const char *const asked = sweep_arguments(argc, argv);
    if (asked)
        (void)snprintf(kind, sizeof kind, "%s", asked);
    running = program;
    return world_run(2, arguments, program->world, tests, sizeof tests / sizeof *tests);
}

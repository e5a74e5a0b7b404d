/*
 * The acceptance scenarios A1 to A11 of the specification, each as such a program would write it: attach.c,
 * commands.c and cards.c have a table each. A program consists of one of them, the kit, a stage and the
 * main() that comes with it; it is compiled with this project's header, and once more with mingw-w64's.
 */
#ifndef SCARDSSP_TESTS_CLIENTS_SCENARIOS_H
#define SCARDSSP_TESTS_CLIENTS_SCENARIOS_H

#include "clients/kit.h"
#include "clients/stage.h"

#define SCENARIO(function) cmocka_unit_test_teardown(function, stage_leave)

/* The program's table. */
extern const struct CMUnitTest scenarios[];
extern const size_t scenarios_count;

#endif

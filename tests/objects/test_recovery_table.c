/*
 * Faults by backends: every row of the recovery specification in every world that the arguments name, one
 * cell a case; at the end the table is printed, with what was measured, and why a cell was not played.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "objects/recovery_rows.h"

#define WORLDS_MAX 8
#define NAME_MAX_SIZE 120

struct column {
    const char *kind;
    const char *why; /* the world cannot be had */
    struct recovery_cell *cells;
    char (*names)[NAME_MAX_SIZE];
};

static void test_cell(void **state) {
    struct recovery_cell *cell = *state;
    cell->why = cell->row->cannot ? cell->row->cannot(cell->world) : NULL;
    if (cell->why)
        return;
    cell->row->play(cell);
    cell->played = true;
}

static int tidy(void **state) {
    const struct recovery_cell *cell = *state;
    world_tidy(cell->world);
    return 0;
}

static void test_no_world(void **state) {
    print_message("# %s: %s\n", ((const struct column *)*state)->kind, ((const struct column *)*state)->why);
    skip();
}

/* One world, all rows. Returns the number of failures. */
static int fill(struct column *column) {
    struct CMUnitTest *tests = calloc(recovery_row_count, sizeof *tests);
    struct world *world = world_open(column->kind, &column->why);
    if (!tests)
        return 1;
    for (unsigned i = 0; i < recovery_row_count; ++i) {
        column->cells[i] = (struct recovery_cell){.world = world, .row = &recovery_rows[i]};
        (void)snprintf(column->names[i], NAME_MAX_SIZE, "test_recovery_%s__%u %s", column->kind,
                       recovery_rows[i].number, recovery_rows[i].fault);
        tests[i] = (struct CMUnitTest){column->names[i], test_cell, NULL, tidy, &column->cells[i]};
    }
    if (!world)
        tests[0] = (struct CMUnitTest){column->names[0], test_no_world, NULL, NULL, column};
    const int failed =
        _cmocka_run_group_tests(column->kind, tests, world ? recovery_row_count : 1, NULL, NULL);
    if (world)
        world_close(world);
    free(tests);
    return failed;
}

static void print_cell(const struct recovery_cell *cell) {
    char text[40] = "failed";
    if (cell->played && cell->late_ms)
        (void)snprintf(text, sizeof text, "%u+%u/%u", (unsigned)(cell->call_ms - cell->late_ms),
                       (unsigned)cell->late_ms, (unsigned)cell->reattach_ms);
    else if (cell->played)
        (void)snprintf(text, sizeof text, "%u/%u", (unsigned)cell->call_ms, (unsigned)cell->reattach_ms);
    else if (cell->why)
        (void)snprintf(text, sizeof text, "-");
    printf(" %11s", text);
}

static void print_table(const struct column *columns, int count) {
    printf("# ms of the call that met the fault (+ beyond its deadline) / of the ReAttach after it\n");
    printf("# %-46s", "row");
    for (int i = 0; i < count; ++i)
        printf(" %11s", columns[i].kind);
    printf("\n");
    for (unsigned row = 0; row < recovery_row_count; ++row) {
        printf("# %2u %-43s", recovery_rows[row].number, recovery_rows[row].fault);
        for (int i = 0; i < count; ++i)
            print_cell(&columns[i].cells[row]);
        printf("\n");
    }
    for (int i = 0; i < count; ++i) {
        if (columns[i].why && *columns[i].why && !columns[i].cells[0].world)
            printf("# - %s: %s\n", columns[i].kind, columns[i].why);
        for (unsigned row = 0; row < recovery_row_count; ++row)
            if (columns[i].cells[row].why)
                printf("# - %s %u: %s\n", columns[i].kind, recovery_rows[row].number,
                       columns[i].cells[row].why);
    }
}

static bool column_open(struct column *column, const char *kind) {
    column->kind = kind;
    column->cells = calloc(recovery_row_count, sizeof *column->cells);
    column->names = calloc(recovery_row_count, sizeof *column->names);
    return column->cells && column->names;
}

int main(int argc, char **argv) {
    struct column columns[WORLDS_MAX] = {{.kind = NULL}};
    int failed = 0, count = argc - 1;
    const int rival = rival_main(argc, argv);
    if (rival >= 0)
        return rival;
    if (count < 1 || count > WORLDS_MAX)
        return 2;
    for (int i = 0; i < count; ++i)
        failed += column_open(&columns[i], argv[i + 1]) ? fill(&columns[i]) : 1;
    print_table(columns, count);
    for (int i = 0; i < count; ++i) {
        free(columns[i].cells);
        free(columns[i].names);
    }
    return failed;
}

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
    struct world *world; /* NULL: not opened yet, closed again, or */
    const char *why;     /* it cannot be had */
    struct recovery_cell *cells;
    char (*names)[NAME_MAX_SIZE];
};

/* A case: a row of a column. */
struct place {
    struct column *column;
    unsigned row;
};

static int open_world(void **state) {
    struct column *column = ((struct place *)*state)->column;
    if (!column->world && !column->why)
        column->world = world_open(column->kind, &column->why);
    return 0;
}

static void test_cell(void **state) {
    const struct place *place = *state;
    struct column *column = place->column;
    struct recovery_cell *cell = &column->cells[place->row];
    if (!column->world) {
        print_message("# %s: %s\n", column->kind, column->why);
        skip();
        return;
    }
    *cell = (struct recovery_cell){.world = column->world, .row = &recovery_rows[place->row]};
    cell->why = cell->row->cannot ? cell->row->cannot(cell->world) : NULL;
    if (cell->why)
        return;
    cell->row->play(cell);
    cell->played = true;
}

/* Tidies the world, and after the last row closes it: the next one begins without its threads. */
static int tidy(void **state) {
    const struct place *place = *state;
    if (!place->column->world)
        return 0;
    world_tidy(place->column->world);
    if (place->row + 1 < recovery_row_count)
        return 0;
    world_close(place->column->world);
    place->column->world = NULL;
    return 0;
}

/* All cells as one group, column by column. Returns the number of failures. */
static int run(struct column *columns, size_t count) {
    const size_t cells = count * recovery_row_count;
    struct CMUnitTest *tests = calloc(cells, sizeof *tests);
    struct place *places = calloc(cells, sizeof *places);
    int failed = 1;
    for (size_t i = 0; tests && places && i < cells; ++i) {
        struct column *column = &columns[i / recovery_row_count];
        const unsigned row = (unsigned)(i % recovery_row_count);
        (void)snprintf(column->names[row], NAME_MAX_SIZE, "test_recovery_%s__%u %s", column->kind,
                       recovery_rows[row].number, recovery_rows[row].fault);
        places[i] = (struct place){column, row};
        tests[i] = (struct CMUnitTest){column->names[row], test_cell, open_world, tidy, &places[i]};
    }
    if (tests && places)
        failed = _cmocka_run_group_tests("recovery", tests, cells, NULL, NULL);
    free(places);
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
        if (!columns[i].cells[0].row)
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
        failed += !column_open(&columns[i], argv[i + 1]);
    if (!failed)
        failed = run(columns, (size_t)count);
    print_table(columns, count);
    for (int i = 0; i < count; ++i) {
        free(columns[i].cells);
        free(columns[i].names);
    }
    return failed;
}

/* Traces compared: see compare.h. */
#include "trace/compare.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_MAX ((size_t)16 * 1024 * 1024)
#define INS_GET_CHALLENGE 0x84

bool compare_answers(const uint8_t *command, size_t command_size, const uint8_t *one, size_t one_size,
                     const uint8_t *other, size_t other_size, enum compare_what what) {
    if (what == COMPARE_COMMANDS)
        return true;
    if (one_size < 2 || other_size < 2)
        return one_size == other_size;
    if (memcmp(one + one_size - 2, other + other_size - 2, 2) != 0)
        return false;
    if (what == COMPARE_STATUS)
        return true;
    const bool is_random = command_size > 1 && command[1] == INS_GET_CHALLENGE;
    return one_size == other_size && (is_random || memcmp(one, other, one_size) == 0);
}

static bool is_same(const struct trace_entry *one, const struct trace_entry *other, enum compare_what what) {
    return one->command_size == other->command_size &&
           memcmp(one->command, other->command, one->command_size) == 0 &&
           compare_answers(one->command, one->command_size, one->answer, one->answer_size, other->answer,
                           other->answer_size, what);
}

/* The commands of a trace. */
struct commands {
    const struct trace_entry **entries;
    size_t count;
};

static bool pick(const struct trace_list *list, struct commands *out) {
    *out = (struct commands){.entries = malloc((list->count + 1) * sizeof *out->entries)};
    for (size_t i = 0; out->entries && i < list->count; ++i)
        if (entry_is_command(&list->entries[i]))
            out->entries[out->count++] = &list->entries[i];
    return out->entries != NULL;
}

/* A comparison. `lengths`: of the longest way in common from left[i] and right[j] on. */
struct comparison {
    struct commands left, right;
    enum compare_what what;
    compare_visitor visit;
    void *user;
    size_t front, back; /* how many are the same at the beginning and at the end */
    uint16_t *lengths;
    size_t rows, columns; /* what lies between */
};

static bool same_at(const struct comparison *of, size_t left, size_t right) {
    return is_same(of->left.entries[left], of->right.entries[right], of->what);
}

static void find_ends(struct comparison *of) {
    const size_t least = of->left.count < of->right.count ? of->left.count : of->right.count;
    while (of->front < least && same_at(of, of->front, of->front))
        ++of->front;
    while (of->front + of->back < least &&
           same_at(of, of->left.count - 1 - of->back, of->right.count - 1 - of->back))
        ++of->back;
    of->rows = of->left.count - of->front - of->back;
    of->columns = of->right.count - of->front - of->back;
}

static uint16_t *cell(const struct comparison *of, size_t row, size_t column) {
    return &of->lengths[row * (of->columns + 1) + column];
}

/* From the end to the beginning: each cell has what the one behind it has, and one more where both agree. */
static bool fill_lengths(struct comparison *of) {
    const size_t cells = (of->rows + 1) * (of->columns + 1);
    const bool too_many = of->rows >= UINT16_MAX || of->columns >= UINT16_MAX || cells > CELLS_MAX;
    of->lengths = too_many ? NULL : calloc(cells, sizeof *of->lengths);
    for (size_t row = of->rows; of->lengths && row-- > 0;)
        for (size_t column = of->columns; column-- > 0;) {
            const uint16_t down = *cell(of, row + 1, column), right = *cell(of, row, column + 1);
            *cell(of, row, column) = same_at(of, of->front + row, of->front + column)
                                         ? (uint16_t)(*cell(of, row + 1, column + 1) + 1)
                                     : down > right ? down
                                                    : right;
        }
    return too_many || of->lengths != NULL;
}

static void tell(const struct comparison *of, enum compare_side side, const struct commands *whose,
                 size_t at) {
    of->visit(of->user, side, whose->entries[at]);
}

/* What lies between the ends. */
static void tell_middle(const struct comparison *of) {
    size_t row = 0, column = 0;
    while (row < of->rows || column < of->columns) {
        const bool both = of->lengths && row < of->rows && column < of->columns &&
                          same_at(of, of->front + row, of->front + column);
        const bool left = row < of->rows && (column == of->columns || of->lengths == NULL ||
                                             *cell(of, row + 1, column) >= *cell(of, row, column + 1));
        if (both)
            tell(of, COMPARE_BOTH, &of->left, of->front + row);
        else if (left)
            tell(of, COMPARE_LEFT, &of->left, of->front + row);
        else
            tell(of, COMPARE_RIGHT, &of->right, of->front + column);
        row += both || left;
        column += both || !left;
    }
}

static bool run(struct comparison *of) {
    find_ends(of);
    if (!fill_lengths(of))
        return false;
    for (size_t i = 0; i < of->front; ++i)
        tell(of, COMPARE_BOTH, &of->left, i);
    tell_middle(of);
    for (size_t i = of->left.count - of->back; i < of->left.count; ++i)
        tell(of, COMPARE_BOTH, &of->left, i);
    return true;
}

bool compare_traces(const struct trace_list *left, const struct trace_list *right, enum compare_what what,
                    compare_visitor visit, void *user) {
    struct comparison of = {.what = what, .visit = visit, .user = user};
    const bool good = pick(left, &of.left) && pick(right, &of.right) && run(&of);
    free(of.left.entries);
    free(of.right.entries);
    free(of.lengths);
    return good;
}

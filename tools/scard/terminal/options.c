/* Options and operands of a command, taken by its tables. */
#include "terminal/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/exitcode.h"
#include "terminal/help.h"

#define ROWS_MAX 16
#define FIRST_LONG 256 /* above every letter */

/* What getopt_long() wants of the table. */
struct getopt_tables {
    char letters[2 * ROWS_MAX + 4];
    struct option longs[ROWS_MAX + 2];
};

static void tables_fill(const struct command *command, struct getopt_tables *out) {
    size_t letters = 0, count = 0;
    const struct option_row *row = command->options;
    if (command->family || command->passes_on)
        out->letters[letters++] = '+';
    out->letters[letters++] = ':';
    for (; row && row->name && count < ROWS_MAX; ++row, ++count) {
        const bool takes = row->kind != VALUE_FLAG;
        out->longs[count] = (struct option){.name = row->name,
                                            .has_arg = takes ? required_argument : no_argument,
                                            .val = FIRST_LONG + (int)count};
        if (row->letter)
            out->letters[letters++] = row->letter;
        if (row->letter && takes)
            out->letters[letters++] = ':';
    }
    out->letters[letters++] = 'h';
    out->letters[letters] = '\0';
    out->longs[count] = (struct option){.name = "help", .val = 'h'};
    out->longs[count + 1] = (struct option){0};
}

/* By what getopt_long() calls it; NULL: there is none. */
static const struct option_row *row_find(const struct command *command, int value) {
    const struct option_row *row = command->options;
    if (value >= FIRST_LONG)
        return row + (value - FIRST_LONG);
    while (row && row->name && (row->letter == 0 || row->letter != value))
        ++row;
    return row && row->name ? row : NULL;
}

static const struct option_row *row_named(const struct command *command, const char *name) {
    const struct option_row *row = command->options;
    while (strcmp(row->name, name) != 0)
        ++row;
    return row;
}

int options_complain(const struct command *command, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", command->name);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry '%s --help'.\n", command->name);
    va_end(arguments);
    return EXIT_USAGE;
}

/* Where in the settings the values of an option or operand are. */
static void *value_at(void *settings, size_t at) {
    return (char *)settings + at;
}

static bool set_number(const struct command *command, const struct option_row *row, uint32_t *value,
                       const char *argument) {
    char *end = NULL;
    errno = 0;
    const unsigned long long number = strtoull(argument, &end, 10);
    if (argument[0] < '0' || argument[0] > '9' || *end != '\0' || errno != 0 || number > UINT32_MAX) {
        options_complain(command, "--%s wants a number, not '%s'", row->name, argument);
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

static bool set_choice(const struct command *command, const struct option_row *row, int *value,
                       const char *argument) {
    for (const struct option_choice *choice = row->choices; choice->word; ++choice) {
        if (strcmp(choice->word, argument) == 0) {
            *value = choice->value;
            return true;
        }
    }
    char words[HELP_CHOICES_MAX];
    options_complain(command, "--%s wants %s, not '%s'", row->name,
                     help_choices(row->choices, words, sizeof words), argument);
    return false;
}

static bool add_text(const struct command *command, const struct option_row *row, struct option_texts *texts,
                     const char *argument) {
    if (texts->count == OPTION_TEXTS_MAX) {
        options_complain(command, "--%s may stand %d times, not more", row->name, OPTION_TEXTS_MAX);
        return false;
    }
    texts->values[texts->count++] = argument;
    return true;
}

static bool row_set(const struct command *command, void *settings, const struct option_row *row,
                    const char *argument) {
    void *value = value_at(settings, row->at);
    switch (row->kind) {
    case VALUE_NUMBER:
        return set_number(command, row, value, argument);
    case VALUE_CHOICE:
        return set_choice(command, row, value, argument);
    case VALUE_TEXTS:
        return add_text(command, row, value, argument);
    case VALUE_TEXT:
        *(const char **)value = argument;
        break;
    case VALUE_FLAG:
        *(bool *)value = true;
        break;
    case VALUE_LIST: /* of operands only */
        break;
    }
    return true;
}

/*
 * getopt's '?' and ':', which not all of them tell apart alike: optopt holds a letter, a long option's value,
 * or 0 for an unknown long one.
 */
static void complain_of_option(const struct command *command, char **argv) {
    const struct option_row *row = row_find(command, optopt);
    if (row == NULL && optopt > 0 && optopt < FIRST_LONG && optopt != 'h')
        options_complain(command, "there is no option '-%c'", optopt);
    else if (row == NULL)
        options_complain(command, "there is no option '%s'", argv[optind - 1]);
    else if (row->kind != VALUE_FLAG)
        options_complain(command, "--%s wants an argument", row->name);
    else
        options_complain(command, "--%s takes no argument", row->name);
}

int options_parse(const struct command *command, void *settings, int argc, char **argv) {
    struct getopt_tables tables;
    tables_fill(command, &tables);
    opterr = 0;
    optind = 0; /* a fresh scan: those before the command's name have been taken already */
    for (;;) {
        const int result = getopt_long(argc, argv, tables.letters, tables.longs, NULL);
        if (result == -1)
            return optind;
        if (result == 'h') {
            help_print(command);
            return OPTIONS_HELPED;
        }
        if (result == '?' || result == ':') {
            complain_of_option(command, argv);
            return OPTIONS_BAD;
        }
        if (!row_set(command, settings, row_find(command, result), optarg))
            return OPTIONS_BAD;
    }
}

/* Tells what a command takes, and which word is too many. */
static int complain_of_operands(const struct command *command, int count, char **argv) {
    const struct operand_row *first = command->operands;
    if (first == NULL)
        return options_complain(command, "takes no arguments, but there is '%s'", argv[0]);
    if (first[1].name)
        return options_complain(command, "takes a %s and a %s", first->name, first[1].name);
    return first->optional && count > 1
               ? options_complain(command, "takes one %s, but there is '%s', too", first->name, argv[1])
               : options_complain(command, "takes one %s", first->name);
}

int options_take_operands(const struct command *command, void *settings, int count, char **argv) {
    int taken = 0;
    const struct operand_row *row = command->operands;
    for (; row && row->name; ++row) {
        void *value = value_at(settings, row->at);
        if (row->kind == VALUE_LIST) {
            *(struct operand_list *)value =
                (struct operand_list){.values = argv + taken, .count = (size_t)(count - taken)};
            return EXIT_GOOD;
        }
        if (taken < count)
            *(const char **)value = argv[taken++];
        else if (!row->optional)
            return complain_of_operands(command, count, argv);
    }
    return taken == count ? EXIT_GOOD : complain_of_operands(command, count, argv);
}

static bool texts_differ(const char *a, const char *b) {
    return a && b ? strcmp(a, b) != 0 : a != b;
}

/* Whether an option has another value than at first. */
static bool row_is_set(const struct command *command, const void *settings, const struct option_row *row) {
    const void *now = (const char *)settings + row->at;
    const void *before = (const char *)command->defaults + row->at;
    switch (row->kind) {
    case VALUE_FLAG:
        return *(const bool *)now != *(const bool *)before;
    case VALUE_NUMBER:
        return *(const uint32_t *)now != *(const uint32_t *)before;
    case VALUE_CHOICE:
        return *(const int *)now != *(const int *)before;
    case VALUE_TEXT:
        return texts_differ(*(const char *const *)now, *(const char *const *)before);
    case VALUE_TEXTS:
        return ((const struct option_texts *)now)->count > 0;
    case VALUE_LIST: /* of operands only */
        break;
    }
    return false;
}

int options_check_needs(const struct command *command, const void *settings) {
    for (const struct option_row *row = command->options; row && row->name; ++row)
        if (row->needs && row_is_set(command, settings, row) &&
            !row_is_set(command, settings, row_named(command, row->needs)))
            return options_complain(command, "--%s means nothing without --%s", row->name, row->needs);
    return EXIT_GOOD;
}

int options_exit(int parsed) {
    return parsed == OPTIONS_HELPED ? EXIT_GOOD : EXIT_USAGE;
}

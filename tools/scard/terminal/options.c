/* Options of a command: the table that main.c and every cmd_<name>.c hand in, parsed and printed. */
#include "terminal/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/exitcode.h"

#define ROWS_MAX 16
#define LINE_WIDTH 78
#define HELP_COLUMN 26
#define EXAMPLE_WIDTH 80
#define EXAMPLE_COLUMN 6
#define FIRST_LONG 256 /* above every letter */

static const char help_text[] = "shows this text";

/* What getopt_long() wants of the table. */
struct getopt_tables {
    char letters[2 * ROWS_MAX + 4];
    struct option longs[ROWS_MAX + 2];
};

static bool row_takes_argument(const struct option_row *row) {
    return row->flag == NULL;
}

static void tables_fill(const struct options *options, struct getopt_tables *out) {
    size_t letters = 0, count = 0;
    out->letters[letters++] = options->leading ? '+' : ':';
    if (options->leading)
        out->letters[letters++] = ':';
    for (; options->rows[count].name && count < ROWS_MAX; ++count) {
        const struct option_row *row = &options->rows[count];
        out->longs[count] =
            (struct option){.name = row->name,
                            .has_arg = row_takes_argument(row) ? required_argument : no_argument,
                            .val = FIRST_LONG + (int)count};
        if (row->letter) {
            out->letters[letters++] = row->letter;
            if (row_takes_argument(row))
                out->letters[letters++] = ':';
        }
    }
    out->letters[letters++] = 'h';
    out->letters[letters] = '\0';
    out->longs[count] = (struct option){.name = "help", .val = 'h'};
    out->longs[count + 1] = (struct option){0};
}

/* By what getopt_long() calls it; NULL: there is none. */
static const struct option_row *row_find(const struct options *options, int value) {
    if (value >= FIRST_LONG)
        return &options->rows[value - FIRST_LONG];
    const struct option_row *row = options->rows;
    while (row->name && (row->letter == 0 || row->letter != value))
        ++row;
    return row->name ? row : NULL;
}

int options_complain(const struct options *options, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", options->command);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry '%s --help'.\n", options->command);
    va_end(arguments);
    return EXIT_USAGE;
}

/* "t0|t1|any", cut to `room`. */
static const char *choices_join(const struct option_choice *choices, char *out, size_t room) {
    size_t used = 0;
    out[0] = '\0';
    for (const struct option_choice *choice = choices; choice->word && used < room; ++choice)
        used += (size_t)snprintf(out + used, room - used, "%s%s", used ? "|" : "", choice->word);
    return out;
}

static bool row_set_number(const struct options *options, const struct option_row *row,
                           const char *argument) {
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(argument, &end, 10);
    if (argument[0] < '0' || argument[0] > '9' || *end != '\0' || errno != 0 || value > UINT32_MAX) {
        options_complain(options, "--%s wants a number, not '%s'", row->name, argument);
        return false;
    }
    *row->number = (uint32_t)value;
    return true;
}

static bool row_set_choice(const struct options *options, const struct option_row *row,
                           const char *argument) {
    for (const struct option_choice *choice = row->choices; choice->word; ++choice) {
        if (strcmp(choice->word, argument) == 0) {
            *row->choice = choice->value;
            return true;
        }
    }
    char words[64];
    options_complain(options, "--%s wants %s, not '%s'", row->name,
                     choices_join(row->choices, words, sizeof words), argument);
    return false;
}

static bool row_add_text(const struct options *options, const struct option_row *row, const char *argument) {
    if (row->texts->count == OPTION_TEXTS_MAX) {
        options_complain(options, "--%s may stand %d times, not more", row->name, OPTION_TEXTS_MAX);
        return false;
    }
    row->texts->values[row->texts->count++] = argument;
    return true;
}

static bool row_set(const struct options *options, const struct option_row *row, const char *argument) {
    if (row->number)
        return row_set_number(options, row, argument);
    if (row->choice)
        return row_set_choice(options, row, argument);
    if (row->texts)
        return row_add_text(options, row, argument);
    if (row->text)
        *row->text = argument;
    else
        *row->flag = true;
    return true;
}

/*
 * getopt's '?' and ':', which not all of them tell apart alike: optopt holds a letter, a long option's value, or 0 for an
 * unknown long one.
 */
static void complain_of_option(const struct options *options, char **argv) {
    const struct option_row *row = row_find(options, optopt);
    if (row == NULL && optopt > 0 && optopt < FIRST_LONG && optopt != 'h')
        options_complain(options, "there is no option '-%c'", optopt);
    else if (row == NULL)
        options_complain(options, "there is no option '%s'", argv[optind - 1]);
    else if (row_takes_argument(row))
        options_complain(options, "--%s wants an argument", row->name);
    else
        options_complain(options, "--%s takes no argument", row->name);
}

int options_parse(const struct options *options, int argc, char **argv) {
    struct getopt_tables tables;
    tables_fill(options, &tables);
    opterr = 0;
    optind = 0; /* a fresh scan: main.c has parsed its own options before */
    for (;;) {
        const int result = getopt_long(argc, argv, tables.letters, tables.longs, NULL);
        if (result == -1)
            return optind;
        if (result == 'h') {
            options_help(options);
            return OPTIONS_HELPED;
        }
        if (result == '?' || result == ':') {
            complain_of_option(options, argv);
            return OPTIONS_BAD;
        }
        if (!row_set(options, row_find(options, result), optarg))
            return OPTIONS_BAD;
    }
}

int options_exit(int parsed) {
    return parsed == OPTIONS_HELPED ? EXIT_GOOD : EXIT_USAGE;
}

/* Prints `size` characters that stay together, on a new line where this one (at *column) is too short. */
static void print_item(const char *item, size_t size, size_t indent, size_t *column) {
    if (*column > indent && *column + 1 + size > LINE_WIDTH) {
        printf("\n%*s", (int)indent, "");
        *column = indent;
    } else if (*column > indent) {
        putchar(' ');
        ++*column;
    }
    printf("%.*s", (int)size, item);
    *column += size;
}

/* Prints the words of `text`, up to the end of its line, from where the line stands, column `indent`. Returns what follows it. */
static const char *print_words(const char *text, size_t indent) {
    size_t column = indent;
    for (text += strspn(text, " "); *text != '\0' && *text != '\n'; text += strspn(text, " ")) {
        const size_t size = strcspn(text, " \n");
        print_item(text, size, indent, &column);
        text += size;
    }
    putchar('\n');
    return *text == '\n' ? text + 1 : text;
}

/* Prints a text whose lines are paragraphs. */
static void print_paragraphs(const char *text) {
    while (*text != '\0')
        text = print_words(text, 0);
}

/*
 * Prints lines of commands, most with a gap and words on what they do. Words that do not fit behind their command go below
 * it.
 */
static void print_examples(const char *text) {
    while (*text != '\0') {
        const size_t size = strcspn(text, "\n"), indent = strspn(text, " ");
        size_t gap = indent;
        while (gap < size && strncmp(text + gap, "  ", 2) != 0)
            ++gap;
        if (size <= EXAMPLE_WIDTH || gap == size) {
            printf("%.*s\n", (int)size, text);
        } else {
            printf("%.*s\n%*s", (int)gap, text, EXAMPLE_COLUMN, "");
            (void)print_words(text + gap, EXAMPLE_COLUMN);
        }
        text += size + (text[size] == '\n');
    }
}

void options_print_folded(const char *text, size_t indent) {
    printf("%*s", (int)indent, "");
    (void)print_words(text, indent);
}

static void print_row(const struct option_row *row) {
    char words[64], left[96];
    const char *argument = row->choice ? choices_join(row->choices, words, sizeof words) : row->argument;
    const char letter[5] = {'-', row->letter, ',', ' ', '\0'};
    const int size = snprintf(left, sizeof left, "  %s--%s%s%s", row->letter ? letter : "    ", row->name,
                              row_takes_argument(row) ? " " : "", row_takes_argument(row) ? argument : "");
    if (size < HELP_COLUMN - 1)
        printf("%-*s", HELP_COLUMN, left);
    else
        printf("%s\n%*s", left, HELP_COLUMN, "");
    (void)print_words(row->help, HELP_COLUMN);
}

/* "[-r READER]", "[--rm SPEC]" for each row, then the operands. */
static void print_usage(const struct options *options) {
    static const char before[] = "Usage: ";
    size_t column = strlen(before);
    printf("%s", before);
    print_item(options->command, strlen(options->command), strlen(before), &column);
    for (const struct option_row *row = options->rows; row->name; ++row) {
        char item[96], words[64];
        const char letter[] = {row->letter, '\0'};
        const char *argument = row->choice ? choices_join(row->choices, words, sizeof words) : row->argument;
        snprintf(item, sizeof item, "[-%s%s%s%s]", row->letter ? "" : "-", row->letter ? letter : row->name,
                 argument ? " " : "", argument ? argument : "");
        print_item(item, strlen(item), strlen(before), &column);
    }
    if (options->operands)
        print_item(options->operands, strlen(options->operands), strlen(before), &column);
    putchar('\n');
}

void options_help(const struct options *options) {
    print_usage(options);
    putchar('\n');
    (void)print_words(options->summary, 0);
    printf("\nOptions:\n");
    for (const struct option_row *row = options->rows; row->name; ++row)
        print_row(row);
    print_row(
        &(const struct option_row){.name = "help", .letter = 'h', .help = help_text, .flag = &(bool){false}});
    if (options->notes) {
        putchar('\n');
        print_paragraphs(options->notes);
    }
    if (options->examples) {
        printf("\nExamples:\n");
        print_examples(options->examples);
    }
    if (options->more)
        options->more();
}

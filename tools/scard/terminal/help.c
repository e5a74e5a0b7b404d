/* The help of a command: see help.h. */
#include "terminal/help.h"

#include <stdio.h>
#include <string.h>

#include "terminal/fold.h"

#define HELP_COLUMN 26
#define EXAMPLE_WIDTH 80
#define EXAMPLE_COLUMN 6

static const struct option_row help_row = {
    .name = "help", .letter = 'h', .help = "shows this text", .kind = VALUE_FLAG};

const char *help_word(const struct command *command) {
    const char *blank = strrchr(command->name, ' ');
    return blank ? blank + 1 : command->name;
}

const char *help_choices(const struct option_choice *choices, char *out, size_t room) {
    size_t used = 0;
    out[0] = '\0';
    for (const struct option_choice *choice = choices; choice->word && used < room; ++choice)
        used += (size_t)snprintf(out + used, room - used, "%s%s", used ? "|" : "", choice->word);
    return out;
}

const char *help_form(const struct operand_row *row, char *out, size_t room) {
    (void)snprintf(out, room, "%s%s%s%s", row->optional && !row->form ? "[" : "",
                   row->form ? row->form : row->name, row->kind == VALUE_LIST && !row->form ? "..." : "",
                   row->optional && !row->form ? "]" : "");
    return out;
}

/* What an option's argument is called; "": it takes none. */
static const char *argument_of(const struct option_row *row, char *out, size_t room) {
    if (row->kind == VALUE_FLAG)
        return "";
    return row->choices ? help_choices(row->choices, out, room) : row->argument;
}

/* "[-r READER]", "[--rm SPEC]" for each row, then the operands. */
static void print_usage(const struct command *command) {
    static const char before[] = "Usage: ";
    const size_t indent = strlen(before);
    size_t column = indent;
    char item[96], words[HELP_CHOICES_MAX];
    printf("%s", before);
    fold_item(command->name, strlen(command->name), indent, &column);
    for (const struct option_row *row = command->options; row && row->name; ++row) {
        const char letter[] = {row->letter, '\0'};
        const char *argument = argument_of(row, words, sizeof words);
        snprintf(item, sizeof item, "[-%s%s%s%s]", row->letter ? "" : "-", row->letter ? letter : row->name,
                 *argument ? " " : "", argument);
        fold_item(item, strlen(item), indent, &column);
    }
    for (const struct operand_row *row = command->operands; row && row->name; ++row) {
        help_form(row, item, sizeof item);
        fold_item(item, strlen(item), indent, &column);
    }
    if (command->family) {
        const char *own = command->first_by_default ? "[COMMAND ...]" : "COMMAND ...";
        fold_item(own, strlen(own), indent, &column);
    }
    putchar('\n');
}

/* A row of a list: what there is, and words on it beside it or below. */
static void print_entry(const char *left, const char *help) {
    if (strlen(left) < HELP_COLUMN - 1)
        printf("%-*s", HELP_COLUMN, left);
    else
        printf("%s\n%*s", left, HELP_COLUMN, "");
    (void)fold_words(help, HELP_COLUMN);
}

static void print_option(const struct option_row *row) {
    char words[HELP_CHOICES_MAX], left[96];
    const char letter[5] = {'-', row->letter, ',', ' ', '\0'};
    const char *argument = argument_of(row, words, sizeof words);
    snprintf(left, sizeof left, "  %s--%s%s%s", row->letter ? letter : "    ", row->name,
             *argument ? " " : "", argument);
    print_entry(left, row->help);
}

static void print_operands(const struct operand_row *row) {
    printf("\nArguments:\n");
    for (; row->name; ++row) {
        char left[HELP_FORM_MAX];
        snprintf(left, sizeof left, "  %s", row->name);
        print_entry(left, row->help);
    }
}

/*
 * Prints lines of commands, most with a gap and words on what they do. Words that do not fit behind their
 * command go below it.
 */
static void print_examples(const char *text) {
    printf("\nExamples:\n");
    while (*text != '\0') {
        const size_t size = strcspn(text, "\n"), indent = strspn(text, " ");
        size_t gap = indent;
        while (gap < size && strncmp(text + gap, "  ", 2) != 0)
            ++gap;
        if (size <= EXAMPLE_WIDTH || gap == size) {
            printf("%.*s\n", (int)size, text);
        } else {
            printf("%.*s\n%*s", (int)gap, text, EXAMPLE_COLUMN, "");
            (void)fold_words(text + gap, EXAMPLE_COLUMN);
        }
        text += size + (text[size] == '\n');
    }
}

static void print_family(const struct command *command) {
    printf("\nCommands:\n");
    for (const struct command *const *own = command->family; *own; ++own)
        if (!(*own)->hidden)
            printf("  %-10s %s\n", help_word(*own), (*own)->line);
    if (command->ending == NULL)
        printf("\n'%s COMMAND --help' explains one, with examples.\n", command->name);
}

void help_print(const struct command *command) {
    print_usage(command);
    putchar('\n');
    (void)fold_words(command->summary, 0);
    if (command->operands)
        print_operands(command->operands);
    printf("\nOptions:\n");
    for (const struct option_row *row = command->options; row && row->name; ++row)
        print_option(row);
    print_option(&help_row);
    if (command->notes)
        putchar('\n');
    for (const char *line = command->notes; line && *line;)
        line = fold_words(line, 0);
    if (command->examples)
        print_examples(command->examples);
    if (command->family)
        print_family(command);
    if (command->ending)
        printf("\n%s", command->ending);
}

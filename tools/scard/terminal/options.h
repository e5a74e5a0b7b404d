/*
 * Options of a command: one table from which they are parsed, and from which usage and --help print. Used by
 * main.c for the global ones and by every cmd_<name>.c.
 */
#ifndef SCARD_OPTIONS_H
#define SCARD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A word that an option takes, and the number it stands for. */
struct option_choice {
    const char *word; /* NULL ends the list */
    int value;
};

/* Arguments of an option that may be given several times. */
#define OPTION_TEXTS_MAX 64
struct option_texts {
    const char *values[OPTION_TEXTS_MAX];
    size_t count;
};

/* One option. Exactly one of flag, text, texts, number and choice is set, and says what the option takes. */
struct option_row {
    const char *name;     /* long name; NULL ends the table */
    char letter;          /* short name; 0: none */
    const char *argument; /* what the argument is called in the help: of text and number */
    const char *help;
    bool *flag;                 /* becomes true */
    const char **text;          /* becomes the argument, which stays argv's */
    struct option_texts *texts; /* gets each argument */
    uint32_t *number;           /* becomes the argument, decimal, 0..UINT32_MAX */
    int *choice;                /* becomes the value of the word given */
    const struct option_choice *choices;
};

/* The row of --json, which every command with something to tell has. */
#define JSON_OPTION(variable)                                                                                \
    { .name = "json", .letter = 'j', .help = "writes one line of JSON instead of text", .flag = &(variable) }

/* A command as its user sees it. Texts are UTF-8; operands, notes and examples may be NULL. */
struct options {
    const char *command;  /* "scard list" */
    const char *operands; /* "READER" */
    const char *summary;  /* what it does, in a paragraph */
    const struct option_row *rows;
    const char *notes;    /* printed after the options; each line is a paragraph, which is folded */
    const char *examples; /* printed after the notes: lines "  COMMAND   words on it" */
    void (*more)(void);   /* prints what comes last; may be NULL */
    bool leading;         /* options end at the first operand */
};

/* What options_parse() returns instead of an index. */
enum { OPTIONS_HELPED = -1, OPTIONS_BAD = -2 };

/*
 * Parses argv[1..]. --help and -h print the help and return OPTIONS_HELPED; a mistake is told on stderr and returns
 * OPTIONS_BAD. Otherwise the values are set, operands stand behind the options in argv, and the index of the
 * first one is returned.
 */
int options_parse(const struct options *options, int argc, char **argv);

/* The exit code that belongs to OPTIONS_HELPED or OPTIONS_BAD. */
int options_exit(int parsed);

/* Tells a mistake in the command line on stderr, and where help is. Returns EXIT_USAGE. */
int options_complain(const struct options *options, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

/* Prints the help to stdout. */
void options_help(const struct options *options);

/* Prints a paragraph to stdout, its words folded to lines that begin at column `indent`. */
void options_print_folded(const char *text, size_t indent);

#endif

/*
 * How a command describes itself: static tables of its options, its operands and the commands of its own. All
 * that knows commands walks them: what parses (options.h), what calls (subcommand.h), the help (help.h), and
 * what programs read (description.h), among them the check that holds the manual page against the commands.
 * Filled by main.c and cmd_<name>.c.
 */
#ifndef SCARD_TABLE_H
#define SCARD_TABLE_H

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

/* Operands from one on to the last. They stay argv's. */
struct operand_list {
    char **values;
    size_t count;
};

/* What becomes of a value. */
enum value_kind {
    VALUE_FLAG,   /* an option without argument: becomes true */
    VALUE_TEXT,   /* becomes the argument, which stays argv's */
    VALUE_TEXTS,  /* gets each argument */
    VALUE_NUMBER, /* becomes the argument, decimal, 0..UINT32_MAX */
    VALUE_CHOICE, /* becomes the value of the word given */
    VALUE_LIST    /* becomes all operands that are left */
};

/* Where the value goes: into this member of the command's settings, whose type says what is taken. */
#define VALUE_AT(settings, member)                                                                           \
    .kind = _Generic(((settings *)NULL)->member, bool                                                        \
                     : VALUE_FLAG, const char *                                                              \
                     : VALUE_TEXT, struct option_texts                                                       \
                     : VALUE_TEXTS, uint32_t                                                                 \
                     : VALUE_NUMBER, int                                                                     \
                     : VALUE_CHOICE, struct operand_list                                                     \
                     : VALUE_LIST),                                                                          \
    .at = offsetof(settings, member)

struct option_row {
    const char *name;     /* long name; NULL ends the table */
    char letter;          /* short name; 0: none */
    const char *argument; /* what the argument is called; NULL: a flag, or one of the choices */
    const char *help;
    const struct option_choice *choices; /* of VALUE_CHOICE */
    const char *needs; /* the option without which this one means nothing; NULL: it stands alone */
    enum value_kind kind;
    size_t at;
};

/* The row of --json, which every command with something to tell has, for settings with a member `json`. */
#define JSON_OPTION(settings)                                                                                \
    {                                                                                                        \
        .name = "json", .letter = 'j', .help = "writes one line of JSON instead of text",                    \
        VALUE_AT(settings, json)                                                                             \
    }

struct operand_row {
    const char *name; /* "READER"; NULL ends the table */
    const char *form; /* as the usage shows it; NULL: as name, optional and kind say */
    const char *help;
    bool optional;        /* of a list: it may be empty; but whether it may here, the command's check knows */
    enum value_kind kind; /* VALUE_TEXT or, as the last one, VALUE_LIST */
    size_t at;
};

struct invocation;

/* A command, or a family of them. Texts are UTF-8; those that are not always there may be NULL. */
struct command {
    const char *name;                    /* in full: "scard cards list"; what is typed is the last word */
    const char *line;                    /* what it does, in few words */
    const char *summary;                 /* the same in a paragraph */
    const struct option_row *options;    /* NULL: none but --help */
    const struct operand_row *operands;  /* NULL: none */
    const char *notes;                   /* in the help after the options; each line is a paragraph */
    const char *examples;                /* then lines "  COMMAND   words on it" */
    const char *ending;                  /* then, as it stands; for a family in place of the usual words */
    const struct command *const *family; /* its own commands, NULL behind the last; NULL: it has none */
    bool first_by_default;               /* of a family: without a word its first command runs */
    bool own_rm;                         /* it chooses a resource manager itself: --rm means nothing to it */
    bool passes_on;                      /* its operands are for another program: options end at the first */
    bool hidden;          /* for programs: neither the help nor the lists of commands show it */
    bool leaves_rm;       /* it uses no resource manager: --rm and --trace are told, not obeyed */
    const void *defaults; /* what its settings begin as; NULL: it has none */
    size_t settings_size;
    /*
     * Judges the settings as a whole, after all options and operands are taken: an exit code, after a
     * message. May be NULL.
     */
    int (*check)(const struct invocation *invocation);
    /*
     * Does it, and returns an exit code, after a message on stderr unless it is EXIT_GOOD. NULL: run_plain,
     * or a family.
     */
    int (*run)(const struct invocation *invocation);
    int (*run_plain)(void); /* the same where there is nothing to be told */
};

/* Begins the settings of a command as a copy of `values`. */
#define SETTINGS(values) .defaults = &(values), .settings_size = sizeof(values)

/* A command as it is called. */
struct invocation {
    const struct command *root;    /* all there is: the tool */
    const struct command *command; /* this one */
    const void *settings;          /* of its own type; NULL: it has none */
    const char *rm;                /* the resource manager chosen by --rm or SCARDSSP_RM; NULL: neither */
    int trace;                     /* the level chosen by --trace; 0: none was */
    void *context;                 /* what a family's caller hands on to its commands; NULL: nothing */
};

#endif

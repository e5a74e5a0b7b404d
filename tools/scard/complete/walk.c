/* A command line that is being typed: see walk.h. */
#include "complete/walk.h"

#include <stdbool.h>
#include <string.h>

#include "complete/candidate.h"
#include "terminal/help.h"
#include "terminal/subcommand.h"

#define OPTION_MAX 64

/* Where in a command line the walk stands. */
struct place {
    const struct command *command;
    const struct option_row *open; /* an option that wants its argument next */
    size_t operands;               /* of the command that have been passed */
    bool operands_only;            /* no option follows: "--" was there, or another program's arguments */
    bool explained;                /* behind "help": words of commands, and nothing else */
    bool lost;                     /* a word that is no command */
};

static bool is_option(const char *word) {
    return word[0] == '-' && word[1] != '\0';
}

/* The option of a word; *attached: its argument is in the same word. NULL: none is known. */
static const struct option_row *option_of(const struct command *command, const char *word, bool *attached) {
    const bool longer = word[1] == '-';
    const size_t size = longer ? strcspn(word + 2, "=") : 0;
    for (const struct option_row *row = command->options; row && row->name; ++row) {
        if (longer ? strlen(row->name) == size && strncmp(row->name, word + 2, size) == 0
                   : row->letter && strchr(word, row->letter) != NULL && row->kind != VALUE_FLAG) {
            *attached = longer ? word[2 + size] == '=' : strchr(word, row->letter)[1] != '\0';
            return row;
        }
    }
    return NULL;
}

static void pass_operand(struct place *place, const char *word) {
    const struct command *family = place->command;
    if (!family->family) {
        ++place->operands;
        place->operands_only |= family->passes_on;
        return;
    }
    const struct command *found = subcommand_find(family, word);
    if (found)
        place->command = found;
    else
        place->lost = true;
}

/* Options where a command could stand are those of the command that runs without a word. */
static void enter_first(struct place *place, const char *word) {
    const struct command *family = place->command;
    if (family->family && family->first_by_default && word[0] == '-' && !place->operands_only)
        place->command = family->family[0];
}

static void pass(struct place *place, const char *word) {
    bool attached = false;
    if (!place->open)
        enter_first(place, word);
    if (place->open) {
        place->open = NULL;
        return;
    }
    if (place->operands_only || !is_option(word)) {
        pass_operand(place, word);
        return;
    }
    if (strcmp(word, "--") == 0) {
        place->operands_only = true;
        return;
    }
    const struct option_row *row = option_of(place->command, word, &attached);
    place->open = row && row->kind != VALUE_FLAG && !attached ? row : NULL;
}

/* Behind "help" the walk begins again, over names of commands. */
static void enter_help(struct place *place, const struct command *root) {
    if (place->command != root && place->operands == 0 && strcmp(help_word(place->command), "help") == 0) {
        place->command = root;
        place->explained = true;
    }
}

static void tell_argument(const struct option_row *row, const struct candidates *candidates) {
    for (const struct option_choice *choice = row->choices; choice && choice->word; ++choice)
        candidate_tell(candidates, choice->word, NULL);
    if (row->argument)
        candidate_tell_named(candidates, row->argument);
}

/* "--reader=": the word is the option and what is typed of its argument. */
static void tell_attached(const struct command *command, const char *word) {
    char before[OPTION_MAX];
    bool attached = false;
    const size_t size = strcspn(word, "=") + 1;
    const struct option_row *row = option_of(command, word, &attached);
    if (row == NULL || row->kind == VALUE_FLAG || size >= sizeof before)
        return;
    memcpy(before, word, size);
    before[size] = '\0';
    const struct candidates candidates = {.typed = word + size, .before = before};
    tell_argument(row, &candidates);
}

static void tell_options(const struct command *command, const char *word) {
    const struct candidates candidates = {.typed = word + (word[1] == '-' ? 2 : 1), .before = "--"};
    if (strchr(word, '=')) {
        tell_attached(command, word);
        return;
    }
    for (const struct option_row *row = command->options; row && row->name; ++row)
        candidate_tell(&candidates, row->name, row->help);
    candidate_tell(&candidates, "help", "shows what the command takes");
}

static void tell_family(const struct command *family, const struct candidates *candidates) {
    for (const struct command *const *own = family->family; *own; ++own)
        if (!(*own)->hidden)
            candidate_tell(candidates, help_word(*own), (*own)->line);
}

/* Words in small letters stand for themselves in a form, as "update" in "[READER | update]". */
static void tell_words(const struct candidates *candidates, const char *form) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    char word[OPTION_MAX];
    while (*form != '\0') {
        const size_t size = strspn(form, letters);
        if (size > 0 && size < sizeof word) {
            memcpy(word, form, size);
            word[size] = '\0';
            candidate_tell(candidates, word, NULL);
        }
        form += size > 0 ? size : 1;
    }
}

static void tell_operand(const struct place *place, const struct candidates *candidates) {
    const struct operand_row *row = place->command->operands;
    for (size_t i = 0; row && row->name && i < place->operands && row->kind != VALUE_LIST; ++i)
        ++row;
    if (!row || !row->name)
        return;
    if (place->command->passes_on && place->operands > 0)
        candidate_tell_files(); /* another program's; most take some */
    else if (row->form && strstr(row->form, "READER"))
        candidate_tell_named(candidates, "READER");
    else
        candidate_tell_named(candidates, row->name);
    if (row->form && place->operands == 0)
        tell_words(candidates, row->form);
}

static void tell(const struct place *place, const char *word) {
    const struct candidates candidates = {.typed = word, .before = ""};
    if (place->lost)
        return;
    if (place->open)
        tell_argument(place->open, &candidates);
    else if (word[0] == '-' && !place->operands_only && !place->explained)
        tell_options(place->command, word);
    else if (place->command->family)
        tell_family(place->command, &candidates);
    else if (!place->explained)
        tell_operand(place, &candidates);
}

void walk_complete(const struct command *root, char *const *words, size_t count) {
    struct place place = {.command = root};
    for (size_t i = 0; i + 1 < count; ++i) {
        pass(&place, words[i]);
        enter_help(&place, root);
    }
    if (!place.open && !place.explained)
        enter_first(&place, words[count - 1]);
    tell(&place, words[count - 1]);
}

const char *walk_find_option(const struct command *root, const char *name, char *const *words, size_t count) {
    for (size_t i = 0; i + 1 < count && is_option(words[i]); ++i) {
        bool attached = false;
        const struct option_row *row = option_of(root, words[i], &attached);
        const bool wanted = row && strcmp(row->name, name) == 0;
        if (wanted && attached)
            return strchr(words[i], '=') ? strchr(words[i], '=') + 1 : NULL;
        if (row && row->kind != VALUE_FLAG && !attached) {
            ++i; /* past its argument */
            if (wanted && i + 1 < count)
                return words[i];
        }
    }
    return NULL;
}

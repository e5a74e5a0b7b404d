/*
 * scard __complete: what may stand at the end of a command line, for the completions of shells (completion/),
 * which call it with every Tab. In the table of main.c, hidden.
 */
#include "command.h"
#include "complete/walk.h"
#include "scardssp_rm.h"

struct complete_settings {
    struct operand_list words; /* those behind "scard", the one that is typed last; it may be empty */
};

static const struct complete_settings defaults = {.words = {0}};

static const struct operand_row operands[] = {
    {.name = "WORD",
     .help = "the words of the command line behind 'scard', up to the one that is typed, which may be empty",
     VALUE_AT(struct complete_settings, words)},
    {0}};

/* With readers that cannot be had there are none to offer: a person who types is told nothing now. */
static int run(const struct invocation *invocation) {
    const struct operand_list *words = &((const struct complete_settings *)invocation->settings)->words;
    if (words->count == 0)
        return EXIT_GOOD;
    const char *rm = walk_find_option(invocation->root, "rm", words->values, words->count);
    if (rm)
        (void)scardssp_use_rm(rm, NULL, 0);
    walk_complete(invocation->root, words->values, words->count);
    return EXIT_GOOD;
}

const struct command cmd_complete = {
    .name = "scard __complete",
    .line = "what may stand at the end of a command line, for shells",
    .summary =
        "Tells what may stand in place of the last word of a command line, a line each, behind a tabulator "
        "what it means; or :files, :folders or :programs for what the shell finds itself.",
    .operands = operands,
    .examples = "  scard __complete -- status ''        readers\n",
    .hidden = true,
    .passes_on = true,
    SETTINGS(defaults),
    .run = run};

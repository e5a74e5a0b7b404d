/* Runs lines of the shell: see shell.h. */
#include "shell/shell.h"

#include <stdio.h>
#include <string.h>

#include "shell/shellcommands.h"
#include "shell/words.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/subcommand.h"

static const struct command *const commands[] = {&shell_ls,   &shell_cd,     &shell_tree,   &shell_cat,
                                                 &shell_get,  &shell_put,    &shell_select, &shell_info,
                                                 &shell_apdu, &shell_verify, &shell_change, &shell_find,
                                                 &shell_help, &shell_quit,   NULL};

const struct command shell_family = {.name = "scard shell", .family = commands};

static int run_command(struct session *session, const struct words *words) {
    const struct invocation base = {.root = &shell_family, .context = session};
    if (words->count == 0)
        return EXIT_GOOD;
    char *const *const argv = words->values;
    const char *word = strcmp(argv[0], "exit") == 0 ? shell_quit.name : argv[0];
    const struct command *found = subcommand_find(&shell_family, word);
    const int code = found ? subcommand_run(found, &base, (int)words->count, (char **)(uintptr_t)argv)
                           : subcommand_complain(&shell_family, word);
    fflush(stdout);
    return code;
}

static int run_line(struct session *session, const char *line) {
    int code = EXIT_GOOD;
    for (size_t at = 0; code == EXIT_GOOD && !session->quit;) {
        struct words words;
        switch (words_take(line, &at, &words)) {
        case WORDS_HERE:
            code = run_command(session, &words);
            words_free(&words);
            break;
        case WORDS_END:
            return code;
        case WORDS_QUOTE:
            words_free(&words);
            failure_plain("close it", "a quote is not closed");
            return EXIT_USAGE;
        case WORDS_TOO_MANY:
            failure_plain("write several commands", "that are too many words");
            return EXIT_USAGE;
        case WORDS_NO_MEMORY:
            return failure(E_OUTOFMEMORY, NULL, "cannot read the line");
        }
    }
    return code;
}

int shell_line(struct session *session, const char *line) {
    int code = session_begin(session);
    if (code == EXIT_GOOD)
        code = run_line(session, line);
    session_rest(session);
    return code;
}

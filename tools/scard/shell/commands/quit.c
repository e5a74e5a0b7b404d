/* The shell's quit. */
#include "shell/shellcommands.h"
#include "terminal/exitcode.h"

static int run(const struct invocation *invocation) {
    struct session *session = invocation->context;
    session->quit = true;
    return EXIT_GOOD;
}

const struct command shell_quit = {.name = "quit",
                                   .line = "ends the shell; so does Ctrl-D",
                                   .summary = "Ends the shell. The card is left as it is.",
                                   .examples = "  quit\n",
                                   .run = run};

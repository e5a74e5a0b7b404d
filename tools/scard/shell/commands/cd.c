/* The shell's cd: another directory becomes the current one. */
#include <stdio.h>
#include <string.h>

#include "shell/jsonline.h"
#include "shell/move.h"
#include "shell/shellcommands.h"
#include "terminal/exitcode.h"

struct cd_settings {
    const char *directory;
};

static int run(const struct invocation *invocation) {
    const struct cd_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    const char *path = settings->directory ? settings->directory : "/";
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    const HRESULT hr = move_to(session, path);
    session_free(session);
    if (FAILED(hr))
        return session_complain(hr, "go to", path);
    if (session->json)
        jsonline_directory(session->place);
    return EXIT_GOOD;
}

static const struct cd_settings defaults = {.directory = NULL};

static const struct operand_row operands[] = {
    {.name = OPERAND_DIRECTORY,
     .help =
         "identifiers (7F20, /DF01/DF11), names (DF.GSM), '..', or an application by its name (PIV) or AID; "
         "the master file by default",
     .optional = true,
     VALUE_AT(struct cd_settings, directory)},
    {0}};

const struct command shell_cd = {.name = "cd",
                                 .line = "goes to another directory or application",
                                 .summary = "Makes another directory, or an application, the current one.",
                                 .operands = operands,
                                 .examples =
                                     "  cd DF.GSM\n"
                                     "  cd PIV                    an application that is known by name\n"
                                     "  cd A000000308000010000100 any, by its AID\n",
                                 SETTINGS(defaults),
                                 .run = run};

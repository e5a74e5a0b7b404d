/* The shell's select: a file or directory becomes the one that commands are for. */
#include <stdio.h>

#include "shell/describe.h"
#include "shell/move.h"
#include "shell/shellcommands.h"
#include "terminal/exitcode.h"

struct select_settings {
    const char *path;
};

/* Opens it, and nothing more: it stays the card's current file. */
static HRESULT select_file(struct session *session, void *user) {
    HSCARD_FILE file = 0;
    BSTR place = manager_text(user);
    HRESULT hr = place ? ISCardFileAccess_Open(session->files, SC_TYPE_BY_ANY, place, &file) : E_OUTOFMEMORY;
    SysFreeString(place);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Close(session->files, file);
    return hr;
}

static int run(const struct invocation *invocation) {
    const struct select_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    struct facts facts;
    char place[PLACE_MAX];
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    HRESULT hr = describe_ask(session, settings->path, place, &facts);
    if (SUCCEEDED(hr)) {
        hr = session_do(session, select_file, place);
        if (hr == (HRESULT)SCARD_E_NO_FILE || facts.directory)
            hr = move_to(session, settings->path);
    }
    session_free(session);
    if (FAILED(hr))
        return session_complain(hr, "select", settings->path);
    describe_tell(session, place, &facts);
    return EXIT_GOOD;
}

static const struct select_settings defaults = {.path = NULL};

static const struct operand_row operands[] = {
    {.name = OPERAND_PATH,
     .help = "a file or directory, or an application by its name or AID",
     VALUE_AT(struct select_settings, path)},
    {0}};

const struct command shell_select = {
    .name = "select",
    .line = "selects a file, directory or application",
    .summary =
        "Selects a file, directory or application, for commands of 'apdu' that follow, and tells what the card "
        "says of it. A directory or application becomes the current one.",
    .operands = operands,
    .examples = "  select A000000308000010000100\n  select 2F00; apdu 00B2010400\n",
    SETTINGS(defaults),
    .run = run};

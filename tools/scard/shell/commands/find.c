/* The shell's find: files by name, or by asking the card for identifiers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "shell/entry.h"
#include "shell/jsonline.h"
#include "shell/shellcommands.h"
#include "shell/walk.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/glob.h"
#include "terminal/options.h"
#include "terminal/text.h"

struct find_settings {
    const char *what, *last;
};

struct finding {
    const struct session *session;
    const char *what;
    size_t count;
};

static bool fits(const char *text, const char *what) {
    return glob_is(what) ? glob_fits(text, what) : text_contains(text, what);
}

/* By its identifier, its name, or what it is for. */
static bool is_meant(const char *place, const char *what) {
    char text[PLACE_MAX], parent[PLACE_MAX];
    const char *last = NULL;
    const struct file_name *name = place_name(place);
    const struct application *application = place_application(place);
    place_parent(place, parent, &last);
    if (*last)
        return fits(last, what) || (name && (fits(name->name, what) || fits(name->meaning, what)));
    place_text(place, text);
    return fits(text + 1, what) || fits(place + 1, what) || (application && fits(application->meaning, what));
}

static void print_place(const char *place) {
    char text[PLACE_MAX];
    const struct file_name *name = place_name(place);
    place_text(place, text);
    printf("%-32s %s%s%s\n", place, text, name ? ": " : "", name ? name->meaning : "");
}

static void visit(void *user, const struct listing_entry *entry, unsigned depth) {
    struct finding *finding = user;
    (void)depth;
    if (!is_meant(entry->place, finding->what))
        return;
    if (finding->session->json)
        jsonline_entry(entry);
    else
        print_place(entry->place);
    ++finding->count;
}

struct asking {
    char place[PLACE_MAX];
    struct facts facts;
};

static HRESULT ask(struct session *session, void *user) {
    struct asking *asking = user;
    return facts_get(session->files, asking->place, &asking->facts);
}

/* Whether the card has just said that there is no such file. */
static bool is_no(HRESULT hr) {
    return hr == (HRESULT)SCARD_E_FILE_NOT_FOUND || hr == (HRESULT)SCARD_E_DIR_NOT_FOUND ||
           hr == (HRESULT)SCARD_E_NO_FILE || hr == E_INVALIDARG;
}

/*
 * The master file can be selected from everywhere; other cards answer with another file than was asked for.
 */
static bool is_it(const struct facts *facts, uint16_t id) {
    return id != NAMES_MF && (facts->id == 0 || facts->id == id);
}

/* Asks for each identifier in turn; the card is what knows them. */
static HRESULT find_ids(struct session *session, uint16_t first, uint16_t last, size_t *count) {
    struct listing_entry entry = {.told = true};
    struct asking asking;
    HRESULT hr = S_OK;
    for (uint32_t id = first; SUCCEEDED(hr) && id <= last; ++id) {
        char digits[5];
        (void)snprintf(digits, sizeof digits, "%04" PRIX32, id);
        if (!place_below(session->place, digits, asking.place))
            return E_INVALIDARG;
        hr = session_do(session, ask, &asking);
        if (SUCCEEDED(hr) && is_it(&asking.facts, (uint16_t)id)) {
            memcpy(entry.place, asking.place, sizeof entry.place);
            entry.facts = asking.facts;
            entry.directory = asking.facts.directory;
            entry_tell(session, &entry, 0);
            fflush(stdout);
            ++*count;
        } else if (SUCCEEDED(hr) || is_no(hr)) {
            hr = S_OK;
        }
    }
    return hr;
}

static HRESULT find(struct session *session, const struct find_settings *settings, size_t *count) {
    struct finding finding = {.session = session, .what = settings->what};
    uint16_t first = 0, last = 0;
    if (settings->last == NULL) {
        const HRESULT hr = walk_below(session, session->place, visit, &finding);
        *count = finding.count;
        return hr;
    }
    (void)place_is_id(settings->what, strlen(settings->what), &first);
    (void)place_is_id(settings->last, strlen(settings->last), &last);
    return find_ids(session, first, last, count);
}

static int check(const struct invocation *invocation) {
    const struct find_settings *settings = invocation->settings;
    uint16_t first = 0, last = 0;
    if (settings->last == NULL ||
        (place_is_id(settings->what, strlen(settings->what), &first) &&
         place_is_id(settings->last, strlen(settings->last), &last) && first <= last))
        return EXIT_GOOD;
    return options_complain(invocation->command, "wants the first identifier and the last one: 6F00 6FFF");
}

static int run(const struct invocation *invocation) {
    const struct find_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    size_t count = 0;
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    const HRESULT hr = find(session, settings, &count);
    session_free(session);
    if (FAILED(hr))
        return session_complain(hr, "find", settings->what);
    return count > 0 ? EXIT_GOOD
                     : failure_plain("'find 0000 FFFF' asks the card for every identifier",
                                     "nothing is found by '%s'", settings->what);
}

static const struct find_settings defaults = {.what = NULL};

static const struct operand_row operands[] = {
    {.name = "WHAT",
     .help =
         "a part of a name, of what it means or of an identifier, or a pattern with * and ?; or the first "
         "identifier to ask for",
     VALUE_AT(struct find_settings, what)},
    {.name = "LAST",
     .help = "the last identifier to ask for, in the current directory",
     .optional = true,
     VALUE_AT(struct find_settings, last)},
    {0}};

const struct command shell_find = {
    .name = "find",
    .line = "finds files by name or identifier",
    .summary =
        "Finds files and directories below the current one by name, meaning or identifier, among those that 'ls' "
        "finds; or asks the card for each identifier of a range, which may find what 'ls' does not.",
    .operands = operands,
    .examples = "  find IMSI\n  find 'EF.E*'\n  find 0000 FFFF\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};

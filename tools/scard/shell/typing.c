/* What the line editor asks the shell: see typing.h. */
#include "shell/typing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "scardssp_rm.h"
#include "shell/shell.h"
#include "shell/shellcommands.h"
#include "shell/words.h"
#include "steps/script.h"
#include "terminal/help.h"
#include "terminal/subcommand.h"
#include "transfer/disk.h"

#define CODE_DIGITS 2u
#define PATH_ROOM 1024

/* The word that is being typed, and the command it belongs to. */
struct typing {
    struct session *session;
    const struct command *command; /* NULL: the word is the command's own */
    const char *typed;
    const char *before; /* the word before it; "": there is none */
    size_t operands;    /* words that stand before it and are no options */
    struct completion *out;
};

static void offer_commands(const struct typing *typing) {
    for (const struct command *const *own = shell_family.family; *own; ++own)
        completion_offer(typing->out, typing->typed, help_word(*own));
}

static void offer_options(const struct typing *typing) {
    char word[64];
    for (const struct option_row *row = typing->command->options; row && row->name; ++row) {
        (void)snprintf(word, sizeof word, "--%s", row->name);
        completion_offer(typing->out, typing->typed, word);
    }
    completion_offer(typing->out, typing->typed, "--help");
}

/* The words that the option before takes. */
static bool offer_choices(const struct typing *typing) {
    const char *before = typing->before;
    if (before[0] != '-' || before[1] == '\0')
        return false;
    for (const struct option_row *row = typing->command->options; row && row->name; ++row)
        if (row->choices && ((before[1] == row->letter && before[2] == '\0') ||
                             (before[1] == '-' && strcmp(before + 2, row->name) == 0))) {
            for (const struct option_choice *choice = row->choices; choice->word; ++choice)
                completion_offer(typing->out, typing->typed, choice->word);
            return true;
        }
    return false;
}

/* Splits what is typed at its last '/': directory_size characters, and the rest. */
static size_t directory_size(const char *typed) {
    const char *slash = strrchr(typed, '/');
    return slash ? (size_t)(slash - typed) + 1 : 0;
}

/* "DF.GSM/" + "EF.IMSI"; a directory gets a '/'. */
static void offer_entry(const struct typing *typing, const char *name, bool directory) {
    char word[PATH_ROOM];
    (void)snprintf(word, sizeof word, "%.*s%s%s", (int)directory_size(typing->typed), typing->typed, name,
                   directory ? "/" : "");
    completion_offer(typing->out, typing->typed, word);
}

static void offer_name(const struct typing *typing, const struct listing_entry *entry) {
    char text[PLACE_MAX], parent[PLACE_MAX];
    const char *name = NULL, *last = NULL;
    place_text(entry->place, text);
    place_parent(text, parent, &name);
    offer_entry(typing, name, entry->directory);
    place_parent(entry->place, parent, &last);
    if (typing->typed[directory_size(typing->typed)] != '\0' && *last && strcmp(last, name) != 0)
        offer_entry(typing, last, entry->directory); /* by its identifier, for who begins to type that */
}

static void offer_listing(const struct typing *typing, const char *path, bool applications_only,
                          bool directories_only) {
    const struct listing *listing = session_glance(typing->session, path);
    for (size_t i = 0; listing && i < listing->count; ++i) {
        const struct listing_entry *entry = &listing->entries[i];
        if ((!applications_only || place_application(entry->place)) &&
            (!directories_only || entry->directory))
            offer_name(typing, entry);
    }
}

/* Files of the card; applications go by their names everywhere. */
static void offer_places(const struct typing *typing, bool directories_only) {
    char path[PATH_ROOM];
    const size_t size = directory_size(typing->typed);
    (void)snprintf(path, sizeof path, "%.*s", (int)size, typing->typed);
    offer_listing(typing, size > 0 ? path : ".", false, directories_only);
    if (size == 0 && strcmp(typing->session->place, "/") != 0 && *typing->typed)
        offer_listing(typing, "/", true, directories_only);
}

/* With '\' before what would end the word. */
static bool offer_disk_entry(void *user, const char *name, bool folder) {
    const struct typing *typing = user;
    char word[PATH_ROOM];
    size_t used = 0;
    const size_t size = directory_size(typing->typed);
    const char *rest = typing->typed + size;
    if (strncmp(name, rest, strlen(rest)) != 0 || (name[0] == '.' && rest[0] != '.'))
        return true;
    for (size_t i = 0; i < size + strlen(name) && used + 3 < sizeof word; ++i) {
        const char letter = i < size ? typing->typed[i] : name[i - size];
        if (strchr(" \t;#'\"\\", letter))
            word[used++] = '\\';
        word[used++] = letter;
    }
    (void)snprintf(word + used, sizeof word - used, "%s", folder ? "/" : "");
    completion_add(typing->out, word);
    return true;
}

static void offer_files(struct typing *typing) {
    char path[PATH_ROOM];
    const size_t size = directory_size(typing->typed);
    (void)snprintf(path, sizeof path, "%.*s", (int)size, typing->typed);
    (void)disk_each(size > 0 ? path : ".", offer_disk_entry, typing);
}

static void offer_operand(struct typing *typing) {
    const struct operand_row *row = typing->command->operands;
    for (size_t i = 0; row && row->name && i < typing->operands && row->kind != VALUE_LIST; ++i)
        ++row;
    if (row == NULL || row->name == NULL)
        return;
    if (strcmp(row->name, OPERAND_COMMAND) == 0)
        offer_commands(typing);
    else if (strcmp(row->name, OPERAND_FILE) == 0)
        offer_files(typing);
    else if (strcmp(row->name, OPERAND_PATH) == 0 || strcmp(row->name, OPERAND_DIRECTORY) == 0)
        offer_places(typing, strcmp(row->name, OPERAND_DIRECTORY) == 0);
}

static void offer(struct typing *typing, const struct words *words, size_t before) {
    if (before == 0) {
        offer_commands(typing);
        return;
    }
    typing->command = subcommand_find(&shell_family, words->values[0]);
    if (typing->command == NULL)
        return;
    typing->before = before > 1 ? words->values[before - 1] : "";
    for (size_t i = 1; i < before; ++i)
        typing->operands += words->values[i][0] != '-';
    if (typing->typed[0] == '-')
        offer_options(typing);
    else if (!offer_choices(typing))
        offer_operand(typing);
}

void typing_complete(void *context, const char *line, size_t size, struct completion *out) {
    char *typed = malloc(size + 1);
    struct words words = {.count = 0};
    enum words_result result = WORDS_END;
    size_t at = 0;
    if (typed == NULL)
        return;
    memcpy(typed, line, size);
    typed[size] = '\0';
    do {
        words_free(&words);
        result = words_take(typed, &at, &words);
    } while (result == WORDS_HERE && typed[at] != '\0');
    /* Behind a ';' a new command begins, of which there is nothing yet. */
    if (result == WORDS_HERE && size > 0 && typed[size - 1] == ';' && !(words.count > 0 && words.open))
        words_free(&words);
    const bool open = words.count > 0 && words.open;
    struct typing typing = {
        .session = context, .typed = open ? words.values[words.count - 1] : "", .out = out};
    out->start = open ? words.start : size;
    if (result == WORDS_HERE || result == WORDS_QUOTE || result == WORDS_END)
        offer(&typing, &words, words.count - open);
    words_free(&words);
    wipe_free(typed, size);
}

/* A PIN where a number of two digits belongs. */
static bool is_code(const struct words *words) {
    bool code = false;
    for (size_t i = 1; i < words->count; ++i)
        code |= words->values[i][0] != '-' && strlen(words->values[i]) > CODE_DIGITS;
    return code;
}

/* A command that carries one, or what is none because of a typing error. */
static bool may_be_secret(const struct words *words) {
    struct script_step step = {.bytes = NULL};
    size_t size = 0;
    const size_t first = words->values[1][0] == '-' ? 2 : 1;
    char *text = words_join(words->values + first, words->count - first, &size);
    const bool read = text && script_parse(text, size, &step) == SCRIPT_STEP;
    const bool secret = !read || (step.bytes && scardssp_apdu_secret(step.bytes, step.size, NULL, NULL) !=
                                                    SCARDSSP_SECRET_NONE);
    script_step_free(&step);
    wipe_free(text, size);
    return secret;
}

static bool is_secret(const struct words *words) {
    if (words->count < 2)
        return false;
    if (strcmp(words->values[0], "verify") == 0 || strcmp(words->values[0], "change") == 0)
        return is_code(words);
    return strcmp(words->values[0], "apdu") == 0 && may_be_secret(words);
}

bool typing_is_secret(void *context, const char *line) {
    bool secret = false;
    enum words_result result = WORDS_END;
    size_t at = 0;
    (void)context;
    do {
        struct words words;
        result = words_take(line, &at, &words);
        secret |= (result == WORDS_HERE || result == WORDS_QUOTE) && is_secret(&words);
        if (result == WORDS_HERE || result == WORDS_QUOTE)
            words_free(&words);
    } while (result == WORDS_HERE && !secret);
    return secret;
}

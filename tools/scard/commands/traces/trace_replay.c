/*
 * scard trace replay: sends the commands of a trace to a card again, or makes a card of it. In
 * cmd_trace.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "commands/traces/traces.h"
#include "talk/card.h"
#include "talk/choose.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/options.h"
#include "terminal/text.h"
#include "trace/cardimage.h"
#include "trace/compare.h"
#include "trace/exchangeline.h"
#include "trace/recordfile.h"

struct replay_settings {
    const char *file;
    const char *reader;
    const char *from;
    const char *as_card;
    int what; /* an enum compare_what */
    bool json;
};

/* What has become of the commands. */
struct replay {
    const struct replay_settings *settings;
    size_t sent, left_out;
    const struct trace_entry *differs; /* the first one whose answer is another one; NULL: none */
    uint8_t *answer;                   /* that answer */
    size_t answer_size;
};

/* Whose commands are meant; NULL, after a message: there are none. */
static const char *choose_from(const struct replay_settings *settings, const struct trace_list *list) {
    for (size_t i = 0; i < list->count; ++i)
        if (entry_is_command(&list->entries[i]) &&
            (settings->from == NULL || text_contains(list->entries[i].on, settings->from)))
            return list->entries[i].on;
    if (settings->from)
        (void)failure_plain("'scard trace show' tells the readers", "'%s' has no commands to a reader '%s'",
                            settings->file, settings->from);
    else
        (void)failure_plain("give another trace", "'%s' has no command to a card", settings->file);
    return NULL;
}

/* To a card */

/* Whether the program had the card reset: its next command meets one that has forgotten everything. */
static bool is_reset(const struct trace_entry *entry) {
    return entry->call && strcmp(entry->call, "reconnect") == 0 && entry->detail &&
           (strstr(entry->detail, "init 1") || strstr(entry->detail, "init 2"));
}

static int reset_card(ISCard *card) {
    const HRESULT hr = ISCard_ReAttach(card, EXCLUSIVE, RESET);
    return SUCCEEDED(hr) ? EXIT_GOOD : failure(hr, NULL, "cannot reset the card");
}

static int send_again(ISCard *card, const struct trace_entry *entry, struct replay *replay) {
    uint8_t *answer = NULL;
    size_t size = 0;
    const HRESULT hr = card_send_raw(card, entry->command, entry->command_size, &answer, &size);
    if (FAILED(hr))
        return failure(hr, NULL, "command %zu cannot be sent", replay->sent + replay->left_out + 1);
    ++replay->sent;
    if (compare_answers(entry->command, entry->command_size, entry->answer, entry->answer_size, answer, size,
                        (enum compare_what)replay->settings->what)) {
        free(answer);
        return EXIT_GOOD;
    }
    replay->differs = entry;
    replay->answer = answer;
    replay->answer_size = size;
    return EXIT_GOOD;
}

/* A secret is not in the trace, and a try at it is not to be lost. */
static int step(ISCard *card, const struct trace_entry *entry, const char *from, struct replay *replay) {
    if (entry->on == NULL || strcmp(entry->on, from) != 0)
        return EXIT_GOOD;
    if (is_reset(entry))
        return reset_card(card);
    if (!entry_is_command(entry) || !entry_has_answer(entry))
        return EXIT_GOOD;
    if (entry->hidden_count == 0)
        return send_again(card, entry, replay);
    ++replay->left_out;
    return EXIT_GOOD;
}

static int run_through(ISCard *card, const struct trace_list *list, const char *from, struct replay *replay) {
    int code = reset_card(card);
    for (size_t i = 0; code == EXIT_GOOD && replay->differs == NULL && i < list->count; ++i)
        code = step(card, &list->entries[i], from, replay);
    return code;
}

static void print_result(const struct replay *replay) {
    const struct trace_entry *entry = replay->differs;
    if (entry) {
        struct trace_entry now = *entry;
        now.answer = replay->answer;
        now.answer_size = replay->answer_size;
        printf("The first difference, at command %zu:\n- ", replay->sent + replay->left_out);
        exchangeline_print(stdout, entry);
        printf("\n+ ");
        exchangeline_print(stdout, &now);
        putchar('\n');
    } else {
        printf("All the same: %zu command%s.\n", replay->sent, replay->sent == 1 ? "" : "s");
    }
    if (replay->left_out)
        printf("%zu command%s with a secret %s not sent: the trace has no secrets.\n", replay->left_out,
               replay->left_out == 1 ? "" : "s", replay->left_out == 1 ? "was" : "were");
}

static void write_result(const struct replay *replay) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_number(&json, "sent", replay->sent);
    json_number(&json, "leftOut", replay->left_out);
    json_flag(&json, "same", replay->differs == NULL);
    if (replay->differs) {
        json_object(&json, "difference");
        json_number(&json, "place", replay->sent + replay->left_out);
        exchangeline_json(&json, replay->differs);
        json_hex(&json, "now", replay->answer, replay->answer_size);
        json_end(&json, '}');
    } else {
        json_text(&json, "difference", NULL);
    }
    json_end(&json, '}');
}

static int replay_to_card(const struct replay_settings *settings, const struct trace_list *list,
                          const char *from) {
    struct replay replay = {.settings = settings};
    char *reader = NULL;
    ISCard *card = NULL;
    int code = reader_choose(settings->reader, READER_WITH_CARD, "READER", &reader);
    if (code == EXIT_GOOD)
        code = card_open(reader, EXCLUSIVE, T0 | T1, &card);
    if (code == EXIT_GOOD)
        code = run_through(card, list, from, &replay);
    card_close(card);
    free(reader);
    if (code == EXIT_GOOD && settings->json)
        write_result(&replay);
    else if (code == EXIT_GOOD)
        print_result(&replay);
    free(replay.answer);
    return code == EXIT_GOOD && replay.differs ? EXIT_CARD : code;
}

/* As a card */

static int replay_as_card(const struct replay_settings *settings, const struct trace_list *list,
                          const char *from) {
    FILE *file = file_open(settings->as_card, "wb");
    const size_t count = file ? cardimage_write(file, from, list) : 0;
    bool good = file != NULL && !ferror(file);
    if (file && fclose(file) != 0)
        good = false;
    if (!good)
        return failure_plain("make room there, or write to another place", "cannot write '%s': %s",
                             settings->as_card, strerror(errno));
    printf("The card of '");
    text_print(stdout, from);
    printf("', %zu answer%s, is in '", count, count == 1 ? "" : "s");
    text_print(stdout, settings->as_card);
    printf("'; scard run --rm sim:FILE -- COMMAND uses it.\n");
    return EXIT_GOOD;
}

static int check(const struct invocation *invocation) {
    const struct replay_settings *settings = invocation->settings;
    if (settings->as_card && (settings->reader || settings->json))
        return options_complain(invocation->command,
                                "--as-card uses no reader, and has nothing to tell in JSON");
    return EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct replay_settings *settings = invocation->settings;
    struct trace_list list;
    int code = recordfile_load(settings->file, true, &list);
    if (code == EXIT_GOOD) {
        const char *from = choose_from(settings, &list);
        code = from == NULL        ? EXIT_CARD
               : settings->as_card ? replay_as_card(settings, &list, from)
                                   : replay_to_card(settings, &list, from);
    }
    trace_list_clear(&list);
    return code;
}

static const struct replay_settings defaults = {.what = COMPARE_ANSWERS};

static const struct option_choice what_choices[] = {
    {"answers", COMPARE_ANSWERS}, {"status", COMPARE_STATUS}, {"commands", COMPARE_COMMANDS}, {NULL, 0}};

static const struct option_row options[] = {
    {.name = "from",
     .letter = 'f',
     .argument = "NAME",
     .help = "of several readers in the trace the one with this in its name; the first by default",
     VALUE_AT(struct replay_settings, from)},
    {.name = "compare",
     .letter = 'c',
     .help =
         "what is a difference: the answer (of GET CHALLENGE its length), the default; its status; or nothing",
     .choices = what_choices,
     VALUE_AT(struct replay_settings, what)},
    {.name = "as-card",
     .letter = 'a',
     .argument = "IMAGE",
     .help =
         "writes a card image that answers as the card did, for programs over the simulator; sends nothing",
     VALUE_AT(struct replay_settings, as_card)},
    JSON_OPTION(struct replay_settings),
    {0}};

static const struct operand_row operands[] = {
    {.name = "FILE", .help = "a trace in JSON Lines or pcapng", VALUE_AT(struct replay_settings, file)},
    READER_OPERAND(struct replay_settings),
    {0}};

const struct command trace_replay = {
    .name = "scard trace replay",
    .line = "sends the commands of a trace again, or makes a card of it",
    .summary =
        "Resets the card and sends it the commands of the trace, byte for byte and with the resets that there "
        "were, until it answers otherwise than in the trace: that is told. Commands that write, write "
        "again. Those with a PIN or a key are left out, for the trace has them not. With --as-card the "
        "trace becomes a simulated card.",
    .options = options,
    .operands = operands,
    .notes =
        "Exit code: 0 when all answers are the same, 1 when one differs or the card is lost.\n"
        "JSON: {\"sent\",\"leftOut\",\"same\",\"difference\":{\"place\",\"command\",\"answer\", \"words\",\"means\","
        "\"now\"}}.\n",
    .examples = "  scard trace replay said.jsonl\n"
                "  scard trace replay said.jsonl --as-card card.json\n"
                "  scard run --rm sim:card.json -- pkcs15-tool -D      the program again, without the card\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};

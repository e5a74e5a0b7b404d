/* scard atr: what is known by an answer to reset, and all of its bytes. In the table of main.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands/cards/atrlist_update.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "talk/atr.h"
#include "talk/atrnames.h"
#include "talk/cardtype.h"
#include "talk/choose.h"
#include "terminal/drawing/colour.h"
#include "terminal/drawing/hyperlink.h"
#include "terminal/drawing/window.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/text.h"

#define WORDS_MAX 512
#define NAMES_MIN 5 /* are shown on every terminal */
static const char label[] = "known as: ";
#define LABEL_COLUMNS (sizeof label - 1)

struct atr_settings {
    struct operand_list words; /* none: the card in the only reader that has one */
    bool all, json;
};

/* Where parts go, and what is kept of them. */
struct telling {
    struct json *json; /* NULL: as lines */
    bool silent;       /* they are counted only */
    size_t columns;    /* of the window; 0: there is none */
    size_t lines;      /* that they took there */
    char fault[128];
};

/* How many lines of the window a text takes. */
static size_t lines_of(size_t columns, size_t window) {
    return window && columns > window ? (columns + window - 1) / window : 1;
}

static void print_part(const char *part, const uint8_t *bytes, size_t size, const char *text) {
    const enum colour colour = strcmp(part, "fault") == 0 ? COLOUR_BAD : COLOUR_PLAIN;
    printf("%s%s%s", colour_begin(colour), part, size ? " = " : "");
    text_print_hex(stdout, bytes, size, " ");
    printf(": %s%s\n", text, colour_end(colour));
}

static void tell_part(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text) {
    struct telling *telling = user;
    if (strcmp(part, "fault") == 0)
        (void)snprintf(telling->fault, sizeof telling->fault, "%s", text);
    const size_t columns = strlen(part) + (size ? 2 + 3 * size : 0) + 2 + text_columns(text);
    telling->lines += lines_of(columns, telling->columns);
    if (telling->silent)
        return;
    if (telling->json == NULL) {
        print_part(part, bytes, size, text);
        return;
    }
    json_object(telling->json, NULL);
    json_text(telling->json, "part", part);
    json_hex(telling->json, "bytes", bytes, size);
    json_text(telling->json, "meaning", text);
    json_end(telling->json, '}');
}

static const char *source_of(const struct atrname *name) {
    return name->introduced ? "introduced" : "public list";
}

static void print_name(const struct atrname *name) {
    if (name->link) {
        printf("%*s", (int)LABEL_COLUMNS, "");
        const size_t size = hyperlink_size(name->text);
        hyperlink_print(name->text, size);
        text_print(stdout, name->text + size);
        putchar('\n');
        return;
    }
    printf("%s%s", label, colour_begin(COLOUR_STRONG));
    text_print(stdout, name->text);
    printf("%s (%s)\n", colour_end(COLOUR_STRONG), source_of(name));
}

/* How many names the window has room for above so many lines. Those that are introduced are shown always. */
static size_t names_fitting(const struct atrnames *names, size_t columns, size_t taken, size_t lines) {
    size_t used = taken + 2; /* how many are missing, and the shell's prompt */
    size_t count = 0;
    for (; count < names->count; ++count) {
        const struct atrname *name = &names->rows[count];
        const size_t more = name->link ? 0 : strlen(source_of(name)) + 3;
        used += lines_of(LABEL_COLUMNS + text_columns(name->text) + more, columns);
        if (used > lines && count >= NAMES_MIN && !name->introduced)
            break;
    }
    /* The last line is for how many are missing: one alone is shown in its place. */
    return count + 1 == names->count ? names->count : count;
}

/* The lines of all but the names. */
static size_t lines_needed(const struct atr_bytes *atr, size_t columns) {
    struct telling telling = {.silent = true, .columns = columns};
    (void)scardssp_atr_explain(atr->bytes, atr->size, tell_part, &telling);
    return telling.lines + lines_of(6 + 3 * atr->size, columns);
}

static void print_names(const struct atr_bytes *atr, const struct atrnames *names, bool all) {
    size_t count = names->count;
    if (!all && window_is_there()) {
        size_t columns = 0, lines = 0;
        window_size(&columns, &lines);
        count = names_fitting(names, columns, lines_needed(atr, columns), lines);
    }
    for (size_t i = 0; i < count; ++i)
        print_name(&names->rows[i]);
    if (count < names->count)
        printf("%*s%s... and %zu more: --all%s\n", (int)LABEL_COLUMNS, "", colour_begin(COLOUR_FAINT),
               names->count - count, colour_end(COLOUR_FAINT));
    if (names->count == 0 && names->failed == S_OK)
        printf("%snothing that is introduced%s\n", label,
               names->no_list ? "; there is no public list of ATRs, 'scard atr update' says how to get one"
                              : " or in the public list; 'scard atr update' says how to get a newer one");
}

static int print_atr(const struct atr_bytes *atr, bool all, struct telling *telling) {
    struct atrnames names = {0};
    const int code = atrnames_find(&names, atr->bytes, atr->size);
    print_names(atr, &names, all);
    printf("ATR = ");
    text_print_hex(stdout, atr->bytes, atr->size, " ");
    putchar('\n');
    (void)scardssp_atr_explain(atr->bytes, atr->size, tell_part, telling);
    atrnames_free(&names);
    return code;
}

static void write_names(struct json *json, const struct atrnames *names) {
    json_array(json, "names");
    for (size_t i = 0; i < names->count; ++i) {
        json_object(json, NULL);
        json_text(json, "name", names->rows[i].text);
        json_text(json, "source", source_of(&names->rows[i]));
        json_flag(json, "link", names->rows[i].link);
        json_end(json, '}');
    }
    json_end(json, ']');
    cardtype_write_failed(json, names->failed);
}

static int write_atr(const struct atr_bytes *atr, struct telling *telling) {
    struct json json = {.file = stdout};
    struct atrnames names = {0};
    const int code = atrnames_find(&names, atr->bytes, atr->size);
    telling->json = &json;
    json_object(&json, NULL);
    json_hex(&json, "atr", atr->bytes, atr->size);
    json_array(&json, "parts");
    const int32_t status = scardssp_atr_explain(atr->bytes, atr->size, tell_part, telling);
    json_end(&json, ']');
    json_flag(&json, "wellFormed", status == S_OK);
    write_names(&json, &names);
    json_end(&json, '}');
    atrnames_free(&names);
    return code;
}

/* The operands as one text: shells take "3B 9F 96" apart. */
static bool join(const struct operand_list *words, char *out, size_t room) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < words->count && used < room; ++i)
        used += (size_t)snprintf(out + used, room - used, "%s%s", i ? " " : "", words->values[i]);
    return used < room;
}

static int run(const struct invocation *invocation) {
    const struct atr_settings *settings = invocation->settings;
    char words[WORDS_MAX];
    if (!join(&settings->words, words, sizeof words))
        return options_complain(invocation->command, "that is too long for an ATR");
    if (strcmp(words, "update") == 0)
        return settings->json ? atrlist_update_write() : atrlist_update_print();
    struct atr_bytes atr = {.size = 0};
    int code = atr_is_meant(words) ? atr_from_hex(invocation->command, "an ATR", words, &atr)
                                   : atr_from_reader(settings->words.count ? words : NULL, &atr);
    if (code != EXIT_GOOD)
        return code;
    struct telling telling = {.json = NULL};
    code = settings->json ? write_atr(&atr, &telling) : print_atr(&atr, settings->all, &telling);
    return telling.fault[0] ? failure_plain("compare it with what the card gave, byte by byte",
                                            "the ATR is malformed: %s", telling.fault)
                            : code;
}

static const struct atr_settings defaults = {.json = false};

static const struct option_row options[] = {JSON_OPTION(struct atr_settings),
                                            {.name = "all",
                                             .letter = 'a',
                                             .help = "on a terminal also the names that do not fit on it",
                                             VALUE_AT(struct atr_settings, all)},
                                            {0}};

static const struct operand_row operands[] = {
    {.name = "HEX",
     .form = "[HEX... | READER | update]",
     .help =
         "the bytes, with or without blanks between; or the reader with the card: " READER_WORDS
         "; by default the only one with a card. 'update' tells where the public list is, and how to get a "
         "newer one",
     .optional = true,
     VALUE_AT(struct atr_settings, words)},
    {0}};

const struct command cmd_atr = {
    .name = "scard atr",
    .line = "whose card it is by its ATR, which is explained byte by byte",
    .summary =
        "Tells the names that are known for an answer to reset (ATR): those introduced with 'scard cards', and "
        "those of the public list of ATRs, with its links. Then explains it byte by byte: interface bytes "
        "(ISO/IEC 7816-3), historical bytes (ISO/IEC 7816-4), check byte, protocols. A malformed ATR is "
        "explained as far as it goes.",
    .options = options,
    .operands = operands,
    .notes =
        "On a terminal there are as many names as fit above the rest, and at least five; elsewhere, and with "
        "--all, all of them.\n"
        "JSON: {\"atr\",\"parts\":[{\"part\",\"bytes\",\"meaning\"}],\"wellFormed\", "
        "\"names\":[{\"name\",\"source\",\"link\"}]}; source is \"introduced\" or \"public list\", a link is about "
        "the name before it; with \"failed\" (a code) there may be more names. With update: {\"list\",\"own\"}, "
        "paths or null.\n"
        "A malformed ATR makes the exit code 1.\n",
    .examples = "  scard atr 3B 9F 96 80 1F C7 80 31 A0 73 BE 21 13 67 43 20 07 18 00 00 01 A5\n"
                "  scard atr 0            the card in reader 0\n"
                "  scard atr update       how to get the list of names\n",
    SETTINGS(defaults),
    .run = run};

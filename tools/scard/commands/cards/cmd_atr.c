/* scard atr: an answer to reset in full, and what is known by it. In the table of main.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_db.h"
#include "scardssp_rm.h"
#include "talk/atr.h"
#include "talk/cardtype.h"
#include "talk/choose.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/text.h"

#define WORDS_MAX 512
#define KNOWN_ATR_MAX 36

/* Where parts and names go. */
struct telling {
    struct json *json; /* NULL: as lines */
    const char *source;
    char fault[128];
    size_t names;
    int32_t failed; /* the code, where names could not all be had */
    bool no_list;   /* there is no public list to have names from */
};

static void tell_part(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text) {
    struct telling *telling = user;
    if (strcmp(part, "fault") == 0)
        snprintf(telling->fault, sizeof telling->fault, "%s", text);
    if (telling->json) {
        json_object(telling->json, NULL);
        json_text(telling->json, "part", part);
        json_hex(telling->json, "bytes", bytes, size);
        json_text(telling->json, "meaning", text);
        json_end(telling->json, '}');
        return;
    }
    printf("%s%s", part, size ? " = " : "");
    text_print_hex(stdout, bytes, size, " ");
    printf(": %s\n", text);
}

static int tell_name(void *user, const char *name) {
    struct telling *telling = user;
    ++telling->names;
    if (telling->json) {
        json_object(telling->json, NULL);
        json_text(telling->json, "name", name);
        json_text(telling->json, "source", telling->source);
        json_end(telling->json, '}');
        return 0;
    }
    printf("known as: ");
    text_print(stdout, name);
    printf(" (%s)\n", telling->source);
    return 0;
}

static int tell_type(void *user, const struct scardssp_card_type *type) {
    return tell_name(user, type->name);
}

/* A machine without the public list is none that fails. */
static int tell_names(const struct atr_bytes *atr, struct telling *telling) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    if (atr->size > KNOWN_ATR_MAX)
        return EXIT_GOOD;
    telling->source = "introduced";
    int code = EXIT_GOOD;
    int32_t status = scardssp_db_cards(atr->bytes, atr->size, tell_type, telling, message, sizeof message);
    if (status != S_OK) {
        telling->failed = status;
        code = cardtype_fail(status, message, "cannot ask the card database", NULL);
    }
    telling->source = "public list";
    status = scardssp_public_names(atr->bytes, atr->size, tell_name, telling, message, sizeof message);
    telling->no_list = status == (HRESULT)SCARD_E_NO_FILE;
    if (status != S_OK && !telling->no_list) {
        telling->failed = status;
        code = cardtype_fail(status, message, "cannot ask the public list", NULL);
    }
    return code;
}

static int write_atr(const struct atr_bytes *atr, struct telling *telling) {
    struct json json = {.file = stdout};
    telling->json = &json;
    json_object(&json, NULL);
    json_hex(&json, "atr", atr->bytes, atr->size);
    json_array(&json, "parts");
    const int32_t status = scardssp_atr_explain(atr->bytes, atr->size, tell_part, telling);
    json_end(&json, ']');
    json_flag(&json, "wellFormed", status == S_OK);
    json_array(&json, "names");
    const int code = tell_names(atr, telling);
    json_end(&json, ']');
    cardtype_write_failed(&json, telling->failed);
    json_end(&json, '}');
    return code;
}

static int print_atr(const struct atr_bytes *atr, struct telling *telling) {
    printf("ATR = ");
    text_print_hex(stdout, atr->bytes, atr->size, " ");
    putchar('\n');
    scardssp_atr_explain(atr->bytes, atr->size, tell_part, telling);
    const int code = tell_names(atr, telling);
    if (telling->names == 0 && code == EXIT_GOOD)
        printf("known as: nothing that is introduced%s\n",
               telling->no_list ? "; there is no public list of ATRs, 'scard cards find' says how to get one"
                                : " or in the public list");
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

struct atr_settings {
    struct operand_list words; /* none: the card in the only reader that has one */
    bool json;
};

static int run(const struct invocation *invocation) {
    const struct atr_settings *settings = invocation->settings;
    char words[WORDS_MAX];
    if (!join(&settings->words, words, sizeof words))
        return options_complain(invocation->command, "that is too long for an ATR");
    struct atr_bytes atr = {.size = 0};
    int code = atr_is_meant(words) ? atr_from_hex(invocation->command, "an ATR", words, &atr)
                                   : atr_from_reader(settings->words.count ? words : NULL, &atr);
    if (code != EXIT_GOOD)
        return code;
    struct telling telling = {.names = 0};
    code = settings->json ? write_atr(&atr, &telling) : print_atr(&atr, &telling);
    return telling.fault[0] ? failure_plain("compare it with what the card gave, byte by byte",
                                            "the ATR is malformed: %s", telling.fault)
                            : code;
}

static const struct atr_settings defaults = {.json = false};

static const struct option_row options[] = {JSON_OPTION(struct atr_settings), {0}};

static const struct operand_row operands[] = {
    {.name = "HEX",
     .form = "[HEX... | READER]",
     .help = "the bytes, with or without blanks between; or the reader with the card: " READER_WORDS
             "; by default the only one with a card",
     .optional = true,
     VALUE_AT(struct atr_settings, words)},
    {0}};

const struct command cmd_atr = {
    .name = "scard atr",
    .line = "an ATR explained byte by byte, and the names of the card",
    .summary =
        "Explains an answer to reset (ATR) byte by byte: interface bytes (ISO/IEC 7816-3), historical "
        "bytes (ISO/IEC 7816-4), check byte, protocols; then the names of the card: those introduced with "
        "'scard cards', and those of the public list of ATRs. A malformed ATR is explained as far as it "
        "goes.",
    .options = options,
    .operands = operands,
    .notes =
        "JSON: {\"atr\",\"parts\":[{\"part\",\"bytes\",\"meaning\"}],\"wellFormed\", "
        "\"names\":[{\"name\",\"source\"}]}; source is \"introduced\" or \"public list\"; with \"failed\" "
        "(a code) there may be more names.\n"
        "A malformed ATR makes the exit code 1.\n",
    .examples = "  scard atr 3B 9F 96 80 1F C7 80 31 A0 73 BE 21 13 67 43 20 07 18 00 00 01 A5\n"
                "  scard atr 0            the card in reader 0\n",
    SETTINGS(defaults),
    .run = run};

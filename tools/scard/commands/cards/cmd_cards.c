/* scard cards: the types of cards that the card database knows. In the table of main.c. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_db.h"
#include "talk/atr.h"
#include "talk/cardtype.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/text.h"

/* Where types and names go. */
struct listing {
    struct json *json; /* NULL: as lines */
    size_t count;
};

static int show_type(void *user, const struct scardssp_card_type *type) {
    struct listing *listing = user;
    ++listing->count;
    if (listing->json)
        cardtype_write(listing->json, NULL, type);
    else
        cardtype_print(type);
    return 0;
}

static int show_public_name(void *user, const char *name) {
    struct listing *listing = user;
    ++listing->count;
    if (listing->json) {
        json_text(listing->json, NULL, name);
        return 0;
    }
    text_print(stdout, name);
    printf("\n  %-12sthe public list of ATRs\n", "From:");
    return 0;
}

/* atr NULL: all types. */
static int show_types(const struct atr_bytes *atr, struct listing *listing) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    if (listing->json)
        json_array(listing->json, "cards");
    const int32_t status = scardssp_db_cards(atr ? atr->bytes : NULL, atr ? atr->size : 0, show_type, listing,
                                             message, sizeof message);
    if (listing->json) {
        json_end(listing->json, ']');
        cardtype_write_failed(listing->json, status);
    }
    return status == S_OK ? EXIT_GOOD : cardtype_fail(status, message, "cannot ask the card database", NULL);
}

struct list_settings {
    const char *hex; /* NULL: all types */
    bool json;
};

static int list_run(const struct invocation *invocation) {
    const struct list_settings *settings = invocation->settings;
    struct atr_bytes atr = {.size = 0};
    int code = settings->hex ? atr_from_hex(invocation->command, "--atr", settings->hex, &atr) : EXIT_GOOD;
    if (code != EXIT_GOOD)
        return code;
    struct json json = {.file = stdout};
    struct listing listing = {.json = settings->json ? &json : NULL};
    if (settings->json)
        json_object(&json, NULL);
    code = show_types(settings->hex ? &atr : NULL, &listing);
    if (settings->json)
        json_end(&json, '}');
    else if (code == EXIT_GOOD && listing.count == 0)
        printf(settings->hex ? "No introduced card type has this ATR.\n"
                             : "No card type has been introduced.\n");
    return code;
}

static const struct list_settings list_defaults = {.json = false};

static const struct option_row list_options[] = {{.name = "atr",
                                                  .letter = 'a',
                                                  .argument = "HEX",
                                                  .help = "only those that this ATR matches",
                                                  VALUE_AT(struct list_settings, hex)},
                                                 JSON_OPTION(struct list_settings),
                                                 {0}};

static const struct command cards_list = {
    .name = "scard cards list",
    .line = "the card types that have been introduced",
    .summary =
        "Lists the types of cards that have been introduced, the user's and the system's, with the ATR "
        "each is known by, its primary service provider and its interfaces.",
    .options = list_options,
    .notes =
        "JSON: {\"cards\":[{\"name\",\"atr\",\"mask\",\"provider\",\"interfaces\":[]}]}; provider may be "
        "null. With \"failed\" (a code) the database could not be read to its end.\n",
    .examples = "  scard cards list\n  scard cards list --atr 3B8F8001804F0CA000000306030001000000006A\n",
    SETTINGS(list_defaults),
    .run = list_run};

static int find(const struct atr_bytes *atr, struct listing *listing) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    const int code = show_types(atr, listing);
    if (code != EXIT_GOOD)
        return code;
    if (listing->json)
        json_array(listing->json, "publicNames");
    const int32_t status =
        scardssp_public_names(atr->bytes, atr->size, show_public_name, listing, message, sizeof message);
    if (listing->json)
        json_end(listing->json, ']');
    if (status != S_OK && (status != (HRESULT)SCARD_E_NO_FILE || listing->count == 0))
        return cardtype_fail(status, message, "cannot ask the public list", NULL);
    return listing->count ? EXIT_GOOD
                          : failure_plain("'scard cards introduce NAME --atr HEX' gives it a name",
                                          "nothing is known by this ATR");
}

struct find_settings {
    const char *hex;
    bool json;
};

static int find_run(const struct invocation *invocation) {
    const struct find_settings *settings = invocation->settings;
    struct atr_bytes atr = {.size = 0};
    int code = atr_from_hex(invocation->command, "an ATR", settings->hex, &atr);
    if (code != EXIT_GOOD)
        return code;
    struct json json = {.file = stdout};
    struct listing listing = {.json = settings->json ? &json : NULL};
    if (settings->json)
        json_object(&json, NULL);
    code = find(&atr, &listing);
    if (settings->json)
        json_end(&json, '}');
    return code;
}

static const struct find_settings find_defaults = {.json = false};

static const struct option_row find_options[] = {JSON_OPTION(struct find_settings), {0}};

static const struct operand_row find_operands[] = {{.name = "ATR",
                                                    .form = "HEX",
                                                    .help = "the answer to reset, in hexadecimal",
                                                    VALUE_AT(struct find_settings, hex)},
                                                   {0}};

static const struct command cards_find = {
    .name = "scard cards find",
    .line = "which cards have an ATR, the public list included",
    .summary =
        "Tells which cards have this answer to reset (ATR): the introduced types that it matches, then the "
        "names that the public list of ATRs has for it.",
    .options = find_options,
    .operands = find_operands,
    .notes = "JSON: as for 'scard cards list', with \"publicNames\":[]. Exit code 1 when nothing is found.\n",
    .examples = "  scard cards find 3B8F8001804F0CA000000306030001000000006A\n",
    SETTINGS(find_defaults),
    .run = find_run};

/* What `scard cards introduce` is told. */
struct introduction {
    const char *name;
    const char *hex;
    const char *mask;
    const char *reader;
    const char *provider;
    struct option_texts interfaces;
    bool system;
    bool json;
};

static int introduce(const struct introduction *told, const struct atr_bytes *atr,
                     const struct atr_bytes *mask) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    const struct scardssp_card_type type = {.name = told->name,
                                            .atr = atr->bytes,
                                            .mask = mask->bytes,
                                            .atr_size = atr->size,
                                            .provider = told->provider,
                                            .interfaces = told->interfaces.values,
                                            .interface_count = told->interfaces.count};
    const int32_t status = scardssp_db_introduce(told->system ? SCARDSSP_DB_SYSTEM : SCARDSSP_DB_USER, &type,
                                                 message, sizeof message);
    if (status != S_OK)
        return cardtype_fail(status, message, "cannot introduce", told->name);
    if (told->json) {
        struct json json = {.file = stdout};
        json_object(&json, NULL);
        cardtype_write(&json, "introduced", &type);
        json_end(&json, '}');
    } else {
        printf("Introduced '");
        text_print(stdout, told->name);
        printf("'%s.\n", told->system ? " for all users" : "");
    }
    return EXIT_GOOD;
}

/* ATR and mask as they were told; without a mask every bit counts. */
static int introduction_atr(const struct command *command, const struct introduction *told,
                            struct atr_bytes *atr, struct atr_bytes *mask) {
    if ((told->hex == NULL) == (told->reader == NULL))
        return options_complain(command, "wants the ATR: either --atr HEX or --from READER");
    int code =
        told->hex ? atr_from_hex(command, "--atr", told->hex, atr) : atr_from_reader(told->reader, atr);
    if (code != EXIT_GOOD)
        return code;
    memset(mask->bytes, 0xFF, sizeof mask->bytes);
    mask->size = atr->size;
    if (told->mask)
        code = atr_from_hex(command, "--mask", told->mask, mask);
    if (code == EXIT_GOOD && mask->size != atr->size)
        code = options_complain(command, "ATR and mask differ in size: %zu and %zu bytes", atr->size,
                                mask->size);
    return code;
}

static int introduce_run(const struct invocation *invocation) {
    const struct introduction *told = invocation->settings;
    struct atr_bytes atr = {.size = 0}, mask = {.size = 0};
    const int code = introduction_atr(invocation->command, told, &atr, &mask);
    return code == EXIT_GOOD ? introduce(told, &atr, &mask) : code;
}

static const struct introduction introduce_defaults = {.hex = NULL};

static const struct option_row introduce_options[] = {
    {.name = "atr",
     .letter = 'a',
     .argument = "HEX",
     .help = "the ATR it is known by",
     VALUE_AT(struct introduction, hex)},
    {.name = "from",
     .letter = 'f',
     .argument = "READER",
     .help = "takes the ATR of the card in this reader instead",
     VALUE_AT(struct introduction, reader)},
    {.name = "mask",
     .letter = 'm',
     .argument = "HEX",
     .help = "which bits of the ATR count, as many bytes; all by default",
     VALUE_AT(struct introduction, mask)},
    {.name = "provider",
     .letter = 'p',
     .argument = "CLASS",
     .help = "class of its primary service provider, as {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}; "
             "iso: the one of this library, for any card of ISO/IEC 7816-4, with its interfaces",
     VALUE_AT(struct introduction, provider)},
    {.name = "interface",
     .letter = 'i',
     .argument = "GUID",
     .help = "an interface it supports; may be given several times",
     VALUE_AT(struct introduction, interfaces)},
    {.name = "system",
     .letter = 's',
     .help = "for all users of this machine",
     VALUE_AT(struct introduction, system)},
    JSON_OPTION(struct introduction),
    {0}};

static const struct operand_row introduce_operands[] = {
    {.name = "NAME", .help = "what programs will know the cards by", VALUE_AT(struct introduction, name)},
    {0}};

static const struct command cards_introduce = {
    .name = "scard cards introduce",
    .line = "introduces a card type",
    .summary = "Introduces a type of cards: from now on programs (ISCardDatabase, ISCardLocate) and 'scard "
               "locate' know cards with this answer to reset (ATR) by this name. A type of the same name is "
               "replaced.",
    .options = introduce_options,
    .operands = introduce_operands,
    .notes = "JSON: {\"introduced\":{...}}, the card as in 'scard cards list'.\n",
    .examples = "  scard cards introduce 'Office card' --from 0\n"
                "  scard cards introduce 'Company badge' --from 0 --provider iso\n"
                "  scard cards introduce JCOP --atr 3B664A434F503330 --mask FFFFFFFFFFFF0000\n",
    SETTINGS(introduce_defaults),
    .run = introduce_run};

struct forget_settings {
    const char *name;
    bool system;
    bool json;
};

static int forget_run(const struct invocation *invocation) {
    const struct forget_settings *settings = invocation->settings;
    char message[CARDTYPE_MESSAGE_MAX] = "";
    const char *name = settings->name;
    const int32_t status = scardssp_db_forget(settings->system ? SCARDSSP_DB_SYSTEM : SCARDSSP_DB_USER, name,
                                              message, sizeof message);
    if (status == (HRESULT)SCARD_E_UNKNOWN_CARD)
        return failure(
            status, "'scard cards list' shows those there are; --system tells the system's from the user's.",
            "no card type '%s' in the %s part of the database", name,
            settings->system ? "system's" : "user's");
    if (status != S_OK)
        return cardtype_fail(status, message, "cannot forget", name);
    if (settings->json) {
        struct json json = {.file = stdout};
        json_object(&json, NULL);
        json_text(&json, "forgotten", name);
        json_end(&json, '}');
    } else {
        printf("Forgot '");
        text_print(stdout, name);
        printf("'.\n");
    }
    return EXIT_GOOD;
}

static const struct forget_settings forget_defaults = {.json = false};

static const struct option_row forget_options[] = {{.name = "system",
                                                    .letter = 's',
                                                    .help = "the one of all users",
                                                    VALUE_AT(struct forget_settings, system)},
                                                   JSON_OPTION(struct forget_settings),
                                                   {0}};

static const struct operand_row forget_operands[] = {
    {.name = "NAME", .help = "the name of the type", VALUE_AT(struct forget_settings, name)}, {0}};

static const struct command cards_forget = {
    .name = "scard cards forget",
    .line = "forgets a card type",
    .summary =
        "Forgets a type of cards that was introduced by this user, or with --system by the administrator.",
    .options = forget_options,
    .operands = forget_operands,
    .notes = "JSON: {\"forgotten\":\"NAME\"}.\n",
    .examples = "  scard cards forget 'Office card'\n",
    SETTINGS(forget_defaults),
    .run = forget_run};

static const struct command *const family[] = {&cards_list, &cards_find, &cards_introduce, &cards_forget,
                                               NULL};

const struct command cmd_cards = {
    .name = "scard cards",
    .line = "types of cards: list, find, introduce, forget",
    .summary = "Types of cards: what programs know cards by. Without a command: 'scard cards list'.",
    .family = family,
    .first_by_default = true};

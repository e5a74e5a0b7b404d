/* scard cards: the types of cards that the card database knows. Called by main.c. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_db.h"
#include "talk/atr.h"
#include "talk/cardtype.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/subcommand.h"
#include "terminal/text.h"

static const char json_cards[] =
    "JSON: {\"cards\":[{\"name\",\"atr\",\"mask\",\"provider\",\"interfaces\":[]}]}; provider may be null. "
    "With \"failed\" (a code) the database could not be read to its end.\n";

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

static int cards_list(int argc, char **argv) {
    bool as_json = false;
    const char *hex = NULL;
    const struct option_row rows[] = {{.name = "atr",
                                       .letter = 'a',
                                       .argument = "HEX",
                                       .help = "only those that this ATR matches",
                                       .text = &hex},
                                      JSON_OPTION(as_json),
                                      {0}};
    const struct options options = {
        .command = "scard cards list",
        .summary =
            "Lists the types of cards that have been introduced, the user's and the system's, with the ATR "
            "each is known by, its primary service provider and its interfaces.",
        .rows = rows,
        .notes = json_cards,
        .examples =
            "  scard cards list\n  scard cards list --atr 3B8F8001804F0CA000000306030001000000006A\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (first < argc)
        return options_complain(&options, "takes no arguments, but there is '%s'", argv[first]);
    struct atr_bytes atr = {.size = 0};
    int code = hex ? atr_from_hex(&options, "--atr", hex, &atr) : EXIT_GOOD;
    if (code != EXIT_GOOD)
        return code;
    struct json json = {.file = stdout};
    struct listing listing = {.json = as_json ? &json : NULL};
    if (as_json)
        json_object(&json, NULL);
    code = show_types(hex ? &atr : NULL, &listing);
    if (as_json)
        json_end(&json, '}');
    else if (code == EXIT_GOOD && listing.count == 0)
        printf(hex ? "No introduced card type has this ATR.\n" : "No card type has been introduced.\n");
    return code;
}

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

static int cards_find(int argc, char **argv) {
    bool as_json = false;
    const struct option_row rows[] = {JSON_OPTION(as_json), {0}};
    const struct options options = {
        .command = "scard cards find",
        .operands = "HEX",
        .summary =
            "Tells which cards have this answer to reset (ATR): the introduced types that it matches, then "
            "the names that the public list of ATRs has for it.",
        .rows = rows,
        .notes =
            "JSON: as of 'scard cards list', with \"publicNames\":[]. Exit code 1 when nothing is found.\n",
        .examples = "  scard cards find 3B8F8001804F0CA000000306030001000000006A\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first != 1)
        return options_complain(&options, "takes one ATR");
    struct atr_bytes atr = {.size = 0};
    int code = atr_from_hex(&options, "an ATR", argv[first], &atr);
    if (code != EXIT_GOOD)
        return code;
    struct json json = {.file = stdout};
    struct listing listing = {.json = as_json ? &json : NULL};
    if (as_json)
        json_object(&json, NULL);
    code = find(&atr, &listing);
    if (as_json)
        json_end(&json, '}');
    return code;
}

/* What `scard cards introduce` is told. */
struct introduction {
    const char *hex;
    const char *mask;
    const char *reader;
    const char *provider;
    struct option_texts interfaces;
    bool system;
    bool json;
};

static int introduce(const char *name, const struct introduction *told, const struct atr_bytes *atr,
                     const struct atr_bytes *mask) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    const struct scardssp_card_type type = {.name = name,
                                            .atr = atr->bytes,
                                            .mask = mask->bytes,
                                            .atr_size = atr->size,
                                            .provider = told->provider,
                                            .interfaces = told->interfaces.values,
                                            .interface_count = told->interfaces.count};
    const int32_t status = scardssp_db_introduce(told->system ? SCARDSSP_DB_SYSTEM : SCARDSSP_DB_USER, &type,
                                                 message, sizeof message);
    if (status != S_OK)
        return cardtype_fail(status, message, "cannot introduce", name);
    if (told->json) {
        struct json json = {.file = stdout};
        json_object(&json, NULL);
        cardtype_write(&json, "introduced", &type);
        json_end(&json, '}');
    } else {
        printf("Introduced '");
        text_print(stdout, name);
        printf("'%s.\n", told->system ? " for all users" : "");
    }
    return EXIT_GOOD;
}

/* ATR and mask as they were told; without a mask every bit counts. */
static int introduction_atr(const struct options *options, const struct introduction *told,
                            struct atr_bytes *atr, struct atr_bytes *mask) {
    if ((told->hex == NULL) == (told->reader == NULL))
        return options_complain(options, "wants the ATR: either --atr HEX or --from READER");
    int code =
        told->hex ? atr_from_hex(options, "--atr", told->hex, atr) : atr_from_reader(told->reader, atr);
    if (code != EXIT_GOOD)
        return code;
    memset(mask->bytes, 0xFF, sizeof mask->bytes);
    mask->size = atr->size;
    if (told->mask)
        code = atr_from_hex(options, "--mask", told->mask, mask);
    if (code == EXIT_GOOD && mask->size != atr->size)
        code = options_complain(options, "ATR and mask differ in size: %zu and %zu bytes", atr->size,
                                mask->size);
    return code;
}

static int cards_introduce(int argc, char **argv) {
    struct introduction told = {.hex = NULL};
    const struct option_row rows[] = {
        {.name = "atr",
         .letter = 'a',
         .argument = "HEX",
         .help = "the ATR it is known by",
         .text = &told.hex},
        {.name = "from",
         .letter = 'f',
         .argument = "READER",
         .help = "takes the ATR of the card in this reader instead",
         .text = &told.reader},
        {.name = "mask",
         .letter = 'm',
         .argument = "HEX",
         .help = "which bits of the ATR count, as many bytes; all by default",
         .text = &told.mask},
        {.name = "provider",
         .letter = 'p',
         .argument = "GUID",
         .help = "class of its primary service provider, as {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}",
         .text = &told.provider},
        {.name = "interface",
         .letter = 'i',
         .argument = "GUID",
         .help = "an interface it supports; may be given several times",
         .texts = &told.interfaces},
        {.name = "system", .letter = 's', .help = "for all users of this machine", .flag = &told.system},
        JSON_OPTION(told.json),
        {0}};
    const struct options options = {
        .command = "scard cards introduce",
        .operands = "NAME",
        .summary =
            "Introduces a type of cards: from now on programs (ISCardDatabase, ISCardLocate) and 'scard "
            "locate' "
            "know cards with this answer to reset (ATR) by this name. A type of the same name is replaced.",
        .rows = rows,
        .notes = "JSON: {\"introduced\":{...}}, the card as in 'scard cards list'.\n",
        .examples = "  scard cards introduce 'Office card' --from 0\n"
                    "  scard cards introduce JCOP --atr 3B664A434F503330 --mask FFFFFFFFFFFF0000\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first != 1)
        return options_complain(&options, "takes one NAME");
    struct atr_bytes atr = {.size = 0}, mask = {.size = 0};
    const int code = introduction_atr(&options, &told, &atr, &mask);
    return code == EXIT_GOOD ? introduce(argv[first], &told, &atr, &mask) : code;
}

static int cards_forget(int argc, char **argv) {
    bool system = false, as_json = false;
    const struct option_row rows[] = {
        {.name = "system", .letter = 's', .help = "the one of all users", .flag = &system},
        JSON_OPTION(as_json),
        {0}};
    const struct options options = {.command = "scard cards forget",
                                    .operands = "NAME",
                                    .summary =
                                        "Forgets a type of cards that was introduced by this user, or with "
                                        "--system by the administrator.",
                                    .rows = rows,
                                    .notes = "JSON: {\"forgotten\":\"NAME\"}.\n",
                                    .examples = "  scard cards forget 'Office card'\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first != 1)
        return options_complain(&options, "takes one NAME");
    char message[CARDTYPE_MESSAGE_MAX] = "";
    const char *const name = argv[first];
    const int32_t status =
        scardssp_db_forget(system ? SCARDSSP_DB_SYSTEM : SCARDSSP_DB_USER, name, message, sizeof message);
    if (status == (HRESULT)SCARD_E_UNKNOWN_CARD)
        return failure(
            status, "'scard cards list' shows those there are; --system tells the system's from the user's.",
            "no card type '%s' in the %s part of the database", name, system ? "system's" : "user's");
    if (status != S_OK)
        return cardtype_fail(status, message, "cannot forget", name);
    if (as_json) {
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

int cmd_cards(const struct invocation *invocation, int argc, char **argv) {
    (void)invocation;
    static const struct subcommand table[] = {
        {"list", cards_list, "the card types that have been introduced"},
        {"find", cards_find, "which cards have an ATR, the public list included"},
        {"introduce", cards_introduce, "introduces a card type"},
        {"forget", cards_forget, "forgets a card type"},
        {NULL, NULL, NULL}};
    static const struct subcommands commands = {
        .command = "scard cards",
        .summary = "Types of cards: what programs know cards by. Without a command: 'scard cards list'.",
        .table = table,
        .optional = true};
    return subcommand_run(&commands, argc, argv);
}

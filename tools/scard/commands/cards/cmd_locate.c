/* scard locate: finds the reader with a card of a kind, through ISCardLocate. In the table of main.c. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "talk/card.h"
#include "talk/search.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/options.h"
#include "terminal/text.h"

static void write_found(const struct search_found *found) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_text(&json, "reader", found->reader);
    json_hex(&json, "atr", found->look.atr, found->look.atr_size);
    json_text(&json, "protocol", card_protocol_text(found->look.protocol));
    json_end(&json, '}');
}

static void print_found(const struct search_found *found) {
    printf("Reader:    ");
    text_print(stdout, found->reader);
    printf("\nATR:       ");
    text_print_hex(stdout, found->look.atr, found->look.atr_size, " ");
    printf("\nProtocol:  %s\n", card_protocol_text(found->look.protocol));
}

struct locate_settings {
    struct search search;
    bool json;
};

static int check(const struct invocation *invocation) {
    const struct locate_settings *settings = invocation->settings;
    const size_t names = settings->search.names.count, interfaces = settings->search.interfaces.count;
    if (names == 0 && interfaces == 0)
        return options_complain(invocation->command, "which card? It takes a NAME, or --interface GUID");
    return names > 0 && interfaces > 0
               ? options_complain(invocation->command, "looks either for names or for interfaces")
               : EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct locate_settings *settings = invocation->settings;
    struct search_found found;
    const int code = search_run(&settings->search, &found);
    if (code != EXIT_GOOD)
        return code;
    if (settings->json)
        write_found(&found);
    else
        print_found(&found);
    free(found.reader);
    return EXIT_GOOD;
}

static const struct locate_settings defaults = {.search = {.title = "", .protocols = T0 | T1}};

static const struct option_row options[] = {
    {.name = "interface",
     .letter = 'i',
     .argument = "GUID",
     .help = "looks for cards that support it instead of names; several: all of them",
     VALUE_AT(struct locate_settings, search.interfaces)},
    {.name = "group",
     .letter = 'g',
     .argument = "GROUP",
     .help = "looks in the readers of this group only; may be given several times",
     VALUE_AT(struct locate_settings, search.groups)},
    {.name = "protocol",
     .letter = 'p',
     .help = "protocols to offer; any by default",
     .choices = card_protocols,
     VALUE_AT(struct locate_settings, search.protocols)},
    {.name = "wait",
     .letter = 'w',
     .argument = "SECONDS",
     .help = "asks for the card and waits for it for so long",
     VALUE_AT(struct locate_settings, search.wait_seconds)},
    {.name = "title",
     .letter = 't',
     .argument = "TEXT",
     .help = "title of what is asked while waiting",
     .needs = "wait",
     VALUE_AT(struct locate_settings, search.title)},
    JSON_OPTION(struct locate_settings),
    {0}};

static const struct operand_row operands[] = {
    {.name = "NAME",
     .form = "NAME...",
     .help = "names of cards, any of which will do; none with --interface",
     .optional = true,
     VALUE_AT(struct locate_settings, search.names)},
    {0}};

const struct command cmd_locate = {
    .name = "scard locate",
    .line = "finds the reader with a card of some name",
    .summary =
        "Finds the first reader that holds a card of one of these names and connects to it: names that were "
        "introduced with 'scard cards introduce', or those of the public list of ATRs. Ctrl-C ends the wait.",
    .options = options,
    .operands = operands,
    .notes = "JSON: {\"reader\",\"atr\",\"protocol\"}.\n",
    .examples = "  scard locate 'Office card'\n"
                "  scard locate 'Office card' 'Visitor card' --group Counter --wait 30\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};

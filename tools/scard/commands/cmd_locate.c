/* scard locate: finds the reader with a card of a kind, through ISCardLocate. Called by main.c. */
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

static int locate(const struct search *search, bool as_json) {
    struct search_found found;
    const int code = search_run(search, &found);
    if (code != EXIT_GOOD)
        return code;
    if (as_json)
        write_found(&found);
    else
        print_found(&found);
    free(found.reader);
    return EXIT_GOOD;
}

int cmd_locate(const struct invocation *invocation, int argc, char **argv) {
    (void)invocation;
    struct search search = {.title = "", .protocols = T0 | T1};
    bool as_json = false;
    const struct option_row rows[] = {
        {.name = "interface",
         .letter = 'i',
         .argument = "GUID",
         .help = "looks for cards that support it instead of names; several: all of them",
         .texts = &search.interfaces},
        {.name = "group",
         .letter = 'g',
         .argument = "GROUP",
         .help = "looks in the readers of this group only; may be given several times",
         .texts = &search.groups},
        {.name = "protocol",
         .letter = 'p',
         .help = "protocols to offer; any by default",
         .choice = &search.protocols,
         .choices = card_protocols},
        {.name = "wait",
         .letter = 'w',
         .argument = "SECONDS",
         .help = "asks for the card and waits for it for so long",
         .number = &search.wait_seconds},
        {.name = "title",
         .letter = 't',
         .argument = "TEXT",
         .help = "title of what is asked while waiting",
         .text = &search.title},
        JSON_OPTION(as_json),
        {0}};
    const struct options options = {
        .command = "scard locate",
        .operands = "NAME...",
        .summary = "Finds the first reader that holds a card of one of these names and connects to it: names "
                   "that were "
                   "introduced with 'scard cards introduce', or those of the public list of ATRs. Ctrl-C "
                   "ends the wait.",
        .rows = rows,
        .notes = "JSON: {\"reader\",\"atr\",\"protocol\"}.\n",
        .examples = "  scard locate 'Office card'\n"
                    "  scard locate 'Office card' 'Visitor card' --group Counter --wait 30\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    search.names = argv + first;
    search.name_count = (size_t)(argc - first);
    if (search.name_count == 0 && search.interfaces.count == 0)
        return options_complain(&options, "which card? It takes a NAME, or --interface GUID");
    if (search.name_count > 0 && search.interfaces.count > 0)
        return options_complain(&options, "looks either for names or for interfaces");
    if (search.title[0] != '\0' && search.wait_seconds == 0)
        return options_complain(&options, "--title means nothing without --wait");
    return locate(&search, as_json);
}

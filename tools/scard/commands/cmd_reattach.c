/* scard reattach: ISCard::ReAttach shown, before and after, or kept on watch. Called by main.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "talk/card.h"
#include "talk/reader.h"
#include "talk/watch.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/text.h"

struct reattach_wishes {
    int from, share, init, protocol;
    bool watch;
    uint32_t count; /* of re-attachments under watch; 0: until Ctrl-C */
};

static int print_look(const char *when, const char *reader, ISCard *card, int share) {
    struct card_look look;
    const HRESULT hr = card_look(card, &look);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot ask the card in '%s'", reader);
    printf("%s %s, %s, %s, handle %" PRIu64 ", ATR ", when, card_share_text(share),
           card_state_text(look.state), card_protocol_text(look.protocol), look.handle);
    text_print_hex(stdout, look.atr, look.atr_size, " ");
    putchar('\n');
    return EXIT_GOOD;
}

static int reattach_once(const char *reader, ISCard *card, const struct reattach_wishes *wishes) {
    int code = print_look("Before:", reader, card, wishes->from);
    if (code != EXIT_GOOD)
        return code;
    const HRESULT hr =
        ISCard_ReAttach(card, (SCARD_SHARE_MODES)wishes->share, (SCARD_DISPOSITIONS)wishes->init);
    printf("ReAttach(%s, %s): %s\n", card_share_text(wishes->share), card_disposition_text(wishes->init),
           failure_name(hr));
    if (FAILED(hr))
        return failure(hr, NULL, "cannot re-attach to the card in '%s'", reader);
    return print_look("After: ", reader, card, wishes->share);
}

static int run(const char *wanted, const struct reattach_wishes *wishes) {
    char *reader = NULL;
    ISCard *card = NULL;
    int code = reader_choose(wanted, READER_WITH_CARD, "READER", &reader);
    if (code == EXIT_GOOD)
        code = card_open(reader, wishes->from, wishes->protocol, &card);
    if (code == EXIT_GOOD)
        code = wishes->watch ? watch_run(reader, card, wishes->share, wishes->count)
                             : reattach_once(reader, card, wishes);
    card_close(card);
    free(reader);
    return code;
}

int cmd_reattach(const struct invocation *invocation, int argc, char **argv) {
    (void)invocation;
    struct reattach_wishes wishes = {.from = SHARED, .share = SHARED, .init = LEAVE, .protocol = T0 | T1};
    const struct option_row rows[] = {
        {.name = "from",
         .letter = 'f',
         .help = "how to attach first; shared by default",
         .choice = &wishes.from,
         .choices = card_shares},
        {.name = "share",
         .letter = 's',
         .help = "share mode to change to; shared by default",
         .choice = &wishes.share,
         .choices = card_shares},
        {.name = "init",
         .letter = 'i',
         .help = "what to do with the card: nothing (default), warm reset, power off and on, eject",
         .choice = &wishes.init,
         .choices = card_dispositions},
        {.name = "protocol",
         .letter = 'p',
         .help = "protocols to offer; any by default",
         .choice = &wishes.protocol,
         .choices = card_protocols},
        {.name = "watch",
         .letter = 'w',
         .help = "stays attached and re-attaches whenever the connection is lost",
         .flag = &wishes.watch},
        {.name = "count",
         .letter = 'c',
         .argument = "N",
         .help = "with --watch: ends after N re-attachments; by default at Ctrl-C",
         .number = &wishes.count},
        {0}};
    const struct options options = {
        .command = "scard reattach",
        .operands = "[READER]",
        .summary = "Attaches to a card, calls ISCard::ReAttach, and shows share mode, state, protocol, "
                   "handle and ATR "
                   "before and after. With --watch it holds the connection and re-attaches each time another "
                   "program "
                   "resets the card, or the card is taken out and put back, and tells what happened.",
        .rows = rows,
        .examples = "  scard reattach                      to the only card; nothing is done to it\n"
                    "  scard reattach 0 --init reset       warm reset, still attached\n"
                    "  scard reattach 0 --share exclusive  keep others away (refused beside any)\n"
                    "  scard reattach 0 --watch            leave this running and pull the card\n",
    };
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first > 1)
        return options_complain(&options, "takes one READER, but there is '%s', too", argv[first + 1]);
    if (wishes.count > 0 && !wishes.watch)
        return options_complain(&options, "--count means nothing without --watch");
    if (wishes.watch && wishes.init != LEAVE)
        return options_complain(&options, "--watch leaves the card as it is: --init does not go with it");
    return run(first < argc ? argv[first] : NULL, &wishes);
}

/* scard reattach: ISCard::ReAttach shown, before and after, or kept on watch. In the table of main.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "talk/card.h"
#include "talk/choose.h"
#include "talk/reattach_watch.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/text.h"

struct reattach_settings {
    const char *reader; /* NULL: the only one with a card */
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

static int reattach_once(const char *reader, ISCard *card, const struct reattach_settings *settings) {
    int code = print_look("Before:", reader, card, settings->from);
    if (code != EXIT_GOOD)
        return code;
    const HRESULT hr =
        ISCard_ReAttach(card, (SCARD_SHARE_MODES)settings->share, (SCARD_DISPOSITIONS)settings->init);
    printf("ReAttach(%s, %s): %s\n", card_share_text(settings->share), card_disposition_text(settings->init),
           failure_name(hr));
    if (FAILED(hr))
        return failure(hr, NULL, "cannot re-attach to the card in '%s'", reader);
    return print_look("After: ", reader, card, settings->share);
}

static int run(const struct invocation *invocation) {
    const struct reattach_settings *settings = invocation->settings;
    char *reader = NULL;
    ISCard *card = NULL;
    int code = reader_choose(settings->reader, READER_WITH_CARD, "READER", &reader);
    if (code == EXIT_GOOD)
        code = card_open(reader, settings->from, settings->protocol, &card);
    if (code == EXIT_GOOD)
        code = settings->watch ? watch_run(reader, card, settings->share, settings->count)
                               : reattach_once(reader, card, settings);
    card_close(card);
    free(reader);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct reattach_settings *settings = invocation->settings;
    return settings->watch && settings->init != LEAVE
               ? options_complain(invocation->command,
                                  "--watch leaves the card as it is: --init does not go with it")
               : EXIT_GOOD;
}

static const struct reattach_settings defaults = {
    .from = SHARED, .share = SHARED, .init = LEAVE, .protocol = T0 | T1};

static const struct option_row options[] = {
    {.name = "from",
     .letter = 'f',
     .help = "how to attach first; shared by default",
     .choices = card_shares,
     VALUE_AT(struct reattach_settings, from)},
    {.name = "share",
     .letter = 's',
     .help = "share mode to change to; shared by default",
     .choices = card_shares,
     VALUE_AT(struct reattach_settings, share)},
    {.name = "init",
     .letter = 'i',
     .help = "what to do with the card: nothing (default), warm reset, power off and on, eject",
     .choices = card_dispositions,
     VALUE_AT(struct reattach_settings, init)},
    {.name = "protocol",
     .letter = 'p',
     .help = "protocols to offer; any by default",
     .choices = card_protocols,
     VALUE_AT(struct reattach_settings, protocol)},
    {.name = "watch",
     .letter = 'w',
     .help = "stays attached and re-attaches whenever the connection is lost",
     VALUE_AT(struct reattach_settings, watch)},
    {.name = "count",
     .letter = 'c',
     .argument = "N",
     .help = "with --watch: ends after N re-attachments; by default at Ctrl-C",
     .needs = "watch",
     VALUE_AT(struct reattach_settings, count)},
    {0}};

static const struct operand_row operands[] = {READER_OPERAND(struct reattach_settings), {0}};

const struct command cmd_reattach = {
    .name = "scard reattach",
    .line = "shows ReAttach: share mode, reset, recovery; keeps a watch",
    .summary =
        "Attaches to a card, calls ISCard::ReAttach, and shows share mode, state, protocol, handle and ATR "
        "before and after. With --watch it holds the connection and re-attaches each time another program "
        "resets the card, or the card is taken out and put back, and tells what happened.",
    .options = options,
    .operands = operands,
    .examples = "  scard reattach                      to the only card; nothing is done to it\n"
                "  scard reattach 0 --init reset       warm reset, still attached\n"
                "  scard reattach 0 --share exclusive  keep others away (refused beside any)\n"
                "  scard reattach 0 --watch            leave this running and pull the card\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};

/* scard demo: a guided tour for newcomers, on any resource manager. In the table of main.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "demo/demo.h"
#include "demo/faults.h"
#include "scardssp_faults.h"
#include "scardssp_rm.h"
#include "talk/card.h"
#include "talk/choose.h"
#include "talk/reader.h"
#include "terminal/failure.h"
#include "terminal/fold.h"
#include "terminal/text.h"

static bool is_demo_card(const struct scardssp_reader_state *state) {
    for (size_t i = 0; i + DEMO_MARK_SIZE <= state->atr_size; ++i)
        if (memcmp(state->atr + i, demo_mark, DEMO_MARK_SIZE) == 0)
            return true;
    return false;
}

static bool reader_holds_demo(const char *reader) {
    struct scardssp_reader_state state = {0};
    return scardssp_get_reader_state(reader, &state, 0) == S_OK && is_demo_card(&state);
}

static int complain_of_card(const char *reader) {
    static const char advice[] =
        "put it into the service's virtual reader with 'scard sim serve', or use a simulated "
        "one with 'scard --rm sim demo'.";
    return reader ? failure((HRESULT)SCARD_E_UNKNOWN_CARD, advice, "the card in '%s' is not the demo card",
                            reader)
                  : failure((HRESULT)SCARD_E_NO_SMARTCARD, advice, "no reader holds the demo card");
}

/* Shows the readers; *out: the first with the demo card, in new memory. */
static int find_reader(char **out) {
    struct reader_list list = {0};
    int code = reader_list_need(&list);
    if (code != EXIT_GOOD)
        return code;
    for (size_t i = 0; i < list.count; ++i) {
        const struct reader *reader = &list.readers[i];
        printf("    %zu: ", i);
        text_print(stdout, reader->name);
        printf(", %s\n", reader_state_text(reader->state.state));
        if (*out == NULL && is_demo_card(&reader->state))
            *out = strdup(reader->name);
    }
    reader_list_free(&list);
    return *out ? EXIT_GOOD : complain_of_card(NULL);
}

static int run_steps(struct demo *demo) {
    int number = 2; /* looking for the reader was the first */
    for (const struct demo_step *step = demo_steps; step->title; ++step, ++number) {
        printf("\n%2d. %s\n", number, step->title);
        fold_paragraph(step->words, 4);
        fflush(stdout);
        if (!step->run(demo))
            return failure_plain("the line above says what came instead; end other programs that use the "
                                 "card and try again, or see with --trace 2 what was said",
                                 "step %d, '%s', did not do what it must", number, step->title);
    }
    printf("\nThe card was shared, reset by another program, recovered, kept exclusively and released:\n"
           "every call returned what it must.\n");
    return EXIT_GOOD;
}

static int walk(struct demo *demo, bool faults) {
    if (faults)
        return demo_faults(demo->reader, demo->protocol);
    const int code = run_steps(demo);
    if (demo->iso)
        ISCardISO7816_Release(demo->iso);
    card_close(demo->other);
    card_close(demo->card);
    return code;
}

static int tour(const char *wanted, int protocol, bool faults) {
    char *reader = NULL;
    printf(" 1. Which readers are there?\n");
    int code = wanted ? reader_choose(wanted, READER_WITH_CARD, "READER", &reader) : find_reader(&reader);
    if (code == EXIT_GOOD && !reader_holds_demo(reader))
        code = complain_of_card(reader);
    if (code == EXIT_GOOD) {
        printf("    The demo card is in '");
        text_print(stdout, reader);
        printf("'.\n");
        struct demo demo = {.reader = reader, .protocol = protocol};
        code = walk(&demo, faults);
    }
    free(reader);
    return code;
}

struct demo_settings {
    const char *reader; /* NULL: the first with the demo card */
    int protocol;
    bool faults;
};

/* Before there is a resource manager: faults are played around it. */
static int begin_faults(void) {
    const int32_t status = scardssp_faults("", NULL, 0);
    return status >= 0 ? EXIT_GOOD
                       : failure(status, "name the resource manager by SCARDSSP_RM, not by --rm.",
                                 "faults cannot be played around it any more");
}

static int run(const struct invocation *invocation) {
    const struct demo_settings *settings = invocation->settings;
    if (settings->faults && begin_faults() != EXIT_GOOD)
        return EXIT_CARD;
    if (invocation->rm == NULL) {
        const int32_t status = scardssp_use_rm("sim", NULL, 0);
        if (status != S_OK)
            return failure(status, NULL, "cannot use the simulator");
    }
    printf("scard demo: %s (resource manager: %s)\n\n",
           settings->faults ? "all that goes wrong, and one object" : "two programs, one card",
           invocation->rm ? invocation->rm : "sim");
    return tour(settings->reader, settings->protocol, settings->faults);
}

static const struct demo_settings defaults = {.protocol = T0 | T1};

static const struct option_row options[] = {{.name = "protocol",
                                             .letter = 'p',
                                             .help = "protocols to offer; any by default",
                                             .choices = card_protocols,
                                             VALUE_AT(struct demo_settings, protocol)},
                                            {.name = "faults",
                                             .letter = 'f',
                                             .help = "walks through what goes wrong instead: what each fault "
                                                     "makes of a command, and what ReAttach makes of it",
                                             VALUE_AT(struct demo_settings, faults)},
                                            {0}};

static const struct operand_row operands[] = {
    {.name = "READER",
     .help = READER_WORDS "; by default the first that holds the demo card",
     .optional = true,
     VALUE_AT(struct demo_settings, reader)},
    {0}};

const struct command cmd_demo = {
    .name = "scard demo",
    .line = "a guided tour with two programs and one card",
    .summary =
        "A guided tour of ISCard: attaches to a card, runs commands, loses the card to a reset by another "
        "program, recovers with ReAttach, and goes on. Each step says what happens, shows the calls, and "
        "checks what they return. Without --rm and SCARDSSP_RM it runs on simulated readers; elsewhere it "
        "wants the demo card.",
    .options = options,
    .operands = operands,
    .examples = "  scard demo                nothing needed\n"
                "  scard demo --faults       resets, removals, a service that stops: live\n"
                "  scard sim serve           in another terminal: the demo card for the next one\n"
                "  scard --rm system demo    the same through the PC/SC service\n",
    SETTINGS(defaults),
    .run = run};

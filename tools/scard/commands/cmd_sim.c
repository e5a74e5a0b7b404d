/* scard sim: simulated cards outside this process and on paper. Called by main.c. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"
#include "talk/reader.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"
#include "terminal/options.h"
#include "terminal/subcommand.h"
#include "terminal/text.h"

#define MESSAGE_MAX 1024
#define PORT_DEFAULT 35963u /* vpcd's first slot */

static const struct image {
    const char *name;
    const char *words;
} images[] = {
    {"demo", "files of every kind, PINs, keys, data objects, applications; T=0 and T=1"},
    {"gsm", "a SIM as of GSM 11.11: class A0, CHV1, phone book"},
    {"app", "a card that is chosen by application identifiers (AID)"},
};

/* How often the card has been put into the reader. */
struct served {
    const struct scardssp_sim_serve_options *serve;
    uint32_t times;
};

/* Ctrl-C is the only end that is no failure. */
static int serve_until_stopped(const struct scardssp_sim_serve_options *serve, const struct served *served) {
    const int stop = interrupt_open();
    if (stop < 0)
        return failure_plain(INTERRUPT_REMEDY, "cannot wait for Ctrl-C: %s", strerror(errno));
    char message[MESSAGE_MAX] = "";
    const int32_t status = scardssp_sim_serve(serve, stop, message, sizeof message);
    interrupt_close();
    if (status == S_OK) {
        printf(served->times ? "The card is out of the reader.\n" : "Stopped before a reader answered.\n");
        return EXIT_GOOD;
    }
    if (status == E_INVALIDARG && message[0])
        return failure_plain(NULL, "%s", message);
    return failure(status, message[0] ? message : NULL, "cannot serve the card");
}

static void on_connected(void *user) {
    struct served *served = user;
    const struct scardssp_sim_serve_options *serve = served->serve;
    printf("The card '%s' is %sin the virtual reader at %s:%u; Ctrl-C takes it out.\n", serve->image,
           served->times++ ? "back " : "", serve->host, serve->port);
    fflush(stdout);
}

static const char serve_notes[] =
    "The service must have the driver: on Debian, apt-get install pcscd vsmartcard-vpcd. A pcscd that "
    "systemd "
    "starts when the first program asks for it is woken, and kept up as long as the card is served; when it "
    "is "
    "restarted, the card is put back. 'scard list' shows the card, 'scard --rm system demo' uses it.\n"
    "One slot takes one card. The driver listens at a TCP port for each, 35963 and 35964 unless DEVICENAME "
    "in "
    "/etc/reader.conf.d/vpcd says otherwise, on all interfaces: whoever reaches the port can put a card "
    "in.\n";

static int sim_serve(int argc, char **argv) {
    struct scardssp_sim_serve_options serve = {
        .host = "127.0.0.1", .image = "demo", .connected = on_connected};
    static const struct option_choice protocols[] = {{"any", 0}, {"t0", 1}, {"t1", 2}, {NULL, 0}};
    uint32_t port = PORT_DEFAULT, seconds = 0;
    int protocol = 0;
    const struct option_row rows[] = {
        {.name = "image",
         .letter = 'i',
         .argument = "IMAGE",
         .help = "the card: demo (default), gsm, app, or the path of a card image",
         .text = &serve.image},
        {.name = "host",
         .letter = 'H',
         .argument = "HOST",
         .help = "where the driver listens; 127.0.0.1 by default",
         .text = &serve.host},
        {.name = "port",
         .letter = 'P',
         .argument = "PORT",
         .help = "35963 by default, vpcd's first slot; the second is one higher",
         .number = &port},
        {.name = "protocol",
         .letter = 'p',
         .help = "what the card offers; its own choice by default",
         .choice = &protocol,
         .choices = protocols},
        {.name = "wait",
         .letter = 'w',
         .argument = "SECONDS",
         .help = "keeps trying for so long, also for a free slot and when the service has ended",
         .number = &seconds},
        {0}};
    const struct options options = {
        .command = "scard sim serve",
        .summary = "Puts a simulated card into a virtual reader of the PC/SC service (the vpcd driver of "
                   "vsmartcard), where "
                   "every program of this machine sees it. It stays until Ctrl-C.",
        .rows = rows,
        .notes = serve_notes,
        .examples = "  scard sim serve                     the demo card, into pcscd on this machine\n"
                    "  scard sim serve -i gsm -P 35964     a SIM, into the second slot\n"
                    "  scard sim serve -i my-card.json     a card of your own (docs/card-image.md)\n",
    };
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (first < argc)
        return options_complain(&options, "takes no arguments, but there is '%s'", argv[first]);
    if (port == 0 || port > UINT16_MAX)
        return options_complain(&options, "--port wants a number from 1 to 65535");
    serve.port = (uint16_t)port;
    serve.protocol = (uint32_t)protocol;
    serve.wait_ms = seconds > UINT32_MAX / 1000 ? UINT32_MAX : seconds * 1000;
    struct served served = {.serve = &serve};
    serve.user = &served;
    return serve_until_stopped(&serve, &served);
}

static void print_content(const char *name, const struct scardssp_reader_state *state) {
    printf("  ");
    text_print(stdout, name);
    printf(": %s", state->atr_size > 0 ? "ATR " : reader_state_text(state->state));
    text_print_hex(stdout, state->atr, state->atr_size, " ");
    putchar('\n');
}

static int print_readers(void) {
    struct reader_list list = {0};
    int32_t status = reader_list_get(&list);
    if (status != S_OK)
        return failure(status, NULL, "cannot list the readers");
    for (size_t i = 0; status == S_OK && i < list.count; ++i) {
        struct scardssp_reader_state state = {0};
        status = scardssp_get_reader_state(list.names[i], &state, 0);
        if (status == S_OK)
            print_content(list.names[i], &state);
        else
            failure(status, NULL, "cannot look into '%s'", list.names[i]);
    }
    reader_list_free(&list);
    return status == S_OK ? EXIT_GOOD : EXIT_CARD;
}

static int sim_images(int argc, char **argv) {
    const struct option_row rows[] = {{0}};
    const struct options options = {
        .command = "scard sim images",
        .summary =
            "Lists the card images that come with the library, with the answer to reset (ATR) of each.",
        .rows = rows,
        .examples = "  scard sim images\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (first < argc)
        return options_complain(&options, "takes no arguments, but there is '%s'", argv[first]);
    int32_t status = scardssp_use_rm("sim:", NULL, 0);
    for (size_t i = 0; status == S_OK && i < sizeof images / sizeof images[0]; ++i) {
        struct scardssp_reader_state state = {0};
        status = scardssp_sim_plug(images[i].name, images[i].name, 0, NULL, 0);
        if (status == S_OK)
            status = scardssp_get_reader_state(images[i].name, &state, 0);
        if (status == S_OK) {
            printf("%-5s %s\n      ATR ", images[i].name, images[i].words);
            text_print_hex(stdout, state.atr, state.atr_size, " ");
            putchar('\n');
        }
    }
    return status == S_OK ? EXIT_GOOD : failure(status, NULL, "cannot make the cards");
}

static int sim_check(int argc, char **argv) {
    const struct option_row rows[] = {{0}};
    const struct options options = {
        .command = "scard sim check",
        .operands = "FILE",
        .summary = "Checks a card image or a list of readers (docs/card-image.md). A mistake is told as "
                   "FILE:LINE: FIELD: what "
                   "is wrong; a good one with the readers and cards that 'scard --rm sim:FILE' would have.",
        .rows = rows,
        .examples = "  scard sim check my-card.json\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first != 1)
        return options_complain(&options, "takes one FILE");
    char spec[4096], message[MESSAGE_MAX] = "";
    if (snprintf(spec, sizeof spec, "sim:%s", argv[first]) >= (int)sizeof spec || argv[first][0] == '\0')
        return failure_plain("give the path of a card image or of a list of readers",
                             "'%s' is no name of a file", argv[first]);
    const int32_t status = scardssp_use_rm(spec, message, sizeof message);
    if (status == E_INVALIDARG && message[0])
        return failure_plain(NULL, "%s", message);
    if (status != S_OK)
        return failure(status, NULL, "cannot check '%s'", argv[first]);
    printf("%s: good\n", argv[first]);
    return print_readers();
}

int cmd_sim(const struct invocation *invocation, int argc, char **argv) {
    (void)invocation;
    static const struct subcommand table[] = {
        {"serve", sim_serve, "puts a card into a virtual reader of the PC/SC service"},
        {"images", sim_images, "the card images that come with the library"},
        {"check", sim_check, "checks a card image or a list of readers"},
        {NULL, NULL, NULL}};
    static const struct subcommands commands = {
        .command = "scard sim",
        .summary = "Simulated cards. Readers and cards inside a command's own process need none "
                   "of this: 'scard --rm sim list'.",
        .table = table};
    return subcommand_run(&commands, argc, argv);
}

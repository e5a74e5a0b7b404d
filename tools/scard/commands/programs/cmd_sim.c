/* scard sim: simulated cards outside this process and on paper. In the table of main.c. */
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
#include "terminal/text.h"

#define MESSAGE_MAX 1024
#define PORT_DEFAULT 35963u /* vpcd's first slot */

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

struct serve_settings {
    const char *image;
    const char *host;
    uint32_t port;
    int protocol;
    uint32_t seconds; /* to keep trying for */
};

static int serve_check(const struct invocation *invocation) {
    const struct serve_settings *settings = invocation->settings;
    return settings->port == 0 || settings->port > UINT16_MAX
               ? options_complain(invocation->command, "--port wants a number from 1 to 65535")
               : EXIT_GOOD;
}

static int serve_run(const struct invocation *invocation) {
    const struct serve_settings *settings = invocation->settings;
    struct served served = {.times = 0};
    const struct scardssp_sim_serve_options serve = {
        .host = settings->host,
        .port = (uint16_t)settings->port,
        .image = settings->image,
        .protocol = (uint32_t)settings->protocol,
        .wait_ms = settings->seconds > UINT32_MAX / 1000 ? UINT32_MAX : settings->seconds * 1000,
        .connected = on_connected,
        .user = &served};
    served.serve = &serve;
    return serve_until_stopped(&serve, &served);
}

static const struct serve_settings serve_defaults = {
    .image = "demo", .host = "127.0.0.1", .port = PORT_DEFAULT};

static const struct option_choice serve_protocols[] = {{"any", 0}, {"t0", 1}, {"t1", 2}, {NULL, 0}};

static const struct option_row serve_options[] = {
    {.name = "image",
     .letter = 'i',
     .argument = "IMAGE",
     .help = "the card: one that 'scard sim images' lists (default: demo), or the path of a card image",
     VALUE_AT(struct serve_settings, image)},
    {.name = "host",
     .letter = 'H',
     .argument = "HOST",
     .help = "where the driver listens; 127.0.0.1 by default",
     VALUE_AT(struct serve_settings, host)},
    {.name = "port",
     .letter = 'P',
     .argument = "PORT",
     .help = "35963 by default, vpcd's first slot; the second is one higher",
     VALUE_AT(struct serve_settings, port)},
    {.name = "protocol",
     .letter = 'p',
     .help = "what the card offers; its own choice by default",
     .choices = serve_protocols,
     VALUE_AT(struct serve_settings, protocol)},
    {.name = "wait",
     .letter = 'w',
     .argument = "SECONDS",
     .help = "keeps trying for so long, also for a free slot and when the service has ended",
     VALUE_AT(struct serve_settings, seconds)},
    {0}};

static const struct command sim_serve = {
    .name = "scard sim serve",
    .line = "puts a card into a virtual reader of the PC/SC service",
    .summary =
        "Puts a simulated card into a virtual reader of the PC/SC service (the vpcd driver of vsmartcard), "
        "where every program of this machine sees it. It stays until Ctrl-C.",
    .options = serve_options,
    .notes =
        "The service must have the driver: on Debian, apt-get install pcscd vsmartcard-vpcd. A pcscd that "
        "systemd starts when the first program asks for it is woken, and kept up as long as the card is "
        "served; when it is restarted, the card is put back. 'scard list' shows the card, 'scard --rm "
        "system demo' uses it.\n"
        "One slot takes one card. The driver listens at a TCP port for each, 35963 and 35964 unless "
        "DEVICENAME in /etc/reader.conf.d/vpcd says otherwise, on all interfaces: whoever reaches the port "
        "can put a card in.\n"
        "A program that runs with SCARDSSP_RM=vpcd, or --rm vpcd:PORT, listens at that port itself, without any "
        "service: the card goes in as soon as it does (--wait).\n",
    .examples = "  scard sim serve                     the demo card, into pcscd on this machine\n"
                "  scard sim serve -i gsm -P 35964     a SIM, into the second slot\n"
                "  scard sim serve -i my-card.json     a card of your own (docs/card-image.md)\n"
                "  scard sim serve -P 35970 -w 60      the demo card, into a program started with\n"
                "                                      SCARDSSP_RM=vpcd:35970 within a minute\n",
    SETTINGS(serve_defaults),
    .check = serve_check,
    .run = serve_run};

static void print_content(const struct reader *reader) {
    const struct scardssp_reader_state *state = &reader->state;
    printf("  ");
    text_print(stdout, reader->name);
    printf(": %s", state->atr_size > 0 ? "ATR " : reader_state_text(state->state));
    text_print_hex(stdout, state->atr, state->atr_size, " ");
    putchar('\n');
}

static int print_readers(void) {
    struct reader_list list = {0};
    const int32_t status = reader_list_get(&list);
    if (status != S_OK)
        return failure(status, NULL, "cannot list the readers");
    for (size_t i = 0; i < list.count; ++i)
        print_content(&list.readers[i]);
    reader_list_free(&list);
    return EXIT_GOOD;
}

static int images_run(void) {
    int32_t status = scardssp_use_rm("sim:", NULL, 0);
    const char *name, *summary = "";
    for (uint32_t i = 0; status == S_OK && (name = scardssp_sim_image(i, &summary)) != NULL; ++i) {
        struct scardssp_reader_state state = {0};
        status = scardssp_sim_plug(name, name, 0, NULL, 0);
        if (status == S_OK)
            status = scardssp_get_reader_state(name, &state, 0);
        if (status == S_OK) {
            printf("%-5s %s\n      ATR ", name, summary);
            text_print_hex(stdout, state.atr, state.atr_size, " ");
            putchar('\n');
        }
    }
    return status == S_OK ? EXIT_GOOD : failure(status, NULL, "cannot make the cards");
}

static const struct command sim_images = {
    .name = "scard sim images",
    .line = "the card images that come with the library",
    .summary = "Lists the card images that come with the library, with the answer to reset (ATR) of each.",
    .examples = "  scard sim images\n",
    .run_plain = images_run};

struct check_settings {
    const char *file;
};

static int check_run(const struct invocation *invocation) {
    const char *file = ((const struct check_settings *)invocation->settings)->file;
    char spec[4096], message[MESSAGE_MAX] = "";
    if (snprintf(spec, sizeof spec, "sim:%s", file) >= (int)sizeof spec || file[0] == '\0')
        return failure_plain("give the path of a card image or of a list of readers",
                             "'%s' is no name of a file", file);
    const int32_t status = scardssp_use_rm(spec, message, sizeof message);
    if (status == E_INVALIDARG && message[0])
        return failure_plain(NULL, "%s", message);
    if (status != S_OK)
        return failure(status, NULL, "cannot check '%s'", file);
    printf("%s: good\n", file);
    return print_readers();
}

static const struct check_settings check_defaults = {.file = NULL};

static const struct operand_row check_operands[] = {
    {.name = "FILE",
     .help = "the path of a card image or of a list of readers",
     VALUE_AT(struct check_settings, file)},
    {0}};

static const struct command sim_check = {
    .name = "scard sim check",
    .line = "checks a card image or a list of readers",
    .summary =
        "Checks a card image or a list of readers (docs/card-image.md). A mistake is told as FILE:LINE: "
        "FIELD: what is wrong; a good one with the readers and cards that 'scard --rm sim:FILE' would have.",
    .operands = check_operands,
    .examples = "  scard sim check my-card.json\n",
    SETTINGS(check_defaults),
    .run = check_run};

static const struct command *const family[] = {&sim_serve, &sim_images, &sim_check, NULL};

const struct command cmd_sim = {
    .name = "scard sim",
    .line = "simulated cards: serve one to pcscd, list and check images",
    .summary = "Simulated cards. Readers and cards inside a command's own process need none of this: "
               "'scard --rm sim list'.",
    .family = family,
    .own_rm = true};

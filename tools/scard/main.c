/*
 * scard: the smart card tool. Takes what stands before the command, and runs the command: the family below is
 * the list of them. Like any customer, the tool has the public headers of the library only; beside them it
 * takes from base/ what no program should write again.
 */
#include "main.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/env.h"
#include "command.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/subcommand.h"

#define MESSAGE_MAX 512

struct scard_settings {
    const char *rm; /* NULL: as SCARDSSP_RM says */
    int trace;      /* 0: as SCARDSSP_TRACE says */
    bool version;
};

static const struct scard_settings defaults = {.rm = NULL};

static const struct option_choice trace_levels[] = {{"1", 1}, {"2", 2}, {NULL, 0}};

static const struct option_row options[] = {
    {.name = "rm",
     .argument = "SPEC",
     .help =
         "where readers are: system (the PC/SC service, the default), sim (simulated readers and cards), "
         "sim:FILE (a card image or a list of readers), several with commas (system,sim); 'scard list --backends' "
         "tells all; or set SCARDSSP_RM",
     VALUE_AT(struct scard_settings, rm)},
    {.name = "trace",
     .help = "shows what goes on, on stderr: 1 calls, 2 also bytes, without PINs and keys; "
             "or set SCARDSSP_TRACE",
     .choices = trace_levels,
     VALUE_AT(struct scard_settings, trace)},
    {.name = "version", .help = "prints the version", VALUE_AT(struct scard_settings, version)},
    {0}};

static const struct command *const commands[] = {
    &cmd_list,     &cmd_status, &cmd_watch, &cmd_who,    &cmd_doctor,    &cmd_bench,   &cmd_atr,
    &cmd_apdu,     &cmd_shell,  &cmd_read,  &cmd_write,  &cmd_dump,      &cmd_restore, &cmd_pin,
    &cmd_reattach, &cmd_locate, &cmd_cards, &cmd_groups, &cmd_providers, &cmd_run,     &cmd_trace,
    &cmd_demo,     &cmd_sim,    &cmd_share, &cmd_help,   &cmd_complete,  NULL};

static const struct command scard = {
    .name = "scard",
    .line = "talks to smart cards",
    .summary =
        "Talks to smart cards through the objects of this library. 'scard COMMAND --help' explains a command "
        "with examples; 'scard demo' is the place to start.",
    .options = options,
    .family = commands,
    .ending = "Exit codes:\n"
              "  0  done\n"
              "  1  the card, the reader, the service or a file said no\n"
              "  2  the command line makes no sense\n"
              "  3  a PIN was wrong, is blocked, or has one try left\n",
    SETTINGS(defaults)};

/* Acts on --rm and --trace, before the first object is made. */
static int prepare(const struct scard_settings *settings) {
    const int32_t traced = settings->trace ? scardssp_trace((uint32_t)settings->trace) : S_OK;
    if (traced != S_OK)
        return failure(traced, NULL, "cannot switch the trace on");
    if (settings->rm) {
        char message[MESSAGE_MAX] = "";
        const int32_t status = scardssp_use_rm(settings->rm, message, sizeof message);
        if (status != S_OK)
            return failure(status, message[0] ? message : NULL, "cannot use the resource manager '%s'",
                           settings->rm);
    }
    return EXIT_GOOD;
}

/* Tells a command of --rm and --trace. */
static void tell(const struct scard_settings *settings, struct invocation *out) {
    const char *named = settings->rm ? settings->rm : env_get("SCARDSSP_RM");
    out->rm = named && *named ? named : NULL;
    out->trace = settings->trace;
}

static int run(const struct scard_settings *settings, int argc, char **argv) {
    struct invocation invocation = {.root = &scard};
    const struct command *command = subcommand_find(&scard, argv[0]);
    if (command == NULL)
        return subcommand_complain(&scard, argv[0]);
    if (command->own_rm && settings->rm)
        return options_complain(&scard, "--rm does not go with '%s', which uses the simulator", argv[0]);
    tell(settings, &invocation);
    /* The help needs no readers, nor that those of a command line can be had. */
    const int code = command == &cmd_help || command->leaves_rm ? EXIT_GOOD : prepare(settings);
    return code == EXIT_GOOD ? subcommand_run(command, &invocation, argc, argv) : code;
}

/* A result that could not be written is none. */
static int output_finish(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    failure_plain("make room there, or write to another place", "cannot write to standard output: %s",
                  strerror(errno));
    return code == EXIT_GOOD ? EXIT_CARD : code;
}

int scard_run(int argc, char **argv) {
    struct scard_settings settings = defaults;
    const int first = options_parse(&scard, &settings, argc, argv);
    if (first < 0)
        return output_finish(options_exit(first));
    if (settings.version) {
        printf("scard %s\n", SCARDSSP_VERSION);
        return output_finish(EXIT_GOOD);
    }
    if (first == argc)
        return options_complain(&scard, "which command?");
    return output_finish(run(&settings, argc - first, argv + first));
}

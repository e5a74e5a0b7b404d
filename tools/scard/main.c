/*
 * scard: the smart card tool. Parses what stands before the command, and calls the command: the table below is
 * the list of them. Like any customer, the tool includes the public headers only.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "terminal/console.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/setting.h"
#include "terminal/text.h"

#ifndef _WIN32
#include <fcntl.h>
#endif

#define MESSAGE_MAX 512

static const struct command {
    const char *name;
    int (*run)(const struct invocation *invocation, int argc, char **argv);
    const char *summary;
    bool chooses_rm;   /* it has a resource manager of its own: --rm means nothing to it */
    bool has_commands; /* of its own */
} commands[] = {
    {"list", cmd_list, "readers, their state and the cards in them", false, false},
    {"status", cmd_status, "one reader: state, protocol, ATR explained; waits for a change", false, false},
    {"atr", cmd_atr, "an ATR explained byte by byte, and the names of the card", false, false},
    {"apdu", cmd_apdu, "sends commands to a card", false, false},
    {"reattach", cmd_reattach, "shows ReAttach: share mode, reset, recovery; keeps a watch", false, false},
    {"locate", cmd_locate, "finds the reader with a card of some name", false, false},
    {"cards", cmd_cards, "types of cards: list, find, introduce, forget", false, true},
    {"groups", cmd_groups, "groups of readers: list, add, remove, forget", false, true},
    {"providers", cmd_providers, "classes of this library and of providers, and files that bring none", false,
     false},
    {"demo", cmd_demo, "a guided tour with two programs and one card", false, false},
    {"sim", cmd_sim, "simulated cards: serve one to pcscd, list and check images", true, true},
};
static const size_t command_count = sizeof commands / sizeof commands[0];

static const struct option_choice trace_levels[] = {{"1", 1}, {"2", 2}, {NULL, 0}};

static const char exit_codes[] = "Exit codes:\n"
                                 "  0  done\n"
                                 "  1  the card, the reader, the service or a file said no\n"
                                 "  2  the command line makes no sense\n";

static const struct command *command_find(const char *name) {
    for (size_t i = 0; i < command_count; ++i)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int complain_of_command(const char *name) {
    const struct command *closest = NULL;
    size_t least = strlen(name) / 2 + 1;
    for (size_t i = 0; i < command_count; ++i) {
        const size_t distance = text_distance(name, commands[i].name);
        if (distance <= least && (closest == NULL || distance < least)) {
            closest = &commands[i];
            least = distance;
        }
    }
    fprintf(stderr, "scard: there is no command '%s'", name);
    if (closest)
        fprintf(stderr, "; is '%s' meant?", closest->name);
    fprintf(stderr, "\nTry 'scard help'.\n");
    return EXIT_USAGE;
}

/* What the help says after the options. */
static void print_commands(void) {
    printf("\nCommands:\n");
    for (size_t i = 0; i < command_count; ++i)
        printf("  %-10s %s\n", commands[i].name, commands[i].summary);
    printf("  %-10s %s\n", "help", "this text, or that of a command: scard help sim serve");
    printf("\n%s", exit_codes);
}

/* scard help [COMMAND [ITS COMMAND]] */
static int help(const struct options *options, int argc, char **argv) {
    if (argc < 2 || (argc == 2 && strcmp(argv[1], "help") == 0)) {
        options_help(options);
        return EXIT_GOOD;
    }
    const struct command *command = command_find(argv[1]);
    if (command == NULL)
        return complain_of_command(argv[1]);
    if (argc > 3 || (argc == 3 && !command->has_commands))
        return options_complain(options, "help of what? '%s' has no command '%s'",
                                argc > 3 ? argv[2] : argv[1], argv[argc - 1]);
    char asking[] = "--help";
    char *arguments[] = {argv[1], argc == 3 ? argv[2] : asking, argc == 3 ? asking : NULL, NULL};
    return command->run(&(const struct invocation){0}, argc, arguments);
}

/* Acts on --rm and --trace, before the first object is made. */
static int prepare(const char *rm, int trace, struct invocation *out) {
    const int32_t traced = trace ? scardssp_trace((uint32_t)trace) : S_OK;
    if (traced != S_OK)
        return failure(traced, NULL, "cannot switch the trace on");
    if (rm) {
        char message[MESSAGE_MAX] = "";
        const int32_t status = scardssp_use_rm(rm, message, sizeof message);
        if (status != S_OK)
            return failure(status, message[0] ? message : NULL, "cannot use the resource manager '%s'", rm);
    }
    const char *named = rm ? rm : setting_get("SCARDSSP_RM");
    out->rm = named && named[0] != '\0' ? named : NULL;
    return EXIT_GOOD;
}

static int command_run(const struct options *options, const char *rm, int trace, int argc, char **argv) {
    if (strcmp(argv[0], "help") == 0)
        return help(options, argc, argv);
    const struct command *command = command_find(argv[0]);
    if (command == NULL)
        return complain_of_command(argv[0]);
    if (command->chooses_rm && rm)
        return options_complain(options, "--rm does not go with '%s', which uses the simulator",
                                command->name);
    struct invocation invocation;
    const int code = prepare(rm, trace, &invocation);
    return code == EXIT_GOOD ? command->run(&invocation, argc, argv) : code;
}

/* A result that could not be written is none. */
static int output_finish(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    failure_plain("make room there, or write to another place", "cannot write to standard output: %s",
                  strerror(errno));
    return code == EXIT_GOOD ? EXIT_CARD : code;
}

static int scard(int argc, char **argv) {
    const char *rm = NULL;
    int trace = 0;
    bool version = false;
    const struct option_row rows[] = {
        {.name = "rm",
         .argument = "SPEC",
         .help =
             "where readers are: system (the PC/SC service, the default), sim (simulated readers and cards), "
             "sim:FILE (a card image or a list of readers); or set SCARDSSP_RM",
         .text = &rm},
        {.name = "trace",
         .help = "shows what goes on, on stderr: 1 calls, 2 also bytes, without PINs and keys; or set "
                 "SCARDSSP_TRACE",
         .choice = &trace,
         .choices = trace_levels},
        {.name = "version", .help = "prints the version", .flag = &version},
        {0}};
    const struct options options = {
        .command = "scard",
        .operands = "COMMAND ...",
        .summary = "Talks to smart cards through the objects of this library. 'scard COMMAND --help' "
                   "explains a command with examples; 'scard demo' is the place to start.",
        .rows = rows,
        .more = print_commands,
        .leading = true};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return output_finish(options_exit(first));
    if (version) {
        printf("scard %s\n", SCARDSSP_VERSION);
        return EXIT_GOOD;
    }
    if (first == argc)
        return options_complain(&options, "which command?");
    return output_finish(command_run(&options, rm, trace, argc - first, argv + first));
}

#ifdef _WIN32

/* Names on the command line are what they are: "*" is not for the C library to replace. */
extern int _dowildcard;
int _dowildcard = 0;

int wmain(int argc, wchar_t **wide);

int wmain(int argc, wchar_t **wide) {
    char **const argv = calloc((size_t)argc + 1, sizeof *argv);
    bool complete = argv != NULL;
    console_open();
    for (int i = 0; complete && i < argc; ++i)
        complete = (argv[i] = text_from_wide(wide[i])) != NULL;
    const int code =
        complete ? scard(argc, argv) : failure(E_OUTOFMEMORY, NULL, "cannot read the command line");
    for (int i = 0; argv && i < argc; ++i)
        free(argv[i]);
    free(argv);
    return code;
}

#else

/*
 * Where a standard stream is closed, the next file or socket that is opened gets its number, and what is printed goes there: into
 * the conversation with the service, say. A file that takes (or, for stdin, gives) nothing stands in, so that printing fails
 * as it does on a closed stream.
 */
static void streams_fill(void) {
    for (int number = 0; number <= 2; ++number)
        if (fcntl(number, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv) {
    streams_fill();
    return scard(argc, argv);
}

#endif

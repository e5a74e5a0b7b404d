/* scard run: any PC/SC program over a resource manager of ours. In the table of main.c. */
#include "command.h"
#include "commands/programs/launch.h"
#include "commands/programs/shrink.h"
#include "scardssp_faults.h"
#include "talk/await.h"
#include "terminal/failure.h"
#include "terminal/options.h"

struct run_settings {
    const char *rm;
    int trace; /* 0: none asked for */
    const char *trace_file;
    const char *faults;
    bool shrink;
    bool preload;
    uint32_t seconds; /* of waiting for a card */
    struct operand_list command;
};

static const char *manager_of(const struct invocation *invocation) {
    const struct run_settings *settings = invocation->settings;
    return settings->rm ? settings->rm : invocation->rm;
}

/* What is wrong with a fault script is said here, by its line and column, not by the program. */
static int check_faults(const char *path) {
    char message[512] = "";
    const int32_t status = scardssp_faults_file(path, message, sizeof message);
    if (status >= 0)
        return EXIT_GOOD;
    return *message ? failure_plain("scard run --help shows the words of a script", "%s", message)
                    : failure(status, NULL, "cannot use the fault script '%s'", path);
}

static int check(const struct invocation *invocation) {
    const struct run_settings *settings = invocation->settings;
    const char *rm = manager_of(invocation);
    if (settings->command.count == 0)
        return options_complain(invocation->command, "which program?");
    if (settings->shrink && !settings->faults)
        return options_complain(invocation->command, "--shrink wants --faults FILE");
    if (settings->faults && check_faults(settings->faults) != EXIT_GOOD)
        return EXIT_CARD;
    return rm ? launch_check(rm) : EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct run_settings *settings = invocation->settings;
    struct launch launch = {.rm = manager_of(invocation),
                            .trace = settings->trace ? settings->trace : invocation->trace,
                            .trace_file = settings->trace_file,
                            .wait_ms = await_ms(settings->seconds),
                            .faults = settings->faults,
                            .preload = settings->preload,
                            .command = settings->command.values};
    if (launch.trace_file && !launch.trace)
        launch.trace = 1;
    return settings->shrink ? shrink_script(&launch) : launch_program(&launch);
}

static const struct run_settings defaults = {.rm = NULL};

static const struct option_choice trace_levels[] = {{"1", 1}, {"2", 2}, {NULL, 0}};

static const struct option_row options[] = {
    {.name = "rm",
     .argument = "SPEC",
     .help = "where the program finds readers, as --rm before a command; system: those of the PC/SC service, "
             "for a trace",
     VALUE_AT(struct run_settings, rm)},
    {.name = "trace",
     .letter = 't',
     .help =
         "shows on stderr what the program says to readers and cards: 1 calls, 2 also bytes, without PINs "
         "and keys",
     .choices = trace_levels,
     VALUE_AT(struct run_settings, trace)},
    {.name = "trace-file",
     .letter = 'f',
     .argument = "FILE",
     .help = "puts the trace behind the end of a file instead",
     VALUE_AT(struct run_settings, trace_file)},
    {.name = "faults",
     .argument = "FILE",
     .help =
         "lets go wrong what a fault script says: a line such as 'after 3: remove for 200 ms', 'ins B0: sw "
         "6F00', 'chance 5% always: drop'",
     VALUE_AT(struct run_settings, faults)},
    {.name = "shrink",
     .help =
         "runs the program again and again and prints the shortest part of the fault script with which it "
         "fails as with the whole",
     VALUE_AT(struct run_settings, shrink)},
    {.name = "preload",
     .letter = 'p',
     .help = "for programs that look for libraries at places of their own",
     VALUE_AT(struct run_settings, preload)},
    {.name = "wait",
     .letter = 'w',
     .argument = "SECONDS",
     .help = "lets the program begin with its readers when there is a card in one, or after so long: for "
             "programs that look once",
     VALUE_AT(struct run_settings, seconds)},
    {0}};

static const struct operand_row operands[] = {{.name = "COMMAND",
                                               .form = "[--] COMMAND [ARGUMENT]...",
                                               .help = "the program, and what it is called with",
                                               VALUE_AT(struct run_settings, command)},
                                              {0}};

const struct command cmd_run = {
    .name = "scard run",
    .line = "runs any PC/SC program over the simulator, or with a trace",
    .summary =
        "Runs a program that uses the PC/SC library (OpenSC, GnuPG, pyscard, ...), unchanged, over a resource "
        "manager of this library: simulated readers and cards for a program in a test, or the PC/SC service "
        "with a trace of what the program says to a card. Each process has a simulator of its own.",
    .options = options,
    .operands = operands,
    .passes_on = true,
    .leaves_rm = true,
    .notes = launch_notes,
    .examples =
        "  scard run --rm sim -- opensc-tool -l            over simulated readers\n"
        "  scard run --rm sim:card.json -- pkcs15-tool -D  over a card of your own\n"
        "  scard run --trace 2 -- pcsc_scan -c             what does it say to the card?\n"
        "  scard run --rm sim --faults bad.faults -- pkcs15-tool -D  the card is pulled in the middle\n"
        "  scard run --rm sim --faults bad.faults --shrink -- ./test  which line is it?\n"
        "  scard run --rm vpcd --wait 30 -- opensc-tool -a  a card that 'scard sim serve -w 30' brings\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};

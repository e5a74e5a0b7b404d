/* scard share: lends this machine's readers to other machines. In the table of main.c. */
#include "command.h"
#include "commands/programs/lending.h"
#include "terminal/options.h"

struct share_settings {
    struct lending lending;
    bool status;
};

static int share_check(const struct invocation *invocation) {
    const struct share_settings *settings = invocation->settings;
    const struct lending *lending = &settings->lending;
    if (settings->status && (lending->readers.count || lending->allow_control))
        return options_complain(invocation->command, "--readers and --allow-control do not go with --status");
    return EXIT_GOOD;
}

static int share_run(const struct invocation *invocation) {
    const struct share_settings *settings = invocation->settings;
    return settings->status ? lending_status(&settings->lending) : lending_run(&settings->lending);
}

static const struct share_settings defaults = {.lending = {.server = "nats://127.0.0.1:4222"}};

static const struct option_row options[] = {
    {.name = "name",
     .letter = 'n',
     .argument = "NAME",
     .help = "what the agent is called, behind the @ of its readers; the host's name by default",
     VALUE_AT(struct share_settings, lending.name)},
    {.name = "readers",
     .letter = 'r',
     .argument = "GLOB",
     .help = "lends those readers alone whose names fit the pattern (* ? [...]); may be given several times",
     VALUE_AT(struct share_settings, lending.readers)},
    {.name = "allow-control",
     .help = "passes control commands (SCardControl) on to the readers, too",
     VALUE_AT(struct share_settings, lending.allow_control)},
    {.name = "insecure",
     .help = "talks to a server elsewhere without TLS: whoever is on the way can read PINs",
     VALUE_AT(struct share_settings, lending.insecure)},
    {.name = "status",
     .letter = 's',
     .help = "lends nothing, but tells who uses the readers of the agent of this name, and since when",
     VALUE_AT(struct share_settings, status)},
    {.name = "json",
     .letter = 'j',
     .help = "writes a line of JSON for each event, or with --status one for all, instead of text",
     VALUE_AT(struct share_settings, lending.json)},
    {0}};

static const struct operand_row operands[] = {
    {.name = "SERVER",
     .help = "the NATS server: nats://HOST:PORT or tls://HOST:PORT; nats://127.0.0.1:4222 by default",
     .optional = true,
     .kind = VALUE_TEXT,
     .at = offsetof(struct share_settings, lending.server)},
    {0}};

const struct command cmd_share = {
    .name = "scard share",
    .line = "lends this machine's readers to programs on other machines",
    .summary =
        "Lends the readers of this machine to programs on other machines, by way of a NATS server, until "
        "Ctrl-C. There SCARDSSP_RM=nats://HOST:PORT, or --rm, has them as '<reader> @<name>'.",
    .options = options,
    .operands = operands,
    .notes =
        "A client that is not heard of for 6 s (SCARDSSP_NATS_LEASE, ms) loses its session: its transactions end, "
        "and every card it has sent anything to is reset.\n"
        "Who we are and whom we trust is in files that variables name: SCARDSSP_NATS_CREDS (credentials), _USER (a "
        "line with the name, a line with the password), _NKEY and _SEED, _CERT and _KEY, _CA. The server says who "
        "may use which reader: docs/remote.md has an example.\n"
        "Which readers there are is for --rm to say, as ever. Linux only, so far.\n",
    .examples = "  scard share                              all readers, over a server on this machine\n"
                "  scard share tls://nats.example.org       over one elsewhere\n"
                "  scard share -n rack1 -r 'ACS*'           some of them, as 'ACS ... @rack1'\n"
                "  scard share --status -n rack1            who uses them\n"
                "  scard --rm nats://127.0.0.1:4222 list    what others see\n",
    SETTINGS(defaults),
    .check = share_check,
    .run = share_run};

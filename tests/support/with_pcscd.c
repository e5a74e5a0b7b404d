/*
 * with_pcscd [--slot N] [--image IMAGE] [--protocol 1|2] [--empty] -- COMMAND [ARGUMENT...]
 *
 * Runs a command beside a private pcscd in whose slot N (0 or 1, default 0) a simulated card lies ("demo" unless
 * IMAGE says otherwise), and returns the command's exit status. The options may be repeated for the other
 * slot. Exit status 77: no such service can be had here, the reason is on standard error. Used by the
 * tool's tests, the demonstration and the benchmark.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/pcscd.h"
#include "support/sim_source.h"

#define EXIT_USAGE 64
#define EXIT_SKIP 77

struct plan {
    struct sim_source cards[PCSCD_SLOTS];
    int inserted[PCSCD_SLOTS];
    char **command;
};

static int usage(void) {
    fputs("usage: with_pcscd [--slot N] [--image IMAGE] [--protocol 1|2] [--empty] -- COMMAND...\n", stderr);
    return EXIT_USAGE;
}

/* Reads the options; 0 or an exit status. */
static int read_options(char **arguments, struct plan *plan) {
    unsigned long slot = 0;

    plan->inserted[0] = 1;
    for (; *arguments && strcmp(*arguments, "--") != 0; arguments++) {
        const char *const option = *arguments;
        if (strcmp(option, "--empty") == 0) {
            plan->inserted[slot] = 0;
            continue;
        }
        const char *const value = *++arguments;
        if (!value)
            return usage();
        if (strcmp(option, "--slot") == 0) {
            slot = strtoul(value, NULL, 10);
            if (slot >= PCSCD_SLOTS)
                return usage();
        } else if (strcmp(option, "--image") == 0) {
            plan->cards[slot].image = value;
        } else if (strcmp(option, "--protocol") == 0) {
            plan->cards[slot].protocol = (uint32_t)strtoul(value, NULL, 10);
        } else {
            return usage();
        }
        plan->inserted[slot] = 1;
    }
    if (!*arguments || !arguments[1])
        return usage();
    plan->command = arguments + 1;
    return 0;
}

static int run(char **command) {
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (child < 0)
        return 126;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv) {
    struct plan plan = {.command = NULL};
    char why[256] = "";
    int status = argc > 0 ? read_options(argv + 1, &plan) : EXIT_USAGE;

    if (status != 0)
        return status;
    struct pcscd *const pcscd = pcscd_start(why, sizeof why);
    if (!pcscd) {
        fprintf(stderr, "with_pcscd: skipped: %s\n", why);
        return EXIT_SKIP;
    }
    for (unsigned slot = 0; slot < PCSCD_SLOTS; slot++)
        if (plan.inserted[slot] && !pcscd_insert(pcscd, slot, sim_source_serve, &plan.cards[slot])) {
            fprintf(stderr, "with_pcscd: the service does not see the card in slot %u\n", slot);
            status = 1;
        }
    if (status == 0)
        status = run(plan.command);
    pcscd_stop(pcscd);
    return status;
}

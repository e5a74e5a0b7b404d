/* scard doctor: why it does not work, how one sees that, and what to do. In the table of main.c. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "doctor/examine.h"
#include "scardssp.h"
#include "terminal/failure.h"

struct doctor_settings {
    bool json;
};

/* Whether the readers are the service's, or some of them: "system" is alone or between commas. */
static bool uses_service(const char *rm) {
    static const char word[] = "system";
    for (const char *at = rm; at; at = strchr(at, ',')) {
        at += *at == ',';
        const char behind = strncmp(at, word, sizeof word - 1) == 0 ? at[sizeof word - 1] : '?';
        if (behind == '\0' || behind == ',')
            return true;
    }
    return rm == NULL;
}

static bool list_own(struct findings *all, struct reader_list *readers) {
    const int32_t status = reader_list_get(readers);
    if (status == 0)
        return true;
    struct finding *one = finding_add(all, FINDING_FAULT, "backend-fails", NULL);
    finding_what(one, "the readers that --rm or SCARDSSP_RM names cannot be had");
    finding_seen(one, "%s: %s", failure_name(status), scardssp_status_advice(status));
    finding_command(one, "scard list --backends");
    return false;
}

static void examine(struct findings *all, const char *rm) {
    struct reader_list readers = {0};
    const bool service = uses_service(rm);
    const bool listed = service ? examine_service(all, &readers) : list_own(all, &readers);
    const size_t plugged = service ? examine_bus(all, listed ? &readers : NULL) : 0;
    if (listed) {
        struct usage usage;
        usage_find(&usage);
        examine_readers(all, &readers, &usage, plugged);
        usage_free(&usage);
    }
    reader_list_free(&readers);
}

static void print(const struct findings *all, size_t faults) {
    findings_print(all);
    if (faults == 0)
        printf("\nNothing is wrong that can be seen from here.\n");
    else
        printf("\n%zu thing%s wrong.\n", faults, faults == 1 ? " is" : "s are");
}

static void write(const struct findings *all, size_t faults) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_flag(&json, "healthy", faults == 0);
    findings_write(&json, "findings", all);
    json_end(&json, '}');
}

static int run(const struct invocation *invocation) {
    const struct doctor_settings *settings = invocation->settings;
    struct findings all = {0};
    examine(&all, invocation->rm);
    const size_t faults = findings_count(&all, FINDING_FAULT);
    const bool whole = !all.short_of_memory;
    if (settings->json)
        write(&all, faults);
    else
        print(&all, faults);
    findings_free(&all);
    if (!whole)
        return failure((int32_t)E_OUTOFMEMORY, NULL, "not all that was found out is told");
    return faults == 0 ? EXIT_GOOD : EXIT_CARD;
}

static const struct doctor_settings defaults = {.json = false};

static const struct option_row options[] = {JSON_OPTION(struct doctor_settings), {0}};

const struct command cmd_doctor = {
    .name = "scard doctor",
    .line = "why it does not work, and what to do",
    .summary =
        "Goes the way from a program to its card and tells what is wrong on it: how one sees it, what to do and what "
        "to type. It changes nothing, and leaves cards alone.",
    .options = options,
    .notes =
        "Looked at are: the service (installed, running, startable by systemd, of the library's version, willing to "
        "let this user in), the readers on the USB (a driver for each, nothing else that has taken them), the readers "
        "that the service has, and the cards (there, answering, fit for the reader's voltage, kept by another "
        "program). On Windows: the service SCardSvr, the readers and the cards.\n"
        "The exit code is 1 when something is wrong. Notes are no faults.\n"
        "JSON: {\"healthy\", \"findings\":[{\"grade\",\"id\",\"subject\",\"what\",\"seen\",\"remedy\",\"command\"}]}; "
        "grade is ok, note or fault; what there is nothing to say of is null. What id may be stands in the manual.\n",
    .examples = "  scard doctor               why does it not work?\n"
                "  sudo scard doctor          also looks into other users' programs\n"
                "  scard --rm sim doctor      the readers and cards of the simulator\n",
    SETTINGS(defaults),
    .run = run};

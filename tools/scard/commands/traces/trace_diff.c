/* scard trace diff: how two traces differ. In cmd_trace.c. */
#include <stdio.h>

#include "commands/traces/traces.h"
#include "scardssp.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "trace/compare.h"
#include "trace/exchangeline.h"
#include "trace/recordfile.h"

#define AROUND 3u /* commands that are the same, shown on either side of a difference */

struct diff_settings {
    const char *left, *right;
    int what; /* an enum compare_what */
    bool json;
};

/* What has been told, and what is the same and waits for a difference behind it. */
struct report {
    const struct diff_settings *settings;
    struct json json;
    const struct trace_entry *before[AROUND];
    size_t waiting; /* the same since the last difference, `after` of them shown */
    size_t after;
    size_t places[2]; /* how many commands of either trace were told */
    size_t differences;
};

static void print_line(char mark, const struct trace_entry *entry) {
    printf("%c ", mark);
    exchangeline_print(stdout, entry);
    putchar('\n');
}

/* What stands before a difference. */
static void flush_waiting(struct report *report) {
    const size_t kept = report->waiting < AROUND ? report->waiting : AROUND;
    if (report->waiting > kept)
        printf("  ... %zu more the same\n", report->waiting - kept);
    for (size_t i = report->waiting - kept; i < report->waiting; ++i)
        print_line(' ', report->before[i % AROUND]);
    report->waiting = 0;
    report->after = AROUND;
}

static void tell_same(struct report *report, const struct trace_entry *entry) {
    if (report->settings->json)
        return;
    if (report->after > 0) {
        --report->after;
        print_line(' ', entry);
        return;
    }
    report->before[report->waiting++ % AROUND] = entry;
}

static void tell_json(struct report *report, enum compare_side side, const struct trace_entry *entry) {
    json_object(&report->json, NULL);
    json_text(&report->json, "only", side == COMPARE_LEFT ? "left" : "right");
    json_number(&report->json, "place", report->places[side == COMPARE_RIGHT]);
    exchangeline_json(&report->json, entry);
    json_end(&report->json, '}');
}

static void tell(void *user, enum compare_side side, const struct trace_entry *entry) {
    struct report *report = user;
    report->places[0] += side != COMPARE_RIGHT;
    report->places[1] += side != COMPARE_LEFT;
    if (side == COMPARE_BOTH) {
        tell_same(report, entry);
        return;
    }
    ++report->differences;
    if (report->settings->json) {
        tell_json(report, side, entry);
        return;
    }
    flush_waiting(report);
    print_line(side == COMPARE_LEFT ? '-' : '+', entry);
}

static int compare(const struct diff_settings *settings, const struct trace_list *left,
                   const struct trace_list *right) {
    struct report report = {.settings = settings, .json = {.file = stdout}};
    if (settings->json) {
        json_object(&report.json, NULL);
        json_array(&report.json, "differences");
    }
    const bool good = compare_traces(left, right, (enum compare_what)settings->what, tell, &report);
    if (settings->json) {
        json_end(&report.json, ']');
        json_number(&report.json, "left", report.places[0]);
        json_number(&report.json, "right", report.places[1]);
        json_flag(&report.json, "same", good && report.differences == 0);
        json_end(&report.json, '}');
    } else if (good && report.differences == 0) {
        printf("The same: %zu command%s.\n", report.places[0], report.places[0] == 1 ? "" : "s");
    }
    if (!good)
        return failure(E_OUTOFMEMORY, NULL, "cannot compare");
    return report.differences ? EXIT_CARD : EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct diff_settings *settings = invocation->settings;
    struct trace_list left, right = {.entries = NULL};
    int code = recordfile_load(settings->left, true, &left);
    if (code == EXIT_GOOD)
        code = recordfile_load(settings->right, true, &right);
    if (code == EXIT_GOOD)
        code = compare(settings, &left, &right);
    trace_list_clear(&left);
    trace_list_clear(&right);
    return code;
}

static const struct diff_settings defaults = {.what = COMPARE_ANSWERS};

static const struct option_choice what_choices[] = {
    {"answers", COMPARE_ANSWERS}, {"status", COMPARE_STATUS}, {"commands", COMPARE_COMMANDS}, {NULL, 0}};

static const struct option_row options[] = {
    {.name = "compare",
     .letter = 'c',
     .help =
         "what counts beside the commands: answers whole (of GET CHALLENGE their length), the default; their "
         "status; or nothing",
     .choices = what_choices,
     VALUE_AT(struct diff_settings, what)},
    JSON_OPTION(struct diff_settings),
    {0}};

static const struct operand_row operands[] = {
    {.name = "LEFT", .help = "a trace in JSON Lines or pcapng", VALUE_AT(struct diff_settings, left)},
    {.name = "RIGHT", .help = "another one", VALUE_AT(struct diff_settings, right)},
    {0}};

const struct command trace_diff = {
    .name = "scard trace diff",
    .line = "how two traces differ, command by command",
    .summary =
        "Compares the commands and answers of two traces, whatever else went on and whenever: what worked "
        "yesterday with what does not today, one card with another. Lines with - are in LEFT only, with + in "
        "RIGHT only; three that are the same stand around them.",
    .options = options,
    .operands = operands,
    .notes =
        "Exit code: 0 when they are the same, 1 when they differ.\n"
        "JSON: {\"differences\":[{\"only\",\"place\",\"command\",\"answer\",\"words\", \"means\"}],\"left\",\"right\","
        "\"same\"}; only is \"left\" or \"right\", place counts its commands, left and right are how many "
        "commands there are.\n",
    .examples = "  scard trace diff good.jsonl bad.jsonl\n"
                "  scard trace diff -c commands one-card.jsonl another.pcapng\n",
    SETTINGS(defaults),
    .leaves_rm = true,
    .run = run};

/* Tables of measurements: see report.h. */
#include "measure/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "measure/plot.h"
#include "scardssp_rm.h"
#include "terminal/text.h"

#define LABEL_COLUMNS 30
#define SPREAD_COLUMNS 12
#define BAR_COLUMNS 28
#define SLOW_NS 5000000u

/* How it is shown: times in parts of so many nanoseconds, with plots or without, of blocks or in ASCII. */
struct look {
    double unit;
    bool plots, blocks;
};

/* Bytes of data in a second, by the median. */
static uint64_t bytes_per_second(const struct trial *trial) {
    const uint64_t median = samples_percent(&trial->samples, 50);
    return median ? (uint64_t)trial->got * 1000000000u / median : 0;
}

static const struct trial *next_of(const struct course *course, enum trial_kind kind,
                                   const struct trial *last) {
    for (const struct trial *trial = last ? last + 1 : course->trials; trial < course->trials + course->count;
         ++trial)
        if (trial->kind == kind)
            return trial;
    return NULL;
}

static double parts(const struct trial *trial, unsigned percent, const struct look *look) {
    return (double)samples_percent(&trial->samples, percent) / look->unit;
}

/* Whether the times are read better in milliseconds than in microseconds. */
static bool is_slow(const struct course *course) {
    bool slow = false;
    for (size_t i = 0; i < course->count; ++i)
        slow = slow || samples_percent(&course->trials[i].samples, 50) >= SLOW_NS;
    return slow;
}

/* How the times lie between the shortest and nearly the longest. */
static void print_spread(const struct trial *trial, const struct look *look) {
    size_t counts[SPREAD_COLUMNS];
    samples_spread(&trial->samples, counts, SPREAD_COLUMNS);
    printf("  |");
    plot_heights(stdout, counts, SPREAD_COLUMNS, look->blocks);
    printf("|");
}

static void print_times(const struct course *course, enum trial_kind kind, const char *title,
                        const struct look *look) {
    if (next_of(course, kind, NULL) == NULL)
        return;
    printf("\n%-*s TIMES  MINIMUM   MEDIAN      95%%%s\n", LABEL_COLUMNS, title,
           look->plots ? "   SPREAD" : "");
    for (const struct trial *trial = NULL; (trial = next_of(course, kind, trial)) != NULL;) {
        printf("%-*s %5zu %8.3f %8.3f %8.3f", LABEL_COLUMNS, trial->label, trial->samples.count,
               parts(trial, 0, look), parts(trial, 50, look), parts(trial, 95, look));
        if (look->plots)
            print_spread(trial, look);
        putchar('\n');
    }
}

/* What the card had to say to the commands, where that was no success: the time is one of a refusal. */
static void print_refusals(const struct course *course) {
    for (const struct trial *trial = NULL; (trial = next_of(course, TRIAL_ROUND_TRIP, trial)) != NULL;) {
        char words[CARD_WORDS_MAX];
        if (trial->sw == 0x9000 || trial->sw >> 8 == 0x61)
            continue;
        scardssp_sw_text(trial->sw, words, sizeof words);
        printf("  %s: the card answers %s\n", trial->label, words);
    }
}

static void print_throughput(const struct course *course, const struct look *look) {
    uint64_t most = 0;
    for (const struct trial *trial = NULL; (trial = next_of(course, TRIAL_THROUGHPUT, trial)) != NULL;)
        most = bytes_per_second(trial) > most ? bytes_per_second(trial) : most;
    if (most == 0)
        return;
    printf("\n%-*s TIMES   MEDIAN  KB PER SECOND\n", LABEL_COLUMNS - 14,
           course->file ? "READ BINARY" : "GET CHALLENGE");
    for (const struct trial *trial = NULL; (trial = next_of(course, TRIAL_THROUGHPUT, trial)) != NULL;) {
        printf("%-*s %5zu %8.3f %14.1f", LABEL_COLUMNS - 14, trial->label, trial->samples.count,
               parts(trial, 50, look), (double)bytes_per_second(trial) / 1e3);
        if (look->plots) {
            printf("  ");
            plot_bar(stdout, bytes_per_second(trial), most, BAR_COLUMNS, look->blocks);
        }
        if (trial->got < trial->asked)
            printf("  (%zu came)", trial->got);
        putchar('\n');
    }
}

void report_print(const struct report_head *head, const struct course *course, bool plots, bool blocks) {
    const bool slow = is_slow(course);
    const struct look look = {.unit = slow ? 1e6 : 1e3, .plots = plots, .blocks = blocks};
    text_print(stdout, head->reader);
    printf(": ");
    text_print(stdout, head->card ? head->card : "a card");
    printf(", %s, %s; times in %s\n", card_protocol_text(head->look.protocol),
           card_share_text(course->alone ? EXCLUSIVE : SHARED), slow ? "milliseconds" : "microseconds");
    print_times(course, TRIAL_ROUND_TRIP, "ROUND TRIP", &look);
    print_refusals(course);
    print_throughput(course, &look);
    print_times(course, TRIAL_RESET, "RESET", &look);
    if (!course->alone)
        printf("\nResets are left out: others use the card, or --shared was given.\n");
    if (course->stopped)
        printf("\nEnded by Ctrl-C: this is what was measured until then.\n");
}

static void write_times(struct json *json, const struct trial *trial) {
    json_number(json, "times", trial->samples.count);
    json_number(json, "minNs", samples_percent(&trial->samples, 0));
    json_number(json, "medianNs", samples_percent(&trial->samples, 50));
    json_number(json, "p95Ns", samples_percent(&trial->samples, 95));
    json_number(json, "maxNs", samples_percent(&trial->samples, 100));
}

static void write_trials(struct json *json, const struct course *course, enum trial_kind kind,
                         const char *key) {
    json_array(json, key);
    for (const struct trial *trial = NULL; (trial = next_of(course, kind, trial)) != NULL;) {
        const uint8_t sw[2] = {(uint8_t)(trial->sw >> 8), (uint8_t)trial->sw};
        json_object(json, NULL);
        json_text(json, "what", trial->label);
        if (kind != TRIAL_RESET)
            json_hex(json, "sw", sw, sizeof sw);
        if (kind == TRIAL_THROUGHPUT) {
            json_number(json, "asked", trial->asked);
            json_number(json, "bytes", trial->got);
            json_number(json, "bytesPerSecond", bytes_per_second(trial));
        }
        write_times(json, trial);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void report_write(const struct report_head *head, const struct course *course) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_text(&json, "reader", head->reader);
    json_text(&json, "card", head->card);
    json_hex(&json, "atr", head->look.atr, head->look.atr_size);
    json_text(&json, "protocol", card_protocol_text(head->look.protocol));
    json_text(&json, "share", card_share_text(course->alone ? EXCLUSIVE : SHARED));
    json_flag(&json, "stopped", course->stopped);
    write_trials(&json, course, TRIAL_ROUND_TRIP, "roundTrips");
    json_text(&json, "command", course->file ? "READ BINARY" : "GET CHALLENGE");
    json_text(&json, "file", course->file);
    write_trials(&json, course, TRIAL_THROUGHPUT, "throughput");
    write_trials(&json, course, TRIAL_RESET, "resets");
    json_end(&json, '}');
}

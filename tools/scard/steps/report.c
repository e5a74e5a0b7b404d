/* What is told of the steps of a list: see report.h. */
#include "steps/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp_rm.h"
#include "talk/show.h"
#include "terminal/drawing/colour.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/text.h"

#define ROW 16u

void report_step(struct report *report, const struct script_step *step) {
    ++report->number;
    if (report->json)
        return;
    if (step->bytes)
        show_apdu(step->bytes, step->size, 0);
    else
        printf("> reset\n");
    fflush(stdout);
}

/* By ISO/IEC 7816-4 5.6; 9Fxx is GSM's, 91xx a UICC's, but in the class of DESFire 9100 alone is good. */
static enum colour colour_of(const struct script_step *step, uint16_t sw) {
    const unsigned first = sw >> 8;
    const bool desfire = step->size > 0 && step->bytes[0] == 0x90;
    if (sw == 0x9000 || sw == 0x9100 || first == 0x61 || first == 0x9F || (first == 0x91 && !desfire))
        return COLOUR_GOOD;
    return first == 0x62 || first == 0x63 || first == 0x6C ? COLOUR_WARNING : COLOUR_BAD;
}

/* "48 65 6C   Hel", below each other; the first behind "< ". */
static void print_rows(const uint8_t *bytes, size_t size) {
    for (size_t at = 0; at < size; at += ROW) {
        printf(at == 0 ? "< " : "  ");
        for (size_t i = at; i < at + ROW; ++i) {
            if (i < size)
                printf("%02X ", bytes[i]);
            else
                printf("   ");
        }
        putchar(' ');
        for (size_t i = at; i < at + ROW && i < size; ++i)
            putchar(bytes[i] >= 0x20 && bytes[i] < 0x7F ? bytes[i] : '.');
        putchar('\n');
    }
}

static void print_answer(const struct report *report, const struct script_step *step,
                         const struct step_answer *answer) {
    char words[CARD_WORDS_MAX];
    const size_t size = step_answer_data_size(answer);
    const enum colour colour = colour_of(step, answer->sw);
    scardssp_sw_text_after(step->bytes, step->size, answer->sw, words, sizeof words);
    if (report->ascii && size > 0)
        print_rows(answer->bytes, size);
    putchar('<');
    for (size_t i = 0; i < size && !report->ascii; ++i)
        printf(" %02X", answer->bytes[i]);
    printf(" [%s%s%s]\n", colour_begin(colour), words, colour_end(colour));
}

static void print_reset(const struct step_answer *answer) {
    printf("< ATR ");
    text_print_hex(stdout, answer->bytes, answer->size, " ");
    putchar('\n');
}

/* The command with "**" for each byte that is not to be shown. */
static void write_command(struct json *json, const struct script_step *step) {
    size_t start = 0, count = 0, used = 0;
    char *text = step->bytes ? malloc(2 * step->size + 1) : NULL;
    if (text)
        (void)scardssp_apdu_secret(step->bytes, step->size, &start, &count);
    for (size_t i = 0; text && i < step->size; ++i, used += 2)
        (void)snprintf(text + used, 3, i >= start && i < start + count ? "**" : "%02X", step->bytes[i]);
    json_text(json, "command", text);
    free(text);
}

static void write_begin(const struct report *report, struct json *json, const struct script_step *step) {
    json_object(json, NULL);
    json_number(json, "step", report->number);
    json_text(json, "kind", step->bytes ? "command" : "reset");
    write_command(json, step);
}

static void write_end(struct json *json, const char *expected, bool met, const char *failed) {
    json_text(json, "expected", expected);
    if (expected)
        json_flag(json, "met", met);
    else
        json_text(json, "met", NULL);
    json_text(json, "failed", failed);
    json_end(json, '}');
    fflush(stdout);
}

static void write_status(struct json *json, const struct script_step *step, uint16_t sw) {
    char words[CARD_WORDS_MAX];
    const uint8_t bytes[] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    scardssp_sw_text_after(step->bytes, step->size, sw, words, sizeof words);
    json_hex(json, "status", bytes, sizeof bytes);
    const char *meaning = strstr(words, ": ");
    json_text(json, "meaning", meaning ? meaning + 2 : words);
}

static void write_answer(const struct report *report, const struct script_step *step,
                         const struct step_answer *answer, const char *expected, bool met) {
    struct json json = {.file = stdout};
    write_begin(report, &json, step);
    if (step->bytes) {
        json_hex(&json, "data", answer->bytes, step_answer_data_size(answer));
        write_status(&json, step, answer->sw);
        json_text(&json, "atr", NULL);
    } else {
        json_text(&json, "data", NULL);
        json_text(&json, "status", NULL);
        json_text(&json, "meaning", NULL);
        json_hex(&json, "atr", answer->bytes, answer->size);
    }
    write_end(&json, expected, met, NULL);
}

void report_answer(const struct report *report, const struct script_step *step,
                   const struct step_answer *answer, const char *expected, bool met) {
    if (report->json)
        write_answer(report, step, answer, expected, met);
    else if (step->bytes)
        print_answer(report, step, answer);
    else
        print_reset(answer);
    fflush(stdout);
}

void report_failed(const struct report *report, const struct script_step *step, HRESULT status) {
    static const char *const nothing[] = {"data", "status", "meaning", "atr"};
    struct json json = {.file = stdout};
    if (!report->json)
        return;
    write_begin(report, &json, step);
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; ++i)
        json_text(&json, nothing[i], NULL);
    write_end(&json, NULL, false, failure_name(status));
}

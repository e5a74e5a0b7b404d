/* A run as a table and as JSON: see report.h. plot.c has the picture. */
#include "report.h"

bool report_is_missed(const struct row *row) {
    if (*row->skipped)
        return false;
    return row->at_least ? row->value < row->target : row->value > row->target;
}

void report_titles(FILE *out) {
    fprintf(out, "%-4s %-40s %-30s %9s  %-14s %s\n", "row", "what", "measured", "value", "quartiles",
            "target");
}

void report_row(FILE *out, const struct row *row) {
    char spread[40] = "";
    if (*row->skipped) {
        fprintf(out, "%-4s %-40s skipped: %s\n", row->number, row->what, row->skipped);
        return;
    }
    if (row->low > 0)
        (void)snprintf(spread, sizeof spread, "%.*f..%.*f", row->decimals, row->low, row->decimals,
                       row->high);
    fprintf(out, "%-4s %-40s %-30s %9.*f  %-14s %s %-6.*f %s\n", row->number, row->what, row->measured,
            row->decimals, row->value, spread, row->at_least ? ">=" : "<=", row->decimals, row->target,
            report_is_missed(row) ? "MISSED" : "ok");
    fflush(out);
}

/* Texts here hold no quotes and nothing beyond ASCII but for what a failure says. */
static void text(FILE *out, const char *name, const char *value) {
    fprintf(out, ", \"%s\": \"", name);
    for (; *value; ++value)
        if (*value != '"' && *value != '\\' && (unsigned char)*value >= ' ')
            fputc(*value, out);
    fputc('"', out);
}

void report_json(FILE *out, const struct row *rows, size_t count) {
    fputs("{\"format\": \"scardssp-bench-1\", \"rows\": [", out);
    for (size_t i = 0; i < count; ++i) {
        const struct row *row = &rows[i];
        fprintf(out, "%s\n  {\"row\": \"%s\"", i ? "," : "", row->number);
        text(out, "what", row->what);
        if (*row->skipped) {
            text(out, "skipped", row->skipped);
        } else {
            text(out, "measured", row->measured);
            fprintf(out, ", \"value\": %.6g", row->value);
            if (row->low > 0)
                fprintf(out, ", \"quartiles\": [%.6g, %.6g]", row->low, row->high);
            fprintf(out, ", \"target\": {\"%s\": %.6g}, \"met\": %s", row->at_least ? "at_least" : "at_most",
                    row->target, report_is_missed(row) ? "false" : "true");
        }
        fputc('}', out);
    }
    fputs("\n]}\n", out);
}

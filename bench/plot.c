/*
 * The picture of a run: a bar for each row from its target, which is the line in the middle, to what was
 * measured. Left is better. The scale is of powers of two, so that twice as good and half as good are as long
 * as each other.
 */
#include <math.h>

#include "report.h"

#define WIDTH 960
#define ROW 22
#define TOP 54
#define MIDDLE 640.0 /* the target */
#define DOUBLING 46.0
#define LEFTMOST 420.0
#define RIGHTMOST 710.0

/* Where on the scale a value stands. */
static double place_of(const struct row *row, double value) {
    const double floor_of_scale = 1e-6;
    const double ratio = row->at_least ? row->target / fmax(value, floor_of_scale)
                                       : fmax(value, floor_of_scale) / fmax(row->target, floor_of_scale);
    return fmin(fmax(MIDDLE + log2(ratio) * DOUBLING, LEFTMOST), RIGHTMOST);
}

static void escaped(FILE *out, const char *text) {
    for (; *text; ++text) {
        if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else
            fputc(*text, out);
    }
}

static void bar(FILE *out, const struct row *row, double y) {
    const double at = place_of(row, row->value);
    const char *colour = report_is_missed(row) ? "#c0392b" : "#2e7d32";
    fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"12\" fill=\"%s\"/>\n", fmin(at, MIDDLE),
            y - 10, fmax(fabs(at - MIDDLE), 1.5), colour);
    if (row->low > 0)
        fprintf(
            out,
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#111\" stroke-width=\"2\"/>\n",
            place_of(row, row->low), place_of(row, row->high), y - 4, y - 4);
}

static void line(FILE *out, const struct row *row, double y) {
    fprintf(out, "<text x=\"10\" y=\"%.1f\" font-weight=\"bold\">%s</text><text x=\"50\" y=\"%.1f\">", y,
            row->number, y);
    escaped(out, row->what);
    fputs("</text>\n", out);
    if (*row->skipped) {
        fprintf(out, "<text x=\"730\" y=\"%.1f\" fill=\"#777\">not measured</text>\n", y);
        return;
    }
    bar(out, row, y);
    fprintf(out,
            "<text x=\"730\" y=\"%.1f\">%.*f</text><text x=\"800\" y=\"%.1f\" fill=\"#777\">%s %.*f</text>\n",
            y, row->decimals, row->value, y, row->at_least ? "&gt;=" : "&lt;=", row->decimals, row->target);
}

void report_plot(FILE *out, const struct row *rows, size_t count) {
    const unsigned height = TOP + (unsigned)count * ROW + 16;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\" "
            "font-family=\"sans-serif\" font-size=\"12\">\n<title>scardssp: each row and its target</title>\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            WIDTH, height, WIDTH, height);
    fprintf(out,
            "<text x=\"%.0f\" y=\"22\" text-anchor=\"end\">better</text><text x=\"%.0f\" y=\"22\" "
            "text-anchor=\"middle\" font-weight=\"bold\">target</text>\n",
            MIDDLE - 60, MIDDLE);
    for (int power = -4; power <= 1; ++power) {
        const double x = MIDDLE + power * DOUBLING;
        fprintf(out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"44\" y2=\"%u\" stroke=\"%s\"/>", x, x, height - 12,
                power ? "#ddd" : "#333");
        fprintf(
            out,
            "<text x=\"%.1f\" y=\"40\" text-anchor=\"middle\" fill=\"#777\" font-size=\"10\">%s%d</text>\n",
            x, power < 0 ? "1/" : "", power < 0 ? 1 << -power : 1 << power);
    }
    for (size_t i = 0; i < count; ++i)
        line(out, &rows[i], TOP + (double)i * ROW + 12);
    fputs("</svg>\n", out);
}

/* How far a long copy has come. See progress.h. */
#include "terminal/progress.h"

#include <stdio.h>

#include "base/clock.h"
#include "terminal/screen.h"
#include "terminal/text.h"

#define QUIET_MS 1000u /* what is done by then needs no line */
#define REDRAW_MS 100u
#define CLEAR_LINE "\r\033[K"

void progress_begin(struct progress *progress, const char *what, const char *unit, uint64_t start) {
    *progress = (struct progress){.what = what, .unit = unit, .start = start, .terminal = screen_is(stderr)};
}

void progress_show(struct progress *progress, size_t done, size_t total) {
    const uint64_t now = clock_ms();
    if (!progress->terminal || now - progress->start < QUIET_MS || now - progress->shown < REDRAW_MS)
        return;
    fputs(CLEAR_LINE, stderr);
    text_print(stderr, progress->what);
    if (total > 0)
        fprintf(stderr, ": %zu of %zu %s, %zu %%", done, total, progress->unit,
                (size_t)((uint64_t)done * 100 / total));
    else
        fprintf(stderr, ": %zu %s", done, progress->unit);
    fflush(stderr);
    progress->shown = now;
    progress->line = true;
}

void progress_hide(struct progress *progress) {
    if (progress->line)
        fputs(CLEAR_LINE, stderr);
    progress->line = false;
    progress->shown = 0;
}

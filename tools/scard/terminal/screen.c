/* Whether a stream shows on a terminal. See screen.h. */
#include "terminal/screen.h"

#include <unistd.h>

bool screen_is(FILE *stream) {
    return isatty(fileno(stream)) == 1;
}

void screen_take_bytes(FILE *stream) {
    (void)stream; /* they always do */
}

/* Colours by the sequences of ECMA-48: see colour.h. */
#include "terminal/drawing/colour.h"

#include <stdbool.h>

#include "base/env.h"
#include "terminal/drawing/window.h"

static bool is_wanted(void) {
    return window_is_there() && env_get("NO_COLOR") == NULL;
}

const char *colour_begin(enum colour colour) {
    static const char *const sequences[] = {
        [COLOUR_PLAIN] = "",       [COLOUR_GOOD] = "\033[32m",  [COLOUR_WARNING] = "\033[33m",
        [COLOUR_BAD] = "\033[31m", [COLOUR_STRONG] = "\033[1m", [COLOUR_FAINT] = "\033[2m"};
    return is_wanted() ? sequences[colour] : "";
}

const char *colour_end(enum colour colour) {
    return colour != COLOUR_PLAIN && is_wanted() ? "\033[0m" : "";
}

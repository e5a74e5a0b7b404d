/* No window is drawn on on Windows: see window.h. */
#include "terminal/drawing/window.h"

bool window_is_there(void) {
    return false;
}

void window_size(size_t *columns, size_t *lines) {
    *columns = 80;
    *lines = 24;
}

void window_enter(void) {
}

FILE *window_page(void) {
    return NULL;
}

void window_show(void) {
}

void window_leave(void) {
}

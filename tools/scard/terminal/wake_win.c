/* Nothing is drawn on Windows' console that would have to be left: see wake.h. */
#include "terminal/wake.h"

#include <errno.h>

bool wake_open(void (*woken)(void *user), void *user) {
    (void)woken, (void)user;
    errno = ENOSYS;
    return false;
}

unsigned wake_take(void) {
    return 0;
}

void wake_suspend(void) {
}

void wake_close(void) {
}

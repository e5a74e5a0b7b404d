/*
 * Put before a program (LD_PRELOAD), it stops it at its end, when main() has returned and what it has freed
 * lies about: the test looks into it then. Only the program itself, not what it starts.
 */
#include <signal.h>
#include <stdlib.h>

static void stop(void) {
    (void)raise(SIGSTOP);
}

__attribute__((constructor)) static void begin(void) {
    if (getenv("SCARDSSP_TEST_HALT"))
        (void)atexit(stop);
}

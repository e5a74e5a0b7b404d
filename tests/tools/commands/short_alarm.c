/*
 * Makes pcscd's minute a second: an alarm() for LD_PRELOAD that rings after one second, whatever it is told.
 * pcscd --auto-exit sets its alarm there, and has no option that says how long it waits. See
 * test_serve_pcscd.sh.
 */
#include <sys/time.h>
#include <unistd.h>

__attribute__((visibility("default"))) unsigned alarm(unsigned seconds) {
    const struct itimerval time = {.it_value.tv_sec = seconds ? 1 : 0};
    (void)setitimer(ITIMER_REAL, &time, NULL);
    return 0;
}

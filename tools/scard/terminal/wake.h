/*
 * What the user of a terminal wants of a command that draws on it: to end (Ctrl-C), to stop for a while
 * (Ctrl-Z), another size. For `scard watch`.
 */
#ifndef SCARD_WAKE_H
#define SCARD_WAKE_H

#include <stdbool.h>

/* Bits of what has come. */
enum wake_reason { WAKE_END = 1, WAKE_SUSPEND = 2, WAKE_REDRAW = 4 };

/*
 * From now on SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH and SIGCONT do not what they did, but are noted, and
 * `woken` is called, on a thread of its own. Ended by wake_close(). false with errno: no descriptor or thread
 * is to be had; on Windows always.
 */
bool wake_open(void (*woken)(void *user), void *user);

/* What has come since the last time: bits of enum wake_reason. */
unsigned wake_take(void);

/* Stops the process, as Ctrl-Z does without wake_open(); returns when it goes on. */
void wake_suspend(void);

/* Ends that, on the thread that began it: `woken` is no longer called, the signals act as they did before. */
void wake_close(void);

#endif

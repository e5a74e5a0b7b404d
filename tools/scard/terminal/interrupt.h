/*
 * Ctrl-C as something to wait for, so that a command ends tidily. Used by the commands that run until
 * stopped.
 */
#ifndef SCARD_INTERRUPT_H
#define SCARD_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

/* What to do where there is no descriptor. */
#define INTERRUPT_REMEDY "there are no descriptors left: end other programs, or allow more (ulimit -n)"

/*
 * From now on SIGINT and SIGTERM (Windows: Ctrl-C and Ctrl-Break) no longer end the process but make this
 * descriptor readable, and it stays so; on Windows it is the handle of an event. -1 with errno: no descriptor
 * to be had.
 */
int interrupt_open(void);

/* Ends that: the signals act as they did before. */
void interrupt_close(void);

/* Waits up to `ms` for the signal; true when it came. */
bool interrupt_wait(int descriptor, uint32_t ms);

#endif

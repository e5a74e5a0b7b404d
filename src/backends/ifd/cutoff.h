/*
 * Ending a call that is stuck in a driver on a thread that cannot be left alone: a driver that waits for a
 * socket is told that the other end has gone. line.c uses it.
 */
#ifndef SCARDSSP_BACKENDS_IFD_CUTOFF_H
#define SCARDSSP_BACKENDS_IFD_CUTOFF_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Shuts the socket down that the thread of this process is waiting for at the moment. false: it waits for
 * none, or the kernel does not say; then the call ends when the driver comes back.
 */
bool ifd_cut_off(pid_t thread);

#endif

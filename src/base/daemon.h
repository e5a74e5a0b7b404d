/*
 * Which descriptors are conversations with pcscd: libpcsclite keeps them to itself. Linux only. Called by
 * backends/pcsc/socket.c, which ends calls through them, and by output.c, which writes into none.
 */
#ifndef SCARDSSP_BASE_DAEMON_H
#define SCARDSSP_BASE_DAEMON_H

#include <stdbool.h>

/*
 * Whether the descriptor is a socket that is connected to the daemon, at its path or where
 * PCSCLITE_CSOCK_NAME has it.
 */
bool daemon_is_behind(int descriptor);

#endif

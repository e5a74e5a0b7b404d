/*
 * A network that loses packets when it is told to: a network namespace of the test's own, in which whoever
 * is reached as LOSS_ADDRESS can be cut off while 127.0.0.1 goes on. Not on Windows.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_LOSS_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_LOSS_H

#include <stdbool.h>

#define LOSS_ADDRESS "127.0.0.2"

/*
 * Puts the process into a network of its own, before it has other threads. false: that is refused here, or
 * nft is missing; nothing has changed but, perhaps, the network.
 */
bool loss_make_network(void);

/* From now on nothing reaches LOSS_ADDRESS or comes from it; everything does again. false: nft failed. */
bool loss_begin(void);
bool loss_end(void);

#endif

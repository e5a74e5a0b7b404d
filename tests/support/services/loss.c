/* A network that loses packets: see loss.h. */
#include "support/services/loss.h"

#include <sched.h>
#include <stdlib.h>

static bool runs(const char *command) {
    return system(command) == 0;
}

bool loss_make_network(void) {
    return unshare(CLONE_NEWNET) == 0 && runs("ip link set lo up") &&
           runs("nft 'add table ip loss; add chain ip loss in { type filter hook input priority 0; }'");
}

bool loss_begin(void) {
    return runs("nft 'add rule ip loss in ip daddr " LOSS_ADDRESS
                " drop; add rule ip loss in ip saddr " LOSS_ADDRESS " drop'");
}

bool loss_end(void) {
    return runs("nft 'flush chain ip loss in'");
}

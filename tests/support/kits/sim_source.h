/* Cards of the simulator for a private pcscd. Used by tests on the real service. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_SIM_SOURCE_H
#define SCARDSSP_TESTS_SUPPORT_KITS_SIM_SOURCE_H

#include <stdint.h>

/* Which card: given to pcscd_insert() together with sim_source_serve. */
struct sim_source {
    const char *image; /* "demo", "gsm", "app" or a file; NULL: "demo" */
    uint32_t protocol; /* 1: only T=0, 2: only T=1, 0: the card's choice */
};

/* The pcscd_serve (support/services/pcscd.h) for such a card. */
int sim_source_serve(const void *source, uint16_t port, int stop_fd, void (*connected)(void *user),
                     void *user);

#endif

/* The stage's service on Linux: see stage_service.h. */
#include <stdio.h>
#include <string.h>

#include <scardssp.h>
#include <scardssp_sim.h>

#include "stage_service.h"
#include "support/services/pcscd.h"

static struct pcscd *pcscd;
static struct scardssp_sim_serve_options cards[PCSCD_SLOTS];

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    struct scardssp_sim_serve_options options = *(const struct scardssp_sim_serve_options *)card;
    options.port = port;
    options.connected = connected;
    options.user = user;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

bool stage_service_open(char *why, size_t why_size) {
    pcscd = pcscd_start(why, why_size);
    return pcscd != NULL;
}

void stage_service_close(void) {
    pcscd_stop(pcscd);
    pcscd = NULL;
}

const char *stage_service_reader(unsigned slot) {
    return pcscd_reader(slot);
}

bool stage_service_insert(unsigned slot, const char *image, unsigned protocol) {
    pcscd_pull(pcscd, slot);
    if (!pcscd_remove(pcscd, slot))
        return false;
    cards[slot] = (struct scardssp_sim_serve_options){.image = image, .protocol = protocol, .wait_ms = 5000};
    return pcscd_insert(pcscd, slot, serve, &cards[slot]);
}

/* The stage's service on Linux: see stage_service.h. */
#include <stdio.h>
#include <string.h>

#include <scardssp.h>
#include <scardssp_sim.h>

#include "stage_service.h"
#include "support/services/pcscd.h"

static struct {
    struct pcscd *pcscd;
    struct scardssp_sim_serve_options card;
    char image[8];
} service;

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    struct scardssp_sim_serve_options options = *(const struct scardssp_sim_serve_options *)card;
    options.port = port;
    options.connected = connected;
    options.user = user;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

bool stage_service_open(char *why, size_t why_size) {
    service.pcscd = pcscd_start(why, why_size);
    return service.pcscd != NULL;
}

void stage_service_close(void) {
    pcscd_stop(service.pcscd);
    service.pcscd = NULL;
}

const char *stage_service_reader(void) {
    return pcscd_reader(0);
}

bool stage_service_insert(const char *image) {
    pcscd_pull(service.pcscd, 0);
    (void)snprintf(service.image, sizeof service.image, "%s", image);
    service.card.image = service.image;
    service.card.protocol = strcmp(image, "gsm") == 0 ? 1 : 2;
    service.card.wait_ms = 5000;
    return pcscd_remove(service.pcscd, 0) && pcscd_insert(service.pcscd, 0, serve, &service.card);
}

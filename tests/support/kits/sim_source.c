/* Cards of the simulator for a private pcscd. */
#include "support/kits/sim_source.h"

#include <stdio.h>

#include "backends/vpcd/serve.h"

int sim_source_serve(const void *opaque, uint16_t port, int stop_fd, void (*connected)(void *user),
                     void *user) {
    const struct sim_source *const source = opaque;
    const struct vpcd_serve options = {.port = port,
                                       .image = source->image,
                                       .protocol = source->protocol,
                                       .wait_ms = 5000,
                                       .connected = connected,
                                       .user = user};
    char message[256] = "";
    const rm_status status = vpcd_serve(&options, stop_fd, message, sizeof message);

    if (*message)
        fprintf(stderr, "card: %s\n", message);
    return status == RM_OK ? 0 : 1;
}

/* Serving a card to a virtual reader, which is Linux' pcscd's: not on Windows. See serve.h. */
#include <stdio.h>

#include "backends/sim/serve.h"

rm_status sim_serve(const struct sim_serve *options, int stop_fd, char *message, size_t message_size) {
    (void)options;
    (void)stop_fd;
    if (message && message_size)
        (void)snprintf(message, message_size, "cards are served to the virtual reader of pcscd, on Linux");
    return RM_E_UNSUPPORTED_FEATURE;
}

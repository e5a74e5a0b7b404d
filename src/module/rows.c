/* The backends that Linux has and Windows has not: see backendrow.h. A new one is a row of the table. */
#include "backends/ifd/setup.h"
#include "backends/nats/setup.h"
#include "module/backendrow.h"

const struct backend_row rows_here[] = {
    {.name = "ifd",
     .summary = "readers by their drivers, without the PC/SC service",
     .argument = "ifd:auto, ifd:DRIVER.so:DEVICE",
     .trial = "auto",
     .create = ifd_service_create},
    {.name = "nats",
     .summary = "readers on other machines, lent over NATS",
     .argument = "nats://HOST:PORT,HOST:PORT",
     .trial = "//127.0.0.1:4222",
     .create = nats_service_create,
     .explain = nats_service_explain},
    {.name = "tls",
     .summary = "the same, over TLS",
     .argument = "tls://HOST:PORT,HOST:PORT?ca=FILE",
     .trial = "//127.0.0.1:4222",
     .create = tls_service_create,
     .explain = nats_service_explain},
    {.name = NULL},
};

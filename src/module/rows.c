/* The backends that Linux has and Windows has not: see backendrow.h. A new one is a row of the table. */
#include "backends/ifd/setup.h"
#include "backends/vpcd/setup.h"
#include "module/backendrow.h"

const struct backend_row rows_here[] = {
    {.name = "ifd",
     .summary = "readers by their drivers, without the PC/SC service",
     .argument = "ifd:auto, ifd:DRIVER.so:DEVICE",
     .create = ifd_service_create},
    {.name = "vpcd",
     .summary = "virtual readers that cards connect to, port 35963 of this machine",
     .argument =
         "vpcd:PORT, vpcd:FIRST-LAST, vpcd:ADDRESS:PORT, vpcd:/PATH, with *N behind it for N readers, or "
         "vpcd:connect:HOST:PORT",
     .create = vpcd_service_create},
    {.name = NULL},
};

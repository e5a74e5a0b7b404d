/* The backends that Linux has and Windows has not: see backendrow.h. A new one is a row of the table. */
#include "backends/ifd/setup.h"
#include "module/backendrow.h"

const struct backend_row rows_here[] = {
    {.name = "ifd",
     .summary = "readers by their drivers, without the PC/SC service",
     .argument = "ifd:auto, ifd:DRIVER.so:DEVICE",
     .trial = "auto",
     .create = ifd_service_create},
    {.name = NULL},
};

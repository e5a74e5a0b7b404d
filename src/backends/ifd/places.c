/* Debian's places, which are pcscd's own. */
#include "backends/ifd/places.h"

const struct ifd_places ifd_places_system = {
    .configuration = "/etc/reader.conf.d",
    .bundles = "/usr/lib/pcsc/drivers",
    .devices = "/sys/bus/usb/devices",
    .processes = "/proc",
    .monitor = "libudev.so.1",
};

/* The smart card readers on the USB and what drives them, for people who look for a fault. For module/api. */
#ifndef SCARDSSP_BACKENDS_IFD_USBREADERS_H
#define SCARDSSP_BACKENDS_IFD_USBREADERS_H

#include "backends/ifd/bundles.h"
#include "backends/ifd/places.h"
#include "backends/ifd/usb.h"
#include "rm/status.h"

struct ifd_usb_reader {
    const struct ifd_usb_interface *interface;
    const struct ifd_bundle_device *driven; /* what drives it; NULL: nothing that is installed */
    const char *product;                    /* what the device calls itself; NULL: it does not say */
    bool driver_missing;                    /* the library that would drive it cannot be read */
    unsigned voltages;                      /* bits of enum ccid_voltage; 0: it does not say */
};

/* Gets one reader; all of it ends with the call. */
typedef void (*ifd_usb_reader_visitor)(void *user, const struct ifd_usb_reader *reader);

/*
 * Tells the devices on the USB that say they are smart card readers, and those for which a driver for
 * readers is installed, by the kernel's order. Of `places` devices and bundles count. RM_E_NO_MEMORY;
 * RM_E_UNSUPPORTED_FEATURE: there is no such folder of devices, and so no USB.
 */
rm_status ifd_usb_readers_each(const struct ifd_places *places, ifd_usb_reader_visitor visit, void *user);

#endif

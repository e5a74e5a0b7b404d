/*
 * Drivers for USB readers: folders NAME.bundle whose Contents/Info.plist says which devices they drive.
 * auto.c looks devices up in them.
 */
#ifndef SCARDSSP_BACKENDS_IFD_BUNDLES_H
#define SCARDSSP_BACKENDS_IFD_BUNDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A kind of device that a driver drives. */
struct ifd_bundle_device {
    uint16_t vendor, product;
    bool by_class; /* the driver is for all devices of a class: one that is for this one is better */
    char *name;    /* the reader's */
    char *driver;  /* path of the library */
};

/* Starts zeroed; ended by ifd_bundles_clear(). */
struct ifd_bundles {
    struct ifd_bundle_device *devices;
    size_t count;
};

/*
 * Adds the devices of all bundles in a folder; a bundle whose Info.plist is not as it should be adds none.
 * false: out of memory, or no such folder.
 */
bool ifd_bundles_read(struct ifd_bundles *bundles, const char *folder);

/* What drives a device; NULL: nothing does. Lives as long as the list. */
const struct ifd_bundle_device *ifd_bundles_find(const struct ifd_bundles *bundles, uint16_t vendor,
                                                 uint16_t product);

/* Frees the list and makes it empty. */
void ifd_bundles_clear(struct ifd_bundles *bundles);

#endif

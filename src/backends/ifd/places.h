/*
 * Where this machine says which readers it has and which drivers: the places that "ifd:auto" looks at. Tests
 * have their own.
 */
#ifndef SCARDSSP_BACKENDS_IFD_PLACES_H
#define SCARDSSP_BACKENDS_IFD_PLACES_H

struct ifd_places {
    const char *configuration; /* folder of reader.conf files, or one such file */
    const char *bundles;       /* folder of drivers for USB readers */
    const char *devices;       /* what the kernel tells of USB */
    const char *processes;     /* what it tells of processes */
    const char *monitor;       /* libudev, by which it tells of changes */
};

/* Those of the system. */
extern const struct ifd_places ifd_places_system;

#endif

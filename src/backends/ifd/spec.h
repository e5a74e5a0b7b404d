/* Which reader is meant, as reader.conf says it: a driver, and a device or a number. */
#ifndef SCARDSSP_BACKENDS_IFD_SPEC_H
#define SCARDSSP_BACKENDS_IFD_SPEC_H

struct ifd_reader_spec {
    const char *driver;    /* path of the driver's library */
    const char *device;    /* NULL or empty: by number */
    unsigned long channel; /* the number */
};

#endif

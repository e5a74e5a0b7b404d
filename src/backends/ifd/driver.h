/*
 * An IFD handler (PC/SC Lite's IFD Handler API, version 3) loaded into this process: its functions, and how
 * many readers one loaded copy serves. channel.c opens readers with it. What a driver does while it is
 * loaded, and where it writes, nobody can keep from the process: it is code like any other.
 */
#ifndef SCARDSSP_BACKENDS_IFD_DRIVER_H
#define SCARDSSP_BACKENDS_IFD_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ifdhandler.h>

#include "rm/status.h"

/* The functions, as <ifdhandler.h> describes them. */
struct ifd_calls {
    RESPONSECODE (*create_by_name)(DWORD lun, LPSTR device);
    RESPONSECODE (*create)(DWORD lun, DWORD channel);
    RESPONSECODE (*close)(DWORD lun);
    RESPONSECODE (*get)(DWORD lun, DWORD tag, PDWORD size, PUCHAR value);
    RESPONSECODE (*protocol)(DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1, UCHAR pts2, UCHAR pts3);
    RESPONSECODE (*power)(DWORD lun, DWORD action, PUCHAR atr, PDWORD size);
    RESPONSECODE(*transmit)
    (DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR send, DWORD send_size, PUCHAR receive, PDWORD receive_size,
     PSCARD_IO_HEADER receive_pci);
    RESPONSECODE(*control)
    (DWORD lun, DWORD code, PUCHAR send, DWORD send_size, PUCHAR receive, DWORD room, LPDWORD size);
    RESPONSECODE (*presence)(DWORD lun);
};

struct ifd_line;

/* One loaded copy of a driver. The members are guarded by the lock of driver.c. */
struct ifd_driver {
    struct ifd_driver *next;
    struct ifd_calls calls; /* constant */
    char *path;             /* constant */
    void *handle;
    int file; /* descriptor of a private copy, which the driver is loaded from; -1: the file itself */
    unsigned readers_max;  /* how many readers it serves at a time: 1, until it has said more */
    unsigned readers;      /* bits: the numbers in use */
    struct ifd_line *line; /* of all its readers, referred to; NULL: it is thread-safe, or has one reader */
};

#define IFD_DRIVER_READERS_MAX 16u

/*
 * A loaded copy of the driver at `path` with room for one more reader, which gets *number (0..): one that is
 * loaded already, else the file, else, where the file is loaded and full, a private copy of it, which has
 * variables of its own. RM_E_NO_MEMORY; RM_E_INVALID_PARAMETER: message (may be NULL) of message_size bytes
 * says what is wrong with the file: it is not there, cannot be loaded, or is no handler of version 3.
 */
rm_status ifd_driver_take(const char *path, struct ifd_driver **out, uint32_t *number, char *message,
                          size_t message_size);

/*
 * Says how many readers it serves at a time (more than IFD_DRIVER_READERS_MAX count as that), and the line
 * that all their calls go through, which it takes a reference of; NULL: they need none in common.
 */
void ifd_driver_serves(struct ifd_driver *driver, unsigned readers_max, struct ifd_line *line);

/*
 * Gives a reader back; the last one unloads the driver. stuck: a call is still in it, so it stays, with the
 * number, until the process ends.
 */
void ifd_driver_give(struct ifd_driver *driver, unsigned number, bool stuck);

#endif

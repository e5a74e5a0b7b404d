/*
 * A reader: a channel of a driver, opened, with what the driver says it can, and its slots. setup.c opens
 * them; each slot becomes a reader of slots/ (ports.h).
 */
#ifndef SCARDSSP_BACKENDS_IFD_CHANNEL_H
#define SCARDSSP_BACKENDS_IFD_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/ifd/call.h"
#include "backends/ifd/spec.h"
#include "base/refcount.h"

#define IFD_SLOTS_MAX 64u

/* What the driver watches a slot with; NULL: it has no such function. */
struct ifd_polling {
    RESPONSECODE (*wait)(DWORD lun, int timeout_ms); /* returns when something happened, or after the time */
    RESPONSECODE (*stop)(DWORD lun);                 /* makes it return */
};

struct ifd_channel {
    struct ifd_channel *next; /* of those that are stuck for ever */
    struct refcount refs;     /* the opener's and one of each slot */
    int claim;                /* that it is this process's (claim.h); -1: none, or given back */
    struct ifd_driver *driver;
    uint32_t number;  /* among the driver's readers */
    char *device;     /* NULL: opened by number */
    unsigned long id; /* the number */
    unsigned slots;   /* 1..IFD_SLOTS_MAX */
    bool stuck;       /* the driver has not come back from some call: it is never unloaded */
    struct ifd_way ways[IFD_SLOTS_MAX];
    struct ifd_polling polling[IFD_SLOTS_MAX];
};

/*
 * Loads the driver, opens the channel with all its slots and asks what the driver can. RM_E_NO_MEMORY;
 * RM_E_INVALID_PARAMETER: no driver; RM_E_READER_UNAVAILABLE: the driver cannot open it, or another process
 * has it. message (may be NULL) of message_size bytes says why.
 */
rm_status ifd_channel_open(const struct ifd_reader_spec *spec, struct ifd_channel **out, char *message,
                           size_t message_size);

/*
 * Closes a slot, once, whoever still refers to the channel: its calls answer RM_E_READER_UNAVAILABLE from
 * then on. A driver that does not come back is left alone.
 */
void ifd_channel_close(struct ifd_channel *channel, unsigned slot);

/* In a child made by fork(): the reader is the parent's, and so is the claim to it. */
void ifd_channel_disown(struct ifd_channel *channel);

/* Takes one more reference / gives one back; the last one closes what is open and lets the driver go. */
struct ifd_channel *ifd_channel_hold(struct ifd_channel *channel);
void ifd_channel_drop(struct ifd_channel *channel);

#endif

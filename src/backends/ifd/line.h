/*
 * A driver's thread: the calls of a driver that must not meet are made by it, one at a time, while their
 * callers wait. So a call that never comes back keeps this thread and not its caller, who can be called off;
 * until it does come back nobody else gets through. There is a line for each slot of a reader, or one for all
 * slots of a reader, or one for all readers of a loaded copy, as the driver says of its thread-safety
 * (channel.c).
 */
#ifndef SCARDSSP_BACKENDS_IFD_LINE_H
#define SCARDSSP_BACKENDS_IFD_LINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ifdhandler.h>

#include "rm/status.h"
#include "slots/slot.h"

#define IFD_SEND_MAX 65544u /* an extended command with 65535 bytes, and Le */
#define IFD_RECEIVE_MAX SLOT_ANSWER_MAX
#define IFD_SLACK 4096u /* room that drivers are not told of, for those that count wrong */

struct ifd_line;
struct ifd_calls;

/* A call of the driver: what it takes and gives. Lies in the line, so it outlives its caller. */
struct ifd_request {
    void (*make)(struct ifd_request *request); /* makes the call and sets `code` and `size` */
    const struct ifd_calls *calls;
    const char *device; /* of an open call: the name, which lives as long as the line; NULL: by number */
    DWORD lun;
    DWORD number;      /* action, protocol, tag, control code or channel */
    RESPONSECODE code; /* what the driver has answered: IFD_* */
    size_t send_size;  /* of the bytes in `send` */
    DWORD size;        /* in: room that the driver is told of; out: what it says it has written */
    uint8_t send[IFD_SEND_MAX];
    uint8_t receive[IFD_RECEIVE_MAX + IFD_SLACK];
};

/* What ends a caller's waiting; either may be NULL. */
struct ifd_caller {
    struct slot *slot;        /* the slot that the call is in: its end (slot.h) */
    const _Atomic bool *stop; /* true: it is to end; who sets it calls ifd_line_look() */
};

/* Makes a line with one reference and starts its thread. NULL: out of memory or threads. */
struct ifd_line *ifd_line_create(void);

/* Takes one more reference / gives one back; NULL: does nothing. A call that is stuck keeps the thread. */
struct ifd_line *ifd_line_hold(struct ifd_line *line);
void ifd_line_drop(struct ifd_line *line);

/*
 * Waits for the line and takes it: *out is the caller's to fill in, starts zeroed but for the bytes, and goes
 * through ifd_line_run(). RM_E_CANCELLED: called off before. RM_E_TIMEOUT: somebody's call is stuck in it.
 * RM_E_READER_UNAVAILABLE: this is a forked child; the thread, and the reader, are the parent's.
 */
rm_status ifd_line_take(struct ifd_line *line, const struct ifd_caller *caller, struct ifd_request **out);

/*
 * Has the call made. RM_OK: it is back; the caller looks at the request, then ends with ifd_line_give().
 * RM_E_CANCELLED: called off; the request is no longer the caller's, and the line is free when it comes back.
 */
rm_status ifd_line_run(struct ifd_line *line, const struct ifd_caller *caller);

/*
 * The same for a command to a card. One that has answered many in a row as quickly as only virtual readers'
 * cards do gets them without the thread, on the caller's own: a call that is called off then ends by cutting
 * off the socket that the driver waits for (cutoff.h), or when the driver comes back.
 */
rm_status ifd_line_command(struct ifd_line *line, const struct ifd_caller *caller);

/* Erases what the request holds and frees the line. */
void ifd_line_give(struct ifd_line *line);

/* Makes all who wait look at what ends their waiting. */
void ifd_line_look(struct ifd_line *line);

/* Whether a call is in it that nobody waits for any more. */
bool ifd_line_is_stuck(struct ifd_line *line);

#endif

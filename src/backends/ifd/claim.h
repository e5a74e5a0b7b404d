/*
 * Keeping two processes off one reader. A driver is code in a process; nothing keeps a second process, or
 * pcscd, from driving the same device meanwhile, and then commands of both reach the card. So whoever opens a
 * reader here claims it first: a name in the kernel's list of local sockets, which ends with the process
 * whatever becomes of it, and by which the next one finds out whose it is. pcscd claims nothing; daemon.h
 * finds out what it has.
 *
 * Limits: it is advice among processes of this library. It is seen in one network namespace, so not from one
 * container to another. Two names of one device are one reader where it is a device file; of what only the
 * driver understands the names have to be alike.
 */
#ifndef SCARDSSP_BACKENDS_IFD_CLAIM_H
#define SCARDSSP_BACKENDS_IFD_CLAIM_H

#include <stddef.h>

#include "backends/ifd/spec.h"
#include "rm/status.h"

/*
 * Claims the reader: *claim is a descriptor that is closed when the reader is; -1 where this machine cannot
 * say who has what. RM_E_READER_UNAVAILABLE: another process has it, or this one; message (may be NULL) of
 * message_size bytes says which.
 */
rm_status ifd_claim(const struct ifd_reader_spec *spec, int *claim, char *message, size_t message_size);

#endif

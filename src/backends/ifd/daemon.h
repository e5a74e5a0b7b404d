/*
 * Whether a PC/SC service that runs here has a reader: pcscd says so to nobody, but opens all readers of its
 * configuration when it starts and keeps them until it ends. So a pcscd whose configuration names the same
 * driver and device has it.
 *
 * Limits: it is found among the processes that this one may see, and its configuration where it can be read;
 * a pcscd that starts later is not kept off. USB readers are in no configuration: there the kernel says who
 * has them (usb.h), and gives an interface to one program only.
 */
#ifndef SCARDSSP_BACKENDS_IFD_DAEMON_H
#define SCARDSSP_BACKENDS_IFD_DAEMON_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/ifd/spec.h"

/*
 * processes: the kernel's folder of them (/proc). true: a pcscd has the reader; message (may be NULL) of
 * message_size bytes says which.
 */
bool ifd_daemon_has(const struct ifd_reader_spec *spec, const char *processes, char *message,
                    size_t message_size);

#endif

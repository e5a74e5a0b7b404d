/*
 * Makes a service of readers that drivers of the PC/SC Lite kind (IFD handlers) drive in this process,
 * without pcscd: the part after "ifd:" of a resource manager's name. module/backends.c makes the one of the
 * process.
 */
#ifndef SCARDSSP_BACKENDS_IFD_SETUP_H
#define SCARDSSP_BACKENDS_IFD_SETUP_H

#include <stddef.h>

#include "rm/rm.h"

/*
 * Makes the service. spec: "auto": the readers of /etc/reader.conf.d, called by their FRIENDLYNAME, and USB
 * readers by the drivers of /usr/lib/pcsc/drivers, also those that are plugged in later (auto.h). Else
 * PATH[:DEVICE]: the driver's library, and the device as reader.conf's DEVICENAME has it; a number is a
 * CHANNELID (0 where nothing is said). Its readers are named after the library, with the numbers of reader
 * and slot: "ifdvpcd 00 00". *out is ended by rm_service_release(). RM_E_INVALID_PARAMETER: no such driver;
 * RM_E_READER_UNAVAILABLE: the driver cannot open the device, or another process has it; message (may be
 * NULL) of message_size bytes says why. RM_E_NO_MEMORY.
 */
rm_status ifd_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size);

#endif

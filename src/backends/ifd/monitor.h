/* News of USB devices, from libudev, which is loaded when it is first needed. hotplug.c waits for them. */
#ifndef SCARDSSP_BACKENDS_IFD_MONITOR_H
#define SCARDSSP_BACKENDS_IFD_MONITOR_H

#include <stdbool.h>

struct ifd_monitor;

/* Begins to listen, by the library of this name or path. NULL: it cannot be had, or hears nothing here. */
struct ifd_monitor *ifd_monitor_open(const char *library);

/* What becomes readable with news; -1 of NULL. Belongs to the monitor. */
int ifd_monitor_descriptor(const struct ifd_monitor *monitor);

/* Takes all news that have come. */
void ifd_monitor_drain(struct ifd_monitor *monitor);

/* Ends it. NULL: does nothing. */
void ifd_monitor_close(struct ifd_monitor *monitor);

#endif

/*
 * USB readers as they come and go: devices that some bundle's driver drives are plugged into a service. What
 * changes libudev tells; without it the devices are looked at once a second. auto.c starts it.
 */
#ifndef SCARDSSP_BACKENDS_IFD_HOTPLUG_H
#define SCARDSSP_BACKENDS_IFD_HOTPLUG_H

#include <stddef.h>

#include "backends/ifd/places.h"
#include "rm/status.h"
#include "slots/service.h"

struct ifd_hotplug;

/*
 * Plugs in the readers that are there, and those that come from then on; takes out those that go. A device
 * that its driver does not open, or that another program has, is left out until it is plugged anew; message
 * (may be NULL) of message_size bytes then says why for the first. places lives as long. *out: NULL where
 * there is no USB. RM_E_NO_MEMORY.
 */
rm_status ifd_hotplug_start(struct slots_service *service, const struct ifd_places *places,
                            struct ifd_hotplug **out, char *message, size_t message_size);

/* Ends it; readers stay. NULL: does nothing. */
void ifd_hotplug_stop(struct ifd_hotplug *hotplug);

#endif

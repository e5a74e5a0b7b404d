/* All readers that this machine says it has: "ifd:auto". setup.c starts it. */
#ifndef SCARDSSP_BACKENDS_IFD_AUTO_H
#define SCARDSSP_BACKENDS_IFD_AUTO_H

#include "backends/ifd/hotplug.h"

/*
 * Plugs in the readers of the configuration and the USB readers that are there; *out is what looks out for
 * more, for ifd_hotplug_stop(), NULL: nothing does. One that cannot be had takes no other with it.
 * RM_E_READER_UNAVAILABLE: there are some, and none could be had: message (may be NULL) of message_size bytes
 * says why for the first. RM_E_NO_MEMORY. places lives as long as *out.
 */
rm_status ifd_auto_start(struct slots_service *service, const struct ifd_places *places,
                         struct ifd_hotplug **out, char *message, size_t message_size);

#endif
